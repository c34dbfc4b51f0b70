//! The console blocks of the documentation are run, in order, in one folder for each page.
//!
//! In a block marked `console`, lines that begin with `$ ` are commands. What follows them is shown output: each line must
//! occur in what the command prints, in that order; a line `...` stands for any lines. A comment `# exit 1` at the end of a
//! command says how it ends. `cargo` lines are run by scripts/test.

use std::fs;

use crate::runner::{Estate, root, words};

const PAGES: &[&str] = &["README.md"];

struct Step {
    line: usize,
    command: String,
    exit: i32,
    shown: Vec<String>,
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (idx, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && let Some(command) = line.strip_prefix("$ ") {
            let (command, exit) = command.split_once("  # exit ").unwrap_or((command, "0"));
            let exit = exit.trim().parse().expect("an exit code");
            steps.push(Step {
                line: idx + 1,
                command: command.to_owned(),
                exit,
                shown: Vec::new(),
            });
        } else if inside {
            steps.last_mut().expect("a block begins with a command").shown.push(line.to_owned());
        }
    }
    steps
}

#[test]
fn what_the_pages_show_is_what_happens() {
    for page in PAGES {
        let estate = Estate::new();
        let text = fs::read_to_string(root().join(page)).expect("the page");
        let steps = steps(&text);
        assert!(steps.len() >= 3, "{page} shows few commands");
        for step in steps {
            perform(&estate, page, &step);
        }
    }
}

fn perform(estate: &Estate, page: &str, step: &Step) {
    let at = format!("{page}:{}", step.line);
    let words = words(&step.command);
    match words.first().map(String::as_str) {
        Some("cargo") => {}
        Some("cp") => {
            fs::copy(root().join(&words[1]), estate.path(&words[2]))
                .unwrap_or_else(|error| panic!("{at}: {error}"));
        }
        Some("cat") => {
            let text = estate.read(&words[1]);
            assert_eq!(
                text.trim_end(),
                step.shown.join("\n").trim_end(),
                "{at}: the file is another"
            );
        }
        Some("refit" | "target/release/refit") => {
            let outcome = estate.run(&words[1..]);
            let printed = format!("{}\n{}", outcome.stderr, outcome.stdout);
            assert_eq!(outcome.code, step.exit, "{at}: refit {}\n{printed}", outcome.command);
            let mut lines = printed.lines().map(str::trim_end);
            for wanted in step
                .shown
                .iter()
                .map(|line| line.trim_end())
                .filter(|line| !line.is_empty() && *line != "...")
            {
                assert!(
                    lines.any(|line| line == wanted),
                    "{at}: not printed, or not in this order: {wanted}\n{printed}"
                );
            }
        }
        other => panic!("{at}: the test cannot run {other:?}"),
    }
}
