//! Who approved a plan, in which role and up to which limit, and who withdrew it.
//!
//! Decisions are a list that only grows; the state of a plan is what its last decision made it. Preparer and approver are
//! two persons, the approver's limit covers the plan's spend, and no decision is dated before what it decides about.

use chrono::NaiveDate;
use diagnostic::{Diagnostic, Diagnostics};
use inventory::Money;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::document::PlanDocument;

/// A decision about a plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "decision", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Decision {
    /// The plan is to be carried out.
    Approved {
        /// Id of the plan.
        plan_id: String,
        /// Who prepared it.
        prepared_by: String,
        /// Who approved it.
        by: String,
        /// In which role.
        role: String,
        /// Up to which amount that role may approve, in pounds.
        limit: String,
        /// What the plan spends, in pounds.
        spend: String,
        /// On which day.
        on: String,
        /// What was said.
        note: Option<String>,
    },
    /// The approval no longer holds.
    Withdrawn {
        /// Id of the plan.
        plan_id: String,
        /// Who withdrew it.
        by: String,
        /// In which role.
        role: String,
        /// On which day.
        on: String,
        /// Why.
        reason: String,
    },
}

impl Decision {
    /// The day of the decision, ISO 8601.
    pub fn on(&self) -> &str {
        match self {
            Self::Approved { on, .. } | Self::Withdrawn { on, .. } => on,
        }
    }

    /// The word of the state that it makes.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Approved { .. } => "approved",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// The state of a plan: `draft`, `approved` or `withdrawn`.
pub fn state(decisions: &[Decision]) -> &'static str {
    decisions.last().map_or("draft", Decision::word)
}

/// Whether a plan is approved.
pub fn is_approved(decisions: &[Decision]) -> bool {
    matches!(decisions.last(), Some(Decision::Approved { .. }))
}

/// What somebody says who approves a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approval {
    /// Who prepared it.
    pub prepared_by: String,
    /// Who approves it.
    pub by: String,
    /// In which role.
    pub role: String,
    /// Up to which amount.
    pub limit: Money,
    /// On which day.
    pub on: NaiveDate,
    /// What is said.
    pub note: Option<String>,
}

/// Approves a plan.
///
/// # Errors
/// Everything that forbids it: PLN0801 to PLN0804.
pub fn approve(
    document: &PlanDocument,
    before: &[Decision],
    approval: &Approval,
) -> Result<Decision, Diagnostics> {
    let mut problems = Diagnostics::new();
    if is_approved(before) {
        problems.push(
            Diagnostic::error(
                codes::APPROVAL_STATE,
                format!("plan {} is approved already", document.plan_id),
            )
            .help("withdraw the approval first: refit plan withdraw"),
        );
    }
    if same_person(&approval.prepared_by, &approval.by) {
        problems.push(
            Diagnostic::error(
                codes::APPROVER_PREPARED,
                format!("`{}` prepared the plan and cannot approve it", approval.by.trim()),
            )
            .help("ask somebody else to approve it"),
        );
    }
    let spend: Money = document.totals.spend.parse().unwrap_or_default();
    if spend > approval.limit {
        let over = spend.checked_sub(approval.limit).unwrap_or_default();
        problems.push(
            Diagnostic::error(
                codes::APPROVAL_LIMIT,
                format!(
                    "the plan spends £{spend}, £{over} more than the limit £{} of `{}`",
                    approval.limit, approval.role
                ),
            )
            .help("ask a role with a higher limit"),
        );
    }
    problems.extend(not_before(&document.as_of, approval.on, "as of which the plan was made"));
    if let Some(last) = before.last() {
        problems.extend(not_before(last.on(), approval.on, "of the last decision"));
    }
    if problems.has_errors() {
        return Err(problems);
    }
    Ok(Decision::Approved {
        plan_id: document.plan_id.clone(),
        prepared_by: approval.prepared_by.trim().to_owned(),
        by: approval.by.trim().to_owned(),
        role: approval.role.trim().to_owned(),
        limit: approval.limit.to_string(),
        spend: document.totals.spend.clone(),
        on: approval.on.to_string(),
        note: approval.note.clone(),
    })
}

/// Withdraws the approval of a plan.
///
/// # Errors
/// When it is not approved (PLN0803), or was approved later (PLN0804).
pub fn withdraw(
    plan_id: &str,
    before: &[Decision],
    by: &str,
    role: &str,
    on: NaiveDate,
    reason: &str,
) -> Result<Decision, Diagnostics> {
    let mut problems = Diagnostics::new();
    match before.last() {
        Some(last @ Decision::Approved { .. }) => {
            problems.extend(not_before(last.on(), on, "of its approval"));
        }
        last => problems.push(
            Diagnostic::error(
                codes::APPROVAL_STATE,
                format!(
                    "plan {plan_id} is not approved; it is {}",
                    last.map_or("draft", Decision::word)
                ),
            )
            .help("`refit plan list` shows the state of every plan"),
        ),
    }
    if problems.has_errors() {
        return Err(problems);
    }
    Ok(Decision::Withdrawn {
        plan_id: plan_id.to_owned(),
        by: by.trim().to_owned(),
        role: role.trim().to_owned(),
        on: on.to_string(),
        reason: reason.trim().to_owned(),
    })
}

fn not_before(earliest: &str, on: NaiveDate, what: &str) -> Diagnostics {
    let mut problems = Diagnostics::new();
    if earliest.parse::<NaiveDate>().is_ok_and(|day| on < day) {
        problems.push(
            Diagnostic::error(
                codes::APPROVAL_DATE,
                format!("{on} stands before {earliest}, the day {what}"),
            )
            .help("give the day of the decision with --on"),
        );
    }
    problems
}

/// Whether two names are one person's, without regard to case and blanks.
fn same_person(a: &str, b: &str) -> bool {
    let plain = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    plain(a) == plain(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::World;

    fn approval(prepared_by: &str, by: &str, limit: &str, on: &str) -> Approval {
        Approval {
            prepared_by: prepared_by.to_owned(),
            by: by.to_owned(),
            role: "Director of Finance".to_owned(),
            limit: limit.parse().unwrap(),
            on: on.parse().unwrap(),
            note: None,
        }
    }

    fn codes_of(result: Result<Decision, Diagnostics>) -> Vec<String> {
        result.unwrap_err().iter().map(|problem| problem.code.to_string()).collect()
    }

    #[test]
    fn two_persons_a_limit_and_a_day_are_needed() {
        let (plan, _) = World::usual().plan();
        let sound = approval("A. Planner", "F. Director", "5200.00", "2026-11-25");
        let decision = approve(&plan, &[], &sound).unwrap();
        assert_eq!(decision.word(), "approved");
        assert!(is_approved(std::slice::from_ref(&decision)));
        let wrong = approval("a planner", " A. Planner ", "1.00", "2026-11-19");
        assert_eq!(codes_of(approve(&plan, &[], &wrong)), ["PLN0801", "PLN0802", "PLN0804"]);
        assert_eq!(codes_of(approve(&plan, std::slice::from_ref(&decision), &sound)), ["PLN0803"]);
        // To the penny: a limit of exactly the spend suffices.
        let exact = approval("A", "B", &plan.totals.spend, "2026-11-25");
        assert!(approve(&plan, &[], &exact).is_ok());
    }

    #[test]
    fn only_an_approved_plan_is_withdrawn_and_then_it_can_be_approved_again() {
        let (plan, _) = World::usual().plan();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let sound = approval("A", "B", "9999.00", "2026-11-25");
        assert_eq!(
            codes_of(withdraw("x", &[], "B", "Director", day("2026-12-01"), "why")),
            ["PLN0803"]
        );
        let mut decisions = vec![approve(&plan, &[], &sound).unwrap()];
        assert_eq!(
            codes_of(withdraw("x", &decisions, "B", "Director", day("2026-11-24"), "why")),
            ["PLN0804"]
        );
        let withdrawn =
            withdraw("x", &decisions, "B", "Director", day("2026-12-01"), "money was cut").unwrap();
        decisions.push(withdrawn);
        assert_eq!(state(&decisions), "withdrawn");
        assert_eq!(codes_of(approve(&plan, &decisions, &sound)), ["PLN0804"]);
        let later = approval("A", "B", "9999.00", "2026-12-02");
        decisions.push(approve(&plan, &decisions, &later).unwrap());
        assert_eq!(state(&decisions), "approved");
    }

    #[test]
    fn decisions_survive_their_bytes() {
        let (plan, _) = World::usual().plan();
        let one = approve(&plan, &[], &approval("A", "B", "9999.00", "2026-11-25")).unwrap();
        let text = serde_json::to_string(&one).unwrap();
        assert!(text.starts_with("{\"decision\":\"approved\""), "{text}");
        assert_eq!(serde_json::from_str::<Decision>(&text).unwrap(), one);
    }
}
