//! A device's turn: why its year, why not sooner, whom it displaces, and what would bring it forward.
//!
//! Everything follows from the problem and the certificate's multipliers, so it can be said of a stored plan after the
//! register has moved on. At the multipliers every year of a device has a priced cost; its *regret* in a year is how much
//! that passes the priced cost of what the plan chose. Devices queue for the money of a year by regret for each penny of
//! price: who stands first would be bought with the next pound.

use inventory::Money;
use schemars::JsonSchema;
use serde::Serialize;

use crate::certificate::{Certificate, SCALE};
use crate::model::Names;
use crate::pln1::{Choice, Problem, Schedule};
use crate::solver::reduced_costs;

/// How many devices that stand next in the queue are named.
const RIVALS: usize = 3;

/// The turn of a device.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct Turn {
    /// Why not in an earlier year, one sentence; null where no earlier year is possible.
    pub not_sooner: Option<String>,
    /// Who would be bought in its year with its money if it were not, the first in the queue first.
    pub displaced: Vec<Rival>,
    /// What would bring it forward; null where no earlier year is possible.
    pub forward: Option<Forward>,
}

/// A device that waits for the same money.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Rival {
    /// The device.
    pub asset: String,
    /// Where it stands.
    pub site: String,
    /// Class of device.
    pub class: String,
    /// What it would cost in the year.
    pub price: String,
    /// The year in which the plan replaces it; null when it does not.
    pub planned_fy: Option<String>,
    /// Pounds that its turn in this year would cost more than its place in the plan.
    pub regret: String,
}

/// What would bring a device forward.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Forward {
    /// The earlier year that is nearest to its turn.
    pub fy: String,
    /// Pounds by which keeping it from that year on would have to cost more.
    pub keeping_more: String,
    /// Devices that stand before it in the queue for that year.
    pub ahead: u64,
    /// Pounds more in that year's envelope with which the queue reaches it, its own price included; an estimate, since the
    /// prices of money would move on the way.
    pub money: String,
    /// The same in one sentence.
    pub sentence: String,
}

/// A plan as numbers and names.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    /// The problem.
    pub problem: &'a Problem,
    /// What its numbers stand for.
    pub names: &'a Names,
    /// The multipliers.
    pub certificate: &'a Certificate,
    /// What was chosen.
    pub schedule: &'a Schedule,
}

/// One device's place in the queue of a year.
#[derive(Clone, Copy, Debug)]
struct Place {
    asset: usize,
    /// Scaled pence.
    regret: i64,
    /// Pence.
    price: i64,
}

impl Place {
    /// Regret for a penny, comparable: whether this place comes before another.
    fn before(self, other: Self) -> bool {
        let cross = |a: i64, b: i64| i128::from(a).saturating_mul(i128::from(b.max(1)));
        let (own, theirs) = (cross(self.regret, other.price), cross(other.regret, self.price));
        (own, self.asset) < (theirs, other.asset)
    }
}

impl Stored<'_> {
    fn choice(&self, asset: usize) -> Choice {
        self.schedule.choices.get(asset).copied().unwrap_or_default()
    }

    fn year(&self, t: u16) -> Option<&str> {
        self.names.years.get(usize::from(t).checked_sub(1)?).map(String::as_str)
    }

    fn price(&self, asset: usize, choice: Choice) -> Option<i64> {
        let class = self.problem.assets().class.get(asset)?;
        let class = self.problem.classes().get(usize::from(*class))?;
        class.price.get(usize::from(choice.k1))?.get(usize::from(choice.t1)).copied()
    }

    /// The place of a device in the queue of a year; `None` where it cannot be bought in it.
    fn place(&self, asset: usize, t: u16) -> Option<Place> {
        let costs = reduced_costs(self.problem, self.certificate, asset);
        let at = |t1: u16| costs.iter().find(|cost| cost.choice.t1 == t1);
        let (wanted, own) = (at(t)?, at(self.choice(asset).t1)?);
        Some(Place {
            asset,
            regret: wanted.excess_scaled.saturating_sub(own.excess_scaled),
            price: self.price(asset, wanted.choice)?,
        })
    }

    /// Everybody of a holder who is not bought in year `t` and could be, but one device.
    fn queue(&self, holder: u32, t: u16, but: usize) -> Vec<Place> {
        let of_holder = self.problem.assets().ics.iter().enumerate();
        of_holder
            .filter(|(asset, g)| **g == holder && *asset != but)
            .filter(|(asset, _)| {
                let own = self.choice(*asset);
                own.t1 != t && own.t2 != t
            })
            .filter_map(|(asset, _)| self.place(asset, t))
            .collect()
    }

    fn rival(&self, place: Place) -> Rival {
        let assets = self.problem.assets();
        let site = assets.site.get(place.asset).and_then(|site| usize::try_from(*site).ok());
        let class = assets.class.get(place.asset).map(|class| usize::from(*class));
        let name = |found: Option<&String>| found.cloned().unwrap_or_default();
        Rival {
            asset: name(self.names.assets.get(place.asset)),
            site: name(site.and_then(|site| self.names.sites.get(site))),
            class: name(class.and_then(|c| self.names.classes.get(c)).map(|class| &class.class)),
            price: Money::from_pence(place.price).to_string(),
            planned_fy: self.year(self.choice(place.asset).t1).map(str::to_owned),
            regret: pounds(place.regret).to_string(),
        }
    }
}

/// Scaled pence as money, cut towards zero.
fn pounds(scaled: i64) -> Money {
    Money::from_pence(scaled.checked_div(SCALE).unwrap_or(0))
}

/// The turn of a device. Time linear in the devices of its holder.
pub fn turn(stored: Stored<'_>, asset: usize) -> Turn {
    let own = stored.choice(asset);
    let Some(holder) = stored.problem.assets().ics.get(asset).copied() else {
        return Turn::default();
    };
    Turn {
        displaced: displaced(stored, holder, asset, own),
        ..forward(stored, holder, asset, own).unwrap_or_default()
    }
}

fn displaced(stored: Stored<'_>, holder: u32, asset: usize, own: Choice) -> Vec<Rival> {
    let Some(price) = stored.price(asset, own).filter(|_| own.t1 > 0) else { return Vec::new() };
    let mut queue = stored.queue(holder, own.t1, asset);
    queue.retain(|place| place.price <= price);
    sort(&mut queue);
    queue.into_iter().take(RIVALS).map(|place| stored.rival(place)).collect()
}

fn sort(queue: &mut [Place]) {
    queue.sort_by(|a, b| {
        if a.before(*b) {
            std::cmp::Ordering::Less
        } else if b.before(*a) {
            std::cmp::Ordering::Greater
        } else {
            std::cmp::Ordering::Equal
        }
    });
}

/// What an earlier year lacks; `None` where the device has no earlier year.
fn forward(stored: Stored<'_>, holder: u32, asset: usize, own: Choice) -> Option<Turn> {
    let last = u16::try_from(stored.problem.years()).unwrap_or(u16::MAX);
    let until = if own.t1 == 0 { last } else { own.t1.saturating_sub(1) };
    let places = (1..=until).filter_map(|t| Some((t, stored.place(asset, t)?)));
    let (t, place) = places.min_by_key(|(t, place)| (place.regret, *t))?;
    let (fy, regret) = (stored.year(t)?, pounds(place.regret.max(0)));
    let queue = stored.queue(holder, t, asset);
    let ahead: Vec<&Place> =
        queue.iter().filter(|other| other.regret > 0 && other.before(place)).collect();
    let money = ahead.iter().fold(place.price, |sum, other| sum.saturating_add(other.price));
    let money = Money::from_pence(money);
    let count = u64::try_from(ahead.len()).unwrap_or(u64::MAX);
    let waits = stored
        .year(own.t1)
        .map_or_else(|| "not replacing it".to_owned(), |fy| format!("its turn in {fy}"));
    let not_sooner = if regret > Money::ZERO {
        format!(
            "in {fy} it would cost £{regret} more than {waits}: what it would save does not make up for what its money \
             and engineers' time save on others in that year"
        )
    } else {
        format!("{fy} would be as good, but the limits of that year leave no room for it")
    };
    let others = match count {
        0 => "nobody stands before it in the queue".to_owned(),
        1 => "1 device stands before it in the queue".to_owned(),
        many => format!("{many} devices stand before it in the queue"),
    };
    let forward = Forward {
        fy: fy.to_owned(),
        keeping_more: regret.to_string(),
        ahead: count,
        money: money.to_string(),
        sentence: format!(
            "for {fy}: keeping it would have to cost £{regret} more from that year on, or that year's envelope about £{money} \
             more ({others}), or a pin would decide it"
        ),
    };
    Some(Turn { not_sooner: Some(not_sooner), displaced: Vec::new(), forward: Some(forward) })
}

/// Who would be bought with the next money of a holder in year `t`, the first in the queue first.
pub fn next_in_turn(stored: Stored<'_>, holder: u32, t: u16, most: usize) -> Vec<Rival> {
    let mut queue = stored.queue(holder, t, usize::MAX);
    sort(&mut queue);
    queue.into_iter().take(most).map(|place| stored.rival(place)).collect()
}

#[cfg(test)]
mod tests;
