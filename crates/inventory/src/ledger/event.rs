//! One event: what was said, in bytes that are hashed as they stand and never written again.
//!
//! ```text
//! event    = kind, sequence number, sequence number of its command, body
//! kind 1   = put      table, cells of the row (the table's columns in their order)
//! kind 2   = drop     table, cells of the key
//! kind 3   = seen     device, line of the file, day seen (0: not said), fields with values
//! kind 4   = adopted  device, its evidence, its other observations, fields with values
//! ```
//! A command is itself a put event of the table `command`, and names itself as its command.

use chrono::NaiveDate;

use super::bytes::{self, Said, put, put_bytes, put_cell, take, take_bytes, take_cell};
use super::table::Table;
use crate::catalogue::Field;
use crate::store::cell::Cell;
use crate::store::{AssetKey, StoredAsset};
use crate::vocabulary::{AssetTag, SerialNumber};

const PUT: u8 = 1;
const DROP: u8 = 2;
const SEEN: u8 = 3;
const ADOPTED: u8 = 4;

/// A row of a table without the estate.
pub(crate) type Cells<'a> = Vec<Option<Cell<'a>>>;

/// What one event says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Body<'a> {
    /// A row of a small table has these cells from now on.
    Put(Table, Cells<'a>),
    /// A row of a small table is no more.
    Drop(Table, Cells<'a>),
    /// A row of a file said this of a device.
    Seen { key: AssetKey, line: u32, seen_on: Option<NaiveDate>, fields: &'a [u8] },
    /// A device as an older layout kept it, without the events that led there.
    Adopted { key: AssetKey, evidence: &'a [u8], others: &'a [u8], fields: &'a [u8] },
}

/// An event with its place in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Event<'a> {
    /// Its number, from 0.
    pub(crate) seq: u64,
    /// The number of the command it belongs to.
    pub(crate) command: u64,
    /// What it says.
    pub(crate) body: Body<'a>,
}

/// What a row of a file says of a device, encoded once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fields(pub(crate) Vec<u8>);

impl Fields {
    /// The identity and the values of a device.
    pub(crate) fn of(asset: &StoredAsset) -> Self {
        let mut fields = Self::default();
        fields.set(
            asset.tag.as_ref(),
            asset.serial.as_ref(),
            Some(asset.class.as_str()),
            &asset.values,
        );
        fields
    }

    /// Replaces the content, keeping the memory.
    pub(crate) fn set(
        &mut self,
        tag: Option<&AssetTag>,
        serial: Option<&SerialNumber>,
        class: Option<&str>,
        values: &[(Field, crate::catalogue::Value)],
    ) {
        self.0.clear();
        if let Some(tag) = tag {
            bytes::put_word(&mut self.0, Field::AssetTag, tag.as_str());
        }
        if let Some(serial) = serial {
            bytes::put_word(&mut self.0, Field::SerialNumber, serial.as_str());
        }
        if let Some(class) = class {
            bytes::put_word(&mut self.0, Field::Class, class);
        }
        for (field, value) in values {
            bytes::put_value(&mut self.0, *field, value);
        }
    }
}

/// The fields of an event one by one; stops with `Err` at bytes that refit does not write.
pub(crate) fn fields(mut bytes: &[u8]) -> impl Iterator<Item = Result<Said<'_>, ()>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let next = bytes::take_value(&mut bytes).ok_or(());
        if next.is_err() {
            bytes = &[];
        }
        Some(next)
    })
}

/// Writes an event over what the buffer holds.
pub(crate) fn encode(buffer: &mut Vec<u8>, seq: u64, command: u64, body: &Body<'_>) {
    buffer.clear();
    buffer.push(match body {
        Body::Put(..) => PUT,
        Body::Drop(..) => DROP,
        Body::Seen { .. } => SEEN,
        Body::Adopted { .. } => ADOPTED,
    });
    put(buffer, seq);
    put(buffer, command);
    match body {
        Body::Put(table, cells) | Body::Drop(table, cells) => {
            buffer.push(table.number());
            for cell in cells {
                put_cell(buffer, cell.as_ref());
            }
        }
        Body::Seen { key, line, seen_on, fields } => {
            put(buffer, u64::try_from(key.0).unwrap_or(0));
            put(buffer, u64::from(*line));
            put(buffer, bytes::day_number(*seen_on));
            buffer.extend_from_slice(fields);
        }
        Body::Adopted { key, evidence, others, fields } => {
            put(buffer, u64::try_from(key.0).unwrap_or(0));
            put_bytes(buffer, evidence);
            put_bytes(buffer, others);
            buffer.extend_from_slice(fields);
        }
    }
}

/// Reads an event; `None` for bytes that refit does not write.
pub(crate) fn decode(mut bytes: &[u8]) -> Option<Event<'_>> {
    let (&kind, rest) = bytes.split_first()?;
    bytes = rest;
    let seq = take(&mut bytes)?;
    let command = take(&mut bytes)?;
    let body = match kind {
        PUT | DROP => {
            let (&number, rest) = bytes.split_first()?;
            bytes = rest;
            let table = Table::from_number(number)?;
            let wanted = if kind == PUT { table.columns().len() } else { table.key() };
            let mut cells = Vec::with_capacity(wanted);
            for _ in 0..wanted {
                cells.push(take_cell(&mut bytes)?);
            }
            if !bytes.is_empty() {
                return None;
            }
            if kind == PUT { Body::Put(table, cells) } else { Body::Drop(table, cells) }
        }
        SEEN => {
            let key = device(&mut bytes)?;
            let line = u32::try_from(take(&mut bytes)?).ok()?;
            let seen_on = bytes::day(take(&mut bytes)?)?;
            Body::Seen { key, line, seen_on, fields: bytes }
        }
        ADOPTED => {
            let key = device(&mut bytes)?;
            let evidence = take_bytes(&mut bytes)?;
            let others = take_bytes(&mut bytes)?;
            Body::Adopted { key, evidence, others, fields: bytes }
        }
        _ => return None,
    };
    Some(Event { seq, command, body })
}

/// The device of an event, without reading the rest of it; `None` for events of no device.
pub(crate) fn device_of(mut bytes: &[u8]) -> Option<(AssetKey, u64)> {
    let (&kind, rest) = bytes.split_first()?;
    if kind != SEEN && kind != ADOPTED {
        return None;
    }
    bytes = rest;
    take(&mut bytes)?;
    let command = take(&mut bytes)?;
    Some((device(&mut bytes)?, command))
}

/// The number that an event bears, without reading the rest of it.
pub(crate) fn seq_of(bytes: &[u8]) -> Option<u64> {
    let (_, mut rest) = bytes.split_first()?;
    take(&mut rest)
}

fn device(bytes: &mut &[u8]) -> Option<AssetKey> {
    take(bytes).and_then(|number| i64::try_from(number).ok()).map(AssetKey)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn events_survive() {
        let row = vec![Some(Cell::Text("name".into())), Some(Cell::Text("value".into()))];
        let bodies = [
            Body::Put(Table::Setting, row.clone()),
            Body::Drop(Table::Setting, row[..1].to_vec()),
            Body::Seen { key: AssetKey(7), line: 3, seen_on: None, fields: b"" },
            Body::Adopted { key: AssetKey(7), evidence: b"ev", others: b"", fields: b"f" },
        ];
        let mut buffer = Vec::new();
        for (seq, body) in (300_u64..).zip(bodies) {
            encode(&mut buffer, seq, 299, &body);
            let is_device = device_of(&buffer).is_some();
            assert_eq!(is_device, matches!(body, Body::Seen { .. } | Body::Adopted { .. }));
            assert_eq!(decode(&buffer), Some(Event { seq, command: 299, body }));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_decode_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Some(Event { body: Body::Seen { fields: said, .. }, .. }) = decode(&bytes) {
                prop_assert!(fields(said).count() <= bytes.len());
            }
        }
    }
}
