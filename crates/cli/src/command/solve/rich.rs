//! `refit solve` on a PLN2 folder.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Instant;

use planner::certificate::{Certificate2, read_certificate2, write_certificate2};
use planner::pln1::Fault;
use planner::pln2::{Problem, read_folder, write_schedule};
use planner::solver::{Effort, Outcome2, Solution2, SolveOptions, Start2, Threads, solve2};
use planner::verify::{CertificateFault2, bound2};

use super::{Arguments, CERTIFICATE, EffortWord, Report, failure_of, print};
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::{Output, write_file};

/// Whether a folder's `meta.json` announces PLN2.
pub(super) fn is_rich(dir: &Path) -> bool {
    #[derive(serde::Deserialize)]
    struct Head {
        format: String,
    }
    let Ok(file) = fs::File::open(dir.join("meta.json")) else { return false };
    let head = serde_json::from_reader::<_, Head>(io::BufReader::new(file));
    head.is_ok_and(|head| head.format == "PLN2")
}

/// Runs the command on a PLN2 folder.
pub(super) fn run(
    arguments: &Arguments,
    context: &mut Context,
    output: &Output,
) -> Result<Finish, Failure> {
    let dir = &arguments.dir;
    let problem =
        read_folder(|name| dir.join(name).is_file(), |name| fs::File::open(dir.join(name)))
            .map_err(|faults| failure_of(&faults, Some(dir)))?;
    let start = arguments.start.as_deref().map(|path| read_start(path, &problem)).transpose()?;
    let clock = Instant::now();
    let out_of_time = || arguments.time_limit.is_some_and(|limit| clock.elapsed() >= limit);
    let options = SolveOptions {
        effort: match arguments.effort {
            EffortWord::Fast => Effort::Fast,
            EffortWord::Exact => Effort::Exact,
        },
        gap: arguments.gap,
        start: None,
        should_stop: arguments.time_limit.is_some().then_some(&out_of_time),
        threads: context.pool().map_or(Threads::One, Threads::Pool),
    };
    let outcome = solve2(&problem, &options, Start2 { certificate: start.as_ref() });
    let seconds = clock.elapsed().as_secs_f64();
    if let Outcome2::Solved(solution) = &outcome {
        write_solution(arguments, context, solution)?;
    }
    print(output, context, &report(&outcome, seconds))?;
    Ok(match outcome {
        Outcome2::Solved(solution) if arguments.require_proof && solution.gap() > arguments.gap => {
            Finish::NotProved
        }
        Outcome2::Solved(_) => Finish::Done,
        Outcome2::Infeasible(_) => Finish::Infeasible,
        Outcome2::NotFound(_) => Finish::NotProved,
    })
}

fn read_start(path: &Path, problem: &Problem) -> Result<Certificate2, Failure> {
    let refused = |error: io::Error| {
        Failure::error(codes::READ, format!("cannot read `{}`: {error}", path.display()))
            .help("check the path and that you may read it")
    };
    let file = fs::File::open(path).map_err(refused)?;
    let certificate = read_certificate2(file, &path.display().to_string())
        .map_err(|fault| failure_of(&fault.into(), None))?;
    match bound2(problem, &certificate) {
        Ok(_) | Err(CertificateFault2::NoOption { .. }) => Ok(certificate),
        Err(fault) => Err(diagnostic::Diagnostic::error(
            CERTIFICATE,
            format!("the certificate cannot be judged: {fault}"),
        )
        .at(diagnostic::Place::file(path.display().to_string()))
        .help("give a certificate that was made for a problem of the same shape")
        .into()),
    }
}

fn write_solution(
    arguments: &Arguments,
    context: &Context,
    solution: &Solution2,
) -> Result<(), Failure> {
    let refused = |fault: Fault| io::Error::other(fault.message);
    if let Some(path) = &context.global().output {
        let name = path.display().to_string();
        write_file(path, |out| write_schedule(&solution.schedule, out, &name).map_err(refused))?;
    }
    if let Some(path) = &arguments.certificate {
        let name = path.display().to_string();
        write_file(path, |out| {
            write_certificate2(&solution.certificate, out, &name).map_err(refused)
        })?;
    }
    Ok(())
}

fn report(outcome: &Outcome2, solve_seconds: f64) -> Report {
    let solved = match outcome {
        Outcome2::Solved(solution) => Some(solution),
        Outcome2::Infeasible(_) | Outcome2::NotFound(_) => None,
    };
    let violations = match outcome {
        Outcome2::Solved(_) => Vec::new(),
        Outcome2::Infeasible(conflicts) => conflicts.iter().map(ToString::to_string).collect(),
        Outcome2::NotFound(shortfalls) => shortfalls.iter().map(ToString::to_string).collect(),
    };
    Report {
        feasible: solved.is_some(),
        objective_pence: solved.map(|solution| solution.objective_pence),
        bound_pence: solved.map(|solution| solution.bound_pence),
        branch_bound_pence: solved.and_then(|solution| solution.branch_bound_pence),
        certified_gap: solved.map(|solution| solution.gap()),
        violations,
        stopped_by_time: solved.is_some_and(|solution| solution.interrupted),
        solve_seconds,
    }
}
