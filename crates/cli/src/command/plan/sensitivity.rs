//! What a plan owes to its weights.

use planner::whatif::{Way, sensitivity};
use schemars::JsonSchema;
use serde::Serialize;

use super::whatif::{FORMATS, WAY_COLUMNS, deliver, on_plan, threads};
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::planning::EstateArguments;
use crate::terminal::{Align, Listing};

/// Plan again with each weight of the policy halved and doubled, and measure every plan at the policy's own weights.
///
/// `device_years` are years of devices that surely fail a minimum rule; `moved` counts devices whose year of replacement
/// differs from the plan's. A weight of zero is left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit plan sensitivity --envelopes envelopes.toml\n  \
                        refit plan sensitivity --envelopes envelopes.toml --policy policy.toml --format csv -o weights.csv")]
pub(crate) struct Arguments {
    #[command(flatten)]
    estate: EstateArguments,
}

/// What `--json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Where the weights come from.
    weights_source: String,
    /// The plan, and the plans with other weights.
    ways: Vec<Way>,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Finish, Failure> {
    let output = context.output(FORMATS)?;
    on_plan(context, &arguments.estate, &output, |estate, planned, planning| {
        let ways = sensitivity(estate, planned, threads(context));
        let columns = WAY_COLUMNS.into_iter().chain([("moved", Align::Right)]);
        let listing = Listing::of(columns, &ways);
        let most = ways.iter().map(|way| way.moved).max().unwrap_or(0);
        let report = Report { weights_source: estate.policy.weights_source.clone(), ways };
        deliver(context, &output, planning, "refit.sensitivity/1", &report, &listing)?;
        context.messages.note(&format!(
            "weights: {}; at most {most} devices change their year",
            report.weights_source
        ));
        Ok(Finish::Done)
    })
}
