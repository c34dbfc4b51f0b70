//! Faults, put into rows on purpose, with the number of each.

use std::collections::BTreeMap;
use std::io::Write;

use inventory::Field;

use crate::Error;
use crate::asset::{COLUMNS, header};
use crate::estate::Estate;
use crate::files::Row;
use crate::random::{Choices, Rng, Subject};

/// A fault of a row, as registers and exports have them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// A date that no calendar has: the row is rejected.
    ImpossibleDate,
    /// A date that can be read two ways: the row is rejected.
    AmbiguousDate,
    /// A class that the catalogue does not know: the row is rejected.
    UnknownClass,
    /// A state that does not exist: the row is rejected.
    UnknownStatus,
    /// A currency sign in an amount: the row is rejected.
    BadMoney,
    /// A place that is no organisation code: the row is rejected.
    BadSite,
    /// What makers leave where a serial number should stand: the serial is ignored.
    PlaceholderSerial,
    /// The serial number of the row before.
    DuplicateSerial,
    /// The asset tag of the row before.
    DuplicateTag,
    /// A unit beside a number: in our own format the row is rejected.
    UnreadableFact,
    /// Text that a spreadsheet would compute: stored as it is, escaped on export.
    FormulaText,
}

impl Fault {
    /// Every fault.
    pub const ALL: &'static [Self] = &[
        Self::ImpossibleDate,
        Self::AmbiguousDate,
        Self::UnknownClass,
        Self::UnknownStatus,
        Self::BadMoney,
        Self::BadSite,
        Self::PlaceholderSerial,
        Self::DuplicateSerial,
        Self::DuplicateTag,
        Self::UnreadableFact,
        Self::FormulaText,
    ];

    /// Whether an importer must reject the row for it.
    pub fn rejects(self) -> bool {
        matches!(
            self,
            Self::ImpossibleDate
                | Self::AmbiguousDate
                | Self::UnknownClass
                | Self::UnknownStatus
                | Self::BadMoney
                | Self::BadSite
                | Self::UnreadableFact
        )
    }

    fn cell(self) -> (Field, Option<&'static str>) {
        match self {
            Self::ImpossibleDate => (Field::PurchaseDate, Some("2021-02-30")),
            Self::AmbiguousDate => (Field::PurchaseDate, Some("05/06/2021")),
            Self::UnknownClass => (Field::Class, Some("toaster")),
            Self::UnknownStatus => (Field::Status, Some("broken")),
            Self::BadMoney => (Field::PurchaseCost, Some("\u{a3}612.50")),
            Self::BadSite => (Field::Site, Some("Ward 3")),
            Self::PlaceholderSerial => (Field::SerialNumber, Some("To be filled by O.E.M.")),
            Self::DuplicateSerial => (Field::SerialNumber, None),
            Self::DuplicateTag => (Field::AssetTag, None),
            Self::UnreadableFact => (Field::RamGib, Some("8 GB")),
            Self::FormulaText => (Field::Model, Some("=1+1")),
        }
    }
}

/// How many rows have each fault.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DirtCounts {
    /// Rows written.
    pub rows: u64,
    /// Rows with each fault.
    pub faults: BTreeMap<Fault, u64>,
}

impl DirtCounts {
    /// Rows that an importer must reject.
    pub fn rejected(&self) -> u64 {
        let bad = self.faults.iter().filter(|(fault, _)| fault.rejects());
        bad.map(|(_, count)| count).sum()
    }
}

impl Estate {
    /// Writes the first `rows` devices again, with one fault in `permille` of them, and counts the faults.
    ///
    /// # Errors
    /// [`Error::Write`] when the writer fails.
    pub fn write_dirty_assets(
        &self,
        rows: u64,
        permille: u64,
        out: &mut impl Write,
    ) -> Result<DirtCounts, Error> {
        let faults = Choices::new(Fault::ALL.iter().map(|fault| (*fault, 1)))
            .ok_or_else(|| Error::Table("there are no faults".to_owned()))?;
        out.write_all(&header())?;
        let mut counts = DirtCounts::default();
        let mut row = Row::default();
        let mut before: Vec<String> = Vec::new();
        for place in self.places().take_while(|place| place.number <= rows) {
            self.fill(&mut row, &place);
            let line = String::from_utf8_lossy(row.finish()).trim_end().to_owned();
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            let mut rng = Rng::new(self.options.seed, Subject::Dirt, place.number);
            if rng.permille(permille) {
                let fault = rng.pick(&faults);
                if spoil(&mut cells, &before, fault) {
                    let count = counts.faults.entry(fault).or_default();
                    *count = count.saturating_add(1);
                }
            }
            out.write_all(cells.join(",").as_bytes())?;
            out.write_all(b"\n")?;
            counts.rows = counts.rows.saturating_add(1);
            before = cells;
        }
        Ok(counts)
    }
}

/// Puts a fault into a row; false when the row has no cell to spoil.
fn spoil(cells: &mut [String], before: &[String], fault: Fault) -> bool {
    let (field, text) = fault.cell();
    let Some(position) = COLUMNS.iter().position(|column| *column == field) else { return false };
    let Some(cell) = cells.get_mut(position) else { return false };
    let wanted = text.or_else(|| before.get(position).map(String::as_str)).unwrap_or_default();
    // A monitor has no memory, and a first row nothing before it.
    if wanted.is_empty() || (fault == Fault::UnreadableFact && cell.is_empty()) {
        return false;
    }
    wanted.clone_into(cell);
    true
}
