//! `refit explain`: what a code, a rule, a device's verdicts or a plan's choice mean.

use diagnostic::suggest;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};

/// Explain an error code.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  refit explain CLI0003")]
pub struct Arguments {
    /// What to explain: an error code such as CLI0003
    #[arg(required = true)]
    what: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When nothing has the name.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain])?;
    let all = codes::all();
    for what in &arguments.what {
        let wanted = what.to_ascii_uppercase();
        let Some(entry) = all.iter().find(|entry| entry.code.as_str() == wanted) else {
            let near = suggest(&wanted, all.iter().map(|entry| entry.code.as_str()));
            let help = near.map_or_else(
                || "an error code has three capital letters and four digits".to_owned(),
                |near| format!("a similar code exists: {near}"),
            );
            return Err(Failure::error(codes::UNKNOWN_NAME, format!("nothing is called `{what}`"))
                .help(help));
        };
        output.write(|out| {
            let severity = entry.severity.as_str();
            writeln!(
                out,
                "{} ({severity}, since {}): {}\n\n{}",
                entry.code, entry.since, entry.title, entry.explanation
            )
        })?;
    }
    Ok(Finish::Done)
}
