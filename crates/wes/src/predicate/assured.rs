//! `assured`: a dated assurance of the device or its model is in force on the day judged.

use inventory::{Class, Field, Item, SetField, Value};

use super::operand::Scope;
use super::{Strictness, Test};
use crate::node::Node;
use crate::{FactSet, Facts, Steps, Truth, codes};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Assured {
    name: String,
}

impl Assured {
    /// Passes on the days of any assurance of the name; an absent one fails, an unknown set is unknown.
    pub(crate) fn steps(&self, facts: &dyn Facts) -> Steps<Truth> {
        let Some(set) = facts.set(SetField::Assured) else {
            return Steps::constant(Truth::Unknown(FactSet::of_set(SetField::Assured)));
        };
        let held = set.iter().filter(|item| item.name() == self.name);
        held.map(period).fold(Steps::constant(Truth::Fail), |all, own| all.zip(&own, Truth::or))
    }
}

/// The days of one assurance; its last day still passes.
fn period(item: &Item) -> Steps<Truth> {
    let begun = item.from.map_or_else(
        || Steps::constant(Truth::Pass),
        |from| Steps::change(Truth::Fail, from, Truth::Pass),
    );
    match item.until.and_then(|until| until.succ_opt()) {
        Some(end) => begun.then(end, &Steps::constant(Truth::Fail)),
        None => begun,
    }
}

impl Test for Assured {
    fn parse(operand: &Node, _: Field, scope: &Scope<'_>) -> Option<Self> {
        let name = operand.text().map(Item::normal).filter(|name| !name.is_empty());
        if name.is_none() {
            scope.error(
                codes::OPERAND,
                operand,
                format!("expected the name of an assurance, found {}", operand.written()),
                "write a name as the models file does, such as \"dtac\"",
            );
        }
        name.map(|name| Self { name })
    }

    /// A set is read as a whole; see [`Assured::steps`].
    fn test(&self, _: &Class, _: Field, _: &Value) -> Steps<Truth> {
        Steps::constant(Truth::NotApplicable)
    }

    fn requirement(&self, _: &Class, _: Field) -> String {
        format!("assured: {}", self.name)
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        if self == parent { Strictness::Equal } else { Strictness::Unprovable }
    }
}
