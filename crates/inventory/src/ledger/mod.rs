//! The ledger: what was done to an estate, in order, provably.
//!
//! Every change is a [`Command`] and the events that came of it. Events are bytes that are hashed as they stand into the
//! tree of RFC 6962 ([`tree`]); the tables of a store are what the events add up to (`fold`, `log`) and are compared with
//! them by an audit. Signed heads of the tree ([`note`]) and proofs ([`proof`]) can be checked without the estate.

mod append;
mod bytes;
mod command;
mod describe;
mod event;
mod fold;
mod log;
pub mod note;
mod precedence;
pub mod proof;
pub(crate) mod records;
mod replay;
mod select;
mod table;
pub mod tree;

pub use command::{Command, LoggedCommand};
pub use describe::{Described, describe};
pub use event::Fields;
pub use fold::{Merged, Other, Others, Rules};
pub use precedence::Precedence;
pub use replay::{Finding, Head, Summary};
pub use select::{Moment, instant};

pub(crate) use append::{Appender, Page};
pub(crate) use event::{Body, Cells};
pub(crate) use fold::{adds_nothing, first, merge};
pub(crate) use log::{Log, Owned, Pages, Tables};
pub use precedence::SETTING as PRECEDENCE;
pub(crate) use replay::{LogAudit, Replay, organisations, push, register};
pub(crate) use select::Selection;
pub(crate) use table::Table;
