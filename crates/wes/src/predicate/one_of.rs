//! `one_of`: the value is one of those given; texts regardless of case.

use inventory::{Class, Field, Value};

use super::operand::{Scope, folded, order};
use super::{Strictness, Test};
use crate::node::Node;
use crate::{Steps, Truth};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct OneOf {
    values: Vec<Value>,
}

impl Test for OneOf {
    fn parse(operand: &Node, field: Field, scope: &Scope<'_>) -> Option<Self> {
        scope.values(operand, field).map(|values| Self { values })
    }

    fn test(&self, _: &Class, _: Field, value: &Value) -> Steps<Truth> {
        let value = folded(value);
        let found = self.values.iter().any(|known| order(known, &value).is_eq());
        Steps::constant(Truth::of(found))
    }

    fn nudged(&self, _: Field) -> Vec<Self> {
        let without = |at: usize| {
            let others = self.values.iter().enumerate().filter(|(own, _)| *own != at);
            Self { values: others.map(|(_, value)| value.clone()).collect() }
        };
        (0..self.values.len()).map(without).collect()
    }

    fn requirement(&self, _: &Class, field: Field) -> String {
        let words: Vec<String> =
            self.values.iter().map(|value| value.to_phrase(field.kind())).collect();
        format!("one of {}", words.join(", "))
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        let within = |inner: &[Value], outer: &[Value]| {
            inner.iter().all(|value| outer.binary_search(value).is_ok())
        };

        match (within(&self.values, &parent.values), within(&parent.values, &self.values)) {
            (true, true) => Strictness::Equal,
            (true, false) => Strictness::Tighter,
            (false, true) => Strictness::Looser,
            (false, false) => Strictness::Unprovable,
        }
    }
}
