//! The canonical encoding of events: whole numbers in groups of seven bits, texts with their length before them.
#![expect(
    clippy::option_option,
    reason = "the outer option is whether it can be read, the inner whether it is said"
)]

use std::borrow::Cow;

use chrono::{Days, NaiveDate};

use crate::catalogue::{Field, Kind, Value};
use crate::store::cell::Cell;

const INTEGER: u64 = 0;
const TEXT: u64 = 1;
const DATE: u64 = 2;
const ABSENT: u64 = 3;

/// Adds a number, least significant group first.
pub(crate) fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7F).unwrap_or(0) | 0x80);
        number >>= 7_u32;
    }
    bytes.push(u8::try_from(number).unwrap_or(0));
}

/// Takes a number; `None` when the bytes end or hold more than 64 bits.
pub(crate) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    let mut shift = 0_u32;
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let low = u64::from(byte & 0x7F);
        let placed = low.checked_shl(shift)?;
        if placed.checked_shr(shift)? != low {
            return None;
        }
        number |= placed;
        if byte & 0x80 == 0 {
            return Some(number);
        }
        shift = shift.checked_add(7)?;
    }
}

/// Adds bytes with their length before them.
pub(crate) fn put_bytes(bytes: &mut Vec<u8>, part: &[u8]) {
    put(bytes, u64::try_from(part.len()).unwrap_or(u64::MAX));
    bytes.extend_from_slice(part);
}

/// Takes bytes with their length before them.
pub(crate) fn take_bytes<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(take(bytes)?).ok()?;
    let (part, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(part)
}

/// Days since 31 December 1969 with the sign in the lowest bit, so that 0 is free for "not said".
pub(crate) fn day_number(day: Option<NaiveDate>) -> u64 {
    day.map_or(0, |day| zigzag(day.signed_duration_since(epoch()).num_days()))
}

/// The day of a number; `None` for numbers of no day, `Some(None)` for "not said".
pub(crate) fn day(number: u64) -> Option<Option<NaiveDate>> {
    if number == 0 {
        return Some(None);
    }
    let days = unzigzag(number);
    let count = Days::new(days.unsigned_abs());
    let day =
        if days < 0 { epoch().checked_sub_days(count) } else { epoch().checked_add_days(count) };
    day.map(Some)
}

fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(1969, 12, 31).unwrap_or_default()
}

fn zigzag(number: i64) -> u64 {
    number.wrapping_shl(1).cast_unsigned() ^ number.wrapping_shr(63).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    let sign = if number & 1 == 1 { -1 } else { 0 };
    (number >> 1_u32).cast_signed() ^ sign
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    let length = u64::try_from(text.len()).unwrap_or(0);
    put(bytes, (length << 2_u32) | TEXT);
    bytes.extend_from_slice(text.as_bytes());
}

fn put_integer(bytes: &mut Vec<u8>, number: i64) {
    let folded = zigzag(number);
    if folded >> 62_u32 == 0 {
        put(bytes, (folded << 2_u32) | INTEGER);
    } else {
        // Too large for the two bits of the form: the number follows by itself.
        put(bytes, (1 << 2_u32) | ABSENT);
        put(bytes, folded);
    }
}

/// Adds a cell of a table, absent or not.
pub(crate) fn put_cell(bytes: &mut Vec<u8>, cell: Option<&Cell<'_>>) {
    match cell {
        None => put(bytes, ABSENT),
        Some(Cell::Integer(number)) => put_integer(bytes, *number),
        Some(Cell::Text(text)) => put_text(bytes, text),
    }
}

/// Takes a cell; `None` when the bytes hold none.
pub(crate) fn take_cell<'a>(bytes: &mut &'a [u8]) -> Option<Option<Cell<'a>>> {
    let head = take(bytes)?;
    let number = head >> 2_u32;
    match head & 3 {
        INTEGER => Some(Some(Cell::Integer(unzigzag(number)))),
        TEXT => Some(Some(Cell::Text(Cow::Borrowed(take_text(bytes, number)?)))),
        DATE => Some(Some(Cell::Text(Cow::Owned(day(number)??.to_string())))),
        _ if number == 0 => Some(None),
        _ => Some(Some(Cell::Integer(unzigzag(take(bytes)?)))),
    }
}

fn take_text<'a>(bytes: &mut &'a [u8], length: u64) -> Option<&'a str> {
    let (text, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
}

/// Adds a field with its value.
pub(crate) fn put_value(bytes: &mut Vec<u8>, field: Field, value: &Value) {
    bytes.push(field.number());
    match value {
        Value::Date(day) => put(bytes, (day_number(Some(*day)) << 2_u32) | DATE),
        Value::Text(text) | Value::Token(text) => put_text(bytes, text),
        Value::Organisation(code) => put_text(bytes, code.as_str()),
        other => put_cell(bytes, Some(&Cell::of(other))),
    }
}

/// Adds an identity field with its text.
pub(crate) fn put_word(bytes: &mut Vec<u8>, field: Field, text: &str) {
    bytes.push(field.number());
    put_text(bytes, text);
}

/// A field with its value as events keep it: the identity fields are texts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Said<'a> {
    /// One of `asset_tag`, `serial_number` and `class`.
    Word(Field, &'a str),
    /// Any other field.
    Value(Field, Value),
}

/// Takes the next field; `None` when the bytes hold none that refit writes.
pub(crate) fn take_value<'a>(bytes: &mut &'a [u8]) -> Option<Said<'a>> {
    let (&number, rest) = bytes.split_first()?;
    *bytes = rest;
    let field = Field::from_number(number)?;
    if matches!(field, Field::AssetTag | Field::SerialNumber | Field::Class) {
        let head = take(bytes)?;
        let text = (head & 3 == TEXT).then(|| take_text(bytes, head >> 2_u32))??;
        return Some(Said::Word(field, text));
    }
    if field.kind() == Kind::Date {
        let head = take(bytes)?;
        let day = (head & 3 == DATE).then(|| day(head >> 2_u32))???;
        return Some(Said::Value(field, Value::Date(day)));
    }
    let value = take_cell(bytes)??.to_value(field.kind())?;
    Some(Said::Value(field, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_survive(numbers in prop::collection::vec(prop::option::of(any::<i64>()), 0..9), text in ".{0,20}") {
            let mut cells: Vec<Option<Cell<'_>>> =
                numbers.into_iter().map(|number| number.map(Cell::Integer)).collect();
            cells.push(Some(Cell::Text(text.as_str().into())));
            let mut bytes = Vec::new();
            for cell in &cells {
                put_cell(&mut bytes, cell.as_ref());
            }
            let mut rest = bytes.as_slice();
            for cell in &cells {
                prop_assert_eq!(take_cell(&mut rest), Some(cell.clone()));
            }
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn days_survive(days in -800_000_i64..800_000) {
            let day = epoch().checked_add_signed(chrono::Duration::days(days)).unwrap();
            prop_assume!(days != 0);
            prop_assert_eq!(super::day(day_number(Some(day))), Some(Some(day)));
        }

        #[test]
        fn any_bytes_are_taken_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut rest = bytes.as_slice();
            while take_value(&mut rest).is_some() {}
            let mut rest = bytes.as_slice();
            while take_cell(&mut rest).is_some() {}
        }
    }

    #[test]
    fn values_survive() {
        let cases = [
            (Field::RamGib, "7.5"),
            (Field::Uefi, "false"),
            (Field::PurchaseCost, "612.50"),
            (Field::Resolution, "1920x1080"),
            (Field::TpmVersion, "2.0"),
            (Field::PurchaseDate, "1989-02-28"),
            (Field::LastSeen, "2026-11-21"),
            (Field::Site, "DEPOT-1"),
            (Field::Status, "in-stock"),
            (Field::Notes, "=SUM(A1)"),
        ];
        let mut bytes = Vec::new();
        let said: Vec<Said<'_>> = cases
            .iter()
            .map(|(field, text)| Said::Value(*field, field.kind().parse(text).unwrap()))
            .collect();
        for one in &said {
            if let Said::Value(field, value) = one {
                put_value(&mut bytes, *field, value);
            }
        }
        put_word(&mut bytes, Field::AssetTag, "T1");
        let mut rest = bytes.as_slice();
        for one in said {
            assert_eq!(take_value(&mut rest), Some(one));
        }
        assert_eq!(take_value(&mut rest), Some(Said::Word(Field::AssetTag, "T1")));
        assert!(rest.is_empty());
    }
}
