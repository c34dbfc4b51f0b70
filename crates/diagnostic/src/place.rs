//! Where in which file something stands.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The name and text of a file that people wrote.
///
/// Cheap to clone. The text is kept so that a renderer can show the offending line.
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
}

impl Source {
    /// Names a text; `name` is the path as the user gave it.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// The path as the user gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column (both from 1, columns in characters) of a byte offset; offsets past the end give the end.
    pub fn line_column(&self, offset: usize) -> (u32, u32) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        let before = self.text.get(..end).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let line = before.bytes().filter(|&byte| byte == b'\n').count().saturating_add(1);
        let column = before.get(line_start..).unwrap_or_default().chars().count().saturating_add(1);
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// The place of a byte range.
    pub fn place(&self, span: Range<usize>) -> Place {
        let (line, column) = self.line_column(span.start);
        Place {
            file: self.name.clone(),
            line: Some(line),
            column: Some(Column::Number(column)),
            sheet: None,
            span: Some((self.clone(), span)),
        }
    }

    /// The file as a whole, for problems that have no line of their own.
    pub fn whole(&self) -> Place {
        Place::file(self.name.clone())
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A column of a text file (character number) or of a table (its header).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Column {
    /// The character in the line, from 1.
    Number(u32),
    /// The header of a table's column.
    Header(Arc<str>),
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Header(header) => f.write_str(header),
        }
    }
}

/// A position in a file: shown as `file:line:column`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The path as the user gave it.
    pub file: Arc<str>,
    /// Line of a text file, or row of a table as a spreadsheet shows it; from 1.
    pub line: Option<u32>,
    /// Column of the text or of the table.
    pub column: Option<Column>,
    /// Sheet of a workbook.
    pub sheet: Option<Arc<str>>,
    /// The byte range and its text, where an excerpt can be shown.
    pub span: Option<(Source, Range<usize>)>,
}

impl Place {
    /// A whole file.
    pub fn file(name: impl Into<Arc<str>>) -> Self {
        Self { file: name.into(), line: None, column: None, sheet: None, span: None }
    }

    /// A record of a table by its line (from 1), and the header of the column where one is to blame.
    pub fn record(name: impl Into<Arc<str>>, line: u32, header: Option<&str>) -> Self {
        Self {
            file: name.into(),
            line: Some(line),
            column: header.map(|header| Column::Header(header.into())),
            sheet: None,
            span: None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(sheet) = &self.sheet {
            write!(f, ":{sheet}")?;
        }
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ":{column}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_and_column_count_characters_from_one() {
        let source = Source::new("a.toml", "x = 1\nprix = \"£5\"\n");
        assert_eq!(source.line_column(0), (1, 1));
        assert_eq!(source.line_column(6), (2, 1));
        assert_eq!(source.line_column(16), (2, 10), "the pound sign is one column and two bytes");
        assert_eq!(
            source.line_column(15),
            (2, 9),
            "an offset inside a character is that character"
        );
        assert_eq!(source.line_column(999), (3, 1));
    }

    #[test]
    fn places_print_position_first() {
        assert_eq!(
            Place::record("estate.csv", 214, Some("ram_gib")).to_string(),
            "estate.csv:214:ram_gib"
        );
        assert_eq!(Source::new("p.toml", "a\nb").place(2..3).to_string(), "p.toml:2:1");
    }
}
