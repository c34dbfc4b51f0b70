//! Cover, notes and history.

use rust_xlsxwriter::{Url, XlsxError};

use super::SHEETS;
use super::book::{Cached, Page, down};
use super::checks;
use crate::bid::BidModel;

/// What each sheet is for, in the order of [`SHEETS`].
const PURPOSES: [&str; 14] = [
    "this page",
    "assumptions with their sources, what is not included, words explained",
    "envelopes, which may be changed, and unit prices",
    "money by year beside the envelopes, with a chart",
    "money and devices by class and year",
    "money by practice and year",
    "one row for each purchase: filter, sort, pivot",
    "devices that do not fit",
    "failing devices, with and without the plan",
    "the bid form, in pounds and thousands, with and without VAT",
    "which purchases are capital, and depreciation",
    "what is not known",
    "reconciliations as formulas",
    "versions of this bid",
];

pub(super) fn cover(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.widths(&[30, 34, 34, 20])?;
    page.title(&bid.form.title, &bid.headline.ask)?;
    let (formula, words) = checks::verdict(bid);
    page.formula(3, 0, &formula, &Cached::Words(words), &styles.verdict)?;
    page.sheet.set_row_height(3, 26)?;
    page.words_in_colour((3, 0), (3, 0), "FAIL", "PASS")?;
    let made_by = format!("{} {}", bid.made_by.name, bid.made_by.version);
    let facts = [
        ("Purpose", "A bid for capital, and the plan behind it, purchase by purchase"),
        ("Budget holders", &bid.estate),
        ("As of", &bid.as_of),
        ("Year of the bid", &bid.fy),
        ("Plan", &bid.plan_id),
        ("Made by", &made_by),
        ("Specification", &bid.specification),
        ("Problem (SHA-256)", &bid.problem_sha256),
    ];
    for (row, (label, words)) in (5_u32..).zip(facts) {
        page.styled(row, 0, label, &styles.label)?;
        page.text(row, 1, words)?;
    }
    let mut row = down(5, facts.len()).saturating_add(1);
    page.styled(row, 0, "Sheets", &styles.section)?;
    for (name, purpose) in SHEETS.iter().zip(PURPOSES) {
        row = row.saturating_add(1);
        let link = Url::new(format!("internal:'{name}'!A1")).set_text(*name);
        page.sheet.write_url_with_format(row, 0, link, &styles.link)?;
        page.text(row, 1, purpose)?;
    }
    row = colours(page, row.saturating_add(2))?;
    row = sign_off(page, row.saturating_add(2))?;
    inputs(page, bid, row.saturating_add(2))?;
    page.sheet.protect();
    Ok(())
}

fn colours(page: &mut Page<'_>, top: u32) -> Result<u32, XlsxError> {
    let styles = page.styles;
    page.styled(top, 0, "Colours", &styles.section)?;
    let key = [
        ("yellow", &styles.input_text, "may be changed by people"),
        ("blue", &styles.heading, "headings"),
        ("red", &styles.bad, "OVER or FAIL: something exceeds a limit or does not agree"),
        ("white", &styles.text, "data and formulas; nothing to change"),
    ];
    let mut row = top;
    for (word, format, meaning) in key {
        row = row.saturating_add(1);
        page.styled(row, 0, word, format)?;
        page.text(row, 1, meaning)?;
    }
    Ok(row)
}

fn sign_off(page: &mut Page<'_>, top: u32) -> Result<u32, XlsxError> {
    let styles = page.styles;
    page.styled(top, 0, "Sign-off", &styles.section)?;
    page.headings(top.saturating_add(1), &["Role", "Name", "Signature", "Date"], 0..0)?;
    let mut row = top.saturating_add(1);
    for role in ["Prepared by", "Checked by", "Director of finance"] {
        row = row.saturating_add(1);
        page.styled(row, 0, role, &styles.label)?;
        for column in 1..=3 {
            page.styled(row, column, "", &styles.input_text)?;
        }
    }
    Ok(row)
}

fn inputs(page: &mut Page<'_>, bid: &BidModel, top: u32) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.styled(top, 0, "Made from", &styles.section)?;
    for (row, input) in (top.saturating_add(1)..).zip(&bid.inputs) {
        page.text(row, 0, &input.name)?;
        page.text(row, 1, &input.sha256)?;
    }
    Ok(())
}

pub(super) fn notes(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.title("Notes", "What was assumed, what is left out, and what words mean.")?;
    page.widths(&[70, 70])?;
    page.headings(3, &["Assumption", "Source"], 0..0)?;
    let mut row = 3_u32;
    for note in &bid.assumptions {
        row = row.saturating_add(1);
        page.styled(row, 0, &note.what, &styles.wrap)?;
        page.styled(row, 1, &note.source, &styles.wrap)?;
        page.fit_height(row, &[(&note.what, 70), (&note.source, 70)])?;
    }
    row = row.saturating_add(2);
    page.styled(row, 0, "Not included", &styles.section)?;
    for exclusion in &bid.exclusions {
        row = row.saturating_add(1);
        page.across(row, (0, 1), exclusion, &styles.wrap)?;
    }
    row = row.saturating_add(2);
    page.styled(row, 0, "How good the plan is", &styles.section)?;
    row = row.saturating_add(1);
    page.across(row, (0, 1), &bid.proof.words, &styles.wrap)?;
    page.fit_height(row, &[(&bid.proof.words, 140)])?;
    row = row.saturating_add(1);
    page.text(row, 0, &format!("To check it: {}", bid.proof.command))?;
    row = row.saturating_add(2);
    page.headings(row, &["Word", "Meaning"], 0..0)?;
    for term in &bid.glossary {
        row = row.saturating_add(1);
        page.styled(row, 0, &term.what, &styles.label)?;
        page.styled(row, 1, &term.source, &styles.wrap)?;
        page.fit_height(row, &[(&term.source, 70)])?;
    }
    Ok(())
}

pub(super) fn history(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.title(
        "History",
        "Versions of this bid. `refit plan diff A B` lists what changed between two plans.",
    )?;
    page.widths(&[20, 24, 22, 60, 30])?;
    page.headings(3, &["Plan", "As of", "Made by", "Why, and what changed", "Who"], 0..0)?;
    page.text(4, 0, &bid.plan_id)?;
    page.date(4, 1, &bid.as_of)?;
    page.text(4, 2, &format!("{} {}", bid.made_by.name, bid.made_by.version))?;
    for row in 4..12 {
        let first = if row == 4 { 3 } else { 0 };
        for column in first..=4 {
            page.styled(row, column, "", &styles.input_text)?;
        }
    }
    Ok(())
}
