//! `refit doctor`: is everything as it should be on this machine.

use inventory::store::{Access, StoreFault};
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::Format;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::terminal::{Align, Listing};

/// Check the estate's file and its place, and say what to do about what is found.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  refit doctor --db estate.db")]
pub struct Arguments {}

/// What `refit doctor --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Every check that could be made.
    checks: Vec<Finding>,
}

/// How a check ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
enum Verdict {
    /// All is well.
    #[serde(rename = "ok")]
    Good,
    /// It works, and could be better.
    #[serde(rename = "advice")]
    Advice,
    /// It does not work.
    #[serde(rename = "problem")]
    Bad,
}

/// One check.
#[derive(Debug, Serialize, JsonSchema)]
struct Finding {
    /// What was looked at.
    check: &'static str,
    /// How it ended.
    #[serde(rename = "result")]
    verdict: Verdict,
    /// What was found, and what to do about it.
    found: String,
}

/// Runs the command.
///
/// # Errors
/// When the result cannot be written.
pub fn run(_: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let mut checks = vec![place(context)];
    checks.extend(file(context));
    let bad = checks.iter().any(|finding| finding.verdict == Verdict::Bad);
    if output.format() == Format::Json {
        let report = Report { checks };
        output.write_json(&Envelope::new("refit.doctor/1", context.as_of(), Vec::new(), report))?;
    } else {
        let names = ["check", "result", "found"];
        let listing = Listing::of(names.map(|name| (name, Align::Left)), &checks);
        output.write(|out| listing.write(output.format(), out))?;
    }
    Ok(Finish::findings_if(bad))
}

fn place(context: &Context) -> Finding {
    let check = "place";
    match estate::network_drive(context.db()) {
        None => Finding {
            check,
            verdict: Verdict::Good,
            found: "the file lies on a local disk".to_owned(),
        },
        Some(kind) => Finding {
            check,
            verdict: Verdict::Advice,
            found: format!(
                "the file lies on a network drive ({kind}): only one person may work with it at a time; keep it on a local disk and share copies made by `refit db backup`"
            ),
        },
    }
}

fn file(context: &Context) -> Vec<Finding> {
    let finding = |check, verdict, found: String| Finding { check, verdict, found };
    let path = context.db().display();
    let store = match estate::open_store(context, Access::Read) {
        Ok(store) => store,
        Err(error) if error.fault == StoreFault::Missing => {
            let found = format!(
                "there is no estate at {path} yet; `refit demo` or `refit import` makes one"
            );
            return vec![finding("file", Verdict::Advice, found)];
        }
        Err(error) => {
            let problem = error.to_diagnostic();
            let found = format!(
                "{}: {}; {}",
                problem.code,
                problem.message,
                problem.help.unwrap_or_default()
            );
            return vec![finding("file", Verdict::Bad, found)];
        }
    };
    let mut all = vec![finding("file", Verdict::Good, format!("{path} is an estate of refit"))];
    match store.info() {
        Err(error) => all.push(finding("content", Verdict::Bad, error.to_diagnostic().message)),
        Ok(info) => {
            let verdict = if info.damage.is_empty() { Verdict::Good } else { Verdict::Bad };
            let found = if info.damage.is_empty() {
                "the quick check found no damage".to_owned()
            } else {
                info.damage.join("; ")
            };
            all.push(finding("content", verdict, found));
            all.push(finding(
                "journal",
                Verdict::Good,
                format!("{}, SQLite {}", info.journal_mode, info.sqlite_version),
            ));
        }
    }
    drop(store);
    all.push(match estate::open_store(context, Access::Write) {
        Ok(_) => finding("writing", Verdict::Good, "the file can be changed".to_owned()),
        Err(error) => finding("writing", Verdict::Advice, error.to_diagnostic().message),
    });
    all
}
