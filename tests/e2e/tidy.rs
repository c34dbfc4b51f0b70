//! The rules of the house that no lint knows, over every file that git tracks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::runner::{root, shared, skip};

/// Lines from which a source file is too long to hold one idea.
const LINES_MAX: usize = 600;
/// Bytes from which a file is no source any more.
const BYTES_MAX: u64 = 600_000;

/// Words that have no business in the repository, in parts so that this file does not hold them.
const BANNED: &[(&str, &str)] = &[
    (concat!("/wo", "rk/"), "a path of the machine that it was written on"),
    (concat!("/tm", "p/wt"), "a path of the machine that it was written on"),
    (concat!("crat", "es.io"), "the host of a package registry"),
    (concat!("py", "pi.org"), "the host of a package registry"),
    (concat!("proxy.gol", "ang"), "the host of a package registry"),
    (concat!("npm", "js.com"), "the host of a package registry"),
    (concat!("TO", "DO"), "work that is not done"),
    (concat!("FIX", "ME"), "work that is not done"),
    (concat!("XX", "X:"), "work that is not done"),
    (concat!("unimple", "mented!("), "work that is not done"),
    (concat!("to", "do!("), "work that is not done"),
    (
        concat!("#[al", "low("),
        "an exception without an expectation: use #[expect(.., reason = \"..\")]",
    ),
    (
        concat!("#![al", "low("),
        "an exception without an expectation: use #![expect(.., reason = \"..\")]",
    ),
    (concat!("#[ign", "ore"), "a test that nobody runs"),
    (concat!("should_pan", "ic"), "a test that any panic satisfies"),
    (concat!("thread::sl", "eep"), "a test or a loop that waits"),
];

fn tracked() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git can be started");
    assert!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let mut files: Vec<PathBuf> = String::from_utf8(output.stdout)
        .expect("names are UTF-8")
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .filter(|name| root().join(name).is_file())
        .collect();
    files.sort();
    files
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|found| wanted.contains(&found))
}

fn text(path: &Path) -> Option<String> {
    String::from_utf8(fs::read(root().join(path)).expect("a tracked file can be read")).ok()
}

#[test]
fn no_banned_word() {
    let mut found = Vec::new();
    for path in tracked().into_iter().filter(|path| !path.ends_with("Cargo.lock")) {
        let Some(text) = text(&path) else { continue };
        for (idx, line) in text.lines().enumerate() {
            for (word, why) in BANNED.iter().filter(|(word, _)| line.contains(word)) {
                found.push(format!("{}:{}: `{word}`: {why}", path.display(), idx + 1));
            }
            if has_extension(&path, &["rs", "md", "toml"]) && mentions_ticket(line) {
                found.push(format!("{}:{}: the number of a ticket", path.display(), idx + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Whether a line speaks of a numbered ticket, such as an issue or a pull request.
fn mentions_ticket(line: &str) -> bool {
    let lower = line.to_lowercase();
    ["issue #", "issues/", "pull request #", "/pull/", "fixes #", "closes #", "pr #"].iter().any(
        |mark| {
            lower.match_indices(mark).any(|(at, _)| {
                lower
                    .get(at + mark.len()..)
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            })
        },
    )
}

#[test]
fn files_are_short_and_end_with_one_line_break() {
    let mut wrong = Vec::new();
    for path in tracked() {
        let bytes = fs::metadata(root().join(&path)).expect("a tracked file").len();
        if bytes > BYTES_MAX {
            wrong.push(format!(
                "{}: {bytes} bytes; the repository holds sources only",
                path.display()
            ));
        }
        if has_extension(&path, &["new", "orig", "rej", "bak", "log", "pending-snap"]) {
            wrong.push(format!("{}: left behind by a tool", path.display()));
        }
        let Some(text) = text(&path) else { continue };
        if has_extension(&path, &["rs"]) && text.lines().count() > LINES_MAX {
            wrong.push(format!("{}: {} lines; split it", path.display(), text.lines().count()));
        }
        if has_extension(&path, &["rs", "md", "toml", "py", "sql"]) {
            if !text.ends_with('\n') || text.ends_with("\n\n") {
                wrong.push(format!(
                    "{}: ends without a line break, or with an empty line",
                    path.display()
                ));
            }
            if let Some(idx) = text.lines().position(|line| line.ends_with([' ', '\t'])) {
                wrong.push(format!("{}:{}: blanks at the end", path.display(), idx + 1));
            }
            if text.contains('\r') {
                wrong.push(format!("{}: carriage returns", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_takes_the_lints_and_versions_of_the_workspace() {
    let mut wrong = Vec::new();
    for manifest in tracked()
        .into_iter()
        .filter(|path| path.ends_with("Cargo.toml") && path.starts_with("crates"))
    {
        let parsed: toml::Table =
            text(&manifest).expect("text").parse().expect("a manifest is TOML");
        let workspace = |value: Option<&toml::Value>| {
            value.and_then(|value| value.get("workspace")).and_then(toml::Value::as_bool)
                == Some(true)
        };
        if !workspace(parsed.get("lints")) {
            wrong.push(format!("{}: [lints] workspace = true is missing", manifest.display()));
        }
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = parsed.get(section).and_then(toml::Value::as_table) else {
                continue;
            };
            for (name, value) in dependencies {
                if !workspace(Some(value)) {
                    wrong.push(format!(
                        "{}: {section}.{name} is not the workspace's",
                        manifest.display()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_test_file_is_forgotten() {
    let here = root().join("tests/e2e");
    let main = fs::read_to_string(here.join("main.rs")).expect("main.rs");
    let declared: BTreeSet<String> = main
        .lines()
        .filter_map(|line| line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')))
        .map(str::to_owned)
        .collect();
    let present: BTreeSet<String> = fs::read_dir(&here)
        .expect("tests/e2e")
        .filter_map(|entry| {
            let path = entry.expect("an entry").path();
            let stem = path.file_stem()?.to_string_lossy().into_owned();
            (stem != "main").then_some(stem)
        })
        .collect();
    assert_eq!(present, declared, "files in tests/e2e and modules of main.rs differ");
    let mut orphans = Vec::new();
    let tracked = tracked();
    for path in
        tracked.iter().filter(|path| has_extension(path, &["rs"]) && path.starts_with("crates"))
    {
        let (Some(folder), Some(stem)) =
            (path.parent(), path.file_stem().and_then(|stem| stem.to_str()))
        else {
            continue;
        };
        if matches!(stem, "main" | "lib" | "build") || folder.ends_with("benches") {
            continue;
        }
        let (name, home) = if stem == "mod" {
            (folder.file_name().and_then(|name| name.to_str()).unwrap_or_default(), folder.parent())
        } else {
            (stem, Some(folder))
        };
        let names_it = |parent: PathBuf| {
            text(&parent).is_some_and(|text| {
                text.lines().any(|line| {
                    line.trim().trim_end_matches(';').rsplit("mod ").next() == Some(name)
                        && line.contains("mod ")
                })
            })
        };
        let home = home.unwrap_or(Path::new(""));
        let parents = [
            home.join("mod.rs"),
            home.join("lib.rs"),
            home.join("main.rs"),
            home.with_extension("rs"),
        ];
        if !parents.into_iter().filter(|parent| tracked.contains(parent)).any(names_it) {
            orphans.push(path.display().to_string());
        }
    }
    assert!(orphans.is_empty(), "files that no module declares:\n{}", orphans.join("\n"));
}

#[test]
fn nothing_of_the_shared_data_was_copied() {
    let Some(shared) = shared() else {
        skip("tidy::nothing_of_the_shared_data_was_copied", "REFIT_SHARED is not set", true);
        return;
    };
    let mut sizes: BTreeMap<u64, Vec<PathBuf>> = BTreeMap::new();
    let mut folders = vec![shared.join("data"), shared.join("tools")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a shared folder") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a type").is_dir() {
                folders.push(entry.path());
            } else {
                sizes
                    .entry(entry.metadata().expect("a size").len())
                    .or_default()
                    .push(entry.path());
            }
        }
    }
    let copied: Vec<String> = tracked()
        .iter()
        .filter_map(|path| {
            let bytes = fs::read(root().join(path)).expect("a tracked file");
            let size = u64::try_from(bytes.len()).ok().filter(|&size| size > 0)?;
            let source = sizes
                .get(&size)?
                .iter()
                .find(|other| fs::read(other).is_ok_and(|other| other == bytes))?;
            Some(format!("{} is {}", path.display(), source.display()))
        })
        .collect();
    assert!(copied.is_empty(), "copied files:\n{}", copied.join("\n"));
}

#[test]
fn generated_files_say_so_and_the_root_is_clean() {
    for (file, mark) in [("docs/cli.md", "Generated"), ("Cargo.lock", "generated")] {
        let text = text(Path::new(file)).unwrap_or_else(|| panic!("{file} is text"));
        assert!(
            text.lines().take(2).any(|line| line.contains(mark)),
            "{file} does not say that it is generated"
        );
    }
    let expected: BTreeSet<&str> = [
        ".ci",
        ".editorconfig",
        ".gitattributes",
        ".gitignore",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "SECURITY.md",
        "benches",
        "clippy.toml",
        "crates",
        "data",
        "deny.toml",
        "docs",
        "rustfmt.toml",
        "scripts",
        "tests",
        "wes-specs",
    ]
    .into();
    let stray: BTreeSet<String> = tracked()
        .iter()
        .filter_map(|path| {
            path.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned())
        })
        .filter(|part| !expected.contains(part.as_str()))
        .collect();
    assert!(stray.is_empty(), "unexpected in the root of the repository: {stray:?}");
    let changelog = text(Path::new("CHANGELOG.md")).expect("CHANGELOG.md");
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        changelog.contains(&format!("## [{version}]")) || changelog.contains("## [Unreleased]"),
        "CHANGELOG.md has no section for {version}"
    );
}
