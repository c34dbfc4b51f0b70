//! Predicates: what a rule can ask of a field, one file a kind.
//!
//! Each kind parses its operand for a field, says what a known value gives through time, says in words what it requires,
//! and says whether a child profile's operand is at least as strict as its parent's.

mod after;
mod age_at_most;
mod assured;
mod at_least;
mod at_most;
mod before;
mod between;
mod covers;
mod equals;
mod in_list;
mod installed;
mod matches;
mod none_of;
mod not_equals;
mod not_in_list;
mod one_of;
mod operand;
mod present;
mod supported_by;

use inventory::{Class, Field, SetField, Value};

pub(crate) use covers::{Addition, Covers};
pub(crate) use operand::{Scope, folded};

use crate::node::Node;
use crate::{FactSet, Facts, Steps, Truth};

/// How a child's requirement compares with its parent's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Strictness {
    Equal,
    Tighter,
    Looser,
    Unprovable,
}

impl Strictness {
    /// The strictness of an order in which greater is stricter.
    pub(crate) fn of(child_to_parent: std::cmp::Ordering) -> Self {
        match child_to_parent {
            std::cmp::Ordering::Less => Self::Looser,
            std::cmp::Ordering::Equal => Self::Equal,
            std::cmp::Ordering::Greater => Self::Tighter,
        }
    }

    pub(crate) fn reversed(self) -> Self {
        match self {
            Self::Looser => Self::Tighter,
            Self::Tighter => Self::Looser,
            same @ (Self::Equal | Self::Unprovable) => same,
        }
    }

    /// The strictness of several requirements that must all hold.
    pub(crate) fn both(self, other: Self) -> Self {
        match (self, other) {
            (Self::Equal, same) | (same, Self::Equal) => same,
            (Self::Tighter, Self::Tighter) => Self::Tighter,
            (Self::Looser, Self::Looser) => Self::Looser,
            _ => Self::Unprovable,
        }
    }
}

/// What every kind of predicate over one field does.
pub(crate) trait Test: Sized + PartialEq {
    /// Reads the operand for a field; problems go to the scope.
    fn parse(operand: &Node, field: Field, scope: &Scope<'_>) -> Option<Self>;

    /// What a known value gives, through time.
    fn test(&self, class: &Class, field: Field, value: &Value) -> Steps<Truth>;

    /// What is required, as printed after the field's name.
    fn requirement(&self, class: &Class, field: Field) -> String;

    /// Whether `self`, a child's, is at least as strict as the parent's.
    fn strictness(&self, parent: &Self) -> Strictness;

    /// The same predicate with its operand a little different, for the mutation of profiles: every test-worthy neighbour.
    fn nudged(&self, _field: Field) -> Vec<Self> {
        Vec::new()
    }

    /// What an absent value gives.
    fn missing(&self, field: Field) -> Truth {
        Truth::Unknown(FactSet::of(field))
    }
}

macro_rules! predicates {
    ($($variant:ident in $module:ident = $word:literal;)+) => {
        /// The kinds of predicates.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum PredicateKind { $(
            #[doc = concat!("`", $word, "`; see `docs/rules/", $word, ".md`.")]
            $variant,
        )+ }

        impl PredicateKind {
            /// Every kind, in alphabetical order of the words.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The key that profiles write.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Its page: operand, example, verdicts, strictness (Markdown).
            pub fn page(self) -> &'static str {
                match self { $(
                    Self::$variant => include_str!(concat!("../../../../docs/rules/", $word, ".md")),
                )+ }
            }

            /// A profile with tests that shows it.
            #[cfg(test)]
            fn fixture(self) -> &'static str {
                match self { $(
                    Self::$variant => include_str!(concat!("../../tests/fixtures/", $word, ".toml")),
                )+ }
            }
        }

        /// One predicate over one field with its operand read; `supported_by` reads several.
        #[derive(Clone, PartialEq, Debug)]
        pub(crate) enum Predicate { $($variant($module::$variant),)+ }

        impl Predicate {
            pub(crate) fn parse(kind: PredicateKind, operand: &Node, field: Field, scope: &Scope<'_>) -> Option<Self> {
                match kind { $(
                    PredicateKind::$variant => $module::$variant::parse(operand, field, scope).map(Self::$variant),
                )+ }
            }

            fn test(&self, class: &Class, field: Field, value: &Value) -> Steps<Truth> {
                match self { $(Self::$variant(predicate) => predicate.test(class, field, value),)+ }
            }

            fn missing(&self, field: Field) -> Truth {
                match self { $(Self::$variant(predicate) => predicate.missing(field),)+ }
            }

            pub(crate) fn requirement(&self, class: &Class, field: Field) -> String {
                match self { $(Self::$variant(predicate) => predicate.requirement(class, field),)+ }
            }

            pub(crate) fn nudged(&self, field: Field) -> Vec<Self> {
                match self { $(
                    Self::$variant(predicate) => predicate.nudged(field).into_iter().map(Self::$variant).collect(),
                )+ }
            }

            pub(crate) fn strictness(&self, parent: &Self) -> Strictness {
                match (self, parent) {
                    $((Self::$variant(child), Self::$variant(parent)) => child.strictness(parent),)+
                    _ => Strictness::Unprovable,
                }
            }
        }
    };
}

predicates! {
    After in after = "after";
    AgeAtMost in age_at_most = "age_at_most";
    Assured in assured = "assured";
    AtLeast in at_least = "at_least";
    AtMost in at_most = "at_most";
    Before in before = "before";
    Between in between = "between";
    Covers in covers = "covers";
    Equals in equals = "equals";
    InList in in_list = "in_list";
    Installed in installed = "installed";
    Matches in matches = "matches";
    NoneOf in none_of = "none_of";
    NotEquals in not_equals = "not_equals";
    NotInList in not_in_list = "not_in_list";
    OneOf in one_of = "one_of";
    Present in present = "present";
    SupportedBy in supported_by = "supported_by";
}

impl PredicateKind {
    /// The set-valued fact that it asks about instead of a field, if it does.
    pub(crate) fn set(self) -> Option<SetField> {
        match self {
            Self::Installed => Some(SetField::Installed),
            Self::Assured => Some(SetField::Assured),
            _ => None,
        }
    }
}

impl Predicate {
    /// What the predicate gives for a device of a class, through time.
    pub(crate) fn steps(&self, class: &Class, fields: &[Field], facts: &dyn Facts) -> Steps<Truth> {
        match (self, fields) {
            (Self::SupportedBy(supported), _) => return supported.steps(fields, facts),
            (Self::Installed(installed), _) => return installed.steps(facts),
            (Self::Assured(assured), _) => return assured.steps(facts),
            (Self::Covers(covers), [field, ..]) => return covers.steps(class, *field, facts),
            _ => {}
        }
        let Some(&field) = fields.first() else { return Steps::constant(Truth::NotApplicable) };
        facts.value(field).map_or_else(
            || Steps::constant(self.missing(field)),
            |value| self.test(class, field, value),
        )
    }

    /// What it reads beside the fields that it names.
    pub(crate) fn more_facts(&self) -> FactSet {
        match self {
            Self::Installed(_) => FactSet::of_set(SetField::Installed),
            Self::Assured(_) => FactSet::of_set(SetField::Assured),
            Self::Covers(covers) => covers.facts(),
            _ => FactSet::EMPTY,
        }
    }

    /// True when the class of the device changes what is asked.
    pub(crate) fn depends_on_class(&self) -> bool {
        match self {
            Self::AgeAtMost(age) => age.is_life(),
            Self::Covers(covers) => covers.depends_on_class(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
