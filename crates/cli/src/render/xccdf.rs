//! XCCDF 1.2: the rules as a benchmark, one test result a device.
//!
//! A minimum is a scored rule. Recommended and target are a second, unscored rule whose shortfall is informational. A waived
//! failure stays a failure, with an override that names the authority.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::xml::escape;
use crate::command::check::{DeviceRow, Results, RuleInfo};

/// Writes the verdicts as XCCDF.
///
/// # Errors
/// When `out` refuses.
pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<Benchmark xmlns=\"http://checklists.nist.gov/xccdf/1.2\" id=\"xccdf_refit_benchmark_{}\" xml:lang=\"en-GB\">",
        ncname(&results.profile.id)
    )?;
    writeln!(out, "  <status>accepted</status>")?;
    writeln!(out, "  <title>{}</title>", escape(&results.title))?;
    writeln!(out, "  <version>{}</version>", escape(&results.profile.version))?;
    for rule in &results.rules {
        if rule.has_minimum {
            write_rule(rule, Strength::Minimum, out)?;
        }
        if rule.has_more {
            write_rule(rule, Strength::More, out)?;
        }
    }
    let mut by_device: BTreeMap<&str, Vec<&DeviceRow>> = BTreeMap::new();
    for row in &results.rows {
        by_device.entry(&row.asset).or_default().push(row);
    }
    for (number, (asset, rows)) in by_device.iter().enumerate() {
        write_device(results, number, asset, rows, out)?;
    }
    writeln!(out, "</Benchmark>")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    Minimum,
    More,
}

fn rule_id(rule: &str, strength: Strength) -> String {
    let more = if strength == Strength::More { "-recommended" } else { "" };
    format!("xccdf_refit_rule_{}{more}", ncname(rule))
}

fn write_rule(rule: &RuleInfo, strength: Strength, out: &mut dyn Write) -> io::Result<()> {
    let unscored = if strength == Strength::More { " role=\"unscored\"" } else { "" };
    let severity = match rule.severity.as_str() {
        "critical" | "high" => "high",
        "low" => "low",
        _ => "medium",
    };
    let id = rule_id(&rule.id, strength);
    writeln!(
        out,
        "  <Rule id=\"{id}\" severity=\"{severity}\" weight=\"{}.0\"{unscored}>",
        rule.weight
    )?;
    writeln!(out, "    <title>{}</title>", escape(&rule.required))?;
    if !rule.why.is_empty() {
        writeln!(out, "    <description>{}</description>", escape(&rule.why))?;
    }
    if let Some(source) = &rule.source {
        let href = rule.url.as_ref().map(|url| format!(" href=\"{}\"", escape(url)));
        let href = href.unwrap_or_default();
        writeln!(out, "    <reference{href}>{}</reference>", escape(source))?;
    }
    if let Some(remedy) = &rule.remedy {
        writeln!(out, "    <fixtext>{}</fixtext>", escape(remedy))?;
    }
    writeln!(out, "  </Rule>")
}

fn write_device(
    results: &Results,
    number: usize,
    asset: &str,
    rows: &[&DeviceRow],
    out: &mut dyn Write,
) -> io::Result<()> {
    let time = format!("{}T00:00:00", results.as_of);
    writeln!(
        out,
        "  <TestResult id=\"xccdf_refit_testresult_{number}\" start-time=\"{time}\" end-time=\"{time}\" test-system=\"cpe:/a:refit:refit:{}\" version=\"{}\">",
        env!("CARGO_PKG_VERSION"),
        escape(&results.profile.version),
    )?;
    writeln!(out, "    <title>{}</title>", escape(asset))?;
    writeln!(out, "    <target>{}</target>", escape(asset))?;
    let (mut scored, mut passed) = (0_u64, 0_u64);
    for row in rows {
        let Some(rule) = results.rules.iter().find(|rule| rule.id == row.rule) else { continue };
        let weight = u64::from(rule.weight);
        if rule.has_minimum {
            let result = match (row.verdict.as_str(), row.tier.as_deref()) {
                ("fail", Some("minimum")) => "fail",
                ("unknown", Some("minimum")) => "unknown",
                _ => "pass",
            };
            scored = scored.saturating_add(weight);
            if result == "pass" {
                passed = passed.saturating_add(weight);
            }
            write_result(results, (row, rule), (Strength::Minimum, result), out)?;
        }
        if rule.has_more {
            let result = match (row.verdict.as_str(), row.tier.as_deref()) {
                ("fail" | "unknown", Some("minimum")) => "notchecked",
                ("fail", _) => "informational",
                ("unknown", _) => "unknown",
                _ => "pass",
            };
            write_result(results, (row, rule), (Strength::More, result), out)?;
        }
    }
    writeln!(
        out,
        "    <score system=\"urn:xccdf:scoring:flat\" maximum=\"{scored}\">{passed}</score>"
    )?;
    writeln!(out, "  </TestResult>")
}

fn write_result(
    results: &Results,
    (row, rule): (&DeviceRow, &RuleInfo),
    (strength, result): (Strength, &str),
    out: &mut dyn Write,
) -> io::Result<()> {
    let time = format!("{}T00:00:00", results.as_of);
    writeln!(
        out,
        "    <rule-result idref=\"{}\" time=\"{time}\" weight=\"{}.0\">",
        rule_id(&rule.id, strength),
        rule.weight
    )?;
    writeln!(out, "      <result>{result}</result>")?;
    let waiver = row.waived_by.as_ref().filter(|_| matches!(result, "fail" | "informational"));
    if let Some(id) = waiver {
        let own = results.waivers.iter().find(|waiver| waiver.id == *id);
        let (by, on, why) = own.map_or(("", results.as_of.as_str(), ""), |own| {
            (own.approved_by.as_str(), own.approved_on.as_str(), own.reason.as_str())
        });
        writeln!(
            out,
            "      <override time=\"{on}T00:00:00\" authority=\"{}\"><old-result>{result}</old-result><new-result>{result}</new-result><remark>{}</remark></override>",
            escape(by),
            escape(&format!(
                "waived by {id} until {}: {why}",
                row.waived_until.as_deref().unwrap_or_default()
            )),
        )?;
    }
    if let Some(reason) = row.reason.as_ref().filter(|_| result != "pass") {
        writeln!(out, "      <message severity=\"info\">{}</message>", escape(reason))?;
    }
    writeln!(out, "    </rule-result>")
}

/// An id as a part of an XML name.
fn ncname(id: &str) -> String {
    id.chars()
        .map(|own| if own.is_ascii_alphanumeric() || "-._".contains(own) { own } else { '.' })
        .collect()
}
