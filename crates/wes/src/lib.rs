//! Warranted environment specifications: profiles, rules and verdicts through time.
//!
//! A *profile* (TOML) extends others and holds rules over the fields of the catalogue. [`Compiled::load`] reads it with
//! its parents and files and reports every problem; [`judge()`] says what every rule says of every device, on every day.
//! The crate is pure: the caller hands it texts through [`Resolver`], and no clock, file or thread count changes a verdict.
//!
//! - [`Outcome`], [`Timeline`], [`Steps`]: verdicts on a day and through time; an unknown is never a pass.
//! - [`judge()`]: all rules over the columns of a register, once per distinct combination of values.
//! - [`shipped`]: the profiles and tables that come with Refit.
//! - [`codes`]: what can be wrong with a profile.

pub mod assign;
pub mod codes;
mod compile;
mod condition;
pub mod cpu;
pub mod diff;
mod explain;
mod explain_field;
mod facts;
pub mod group;
mod judge;
pub mod lifecycle;
pub mod list;
pub mod lock;
pub mod mutate;
mod node;
mod outcome;
mod period;
mod predicate;
mod profile;
mod profile_test;
mod profile_version;
mod raw;
mod resolve;
mod rule;
pub mod shipped;
mod steps;
mod table_file;
mod tier;
mod truth;
pub mod waiver;

pub use explain::{Comparison, Explanation, TierExplanation};
pub use facts::{FactSet, Facts};
pub use judge::{Judged, RuleJudgement, judge};
pub use outcome::{Compliance, Outcome, Timeline, YearShare};
pub use period::Period;
pub use predicate::PredicateKind;
pub use profile::{Compiled, Effective, Input, Layer, Resolver};
pub use profile_test::TestResult;
pub use profile_version::ProfileVersion;
pub use rule::{
    Basis, OnMissing, Relaxation, Remedy, RemedyKind, Rule, RuleSeverity, RuleSource, Touch,
};
pub use steps::Steps;
pub use table_file::sha256_hex;
pub use tier::Tier;
pub(crate) use tier::Tiered;
pub use truth::Truth;
pub use waiver::{Applied, Subjects, Waiver, Waivers};
