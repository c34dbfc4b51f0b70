//! The distributions, read once from the tables that are compiled in.

mod build;
mod raw;

use chrono::NaiveDate;
use inventory::Money;

pub use crate::random::{Choices, Quantiles};

/// Every distribution of an estate.
#[derive(Clone, Debug)]
pub struct Tables {
    /// The day of the snapshot: no date of the estate lies behind it.
    pub as_of: NaiveDate,
    /// Registered patients of a practice.
    pub list_size: Quantiles,
    /// Shapes of organisations.
    pub organisations: OrganisationTable,
    /// People, and the devices that they need.
    pub workforce: Workforce,
    /// Classes of devices.
    pub classes: Vec<ClassTable>,
    /// Models, by class in the order of [`Tables::classes`].
    pub models: Vec<Model>,
    /// Generations of processors.
    pub generations: Vec<Generation>,
    /// Operating systems.
    pub systems: Vec<System>,
    /// Operating systems of computers that Windows 11 supports, as indices into [`Tables::systems`].
    pub systems_capable: Choices<usize>,
    /// Operating systems of older computers.
    pub systems_incapable: Choices<usize>,
    /// Disks by the last year of purchase: size in GB and technology.
    pub disks: Vec<(i32, Choices<(u32, &'static str)>)>,
    /// When and how devices are bought.
    pub purchase: PurchaseTable,
    /// States, funding and freshness.
    pub mix: Mix,
    /// How often a fact is unknown, in permille.
    pub missing: Missing,
    /// Words of names.
    pub names: Names<'static>,
}

/// Shapes of organisations.
#[derive(Clone, Debug)]
pub struct OrganisationTable {
    /// Practices of an ICB.
    pub practices_of_holder: Quantiles,
    /// Practices of a sub-ICB location.
    pub practices_of_sub_icb: u32,
    /// Practices of a primary care network.
    pub practices_of_network: Choices<u32>,
    /// Branch surgeries of a practice.
    pub branches_of_practice: Choices<u32>,
    /// Share of a practice's devices that stands in each branch, in permille.
    pub branch_share: u64,
    /// Clinical systems.
    pub clinical_systems: Choices<&'static str>,
    /// Tiers.
    pub tiers: Choices<u32>,
    /// Share of practices with a planned close or merger within three years, in permille.
    pub closing: u64,
    /// Share of networks with a hub of their own, in permille.
    pub hub_of_network: u64,
    /// Least and most people of a hub, in tenths of a full-time equivalent.
    pub hub_fte_tenths: (u64, u64),
    /// The day on which ICBs merge.
    pub icb_merger_on: NaiveDate,
}

/// People, and the devices that they need.
#[derive(Clone, Debug)]
pub struct Workforce {
    /// Full-time equivalents for 100,000 patients.
    pub fte_of_100000_patients: u64,
    /// How far a practice can be from that, in permille both ways.
    pub spread: u64,
    /// Kinds of staff.
    pub personas: Vec<Persona>,
}

/// A kind of staff.
#[derive(Clone, Debug)]
pub struct Persona {
    /// The word of the `clinical_role` column.
    pub clinical_role: &'static str,
    /// Share of the workforce in permille.
    pub share: u64,
    /// Devices for 100 full-time equivalents, in the order of [`Tables::classes`].
    pub per_100_fte: Vec<u64>,
    /// What its devices are used for.
    pub roles: Choices<&'static str>,
}

/// A class of devices: how it is bought and what a new one costs.
#[derive(Clone, Debug)]
pub struct ClassTable {
    /// The class's word.
    pub id: &'static str,
    /// The item of the price list that replaces it.
    pub item: &'static str,
    /// Price of a new one with VAT.
    pub price_gross: Money,
    /// Hours to install one, as a decimal.
    pub install_hours: &'static str,
    /// Quarter hours to install one.
    pub install_quarters: u64,
    /// Years of life.
    pub life_years: u64,
    /// Running cost of a year.
    pub running_cost: Money,
    /// Greenhouse gas of making one, in kilograms, where a median is known.
    pub embodied_kgco2e: Option<u32>,
    /// Days from order to receipt.
    pub lead_days: u32,
    /// Share without a known serial number, in permille.
    pub serial_missing: u64,
    /// Years of warranty.
    pub warranty_years: Choices<u32>,
    /// Calendar years of purchase.
    pub bought: Choices<i32>,
    /// By year of purchase, the models on sale, as indices into [`Tables::models`].
    pub models: Vec<(i32, Choices<usize>)>,
}

/// A model.
#[derive(Clone, Debug)]
pub struct Model {
    /// Index of its class in [`Tables::classes`].
    pub class: usize,
    /// The maker.
    pub manufacturer: &'static str,
    /// The maker's name for it.
    pub model: &'static str,
    /// What it cost with VAT.
    pub cost: Money,
    /// Facts by family.
    pub facts: ModelFacts,
}

/// What a model says of its devices.
#[derive(Clone, Debug)]
pub enum ModelFacts {
    /// Desktops and laptops.
    Computer {
        /// Index into [`Tables::generations`].
        generation: usize,
        /// Processor and its cores.
        processors: Choices<(&'static str, u32)>,
        /// Built-in screen.
        screen: Option<Screen>,
    },
    /// Monitors.
    Display(Screen),
    /// Smartcard readers.
    Reader {
        /// The word of `reader_form`.
        form: &'static str,
        /// Works with the class driver.
        ccid: bool,
        /// USB vendor and product.
        usb: Option<&'static str>,
    },
    /// Scanners.
    Scanner {
        /// Words of `scan_protocol`.
        protocols: Choices<&'static str>,
        /// USB vendor and product.
        usb: Option<&'static str>,
    },
    /// Printers.
    Printer {
        /// Certified for driverless printing.
        mopria: bool,
        /// Prints by the Internet Printing Protocol.
        ipp: bool,
        /// Words of `driver_kind`.
        drivers: Choices<&'static str>,
    },
}

/// A screen.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Width and height in pixels, `1920x1080`.
    pub resolution: &'static str,
    /// Diagonal in tenths of an inch.
    pub diagonal_tenths: u32,
}

/// A generation of processors.
#[derive(Clone, Debug)]
pub struct Generation {
    /// Its name.
    pub id: &'static str,
    /// Whether Windows 11 supports it.
    pub windows_11: bool,
    /// Share booting by UEFI, in permille.
    pub uefi: u64,
    /// Figures of desktops.
    pub desktop: FormFigures,
    /// Figures of laptops.
    pub laptop: FormFigures,
}

/// Figures of a generation's desktops or laptops.
#[derive(Clone, Debug)]
pub struct FormFigures {
    /// Share whose firmware names a TPM, in permille.
    pub tpm_known: u64,
    /// Memory in GiB.
    pub ram_gib: Choices<u32>,
}

/// An operating system in use.
#[derive(Clone, Copy, Debug)]
pub struct System {
    /// The word of `os`.
    pub os: &'static str,
    /// The word of `os_edition`.
    pub edition: &'static str,
    /// The build.
    pub build: &'static str,
    /// The day after which it got no more updates, and for which share of its computers (in permille) that held.
    pub frozen: Option<(NaiveDate, u64)>,
}

/// When and how devices are bought.
#[derive(Clone, Debug)]
pub struct PurchaseTable {
    /// Months of the year.
    pub months: Choices<u32>,
    /// Months of the snapshot's year that are over.
    pub months_over: Choices<u32>,
    /// Share of a batch's devices that are of the batch's model, in permille.
    pub batch_model: u64,
    /// Share without a known date, in permille.
    pub date_missing: u64,
    /// Share without a known cost, in permille.
    pub cost_missing: u64,
    /// Share without a known end of warranty, in permille.
    pub warranty_missing: u64,
}

/// States, funding and freshness.
#[derive(Clone, Debug)]
pub struct Mix {
    /// States.
    pub statuses: Choices<&'static str>,
    /// Share in use, of 1,000,000.
    pub in_use_ppm: u64,
    /// Funding classes.
    pub funding: Choices<&'static str>,
    /// Share that an ICB may replace, of 1,000,000.
    pub fundable_ppm: u64,
    /// Least and most days since a source last saw a device in use.
    pub last_seen_days: Choices<(u64, u64)>,
}

pub use raw::{Missing, Names};

impl Tables {
    /// The tables that are compiled in.
    ///
    /// # Errors
    /// [`crate::Error::Table`] when a table is unsound, which a test excludes.
    pub fn shipped() -> Result<Self, crate::Error> {
        build::build().map_err(crate::Error::Table)
    }

    /// The figures of a class by its word.
    pub fn class(&self, id: &str) -> Option<(usize, &ClassTable)> {
        self.classes.iter().enumerate().find(|(_, class)| class.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_tables_are_sound() {
        let tables = Tables::shipped().unwrap();
        let classes = inventory::ClassCatalogue::shipped();
        for class in &tables.classes {
            assert!(classes.parse(class.id).is_ok(), "{}", class.id);
            for year in class.bought.values() {
                assert!(class.models.iter().any(|(on_sale, _)| *on_sale == year), "{}", class.id);
            }
        }
        let persons: u64 = tables.workforce.personas.iter().map(|persona| persona.share).sum();
        assert_eq!(persons, 1000);
    }

    #[test]
    fn devices_for_each_person_make_the_documented_estate() {
        let tables = Tables::shipped().unwrap();
        let per_100_fte: u64 = tables
            .workforce
            .personas
            .iter()
            .map(|persona| persona.share * persona.per_100_fte.iter().sum::<u64>())
            .sum();
        // 24.6 full-time equivalents of a practice of 10,400 patients make 159 devices.
        let devices = per_100_fte * 246 / 1_000_000;
        assert!((157..=161).contains(&devices), "{devices}");
    }
}
