//! The work list of unknowns: which fact, if somebody looked it up, would settle whose verdict.

use std::collections::{BTreeMap, BTreeSet};

use inventory::Field;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use wes::Outcome;

use super::Checked;
use crate::args::Format;
use crate::failure::Failure;
use crate::output::Output;
use crate::terminal::{Align, Listing};

/// One fact that is missing somewhere.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct MissingFact {
    /// The field, or `installed` or `assured`.
    pub fact: String,
    /// Verdicts (device and rule) that it would settle alone.
    pub settles: u64,
    /// Verdicts that want it and other facts.
    pub helps: u64,
    /// Devices that lack it.
    pub devices: u64,
    /// The rules that want it.
    pub rules: Vec<String>,
}

/// What one fact is wanted for.
#[derive(Default)]
struct Wanted {
    settles: u64,
    helps: u64,
    devices: BTreeSet<usize>,
    rules: BTreeSet<usize>,
}

/// Calls `visit` with each device, rule and missing fact, and whether it is the only one.
fn each(checked: &Checked<'_>, mut visit: impl FnMut(usize, usize, &'static str, bool)) {
    for device in checked.devices {
        for (position, rule) in checked.judged.rules.iter().enumerate() {
            let outcome = rule.at(*device, checked.day);
            let facts = outcome.facts();
            if facts.is_empty()
                || !matches!(outcome, Outcome::Unknown { .. } | Outcome::Fail { .. })
            {
                continue;
            }
            let words: Vec<&'static str> = facts.words().collect();
            for word in &words {
                visit(*device, position, word, words.len() == 1);
            }
        }
    }
}

/// Every missing fact, those that settle most verdicts first.
pub(super) fn facts(checked: &Checked<'_>) -> Vec<MissingFact> {
    let mut wanted: BTreeMap<&'static str, Wanted> = BTreeMap::new();
    each(checked, |device, rule, fact, alone| {
        let own = wanted.entry(fact).or_default();
        let count = if alone { &mut own.settles } else { &mut own.helps };
        *count = count.saturating_add(1);
        own.devices.insert(device);
        own.rules.insert(rule);
    });
    let name = |rule: &usize| checked.profile.rules().get(*rule).map(|own| own.id.clone());
    let mut facts: Vec<MissingFact> = wanted
        .into_iter()
        .map(|(fact, own)| MissingFact {
            fact: fact.to_owned(),
            settles: own.settles,
            helps: own.helps,
            devices: u64::try_from(own.devices.len()).unwrap_or(u64::MAX),
            rules: own.rules.iter().filter_map(name).collect(),
        })
        .collect();
    facts.sort_by(|a, b| (b.settles, b.helps, &a.fact).cmp(&(a.settles, a.helps, &b.fact)));
    facts
}

/// The facts for people; one row a device, fact and rule for other programs.
pub(super) fn write(output: &Output, checked: &Checked<'_>) -> Result<(), Failure> {
    let listing = match output.format() {
        Format::Csv | Format::Ndjson => by_device(checked),
        _ => by_fact(checked),
    };
    output.write(|out| listing.write(output.format(), out))
}

fn by_fact(checked: &Checked<'_>) -> Listing {
    let mut listing = Listing::new([
        ("fact", Align::Left),
        ("settles", Align::Right),
        ("helps", Align::Right),
        ("devices", Align::Right),
        ("rules", Align::Left),
    ]);
    for fact in facts(checked) {
        listing.push(vec![
            json!(fact.fact),
            json!(fact.settles),
            json!(fact.helps),
            json!(fact.devices),
            json!(fact.rules.join(", ")),
        ]);
    }
    listing
}

fn by_device(checked: &Checked<'_>) -> Listing {
    let names = ["asset", "class", "site", "fact", "rule", "settles"];
    let mut listing = Listing::new(names.map(|name| (name, Align::Left)));
    let register = checked.register;
    each(checked, |device, rule, fact, alone| {
        listing.push(vec![
            json!(register.label(device)),
            json!(register.class(device).map(ToString::to_string)),
            json!(register.value(Field::Site, device).map(ToString::to_string)),
            json!(fact),
            json!(checked.profile.rules().get(rule).map(|own| own.id.clone())),
            json!(alone),
        ]);
    });
    listing
}
