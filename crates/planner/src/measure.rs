//! What a schedule does, in words that need no weights: pounds, and device-years out of compliance.
//!
//! A day counts when the device that then stands in its place surely fails a rule at minimum; unknown days do not. As in
//! the model, a new device counts from the start of its year.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use inventory::Money;
use rust_decimal::{Decimal, RoundingStrategy};
use wes::{Outcome, Tier, Timeline};

use crate::model::keep::Standing;
use crate::model::{Estate, Horizon, Model};
use crate::pln1::{Choice, Schedule};

/// What a schedule does over the plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Measured {
    /// Pence charged to envelopes.
    pub spend_pence: i64,
    /// Purchases.
    pub purchases: u64,
    /// Devices times days on which they surely fail a minimum.
    pub failing_days: i64,
    /// Devices that surely fail a minimum on the last day.
    pub failing_at_end: u64,
    /// Devices that are past their life on the last day.
    pub past_life_at_end: u64,
    /// Pence of the model's objective: purchases, running and weighted risk in today's money.
    pub objective_pence: i64,
}

impl Measured {
    /// Years of 365.25 days out of compliance, to one decimal, halves away from zero: `1234.5`.
    pub fn device_years(&self) -> String {
        device_years(self.failing_days)
    }

    /// What is spent.
    pub fn spend(&self) -> Money {
        Money::from_pence(self.spend_pence)
    }
}

/// Days of devices as years of 365.25 days, to one decimal, halves away from zero.
pub fn device_years(days: i64) -> String {
    let years = Decimal::from(days).checked_div(Decimal::new(36_525, 2)).unwrap_or_default();
    let rounded = years.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
    format!("{rounded:.1}")
}

/// Failing days of each year of the plan; entry 0 unused.
type DaysByYear = Arc<[u32]>;

/// Measures schedules of one model. Made once, each schedule then costs a pass over the devices.
#[derive(Debug)]
pub struct Measurer<'m> {
    model: &'m Model,
    /// Failing days of each device while it is kept, by year; entry 0 unused.
    own: Vec<DaysByYear>,
    /// Whether each device fails on the last day while it is kept.
    own_at_end: Vec<bool>,
    /// The first day after the life of each device.
    end_of_life: Vec<NaiveDate>,
    /// For each kind, challenger and year of purchase: failing days by year.
    new: Vec<Vec<Vec<DaysByYear>>>,
}

impl<'m> Measurer<'m> {
    /// Judges every device and item in every year. Time linear in distinct verdicts, then in devices.
    pub fn new(estate: &Estate<'_>, model: &'m Model) -> Self {
        let horizon = model.horizon;
        let last = horizon.year(horizon.len()).end();
        let mut known: BTreeMap<Vec<u32>, DaysByYear> = BTreeMap::new();
        let rules = &estate.verdicts.rules;
        let own = model.devices.iter().map(|device| {
            let code = |rule: &crate::model::Rule| rule.codes.get(device.index).copied();
            let key = rules.iter().map(|rule| code(rule).unwrap_or(u32::MAX)).collect();
            let days = known.entry(key).or_insert_with(|| {
                let timelines: Vec<&Timeline> =
                    estate.verdicts.of(device.index).map(|(_, timeline)| timeline).collect();
                failing_by_year(&timelines, horizon, Standing::InUse)
            });
            Arc::clone(days)
        });
        let own = own.collect();
        let fails = |device: &crate::model::Device| estate.verdicts.fails(device.index, last);
        let new = model
            .kinds
            .iter()
            .map(|kind| {
                let of_item = |item: &crate::model::kind::Challenger| {
                    let bought = |timelines: &Vec<Timeline>| {
                        let timelines: Vec<&Timeline> = timelines.iter().collect();
                        failing_by_year(&timelines, horizon, Standing::New)
                    };
                    item.timelines.iter().map(bought).collect()
                };
                kind.challengers.iter().map(of_item).collect()
            })
            .collect();
        Self {
            model,
            own,
            own_at_end: model.devices.iter().map(fails).collect(),
            end_of_life: model.devices.iter().map(crate::model::Device::end_of_life).collect(),
            new,
        }
    }

    /// What a schedule of the model does.
    pub fn of(&self, schedule: &Schedule) -> Measured {
        let mut all = Measured::default();
        let last = self.model.horizon.year(self.model.horizon.len()).end();
        for (asset, choice) in schedule.choices.iter().enumerate() {
            let (days, at_end) = self.failing(asset, *choice);
            all.failing_days = all.failing_days.saturating_add(days);
            let add = |count: &mut u64, yes: bool| *count = count.saturating_add(u64::from(yes));
            add(&mut all.failing_at_end, at_end);
            let old = self.end_of_life.get(asset).is_some_and(|end| *end <= last);
            add(&mut all.past_life_at_end, old && choice.t1 == 0);
            for (t, k) in [(choice.t1, choice.k1), (choice.t2, choice.k2)] {
                if let Some(pence) = self.charged(asset, t, k) {
                    all.spend_pence = all.spend_pence.saturating_add(pence);
                    all.purchases = all.purchases.saturating_add(1);
                }
            }
            let cost = cost_of(self.model, asset, *choice).unwrap_or(0);
            all.objective_pence = all.objective_pence.saturating_add(cost);
        }
        all
    }

    /// Failing days of a place over the plan, and whether it fails on the last day.
    pub fn failing(&self, asset: usize, choice: Choice) -> (i64, bool) {
        let new = |t: u16, k: u16| {
            let kind = self.new.get(*self.model.kind_of.get(asset)?)?;
            kind.get(usize::from(k))?.get(usize::from(t))
        };
        let own = self.own.get(asset);
        let (mut days, mut at_end) = (0_i64, false);
        for t in 1..=self.model.horizon.len() {
            let reached = |year: u16| year > 0 && usize::from(year) <= t;
            let standing = match choice {
                Choice { t2, k2, .. } if reached(t2) => new(t2, k2),
                Choice { t1, k1, .. } if reached(t1) => new(t1, k1),
                Choice { .. } => own,
            };
            let of_year = standing.and_then(|days| days.get(t)).copied().unwrap_or(0);
            days = days.saturating_add(i64::from(of_year));
            at_end = match choice.t1 {
                0 => self.own_at_end.get(asset).copied().unwrap_or(false),
                _ => of_year > 0,
            };
        }
        (days, at_end)
    }

    fn charged(&self, asset: usize, t: u16, k: u16) -> Option<i64> {
        let item = self.model.kind(asset)?.challengers.get(usize::from(k))?;
        Some(item.on_sale(usize::from(t))?.money.charged().pence())
    }
}

/// What a choice costs a device in the objective; `None` when it is no option of the device.
pub fn cost_of(model: &Model, asset: usize, choice: Choice) -> Option<i64> {
    let kind = model.kind(asset)?;
    let option = kind.option(choice)?;
    let tier = model.problem.assets().tier.get(asset).copied().unwrap_or(0);
    let after = kind.succ.get(usize::from(tier))?.get(option).copied()?;
    let keep = model.problem.keep(asset);
    let years = match choice.t1 {
        0 => keep.len(),
        t1 => usize::from(t1).saturating_sub(1),
    };
    let kept: i64 = keep.iter().take(years).map(|pence| i64::from(*pence)).sum();
    Some(kept.saturating_add(after))
}

/// The days of each year on which any of the timelines surely fails a minimum; entry 0 unused.
fn failing_by_year(timelines: &[&Timeline], horizon: Horizon, standing: Standing) -> DaysByYear {
    let sure = |outcome: &Outcome| match outcome {
        Outcome::Fail { tier: Tier::Minimum, missing } => {
            standing == Standing::InUse || missing.is_empty()
        }
        Outcome::Fail { .. } | Outcome::Unknown { .. } | Outcome::Pass | Outcome::NotApplicable => {
            false
        }
    };
    let of_year = |year: inventory::FinancialYear| {
        let mut spans: Vec<(NaiveDate, NaiveDate)> = timelines
            .iter()
            .flat_map(|timeline| timeline.steps().spans(year.start(), year.end()))
            .filter(|(_, _, outcome)| sure(outcome))
            .map(|(first, last, _)| (first, last))
            .collect();
        spans.sort_unstable();
        days_covered(&spans)
    };
    std::iter::once(0).chain(horizon.iter().map(|(_, year)| of_year(year))).collect()
}

/// Days in the union of spans that are sorted by their first day.
fn days_covered(spans: &[(NaiveDate, NaiveDate)]) -> u32 {
    let mut days = 0_i64;
    let mut reached: Option<NaiveDate> = None;
    for (first, last) in spans {
        let first = reached.and_then(|day| day.succ_opt()).map_or(*first, |next| next.max(*first));
        if first <= *last {
            let more = last.signed_duration_since(first).num_days().saturating_add(1);
            days = days.saturating_add(more);
        }
        reached = Some(reached.map_or(*last, |day| day.max(*last)));
    }
    u32::try_from(days).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
