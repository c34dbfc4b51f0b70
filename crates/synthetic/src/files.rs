//! How cells and rows are written.

#![expect(clippy::arithmetic_side_effects, reason = "digits of numbers")]

use chrono::{Datelike as _, NaiveDate};
use inventory::Money;

/// A row of comma-separated values under construction; cells are written in the order of the header.
#[derive(Debug, Default)]
pub(crate) struct Row {
    bytes: Vec<u8>,
}

impl Row {
    /// Begins a row anew.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// The row with its line end.
    pub(crate) fn finish(&mut self) -> &[u8] {
        if self.bytes.last() == Some(&b',') {
            self.bytes.pop();
        }
        self.bytes.push(b'\n');
        &self.bytes
    }

    /// A cell whose text needs no quotes.
    pub(crate) fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(b',');
    }

    /// A cell of any text, quoted where it has to be.
    pub(crate) fn quoted(&mut self, text: &str) {
        if text.contains(['"', ',', '\n', '\r']) {
            self.bytes.push(b'"');
            self.bytes.extend_from_slice(text.replace('"', "\"\"").as_bytes());
            self.bytes.push(b'"');
            self.bytes.push(b',');
        } else {
            self.text(text);
        }
    }

    /// An empty cell.
    pub(crate) fn empty(&mut self) {
        self.bytes.push(b',');
    }

    /// Several empty cells.
    pub(crate) fn skip(&mut self, cells: usize) {
        for _ in 0..cells {
            self.empty();
        }
    }

    /// A cell of text, or an empty one.
    pub(crate) fn optional(&mut self, text: Option<&str>) {
        self.text(text.unwrap_or_default());
    }

    /// A cell of a number, or an empty one.
    pub(crate) fn number(&mut self, number: Option<u64>) {
        if let Some(number) = number {
            self.digits(number, 1);
        }
        self.empty();
    }

    /// A cell of a number of tenths, written as a decimal.
    pub(crate) fn tenths(&mut self, tenths: Option<u32>) {
        if let Some(tenths) = tenths {
            self.digits(u64::from(tenths / 10), 1);
            if !tenths.is_multiple_of(10) {
                self.bytes.push(b'.');
                self.digits(u64::from(tenths % 10), 1);
            }
        }
        self.empty();
    }

    /// A cell of true or false, or an empty one.
    pub(crate) fn flag(&mut self, flag: Option<bool>) {
        self.text(match flag {
            Some(true) => "true",
            Some(false) => "false",
            None => "",
        });
    }

    /// A cell of a date, or an empty one.
    pub(crate) fn date(&mut self, date: Option<NaiveDate>) {
        if let Some(date) = date {
            self.digits(u64::from(date.year().unsigned_abs()), 4);
            self.bytes.push(b'-');
            self.digits(u64::from(date.month()), 2);
            self.bytes.push(b'-');
            self.digits(u64::from(date.day()), 2);
        }
        self.empty();
    }

    /// A cell of an amount of at least nothing, or an empty one.
    pub(crate) fn money(&mut self, money: Option<Money>) {
        if let Some(money) = money {
            let pence = money.pence().unsigned_abs();
            self.digits(pence / 100, 1);
            self.bytes.push(b'.');
            self.digits(pence % 100, 2);
        }
        self.empty();
    }

    /// A cell of a prefix and a number padded to a width.
    pub(crate) fn tagged(&mut self, prefix: &str, number: u64, width: usize) {
        self.bytes.extend_from_slice(prefix.as_bytes());
        self.digits(number, width);
        self.empty();
    }

    /// A cell of bytes that need no quotes.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.empty();
    }

    fn digits(&mut self, number: u64, width: usize) {
        let start = self.bytes.len();
        let mut left = number;
        loop {
            // The remainder of ten is a digit.
            self.bytes.push(b'0' + u8::try_from(left % 10).unwrap_or(0));
            left /= 10;
            if left == 0 {
                break;
            }
        }
        while self.bytes.len() - start < width {
            self.bytes.push(b'0');
        }
        if let Some(digits) = self.bytes.get_mut(start..) {
            digits.reverse();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_written_as_they_are_read() {
        let mut row = Row::default();
        row.text("a");
        row.quoted("b \"c\", d");
        row.number(Some(0));
        row.number(None);
        row.tenths(Some(238));
        row.tenths(Some(240));
        row.flag(Some(true));
        row.date(NaiveDate::from_ymd_opt(2021, 2, 3));
        row.money(Some(Money::from_pence(62_005)));
        row.tagged("GP", 42, 7);
        row.optional(None);
        let wanted = "a,\"b \"\"c\"\", d\",0,,23.8,24,true,2021-02-03,620.05,GP0000042,\n";
        assert_eq!(String::from_utf8_lossy(row.finish()), wanted);
    }
}
