//! What a rule may look at: known values by field, and sets of fields that are missing.

use std::collections::BTreeMap;
use std::fmt;

use inventory::{Asset, Fact, Field, Item, SetField, Value};

/// Known values of one device.
pub trait Facts {
    /// What is known of a field; `None` is unknown.
    fn value(&self, field: Field) -> Option<&Value>;

    /// What is known of a set-valued fact; `None` is unknown, an empty set is known.
    fn set(&self, _field: SetField) -> Option<&[Item]> {
        None
    }
}

impl Facts for BTreeMap<Field, Value> {
    fn value(&self, field: Field) -> Option<&Value> {
        self.get(&field)
    }
}

impl Facts for BTreeMap<Field, Fact> {
    fn value(&self, field: Field) -> Option<&Value> {
        self.get(&field).map(|fact| &fact.value)
    }
}

impl Facts for Asset {
    fn value(&self, field: Field) -> Option<&Value> {
        Self::value(self, field)
    }
}

/// A set of fields of the catalogue and of set-valued facts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FactSet(u128);

impl FactSet {
    /// No field.
    pub const EMPTY: Self = Self(0);

    /// One field.
    pub fn of(field: Field) -> Self {
        Self(1_u128.checked_shl(u32::from(field.number())).unwrap_or(0))
    }

    /// One set-valued fact.
    pub fn of_set(field: SetField) -> Self {
        // Beyond the numbers of the catalogue, which a test holds below them.
        Self(match field {
            SetField::Installed => 1 << 126,
            SetField::Assured => 1 << 127,
        })
    }

    /// The set-valued facts, in their order.
    pub fn sets(self) -> impl Iterator<Item = SetField> {
        SetField::ALL.into_iter().filter(move |field| self.0 & Self::of_set(*field).0 != 0)
    }

    /// The words of all of them, fields first.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.iter().map(Field::word).chain(self.sets().map(SetField::word))
    }

    /// The fields of either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True without fields.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True when the set holds the field.
    pub fn contains(self, field: Field) -> bool {
        self.0 & Self::of(field).0 != 0
    }

    /// The fields, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Field> {
        Field::all().filter(move |field| self.contains(*field))
    }
}

impl FromIterator<Field> for FactSet {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        fields.into_iter().fold(Self::EMPTY, |set, field| set.union(Self::of(field)))
    }
}

impl fmt::Display for FactSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, word) in self.words().enumerate() {
            if position > 0 {
                f.write_str(",")?;
            }
            f.write_str(word)?;
        }
        Ok(())
    }
}

impl fmt::Debug for FactSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_print_in_the_order_of_the_catalogue() {
        let set: FactSet = [Field::OsEdition, Field::Cpu, Field::Os].into_iter().collect();
        assert_eq!(set.to_string(), "os,os_edition,cpu");
        assert!(set.contains(Field::Cpu) && !set.contains(Field::RamGib));
        assert!(Field::all().all(|field| field.number() < 126), "every field fits");
        let both = set.union(FactSet::of_set(SetField::Installed));
        assert_eq!(both.to_string(), "os,os_edition,cpu,installed");
        assert_eq!(both.iter().count(), 3);
    }
}
