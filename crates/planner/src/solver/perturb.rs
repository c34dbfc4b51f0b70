//! Perturbed restarts: shake a few core items, mend, improve, keep what is better.
//!
//! The shaking is seeded and counted, so the result is a function of the problem alone unless
//! the caller's stop signal ends it.

use super::core::Core;
use super::outcome::{Effort, SolveOptions};
use super::plan::Plan;
use super::search::{Depth, Guide, improve, mend};
use crate::pln1::specimen::Random;

/// Restarts of the fast effort for a holder of this many items are `WORK / items`, capped.
const FAST_WORK: usize = 60_000;
const FAST_RESTARTS: usize = 60;
/// Restarts of the exact effort without improvement before it gives up.
const EXACT_PATIENCE: usize = 4_000;

/// Share of the gap by which a restart may go on from a worse plan, falling to nothing.
const TOLERANCE: f64 = 0.25;
/// Combinations tested after one restart.
const RESTART_TESTS: u64 = 100_000;

/// Returns whether the caller's signal ended the search.
pub(super) fn restarts(
    core: &mut Core,
    plan: &mut Plan<'_, '_>,
    guide: &Guide<'_>,
    aim: i64,
    options: &SolveOptions<'_>,
) -> bool {
    let patience = match options.effort {
        Effort::Fast => (FAST_WORK / plan.layout.items().max(1)).min(FAST_RESTARTS),
        Effort::Exact => EXACT_PATIENCE,
    };
    let mut random = Random::new(plan.layout.holder as u64);
    let mut best = plan.clone();
    let mut held = core.choices();
    let mut idle = 0;
    let mut round = 0;
    while idle < patience && best.cost > aim && core.len() > 0 {
        if options.should_stop.is_some_and(|stop| stop()) {
            *plan = best;
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
        round += 1;
        let margin = (best.cost - aim) as f64 * TOLERANCE * (1.0 - idle as f64 / patience as f64);
        if plan.is_feasible() && plan.cost < best.cost {
            best.clone_from(plan);
            idle = if options.effort == Effort::Fast { round } else { 0 };
        } else {
            idle += 1;
        }
        if plan.is_feasible() && plan.cost <= best.cost + margin as i64 {
            held = core.choices();
        } else {
            core.restore(&held, plan);
        }
    }
    *plan = best;
    false
}
