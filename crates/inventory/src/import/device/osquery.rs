//! osquery: the host details that gather its tables in one object, each a row or a list of rows of texts.

use rust_decimal::Decimal;

use super::Observation;
use crate::catalogue::Field;
use crate::import::tree::Node;
use crate::normal::{chassis, disk, model, os};
use crate::software::Software;

/// The first row of a table.
fn row<'n>(node: &'n Node, table: &str) -> Option<&'n Node> {
    node.each(&[table]).next()
}

pub(super) fn observe(node: &Node, line: u32) -> Observation {
    let mut found = Observation::at(line);
    let text = |table: &str, name: &str| row(node, table).and_then(|row| row.text(&[name]));
    let info = |name: &str| text("system_info", name);
    found.maybe(Field::SerialNumber, info("hardware_serial"));
    found.maybe(Field::Manufacturer, info("hardware_vendor"));
    let name = model::of_firmware(
        info("hardware_vendor"),
        info("hardware_model"),
        info("hardware_version"),
    );
    found.maybe(Field::Model, name);
    found.maybe(Field::Cpu, info("cpu_brand"));
    found.maybe(Field::Cores, info("cpu_physical_cores").filter(|cores| *cores != "0"));
    // What the operating system sees is said of physical memory; the modules say what is installed.
    let modules: Option<u64> = node
        .each(&["memory_devices"])
        .filter_map(|module| module.text(&["size"]))
        .map(|size| size.parse::<u64>().ok())
        .sum();
    found.maybe(Field::RamGib, modules.filter(|sum| *sum > 0).and_then(super::glpi::gib_of_mb));
    memory(info("physical_memory"), &mut found);
    let system = |name: &str| text("os_version", name);
    let version = text("os_windows", "kernel_version").or_else(|| system("version"));
    let told = os::of(system("name").unwrap_or_default(), version.unwrap_or_default());
    found.maybe(Field::Os, told.os);
    found.maybe(Field::OsEdition, told.edition);
    found.maybe(Field::OsBuild, told.build);
    let chassis = text("chassis_info", "chassis_types").and_then(chassis::class);
    let by_name = found.get(Field::Model).and_then(chassis::class_of_model);
    found.maybe(Field::Class, chassis.or(by_name));
    tpm(node, &mut found);
    found.maybe(Field::FirmwareVersion, text("platform_info", "version"));
    found.maybe(Field::FirmwareDate, text("platform_info", "date").and_then(os::firmware_day));
    let firmware = text("platform_info", "firmware_type").map(str::to_ascii_lowercase);
    found.maybe(
        Field::Uefi,
        firmware.and_then(|kind| match kind.as_str() {
            "uefi" => Some("true"),
            "bios" => Some("false"),
            _ => None,
        }),
    );
    found.maybe(Field::SecureBoot, text("secureboot", "secure_boot").and_then(flag));
    encryption(node, &mut found);
    let disks = node.each(&["disk_info"]).filter_map(|disk| {
        let words = [disk.text(&["type"]), disk.text(&["hardware_model"]), disk.text(&["name"])];
        let words: Vec<&str> = words.into_iter().flatten().collect();
        let size: u128 = disk.text(&["disk_size"])?.parse().ok()?;
        disk::kind_of(&words.join(" ")).map(|kind| (size, kind))
    });
    if let Some((size, kind)) = disks.max_by_key(|(size, _)| *size) {
        found.maybe(Field::DiskGb, disk::gb(size));
        found.maybe(Field::DiskType, kind.word());
    }
    let programs = node.each(&["programs"]).chain(node.each(&["software"]));
    found.software = programs
        .filter_map(|row| {
            Software::new(row.text(&["name"])?, row.text(&["version"]), row.text(&["publisher"]))
        })
        .collect();
    found
}

/// What the operating system sees, and what is installed when that is a whole number of GiB: nothing was kept back then.
pub(super) fn memory(bytes: Option<&str>, found: &mut Observation) {
    let gib = bytes.and_then(gib_of_bytes);
    found.maybe(Field::RamVisibleGib, gib.as_deref());
    found.maybe(Field::RamGib, gib.filter(|gib| !gib.contains('.')));
}

fn tpm(node: &Node, found: &mut Observation) {
    let Some(tpm) = row(node, "tpm_info") else { return };
    found.maybe(Field::TpmVersion, tpm.text(&["spec_version"]).and_then(os::tpm_version));
    let on = |name: &str| tpm.text(&[name]).and_then(flag);
    let state = match (on("enabled"), on("activated")) {
        (Some("true"), Some("true") | None) => Some("on"),
        (Some("false"), _) | (_, Some("false")) => Some("off"),
        _ => None,
    };
    found.maybe(Field::TpmState, state);
}

/// The system drive is what counts; without one that says so, all volumes must agree.
fn encryption(node: &Node, found: &mut Observation) {
    let states: Vec<&str> = node
        .each(&["bitlocker_info"])
        .filter_map(|volume| volume.text(&["protection_status"]))
        .collect();
    let state = match states.as_slice() {
        [] => None,
        all if all.iter().all(|state| *state == "1") => Some("on"),
        all if all.iter().all(|state| *state == "0") => Some("off"),
        all if all.contains(&"1") => Some("partial"),
        _ => None,
    };
    found.maybe(Field::Encryption, state);
}

fn flag(text: &str) -> Option<&'static str> {
    match text {
        "1" => Some("true"),
        "0" => Some("false"),
        _ => None,
    }
}

/// Bytes as GiB to the nearest MiB.
pub(super) fn gib_of_bytes(text: &str) -> Option<String> {
    let bytes: u64 = text.parse().ok().filter(|bytes| *bytes > 0)?;
    let gib = Decimal::from(bytes).checked_div(Decimal::from(1_u64 << 30_u32))?;
    Some(gib.round_dp(6).normalize().to_string())
}
