//! Which row of which file each field of a device was last decided by, in a few bytes.
//!
//! The fields of one device mostly come from one or two rows, so the encoding is a list of groups: batch, row, day seen
//! and the set of the group's fields as a bit mask, each as a variable-length integer. A device with one source takes
//! about 15 bytes.

use chrono::{Days, NaiveDate};

use super::BatchId;
use crate::catalogue::Field;

/// A row of a batch, and the day on which its source saw the device.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Origin {
    /// The batch.
    pub batch: BatchId,
    /// The physical line of the row in the batch's file.
    pub row: u32,
    /// The day on which the source saw the device, where it says so.
    pub seen_on: Option<NaiveDate>,
}

/// The origin of each known field of a device.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EvidenceMap {
    groups: Vec<(Origin, u128)>,
}

fn bit(field: Field) -> u128 {
    1_u128.checked_shl(u32::from(field.number())).unwrap_or(0)
}

impl EvidenceMap {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where a field was last decided.
    pub fn get(&self, field: Field) -> Option<Origin> {
        let wanted = bit(field);
        self.groups.iter().find(|(_, fields)| fields & wanted != 0).map(|(origin, _)| *origin)
    }

    /// Sets where a field was last decided.
    pub fn set(&mut self, field: Field, origin: Origin) {
        let wanted = bit(field);
        for (_, fields) in &mut self.groups {
            *fields &= !wanted;
        }
        match self.groups.iter_mut().find(|(known, _)| *known == origin) {
            Some((_, fields)) => *fields |= wanted,
            None => self.groups.push((origin, wanted)),
        }
        self.groups.retain(|(_, fields)| *fields != 0);
        self.groups.sort_unstable();
    }

    /// One origin for many fields of a device of which nothing was known.
    pub fn of_row(origin: Origin, fields: impl IntoIterator<Item = Field>) -> Self {
        let mask = fields.into_iter().fold(0, |mask, field| mask | bit(field));
        Self { groups: if mask == 0 { Vec::new() } else { vec![(origin, mask)] } }
    }

    /// Forgets a field.
    pub fn remove(&mut self, field: Field) {
        for (_, fields) in &mut self.groups {
            *fields &= !bit(field);
        }
        self.groups.retain(|(_, fields)| *fields != 0);
    }

    /// The batches that decided anything.
    pub fn batches(&self) -> impl Iterator<Item = BatchId> + '_ {
        self.groups.iter().map(|(origin, _)| origin.batch)
    }

    /// The bytes that stores keep.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16);
        for (origin, fields) in &self.groups {
            write(&mut bytes, u128::from(origin.batch.0));
            write(&mut bytes, u128::from(origin.row));
            write(&mut bytes, origin.seen_on.map_or(0, day_number));
            write(&mut bytes, *fields);
        }
        bytes
    }

    /// Reads what [`EvidenceMap::encode`] wrote; `None` for other bytes.
    pub fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut groups = Vec::new();
        while !bytes.is_empty() {
            let batch = BatchId(u32::try_from(read(&mut bytes)?).ok()?);
            let row = u32::try_from(read(&mut bytes)?).ok()?;
            let seen_on = match read(&mut bytes)? {
                0 => None,
                number => Some(day(number)?),
            };
            groups.push((Origin { batch, row, seen_on }, read(&mut bytes)?));
        }
        Some(Self { groups })
    }
}

/// Days since 31 December 1969, so that 0 is free for "not said".
fn day_number(day: NaiveDate) -> u128 {
    let days = day.signed_duration_since(epoch()).num_days();
    u128::try_from(days).unwrap_or(0)
}

fn day(number: u128) -> Option<NaiveDate> {
    epoch().checked_add_days(Days::new(u64::try_from(number).ok()?))
}

fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(1969, 12, 31).unwrap_or_default()
}

fn write(bytes: &mut Vec<u8>, mut number: u128) {
    loop {
        let low = u8::try_from(number & 0x7F).unwrap_or(0);
        number >>= 7_u32;
        if number == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

fn read(bytes: &mut &[u8]) -> Option<u128> {
    let mut number = 0_u128;
    let mut shift = 0_u32;
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let low = u128::from(byte & 0x7F);
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn origin(batch: u32, row: u32, seen_on: Option<&str>) -> Origin {
        Origin { batch: BatchId(batch), row, seen_on: seen_on.map(|day| day.parse().unwrap()) }
    }

    #[test]
    fn one_source_takes_few_bytes() {
        let fields = Field::columns().take(25);
        let map = EvidenceMap::of_row(origin(3, 900_000, Some("2026-11-20")), fields);
        assert!(map.encode().len() <= 12, "{:?}", map.encode());
        assert_eq!(EvidenceMap::decode(&map.encode()), Some(map));
    }

    proptest! {
        #[test]
        fn the_last_origin_of_each_field_is_kept(steps in prop::collection::vec(
            (0_u8..58, 1_u32..5, any::<u32>(), prop::option::of(1_u64..80_000)), 0..40)) {
            let mut map = EvidenceMap::new();
            let mut model = std::collections::BTreeMap::new();
            for (number, batch, row, seen) in steps {
                let field = Field::from_number(number).unwrap();
                let seen_on = seen.and_then(|days| epoch().checked_add_days(Days::new(days)));
                let origin = Origin { batch: BatchId(batch), row, seen_on };
                map.set(field, origin);
                model.insert(field, origin);
            }
            let read = EvidenceMap::decode(&map.encode()).unwrap();
            for field in Field::all() {
                prop_assert_eq!(read.get(field), model.get(&field).copied());
            }
        }

        #[test]
        fn any_bytes_decode_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Some(map) = EvidenceMap::decode(&bytes) {
                prop_assert!(map.batches().count() <= bytes.len());
            }
        }
    }
}
