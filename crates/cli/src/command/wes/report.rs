//! What `refit wes` prints as JSON.

use diagnostic::{Diagnostic, Place};
use schemars::JsonSchema;
use serde::Serialize;
use wes::Compiled;

use crate::command::import::ProblemReport;

/// What `refit wes list --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListReport {
    /// The shipped profiles.
    pub(super) profiles: Vec<ProfileRow>,
}

/// A shipped profile.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ProfileRow {
    /// Its id.
    pub(super) profile: &'static str,
    /// Its version.
    pub(super) version: String,
    /// Its title.
    pub(super) title: Option<String>,
    /// Number of its rules, its parents' included.
    pub(super) rules: usize,
    /// The profiles that it extends with their versions, separated by commas.
    pub(super) extends: String,
}

/// The profile that a report is about.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Head {
    /// Its id.
    profile: String,
    /// Its version.
    version: String,
    /// SHA-256 of everything that it is made of, in hexadecimal.
    sha256: String,
}

impl Head {
    pub(super) fn of(profile: &Compiled) -> Self {
        Self {
            profile: profile.id().to_owned(),
            version: profile.version().to_string(),
            sha256: profile.sha256(),
        }
    }
}

/// What `refit wes show --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShowReport {
    #[serde(flatten)]
    pub(super) head: Head,
    /// Its rules, its parents' included, one row for each tier.
    pub(super) rules: Vec<RuleRow>,
}

/// What a rule asks in one tier.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RuleRow {
    /// Its id.
    pub(super) rule: String,
    /// The classes that it judges, separated by commas.
    pub(super) classes: String,
    /// minimum or recommended.
    pub(super) tier: String,
    /// What it asks, in words.
    pub(super) required: Option<String>,
    /// How grave a failure is.
    pub(super) severity: String,
    /// Its weight in the risk of a device.
    pub(super) weight: u32,
    /// The first day on which it holds; without it, it has always held.
    pub(super) from: Option<String>,
    /// What kind of source it rests on.
    pub(super) basis: Option<String>,
    /// Why it is asked.
    pub(super) why: String,
}

/// What `refit wes resolve --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResolveReport {
    #[serde(flatten)]
    pub(super) head: Head,
    /// Its parents, itself, and the lists and tables that they read.
    pub(super) parts: Vec<PartRow>,
}

/// A file that a profile is made of.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PartRow {
    /// profile or table.
    pub(super) kind: &'static str,
    /// Its id or name.
    pub(super) name: String,
    /// The version of a profile, the date of a table.
    pub(super) version: Option<String>,
    /// The file.
    pub(super) file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub(super) sha256: String,
}

/// What `refit wes resolve --explain RULE --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HistoryReport {
    #[serde(flatten)]
    pub(super) head: Head,
    /// Every layer that touched the rule, or one key of it, from the oldest parent on.
    pub(super) touches: Vec<TouchRow>,
}

/// What one layer did to one key of a rule.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TouchRow {
    /// The profile with its version.
    pub(super) layer: String,
    /// The key.
    pub(super) key: String,
    /// What it wrote there.
    pub(super) written: String,
    /// File and line.
    pub(super) place: String,
}

/// What `refit wes lint --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LintReport {
    /// Number of profiles that were read.
    pub(super) profiles: usize,
    /// Number of errors.
    pub(super) errors: usize,
    /// Number of warnings.
    pub(super) warnings: usize,
    /// Every problem.
    pub(super) problems: Vec<LintProblem>,
}

/// A problem of a profile.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LintProblem {
    #[serde(flatten)]
    problem: ProblemReport,
    /// Other places that have to do with it.
    related: Vec<RelatedPlace>,
}

/// Another place that has to do with a problem.
#[derive(Debug, Serialize, JsonSchema)]
struct RelatedPlace {
    /// The file.
    file: String,
    /// The line, from 1.
    line: Option<u32>,
    /// The column: a heading, or a number from 1.
    column: Option<String>,
    /// What it has to do with it.
    message: String,
}

impl LintProblem {
    pub(super) fn of(problem: &Diagnostic) -> Self {
        let related = |(place, message): &(Place, String)| RelatedPlace {
            file: place.file.to_string(),
            line: place.line,
            column: place.column.as_ref().map(ToString::to_string),
            message: message.clone(),
        };
        Self {
            problem: ProblemReport::of(problem),
            related: problem.related.iter().map(related).collect(),
        }
    }
}

/// What `refit wes test --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TestReport {
    /// Every test, in the order of the files.
    pub(super) tests: Vec<TestRow>,
}

/// One test of a profile.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TestRow {
    /// The profile.
    pub(super) profile: String,
    /// The test's name.
    pub(super) test: String,
    /// pass or fail.
    pub(super) result: &'static str,
    /// File and line.
    pub(super) place: String,
}
