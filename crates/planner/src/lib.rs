//! Refresh planning: the problem, its solver, the certificate, the independent verifier and the reasons.
//!
//! - [`input`]: the files that people write for the planner.
//! - [`pln1`]: the planning problem in integers, and its folder of open files.
//! - [`solver`]: the decomposition per budget holder; [`certificate`]: its proof; [`verify`]: the independent judge.
//! - [`document`]: the plan as `plan.json`.
//! - [`codes`]: the permanent codes of the planner's problems.

pub mod certificate;
pub mod codes;
pub mod document;
pub mod input;
pub mod pln1;
pub mod solver;
pub mod verify;
