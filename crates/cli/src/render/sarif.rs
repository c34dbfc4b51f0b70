//! SARIF 2.1.0: one result a device and rule, at the row of the file that the evidence comes from.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::put;
use crate::command::check::{DeviceRow, Results, RuleInfo};

/// Writes the verdicts as SARIF.
///
/// # Errors
/// When `out` refuses.
pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "refit",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": results.rules.iter().map(descriptor).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "properties": {
                "profile": results.profile.id,
                "profileVersion": results.profile.version,
                "profileSha256": results.profile.sha256,
                "asOf": results.as_of,
            },
            "results": results.rows.iter().map(|row| result(row, results)).collect::<Vec<_>>(),
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn descriptor(rule: &RuleInfo) -> Value {
    let mut own = json!({
        "id": rule.id,
        "shortDescription": { "text": rule.required },
        "fullDescription": { "text": if rule.why.is_empty() { &rule.required } else { &rule.why } },
        "help": { "text": rule.remedy.clone().unwrap_or_else(|| "no remedy is recorded".to_owned()) },
        "properties": { "severity": rule.severity, "weight": rule.weight },
    });
    if let Some(url) = rule.url.as_ref().filter(|url| url.starts_with("https://")) {
        put(&mut own, "helpUri", json!(url));
    }
    own
}

fn result(row: &DeviceRow, results: &Results) -> Value {
    let (kind, level) = match (row.verdict.as_str(), row.tier.as_deref()) {
        ("fail", Some("minimum")) => ("fail", "error"),
        ("fail", Some("recommended")) => ("fail", "warning"),
        ("fail", _) => ("fail", "note"),
        ("unknown", _) => ("open", "none"),
        _ => ("pass", "none"),
    };
    let text = row.reason.clone().unwrap_or_else(|| "met at every tier in force".to_owned());
    let index = results.rules.iter().position(|rule| rule.id == row.rule);
    let mut own = json!({
        "ruleId": row.rule,
        "kind": kind,
        "level": level,
        "message": { "text": format!("{}: {text}", row.asset) },
        "locations": [location(row, results)],
        "partialFingerprints": { "refit/1": format!("{}:{}", row.rule, row.asset) },
        "properties": { "class": row.class, "site": row.site, "compliantUntil": row.compliant_until },
    });
    if let Some(index) = index {
        put(&mut own, "ruleIndex", json!(index));
    }
    if let Some(id) = &row.waived_by {
        let waiver = results.waivers.iter().find(|waiver| waiver.id == *id);
        let why = waiver.map_or_else(|| id.clone(), |own| format!("{id}: {}", own.reason));
        let accepted = json!([{ "kind": "external", "status": "accepted", "justification": why }]);
        put(&mut own, "suppressions", accepted);
    }
    own
}

fn location(row: &DeviceRow, results: &Results) -> Value {
    let rule = results.rules.iter().find(|rule| rule.id == row.rule);
    let (file, line) = match row.evidence.first() {
        Some(evidence) => (evidence.source.clone(), evidence.row),
        None => {
            rule.map_or_else(|| ("profile".to_owned(), 1), |rule| (rule.file.clone(), rule.line))
        }
    };
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&file) },
            "region": { "startLine": line.max(1) },
        },
        "logicalLocations": [{ "name": row.asset, "kind": "device" }],
    })
}

/// A file's name as a relative reference.
fn uri(file: &str) -> String {
    use std::fmt::Write as _;
    let mut own = String::new();
    for byte in file.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            own.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _written = write!(own, "%{byte:02X}");
        }
    }
    own
}
