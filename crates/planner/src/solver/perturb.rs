//! Perturbed restarts: shake a few core items, mend, improve, keep what is better.
//!
//! The shaking is seeded and counted, so the result is a function of the problem alone unless
//! the caller's stop signal ends it.

use super::core::Core;
use super::outcome::{Effort, SolveOptions};
use super::plan::Plan;
use super::search::{Guide, improve, mend};
use crate::pln1::specimen::Random;

/// Restarts of the fast effort for a holder of this many items are `WORK / items`, capped.
const FAST_WORK: usize = 150_000;
const FAST_RESTARTS: usize = 100;
/// Restarts of the exact effort without improvement before it gives up.
const EXACT_PATIENCE: usize = 4_000;

/// Returns whether the caller's signal ended the search.
pub(super) fn restarts(
    core: &mut Core,
    plan: &mut Plan<'_, '_>,
    context: &Guide<'_>,
    aim: i64,
    options: &SolveOptions<'_>,
) -> bool {
    let patience = match options.effort {
        Effort::Fast => (FAST_WORK / plan.layout.items().max(1)).min(FAST_RESTARTS),
        Effort::Exact => EXACT_PATIENCE,
    };
    let mut random = Random::new(plan.layout.holder as u64);
    let mut best = plan.clone();
    let mut best_core = core.choices();
    let mut idle = 0;
    let mut round = 0;
    while idle < patience && best.cost > aim && core.len() > 0 {
        if options.should_stop.is_some_and(|stop| stop()) {
            *plan = best;
            return true;
        }
        let strength = 2 + random.below(6);
        for _ in 0..strength {
            let member = random.below(core.len() as u64) as usize;
            core.shake(member, random.bits(), plan);
        }
        mend(core, plan, context.y, context.floor);
        if plan.is_feasible() {
            improve(core, plan, context);
        }
        round += 1;
        if plan.is_feasible() && plan.cost < best.cost {
            best.clone_from(plan);
            best_core = core.choices();
            idle = if options.effort == Effort::Fast { round } else { 0 };
        } else {
            core.restore(&best_core, plan);
            idle += 1;
        }
    }
    *plan = best;
    false
}
