//! `refit wes assign`: which profiles judge which organisations.

use std::path::PathBuf;

use chrono::NaiveDate;
use inventory::store::{Access, Document};
use inventory::{OrgCode, Store};
use schemars::JsonSchema;
use serde::Serialize;
use wes::assign::{Assignment, Assignments};

use super::{left, write};
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::read_source;
use crate::profiles;
use crate::terminal::Listing;

/// What `refit wes assign --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AssignReport {
    /// Every assignment of the estate.
    assignments: Vec<AssignRow>,
}

/// One assignment.
#[derive(Debug, Serialize, JsonSchema)]
struct AssignRow {
    /// The profile.
    profile: String,
    /// The organisations, separated by commas.
    to: String,
    /// The clinical systems that it is restricted to, separated by commas.
    clinical_system: String,
    /// The first day.
    from: Option<String>,
    /// The last day.
    until: Option<String>,
}

/// What is assigned to whom.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The profile: a file, or the id of a shipped one; without it the assignments are listed
    #[arg(requires = "to")]
    profile: Option<String>,
    /// Organisations; everything below them follows
    #[arg(long, value_delimiter = ',', value_name = "ORG,...", requires = "profile")]
    to: Vec<OrgCode>,
    /// The first day
    #[arg(long, value_name = "YYYY-MM-DD", requires = "profile")]
    from: Option<NaiveDate>,
    /// The last day
    #[arg(long, value_name = "YYYY-MM-DD", requires = "profile")]
    until: Option<NaiveDate>,
    /// Only practices that use these clinical systems
    #[arg(long, value_delimiter = ',', value_name = "SYSTEM,...", requires = "profile")]
    clinical_system: Vec<String>,
    /// Take all assignments from a file instead
    #[arg(long, value_name = "FILE", conflicts_with = "profile")]
    file: Option<PathBuf>,
}

/// Adds an assignment, takes them from a file, or lists them.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Finish, Failure> {
    if arguments.profile.is_none() && arguments.file.is_none() {
        let store = estate::open(context, Access::Read)?;
        return list(context, &profiles::assigned(&store)?);
    }
    let mut store = estate::open(context, Access::Write)?;
    let mut all = profiles::assigned(&store)?;
    if let Some(path) = &arguments.file {
        let (read, problems) = Assignments::read(&read_source(path)?);
        if problems.has_errors() {
            return Err(problems.into());
        }
        all = read;
    }
    if let Some(profile) = &arguments.profile {
        all.add(Assignment {
            profile: profile.clone(),
            to: arguments.to.clone(),
            clinical_system: arguments
                .clinical_system
                .iter()
                .map(|system| system.to_lowercase())
                .collect(),
            from: arguments.from,
            until: arguments.until,
        })
        .map_err(|problem| Failure::from(*problem))?;
    }
    for profile in all.profiles() {
        profiles::load(context, profile)?;
    }
    warn_of_strangers(context, &store, &all)?;
    let text = all.to_string();
    let document = Document::new(
        profiles::ASSIGNED,
        profiles::ASSIGNED,
        &context.recorded_at(),
        "{}",
        text.into_bytes(),
    );
    store.put_document(&document)?;
    list(context, &all)
}

/// Organisations that no file has declared get a note: nothing can be below them.
fn warn_of_strangers(
    context: &Context,
    store: &dyn Store,
    all: &Assignments,
) -> Result<(), Failure> {
    let known = store.organisations()?;
    let mut strangers: Vec<String> = all
        .iter()
        .flat_map(|own| &own.to)
        .filter(|code| !known.iter().any(|organisation| organisation.code == **code))
        .map(ToString::to_string)
        .collect();
    strangers.sort();
    strangers.dedup();
    if !strangers.is_empty() {
        context.messages.note(&format!(
            "no organisations file has declared {}; only devices whose site is that code are judged",
            strangers.join(", ")
        ));
    }
    Ok(())
}

fn list(context: &Context, all: &Assignments) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let row = |own: &Assignment| {
        let to: Vec<String> = own.to.iter().map(ToString::to_string).collect();
        AssignRow {
            profile: own.profile.clone(),
            to: to.join(", "),
            clinical_system: own.clinical_system.join(", "),
            from: own.from.map(|day| day.to_string()),
            until: own.until.map(|day| day.to_string()),
        }
    };
    let report = AssignReport { assignments: all.iter().map(row).collect() };
    let names = ["profile", "to", "clinical_system", "from", "until"];
    let listing = || Listing::of(left(names), &report.assignments);
    write(context, &output, "refit.wes-assign/1", None, &report, listing)?;
    if all.is_empty() {
        context.messages.note("nothing is assigned: every device is judged by one profile");
    }
    Ok(Finish::Done)
}
