//! The console blocks of the documentation are run, in order, in one folder for each page.
//!
//! In a block marked `console`, lines that begin with `$ ` are commands. What follows them is shown output: each line must
//! occur in what the command prints, in that order; a line `...` stands for any lines. A comment `# exit 1` at the end of a
//! command says how it ends. `cargo run --release --` stands for the binary; scripts are not run. A block whose mark ends with `file=NAME` is a file of the
//! folder.

use std::fs;

use crate::runner::{Estate, root, words};

const PAGES: &[&str] = &["README.md"];

struct Step {
    line: usize,
    command: String,
    exit: i32,
    shown: Vec<String>,
}

/// What a page does: its files are written first, then its commands run.
#[derive(Default)]
struct Page {
    files: Vec<(String, String)>,
    steps: Vec<Step>,
}

enum Block {
    Outside,
    Ignored,
    Console,
    File,
}

fn read(text: &str) -> Page {
    let mut page = Page::default();
    let mut block = Block::Outside;
    for (idx, line) in text.lines().enumerate() {
        if let Some(mark) = line.strip_prefix("```") {
            block = match (block, mark.split_once("file=")) {
                (Block::Outside, Some((_, name))) => {
                    page.files.push((name.to_owned(), String::new()));
                    Block::File
                }
                (Block::Outside, None) if mark == "console" => Block::Console,
                (Block::Outside, None) => Block::Ignored,
                _ => Block::Outside,
            };
            continue;
        }
        match block {
            Block::Outside | Block::Ignored => {}
            Block::File => {
                let (_, text) = page.files.last_mut().expect("a file was begun");
                text.push_str(line);
                text.push('\n');
            }
            Block::Console => match line.strip_prefix("$ ") {
                Some(command) => {
                    let (command, exit) = command.split_once("  # exit ").unwrap_or((command, "0"));
                    let exit = exit.trim().parse().expect("an exit code");
                    page.steps.push(Step {
                        line: idx + 1,
                        command: command.to_owned(),
                        exit,
                        shown: Vec::new(),
                    });
                }
                None => page
                    .steps
                    .last_mut()
                    .expect("a block begins with a command")
                    .shown
                    .push(line.to_owned()),
            },
        }
    }
    page
}

#[test]
fn what_the_pages_show_is_what_happens() {
    for page in PAGES {
        let estate = Estate::new();
        let text = fs::read_to_string(root().join(page)).expect("the page");
        let read = read(&text);
        assert!(read.steps.len() >= 3, "{page} shows few commands");
        for (name, text) in read.files {
            estate.write(&name, text);
        }
        for step in read.steps {
            perform(&estate, page, &step);
        }
    }
}

fn perform(estate: &Estate, page: &str, step: &Step) {
    let at = format!("{page}:{}", step.line);
    let words = words(&step.command);
    match words.first().map(String::as_str) {
        Some("./scripts/test") => {}
        Some("refit" | "cargo") => {
            let first =
                words.iter().position(|word| word == "refit" || word == "--").unwrap_or_default();
            let outcome = estate.run(&words[first + 1..]);
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
