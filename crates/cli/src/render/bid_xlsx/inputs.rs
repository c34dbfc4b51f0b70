//! Inputs: the envelopes, which people may change, and the unit prices that the plan used.

use std::collections::BTreeMap;

use rust_xlsxwriter::{DataValidation, DataValidationRule, Workbook, XlsxError};

use super::book::{Cached, Page, cell, down};
use super::schedule::TABLE;
use crate::bid::BidModel;
use crate::bid::model::HolderYear;
use crate::bid::pounds::Pounds;

/// First row of the envelopes, from 0.
pub(super) const FIRST: u32 = 6;
/// The most that an envelope may be set to, in pounds.
const MOST: f64 = 10_000_000_000.0;

/// Last row of the envelopes; at least the first, so that ranges are never empty.
pub(super) fn last(bid: &BidModel) -> u32 {
    down(FIRST, bid.holders.len().saturating_sub(1))
}

/// Names for the ranges that formulas use.
pub(super) fn define_names(workbook: &mut Workbook, bid: &BidModel) -> Result<(), XlsxError> {
    let range = |column: &str| {
        let (first, last) = (FIRST.saturating_add(1), last(bid).saturating_add(1));
        format!("=Inputs!${column}${first}:${column}${last}")
    };
    workbook.define_name("EnvelopeYears", &range("A"))?;
    workbook.define_name("Envelopes", &range("F"))?;
    Ok(())
}

pub(super) fn sheet(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.title("Inputs", "Yellow cells may be changed. Headroom and flags follow at once.")?;
    page.text(2, 0, "Changing an envelope does not plan again: devices stay where the plan put them. To plan again, put the amounts into envelopes.toml and run:")?;
    page.styled(3, 0, "refit plan --envelopes envelopes.toml -o plan.json", &styles.bold)?;
    page.widths(&[14, 18, 16, 11, 14, 16, 16, 16, 12])?;
    let headings = [
        "Financial year",
        "Holder",
        "Stream",
        "Kind",
        "Certainty",
        "Envelope",
        "Charged",
        "Headroom",
        "Flag",
    ];
    page.headings(FIRST.saturating_sub(1), &headings, 5..8)?;
    for (row, year) in (FIRST..).zip(&bid.holders) {
        envelope(page, row, year)?;
    }
    validate(page, bid)?;
    page.red_below_zero((FIRST, 7), (last(bid), 7))?;
    page.words_in_colour((FIRST, 8), (last(bid), 8), "OVER", "within")?;
    prices(page, bid, last(bid).saturating_add(3))?;
    page.sheet.set_freeze_panes(FIRST, 0)?;
    page.sheet.protect();
    Ok(())
}

fn envelope(page: &mut Page<'_>, row: u32, year: &HolderYear) -> Result<(), XlsxError> {
    let styles = page.styles;
    for (column, words) in (0_u16..).zip([&year.fy, &year.holder, &year.stream, &year.kind]) {
        page.text(row, column, words)?;
    }
    page.styled(row, 4, &year.certainty, &styles.input_text)?;
    page.amount(row, 5, year.envelope, &styles.input_money)?;
    let [fy, holder, stream] = [0, 1, 2].map(|column| cell(row, column));
    let charged = format!(
        "=ROUND(SUMIFS({TABLE}[Charged],{TABLE}[Financial year],{fy},{TABLE}[Holder],{holder},{TABLE}[Stream],{stream}),2)"
    );
    page.formula(row, 6, &charged, &Cached::Money(year.spend), &styles.money)?;
    let (limit, spend, left) = (cell(row, 5), cell(row, 6), cell(row, 7));
    let headroom = format!("=ROUND({limit}-{spend},2)");
    page.formula(row, 7, &headroom, &Cached::Money(year.headroom), &styles.money)?;
    let flag = Cached::Words(flag(year.headroom));
    page.formula(row, 8, &format!("=IF({left}<0,\"OVER\",\"within\")"), &flag, &styles.beside)
}

/// The word beside a headroom.
pub(super) fn flag(headroom: Pounds) -> String {
    if headroom.is_negative() { "OVER" } else { "within" }.to_owned()
}

fn validate(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    let amount = DataValidation::new()
        .allow_decimal_number(DataValidationRule::Between(0.0, MOST))
        .set_input_title("Envelope")?
        .set_input_message("Pounds of this year, holder and stream")?
        .set_error_title("Not an amount")?
        .set_error_message("Enter pounds from 0 to 10,000,000,000.")?;
    page.sheet.add_data_validation(FIRST, 5, last(bid), 5, &amount)?;
    let certainty = DataValidation::new()
        .allow_list_strings(&["confirmed", "indicative", "assumed"])?
        .set_error_title("Not a certainty")?
        .set_error_message("Choose confirmed, indicative or assumed.")?;
    page.sheet.add_data_validation(FIRST, 4, last(bid), 4, &certainty)?;
    Ok(())
}

fn prices(page: &mut Page<'_>, bid: &BidModel, top: u32) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.styled(top, 0, "Unit prices that the plan used", &styles.section)?;
    let headings = ["Financial year", "Class", "Item", "", "", "Net", "VAT", "Charged", "Bought"];
    page.headings(top.saturating_add(1), &headings, 5..9)?;
    let mut prices: BTreeMap<(&str, &str, &str, Pounds, Pounds, Pounds), u64> = BTreeMap::new();
    for line in &bid.lines {
        let price = (
            line.fy.as_str(),
            line.class.as_str(),
            line.item.as_str(),
            line.net,
            line.vat,
            line.charged,
        );
        let bought = prices.entry(price).or_default();
        *bought = bought.saturating_add(1);
    }
    for (row, ((fy, class, item, net, vat, charged), bought)) in
        (top.saturating_add(2)..).zip(prices)
    {
        for (column, words) in (0_u16..).zip([fy, class, item]) {
            page.text(row, column, words)?;
        }
        for (column, amount) in (5_u16..).zip([net, vat, charged]) {
            page.money(row, column, amount)?;
        }
        page.count(row, 8, bought)?;
    }
    Ok(())
}
