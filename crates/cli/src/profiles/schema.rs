//! The shape of a profile file, for editors; a test holds its keys to those that the reader knows.

use schemars::Schema;
use serde_json::{Map, Value, json};
use wes::PredicateKind;

/// The JSON Schema of a profile file.
pub fn profile_schema() -> Schema {
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Profile",
        "description": "A warranted environment specification: rules over the fields of an assets file.",
        "type": "object",
        "required": ["profile"],
        "additionalProperties": false,
        "properties": {
            "profile": { "$ref": "#/$defs/Header" },
            "lists": named("#/$defs/List"),
            "lifecycle": named("#/$defs/Lifecycle"),
            "life": { "$ref": "#/$defs/Life" },
            "rule": named("#/$defs/Rule"),
            "demand": named("#/$defs/Demand"),
            "group": named("#/$defs/Group"),
            "test": { "type": "array", "items": { "$ref": "#/$defs/Test" } },
        },
        "$defs": {
            "Header": header(),
            "List": file_table(&json!({ "normalise": { "enum": ["plain", "cpu"] } })),
            "Lifecycle": file_table(&json!({ "ends": { "type": "string" } })),
            "Life": life(),
            "Rule": rule(),
            "Condition": object(&[], condition_keys()),
            "Remedy": remedy(),
            "Source": source(),
            "Relax": relax(),
            "Test": test(),
            "Demand": demand(),
            "Group": group(),
            "Side": side(),
        },
    });
    whole.try_into().unwrap_or_default()
}

fn named(reference: &str) -> Value {
    json!({ "type": "object", "additionalProperties": { "$ref": reference } })
}

pub(super) fn object(required: &[&str], properties: impl Into<Value>) -> Value {
    json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties.into(),
    })
}

pub(super) fn keys(properties: Value) -> Map<String, Value> {
    match properties {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

pub(super) fn date() -> Value {
    json!({ "description": "a date such as 2027-04-01, with or without quotes" })
}

fn header() -> Value {
    object(
        &["id", "version", "owner", "language"],
        keys(json!({
            "id": { "type": "string", "pattern": "^[a-z0-9_-]{1,64}$" },
            "version": { "type": "string", "pattern": r"^\d+\.\d+\.\d+$" },
            "owner": { "type": "string" },
            "title": { "type": "string" },
            "description": { "type": "string" },
            "language": { "const": 1 },
            "effective": {
                "type": "object",
                "description": "in force from the first day, up to and excluding the second",
                "additionalProperties": false,
                "properties": { "from": date(), "until": date() },
            },
            "extends": { "type": "array", "items": { "type": "string" } },
            "waiver_max": { "type": "string", "description": "the longest that a waiver of its rules may last" },
        })),
    )
}

fn file_table(own: &Value) -> Value {
    let mut properties = keys(json!({
        "file": { "type": "string" },
        "key": { "type": ["string", "array"], "items": { "type": "string" } },
        "sha256": { "type": "string", "pattern": "^[0-9A-Fa-f]{64}$" },
        "list_date": date(),
        "warn_if_older_than": { "type": "string" },
        "source": { "type": "string" },
        "licence": { "type": "string" },
        "answers": { "type": "string" },
    }));
    properties.extend(keys(own.clone()));
    object(&["file"], properties)
}

fn life() -> Value {
    json!({
        "type": "object",
        "description": "years of life by class, or a length of time such as \"54 months\"",
        "properties": {
            "why": { "type": "string" },
            "source": { "$ref": "#/$defs/Source" },
            "relax": { "$ref": "#/$defs/Relax" },
        },
        "additionalProperties": { "type": ["integer", "string"] },
    })
}

/// `field`, one predicate or combination, `ahead`, `when`.
fn condition_keys() -> Map<String, Value> {
    let conditions = json!({ "type": "array", "items": { "$ref": "#/$defs/Condition" } });
    let mut properties = keys(json!({
        "field": { "type": ["string", "array"], "items": { "type": "string" } },
        "ahead": { "type": ["string", "object"] },
        "all": conditions,
        "any": conditions,
        "not": { "$ref": "#/$defs/Condition" },
        "when": { "$ref": "#/$defs/Condition" },
    }));
    for kind in PredicateKind::ALL {
        let says = kind.page().lines().find(|line| !line.is_empty() && !line.starts_with('#'));
        properties.insert(kind.word().to_owned(), json!({ "description": says }));
    }
    properties
}

fn rule() -> Value {
    let mut properties = condition_keys();
    properties.extend(keys(json!({
        "applies_to": { "type": "array", "items": { "type": "string" } },
        "tier": { "enum": ["minimum", "recommended", "target"] },
        "from": { "description": "the first day in force, for every tier or by tier" },
        "severity": { "enum": ["low", "medium", "high", "critical"] },
        "weight": { "type": "integer", "minimum": 1, "maximum": 1000 },
        "why": { "type": "string" },
        "source": { "$ref": "#/$defs/Source" },
        "remedy": { "$ref": "#/$defs/Remedy" },
        "on_missing": { "enum": ["unknown", "fail"] },
        "relax": { "$ref": "#/$defs/Relax" },
    })));
    object(&[], properties)
}

fn remedy() -> Value {
    let kinds = json!(["upgrade", "reimage", "configure", "replace"]);
    object(
        &["kind"],
        keys(json!({
            "kind": { "enum": kinds },
            "item": { "type": "string" },
            "when": { "$ref": "#/$defs/Condition" },
            "else": { "anyOf": [{ "enum": kinds }, { "$ref": "#/$defs/Remedy" }] },
        })),
    )
}

fn source() -> Value {
    object(
        &["document"],
        keys(json!({
            "document": { "type": "string" },
            "section": { "type": "string" },
            "date": date(),
            "url": { "type": "string" },
            "basis": { "enum": ["published", "local-default"] },
        })),
    )
}

fn relax() -> Value {
    object(
        &["reason", "approved_by", "until"],
        keys(json!({
            "to": { "description": "\"off\", or the new minimum" },
            "reason": { "type": "string" },
            "approved_by": { "type": "string" },
            "until": date(),
        })),
    )
}

fn demand() -> Value {
    let addition = object(
        &["amount", "when"],
        keys(json!({
            "amount": { "type": "number", "minimum": 0 },
            "when": { "$ref": "#/$defs/Condition" },
            "why": { "type": "string" },
        })),
    );
    object(
        &["base"],
        keys(json!({
            "base": { "type": "number", "minimum": 0 },
            "add": { "type": "array", "items": addition },
            "why": { "type": "string" },
        })),
    )
}

fn group() -> Value {
    let bound =
        json!({ "description": "a number, a share such as \"60 %\", or one of them by tier" });
    object(
        &["scope", "count"],
        keys(json!({
            "scope": { "enum": ["linked", "role", "practice", "pcn", "icb"] },
            "count": { "$ref": "#/$defs/Side" },
            "per": { "$ref": "#/$defs/Side" },
            "at_least": bound,
            "at_most": bound,
            "from": { "description": "the first day in force, for every tier or by tier" },
            "severity": { "enum": ["low", "medium", "high", "critical"] },
            "why": { "type": "string" },
            "source": { "$ref": "#/$defs/Source" },
        })),
    )
}

fn side() -> Value {
    object(
        &["class"],
        keys(json!({
            "class": { "type": "array", "minItems": 1, "items": { "type": "string" } },
            "where": { "$ref": "#/$defs/Condition" },
        })),
    )
}

fn test() -> Value {
    object(
        &["name", "as_of", "device", "expect"],
        keys(json!({
            "name": { "type": "string" },
            "as_of": date(),
            "device": { "type": "object", "required": ["class"] },
            "expect": { "type": "object", "additionalProperties": { "type": "string" } },
        })),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use diagnostic::Source;
    use inventory::ClassCatalogue;
    use wes::Compiled;
    use wes::shipped::Shipped;

    use super::*;

    #[test]
    fn the_schema_and_the_reader_know_the_same_keys() {
        let text = "quux = 1\n[profile]\nquux = 1\n[profile.effective]\nquux = 1\n[lists.a]\nquux = 1\n\
                    [lifecycle.a]\nquux = 1\n[rule.a]\nquux = 1\nwhen = { quux = 1 }\n\
                    remedy = { quux = 1 }\nsource = { quux = 1 }\nrelax = { quux = 1 }\n[[test]]\nquux = 1\n\
                    [demand.a]\nquux = 1\n[group.a]\nquux = 1\ncount = { quux = 1 }\n";
        let source = Source::new("odd.toml", text);
        let (_, problems) = Compiled::load(&source, &Shipped, &ClassCatalogue::shipped());
        let known_at = |table: &str| -> BTreeSet<String> {
            let suffix =
                if table.is_empty() { "`quux`".to_owned() } else { format!("`quux` in `{table}`") };
            let found = problems.iter().find(|problem| problem.message.ends_with(&suffix));
            let help = found.and_then(|problem| problem.help.clone()).unwrap_or_default();
            help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        };
        let schema = profile_schema().to_value();
        let in_schema = |pointer: &str| -> BTreeSet<String> {
            let properties = schema.pointer(&format!("{pointer}/properties"));
            properties
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .map(|(key, _)| key.clone())
                .collect()
        };
        for (table, pointer) in [
            ("", ""),
            ("profile", "/$defs/Header"),
            ("profile.effective", "/$defs/Header/properties/effective"),
            ("lists.a", "/$defs/List"),
            ("lifecycle.a", "/$defs/Lifecycle"),
            ("rule.a", "/$defs/Rule"),
            ("rule.a.when", "/$defs/Condition"),
            ("rule.a.remedy", "/$defs/Remedy"),
            ("rule.a.source", "/$defs/Source"),
            ("rule.a.relax", "/$defs/Relax"),
            ("test[0]", "/$defs/Test"),
            ("demand.a", "/$defs/Demand"),
            ("group.a", "/$defs/Group"),
            ("group.a.count", "/$defs/Side"),
        ] {
            assert_eq!(known_at(table), in_schema(pointer), "{table}");
        }
    }
}
