//! Conditions: a field and a predicate, or a combination of conditions.

use diagnostic::Place;
use diagnostic::toml_file::{Located, Table};

use crate::node::{Node, Shape};
use crate::predicate::PredicateKind;
use crate::{Tier, Tiered};

/// A condition as written; whether it asks exactly one question is checked after inheritance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RawCondition {
    pub(crate) place: Place,
    /// The fields asked about, one or several.
    pub(crate) field: Option<Node>,
    pub(crate) tests: Vec<(PredicateKind, Node)>,
    /// How long ahead support must last; only with `supported_by`.
    pub(crate) ahead: Option<Node>,
    pub(crate) all: Option<Vec<RawCondition>>,
    pub(crate) any: Option<Vec<RawCondition>>,
    pub(crate) not: Option<Box<RawCondition>>,
    pub(crate) when: Option<Box<RawCondition>>,
}

impl RawCondition {
    /// Reads the keys of a condition and leaves the table's other keys to the caller.
    pub(crate) fn read_keys(table: &mut Table<'_>) -> Self {
        let node = |item: Option<diagnostic::toml_file::Item<'_>>| item.map(|item| Node::of(&item));
        let field = node(table.item("field"));
        let tests = PredicateKind::ALL
            .iter()
            .filter_map(|kind| node(table.item(kind.word())).map(|operand| (*kind, operand)))
            .collect();
        Self {
            place: table.place(),
            field,
            tests,
            ahead: node(table.item("ahead")),
            all: many(table, "all"),
            any: many(table, "any"),
            not: table.table("not").map(|table| Box::new(Self::read(table))),
            when: table.table("when").map(|table| Box::new(Self::read(table))),
        }
    }

    /// Reads a condition that stands alone.
    pub(crate) fn read(mut table: Table<'_>) -> Self {
        let condition = Self::read_keys(&mut table);
        table.finish();
        condition
    }

    /// How many questions it asks.
    pub(crate) fn question_count(&self) -> usize {
        self.tests
            .len()
            .saturating_add(usize::from(self.all.is_some()))
            .saturating_add(usize::from(self.any.is_some()))
            .saturating_add(usize::from(self.not.is_some()))
    }

    /// The names of the fields asked about, with their places.
    pub(crate) fn field_names(&self) -> Vec<Located<String>> {
        let named = |node: &Node| {
            let text = node.text().unwrap_or_default().to_owned();
            Located { value: text, place: node.place.clone() }
        };
        match &self.field {
            None => Vec::new(),
            Some(node) => node
                .array()
                .map_or_else(|| vec![named(node)], |items| items.iter().map(named).collect()),
        }
    }

    /// The child's condition laid over the parent's: a further threshold for the same question is added to the
    /// parent's, any other question replaces it.
    pub(crate) fn over(&self, parent: &Self) -> Self {
        let mut merged = self.clone();
        merged.when = self.when.clone().or_else(|| parent.when.clone());
        let same_field = match (&self.field, &parent.field) {
            (Some(own), Some(other)) => own.same(other),
            (None, _) => true,
            (Some(_), None) => false,
        };
        if self.question_count() == 0 && self.ahead.is_none() {
            let own = merged;
            merged = parent.clone();
            merged.field = own.field.or(merged.field);
            merged.when = own.when;
            return merged;
        }
        merged.field = self.field.clone().or_else(|| parent.field.clone());
        merged.ahead = merge_optional(self.ahead.as_ref(), parent.ahead.as_ref());
        if self.question_count() == 0 {
            merged.tests.clone_from(&parent.tests);
        } else if let ([(kind, own)], [(other, inherited)], true) =
            (self.tests.as_slice(), parent.tests.as_slice(), same_field)
            && kind == other
        {
            merged.tests = vec![(*kind, merge_tests(own, inherited))];
        }
        merged
    }
}

fn many(table: &mut Table<'_>, key: &'static str) -> Option<Vec<RawCondition>> {
    let item = table.item(key)?;
    Some(item.items().iter().filter_map(|item| item.table().map(RawCondition::read)).collect())
}

fn merge_optional(own: Option<&Node>, inherited: Option<&Node>) -> Option<Node> {
    match (own, inherited) {
        (Some(own), Some(inherited)) => Some(merge_tests(own, inherited)),
        (own, inherited) => own.or(inherited).cloned(),
    }
}

/// The child's operand over the parent's, tier by tier; a plain operand counts as the minimum's.
pub(crate) fn merge_tests(own: &Node, inherited: &Node) -> Node {
    let Some(own_tiers) = own.entries() else { return own.clone() };
    let mut entries = tiered_entries(inherited);
    for (key, value) in own_tiers {
        match entries.iter_mut().find(|(known, _)| known.value == key.value) {
            Some(entry) => *entry = (key.clone(), value.clone()),
            None => entries.push((key.clone(), value.clone())),
        }
    }
    Node { shape: Shape::Table(entries), place: own.place.clone() }
}

fn tiered_entries(node: &Node) -> Vec<(Located<String>, Node)> {
    match &node.shape {
        Shape::Table(entries) => entries.clone(),
        Shape::Scalar(..) | Shape::Array(_) => {
            let key = Located { value: Tier::Minimum.word().to_owned(), place: node.place.clone() };
            vec![(key, node.clone())]
        }
    }
}

impl Node {
    /// The operand by tier; a plain operand belongs to `plain_tier`. The keys that are no tiers come second.
    pub(crate) fn by_tier(
        &self,
        plain_tier: Tier,
    ) -> (Tiered<&Self>, Vec<&(Located<String>, Self)>) {
        let Some(entries) = self.entries() else {
            return (Tiered::only(plain_tier, self), Vec::new());
        };
        let mut tiered = Tiered::none();
        let mut others = Vec::new();
        for entry in entries {
            match entry.0.value.parse::<Tier>() {
                Ok(tier) => tiered.set(tier, &entry.1),
                Err(_) => others.push(entry),
            }
        }
        (tiered, others)
    }
}
