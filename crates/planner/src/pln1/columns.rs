//! Flat little-endian `.i32` columns.

use std::io::{Read, Write};

use super::fault::fault;
use super::{Fault, Faults};

const CHUNK_BYTES: usize = 1 << 16;

/// Reads exactly `count` little-endian 32-bit integers, narrowed to the column's type.
///
/// Memory beyond the result is one small buffer.
///
/// # Errors
/// PLN0100 unreadable, PLN0103 another length, PLN0104 a value that the column cannot hold.
pub fn read_column<T: TryFrom<i32> + Clone>(
    mut source: impl Read,
    count: usize,
    file: &str,
) -> Result<Vec<T>, Faults> {
    let mut out: Vec<T> = Vec::with_capacity(count.min(1 << 28));
    let mut buffer = vec![0_u8; CHUNK_BYTES];
    let mut held: usize = 0;
    let mut faults = Faults::default();
    loop {
        let free = buffer.get_mut(held..).unwrap_or_default();
        let got = match source.read(free) {
            Ok(got) => got,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(Fault::io(file, &e).into()),
        };
        if got == 0 {
            break;
        }
        held = held.saturating_add(got);
        let full = buffer.get(..held).unwrap_or_default();
        let (words, rest) = full.as_chunks::<4>();
        for word in words {
            let value = i32::from_le_bytes(*word);
            match T::try_from(value) {
                Ok(v) => out.push(v),
                Err(_) => faults.push(fault(
                    "PLN0104",
                    file,
                    format!("value {value} of entry {} does not fit the column", out.len()),
                    "correct the value",
                )),
            }
        }
        let (start, rest_len) = (held.saturating_sub(rest.len()), rest.len());
        buffer.copy_within(start..held, 0);
        held = rest_len;
        if out.len() > count || !faults.is_empty() {
            break;
        }
    }
    if faults.is_empty() && (out.len() != count || held != 0) {
        let message = format!("expected {count} values of 4 bytes, the file has another length");
        faults.push(fault("PLN0103", file, message, "write n values (n x T for keep)"));
    }
    faults.or(out)
}

/// Writes values as little-endian 32-bit integers.
///
/// # Errors
/// PLN0100 when the sink fails.
pub fn write_column<T: Copy + Into<i64>>(
    values: &[T],
    mut sink: impl Write,
    file: &str,
) -> Result<(), Fault> {
    let mut buffer = Vec::with_capacity(CHUNK_BYTES);
    for part in values.chunks(CHUNK_BYTES / 4) {
        buffer.clear();
        for &value in part {
            let wide: i64 = value.into();
            let word = i32::try_from(wide).unwrap_or(i32::MAX);
            buffer.extend_from_slice(&word.to_le_bytes());
        }
        sink.write_all(&buffer).map_err(|e| Fault::io(file, &e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_survives_a_round_trip_and_refuses_other_lengths() {
        let values: Vec<i32> = (-40_000..40_000).collect();
        let mut bytes = Vec::new();
        write_column(&values, &mut bytes, "keep.i32").unwrap();
        assert_eq!(read_column::<i32>(&bytes[..], values.len(), "keep.i32").unwrap(), values);
        let short = read_column::<i32>(&bytes[..], values.len() + 1, "keep.i32").unwrap_err();
        assert_eq!(short.list()[0].code, "PLN0103");
        let cut = read_column::<i32>(&bytes[..7], 1, "keep.i32").unwrap_err();
        assert_eq!(cut.list()[0].code, "PLN0103");
    }

    #[test]
    fn value_beyond_the_column_is_refused() {
        let bytes = (-1_i32).to_le_bytes();
        let bad = read_column::<u32>(&bytes[..], 1, "ics.i32").unwrap_err();
        assert_eq!(bad.list()[0].code, "PLN0104");
    }
}
