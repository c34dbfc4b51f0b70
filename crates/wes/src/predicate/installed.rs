//! `installed`: software is on the device, in a version where one is asked for.

use std::cmp::Ordering;

use inventory::{Class, Field, Item, SetField, Value, Version};

use super::operand::Scope;
use super::{Strictness, Test};
use crate::node::Node;
use crate::{FactSet, Facts, Steps, Truth, codes};

/// One bound of a version.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Bound {
    operator: &'static str,
    version: Version,
}

impl Bound {
    fn holds(&self, version: &Version) -> bool {
        let order = version.cmp(&self.version);
        match self.operator {
            ">=" => order != Ordering::Less,
            ">" => order == Ordering::Greater,
            "<=" => order != Ordering::Greater,
            "<" => order == Ordering::Less,
            _ => order == Ordering::Equal,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Installed {
    name: String,
    bounds: Vec<Bound>,
}

impl Installed {
    /// Reads `name` or `name@>=1.4.2, <3`.
    fn of_text(text: &str) -> Option<Self> {
        let (name, range) = match text.split_once('@') {
            Some((name, range)) => (name, Some(range)),
            None => (text, None),
        };
        let name = Item::normal(name);
        let bounds = range.map_or_else(
            || Some(Vec::new()),
            |range| range.split(',').map(|part| bound(part.trim())).collect(),
        )?;
        (!name.is_empty()).then_some(Self { name, bounds })
    }

    /// What is known of the device's software, which does not change with the day.
    pub(crate) fn steps(&self, facts: &dyn Facts) -> Steps<Truth> {
        let missing = Truth::Unknown(FactSet::of_set(SetField::Installed));
        let Some(set) = facts.set(SetField::Installed) else { return Steps::constant(missing) };
        let copies = set.iter().filter(|item| item.name() == self.name);
        let found = copies.map(|item| match &item.version {
            _ if self.bounds.is_empty() => Truth::Pass,
            None => missing,
            Some(version) => Truth::of(self.bounds.iter().all(|bound| bound.holds(version))),
        });
        Steps::constant(found.fold(Truth::Fail, Truth::or))
    }

    fn words(&self) -> String {
        let bounds: Vec<String> = self
            .bounds
            .iter()
            .map(|bound| format!(" {} {}", bound.operator, bound.version))
            .collect();
        format!("{}{}", self.name, bounds.join(","))
    }
}

fn bound(part: &str) -> Option<Bound> {
    let operator =
        [">=", "<=", ">", "<", "="].into_iter().find(|operator| part.starts_with(operator))?;
    let version = part.strip_prefix(operator)?.trim().parse().ok()?;
    Some(Bound { operator, version })
}

impl Test for Installed {
    fn parse(operand: &Node, _: Field, scope: &Scope<'_>) -> Option<Self> {
        let own = operand.text().and_then(Self::of_text);
        if own.is_none() {
            scope.error(
                codes::OPERAND,
                operand,
                format!("expected software and a range of versions, found {}", operand.written()),
                "write \"name\" or \"name@>=1.4.2.0, <3\" with >=, >, <=, < or =",
            );
        }
        own
    }

    /// A set is read as a whole; see [`Installed::steps`].
    fn test(&self, _: &Class, _: Field, _: &Value) -> Steps<Truth> {
        Steps::constant(Truth::NotApplicable)
    }

    fn nudged(&self, _: Field) -> Vec<Self> {
        let changed = |at: usize, version: Version| {
            let mut own = self.clone();
            if let Some(bound) = own.bounds.get_mut(at) {
                bound.version = version;
            }
            own
        };
        self.bounds
            .iter()
            .enumerate()
            .flat_map(|(at, bound)| {
                let value = Value::Version(bound.version.clone());
                let near = super::operand::neighbours(&value, Field::OsBuild).into_iter();
                near.filter_map(move |value| match value {
                    Value::Version(version) => Some(changed(at, version)),
                    _ => None,
                })
                .collect::<Vec<_>>()
            })
            .collect()
    }

    fn requirement(&self, _: &Class, _: Field) -> String {
        format!("{} installed", self.words())
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        if self == parent {
            return Strictness::Equal;
        }
        let more = parent.bounds.iter().all(|asked| {
            self.bounds.iter().any(|own| {
                own.operator == asked.operator
                    && match asked.operator {
                        ">=" | ">" => own.version >= asked.version,
                        "<=" | "<" => own.version <= asked.version,
                        _ => own.version == asked.version,
                    }
            })
        });
        if self.name == parent.name && more { Strictness::Tighter } else { Strictness::Unprovable }
    }
}
