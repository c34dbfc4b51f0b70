//! What changed between two plans: every purchase that moved, with a reason.
//!
//! A reason is the first of these that the two documents show: the device came into the plan or left it, a pin or deadline
//! was set, what it fails or when it was bought changed, its price changed, the envelope of a year concerned changed, money
//! of a year became dearer or cheaper. What none of them explains follows from other devices' changes.

use std::collections::BTreeMap;

use inventory::Money;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use crate::document::{Deferred, Line, PlanDocument, YearLine};

/// What changed from one plan to another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Difference {
    /// Id of the earlier plan.
    pub from_plan: String,
    /// Id of the later plan.
    pub to_plan: String,
    /// Inputs whose content differs, by name.
    pub inputs: Vec<String>,
    /// How many purchases stayed and moved.
    pub stability: Stability,
    /// Money by year and holder, where either plan has it.
    pub years: Vec<YearChange>,
    /// Purchases that changed, by device.
    pub changes: Vec<Change>,
}

/// How much of a plan stayed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct Stability {
    /// Purchases of the earlier plan in years that the later one has too.
    pub comparable: u64,
    /// Of these, those in the same year with the same item.
    pub kept: u64,
    /// Kept as a share of comparable, in percent to one decimal; `100.0` when nothing is comparable.
    pub kept_percent: String,
    /// In an earlier year.
    pub earlier: u64,
    /// In a later year.
    pub later: u64,
    /// In the same year with another item.
    pub other_item: u64,
    /// No longer bought.
    pub dropped: u64,
    /// Bought by the later plan alone.
    pub added: u64,
}

/// Money of one year and holder in both plans.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct YearChange {
    /// Financial year.
    pub fy: String,
    /// Budget holder.
    pub holder: String,
    /// Envelope of the earlier plan; null when it does not have the year.
    pub envelope_from: Option<String>,
    /// Envelope of the later plan.
    pub envelope_to: Option<String>,
    /// Spend of the earlier plan.
    pub spend_from: Option<String>,
    /// Spend of the later plan.
    pub spend_to: Option<String>,
    /// Purchases of the earlier plan.
    pub purchases_from: u64,
    /// Purchases of the later plan.
    pub purchases_to: u64,
}

/// One purchase that changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Change {
    /// The device.
    pub asset: String,
    /// Where it stands.
    pub site: String,
    /// Class of device.
    pub class: String,
    /// `replace` or `replace-again`.
    pub action: String,
    /// `added`, `dropped`, `earlier`, `later`, `other-item` or `other-price`.
    pub change: String,
    /// Year in the earlier plan.
    pub from_fy: Option<String>,
    /// Year in the later plan.
    pub to_fy: Option<String>,
    /// Item in the earlier plan.
    pub from_item: Option<String>,
    /// Item in the later plan.
    pub to_item: Option<String>,
    /// What the earlier plan charges.
    pub from_charged: Option<String>,
    /// What the later plan charges.
    pub to_charged: Option<String>,
    /// Why, one sentence.
    pub reason: String,
}

/// One plan by the keys of its parts.
struct Indexed<'d> {
    document: &'d PlanDocument,
    lines: BTreeMap<(&'d str, &'d str), &'d Line>,
    deferred: BTreeMap<&'d str, &'d Deferred>,
    unplanned: BTreeMap<&'d str, &'d str>,
    years: BTreeMap<(&'d str, &'d str), &'d YearLine>,
}

impl<'d> Indexed<'d> {
    fn of(document: &'d PlanDocument) -> Self {
        let key = |line: &'d Line| Some(((line.asset.as_deref()?, line.action.as_str()), line));
        Self {
            document,
            lines: document.lines.iter().filter_map(key).collect(),
            deferred: document.deferred.iter().map(|one| (one.asset.as_str(), one)).collect(),
            unplanned: document
                .unplanned
                .iter()
                .map(|one| (one.asset.as_str(), one.reason.as_str()))
                .collect(),
            years: document
                .years
                .iter()
                .map(|year| ((year.fy.as_str(), year.holder.as_str()), year))
                .collect(),
        }
    }

    fn has_year(&self, fy: &str) -> bool {
        self.document.horizon.iter().any(|own| own == fy)
    }
}

/// Everything that changed between two plans.
pub fn difference(from: &PlanDocument, to: &PlanDocument) -> Difference {
    let (a, b) = (Indexed::of(from), Indexed::of(to));
    let mut keys: Vec<_> = a.lines.keys().chain(b.lines.keys()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    let mut stability = Stability::default();
    let mut changes = Vec::new();
    for key in keys {
        let (before, after) = (a.lines.get(&key).copied(), b.lines.get(&key).copied());
        let word = change_of(before, after);
        // A purchase in a year that only one plan has moved for no other reason than that.
        let both = |line: &Line| a.has_year(&line.fy) && b.has_year(&line.fy);
        if before.or(after).is_some_and(both) {
            count(&mut stability, before.is_some(), word);
        }
        let (Some(word), Some(line)) = (word, after.or(before)) else { continue };
        changes.push(Change {
            asset: key.0.to_owned(),
            site: line.site.clone(),
            class: line.class.clone(),
            action: key.1.to_owned(),
            change: word.to_owned(),
            from_fy: before.map(|line| line.fy.clone()),
            to_fy: after.map(|line| line.fy.clone()),
            from_item: before.map(|line| line.item.clone()),
            to_item: after.map(|line| line.item.clone()),
            from_charged: before.map(|line| line.charged.clone()),
            to_charged: after.map(|line| line.charged.clone()),
            reason: reason(&a, &b, key.0, before, after),
        });
    }
    stability.kept_percent = percent(stability.kept, stability.comparable);
    Difference {
        from_plan: from.plan_id.clone(),
        to_plan: to.plan_id.clone(),
        inputs: changed_inputs(from, to),
        stability,
        years: year_changes(&a, &b),
        changes,
    }
}

fn change_of(before: Option<&Line>, after: Option<&Line>) -> Option<&'static str> {
    match (before, after) {
        (None, _) => Some("added"),
        (Some(_), None) => Some("dropped"),
        (Some(a), Some(b)) if a.fy > b.fy => Some("earlier"),
        (Some(a), Some(b)) if a.fy < b.fy => Some("later"),
        (Some(a), Some(b)) if a.item != b.item => Some("other-item"),
        (Some(a), Some(b)) if a.charged != b.charged => Some("other-price"),
        (Some(_), Some(_)) => None,
    }
}

fn count(stability: &mut Stability, was: bool, word: Option<&str>) {
    let add = |count: &mut u64| *count = count.saturating_add(1);
    if was {
        add(&mut stability.comparable);
    }
    match word {
        Some("added") => add(&mut stability.added),
        Some("dropped") => add(&mut stability.dropped),
        Some("earlier") => add(&mut stability.earlier),
        Some("later") => add(&mut stability.later),
        Some("other-item") => add(&mut stability.other_item),
        _ => add(&mut stability.kept),
    }
}

/// A share in percent to one decimal, rounded down so that a change is never hidden.
fn percent(part: u64, whole: u64) -> String {
    let Some(tenths) = part.saturating_mul(1000).checked_div(whole) else {
        return "100.0".to_owned();
    };
    format!("{}.{}", tenths.div_euclid(10), tenths.rem_euclid(10))
}

fn changed_inputs(from: &PlanDocument, to: &PlanDocument) -> Vec<String> {
    let hashes = |document: &PlanDocument| -> Vec<(String, String)> {
        document.inputs.iter().map(|input| (input.name.clone(), input.sha256.clone())).collect()
    };
    let (a, b) = (hashes(from), hashes(to));
    let alone = |one: &[(String, String)], other: &[(String, String)]| -> Vec<String> {
        one.iter().filter(|input| !other.contains(input)).map(|(name, _)| name.clone()).collect()
    };
    let mut names = alone(&a, &b);
    names.extend(alone(&b, &a));
    names.sort();
    names.dedup();
    names
}

fn year_changes(a: &Indexed<'_>, b: &Indexed<'_>) -> Vec<YearChange> {
    let mut keys: Vec<_> = a.years.keys().chain(b.years.keys()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter()
        .map(|key| {
            let (before, after) = (a.years.get(&key), b.years.get(&key));
            YearChange {
                fy: key.0.to_owned(),
                holder: key.1.to_owned(),
                envelope_from: before.map(|year| year.envelope.clone()),
                envelope_to: after.map(|year| year.envelope.clone()),
                spend_from: before.map(|year| year.spend.clone()),
                spend_to: after.map(|year| year.spend.clone()),
                purchases_from: before.map_or(0, |year| year.purchases),
                purchases_to: after.map_or(0, |year| year.purchases),
            }
        })
        .collect()
}

fn reason(
    a: &Indexed<'_>,
    b: &Indexed<'_>,
    asset: &str,
    before: Option<&Line>,
    after: Option<&Line>,
) -> String {
    come_or_gone(a, b, asset, before, after)
        .or_else(|| of_lines(before, after))
        .or_else(|| of_need(a, b, asset, before, after))
        .or_else(|| of_horizon(a, b, before, after))
        .or_else(|| of_money(a, b, before, after))
        .unwrap_or_else(|| {
            let own = after.map(|line| line.reason.as_str());
            let waits = b.deferred.get(asset).map(|one| one.reason.as_str());
            own.or(waits).map_or_else(
                || "nothing of it falls due in the later plan".to_owned(),
                |own| format!("the changes of other devices moved its turn; now: {own}"),
            )
        })
}

/// A device that one of the plans could not consider.
fn come_or_gone(
    a: &Indexed<'_>,
    b: &Indexed<'_>,
    asset: &str,
    before: Option<&Line>,
    after: Option<&Line>,
) -> Option<String> {
    match (before, after, a.unplanned.get(asset), b.unplanned.get(asset)) {
        (_, None, _, Some(why)) => Some(format!("the later plan leaves the device out: {why}")),
        (None, Some(_), Some(why), None) => {
            Some(format!("the earlier plan left the device out: {why}"))
        }
        _ => None,
    }
}

/// What the lines themselves say: a pin, a deadline, a date of purchase, a price.
fn of_lines(before: Option<&Line>, after: Option<&Line>) -> Option<String> {
    let after = after?;
    let pinned = |line: &Line| line.reason.starts_with("pinned to ");
    if pinned(after) && !before.is_some_and(pinned) {
        return Some(format!("it is pinned now: {}", after.reason));
    }
    let before = before?;
    if pinned(before) && !pinned(after) {
        return Some("it is no longer pinned".to_owned());
    }
    if before.demand != after.demand {
        return Some(format!(
            "its demand was {} and is {}: {}",
            before.demand, after.demand, after.reason
        ));
    }
    if before.bought != after.bought {
        let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "unknown".to_owned());
        return Some(format!(
            "its date of purchase was {} and is {}",
            day(&before.bought),
            day(&after.bought)
        ));
    }
    if before.fy == after.fy && before.item == after.item {
        return Some(format!(
            "`{}` cost £{} and costs £{}",
            after.item, before.charged, after.charged
        ));
    }
    None
}

/// A change in what the device fails.
fn of_need(
    a: &Indexed<'_>,
    b: &Indexed<'_>,
    asset: &str,
    before: Option<&Line>,
    after: Option<&Line>,
) -> Option<String> {
    let failing = |line: Option<&Line>, plan: &Indexed<'_>| -> Option<Vec<String>> {
        line.map(|line| line.failing_rules.clone())
            .or_else(|| plan.deferred.get(asset).map(|one| one.failing_rules.clone()))
    };
    let (was, is) = (failing(before, a), failing(after, b));
    // A rule that fails later than the year of a line is not in it, so only what must have been seen counts.
    let new = |of: &Option<Vec<String>>, other: &Option<Vec<String>>| -> Vec<String> {
        let known = other.as_deref().unwrap_or_default();
        let all = of.as_deref().unwrap_or_default().iter();
        all.filter(|rule| !known.contains(rule)).map(|rule| format!("`{rule}`")).collect()
    };
    let (more, fewer) = (new(&is, &was), new(&was, &is));
    let earlier = match (before, after) {
        (Some(a), Some(b)) => b.fy <= a.fy,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    if !more.is_empty() && earlier {
        return Some(format!("it now also fails {}", more.join(", ")));
    }
    if !fewer.is_empty() && !earlier {
        return Some(format!("it no longer fails {}", fewer.join(", ")));
    }
    None
}

/// A year that only one of the plans has.
fn of_horizon(
    a: &Indexed<'_>,
    b: &Indexed<'_>,
    before: Option<&Line>,
    after: Option<&Line>,
) -> Option<String> {
    let lost = before.filter(|line| !b.has_year(&line.fy));
    if let Some(line) = lost {
        return Some(format!("{} is no year of the later plan", line.fy));
    }
    let gained = after.filter(|line| !a.has_year(&line.fy));
    gained.map(|line| format!("{} is no year of the earlier plan", line.fy))
}

/// A change of money in a year that concerns the purchase.
fn of_money(
    a: &Indexed<'_>,
    b: &Indexed<'_>,
    before: Option<&Line>,
    after: Option<&Line>,
) -> Option<String> {
    let both = |line: &Line| {
        let key = (line.fy.as_str(), line.holder.as_str());
        Some((*a.years.get(&key)?, *b.years.get(&key)?))
    };
    let years: Vec<(&YearLine, &YearLine)> =
        [before, after].into_iter().flatten().filter_map(both).collect();
    let envelope = years.iter().find(|(was, is)| was.envelope != is.envelope);
    if let Some((was, is)) = envelope {
        return Some(format!(
            "the envelope of {} was £{} and is £{}",
            is.fy, was.envelope, is.envelope
        ));
    }
    let hours = years.iter().find(|(was, is)| was.engineer_hours_limit != is.engineer_hours_limit);
    if let Some((was, is)) = hours {
        let limit = |year: &YearLine| {
            year.engineer_hours_limit.clone().unwrap_or_else(|| "without limit".to_owned())
        };
        return Some(format!(
            "engineers' hours of {} were {} and are {}",
            is.fy,
            limit(was),
            limit(is)
        ));
    }
    let price = |year: &YearLine| year.shadow_price.parse::<Decimal>().ok();
    let moved = years.iter().find(|(was, is)| price(was) != price(is));
    moved.map(|(was, is)| {
        let per_pound = |year: &YearLine| {
            let pounds = price(year).and_then(|price| Money::half_up(price).ok());
            pounds.unwrap_or_default().to_string()
        };
        format!(
            "one more pound in {} saved £{} and saves £{}: other devices compete for it otherwise",
            is.fy,
            per_pound(was),
            per_pound(is)
        )
    })
}

#[cfg(test)]
mod tests;
