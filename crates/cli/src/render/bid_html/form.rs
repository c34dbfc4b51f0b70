//! Tables of the bid form.

use crate::bid::BidModel;
use crate::bid::form::FormCost;
use crate::bid::pounds::Pounds;
use crate::render::html::{Cell, Column, HtmlTable};

/// A row of the form's cost table: heading and amount.
type CostRow = (&'static str, fn(&FormCost) -> Pounds);
const ROWS: [CostRow; 8] = [
    ("Capital cost excluding VAT", |cost| cost.net),
    ("VAT", |cost| cost.vat),
    ("Capital cost including VAT", |cost| cost.gross),
    ("VAT recovered", |cost| cost.recoverable),
    ("Charged to the envelope", |cost| cost.charged),
    ("Revenue: depreciation of what is bought", |cost| cost.depreciation),
    ("Revenue: other effects stated", |cost| cost.other_revenue),
    ("Net revenue effect", |cost| cost.net_revenue),
];

/// Cost in pounds.
pub(super) fn costs(bid: &BidModel) -> HtmlTable {
    table(bid, "In pounds", |amount| amount.to_string())
}

/// Cost in thousands of pounds.
pub(super) fn thousands(bid: &BidModel) -> HtmlTable {
    table(bid, "In £ thousand, each rounded by itself", Pounds::thousands)
}

fn table(bid: &BidModel, caption: &str, write: fn(Pounds) -> String) -> HtmlTable {
    let mut columns = vec![Column::words("Financial year")];
    let years = bid.form.costs.iter().chain([&bid.form.total]);
    columns.extend(years.clone().map(|cost| Column::number(cost.fy.as_str())));
    let mut table = HtmlTable::new(caption, columns).dense();
    for (heading, amount) in ROWS {
        let mut row = vec![Cell::words(heading)];
        row.extend(years.clone().map(|cost| {
            let words = if cost.planned { write(amount(cost)) } else { "not planned".to_owned() };
            Cell::words(words)
        }));
        table.push(row);
    }
    table
}

/// The scoring matrix.
pub(super) fn scores(bid: &BidModel) -> HtmlTable {
    let columns = vec![
        Column::words("Criterion"),
        Column::number("Weight"),
        Column::number("Score, 0 to 5"),
        Column::number("Weighted"),
        Column::words("Why"),
    ];
    let mut table = HtmlTable::new("Priority score", columns);
    for score in &bid.form.scores {
        table.push(vec![
            Cell::words(score.criterion.as_str()),
            Cell::count(score.weight.into()),
            Cell::count(score.score.into()),
            Cell::count(score.weight.saturating_mul(score.score).into()),
            Cell::words(score.reason.as_str()),
        ]);
    }
    table.foot(vec![
        Cell::words("Total"),
        Cell::words(""),
        Cell::words(""),
        Cell::words(format!("{} of {}", bid.form.score, bid.form.score_most)),
        Cell::words(""),
    ]);
    table
}

/// Dates to keep.
pub(super) fn milestones(bid: &BidModel) -> HtmlTable {
    let columns = ["Milestone", "Date"].map(Column::words).to_vec();
    let mut table = HtmlTable::new("Milestones", columns);
    for milestone in &bid.form.milestones {
        table.push(vec![Cell::words(milestone.what.as_str()), Cell::words(milestone.on.as_str())]);
    }
    table
}

/// What may go wrong.
pub(super) fn risks(bid: &BidModel) -> HtmlTable {
    let columns = ["Risk", "Likelihood", "Effect", "What is done"].map(Column::words).to_vec();
    let mut table = HtmlTable::new("Key risks", columns);
    for risk in &bid.form.risks {
        table.push(vec![
            Cell::words(risk.risk.as_str()),
            Cell::words(risk.likelihood.as_str()),
            Cell::words(risk.effect.as_str()),
            Cell::words(risk.mitigation.as_str()),
        ]);
    }
    table
}

/// Signatures.
pub(super) fn endorsements(bid: &BidModel) -> HtmlTable {
    let columns = ["Role", "Organisation", "Name", "Date"].map(Column::words).to_vec();
    let mut table = HtmlTable::new("Endorsements", columns);
    for endorsement in &bid.form.endorsements {
        table.push(vec![
            Cell::words(endorsement.role.as_str()),
            Cell::words(endorsement.organisation.as_str()),
            Cell::words(endorsement.name.as_str()),
            Cell::words(endorsement.on.as_str()),
        ]);
    }
    table
}
