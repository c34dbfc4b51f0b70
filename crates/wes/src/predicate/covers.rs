//! `covers`: the value is at least the sum of a base and of what each thing that is there adds.

use inventory::{Class, Field, Value};

use super::operand::Scope;
use super::{Strictness, Test};
use crate::condition::Condition;
use crate::node::Node;
use crate::{FactSet, Facts, Steps, Truth};

/// One addition of a demand.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Addition {
    /// In the kept steps of the field.
    pub(crate) amount: i64,
    pub(crate) when: Condition,
}

/// A demand for a field of numbers.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Covers {
    pub(crate) name: String,
    /// In the kept steps of the field.
    pub(crate) base: i64,
    pub(crate) additions: Vec<Addition>,
}

/// What a demand may sum up to, with the facts on which the difference rests.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sum {
    least: i64,
    most: i64,
    open: FactSet,
}

impl Covers {
    /// Passes above the most that may be asked, fails below the least, and is unknown between.
    pub(crate) fn steps(&self, class: &Class, field: Field, facts: &dyn Facts) -> Steps<Truth> {
        let start = Sum { least: self.base, most: self.base, open: FactSet::EMPTY };
        let sum = self.additions.iter().fold(Steps::constant(start), |sum, addition| {
            sum.zip(&addition.when.steps(class, facts), |sum, truth| match truth {
                Truth::Pass => Sum {
                    least: sum.least.saturating_add(addition.amount),
                    most: sum.most.saturating_add(addition.amount),
                    ..sum
                },
                Truth::Unknown(facts) => Sum {
                    most: sum.most.saturating_add(addition.amount),
                    open: sum.open.union(facts),
                    ..sum
                },
                Truth::Fail | Truth::NotApplicable => sum,
            })
        });
        let value = match facts.value(field) {
            Some(Value::Number(value)) => Some(*value),
            _ => None,
        };
        sum.map(|sum| match value {
            None => Truth::Unknown(FactSet::of(field).union(sum.open)),
            Some(value) if value >= sum.most => Truth::Pass,
            Some(value) if value < sum.least => Truth::Fail,
            Some(_) => Truth::Unknown(sum.open),
        })
    }

    /// What the additions read.
    pub(crate) fn facts(&self) -> FactSet {
        let each = self.additions.iter().map(|addition| addition.when.fields());
        each.fold(FactSet::EMPTY, FactSet::union)
    }

    pub(crate) fn depends_on_class(&self) -> bool {
        self.additions.iter().any(|addition| addition.when.depends_on_class())
    }
}

impl Test for Covers {
    /// A demand is compiled with its conditions; see `compile`.
    fn parse(_: &Node, _: Field, _: &Scope<'_>) -> Option<Self> {
        None
    }

    /// A demand reads more than its field; see [`Covers::steps`].
    fn test(&self, _: &Class, _: Field, _: &Value) -> Steps<Truth> {
        Steps::constant(Truth::NotApplicable)
    }

    fn nudged(&self, field: Field) -> Vec<Self> {
        let near = |steps: i64| super::operand::neighbours(&Value::Number(steps), field);
        let number = |value: Value| match value {
            Value::Number(steps) => Some(steps),
            _ => None,
        };
        let bases = near(self.base).into_iter().filter_map(number);
        let mut all: Vec<Self> = bases.map(|base| Self { base, ..self.clone() }).collect();
        for at in 0..self.additions.len() {
            let mut fewer = self.clone();
            fewer.additions.remove(at);
            all.push(fewer);
        }
        all
    }

    fn requirement(&self, class: &Class, field: Field) -> String {
        let phrase = |steps: i64| Value::Number(steps).to_phrase(field.kind());
        let parts: Vec<String> = self
            .additions
            .iter()
            .map(|own| format!("{} where {}", phrase(own.amount), own.when.requirement(class)))
            .collect();
        let base = phrase(self.base);
        if parts.is_empty() {
            format!("at least {base}")
        } else {
            format!("at least {base} and {}", parts.join(" and "))
        }
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        if self == parent {
            return Strictness::Equal;
        }
        let kept = parent.additions.iter().all(|asked| {
            self.additions.iter().any(|own| own.when == asked.when && own.amount >= asked.amount)
        });
        if kept && self.base >= parent.base { Strictness::Tighter } else { Strictness::Unprovable }
    }
}
