//! CSV files that profiles refer to, with their hash.

use diagnostic::{Diagnostic, Place, Source};
use sha2::{Digest as _, Sha256};

use crate::codes;

/// The SHA-256 of a text in small hexadecimal digits, as `sha256sum` prints it.
pub fn sha256_hex(text: &str) -> String {
    use std::fmt::Write as _;
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a string cannot fail.
        let _written = write!(hex, "{byte:02x}");
    }
    hex
}

/// The records of a CSV file, restricted to named columns.
#[derive(Debug)]
pub(crate) struct TableFile {
    /// One entry a record: its line, and its cells in the order of the columns asked for.
    pub(crate) records: Vec<(u32, Vec<String>)>,
}

impl TableFile {
    /// Reads the named columns; a column that is absent and every malformed record is a problem.
    pub(crate) fn read(
        source: &Source,
        columns: &[&str],
        optional: &[&str],
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(source.text().trim_start_matches('\u{feff}').as_bytes());
        let headers = match reader.headers() {
            Ok(headers) => headers.clone(),
            Err(error) => {
                problems.push(bad(source, None, format!("not a CSV file: {error}")));
                return None;
            }
        };
        let position = |name: &str| headers.iter().position(|header| header == name);
        let absent: Vec<&str> =
            columns.iter().copied().filter(|name| position(name).is_none()).collect();
        if !absent.is_empty() {
            let found: Vec<&str> = headers.iter().collect();
            problems.push(
                bad(source, Some(1), format!("lacks the column {}", absent.join(", ")))
                    .help(format!("columns found: {}", found.join(", "))),
            );
            return None;
        }
        let positions: Vec<Option<usize>> =
            columns.iter().chain(optional).map(|name| position(name)).collect();
        let mut records = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    let cell = |at: &Option<usize>| {
                        at.and_then(|at| record.get(at)).unwrap_or_default().to_owned()
                    };
                    let line = u32::try_from(line).unwrap_or(u32::MAX);
                    records.push((line, positions.iter().map(cell).collect()));
                }
                Err(error) => {
                    let line = error.position().map(csv::Position::line);
                    let line = line.and_then(|line| u32::try_from(line).ok());
                    problems.push(bad(source, line, format!("unreadable record: {error}")));
                }
            }
        }
        Some(Self { records })
    }
}

fn bad(source: &Source, line: Option<u32>, message: String) -> Diagnostic {
    let place =
        line.map_or_else(|| source.whole(), |line| Place::record(source.name(), line, None));
    Diagnostic::error(codes::TABLE_FILE, message)
        .at(place)
        .help("mend the file; it is a CSV with a header line")
}
