//! Deferred devices, compliance and data quality.

use rust_xlsxwriter::{Table, TableColumn, TableStyle, XlsxError};

use super::book::{Page, down, right};
use crate::bid::BidModel;
use crate::bid::model::ComplianceTotal;

/// The table of deferred devices in formulas.
pub(super) const DEFERRED: &str = "DeferredLines";
const DEFERRED_COLUMNS: [(&str, u16); 9] = [
    ("Device", 16),
    ("Site", 12),
    ("Practice", 11),
    ("Practice name", 26),
    ("Class", 16),
    ("Cost of delay", 15),
    ("First year it fits", 13),
    ("Fails meanwhile", 28),
    ("Reason", 80),
];

pub(super) fn deferred(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    page.widths(&DEFERRED_COLUMNS.map(|(_, width)| width))?;
    for (row, device) in (1_u32..).zip(&bid.deferred) {
        let words =
            [&device.asset, &device.site, &device.practice, &device.practice_name, &device.class];
        for (column, words) in (0_u16..).zip(words) {
            page.text(row, column, words)?;
        }
        page.money(row, 5, device.cost_of_delay)?;
        let fits = match device.first_fy_it_fits.as_str() {
            "" => "none planned",
            fy => fy,
        };
        page.styled(row, 6, fits, &page.styles.beside)?;
        page.text(row, 7, &device.failing_rules)?;
        page.text(row, 8, &device.reason)?;
    }
    let columns = DEFERRED_COLUMNS.map(|(heading, _)| TableColumn::new().set_header(heading));
    let table = Table::new()
        .set_name(DEFERRED)
        .set_columns(&columns)
        .set_style(TableStyle::Light9)
        .set_alt_text_title("Deferred")
        .set_alt_text("Devices that need replacing and do not fit, the costliest delay first");
    let last = right(0, DEFERRED_COLUMNS.len().saturating_sub(1));
    page.sheet.add_table(0, 0, down(0, bid.deferred.len().max(1)), last, &table)?;
    page.sheet.set_freeze_panes(1, 1)?;
    page.sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

pub(super) fn compliance(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    page.title(
        "Compliance",
        &format!(
            "Devices failing a minimum rule of {}, with the plan and if nothing is bought.",
            bid.specification
        ),
    )?;
    page.widths(&[22, 18, 12, 16, 16, 16])?;
    let headings = [
        "Class",
        "On",
        "Devices",
        "Failing, nothing bought",
        "Failing, with the plan",
        "Unknown, with the plan",
    ];
    page.headings(3, &headings, 2..6)?;
    let totals = bid.compliance.iter().map(|at| ("all classes", at));
    let classes = bid.compliance_by_class.iter().map(|row| (row.plural.as_str(), &row.counts));
    for (row, (class, at)) in (4_u32..).zip(totals.chain(classes)) {
        page.text(row, 0, class)?;
        moment(page, row, at)?;
    }
    page.sheet.set_freeze_panes(4, 2)?;
    Ok(())
}

fn moment(page: &mut Page<'_>, row: u32, at: &ComplianceTotal) -> Result<(), XlsxError> {
    page.text(row, 1, &at.words)?;
    let counts = [at.devices, at.failing_without_plan, at.failing_with_plan, at.unknown_with_plan];
    for (column, count) in (2_u16..).zip(counts) {
        page.count(row, column, count)?;
    }
    Ok(())
}

pub(super) fn quality(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.title(
        "Data quality",
        "What is not known, how much money depends on it, and how it was treated.",
    )?;
    page.widths(&[58, 26, 80])?;
    page.headings(3, &["Matter", "Devices", "How it was treated"], 1..2)?;
    let quality = &bid.quality;
    let rows = [
        (
            "Devices with a rule that cannot be judged",
            quality.devices_with_unknown,
            "Counted as unknown, never as passing.",
        ),
        (
            "Devices without a purchase date",
            quality.without_purchase_date,
            "Planned as if bought half a life ago.",
        ),
        (
            "Devices at a site that no organisation file declares",
            quality.at_undeclared_site,
            "Checked and listed; planned under no budget holder.",
        ),
        (
            "Purchases whose need rests on an unknown fact",
            quality.purchases_on_unknown,
            "Planned; collect the fact before ordering (filter Schedule by \"Rests on unknown\").",
        ),
    ];
    for (row, (matter, devices, treated)) in (4_u32..).zip(rows) {
        page.text(row, 0, matter)?;
        page.count(row, 1, devices)?;
        page.styled(row, 2, treated, &styles.beside)?;
    }
    page.text(8, 0, "What those purchases cost")?;
    page.money(8, 1, quality.spend_on_unknown)?;
    page.styled(10, 0, "Missing facts", &styles.section)?;
    page.headings(11, &["Field", "Devices that wait for it"], 1..2)?;
    for (row, field) in (12_u32..).zip(&quality.unknown_by_field) {
        page.text(row, 0, &field.field)?;
        page.count(row, 1, field.devices)?;
    }
    let below = down(12, quality.unknown_by_field.len()).saturating_add(1);
    page.styled(below, 0, "Devices that the plan could not consider", &styles.section)?;
    page.headings(below.saturating_add(1), &["Class", "Devices", "Why"], 1..2)?;
    for (row, left) in (below.saturating_add(2)..).zip(&bid.unplanned) {
        page.text(row, 0, &left.class)?;
        page.count(row, 1, left.devices)?;
        page.styled(row, 2, &left.words, &styles.beside)?;
    }
    Ok(())
}
