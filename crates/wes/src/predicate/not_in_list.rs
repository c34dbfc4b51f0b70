//! `not_in_list`: the value does not stand on a list that comes from a file.

use std::sync::Arc;

use inventory::{Class, Field, Value};

use super::operand::Scope;
use super::{Strictness, Test};
use crate::list::{List, Listed};
use crate::node::Node;
use crate::{FactSet, Steps, Truth};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NotInList {
    list: Arc<List>,
}

impl NotInList {
    pub(crate) fn list(&self) -> &List {
        &self.list
    }
}

impl Test for NotInList {
    fn parse(operand: &Node, field: Field, scope: &Scope<'_>) -> Option<Self> {
        List::named(operand, field, "not_in_list", scope).map(|list| Self { list })
    }

    fn test(&self, _: &Class, field: Field, value: &Value) -> Steps<Truth> {
        Steps::constant(match self.list.look_up(&value.to_text(field.kind())) {
            Listed::Yes => Truth::Fail,
            Listed::No => Truth::Pass,
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
        format!("not on list `{}`{}", self.list.name(), self.list.dated())
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        self.list.compare(&parent.list).reversed()
    }
}
