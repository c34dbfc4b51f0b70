//! What keeping a device costs in each year, in pence of present value.
//!
//! ```text
//! keep[i][t] = discount[t] x ( running[class] x index[t] + factor[class] x factor[tier] x factor[funding] x risk[i][t] )
//! ```
//!
//! Sums are exact decimals (28 digits), and each entry is rounded once, half up. Devices that share class, site tier,
//! funding, verdicts, purchase and warranty share a row, which is computed once.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use inventory::vocabulary::MoneyError;
use inventory::{Class, FinancialYear, FundingClass, Money};
use rust_decimal::Decimal;
use wes::{Outcome, Tier, Timeline};

use super::estate::{Estate, Rule};
use super::horizon::{Horizon, discount_factors, middle, share_after, years_between};
use crate::input::{UnusedLife, Weights};

/// Product of decimals; beyond the largest decimal it stays there, and rounding to pence then fails.
pub(super) fn times(a: Decimal, b: Decimal) -> Decimal {
    a.checked_mul(b).unwrap_or(Decimal::MAX)
}

/// Sum of decimals; beyond the largest decimal it stays there, and rounding to pence then fails.
pub(super) fn plus(a: Decimal, b: Decimal) -> Decimal {
    a.checked_add(b).unwrap_or(Decimal::MAX)
}

/// Whose verdicts are priced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// A device of the register: a fact that a rule requires and nobody knows is a failure where the rule says so.
    InUse,
    /// A device not bought yet: what its price does not say is unknown, never failed.
    New,
}

/// What the verdicts of one rule cost in a year, in pounds, before factors.
pub fn rule_pounds(
    timeline: &Timeline,
    rule_weight: Decimal,
    weights: &Weights,
    year: FinancialYear,
    standing: Standing,
) -> Decimal {
    let (mut minimum, mut recommended, mut unknown, mut all) = (0_i64, 0_i64, 0_i64, 0_i64);
    for (first, last, outcome) in timeline.steps().spans(year.start(), year.end()) {
        let days = last.signed_duration_since(first).num_days().saturating_add(1);
        all = all.saturating_add(days);
        match outcome {
            Outcome::Fail { missing, .. } if standing == Standing::New && !missing.is_empty() => {
                unknown = unknown.saturating_add(days);
            }
            Outcome::Fail { tier: Tier::Minimum, .. } => minimum = minimum.saturating_add(days),
            Outcome::Fail { tier: Tier::Recommended, .. } => {
                recommended = recommended.saturating_add(days);
            }
            Outcome::Unknown { tier: Tier::Minimum, .. } => unknown = unknown.saturating_add(days),
            Outcome::Fail { .. }
            | Outcome::Unknown { .. }
            | Outcome::Pass
            | Outcome::NotApplicable => {}
        }
    }
    let part = |days: i64, weight: Money| times(Decimal::from(days), weight.to_decimal());
    let weighted = plus(
        plus(
            part(minimum, weights.minimum_failure),
            part(recommended, weights.recommended_failure),
        ),
        part(unknown, weights.unknown),
    );
    times(weighted, rule_weight).checked_div(Decimal::from(all.max(1))).unwrap_or_default()
}

/// What makes two devices cost the same to keep.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct RowKey {
    class: Class,
    funding: FundingClass,
    tier: usize,
    verdicts: Vec<u32>,
    bought: NaiveDate,
    life_years: u32,
    warranty_end: Option<NaiveDate>,
}

/// The part of a device that its cost of keeping depends on.
#[derive(Clone, Copy, Debug)]
pub struct KeptDevice<'d> {
    /// Its place in the register.
    pub index: usize,
    /// Its class.
    pub class: &'d Class,
    /// Who may pay.
    pub funding: FundingClass,
    /// Tier of its site, 0 to 2.
    pub tier: usize,
    /// The day it was bought, or is taken to have been.
    pub bought: NaiveDate,
    /// Its years of life.
    pub life_years: u32,
    /// The last day of its warranty; unknown counts as in warranty.
    pub warranty_end: Option<NaiveDate>,
}

/// Costs of keeping, computed once for devices that share them.
#[derive(Debug)]
pub struct KeepCosts<'e> {
    estate: &'e Estate<'e>,
    horizon: Horizon,
    /// Discount factor of each year; entry 0 unused.
    pub discount: Vec<Decimal>,
    /// Index of each year over that of the first year; entry 0 unused.
    pub running_index: Vec<Decimal>,
    /// Pounds of each rule, timeline and year (from 0), before factors.
    verdict_pounds: Vec<Vec<Vec<Decimal>>>,
    rows: BTreeMap<RowKey, Arc<[i32]>>,
}

impl<'e> KeepCosts<'e> {
    /// Prepares the verdicts' pounds.
    pub fn new(estate: &'e Estate<'e>, horizon: Horizon) -> Self {
        let inflation = &estate.prices.inflation;
        let base = inflation.index(horizon.start());
        let running_index =
            std::iter::once(Decimal::ZERO)
                .chain(horizon.iter().map(|(_, year)| {
                    inflation.index(year).checked_div(base).unwrap_or(Decimal::ONE)
                }))
                .collect();
        let pounds_of_rule = |rule: &Rule| -> Vec<Vec<Decimal>> {
            let of = |timeline: &Timeline| {
                let weights = &estate.policy.weights;
                let in_year =
                    |(_, year)| rule_pounds(timeline, rule.weight, weights, year, Standing::InUse);
                horizon.iter().map(in_year).collect()
            };
            rule.timelines.iter().map(of).collect()
        };
        Self {
            estate,
            horizon,
            discount: discount_factors(estate.policy.discount.rate, horizon.len()),
            running_index,
            verdict_pounds: estate.verdicts.rules.iter().map(pounds_of_rule).collect(),
            rows: BTreeMap::new(),
        }
    }

    /// What risk is multiplied by for a class, funding class and site tier.
    pub fn factor(&self, class: &Class, funding: FundingClass, tier: usize) -> Decimal {
        let policy = self.estate.policy;
        let tier = policy.tier_factors.get(tier).copied().unwrap_or(Decimal::ONE);
        times(times(policy.factor(class), tier), policy.priority.of(funding))
    }

    /// What a pound of life left counts: the discount of the day after the plan, or nothing where the policy says so.
    pub fn credit_discount(&self) -> Decimal {
        let policy = self.estate.policy;
        match policy.unused_life {
            UnusedLife::None => Decimal::ZERO,
            UnusedLife::StraightLine => {
                let all =
                    discount_factors(policy.discount.rate, self.horizon.len().saturating_add(1));
                all.last().copied().unwrap_or_default()
            }
        }
    }

    /// The row of a device: pence of present value for years 1 to T.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when an amount passes 32 bits of pence.
    pub fn row(&mut self, device: KeptDevice<'_>) -> Result<Arc<[i32]>, MoneyError> {
        let rules = &self.estate.verdicts.rules;
        let key = RowKey {
            class: device.class.clone(),
            funding: device.funding,
            tier: device.tier,
            verdicts: rules
                .iter()
                .map(|rule| rule.codes.get(device.index).copied().unwrap_or(u32::MAX))
                .collect(),
            bought: device.bought,
            life_years: device.life_years,
            warranty_end: device.warranty_end,
        };
        if let Some(row) = self.rows.get(&key) {
            return Ok(Arc::clone(row));
        }
        let row: Arc<[i32]> = self.compute(&key)?.into();
        self.rows.insert(key, Arc::clone(&row));
        Ok(row)
    }

    fn compute(&self, key: &RowKey) -> Result<Vec<i32>, MoneyError> {
        let policy = self.estate.policy;
        let running = policy.class(&key.class).running_cost_year.to_decimal();
        let factor = self.factor(&key.class, key.funding, key.tier);
        let mut row = Vec::with_capacity(self.horizon.len());
        for (t, year) in self.horizon.iter() {
            let age = years_between(key.bought, middle(year));
            let beyond = beyond_life(age, key.life_years);
            let out = key.warranty_end.map_or(Decimal::ZERO, |end| share_after(end, year));
            let risk = plus(
                self.verdicts_in(&key.verdicts, t),
                plus(
                    times(policy.weights.year_beyond_life.to_decimal(), beyond),
                    times(policy.weights.out_of_warranty.to_decimal(), out),
                ),
            );
            let at = |column: &[Decimal]| column.get(t).copied().unwrap_or_default();
            let running = times(running, at(&self.running_index));
            let pounds = times(at(&self.discount), plus(running, times(factor, risk)));
            row.push(whole_pence(pounds)?);
        }
        Ok(row)
    }

    fn verdicts_in(&self, codes: &[u32], t: usize) -> Decimal {
        let pounds = |(of_rule, code): (&Vec<Vec<Decimal>>, &u32)| {
            let of_timeline = of_rule.get(usize::try_from(*code).ok()?)?;
            of_timeline.get(t.checked_sub(1)?).copied()
        };
        self.verdict_pounds.iter().zip(codes).filter_map(pounds).fold(Decimal::ZERO, plus)
    }
}

/// Years of age beyond life, never below zero.
pub fn beyond_life(age: Decimal, life_years: u32) -> Decimal {
    age.checked_sub(Decimal::from(life_years)).unwrap_or_default().max(Decimal::ZERO)
}

/// The nearest penny of an entry of the problem, halves away from zero, within 32 bits.
fn whole_pence(pounds: Decimal) -> Result<i32, MoneyError> {
    let pence = Money::half_up(pounds)?.pence();
    i32::try_from(pence).map_err(|_| MoneyError::TooLarge)
}
