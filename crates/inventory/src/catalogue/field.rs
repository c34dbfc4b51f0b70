//! Every field that a device can have.

use std::fmt;
use std::str::FromStr;

use diagnostic::suggest;

use super::{Kind, Unit};
use crate::vocabulary::{Expected, Family};

/// What part of a device's record a field belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Says which device it is.
    Identity,
    /// Says where it stands, whose it is and what became of it.
    Administration,
    /// Something measured or observed about the device.
    Fact,
    /// A fact that only the choice of a remedy needs.
    Remedy,
    /// Computed from another field; not a column of files.
    Derived,
}

/// What the catalogue says of one field.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// The field.
    pub field: Field,
    /// The one word for it everywhere.
    pub word: &'static str,
    /// Its type.
    pub kind: Kind,
    /// The part of the record it belongs to.
    pub group: Group,
    /// The families of classes that can have it.
    pub families: &'static [Family],
    /// What it means, as a short phrase.
    pub meaning: &'static str,
}

const ANY: &[Family] = Family::ALL;

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident = $number:literal, $word:literal, $kind:expr, $group:ident, $families:expr, $meaning:literal;)+) => {
        /// A field of the catalogue. Its number is permanent, because stores keep it.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Field { $($(#[$doc])* $field = $number,)+ }

        /// One entry a field, in the order of their numbers.
        const SPECS: &[FieldSpec] = &[$(FieldSpec {
            field: Field::$field, word: $word, kind: $kind, group: Group::$group,
            families: $families, meaning: $meaning,
        },)+];

        impl Field {
            /// What the catalogue says of this field.
            pub fn spec(self) -> &'static FieldSpec {
                match self { $(Self::$field => const { &FieldSpec {
                    field: Field::$field, word: $word, kind: $kind, group: Group::$group,
                    families: $families, meaning: $meaning,
                } },)+ }
            }

            /// The permanent number that stores keep.
            pub fn number(self) -> u8 {
                match self { $(Self::$field => $number,)+ }
            }
        }
    };
}

fields! {
    /// The label stuck on the device.
    AssetTag = 0, "asset_tag", Kind::Text, Identity, ANY, "The label stuck on the device";
    /// The maker's serial number.
    SerialNumber = 1, "serial_number", Kind::Text, Identity, ANY, "The maker's serial number";
    /// The class of device.
    Class = 2, "class", Kind::OpenToken, Identity, ANY, "The class of device";
    /// The maker, as the source spells it.
    Manufacturer = 3, "manufacturer", Kind::Text, Identity, ANY, "The maker, as the source spells it";
    /// The model, as the source spells it.
    Model = 4, "model", Kind::Text, Identity, ANY, "The model, as the source spells it";
    /// The practice, branch or declared local site where it stands.
    Site = 5, "site", Kind::Organisation, Administration, ANY, "The practice, branch or declared local site where it stands";
    /// Where it is in its life.
    Status = 6, "status", Kind::Status, Administration, ANY, "Where it is in its life";
    /// The day it was bought.
    PurchaseDate = 7, "purchase_date", Kind::Date, Administration, ANY, "The day it was bought";
    /// What it cost, including VAT.
    PurchaseCost = 8, "purchase_cost", Kind::Money, Administration, ANY, "What it cost, including VAT";
    /// The last day of the maker's warranty.
    WarrantyEnd = 9, "warranty_end", Kind::Date, Administration, ANY, "The last day of the maker's warranty";
    /// Who owns it.
    Owner = 10, "owner", Kind::Organisation, Administration, ANY, "Who owns it";
    /// Whose envelope replaces it.
    BudgetHolder = 11, "budget_holder", Kind::Organisation, Administration, ANY, "Whose envelope replaces it";
    /// Who looks after it.
    Custodian = 12, "custodian", Kind::Organisation, Administration, ANY, "Who looks after it";
    /// Who supports it.
    SupportProvider = 13, "support_provider", Kind::Text, Administration, ANY, "Who supports it";
    /// Which money may replace it.
    FundingClass = 14, "funding_class", Kind::Funding, Administration, ANY, "Which money may replace it";
    /// The named stream that replaces it.
    FundingStream = 15, "funding_stream", Kind::OpenToken, Administration, ANY, "The named stream that replaces it";
    /// What it is used for.
    Role = 16, "role", Kind::OpenToken, Administration, ANY, "What it is used for";
    /// The person who uses it (personal data).
    AssignedUser = 17, "assigned_user", Kind::Text, Administration, ANY, "The person who uses it (personal data)";
    /// The kind of staff who use it.
    ClinicalRole = 18, "clinical_role", Kind::OpenToken, Administration, ANY, "The kind of staff who use it";
    /// Anything else.
    Notes = 19, "notes", Kind::Text, Administration, ANY, "Anything else";
    /// The operating system, as the lifecycle table names it.
    Os = 20, "os", Kind::OpenToken, Fact, &[Family::Computer], "The operating system, as the lifecycle table names it";
    /// The edition or servicing channel, as the lifecycle table names it.
    OsEdition = 21, "os_edition", Kind::OpenToken, Fact, &[Family::Computer], "The edition or servicing channel, as the lifecycle table names it";
    /// The build, with or without its revision.
    OsBuild = 22, "os_build", Kind::Version, Fact, &[Family::Computer], "The build, with or without its revision";
    /// Installed memory.
    RamGib = 23, "ram_gib", Kind::Number(Unit::GIB), Fact, &[Family::Computer], "Installed memory";
    /// Memory that the operating system sees.
    RamVisibleGib = 24, "ram_visible_gib", Kind::Number(Unit::GIB), Fact, &[Family::Computer], "Memory that the operating system sees";
    /// Size of the system disk.
    DiskGb = 25, "disk_gb", Kind::Number(Unit::GB), Fact, &[Family::Computer], "Size of the system disk";
    /// Technology of the system disk.
    DiskType = 26, "disk_type", Kind::Token(&["ssd", "nvme", "hdd", "emmc"]), Fact, &[Family::Computer], "Technology of the system disk";
    /// The processor, as the machine reports it.
    Cpu = 27, "cpu", Kind::Text, Fact, &[Family::Computer], "The processor, as the machine reports it";
    /// Processor cores.
    Cores = 28, "cores", Kind::Number(Unit::COUNT), Fact, &[Family::Computer], "Processor cores";
    /// Specification version of the trusted platform module.
    TpmVersion = 29, "tpm_version", Kind::Version, Fact, &[Family::Computer], "Specification version of the trusted platform module";
    /// Whether the trusted platform module is there and on.
    TpmState = 30, "tpm_state", Kind::Token(&["on", "off", "absent"]), Fact, &[Family::Computer], "Whether the trusted platform module is there and on";
    /// Boots by UEFI.
    Uefi = 31, "uefi", Kind::Bool, Fact, &[Family::Computer], "Boots by UEFI";
    /// Secure Boot is on.
    SecureBoot = 32, "secure_boot", Kind::Bool, Fact, &[Family::Computer], "Secure Boot is on";
    /// Secure Boot can be switched on.
    SecureBootCapable = 33, "secure_boot_capable", Kind::Bool, Fact, &[Family::Computer], "Secure Boot can be switched on";
    /// Holds the Secure Boot certificates of 2023.
    SecureBoot2023Ca = 34, "secure_boot_2023_ca", Kind::Bool, Fact, &[Family::Computer], "Holds the Secure Boot certificates of 2023";
    /// Version of the firmware, as the maker writes it.
    FirmwareVersion = 35, "firmware_version", Kind::Text, Fact, &[Family::Computer], "Version of the firmware, as the maker writes it";
    /// Release date of the firmware.
    FirmwareDate = 36, "firmware_date", Kind::Date, Fact, &[Family::Computer], "Release date of the firmware";
    /// Disk encryption.
    Encryption = 37, "encryption", Kind::Token(&["on", "off", "partial"]), Fact, &[Family::Computer], "Disk encryption";
    /// Date of the antivirus definitions.
    AntivirusDate = 38, "antivirus_date", Kind::Date, Fact, &[Family::Computer], "Date of the antivirus definitions";
    /// Day of the last operating-system update.
    LastPatchDate = 39, "last_patch_date", Kind::Date, Fact, &[Family::Computer], "Day of the last operating-system update";
    /// Full charge as a share of the design capacity.
    BatteryPercent = 40, "battery_percent", Kind::Number(Unit::PERCENT), Fact, &[Family::Computer], "Full charge as a share of the design capacity";
    /// Native resolution.
    Resolution = 41, "resolution", Kind::Resolution, Fact, &[Family::Computer, Family::Display], "Native resolution";
    /// Screen diagonal.
    DiagonalIn = 42, "diagonal_in", Kind::Number(Unit::INCH), Fact, &[Family::Computer, Family::Display], "Screen diagonal";
    /// Form of the smartcard reader.
    ReaderForm = 43, "reader_form", Kind::Token(&["standalone", "keyboard", "internal"]), Fact, &[Family::Reader], "Form of the smartcard reader";
    /// Works with the standard smartcard class driver.
    ReaderCcid = 44, "reader_ccid", Kind::Bool, Fact, &[Family::Reader], "Works with the standard smartcard class driver";
    /// USB vendor and product, such as 076b-3031.
    UsbVidPid = 45, "usb_vid_pid", Kind::OpenToken, Fact, &[Family::Reader, Family::Scanner, Family::Printer], "USB vendor and product, such as 076b-3031";
    /// How the scanner is driven.
    ScanProtocol = 46, "scan_protocol", Kind::Token(&["twain", "wia", "escl", "ws-scan"]), Fact, &[Family::Scanner, Family::Printer], "How the scanner is driven";
    /// Certified for driverless printing.
    Mopria = 47, "mopria", Kind::Bool, Fact, &[Family::Printer], "Certified for driverless printing";
    /// Prints by the Internet Printing Protocol.
    Ipp = 48, "ipp", Kind::Bool, Fact, &[Family::Printer], "Prints by the Internet Printing Protocol";
    /// Kind of printer driver in use.
    DriverKind = 49, "driver_kind", Kind::Token(&["v3", "v4", "ipp"]), Fact, &[Family::Printer], "Kind of printer driver in use";
    /// Has a mobile data card with a SIM.
    WwanSim = 50, "wwan_sim", Kind::Bool, Fact, &[Family::Computer], "Has a mobile data card with a SIM";
    /// Has an infra-red camera or fingerprint reader for sign-in.
    HelloIr = 51, "hello_ir", Kind::Bool, Fact, &[Family::Computer], "Has an infra-red camera or fingerprint reader for sign-in";
    /// Can be used away from the practice.
    RemoteCapable = 52, "remote_capable", Kind::Bool, Fact, &[Family::Computer], "Can be used away from the practice";
    /// Day on which a source last saw the device.
    LastSeen = 53, "last_seen", Kind::Date, Fact, &[Family::Computer, Family::Display, Family::Reader, Family::Scanner, Family::Printer, Family::Other], "Day on which a source last saw the device";
    /// Free memory slots.
    MemorySlotsFree = 54, "memory_slots_free", Kind::Number(Unit::COUNT), Remedy, &[Family::Computer], "Free memory slots";
    /// Memory is in sockets, not soldered.
    MemorySocketed = 55, "memory_socketed", Kind::Bool, Remedy, &[Family::Computer], "Memory is in sockets, not soldered";
    /// Width of the resolution.
    ResW = 56, "res_w", Kind::Number(Unit::PIXEL), Derived, &[Family::Computer, Family::Display], "Width of the resolution";
    /// Height of the resolution.
    ResH = 57, "res_h", Kind::Number(Unit::PIXEL), Derived, &[Family::Computer, Family::Display], "Height of the resolution";
}

impl Field {
    /// Every field, in the order of the documentation and of our own files.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        SPECS.iter().map(|spec| spec.field)
    }

    /// The fields that are columns of an assets file, in the order in which we write them.
    pub fn columns() -> impl Iterator<Item = Self> + Clone {
        Self::all().filter(|field| field.group() != Group::Derived)
    }

    /// The field of a permanent number.
    pub fn from_number(number: u8) -> Option<Self> {
        SPECS.get(usize::from(number)).map(|spec| spec.field)
    }

    /// The one word for it.
    pub fn word(self) -> &'static str {
        self.spec().word
    }

    /// Its type.
    pub fn kind(self) -> Kind {
        self.spec().kind
    }

    /// The part of the record it belongs to.
    pub fn group(self) -> Group {
        self.spec().group
    }

    /// Whether devices of a family can have it.
    pub fn applies_to(self, family: Family) -> bool {
        self.spec().families.contains(&family)
    }

    /// The field whose word is nearest to a misspelt one.
    pub fn nearest(word: &str) -> Option<Self> {
        suggest(word, Self::all().map(Self::word)).and_then(|near| near.parse().ok())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Field {
    type Err = Expected;

    fn from_str(word: &str) -> Result<Self, Expected> {
        Self::all().find(|field| field.word() == word).ok_or(Expected("a field of the catalogue"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_positions_and_words_are_unique() {
        for (position, spec) in SPECS.iter().enumerate() {
            assert_eq!(usize::from(spec.field.number()), position, "{}", spec.word);
            assert_eq!(Field::from_number(spec.field.number()), Some(spec.field));
            assert_eq!(spec.word.parse(), Ok(spec.field));
        }
        assert_eq!(Field::from_number(200), None);
    }

    #[test]
    fn a_near_miss_finds_its_field() {
        assert_eq!(Field::nearest("ram_gb"), Some(Field::RamGib));
        assert_eq!(Field::nearest("serial number"), Some(Field::SerialNumber));
        assert_eq!(Field::nearest("favourite colour"), None);
    }

    #[test]
    fn values_round_trip_through_their_text() {
        let cases = [
            (Field::RamGib, "7.5"),
            (Field::DiagonalIn, "23.8"),
            (Field::OsBuild, "26100.2314"),
            (Field::Resolution, "1920x1080"),
            (Field::PurchaseCost, "612.50"),
            (Field::Uefi, "true"),
            (Field::PurchaseDate, "2021-02-28"),
            (Field::Os, "windows-11"),
            (Field::Site, "Z99001"),
        ];
        for (field, text) in cases {
            let value = field.kind().parse(text).unwrap();
            assert_eq!(value.to_text(field.kind()), text, "{field}");
        }
        assert_eq!(
            Kind::Number(Unit::GIB).parse("7.5").unwrap().to_phrase(Kind::Number(Unit::GIB)),
            "7.5 GiB"
        );
    }

    #[test]
    fn cells_that_mean_something_else_are_refused() {
        let cases = [
            (Field::RamGib, "8 GB"),
            (Field::RamGib, "-1"),
            (Field::PurchaseDate, "01/02/2021"),
            (Field::PurchaseDate, "2021-02-30"),
            (Field::PurchaseCost, "1,200"),
            (Field::DiskType, "floppy"),
            (Field::Uefi, "1"),
            (Field::Resolution, "1080p"),
            (Field::TpmVersion, "2.0, 0, 1.38"),
        ];
        for (field, text) in cases {
            assert!(field.kind().parse(text).is_err(), "{field} {text}");
        }
    }
}
