//! The tables as they are written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

type Weighted<T> = Vec<(T, u64)>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEstate<'a> {
    pub(super) as_of: &'a str,
    pub(super) list_size: RawListSize,
    #[serde(borrow)]
    pub(super) organisations: RawOrganisations<'a>,
    pub(super) workforce: RawWorkforce,
    #[serde(borrow)]
    pub(super) persona: Vec<RawPersona<'a>>,
    pub(super) purchase: RawPurchase,
    #[serde(borrow)]
    pub(super) class: Vec<RawClass<'a>>,
    #[serde(borrow)]
    pub(super) mix: RawMix<'a>,
    pub(super) missing: Missing,
    #[serde(borrow)]
    pub(super) os: Vec<RawSystem<'a>>,
    #[serde(borrow)]
    pub(super) generation: Vec<RawGeneration<'a>>,
    #[serde(borrow)]
    pub(super) disk: Vec<RawDisk<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawListSize {
    #[serde(rename = "source")]
    _source: IgnoredAny,
    pub(super) quantiles: Vec<(u64, u64)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOrganisations<'a> {
    #[serde(rename = "source")]
    _source: IgnoredAny,
    pub(super) practices_of_holder: Vec<(u64, u64)>,
    pub(super) practices_of_sub_icb: u32,
    pub(super) practices_of_network: Weighted<u32>,
    pub(super) branches_of_practice: Weighted<u32>,
    pub(super) branch_share: u64,
    #[serde(borrow)]
    pub(super) clinical_systems: Weighted<&'a str>,
    pub(super) tiers: Weighted<u32>,
    pub(super) closing: u64,
    pub(super) hub_of_network: u64,
    pub(super) hub_fte_tenths: (u64, u64),
    pub(super) icb_merger_on: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWorkforce {
    #[serde(rename = "source")]
    _source: IgnoredAny,
    pub(super) fte_of_100000_patients: u64,
    pub(super) spread: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPersona<'a> {
    pub(super) clinical_role: &'a str,
    pub(super) share: u64,
    #[serde(borrow)]
    pub(super) per_100_fte: BTreeMap<&'a str, u64>,
    #[serde(borrow)]
    pub(super) roles: Weighted<&'a str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPurchase {
    #[serde(rename = "source")]
    _source: IgnoredAny,
    pub(super) months: Weighted<u32>,
    pub(super) batch_model: u64,
    pub(super) date_missing: u64,
    pub(super) cost_missing: u64,
    pub(super) warranty_missing: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClass<'a> {
    pub(super) id: &'a str,
    pub(super) item: &'a str,
    pub(super) price_gross_pence: i64,
    pub(super) install_hours: &'a str,
    pub(super) life_years: u64,
    pub(super) running_cost_pence: i64,
    pub(super) embodied_kgco2e: Option<u32>,
    pub(super) lead_days: u32,
    pub(super) serial_missing: u64,
    pub(super) warranty_years: Weighted<u32>,
    pub(super) bought: Weighted<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMix<'a> {
    #[serde(rename = "source")]
    _source: IgnoredAny,
    #[serde(borrow)]
    pub(super) statuses: Weighted<&'a str>,
    #[serde(borrow)]
    pub(super) funding: Weighted<&'a str>,
    pub(super) last_seen_days: Vec<(u64, u64, u64)>,
}

/// How often a fact is unknown, in permille.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    #[serde(rename = "source")]
    _source: IgnoredAny,
    /// Processor, with its cores.
    pub cpu: u64,
    /// Memory.
    pub ram: u64,
    /// Firmware version and date.
    pub firmware: u64,
    /// Operating system, edition and build.
    pub os: u64,
    /// Disk size and technology.
    pub disk: u64,
    /// Secure Boot, and whether it can be switched on.
    pub secure_boot: u64,
    /// Secure Boot certificates of 2023.
    pub secure_boot_2023_ca: u64,
    /// Encryption.
    pub encryption: u64,
    /// Antivirus definitions.
    pub antivirus: u64,
    /// Last update.
    pub patch: u64,
    /// Battery.
    pub battery: u64,
    /// Memory slots.
    pub memory_slots: u64,
    /// Use away from the practice.
    pub remote: u64,
    /// Infra-red camera or fingerprint reader.
    pub hello: u64,
    /// Resolution and diagonal of monitors.
    pub display: u64,
    /// Facts of smartcard readers.
    pub reader: u64,
    /// Facts of scanners.
    pub scanner: u64,
    /// Facts of printers.
    pub printer: u64,
    /// Day last seen.
    pub last_seen: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSystem<'a> {
    pub(super) os: &'a str,
    pub(super) os_edition: &'a str,
    pub(super) os_build: &'a str,
    pub(super) capable: u64,
    pub(super) incapable: u64,
    #[serde(borrow)]
    pub(super) last_update: Option<&'a str>,
    #[serde(default)]
    pub(super) without_later: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGeneration<'a> {
    pub(super) id: &'a str,
    pub(super) windows_11: bool,
    pub(super) tpm_known: RawForms<u64>,
    pub(super) uefi: u64,
    pub(super) ram_gib: RawForms<Weighted<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawForms<T> {
    pub(super) desktop: T,
    pub(super) laptop: T,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDisk<'a> {
    pub(super) until: i32,
    #[serde(borrow)]
    pub(super) choices: Vec<(u32, &'a str, u64)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawModels<'a> {
    #[serde(rename = "source")]
    _source: IgnoredAny,
    #[serde(borrow)]
    pub(super) model: Vec<RawModel<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawModel<'a> {
    pub(super) class: &'a str,
    pub(super) manufacturer: &'a str,
    pub(super) model: &'a str,
    pub(super) years: (i32, i32),
    pub(super) weight: u64,
    pub(super) cost_pence: i64,
    #[serde(borrow)]
    pub(super) generation: Option<&'a str>,
    #[serde(default)]
    #[serde(borrow)]
    pub(super) processors: Vec<(&'a str, u32, u64)>,
    #[serde(borrow)]
    pub(super) resolution: Option<&'a str>,
    pub(super) diagonal_tenths: Option<u32>,
    #[serde(borrow)]
    pub(super) reader_form: Option<&'a str>,
    pub(super) reader_ccid: Option<bool>,
    #[serde(borrow)]
    pub(super) usb_vid_pid: Option<&'a str>,
    pub(super) mopria: Option<bool>,
    pub(super) ipp: Option<bool>,
    #[serde(default)]
    #[serde(borrow)]
    pub(super) drivers: Weighted<&'a str>,
    #[serde(default)]
    #[serde(borrow)]
    pub(super) scan_protocols: Weighted<&'a str>,
}

/// Words from which names are made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names<'a> {
    #[serde(rename = "source")]
    _source: IgnoredAny,
    /// First parts.
    #[serde(borrow)]
    pub first: Vec<&'a str>,
    /// Second parts.
    #[serde(borrow)]
    pub second: Vec<&'a str>,
    /// What practices call themselves.
    #[serde(borrow)]
    pub practice: Vec<&'a str>,
}
