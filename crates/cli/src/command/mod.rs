//! One file a command.

pub mod assets;
pub mod bid;
pub mod completions;
pub mod db;
pub mod doctor;
pub mod explain;
pub mod export;
pub mod import;
pub mod man;
pub mod orgs;
pub mod schema;
pub mod solve;
