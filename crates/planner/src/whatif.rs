//! The same estate planned again: with other weights, with more or less money, and backwards from a date.

use chrono::{Days, NaiveDate};
use diagnostic::Diagnostics;
use inventory::{FinancialYear, Money};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use crate::conflict::{ConflictReport, ConflictYear, conflict_report, shortfall_sentence};
use crate::customary::{self, Custom};
use crate::input::{Envelopes, Policy, Weights};
use crate::measure::{Measured, Measurer};
use crate::model::kind::Challenger;
use crate::model::{Device, Estate, Model, build};
use crate::obligation::{Obligation, lay};
use crate::pln1::Schedule;
use crate::solver::{Effort, Outcome, Solution, SolveOptions, Threads, solve};

/// A planned estate.
#[derive(Debug)]
pub struct Planned {
    /// The model.
    pub model: Model,
    /// The plan and its proof.
    pub solution: Solution,
    /// Remarks on the estate.
    pub remarks: Diagnostics,
}

/// Why there is no plan.
#[derive(Clone, PartialEq, Debug)]
pub enum NoPlan {
    /// The estate or the files are not fit to be planned.
    Unfit(Diagnostics),
    /// Proved: what cannot be met together.
    Infeasible(Vec<ConflictReport>),
    /// None was found and none was ruled out.
    NotFound(Vec<String>),
}

/// Builds and solves an estate: a quick search, and a thorough one where it finds nothing.
///
/// # Errors
/// [`NoPlan`] when the estate cannot be planned, or no plan fits.
pub fn plan(estate: &Estate<'_>, threads: Threads<'_>) -> Result<Planned, NoPlan> {
    let (model, remarks) = build(estate);
    let Some(model) = model else { return Err(NoPlan::Unfit(remarks)) };
    let quick = SolveOptions { threads, ..SolveOptions::default() };
    let outcome = match solve(&model.problem, &quick) {
        Outcome::NotFound(_) => {
            solve(&model.problem, &SolveOptions { effort: Effort::Exact, ..quick })
        }
        found => found,
    };
    match outcome {
        Outcome::Solved(solution) => Ok(Planned { model, solution: *solution, remarks }),
        Outcome::Infeasible(all) => {
            Err(NoPlan::Infeasible(all.iter().map(|one| conflict_report(&model, one)).collect()))
        }
        Outcome::NotFound(all) => {
            Err(NoPlan::NotFound(all.iter().map(|one| shortfall_sentence(&model, one)).collect()))
        }
    }
}

/// What one way to plan does, in pounds and device-years.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Way {
    /// The name of the way.
    pub way: String,
    /// Whether it keeps every limit, pin and deadline; without a plan the other figures are zero.
    pub feasible: bool,
    /// Purchases.
    pub purchases: u64,
    /// Pounds charged to envelopes.
    pub spend: String,
    /// Years of devices surely failing a minimum.
    pub device_years: String,
    /// Devices surely failing a minimum on the last day.
    pub failing_at_end: u64,
    /// Devices past their life on the last day.
    pub past_life_at_end: u64,
    /// Pounds of the objective at the policy's own weights: purchases, running and weighted risk, in today's money.
    pub objective: String,
    /// Devices whose first replacement lies in another year than in the plan.
    pub moved: u64,
}

impl Way {
    fn new(way: String, feasible: bool, measured: Measured, moved: u64) -> Self {
        Self {
            way,
            feasible,
            purchases: measured.purchases,
            spend: measured.spend().to_string(),
            device_years: measured.device_years(),
            failing_at_end: measured.failing_at_end,
            past_life_at_end: measured.past_life_at_end,
            objective: Money::from_pence(measured.objective_pence).to_string(),
            moved,
        }
    }

    fn none(way: String) -> Self {
        Self::new(way, false, Measured::default(), 0)
    }
}

/// Devices whose first year differs between two schedules of one estate.
fn moved(from: &Schedule, to: &Schedule) -> u64 {
    let pairs = from.choices.iter().zip(&to.choices);
    u64::try_from(pairs.filter(|(a, b)| a.t1 != b.t1).count()).unwrap_or(u64::MAX)
}

/// The plan beside what rules of thumb would do on the same estate with the same envelopes; the plan comes first.
pub fn compare(estate: &Estate<'_>, planned: &Planned, customs: &[Custom]) -> Vec<Way> {
    let measurer = Measurer::new(estate, &planned.model);
    let own = &planned.solution.schedule;
    let plan = Way::new("plan".to_owned(), true, measurer.of(own), 0);
    let rule = |custom: &Custom| {
        let (schedule, keeps) = customary::schedule(&planned.model, *custom);
        Way::new(custom.word(), keeps, measurer.of(&schedule), moved(own, &schedule))
    };
    std::iter::once(plan).chain(customs.iter().map(rule)).collect()
}

/// A weight by its word in `policy.toml`, with how to reach it.
type NamedWeight = (&'static str, fn(&mut Weights) -> &mut Money);

const WEIGHTS: [NamedWeight; 5] = [
    ("minimum_failure", |weights| &mut weights.minimum_failure),
    ("recommended_failure", |weights| &mut weights.recommended_failure),
    ("unknown", |weights| &mut weights.unknown),
    ("year_beyond_life", |weights| &mut weights.year_beyond_life),
    ("out_of_warranty", |weights| &mut weights.out_of_warranty),
];

/// The plan, and the plans with each weight halved and doubled, all measured at the policy's own weights. A weight of zero
/// is left out.
pub fn sensitivity(estate: &Estate<'_>, planned: &Planned, threads: Threads<'_>) -> Vec<Way> {
    let measurer = Measurer::new(estate, &planned.model);
    let own = &planned.solution.schedule;
    let mut all = vec![Way::new("plan".to_owned(), true, measurer.of(own), 0)];
    for (word, weight) in WEIGHTS {
        let mut weights = estate.policy.weights;
        if *weight(&mut weights) == Money::ZERO {
            continue;
        }
        for (name, factor) in [("halved", Decimal::new(5, 1)), ("doubled", Decimal::TWO)] {
            let mut policy: Policy = estate.policy.clone();
            let scaled = weight(&mut policy.weights);
            *scaled = scaled.times_rate_half_up(factor).unwrap_or(*scaled);
            let way = format!("{word} {name}");
            let other = plan(&Estate { policy: &policy, ..*estate }, threads);
            all.push(match other {
                Ok(other) => {
                    let schedule = &other.solution.schedule;
                    Way::new(way, true, measurer.of(schedule), moved(own, schedule))
                }
                Err(_) => Way::none(way),
            });
        }
    }
    all
}

/// One point of the frontier of money against compliance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct FrontierPoint {
    /// Every capital envelope as a share of its amount, in percent.
    pub percent: u32,
    /// Sum of the envelopes.
    pub envelope: String,
    /// What the plan within them does.
    #[serde(flatten)]
    pub way: Way,
    /// What each device-year avoided costs against the point before, in pounds; null where none is avoided.
    pub pounds_per_device_year: Option<String>,
}

/// Plans with every capital envelope at each of these percentages, in ascending order.
pub fn frontier(estate: &Estate<'_>, percents: &[u32], threads: Threads<'_>) -> Vec<FrontierPoint> {
    let mut percents = percents.to_vec();
    percents.sort_unstable();
    percents.dedup();
    let mut all: Vec<FrontierPoint> = Vec::new();
    let mut before: Option<Measured> = None;
    for percent in percents {
        let envelopes = scaled(estate.envelopes, percent);
        let within = Estate { envelopes: &envelopes, ..*estate };
        let name = format!("{percent}%");
        let found = plan(&within, threads).ok().map(|planned| {
            let measured = Measurer::new(&within, &planned.model).of(&planned.solution.schedule);
            let rows = planned.model.problem.envelope().iter().flat_map(|row| row.iter().skip(1));
            (measured, rows.sum::<i64>())
        });
        let point = match found {
            Some((measured, envelope)) => {
                let price = before.and_then(|before| per_device_year(before, measured));
                before = Some(measured);
                FrontierPoint {
                    percent,
                    envelope: Money::from_pence(envelope).to_string(),
                    way: Way::new(name, true, measured, 0),
                    pounds_per_device_year: price,
                }
            }
            None => FrontierPoint {
                percent,
                envelope: Money::ZERO.to_string(),
                way: Way::none(name),
                pounds_per_device_year: None,
            },
        };
        all.push(point);
    }
    all
}

/// Every capital envelope at a percentage of its amount, rounded down to pence.
fn scaled(envelopes: &Envelopes, percent: u32) -> Envelopes {
    let part = |money: Money| {
        let pence = money.pence().saturating_mul(i64::from(percent));
        Money::from_pence(pence.div_euclid(100))
    };
    let mut envelopes = envelopes.clone();
    for envelope in &mut envelopes.envelopes {
        envelope.amount = part(envelope.amount);
        envelope.contingency = part(envelope.contingency);
    }
    envelopes
}

/// More pounds for each device-year less, to the penny; `None` unless more is spent and fewer are left.
fn per_device_year(before: Measured, after: Measured) -> Option<String> {
    let days = before.failing_days.checked_sub(after.failing_days).filter(|days| *days > 0)?;
    let pence = after.spend_pence.checked_sub(before.spend_pence).filter(|pence| *pence > 0)?;
    let pounds = Decimal::new(pence, 2)
        .checked_mul(Decimal::new(36_525, 2))?
        .checked_div(Decimal::from(days))?;
    Some(Money::half_up(pounds).ok()?.to_string())
}

/// The least money with which no planned device surely fails a minimum from a day to the end of the plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Least {
    /// The day from which nothing fails.
    pub by: String,
    /// Devices that must be replaced for it.
    pub devices: u64,
    /// What they cost at least, each by its cheapest item in its cheapest year, whatever the envelopes.
    pub cost: String,
    /// More than the envelopes hold for certain; with less no plan complies.
    pub extra_at_least: String,
    /// With this much more, in the years below, a plan complies.
    pub extra_enough: String,
    /// The replacements laid into the envelopes, by holder.
    pub holders: Vec<LeastHolder>,
    /// Planned devices that nothing on sale makes comply in time.
    pub impossible: Vec<String>,
    /// Devices in use that fail and cannot be planned; `refit plan` lists why.
    pub failing_unplanned: u64,
    /// Devices in use of which it is not known whether they comply on the day.
    pub unknown: u64,
}

/// The replacements of one holder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LeastHolder {
    /// The budget holder.
    pub holder: String,
    /// Its years.
    pub years: Vec<ConflictYear>,
}

/// Solves backwards from a day: the least money that reaches full compliance by it and keeps it to the end of the plan.
pub fn least(estate: &Estate<'_>, model: &Model, by: NaiveDate) -> Least {
    let last_day = model.horizon.year(model.horizon.len()).end();
    let mut of_holder: Vec<Vec<Obligation>> = vec![Vec::new(); model.holders.len()];
    let (mut cost, mut devices, mut impossible) = (0_i64, 0_u64, Vec::new());
    for (asset, device) in model.devices.iter().enumerate() {
        let Some(obligation) = must_comply(estate, model, asset, device, by, last_day) else {
            continue;
        };
        let holder = model.holders.binary_search(&device.holder).ok();
        match (obligation.least(), holder.and_then(|g| of_holder.get_mut(g))) {
            (Some(pence), Some(row)) => {
                cost = cost.saturating_add(pence);
                devices = devices.saturating_add(1);
                row.push(obligation);
            }
            _ => impossible.push(device.label.clone()),
        }
    }
    let (mut at_least, mut enough) = (0_i64, 0_i64);
    let mut holders = Vec::new();
    for (g, (holder, obligations)) in model.holders.iter().zip(of_holder).enumerate() {
        let needed: i64 = obligations.iter().filter_map(Obligation::least).sum();
        let usable = usable_years(&obligations);
        let limits = model.problem.envelope().get(g);
        let has: i64 = usable.iter().filter_map(|t| limits?.get(*t)).sum();
        at_least = at_least.saturating_add(needed.saturating_sub(has).max(0));
        let years = lay(model, g, obligations);
        let short = years.iter().filter_map(|year| year.short.parse::<Money>().ok());
        enough = enough.saturating_add(short.map(Money::pence).sum());
        if !years.is_empty() {
            holders.push(LeastHolder { holder: holder.to_string(), years });
        }
    }
    let (failing_unplanned, unknown) = beyond_reach(estate, model, by);
    Least {
        by: by.to_string(),
        devices,
        cost: Money::from_pence(cost).to_string(),
        extra_at_least: Money::from_pence(at_least).to_string(),
        extra_enough: Money::from_pence(enough).to_string(),
        holders,
        impossible,
        failing_unplanned,
        unknown,
    }
}

/// The years in which any of the obligations can be met.
fn usable_years(obligations: &[Obligation]) -> std::collections::BTreeSet<usize> {
    obligations.iter().flat_map(|one| one.ways.iter().map(|(t, _)| *t)).collect()
}

/// The duty to replace a device that would fail on some day from `by` to the end of the plan, before the first such day.
fn must_comply(
    estate: &Estate<'_>,
    model: &Model,
    asset: usize,
    device: &Device,
    by: NaiveDate,
    last_day: NaiveDate,
) -> Option<Obligation> {
    let (fails_on, _) = estate.verdicts.first_failure(device.index, by)?;
    if fails_on > last_day {
        return None;
    }
    let eve = fails_on.checked_sub_days(Days::new(1))?;
    let position = model.horizon.position(FinancialYear::of(eve));
    let last = usize::try_from(position).unwrap_or(0);
    let pinned = device.pin.as_ref().map(|(t, _)| *t);
    let complies = |t: usize, item: &Challenger| {
        t <= last
            && pinned.is_none_or(|year| year == t)
            && arrives(item, model, t, eve)
            && item.timelines.get(t).into_iter().flatten().all(|timeline| {
                let mut spans = timeline.steps().spans(by, last_day);
                !spans.any(|(_, _, outcome)| {
                    outcome.fails(wes::Tier::Minimum) && outcome.facts().is_empty()
                })
            })
    };
    Some(Obligation::of(model, asset, last, complies))
}

/// Whether an item that is ordered as early as its year allows is received by a day.
fn arrives(item: &Challenger, model: &Model, t: usize, day: NaiveDate) -> bool {
    let year = model.horizon.year(t);
    let first = item.offers.get(t).and_then(|offer| offer.order_from);
    let received = first.and_then(|first| first.checked_add_days(Days::new(item.lead_days.into())));
    received.is_some_and(|received| received.max(year.start()) <= day)
}

/// Devices in use that fail on the day and are not planned, and those of which nothing is known.
fn beyond_reach(estate: &Estate<'_>, model: &Model, by: NaiveDate) -> (u64, u64) {
    let planned: std::collections::BTreeSet<usize> =
        model.devices.iter().map(|device| device.index).collect();
    let (mut failing, mut unknown) = (0_u64, 0_u64);
    for (index, asset) in estate.assets.iter().enumerate() {
        if !asset.is_in_use() {
            continue;
        }
        if estate.verdicts.fails(index, by) {
            failing = failing.saturating_add(u64::from(!planned.contains(&index)));
        } else if estate.verdicts.is_unknown(index, by) {
            unknown = unknown.saturating_add(1);
        }
    }
    (failing, unknown)
}

#[cfg(test)]
mod tests;
