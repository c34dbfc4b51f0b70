//! `refit solve` on planning problems that somebody else generates, judged by somebody else's verifier.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::runner::{Estate, python, shared, skip};

/// One part in ten thousand.
const GAP_MAX: f64 = 1e-4;

/// The instances: a name, and the generator's options beyond ten years.
const INSTANCES: &[(&str, &[&str])] = &[
    ("one-board", &["-n", "25000", "--seed", "1"]),
    ("another-seed", &["-n", "25000", "--seed", "2"]),
    ("tied-weights", &["-n", "25000", "--seed", "3", "--weights", "tied"]),
    ("two-challengers", &["-n", "25000", "--seed", "4", "-K", "2"]),
    ("tight-money", &["-n", "25000", "--seed", "5", "--tight", "0.5"]),
    ("four-boards", &["-n", "100000", "--seed", "6", "--ics", "4"]),
];

/// The tools of the shared folder and a Python that can run them.
pub(crate) struct Judge {
    python: std::path::PathBuf,
    tools: std::path::PathBuf,
}

impl Judge {
    /// The judge, or a loud line when this machine has none.
    pub(crate) fn find(suite: &str) -> Option<Self> {
        let Some(shared) = shared() else {
            skip(suite, "REFIT_SHARED is not set", true);
            return None;
        };
        let Some(python) = python() else {
            skip(suite, "REFIT_PYTHON does not name a Python with numpy", false);
            return None;
        };
        Some(Self { python, tools: shared.join("tools") })
    }

    /// Runs a tool of the shared folder; gives what it printed when it ended with success.
    pub(crate) fn run(&self, tool: &str, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new(&self.python)
            .arg("-B")
            .arg(self.tools.join(tool))
            .args(arguments)
            .output()
            .expect("Python can be started");
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(said) } else { Err(said) }
    }

    /// Judges a schedule and its certificate; gives objective and bound in pence.
    #[track_caller]
    pub(crate) fn verify(&self, problem: &Path, schedule: &Path, certificate: &Path) -> (i64, i64) {
        let said = self
            .run("verify.py", &[&text(problem), &text(schedule), "--mult", &text(certificate)])
            .unwrap_or_else(|said| panic!("{}: {said}", problem.display()));
        let figure = |mark: &str| -> i64 {
            said.lines()
                .find_map(|line| line.split_once(mark))
                .and_then(|(_, rest)| rest.trim().parse().ok())
                .unwrap_or_else(|| panic!("no {mark} in {said}"))
        };
        assert!(said.starts_with("feasible"), "{said}");
        (figure("objective_pence"), figure("bound_from_multipliers_pence"))
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Feasible, and proved to a gap; gives objective and bound in pence.
#[track_caller]
pub(crate) fn proved(answer: &Value, gap_max: f64) -> (i64, i64) {
    assert_eq!(answer["feasible"], true, "{answer}");
    // A plan document is made of a sound answer only and carries no list of violations.
    if let Some(violations) = answer.get("violations") {
        assert_eq!(*violations, Value::Array(Vec::new()));
    }
    let gap = answer["certified_gap"].as_f64().expect("certified_gap is a number");
    assert!((0.0..=gap_max).contains(&gap), "gap {gap} is above {gap_max}");
    let pence = |key: &str| answer[key].as_i64().unwrap_or_else(|| panic!("{key} is no integer"));
    (pence("objective_pence"), pence("bound_pence"))
}

#[test]
fn generated_problems_are_solved_and_proved() {
    let Some(judge) = Judge::find("pln1::generated_problems_are_solved_and_proved") else { return };
    let estate = Estate::new();
    for (name, options) in INSTANCES {
        let folder = text(&estate.path(name));
        let arguments: Vec<&str> = [folder.as_str(), "-T", "10", "--csv"]
            .into_iter()
            .chain(options.iter().copied())
            .collect();
        judge.run("planinst.py", &arguments).unwrap_or_else(|said| panic!("{name}: {said}"));
        let solve = |jobs: &str, schedule: &str, certificate: &str| {
            estate
                .run([
                    "solve",
                    &folder,
                    "-j",
                    jobs,
                    "-o",
                    schedule,
                    "--certificate",
                    certificate,
                    "--json",
                ])
                .ok()
                .json()
        };
        let answer = solve("1", "one.csv", "one.json");
        let found = proved(&answer, GAP_MAX);
        let judged =
            judge.verify(&estate.path(name), &estate.path("one.csv"), &estate.path("one.json"));
        assert_eq!(judged, found, "{name}: the judge counts otherwise");
        let again = solve("2", "two.csv", "two.json");
        assert_eq!(proved(&again, GAP_MAX), found, "{name}: two threads find another plan");
        assert_eq!(
            estate.read("one.csv"),
            estate.read("two.csv"),
            "{name}: schedules differ by threads"
        );
        assert_eq!(
            estate.read("one.json"),
            estate.read("two.json"),
            "{name}: certificates differ by threads"
        );
    }
}

#[test]
fn a_schedule_that_was_tampered_with_is_refused_by_the_judge() {
    let Some(judge) =
        Judge::find("pln1::a_schedule_that_was_tampered_with_is_refused_by_the_judge")
    else {
        return;
    };
    let estate = Estate::new();
    let folder = text(&estate.path("p"));
    judge
        .run("planinst.py", &[&folder, "-n", "500", "-T", "10", "--ics", "1", "--csv"])
        .expect("an instance");
    estate.run(["solve", &folder, "-o", "s.csv", "--certificate", "c.json"]).ok();
    judge.verify(&estate.path("p"), &estate.path("s.csv"), &estate.path("c.json"));
    let rushed: Vec<String> = estate
        .read("s.csv")
        .lines()
        .enumerate()
        .map(|(idx, line)| match line.split_once(',') {
            Some((asset, _)) if idx > 0 => format!("{asset},1,0,0,0\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    estate.write("s.csv", rushed.concat());
    let refused = judge.run("verify.py", &[&folder, &text(&estate.path("s.csv"))]);
    assert!(
        refused.is_err_and(|said| said.contains("INFEASIBLE")),
        "every purchase in the first year was accepted"
    );
}
