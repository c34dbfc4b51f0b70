//! Refresh planning: the problem, its solver, the certificate, the independent verifier and the reasons.
//!
//! - [`input`]: the files that people write for the planner.
//! - [`model`]: from estate and files to the planning problem.
//! - [`pln1`]: the planning problem in integers, and its folder of open files.
//! - [`solver`]: the decomposition per budget holder; [`certificate`]: its proof; [`verify`]: the independent judge.
//! - [`reason`]: why a device is replaced in its year, or waits.
//! - [`document`]: the plan as `plan.json`.
//! - [`conflict`]: why no plan exists; [`forecast`]: what falls due with no limit on money.
//! - [`codes`]: the permanent codes of the planner's problems.

pub mod certificate;
pub mod codes;
pub mod conflict;
pub mod document;
#[cfg(test)]
mod fixture;
pub mod forecast;
pub mod input;
pub mod model;
pub mod pln1;
pub mod pln2;
pub mod reason;
pub mod solver;
pub mod verify;
