//! `refit explain`: what a code, a rule, a kind of rule or a device's verdicts mean.

mod asset;
mod plan;
mod rule;

use diagnostic::suggest;
use wes::PredicateKind;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::Output;

pub(crate) use asset::Report as AssetReport;
pub(crate) use plan::{AssetInPlan, YearInPlan};

/// Explain an error code, a rule, the verdicts on a device, or a choice of a plan.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit explain CLI0003\n  refit explain os_in_support\n  refit explain supported_by\n  \
                        refit explain asset:T0001 --wes local.toml --as-of 2027-10-13\n  \
                        refit explain plan:plan.json asset:T0001\n  refit explain plan:plan.json year:2028/29"
)]
pub struct Arguments {
    /// An error code, a rule, a kind of rule such as `at_least`, asset:TAG, or plan:FILE with asset:TAG or year:FY
    #[arg(required = true)]
    what: Vec<String>,
    /// The profile of rules and verdicts: a file, or the id of a shipped one
    #[arg(long, value_name = "PROFILE|FILE")]
    wes: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When nothing has the name, or the estate or profile that it needs cannot be read.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let profile = arguments.wes.as_deref();
    let mut plan = None;
    for what in &arguments.what {
        if let Some(file) = what.strip_prefix("plan:") {
            plan = Some(file);
            continue;
        }
        if let Some(file) = plan {
            plan::explain(context, file, what)?;
            continue;
        }
        if let Some(tag) = what.strip_prefix("asset:") {
            asset::explain(context, tag, profile)?;
            continue;
        }
        let output = context.output(&[Format::Plain])?;
        if is_code(what) {
            code(&output, what)?;
        } else if let Some(kind) = PredicateKind::ALL.iter().find(|kind| kind.word() == what) {
            output.write(|out| write!(out, "{}", kind.page()))?;
        } else {
            rule::explain(context, &output, what, profile)?;
        }
    }
    if plan.is_some() && arguments.what.len() == 1 {
        return Err(Failure::error(codes::USAGE, "nothing of the plan was asked about")
            .help("write `asset:TAG` or `year:2027/28` after the plan"));
    }
    Ok(Finish::Done)
}

fn is_code(what: &str) -> bool {
    let digits = what.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    digits.len() == 4
        && what.len() > digits.len()
        && digits.bytes().all(|digit| digit.is_ascii_digit())
}

fn code(output: &Output, what: &str) -> Result<(), Failure> {
    let all = codes::all();
    let wanted = what.to_ascii_uppercase();
    let Some(entry) = all.iter().find(|entry| entry.code.as_str() == wanted) else {
        let near = suggest(&wanted, all.iter().map(|entry| entry.code.as_str()));
        let help = near.map_or_else(
            || "an error code has two or three capital letters and four digits".to_owned(),
            |near| format!("a similar code exists: {near}"),
        );
        return Err(
            Failure::error(codes::UNKNOWN_NAME, format!("nothing is called `{what}`")).help(help)
        );
    };
    output.write(|out| {
        let severity = entry.severity.as_str();
        writeln!(
            out,
            "{} ({severity}, since {}): {}\n\n{}",
            entry.code, entry.since, entry.title, entry.explanation
        )
    })
}
