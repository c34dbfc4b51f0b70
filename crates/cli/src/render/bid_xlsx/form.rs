//! Bid: the fields of the bid form, with cost computed from the schedule.

use rust_xlsxwriter::{Format, XlsxError};

use super::book::{Cached, Page, cell, down, right};
use super::schedule::TABLE;
use crate::bid::BidModel;
use crate::bid::form::FormCost;
use crate::bid::pounds::Pounds;

/// First row of the answers, from 0.
const FIRST: u32 = 3;

/// A row of the cost table: heading, column of the schedule, amount.
type CostRow = (&'static str, Option<&'static str>, fn(&FormCost) -> Pounds);

const ROWS: [CostRow; 8] = [
    ("Capital cost excluding VAT", Some("Net"), |cost| cost.net),
    ("VAT", Some("VAT"), |cost| cost.vat),
    ("Capital cost including VAT", Some("Gross"), |cost| cost.gross),
    ("VAT recovered", Some("Recovered"), |cost| cost.recoverable),
    ("Charged to the envelope", Some("Charged"), |cost| cost.charged),
    ("Revenue: depreciation of what is bought", None, |cost| cost.depreciation),
    ("Revenue: other effects stated", None, |cost| cost.other_revenue),
    ("Net revenue effect", None, |cost| cost.net_revenue),
];
const CHARGED_ROW: usize = 4;

/// The row with the years above the costs in pounds.
fn cost_heading(bid: &BidModel) -> u32 {
    down(FIRST, bid.form.answers.len()).saturating_add(2)
}

/// The formula of the form's five years together with the years before and after.
pub(super) fn whole(bid: &BidModel) -> String {
    let heading = cost_heading(bid);
    let charged = cell(down(heading, CHARGED_ROW).saturating_add(1), total_column(bid));
    let outside = down(heading, ROWS.len()).saturating_add(1);
    format!(
        "=ROUND(Bid!{charged}+Bid!{}+Bid!{},2)",
        cell(outside, 1),
        cell(outside.saturating_add(1), 1)
    )
}

fn total_column(bid: &BidModel) -> u16 {
    right(1, bid.form.costs.len())
}

pub(super) fn sheet(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.title("Bid", "The fields that a GP IT capital bid asks for. Yellow cells are for people; drafted answers come from the plan.")?;
    page.widths(&[46, 16, 16, 16, 16, 16, 18])?;
    for (row, answer) in (FIRST..).zip(&bid.form.answers) {
        let label = if answer.is_drafted() {
            format!("{} (drafted)", answer.label)
        } else {
            answer.label.to_owned()
        };
        page.styled(row, 0, &label, &styles.label)?;
        let format = if answer.is_missing() { &styles.input_text } else { &styles.wrap };
        page.across(row, (1, 6), &answer.text, format)?;
        page.fit_height(row, &[(&answer.text, 100), (&label, 42)])?;
    }
    let heading = cost_heading(bid);
    costs(page, bid, heading)?;
    let outside = down(heading, ROWS.len()).saturating_add(1);
    page.text(outside, 0, "Charged in the plan's years before these")?;
    page.money(outside, 1, bid.form.earlier)?;
    page.text(outside.saturating_add(1), 0, "Charged in the plan's years after these")?;
    page.money(outside.saturating_add(1), 1, bid.form.later)?;
    let thousands = outside.saturating_add(3);
    in_thousands(page, bid, heading, thousands)?;
    lists(page, bid, down(thousands, ROWS.len()).saturating_add(3))
}

fn heading_row(
    page: &mut Page<'_>,
    bid: &BidModel,
    row: u32,
    words: &str,
) -> Result<(), XlsxError> {
    let years: Vec<&str> = bid.form.costs.iter().map(|cost| cost.fy.as_str()).collect();
    page.headings(row, &[&[words], years.as_slice(), &["Total"]].concat(), 1..99)
}

fn costs(page: &mut Page<'_>, bid: &BidModel, heading: u32) -> Result<(), XlsxError> {
    let styles = page.styles;
    heading_row(page, bid, heading, "Pounds")?;
    for (row, (words, source, amount)) in (heading.saturating_add(1)..).zip(ROWS) {
        page.styled(row, 0, words, &styles.label)?;
        for (column, cost) in (1_u16..).zip(&bid.form.costs) {
            match source {
                Some(source) => {
                    let year = cell(heading, column);
                    let formula = format!(
                        "=ROUND(SUMIFS({TABLE}[{source}],{TABLE}[Financial year],{year}),2)"
                    );
                    page.formula(
                        row,
                        column,
                        &formula,
                        &Cached::Money(amount(cost)),
                        &styles.money,
                    )?;
                }
                None => page.money(row, column, amount(cost))?,
            }
        }
        let total = Cached::Money(amount(&bid.form.total));
        across(page, bid, row, &total, &styles.total_money)?;
    }
    Ok(())
}

fn across(
    page: &mut Page<'_>,
    bid: &BidModel,
    row: u32,
    cached: &Cached,
    format: &Format,
) -> Result<(), XlsxError> {
    let last = total_column(bid);
    let sum = format!("=ROUND(SUM({}:{}),2)", cell(row, 1), cell(row, last.saturating_sub(1)));
    page.formula(row, last, &sum, cached, format)
}

/// The same in thousands, each cell rounded by itself from the pounds above.
fn in_thousands(
    page: &mut Page<'_>,
    bid: &BidModel,
    pounds: u32,
    heading: u32,
) -> Result<(), XlsxError> {
    let styles = page.styles;
    heading_row(page, bid, heading, "£ thousand, each rounded by itself")?;
    for (at, (words, _, amount)) in ROWS.iter().enumerate() {
        let row = down(heading, at).saturating_add(1);
        let above = down(pounds, at).saturating_add(1);
        page.styled(row, 0, words, &styles.label)?;
        let costs = bid.form.costs.iter().chain([&bid.form.total]);
        for (column, cost) in (1_u16..).zip(costs) {
            let total = column == total_column(bid);
            let format = if total { &styles.total_thousands } else { &styles.thousands };
            let formula = format!("=ROUND({}/1000,1)", cell(above, column));
            page.formula(row, column, &formula, &Cached::Thousands(amount(cost)), format)?;
        }
    }
    Ok(())
}

fn lists(page: &mut Page<'_>, bid: &BidModel, top: u32) -> Result<(), XlsxError> {
    let styles = page.styles;
    let mut row = top;
    page.styled(row, 0, "Priority score", &styles.section)?;
    row = row.saturating_add(1);
    if bid.form.scores.is_empty() {
        page.styled(row, 0, "To be completed by the applicant.", &styles.input_text)?;
        row = row.saturating_add(1);
    }
    for score in &bid.form.scores {
        page.text(row, 0, &score.criterion)?;
        page.text(row, 1, &format!("{} x weight {}", score.score, score.weight))?;
        page.text(row, 2, &score.reason)?;
        row = row.saturating_add(1);
    }
    if !bid.form.scores.is_empty() {
        page.styled(row, 0, "Total", &styles.total)?;
        page.styled(
            row,
            1,
            &format!("{} of {}", bid.form.score, bid.form.score_most),
            &styles.total,
        )?;
        row = row.saturating_add(1);
    }
    row = row.saturating_add(1);
    page.styled(row, 0, "Milestones", &styles.section)?;
    for milestone in &bid.form.milestones {
        row = row.saturating_add(1);
        page.text(row, 0, &milestone.what)?;
        page.text(row, 1, &milestone.on)?;
    }
    row = risks(page, bid, row.saturating_add(2))?;
    endorsements(page, bid, row.saturating_add(2))
}

fn risks(page: &mut Page<'_>, bid: &BidModel, top: u32) -> Result<u32, XlsxError> {
    let styles = page.styles;
    let headings = ["Key risks", "Likelihood", "Effect", "", "What is done", "", ""];
    page.headings(top, &headings, 0..0)?;
    let mut row = top;
    for risk in &bid.form.risks {
        row = row.saturating_add(1);
        page.styled(row, 0, &risk.risk, &styles.wrap)?;
        page.styled(row, 1, &risk.likelihood, &styles.wrap)?;
        page.across(row, (2, 3), &risk.effect, &styles.wrap)?;
        page.across(row, (4, 6), &risk.mitigation, &styles.wrap)?;
        let texts: [(&str, u16); 4] =
            [(&risk.risk, 42), (&risk.likelihood, 14), (&risk.effect, 30), (&risk.mitigation, 46)];
        page.fit_height(row, &texts)?;
    }
    Ok(row)
}

fn endorsements(page: &mut Page<'_>, bid: &BidModel, top: u32) -> Result<(), XlsxError> {
    let styles = page.styles;
    let headings = ["Endorsements: role", "Organisation", "", "Name", "", "Date", ""];
    page.headings(top, &headings, 0..0)?;
    for (row, endorsement) in (top.saturating_add(1)..).zip(&bid.form.endorsements) {
        page.text(row, 0, &endorsement.role)?;
        page.across(row, (1, 2), &endorsement.organisation, &styles.input_text)?;
        page.across(row, (3, 4), &endorsement.name, &styles.input_text)?;
        page.across(row, (5, 6), &endorsement.on, &styles.input_text)?;
    }
    Ok(())
}
