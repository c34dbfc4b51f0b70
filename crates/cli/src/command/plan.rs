//! `refit plan`: a refresh plan within capital envelopes, and what is done with plans.

mod make;
mod problem;
pub(crate) mod stored;
pub(crate) mod summary;
pub(crate) mod verify;

pub use make::Infeasible;
pub use stored::ListReport;
pub use verify::Report as CheckReport;

use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;

use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::planning::{PlanningArguments, parse_years};

/// Plan the refresh of devices within the capital envelopes, with a proof of how near to the best possible it is.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  refit plan --envelopes envelopes.toml -o plan.json\n  \
                  refit plan --horizon 10 --start 2027/28 --envelopes envelopes.toml --prices prices.toml --policy policy.toml\n  \
                  refit plan verify plan.json\n  \
                  refit plan problem --plan plan.json -o problem"
)]
pub struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    make: Box<MakeArguments>,
}

/// What a plan is made from, and how.
#[derive(Clone, Debug, clap::Args)]
pub struct MakeArguments {
    /// The money of each budget holder and year
    #[arg(long, value_name = "FILE", required = true)]
    envelopes: Option<PathBuf>,
    #[command(flatten)]
    planning: PlanningArguments,
    /// Number of financial years
    #[arg(long, value_name = "YEARS", default_value = "5", value_parser = parse_years)]
    horizon: usize,
    /// Search on until (objective - bound) / objective is at most this
    #[arg(long, value_name = "G", default_value_t = 1e-4)]
    gap: f64,
    /// Stop after this many seconds with the best plan found; the plan then depends on the machine
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    time_limit: Option<Duration>,
    /// Exit with 4 when the gap asked for is not proved
    #[arg(long)]
    require_proof: bool,
    /// Leave readings of the clock out of the plan, so that the same inputs give the same bytes
    #[arg(long)]
    no_timings: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Verify a plan against its problem: feasibility, totals to the penny, the bound from the multipliers
    Verify(verify::Arguments),
    /// Write the planning problem itself as a folder of open files
    Problem(problem::Arguments),
    /// List the stored plans
    #[command(after_help = "Examples:\n  refit plan list\n  refit plan list --json")]
    List,
    /// Show a plan: its money by year, or the whole document with --json
    #[command(
        after_help = "Examples:\n  refit plan show plan.json\n  refit plan show 54722b828b199094 --json"
    )]
    Show {
        /// A plan file, or the id of a stored plan
        plan: String,
    },
}

/// Runs the command.
///
/// # Errors
/// When the estate or a file cannot be read, or nothing can be planned.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    match &arguments.what {
        None => make::run(&arguments.make, context),
        Some(What::Verify(arguments)) => verify::run(arguments, context),
        Some(What::Problem(arguments)) => problem::run(arguments, context),
        Some(What::List) => stored::list(context),
        Some(What::Show { plan }) => stored::show(plan, context),
    }
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected a number of seconds such as 60 or 0.5".to_owned())
}
