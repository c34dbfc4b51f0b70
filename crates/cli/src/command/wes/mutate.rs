//! `refit wes test --mutate`: changes of a profile that no test of it notices.

use schemars::JsonSchema;
use serde::Serialize;
use wes::mutate::mutants;

use super::{left, write};
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::Output;
use crate::profiles;
use crate::terminal::Listing;

/// What `refit wes test --mutate --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MutantReport {
    /// Changes that no test notices.
    unnoticed: Vec<MutantRow>,
}

/// A change that no test notices.
#[derive(Debug, Serialize, JsonSchema)]
struct MutantRow {
    /// The profile.
    profile: String,
    /// The rule that was changed.
    rule: String,
    /// What was changed, in words.
    change: String,
    /// Where the rule stands.
    place: String,
}

/// Lists the changes that nothing notices; they are findings.
pub(super) fn run(context: &Context, output: &Output, names: &[String]) -> Result<Finish, Failure> {
    let mut unnoticed = Vec::new();
    let mut tried = 0_usize;
    for name in names {
        let profile = profiles::load(context, name)?;
        let failed = profile.run_tests().into_iter().flat_map(|test| test.failures);
        let failed: diagnostic::Diagnostics = failed.collect::<Vec<_>>().into();
        if !failed.is_empty() {
            // Tests that fail notice everything, and so say nothing.
            context.messages.diagnostics(&failed);
            return Ok(Finish::Findings);
        }
        for mutant in mutants(&profile) {
            tried = tried.saturating_add(1);
            if !mutant.noticed {
                unnoticed.push(MutantRow {
                    profile: profile.id().to_owned(),
                    rule: mutant.rule,
                    change: mutant.change,
                    place: mutant.place.to_string(),
                });
            }
        }
    }
    let report = MutantReport { unnoticed };
    let listing = || Listing::of(left(["profile", "rule", "change", "place"]), &report.unnoticed);
    write(context, output, "refit.wes-mutants/1", None, &report, listing)?;
    let missed = report.unnoticed.len();
    context.messages.note(&format!("{tried} changes tried, {missed} noticed by no test"));
    Ok(Finish::findings_if(missed > 0))
}
