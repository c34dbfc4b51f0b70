//! What is asked of the solver, and what it answers.

use crate::certificate::Certificate;
use crate::pln1::Schedule;

/// How hard to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// Stops by its own work limit.
    #[default]
    Fast,
    /// Goes on until the gap target, the caller's stop signal or a larger work limit.
    Exact,
}

/// Where holders are solved.
#[derive(Debug, Clone, Copy, Default)]
pub enum Threads<'a> {
    /// One after the other on the calling thread.
    #[default]
    One,
    /// In the rayon pool that the caller runs in.
    Current,
    /// In this pool.
    Pool(&'a rayon::ThreadPool),
}

/// Options of [`super::solve`]. The answer does not depend on `threads`.
#[derive(Clone, Copy)]
pub struct SolveOptions<'a> {
    /// How hard to try.
    pub effort: Effort,
    /// Relative gap at which a holder is good enough (at most what the effort reaches).
    pub gap: f64,
    /// Multipliers to start from, usually those of an earlier plan.
    pub start: Option<&'a Certificate>,
    /// Asked now and then; `true` ends the search with the best plan so far. With a signal that
    /// depends on time the answer depends on time too.
    pub should_stop: Option<&'a (dyn Fn() -> bool + Sync)>,
    /// Where holders are solved.
    pub threads: Threads<'a>,
}

impl Default for SolveOptions<'_> {
    fn default() -> Self {
        Self {
            effort: Effort::Fast,
            gap: 2e-6,
            start: None,
            should_stop: None,
            threads: Threads::One,
        }
    }
}

impl std::fmt::Debug for SolveOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SolveOptions")
            .field("effort", &self.effort)
            .field("gap", &self.gap)
            .field("start", &self.start.is_some())
            .field("should_stop", &self.should_stop.is_some())
            .field("threads", &self.threads)
            .finish()
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A feasible plan with a proven bound.
    Solved(Box<Solution>),
    /// No plan exists; at least one conflict, ordered by holder.
    Infeasible(Vec<Conflict>),
    /// No plan was found and none was ruled out; ordered by holder.
    NotFound(Vec<Shortfall>),
}

/// A feasible plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The option of every asset.
    pub schedule: Schedule,
    /// Multipliers that prove the bound.
    pub certificate: Certificate,
    /// Objective including visits, pence.
    pub objective_pence: i64,
    /// Proven lower bound, pence, rounded up; bundle members choose their years together in it.
    pub bound_pence: i64,
    /// Each holder's share, in order.
    pub holders: Vec<HolderResult>,
    /// Whether the caller's stop signal ended the search.
    pub interrupted: bool,
}

impl Solution {
    /// The bound won by branching: holders that were not branched on count with their
    /// Lagrangian bound. `None` when none was.
    pub fn branch_bound_pence(&self) -> Option<i64> {
        if self.holders.iter().all(|h| h.branch_bound_pence.is_none()) {
            return None;
        }
        let scale = i128::from(crate::certificate::SCALE);
        let bound = |h: &HolderResult| match h.branch_bound_pence {
            Some(pence) => i128::from(pence).saturating_mul(scale),
            None => h.bound_scaled,
        };
        let total: i128 = self.holders.iter().map(bound).sum();
        i64::try_from(-(-total).div_euclid(scale)).ok()
    }

    /// `(objective - bound) / objective`, 0 when the objective is 0.
    #[expect(
        clippy::float_arithmetic,
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "a ratio for people"
    )]
    pub fn gap(&self) -> f64 {
        let distance = self.objective_pence.saturating_sub(self.bound_pence);
        if self.objective_pence == 0 || distance == 0 {
            return 0.0;
        }
        distance as f64 / self.objective_pence as f64
    }

    /// Whether the bound proves the objective to `gap`: they are at most `gap` times the size
    /// of the objective apart, whatever its sign.
    #[expect(
        clippy::float_arithmetic,
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "a ratio for people"
    )]
    pub fn is_proved(&self, gap: f64) -> bool {
        let distance = self.objective_pence.saturating_sub(self.bound_pence);
        match self.objective_pence {
            0 => distance == 0,
            objective => distance as f64 / objective.unsigned_abs() as f64 <= gap,
        }
    }
}

/// One holder's part of a solution.
#[derive(Debug, Clone, PartialEq)]
pub struct HolderResult {
    /// Objective without visits, pence.
    pub cost_pence: i64,
    /// The holder's Lagrangian bound in units of 1/SCALE pence.
    pub bound_scaled: i128,
    /// A bound won by branching, in pence: what verifiers cannot recompute from multipliers.
    /// `None` when nothing was branched on.
    pub branch_bound_pence: Option<i64>,
    /// Unspent pence of years 1 to T.
    pub money_left: Vec<i64>,
    /// Unused quarter hours of years 1 to T.
    pub hours_left: Vec<i64>,
}

/// What a row limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// Pence of the envelope.
    Money,
    /// Quarter hours of installation.
    Hours,
    /// Pence of one stream's envelope (PLN2).
    Stream(u16),
    /// Pence below a stream's minimum spend (PLN2).
    Minimum(u16),
    /// Pence by which a stream's spend changes too much from the year before (PLN2).
    Change(u16),
    /// Devices of a pool for redeployment (PLN2).
    Pool(u16),
    /// A pair of assets replaced in the wrong order (PLN2).
    Order(u32),
    /// Devices of a site that fail beyond its ceiling (PLN2).
    Failing(u32),
}

/// A proof that no plan exists for a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Budget holder.
    pub holder: usize,
    /// Assets whose obligations cannot all be met, ascending; the rest may be ignored.
    pub demands: Vec<u32>,
    /// Why.
    pub reason: ConflictReason,
}

/// Why the demands of a [`Conflict`] cannot be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictReason {
    /// Lock, earliest and latest leave the asset (or bundle) no option at all.
    NoOption,
    /// Every allowed option passes a year's capacity on its own; the least excess is shown.
    TooLarge {
        /// What runs out.
        resource: Resource,
        /// In which year.
        year: usize,
        /// What the purchase takes.
        needed: i64,
        /// What the year has.
        available: i64,
    },
    /// The demands must buy at least `needed` within the years, which have only `available`.
    Window {
        /// What runs out.
        resource: Resource,
        /// First year.
        from: usize,
        /// Last year.
        to: usize,
        /// Least total use over all ways to meet the listed demands.
        needed: i64,
        /// The same over all of the holder's obligations, listed or not.
        needed_in_all: i64,
        /// Total capacity of the years.
        available: i64,
    },
    /// A weighted sum of rows that the demands pass however they are met.
    Combination {
        /// Resource, year and positive weight.
        weights: Vec<(Resource, usize, i64)>,
        /// Least weighted use.
        needed: i128,
        /// Weighted capacity.
        available: i128,
    },
    /// All ways to meet the demands were tried.
    Exhausted {
        /// Partial plans looked at.
        tried: u64,
    },
}

impl ConflictReason {
    /// How many pence or quarter hours are missing, where one resource is short; for a window
    /// what all obligations lack, so that adding it removes this conflict.
    pub fn short(&self) -> Option<(Resource, i64)> {
        match *self {
            Self::TooLarge { resource, needed, available, .. }
            | Self::Window { resource, needed_in_all: needed, available, .. } => {
                Some((resource, needed.saturating_sub(available)))
            }
            Self::NoOption | Self::Combination { .. } | Self::Exhausted { .. } => None,
        }
    }
}

/// How far the best attempt stayed from feasible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// Budget holder.
    pub holder: usize,
    /// Overdrawn rows: resource, year, amount.
    pub over: Vec<(Resource, usize, i64)>,
}
