//! The reserve list: what late money could buy.

use inventory::{FinancialYear, Money};
use planner::reserve::{Reserve, reserve};
use schemars::JsonSchema;
use serde::Serialize;

use super::whatif::{FORMATS, deliver, on_plan};
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::planning::EstateArguments;
use crate::terminal::{Align, Listing};

/// List bundles, one a site, that money which comes late in a year could still buy and have delivered by 31 March.
///
/// The bundle that saves most for a pound comes first. With --amount, bundles are chosen in that order for each holder.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit plan reserve --fy 2026/27 --start 2026/27 --envelopes envelopes.toml\n  \
                        refit plan reserve --fy 2027/28 --amount 50000 --envelopes envelopes.toml --format csv -o reserve.csv\n\n\
                        CSV has one row a purchase, the other lists one a bundle."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    estate: EstateArguments,
    /// The financial year of receipt, a year of the plan (default: its first)
    #[arg(long, value_name = "FY")]
    fy: Option<FinancialYear>,
    /// The late money of each holder, in pounds
    #[arg(long, value_name = "POUNDS")]
    amount: Option<Money>,
}

/// What `--json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The reserve list.
    reserve: Reserve,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Finish, Failure> {
    let output = context.output(FORMATS)?;
    on_plan(context, &arguments.estate, &output, |estate, planned, planning| {
        let fy = arguments.fy.unwrap_or(estate.start);
        let Some(list) = reserve(estate, planned, fy, arguments.amount) else {
            return Err(Failure::error(codes::USAGE, format!("{fy} is no year of the plan"))
                .help("begin the plan with that year: --start"));
        };
        let by_line = output.format() == crate::args::Format::Csv;
        let listing = if by_line { lines(&list) } else { bundles(&list) };
        let report = Report { reserve: list };
        deliver(context, &output, planning, "refit.reserve/1", &report, &listing)?;
        let list = &report.reserve;
        let chosen = list.bundles.iter().filter(|bundle| bundle.chosen).count();
        context.messages.note(&match &list.amount {
            Some(amount) => format!(
                "of £{amount} for each holder, {chosen} bundles for £{} can be received in {fy}",
                list.chosen
            ),
            None => format!("{} bundles can be received in {fy}", list.bundles.len()),
        });
        Ok(Finish::Done)
    })
}

fn bundles(list: &Reserve) -> Listing {
    let mut listing = Listing::new([
        ("rank", Align::Right),
        ("holder", Align::Left),
        ("site", Align::Left),
        ("devices", Align::Right),
        ("cost", Align::Right),
        ("cumulative", Align::Right),
        ("saves", Align::Right),
        ("engineer_hours", Align::Right),
        ("order_by", Align::Left),
        ("chosen", Align::Left),
    ]);
    for bundle in &list.bundles {
        listing.push(vec![
            bundle.rank.into(),
            bundle.holder.clone().into(),
            bundle.site.clone().into(),
            bundle.lines.len().into(),
            bundle.cost.clone().into(),
            bundle.cumulative.clone().into(),
            bundle.saves.clone().into(),
            bundle.engineer_hours.clone().into(),
            bundle.order_by.clone().into(),
            bundle.chosen.into(),
        ]);
    }
    listing
}

fn lines(list: &Reserve) -> Listing {
    let mut listing = Listing::new([
        ("rank", Align::Right),
        ("holder", Align::Left),
        ("site", Align::Left),
        ("chosen", Align::Left),
        ("asset", Align::Left),
        ("class", Align::Left),
        ("item", Align::Left),
        ("price_net", Align::Right),
        ("charged", Align::Right),
        ("saves", Align::Right),
        ("lead_days", Align::Right),
        ("planned_fy", Align::Left),
        ("reason", Align::Left),
    ]);
    for bundle in &list.bundles {
        for line in &bundle.lines {
            listing.push(vec![
                bundle.rank.into(),
                bundle.holder.clone().into(),
                bundle.site.clone().into(),
                bundle.chosen.into(),
                line.asset.clone().into(),
                line.class.clone().into(),
                line.item.clone().into(),
                line.price_net.clone().into(),
                line.charged.clone().into(),
                line.saves.clone().into(),
                line.lead_days.into(),
                line.planned_fy.clone().into(),
                line.reason.clone().into(),
            ]);
        }
    }
    listing
}
