//! Refresh planning: the problem, its solver, the certificate, the independent verifier and the reasons.

pub mod certificate;
pub mod document;
pub mod pln1;
pub mod solver;
pub mod verify;
