//! A table that screen readers and printers understand.

use askama::Template;

use super::escape;
use crate::bid::pounds::{Pounds, grouped};

/// On which side of its column a cell stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// Words.
    Words,
    /// Numbers and money.
    Number,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// Its side.
    pub align: Align,
}

impl Column {
    /// A column of words.
    pub fn words(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), align: Align::Words }
    }

    /// A column of numbers.
    pub fn number(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), align: Align::Number }
    }

    /// True for numbers.
    pub fn is_number(&self) -> bool {
        self.align == Align::Number
    }
}

/// A cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    text: String,
    /// The machine's form of the text, and the name under which a checker finds it.
    stated: Option<(String, i64)>,
    alarm: bool,
}

impl Cell {
    /// Words.
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), stated: None, alarm: false }
    }

    /// A count.
    pub fn count(count: u64) -> Self {
        Self::words(grouped(count))
    }

    /// An amount.
    pub fn money(amount: Pounds) -> Self {
        Self::words(amount.to_string())
    }

    /// An amount that a checker can find under this id, in pence.
    pub fn stated_money(id: impl Into<String>, amount: Pounds) -> Self {
        Self { stated: Some((id.into(), amount.pence())), ..Self::money(amount) }
    }

    /// A count that a checker can find under this id.
    pub fn stated_count(id: impl Into<String>, count: u64) -> Self {
        let value = i64::try_from(count).unwrap_or(i64::MAX);
        Self { stated: Some((id.into(), value)), ..Self::count(count) }
    }

    /// A cell that calls for attention, in words and colour, when `alarm` holds.
    #[must_use]
    pub fn alarm_if(mut self, alarm: bool) -> Self {
        self.alarm = alarm;
        self
    }

    /// The element for column `index`; the first column heads its row.
    pub fn html(&self, index: usize, columns: &[Column]) -> String {
        let number = columns.get(index).is_some_and(Column::is_number);
        let class = match (number, self.alarm) {
            (true, true) => r#" class="n alarm""#,
            (true, false) => r#" class="n""#,
            (false, true) => r#" class="alarm""#,
            (false, false) => "",
        };
        let text = escape(&self.text);
        let inner = match &self.stated {
            Some((id, value)) => {
                format!(r#"<data id="{}" value="{value}">{text}</data>"#, escape(id))
            }
            None => text,
        };
        if index == 0 {
            format!(r#"<th scope="row"{class}>{inner}</th>"#)
        } else {
            format!("<td{class}>{inner}</td>")
        }
    }
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "table.html")]
pub struct HtmlTable {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    foot: Vec<Cell>,
    dense: bool,
}

impl HtmlTable {
    /// A table with this caption and these columns.
    pub fn new(caption: impl Into<String>, columns: Vec<Column>) -> Self {
        Self { caption: caption.into(), columns, rows: Vec::new(), foot: Vec::new(), dense: false }
    }

    /// Adds a row, one cell a column.
    pub fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// Sets the row of totals.
    pub fn foot(&mut self, row: Vec<Cell>) {
        self.foot = row;
    }

    /// Smaller type, for tables of many columns.
    #[must_use]
    pub fn dense(mut self) -> Self {
        self.dense = true;
        self
    }

    fn cell(&self, cell: &Cell, index: usize) -> String {
        cell.html(index, &self.columns)
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_headed_aligned_and_escaped() {
        let mut table =
            HtmlTable::new("Spend <now>", vec![Column::words("Site"), Column::number("Pounds")]);
        table.push(vec![
            Cell::words("<script>alert('x')</script>"),
            Cell::stated_money("spend\"x", Pounds::from_pence(-123)).alarm_if(true),
        ]);
        insta::assert_snapshot!(table.render().unwrap());
    }
}
