//! The least money for compliance, solved backwards from a day.

use chrono::NaiveDate;
use inventory::Money;
use planner::whatif::{Least, least};
use schemars::JsonSchema;
use serde::Serialize;

use super::whatif::{FORMATS, deliver};
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::planning::EstateArguments;
use crate::terminal::{Align, Listing};

/// Say how little money makes every planned device comply by a day and to the end of the plan.
///
/// The rows lay the replacements into the envelopes; `short` is what a year lacks. Exits with 1 when the envelopes do not
/// suffice, or something cannot comply in time.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit plan least --by 2028-10-14 --envelopes envelopes.toml\n  \
                        refit plan least --by 2029-04-01 --envelopes envelopes.toml --json"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    estate: EstateArguments,
    /// The day from which nothing may fail
    #[arg(long, value_name = "YYYY-MM-DD")]
    by: NaiveDate,
}

/// What `--json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The answer.
    least: Least,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Finish, Failure> {
    let output = context.output(FORMATS)?;
    let planning = arguments.estate.read(context)?;
    planning.with(context, arguments.estate.horizon, |estate| {
        let (model, problems) = planner::model::build(estate);
        let Some(model) = model else { return Err(problems.into()) };
        context.messages.diagnostics(&problems);
        let least = least(estate, &model, arguments.by);
        let mut listing = Listing::new([
            ("holder", Align::Left),
            ("fy", Align::Left),
            ("devices", Align::Right),
            ("needed", Align::Right),
            ("envelope", Align::Right),
            ("short", Align::Right),
            ("short_hours", Align::Right),
        ]);
        for holder in &least.holders {
            for year in &holder.years {
                listing.push(vec![
                    holder.holder.clone().into(),
                    year.fy.clone().into(),
                    year.devices.into(),
                    year.needed.clone().into(),
                    year.envelope.clone().into(),
                    year.short.clone().into(),
                    year.short_hours.clone().into(),
                ]);
            }
        }
        let report = Report { least };
        deliver(context, &output, &planning, "refit.least/1", &report, &listing)?;
        tell(context, &report.least);
        let hours = |year: &planner::conflict::ConflictYear| year.short_hours != "0";
        let enough = money(&report.least.extra_enough) == Money::ZERO
            && report.least.impossible.is_empty()
            && !report.least.holders.iter().any(|holder| holder.years.iter().any(hours));
        Ok(Finish::findings_if(!enough))
    })
}

fn money(text: &str) -> Money {
    text.parse().unwrap_or_default()
}

fn tell(context: &Context, least: &Least) {
    let note = |text: String| context.messages.note(&text);
    note(format!(
        "for full compliance from {} on, {} devices are replaced for £{} at least",
        least.by, least.devices, least.cost
    ));
    match (money(&least.extra_at_least), money(&least.extra_enough)) {
        (_, Money::ZERO) => note("the envelopes suffice".to_owned()),
        (low, high) if low == high => note(format!("£{low} more than the envelopes is needed")),
        (low, high) => note(format!(
            "£{low} more than the envelopes is needed for certain, and £{high} in the years above is enough"
        )),
    }
    if !least.impossible.is_empty() {
        note(format!(
            "{} devices cannot comply in time with anything on sale: {}",
            least.impossible.len(),
            shortened(&least.impossible)
        ));
    }
    if least.failing_unplanned > 0 {
        note(format!("{} devices fail and cannot be planned", least.failing_unplanned));
    }
    if least.unknown > 0 {
        note(format!("of {} devices it is not known whether they comply", least.unknown));
    }
}

fn shortened(labels: &[String]) -> String {
    let shown: Vec<&str> = labels.iter().take(5).map(String::as_str).collect();
    let rest = labels.len().saturating_sub(shown.len());
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
