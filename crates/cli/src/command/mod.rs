//! One file a command.

pub mod assets;
pub mod audit;
pub mod bid;
pub mod check;
pub mod compare;
pub mod completions;
pub mod db;
pub mod demo;
pub mod doctor;
pub mod explain;
pub mod export;
pub mod forecast;
pub mod generate;
pub mod import;
pub mod init;
pub mod man;
pub mod orgs;
pub mod plan;
pub mod quality;
pub mod schema;
pub mod solve;
pub mod wes;
