//! Cuts a text into records and cells by the rules of RFC 4180, strictly.
//!
//! Unlike a lenient reader it reports a quoted cell that never ends and text after a closing quotation mark, knows the
//! physical line on which a record starts (blank lines and line breaks within cells counted), and stops keeping a cell or
//! row that passes the limits, so that a missing quotation mark in a large file does not fill the memory.

use std::io::Read;

use super::input::{InputBytes, InputError};
use super::{MAX_CELL_CHARS, MAX_COLUMNS};

const MAX_CELL_BYTES: usize = MAX_CELL_CHARS * 4;

/// What is wrong with the shape of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    UnclosedQuote,
    TextAfterQuote,
    CellTooLong,
    TooManyColumns,
    Nul,
    /// A cell of a workbook names a shared text that the workbook lacks.
    NoSuchText,
    /// A cell of a workbook shows an error such as `#N/A`.
    ErrorCell,
    /// A formula of a workbook was saved without its result.
    NoResult,
}

/// One record: its cells as bytes, and the line on which it starts.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// The physical line, from 1.
    pub(super) line: u32,
    /// What is wrong with its shape, if anything.
    pub(super) fault: Option<Fault>,
    /// What the source says its cells are; cells beyond the list are texts.
    pub(super) types: Vec<CellType>,
}

/// What a source says that a cell is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum CellType {
    /// Characters as somebody typed them, or a format without types.
    #[default]
    Text,
    /// A number: what looks like an identifier has lost leading zeros, or digits beyond the fifteenth.
    Number,
    /// A day of a workbook, written as ISO 8601.
    Date,
}

impl Record {
    /// Number of cells.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a cell.
    pub(super) fn cell(&self, index: usize) -> &[u8] {
        let end = self.ends.get(index).copied().unwrap_or(0);
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.bytes.get(start.unwrap_or(0)..end).unwrap_or_default()
    }

    /// All cells' bytes, one after the other.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What the source says a cell is.
    pub(super) fn cell_type(&self, index: usize) -> CellType {
        self.types.get(index).copied().unwrap_or_default()
    }

    /// Begins a record of cells that are UTF-8 already.
    pub(super) fn begin(&mut self, line: u32) {
        self.clear();
        self.line = line;
    }

    /// Appends a whole cell.
    pub(super) fn push(&mut self, text: &str, cell_type: CellType) {
        self.append(text.as_bytes());
        if cell_type != CellType::Text {
            self.types.resize(self.ends.len(), CellType::Text);
            self.types.push(cell_type);
        }
        self.end_cell();
    }

    /// Puts other cells in the place of these.
    pub(super) fn replace(&mut self, cells: impl IntoIterator<Item = String>) {
        self.bytes.clear();
        self.ends.clear();
        for cell in cells {
            self.bytes.extend_from_slice(cell.as_bytes());
            self.ends.push(self.bytes.len());
        }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.types.clear();
        self.fault = None;
    }

    pub(super) fn fail(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }

    fn append(&mut self, bytes: &[u8]) {
        let cell = self.bytes.len().saturating_sub(self.ends.last().copied().unwrap_or(0));
        if cell.saturating_add(bytes.len()) > MAX_CELL_BYTES {
            self.fail(Fault::CellTooLong);
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn end_cell(&mut self) {
        if self.ends.len() < MAX_COLUMNS {
            self.ends.push(self.bytes.len());
        } else {
            self.fail(Fault::TooManyColumns);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartOfRecord,
    StartOfCell,
    Unquoted,
    Quoted,
    AfterQuote,
}

/// The records of a text.
pub(super) struct Records<R> {
    input: InputBytes<R>,
    buffer: Vec<u8>,
    at: usize,
    delimiter: u8,
    line: u32,
    after_return: bool,
}

impl<R: Read> Records<R> {
    pub(super) fn new(input: InputBytes<R>, delimiter: u8) -> Self {
        Self { input, buffer: Vec::new(), at: 0, delimiter, line: 1, after_return: false }
    }

    /// The bytes not yet read, and their hash.
    pub(super) fn into_input(self) -> InputBytes<R> {
        self.input
    }

    /// Reads the next record that is not a blank line; false at the end.
    pub(super) fn next(&mut self, record: &mut Record) -> Result<bool, InputError> {
        record.clear();
        let mut state = State::StartOfRecord;
        loop {
            if self.at >= self.buffer.len() {
                self.buffer.clear();
                self.at = 0;
                if !self.input.fill(&mut self.buffer)? {
                    break;
                }
                continue;
            }
            if self.step(record, &mut state) {
                if record.bytes.contains(&0) {
                    record.fail(Fault::Nul);
                }
                return Ok(true);
            }
        }
        if state == State::StartOfRecord {
            return Ok(false);
        }
        if state == State::Quoted {
            record.fail(Fault::UnclosedQuote);
        }
        record.end_cell();
        if record.bytes.contains(&0) {
            record.fail(Fault::Nul);
        }
        Ok(true)
    }

    /// Consumes a run of bytes that mean the same; true when the record is complete.
    fn step(&mut self, record: &mut Record, state: &mut State) -> bool {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let delimiter = self.delimiter;
        let run = match *state {
            State::Unquoted | State::StartOfCell => rest
                .iter()
                .position(|&byte| byte == delimiter || byte == b'\n' || byte == b'\r')
                .unwrap_or(rest.len()),
            State::Quoted => rest.iter().position(|&byte| byte == b'"').unwrap_or(rest.len()),
            State::StartOfRecord | State::AfterQuote => 0,
        };
        let starts_quoted = *state == State::StartOfCell && rest.first() == Some(&b'"');
        if run > 0 && !starts_quoted {
            let bytes = rest.get(..run).unwrap_or_default();
            record.append(bytes);
            if *state == State::Quoted {
                self.line = self.line.saturating_add(line_breaks(bytes, &mut self.after_return));
            } else {
                *state = State::Unquoted;
                self.after_return = false;
            }
            self.at = self.at.saturating_add(run);
            return false;
        }
        let byte = rest.first().copied().unwrap_or(b'\n');
        self.single(byte, record, state)
    }

    /// Handles one byte that changes the state; true when the record is complete.
    fn single(&mut self, byte: u8, record: &mut Record, state: &mut State) -> bool {
        let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
        let is_break = byte == b'\n' || byte == b'\r';
        if *state == State::StartOfRecord {
            if is_break {
                self.at = self.at.saturating_add(1);
                if byte == b'\r' || !after_return {
                    self.line = self.line.saturating_add(1);
                }
                return false;
            }
            record.line = self.line;
            *state = State::StartOfCell;
            return false;
        }
        self.at = self.at.saturating_add(1);
        if is_break && *state != State::Quoted {
            record.end_cell();
            self.line = self.line.saturating_add(1);
            return true;
        }
        *state = match (*state, byte) {
            (State::StartOfCell, b'"') => State::Quoted,
            (State::Quoted, _) => State::AfterQuote,
            (State::AfterQuote, b'"') => {
                record.append(b"\"");
                State::Quoted
            }
            (_, byte) if byte == self.delimiter => {
                record.end_cell();
                State::StartOfCell
            }
            (State::AfterQuote, byte) => {
                record.fail(Fault::TextAfterQuote);
                record.append(&[byte]);
                State::Unquoted
            }
            (_, byte) => {
                record.append(&[byte]);
                State::Unquoted
            }
        };
        false
    }
}

fn line_breaks(bytes: &[u8], after_return: &mut bool) -> u32 {
    let mut count = 0_u32;
    for &byte in bytes {
        if byte == b'\r' || (byte == b'\n' && !*after_return) {
            count = count.saturating_add(1);
        }
        *after_return = byte == b'\r';
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &[u8]) -> Vec<(u32, Vec<String>, Option<Fault>)> {
        let mut records = Records::new(InputBytes::new(text), b',');
        let mut record = Record::default();
        let mut all = Vec::new();
        while records.next(&mut record).unwrap() {
            let cells = (0..record.len())
                .map(|index| String::from_utf8_lossy(record.cell(index)).into_owned())
                .collect();
            all.push((record.line, cells, record.fault));
        }
        all
    }

    fn cells(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn lines_are_physical_lines() {
        let text = b"a,b\r\n\r\n1,\"x\r\ny\"\r\n2,z\n\n\n3,w";
        assert_eq!(
            all(text),
            [
                (1, cells(&["a", "b"]), None),
                (3, cells(&["1", "x\r\ny"]), None),
                (5, cells(&["2", "z"]), None),
                (8, cells(&["3", "w"]), None),
            ]
        );
        assert_eq!(all(b"a\rb\r").last(), Some(&(2, cells(&["b"]), None)));
    }

    #[test]
    fn quotation_marks_that_do_not_match_are_reported() {
        assert_eq!(all(b"\"a\"b,c\n")[0].2, Some(Fault::TextAfterQuote));
        assert_eq!(
            all(b"x\n\"a,b\nc,d\n")[1],
            (2, cells(&["a,b\nc,d\n"]), Some(Fault::UnclosedQuote))
        );
        assert_eq!(
            all(b"5\" disk,\"say \"\"hi\"\"\"\n")[0],
            (1, cells(&["5\" disk", "say \"hi\""]), None)
        );
    }

    #[test]
    fn limits_are_faults_and_bound_what_is_kept() {
        let long = vec![b'x'; MAX_CELL_BYTES + 10];
        let found = all(&long);
        assert_eq!(found[0].2, Some(Fault::CellTooLong));
        let wide = vec![b','; 300];
        assert_eq!(all(&wide)[0].2, Some(Fault::TooManyColumns));
        assert_eq!(all(b"a\0b\n")[0].2, Some(Fault::Nul));
        assert_eq!(all(b""), []);
        assert_eq!(all(b",\n")[0].1, cells(&["", ""]));
    }

    proptest! {
        #[test]
        fn what_a_writer_writes_is_read_back(rows in prop::collection::vec(
            prop::collection::vec("[a-c,\"\n\r ]{0,6}", 2..4), 1..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            // A file whose only line ends are carriage returns is translated as a whole; that is another test's case.
            prop_assume!(text.contains(&b'\n'));
            let read: Vec<Vec<String>> = all(&text).into_iter().map(|(_, cells, _)| cells).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn any_bytes_end_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let found = all(&bytes);
            prop_assert!(found.len() <= bytes.len());
        }
    }
}
