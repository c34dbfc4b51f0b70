//! What dmidecode prints: blocks of SMBIOS, each with a handle, a type, a title and indented lines.

use super::{Observation, says_nothing};
use crate::catalogue::Field;
use crate::import::placeholder::Placeholders;
use crate::normal::{chassis, model, os};

/// Most bytes of a file.
pub(in crate::import) const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// One block.
#[derive(Debug, Default)]
struct Block<'t> {
    kind: u16,
    lines: Vec<(&'t str, &'t str)>,
    /// Lines below a name, such as the characteristics of a BIOS.
    items: Vec<&'t str>,
}

impl<'t> Block<'t> {
    /// The text of a name, unless it says nothing.
    fn get(&self, name: &str) -> Option<&'t str> {
        self.lines
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| *text)
            .filter(|text| !says_nothing(text))
    }
}

/// The machines of a text: one for each report, which begin with `# dmidecode` when there are several.
pub(in crate::import) fn observe(text: &str, placeholders: &Placeholders) -> Vec<Observation> {
    let mut all = Vec::new();
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut begin = 1_u32;
    let mut number = 0_u32;
    for line in text.lines() {
        number = number.saturating_add(1);
        if line.starts_with("# dmidecode") && !blocks.is_empty() {
            all.extend(machine(&std::mem::take(&mut blocks), begin, placeholders));
            begin = number;
        }
        if line.starts_with("Handle 0x") {
            let kind = line.split("DMI type ").nth(1).and_then(|rest| rest.split(',').next());
            let kind = kind.and_then(|kind| kind.trim().parse().ok()).unwrap_or(u16::MAX);
            blocks.push(Block { kind, ..Block::default() });
        } else if line.starts_with([' ', '\t'])
            && let Some(block) = blocks.last_mut()
        {
            match line.trim().split_once(':') {
                Some((name, rest)) => block.lines.push((name.trim(), rest.trim())),
                None => block.items.push(line.trim()),
            }
        }
    }
    all.extend(machine(&blocks, begin, placeholders));
    all
}

fn machine(blocks: &[Block<'_>], line: u32, placeholders: &Placeholders) -> Option<Observation> {
    let of = |kind: u16| blocks.iter().filter(move |block| block.kind == kind);
    let system = of(1).next()?;
    let mut found = Observation::at(line);
    let board = of(2).next();
    found.maybe(Field::SerialNumber, system.get("Serial Number"));
    let maker =
        system.get("Manufacturer").or_else(|| board.and_then(|board| board.get("Manufacturer")));
    found.maybe(Field::Manufacturer, maker);
    let product =
        system.get("Product Name").or_else(|| board.and_then(|board| board.get("Product Name")));
    found.maybe(Field::Model, model::of_firmware(maker, product, system.get("Version")));
    if let Some(chassis) = of(3).next() {
        found.maybe(Field::Class, chassis.get("Type").and_then(chassis::class));
        found.tag(chassis.get("Asset Tag"), placeholders);
    }
    if let Some(bios) = of(0).next() {
        found.maybe(Field::FirmwareVersion, bios.get("Version"));
        found.maybe(Field::FirmwareDate, bios.get("Release Date").and_then(os::firmware_day));
        let uefi = bios.items.contains(&"UEFI is supported");
        found.maybe(Field::Uefi, uefi.then_some("true"));
    }
    processor(of(4), &mut found);
    memory(of(17), &mut found);
    let tpm = of(43).find_map(|tpm| tpm.get("Specification Version"));
    found.maybe(Field::TpmVersion, tpm.and_then(os::tpm_version));
    Some(found)
}

fn processor<'b, 't: 'b>(blocks: impl Iterator<Item = &'b Block<'t>>, found: &mut Observation) {
    let present: Vec<&Block<'_>> = blocks
        .filter(|block| block.get("Status").is_none_or(|status| !status.starts_with("Unpopulated")))
        .collect();
    let Some(first) = present.first() else { return };
    found.maybe(Field::Cpu, first.get("Version"));
    let cores: Option<u32> = present
        .iter()
        .map(|block| block.get("Core Count").and_then(|count| count.parse::<u32>().ok()))
        .sum();
    found.maybe(Field::Cores, cores.filter(|cores| *cores > 0).map(|cores| cores.to_string()));
}

fn memory<'b, 't: 'b>(blocks: impl Iterator<Item = &'b Block<'t>>, found: &mut Observation) {
    let mut mib = Some(0_u64);
    let (mut modules, mut free) = (0_u32, 0_u32);
    let (mut sockets, mut soldered) = (0_u32, 0_u32);
    for block in blocks {
        // A chip for firmware is listed among the modules.
        if block.get("Type").is_some_and(|kind| kind.eq_ignore_ascii_case("flash")) {
            continue;
        }
        let Some(size) =
            block.lines.iter().find(|(name, _)| *name == "Size").map(|(_, text)| *text)
        else {
            continue;
        };
        if size == "No Module Installed" {
            free = free.saturating_add(1);
            continue;
        }
        modules = modules.saturating_add(1);
        mib = mib.and_then(|sum| sum.checked_add(mebibytes(size)?));
        match block.get("Form Factor") {
            Some("DIMM" | "SODIMM" | "UDIMM" | "CAMM") => sockets = sockets.saturating_add(1),
            Some("Row Of Chips" | "Chip" | "Die") => soldered = soldered.saturating_add(1),
            _ => {}
        }
    }
    if modules == 0 {
        return;
    }
    found.maybe(Field::RamGib, mib.filter(|mib| *mib > 0).and_then(super::glpi::gib_of_mb));
    found.set(Field::MemorySlotsFree, &free.to_string());
    let socketed = match (sockets, soldered) {
        (1.., _) => Some("true"),
        (0, 1..) => Some("false"),
        _ => None,
    };
    found.maybe(Field::MemorySocketed, socketed);
}

/// A size such as `4096 MB` or `16 GB` in MiB; powers of two whatever the letters say.
fn mebibytes(size: &str) -> Option<u64> {
    let (number, unit) = size.split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    match unit.trim() {
        "kB" | "KB" => number.checked_div(1024),
        "MB" | "MiB" => Some(number),
        "GB" | "GiB" => number.checked_mul(1024),
        "TB" | "TiB" => number.checked_mul(1024 * 1024),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REPORT: &str = "# dmidecode 3.3\n\nHandle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n\tVendor: LENOVO\n\tVersion: N24ET60W (1.35 )\n\
        \tRelease Date: 08/25/2020\n\tCharacteristics:\n\t\tUEFI is supported\n\nHandle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\
        \tManufacturer: LENOVO\n\tProduct Name: 20L6S4QX11\n\tVersion: ThinkPad T480\n\tSerial Number: PF1ABCDE\n\n\
        Handle 0x0002, DMI type 3, 22 bytes\nChassis Information\n\tType: Notebook\n\tAsset Tag: No Asset Information\n\n\
        Handle 0x0003, DMI type 17, 40 bytes\nMemory Device\n\tSize: 8 GB\n\tForm Factor: SODIMM\n\tType: DDR4\n\n\
        Handle 0x0004, DMI type 17, 40 bytes\nMemory Device\n\tSize: No Module Installed\n\tForm Factor: SODIMM\n\n\
        Handle 0x0005, DMI type 17, 40 bytes\nMemory Device\n\tSize: 4096 kB\n\tType: Flash\n\n\
        Handle 0x0006, DMI type 43, 31 bytes\nTPM Device\n\tSpecification Version: 2.0\n";

    #[test]
    fn a_report_becomes_facts() {
        let found = observe(REPORT, &Placeholders::shipped());
        assert_eq!(found.len(), 1);
        let get = |field| found[0].get(field);
        assert_eq!(get(Field::Model), Some("ThinkPad T480"));
        assert_eq!(get(Field::SerialNumber), Some("PF1ABCDE"));
        assert_eq!(get(Field::AssetTag), None);
        assert_eq!(get(Field::Class), Some("laptop"));
        assert_eq!(get(Field::RamGib), Some("8"));
        assert_eq!(get(Field::MemorySlotsFree), Some("1"));
        assert_eq!(get(Field::MemorySocketed), Some("true"));
        assert_eq!(get(Field::TpmVersion), Some("2.0"));
        assert_eq!(get(Field::Uefi), Some("true"));
        assert_eq!(get(Field::FirmwareDate), Some("2020-08-25"));
    }

    #[test]
    fn several_reports_are_several_machines() {
        let both = format!("{REPORT}{REPORT}");
        let found = observe(&both, &Placeholders::shipped());
        let second = u32::try_from(REPORT.lines().count()).unwrap() + 1;
        assert_eq!(found.iter().map(|machine| machine.line).collect::<Vec<_>>(), [1, second]);
    }

    proptest! {
        #[test]
        fn any_lines_end_without_a_panic(text in "(Handle 0x1, DMI type [0-9]{1,2}, 1 bytes\n|\tSize: [0-9]{0,30} [kMG]B\n|\tType: x\n|:\n|\t:\n){0,20}") {
            prop_assert!(observe(&text, &Placeholders::shipped()).len() <= 1);
        }
    }
}
