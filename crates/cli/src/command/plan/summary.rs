//! A plan in a table and a few sentences.

use planner::document::PlanDocument;
use serde_json::json;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Output;
use crate::terminal::{Align, Listing};

/// Refuses forms that a plan does not have.
pub(crate) fn check_format(output: &Output) -> Result<(), Failure> {
    if Listing::FORMATS.contains(&output.format()) {
        return Ok(());
    }
    let words: Vec<&str> = Listing::FORMATS.iter().map(|format| format.word()).collect();
    Err(Failure::error(
        codes::FORMAT,
        format!("this command has no output as {}", output.format().word()),
    )
    .help(format!("choose one of: {}", words.join(", "))))
}

/// Money by year and holder.
pub(crate) fn write(output: &Output, document: &PlanDocument) -> Result<(), Failure> {
    let mut listing = Listing::new([
        ("fy", Align::Left),
        ("holder", Align::Left),
        ("stream", Align::Left),
        ("certainty", Align::Left),
        ("envelope", Align::Right),
        ("spend", Align::Right),
        ("headroom", Align::Right),
        ("purchases", Align::Right),
        ("need", Align::Right),
        ("shadow_price", Align::Right),
    ]);
    for year in &document.years {
        listing.push(vec![
            json!(year.fy),
            json!(year.holder),
            json!(year.stream),
            json!(year.certainty),
            json!(year.envelope),
            json!(year.spend),
            json!(year.headroom),
            json!(year.purchases),
            json!(year.need),
            json!(year.shadow_price),
        ]);
    }
    output.write(|out| listing.write(output.format(), out))
}

/// The sentences beside the table.
pub(crate) fn tell(context: &Context, document: &PlanDocument) {
    let totals = &document.totals;
    context.messages.note(&format!(
        "plan {} as of {}: {} purchases for £{} of £{}, {} of {} devices wait beyond {}",
        document.plan_id,
        document.as_of,
        totals.purchases,
        totals.spend,
        totals.envelope,
        totals.deferred,
        totals.devices,
        document.horizon.last().map_or("", String::as_str)
    ));
    context.messages.note(&format!(
        "certified gap {:.2e}: no plan within these limits costs less than {} pence, this one costs {}",
        document.certified_gap, document.bound_pence, document.objective_pence
    ));
    let failing = |when: Option<&String>| -> (u64, u64) {
        let rows = document.compliance.iter().filter(|row| Some(&row.when) == when);
        rows.fold((0, 0), |(without, with), row| {
            (
                without.saturating_add(row.failing_without_plan),
                with.saturating_add(row.failing_with_plan),
            )
        })
    };
    let (without, with) = failing(document.horizon.last());
    context.messages.note(&format!(
        "failing a minimum at the end: {with} devices with the plan, {without} without"
    ));
    if !document.unplanned.is_empty() {
        let count = document.unplanned.len();
        context.messages.note(&format!("{count} devices were left out; the plan lists why"));
    }
}

/// Whether a form is the document itself.
pub(crate) fn is_document(output: &Output) -> bool {
    output.format() == Format::Json
}
