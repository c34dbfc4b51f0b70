//! GLPI's inventory JSON, and the XML of OCS and `FusionInventory` agents, which name the same things in capitals.
//!
//! Memory and disks are in MB. The schema has no field for a TPM, so it stays unknown. Monitors that a computer sees are not
//! taken for devices: a laptop's own panel looks the same.

use rust_decimal::Decimal;

use super::{Observation, one_line};
use crate::catalogue::Field;
use crate::import::device::says_nothing;
use crate::import::placeholder::Placeholders;
use crate::import::tree::Node;
use crate::normal::{chassis, disk, model, os};
use crate::software::Software;

pub(super) fn observe(node: &Node, line: u32, placeholders: &Placeholders) -> Observation {
    let root = node.get("request").unwrap_or(node);
    let mut found = Observation::at(line);
    let Some(content) = root.get("content") else { return found };
    // A discovery lists what it found directly; an inventory over the network has it under `info`.
    let first = content.each(&["device"]).next();
    let device = first.map(|device| device.get("info").unwrap_or(device));
    if let Some(device) = content.get("network_device").or(device) {
        network_device(device, root, &mut found, placeholders);
    }
    let bios = |name: &str| content.text(&["bios", name]);
    // The board's own serial number is on no label, and changes when the board does.
    found.maybe(Field::SerialNumber, bios("ssn"));
    found.tag(bios("assettag"), placeholders);
    found.maybe(Field::Manufacturer, bios("smanufacturer").or_else(|| bios("mmanufacturer")));
    let product = bios("smodel").filter(|text| !says_nothing(text)).or_else(|| bios("mmodel"));
    let name = model::of_firmware(bios("smanufacturer"), product, bios("skunumber"));
    found.maybe(Field::Model, name);
    found.maybe(Field::FirmwareVersion, bios("bversion"));
    found.maybe(Field::FirmwareDate, bios("bdate").and_then(os::firmware_day));
    found.maybe(Field::SecureBoot, bios("secure_boot").and_then(enabled));
    if !found.has(Field::Class) {
        let chassis = content.text(&["hardware", "chassis_type"]).and_then(chassis::class);
        found.maybe(Field::Class, chassis);
    }
    processor(content, &mut found);
    memory(content, &mut found);
    storage(content, &mut found);
    system(content, &mut found);
    antivirus(content, &mut found);
    found.maybe(
        Field::LastSeen,
        content.text(&["accesslog", "logdate"]).and_then(|text| text.get(..10)),
    );
    found.software = content.each(&["softwares"]).filter_map(program).collect();
    found
}

/// A printer or other device that was asked over the network.
fn network_device(
    device: &Node,
    root: &Node,
    found: &mut Observation,
    placeholders: &Placeholders,
) {
    found.maybe(Field::SerialNumber, device.text(&["serial"]));
    found.tag(device.text(&["assettag"]), placeholders);
    found.maybe(Field::Manufacturer, device.text(&["manufacturer"]));
    found.maybe(Field::Model, device.text(&["model"]));
    found.maybe(Field::FirmwareVersion, device.text(&["firmware"]));
    let kind = root.text(&["itemtype"]).or_else(|| device.text(&["type"])).unwrap_or_default();
    if kind.eq_ignore_ascii_case("printer") {
        found.set(Field::Class, "printer");
    }
}

fn processor(content: &Node, found: &mut Observation) {
    let cpus: Vec<&Node> = content.each(&["cpus"]).collect();
    if let Some(first) = cpus.first() {
        found.maybe(Field::Cpu, first.text(&["name"]).map(one_line));
    }
    let cores: Option<u32> =
        cpus.iter().map(|cpu| cpu.text(&["core"]).and_then(|core| core.parse::<u32>().ok())).sum();
    found.maybe(Field::Cores, cores.filter(|cores| *cores > 0).map(|cores| cores.to_string()));
}

/// The sum of the modules is what is installed; `hardware.memory` is what the operating system sees.
fn memory(content: &Node, found: &mut Observation) {
    let modules: Vec<&Node> = content.each(&["memories"]).collect();
    let sizes: Option<u64> = modules
        .iter()
        .filter_map(|module| module.text(&["capacity"]))
        .map(|size| size.parse::<u64>().ok())
        .sum();
    let any = modules.iter().any(|module| module.text(&["capacity"]).is_some());
    found.maybe(Field::RamGib, sizes.filter(|sum| any && *sum > 0).and_then(gib_of_mb));
    let visible = content.text(&["hardware", "memory"]).and_then(|size| size.parse::<u64>().ok());
    found.maybe(Field::RamVisibleGib, visible.filter(|size| *size > 0).and_then(gib_of_mb));
}

/// MB as agents report them, which are 2^20 bytes, as GiB.
pub(super) fn gib_of_mb(mb: u64) -> Option<String> {
    Decimal::from(mb).checked_div(Decimal::from(1024)).map(|gib| gib.normalize().to_string())
}

/// The largest disk that is not on USB is taken for the system disk.
fn storage(content: &Node, found: &mut Observation) {
    let disks = content.each(&["storages"]).filter_map(|storage| {
        let text = |name: &str| storage.text(&[name]).unwrap_or_default();
        let words =
            [text("interface"), text("description"), text("type"), text("model"), text("name")]
                .join(" ");
        let size: u64 = text("disksize").parse().ok()?;
        disk::kind_of(&words).map(|kind| (size, kind))
    });
    if let Some((size, kind)) = disks.max_by_key(|(size, _)| *size).filter(|(size, _)| *size > 0) {
        found.maybe(Field::DiskGb, disk::gb(u128::from(size).saturating_mul(1_000_000)));
        found.maybe(Field::DiskType, kind.word());
    }
}

fn system(content: &Node, found: &mut Observation) {
    let system = |name: &str| content.text(&["operatingsystem", name]);
    let hardware = |name: &str| content.text(&["hardware", name]);
    let name = system("full_name").or_else(|| hardware("osname")).or_else(|| system("name"));
    let version =
        system("kernel_version").or_else(|| hardware("osversion")).or_else(|| system("version"));
    let told = os::of(name.unwrap_or_default(), version.unwrap_or_default());
    found.maybe(Field::Os, told.os);
    found.maybe(Field::OsEdition, told.edition);
    found.maybe(Field::OsBuild, told.build);
}

fn antivirus(content: &Node, found: &mut Observation) {
    let dates = content.each(&["antivirus"]).filter_map(|product| product.text(&["base_creation"]));
    found.maybe(Field::AntivirusDate, dates.filter_map(|text| text.get(..10)).max());
}

fn enabled(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "enabled" | "1" | "on" | "true" => Some("true"),
        "disabled" | "0" | "off" | "false" => Some("false"),
        _ => None,
    }
}

fn program(node: &Node) -> Option<Software> {
    let system = node.text(&["system_category"]).is_some_and(|category| {
        matches!(category, "update" | "hotfix" | "security_update" | "system_component")
    });
    let name = node.text(&["name"]).or_else(|| node.text(&["guid"]))?;
    (!system)
        .then(|| Software::new(name, node.text(&["version"]), node.text(&["publisher"])))
        .flatten()
}
