//! Money against compliance.

use planner::whatif::{FrontierPoint, frontier};
use schemars::JsonSchema;
use serde::Serialize;

use super::whatif::{FORMATS, WAY_COLUMNS, deliver, threads};
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::planning::EstateArguments;
use crate::terminal::{Align, Listing};

/// Plan with every capital envelope at several percentages of its amount: what money buys in compliance.
///
/// `device_years` are years of devices that surely fail a minimum rule, `pounds_per_device_year` what each year less costs
/// against the point before. Exits with 3 when no point is feasible.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit plan frontier --envelopes envelopes.toml\n  \
                        refit plan frontier --envelopes envelopes.toml --at 80,100,120 --json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    estate: EstateArguments,
    /// Percentages of the envelopes
    #[arg(long, value_name = "PERCENT,...", value_delimiter = ',', default_value = "0,50,75,90,100,110,125,150,200",
          value_parser = clap::value_parser!(u32).range(0..=1000))]
    at: Vec<u32>,
}

/// What `--json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The points, by percentage.
    points: Vec<FrontierPoint>,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Finish, Failure> {
    let output = context.output(FORMATS)?;
    let planning = arguments.estate.read(context)?;
    planning.with(context, arguments.estate.horizon, |estate| {
        let (_, problems) = planner::model::build(estate);
        if problems.has_errors() {
            return Err(problems.into());
        }
        context.messages.diagnostics(&problems);
        let points = frontier(estate, &arguments.at, threads(context));
        if points.is_empty() {
            return Err(Failure::error(codes::USAGE, "no percentage was given")
                .help("write for example --at 90,100,110"));
        }
        let any = points.iter().any(|point| point.way.feasible);
        let columns = WAY_COLUMNS.into_iter().skip(1);
        let columns = [("percent", Align::Right), ("envelope", Align::Right)]
            .into_iter()
            .chain(columns)
            .chain([("pounds_per_device_year", Align::Right)]);
        let listing = Listing::of(columns, &points);
        let report = Report { points };
        deliver(context, &output, &planning, "refit.frontier/1", &report, &listing)?;
        Ok(if any { Finish::Done } else { Finish::Infeasible })
    })
}
