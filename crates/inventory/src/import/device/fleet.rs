//! Fleet's hosts, as its API lists them.

use super::Observation;
use crate::catalogue::Field;
use crate::import::tree::Node;
use crate::normal::{chassis, disk, model, os};
use crate::software::Software;

pub(super) fn observe(node: &Node, line: u32) -> Observation {
    let host = node.get("host").unwrap_or(node);
    let mut found = Observation::at(line);
    let text = |name: &str| host.text(&[name]);
    found.maybe(Field::SerialNumber, text("hardware_serial"));
    found.maybe(Field::Manufacturer, text("hardware_vendor"));
    found.maybe(
        Field::Model,
        model::of_firmware(
            text("hardware_vendor"),
            text("hardware_model"),
            text("hardware_version"),
        ),
    );
    found.maybe(Field::Cpu, text("cpu_brand"));
    found.maybe(Field::Cores, text("cpu_physical_cores").filter(|cores| *cores != "0"));
    super::osquery::memory(text("memory"), &mut found);
    let total =
        text("gigs_total_disk_space").and_then(|gb| gb.split('.').next()?.parse::<u128>().ok());
    found.maybe(
        Field::DiskGb,
        total.filter(|gb| *gb > 0).and_then(|gb| disk::gb(gb.saturating_mul(1_000_000_000))),
    );
    let told = os::of(text("os_version").unwrap_or_default(), text("build").unwrap_or_default());
    found.maybe(Field::Os, told.os);
    found.maybe(Field::OsEdition, told.edition);
    found.maybe(Field::OsBuild, told.build);
    let encrypted = text("disk_encryption_enabled").and_then(|state| match state {
        "true" => Some("on"),
        "false" => Some("off"),
        _ => None,
    });
    found.maybe(Field::Encryption, encrypted);
    found.maybe(Field::LastSeen, text("seen_time").and_then(|time| time.get(..10)));
    let by_name = found.get(Field::Model).and_then(chassis::class_of_model);
    found.maybe(Field::Class, by_name);
    found.software = host
        .each(&["software"])
        .filter_map(|row| {
            Software::new(row.text(&["name"])?, row.text(&["version"]), row.text(&["vendor"]))
        })
        .collect();
    found
}
