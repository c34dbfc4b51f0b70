//! Formats.

pub mod text;
