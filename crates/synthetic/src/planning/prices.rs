//! `prices.toml`.

use std::fmt::Write as _;
use std::io::Write;

use inventory::Money;
use rust_decimal::Decimal;

use crate::Error;
use crate::estate::Estate;
use crate::tables::ClassTable;

const HEAD: &str = r#"# Prices of a synthetic estate. The unit prices are illustrative: load your own price list before you plan.
# Anchors: 1,505 laptops at GBP 849.21 each (police contract, November 2023); NHS PCs at GBP 650 on average (401,084 PCs,
# 2013-17, freedom of information).

[[framework]]
id = "tech-devices-link-4"
lots = ["desktops, laptops and peripherals", "refurbished and remanufactured"]
call_off_until = 2028-03-31 # may be extended by a year (Digital Health, 4 April 2025)

[[framework]]
id = "successor"
lots = ["assumed"]
call_off_until = 2037-03-31 # assumed: no successor was announced when this file was made

"#;

const MEETS_COMPUTER: &str = r#"os = "windows-11", os_edition = "enterprise-education", os_build = "26200", ram_gib = 16, disk_gb = 512, disk_type = "nvme", tpm_version = "2.0", tpm_state = "on", uefi = true, secure_boot = true, secure_boot_capable = true, secure_boot_2023_ca = true, encryption = "on""#;

/// The offer of a class: new, or refurbished.
struct Offer {
    suffix: &'static str,
    model: &'static str,
    share_permille: i64,
    life_less: u64,
    carbon_permille: u32,
    meets: String,
}

/// A framework and the first day of its prices.
const FRAMEWORKS: [(&str, &str, &str); 2] =
    [("tech-devices-link-4", "", "2026-04-01"), ("successor", "-from-2028", "2028-04-01")];

impl Estate {
    /// Writes `prices.toml`: an item for each class, refurbished ones for computers, and the price index.
    ///
    /// # Errors
    /// [`Error::Write`] when the writer fails.
    pub fn write_prices(&self, out: &mut impl Write) -> Result<(), Error> {
        let mut text = HEAD.to_owned();
        for class in &self.tables.classes {
            for offer in offers(class) {
                for (framework, item_suffix, from) in FRAMEWORKS {
                    price(&mut text, class, &offer, framework, item_suffix, from);
                }
            }
        }
        text.push_str("# Assumed: prices grow by 2.8 % a year.\n");
        let base = inventory::FinancialYear::starting(super::FIRST_YEAR.saturating_sub(1));
        for year in base.into_iter().chain(super::years()) {
            let index = super::index(year);
            push(
                &mut text,
                format_args!("[[inflation]]\nfy = \"{year}\"\nindex = \"{index}\"\n\n"),
            );
        }
        out.write_all(text.trim_end().as_bytes())?;
        out.write_all(b"\n")?;
        Ok(())
    }
}

fn offers(class: &ClassTable) -> Vec<Offer> {
    let new = |model: &'static str, meets: String| Offer {
        suffix: "",
        model,
        share_permille: 1000,
        life_less: 0,
        carbon_permille: 1000,
        meets,
    };
    let refurbished = |model: &'static str, meets: String| Offer {
        suffix: "-refurbished",
        model,
        share_permille: 580,
        life_less: 2,
        carbon_permille: 150,
        meets,
    };
    match class.id {
        "desktop" => vec![
            new(
                "small form factor, 13th generation or later",
                computer("13th Gen Intel(R) Core(TM) i5-13500T", 14, ""),
            ),
            refurbished(
                "small form factor, 10th generation",
                computer("Intel(R) Core(TM) i5-10500T CPU @ 2.30GHz", 6, ""),
            ),
        ],
        "laptop" => vec![
            new(
                "14 inch, Core Ultra or later",
                computer("Intel(R) Core(TM) Ultra 5 135U", 12, SCREEN),
            ),
            refurbished(
                "14 inch, 11th generation",
                computer("11th Gen Intel(R) Core(TM) i5-1145G7 @ 2.60GHz", 4, SCREEN),
            ),
        ],
        "monitor" => {
            vec![new("24 inch", r#"resolution = "1920x1080", diagonal_in = "23.8""#.into())]
        }
        "smartcard-reader" => {
            vec![new("standalone, USB", r#"reader_form = "standalone", reader_ccid = true"#.into())]
        }
        "scanner" => vec![new("desktop, duplex", r#"scan_protocol = "twain""#.into())],
        "printer" => {
            vec![new("mono, two trays", r#"mopria = true, ipp = true, driver_kind = "ipp""#.into())]
        }
        _ => vec![new("", String::new())],
    }
}

const SCREEN: &str = r#", resolution = "1920x1080", diagonal_in = "14", battery_percent = 100, remote_capable = true"#;

fn computer(cpu: &str, cores: u32, more: &str) -> String {
    format!("{MEETS_COMPUTER}, cpu = \"{cpu}\", cores = {cores}{more}")
}

fn price(
    text: &mut String,
    class: &ClassTable,
    offer: &Offer,
    framework: &str,
    item_suffix: &str,
    from: &str,
) {
    let start = inventory::FinancialYear::of(from.parse().unwrap_or_default());
    let gross = class.price_gross.to_decimal();
    let share = Decimal::new(offer.share_permille, 3);
    let rate = super::index(start).saturating_mul(share);
    let net = gross.checked_div(Decimal::new(12, 1)).unwrap_or_default();
    // The net price is rounded before the index, so that the price with VAT of the first year is the round one.
    let net = Money::half_up(net).and_then(|net| net.times_rate_half_up(rate)).unwrap_or_default();
    let life = class.life_years.saturating_sub(offer.life_less).max(1);
    push(
        text,
        format_args!(
            "[[price]]\nitem = \"{}{}{item_suffix}\"\nclass = \"{}\"\nmodel = \"{}\"\nnet = \"{net}\"\nvat_rate = \"0.20\"\nvat_recoverable = \"0.00\"\nvalid_from = {from}\nframework = \"{framework}\"\nlead_days = {}\ninstall_hours = \"{}\"\nlife_years = {life}\nrunning_cost_year = \"{}\"\n",
            class.item,
            offer.suffix,
            class.id,
            offer.model,
            class.lead_days,
            class.install_hours,
            class.running_cost,
        ),
    );
    if let Some(carbon) = class.embodied_kgco2e {
        let carbon = carbon.saturating_mul(offer.carbon_permille) / 1000;
        push(text, format_args!("embodied_kgco2e = {carbon}\n"));
    }
    push(text, format_args!("meets = {{ {} }}\n\n", offer.meets));
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _infallible: std::fmt::Result = text.write_fmt(arguments);
}
