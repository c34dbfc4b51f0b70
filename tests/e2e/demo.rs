//! `refit demo`: the first command that people try, whole, at its smallest size.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use calamine::{Reader as _, Xlsx, open_workbook};
use serde_json::Value;

use crate::runner::{Estate, Outcome, words};

fn demo(estate: &Estate, more: &[&str]) -> Outcome {
    estate.run(["demo", "--size", "practice", "--dir", "tried"].iter().chain(more))
}

fn document(estate: &Estate) -> Value {
    serde_json::from_str(&estate.read("tried/plan.json")).expect("plan.json is JSON")
}

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            let bytes = if entry.path().is_file() {
                fs::read(entry.path()).expect("a file")
            } else {
                Vec::new()
            };
            (name, bytes)
        })
        .collect()
}

/// The lines that are commands, as the demo prints them.
fn commands<'o>(outcome: &'o Outcome, mark: &str) -> Vec<&'o str> {
    outcome.stdout.lines().filter_map(|line| line.strip_prefix(mark)).collect()
}

#[test]
fn a_demo_leaves_files_that_open_and_commands_that_run() {
    let estate = Estate::new();
    let outcome = demo(&estate, &[]).ok();

    let left: Vec<String> = contents(&estate.path("tried")).into_keys().collect();
    assert_eq!(
        left,
        [
            ".refit-demo",
            "assets.csv",
            "bid.xlsx",
            "envelopes.toml",
            "organisations.csv",
            "plan.json",
            "policy.toml",
            "prices.toml",
            "refit.db",
            "report.html",
        ],
        "the estate is one file, and nothing else was left"
    );

    let document = document(&estate);
    assert_eq!(document["schema"], "refit.plan/1");
    let gap = document["certified_gap"].as_f64().expect("a number");
    assert!((0.0..=0.01).contains(&gap), "the printed command asked for a gap of 0.01, not {gap}");
    let verify = "plan verify tried/plan.json --db tried/refit.db --json";
    let verified = estate.line(verify).ok().json();
    assert_eq!(verified["violations"], serde_json::json!([]));
    assert_eq!(verified["objective_pence"], document["objective_pence"]);

    let bid = estate.line("bid --plan tried/plan.json --json").ok().json();
    let html = estate.read("tried/report.html");
    let ask = bid["headline"]["ask"].as_str().expect("a headline");
    assert!(html.contains(ask), "the page does not say: {ask}");
    assert!(outcome.stdout.contains(ask), "the demo does not say: {ask}");
    let mut book: Xlsx<_> = open_workbook(estate.path("tried/bid.xlsx")).expect("a workbook");
    let sheets = book.sheet_names();
    let filled = sheets
        .iter()
        .filter(|name| book.worksheet_range(name).is_ok_and(|range| !range.is_empty()))
        .count();
    assert!(filled >= 3, "{filled} of the sheets {sheets:?} hold cells");

    let next = commands(&outcome, "  refit ");
    assert!(next.len() >= 4, "few commands to try next: {}", outcome.stdout);
    for line in next {
        let tried = estate.run(words(line));
        assert!(matches!(tried.code, 0 | 1), "refit {line}: {}\n{}", tried.code, tried.stderr);
    }
    assert!(estate.path("tried/bid/manifest.json").exists(), "the bid was not written");
}

#[test]
fn what_a_demo_prints_makes_the_same_plan_again() {
    let estate = Estate::new();
    let outcome = demo(&estate, &[]).ok();
    let first = document(&estate);
    let steps = commands(&outcome, "$ refit ");
    let kinds = ["import ", "check ", "plan --gap 0.01 ", "plan verify "];
    assert_eq!(steps.len(), kinds.len(), "{steps:?}");
    for (line, kind) in steps.iter().zip(kinds) {
        assert!(line.starts_with(kind), "a step `{kind}` was printed as {line}");
        estate.run(words(line)).ok();
    }
    let again = document(&estate);
    assert_eq!(again["plan_id"], first["plan_id"]);
    assert_eq!(again["lines"], first["lines"]);
}

#[test]
fn a_demo_replaces_its_own_folder_and_no_other() {
    let estate = Estate::new();
    demo(&estate, &[]).ok();
    let first = document(&estate);
    estate.write("tried/mine.txt", "kept");
    demo(&estate, &[]).ok();
    assert_eq!(document(&estate)["lines"], first["lines"]);
    assert_eq!(estate.read("tried/mine.txt"), "kept");

    let other = Estate::new();
    fs::create_dir(other.path("tried")).expect("a folder");
    other.write("tried/refit.db", "somebody's");
    other.write("tried/plan.json", "{}");
    let before = contents(&other.path("tried"));
    let refused = demo(&other, &[]).code(2);
    assert!(refused.stderr.contains("CLI0007"), "{}", refused.stderr);
    assert_eq!(contents(&other.path("tried")), before, "the folder was changed");
}

#[test]
fn one_thread_and_two_write_the_same_plan() {
    let plan_with = |jobs: &str| {
        let estate = Estate::new();
        demo(&estate, &["-j", jobs]).ok();
        let text = estate.read("tried/plan.json");
        let clock = |line: &&str| line.trim_start().starts_with("\"solve_seconds\":");
        assert_eq!(text.lines().filter(clock).count(), 1, "one reading of the clock");
        text.lines().filter(|line| !clock(line)).collect::<Vec<_>>().join("\n")
    };
    let (one, two) = (plan_with("1"), plan_with("2"));
    let differing = one.lines().zip(two.lines()).find(|(a, b)| a != b);
    assert_eq!(differing, None, "the first line that differs");
    assert_eq!(one, two);
}

#[test]
fn a_demo_has_no_other_form_and_says_so_before_it_makes_anything() {
    for form in ["json", "csv", "xlsx"] {
        let estate = Estate::new();
        let refused = demo(&estate, &["--format", form]).code(2);
        assert!(refused.stderr.contains("CLI0004"), "{}", refused.stderr);
        assert_eq!(refused.stdout, "");
        assert!(!estate.path("tried").exists(), "a folder was made");
    }
}
