//! Facts that are sets: the software on a device, the assurances of its model.
//!
//! A device has a set, which may be empty, or its set is unknown. Sets are dictionary-coded like other columns: the
//! different sets in ascending order, and one code a device, 0 for unknown.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::vocabulary::{Expected, Family, Version};

/// A set-valued fact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SetField {
    /// Software on the device, each with its version.
    Installed,
    /// Dated assurances of the device or its model, such as a clinical safety case or a medical-device class.
    Assured,
}

impl SetField {
    /// Every set-valued fact.
    pub const ALL: [Self; 2] = [Self::Installed, Self::Assured];

    /// The one word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Assured => "assured",
        }
    }

    /// Whether devices of a family can have it.
    pub fn applies_to(self, family: Family) -> bool {
        match self {
            Self::Installed => family == Family::Computer,
            Self::Assured => true,
        }
    }
}

impl fmt::Display for SetField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One element of a set: a product or an assurance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    name: Arc<str>,
    /// The version of a product, where it is known.
    pub version: Option<Version>,
    /// The first day of an assurance; none is since ever.
    pub from: Option<NaiveDate>,
    /// The last day of an assurance; none is for good.
    pub until: Option<NaiveDate>,
}

impl Item {
    /// An element of a name, which is kept in small letters with single blanks, so that spellings compare.
    pub fn new(name: &str) -> Self {
        Self { name: Self::normal(name).into(), version: None, from: None, until: None }
    }

    /// A name as elements keep it.
    pub fn normal(name: &str) -> String {
        name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn key(&self) -> (&str, Option<&[u32]>, Option<NaiveDate>, Option<NaiveDate>) {
        (&self.name, self.version.as_ref().map(Version::parts), self.from, self.until)
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl FromStr for Item {
    type Err = Expected;

    /// Reads `name`, `name@version`, `name until DATE` or `name from DATE until DATE`.
    fn from_str(text: &str) -> Result<Self, Expected> {
        const WANTED: Expected = Expected("a name, name@version, or name from DATE until DATE");
        let date = |text: &str| text.trim().parse::<NaiveDate>().map_err(|_| WANTED);
        let (rest, until) = match text.split_once(" until ") {
            Some((rest, day)) => (rest, Some(date(day)?)),
            None => (text, None),
        };
        let (rest, from) = match rest.split_once(" from ") {
            Some((rest, day)) => (rest, Some(date(day)?)),
            None => (rest, None),
        };
        let (name, version) = match rest.split_once('@') {
            Some((name, version)) => (name, Some(version.trim().parse().map_err(|_| WANTED)?)),
            None => (rest, None),
        };
        let own = Self { version, from, until, ..Self::new(name) };
        if own.name.is_empty() { Err(WANTED) } else { Ok(own) }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(version) = &self.version {
            write!(f, "@{version}")?;
        }
        if let Some(from) = self.from {
            write!(f, " from {from}")?;
        }
        if let Some(until) = self.until {
            write!(f, " until {until}")?;
        }
        Ok(())
    }
}

/// One set-valued fact of all devices.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SetColumn {
    /// The different sets, ascending, each ascending. The code `n` stands for `sets[n - 1]`.
    pub sets: Vec<Vec<Item>>,
    /// One code a device; 0 is unknown.
    pub codes: Vec<u32>,
}

impl SetColumn {
    /// Codes the sets of devices, in their order; none is unknown.
    pub fn from_sets(sets: impl IntoIterator<Item = Option<Vec<Item>>>) -> Self {
        let own: Vec<Option<Vec<Item>>> = sets
            .into_iter()
            .map(|set| {
                set.map(|mut set| {
                    set.sort();
                    set.dedup();
                    set
                })
            })
            .collect();
        let mut distinct: Vec<Vec<Item>> = own.iter().flatten().cloned().collect();
        distinct.sort();
        distinct.dedup();
        let code = |set: &Option<Vec<Item>>| {
            let at = set.as_ref().and_then(|set| distinct.binary_search(set).ok());
            at.and_then(|at| u32::try_from(at.saturating_add(1)).ok()).unwrap_or(0)
        };
        let codes = own.iter().map(code).collect();
        Self { sets: distinct, codes }
    }

    /// The set of a device; none is unknown.
    pub fn set(&self, device: usize) -> Option<&[Item]> {
        self.codes.get(device).and_then(|code| self.decode(*code))
    }

    /// The set of a code; none for 0 and for codes that were never given.
    pub fn decode(&self, code: u32) -> Option<&[Item]> {
        let position = usize::try_from(code).ok()?.checked_sub(1)?;
        self.sets.get(position).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_read_and_print() {
        for (text, printed) in [
            ("EMIS  Web", "emis web"),
            ("Oberthur Middleware@7.2.1", "oberthur middleware@7.2.1"),
            ("DTAC until 2027-03-31", "dtac until 2027-03-31"),
            (
                "MHRA class I from 2026-01-01 until 2027-03-31",
                "mhra class i from 2026-01-01 until 2027-03-31",
            ),
        ] {
            assert_eq!(text.parse::<Item>().map(|own| own.to_string()), Ok(printed.to_owned()));
        }
        for bad in ["", "@1.0", "x@one", "x until spring"] {
            assert!(bad.parse::<Item>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_empty_set_is_known_and_codes_do_not_depend_on_the_order() {
        let own =
            |names: &[&str]| Some(names.iter().map(|name| Item::new(name)).collect::<Vec<_>>());
        let column = SetColumn::from_sets([own(&["b", "a"]), None, own(&[]), own(&["a", "b"])]);
        assert_eq!(column.codes, [2, 0, 1, 2]);
        assert_eq!(column.set(2), Some(&[][..]));
        assert_eq!(column.set(1), None);
        assert_eq!(column.set(0).map(<[Item]>::len), Some(2));
    }
}
