//! Importers on whole files: real ones of the folder that `REFIT_SHARED` names, and hostile ones made from a seed.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a test that overflows fails, which is what a test is for"
)]

#[cfg(test)]
mod harness;
#[cfg(test)]
mod samples;
