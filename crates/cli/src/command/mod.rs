//! One file a command.

pub mod completions;
pub mod explain;
pub mod man;
pub mod schema;
pub mod solve;
