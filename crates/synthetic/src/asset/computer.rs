//! Desktops and laptops.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "days and percentages, far below the limits of their types"
)]

use chrono::{Datelike as _, Days, NaiveDate};

use super::Place;
use super::device::{Device, entry};
use crate::files::Row;
use crate::random::{Choices, Rng, Subject};
use crate::tables::{Generation, ModelFacts, System, Tables};

/// What is known of a computer.
#[derive(Debug)]
pub(super) struct Computer {
    system: Option<System>,
    ram_gib: Option<u32>,
    disk: Option<(u32, &'static str)>,
    processor: Option<(&'static str, u32)>,
    tpm: Option<(&'static str, &'static str)>,
    uefi: bool,
    secure_boot: Option<bool>,
    secure_boot_2023_ca: Option<bool>,
    firmware: Option<(String, NaiveDate)>,
    encryption: Option<&'static str>,
    antivirus_date: Option<NaiveDate>,
    last_patch_date: Option<NaiveDate>,
    battery_percent: Option<u64>,
    hello_ir: Option<bool>,
    remote_capable: Option<bool>,
    memory_slots_free: Option<u64>,
}

impl Computer {
    /// The computer's facts; `None` for a device of another family.
    pub(super) fn draw(
        tables: &Tables,
        seed: u64,
        place: &Place<'_>,
        device: &Device<'_>,
        rng: &mut Rng,
    ) -> Option<Self> {
        let ModelFacts::Computer { generation, processors, .. } = &device.model.facts else {
            return None;
        };
        let generation = entry(&tables.generations, *generation);
        let laptop = device.class.id == "laptop";
        let figures = if laptop { &generation.laptop } else { &generation.desktop };
        let missing = &tables.missing;
        // Devices like their batch share its processor, memory and disk.
        let mut shared = device.batch.clone().unwrap_or_else(|| rng.clone());
        let processor = shared.pick(processors);
        let ram_gib = shared.pick(&figures.ram_gib);
        let disk = disk_choices(tables, device.bought.year()).map(|disks| shared.pick(disks));
        let system = draw_system(tables, seed, place, generation, rng);
        let firmware_date = draw_firmware_date(device, rng);
        let uefi = rng.permille(generation.uefi);
        let age = i64::from(tables.as_of.year() - device.bought.year());
        let known = |rng: &mut Rng, missing: u64| !rng.permille(missing);
        Some(Self {
            system: known(rng, missing.os).then_some(system),
            ram_gib: known(rng, missing.ram).then_some(ram_gib),
            disk: disk.filter(|_| known(rng, missing.disk)),
            processor: known(rng, missing.cpu).then_some(processor),
            tpm: rng.permille(figures.tpm_known).then(|| draw_tpm(generation, rng)),
            uefi,
            secure_boot: known(rng, missing.secure_boot).then(|| uefi && rng.permille(950)),
            secure_boot_2023_ca: known(rng, missing.secure_boot_2023_ca).then(|| {
                let recent = firmware_date.year() >= 2024;
                rng.permille(if recent { 850 } else { 200 })
            }),
            firmware: known(rng, missing.firmware)
                .then(|| (firmware_version(device, firmware_date), firmware_date)),
            encryption: known(rng, missing.encryption).then(|| {
                let off = if laptop { 15 } else { 70 };
                match rng.below(1000) {
                    draw if draw < off => "off",
                    draw if draw < off + 10 => "partial",
                    _ => "on",
                }
            }),
            antivirus_date: known(rng, missing.antivirus).then(|| {
                let lag = if rng.permille(930) { rng.below(4) } else { rng.between(4, 60) };
                days_before(device.last_seen, lag).max(device.bought)
            }),
            last_patch_date: known(rng, missing.patch).then(|| draw_patch(device, system, rng)),
            battery_percent: (laptop && known(rng, missing.battery)).then(|| {
                let percent = 104 - 7 * age - i64::try_from(rng.below(18)).unwrap_or(0);
                u64::try_from(percent.clamp(20, 100)).unwrap_or(100)
            }),
            hello_ir: (laptop && known(rng, missing.hello))
                .then(|| rng.permille(if device.bought.year() >= 2020 { 550 } else { 120 })),
            remote_capable: known(rng, missing.remote)
                .then(|| rng.permille(if laptop { 950 } else { 220 })),
            memory_slots_free: known(rng, missing.memory_slots)
                .then(|| u64::from(rng.permille(if ram_gib <= 8 { 600 } else { 250 }))),
        })
    }

    /// Writes the columns of computers, from `os` to `memory_socketed`.
    pub(super) fn fill(&self, row: &mut Row) {
        row.optional(self.system.map(|system| system.os));
        row.optional(self.system.map(|system| system.edition));
        row.optional(self.system.map(|system| system.build));
        row.number(self.ram_gib.map(u64::from));
        row.number(self.disk.map(|(size, _)| u64::from(size)));
        row.optional(self.disk.map(|(_, kind)| kind));
        row.optional(self.processor.map(|(name, _)| name));
        row.number(self.processor.map(|(_, cores)| u64::from(cores)));
        row.optional(self.tpm.map(|(version, _)| version));
        row.optional(self.tpm.map(|(_, state)| state));
        row.flag(Some(self.uefi));
        row.flag(self.secure_boot);
        row.flag(self.secure_boot.map(|_| self.uefi));
        row.flag(self.secure_boot_2023_ca);
        row.optional(self.firmware.as_ref().map(|(version, _)| version.as_str()));
        row.date(self.firmware.as_ref().map(|(_, date)| *date));
        row.optional(self.encryption);
        row.date(self.antivirus_date);
        row.date(self.last_patch_date);
        row.number(self.battery_percent);
        row.flag(self.hello_ir);
        row.flag(self.remote_capable);
        row.number(self.memory_slots_free);
        row.flag(self.memory_slots_free.map(|_| true));
    }
}

fn disk_choices(tables: &Tables, year: i32) -> Option<&Choices<(u32, &'static str)>> {
    tables.disks.iter().find(|(until, _)| year <= *until).map(|(_, disks)| disks)
}

/// Practices are upgraded as a whole: most computers of a site draw the site's numbers.
fn draw_system(
    tables: &Tables,
    seed: u64,
    place: &Place<'_>,
    generation: &Generation,
    rng: &mut Rng,
) -> System {
    let systems =
        if generation.windows_11 { &tables.systems_capable } else { &tables.systems_incapable };
    let site = u64::try_from(place.site_index).unwrap_or_default();
    let mut site = Rng::new(seed ^ 0x05_0510_AD00, Subject::Site, site);
    let chosen = if rng.permille(600) { site.pick(systems) } else { rng.pick(systems) };
    *entry(&tables.systems, chosen)
}

fn draw_tpm(generation: &Generation, rng: &mut Rng) -> (&'static str, &'static str) {
    let old = !generation.windows_11 && rng.permille(150);
    (if old { "1.2" } else { "2.0" }, if rng.permille(960) { "on" } else { "off" })
}

fn days_before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// A release between a few months before the purchase and six years after it.
fn draw_firmware_date(device: &Device<'_>, rng: &mut Rng) -> NaiveDate {
    let first = days_before(device.bought, rng.between(10, 150));
    let later = rng.below(6 * 365);
    first.checked_add_days(Days::new(later)).unwrap_or(first).min(device.last_seen)
}

fn firmware_version(device: &Device<'_>, date: NaiveDate) -> String {
    // Makers count releases; later dates give higher numbers of the same model.
    let months =
        (date.year() - device.bought.year()) * 12 + i32::try_from(date.month()).unwrap_or(0) + 12;
    let release = months.max(1) / 2;
    match device.model.manufacturer {
        "HP" => format!("Ver. 02.{release:02}.00"),
        "LENOVO" => format!("M1U{release:02}A"),
        _ => format!("1.{release}.0"),
    }
}

/// The update day of a month: its second Tuesday.
fn second_tuesday(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, chrono::Weekday::Tue, 2)
}

/// The last update day that had reached the computer when it was last seen.
fn draw_patch(device: &Device<'_>, system: System, rng: &mut Rng) -> NaiveDate {
    let lag = if rng.permille(860) { rng.below(15) } else { rng.between(15, 240) };
    let mut seen = days_before(device.last_seen, lag);
    if let Some((last, share)) = system.frozen
        && rng.permille(share)
    {
        seen = seen.min(last);
    }
    let this = second_tuesday(seen.year(), seen.month()).filter(|day| *day <= seen);
    let before = || {
        let month = seen.with_day(1)?.pred_opt()?;
        second_tuesday(month.year(), month.month())
    };
    // A computer is up to date on the day it is built.
    this.or_else(before).unwrap_or(seen).max(device.bought)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn update_days_are_second_tuesdays() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        assert_eq!(second_tuesday(2026, 11), day("2026-11-10"));
        assert_eq!(second_tuesday(2025, 10), day("2025-10-14"));
    }
}
