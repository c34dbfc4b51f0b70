//! Runs that are kept, and what changed a verdict since: the device's data, the profile, a list, a waiver, or the passing of time.
//!
//! A kept run holds everything that its verdicts were made from, so it can be judged again. Each verdict that differs is judged with
//! one input after another swapped from the old to the new, then two, and so on: the first set that gives the new verdict
//! is the smallest set of causes.

mod run;

use std::collections::BTreeMap;

use inventory::store::Document;
use inventory::{Columns, Register, Store};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use wes::{Applied, Compiled, Judged, Outcome, Waivers, judge};

use self::run::{KeptDevices, Run};
use crate::codes;
use crate::context::Context;
use crate::failure::Failure;
use crate::terminal::{Align, Listing};

/// The kind of document that a kept run is.
const KIND: &str = "check-run";

/// One verdict that differs from the baseline.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ChangedVerdict {
    /// The device's tag, else its serial number.
    pub asset: String,
    /// The rule.
    pub rule: String,
    /// The verdict of the baseline: as `pass`, `fail@minimum`, `unknown:FIELD`, with `waived` where a waiver excused it.
    pub before: String,
    /// The verdict now.
    pub after: String,
    /// The smallest set of inputs whose change gives the new verdict: data, profile, lists, waivers, time.
    pub causes: Vec<String>,
}

/// What can change between two runs, in the order in which causes are looked for.
const INPUTS: [&str; 5] = ["time", "data", "waivers", "lists", "profile"];

/// Keeps the run that was just made.
pub(super) fn record(
    context: &Context,
    store: &mut dyn Store,
    name: &str,
    now: &Run,
) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(now).map_err(|error| {
        Failure::error(codes::INTERNAL, format!("the run cannot be written: {error}"))
    })?;
    let summary = json!({
        "as_of": now.as_of, "engine": now.engine, "profile": now.profile,
        "profile_sha256": now.profile_sha256, "waivers_sha256": now.waivers_sha256(),
        "data_sha256": now.data_sha256(),
    });
    let recorded = context.recorded_at();
    store.put_document(&Document::new(KIND, name, &recorded, &summary.to_string(), bytes))?;
    context.messages.note(&format!("kept as run `{name}`"));
    Ok(())
}

/// The run that is made now, with everything that it needs to be judged again.
pub(super) fn now(
    context: &Context,
    profile: &str,
    waivers: Option<&str>,
    register: &Register,
    devices: &[usize],
) -> Result<Run, Failure> {
    Run::of(context, profile, waivers, register, devices)
}

/// Every verdict that differs from a kept run, with its causes.
pub(super) fn compare(
    context: &Context,
    store: &dyn Store,
    register: &Register,
    (name, now): (&str, &Run),
) -> Result<Vec<ChangedVerdict>, Failure> {
    let Some(document) = store.document(KIND, name)? else {
        let kept: Vec<String> = store.documents(KIND)?.into_iter().map(|own| own.id).collect();
        let help = if kept.is_empty() {
            "keep one with `refit check --record NAME`".to_owned()
        } else {
            format!("kept runs: {}", kept.join(", "))
        };
        return Err(
            Failure::error(codes::UNKNOWN_NAME, format!("no run is called `{name}`")).help(help)
        );
    };
    let before: Run = serde_json::from_slice(&document.content).map_err(|error| {
        Failure::error(codes::UNKNOWN_NAME, format!("run `{name}` cannot be read: {error}"))
            .help("it was kept by another release; keep a new one")
    })?;
    let worlds = Worlds::of(context, register, [&before, now])?;
    Ok(worlds.changes())
}

/// Old and new of every input, judged in every combination that matters.
struct Worlds<'a> {
    runs: [&'a Run; 2],
    subjects: [KeptDevices<'a>; 2],
    /// By lists and profile: old or new each.
    profiles: BTreeMap<(usize, usize), Compiled>,
    /// By data, lists and profile.
    judged: BTreeMap<(usize, usize, usize), Judged>,
    waivers: [Waivers; 2],
}

impl<'a> Worlds<'a> {
    fn of(context: &Context, register: &'a Register, runs: [&'a Run; 2]) -> Result<Self, Failure> {
        let mut profiles = BTreeMap::new();
        let mut judged = BTreeMap::new();
        let columns: [Columns; 2] = runs.map(Run::columns);
        for (lists, of_lists) in runs.into_iter().enumerate() {
            for (own, new_or_old) in runs.into_iter().enumerate() {
                let (compiled, problems) = run::load(new_or_old, of_lists);
                let compiled = match compiled {
                    Some(compiled) => compiled,
                    // A new profile may name lists that the old run did not have: then both changed together.
                    None if lists != own => {
                        run::load(new_or_old, new_or_old).0.ok_or(Failure::from(problems))?
                    }
                    None => return Err(problems.into()),
                };
                for (data, columns) in columns.iter().enumerate() {
                    let verdicts = judge(&compiled, columns, context.pool());
                    judged.insert((data, lists, own), verdicts);
                }
                profiles.insert((lists, own), compiled);
            }
        }
        let waivers = runs.map(Run::waivers);
        let subjects = runs.map(|run| run.subjects(register));
        Ok(Self { runs, subjects, profiles, judged, waivers })
    }

    /// The verdicts of a combination: a bit for each of [`INPUTS`], set where the new one is taken.
    fn verdicts(&self, mask: u32) -> BTreeMap<(String, String), String> {
        let pick = |bit: u32| usize::from(mask & (1_u32 << bit) != 0);
        let (time, data, waivers, lists, own) = (pick(0), pick(1), pick(2), pick(3), pick(4));
        let mut told = BTreeMap::new();
        let (Some(profile), Some(judged)) =
            (self.profiles.get(&(lists, own)), self.judged.get(&(data, lists, own)))
        else {
            return told;
        };
        let Some(run) = self.runs.get(data) else { return told };
        let Some(day) = self.runs.get(time).and_then(|run| run.day()) else { return told };
        let Some(subjects) = self.subjects.get(data) else { return told };
        let all: Vec<usize> = (0..run.labels.len()).collect();
        let applied = match self.waivers.get(waivers) {
            Some(waivers) => waivers.apply(profile, subjects, &all, judged, day).0,
            None => Applied::none(),
        };
        for (position, (rule, judgement)) in profile.rules().iter().zip(&judged.rules).enumerate() {
            for (device, label) in run.labels.iter().enumerate() {
                let outcome = judgement.at(device, day);
                if outcome == Outcome::NotApplicable {
                    continue;
                }
                let waived = applied.excused(position, device, day, outcome).is_some();
                let word = if waived { format!("{outcome} waived") } else { outcome.to_string() };
                told.insert((label.clone(), rule.id.clone()), word);
            }
        }
        told
    }

    fn changes(&self) -> Vec<ChangedVerdict> {
        let full = (1_u32 << INPUTS.len()).saturating_sub(1);
        let mut masks: Vec<u32> = (1..=full).collect();
        masks.sort_by_key(|mask| (mask.count_ones(), *mask));
        let (old, new) = (self.verdicts(0), self.verdicts(full));
        let none = "not-applicable".to_owned();
        let mut open: Vec<(&(String, String), String, String)> = old
            .keys()
            .chain(new.keys().filter(|key| !old.contains_key(*key)))
            .filter_map(|key| {
                let before = old.get(key).unwrap_or(&none);
                let after = new.get(key).unwrap_or(&none);
                (before != after).then(|| (key, before.clone(), after.clone()))
            })
            .collect();
        let mut changes = Vec::new();
        for mask in masks {
            if open.is_empty() {
                break;
            }
            let told = self.verdicts(mask);
            open.retain(|(key, before, after)| {
                if told.get(*key).unwrap_or(&none) != after {
                    return true;
                }
                let causes = INPUTS.iter().zip(0_u32..).filter(|(_, bit)| mask & (1 << bit) != 0);
                changes.push(ChangedVerdict {
                    asset: key.0.clone(),
                    rule: key.1.clone(),
                    before: before.clone(),
                    after: after.clone(),
                    causes: causes.map(|(name, _)| (*name).to_owned()).collect(),
                });
                false
            });
        }
        changes.sort_by(|a, b| (&a.asset, &a.rule).cmp(&(&b.asset, &b.rule)));
        changes
    }
}

pub(super) fn listing(changes: &[ChangedVerdict]) -> Listing {
    let names = ["asset", "rule", "before", "after", "causes"];
    let mut listing = Listing::new(names.map(|name| (name, Align::Left)));
    for change in changes {
        listing.push(vec![
            json!(change.asset),
            json!(change.rule),
            json!(change.before),
            json!(change.after),
            json!(change.causes.join(" and ")),
        ]);
    }
    listing
}

/// How many changes each set of causes explains, in words.
pub(super) fn told(changes: &[ChangedVerdict]) -> String {
    let mut by_cause: BTreeMap<String, usize> = BTreeMap::new();
    for change in changes {
        let count = by_cause.entry(change.causes.join(" and ")).or_default();
        *count = count.saturating_add(1);
    }
    let parts: Vec<String> =
        by_cause.iter().map(|(cause, count)| format!("{count} by {cause}")).collect();
    format!("{} verdicts differ from the baseline: {}", changes.len(), parts.join(", "))
}
