//! Making a plan.

use std::io;
use std::time::Instant;

use diagnostic::Diagnostics;
use planner::commitments::keep;
use planner::conflict::{
    ConflictReport, ConflictYear, conflict_report, shortfall_sentence, stranded_reports,
};
use planner::difference::difference;
use planner::document::{Answer, PlanDocument, compose};
use planner::model::{Estate, Model, build};
use planner::pln1::Problem;
use planner::solver::{Effort, Outcome, Solution, SolveOptions, Threads, solve};
use schemars::JsonSchema;
use serde::Serialize;

use super::{MakeArguments, stored, summary};
use crate::args::Format;
use crate::command::solve::confirm;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, Output, write_file};
use crate::planning::Planning;
use crate::terminal::printable;

/// What `--json` prints when no plan exists.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Infeasible {
    /// Always false.
    feasible: bool,
    /// Minimal sets of demands that cannot all be met; empty when a plan was merely not found.
    conflicts: Vec<ConflictReport>,
    /// Sentences on what the best attempt overdraws, when a plan was merely not found.
    shortfalls: Vec<String>,
}

pub(super) fn run(arguments: &MakeArguments, context: &mut Context) -> Result<Finish, Failure> {
    // `--output` names the plan, which is always JSON; the summary goes to standard output.
    let asked = if context.global().json { Some(Format::Json) } else { context.global().format };
    let output = Output::new(asked.unwrap_or(Format::Table), None);
    summary::check_format(&output)?;
    let mut planning =
        Planning::read(context, &arguments.planning, arguments.envelopes.as_deref())?;
    let kept = arguments.keep.as_deref().map(|name| stored::approved(context, name)).transpose()?;
    if let Some(kept) = &kept {
        planning.push_input(stored::input(&format!("plan {}", kept.plan_id), kept)?);
    }
    planning.with(context, arguments.horizon, |estate| {
        let (pins, lost) = match &kept {
            Some(kept) => keep(estate, kept, arguments.keep_until.unwrap_or(estate.start)),
            None => (estate.pins.clone(), Diagnostics::new()),
        };
        context.messages.diagnostics(&lost);
        let estate = &Estate { pins: &pins, ..*estate };
        let (model, problems) = build(estate);
        let Some(model) = model else { return Err(problems.into()) };
        context.messages.diagnostics(&problems);
        if !model.stranded.is_empty() {
            let reports = stranded_reports(&model);
            return infeasible(context, &output, planning.inputs(), reports, Vec::new());
        }
        let clock = Instant::now();
        let outcome = find(&model.problem, arguments, context, &clock);
        let seconds = clock.elapsed().as_secs_f64();
        let solution = match outcome {
            Outcome::Solved(solution) => solution,
            Outcome::Infeasible(conflicts) => {
                let reports =
                    conflicts.iter().map(|conflict| conflict_report(&model, conflict)).collect();
                return infeasible(context, &output, planning.inputs(), reports, Vec::new());
            }
            Outcome::NotFound(shortfalls) => {
                let sentences =
                    shortfalls.iter().map(|short| shortfall_sentence(&model, short)).collect();
                return infeasible(context, &output, planning.inputs(), Vec::new(), sentences);
            }
        };
        confirm(&model.problem, &solution)?;
        let answer = Answer {
            schedule: &solution.schedule,
            certificate: &solution.certificate,
            objective_pence: solution.objective_pence,
            bound_pence: solution.bound_pence,
            solve_seconds: (!arguments.no_timings).then_some(seconds),
        };
        let document = compose(estate, &model, answer);
        deliver(context, &output, &document, &model)?;
        if let Some(kept) = &kept {
            tell_stability(context, kept, &document);
        }
        let proved = solution.is_proved(arguments.gap);
        if !proved {
            context.messages.always(&gap_sentence(arguments, &document, solution.interrupted));
        }
        Ok(if arguments.require_proof && !proved { Finish::NotProved } else { Finish::Done })
    })
}

/// Which gap was asked for, which was reached, and why the search ended there.
fn gap_sentence(arguments: &MakeArguments, document: &PlanDocument, interrupted: bool) -> String {
    let why = if interrupted {
        "the time limit ended the search; give it more with --time-limit"
    } else {
        "the search came to the end of its work; with few devices even the best plan stays above the bound, so that the \
         gap is a true one"
    };
    format!(
        "the gap asked for was not reached: asked {:.2e}, reached {:.2e}: {why}",
        arguments.gap, document.certified_gap
    )
}

/// Most devices of a conflict that are printed for people; `--json` lists all.
const PRINTED_DEMANDS: usize = 20;

/// What must be replaced in a year, against its money.
fn write_year(out: &mut dyn io::Write, year: &ConflictYear) -> io::Result<()> {
    let devices = if year.devices == 1 { "device" } else { "devices" };
    let missing = match (year.short.as_str(), year.short_hours.as_str()) {
        ("0.00", "0") => "which suffices".to_owned(),
        (short, "0") => format!("short by £{short}"),
        ("0.00", hours) => format!("short by {hours} hours of engineers"),
        (short, hours) => format!("short by £{short} and {hours} hours of engineers"),
    };
    writeln!(
        out,
        "    {}: {} {devices} for £{} at least, the envelope has £{}: {missing}",
        year.fy, year.devices, year.needed, year.envelope
    )
}

/// A quick search, then the exact core where the gap asked for is not reached.
fn find(
    problem: &Problem,
    arguments: &MakeArguments,
    context: &Context,
    clock: &Instant,
) -> Outcome {
    let out_of_time = || arguments.time_limit.is_some_and(|limit| clock.elapsed() >= limit);
    let options = SolveOptions {
        effort: Effort::Fast,
        gap: arguments.gap.min(1e-6),
        start: None,
        should_stop: arguments.time_limit.is_some().then_some(&out_of_time),
        threads: context.pool().map_or(Threads::One, Threads::Pool),
    };
    let quick = solve(problem, &options);
    let good = |solution: &Solution| solution.is_proved(arguments.gap) || solution.interrupted;
    match &quick {
        Outcome::Solved(solution) if good(solution) => quick,
        Outcome::Infeasible(_) => quick,
        Outcome::Solved(solution) => {
            let exact = SolveOptions {
                effort: Effort::Exact,
                gap: arguments.gap,
                start: Some(&solution.certificate),
                ..options
            };
            solve(problem, &exact).joined(quick)
        }
        Outcome::NotFound(_) => {
            let exact = SolveOptions { effort: Effort::Exact, gap: arguments.gap, ..options };
            solve(problem, &exact)
        }
    }
}

fn deliver(
    context: &Context,
    output: &Output,
    document: &PlanDocument,
    model: &Model,
) -> Result<(), Failure> {
    let bytes = stored::bytes(document)?;
    stored::keep(context, document, &bytes, model)?;
    if let Some(path) = &context.global().output {
        write_file(path, |out| out.write_all(&bytes))?;
    }
    if output.format() == Format::Json {
        output.write(|out| out.write_all(&bytes))?;
    } else {
        summary::write(output, document)?;
    }
    summary::tell(context, document);
    Ok(())
}

/// How much of the plan that is kept stayed.
fn tell_stability(context: &Context, kept: &PlanDocument, document: &PlanDocument) {
    let stability = difference(kept, document).stability;
    context.messages.note(&format!(
        "of {} purchases of plan {} in these years {} stay ({}%): {} earlier, {} later, {} with another item, {} \
         dropped; {} are new",
        stability.comparable,
        kept.plan_id,
        stability.kept,
        stability.kept_percent,
        stability.earlier,
        stability.later,
        stability.other_item,
        stability.dropped,
        stability.added
    ));
}

pub(super) fn infeasible(
    context: &Context,
    output: &Output,
    inputs: &[planner::document::Input],
    conflicts: Vec<ConflictReport>,
    shortfalls: Vec<String>,
) -> Result<Finish, Failure> {
    let proved = !conflicts.is_empty();
    let report = Infeasible { feasible: false, conflicts, shortfalls };
    if output.format() == Format::Json {
        let frame = Envelope::new("refit.infeasible/1", context.as_of(), inputs.to_vec(), &report);
        output.write_json(&frame)?;
    } else {
        output.write(|out| {
            for conflict in &report.conflicts {
                let holder = match conflict.holder.as_str() {
                    "" => "devices without a budget holder",
                    holder => holder,
                };
                writeln!(out, "no plan is possible for {holder}: {}", conflict.why)?;
                if let Some(short) = &conflict.short {
                    writeln!(out, "  short by £{short}")?;
                }
                if let Some(short) = &conflict.short_hours {
                    writeln!(out, "  short by {short} hours of engineers")?;
                }
                for demand in conflict.demands.iter().take(PRINTED_DEMANDS) {
                    let (asset, class) = (&demand.asset, &demand.class);
                    let last =
                        demand.last_fy.as_ref().filter(|_| !demand.must.starts_with("pinned"));
                    let last = last.map(|fy| format!(", so in {fy} at the latest"));
                    let (must, last) = (&demand.must, last.unwrap_or_default());
                    let site = &demand.site;
                    let sentence = format!("  {asset} ({class}, {site}) must be {must}{last}");
                    writeln!(out, "{}", printable(&sentence))?;
                }
                if !conflict.years.is_empty() {
                    writeln!(out, "  everything that {} must replace:", conflict.holder)?;
                }
                for year in &conflict.years {
                    write_year(out, year)?;
                }
                let hidden = conflict.demands.len().saturating_sub(PRINTED_DEMANDS);
                if hidden > 0 {
                    writeln!(out, "  and {hidden} more; --json lists all")?;
                }
            }
            report.shortfalls.iter().try_for_each(|sentence| writeln!(out, "{sentence}"))
        })?;
    }
    if proved {
        context.messages.note(
            "add money or engineers in these years, move a deadline or a pin, or exclude a device",
        );
    }
    Ok(if proved { Finish::Infeasible } else { Finish::NotProved })
}
