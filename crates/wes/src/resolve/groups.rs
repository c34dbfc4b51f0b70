//! Demands and group rules of one profile over those of its parents.

use std::cell::RefCell;

use chrono::NaiveDate;
use diagnostic::{Diagnostic, Diagnostics};
use inventory::{Class, ClassCatalogue};

use super::inherit::{self, Context, Held, Resolved};
use crate::group::{GroupRule, Side, Threshold};
use crate::node::Node;
use crate::predicate::Scope;
use crate::raw::{RawGroup, RawSide, date_of};
use crate::{Tier, Tiered, codes, compile};

impl Context<'_> {
    /// A demand of a parent cannot be changed, because nothing could be proved about the rules that use it.
    pub(super) fn own_demands(&self, resolved: &mut Resolved) {
        for own in &self.profile.demands {
            let name = &own.name.value;
            let place = own.name.place.clone();
            if let Some(parent) = resolved.demands.get(name) {
                self.problems.borrow_mut().push(
                    Diagnostic::error(
                        codes::WEAKENED,
                        format!("demand `{name}` replaces its parent's"),
                    )
                    .at(place)
                    .related(parent.place.clone(), "the parent's")
                    .help("declare it under another name, and use that name in a rule"),
                );
                continue;
            }
            let held = Held { value: own.clone(), layers: vec![self.index], place };
            resolved.demands.insert(name.clone(), held);
        }
    }

    /// A group rule of a parent may only be made stricter, with the same groups and devices.
    pub(super) fn own_groups(&self, resolved: &mut Resolved) {
        for own in &self.profile.groups {
            let id = &own.id.value;
            let place = own.id.place.clone();
            let mut layers = vec![self.index];
            let compiled = compile_group(own, resolved, self.classes, self.problems);
            if let Some(parent) = resolved.groups.get(id) {
                layers.extend(parent.layers.iter().copied());
                let silent = RefCell::new(Diagnostics::new());
                let asked = compile_group(&parent.value, resolved, self.classes, &silent);
                if let (Some(child), Some(asked)) = (&compiled, &asked)
                    && !child.is_no_looser(asked)
                {
                    self.problems.borrow_mut().push(
                        Diagnostic::error(
                            codes::WEAKENED,
                            format!("group rule `{id}` is not provably as strict as its parent's"),
                        )
                        .at(place.clone())
                        .related(parent.place.clone(), "the parent's")
                        .help("keep scope, `count` and `per`, and ask at least as much; or write a rule of another name"),
                    );
                }
            }
            layers.sort_unstable();
            layers.dedup();
            resolved.groups.insert(id.clone(), Held { value: own.clone(), layers, place });
        }
    }
}

/// Every group rule that stands after the last profile.
pub(super) fn compiled(
    resolved: &Resolved,
    classes: &ClassCatalogue,
    problems: &RefCell<Diagnostics>,
) -> Vec<GroupRule> {
    let held = resolved.groups.values();
    held.filter_map(|held| compile_group(&held.value, resolved, classes, problems)).collect()
}

fn compile_group(
    raw: &RawGroup,
    resolved: &Resolved,
    classes: &ClassCatalogue,
    problems: &RefCell<Diagnostics>,
) -> Option<GroupRule> {
    let (lists, tables) = (inherit::values(&resolved.lists), inherit::values(&resolved.lifecycles));
    let (life, demands) = (inherit::lives(resolved), inherit::values(&resolved.demands));
    let side = |own: &RawSide| {
        let scope = Scope {
            rule: &raw.id.value,
            lists: &lists,
            lifecycles: &tables,
            unread: &resolved.unread,
            life: &life,
            demands: &demands,
            classes: &own.classes,
            problems,
        };
        compile_side(own, classes, &scope)
    };
    let count = side(&raw.count);
    let per = raw.per.as_ref().map(side);
    let at_least = thresholds(raw, raw.at_least.as_ref(), Rising::Up, problems);
    let at_most = thresholds(raw, raw.at_most.as_ref(), Rising::Down, problems);
    let (at_least, at_most) = (at_least?, at_most?);
    if at_least.is_empty() && at_most.is_empty() {
        problems.borrow_mut().push(
            Diagnostic::error(
                codes::GROUP_BOUND,
                format!("group rule `{}` has no threshold", raw.id.value),
            )
            .at(raw.id.place.clone())
            .help("add at_least = { minimum = \"60 %\" }, or a number"),
        );
        return None;
    }
    let from = starts(raw, &at_least, &at_most, problems)?;
    Some(GroupRule {
        id: raw.id.value.clone(),
        scope: raw.scope,
        severity: raw.severity,
        why: raw.why.clone().unwrap_or_default(),
        source: raw.source.clone(),
        count: count?,
        per: match per {
            None => None,
            Some(per) => Some(per?),
        },
        at_least,
        at_most,
        from,
    })
}

fn compile_side(raw: &RawSide, classes: &ClassCatalogue, scope: &Scope<'_>) -> Option<Side> {
    let mut own: Vec<Class> = raw.classes.clone();
    own.sort();
    own.dedup();
    if own.is_empty() {
        scope.problems.borrow_mut().push(
            Diagnostic::error(codes::BAD_VALUE, "the side counts no class of devices")
                .at(raw.place.clone())
                .help("write class = [\"desktop\", \"laptop\"]"),
        );
        return None;
    }
    let condition = match &raw.when {
        None => None,
        Some(when) => Some(compile::condition(when, classes, scope)?),
    };
    Some(Side { classes: own, condition })
}

/// In which direction thresholds get stricter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rising {
    Up,
    Down,
}

fn thresholds(
    raw: &RawGroup,
    node: Option<&Node>,
    rising: Rising,
    problems: &RefCell<Diagnostics>,
) -> Option<Tiered<Threshold>> {
    let mut found = Tiered::none();
    let Some(node) = node else { return Some(found) };
    let wrong = |node: &Node, message: String| {
        problems.borrow_mut().push(
            Diagnostic::error(codes::GROUP_BOUND, message)
                .at(node.place.clone())
                .help("write a number from 0, or a share such as \"60 %\"; tiers are minimum, recommended and target"),
        );
    };
    let (tiers, others) = node.by_tier(Tier::Minimum);
    let mut sound = true;
    if let Some((key, value)) = others.first().map(|entry| (&entry.0, &entry.1)) {
        wrong(value, format!("group rule `{}`: unknown tier `{}`", raw.id.value, key.value));
        sound = false;
    }
    let mut last: Option<Threshold> = None;
    for tier in Tier::ALL {
        let Some(own) = tiers.get(tier) else { continue };
        let share = own.text().is_some_and(|text| text.ends_with('%'));
        let Some(value) = Threshold::of(own).filter(|_| !share || raw.per.is_some()) else {
            let message =
                format!("group rule `{}`: {} is no threshold here", raw.id.value, own.written());
            wrong(own, message);
            sound = false;
            continue;
        };
        let stricter = last.is_none_or(|last| match rising {
            Rising::Up => value >= last,
            Rising::Down => value <= last,
        });
        if !stricter {
            let message =
                format!("group rule `{}`: {tier} asks less than the weaker tier", raw.id.value);
            wrong(own, message);
            sound = false;
        }
        last = Some(value);
        found.set(tier, value);
    }
    sound.then_some(found)
}

fn starts(
    raw: &RawGroup,
    at_least: &Tiered<Threshold>,
    at_most: &Tiered<Threshold>,
    problems: &RefCell<Diagnostics>,
) -> Option<Tiered<NaiveDate>> {
    let mut found = Tiered::none();
    let Some(node) = &raw.from else { return Some(found) };
    let has = |tier: Tier| at_least.get(tier).is_some() || at_most.get(tier).is_some();
    let (tiers, others) = node.by_tier(Tier::Minimum);
    let mut sound = others.is_empty();
    for tier in Tier::ALL {
        let everywhere = node.entries().is_none().then_some(node);
        let Some(own) = everywhere.filter(|_| has(tier)).or_else(|| tiers.get(tier).copied())
        else {
            continue;
        };
        match date_of(own).filter(|_| has(tier)) {
            Some(day) => found.set(tier, day),
            None => sound = false,
        }
    }
    if !sound {
        problems.borrow_mut().push(
            Diagnostic::error(
                codes::NO_TIER,
                format!(
                    "group rule `{}`: `from` takes a date for tiers with a threshold",
                    raw.id.value
                ),
            )
            .at(node.place.clone())
            .help("write a date such as 2027-04-01, or { minimum = 2027-04-01 }"),
        );
    }
    sound.then_some(found)
}
