//! The documentation names every command and every code, and links to files that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli_reference::commands;
use crate::runner::root;

/// Every page that people write, without the generated reference.
fn pages() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "md")
                && !path.ends_with("docs/cli.md")
            {
                found.push(path);
            }
        }
    }
    let mut found: Vec<PathBuf> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]
            .map(|name| root().join(name))
            .into();
    walk(&root().join("docs"), &mut found);
    found.sort();
    found
}

#[test]
fn every_command_is_mentioned() {
    let text: String =
        pages().iter().map(|page| fs::read_to_string(page).expect("a page")).collect();
    let words: BTreeSet<&str> = text.split('`').chain(text.lines()).map(str::trim).collect();
    let missing: Vec<String> = commands()
        .iter()
        .filter(|path| path.len() == 1)
        .map(|path| format!("refit {}", path.join(" ")))
        .filter(|name| {
            !words.iter().any(|word| word.trim_start_matches("$ ").starts_with(name.as_str()))
        })
        .collect();
    assert!(
        missing.is_empty(),
        "commands that no page outside docs/cli.md mentions: {}",
        missing.join(", ")
    );
}

#[test]
fn links_lead_to_files() {
    let mut broken = Vec::new();
    for page in pages() {
        let text =
            fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") || file.starts_with("mailto:") {
                continue;
            }
            if !page.parent().expect("a page lies in a folder").join(file).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links to nothing:\n{}", broken.join("\n"));
}
