//! Approving a plan, and withdrawing the approval.

use chrono::NaiveDate;
use inventory::Money;
use inventory::store::Access;
use planner::approval::{Approval, Decision, approve as approved, state, withdraw as withdrawn};
use planner::document::check_document;
use schemars::JsonSchema;
use serde::Serialize;

use super::stored;
use crate::args::Format;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::terminal::printable;

/// Approve a plan: it is verified first, preparer and approver are two persons, and the role's limit covers its spend.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit plan approve plan.json --prepared-by \"A. Planner\" --by \"F. Director\" \
                        --role \"Director of Finance\" --limit 1500000.00\n  \
                        refit plan approve 54722b828b199094 --prepared-by \"A. Planner\" --by \"F. Director\" \
                        --role \"Director of Finance\" --limit 1500000.00 --on 2027-02-14"
)]
pub(crate) struct ApproveArguments {
    /// A plan file, or the id of a stored plan
    plan: String,
    /// Who prepared the plan
    #[arg(long, value_name = "NAME", value_parser = name)]
    prepared_by: String,
    /// Who approves it
    #[arg(long, value_name = "NAME", value_parser = name)]
    by: String,
    /// In which role
    #[arg(long, value_name = "ROLE", value_parser = name)]
    role: String,
    /// Up to which amount the role may approve, in pounds, as the scheme of delegation states it
    #[arg(long, value_name = "POUNDS")]
    limit: Money,
    /// The day of the decision (default: the as-of day)
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: Option<NaiveDate>,
    /// What was said
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Withdraw the approval of a plan; the approval stays on record.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  refit plan withdraw plan.json --by \"F. Director\" --role \"Director of Finance\" \
                        --reason \"the settlement was cut\""
)]
pub(crate) struct WithdrawArguments {
    /// A plan file, or the id of a stored plan
    plan: String,
    /// Who withdraws it
    #[arg(long, value_name = "NAME", value_parser = name)]
    by: String,
    /// In which role
    #[arg(long, value_name = "ROLE", value_parser = name)]
    role: String,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = name)]
    reason: String,
    /// The day of the decision (default: the as-of day)
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: Option<NaiveDate>,
}

/// What `--json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The plan.
    plan_id: String,
    /// `approved` or `withdrawn`.
    state: String,
    /// Every decision about it, in order.
    decisions: Vec<Decision>,
}

/// A name that is not empty.
fn name(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_alphanumeric) && !text.chars().any(char::is_control) {
        Ok(text.trim().to_owned())
    } else {
        Err("expected words on one line".to_owned())
    }
}

pub(super) fn approve(arguments: &ApproveArguments, context: &Context) -> Result<Finish, Failure> {
    let document = stored::read(context, &arguments.plan)?;
    let (problem, names) = stored::problem(context, &document, None)?;
    let check = check_document(&document, &problem, &names);
    if !check.is_sound() {
        let found: Vec<String> = check.violations.iter().take(3).map(ToString::to_string).collect();
        return Err(Failure::error(
            planner::codes::APPROVAL_UNSOUND,
            format!("plan {} does not verify: {}", document.plan_id, found.join("; ")),
        )
        .help("see `refit plan verify`, and plan again"));
    }
    decide(context, &document.plan_id, |before| {
        let approval = Approval {
            prepared_by: arguments.prepared_by.clone(),
            by: arguments.by.clone(),
            role: arguments.role.clone(),
            limit: arguments.limit,
            on: arguments.on.unwrap_or(context.as_of()),
            note: arguments.note.clone(),
        };
        Ok(approved(&document, before, &approval)?)
    })
}

pub(super) fn withdraw(
    arguments: &WithdrawArguments,
    context: &Context,
) -> Result<Finish, Failure> {
    let document = stored::read(context, &arguments.plan)?;
    decide(context, &document.plan_id, |before| {
        let WithdrawArguments { by, role, reason, .. } = arguments;
        let on = arguments.on.unwrap_or(context.as_of());
        Ok(withdrawn(&document.plan_id, before, by, role, on, reason)?)
    })
}

fn decide(
    context: &Context,
    plan_id: &str,
    decision: impl FnOnce(&[Decision]) -> Result<Decision, Failure>,
) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain, Format::Json])?;
    let mut decisions = stored::decisions(&estate::open(context, Access::Read)?, plan_id)?;
    let new = decision(&decisions)?;
    stored::decide(context, plan_id, decisions.len(), &new)?;
    let words = sentence(&new);
    decisions.push(new);
    let report =
        Report { plan_id: plan_id.to_owned(), state: state(&decisions).to_owned(), decisions };
    if output.format() == Format::Json {
        let day = context.as_of();
        output.write_json(&Envelope::new("refit.plan-decision/1", day, Vec::new(), report))?;
    } else {
        output.write(|out| writeln!(out, "{}", printable(&words)))?;
    }
    Ok(Finish::Done)
}

fn sentence(decision: &Decision) -> String {
    match decision {
        Decision::Approved { plan_id, prepared_by, by, role, limit, spend, on, .. } => format!(
            "plan {plan_id} for £{spend} approved on {on} by {by}, {role} (limit £{limit}); prepared by {prepared_by}"
        ),
        Decision::Withdrawn { plan_id, by, role, on, reason } => {
            format!("approval of plan {plan_id} withdrawn on {on} by {by}, {role}: {reason}")
        }
    }
}
