//! Lists of rows, in every form that `--format` offers for them.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Map, Value};

use super::printable;
use crate::args::Format;

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

    /// A listing of records: the values of each record's JSON object under the columns' names.
    pub fn of<'a, T: serde::Serialize>(
        columns: impl IntoIterator<Item = (&'a str, Align)>,
        records: impl IntoIterator<Item = T>,
    ) -> Self {
        let mut listing = Self::new(columns);
        for record in records {
            let object = serde_json::to_value(record).unwrap_or_default();
            let cell = |(name, _): &(String, Align)| object.get(name).cloned().unwrap_or_default();
            let row = listing.columns.iter().map(cell).collect();
            listing.rows.push(row);
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
            _ => writeln!(out, "{}", self.table()),
        }
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table
            .load_style(presets::UTF8_HORIZONTAL_ONLY)
            .set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(self.columns.iter().map(|(name, _)| name));
        for row in &self.rows {
            table.add_row(row.iter().map(|value| printable(&text(value)).into_owned()));
        }
        for (index, (_, align)) in self.columns.iter().enumerate() {
            if let (Align::Right, Some(column)) = (align, table.column_mut(index)) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table
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
    fn every_form_has_every_row() {
        assert_eq!(
            written(Format::Ndjson),
            "{\"asset\":\"=cmd|x\",\"cost\":\"12.50\"}\n{\"asset\":\"A\\u001b2\",\"cost\":null}\n"
        );
        assert_eq!(written(Format::Plain), "asset: =cmd|x, cost: 12.50\nasset: A\\u{1b}2\n");
        insta::assert_snapshot!(written(Format::Table));
    }
}
