//! How commands end.

use std::process::ExitCode;

use diagnostic::{Code, Diagnostic, Diagnostics};

use crate::args::Global;
use crate::terminal::Messages;

/// How a command that did its work ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finish {
    /// Done, and nothing at or above the level that was asked about: exit code 0.
    Done,
    /// Rule failures, rejected rows or a failed verification: exit code 1.
    Findings,
    /// The plan is infeasible; the conflict was printed: exit code 3.
    Infeasible,
    /// Stopped at a limit before the proof that was required: exit code 4.
    NotProved,
}

impl Finish {
    /// [`Finish::Findings`] when there are any.
    pub fn findings_if(any: bool) -> Self {
        if any { Self::Findings } else { Self::Done }
    }

    /// The process's exit code.
    pub fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Infeasible => 3,
            Self::NotProved => 4,
        })
    }
}

/// Why a command could not do its work: messages and exit code 2.
#[derive(Clone, Debug)]
pub struct Failure {
    diagnostics: Diagnostics,
}

impl Failure {
    /// One problem without a place.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Diagnostic::error(code, message).into()
    }

    /// Adds what to do to the last problem.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        let mut all: Vec<Diagnostic> = self.diagnostics.into_iter().collect();
        if let Some(last) = all.pop() {
            all.push(last.help(help));
        }
        Self { diagnostics: all.into() }
    }

    /// The problems.
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// Prints the problems on standard error and gives the exit code, always 2.
    pub fn report(&self, global: &Global) -> ExitCode {
        Messages::new(global).diagnostics(&self.diagnostics);
        ExitCode::from(2)
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic].into() }
    }
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self { diagnostics }
    }
}

/// Prints what clap says about the arguments: help and version on standard output with 0, errors on standard error with 2.
pub fn report_usage(error: &clap::Error) -> ExitCode {
    // Printing can only fail when nobody reads; the exit code still tells.
    let _printed = error.print();
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}
