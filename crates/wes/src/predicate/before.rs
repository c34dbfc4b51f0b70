//! `before`: the date lies before the day given.

use inventory::catalogue::Kind;
use inventory::{Class, Field, Value};

use super::operand::{Bound, Scope};
use super::{Strictness, Test};
use crate::node::Node;
use crate::{Steps, Truth};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Before {
    bound: Bound,
}

impl Test for Before {
    fn parse(operand: &Node, field: Field, scope: &Scope<'_>) -> Option<Self> {
        scope.require_kind(
            operand,
            field,
            "before",
            |kind| kind == Kind::Date,
            "use `at_least`, `at_most` or `between` for numbers and versions",
        )?;
        Bound::parse(operand, field, "before", scope).map(|bound| Self { bound })
    }

    fn test(&self, _: &Class, _: Field, value: &Value) -> Steps<Truth> {
        self.bound.steps(value, std::cmp::Ordering::is_lt)
    }

    fn nudged(&self, field: Field) -> Vec<Self> {
        self.bound.nudged(field).into_iter().map(|bound| Self { bound }).collect()
    }

    fn requirement(&self, _: &Class, field: Field) -> String {
        format!("before {}", self.bound.phrase(field))
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        self.bound.strictness(&parent.bound).reversed()
    }
}
