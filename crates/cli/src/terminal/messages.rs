//! Messages on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::panic::PanicHookInfo;

use anstream::{AutoStream, ColorChoice};
use diagnostic::{Diagnostics, Severity};

use super::diagnostics::render;
use super::{Progress, printable};
use crate::args::{ColorWhen, Global};

/// How many problems of one code are printed in full before the rest are only counted.
const PRINTED_PER_CODE: usize = 20;

/// Standard error, as quiet and as coloured as asked.
#[derive(Clone, Debug)]
pub struct Messages {
    choice: ColorChoice,
    quiet: bool,
    verbose: u8,
    progress: bool,
}

impl Messages {
    /// Follows the global options and `NO_COLOR`.
    pub fn new(global: &Global) -> Self {
        let choice = match global.color {
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
            ColorWhen::Auto => AutoStream::choice(&std::io::stderr()),
        };
        let progress = !global.quiet && !global.no_progress && std::io::stderr().is_terminal();
        Self { choice, quiet: global.quiet, verbose: global.verbose, progress }
    }

    /// Prints problems: errors always, warnings unless quiet; many of one code are grouped.
    pub fn diagnostics(&self, diagnostics: &Diagnostics) {
        let mut printed: std::collections::BTreeMap<diagnostic::Code, usize> =
            std::collections::BTreeMap::new();
        for diagnostic in diagnostics {
            if self.quiet && diagnostic.severity == Severity::Warning {
                continue;
            }
            let count = printed.entry(diagnostic.code).or_default();
            *count = count.saturating_add(1);
            if *count <= PRINTED_PER_CODE || self.verbose > 0 {
                self.raw(&render(diagnostic, self.choice != ColorChoice::Never));
            }
        }
        for (code, count) in printed {
            let hidden = count.saturating_sub(PRINTED_PER_CODE);
            if hidden > 0 && self.verbose == 0 {
                self.raw(&format!("... and {hidden} more of {code}; -v prints them all"));
            }
        }
    }

    /// A line about what was done; not when quiet.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.raw(&printable(text));
        }
    }

    /// A line that a reader of the result must not miss, also when quiet.
    pub fn always(&self, text: &str) {
        self.raw(&printable(text));
    }

    /// A line that only `-v` prints.
    pub fn detail(&self, text: &str) {
        if self.verbose > 0 {
            self.raw(&printable(text));
        }
    }

    /// Progress of a piece of work of `total` steps; visible on a terminal only.
    pub fn progress(&self, label: &str, total: u64) -> Progress {
        Progress::new(label, total, self.progress)
    }

    fn raw(&self, text: &str) {
        let mut stderr = AutoStream::new(std::io::stderr(), self.choice);
        // Nobody reads standard error any more: there is no one left to tell.
        let _written = writeln!(stderr, "{text}");
    }
}

/// Reports a panic as the internal error that it is, without a Rust backtrace unless `RUST_BACKTRACE` asks for it.
pub fn report_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let payload = info.payload();
    let words = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    let mut stderr = std::io::stderr();
    // A second failure while reporting the first has nowhere to go.
    let _written = writeln!(
        stderr,
        "error[{}]: internal error: {} ({place})\n   = help: please report this with the command that you ran",
        crate::codes::INTERNAL,
        printable(&words),
    );
    if std::env::var_os("RUST_BACKTRACE").is_some() {
        let _written = writeln!(stderr, "{}", std::backtrace::Backtrace::force_capture());
    }
}
