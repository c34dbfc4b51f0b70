//! Verifying a plan.

use std::path::PathBuf;

use planner::document::{ON_HASH, RECOMPUTED, check_document};
use schemars::JsonSchema;
use serde::Serialize;

use super::stored;
use crate::args::Format;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;

/// Verify a plan against its problem: shares no code with the solver.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit plan verify plan.json\n  refit plan verify plan.json --problem problem --json"
)]
pub(crate) struct Arguments {
    /// A plan file, or the id of a stored plan
    plan: String,
    /// The folder of its problem (default: the one that the estate keeps)
    #[arg(long, value_name = "DIR")]
    problem: Option<PathBuf>,
}

/// What `--json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The plan that was verified.
    plan_id: String,
    /// Whether the schedule keeps every limit of the problem.
    feasible: bool,
    /// The objective of the lines, recomputed.
    objective_pence: Option<i64>,
    /// The bound of the multipliers, recomputed.
    bound_pence: Option<i64>,
    /// The gap between the two.
    certified_gap: Option<f64>,
    /// One sentence for each thing that does not agree; empty when the plan is sound.
    violations: Vec<String>,
    /// The parts of the plan that were recomputed from its lines and its problem.
    recomputed: &'static [&'static str],
    /// The parts of the plan that rest on the hash of the document, its id.
    on_hash: &'static [&'static str],
    /// What the estate keeps under the plan's id: `same`, `other`, `none`, or `no-estate`.
    kept: &'static str,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain, Format::Json])?;
    let document = stored::read(context, &arguments.plan)?;
    let (problem, names) = stored::problem(context, &document, arguments.problem.as_deref())?;
    let check = check_document(&document, &problem, &names);
    let kept = stored::kept(context, &document)?;
    let mut violations: Vec<String> = check.violations.iter().map(ToString::to_string).collect();
    if kept == "other" {
        violations.push("plan_id: the estate keeps another plan under this id".to_owned());
    }
    let sound = check.is_sound() && violations.is_empty();
    let report = Report {
        plan_id: document.plan_id.clone(),
        feasible: check.feasible,
        objective_pence: check.objective_pence,
        bound_pence: check.bound_pence,
        certified_gap: check.certified_gap,
        violations,
        recomputed: RECOMPUTED,
        on_hash: ON_HASH,
        kept,
    };
    if output.format() == Format::Json {
        let input = stored::input(&arguments.plan, &document)?;
        let frame = Envelope::new("refit.plan-check/1", context.as_of(), vec![input], &report);
        output.write_json(&frame)?;
    } else {
        output.write(|out| {
            for violation in &report.violations {
                writeln!(out, "{}: {violation}", planner::codes::PLAN_VIOLATION)?;
            }
            let verdict = if sound { "sound" } else { "NOT SOUND" };
            let number = |value: Option<i64>| {
                value.map_or_else(|| "none".to_owned(), |pence| format!("{pence} pence"))
            };
            writeln!(
                out,
                "plan {}: {verdict}; feasible: {}; objective {}, bound {}, certified gap {}",
                report.plan_id,
                if report.feasible { "yes" } else { "no" },
                number(report.objective_pence),
                number(report.bound_pence),
                report.certified_gap.map_or_else(|| "none".to_owned(), |gap| format!("{gap:.2e}")),
            )?;
            writeln!(out, "recomputed: {}", RECOMPUTED.join("; "))?;
            writeln!(
                out,
                "covered by the document's own hash ({}): {}",
                match kept {
                    "same" => "the estate keeps the same plan",
                    "other" => "the estate keeps another plan under this id",
                    "none" => "the estate keeps no plan under this id to compare with",
                    _ => "there is no estate to compare with",
                },
                ON_HASH.join("; ")
            )
        })?;
    }
    Ok(Finish::findings_if(!sound))
}
