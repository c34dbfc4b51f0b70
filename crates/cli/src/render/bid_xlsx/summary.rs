//! Summary: money and devices by year, beside the envelopes.

use rust_xlsxwriter::{Chart, ChartType, XlsxError};

use super::book::{Cached, Page, cell, down, letters};
use super::inputs::flag;
use super::schedule::TABLE;
use crate::bid::BidModel;
use crate::bid::model::Year;

/// First row of the years, from 0.
pub(super) const FIRST: u32 = 4;

/// The row of totals.
pub(super) fn total_row(bid: &BidModel) -> u32 {
    down(FIRST, bid.years.len())
}

pub(super) fn sheet(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    page.title(
        "Summary",
        "Money by year. Planned and envelope are computed from Schedule and Inputs.",
    )?;
    page.widths(&[14, 16, 16, 16, 16, 10, 10, 10, 12, 14, 14])?;
    let headings = [
        "Financial year",
        "Need, without limits",
        "Planned",
        "Envelope",
        "Headroom",
        "Flag",
        "Devices bought",
        "Devices due",
        "Deferred, first fitting here",
        "Failing at year end, nothing bought",
        "Failing at year end, with the plan",
    ];
    page.headings(FIRST.saturating_sub(1), &headings, 1..11)?;
    page.sheet.set_row_height(FIRST.saturating_sub(1), 56)?;
    for (row, year) in (FIRST..).zip(&bid.years) {
        write_year(page, row, year, bid)?;
    }
    totals(page, bid)?;
    page.red_below_zero((FIRST, 4), (total_row(bid), 4))?;
    page.words_in_colour((FIRST, 5), (total_row(bid), 5), "OVER", "within")?;
    let below = total_row(bid).saturating_add(2);
    page.text(
        below,
        0,
        &format!(
            "Deferred in all: {} devices (sheet Deferred). {}",
            bid.totals.deferred, bid.headline.without
        ),
    )?;
    chart(page, bid, below.saturating_add(2))?;
    page.sheet.set_freeze_panes(FIRST, 1)?;
    page.sheet.protect();
    Ok(())
}

fn write_year(page: &mut Page<'_>, row: u32, year: &Year, bid: &BidModel) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.text(row, 0, &year.fy)?;
    page.money(row, 1, year.need)?;
    let fy = cell(row, 0);
    let planned = format!("=ROUND(SUMIFS({TABLE}[Charged],{TABLE}[Financial year],{fy}),2)");
    page.formula(row, 2, &planned, &Cached::Money(year.spend), &styles.money)?;
    let envelope = format!("=ROUND(SUMIFS(Envelopes,EnvelopeYears,{fy}),2)");
    page.formula(row, 3, &envelope, &Cached::Money(year.envelope), &styles.money)?;
    headroom(page, row, year.headroom, &styles.money)?;
    let bought = format!("=COUNTIFS({TABLE}[Financial year],{fy})");
    page.formula(row, 6, &bought, &Cached::Count(year.purchases), &styles.count)?;
    page.count(row, 7, year.need_devices)?;
    page.count(row, 8, year.deferred_fit)?;
    if let Some(end) = bid.compliance.iter().find(|at| at.when == year.fy) {
        page.count(row, 9, end.failing_without_plan)?;
        page.count(row, 10, end.failing_with_plan)?;
    }
    Ok(())
}

fn headroom(
    page: &mut Page<'_>,
    row: u32,
    left: crate::bid::Pounds,
    format: &rust_xlsxwriter::Format,
) -> Result<(), XlsxError> {
    let styles = page.styles;
    let formula = format!("=ROUND({}-{},2)", cell(row, 3), cell(row, 2));
    page.formula(row, 4, &formula, &Cached::Money(left), format)?;
    let word = format!("=IF({}<0,\"OVER\",\"within\")", cell(row, 4));
    page.formula(row, 5, &word, &Cached::Words(flag(left)), &styles.beside)
}

fn totals(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    let styles = page.styles;
    let row = total_row(bid);
    let sum = |column: u16| {
        format!("=ROUND(SUM({}:{}),2)", cell(FIRST, column), cell(row.saturating_sub(1), column))
    };
    page.styled(row, 0, "Total", &styles.total)?;
    let money = [(1, bid.totals.need), (2, bid.totals.spend), (3, bid.totals.envelope)];
    for (column, amount) in money {
        page.formula(row, column, &sum(column), &Cached::Money(amount), &styles.total_money)?;
    }
    headroom(page, row, bid.totals.headroom, &styles.total_money)?;
    let fitting = bid.years.iter().fold(0_u64, |sum, year| sum.saturating_add(year.deferred_fit));
    let counts = [(6, bid.totals.purchases), (7, bid.totals.need_devices), (8, fitting)];
    for (column, count) in counts {
        page.formula(row, column, &sum(column), &Cached::Count(count), &styles.total_count)?;
    }
    Ok(())
}

/// Columns of what is planned and a line of the envelope.
fn chart(page: &mut Page<'_>, bid: &BidModel, row: u32) -> Result<(), XlsxError> {
    if bid.years.is_empty() {
        return Ok(());
    }
    let range = |column: u16| {
        let letters = letters(column);
        let (first, last) = (FIRST.saturating_add(1), total_row(bid));
        format!("=Summary!${letters}${first}:${letters}${last}")
    };
    let heading = |column: u16| format!("=Summary!${}${FIRST}", letters(column));
    let mut columns = Chart::new(ChartType::Column);
    columns
        .add_series()
        .set_name(heading(2).as_str())
        .set_categories(range(0).as_str())
        .set_values(range(2).as_str())
        .set_format(
            rust_xlsxwriter::ChartFormat::new()
                .set_solid_fill(rust_xlsxwriter::ChartSolidFill::new().set_color("#12436D")),
        );
    let mut line = Chart::new(ChartType::Line);
    line.add_series()
        .set_name(heading(3).as_str())
        .set_categories(range(0).as_str())
        .set_values(range(3).as_str())
        .set_format(
            rust_xlsxwriter::ChartFormat::new()
                .set_line(rust_xlsxwriter::ChartLine::new().set_color("#F46A25").set_width(2.5)),
        );
    columns.combine(&line);
    columns.title().set_name("Planned spend beside the envelope");
    columns.y_axis().set_num_format("£#,##0").set_name("Pounds");
    columns.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    columns.set_width(820).set_height(340);
    columns.set_alt_text(bid.headline.by_year.as_str());
    page.sheet.insert_chart(row, 0, &columns)?;
    Ok(())
}
