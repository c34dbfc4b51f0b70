//! Refresh planning: the problem, its solver, the certificate and an independent verifier.

pub mod certificate;
pub mod pln1;
pub mod solver;
pub mod verify;
