//! JUnit: one suite a rule, one case a device, by the elements that build servers commonly read.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::xml::escape;
use crate::command::check::{DeviceRow, Results};

/// Writes the verdicts as JUnit.
///
/// # Errors
/// When `out` refuses.
pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Vec<&DeviceRow>> = BTreeMap::new();
    for row in &results.rows {
        suites.entry(&row.rule).or_default().push(row);
    }
    let count =
        |rows: &[&DeviceRow], of: fn(&DeviceRow) -> bool| rows.iter().filter(|row| of(row)).count();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let all: Vec<&DeviceRow> = results.rows.iter().collect();
    writeln!(
        out,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
        escape(&format!("{} {} on {}", results.profile.id, results.profile.version, results.as_of)),
        all.len(),
        count(&all, fails),
        count(&all, skipped),
    )?;
    for rule in &results.rules {
        let rows = suites.remove(rule.id.as_str()).unwrap_or_default();
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
            escape(&rule.id),
            rows.len(),
            count(&rows, fails),
            count(&rows, skipped),
        )?;
        for row in rows {
            case(row, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn fails(row: &DeviceRow) -> bool {
    row.verdict == "fail" && row.tier.as_deref() == Some("minimum") && row.waived_by.is_none()
}

/// Unknown verdicts and waived failures.
fn skipped(row: &DeviceRow) -> bool {
    row.verdict == "unknown" || (row.verdict == "fail" && row.waived_by.is_some())
}

fn case(row: &DeviceRow, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "    <testcase name=\"{}\" classname=\"{}.{}\"",
        escape(&row.asset),
        escape(&row.rule),
        escape(&row.class)
    )?;
    let reason = escape(row.reason.as_deref().unwrap_or_default());
    if fails(row) {
        return writeln!(out, "><failure type=\"minimum\" message=\"{reason}\"/></testcase>");
    }
    if skipped(row) {
        let waived = row.waived_by.as_ref().map(|id| format!("waived by {}: ", escape(id)));
        let waived = waived.unwrap_or_default();
        return writeln!(out, "><skipped message=\"{waived}{reason}\"/></testcase>");
    }
    match &row.tier {
        Some(tier) if row.verdict == "fail" => writeln!(
            out,
            "><properties><property name=\"{}\" value=\"{reason}\"/></properties></testcase>",
            escape(&format!("below {tier}"))
        ),
        _ => writeln!(out, "/>"),
    }
}
