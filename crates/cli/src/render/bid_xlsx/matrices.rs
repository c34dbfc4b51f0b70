//! Year by class, computed from the schedule; year by practice, as the plan has it, with computed totals.

use rust_xlsxwriter::XlsxError;

use super::book::{Cached, Page, cell, down, letters, right};
use super::schedule::TABLE;
use crate::bid::BidModel;
use crate::bid::model::Practice;

/// First row of both matrices, from 0.
const FIRST: u32 = 4;
/// First column of money in the matrix of practices.
const MONEY: u16 = 9;

/// The cell of the grand total of year by class.
pub(super) fn class_total(bid: &BidModel) -> String {
    let row = down(FIRST, bid.classes.len());
    format!("'Year x class'!{}", cell(row, right(1, bid.horizon.len())))
}

/// The cell of the grand total of year by practice.
pub(super) fn practice_total(bid: &BidModel) -> String {
    format!("'Year x practice'!{}", cell(FIRST, right(MONEY, bid.horizon.len())))
}

pub(super) fn classes(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    page.title(
        "Year x class",
        "What each year charges and buys, by class, computed from Schedule.",
    )?;
    page.widths(&[20, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16])?;
    let below = down(FIRST, bid.classes.len()).saturating_add(4);
    matrix(page, bid, FIRST, Show::Money)?;
    matrix(page, bid, below, Show::Devices)?;
    page.sheet.set_freeze_panes(FIRST, 1)?;
    page.sheet.protect();
    Ok(())
}

/// What a matrix shows.
#[derive(Clone, Copy)]
enum Show {
    Money,
    Devices,
}

fn matrix(page: &mut Page<'_>, bid: &BidModel, first: u32, show: Show) -> Result<(), XlsxError> {
    let styles = page.styles;
    let heading = first.saturating_sub(1);
    let (title, format, total_format) = match show {
        Show::Money => ("Class, pounds charged", &styles.money, &styles.total_money),
        Show::Devices => ("Class, devices bought", &styles.count, &styles.total_count),
    };
    let years: Vec<&str> = bid.horizon.iter().map(String::as_str).collect();
    page.headings(heading, &[&[title], years.as_slice(), &["Total"]].concat(), 1..99)?;
    let last = right(0, bid.horizon.len());
    for (row, class) in (first..).zip(&bid.classes) {
        page.text(row, 0, &class.class)?;
        for (at, column) in (1..=last).enumerate() {
            let (year, name) = (cell(heading, column), cell(row, 0));
            let (formula, cached) = match show {
                Show::Money => (
                    format!(
                        "=ROUND(SUMIFS({TABLE}[Charged],{TABLE}[Financial year],{year},{TABLE}[Class],{name}),2)"
                    ),
                    Cached::Money(class.spend.get(at).copied().unwrap_or_default()),
                ),
                Show::Devices => (
                    format!("=COUNTIFS({TABLE}[Financial year],{year},{TABLE}[Class],{name})"),
                    Cached::Count(class.purchases.get(at).copied().unwrap_or_default()),
                ),
            };
            page.formula(row, column, &formula, &cached, format)?;
        }
        let across = format!("=ROUND(SUM({}:{}),2)", cell(row, 1), cell(row, last));
        let cached = match show {
            Show::Money => Cached::Money(class.total_spend),
            Show::Devices => Cached::Count(class.total_purchases),
        };
        page.formula(row, last.saturating_add(1), &across, &cached, format)?;
    }
    let row = down(first, bid.classes.len());
    page.styled(row, 0, "Total", &styles.total)?;
    for (at, column) in (1..=last.saturating_add(1)).enumerate() {
        let bottom = row.saturating_sub(1).max(first.saturating_sub(1));
        let down =
            format!("=ROUND(SUM({}:{}),2)", cell(first.min(bottom), column), cell(bottom, column));
        let year = bid.years.get(at);
        let cached = match show {
            Show::Money => Cached::Money(year.map_or(bid.totals.spend, |year| year.spend)),
            Show::Devices => {
                Cached::Count(year.map_or(bid.totals.purchases, |year| year.purchases))
            }
        };
        page.formula(row, column, &down, &cached, total_format)?;
    }
    Ok(())
}

pub(super) fn practices(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.title(
        "Year x practice",
        "What each practice receives, the largest receivers first. Totals are computed.",
    )?;
    page.widths(&[11, 30, 18, 12, 10, 10, 10, 10, 10, 14, 14, 14, 14, 14, 16])?;
    let years: Vec<&str> = bid.horizon.iter().map(String::as_str).collect();
    let words = [
        "Practice",
        "Name",
        "PCN",
        "Sub-ICB",
        "Patients",
        "In use",
        "Failing now",
        "Bought",
        "Deferred",
    ];
    page.headings(
        FIRST.saturating_sub(1),
        &[&words, years.as_slice(), &["Total"]].concat(),
        4..99,
    )?;
    let last = right(MONEY, bid.horizon.len());
    let bottom = down(FIRST, bid.practices.len().max(1));
    page.styled(FIRST, 0, "All practices", &styles.total)?;
    for column in 5..=last {
        let letters = letters(column);
        let range =
            format!("{letters}{}:{letters}{}", FIRST.saturating_add(2), bottom.saturating_add(1));
        let counted = |of: fn(&Practice) -> u64| {
            let sum = bid.practices.iter().map(of).fold(0_u64, u64::saturating_add);
            (Cached::Count(sum), &styles.total_count)
        };
        let (cached, format) = match column {
            5 => counted(|practice| practice.devices),
            6 => counted(|practice| practice.failing_now),
            7 => counted(|practice| practice.total_purchases),
            8 => counted(|practice| practice.deferred),
            _ => {
                let year = usize::from(column.saturating_sub(MONEY));
                let year = bid.years.get(year).map_or(bid.totals.spend, |year| year.spend);
                (Cached::Money(year), &styles.total_money)
            }
        };
        page.formula(FIRST, column, &format!("=ROUND(SUM({range}),2)"), &cached, format)?;
    }
    for (row, practice) in (FIRST.saturating_add(1)..).zip(&bid.practices) {
        write_practice(page, row, practice, last)?;
    }
    page.sheet.set_freeze_panes(FIRST.saturating_add(1), 2)?;
    page.sheet.set_repeat_rows(FIRST.saturating_sub(1), FIRST.saturating_sub(1))?;
    Ok(())
}

fn write_practice(
    page: &mut Page<'_>,
    row: u32,
    practice: &Practice,
    last: u16,
) -> Result<(), XlsxError> {
    let styles = page.styles;
    let words = [&practice.code, &practice.name, &practice.pcn, &practice.sub_icb];
    for (column, words) in (0_u16..).zip(words) {
        page.text(row, column, words)?;
    }
    if let Some(patients) = practice.list_size {
        page.count(row, 4, patients.into())?;
    }
    let counts =
        [practice.devices, practice.failing_now, practice.total_purchases, practice.deferred];
    for (column, count) in (5_u16..).zip(counts) {
        page.count(row, column, count)?;
    }
    for (column, amount) in (MONEY..).zip(&practice.spend) {
        page.money(row, column, *amount)?;
    }
    let across =
        format!("=ROUND(SUM({}:{}),2)", cell(row, MONEY), cell(row, last.saturating_sub(1)));
    page.formula(row, last, &across, &Cached::Money(practice.total_spend), &styles.money)
}
