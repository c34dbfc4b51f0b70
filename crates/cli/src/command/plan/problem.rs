//! The planning problem as a folder of open files.

use std::io;
use std::path::{Path, PathBuf};

use planner::certificate::{Certificate, write_certificate};
use planner::document::{PlanDocument, ProblemBytes, schedule_of};
use planner::model::{Names, build};
use planner::pln1::{Problem, write_schedule};

use super::stored;
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::write_file;
use crate::planning::Planning;

/// Write the planning problem itself: meta.json, assets.csv, ids.csv, names.json.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit plan problem --envelopes envelopes.toml -o problem\n  \
                  refit plan problem --plan plan.json -o problem      with schedule.csv and certificate.json")]
pub(crate) struct Arguments {
    /// The plan whose problem, schedule and certificate are written: a file, or the id of a stored plan
    #[arg(long, value_name = "PLAN", conflicts_with_all = ["envelopes", "prices", "policy", "pins", "wes", "start"])]
    plan: Option<String>,
    #[command(flatten)]
    make: ProblemArguments,
}

/// The options of `refit plan`, of which the envelopes are needed only without a plan.
#[derive(Clone, Debug, clap::Args)]
struct ProblemArguments {
    /// The money of each budget holder and year
    #[arg(long, value_name = "FILE", required_unless_present = "plan")]
    envelopes: Option<PathBuf>,
    #[command(flatten)]
    planning: crate::planning::PlanningArguments,
    /// Number of financial years
    #[arg(long, value_name = "YEARS", default_value = "5", value_parser = crate::planning::parse_years)]
    horizon: usize,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Finish, Failure> {
    let Some(folder) = context.global().output.clone() else {
        return Err(Failure::error(codes::USAGE, "no folder to write to")
            .help("name it with -o, such as -o problem"));
    };
    if let Some(plan) = &arguments.plan {
        let document = stored::read(context, plan)?;
        let (problem, names) = stored::problem(context, &document, None)?;
        write_problem(&folder, &problem, &names)?;
        write_answer(&folder, &document, &problem, &names)?;
    } else {
        let make = &arguments.make;
        let planning = Planning::read(context, &make.planning, make.envelopes.as_deref())?;
        planning.with(context, make.horizon, |estate| {
            let (model, problems) = build(estate);
            let Some(model) = model else { return Err(Failure::from(problems)) };
            context.messages.diagnostics(&problems);
            write_problem(&folder, &model.problem, &model.names)
        })?;
    }
    context.messages.note(&format!("wrote the problem to {}", folder.display()));
    Ok(Finish::Done)
}

fn write_problem(folder: &Path, problem: &Problem, names: &Names) -> Result<(), Failure> {
    stored::make_folder(folder)?;
    let bytes = ProblemBytes::of(problem);
    write_file(&folder.join("meta.json"), |out| out.write_all(&bytes.meta))?;
    write_file(&folder.join("assets.csv"), |out| out.write_all(&bytes.assets))?;
    let of_names = names.to_bytes().map_err(io::Error::other);
    write_file(&folder.join(stored::NAMES_FILE), |out| out.write_all(&of_names?))?;
    write_file(&folder.join("ids.csv"), |out| write_ids(problem, names, out))
}

fn write_ids(problem: &Problem, names: &Names, out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["asset", "asset_tag", "site", "holder", "class"])?;
    let assets = problem.assets();
    let rows = names.assets.iter().zip(&assets.site).zip(&assets.ics).zip(&assets.class);
    for (number, (((label, site), holder), class)) in rows.enumerate() {
        let at = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let site = names.sites.get(at(*site)).map_or("", String::as_str);
        let holder = names.holders.get(at(*holder)).map_or("", |holder| &holder.holder);
        let class = names.classes.get(usize::from(*class)).map_or("", |class| &class.class);
        writer.write_record([&number.to_string(), label, site, holder, class])?;
    }
    writer.flush()
}

fn write_answer(
    folder: &Path,
    document: &PlanDocument,
    problem: &Problem,
    names: &Names,
) -> Result<(), Failure> {
    let schedule = schedule_of(document, problem, names).map_err(|violations| {
        let list: Vec<String> = violations.iter().map(ToString::to_string).collect();
        Failure::error(planner::codes::PLAN_VIOLATION, list.join("; "))
            .help("see `refit plan verify`")
    })?;
    let certificate = Certificate {
        scale: document.multipliers.scale,
        lam: document.multipliers.lam.clone(),
        mu: document.multipliers.mu.clone(),
    };
    let fault = |fault: planner::pln1::Fault| io::Error::other(fault.message);
    write_file(&folder.join("schedule.csv"), |out| {
        write_schedule(&schedule, out, "schedule.csv").map_err(fault)
    })?;
    write_file(&folder.join("certificate.json"), |out| {
        write_certificate(&certificate, out, "certificate.json").map_err(fault)
    })
}
