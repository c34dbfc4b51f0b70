//! End-to-end tests: the `refit` binary as people and scripts call it.
//!
//! - [`runner`]: one estate in a temporary folder, commands, goldens.
//! - [`cli_reference`], [`schemas`], [`catalogue`], [`readme`], [`docs`]: what is written agrees with what the program does.
//! - [`outputs`]: every command's JSON, judged by its schema. [`demo`]: the first command that people try.
//! - [`tidy`]: the rules of the house that no lint knows.
//! - [`journey`], [`determinism`]: a small dirty estate from file to bid, and the same bytes whatever the order.
//! - [`estate_file`]: the one file of an estate, newer, damaged, copied.
//! - [`real_estate`], [`pln1`]: the real register and planning problems of the folder that `REFIT_SHARED` names.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a test that overflows fails, which is what a test is for"
)]

#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod check;
#[cfg(test)]
mod cli_reference;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod determinism;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod estate_file;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod outputs;
#[cfg(test)]
mod pln1;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod real_estate;
#[cfg(test)]
mod runner;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod tidy;
