//! Outputs in files: one file or folder a format.

pub mod bid_html;
pub mod bid_lines;
pub mod bid_manifest;
pub mod bid_markdown;
pub mod bid_xlsx;
pub mod html;
pub mod junit;
pub mod oscal;
pub mod sarif;
pub mod text;
pub mod xccdf;
mod xml;
