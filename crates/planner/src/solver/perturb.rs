//! Perturbed restarts: shake a few core items, mend, improve, keep what is better.
//!
//! The shaking is seeded and counted, so the result is a function of the problem alone unless
//! the caller's stop signal ends it.

use super::core::Core;
use super::outcome::{Effort, SolveOptions};
use super::plan::Plan;
use super::search::{Depth, Guide, improve, mend};
use crate::pln1::specimen::Random;

/// Share of the gap by which a restart may go on from a worse plan, falling to nothing.
const TOLERANCE: f64 = 0.25;
/// Idle restarts after which the tolerance starts again from its highest.
const PERIOD: usize = 4_000;
/// Combinations tested after one restart.
const RESTART_TESTS: u64 = 100_000;

/// When to stop.
#[derive(Debug)]
pub(super) struct Aims<'a> {
    /// A plan that costs no more is good enough.
    pub(super) cost: i64,
    /// Restarts without success before giving up.
    pub(super) patience: usize,
    /// Of the shaking.
    pub(super) seed: u64,
    pub(super) options: &'a SolveOptions<'a>,
}

/// Improves a plan in place; returns whether the caller's signal ended the search.
///
/// A success halves the count of idle restarts in the fast effort, and clears it in the exact.
pub(super) fn restarts(
    core: &mut Core,
    plan: &mut Plan<'_, '_>,
    guide: &Guide<'_>,
    aims: &Aims<'_>,
) -> bool {
    let (aim, patience, options) = (aims.cost, aims.patience, aims.options);
    let mut random = Random::new((plan.layout.holder as u64) << 32 | aims.seed);
    let mut best = plan.clone();
    let mut held = core.choices();
    let mut best_choices = held.clone();
    let mut idle = 0;
    let period = patience.clamp(1, PERIOD);
    while idle < patience && best.cost > aim && core.len() > 0 {
        if options.should_stop.is_some_and(|stop| stop()) {
            plan.clone_from(&best);
            core.restore_to(&best_choices);
            return true;
        }
        let moves = core.moves(guide.y, 2.0 * (best.cost - aim) as f64);
        let strength = 1 + random.below(3);
        for _ in 0..strength.min(moves.len() as u64) {
            let m = &moves[random.below(moves.len() as u64) as usize];
            core.shake(m, plan);
        }
        mend(core, plan, guide);
        if plan.is_feasible() {
            let mut work = RESTART_TESTS;
            improve(core, plan, guide, Depth::Triples, &mut work);
        }
        let margin =
            (best.cost - aim) as f64 * TOLERANCE * (1.0 - (idle % period) as f64 / period as f64);
        if plan.is_feasible() && plan.cost < best.cost {
            best.clone_from(plan);
            best_choices = core.choices();
            idle = if options.effort == Effort::Fast { idle / 2 } else { 0 };
        } else {
            idle += 1;
        }
        if plan.is_feasible() && plan.cost <= best.cost + margin as i64 {
            held = core.choices();
        } else {
            core.restore(&held, plan);
        }
    }
    plan.clone_from(&best);
    core.restore_to(&best_choices);
    false
}
