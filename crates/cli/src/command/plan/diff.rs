//! What changed between two plans.

use std::io::{self, Write};

use planner::difference::{Change, Difference, difference};
use schemars::JsonSchema;
use serde::Serialize;

use super::stored;
use crate::args::Format;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::terminal::{Align, Listing, printable};

/// Say what changed from one plan to another: money by year, and every purchase that moved with its reason.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit plan diff plan-2026.json plan.json\n  \
                        refit plan diff 54722b828b199094 plan.json --format csv -o changes.csv")]
pub(crate) struct Arguments {
    /// The earlier plan: a file, or the id of a stored plan
    from: String,
    /// The later plan
    to: String,
}

/// What `--json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// What changed.
    difference: Difference,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Finish, Failure> {
    let output = context.output(&[
        Format::Plain,
        Format::Table,
        Format::Json,
        Format::Ndjson,
        Format::Csv,
    ])?;
    let (from, to) =
        (stored::read(context, &arguments.from)?, stored::read(context, &arguments.to)?);
    let difference = difference(&from, &to);
    match output.format() {
        Format::Json => {
            let inputs =
                vec![stored::input(&arguments.from, &from)?, stored::input(&arguments.to, &to)?];
            let report = Report { difference };
            let day = context.as_of();
            output.write_json(&Envelope::new("refit.plan-diff/1", day, inputs, report))?;
        }
        Format::Plain => output.write(|out| write(&difference, out))?,
        format => {
            let columns = [
                "asset",
                "site",
                "class",
                "action",
                "change",
                "from_fy",
                "to_fy",
                "from_item",
                "to_item",
                "from_charged",
                "to_charged",
                "reason",
            ];
            let listing = Listing::of(columns.map(|name| (name, Align::Left)), &difference.changes);
            output.write(|out| listing.write(format, out))?;
        }
    }
    Ok(Finish::Done)
}

fn write(difference: &Difference, out: &mut dyn Write) -> io::Result<()> {
    let Difference { from_plan, to_plan, inputs, stability, years, changes } = difference;
    writeln!(out, "from plan {from_plan} to plan {to_plan}")?;
    if !inputs.is_empty() {
        writeln!(out, "inputs that differ: {}", printable(&inputs.join(", ")))?;
    }
    writeln!(
        out,
        "{} of {} purchases stay ({}%): {} earlier, {} later, {} with another item, {} dropped; {} added",
        stability.kept,
        stability.comparable,
        stability.kept_percent,
        stability.earlier,
        stability.later,
        stability.other_item,
        stability.dropped,
        stability.added
    )?;
    for year in years {
        let money = |was: &Option<String>, is: &Option<String>| match (was, is) {
            (Some(was), Some(is)) if was == is => format!("£{is}"),
            (Some(was), Some(is)) => format!("£{was} -> £{is}"),
            (Some(was), None) => format!("£{was} -> no year of the plan"),
            (None, Some(is)) => format!("no year of the plan -> £{is}"),
            (None, None) => String::new(),
        };
        writeln!(
            out,
            "{} {}: envelope {}; spend {}; purchases {} -> {}",
            year.fy,
            year.holder,
            money(&year.envelope_from, &year.envelope_to),
            money(&year.spend_from, &year.spend_to),
            year.purchases_from,
            year.purchases_to
        )?;
    }
    changes.iter().try_for_each(|change| {
        writeln!(out, "{}", printable(&sentence(change)))?;
        writeln!(out, "  {}", printable(&change.reason))
    })
}

fn sentence(change: &Change) -> String {
    let item = |item: &Option<String>| item.clone().unwrap_or_default();
    let fy = |fy: &Option<String>| fy.clone().unwrap_or_default();
    let again = if change.action == "replace-again" { " (second replacement)" } else { "" };
    let what = match change.change.as_str() {
        "added" => format!("added in {} with {}", fy(&change.to_fy), item(&change.to_item)),
        "dropped" => format!("no longer replaced in {}", fy(&change.from_fy)),
        "other-item" => format!(
            "in {} with {} instead of {}",
            fy(&change.to_fy),
            item(&change.to_item),
            item(&change.from_item)
        ),
        "other-price" => format!("in {} at another price", fy(&change.to_fy)),
        _ => format!("moved from {} to {}", fy(&change.from_fy), fy(&change.to_fy)),
    };
    format!("{} ({}, {}){again}: {what}", change.asset, change.class, change.site)
}
