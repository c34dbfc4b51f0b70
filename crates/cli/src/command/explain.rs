//! `refit explain`: what a code, a rule, a kind of rule or a device's verdicts mean.

mod asset;
mod rule;

use diagnostic::suggest;
use wes::PredicateKind;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::Output;

pub(crate) use asset::Report as AssetReport;

/// Explain an error code, a rule, or the verdicts on a device.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit explain CLI0003\n  refit explain os_in_support\n  refit explain supported_by\n  \
                        refit explain asset:T0001 --wes local.toml --as-of 2027-10-13"
)]
pub struct Arguments {
    /// An error code, a rule, a kind of rule such as `at_least`, or asset:TAG
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
    for what in &arguments.what {
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
