//! Tables of compliance, of what is unknown, of accounts and of checks.

use crate::bid::BidModel;
use crate::bid::model::ComplianceTotal;
use crate::render::html::{Cell, Column, HtmlTable};

const COUNTS: [&str; 4] =
    ["Devices", "Failing, nothing bought", "Failing, with the plan", "Unknown, with the plan"];

fn counts(at: &ComplianceTotal) -> Vec<Cell> {
    [at.devices, at.failing_without_plan, at.failing_with_plan, at.unknown_with_plan]
        .map(Cell::count)
        .to_vec()
}

/// Failing devices over all classes.
pub(super) fn compliance(bid: &BidModel) -> HtmlTable {
    let mut columns = vec![Column::words("On")];
    columns.extend(COUNTS.map(Column::number));
    let mut table = HtmlTable::new("Devices failing a minimum rule", columns);
    for at in &bid.compliance {
        let mut row = vec![Cell::words(at.words.as_str())];
        row.extend(counts(at));
        table.push(row);
    }
    table
}

/// Failing devices by class.
pub(super) fn compliance_classes(bid: &BidModel) -> HtmlTable {
    let mut columns = vec![Column::words("Class"), Column::words("On")];
    columns.extend(COUNTS.map(Column::number));
    let mut table = HtmlTable::new("Devices failing a minimum rule, by class", columns).dense();
    for row in &bid.compliance_by_class {
        let mut cells =
            vec![Cell::words(row.plural.as_str()), Cell::words(row.counts.words.as_str())];
        cells.extend(counts(&row.counts));
        table.push(cells);
    }
    table
}

/// Rules that cause purchases.
pub(super) fn rules(bid: &BidModel) -> HtmlTable {
    let columns = vec![
        Column::words("Rule"),
        Column::words("Why it exists"),
        Column::words("Source"),
        Column::number("Replaced devices failing it"),
        Column::number("Waiting devices failing it"),
    ];
    let mut table = HtmlTable::new("The rules that make the need", columns).dense();
    for rule in &bid.rules {
        table.push(vec![
            Cell::words(rule.id.as_str()),
            Cell::words(rule.why.as_str()),
            Cell::words(rule.source.as_str()),
            Cell::count(rule.purchases),
            Cell::count(rule.deferred),
        ]);
    }
    table
}

/// Missing facts.
pub(super) fn unknown(bid: &BidModel) -> HtmlTable {
    let columns = vec![Column::words("Missing fact"), Column::number("Devices that wait for it")];
    let mut table = HtmlTable::new("Facts to collect", columns);
    for field in &bid.quality.unknown_by_field {
        table.push(vec![Cell::words(field.field.as_str()), Cell::count(field.devices)]);
    }
    table
}

/// Groups of the capitalisation statement.
pub(super) fn groups(bid: &BidModel) -> HtmlTable {
    let columns = vec![
        Column::words("Group"),
        Column::words("Classes"),
        Column::number("Purchases"),
        Column::number("Charged"),
        Column::number("Capital"),
        Column::number("Revenue"),
        Column::words("Why"),
    ];
    let mut table = HtmlTable::new("Capitalisation statement", columns).dense();
    for group in &bid.capitalisation.groups {
        table.push(vec![
            Cell::words(format!("{} {}, life {} years", group.fy, group.holder, group.life_years)),
            Cell::words(group.classes.as_str()),
            Cell::count(group.members),
            Cell::money(group.total),
            Cell::money(group.capital),
            Cell::money(group.revenue),
            Cell::words(group.reason.as_str()),
        ]);
    }
    table.foot(vec![
        Cell::words("Total"),
        Cell::words(""),
        Cell::count(bid.totals.purchases),
        Cell::money(bid.totals.spend),
        Cell::money(bid.capitalisation.capital),
        Cell::money(bid.capitalisation.revenue),
        Cell::words(""),
    ]);
    table
}

/// Reconciliations, in short: all that fail, and how many hold.
pub(super) fn checks(bid: &BidModel) -> HtmlTable {
    let columns = ["Check", "One side", "Other side", "Result"].map(Column::words).to_vec();
    let failed = bid.checks.iter().filter(|check| !check.holds).count();
    let caption = match failed {
        0 => format!("All {} reconciliations of this bid hold", bid.checks.len()),
        some => format!("{some} of {} reconciliations of this bid FAIL", bid.checks.len()),
    };
    let mut table = HtmlTable::new(caption, columns).dense();
    let shown = bid.checks.iter().filter(|check| !check.holds || !check.per_envelope);
    for check in shown {
        table.push(vec![
            Cell::words(check.what.as_str()),
            Cell::words(check.left.as_str()),
            Cell::words(check.right.as_str()),
            Cell::words(if check.holds { "holds" } else { "FAILS" }).alarm_if(!check.holds),
        ]);
    }
    table
}

/// Inputs with hashes.
pub(super) fn inputs(bid: &BidModel) -> HtmlTable {
    let columns = ["File", "SHA-256"].map(Column::words).to_vec();
    let mut table = HtmlTable::new("Inputs", columns).dense();
    for input in &bid.inputs {
        table.push(vec![Cell::words(input.name.as_str()), Cell::words(input.sha256.as_str())]);
    }
    table
}

/// Assumptions with sources.
pub(super) fn assumptions(bid: &BidModel) -> HtmlTable {
    let columns = ["Assumption", "Source"].map(Column::words).to_vec();
    let mut table = HtmlTable::new("What was assumed", columns);
    for note in &bid.assumptions {
        table.push(vec![Cell::words(note.what.as_str()), Cell::words(note.source.as_str())]);
    }
    table
}
