//! Reading a plan, and the problems of one.

use chrono::NaiveDate;
use diagnostic::{Code, Diagnostic, Diagnostics, Place};
use inventory::{FinancialYear, Money};
use planner::document::{self, PlanDocument};

use super::codes;
use super::pounds::{LARGEST_PENCE, Pounds};

/// Reads `plan.json`.
///
/// # Errors
/// One [`Diagnostic`] with the place when the text is not JSON, lacks a key, or is of another schema.
pub fn plan(name: &str, text: &str) -> Result<PlanDocument, Box<Diagnostic>> {
    let plan: PlanDocument = serde_json::from_str(text).map_err(|error| {
        let line = u32::try_from(error.line()).unwrap_or(u32::MAX);
        let message = format!("not a plan: {}", first_part(&error.to_string()));
        problem(codes::NOT_A_PLAN, message, Place::record(name, line, None))
    })?;
    if plan.schema == document::SCHEMA {
        return Ok(plan);
    }
    let message = format!("expected schema `{}`, found `{}`", document::SCHEMA, plan.schema);
    Err(Box::new(problem(codes::NOT_A_PLAN, message, Place::file(name))))
}

fn problem(code: Code, message: String, place: Place) -> Diagnostic {
    Diagnostic::error(code, message)
        .at(place)
        .help("give the file that `refit plan -o plan.json` wrote")
}

/// The parser's words without its position, which stands apart, and without names of types.
fn first_part(message: &str) -> String {
    let words = message.split(" at line ").next().unwrap_or(message);
    match words.split_once("struct ") {
        Some((before, _)) => format!("{before}an object"),
        None => words.to_owned(),
    }
}

/// Parses the texts of one plan and keeps every problem.
#[derive(Debug)]
pub struct Reader<'n> {
    name: &'n str,
    /// What was found so far.
    pub problems: Diagnostics,
}

impl<'n> Reader<'n> {
    /// A reader for the plan of this file name.
    pub fn new(name: &'n str) -> Self {
        Self { name, problems: Diagnostics::new() }
    }

    /// An amount; zero with a problem when it cannot be read.
    pub fn amount(&mut self, at: impl FnOnce() -> String, text: &str) -> Pounds {
        let why = match text.parse::<Money>() {
            Ok(money) if money.pence().unsigned_abs() <= LARGEST_PENCE.unsigned_abs() => {
                return money.into();
            }
            Ok(_) => "expected at most ten billion pounds".to_owned(),
            Err(error) => error.to_string(),
        };
        self.bad(&at(), text, &why);
        Pounds::ZERO
    }

    /// A financial year of the horizon; a problem otherwise.
    pub fn year(&mut self, at: impl FnOnce() -> String, text: &str, horizon: &[String]) {
        if !horizon.iter().any(|year| year == text) {
            self.bad(&at(), text, "expected a year of the plan's horizon");
        }
    }

    /// A year label that must be well formed.
    pub fn label(&mut self, at: impl FnOnce() -> String, text: &str) -> Option<FinancialYear> {
        match text.parse::<FinancialYear>() {
            Ok(year) => Some(year),
            Err(why) => {
                self.bad(&at(), text, &why.to_string());
                None
            }
        }
    }

    /// A date that must be there.
    pub fn date(&mut self, at: impl FnOnce() -> String, text: &str) -> Option<NaiveDate> {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        if date.is_none() {
            self.bad(&at(), text, "expected an ISO 8601 date such as 2027-04-01");
        }
        date
    }

    /// Records that two figures of the plan differ.
    pub fn disagrees(&mut self, what: &str, left: &str, right: &str) {
        self.problems.push(
            Diagnostic::error(codes::DISAGREES, format!("{what}: `{left}` differs from `{right}`"))
                .at(Place::file(self.name))
                .help("make the plan again and check it with `refit plan verify`"),
        );
    }

    fn bad(&mut self, at: &str, text: &str, why: &str) {
        self.problems.push(
            Diagnostic::error(codes::BAD_VALUE, format!("`{at}`: {why}, found `{text}`"))
                .at(Place::file(self.name))
                .value(text)
                .help("plans are not edited by hand; make it again with `refit plan`"),
        );
    }
}
