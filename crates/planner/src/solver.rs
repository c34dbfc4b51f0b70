//! The solver: a plan for every asset, and multipliers that prove how good it is.
//!
//! **Problem.** Choose for every item `i` (an asset, or a bundle whose members share their years)
//! an option `o`; minimise `sum_i cost(i, o)` such that for every holder `g` and year `t` the
//! prices bought stay within `envelope[g][t]` and the hours within `install[g][t]`. The cost
//! separates: `cost(i, o) = prefix_i[t1(o)] + tail[class, tier][o]`, because everything after the
//! first replacement is the same for all assets of one class and tier. Holders do not share rows,
//! so each is solved alone.
//!
//! **Phases**, per holder:
//! 1. `layout` groups items by composition and lays their prefixes out in blocks of lanes.
//! 2. `dual` maximises the smoothed Lagrangian over the `2T` multipliers by projected Newton
//!    steps with the exact Hessian in a trust region, lowering the temperature in stages, the
//!    early ones on samples. A pass touches `T + 1` numbers per item (`kernel`).
//! 3. `exact` rounds the multipliers to integers and evaluates the bound in integers.
//! 4. `round` takes each item's cheapest option, and spreads near ties by error diffusion.
//! 5. `core` and `search` mend what is overdrawn and then improve by single, pair and triple
//!    moves among nearly tied options; `repair` and `conflict` serve the hard cases; `perturb`
//!    restarts; `visits` polishes visit costs.
//!
//! **Invariants.** Floating point only steers: feasibility, totals and the bound are integers.
//! Sums are made in a fixed order inside a holder, so the answer is the same bytes for any thread
//! count, engine and machine. A plan that is returned is feasible; a conflict that is returned is
//! a proof; anything else is called [`Outcome::NotFound`].
//!
//! **Complexity.** About 10 to 30 passes of `O(n T^2)` multiply-adds over cached blocks, then work
//! limited by constants. `branch` closes the duality gap of small holders, where it is per cents,
//! by branching on counts of identical items (`simplex`), within a limit of work. PLN2 problems
//! (`rich`, `constraint`, `local`, `state`) are more rows and changed prefixes for the same engine.
//! See `docs/design/solver.md` and `docs/design/pln2.md`.

#![expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    clippy::inline_always,
    reason = "numeric kernel: sizes and ranges are invariants of Problem; floats only steer"
)]
mod base;
mod branch;
mod bundles;
mod conflict;
mod constraint;
mod core;
mod dual;
mod exact;
mod holder;
mod join;
mod kernel;
mod layout;
mod local;
mod math;
mod outcome;
mod perturb;
mod plan;
mod repair;
mod rich;
mod round;
mod run;
mod search;
mod sentence;
mod simplex;
mod state;
mod visits;

pub use outcome::{
    Conflict, ConflictReason, Effort, HolderResult, Outcome, Resource, Shortfall, Solution,
    SolveOptions, Threads,
};
pub use rich::{Outcome2, Solution2, Start2, solve2};
pub use run::{ReducedCost, reduced_costs, solve};

#[cfg(test)]
mod extremes;
#[cfg(test)]
mod tests;
