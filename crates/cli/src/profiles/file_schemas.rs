//! The shapes of the files beside profiles, for editors; a test holds their keys to those that the readers know.

use schemars::Schema;
use serde_json::{Value, json};

use super::schema::{date, keys, object};

fn file(title: &str, description: &str, key: &str, required: bool, item: &Value) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        "type": "object",
        "required": if required { json!([key]) } else { json!([]) },
        "additionalProperties": false,
        "properties": { key: { "type": "array", "items": item } },
    })
}

/// The JSON Schema of a waivers file.
pub fn waivers_schema() -> Schema {
    let values = json!({ "type": ["string", "number", "boolean", "array"] });
    let approval = object(
        &["name", "on"],
        keys(json!({
            "name": { "type": "string" },
            "role": { "type": "string" },
            "on": date(),
            "ref": { "type": "string", "description": "the minute, ticket or letter" },
        })),
    );
    let waiver = object(
        &["id", "rules", "where", "starts", "expires", "approved_by", "reason"],
        keys(json!({
            "id": { "type": "string" },
            "rules": {
                "type": "array",
                "minItems": 1,
                "items": { "type": "string", "pattern": "^([a-z0-9_-]{1,64}/)?[a-z0-9_-]{1,64}$" },
            },
            "where": {
                "type": "object",
                "minProperties": 1,
                "description": "asset, practice, pcn, icb, or a column of the assets file; all must hold, a list means any of its values",
                "additionalProperties": values,
            },
            "starts": date(),
            "expires": { "description": "the last day on which it holds" },
            "approved_by": approval,
            "reason": { "type": "string" },
            "compensating": { "type": "string", "description": "what protects meanwhile" },
            "max_assets": { "type": "integer", "minimum": 0 },
        })),
    );
    let whole = file(
        "Waivers",
        "Approved, dated leave for named devices to fail named rules.",
        "waiver",
        false,
        &waiver,
    );
    whole.try_into().unwrap_or_default()
}

/// The JSON Schema of an assignments file.
pub fn assign_schema() -> Schema {
    let words = json!({ "type": "array", "items": { "type": "string" } });
    let item = object(
        &["profile", "to"],
        keys(json!({
            "profile": { "type": "string", "description": "a file, or the id of a shipped profile" },
            "to": { "type": "array", "minItems": 1, "items": { "type": "string" } },
            "clinical_system": words,
            "from": date(),
            "until": { "description": "the last day" },
        })),
    );
    let whole =
        file("Assignments", "Which profiles judge which organisations.", "assign", false, &item);
    whole.try_into().unwrap_or_default()
}

/// The JSON Schema of `wes.lock`.
pub fn lock_schema() -> Schema {
    let hash = json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" });
    let profile = object(
        &["id", "version", "sha256"],
        keys(json!({
            "id": { "type": "string" }, "version": { "type": "string" }, "sha256": hash,
        })),
    );
    let file =
        object(&["name", "sha256"], keys(json!({ "name": { "type": "string" }, "sha256": hash })));
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lock",
        "description": "The versions and hashes that profiles resolved to; written by `refit wes lock`.",
        "type": "object",
        "required": ["lock"],
        "additionalProperties": false,
        "properties": {
            "lock": { "const": 1 },
            "profile": { "type": "array", "items": profile },
            "file": { "type": "array", "items": file },
        },
    });
    whole.try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use diagnostic::{Diagnostics, Source};
    use inventory::ClassCatalogue;
    use wes::Waivers;
    use wes::assign::Assignments;
    use wes::lock::Lock;

    use super::*;

    /// The keys that a reader knows at a table, from its answer to an unknown one.
    fn known(problems: &Diagnostics, table: &str) -> BTreeSet<String> {
        let suffix =
            if table.is_empty() { "`odd`".to_owned() } else { format!("`odd` in `{table}`") };
        let found = problems.iter().find(|problem| problem.message.ends_with(&suffix));
        let help = found.and_then(|problem| problem.help.clone()).unwrap_or_default();
        help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    fn in_schema(schema: &Schema, pointer: &str) -> BTreeSet<String> {
        let whole = schema.clone().to_value();
        let properties = whole.pointer(&format!("{pointer}/properties")).and_then(Value::as_object);
        properties.into_iter().flatten().map(|(key, _)| key.clone()).collect()
    }

    #[test]
    fn the_schemas_and_the_readers_know_the_same_keys() {
        let text = "odd = 1\n[[waiver]]\nodd = 1\nstarts = 2026-01-01\nexpires = 2026-01-02\n[waiver.approved_by]\nodd = 1\n";
        let (_, problems) = Waivers::read(&Source::new("w.toml", text), &ClassCatalogue::shipped());
        let schema = waivers_schema();
        for (table, pointer) in [
            ("", ""),
            ("waiver[0]", "/properties/waiver/items"),
            ("waiver[0].approved_by", "/properties/waiver/items/properties/approved_by"),
        ] {
            assert_eq!(known(&problems, table), in_schema(&schema, pointer), "{table}");
        }
        let (_, problems) =
            Assignments::read(&Source::new("a.toml", "odd = 1\n[[assign]]\nodd = 1\n"));
        assert_eq!(known(&problems, ""), in_schema(&assign_schema(), ""));
        assert_eq!(
            known(&problems, "assign[0]"),
            in_schema(&assign_schema(), "/properties/assign/items")
        );
        let text = "odd = 1\nlock = 1\n[[profile]]\nodd = 1\n[[file]]\nodd = 1\n";
        let (_, problems) = Lock::read(&Source::new("wes.lock", text));
        let schema = lock_schema();
        assert_eq!(known(&problems, ""), in_schema(&schema, ""));
        for key in ["profile", "file"] {
            let pointer = format!("/properties/{key}/items");
            assert_eq!(known(&problems, &format!("{key}[0]")), in_schema(&schema, &pointer));
        }
    }
}
