//! The register as columns: what verdicts and plans are computed from.
//!
//! Every column is dictionary-coded: a sorted list of the distinct values and one code per device, 0 for unknown. A rule
//! is therefore judged once per distinct value (or combination of values), not once per device, and the dictionaries do
//! not depend on the order of the rows.

use std::collections::BTreeMap;

use crate::asset::Asset;
use crate::catalogue::{Field, Value};
use crate::vocabulary::Class;

/// One field of all devices.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Column {
    /// The distinct values, ascending. The code `n` stands for `values[n - 1]`.
    pub values: Vec<Value>,
    /// One code per device; 0 is unknown.
    pub codes: Vec<u32>,
}

impl Column {
    /// The value of a device; `None` is unknown (or a device that does not exist).
    pub fn value(&self, device: usize) -> Option<&Value> {
        self.codes.get(device).and_then(|&code| self.decode(code))
    }

    /// The value of a code; `None` for 0 and for codes that were never given.
    pub fn decode(&self, code: u32) -> Option<&Value> {
        let position = usize::try_from(code).ok()?.checked_sub(1)?;
        self.values.get(position)
    }

    /// Codes a sequence of values, one per device.
    pub fn from_values<'a>(values: impl Iterator<Item = Option<&'a Value>> + Clone) -> Self {
        let mut codes_by_value: BTreeMap<&Value, u32> =
            values.clone().flatten().map(|value| (value, 0)).collect();
        for (code, slot) in (1..).zip(codes_by_value.values_mut()) {
            *slot = code;
        }
        let codes = values
            .map(|value| value.and_then(|value| codes_by_value.get(value).copied()).unwrap_or(0))
            .collect();
        Self { values: codes_by_value.into_keys().cloned().collect(), codes }
    }
}

/// Devices as columns, all of the same length, in the order of the rows they were made from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Columns {
    len: usize,
    classes: Vec<Class>,
    class_codes: Vec<u32>,
    fields: BTreeMap<Field, Column>,
}

impl Columns {
    /// Columns of the devices given, one row each, in their order. Cost: one dictionary look-up per known fact.
    pub fn from_assets(assets: &[Asset]) -> Self {
        let classes: Vec<Class> = assets
            .iter()
            .map(|asset| asset.class.clone())
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect();
        let class_codes = assets
            .iter()
            .map(|asset| {
                classes
                    .binary_search(&asset.class)
                    .ok()
                    .and_then(|at| u32::try_from(at).ok())
                    .unwrap_or(u32::MAX)
            })
            .collect();
        let present: std::collections::BTreeSet<Field> =
            assets.iter().flat_map(|asset| asset.facts.keys().copied()).collect();
        let mut fields: BTreeMap<Field, Column> = present
            .into_iter()
            .map(|field| {
                (field, Column::from_values(assets.iter().map(move |asset| asset.value(field))))
            })
            .collect();
        derive_resolution(&mut fields);
        Self { len: assets.len(), classes, class_codes, fields }
    }

    /// Columns of `len` devices made elsewhere; the derived fields are added.
    pub(crate) fn from_parts(
        len: usize,
        classes: Vec<Class>,
        class_codes: Vec<u32>,
        mut fields: BTreeMap<Field, Column>,
    ) -> Self {
        derive_resolution(&mut fields);
        Self { len, classes, class_codes, fields }
    }

    /// Number of devices.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True without devices.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The classes that occur, ascending.
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// One position in [`Columns::classes`] per device.
    pub fn class_codes(&self) -> &[u32] {
        &self.class_codes
    }

    /// A field's column; `None` when it is unknown of every device.
    pub fn field(&self, field: Field) -> Option<&Column> {
        self.fields.get(&field)
    }

    /// What is known of a field of a device.
    pub fn value(&self, field: Field, device: usize) -> Option<&Value> {
        self.fields.get(&field).and_then(|column| column.value(device))
    }
}

/// Adds to the facts of one device those that follow from others: width and height from the resolution.
///
/// [`Columns`] does the same for a register, so that a device on paper is judged as one in use.
pub fn derive_facts(facts: &mut BTreeMap<Field, Value>) {
    if let Some(Value::Resolution { width, height }) = facts.get(&Field::Resolution) {
        let (width, height) = (i64::from(*width), i64::from(*height));
        facts.insert(Field::ResW, Value::Number(width));
        facts.insert(Field::ResH, Value::Number(height));
    }
}

/// Width and height follow from the resolution, value by value.
fn derive_resolution(fields: &mut BTreeMap<Field, Column>) {
    let Some(resolution) = fields.get(&Field::Resolution) else { return };
    let side = |pick: fn(u32, u32) -> u32| {
        let derived: Vec<Option<Value>> = resolution
            .values
            .iter()
            .map(|value| match value {
                Value::Resolution { width, height } => {
                    Some(Value::Number(i64::from(pick(*width, *height))))
                }
                _ => None,
            })
            .collect();
        Column::from_values(resolution.codes.iter().map(|&code| {
            let position = usize::try_from(code).ok()?.checked_sub(1)?;
            derived.get(position)?.as_ref()
        }))
    };
    let (width, height) = (side(|width, _| width), side(|_, height| height));
    fields.insert(Field::ResW, width);
    fields.insert(Field::ResH, height);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_device_has_the_derived_facts_of_a_column() {
        let screen = Value::Resolution { width: 1920, height: 1080 };
        let mut facts = BTreeMap::from([(Field::Resolution, screen.clone())]);
        derive_facts(&mut facts);
        let column = Column::from_values([Some(&screen)].into_iter());
        let mut fields = BTreeMap::from([(Field::Resolution, column)]);
        derive_resolution(&mut fields);
        for (field, column) in &fields {
            assert_eq!(column.value(0), facts.get(field), "{field:?}");
        }
        assert_eq!(fields.len(), facts.len());
    }

    #[test]
    fn dictionaries_do_not_depend_on_the_order_of_rows() {
        let values = [Some(Value::Number(8)), None, Some(Value::Number(4)), Some(Value::Number(8))];
        let column = Column::from_values(values.iter().map(Option::as_ref));
        assert_eq!(column.values, [Value::Number(4), Value::Number(8)]);
        assert_eq!(column.codes, [2, 0, 1, 2]);
        assert_eq!(column.value(1), None);
        assert_eq!(column.value(3), Some(&Value::Number(8)));
        let spelt = ["2.0", "2"].map(|text| text.parse().ok().map(Value::Version));
        let versions = Column::from_values(spelt.iter().map(Option::as_ref));
        assert_eq!(versions.codes, [2, 1], "each spelling of a version is a value of its own");
        let reversed = Column::from_values(values.iter().rev().map(Option::as_ref));
        assert_eq!(reversed.values, column.values);
    }
}
