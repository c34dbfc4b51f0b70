//! Permanent codes of problems.

use std::fmt;

/// A permanent problem code: a family of capital letters and four digits, such as `IMP0007`.
///
/// Codes are never reused. Scripts branch on them and `refit explain CODE` prints their [`CodeEntry`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Code(pub &'static str);

impl Code {
    /// The code as printed, such as `IMP0007`.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How grave a problem is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The input cannot be used as it stands.
    Error,
    /// The input is used, and the reader should know something about it.
    Warning,
}

impl Severity {
    /// The word that is printed and that JSON carries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What `refit explain CODE` says about a [`Code`].
#[derive(Clone, Copy, Debug)]
pub struct CodeEntry {
    /// The permanent code.
    pub code: Code,
    /// Whether the problem stops the work or is only told.
    pub severity: Severity,
    /// One line, lower case, no full stop: what is wrong.
    pub title: &'static str,
    /// A paragraph: why it matters and what to do about it.
    pub explanation: &'static str,
    /// The version that first gave this code.
    pub since: &'static str,
}
