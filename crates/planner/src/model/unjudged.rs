//! New devices of which it cannot be said that they comply.
//!
//! What a price does not say of its item under `meets` is unknown of every device that is bought, and unknown is never a
//! pass: a plan would seem to make the estate less known. One warning an item says which facts are wanting.

use std::collections::BTreeMap;

use diagnostic::{Diagnostic, Diagnostics};
use inventory::Field;
use wes::{FactSet, Outcome, Tier};

use super::estate::Estate;
use super::horizon::{Horizon, middle};
use super::kind::{Challenger, Kind};
use crate::codes;

/// Warns of each item with a minimum rule that cannot be judged of it when new.
pub(super) fn warn(
    estate: &Estate<'_>,
    horizon: Horizon,
    kinds: &[Kind],
    problems: &mut Diagnostics,
) {
    let items: BTreeMap<&str, &Challenger> = kinds
        .iter()
        .flat_map(|kind| kind.challengers.iter())
        .map(|item| (item.item.as_str(), item))
        .collect();
    for (name, item) in items {
        let (rules, facts) = unjudged(item, estate, horizon);
        if rules.is_empty() {
            continue;
        }
        let wanting: Vec<&str> = facts.iter().map(written).map(Field::word).collect();
        let mut message =
            format!("it cannot be said whether a new `{name}` meets {}", rules.join(", "));
        if rules.len() > 4 {
            let shown = rules.get(..3).unwrap_or_default().join(", ");
            let more = rules.len().saturating_sub(3);
            message = format!(
                "it cannot be said whether a new `{name}` meets {shown} and {more} more rules"
            );
        }
        let price = estate.prices.prices.iter().find(|price| price.item == name);
        let warning = Diagnostic::warning(codes::ITEM_UNJUDGED, message).help(format!(
            "say under `meets` of its price: {}; until then these purchases count as unknown",
            deduplicated(&wanting).join(", ")
        ));
        problems.push(match price {
            Some(price) => warning.at(price.place.clone()),
            None => warning,
        });
    }
}

/// The minimum rules that are unknown of an item when it is bought in the first year it is on sale, and the missing facts.
fn unjudged<'e>(
    item: &Challenger,
    estate: &'e Estate<'_>,
    horizon: Horizon,
) -> (Vec<&'e str>, FactSet) {
    let mut rules = Vec::new();
    let mut wanting = FactSet::EMPTY;
    let Some((t, year)) = horizon.iter().find(|(t, _)| item.on_sale(*t).is_some()) else {
        return (rules, wanting);
    };
    let timelines = item.timelines.get(t).into_iter().flatten();
    for (timeline, rule) in timelines.zip(&estate.verdicts.rules) {
        if let Outcome::Unknown { tier: Tier::Minimum, facts } = timeline.at(middle(year)) {
            rules.push(rule.id.as_str());
            wanting = wanting.union(facts);
        }
    }
    (rules, wanting)
}

/// The field that people write for one that is derived.
fn written(field: Field) -> Field {
    if matches!(field, Field::ResW | Field::ResH) { Field::Resolution } else { field }
}

fn deduplicated<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let mut kept = Vec::new();
    for word in words {
        if !kept.contains(word) {
            kept.push(*word);
        }
    }
    kept
}
