//! All problems of a file, the first thousand in full and the rest counted.

use std::collections::BTreeMap;

use diagnostic::{Code, Diagnostic, Diagnostics, Severity};

use super::MAX_PROBLEMS;
use crate::codes::FURTHER_PROBLEMS;

/// Collects problems without growing without limit.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    kept: Diagnostics,
    beyond: BTreeMap<Code, u64>,
    errors: u64,
}

impl Problems {
    /// No problems yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a problem: listed while there is room, counted by its code afterwards.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if diagnostic.severity == Severity::Error {
            self.errors = self.errors.saturating_add(1);
        }
        if self.kept.len() < MAX_PROBLEMS {
            self.kept.push(diagnostic);
        } else {
            let count = self.beyond.entry(diagnostic.code).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Adds all problems of another reader.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        for other in others {
            self.push(other);
        }
    }

    /// True when at least one problem is an error.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Number of errors, listed or not.
    pub fn errors(&self) -> u64 {
        self.errors
    }

    /// The listed problems, and one that counts the rest by code.
    pub fn into_diagnostics(mut self) -> Diagnostics {
        let total: u64 = self.beyond.values().sum();
        if total > 0 {
            let counts: Vec<String> =
                self.beyond.iter().map(|(code, count)| format!("{count} of {code}")).collect();
            self.kept.push(
                Diagnostic::warning(
                    FURTHER_PROBLEMS,
                    format!("{total} further problems are not listed: {}", counts.join(", ")),
                )
                .help("mend the problems that are listed and import again"),
            );
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::{BAD_DATE, READ_AS_WINDOWS};

    #[test]
    fn the_first_thousand_are_listed_and_the_rest_are_counted() {
        let mut problems = Problems::new();
        for _ in 0..1_000 {
            problems.push(Diagnostic::warning(READ_AS_WINDOWS, "w"));
        }
        assert!(!problems.has_errors());
        for _ in 0..7 {
            problems.push(Diagnostic::error(BAD_DATE, "e"));
        }
        assert_eq!(problems.errors(), 7);
        let all = problems.into_diagnostics();
        assert_eq!(all.len(), 1_001);
        assert_eq!(
            all.iter().last().map(|last| last.message.as_str()),
            Some("7 further problems are not listed: 7 of IMP0116")
        );
    }
}
