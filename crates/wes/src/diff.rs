//! What differs between two profiles, and which verdicts that changes.

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;

use crate::predicate::Strictness;
use crate::rule::Body;
use crate::{Compiled, Judged, Outcome, Rule, Tier};

/// In which direction a requirement moved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Direction {
    /// More is asked.
    Tighter,
    /// Less is asked.
    Looser,
    /// It cannot be said whether more or less is asked.
    Different,
    /// No verdict can change by it.
    Words,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tighter => "tighter",
            Self::Looser => "looser",
            Self::Different => "different",
            Self::Words => "words",
        })
    }
}

impl From<Strictness> for Direction {
    fn from(strictness: Strictness) -> Self {
        match strictness {
            Strictness::Tighter => Self::Tighter,
            Strictness::Looser => Self::Looser,
            Strictness::Unprovable => Self::Different,
            Strictness::Equal => Self::Words,
        }
    }
}

/// One difference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// `rule ID`, `life CLASS`, `list NAME`, `table NAME` or `profile`.
    pub part: String,
    /// The key that differs.
    pub key: String,
    /// What the first profile says; none where it says nothing.
    pub before: Option<String>,
    /// What the second profile says.
    pub after: Option<String>,
    /// Whether more or less is asked.
    pub direction: Direction,
}

/// Every difference between two profiles, rules first, in the order of their ids and keys.
pub fn diff(before: &Compiled, after: &Compiled) -> Vec<Change> {
    let mut changes = Vec::new();
    let ids: BTreeSet<&str> =
        before.rules().iter().chain(after.rules()).map(|rule| rule.id.as_str()).collect();
    for id in ids {
        let old = before.rule(id).map(|(_, rule)| rule);
        let new = after.rule(id).map(|(_, rule)| rule);
        rule_changes(id, old, new, &mut changes);
    }
    life_changes(before, after, &mut changes);
    file_changes(before, after, &mut changes);
    let days = |profile: &Compiled| {
        let effective = profile.effective();
        let word = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        format!("{} to {}", word(effective.from), word(effective.until))
    };
    if before.effective() != after.effective() {
        changes.push(Change {
            part: "profile".to_owned(),
            key: "effective".to_owned(),
            before: Some(days(before)),
            after: Some(days(after)),
            direction: Direction::Different,
        });
    }
    changes
}

fn rule_changes(id: &str, old: Option<&Rule>, new: Option<&Rule>, changes: &mut Vec<Change>) {
    let mut add = |key: &str, before: Option<String>, after: Option<String>, direction| {
        if before != after {
            let (part, key) = (format!("rule {id}"), key.to_owned());
            changes.push(Change { part, key, before, after, direction });
        }
    };
    let (body_of, day) = (|rule: &Rule| rule.body_on(NaiveDate::MAX).cloned(), NaiveDate::MAX);
    let bodies = (old.and_then(body_of), new.and_then(body_of));
    for tier in Tier::ALL {
        let words = |rule: Option<&Rule>| {
            let rule = rule?;
            rule.classes().iter().find_map(|class| rule.requirement(tier, class, day))
        };
        let direction = match &bodies {
            (Some(before), Some(after)) => tier_direction(before, after, tier),
            (None, _) => Direction::Tighter,
            (_, None) => Direction::Looser,
        };
        add(tier.word(), words(old), words(new), direction);
        let from = |rule: Option<&Rule>| {
            let start = rule?.start(tier)?;
            Some(start.to_string())
        };
        let later = match (old.and_then(|own| own.start(tier)), new.and_then(|own| own.start(tier)))
        {
            (Some(before), Some(after)) if after > before => Direction::Looser,
            (None, Some(_)) => Direction::Looser,
            _ => Direction::Tighter,
        };
        add(&format!("from.{tier}"), from(old), from(new), later);
    }
    let classes = |rule: Option<&Rule>| {
        let all = rule?.classes();
        Some(all.iter().map(inventory::Class::as_str).collect::<Vec<_>>().join(", "))
    };
    let covers = |wide: Option<&Rule>, narrow: Option<&Rule>| {
        let wide = wide.map(Rule::classes).unwrap_or_default();
        narrow.is_none_or(|rule| rule.classes().iter().all(|class| wide.contains(class)))
    };
    let direction = match (covers(new, old), covers(old, new)) {
        (true, _) => Direction::Tighter,
        (false, true) => Direction::Looser,
        (false, false) => Direction::Different,
    };
    add("applies_to", classes(old), classes(new), direction);
    let missing = |body: &Option<Body>| body.as_ref().map(|body| body.on_missing.to_string());
    add("on_missing", missing(&bodies.0), missing(&bodies.1), Direction::Different);
    let relaxed = |rule: Option<&Rule>| {
        let relaxation = rule?.relaxation.as_ref()?;
        Some(format!("until {} by {}", relaxation.until, relaxation.approved_by))
    };
    add("relax", relaxed(old), relaxed(new), Direction::Different);
    if let (Some(old), Some(new)) = (old, new) {
        let mut words = |key: &str, before: String, after: String| {
            add(key, Some(before), Some(after), Direction::Words);
        };
        words("severity", old.severity.to_string(), new.severity.to_string());
        words("weight", old.weight.to_string(), new.weight.to_string());
        words("why", old.why.clone(), new.why.clone());
        words("source", source(old), source(new));
        words("remedy", remedy(old), remedy(new));
    }
}

fn tier_direction(before: &Body, after: &Body, tier: Tier) -> Direction {
    match (before.tiers.get(tier), after.tiers.get(tier)) {
        (Some(before), Some(after)) => match Direction::from(after.strictness(before)) {
            Direction::Different => {
                // The comparison asks whether the first argument is at least as strict; the other way round may be provable.
                match before.strictness(after) {
                    Strictness::Tighter => Direction::Looser,
                    _ => Direction::Different,
                }
            }
            known => known,
        },
        (None, Some(_)) => Direction::Tighter,
        (Some(_), None) => Direction::Looser,
        (None, None) => Direction::Words,
    }
}

fn source(rule: &Rule) -> String {
    rule.source.as_ref().map_or_else(String::new, |source| {
        let date = source.date.map(|date| format!(", {date}")).unwrap_or_default();
        format!("{}{date}", source.document)
    })
}

fn remedy(rule: &Rule) -> String {
    let chain = rule.remedy.as_ref().map(|remedy| {
        let words: Vec<String> = remedy
            .chain()
            .map(|own| match &own.item {
                Some(item) => format!("{} {item}", own.kind),
                None => own.kind.to_string(),
            })
            .collect();
        words.join(", else ")
    });
    chain.unwrap_or_default()
}

fn life_changes(before: &Compiled, after: &Compiled, changes: &mut Vec<Change>) {
    let classes: BTreeSet<_> = before.lives().keys().chain(after.lives().keys()).collect();
    for class in classes {
        let (old, new) = (before.life(class), after.life(class));
        if old == new {
            continue;
        }
        let direction = match old.zip(new).and_then(|(old, new)| new.provably_cmp(old)) {
            Some(std::cmp::Ordering::Less) => Direction::Tighter,
            Some(_) => Direction::Looser,
            None => Direction::Different,
        };
        changes.push(Change {
            part: format!("life {class}"),
            key: "years".to_owned(),
            before: old.map(|life| life.to_string()),
            after: new.map(|life| life.to_string()),
            direction,
        });
    }
}

fn file_changes(before: &Compiled, after: &Compiled, changes: &mut Vec<Change>) {
    let names: BTreeSet<&String> = before.lists.keys().chain(after.lists.keys()).collect();
    for name in names {
        let (old, new) = (before.list(name), after.list(name));
        if old.map(crate::list::List::sha256) == new.map(crate::list::List::sha256) {
            continue;
        }
        let words = |list: Option<&crate::list::List>| {
            list.map(|list| format!("{} entries{}", list.len(), list.dated()))
        };
        changes.push(Change {
            part: format!("list {name}"),
            key: "file".to_owned(),
            before: words(old),
            after: words(new),
            direction: match old.zip(new) {
                Some((old, new)) => new.compare(old).into(),
                None => Direction::Different,
            },
        });
    }
    let names: BTreeSet<&String> =
        before.lifecycles.keys().chain(after.lifecycles.keys()).collect();
    for name in names {
        let of = |profile: &Compiled| profile.lifecycles.get(name).cloned();
        let (old, new) = (of(before), of(after));
        if old.as_ref().map(|own| own.sha256().to_owned())
            == new.as_ref().map(|own| own.sha256().to_owned())
        {
            continue;
        }
        let words = |table: Option<std::sync::Arc<crate::lifecycle::Lifecycle>>| {
            table.map(|table| format!("{} rows{}", table.len(), table.dated()))
        };
        changes.push(Change {
            part: format!("table {name}"),
            key: "file".to_owned(),
            before: words(old),
            after: words(new),
            direction: Direction::Different,
        });
    }
}

/// A verdict on a device that differs between two profiles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flip {
    /// The device's number.
    pub device: usize,
    /// The rule.
    pub rule: String,
    /// What the first profile says; not applicable where it has no such rule.
    pub before: Outcome,
    /// What the second says.
    pub after: Outcome,
}

/// Every verdict of a day that differs between two judgements of the same devices, by rule and then by device.
///
/// Cost: one look a device and rule; timelines are asked once each.
pub fn flips(
    before: (&Compiled, &Judged),
    after: (&Compiled, &Judged),
    devices: &[usize],
    days: (NaiveDate, NaiveDate),
) -> Vec<Flip> {
    let ids: BTreeSet<&str> =
        before.0.rules().iter().chain(after.0.rules()).map(|rule| rule.id.as_str()).collect();
    let mut flips = Vec::new();
    for id in ids {
        let (old, new) = (OnDay::of(before, id, days.0), OnDay::of(after, id, days.1));
        for device in devices {
            let (was, is) = (old.at(*device), new.at(*device));
            if was != is {
                flips.push(Flip { device: *device, rule: id.to_owned(), before: was, after: is });
            }
        }
    }
    flips
}

/// A rule's outcomes on one day.
struct OnDay<'a> {
    outcomes: Vec<Outcome>,
    index: &'a [u32],
}

impl<'a> OnDay<'a> {
    fn of((profile, judged): (&Compiled, &'a Judged), id: &str, day: NaiveDate) -> Self {
        let judgement = profile.rule(id).and_then(|(position, _)| judged.rules.get(position));
        judgement.map_or(Self { outcomes: Vec::new(), index: &[] }, |own| Self {
            outcomes: own.timelines.iter().map(|timeline| timeline.at(day)).collect(),
            index: &own.index,
        })
    }

    fn at(&self, device: usize) -> Outcome {
        let position = self.index.get(device).and_then(|at| usize::try_from(*at).ok());
        position.and_then(|at| self.outcomes.get(at)).copied().unwrap_or(Outcome::NotApplicable)
    }
}

#[cfg(test)]
mod tests;
