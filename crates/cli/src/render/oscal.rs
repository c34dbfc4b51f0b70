//! OSCAL 1.0.6 assessment results: one finding a rule, one observation a device that does not meet it, one risk a waiver.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::put;
use crate::command::check::{DeviceRow, Results, RuleInfo};
use crate::output::sha256;

/// Writes the verdicts as OSCAL assessment results.
///
/// # Errors
/// When `out` refuses.
pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let seed = format!("{}|{}|{}", results.profile.sha256, results.as_of, results.inputs_sha256);
    let id = |name: &str| uuid(&format!("{seed}|{name}"));
    let time = format!("{}T00:00:00Z", results.as_of);
    let observations: Vec<Value> = results
        .rows
        .iter()
        .filter(|row| row.verdict != "pass")
        .map(|row| observation(row, &time, &id))
        .collect();
    let risks: Vec<Value> = results
        .waivers
        .iter()
        .filter(|waiver| waiver.excused > 0)
        .map(|waiver| {
            json!({
                "uuid": id(&format!("risk {}", waiver.id)),
                "title": format!("Waiver {}", waiver.id),
                "description": waiver.reason,
                "statement": waiver.compensating.clone().unwrap_or_else(|| "no compensating control is recorded".to_owned()),
                "status": "deviation-approved",
                "deadline": format!("{}T23:59:59Z", waiver.expires),
            })
        })
        .collect();
    let findings: Vec<Value> =
        results.rules.iter().map(|rule| finding(rule, results, &id)).collect();
    let mut result = json!({
        "uuid": id("result"),
        "title": results.title,
        "description": format!("Every device in scope against {} {} as of {}", results.profile.id, results.profile.version, results.as_of),
        "start": time,
        "end": time,
        "reviewed-controls": { "control-selections": [{ "include-all": {} }] },
        "findings": findings,
    });
    // OSCAL has no empty arrays.
    for (key, list) in [("observations", observations), ("risks", risks)] {
        if !list.is_empty() {
            put(&mut result, key, list.into());
        }
    }
    if results.rules.is_empty() {
        result.as_object_mut().and_then(|own| own.remove("findings"));
    }
    let document = json!({ "assessment-results": {
        "uuid": id("document"),
        "metadata": {
            "title": format!("Assessment results: {}", results.title),
            "last-modified": time,
            "version": results.profile.version,
            "oscal-version": "1.0.6",
        },
        "import-ap": { "href": format!("#{}", id("plan")), "remarks": "the profile is the assessment plan" },
        "results": [result],
    } });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn observation(row: &DeviceRow, time: &str, id: &dyn Fn(&str) -> String) -> Value {
    let evidence: Vec<Value> = row
        .evidence
        .iter()
        .map(|own| {
            let age = own.age_days.map(|days| format!(", {days} days old")).unwrap_or_default();
            json!({ "description": format!("{} = {} ({} row {}{age})", own.field, own.value, own.source, own.row) })
        })
        .collect();
    let mut observation = json!({
        "uuid": id(&format!("observation {} {}", row.rule, row.asset)),
        "title": format!("{}: {}", row.rule, row.asset),
        "description": row.reason.clone().unwrap_or_else(|| row.verdict.clone()),
        "methods": ["EXAMINE"],
        "subjects": [{
            "subject-uuid": uuid(&format!("device {}", row.asset)),
            "type": "inventory-item",
            "title": row.asset,
        }],
        "collected": time,
    });
    if !evidence.is_empty() {
        put(&mut observation, "relevant-evidence", evidence.into());
    }
    observation
}

fn finding(rule: &RuleInfo, results: &Results, id: &dyn Fn(&str) -> String) -> Value {
    let own: Vec<&DeviceRow> = results.rows.iter().filter(|row| row.rule == rule.id).collect();
    let at_minimum = |verdict: &str| {
        own.iter().any(|row| row.verdict == verdict && row.tier.as_deref() == Some("minimum"))
    };
    let (state, reason) = if at_minimum("fail") {
        ("not-satisfied", "fail")
    } else if at_minimum("unknown") {
        ("not-satisfied", "other")
    } else {
        ("satisfied", "pass")
    };
    let mut finding = json!({
        "uuid": id(&format!("finding {}", rule.id)),
        "title": rule.id,
        "description": if rule.why.is_empty() { &rule.required } else { &rule.why },
        "target": {
            "type": "objective-id",
            "target-id": token(&rule.id),
            "description": rule.required,
            "status": { "state": state, "reason": reason },
        },
    });
    let observations: Vec<Value> = own
        .iter()
        .filter(|row| row.verdict != "pass")
        .map(|row| json!({ "observation-uuid": id(&format!("observation {} {}", row.rule, row.asset)) }))
        .collect();
    if !observations.is_empty() {
        put(&mut finding, "related-observations", observations.into());
    }
    let waivers = results.waivers.iter().filter(|waiver| waiver.excused > 0);
    let risks: Vec<Value> = waivers
        .filter(|waiver| own.iter().any(|row| row.waived_by.as_deref() == Some(&waiver.id)))
        .map(|waiver| json!({ "risk-uuid": id(&format!("risk {}", waiver.id)) }))
        .collect();
    if !risks.is_empty() {
        put(&mut finding, "related-risks", risks.into());
    }
    finding
}

/// An id as OSCAL's token: it begins with a letter or underscore.
fn token(id: &str) -> String {
    let plain: String = id
        .chars()
        .map(|own| if own.is_ascii_alphanumeric() || "-._".contains(own) { own } else { '.' })
        .collect();
    if plain.starts_with(|own: char| own.is_ascii_alphabetic() || own == '_') {
        plain
    } else {
        format!("_{plain}")
    }
}

/// A name as a UUID of version 5's shape, so that the same estate and profile give the same bytes.
fn uuid(name: &str) -> String {
    let hash = sha256(name.as_bytes());
    let part = |from: usize, until: usize| hash.get(from..until).unwrap_or_default();
    format!("{}-{}-5{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_shape_of_uuids_and_tokens() {
        let own = uuid("a");
        assert_eq!(own.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(own, uuid("a"));
        assert_ne!(own, uuid("b"));
        assert_eq!((token("memory"), token("9/x")), ("memory".to_owned(), "_9.x".to_owned()));
    }
}
