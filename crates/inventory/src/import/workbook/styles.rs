//! What the number formats of cells say a number is.

use std::collections::BTreeSet;

use quick_xml::events::Event;

use super::book::wrong;
use super::zip::Archive;
use super::{BookFault, attribute, open_part};

const STYLES: &str = "xl/styles.xml";

/// What a number is shown as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Shown {
    /// A plain number.
    #[default]
    Number,
    /// A day.
    Date,
    /// A share, a hundred times as large as it is stored.
    Percent,
}

/// What each cell style shows.
#[derive(Debug, Default)]
pub(super) struct Styles {
    shown: Vec<Shown>,
}

impl Styles {
    /// What a style shows numbers as.
    pub(super) fn shown(&self, style: usize) -> Shown {
        self.shown.get(style).copied().unwrap_or_default()
    }
}

/// Reads the styles; a workbook without them shows plain numbers.
pub(super) fn read(archive: &Archive) -> Result<Styles, BookFault> {
    let mut styles = Styles::default();
    let Some(mut reader) = open_part(archive, STYLES) else { return Ok(styles) };
    // Built-in formats 14 to 22 and 45 to 47 are dates and times, 9 and 10 percentages; 27 to 36 and 50 to 58 are dates of
    // East Asian Excel (ECMA-376, part 1, 18.8.30).
    let mut dates: BTreeSet<u32> = (14..=22).chain(27..=36).chain(45..=47).chain(50..=58).collect();
    let mut percents: BTreeSet<u32> = [9, 10].into();
    let mut in_cells = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Err(error) => return Err(wrong(STYLES, &error)),
            Ok(Event::DocType(_)) => return Err(wrong(STYLES, &"it declares a document type")),
            Ok(Event::Eof) => return Ok(styles),
            Ok(Event::End(end)) if end.local_name().into_inner() == "cellXfs" => in_cells = false,
            Ok(Event::Start(start) | Event::Empty(start)) => {
                let id = || attribute(&start, "numFmtId").and_then(|id| id.parse::<u32>().ok());
                match start.local_name().into_inner() {
                    "numFmt" => {
                        let code = attribute(&start, "formatCode").unwrap_or_default();
                        if let Some(id) = id() {
                            dates.remove(&id);
                            percents.remove(&id);
                            match shows(&code) {
                                Shown::Date => drop(dates.insert(id)),
                                Shown::Percent => drop(percents.insert(id)),
                                Shown::Number => {}
                            }
                        }
                    }
                    "cellXfs" => in_cells = true,
                    "xf" if in_cells && styles.shown.len() < 65_536 => {
                        let id = id().unwrap_or(0);
                        styles.shown.push(if dates.contains(&id) {
                            Shown::Date
                        } else if percents.contains(&id) {
                            Shown::Percent
                        } else {
                            Shown::Number
                        });
                    }
                    _ => {}
                }
            }
            Ok(_) => {}
        }
    }
}

/// What a format code shows: letters of dates outside quotation marks and brackets make a date.
fn shows(code: &str) -> Shown {
    let mut letters = code.chars();
    let mut percent = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' => drop(letters.by_ref().find(|letter| *letter == '"')),
            '[' => drop(letters.by_ref().find(|letter| *letter == ']')),
            '\\' | '_' | '*' => drop(letters.next()),
            'y' | 'Y' | 'd' | 'D' | 'm' | 'M' => return Shown::Date,
            '%' => percent = true,
            ';' => break,
            _ => {}
        }
    }
    if percent { Shown::Percent } else { Shown::Number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_codes_tell_dates_from_numbers() {
        for date in ["dd/mm/yyyy", "yyyy\\-mm\\-dd", "[$-809]d mmmm yyyy", "mm-dd-yy;@"] {
            assert_eq!(shows(date), Shown::Date, "{date}");
        }
        for number in
            ["0.00", "#,##0.00 \"days\"", "[Red]0", "\"£\"#,##0.00", "General", "_-* #,##0_-"]
        {
            assert_eq!(shows(number), Shown::Number, "{number}");
        }
        assert_eq!(shows("0.0%"), Shown::Percent);
    }
}
