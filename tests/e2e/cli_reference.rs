//! `docs/cli.md` is what the commands say about themselves.

use std::fmt::Write as _;

use clap::CommandFactory as _;
use refit_cli::args::Arguments;

use crate::runner::{Estate, golden, root};

/// Every command as the words after `refit`, the root as an empty list, in the order of the help.
pub(crate) fn commands() -> Vec<Vec<String>> {
    fn walk(command: &clap::Command, path: &[String], found: &mut Vec<Vec<String>>) {
        found.push(path.to_vec());
        for child in command
            .get_subcommands()
            .filter(|child| child.get_name() != "help" && !child.is_hide_set())
        {
            let mut path = path.to_vec();
            path.push(child.get_name().to_owned());
            walk(child, &path, found);
        }
    }
    let mut found = Vec::new();
    walk(&Arguments::command(), &[], &mut found);
    found
}

fn help(path: &[String]) -> String {
    let outcome = Estate::new().run(path.iter().map(String::as_str).chain(["--help"])).ok();
    let lines: Vec<&str> = outcome.stdout.lines().map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned()
}

#[test]
fn the_reference_is_what_the_commands_say() {
    let mut text = "<!-- Generated from the commands' help by tests/e2e/cli_reference.rs; rewrite with \
                    INSTA_UPDATE=always cargo test -p refit-cli --test e2e -->\n\n# Command-line reference\n"
        .to_owned();
    for path in commands() {
        let title = path.iter().fold("refit".to_owned(), |title, word| format!("{title} {word}"));
        let mut shown = help(&path);
        if !path.is_empty() {
            shown = without_global_options(&shown);
        }
        write!(text, "\n## {title}\n\n```text\n{shown}\n```\n").expect("a string can be written");
    }
    golden(&root().join("docs/cli.md"), &text).unwrap_or_else(|message| panic!("{message}"));
}

/// The global options are shown once, for `refit` itself.
fn without_global_options(help: &str) -> String {
    let mut kept = Vec::new();
    let mut dropping = false;
    for line in help.lines() {
        if line == "Global options:" {
            dropping = true;
        } else if !line.is_empty() && !line.starts_with(' ') {
            dropping = false;
        }
        if !dropping {
            kept.push(line);
        }
    }
    kept.join("\n").trim_end().to_owned()
}

#[test]
fn every_command_shows_an_example() {
    let without: Vec<String> = commands()
        .iter()
        .filter(|path| !path.is_empty())
        .filter(|path| !help(path).contains("Example"))
        .map(|path| path.join(" "))
        .collect();
    assert!(without.is_empty(), "no example in the help of: {}", without.join(", "));
}

#[test]
fn the_word_help_before_and_after_a_command_says_the_same() {
    for path in commands().into_iter().filter(|path| !path.is_empty()) {
        let before =
            Estate::new().run(["help"].into_iter().chain(path.iter().map(String::as_str))).ok();
        let lines: Vec<&str> = before.stdout.lines().map(str::trim_end).collect();
        assert_eq!(lines.join("\n").trim_end(), help(&path), "refit help {}", path.join(" "));
    }
}
