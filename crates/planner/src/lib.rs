//! Refresh planning: the problem, its solver, the certificate, the independent verifier and the reasons.
//!
//! - [`input`]: the files that people write for the planner.
//! - [`document`]: the plan as `plan.json`.
//! - [`codes`]: the permanent codes of the planner's problems.

pub mod codes;
pub mod document;
pub mod input;
