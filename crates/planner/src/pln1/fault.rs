//! Coded problems of problem folders, schedules and certificates.

use std::fmt;

/// Every code of this family with the sentence that `refit explain` opens with.
pub const CODES: &[(&str, &str)] = &[
    ("PLN0100", "a file of the problem folder could not be read or written"),
    ("PLN0101", "a JSON file is malformed or lacks a field"),
    ("PLN0102", "the folder is not in format PLN1"),
    ("PLN0103", "an array has another length than the problem's sizes say"),
    ("PLN0104", "a value lies outside its range"),
    ("PLN0105", "a class lists the same option twice"),
    ("PLN0106", "totals could pass 64 bits"),
    ("PLN0107", "a bundle spans two budget holders"),
    ("PLN0108", "a precedence joins one asset to itself, or assets of two budget holders"),
    ("PLN0111", "a column is missing, unknown or repeated"),
    ("PLN0112", "a row is malformed"),
    ("PLN0113", "an asset is missing or repeated"),
    ("PLN0121", "a schedule row names an unknown asset"),
    ("PLN0131", "a certificate cannot be judged"),
];

/// One problem of an input: where, what was expected, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Permanent code, one of [`CODES`].
    pub code: &'static str,
    /// Name of the file as the caller gave it.
    pub file: String,
    /// Line, counted from 1, where the file has lines.
    pub line: Option<u64>,
    /// Column or field name, where one is at fault.
    pub column: Option<String>,
    /// What was expected and what was found; a fragment without full stop.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ": {column}")?;
        }
        write!(f, ": {} [{}]", self.message, self.code)
    }
}

impl std::error::Error for Fault {}

/// All problems found in one file or one draft; never empty when returned as an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults(Vec<Fault>);

/// More faults than this of one input are counted, not listed.
const LISTED_MAX: usize = 100;

impl Faults {
    /// The faults in the order found; at most 100 and a closing one that counts the rest.
    pub fn list(&self) -> &[Fault] {
        &self.0
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= LISTED_MAX
    }

    pub(crate) fn push(&mut self, fault: Fault) {
        if self.0.len() < LISTED_MAX {
            self.0.push(fault);
        } else if self.0.len() == LISTED_MAX {
            self.0.push(Fault {
                message: format!("more than {LISTED_MAX} problems, the rest are not listed"),
                line: None,
                column: None,
                help: "correct those above and run again",
                ..fault
            });
        }
    }

    pub(crate) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Short constructor for the readers of this module.
pub(crate) fn fault(code: &'static str, file: &str, message: String, help: &'static str) -> Fault {
    Fault { code, file: file.to_owned(), line: None, column: None, message, help }
}

impl Fault {
    pub(crate) fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    pub(crate) fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// A failed read or write of `file`.
    pub(crate) fn io(file: &str, error: &std::io::Error) -> Self {
        fault("PLN0100", file, format!("{error}"), "check that the file can be read or written")
    }
}
