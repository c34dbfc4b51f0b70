//! `lshw -json`: a tree of nodes with class, vendor, product and children.

use super::{Observation, says_nothing};
use crate::catalogue::Field;
use crate::import::tree::Node;
use crate::normal::{chassis, disk, model, os};

pub(super) fn observe(node: &Node, line: u32) -> Observation {
    let mut found = Observation::at(line);
    let vendor = node.text(&["vendor"]);
    // The SKU stands in parentheses after the name.
    let sku = node.text(&["configuration", "sku"]).unwrap_or_default();
    let product = node.text(&["product"]).map(|text| {
        let suffix = format!("({sku})");
        text.strip_suffix(suffix.as_str()).unwrap_or(text).trim()
    });
    found.maybe(Field::SerialNumber, node.text(&["serial"]));
    found.maybe(Field::Manufacturer, vendor);
    let version = node.text(&["version"]).filter(|text| !says_nothing(text));
    found.maybe(Field::Model, model::of_firmware(vendor, product, version));
    let chassis = node.text(&["configuration", "chassis"]).and_then(chassis::class);
    found.maybe(Field::Class, chassis);
    let mut all = Vec::new();
    gather(node, &mut all);
    processor(&all, &mut found);
    memory(&all, &mut found);
    storage(&all, &mut found);
    if let Some(firmware) = all.iter().find(|node| node.text(&["id"]) == Some("firmware")) {
        found.maybe(Field::FirmwareVersion, firmware.text(&["version"]));
        found.maybe(Field::FirmwareDate, firmware.text(&["date"]).and_then(os::firmware_day));
        // The capability is named when the firmware has it; an older lshw does not know it, so its absence says nothing.
        let uefi = firmware.at(&["capabilities", "uefi"]).is_some();
        found.maybe(Field::Uefi, uefi.then_some("true"));
    }
    found
}

fn gather<'n>(node: &'n Node, all: &mut Vec<&'n Node>) {
    for child in node.each(&["children"]) {
        all.push(child);
        gather(child, all);
    }
}

fn class(node: &Node, wanted: &str) -> bool {
    node.text(&["class"]) == Some(wanted)
}

fn processor(all: &[&Node], found: &mut Observation) {
    let real = |node: &&&Node| {
        class(node, "processor")
            && !node.text(&["id"]).unwrap_or_default().starts_with("logicalcpu")
    };
    if let Some(cpu) = all.iter().find(|node| real(node) && node.text(&["product"]).is_some()) {
        found.maybe(Field::Cpu, cpu.text(&["product"]));
        found.maybe(Field::Cores, cpu.text(&["configuration", "cores"]));
    }
}

/// The sizes of the banks of system memory; flash chips and caches are no memory.
fn memory(all: &[&Node], found: &mut Observation) {
    let is_system = |node: &&&Node| {
        class(node, "memory")
            && node
                .text(&["description"])
                .is_some_and(|text| text.eq_ignore_ascii_case("system memory"))
    };
    let sizes: u64 = all
        .iter()
        .filter(is_system)
        .map(|memory| {
            let banks: u64 = memory.each(&["children"]).filter_map(size).sum();
            if banks > 0 { banks } else { size(memory).unwrap_or(0) }
        })
        .fold(0, u64::saturating_add);
    found.maybe(
        Field::RamGib,
        Some(sizes.to_string()).as_deref().and_then(super::osquery::gib_of_bytes),
    );
}

fn size(node: &Node) -> Option<u64> {
    let bytes = node.text(&["units"]).is_none_or(|units| units == "bytes");
    node.text(&["size"]).filter(|_| bytes)?.parse().ok()
}

/// The first disk that is not on USB: lshw lists them as the firmware does.
fn storage(all: &[&Node], found: &mut Observation) {
    let disk = all.iter().find_map(|node| {
        let id = node.text(&["id"]).unwrap_or_default();
        let drive = class(node, "disk") && id.starts_with("disk");
        let nvme = class(node, "storage") && id.starts_with("nvme");
        let volume = (drive || nvme) && size(node).is_some();
        let info = |name: &str| node.text(&[name]).unwrap_or_default();
        let words = [
            info("description"),
            info("businfo"),
            info("product"),
            info("vendor"),
            info("logicalname"),
        ]
        .join(" ");
        let kind = disk::kind_of(&words).filter(|_| volume)?;
        Some((size(node)?, kind))
    });
    if let Some((size, kind)) = disk {
        found.maybe(Field::DiskGb, disk::gb(u128::from(size)));
        found.maybe(Field::DiskType, kind.word());
    }
}
