//! What every command is given.

use std::path::Path;

use chrono::NaiveDate;
use diagnostic::{Diagnostic, Place};

use crate::args::{Format, Global};
use crate::codes;
use crate::failure::Failure;
use crate::output::Output;
use crate::terminal::Messages;

/// The resolved global options: the only place that reads the clock, the environment and the number of processors.
#[derive(Debug)]
pub struct Context {
    global: Global,
    as_of: NaiveDate,
    pool: Option<rayon::ThreadPool>,
    /// Where messages go.
    pub messages: Messages,
}

impl Context {
    /// Resolves the global options.
    ///
    /// # Errors
    /// When the threads cannot be started.
    pub fn new(global: &Global) -> Result<Self, Failure> {
        let as_of = global.as_of.unwrap_or_else(|| chrono::Local::now().date_naive());
        let jobs = global.jobs.map_or_else(rayon::current_num_threads, usize::from);
        let pool = if jobs > 1 {
            let built = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
            Some(built.map_err(|error| {
                Failure::error(codes::INTERNAL, format!("cannot start {jobs} threads: {error}"))
            })?)
        } else {
            None
        };
        Ok(Self { global: global.clone(), as_of, pool, messages: Messages::new(global) })
    }

    /// The day as of which everything is judged.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// The estate's file.
    pub fn db(&self) -> &Path {
        &self.global.db
    }

    /// The seed of everything that is drawn.
    pub fn seed(&self) -> u64 {
        self.global.seed
    }

    /// The threads to compute with; `None` is this thread alone.
    pub fn pool(&self) -> Option<&rayon::ThreadPool> {
        self.pool.as_ref()
    }

    /// The global options as given.
    pub fn global(&self) -> &Global {
        &self.global
    }

    /// The moment to record with changes, RFC 3339 in UTC: `REFIT_RECORDED_AT`, else the clock.
    pub fn recorded_at(&self) -> String {
        std::env::var("REFIT_RECORDED_AT")
            .unwrap_or_else(|_| chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    /// Where the result goes and in which form; the form must be one of `supported`, whose first is the default.
    ///
    /// # Errors
    /// When another form was asked for.
    pub fn output(&self, supported: &[Format]) -> Result<Output, Failure> {
        let by_extension = self
            .global
            .output
            .as_deref()
            .and_then(Path::extension)
            .and_then(|extension| Format::of_extension(&extension.to_string_lossy()));
        let free = self.global.json || self.global.format.is_some() || supported.len() < 2;
        if let (Some(path), None, false) = (&self.global.output, by_extension, free)
            && let Some(extension) = path.extension()
        {
            let message = format!("`.{}` stands for no form of a result", extension.display());
            return Err(Diagnostic::error(codes::EXTENSION, message)
                .at(Place::file(path.display().to_string()))
                .help("name the file .json, .ndjson, .csv or .txt, or give --format as well")
                .into());
        }
        let asked =
            if self.global.json { Some(Format::Json) } else { self.global.format.or(by_extension) };
        let words = |format: &Format| matches!(format, Format::Table | Format::Plain);
        let format = match asked {
            // A result without columns is words either way.
            Some(asked) if words(&asked) && !supported.contains(&asked) => {
                supported.iter().copied().find(words).unwrap_or(asked)
            }
            Some(asked) => asked,
            None => supported.first().copied().unwrap_or(Format::Plain),
        };
        if !supported.contains(&format) {
            let words: Vec<&str> = supported.iter().map(|format| format.word()).collect();
            return Err(Failure::error(
                codes::FORMAT,
                format!("this command has no output as {}", format.word()),
            )
            .help(format!("choose one of: {}", words.join(", "))));
        }
        Ok(Output::new(format, self.global.output.clone()))
    }
}
