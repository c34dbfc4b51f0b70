//! `refit solve`: the planning problem alone, without a database.

mod rich;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diagnostic::{Column, Diagnostic, Diagnostics, Place};
use planner::certificate::{Certificate, read_certificate, write_certificate};
use planner::pln1::{Faults, FolderPlan, Problem, write_schedule};
use planner::solver::{self, Effort, Outcome, Solution, SolveOptions, Threads};
use planner::verify::{self, CertificateFault};
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, Output, write_file};

/// Solve a problem folder: the planner's mathematics alone, open to anyone's solver and verifier.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit solve problem -o schedule.csv --certificate cert.json\n  \
                        refit solve problem --json -j 1\n  \
                        refit solve problem --start cert.json --effort exact --gap 1e-6 --time-limit 60"
)]
pub struct Arguments {
    /// The folder with meta.json and assets.csv (or the flat .i32 columns)
    dir: PathBuf,
    /// Write the multipliers that prove the bound
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// How hard to try
    #[arg(long, value_enum, default_value = "fast")]
    effort: EffortWord,
    /// Start from the multipliers of an earlier solution
    #[arg(long, value_name = "FILE")]
    start: Option<PathBuf>,
    /// Stop when (objective - bound) / objective is at most this
    #[arg(long, value_name = "G", default_value_t = 1e-6, value_parser = parse_gap)]
    gap: f64,
    /// Stop after this many seconds with the best schedule found; the answer then depends on the machine
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    time_limit: Option<Duration>,
    /// Exit with 4 when the gap asked for is not proved
    #[arg(long)]
    require_proof: bool,
}

/// A certificate cannot be judged.
const CERTIFICATE: diagnostic::Code = diagnostic::Code("PLN0131");

/// How hard to try.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum EffortWord {
    /// Stops by its own work limit
    Fast,
    /// Also searches the exact core, until the gap or the time limit
    Exact,
}

/// What `--json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    feasible: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    objective_pence: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bound_pence: Option<i64>,
    /// A bound won by branching on a small holder (--effort exact); no multipliers prove it.
    #[serde(skip_serializing_if = "Option::is_none")]
    branch_bound_pence: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certified_gap: Option<f64>,
    /// One sentence for each thing that cannot be kept; empty when feasible.
    violations: Vec<String>,
    /// Whether the time limit ended the search.
    stopped_by_time: bool,
    /// From problem in memory to schedule and certificate in memory.
    solve_seconds: f64,
}

/// Runs the command.
///
/// # Errors
/// When the folder cannot be read, is not a valid problem, or a result cannot be written.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = destination(context)?;
    if rich::is_rich(&arguments.dir) {
        return rich::run(arguments, context, &output);
    }
    let problem = read_problem(&arguments.dir)?;
    let start = arguments.start.as_deref().map(|path| read_start(path, &problem)).transpose()?;
    let clock = Instant::now();
    let out_of_time = || arguments.time_limit.is_some_and(|limit| clock.elapsed() >= limit);
    let options = SolveOptions {
        effort: match arguments.effort {
            EffortWord::Fast => Effort::Fast,
            EffortWord::Exact => Effort::Exact,
        },
        gap: arguments.gap,
        start: start.as_ref(),
        should_stop: arguments.time_limit.is_some().then_some(&out_of_time),
        threads: context.pool().map_or(Threads::One, Threads::Pool),
    };
    let outcome = solver::solve(&problem, &options);
    let seconds = clock.elapsed().as_secs_f64();
    let report = report(&outcome, seconds);
    if let Outcome::Solved(solution) = &outcome {
        confirm(&problem, solution)?;
        write_solution(arguments, context, solution)?;
    }
    print(&output, context, &report)?;
    Ok(match outcome {
        Outcome::Solved(solution) => {
            let enough = !arguments.require_proof || solution.is_proved(arguments.gap);
            if enough { Finish::Done } else { Finish::NotProved }
        }
        Outcome::Infeasible(_) => Finish::Infeasible,
        Outcome::NotFound(_) => Finish::NotProved,
    })
}

/// `--output` names the schedule here, so the report goes to standard output.
fn destination(context: &Context) -> Result<Output, Failure> {
    let format = if context.global().json { Some(Format::Json) } else { context.global().format };
    match format.unwrap_or(Format::Plain) {
        format @ (Format::Plain | Format::Json) => Ok(Output::new(format, None)),
        other => Err(Failure::error(
            codes::FORMAT,
            format!("this command has no output as {}", other.word()),
        )
        .help("choose one of: plain, json; --output names the schedule, always CSV")),
    }
}

/// Reads a problem folder.
///
/// # Errors
/// Every fault of its files, with file, line and column.
pub fn read_problem(dir: &Path) -> Result<Problem, Failure> {
    let in_folder = |faults: &Faults| failure_of(faults, Some(dir));
    let plan =
        FolderPlan::new(|name| dir.join(name).is_file()).map_err(|faults| in_folder(&faults))?;
    plan.read(|name| fs::File::open(dir.join(name))).map_err(|faults| in_folder(&faults))
}

fn read_start(path: &Path, problem: &Problem) -> Result<Certificate, Failure> {
    let refused = |error: io::Error| {
        Failure::error(codes::READ, format!("cannot read `{}`: {error}", path.display()))
            .help("check the path and that you may read it")
    };
    let file = fs::File::open(path).map_err(refused)?;
    let certificate = read_certificate(file, &path.display().to_string())
        .map_err(|fault| failure_of(&fault.into(), None))?;
    match verify::bound(problem, &certificate) {
        Ok(_) | Err(CertificateFault::NoOption { .. }) => Ok(certificate),
        Err(fault) => Err(Diagnostic::error(
            CERTIFICATE,
            format!("the certificate cannot be judged: {fault}"),
        )
        .at(Place::file(path.display().to_string()))
        .help("give a certificate that was made for a problem of the same holders and years")
        .into()),
    }
}

fn failure_of(faults: &Faults, dir: Option<&Path>) -> Failure {
    let mut diagnostics = Diagnostics::new();
    for fault in faults.list() {
        let file = dir
            .map_or_else(|| fault.file.clone(), |dir| dir.join(&fault.file).display().to_string());
        let mut place = Place::file(file);
        place.line = fault.line.and_then(|line| u32::try_from(line).ok());
        place.column = fault.column.as_deref().map(|column| Column::Header(column.into()));
        let code = diagnostic::Code(fault.code);
        diagnostics.push(Diagnostic::error(code, fault.message.clone()).at(place).help(fault.help));
    }
    diagnostics.into()
}

/// Has the verifier judge an answer before anything is written.
///
/// # Errors
/// An internal error where the verifier finds another feasibility, objective or bound.
pub fn confirm(problem: &Problem, solution: &Solution) -> Result<(), Failure> {
    let found = verify::verify(problem, &solution.schedule, Some(&solution.certificate));
    let objective = found.objective_pence;
    let bound = found.bound.map(|bound| bound.pence);
    let agrees = found.feasible
        && objective == Some(i128::from(solution.objective_pence))
        && bound == Some(i128::from(solution.bound_pence));
    if agrees {
        return Ok(());
    }
    let figure = |value: Option<i128>| value.map_or_else(|| "none".to_owned(), |v| v.to_string());
    let first = found.violations.first().map(|v| format!("; {v}")).unwrap_or_default();
    Err(Failure::error(
        codes::INTERNAL,
        format!(
            "the verifier does not confirm the answer: expected objective {} and bound {} pence, found {} and {}{first}",
            solution.objective_pence,
            solution.bound_pence,
            figure(objective),
            figure(bound)
        ),
    )
    .help("nothing was written; please report this with the problem folder (`refit plan problem` writes one)"))
}

fn write_solution(
    arguments: &Arguments,
    context: &Context,
    solution: &Solution,
) -> Result<(), Failure> {
    if let Some(path) = &context.global().output {
        let name = path.display().to_string();
        write_file(path, |out| {
            write_schedule(&solution.schedule, out, &name)
                .map_err(|fault| io::Error::other(fault.message))
        })?;
    }
    if let Some(path) = &arguments.certificate {
        let name = path.display().to_string();
        write_file(path, |out| {
            write_certificate(&solution.certificate, out, &name)
                .map_err(|fault| io::Error::other(fault.message))
        })?;
    }
    Ok(())
}

fn report(outcome: &Outcome, solve_seconds: f64) -> Report {
    let solved = match outcome {
        Outcome::Solved(solution) => Some(solution),
        Outcome::Infeasible(_) | Outcome::NotFound(_) => None,
    };
    let violations = match outcome {
        Outcome::Solved(_) => Vec::new(),
        Outcome::Infeasible(conflicts) => conflicts.iter().map(ToString::to_string).collect(),
        Outcome::NotFound(shortfalls) => shortfalls.iter().map(ToString::to_string).collect(),
    };
    Report {
        feasible: solved.is_some(),
        objective_pence: solved.map(|solution| solution.objective_pence),
        bound_pence: solved.map(|solution| solution.bound_pence),
        branch_bound_pence: solved.and_then(|solution| solution.branch_bound_pence()),
        certified_gap: solved.map(|solution| solution.gap()),
        violations,
        stopped_by_time: solved.is_some_and(|solution| solution.interrupted),
        solve_seconds,
    }
}

fn print(output: &Output, context: &Context, report: &Report) -> Result<(), Failure> {
    if output.format() == Format::Json {
        return output.write_json(&Envelope::new(
            "refit.solve/1",
            context.as_of(),
            Vec::new(),
            report,
        ));
    }
    output.write(|out| {
        match (report.objective_pence, report.bound_pence, report.certified_gap) {
            (Some(objective), Some(bound), Some(gap)) => {
                writeln!(out, "feasible: objective {objective} pence, bound {bound} pence, certified gap {gap:.3e}")?;
            }
            _ => writeln!(out, "no feasible schedule")?,
        }
        if let Some(pence) = report.branch_bound_pence {
            writeln!(out, "bound won by branching {pence} pence")?;
        }
        for violation in &report.violations {
            writeln!(out, "{violation}")?;
        }
        writeln!(out, "solved in {:.3} s", report.solve_seconds)
    })
}

/// Reads a relative gap.
///
/// # Errors
/// A sentence for anything but a number from 0 to 1.
pub fn parse_gap(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|gap| (0.0..=1.0).contains(gap))
        .map(f64::abs)
        .ok_or_else(|| "expected a number from 0 to 1 such as 1e-4".to_owned())
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected a number of seconds such as 60 or 0.5".to_owned())
}

#[cfg(test)]
mod tests {
    use planner::pln1::specimen::{Specimen, generate};

    use super::*;

    #[test]
    fn a_gap_is_a_number_from_nought_to_one() {
        for text in ["0", "1", "1e-6", "0.5", "-0"] {
            assert!(parse_gap(text).is_ok_and(f64::is_sign_positive), "{text}");
        }
        for text in ["inf", "-inf", "NaN", "1e300", "1.01", "-1e-9", "", "ten"] {
            assert!(parse_gap(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_answer_that_the_verifier_does_not_confirm_is_an_internal_error() {
        let draft = generate(&Specimen { assets: 40, ..Specimen::default() });
        let problem = Problem::new(draft, "specimen").unwrap();
        let Outcome::Solved(sound) = solver::solve(&problem, &SolveOptions::default()) else {
            panic!("the specimen has a plan");
        };
        confirm(&problem, &sound).unwrap();
        let mut dearer = sound.clone();
        dearer.objective_pence += 1;
        let mut tighter = sound.clone();
        tighter.bound_pence += 1;
        let mut overdrawn = sound;
        for choice in &mut overdrawn.schedule.choices {
            (choice.t1, choice.t2, choice.k2) = (1, 0, 0);
        }
        for wrong in [dearer, tighter, overdrawn] {
            let failure = format!("{:?}", confirm(&problem, &wrong).unwrap_err());
            assert!(failure.contains("CLI0001"), "{failure}");
        }
    }
}
