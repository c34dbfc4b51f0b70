//! Why a device is replaced in its year, or waits: one sentence from facts and from the certificate's prices.
//!
//! At the certificate's multipliers every option of a device has a *priced* cost: its cost in the objective, and what its
//! money and engineers' hours would save elsewhere. A device's turn comes where its priced cost is least; the distance to
//! the next option says in pounds how sure that is.

use chrono::NaiveDate;
use inventory::Money;
use wes::Tier;

use crate::certificate::{Certificate, SCALE};
use crate::model::estate::{Estate, Rule};
use crate::model::need::due_day;
use crate::model::{Device, DeviceDemand, Model};
use crate::pln1::Choice;

/// What an option costs a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OptionCost {
    /// The option.
    pub choice: Choice,
    /// Pence in the objective.
    pub cost_pence: i64,
    /// Pence that its purchases would save elsewhere, in units of 1/[`SCALE`].
    pub displaced_scaled: i128,
    /// Discounted pence of its purchases, part of `cost_pence`.
    pub purchases_pence: i64,
}

impl OptionCost {
    /// Cost and displaced savings together, in units of 1/[`SCALE`] pence.
    pub fn priced_scaled(&self) -> i128 {
        i128::from(self.cost_pence)
            .saturating_mul(i128::from(SCALE))
            .saturating_add(self.displaced_scaled)
    }
}

/// Every option that a device may have, in the order of its planning class.
pub fn option_costs(model: &Model, certificate: &Certificate, asset: usize) -> Vec<OptionCost> {
    let Some(kind) = model.kind(asset) else { return Vec::new() };
    let problem = &model.problem;
    let column = |rows: &[u16]| rows.get(asset).copied().unwrap_or(0);
    let assets = problem.assets();
    let (latest, tier) = (column(&assets.latest), usize::from(column(&assets.tier)));
    let lock = assets.lock.get(asset).copied().unwrap_or(-1);
    let allowed = |t1: u16| {
        (latest == 0 || (1..=latest).contains(&t1))
            && (lock < 0 || i32::from(lock) == i32::from(t1))
    };
    let keep = problem.keep(asset);
    let succ = kind.succ.get(tier);
    kind.options
        .iter()
        .enumerate()
        .filter(|(_, choice)| allowed(choice.t1))
        .map(|(option, choice)| {
            let years = match choice.t1 {
                0 => keep.len(),
                t1 => usize::from(t1).saturating_sub(1),
            };
            let kept: i64 = keep.iter().take(years).map(|pence| i64::from(*pence)).sum();
            let at = |row: &Vec<i64>| row.get(option).copied().unwrap_or(0);
            OptionCost {
                choice: *choice,
                cost_pence: kept.saturating_add(succ.map_or(0, at)),
                displaced_scaled: displaced(model, certificate, asset, *choice),
                purchases_pence: at(&kind.purchases),
            }
        })
        .collect()
}

fn displaced(model: &Model, certificate: &Certificate, asset: usize, choice: Choice) -> i128 {
    let problem = &model.problem;
    let holder = problem.assets().ics.get(asset).and_then(|g| usize::try_from(*g).ok());
    let class =
        problem.assets().class.get(asset).and_then(|c| problem.classes().get(usize::from(*c)));
    let (Some(holder), Some(class)) = (holder, class) else { return 0 };
    let multiplier = |rows: &[Vec<i64>], t: u16| {
        let row = rows.get(holder);
        row.and_then(|row| row.get(usize::from(t))).map_or(0, |value| i128::from(*value))
    };
    let one = |t: u16, k: u16| {
        if t == 0 {
            return 0;
        }
        let price = class.price.get(usize::from(k)).and_then(|row| row.get(usize::from(t)));
        let money = i128::from(price.copied().unwrap_or(0));
        multiplier(&certificate.lam, t)
            .saturating_mul(money)
            .saturating_add(multiplier(&certificate.mu, t).saturating_mul(i128::from(class.units)))
    };
    one(choice.t1, choice.k1).saturating_add(one(choice.t2, choice.k2))
}

/// Scaled pence as money, cut towards zero.
pub fn pence_of_scaled(scaled: i128) -> Money {
    let pence = scaled.checked_div(i128::from(SCALE)).unwrap_or(0);
    Money::from_pence(i64::try_from(pence).unwrap_or(i64::MAX))
}

/// The rules that a device fails at minimum on some day from the as-of day to `until`, by id.
pub fn failing_rules<'e>(estate: &Estate<'e>, device: usize, until: NaiveDate) -> Vec<&'e Rule> {
    let failing = |(_, timeline): &(&Rule, &wes::Timeline)| {
        timeline.first_failure(estate.as_of, Tier::Minimum).is_some_and(|day| day <= until)
    };
    estate.verdicts.of(device).filter(failing).map(|(rule, _)| rule).collect()
}

/// Whether the need to replace a device by a day rests on an unknown fact: no failure is known, and either its age is
/// unknown or its life has not passed and a minimum cannot be judged.
pub fn rests_on_unknown(estate: &Estate<'_>, device: &Device, until: NaiveDate) -> bool {
    if !failing_rules(estate, device.index, until).is_empty()
        || device.pin.is_some()
        || matches!(device.demand, DeviceDemand::Deadline { .. })
    {
        return false;
    }
    match device.bought {
        None => true,
        Some(_) if device.end_of_life() <= until => false,
        Some(_) => estate.verdicts.is_unknown(device.index, estate.as_of),
    }
}

/// Why a device is up for replacement, without its turn: "fails `a/b` since 2025-10-14 and 1 more rule".
pub fn cause(estate: &Estate<'_>, device: &Device, until: NaiveDate) -> String {
    if let DeviceDemand::Deadline { date, id, title } = &device.demand {
        return format!("must be replaced before {date} (`{id}`: {title})");
    }
    let rules = failing_rules(estate, device.index, until);
    let first = estate.verdicts.first_failure(device.index, estate.as_of);
    if let (Some((day, rule)), more) = (first.filter(|(day, _)| *day <= until), rules.len()) {
        let others = match more.saturating_sub(1) {
            0 => String::new(),
            1 => " and 1 more rule".to_owned(),
            count => format!(" and {count} more rules"),
        };
        let when = match (day > estate.as_of, failing_since(rule, device.index, estate.as_of)) {
            (true, _) => format!(" from {day}"),
            (false, Some(since)) => format!(" since {since}"),
            (false, None) => String::new(),
        };
        return format!("fails `{}`{when}{others}", rule.id);
    }
    let end = device.end_of_life();
    let years = device.life_years;
    if end > until {
        return "no failure is known and its life has not passed; replacing it costs less than keeping it"
            .to_owned();
    }
    let verb = if end <= estate.as_of { "ended" } else { "ends" };
    match device.bought {
        Some(_) => format!("its life of {years} years {verb} on {end}"),
        None => format!(
            "its purchase date is unknown; taken as {}, its life of {years} years {verb} on {end}",
            device.bought_taken
        ),
    }
}

/// The day from which a rule that fails on `day` has failed; `None` when it always has.
fn failing_since(rule: &Rule, device: usize, day: NaiveDate) -> Option<NaiveDate> {
    let timeline = rule.timeline(device)?;
    let mut since = None;
    for (first, _, outcome) in timeline.steps().spans(NaiveDate::MIN, day) {
        match (outcome.fails(Tier::Minimum), since) {
            (true, None) => since = Some(first),
            (true, Some(_)) => {}
            (false, _) => since = None,
        }
    }
    since.filter(|first| *first > NaiveDate::MIN)
}

/// Why a device is replaced in the year of its choice.
pub fn of_line(
    estate: &Estate<'_>,
    model: &Model,
    certificate: &Certificate,
    asset: usize,
    choice: Choice,
) -> String {
    let Some(device) = model.devices.get(asset) else { return String::new() };
    let year = model.horizon.year(usize::from(choice.t1));
    let cause = cause(estate, device, year.end());
    if device.pin.is_some() {
        return format!("pinned to {year}; {cause}");
    }
    let costs = option_costs(model, certificate, asset);
    let own = costs.iter().find(|cost| cost.choice == choice).map(OptionCost::priced_scaled);
    let later = costs
        .iter()
        .filter(|cost| cost.choice.t1 > choice.t1)
        .min_by_key(|cost| (cost.choice.t1, cost.priced_scaled()));
    let never = costs.iter().find(|cost| cost.choice.t1 == 0);
    let (Some(own), Some(other)) = (own, later.or(never)) else {
        return format!("{cause}; no later year is possible");
    };
    let more = pence_of_scaled(other.priced_scaled().saturating_sub(own));
    let waiting = match other.choice.t1 {
        0 => "not replacing it".to_owned(),
        t1 => format!("waiting to {}", model.horizon.year(usize::from(t1))),
    };
    if more > Money::ZERO {
        format!("{cause}; {waiting} would cost £{more} more")
    } else {
        format!(
            "{cause}; {waiting} would cost no more at the plan's prices of money, and the year has money for it"
        )
    }
}

/// Why the replacement of a place is replaced in turn.
pub fn of_second_line(model: &Model, asset: usize, choice: Choice) -> String {
    let challenger =
        model.kind(asset).and_then(|kind| kind.challengers.get(usize::from(choice.k1)));
    let first = model.horizon.year(usize::from(choice.t1));
    challenger.map_or_else(String::new, |item| {
        format!(
            "its place holds `{}` bought in {first}, whose life of {} years has then passed",
            item.item, item.life_years
        )
    })
}

/// Why a device waits beyond the plan.
pub fn of_deferral(
    estate: &Estate<'_>,
    model: &Model,
    certificate: &Certificate,
    asset: usize,
) -> String {
    let Some(device) = model.devices.get(asset) else { return String::new() };
    let last = model.horizon.year(model.horizon.len()).end();
    let cause = cause(
        estate,
        device,
        last.min(due_day(estate, device).max(estate.as_of)).max(estate.as_of),
    );
    let costs = option_costs(model, certificate, asset);
    let never = costs.iter().find(|cost| cost.choice.t1 == 0);
    let best = costs
        .iter()
        .filter(|cost| cost.choice.t1 > 0)
        .min_by_key(|cost| (cost.priced_scaled(), cost.choice));
    let (Some(never), Some(best)) = (never, best) else {
        return format!("{cause}; no year of the plan is possible");
    };
    let year = model.horizon.year(usize::from(best.choice.t1));
    let saved = never.cost_pence.saturating_sub(best.cost_pence);
    if saved <= 0 {
        return format!("{cause}; keeping it to {last} costs less than replacing it");
    }
    let (saved, elsewhere) = (Money::from_pence(saved), pence_of_scaled(best.displaced_scaled));
    if elsewhere > saved {
        format!(
            "{cause}; replacing it in {year} would save £{saved}, and its money and engineer time save £{elsewhere} elsewhere"
        )
    } else {
        format!(
            "{cause}; replacing it in {year} would save £{saved}, and the year's limits leave no room for it"
        )
    }
}
