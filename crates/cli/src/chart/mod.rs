//! Charts as SVG, written by hand: text that screen readers read, patterns beside colours, labels at what they name.
//!
//! Values are integers (pence, devices), so a chart is the same bytes everywhere. A page shows the numbers in a table under
//! each chart. The palette is the Government Analysis Function's, chosen for contrast with white and between neighbours.

mod axis;
mod bars;
mod lines;
mod stacked;
mod svg;

pub use bars::bars;
pub use lines::lines;
pub use stacked::stacked;

/// Colours of the first four series.
pub const PALETTE: [&str; 4] = ["#12436D", "#28A197", "#801650", "#F46A25"];

/// Numbers under one name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Series {
    /// What they are.
    pub name: String,
    /// One a category; missing ones count as 0.
    pub values: Vec<i64>,
}

/// What a chart shows.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Unique within the page, of letters, digits and hyphens: names the patterns.
    pub id: &'static str,
    /// The title that screen readers announce.
    pub title: String,
    /// What the chart says, in a sentence or two.
    pub description: String,
    /// The categories, in order.
    pub categories: Vec<String>,
    /// What is drawn; at most four series have colours of their own.
    pub series: Vec<Series>,
    /// How a value is written.
    pub write: fn(i64) -> String,
}

impl Series {
    fn value(&self, category: usize) -> i64 {
        self.values.get(category).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
