//! The capitalisation statement.

use rust_xlsxwriter::XlsxError;

use super::book::{Cached, Page, cell, down};
use crate::bid::BidModel;
use crate::bid::capitalisation::Group;

/// First row of the groups, from 0.
const FIRST: u32 = 5;

/// The cell of the statement's total.
pub(super) fn total(bid: &BidModel) -> String {
    format!("Capitalisation!{}", cell(down(FIRST, bid.capitalisation.groups.len()), 8))
}

pub(super) fn sheet(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.title(
        "Capitalisation",
        "Purchases of one holder, year and planned life, against the tests of grouped assets.",
    )?;
    page.text(2, 0, &bid.capitalisation.finding())?;
    page.text(3, 0, "Each group: interdependent, bought and disposed of together, under one control. The accountant confirms this; the yellow cells are for that.")?;
    page.widths(&[26, 13, 9, 7, 34, 10, 13, 13, 16, 15, 15, 15, 15, 12, 13, 60, 24])?;
    let headings = [
        "Group",
        "Financial year",
        "Holder",
        "Life, years",
        "Classes",
        "Purchases",
        "Cheapest",
        "Dearest",
        "Charged",
        "Single items",
        "Items above the minimum",
        "Capital",
        "Revenue",
        "Group test",
        "Depreciation from",
        "Why",
        "Interdependence confirmed by",
    ];
    page.headings(FIRST.saturating_sub(1), &headings, 5..13)?;
    for (row, group) in (FIRST..).zip(&bid.capitalisation.groups) {
        write_group(page, row, group)?;
    }
    let row = down(FIRST, bid.capitalisation.groups.len());
    page.styled(row, 0, "Total", &styles.total)?;
    let statement = &bid.capitalisation;
    let sums = [(8, bid.totals.spend), (11, statement.capital), (12, statement.revenue)];
    for (column, amount) in sums {
        let bottom = row.saturating_sub(1);
        let top = FIRST.min(bottom);
        let sum = format!("=ROUND(SUM({}:{}),2)", cell(top, column), cell(bottom, column));
        page.formula(row, column, &sum, &Cached::Money(amount), &styles.total_money)?;
    }
    thresholds(page, bid, row.saturating_add(3))?;
    page.sheet.set_freeze_panes(FIRST, 1)?;
    Ok(())
}

fn write_group(page: &mut Page<'_>, row: u32, group: &Group) -> Result<(), XlsxError> {
    let styles = page.styles;
    for (column, words) in (0_u16..).zip([&group.id, &group.fy, &group.holder]) {
        page.text(row, column, words)?;
    }
    page.count(row, 3, group.life_years.into())?;
    page.styled(row, 4, &group.classes, &styles.wrap)?;
    page.count(row, 5, group.members)?;
    let amounts = [
        group.cheapest,
        group.dearest,
        group.total,
        group.single,
        group.above_item_minimum,
        group.capital,
        group.revenue,
    ];
    for (column, amount) in (6_u16..).zip(amounts) {
        page.money(row, column, amount)?;
    }
    let test = if group.group_test { "passed" } else { "not passed" };
    page.styled(row, 13, test, &styles.beside)?;
    page.text(row, 14, &group.depreciation_from)?;
    page.styled(row, 15, &group.reason, &styles.wrap)?;
    page.fit_height(row, &[(&group.reason, 56), (&group.classes, 30)])?;
    page.styled(row, 16, "", &styles.input_text)
}

fn thresholds(page: &mut Page<'_>, bid: &BidModel, top: u32) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.styled(top, 0, "Thresholds used", &styles.section)?;
    let headings = ["From", "Single item", "", "", "Source", "", "Group", "Item of a group above"];
    page.headings(top.saturating_add(1), &headings, 6..8)?;
    for (row, used) in (top.saturating_add(2)..).zip(&bid.capitalisation.thresholds) {
        let from = if used.from.as_str() == "1900/01" { "every year" } else { &used.from };
        page.text(row, 0, from)?;
        page.money(row, 1, used.single_minimum)?;
        page.text(row, 4, &used.source)?;
        page.money(row, 6, used.group_minimum)?;
        page.money(row, 7, used.group_item_minimum)?;
    }
    let below = down(top, bid.capitalisation.thresholds.len()).saturating_add(4);
    page.styled(below, 0, "Depreciation of what the plan buys", &styles.section)?;
    for (row, (fy, charge)) in
        (below.saturating_add(1)..).zip(bid.horizon.iter().zip(&bid.capitalisation.depreciation))
    {
        page.text(row, 0, fy)?;
        page.money(row, 1, *charge)?;
    }
    Ok(())
}
