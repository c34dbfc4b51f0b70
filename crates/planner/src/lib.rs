//! Refresh planning: the problem, its solver, the certificate, the independent verifier and the reasons.
//!
//! - [`input`]: the files that people write for the planner.
//! - [`model`]: from estate and files to the planning problem.
//! - [`pln1`]: the planning problem in integers, and its folder of open files.
//! - [`solver`]: the decomposition per budget holder; [`certificate`]: its proof; [`verify`]: the independent judge.
//! - [`reason`]: why a device is replaced in its year, or waits.
//! - [`document`]: the plan as `plan.json`.
//! - [`conflict`]: why no plan exists; [`forecast`]: what falls due with no limit on money.
//! - [`measure`]: what a schedule does in pounds and device-years; [`customary`]: what rules of thumb would do;
//!   [`whatif`]: the same estate with other weights, money or dates; [`reserve`]: what late money could buy.
//! - [`turn`]: why a device has its year, what it displaced and what would bring it forward.
//! - [`difference`]: what changed between two plans, with a reason each; [`approval`]: who approved a plan;
//!   [`commitments`]: what an approved plan has decided for the next.
//! - [`calendar`]: a plan's work in months, visits and order dates.
//! - [`codes`]: the permanent codes of the planner's problems.

pub mod approval;
pub mod calendar;
pub mod certificate;
pub mod codes;
pub mod commitments;
pub mod conflict;
pub mod customary;
pub mod difference;
pub mod document;
#[cfg(test)]
mod fixture;
pub mod forecast;
pub mod input;
pub mod measure;
pub mod model;
mod obligation;
pub mod pln1;
pub mod pln2;
pub mod reason;
pub mod reserve;
pub mod solver;
pub mod turn;
pub mod verify;
pub mod whatif;
