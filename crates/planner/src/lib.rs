//! Refresh planning: the problem, its solver, the certificate, the independent verifier and the reasons.

pub mod document;
