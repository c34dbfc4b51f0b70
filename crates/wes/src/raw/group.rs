//! `[demand.NAME]` and `[group.ID]`.

use diagnostic::Place;
use diagnostic::toml_file::{Located, Table};
use inventory::{Class, ClassCatalogue};

use super::RawCondition;
use super::rule::{read_classes, read_source};
use crate::group::GroupScope;
use crate::node::Node;
use crate::rule::{RuleSeverity, RuleSource};

/// A demand as written; amounts are typed when a rule names a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RawDemand {
    pub(crate) name: Located<String>,
    pub(crate) base: Node,
    pub(crate) additions: Vec<RawAddition>,
}

/// One addition to a demand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RawAddition {
    pub(crate) amount: Node,
    pub(crate) when: RawCondition,
}

/// Which devices one side of a ratio counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RawSide {
    pub(crate) classes: Vec<Class>,
    pub(crate) when: Option<RawCondition>,
    pub(crate) place: Place,
}

/// A rule over groups of devices, as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RawGroup {
    pub(crate) id: Located<String>,
    pub(crate) scope: GroupScope,
    pub(crate) count: RawSide,
    pub(crate) per: Option<RawSide>,
    pub(crate) at_least: Option<Node>,
    pub(crate) at_most: Option<Node>,
    pub(crate) from: Option<Node>,
    pub(crate) severity: RuleSeverity,
    pub(crate) why: Option<String>,
    pub(crate) source: Option<RuleSource>,
}

pub(crate) fn read_demand(name: Located<String>, mut table: Table<'_>) -> Option<RawDemand> {
    let base = table.required_item("base", "an amount in the unit of the field");
    let base = base.map(|item| Node::of(&item));
    let additions = table
        .tables("add")
        .into_iter()
        .filter_map(|mut own| {
            let amount = own.required_item("amount", "an amount in the unit of the field");
            let when = own.required_item("when", "a condition").and_then(|item| item.table());
            own.optional::<String>("why");
            own.finish();
            Some(RawAddition { amount: Node::of(&amount?), when: RawCondition::read(when?) })
        })
        .collect();
    table.optional::<String>("why");
    table.finish();
    Some(RawDemand { name, base: base?, additions })
}

pub(crate) fn read_group(
    id: Located<String>,
    mut table: Table<'_>,
    classes: &ClassCatalogue,
) -> Option<RawGroup> {
    let scope = table.required::<GroupScope>("scope");
    let count = table
        .required_item("count", "a table with class and where")
        .and_then(|item| item.table())
        .and_then(|own| read_side(own, classes));
    let per = table.table("per").and_then(|own| read_side(own, classes));
    let node = |table: &mut Table<'_>, key| table.item(key).map(|item| Node::of(&item));
    let at_least = node(&mut table, "at_least");
    let at_most = node(&mut table, "at_most");
    let from = node(&mut table, "from");
    let severity = table.optional::<RuleSeverity>("severity");
    let why = table.optional::<String>("why").map(|why| why.value);
    let source = table.table("source").and_then(read_source);
    table.finish();
    Some(RawGroup {
        id,
        scope: scope?.value,
        count: count?,
        per,
        at_least,
        at_most,
        from,
        severity: severity.map_or(RuleSeverity::Medium, |own| own.value),
        why,
        source,
    })
}

fn read_side(mut table: Table<'_>, classes: &ClassCatalogue) -> Option<RawSide> {
    let place = table.place();
    table.required_item("class", "an array of classes");
    let found = read_classes(&mut table, "class", classes);
    let when = table.table("where").map(RawCondition::read);
    table.finish();
    Some(RawSide { classes: found?.value, when, place })
}
