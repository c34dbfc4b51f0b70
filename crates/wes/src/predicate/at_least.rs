//! `at_least`: the value is the bound or more (a date: on it or later).

use inventory::{Class, Field, Value};

use super::operand::{Bound, Scope};
use super::{Strictness, Test};
use crate::node::Node;
use crate::{Steps, Truth};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct AtLeast {
    bound: Bound,
}

impl AtLeast {
    /// The bound, where it does not move with the day.
    pub(crate) fn bound(&self) -> Option<&Value> {
        self.bound.fixed()
    }
}

impl Test for AtLeast {
    fn parse(operand: &Node, field: Field, scope: &Scope<'_>) -> Option<Self> {
        Bound::parse(operand, field, "at_least", scope).map(|bound| Self { bound })
    }

    fn test(&self, _: &Class, _: Field, value: &Value) -> Steps<Truth> {
        self.bound.steps(value, std::cmp::Ordering::is_ge)
    }

    fn nudged(&self, field: Field) -> Vec<Self> {
        self.bound.nudged(field).into_iter().map(|bound| Self { bound }).collect()
    }

    fn requirement(&self, _: &Class, field: Field) -> String {
        format!("at least {}", self.bound.phrase(field))
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        self.bound.strictness(&parent.bound)
    }
}
