//! The independent verifier of PLN2: one file for each kind of constraint.
//!
//! It shares no code with the solver: it goes through assets, purchases and sites one by one,
//! from the plain data of [`crate::pln2`], and adds in 128-bit integers. A check is a function
//! from problem and schedule to violations; the bound is recomputed in `bound`.

mod bound;
mod fairness;
mod group;
mod install;
mod money;
mod option;
mod pool;
mod precedence;
mod smoothing;
mod visit;

use std::fmt;

use super::LISTED_MAX;
use crate::certificate::Certificate2;
use crate::pln2::{Draft, Problem, Purchase, Schedule};

pub use bound::{CertificateFault2, bound2};

/// One thing that is wrong with a PLN2 schedule or certificate; years from 1, indices from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation2 {
    /// The schedule has another number of assets.
    Length {
        /// Assets in the problem.
        expected: usize,
        /// Entries in the schedule.
        found: usize,
    },
    /// The class lists no such option.
    NoSuchOption {
        /// The asset.
        asset: usize,
    },
    /// Earliest, latest, lock or allowed years forbid the first year.
    Year {
        /// The asset.
        asset: usize,
        /// First year of its option, 0 for never.
        t1: u16,
    },
    /// The first purchase is another challenger than the pinned one.
    Pin {
        /// The asset.
        asset: usize,
        /// The challenger that was pinned.
        pinned: i32,
    },
    /// Something is bought at a site after its closure.
    Closed {
        /// The asset.
        asset: usize,
        /// Year of the purchase.
        year: u16,
    },
    /// The stream may not pay for the asset's class or demand.
    Ineligible {
        /// The asset.
        asset: usize,
        /// The stream.
        stream: u16,
    },
    /// A stream spends more than its envelope less contingency.
    Envelope {
        /// Holder, stream and year.
        at: (usize, usize, usize),
        /// Pence spent.
        spend: i128,
        /// Pence available.
        limit: i128,
    },
    /// A stream spends less than its minimum.
    Minimum {
        /// Holder, stream and year.
        at: (usize, usize, usize),
        /// Pence spent.
        spend: i128,
        /// Pence demanded.
        limit: i128,
    },
    /// A stream's spend changes too much from the year before.
    Smoothing {
        /// Holder, stream and year.
        at: (usize, usize, usize),
        /// Pence of change.
        change: i128,
        /// Pence allowed.
        limit: i128,
    },
    /// A holder installs more than it has hours for.
    Install {
        /// Holder and year.
        at: (usize, usize),
        /// Quarter hours needed.
        hours: i128,
        /// Quarter hours available.
        limit: i128,
    },
    /// More devices are drawn from a pool than it has.
    Pool {
        /// Holder, pool and year.
        at: (usize, usize, usize),
        /// Devices drawn less devices released.
        drawn: i128,
        /// Devices in stock.
        stock: i128,
    },
    /// Members of a linked group differ in the years of their purchases.
    Group {
        /// First member.
        first: usize,
        /// A member that differs from it.
        other: usize,
    },
    /// The second asset of a pair is replaced ahead of the first.
    Precedence {
        /// Number of the pair.
        pair: usize,
    },
    /// More devices of a site fail than may, and no price allows it.
    Fairness {
        /// Site and year.
        at: (usize, usize),
        /// Devices that fail.
        failing: i128,
        /// Devices that may.
        limit: i128,
    },
    /// The certificate cannot be judged.
    Certificate(CertificateFault2),
}

impl fmt::Display for Violation2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { expected, found } => {
                write!(f, "the schedule has {found} assets, the problem {expected}")
            }
            Self::NoSuchOption { asset } => {
                write!(f, "asset {asset}: its class has no such option")
            }
            Self::Year { asset, t1 } => {
                write!(f, "asset {asset}: a first replacement in year {t1} is not allowed")
            }
            Self::Pin { asset, pinned } => {
                write!(f, "asset {asset}: pinned to challenger {pinned}")
            }
            Self::Closed { asset, year } => {
                write!(f, "asset {asset}: bought in year {year}, when its site is closed")
            }
            Self::Ineligible { asset, stream } => {
                write!(f, "asset {asset}: stream {stream} may not pay for it")
            }
            Self::Envelope { at: (g, s, t), spend, limit } => {
                write!(f, "holder {g}, stream {s}, year {t}: {spend} pence spent of {limit}")
            }
            Self::Minimum { at: (g, s, t), spend, limit } => {
                write!(f, "holder {g}, stream {s}, year {t}: {spend} pence spent, {limit} demanded")
            }
            Self::Smoothing { at: (g, s, t), change, limit } => {
                write!(
                    f,
                    "holder {g}, stream {s}, year {t}: spend changes by {change}, {limit} allowed"
                )
            }
            Self::Install { at: (g, t), hours, limit } => {
                write!(f, "holder {g}, year {t}: {hours} quarter hours needed of {limit}")
            }
            Self::Pool { at: (g, p, t), drawn, stock } => {
                write!(f, "holder {g}, pool {p}, year {t}: {drawn} devices drawn of {stock}")
            }
            Self::Group { first, other } => {
                write!(f, "assets {first} and {other} of one group differ in their years")
            }
            Self::Precedence { pair } => write!(f, "pair {pair} is replaced in the wrong order"),
            Self::Fairness { at: (site, t), failing, limit } => {
                write!(f, "site {site}, year {t}: {failing} devices fail, {limit} may")
            }
            Self::Certificate(fault) => write!(f, "certificate refused: {fault}"),
        }
    }
}

/// What the verifier found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification2 {
    /// Whether the schedule breaks nothing.
    pub feasible: bool,
    /// Objective, pence; `None` when some asset has no option to be costed by.
    pub objective_pence: Option<i128>,
    /// The bound in pence, rounded up, when a certificate was given and is sound.
    pub bound_pence: Option<i128>,
    /// Everything that is wrong, at most 1,000 entries.
    pub violations: Vec<Violation2>,
    /// How many there are in all.
    pub violation_count: usize,
}

/// What every check may read.
struct Case<'a> {
    draft: &'a Draft,
    choices: &'a [Vec<Purchase>],
}

/// One check: adds what it finds.
type Check = fn(&Case<'_>, &mut Vec<Violation2>);

/// Every check, in the order of the messages.
const CHECKS: [Check; 9] = [
    option::check,
    money::check_envelope,
    money::check_minimum,
    smoothing::check,
    install::check,
    pool::check,
    group::check,
    precedence::check,
    fairness::check,
];

/// Judges a schedule of a PLN2 problem, and a certificate if there is one.
pub fn verify2(
    problem: &Problem,
    schedule: &Schedule,
    certificate: Option<&Certificate2>,
) -> Verification2 {
    let draft = problem.as_draft();
    let mut found = Vec::new();
    let (expected, length) = (draft.assets.len(), schedule.choices.len());
    let mut objective_pence = None;
    if expected == length {
        let case = Case { draft, choices: &schedule.choices };
        for check in CHECKS {
            check(&case, &mut found);
        }
        let own = option::cost(&case);
        let shared = visit::cost(&case).saturating_add(fairness::cost(&case));
        objective_pence = own.map(|own| own.saturating_add(shared));
    } else {
        found.push(Violation2::Length { expected, found: length });
    }
    let feasible = found.is_empty();
    let bound_pence = certificate.and_then(|c| match bound2(problem, c) {
        Ok(pence) => Some(pence),
        Err(fault) => {
            found.push(Violation2::Certificate(fault));
            None
        }
    });
    let violation_count = found.len();
    found.truncate(LISTED_MAX);
    Verification2 { feasible, objective_pence, bound_pence, violations: found, violation_count }
}

impl Case<'_> {
    /// First year of an asset's replacement, 0 for never.
    fn first_year(&self, asset: usize) -> u16 {
        self.choices.get(asset).and_then(|c| c.first()).map_or(0, |p| p.t)
    }

    /// Every purchase: asset, place in its option, purchase.
    fn purchases(&self) -> impl Iterator<Item = (usize, usize, Purchase)> + '_ {
        let each = |(asset, all): (usize, &Vec<Purchase>)| {
            let all: Vec<_> = all.iter().copied().enumerate().collect();
            all.into_iter().map(move |(place, p)| (asset, place, p))
        };
        self.choices.iter().enumerate().flat_map(each)
    }

    fn holder(&self, asset: usize) -> usize {
        index(self.draft.assets.ics.get(asset))
    }

    fn class(&self, asset: usize) -> usize {
        self.draft.assets.class.get(asset).map_or(0, |&c| usize::from(c))
    }

    fn site(&self, asset: usize) -> usize {
        index(self.draft.assets.site.get(asset))
    }

    /// Nominal pence of a purchase; 0 for one that the problem does not know.
    fn price(&self, asset: usize, p: Purchase) -> i128 {
        let class = self.draft.classes.get(self.class(asset));
        let price = class.and_then(|c| c.price.get(usize::from(p.k))?.get(usize::from(p.t)));
        price.map_or(0, |&v| i128::from(v))
    }
}

fn index(value: Option<&u32>) -> usize {
    value.and_then(|&v| usize::try_from(v).ok()).unwrap_or(usize::MAX)
}

/// A cell of a table by holder, stream or pool, and year; 0 outside of it.
fn cell(table: &[Vec<Vec<i64>>], (g, s, t): (usize, usize, usize)) -> i128 {
    let value = table.get(g).and_then(|h| h.get(s)?.get(t));
    value.map_or(0, |&v| i128::from(v))
}

#[cfg(test)]
mod tests;
