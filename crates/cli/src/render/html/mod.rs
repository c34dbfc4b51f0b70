//! What every HTML report shares: tables with captions and headings, escaped text, and one style sheet.

mod table;

pub use table::{Align, Cell, Column, HtmlTable};

/// The style sheet of every report: its own, in the spirit of NHS design, without marks, fonts or requests.
pub const STYLE: &str = include_str!("../../../templates/report.css");

/// Text for HTML, also within attributes.
pub fn escape(text: &str) -> String {
    askama::filters::escape(text, askama::filters::Html)
        .map_or_else(|never| match never {}, |escaped| escaped.to_string())
}
