//! What people do without a planner: rules of thumb on the same estate, with the same envelopes and prices.
//!
//! Each year, in order: what is pinned or due before a deadline is bought first; then devices are ranked by the rule and
//! bought in that order while money and engineers last, one that does not fit being passed over. Each takes the item that is
//! best for it in that year, and none is replaced twice within the plan. So the rules are shown at their best.

use std::cmp::Reverse;

use chrono::NaiveDate;

use crate::measure::cost_of;
use crate::model::horizon::{middle, years_later};
use crate::model::{Device, Model};
use crate::pln1::{Choice, Schedule};

/// A rule of thumb.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Custom {
    /// Nothing is bought.
    BuyNothing,
    /// The device that costs most to keep in the year comes first.
    WorstFirst,
    /// The device that saves most over the rest of the plan for each pound of its price comes first.
    BestPerPound,
    /// Devices of at least this age in the middle of the year, the oldest first; `None` is the life of the class.
    ReplaceAt(Option<u32>),
}

impl Custom {
    /// The word by which outputs call it.
    pub fn word(self) -> String {
        match self {
            Self::BuyNothing => "buy-nothing".to_owned(),
            Self::WorstFirst => "worst-first".to_owned(),
            Self::BestPerPound => "best-per-pound".to_owned(),
            Self::ReplaceAt(None) => "replace-at-end-of-life".to_owned(),
            Self::ReplaceAt(Some(1)) => "replace-at-1-year".to_owned(),
            Self::ReplaceAt(Some(years)) => format!("replace-at-{years}-years"),
        }
    }
}

/// What a holder has left in a year.
#[derive(Clone, Copy, Debug)]
struct Left {
    pence: i64,
    quarter_hours: i64,
}

/// One device's best purchase in one year.
#[derive(Clone, Copy, Debug)]
struct Offer {
    choice: Choice,
    price: i64,
    quarter_hours: i64,
    /// Pence of the objective with this purchase.
    cost: i64,
}

/// The schedule that a rule gives, and whether it meets every pin and deadline. Time `O(T n log n)`.
pub fn schedule(model: &Model, custom: Custom) -> (Schedule, bool) {
    let mut choices = vec![Choice::default(); model.devices.len()];
    let mut left = Vec::new();
    for (money, hours) in model.problem.envelope().iter().zip(model.problem.install()) {
        let of_year = |(pence, quarter_hours): (&i64, &i64)| Left {
            pence: *pence,
            quarter_hours: *quarter_hours,
        };
        left.push(money.iter().zip(hours).map(of_year).collect::<Vec<_>>());
    }
    if custom != Custom::BuyNothing {
        for (t, _) in model.horizon.iter() {
            buy_in(model, custom, t, &mut left, &mut choices);
        }
    }
    let met = |(asset, choice): (usize, &Choice)| {
        must_by(model, asset).is_none_or(|last| choice.t1 > 0 && usize::from(choice.t1) <= last)
    };
    let keeps = choices.iter().enumerate().all(met);
    (Schedule { choices }, keeps)
}

/// The last year in which a device must have been replaced.
fn must_by(model: &Model, asset: usize) -> Option<usize> {
    let device = model.devices.get(asset)?;
    device.pin.as_ref().map(|(t, _)| *t).or(Some(device.latest)).filter(|t| *t > 0)
}

fn buy_in(model: &Model, custom: Custom, t: usize, left: &mut [Vec<Left>], choices: &mut [Choice]) {
    let mut due: Vec<(usize, Offer)> = Vec::new();
    let mut ranked: Vec<(i128, Reverse<usize>, Offer)> = Vec::new();
    for (asset, device) in model.devices.iter().enumerate() {
        let bought = choices.get(asset).is_some_and(|choice| choice.t1 > 0);
        let Some(offer) = (!bought).then(|| best_offer(model, asset, t)).flatten() else {
            continue;
        };
        if must_by(model, asset) == Some(t) {
            due.push((asset, offer));
        } else if device.pin.is_none()
            && let Some(rank) = rank(model, custom, t, asset, device, offer)
        {
            ranked.push((rank, Reverse(asset), offer));
        }
    }
    ranked.sort_by_key(|(rank, asset, _)| Reverse((*rank, *asset)));
    let rest = ranked.into_iter().map(|(_, Reverse(asset), offer)| (asset, offer));
    for (asset, offer) in due.into_iter().chain(rest) {
        let holder = model.problem.assets().ics.get(asset).and_then(|g| usize::try_from(*g).ok());
        let row = holder.and_then(|g| left.get_mut(g)).and_then(|row| row.get_mut(t));
        let Some(room) = row else { continue };
        if room.pence >= offer.price && room.quarter_hours >= offer.quarter_hours {
            room.pence = room.pence.saturating_sub(offer.price);
            room.quarter_hours = room.quarter_hours.saturating_sub(offer.quarter_hours);
            if let Some(choice) = choices.get_mut(asset) {
                *choice = offer.choice;
            }
        }
    }
}

/// The single purchase in a year that costs a device least over the plan.
fn best_offer(model: &Model, asset: usize, t: usize) -> Option<Offer> {
    let kind = model.kind(asset)?;
    let latest = model.problem.assets().latest.get(asset).copied().unwrap_or(0);
    if latest > 0 && t > usize::from(latest) {
        return None;
    }
    kind.options
        .iter()
        .filter(|choice| usize::from(choice.t1) == t && choice.t2 == 0)
        .filter_map(|choice| {
            let item = kind.challengers.get(usize::from(choice.k1))?;
            Some(Offer {
                choice: *choice,
                price: item.on_sale(t)?.money.charged().pence(),
                quarter_hours: kind.quarter_hours(),
                cost: cost_of(model, asset, *choice)?,
            })
        })
        .min_by_key(|offer| (offer.cost, offer.choice))
}

/// How urgent a purchase is, the greater the more; `None` when the rule does not want it.
fn rank(
    model: &Model,
    custom: Custom,
    t: usize,
    asset: usize,
    device: &Device,
    offer: Offer,
) -> Option<i128> {
    match custom {
        Custom::BuyNothing => None,
        Custom::WorstFirst => {
            let keep = model.problem.keep(asset).get(t.checked_sub(1)?).copied()?;
            (keep > 0).then_some(i128::from(keep))
        }
        Custom::BestPerPound => {
            let never = cost_of(model, asset, Choice::default())?;
            let saved = i128::from(never).saturating_sub(i128::from(offer.cost));
            // Savings for each million pounds of price: the order is that of the ratio.
            let ratio = saved.saturating_mul(100_000_000).checked_div(offer.price.max(1).into());
            (saved > 0).then_some(ratio?)
        }
        Custom::ReplaceAt(years) => {
            let from = years_later(device.bought_taken, years.unwrap_or(device.life_years));
            let day = middle(model.horizon.year(t));
            let age = |day: NaiveDate| day.signed_duration_since(device.bought_taken).num_days();
            (from <= day).then(|| i128::from(age(day)))
        }
    }
}

#[cfg(test)]
mod tests;
