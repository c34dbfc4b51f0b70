//! Devices that fail, with the plan and without it; devices left out; facts that are missing.

use std::collections::BTreeMap;

use inventory::FinancialYear;
use planner::document::{ComplianceYear, PlanDocument};

use super::lines::clean;
use super::model::{
    BidLine, ClassYears, ComplianceClass, ComplianceTotal, FieldCount, Quality, UnplannedCount,
};
use super::pounds::Pounds;
use super::years::count;

/// One entry for each moment, over all classes, in the order of the plan.
pub(super) fn totals(plan: &PlanDocument) -> Vec<ComplianceTotal> {
    let mut all: Vec<ComplianceTotal> = Vec::new();
    for row in &plan.compliance {
        let when = clean(&row.when);
        if let Some(total) = all.iter_mut().find(|total| total.when == when) {
            let add = |cell: &mut u64, more: u64| *cell = cell.saturating_add(more);
            add(&mut total.devices, row.devices);
            add(&mut total.failing_without_plan, row.failing_without_plan);
            add(&mut total.failing_with_plan, row.failing_with_plan);
            add(&mut total.unknown_with_plan, row.unknown_with_plan);
        } else {
            all.push(counts(row));
        }
    }
    all
}

/// The rows of the plan with their headings.
pub(super) fn by_class(plan: &PlanDocument, classes: &[ClassYears]) -> Vec<ComplianceClass> {
    let position = |class: &str| classes.iter().position(|known| known.class == class);
    let mut all: Vec<ComplianceClass> = plan
        .compliance
        .iter()
        .map(|row| {
            let class = clean(&row.class);
            let known = position(&class).and_then(|at| classes.get(at));
            let plural = known.map_or_else(|| class.clone(), |known| known.plural.clone());
            ComplianceClass { class, plural, counts: counts(row) }
        })
        .collect();
    all.sort_by_key(|row| position(&row.class));
    all
}

fn counts(row: &ComplianceYear) -> ComplianceTotal {
    ComplianceTotal {
        when: clean(&row.when),
        words: moment(&row.when),
        devices: row.devices,
        failing_without_plan: row.failing_without_plan,
        failing_with_plan: row.failing_with_plan,
        unknown_with_plan: row.unknown_with_plan,
    }
}

/// `today`, or the last day of a financial year.
pub(super) fn moment(when: &str) -> String {
    match when.parse::<FinancialYear>() {
        Ok(year) => format!("31 March {}", year.plus(1).first_calendar_year()),
        Err(_) if when == "now" => "today".to_owned(),
        Err(_) => clean(when),
    }
}

/// Devices that the plan could not consider.
pub(super) fn unplanned(plan: &PlanDocument) -> Vec<UnplannedCount> {
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    for device in &plan.unplanned {
        let cell = counts.entry((clean(&device.reason), clean(&device.class))).or_default();
        *cell = cell.saturating_add(1);
    }
    counts
        .into_iter()
        .map(|((reason, class), devices)| {
            let words = reason_words(&reason).to_owned();
            UnplannedCount { reason, words, class, devices }
        })
        .collect()
}

fn reason_words(reason: &str) -> &str {
    match reason {
        "no-site" => "at no known site",
        "no-holder" => "at a site without a budget holder",
        "no-price" => "of a class without a price",
        "practice-business" => "of the practice's own business, which is never funded here",
        "no-envelope" => "without an envelope that may pay",
        "site-closes" => "at a site that closes",
        "excluded" => "excluded by a person",
        "not-in-use" => "not in use",
        other => other,
    }
}

/// What is not known, and how much money depends on it.
pub(super) fn quality(plan: &PlanDocument, lines: &[BidLine]) -> Quality {
    let unknown: Vec<&BidLine> = lines.iter().filter(|line| line.rests_on_unknown).collect();
    let mut fields: Vec<FieldCount> = plan
        .data_quality
        .unknown_by_field
        .iter()
        .map(|(field, devices)| FieldCount { field: clean(field), devices: *devices })
        .collect();
    fields.sort_by(|a, b| b.devices.cmp(&a.devices).then_with(|| a.field.cmp(&b.field)));
    Quality {
        devices_with_unknown: plan.data_quality.devices_with_unknown,
        unknown_by_field: fields,
        without_purchase_date: plan.data_quality.without_purchase_date,
        at_undeclared_site: plan.data_quality.at_undeclared_site,
        purchases_on_unknown: count(&unknown),
        spend_on_unknown: Pounds::sum(unknown.iter().map(|line| line.charged)),
    }
}
