//! Runs the binary in a folder of its own, and compares with goldens.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the crate lies two folders below the repository")
        .to_path_buf()
}

/// The folder of shared data, when this machine has it.
pub(crate) fn shared() -> Option<PathBuf> {
    optional_folder("REFIT_SHARED")
}

/// A Python with numpy, when this machine has one.
pub(crate) fn python() -> Option<PathBuf> {
    optional_folder("REFIT_PYTHON")
}

fn optional_folder(variable: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(path) = &found {
        assert!(path.exists(), "{variable} names {}, which does not exist", path.display());
    }
    found
}

/// Says loudly that a suite did not run, and fails where it must run.
///
/// Only the absence of shared data is forgiven when `CI` is `true`.
pub(crate) fn skip(suite: &str, why: &str, forgiven: bool) {
    // Past the capture of the test harness, which hides what a passing test prints.
    writeln!(io::stderr(), "\nSKIPPED {suite}: {why}").expect("standard error can be written");
    let ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(forgiven || !ci, "{suite} was skipped with CI=true: {why}");
}

/// The binary under test: the one that `REFIT_BIN` names, else the one built with the tests.
fn binary() -> OsString {
    std::env::var_os("REFIT_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_refit").into())
}

/// A temporary folder in which commands run.
pub(crate) struct Estate {
    folder: TempDir,
}

impl Estate {
    /// An empty folder without an estate.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// The path of a file in the folder.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in the folder.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("a file can be written");
    }

    /// Reads a file of the folder.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Copies the files of a folder of the repository into this one.
    pub(crate) fn copy_from(&self, folder: &Path) {
        for entry in
            fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let entry = entry.expect("a folder can be listed");
            if entry.file_type().expect("a file has a type").is_file() {
                fs::copy(entry.path(), self.path(entry.file_name())).expect("a file can be copied");
            }
        }
    }

    /// Runs `refit` with arguments.
    pub(crate) fn run<I, S>(&self, arguments: I) -> Outcome
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let arguments: Vec<_> = arguments.into_iter().map(|a| a.as_ref().to_owned()).collect();
        let output = self.command().args(&arguments).output().expect("the binary can be started");
        Outcome {
            command: arguments
                .iter()
                .map(|a| a.to_string_lossy().into_owned())
                .collect::<Vec<_>>()
                .join(" "),
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
            stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(binary());
        command
            .current_dir(self.folder.path())
            .env_remove("REFIT_DB")
            .env_remove("RUST_BACKTRACE")
            .env("REFIT_RECORDED_AT", "2026-04-02T09:00:00Z")
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .stdin(Stdio::null());
        command
    }

    /// Starts `refit` with the words of a line and does not wait for it.
    pub(crate) fn spawn(&self, line: &str) -> Child {
        let mut command = self.command();
        command.args(words(line)).stdout(Stdio::null());
        command.spawn().expect("the binary can be started")
    }

    /// Runs `refit` with the words of a line.
    pub(crate) fn line(&self, line: &str) -> Outcome {
        self.run(words(line))
    }
}

/// The words of a command line; single and double quotes hold blanks together.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "a quote is open in: {line}");
    words.extend(word);
    words
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The arguments.
    pub(crate) command: String,
    /// The exit code, -1 after a signal.
    pub(crate) code: i32,
    /// Results.
    pub(crate) stdout: String,
    /// Messages.
    pub(crate) stderr: String,
}

impl Outcome {
    /// Demands an exit code.
    #[track_caller]
    pub(crate) fn code(self, wanted: i32) -> Self {
        assert_eq!(
            self.code,
            wanted,
            "refit {}\n--- stdout\n{}\n--- stderr\n{}",
            self.command,
            clip(&self.stdout),
            clip(&self.stderr)
        );
        self
    }

    /// Demands exit code 0.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        self.code(0)
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("refit {}: {error} in\n{}", self.command, clip(&self.stdout))
        })
    }
}

fn clip(text: &str) -> String {
    text.chars().take(4000).collect()
}

/// Whether goldens are rewritten instead of compared: `INSTA_UPDATE=always`, as for the snapshots of the crates.
pub(crate) fn blessing() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always")
}

/// Compares with a golden file, or rewrites it; says the first line that differs.
pub(crate) fn golden(path: &Path, actual: &str) -> Result<(), String> {
    if blessing() {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("a folder can be made");
        }
        fs::write(path, actual).expect("a golden can be written");
        return Ok(());
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    let line = expected.lines().zip(actual.lines()).take_while(|(a, b)| a == b).count();
    Err(format!(
        "{} differs at line {}:\n  expected: {}\n  actual:   {}\n(rewrite with INSTA_UPDATE=always, then review)",
        path.display(),
        line + 1,
        expected.lines().nth(line).unwrap_or("<end>"),
        actual.lines().nth(line).unwrap_or("<end>"),
    ))
}
