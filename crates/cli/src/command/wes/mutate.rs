//! `refit wes test --mutate`: changes of a profile that no test of it notices.

use serde_json::json;
use wes::mutate::mutants;

use super::write;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::Output;
use crate::profiles;
use crate::terminal::{Align, Listing};

/// Lists the changes that nothing notices; they are findings.
pub(super) fn run(context: &Context, output: &Output, names: &[String]) -> Result<Finish, Failure> {
    let columns = ["profile", "rule", "change", "place"];
    let mut listing = Listing::new(columns.map(|name| (name, Align::Left)));
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
                listing.push(vec![
                    json!(profile.id()),
                    json!(mutant.rule),
                    json!(mutant.change),
                    json!(mutant.place.to_string()),
                ]);
            }
        }
    }
    write(context, output, ("refit.wes-mutants/1", "unnoticed"), None, &listing)?;
    context.messages.note(&format!("{tried} changes tried, {} noticed by no test", listing.len()));
    Ok(Finish::findings_if(!listing.is_empty()))
}
