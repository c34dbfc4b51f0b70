//! The schedule: one row a purchase, as a table that other sheets compute with.

use rust_xlsxwriter::{Table, TableColumn, TableStyle, XlsxError};

use super::book::{Page, Tally, pounds, serial};
use crate::bid::BidModel;
use crate::bid::model::BidLine;

/// The table's name in formulas.
pub(super) const TABLE: &str = "ScheduleLines";

/// Headings and widths.
const COLUMNS: [(&str, u16); 27] = [
    ("Line", 10),
    ("Financial year", 11),
    ("Device replaced", 16),
    ("Site", 12),
    ("Site name", 24),
    ("Practice", 10),
    ("Practice name", 24),
    ("PCN", 16),
    ("Class", 16),
    ("Old model", 26),
    ("Bought", 11),
    ("Age", 7),
    ("Failing rules", 26),
    ("Demand", 10),
    ("Action", 13),
    ("Item", 14),
    ("Net", 12),
    ("VAT", 12),
    ("Gross", 12),
    ("Recovered", 12),
    ("Charged", 12),
    ("Holder", 9),
    ("Stream", 12),
    ("Accounts", 16),
    ("Order by", 11),
    ("Rests on unknown", 11),
    ("Reason", 60),
];
/// The columns of amounts.
const MONEY: std::ops::RangeInclusive<u16> = 16..=20;
const BOUGHT: u16 = 10;
const ORDER_BY: u16 = 24;
const KEY: (&str, u16) = ("Device key", 10);

pub(super) fn sheet(
    page: &mut Page<'_>,
    bid: &BidModel,
    tally: &mut Tally,
) -> Result<(), XlsxError> {
    let columns = || COLUMNS.iter().chain([&KEY]);
    let widths: Vec<u16> = columns().map(|(_, width)| *width).collect();
    page.widths(&widths)?;
    looks(page)?;
    for (row, line) in (1_u32..).zip(&bid.lines) {
        write(page, row, line)?;
        tally.add(line);
    }
    let headed: Vec<TableColumn> =
        columns().map(|(heading, _)| TableColumn::new().set_header(*heading)).collect();
    let table = Table::new()
        .set_name(TABLE)
        .set_columns(&headed)
        .set_style(TableStyle::Light9)
        .set_alt_text_title("Schedule")
        .set_alt_text("One row for each purchase of the plan");
    let last_row = super::book::down(0, bid.lines.len().max(1));
    page.sheet.add_table(0, 0, last_row, super::book::right(0, COLUMNS.len()), &table)?;
    // Twenty-eight columns are legible on A3.
    page.sheet.set_paper_size(8);
    page.sheet.set_freeze_panes(1, 1)?;
    page.sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

fn write(page: &mut Page<'_>, row: u32, line: &BidLine) -> Result<(), XlsxError> {
    let before = [
        &line.id,
        &line.fy,
        &line.asset,
        &line.site,
        &line.site_name,
        &line.practice,
        &line.practice_name,
        &line.pcn,
        &line.class,
        &line.old_model,
    ];
    for (column, words) in (0_u16..).zip(before) {
        some(page, row, column, words)?;
    }
    day(page, row, BOUGHT, &line.bought)?;
    if let Some(years) = line.age_years {
        page.sheet.write_number(row, 11, years)?;
    }
    let middle = [&line.failing_rules, &line.demand, &line.action, &line.item];
    for (column, words) in (12_u16..).zip(middle) {
        some(page, row, column, words)?;
    }
    let amounts = [line.net, line.vat, line.gross, line.recoverable, line.charged];
    for (column, amount) in MONEY.zip(amounts) {
        page.sheet.write_number(row, column, pounds(amount))?;
    }
    some(page, row, 21, &line.holder)?;
    some(page, row, 22, &line.stream)?;
    some(page, row, 23, line.treatment.as_str())?;
    day(page, row, ORDER_BY, &line.order_by)?;
    some(page, row, 25, if line.rests_on_unknown { "yes" } else { "no" })?;
    some(page, row, 26, &line.reason)?;
    page.sheet.write_number(row, 27, u32::try_from(line.device_key).unwrap_or(u32::MAX))?;
    Ok(())
}

/// Whole columns have the looks of their cells: writing a look with each of a million cells takes twice as long.
fn looks(page: &mut Page<'_>) -> Result<(), XlsxError> {
    let styles = page.styles;
    for column in MONEY {
        page.sheet.set_column_format(column, &styles.money)?;
    }
    for column in [BOUGHT, ORDER_BY] {
        page.sheet.set_column_format(column, &styles.date)?;
    }
    Ok(())
}

fn day(page: &mut Page<'_>, row: u32, column: u16, iso: &str) -> Result<(), XlsxError> {
    match serial(iso) {
        Some(serial) => {
            page.sheet.write_number(row, column, serial)?;
            Ok(())
        }
        None => some(page, row, column, iso),
    }
}

/// Words, or an empty cell for none, so that empty texts do not count as filled.
fn some(page: &mut Page<'_>, row: u32, column: u16, words: &str) -> Result<(), XlsxError> {
    if words.is_empty() { Ok(()) } else { page.text(row, column, words) }
}
