//! Which device of the register a row is of.
//!
//! The rules, in this order: the serial number, then the tag; each without regard to case, spaces and punctuation, because
//! labels, firmware and people write them differently. Placeholders never match (`placeholder`). A row whose tag and serial
//! number lead to two devices is rejected, and so is a tag with another serial number. Identifiers that only look alike never
//! match; `crate::duplicates` lists them. Nothing is merged without a word: a match by another spelling is a warning, and the
//! summary counts by what devices were recognised.

use std::borrow::Cow;
use std::io::Read;

use diagnostic::Diagnostic;

use super::assets::AssetRow;
use super::table::Table;
use crate::catalogue::Field;
use crate::codes;
use crate::store::StoredAsset;

/// By what known devices were recognised.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Matches {
    /// By serial number and tag.
    pub both: u64,
    /// By serial number alone.
    pub serial: u64,
    /// By tag alone.
    pub tag: u64,
}

impl Matches {
    /// Counts a row that is of a known device.
    pub(super) fn count(&mut self, row: &AssetRow, stored: &StoredAsset) {
        let serial = row.serial.is_some() && row.serial == stored.serial;
        let tag = row.tag.is_some() && row.tag == stored.tag;
        let sum = match (serial, tag) {
            (true, true) => &mut self.both,
            (true, false) => &mut self.serial,
            (false, _) => &mut self.tag,
        };
        *sum = sum.saturating_add(1);
    }
}

/// What identifiers of one device have in common: letters and digits in capitals.
///
/// An identifier without any is compared as it is.
pub(super) fn key(identifier: &str) -> Box<str> {
    folded(identifier).into()
}

/// The same without a copy, where the identifier is in capitals already.
pub(super) fn folded(identifier: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    if identifier.bytes().all(plain) {
        return Cow::Borrowed(identifier);
    }
    let folded = crate::duplicates::spelling(identifier);
    if folded.is_empty() { Cow::Borrowed(identifier) } else { Cow::Owned(folded) }
}

/// Whether two identifiers are of one device.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || folded(one) == folded(other)
}

/// Leaves a known device's identifiers as they were first written, and says that a row writes them otherwise.
pub(super) fn keep_spelling<R: Read>(
    row: &mut AssetRow,
    stored: &StoredAsset,
    table: &Table<R>,
    found: &mut Vec<Diagnostic>,
) {
    let mut tell = |field: Field, new: &str, old: &str| {
        found.push(
            Diagnostic::warning(
                codes::SPELT_OTHERWISE,
                format!("`{new}` was taken for `{old}`, which is spelt otherwise"),
            )
            .at(table.row_place(Some(field.word())))
            .value(new)
            .help("nothing needs to be done unless they are two devices; the spelling is kept"),
        );
    };
    if let (Some(new), Some(old)) = (&row.serial, &stored.serial)
        && new != old
        && same(new.as_str(), old.as_str())
    {
        tell(Field::SerialNumber, new.as_str(), old.as_str());
        row.serial = Some(old.clone());
    }
    if let (Some(new), Some(old)) = (&row.tag, &stored.tag)
        && new != old
        && same(new.as_str(), old.as_str())
    {
        tell(Field::AssetTag, new.as_str(), old.as_str());
        row.tag = Some(old.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Input, Options, run};
    use crate::store::{MemoryStore, Store as _};
    use crate::vocabulary::ClassCatalogue;

    #[test]
    fn spelling_does_not_part_a_device_and_looks_do_not_join_two() {
        assert!(same("5CG1234XYZ", "5cg-1234 xyz"));
        assert!(!same("PF2OABCD", "PF20ABCD"));
        assert!(!same("-", "--"));
    }

    #[test]
    fn known_devices_are_recognised_by_serial_number_first_and_every_match_is_counted() {
        let mut store = MemoryStore::new("Q99".parse().unwrap());
        let classes = ClassCatalogue::shipped();
        let mut import = |text: &str| {
            let input = Input { name: "a.csv".into(), reader: text.as_bytes() };
            run(&mut store, input, Options::new(&classes, "2026-11-21T12:00:00Z")).unwrap()
        };
        import(
            "asset_tag,serial_number,class\nT1,5CG1234XYZ,laptop\nT2,5CG5678XYZ,laptop\nT3,,monitor\n",
        );
        let again =
            import("asset_tag,serial_number,model\nT1,5cg1234xyz,A\n,5CG-5678-XYZ,B\nt3,,C\n");
        let summary = again.summary.unwrap();
        assert_eq!((summary.counts.new, summary.counts.changed), (0, 3));
        assert_eq!(summary.matches, Matches { both: 1, serial: 1, tag: 1 });
        let told =
            again.problems.iter().filter(|problem| problem.code == codes::SPELT_OTHERWISE).count();
        assert_eq!(told, 3);
        let register = store.register().unwrap();
        let serials: Vec<_> = (0..register.len())
            .filter_map(|device| register.serial(device))
            .map(|serial| serial.as_str().to_owned())
            .collect();
        assert_eq!(serials, ["5CG1234XYZ", "5CG5678XYZ"]);
    }
}
