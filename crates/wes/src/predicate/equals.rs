//! `equals`: the value is the one given; texts regardless of case.

use inventory::{Class, Field, Value};

use super::operand::{Scope, folded, order};
use super::{Strictness, Test};
use crate::node::Node;
use crate::{Steps, Truth};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Equals {
    wanted: Value,
}

impl Test for Equals {
    fn parse(operand: &Node, field: Field, scope: &Scope<'_>) -> Option<Self> {
        scope.value(operand, field).map(|value| Self { wanted: folded(&value) })
    }

    fn test(&self, _: &Class, _: Field, value: &Value) -> Steps<Truth> {
        Steps::constant(Truth::of(order(&folded(value), &self.wanted).is_eq()))
    }

    fn nudged(&self, field: Field) -> Vec<Self> {
        super::operand::neighbours(&self.wanted, field)
            .into_iter()
            .map(|wanted| Self { wanted })
            .collect()
    }

    fn requirement(&self, _: &Class, field: Field) -> String {
        self.wanted.to_phrase(field.kind())
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        if self == parent { Strictness::Equal } else { Strictness::Unprovable }
    }
}
