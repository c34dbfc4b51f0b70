//! Organisations with effective dates.

mod record;
mod tree;

pub use record::{Link, OrgKind, Organisation, Relation};
pub use tree::OrgTree;
