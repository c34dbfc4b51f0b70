//! Planning classes: devices for which the same purchases are possible and cost the same afterwards.
//!
//! PLN1 has one table of prices, options and successor costs a class. Devices of one class of the catalogue differ in who
//! pays (a factor of risk), in the item that a pin names, in the years in which their site and envelope allow a purchase
//! (the first for its own demand, the second as a refresh), and in the day of a deadline; each combination that occurs
//! becomes a class of the problem.
//!
//! `succ[tier][option]` is, discounted: each purchase at its year's price, then for every year in service its running cost
//! and its risk: years beyond its own life and the rules that its `meets` facts fail, judged by the same engine as the
//! devices in use. A device counts from the start of its year, bought in the middle of it. Life that is left when the plan
//! ends is credited straight-line (the share of its price for the years of life not yet used, at the discount of the day
//! after the last year), so that the last years of a plan are not starved; the policy can switch the credit off.

use std::fmt;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use inventory::vocabulary::MoneyError;
use inventory::{Class, Field, FundingClass, Money, Value, derive_facts};
use rust_decimal::Decimal;
use wes::Timeline;

use super::estate::Estate;
use super::horizon::{Horizon, middle};
use super::keep::{KeepCosts, Standing, beyond_life, plus, rule_pounds, times};
use super::offer::Offer;
use crate::input::Price;
use crate::pln1::Choice;

/// Most options of a planning class.
pub const MOST_OPTIONS: usize = 65_535;

/// Why a planning class cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KindError {
    /// An amount does not fit.
    Money(MoneyError),
    /// There are more ways to replace a device than [`MOST_OPTIONS`].
    TooManyOptions,
}

impl From<MoneyError> for KindError {
    fn from(error: MoneyError) -> Self {
        Self::Money(error)
    }
}

/// Number of site tiers.
pub const TIERS: usize = 3;

/// What makes two devices one planning class.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct KindKey {
    /// Class of the catalogue.
    pub class: Class,
    /// Who may pay.
    pub funding: FundingClass,
    /// The item that a pin names for the first replacement.
    pub item: Option<String>,
    /// Bit `t` is set when the first purchase is allowed in year `t`.
    pub years: u64,
    /// Bit `t` is set when the second purchase is allowed in year `t`.
    pub again: u64,
    /// The day before which the first purchase must have been received.
    pub before: Option<NaiveDate>,
}

fn has_bit(bits: u64, t: usize) -> bool {
    let shifted = u32::try_from(t).ok().and_then(|t| bits.checked_shr(t));
    shifted.is_some_and(|bits| bits & 1 == 1)
}

impl KindKey {
    /// Whether the first purchase is allowed in a year.
    pub fn allows(&self, t: usize) -> bool {
        has_bit(self.years, t)
    }

    /// Whether the second purchase is allowed in a year.
    pub fn allows_again(&self, t: usize) -> bool {
        has_bit(self.again, t)
    }
}

impl fmt::Display for KindKey {
    /// `desktop`, `desktop/enhanced`, `desktop/core/item=x`, and the years where not all are allowed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.class, self.funding)?;
        if let Some(item) = &self.item {
            write!(f, "/item={item}")?;
        }
        write!(f, "/years={:x}", self.years)?;
        if self.again != self.years {
            write!(f, "/again={:x}", self.again)?;
        }
        self.before.map_or(Ok(()), |day| write!(f, "/before={day}"))
    }
}

/// One item for a class, in every year of the plan.
#[derive(Clone, Debug)]
pub struct Challenger {
    /// The item's name.
    pub item: String,
    /// What it costs and until when it can be ordered, by year; entry 0 unused.
    pub offers: Vec<Offer>,
    /// Days from order to receipt.
    pub lead_days: u32,
    /// Its years of life.
    pub life_years: u32,
    /// Quarter hours to install it.
    pub quarter_hours: i64,
    /// Items of a class with the same number differ in nothing but their prices and the days on which they are on sale.
    group: usize,
    /// Its running cost by year in pounds, not discounted; entry 0 unused.
    running: Vec<Decimal>,
    /// For each year of purchase (entry 0 unused), its timelines by rule.
    pub timelines: Vec<Vec<Timeline>>,
    /// For each year of purchase and each year, pounds of risk before factors.
    risk: Vec<Vec<Decimal>>,
}

impl Challenger {
    /// The offer in a year, if it can be ordered for it.
    pub fn on_sale(&self, t: usize) -> Option<&Offer> {
        self.offers.get(t).filter(|offer| t > 0 && offer.order_by.is_some())
    }

    /// The last day to order it for receipt within year `t` and before a day; `None` when there is none.
    pub fn order_by(&self, t: usize, before: Option<NaiveDate>) -> Option<NaiveDate> {
        let offer = self.on_sale(t)?;
        let Some(before) = before else { return offer.order_by };
        let lead = Days::new(u64::from(self.lead_days).saturating_add(1));
        let last = before.checked_sub_days(lead)?.min(offer.order_by?);
        (offer.order_from? <= last).then_some(last)
    }

    /// Numbers the items of a class by what they are once bought.
    pub fn group(items: &mut [Self]) {
        for at in 0..items.len() {
            let (before, rest) = items.split_at_mut(at);
            let Some(item) = rest.first_mut() else { return };
            item.group = before.iter().find(|own| own.is_like(item)).map_or(at, |own| own.group);
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.life_years == other.life_years
            && self.quarter_hours == other.quarter_hours
            && self.running == other.running
            && self.timelines == other.timelines
    }

    /// Prepares an item for a plan.
    ///
    /// # Errors
    /// [`MoneyError`] when a price does not fit.
    pub fn new(
        price: &Price,
        estate: &Estate<'_>,
        horizon: Horizon,
        costs: &KeepCosts<'_>,
    ) -> Result<Self, MoneyError> {
        let inflation = &estate.prices.inflation;
        let specified = estate.verdicts.lives.get(&price.class).map(|(y, s)| (*y, s.as_str()));
        let life_years =
            price.life_years.unwrap_or_else(|| estate.policy.life(&price.class, specified).0);
        let timelines: Vec<Vec<Timeline>> = std::iter::once(Vec::new())
            .chain(horizon.iter().map(|(_, year)| {
                let mut facts = price.meets.clone();
                facts.insert(Field::PurchaseDate, Value::Date(middle(year)));
                derive_facts(&mut facts);
                (estate.verdicts.judge_new)(&price.class, &facts)
            }))
            .collect();
        let mut challenger = Self {
            item: price.item.clone(),
            offers: Offer::in_every_year(price, inflation, estate.as_of, horizon)?,
            lead_days: price.lead_days.unwrap_or(0),
            life_years,
            quarter_hours: price.install_quarter_hours,
            group: usize::MAX,
            running: running_costs(price, estate, horizon, costs),
            timelines,
            risk: Vec::new(),
        };
        challenger.risk = (0..=horizon.len())
            .map(|bought| challenger.risk_when_bought(bought, estate, horizon))
            .collect();
        Ok(challenger)
    }

    fn risk_when_bought(
        &self,
        bought: usize,
        estate: &Estate<'_>,
        horizon: Horizon,
    ) -> Vec<Decimal> {
        let weights = &estate.policy.weights;
        let beyond = weights.year_beyond_life.to_decimal();
        let in_year = |t: usize| {
            let age = Decimal::from(t.saturating_sub(bought));
            let rules = self.timelines.get(bought).into_iter().flatten();
            let verdicts = rules
                .zip(&estate.verdicts.rules)
                .map(|(timeline, rule)| {
                    rule_pounds(timeline, rule.weight, weights, horizon.year(t), Standing::New)
                })
                .fold(Decimal::ZERO, plus);
            plus(verdicts, times(beyond, beyond_life(age, self.life_years)))
        };
        let before = |t: usize| bought == 0 || t < bought;
        (0..=horizon.len()).map(|t| if before(t) { Decimal::ZERO } else { in_year(t) }).collect()
    }
}

/// The item's own running cost moved from its base year, or the policy's for the class moved from the plan's first year.
fn running_costs(
    price: &Price,
    estate: &Estate<'_>,
    horizon: Horizon,
    costs: &KeepCosts<'_>,
) -> Vec<Decimal> {
    let inflation = &estate.prices.inflation;
    let own = price.running_cost_year.map(|cost| {
        let base = inflation.index(price.base_year(estate.as_of));
        (cost.to_decimal(), base)
    });
    let of_class = estate.policy.class(&price.class).running_cost_year.to_decimal();
    std::iter::once(Decimal::ZERO)
        .chain(horizon.iter().map(|(t, year)| match own {
            Some((cost, base)) => {
                times(cost, inflation.index(year)).checked_div(base).unwrap_or_default()
            }
            None => times(of_class, costs.running_index.get(t).copied().unwrap_or_default()),
        }))
        .collect()
}

/// A planning class with its options and what follows each.
#[derive(Clone, Debug)]
pub struct Kind {
    /// What it stands for.
    pub key: KindKey,
    /// The items, by challenger number.
    pub challengers: Arc<[Challenger]>,
    /// The options, the first of which is never to replace.
    pub options: Vec<Choice>,
    /// For each option, discounted pence of its purchases, less the credit for life left at the end of the plan.
    pub purchases: Vec<i64>,
    /// For each tier and option, discounted pence of purchases, running and risk after the present device.
    pub succ: Vec<Vec<i64>>,
}

impl Kind {
    /// Builds the options of a planning class and prices what follows each.
    ///
    /// # Errors
    /// [`KindError`] when an amount does not fit, or when there are too many options.
    pub fn new(
        key: KindKey,
        challengers: Arc<[Challenger]>,
        horizon: Horizon,
        costs: &KeepCosts<'_>,
    ) -> Result<Self, KindError> {
        let options = options(&key, &challengers, horizon).ok_or(KindError::TooManyOptions)?;
        let discounted = |k: u16, t: u16| {
            let money = challengers.get(usize::from(k)).and_then(|c| c.on_sale(usize::from(t)));
            let pounds = money.map_or(Decimal::ZERO, |offer| offer.money.charged().to_decimal());
            times(costs.discount.get(usize::from(t)).copied().unwrap_or_default(), pounds)
        };
        let left = |o: &Choice| {
            let (k, t) = if o.t2 > 0 { (o.k2, o.t2) } else { (o.k1, o.t1) };
            let item = challengers.get(usize::from(k)).filter(|_| t > 0);
            item.map_or(Decimal::ZERO, |item| costs.credit(item, usize::from(t)))
        };
        let bought = |o: &Choice| {
            let spent = plus(discounted(o.k1, o.t1), discounted(o.k2, o.t2));
            spent.checked_sub(left(o)).unwrap_or_default()
        };
        let pence = |pounds| Money::half_up(pounds).map(Money::pence);
        let purchases =
            options.iter().map(|o| pence(bought(o))).collect::<Result<_, MoneyError>>()?;
        let mut succ = Vec::with_capacity(TIERS);
        for tier in 0..TIERS {
            let factor = costs.factor(&key.class, key.funding, tier);
            let services = Services::new(&challengers, horizon, costs, factor);
            let after = |o: &Choice| pence(plus(bought(o), services.of(*o)));
            succ.push(options.iter().map(after).collect::<Result<_, MoneyError>>()?);
        }
        Ok(Self { key, challengers, options, purchases, succ })
    }

    /// The position of a choice among the options.
    pub fn option(&self, choice: Choice) -> Option<usize> {
        self.options.iter().position(|own| *own == choice)
    }

    /// Quarter hours to install one device: the most that any of its items needs.
    pub fn quarter_hours(&self) -> i64 {
        self.challengers.iter().map(|challenger| challenger.quarter_hours).max().unwrap_or(0)
    }

    /// True when some purchase is possible in some year.
    pub fn can_buy(&self) -> bool {
        self.options.len() > 1
    }
}

impl KeepCosts<'_> {
    /// What the unused life of an item bought in year `t` counts at the end of the plan, in discounted pounds.
    fn credit(&self, item: &Challenger, t: usize) -> Decimal {
        let (life, last) = (item.life_years, self.discount.len().saturating_sub(1));
        let used = u32::try_from(last.saturating_add(1).saturating_sub(t)).unwrap_or(u32::MAX);
        let unused = Decimal::from(life.saturating_sub(used));
        let share = unused.checked_div(Decimal::from(life.max(1))).unwrap_or_default();
        let price = item.on_sale(t).map(|offer| offer.money.charged().to_decimal());
        times(times(price.unwrap_or_default(), share), self.credit_discount())
    }
}

/// The usable items of a year with their numbers, of those that are alike only the cheapest, the first where several are.
fn worth_buying(
    challengers: &[Challenger],
    t: usize,
    usable: impl Fn(&Challenger) -> bool,
) -> Vec<(usize, &Challenger)> {
    let usable: Vec<(usize, &Challenger)> =
        challengers.iter().enumerate().filter(|(_, item)| usable(item)).collect();
    let price = |item: &Challenger| item.offers.get(t).map(|offer| offer.money.charged());
    let beaten = |(k, item): &(usize, &Challenger)| {
        let own = (price(item), *k);
        usable.iter().any(|(l, rival)| rival.group == item.group && (price(rival), *l) < own)
    };
    usable.iter().filter(|one| !beaten(one)).copied().collect()
}

/// Every option: never, once, and again after the life of the first item has passed; `None` when they are too many.
fn options(key: &KindKey, challengers: &[Challenger], horizon: Horizon) -> Option<Vec<Choice>> {
    let small = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let again: Vec<Vec<(usize, &Challenger)>> = (0..=horizon.len())
        .map(|t| {
            worth_buying(challengers, t, |item| key.allows_again(t) && item.on_sale(t).is_some())
        })
        .collect();
    let mut all = vec![Choice::default()];
    for (t1, _) in horizon.iter().filter(|(t, _)| key.allows(*t)) {
        let in_time = |item: &Challenger| {
            key.item.as_ref().is_none_or(|pinned| *pinned == item.item)
                && item.order_by(t1, key.before).is_some()
        };
        for (k1, first) in worth_buying(challengers, t1, in_time) {
            let once = Choice { t1: small(t1), k1: small(k1), t2: 0, k2: 0 };
            all.push(once);
            let life = usize::try_from(first.life_years).unwrap_or(usize::MAX);
            for (t2, items) in again.iter().enumerate().skip(t1.saturating_add(life)) {
                let second = |(k2, _): &(usize, &Challenger)| Choice {
                    t2: small(t2),
                    k2: small(*k2),
                    ..once
                };
                all.extend(items.iter().map(second));
            }
            if all.len() > MOST_OPTIONS {
                return None;
            }
        }
    }
    Some(all)
}

/// Discounted pounds of running and risk of each item from each year of purchase up to each year.
struct Services {
    /// `up_to[k][bought][t]`: years `bought` to `t`.
    up_to: Vec<Vec<Vec<Decimal>>>,
    last: usize,
}

impl Services {
    fn new(
        challengers: &[Challenger],
        horizon: Horizon,
        costs: &KeepCosts<'_>,
        factor: Decimal,
    ) -> Self {
        let of_item = |item: &Challenger| -> Vec<Vec<Decimal>> {
            let from = |bought: usize| -> Vec<Decimal> {
                let mut sum = Decimal::ZERO;
                let year = |t: usize| {
                    let at = |column: &[Decimal]| column.get(t).copied().unwrap_or_default();
                    let risk = item.risk.get(bought).map_or(Decimal::ZERO, |row| at(row));
                    times(at(&costs.discount), plus(at(&item.running), times(factor, risk)))
                };
                let mut row = Vec::with_capacity(horizon.len().saturating_add(1));
                for t in 0..=horizon.len() {
                    if bought > 0 && t >= bought {
                        sum = plus(sum, year(t));
                    }
                    row.push(sum);
                }
                row
            };
            (0..=horizon.len()).map(from).collect()
        };
        Self { up_to: challengers.iter().map(of_item).collect(), last: horizon.len() }
    }

    fn of(&self, choice: Choice) -> Decimal {
        let stretch = |k: u16, from: u16, last: usize| {
            let row = self.up_to.get(usize::from(k)).and_then(|item| item.get(usize::from(from)));
            row.and_then(|row| row.get(last)).copied().unwrap_or_default()
        };
        match (choice.t1, choice.t2) {
            (0, _) => Decimal::ZERO,
            (t1, 0) => stretch(choice.k1, t1, self.last),
            (t1, t2) => plus(
                stretch(choice.k1, t1, usize::from(t2).saturating_sub(1)),
                stretch(choice.k2, t2, self.last),
            ),
        }
    }
}
