//! The independent verifier of schedules and certificates.
//!
//! It shares no code with the solver: it reads only the plain data of [`crate::pln1`] and the
//! multipliers of a [`Certificate`], goes through assets and options one by one, and adds in
//! 128-bit integers. Time is linear in the number of (asset, option) pairs.
//!
//! A schedule is feasible when every asset has exactly one option, the option exists in its class
//! and respects earliest, latest and lock, bundle members share their years, and no holder spends
//! or installs more in a year than it has. The bound follows from the multipliers alone.

mod bound;
mod rich;
mod violation;

use std::collections::BTreeMap;

use crate::certificate::Certificate;
use crate::pln1::{Choice, Problem, Schedule};

pub use bound::{Bound, CertificateFault, bound};
pub use rich::{CertificateFault2, Verification2, Violation2, bound2, verify2};
pub use violation::Violation;

/// Violations listed in full; the rest are only counted.
const LISTED_MAX: usize = 1000;

/// What the verifier found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Whether the schedule breaks nothing.
    pub feasible: bool,
    /// Objective including visits, pence; `None` when some asset has no option to be costed by.
    pub objective_pence: Option<i128>,
    /// The bound, when a certificate was given and is sound.
    pub bound: Option<Bound>,
    /// Everything that is wrong, at most 1,000 entries.
    pub violations: Vec<Violation>,
    /// How many there are in all.
    pub violation_count: usize,
}

impl Verification {
    /// `(objective - bound) / objective`, 0 when the objective is 0; `None` without both.
    #[expect(
        clippy::float_arithmetic,
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "a ratio for people"
    )]
    pub fn gap(&self) -> Option<f64> {
        let (objective, bound) = (self.objective_pence?, self.bound?.pence);
        let distance = objective.saturating_sub(bound);
        let none = objective == 0 || distance == 0;
        Some(if none { 0.0 } else { distance as f64 / objective as f64 })
    }
}

/// Judges a schedule, and a certificate if there is one.
pub fn verify(
    problem: &Problem,
    schedule: &Schedule,
    certificate: Option<&Certificate>,
) -> Verification {
    let mut notes = Notes::default();
    let objective_pence = check_schedule(problem, schedule, &mut notes);
    let bound = certificate.and_then(|c| match bound(problem, c) {
        Ok(bound) => Some(bound),
        Err(fault) => {
            notes.add(Violation::Certificate(fault));
            None
        }
    });
    let feasible = notes.broken == 0;
    Verification {
        feasible,
        objective_pence,
        bound,
        violation_count: notes.count,
        violations: notes.list,
    }
}

#[derive(Debug, Default)]
struct Notes {
    list: Vec<Violation>,
    count: usize,
    /// Violations of the schedule, not of the certificate.
    broken: usize,
}

impl Notes {
    fn add(&mut self, violation: Violation) {
        self.count = self.count.saturating_add(1);
        if !matches!(violation, Violation::Certificate(_)) {
            self.broken = self.broken.saturating_add(1);
        }
        if self.list.len() < LISTED_MAX {
            self.list.push(violation);
        }
    }
}

/// Use of money and hours by (holder, year).
type Use = BTreeMap<(u32, u16), (i128, i128)>;

fn check_schedule(problem: &Problem, schedule: &Schedule, notes: &mut Notes) -> Option<i128> {
    let found = schedule.choices.len();
    if found != problem.len() {
        notes.add(Violation::Length { expected: problem.len(), found });
        return None;
    }
    let mut used = Use::new();
    let mut total = 0_i128;
    let mut complete = true;
    for (asset, &choice) in schedule.choices.iter().enumerate() {
        match option_cost(problem, asset, choice) {
            None => {
                complete = false;
                notes.add(Violation::NoSuchOption { asset, choice });
            }
            Some(cost) => total = total.saturating_add(cost),
        }
        check_times(problem, asset, choice, notes);
        add_use(problem, asset, choice, &mut used);
    }
    check_limits(problem, &used, notes);
    check_bundles(problem, schedule, notes);
    complete.then(|| total.saturating_add(visit_cost(problem, schedule)))
}

/// Cost of an asset on a choice; `None` when its class lists no such option.
fn option_cost(problem: &Problem, asset: usize, choice: Choice) -> Option<i128> {
    let assets = problem.assets();
    let class = problem.classes().get(usize::from(*assets.class.get(asset)?))?;
    let option = class.options.iter().position(|&o| o == choice)?;
    let succ = class.succ.get(usize::from(*assets.tier.get(asset)?))?.get(option)?;
    let kept = match choice.t1 {
        0 => problem.years(),
        t1 => usize::from(t1).saturating_sub(1),
    };
    let keep: i128 = problem.keep(asset).iter().take(kept).map(|&k| i128::from(k)).sum();
    Some(keep.saturating_add(i128::from(*succ)))
}

/// Whether an asset's earliest, latest and lock allow a first replacement in `t1`.
fn times_allow(problem: &Problem, asset: usize, t1: u16) -> bool {
    let assets = problem.assets();
    let at = |column: &[u16]| column.get(asset).copied().unwrap_or(0);
    let (earliest, latest) = (at(&assets.earliest), at(&assets.latest));
    let lock = assets.lock.get(asset).copied().unwrap_or(-1);
    let released = t1 == 0 || t1 >= earliest;
    let in_time = latest == 0 || (t1 > 0 && t1 <= latest);
    let as_locked = lock < 0 || i32::from(lock) == i32::from(t1);
    released && in_time && as_locked
}

fn check_times(problem: &Problem, asset: usize, choice: Choice, notes: &mut Notes) {
    if !times_allow(problem, asset, choice.t1) {
        let assets = problem.assets();
        notes.add(Violation::NotAllowed {
            asset,
            t1: choice.t1,
            earliest: assets.earliest.get(asset).copied().unwrap_or(0),
            latest: assets.latest.get(asset).copied().unwrap_or(0),
            lock: assets.lock.get(asset).copied().unwrap_or(-1),
        });
    }
}

/// Price and quarter hours of each purchase of a choice, with its year.
fn purchases(problem: &Problem, asset: usize, choice: Choice) -> [(u16, i128, i128); 2] {
    let class = problem.assets().class.get(asset).copied().unwrap_or(0);
    let class = problem.classes().get(usize::from(class));
    [(choice.t1, choice.k1), (choice.t2, choice.k2)].map(|(t, k)| {
        let price = class.and_then(|c| c.price.get(usize::from(k))?.get(usize::from(t)));
        match (t, class, price) {
            (1.., Some(class), Some(&price)) => (t, i128::from(price), i128::from(class.units)),
            _ => (0, 0, 0),
        }
    })
}

fn add_use(problem: &Problem, asset: usize, choice: Choice, used: &mut Use) {
    let holder = problem.assets().ics.get(asset).copied().unwrap_or(0);
    for (year, price, units) in purchases(problem, asset, choice) {
        if year > 0 {
            let cell = used.entry((holder, year)).or_default();
            *cell = (cell.0.saturating_add(price), cell.1.saturating_add(units));
        }
    }
}

fn check_limits(problem: &Problem, used: &Use, notes: &mut Notes) {
    for (&(holder, year), &(spend, hours)) in used {
        let limit = |table: &[Vec<i64>]| -> i128 {
            let row = usize::try_from(holder).ok().and_then(|g| table.get(g));
            row.and_then(|r| r.get(usize::from(year))).map_or(0, |&v| i128::from(v))
        };
        let (envelope, install) = (limit(problem.envelope()), limit(problem.install()));
        if spend > envelope {
            notes.add(Violation::Envelope { holder, year, spend, envelope });
        }
        if hours > install {
            notes.add(Violation::Install { holder, year, hours, install });
        }
    }
}

fn check_bundles(problem: &Problem, schedule: &Schedule, notes: &mut Notes) {
    let mut first: BTreeMap<i32, (usize, Choice)> = BTreeMap::new();
    for (asset, (&bundle, &choice)) in
        problem.assets().bundle.iter().zip(&schedule.choices).enumerate()
    {
        if bundle < 0 {
            continue;
        }
        let &mut (head, lead) = first.entry(bundle).or_insert((asset, choice));
        if (lead.t1, lead.t2) != (choice.t1, choice.t2) {
            notes.add(Violation::BundleSplit { bundle, first: head, other: asset });
        }
    }
}

/// Cost of every (site, year) with at least one purchase.
fn visit_cost(problem: &Problem, schedule: &Schedule) -> i128 {
    if !problem.has_visits() {
        return 0;
    }
    let mut visits: Vec<(u32, u16)> = Vec::new();
    for (&site, choice) in problem.assets().site.iter().zip(&schedule.choices) {
        visits.extend([choice.t1, choice.t2].into_iter().filter(|&t| t > 0).map(|t| (site, t)));
    }
    visits.sort_unstable();
    visits.dedup();
    let cost = |t: u16| problem.visit_cost().get(usize::from(t)).map_or(0, |&v| i128::from(v));
    visits.into_iter().map(|(_, t)| cost(t)).sum()
}

#[cfg(test)]
mod tests;
