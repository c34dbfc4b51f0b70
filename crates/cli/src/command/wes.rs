//! `refit wes`: profiles listed, shown, resolved, linted and tested.

mod report;

pub use report::{HistoryReport, LintReport, ListReport, ResolveReport, ShowReport, TestReport};

use std::path::Path;

use clap::Subcommand;
use diagnostic::{Diagnostics, Severity, suggest};
use serde::Serialize;
use wes::{Compiled, shipped};

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, Output};
use crate::profiles;
use crate::terminal::{Align, Listing};
use report::{Head, LintProblem, PartRow, ProfileRow, RuleRow, TestRow, TouchRow};

/// List, show, lint and test warranted environment specifications.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit wes list\n  refit wes show example-icb-local-wes\n  \
                        refit wes resolve local.toml --explain memory\n  refit wes lint profiles/\n  \
                        refit wes test local.toml")]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the shipped profiles
    #[command(after_help = "Example:\n  refit wes list --json")]
    List,
    /// Show the rules of a profile, its parents' included
    #[command(after_help = "Example:\n  refit wes show windows-11-hardware")]
    Show {
        /// A file, or the id of a shipped profile
        profile: String,
    },
    /// Show what a profile is made of: its parents, lists and tables with their hashes, and who set what
    #[command(
        after_help = "Examples:\n  refit wes resolve local.toml\n  refit wes resolve local.toml --explain memory.at_least"
    )]
    Resolve {
        /// A file, or the id of a shipped profile
        profile: String,
        /// Every layer that touched a rule, or one key of it, with file and line
        #[arg(long, value_name = "RULE[.KEY]")]
        explain: Option<String>,
    },
    /// Report every problem of profiles; needs no database
    #[command(after_help = "Example:\n  refit wes lint local.toml profiles/")]
    Lint {
        /// Files, or folders whose profiles are all read
        #[arg(required = true, value_name = "FILE|DIR")]
        paths: Vec<String>,
    },
    /// Run the [[test]] blocks of profiles
    #[command(after_help = "Example:\n  refit wes test local.toml")]
    Test {
        /// Files, folders, or ids of shipped profiles; without any, all shipped profiles
        #[arg(value_name = "PROFILE|FILE|DIR")]
        paths: Vec<String>,
    },
}

/// Runs the command.
///
/// # Errors
/// When a profile cannot be read; linting with errors ends so too.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    match &arguments.what {
        What::List => list(context),
        What::Show { profile } => show(context, profile),
        What::Resolve { profile, explain } => resolve(context, profile, explain.as_deref()),
        What::Lint { paths } => lint(context, paths),
        What::Test { paths } => test(context, paths),
    }
}

/// Writes a report: whole as JSON, else the listing of its rows.
fn write(
    context: &Context,
    output: &Output,
    schema: &'static str,
    profile: Option<&Compiled>,
    report: &impl Serialize,
    listing: impl FnOnce() -> Listing,
) -> Result<(), Failure> {
    if output.format() != Format::Json {
        let listing = listing();
        return output.write(|out| listing.write(output.format(), out));
    }
    let inputs = profile.map(profiles::inputs).unwrap_or_default();
    output.write_json(&Envelope::new(schema, context.as_of(), inputs, report))
}

fn left<const N: usize>(names: [&str; N]) -> [(&str, Align); N] {
    names.map(|name| (name, Align::Left))
}

fn list(context: &Context) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let mut rows = Vec::new();
    for (id, _) in shipped::PROFILES {
        let profile = profiles::load(context, id)?;
        let own = profile.layers().last();
        let parents: Vec<String> =
            profile.layers().iter().rev().skip(1).rev().map(wes::Layer::label).collect();
        rows.push(ProfileRow {
            profile: id,
            version: profile.version().to_string(),
            title: own.and_then(|layer| layer.title.clone()),
            rules: profile.rules().len(),
            extends: parents.join(", "),
        });
    }
    let columns = [
        ("profile", Align::Left),
        ("version", Align::Left),
        ("title", Align::Left),
        ("rules", Align::Right),
        ("extends", Align::Left),
    ];
    let report = ListReport { profiles: rows };
    let listing = || Listing::of(columns, &report.profiles);
    write(context, &output, "refit.wes-list/1", None, &report, listing)?;
    Ok(Finish::Done)
}

fn show(context: &Context, name: &str) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let profile = profiles::load(context, name)?;
    let mut rules = Vec::new();
    for rule in profile.rules() {
        let classes = rule.classes();
        let words: Vec<&str> = classes.iter().map(inventory::Class::as_str).collect();
        for tier in rule.tiers() {
            let required = classes
                .iter()
                .find_map(|class| rule.requirement(tier, class, chrono::NaiveDate::MAX));
            let basis = rule.source.as_ref().map(|source| source.basis.as_str());
            rules.push(RuleRow {
                rule: rule.id.clone(),
                classes: words.join(", "),
                tier: tier.word().to_owned(),
                required,
                severity: rule.severity.as_str().to_owned(),
                weight: rule.weight,
                from: rule.start(tier).map(|day| day.to_string()),
                basis: basis.map(str::to_owned),
                why: rule.why.clone(),
            });
        }
    }
    let names =
        ["rule", "classes", "tier", "required", "severity", "weight", "from", "basis", "why"];
    let report = ShowReport { head: Head::of(&profile), rules };
    let listing = || Listing::of(left(names), &report.rules);
    write(context, &output, "refit.wes-show/1", Some(&profile), &report, listing)?;
    let lives: Vec<String> =
        profile.lives().iter().map(|(class, life)| format!("{class} {life}")).collect();
    if !lives.is_empty() {
        context.messages.note(&format!("lives: {}", lives.join(", ")));
    }
    Ok(Finish::Done)
}

fn resolve(context: &Context, name: &str, key: Option<&str>) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let profile = profiles::load(context, name)?;
    if let Some(key) = key {
        let touches = history(&profile, key)?;
        let report = HistoryReport { head: Head::of(&profile), touches };
        let listing = || Listing::of(left(["layer", "key", "written", "place"]), &report.touches);
        write(context, &output, "refit.wes-history/1", Some(&profile), &report, listing)?;
        return Ok(Finish::Done);
    }
    let layer = |layer: &wes::Layer| PartRow {
        kind: "profile",
        name: layer.id.clone(),
        version: Some(layer.version.to_string()),
        file: layer.file.clone(),
        sha256: layer.sha256.clone(),
    };
    let table = |input: &wes::Input| PartRow {
        kind: "table",
        name: input.name.clone(),
        version: input.list_date.map(|date| date.to_string()),
        file: input.file.clone(),
        sha256: input.sha256.clone(),
    };
    let tables = profile.inputs();
    let parts = profile.layers().iter().map(layer).chain(tables.iter().map(table)).collect();
    let report = ResolveReport { head: Head::of(&profile), parts };
    let names = ["kind", "name", "version", "file", "sha256"];
    let listing = || Listing::of(left(names), &report.parts);
    write(context, &output, "refit.wes-resolve/1", Some(&profile), &report, listing)?;
    Ok(Finish::Done)
}

/// Every layer that touched a rule, or one key of it.
fn history(profile: &Compiled, key: &str) -> Result<Vec<TouchRow>, Failure> {
    let (id, part) = key.split_once('.').map_or((key, None), |(id, part)| (id, Some(part)));
    let Some((_, rule)) = profile.rule(id) else {
        let known = profile.rules().iter().map(|rule| rule.id.as_str());
        let help = suggest(id, known).map_or_else(
            || "`refit wes show` lists the rules".to_owned(),
            |near| format!("a rule with a similar name exists: `{near}`"),
        );
        let message = format!("no rule of `{}` is called `{id}`", profile.id());
        return Err(Failure::error(codes::UNKNOWN_NAME, message).help(help));
    };
    let wanted = |touch: &&wes::Touch| {
        part.is_none_or(|part| {
            touch.key == part
                || touch.key.strip_prefix(part).is_some_and(|rest| rest.starts_with('.'))
        })
    };
    let row = |touch: &wes::Touch| TouchRow {
        layer: touch.layer.clone(),
        key: touch.key.clone(),
        written: touch.written.clone(),
        place: touch.place.to_string(),
    };
    Ok(rule.history.iter().filter(wanted).map(row).collect())
}

/// The profiles that a command is about: files, the profiles of folders, shipped ids.
fn named(paths: &[String]) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for path in paths {
        if !Path::new(path).is_dir() {
            names.push(path.clone());
            continue;
        }
        let found = profiles::profile_files(Path::new(path));
        if found.is_empty() {
            return Err(Failure::error(codes::READ, format!("no profile in the folder `{path}`"))
                .help("a profile is a .toml file with a [profile] table"));
        }
        names.extend(found.iter().map(|file| file.display().to_string()));
    }
    Ok(names)
}

fn lint(context: &Context, paths: &[String]) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain, Format::Json, Format::Ndjson])?;
    let names = named(paths)?;
    let mut all = Diagnostics::new();
    for name in &names {
        let (profile, problems) = profiles::read(name)?;
        all.extend(problems);
        all.extend(profile.into_iter().flat_map(|profile| profile.staleness(context.as_of())));
    }
    let count = |severity| all.iter().filter(|problem| problem.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    match output.format() {
        Format::Plain => {
            context.messages.diagnostics(&all);
            output.write(|out| {
                let counted = [(names.len(), "profile"), (errors, "error"), (warnings, "warning")];
                let words = counted.map(|(count, word)| {
                    let plural = if count == 1 { "" } else { "s" };
                    format!("{count} {word}{plural}")
                });
                writeln!(out, "{}", words.join(", "))
            })?;
        }
        Format::Ndjson => {
            output.write(|out| {
                all.iter().try_for_each(|problem| {
                    serde_json::to_writer(&mut *out, &LintProblem::of(problem))?;
                    writeln!(out)
                })
            })?;
        }
        _ => {
            let problems = all.iter().map(LintProblem::of).collect();
            let report = LintReport { profiles: names.len(), errors, warnings, problems };
            output.write_json(&Envelope::new(
                "refit.wes-lint/1",
                context.as_of(),
                Vec::new(),
                report,
            ))?;
        }
    }
    if errors > 0 { Err(Diagnostics::new().into()) } else { Ok(Finish::Done) }
}

fn test(context: &Context, paths: &[String]) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let names = if paths.is_empty() {
        shipped::PROFILES.iter().map(|(id, _)| (*id).to_owned()).collect()
    } else {
        named(paths)?
    };
    let mut tests = Vec::new();
    let mut failures = Diagnostics::new();
    for name in &names {
        let profile = profiles::load(context, name)?;
        for result in profile.run_tests() {
            tests.push(TestRow {
                profile: profile.id().to_owned(),
                result: if result.passed() { "pass" } else { "fail" },
                place: result.place.to_string(),
                test: result.name,
            });
            failures.extend(result.failures);
        }
    }
    let report = TestReport { tests };
    let listing = || Listing::of(left(["profile", "test", "result", "place"]), &report.tests);
    write(context, &output, "refit.wes-test/1", None, &report, listing)?;
    let failed = !failures.is_empty();
    context.messages.diagnostics(&failures);
    Ok(Finish::findings_if(failed))
}
