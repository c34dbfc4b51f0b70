//! Conditions with their operands read: what is evaluated.

use inventory::{Class, Field, Value};

use crate::predicate::{Predicate, Strictness};
use crate::{FactSet, Facts, Steps, Truth};

/// One predicate over its fields.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Leaf {
    pub(crate) fields: Vec<Field>,
    pub(crate) predicate: Predicate,
}

/// A condition on a device, at one tier.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Condition {
    Leaf(Leaf),
    /// The leaf that stands for the value of a field.
    By {
        field: Field,
        cases: Vec<(Value, Leaf)>,
    },
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    When {
        when: Box<Condition>,
        then: Box<Condition>,
    },
    /// Nothing is asked at this tier.
    Nothing,
}

impl Condition {
    /// What it says of a device, through time.
    pub(crate) fn steps(&self, class: &Class, facts: &dyn Facts) -> Steps<Truth> {
        match self {
            Self::Leaf(leaf) => leaf.steps(class, facts),
            Self::By { field, cases } => match case_of(cases, facts.value(*field)) {
                Some(leaf) => leaf.steps(class, facts),
                None => Steps::constant(Truth::Unknown(FactSet::of(*field))),
            },
            Self::All(items) => fold(items, class, facts, Truth::and),
            Self::Any(items) => fold(items, class, facts, Truth::or),
            Self::Not(inner) => inner.steps(class, facts).map(Truth::negated),
            Self::When { when, then } => {
                when.steps(class, facts).zip(&then.steps(class, facts), Truth::guard)
            }
            Self::Nothing => Steps::constant(Truth::NotApplicable),
        }
    }

    /// The fields that it reads.
    pub(crate) fn fields(&self) -> FactSet {
        match self {
            Self::Leaf(leaf) => leaf.field_set(),
            Self::By { field, cases } => cases
                .iter()
                .map(|(_, leaf)| leaf.field_set())
                .fold(FactSet::of(*field), FactSet::union),
            Self::All(items) | Self::Any(items) => {
                items.iter().map(Self::fields).fold(FactSet::EMPTY, FactSet::union)
            }
            Self::Not(inner) => inner.fields(),
            Self::When { when, then } => when.fields().union(then.fields()),
            Self::Nothing => FactSet::EMPTY,
        }
    }

    /// True when the device's class changes what is asked.
    pub(crate) fn depends_on_class(&self) -> bool {
        match self {
            Self::Leaf(leaf) => leaf.predicate.depends_on_class(),
            Self::By { cases, .. } => {
                cases.iter().any(|(_, leaf)| leaf.predicate.depends_on_class())
            }
            Self::All(items) | Self::Any(items) => items.iter().any(Self::depends_on_class),
            Self::Not(inner) => inner.depends_on_class(),
            Self::When { when, then } => when.depends_on_class() || then.depends_on_class(),
            Self::Nothing => false,
        }
    }

    /// What it requires, in words.
    pub(crate) fn requirement(&self, class: &Class) -> String {
        let list = |items: &[Self], word: &str| {
            let items: Vec<String> = items
                .iter()
                .filter(|item| !matches!(item, Self::Nothing))
                .map(|item| item.nested(class))
                .collect();
            items.join(word)
        };
        match self {
            Self::Leaf(leaf) => leaf.requirement(class),
            Self::By { field, cases } => {
                let cases: Vec<String> = cases
                    .iter()
                    .map(|(value, leaf)| format!("{value}: {}", leaf.requirement(class)))
                    .collect();
                format!("by {field}: {}", cases.join("; "))
            }
            Self::All(items) => list(items, " and "),
            Self::Any(items) => list(items, " or "),
            Self::Not(inner) => format!("not {}", inner.nested(class)),
            Self::When { when, then } => {
                format!("{} where {}", then.requirement(class), when.requirement(class))
            }
            Self::Nothing => "nothing".to_owned(),
        }
    }

    fn nested(&self, class: &Class) -> String {
        match self {
            Self::Leaf(_) | Self::Nothing => self.requirement(class),
            _ => format!("({})", self.requirement(class)),
        }
    }

    /// Whether `self`, a child's or a higher tier's, asks at least what the other asks.
    pub(crate) fn strictness(&self, parent: &Self) -> Strictness {
        if self == parent {
            return Strictness::Equal;
        }
        match (self, parent) {
            (Self::Leaf(child), Self::Leaf(parent)) => child.strictness(parent),
            (Self::By { field, cases }, Self::By { field: other, cases: others })
                if field == other =>
            {
                by_cases(cases, others)
            }
            (Self::When { when, then }, Self::When { when: other, then: parent })
                if when == other =>
            {
                then.strictness(parent)
            }
            (Self::All(children), Self::All(parents)) => {
                let covered = parents.iter().all(|parent| {
                    children.iter().any(|child| child.strictness(parent).is_no_looser())
                });
                let pairwise = children.len() == parents.len()
                    && children.iter().zip(parents).all(|(child, parent)| {
                        matches!(child.strictness(parent), Strictness::Looser | Strictness::Equal)
                    });
                covered_or(covered, pairwise)
            }
            (Self::Any(children), Self::Any(parents)) => {
                let covered = children.iter().all(|child| {
                    parents.iter().any(|parent| child.strictness(parent).is_no_looser())
                });
                covered_or(covered, false)
            }
            (Self::All(children), parent) => covered_or(
                children.iter().any(|child| child.strictness(parent).is_no_looser()),
                false,
            ),
            (_, Self::Nothing) => Strictness::Tighter,
            (Self::Nothing, _) => Strictness::Looser,
            _ => Strictness::Unprovable,
        }
    }

    /// Every leaf that concerns a device, for explanations.
    pub(crate) fn leaves(&self, facts: &dyn Facts) -> Vec<&Leaf> {
        match self {
            Self::Leaf(leaf) => vec![leaf],
            Self::By { field, cases } => case_of(cases, facts.value(*field)).into_iter().collect(),
            Self::All(items) | Self::Any(items) => {
                items.iter().flat_map(|item| item.leaves(facts)).collect()
            }
            Self::Not(inner) => inner.leaves(facts),
            Self::When { when, then } => {
                when.leaves(facts).into_iter().chain(then.leaves(facts)).collect()
            }
            Self::Nothing => Vec::new(),
        }
    }
}

impl Leaf {
    fn steps(&self, class: &Class, facts: &dyn Facts) -> Steps<Truth> {
        self.predicate.steps(class, &self.fields, facts)
    }

    fn field_set(&self) -> FactSet {
        self.fields.iter().copied().collect::<FactSet>().union(self.predicate.more_facts())
    }

    fn requirement(&self, class: &Class) -> String {
        let names: Vec<&str> = self.fields.iter().map(|field| field.word()).collect();
        let required = self.required(class);
        if names.is_empty() { required } else { format!("{} {required}", names.join("+")) }
    }

    /// What is required, without the names of the fields.
    pub(crate) fn required(&self, class: &Class) -> String {
        // A predicate over a set names what it asks about itself.
        let field = self.fields.first().copied().unwrap_or(Field::Notes);
        self.predicate.requirement(class, field)
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        if self.fields == parent.fields {
            self.predicate.strictness(&parent.predicate)
        } else {
            Strictness::Unprovable
        }
    }
}

impl Strictness {
    pub(crate) fn is_no_looser(self) -> bool {
        matches!(self, Self::Equal | Self::Tighter)
    }
}

fn covered_or(covered: bool, looser: bool) -> Strictness {
    match (covered, looser) {
        (true, _) => Strictness::Tighter,
        (false, true) => Strictness::Looser,
        (false, false) => Strictness::Unprovable,
    }
}

fn by_cases(cases: &[(Value, Leaf)], others: &[(Value, Leaf)]) -> Strictness {
    others
        .iter()
        .map(|(value, parent)| {
            cases
                .iter()
                .find(|(own, _)| own == value)
                .map_or(Strictness::Looser, |(_, child)| child.strictness(parent))
        })
        .fold(Strictness::Equal, Strictness::both)
}

fn case_of<'a>(cases: &'a [(Value, Leaf)], value: Option<&Value>) -> Option<&'a Leaf> {
    cases.iter().find(|(case, _)| Some(case) == value).map(|(_, leaf)| leaf)
}

fn fold(
    items: &[Condition],
    class: &Class,
    facts: &dyn Facts,
    combine: impl Fn(Truth, Truth) -> Truth + Copy,
) -> Steps<Truth> {
    items.iter().fold(Steps::constant(Truth::NotApplicable), |steps, item| {
        steps.zip(&item.steps(class, facts), combine)
    })
}
