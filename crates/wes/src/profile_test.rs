//! `[[test]]` blocks of profiles.

use diagnostic::{Diagnostic, Place};
use inventory::{Field, SetField};

use crate::{Compiled, FactSet, Outcome, codes};

/// The result of one `[[test]]` block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TestResult {
    /// The test's name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// One problem for each expectation that is not met.
    pub failures: Vec<Diagnostic>,
}

impl TestResult {
    /// True when every expectation is met.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl Compiled {
    /// Runs the `[[test]]` blocks of the profile itself (not of its parents).
    pub fn run_tests(&self) -> Vec<TestResult> {
        self.tests
            .iter()
            .map(|test| {
                let timelines = self.judge_device(&test.class, &test.facts);
                let failures = test
                    .expect
                    .iter()
                    .filter_map(|(rule, expected)| {
                        let (position, _) = self.rule(&rule.value)?;
                        let found = timelines.get(position)?.at(test.as_of);
                        if fits(&expected.value, found) {
                            return None;
                        }
                        Some(
                            Diagnostic::error(
                                codes::TEST_FAILED,
                                format!(
                                    "test `{}`: rule `{}` gives `{found}` on {}, expected `{}`",
                                    test.name, rule.value, test.as_of, expected.value
                                ),
                            )
                            .at(expected.place.clone())
                            .help("mend the rule or the expectation"),
                        )
                    })
                    .collect();
                TestResult { name: test.name.clone(), place: test.place.clone(), failures }
            })
            .collect()
    }
}

fn missing_fact(word: &str) -> Option<FactSet> {
    let set = SetField::ALL.into_iter().find(|own| own.word() == word).map(FactSet::of_set);
    set.or_else(|| word.parse::<Field>().ok().map(FactSet::of))
}

/// An expectation is `pass`, `fail`, `fail@TIER`, `unknown`, `unknown:FIELD,...` (each of these facts is among the
/// missing ones) or `not-applicable`.
fn fits(expected: &str, found: Outcome) -> bool {
    if let Some(fields) = expected.strip_prefix("unknown:") {
        let wanted: Option<Vec<FactSet>> =
            fields.split(',').map(|word| missing_fact(word.trim())).collect();
        let missing = found.facts();
        return matches!(found, Outcome::Unknown { .. })
            && wanted.is_some_and(|wanted| wanted.iter().all(|own| own.union(missing) == missing));
    }
    expected == found.word() || expected == found.to_string()
}
