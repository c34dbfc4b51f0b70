//! The error catalogue: for every code a minimal input that brings it about, and the exact message.
//!
//! `tests/errors/CODE/` (or `CODE-variant/`) holds the input files, `command` and the golden `expected`. The files of
//! `tests/errors/common/` are copied beside them. `command` has one `refit` command a line; all but the last prepare the
//! estate and must end with 0 or 1, the last one is the case. After an error the estate must be what it was before.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use diagnostic::Severity;

use crate::runner::{Estate, golden, root};

/// Codes that no input file brings about, and why.
const WITHOUT_CASE: &[(&str, &str)] = &[
    ("BID0006", "a defect of Refit"),
    ("BID0007", "needs a plan of a million lines"),
    ("CLI0001", "an internal error is a defect"),
    ("DB0003", "needs an estate of a version that does not exist yet; `estate_file` makes one"),
    ("DB0004", "needs an estate of an older layout; the store's tests have one of each"),
    ("DB0005", "needs a second process that holds the lock for a minute"),
    ("DB0006", "needs a disk without room"),
    ("DB0007", "needs a user without rights, and tests may run as root"),
    ("DB0008", "needs a damaged database, which is no readable fixture; `estate_file` makes one"),
    ("DB0009", "needs a failing disk"),
    ("DB0011", "needs an estate that another program edited"),
    ("DB0012", "a defect of Refit"),
    ("DB0013", "told as a note, since the command was done; `ledger` shows it"),
    ("IMP0004", "needs a file of two gibibytes"),
    ("IMP0006", "needs two million rows"),
    (
        "IMP0104",
        "needs a cell of 130 kB, which is no readable fixture; the reader's tests make one",
    ),
    ("IMP0901", "the class catalogue is part of the program"),
    ("IMP0902", "the class catalogue is part of the program"),
    ("IMP0903", "the class catalogue is part of the program"),
    ("IMP0904", "the class catalogue is part of the program"),
    ("IMP0905", "the class catalogue is part of the program"),
    ("PLN0121", "no command reads a schedule that others made; the reader's tests make one"),
    ("PLN0603", "needs a plan that was edited after it was made; `journey` makes one"),
    ("PLN0805", "needs a plan that was edited after it was made; `answers` makes one"),
];

fn folder() -> PathBuf {
    root().join("tests/errors")
}

/// The cases, by folder name, with the code that each shows.
fn cases() -> BTreeMap<String, String> {
    fs::read_dir(folder())
        .expect("tests/errors")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir() && entry.file_name() != "common")
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let code = name.split('-').next().unwrap_or_default().to_owned();
            (name, code)
        })
        .collect()
}

#[test]
fn every_code_has_a_case_and_every_case_a_code() {
    let shown: BTreeSet<String> = cases().into_values().collect();
    let known: BTreeSet<String> =
        refit_cli::codes::all().iter().map(|entry| entry.code.as_str().to_owned()).collect();
    let excused: BTreeSet<String> =
        WITHOUT_CASE.iter().map(|(code, _)| (*code).to_owned()).collect();
    let missing: Vec<&String> =
        known.iter().filter(|code| !shown.contains(*code) && !excused.contains(*code)).collect();
    assert!(missing.is_empty(), "codes without a folder in tests/errors: {missing:?}");
    let stray: Vec<&String> =
        shown.iter().chain(&excused).filter(|code| !known.contains(*code)).collect();
    assert!(stray.is_empty(), "cases or excuses of codes that do not exist: {stray:?}");
    let both: Vec<&String> = shown.intersection(&excused).collect();
    assert!(both.is_empty(), "excused although a case exists: {both:?}");
}

#[test]
fn every_case_gives_its_message_and_leaves_the_estate_alone() {
    let wrong: Vec<String> =
        cases().iter().filter_map(|(name, code)| check(&folder().join(name), code).err()).collect();
    assert!(wrong.is_empty(), "{} cases are wrong:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

fn check(case: &Path, code: &str) -> Result<(), String> {
    let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let estate = Estate::new();
    estate.copy_from(&folder().join("common"));
    estate.copy_from(case);
    let script = fs::read_to_string(case.join("command"))
        .map_err(|error| format!("{name}: command: {error}"))?;
    let mut lines: Vec<&str> =
        script.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let last = lines.pop().ok_or_else(|| format!("{name}: the file `command` is empty"))?;
    for line in lines {
        let outcome = estate.line(arguments(line, &name)?);
        if !matches!(outcome.code, 0 | 1) {
            return Err(format!(
                "{name}: preparing with `{line}` ended with {}:\n{}",
                outcome.code, outcome.stderr
            ));
        }
    }
    let before = contents(&estate);
    let outcome = estate.line(arguments(last, &name)?);
    let after = contents(&estate);
    let shown = format!(
        "$ {last}\nexit {}\n--- messages\n{}{}",
        outcome.code,
        outcome.stderr,
        if outcome.stdout.is_empty() {
            String::new()
        } else {
            format!("--- result\n{}", outcome.stdout)
        }
    );
    if !shown.contains(code) {
        return Err(format!("{name}: no {code} in\n{shown}"));
    }
    let grave = refit_cli::codes::all()
        .iter()
        .any(|entry| entry.code.as_str() == code && entry.severity == Severity::Error);
    if grave && !matches!(outcome.code, 1..=3) {
        return Err(format!("{name}: an error ended with exit code {}", outcome.code));
    }
    if grave && before != after {
        return Err(format!("{name}: the estate changed"));
    }
    golden(&case.join("expected"), &shown)
        .map_err(|message| format!("{message}\n--- actual\n{shown}"))
}

fn arguments<'a>(line: &'a str, name: &str) -> Result<&'a str, String> {
    line.strip_prefix("refit ")
        .ok_or_else(|| format!("{name}: a line of `command` begins with refit: {line}"))
}

/// What the estate holds, as text; nothing when there is none, so that an empty estate equals no estate.
fn contents(estate: &Estate) -> String {
    if !estate.path("refit.db").exists() {
        return String::new();
    }
    let lists = ["import history", "plan list"].map(|list| format!("{list} --format csv"));
    ["assets", "organisations", "models", "list-sizes"]
        .into_iter()
        .map(|kind| format!("export --kind {kind} --format csv"))
        .chain(lists)
        .map(|line| estate.line(&line))
        .filter(|outcome| outcome.code == 0)
        .flat_map(|outcome| outcome.stdout.lines().skip(1).map(str::to_owned).collect::<Vec<_>>())
        .collect::<Vec<_>>()
        .join("\n")
}
