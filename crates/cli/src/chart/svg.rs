//! Elements of SVG with escaped text.

use std::fmt::Write as _;

use super::{Chart, PALETTE};

/// Ink of text and axes.
pub(super) const INK: &str = "#212b32";
/// Lines of the grid.
pub(super) const GRID: &str = "#d8dde0";

/// A drawing in the making.
#[derive(Debug)]
pub(super) struct Svg {
    text: String,
}

/// On which side of its point a text stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    /// Begins a drawing of this size with its title, description and patterns.
    pub(super) fn begin(chart: &Chart, width: i64, height: i64) -> Self {
        let mut svg = Self { text: String::with_capacity(4096) };
        let id = chart.id;
        svg.raw(&format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-t {id}-d" font-family="Arial, sans-serif" font-size="14">"#
        ));
        svg.raw(&format!(r#"<title id="{id}-t">{}</title>"#, escape(&chart.title)));
        svg.raw(&format!(r#"<desc id="{id}-d">{}</desc>"#, escape(&chart.description)));
        svg.raw("<defs>");
        for (index, colour) in PALETTE.iter().enumerate() {
            let mark = match index {
                0 => "",
                1 => r##"<path d="M-2 2l4-4M0 8l8-8M6 10l4-4" stroke="#fff" stroke-width="1.5"/>"##,
                2 => r##"<circle cx="4" cy="4" r="1.5" fill="#fff"/>"##,
                _ => r##"<path d="M4 0v8" stroke="#fff" stroke-width="1.5"/>"##,
            };
            svg.raw(&format!(
                r#"<pattern id="{id}-p{index}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="{colour}"/>{mark}</pattern>"#
            ));
        }
        svg.raw("</defs>");
        svg
    }

    pub(super) fn line(&mut self, from: (i64, i64), to: (i64, i64), colour: &str, width: i64) {
        self.raw(&format!(
            r#"<path d="M{} {}L{} {}" stroke="{colour}" stroke-width="{width}" fill="none"/>"#,
            from.0, from.1, to.0, to.1
        ));
    }

    pub(super) fn polyline(&mut self, points: &[(i64, i64)], colour: &str, dashed: bool) {
        let mut path = String::new();
        for (x, y) in points {
            let step = if path.is_empty() { 'M' } else { 'L' };
            let _infallible = write!(path, "{step}{x} {y}");
        }
        let dash = if dashed { r#" stroke-dasharray="7 5""# } else { "" };
        self.raw(&format!(
            r#"<path d="{path}" stroke="{colour}" stroke-width="3" fill="none"{dash}/>"#
        ));
    }

    pub(super) fn dot(&mut self, at: (i64, i64), colour: &str, square: bool) {
        if square {
            let (x, y) = (at.0.saturating_sub(4), at.1.saturating_sub(4));
            self.raw(&format!(r#"<rect x="{x}" y="{y}" width="8" height="8" fill="{colour}"/>"#));
        } else {
            self.raw(&format!(r#"<circle cx="{}" cy="{}" r="5" fill="{colour}"/>"#, at.0, at.1));
        }
    }

    /// A rectangle in the colour and pattern of a series.
    pub(super) fn bar(&mut self, id: &str, series: usize, corner: (i64, i64), size: (i64, i64)) {
        let pattern = series.min(PALETTE.len().saturating_sub(1));
        self.raw(&format!(
            r##"<rect x="{}" y="{}" width="{}" height="{}" fill="url(#{id}-p{pattern})" stroke="#fff"/>"##,
            corner.0, corner.1, size.0, size.1
        ));
    }

    pub(super) fn label(&mut self, at: (i64, i64), anchor: Anchor, bold: bool, words: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        let weight = if bold { r#" font-weight="700""# } else { "" };
        self.raw(&format!(
            r#"<text x="{}" y="{}" fill="{INK}"{anchor}{weight}>{}</text>"#,
            at.0,
            at.1,
            escape(words)
        ));
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push_str("</svg>");
        self.text
    }

    fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }
}

/// The text without marks that XML reads.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
