//! solver docs
#![expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::needless_range_loop,
    clippy::float_cmp,
    clippy::inline_always,
    reason = "numeric kernel: sizes and ranges are invariants of Problem; floats only steer"
)]
mod bundles;
mod conflict;
mod core;
mod dual;
mod exact;
mod holder;
mod kernel;
mod layout;
mod math;
mod outcome;
mod perturb;
mod plan;
mod repair;
mod round;
mod run;
mod search;
mod sentence;
mod visits;

pub use outcome::{
    Conflict, ConflictReason, Effort, HolderResult, Outcome, Resource, Shortfall, Solution,
    SolveOptions, Threads,
};
pub use run::{ReducedCost, reduced_costs, solve};
