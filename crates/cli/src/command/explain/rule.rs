//! What a rule asks, why, and on whose word.

use std::io::{self, Write};

use diagnostic::suggest;
use wes::{Compiled, PredicateKind, Remedy, Rule};

use crate::codes;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Output;
use crate::profiles;
use crate::terminal::printable;

pub(super) fn explain(
    context: &Context,
    output: &Output,
    id: &str,
    profile: Option<&str>,
) -> Result<(), Failure> {
    let profile = profiles::load(context, profile.unwrap_or(profiles::DEFAULT))?;
    let Some((_, rule)) = profile.rule(id) else {
        let rules = profile.rules().iter().map(|rule| rule.id.as_str());
        let kinds = PredicateKind::ALL.iter().map(|kind| kind.word());
        let help = suggest(id, rules.chain(kinds)).map_or_else(
            || format!("`refit wes show {}` lists the rules", profile.id()),
            |near| format!("a similar name exists: `{near}`"),
        );
        return Err(
            Failure::error(codes::UNKNOWN_NAME, format!("nothing is called `{id}`")).help(help)
        );
    };
    output.write(|out| write_rule(&profile, rule, context.as_of(), out))
}

fn write_rule(
    profile: &Compiled,
    rule: &Rule,
    day: chrono::NaiveDate,
    out: &mut dyn Write,
) -> io::Result<()> {
    let classes = rule.classes();
    let words: Vec<&str> = classes.iter().map(inventory::Class::as_str).collect();
    writeln!(out, "{} of {} {}", rule.id, profile.id(), profile.version())?;
    writeln!(out, "  judges    {}", words.join(", "))?;
    writeln!(out, "  severity  {}, weight {}", rule.severity, rule.weight)?;
    for tier in rule.tiers() {
        let required = classes.iter().find_map(|class| {
            rule.requirement(tier, class, day)
                .or_else(|| rule.requirement(tier, class, chrono::NaiveDate::MAX))
        });
        let from = rule.start(tier).map(|day| format!(" (from {day})")).unwrap_or_default();
        writeln!(out, "  {tier:<11} {}{from}", printable(&required.unwrap_or_default()))?;
    }
    if !rule.why.is_empty() {
        writeln!(out, "  why       {}", printable(&rule.why))?;
    }
    if let Some(source) = &rule.source {
        let parts = [
            Some(source.document.clone()),
            source.section.clone(),
            source.date.map(|day| day.to_string()),
            source.url.clone(),
        ];
        let words: Vec<String> = parts.into_iter().flatten().collect();
        writeln!(out, "  source    {} [{}]", printable(&words.join("; ")), source.basis)?;
    }
    if let Some(remedy) = &rule.remedy {
        writeln!(out, "  remedy    {}", remedies(remedy))?;
    }
    if let Some(relaxation) = &rule.relaxation {
        writeln!(
            out,
            "  relaxed   until {} by {}: {}",
            relaxation.until,
            printable(&relaxation.approved_by),
            printable(&relaxation.reason)
        )?;
    }
    for touch in &rule.history {
        writeln!(
            out,
            "  set by    {}: {} = {} ({})",
            touch.layer,
            touch.key,
            printable(&touch.written),
            printable(&touch.place.to_string())
        )?;
    }
    Ok(())
}

/// The remedies in the order in which they are tried.
pub(super) fn remedies(remedy: &Remedy) -> String {
    let words: Vec<String> = remedy
        .chain()
        .map(|own| match &own.item {
            Some(item) => format!("{} with {item}", own.kind),
            None => own.kind.to_string(),
        })
        .collect();
    words.join(", else ")
}
