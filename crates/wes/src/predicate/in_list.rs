//! `in_list`: the value stands on a list that comes from a file.

use std::sync::Arc;

use inventory::{Class, Field, Value};

use super::operand::Scope;
use super::{Strictness, Test};
use crate::list::{List, Listed};
use crate::node::Node;
use crate::{FactSet, Steps, Truth};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct InList {
    list: Arc<List>,
}

impl InList {
    pub(crate) fn list(&self) -> &List {
        &self.list
    }
}

impl Test for InList {
    fn parse(operand: &Node, field: Field, scope: &Scope<'_>) -> Option<Self> {
        List::named(operand, field, "in_list", scope).map(|list| Self { list })
    }

    fn test(&self, _: &Class, field: Field, value: &Value) -> Steps<Truth> {
        Steps::constant(match self.list.look_up(&value.to_text(field.kind())) {
            Listed::Yes => Truth::Pass,
            Listed::No => Truth::Fail,
            Listed::OnCondition | Listed::Unidentified => Truth::Unknown(FactSet::of(field)),
        })
    }

    fn nudged(&self, _: Field) -> Vec<Self> {
        self.list
            .without_each_kind()
            .into_iter()
            .map(|list| Self { list: Arc::new(list) })
            .collect()
    }

    fn requirement(&self, _: &Class, _: Field) -> String {
        format!("on list `{}`{}", self.list.name(), self.list.dated())
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        self.list.compare(&parent.list)
    }
}
