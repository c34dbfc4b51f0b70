//! Devices: drawn and written one by one.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "running numbers of devices and days, far below the limits of their types"
)]

mod computer;
mod device;
mod peripheral;

use std::io::Write;

use inventory::Field;

use crate::estate::Estate;
use crate::files::Row;
use crate::random::{Rng, Subject};
use crate::{Error, Site};

use computer::Computer;
use device::Device;

/// The columns of a synthetic assets file. A column that is not here is unknown for every device.
pub(crate) const COLUMNS: [Field; 48] = [
    Field::AssetTag,
    Field::SerialNumber,
    Field::Class,
    Field::Manufacturer,
    Field::Model,
    Field::Site,
    Field::Status,
    Field::PurchaseDate,
    Field::PurchaseCost,
    Field::WarrantyEnd,
    Field::Owner,
    Field::FundingClass,
    Field::Role,
    Field::ClinicalRole,
    Field::Os,
    Field::OsEdition,
    Field::OsBuild,
    Field::RamGib,
    Field::DiskGb,
    Field::DiskType,
    Field::Cpu,
    Field::Cores,
    Field::TpmVersion,
    Field::TpmState,
    Field::Uefi,
    Field::SecureBoot,
    Field::SecureBootCapable,
    Field::SecureBoot2023Ca,
    Field::FirmwareVersion,
    Field::FirmwareDate,
    Field::Encryption,
    Field::AntivirusDate,
    Field::LastPatchDate,
    Field::BatteryPercent,
    Field::HelloIr,
    Field::RemoteCapable,
    Field::MemorySlotsFree,
    Field::MemorySocketed,
    Field::Resolution,
    Field::DiagonalIn,
    Field::ReaderForm,
    Field::ReaderCcid,
    Field::UsbVidPid,
    Field::ScanProtocol,
    Field::Mopria,
    Field::Ipp,
    Field::DriverKind,
    Field::LastSeen,
];

/// Columns that only computers fill: from `os` up to and with `memory_socketed`.
const COMPUTER_COLUMNS: usize = 24;

/// Where a device belongs: its running number, site, class and persona.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'e> {
    /// From 1, over the whole estate.
    pub(crate) number: u64,
    /// Position of the site.
    pub(crate) site_index: usize,
    pub(crate) site: &'e Site,
    pub(crate) class: usize,
    pub(crate) persona: usize,
}

impl Estate {
    /// Writes the assets file: a header and one row for each device, by site, class and kind of staff.
    ///
    /// # Errors
    /// [`Error::Write`] when the writer fails.
    pub fn write_assets(&self, out: &mut impl Write) -> Result<(), Error> {
        out.write_all(&header())?;
        let mut row = Row::default();
        for place in self.places() {
            self.fill(&mut row, &place);
            out.write_all(row.finish())?;
        }
        Ok(())
    }

    /// Every device's place, in the order of the assets file.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let classes = self.tables.classes.len();
        let personas = self.tables.workforce.personas.len();
        let mut number = 0;
        self.sites
            .iter()
            .enumerate()
            .flat_map(move |(site_index, site)| {
                (0..classes).flat_map(move |class| {
                    (0..personas).map(move |persona| (site_index, site, class, persona))
                })
            })
            .zip(&self.cells)
            .flat_map(|(cell, count)| {
                std::iter::repeat_n(cell, usize::try_from(*count).unwrap_or(0))
            })
            .map(move |(site_index, site, class, persona)| {
                number += 1;
                Place { number, site_index, site, class, persona }
            })
    }

    /// Draws a device and writes its row.
    pub(crate) fn fill(&self, row: &mut Row, place: &Place<'_>) {
        let mut rng = Rng::new(self.options.seed, Subject::Device, place.number);
        let device = Device::draw(&self.tables, self.options.seed, place, &mut rng);
        row.clear();
        self.fill_administration(row, place, &device);
        match Computer::draw(&self.tables, self.options.seed, place, &device, &mut rng) {
            Some(computer) => computer.fill(row),
            None => row.skip(COMPUTER_COLUMNS),
        }
        peripheral::fill(row, &self.tables.missing, &device, &mut rng);
        let seen = (!rng.permille(self.tables.missing.last_seen)).then_some(device.last_seen);
        row.date(seen);
    }

    fn fill_administration(&self, row: &mut Row, place: &Place<'_>, device: &Device<'_>) {
        let region = self.holders.get(place.site.holder).map_or(0, |holder| holder.region);
        row.tagged("GP", place.number, 7);
        match &device.serial {
            Some(serial) => row.raw(serial.as_bytes()),
            None => row.empty(),
        }
        row.text(device.class.id);
        row.text(device.model.manufacturer);
        row.text(device.model.model);
        row.text(&place.site.code);
        row.text(device.status);
        row.date(device.purchase_date);
        row.money(device.purchase_cost);
        row.date(device.warranty_end);
        row.tagged("YZ", u64::from(region) + 1, 1);
        row.text(device.funding);
        row.text(device.role);
        row.text(device.clinical_role);
    }
}

/// The header line.
pub(crate) fn header() -> Vec<u8> {
    let mut row = Row::default();
    for column in COLUMNS {
        row.text(column.word());
    }
    row.finish().to_vec()
}

#[cfg(test)]
mod tests;
