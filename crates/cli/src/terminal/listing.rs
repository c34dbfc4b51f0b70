//! Lists of rows, in every form that `--format` offers for them.

use std::io::{self, Write};

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
    presets,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::printable;
use crate::args::Format;

/// Columns under a ruled heading.
const RULED: TableStyle =
    presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─'));

/// The longest word that a column of words keeps whole.
const WORD: u16 = 16;

/// On which side of its column a cell stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers and money.
    Right,
}

/// Rows of named columns.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Listing {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<Value>>,
}

impl Listing {
    /// The forms that a listing has.
    pub const FORMATS: &'static [Format] =
        &[Format::Table, Format::Plain, Format::Json, Format::Ndjson, Format::Csv];

    /// A listing with these columns; a column's name is its heading and its key in JSON and CSV.
    pub fn new<'a>(columns: impl IntoIterator<Item = (&'a str, Align)>) -> Self {
        let columns = columns.into_iter().map(|(name, align)| (name.to_owned(), align)).collect();
        Self { columns, rows: Vec::new() }
    }

    /// A listing of typed rows; a column takes the value of the key that has its name, and unknown where there is none.
    pub fn of<'a, T: Serialize>(
        columns: impl IntoIterator<Item = (&'a str, Align)>,
        rows: &[T],
    ) -> Self {
        let mut listing = Self::new(columns);
        for row in rows {
            let object = serde_json::to_value(row).unwrap_or_default();
            let value = |(name, _): &(String, Align)| object.get(name).cloned().unwrap_or_default();
            listing.rows.push(listing.columns.iter().map(value).collect());
        }
        listing
    }

    /// Adds a row with one value a column; `Value::Null` is unknown.
    pub fn push(&mut self, row: Vec<Value>) {
        self.rows.push(row);
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows as JSON objects.
    pub fn objects(&self) -> impl Iterator<Item = Value> + '_ {
        self.rows.iter().map(|row| {
            let keys = self.columns.iter().map(|(name, _)| name.clone());
            Value::Object(keys.zip(row.iter().cloned()).collect::<Map<_, _>>())
        })
    }

    /// Writes every form but JSON, whose frame belongs to the command.
    ///
    /// # Errors
    /// When `out` refuses.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Csv => self.write_csv(out),
            Format::Ndjson => self.objects().try_for_each(|object| writeln!(out, "{object}")),
            Format::Plain => self.write_plain(out),
            _ => self.write_table(out),
        }
    }

    /// The columns, or a block for each row where the columns would not fit without cutting numbers.
    fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let cells: Vec<Vec<String>> =
            self.rows.iter().map(|row| self.columns.iter().zip(row).map(shown).collect()).collect();
        let least = self.least_widths(&cells);
        let mut table = Table::new();
        table.load_style(RULED).set_content_arrangement(ContentArrangement::Dynamic);
        let needed =
            least.iter().fold(0_u16, |all, width| all.saturating_add(*width).saturating_add(2));
        if table.width().is_some_and(|width| width < needed) {
            return self.write_blocks(&cells, out);
        }
        table.set_header(self.columns.iter().map(|(name, _)| heading(name)));
        table.add_rows(cells);
        for ((index, (_, align)), width) in self.columns.iter().enumerate().zip(least) {
            let Some(column) = table.column_mut(index) else { continue };
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(
                width.saturating_add(2),
            )));
            if *align == Align::Right {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// The narrowest that each column can be: numbers and codes stay whole, words may wrap.
    fn least_widths(&self, cells: &[Vec<String>]) -> Vec<u16> {
        let longest_word = |text: &str| text.split(' ').map(width).max().unwrap_or(0);
        let of_column = |(index, (name, align)): (usize, &(String, Align))| {
            let all = cells.iter().filter_map(|row| row.get(index));
            let least = match align {
                Align::Right => all.map(|cell| width(cell)).max(),
                Align::Left => all.map(|cell| longest_word(cell).min(WORD)).max(),
            };
            least.unwrap_or(0).max(longest_word(&heading(name)))
        };
        self.columns.iter().enumerate().map(of_column).collect()
    }

    fn write_blocks(&self, cells: &[Vec<String>], out: &mut dyn Write) -> io::Result<()> {
        let names: Vec<String> = self.columns.iter().map(|(name, _)| heading(name)).collect();
        let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        for (position, row) in cells.iter().enumerate() {
            if position > 0 {
                writeln!(out)?;
            }
            for (name, cell) in names.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
                writeln!(out, "{name:widest$}  {cell}")?;
            }
        }
        Ok(())
    }

    fn write_plain(&self, out: &mut dyn Write) -> io::Result<()> {
        for row in &self.rows {
            let words: Vec<String> = self
                .columns
                .iter()
                .zip(row)
                .filter(|(_, value)| !value.is_null())
                .map(|((name, _), value)| format!("{name}: {}", printable(&text(value))))
                .collect();
            writeln!(out, "{}", words.join(", "))?;
        }
        Ok(())
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.columns.iter().map(|(name, _)| name))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|value| neutralise(&text(value))))?;
        }
        writer.flush()
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A column's name for people.
fn heading(name: &str) -> String {
    name.replace('_', " ")
}

fn width(text: &str) -> u16 {
    u16::try_from(text.chars().count()).unwrap_or(u16::MAX)
}

/// A cell for people: numbers of more than four digits in groups of three.
fn shown(((_, align), value): (&(String, Align), &Value)) -> String {
    let text = printable(&text(value)).into_owned();
    if *align == Align::Left {
        return text;
    }
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if digits.len() < 5 || !is_number(digits) || !is_number(rest) {
        return text;
    }
    let mut grouped = String::from(sign);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && digits.len().saturating_sub(position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if text.contains('.') {
        grouped.push('.');
        grouped.push_str(rest);
    }
    grouped
}

/// Puts an apostrophe before text that a spreadsheet would run as a formula; plain numbers stay as they are.
pub fn neutralise(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']);
    let number = !text.is_empty()
        && text.strip_prefix('-').unwrap_or(text).parse::<rust_decimal::Decimal>().is_ok();
    if risky && !number { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listing() -> Listing {
        let mut listing = Listing::new([("asset", Align::Left), ("cost", Align::Right)]);
        listing.push(vec![json!("=cmd|x"), json!("12.50")]);
        listing.push(vec![json!("A\u{1b}2"), Value::Null]);
        listing
    }

    fn written(format: Format) -> String {
        let mut out = Vec::new();
        listing().write(format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn csv_cells_cannot_run_as_formulas() {
        assert_eq!(written(Format::Csv), "asset,cost\n'=cmd|x,12.50\nA\u{1b}2,\n");
        assert_eq!(neutralise("-3.5"), "-3.5");
        assert_eq!(neutralise("-3+x"), "'-3+x");
    }

    #[test]
    fn numbers_are_grouped_and_never_cut() {
        let cell = |text: &str| shown((&("cost".to_owned(), Align::Right), &json!(text)));
        assert_eq!(cell("2279188.55"), "2,279,188.55");
        assert_eq!(cell("-12345.00"), "-12,345.00");
        assert_eq!(cell("1234.50"), "1234.50");
        assert_eq!(cell("2027/28"), "2027/28");
        let mut blocks = Vec::new();
        let cells = vec![vec!["a".to_owned(), "2,279,188.55".to_owned()]];
        listing().write_blocks(&cells, &mut blocks).unwrap();
        assert_eq!(String::from_utf8(blocks).unwrap(), "asset  a\ncost   2,279,188.55\n");
    }

    #[test]
    fn every_form_has_every_row() {
        assert_eq!(
            written(Format::Ndjson),
            "{\"asset\":\"=cmd|x\",\"cost\":\"12.50\"}\n{\"asset\":\"A\\u001b2\",\"cost\":null}\n"
        );
        assert_eq!(written(Format::Plain), "asset: =cmd|x, cost: 12.50\nasset: A\\u{1b}2\n");
        insta::assert_snapshot!(written(Format::Table));
    }
}
