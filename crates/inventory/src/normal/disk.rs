//! What sort of disk the words of an agent mean.

use rust_decimal::Decimal;

/// A disk that may be the system's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disk {
    /// Flash on the PCI Express bus.
    Nvme,
    /// Flash on SATA.
    Ssd,
    /// Rotating.
    Hdd,
    /// Soldered flash.
    Emmc,
    /// Not said.
    Unknown,
}

impl Disk {
    /// The catalogue's word, where it is known.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Nvme => Some("nvme"),
            Self::Ssd => Some("ssd"),
            Self::Hdd => Some("hdd"),
            Self::Emmc => Some("emmc"),
            Self::Unknown => None,
        }
    }
}

/// What a disk's interface, type and model say of it together; nothing for what is no fixed disk.
pub fn kind_of(words: &str) -> Option<Disk> {
    let words = words.to_lowercase();
    let has = |part: &str| words.contains(part);
    let removable = [
        "usb",
        "cd-rom",
        "cdrom",
        "dvd",
        "removable",
        "floppy",
        "card reader",
        "multi-card",
        "optical",
        "iscsi",
    ];
    if removable.iter().any(|part| has(part)) {
        return None;
    }
    Some(if has("nvme") {
        Disk::Nvme
    } else if has("emmc") || has("mmcblk") {
        Disk::Emmc
    } else if has("ssd") || has("solid state") {
        Disk::Ssd
    } else if has("hdd") || has("rpm") {
        Disk::Hdd
    } else {
        Disk::Unknown
    })
}

/// Bytes as GB (10^9) to three decimals; nothing for none.
pub fn gb(bytes: u128) -> Option<String> {
    let bytes = i64::try_from(bytes).ok().filter(|bytes| *bytes > 0)?;
    let gb = Decimal::from(bytes).checked_div(Decimal::from(1_000_000_000_i64))?;
    Some(gb.round_dp(3).normalize().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_the_kind_and_usb_is_no_system_disk() {
        assert_eq!(kind_of("PCI PM951 NVMe SAMSUNG 256GB"), Some(Disk::Nvme));
        assert_eq!(kind_of("SATA disk Hitachi HTS54505"), Some(Disk::Unknown));
        assert_eq!(kind_of("USB Flash Disk"), None);
        assert_eq!(gb(500_107_862_016).as_deref(), Some("500.108"));
    }
}
