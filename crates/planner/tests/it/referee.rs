//! Differential test: an outside checker, written in another language, judges our answers, and
//! ours judges the same wrong ones.
//!
//! Runs when `REFIT_SHARED` names the folder with `tools/verify.py` and a Python with numpy is
//! there (`REFIT_PYTHON`, else `python3`); says loudly when it does not.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "this test reads the environment and writes scratch folders on purpose"
)]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use planner::certificate::write_certificate;
use planner::pln1::specimen::{Specimen, generate};
use planner::pln1::{FolderPlan, Problem, Schedule, write_assets_csv, write_meta, write_schedule};
use planner::solver::{Outcome, Solution, SolveOptions, solve};
use planner::verify::verify;

struct Referee {
    python: String,
    script: PathBuf,
}

impl Referee {
    fn find() -> Option<Self> {
        let shared = std::env::var("REFIT_SHARED").ok()?;
        let script = Path::new(&shared).join("tools/verify.py");
        let python = std::env::var("REFIT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let numpy = Command::new(&python).args(["-c", "import numpy"]).output().ok()?;
        (script.exists() && numpy.status.success()).then_some(Self { python, script })
    }

    fn judge(&self, folder: &Path) -> Output {
        Command::new(&self.python)
            .arg(&self.script)
            .arg(folder)
            .arg(folder.join("schedule.csv"))
            .arg("--mult")
            .arg(folder.join("certificate.json"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap()
    }
}

/// Writes the folder and reads it back, so that the outside checker sees what we solved.
fn write(folder: &Path, problem: &Problem, solution: &Solution, schedule: &Schedule) {
    std::fs::create_dir_all(folder).unwrap();
    let create = |name: &str| File::create(folder.join(name)).unwrap();
    write_meta(problem.as_draft(), create("meta.json"), "meta.json").unwrap();
    write_assets_csv(problem.as_draft(), create("assets.csv"), "assets.csv").unwrap();
    write_schedule(schedule, create("schedule.csv"), "schedule.csv").unwrap();
    write_certificate(&solution.certificate, create("certificate.json"), "certificate.json")
        .unwrap();
    let plan = FolderPlan::new(|name| folder.join(name).exists()).unwrap();
    let again = plan.read(|name| File::open(folder.join(name))).unwrap();
    assert_eq!(&again, problem);
}

fn specimens() -> Vec<Specimen> {
    let base = Specimen { assets: 600, ..Specimen::default() };
    vec![
        base,
        Specimen { years: 5, seed: 2, holders: 3, ..base },
        Specimen { challengers: 2, seed: 3, tied: true, ..base },
        Specimen { bundled_permille: 200, seed: 4, ..base },
        Specimen { visit_pence: 6_000, seed: 5, ..base },
        Specimen { assets: 17, years: 1, seed: 6, tightness_permille: 3000, ..base },
    ]
}

#[test]
fn the_outside_checker_agrees() {
    let Some(referee) = Referee::find() else {
        println!("SKIPPED: set REFIT_SHARED, and REFIT_PYTHON to a Python with numpy, to run this");
        return;
    };
    let scratch = std::env::temp_dir().join(format!("refit-referee-{}", std::process::id()));
    for (index, specimen) in specimens().into_iter().enumerate() {
        let folder = scratch.join(index.to_string());
        let problem = Problem::new(generate(&specimen), "specimen").unwrap();
        let Outcome::Solved(solution) = solve(&problem, &SolveOptions::default()) else {
            panic!("specimen {index} has a plan");
        };
        write(&folder, &problem, &solution, &solution.schedule);
        let said = referee.judge(&folder);
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.status.success(), "specimen {index}: {text}");
        let ours = verify(&problem, &solution.schedule, Some(&solution.certificate));
        let bound = ours.bound.unwrap().per_asset_pence;
        assert!(text.contains(&format!("feasible objective_pence {}", solution.objective_pence)));
        assert!(text.contains(&format!("bound_from_multipliers_pence {bound}\n")), "{text}");

        let mut wrong = solution.schedule.clone();
        for choice in &mut wrong.choices {
            *choice = wrong_year(*choice);
        }
        write(&folder, &problem, &solution, &wrong);
        assert!(!referee.judge(&folder).status.success(), "specimen {index}");
        assert!(!verify(&problem, &wrong, None).feasible, "specimen {index}");
    }
    std::fs::remove_dir_all(&scratch).unwrap();
}

/// Everything in year 1: far beyond any envelope.
fn wrong_year(choice: planner::pln1::Choice) -> planner::pln1::Choice {
    planner::pln1::Choice { t1: 1, t2: 0, k2: 0, ..choice }
}
