//! From the written tables to distributions; whatever does not fit is named.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use inventory::{FundingClass, Money, Status};

use super::raw::{RawClass, RawEstate, RawGeneration, RawModel, RawModels, RawPersona};
use super::{
    Choices, ClassTable, FormFigures, Generation, Mix, Model, ModelFacts, Names, OrganisationTable,
    Persona, PurchaseTable, Quantiles, Screen, System, Tables, Workforce,
};

const ESTATE: &str = include_str!("../../../../data/synthetic-estate.toml");
const MODELS: &str = include_str!("../../../../data/synthetic-models.toml");
const NAMES: &str = include_str!("../../../../data/synthetic-names.toml");

type Built<T> = Result<T, String>;

fn choices<T: Copy>(what: &str, weighted: impl IntoIterator<Item = (T, u64)>) -> Built<Choices<T>> {
    Choices::new(weighted).ok_or_else(|| format!("{what}: no positive weight"))
}

fn quantiles(what: &str, points: Vec<(u64, u64)>) -> Built<Quantiles> {
    Quantiles::new(points).ok_or_else(|| format!("{what}: shares must rise from 0 to 1000"))
}

fn parsed<T: std::str::FromStr>(what: &str, text: &str) -> Built<T> {
    text.parse().map_err(|_| format!("{what}: cannot read `{text}`"))
}

pub(super) fn build() -> Built<Tables> {
    let raw: RawEstate<'static> = toml::from_str(ESTATE).map_err(|error| error.to_string())?;
    let models: RawModels<'static> = toml::from_str(MODELS).map_err(|error| error.to_string())?;
    let names: Names<'static> = toml::from_str(NAMES).map_err(|error| error.to_string())?;
    let as_of: NaiveDate = parsed("as_of", raw.as_of)?;
    let generations = raw.generation.iter().map(generation).collect::<Built<Vec<_>>>()?;
    let class_ids: Vec<&'static str> = raw.class.iter().map(|class| class.id).collect();
    let built = models.model.iter().map(|row| model(row, &class_ids, &generations));
    let built = built.collect::<Built<Vec<_>>>()?;
    let classes = raw.class.iter().enumerate().map(|(index, row)| class(index, row, &models.model));
    let personas = raw.persona.iter().map(|row| persona(row, &class_ids));
    let system_weights = |weight: fn(&super::raw::RawSystem<'static>) -> u64| {
        choices("os", raw.os.iter().enumerate().map(|(index, row)| (index, weight(row))))
    };
    Ok(Tables {
        as_of,
        list_size: quantiles("list_size", raw.list_size.quantiles)?,
        organisations: organisations(raw.organisations)?,
        workforce: Workforce {
            fte_of_100000_patients: raw.workforce.fte_of_100000_patients,
            spread: raw.workforce.spread,
            personas: personas.collect::<Built<_>>()?,
        },
        classes: classes.collect::<Built<_>>()?,
        models: built,
        generations,
        systems_capable: system_weights(|row| row.capable)?,
        systems_incapable: system_weights(|row| row.incapable)?,
        systems: raw
            .os
            .iter()
            .map(|row| {
                let last = row.last_update.map(|text| parsed("last_update", text)).transpose()?;
                let frozen = last.map(|date| (date, row.without_later));
                Ok(System { os: row.os, edition: row.os_edition, build: row.os_build, frozen })
            })
            .collect::<Built<_>>()?,
        disks: raw
            .disk
            .iter()
            .map(|row| {
                let weighted =
                    row.choices.iter().map(|&(size, kind, weight)| ((size, kind), weight));
                Ok((row.until, choices("disk", weighted)?))
            })
            .collect::<Built<_>>()?,
        purchase: PurchaseTable {
            months_over: choices(
                "months",
                raw.purchase.months.iter().copied().filter(|(month, _)| *month < as_of.month()),
            )?,
            months: choices("months", raw.purchase.months)?,
            batch_model: raw.purchase.batch_model,
            date_missing: raw.purchase.date_missing,
            cost_missing: raw.purchase.cost_missing,
            warranty_missing: raw.purchase.warranty_missing,
        },
        mix: mix(raw.mix.statuses, raw.mix.funding, &raw.mix.last_seen_days)?,
        missing: raw.missing,
        names,
    })
}

fn organisations(raw: super::raw::RawOrganisations<'static>) -> Built<OrganisationTable> {
    Ok(OrganisationTable {
        practices_of_holder: quantiles("practices_of_holder", raw.practices_of_holder)?,
        practices_of_sub_icb: raw.practices_of_sub_icb,
        practices_of_network: choices("practices_of_network", raw.practices_of_network)?,
        branches_of_practice: choices("branches_of_practice", raw.branches_of_practice)?,
        branch_share: raw.branch_share,
        clinical_systems: choices("clinical_systems", raw.clinical_systems)?,
        tiers: choices("tiers", raw.tiers)?,
        closing: raw.closing,
        hub_of_network: raw.hub_of_network,
        hub_fte_tenths: raw.hub_fte_tenths,
        icb_merger_on: parsed("icb_merger_on", raw.icb_merger_on)?,
    })
}

fn persona(row: &RawPersona<'static>, classes: &[&'static str]) -> Built<Persona> {
    let known = |class: &&'static str| classes.contains(class);
    if !row.per_100_fte.keys().all(known) {
        return Err(format!("persona {}: an unknown class", row.clinical_role));
    }
    Ok(Persona {
        clinical_role: row.clinical_role,
        share: row.share,
        per_100_fte: classes
            .iter()
            .map(|class| row.per_100_fte.get(class).copied().unwrap_or(0))
            .collect(),
        roles: choices("roles", row.roles.iter().copied())?,
    })
}

fn generation(row: &RawGeneration<'static>) -> Built<Generation> {
    let figures = |tpm_known: u64, ram: &[(u32, u64)]| {
        Ok::<_, String>(FormFigures {
            tpm_known,
            ram_gib: choices("ram_gib", ram.iter().copied())?,
        })
    };
    Ok(Generation {
        id: row.id,
        windows_11: row.windows_11,
        uefi: row.uefi,
        desktop: figures(row.tpm_known.desktop, &row.ram_gib.desktop)?,
        laptop: figures(row.tpm_known.laptop, &row.ram_gib.laptop)?,
    })
}

fn class(index: usize, row: &RawClass<'static>, models: &[RawModel<'static>]) -> Built<ClassTable> {
    let bought = choices("bought", row.bought.iter().copied())?;
    let mut on_sale: BTreeMap<i32, Vec<(usize, u64)>> = BTreeMap::new();
    for (position, model) in models.iter().enumerate().filter(|(_, model)| model.class == row.id) {
        for year in model.years.0..=model.years.1 {
            on_sale.entry(year).or_default().push((position, model.weight));
        }
    }
    let quarters: rust_decimal::Decimal = parsed("install_hours", row.install_hours)?;
    let quarters = quarters.checked_mul(rust_decimal::Decimal::from(4)).map(|q| q.normalize());
    let quarters = quarters.ok_or_else(|| format!("class {index}: too many hours"))?;
    Ok(ClassTable {
        id: row.id,
        item: row.item,
        price_gross: Money::from_pence(row.price_gross_pence),
        install_hours: row.install_hours,
        install_quarters: parsed("install_hours in quarters", &quarters.to_string())?,
        life_years: row.life_years,
        running_cost: Money::from_pence(row.running_cost_pence),
        embodied_kgco2e: row.embodied_kgco2e,
        lead_days: row.lead_days,
        serial_missing: row.serial_missing,
        warranty_years: choices("warranty_years", row.warranty_years.iter().copied())?,
        bought,
        models: on_sale
            .into_iter()
            .map(|(year, weighted)| Ok((year, choices(row.id, weighted)?)))
            .collect::<Built<_>>()?,
    })
}

fn model(
    row: &RawModel<'static>,
    classes: &[&'static str],
    generations: &[Generation],
) -> Built<Model> {
    let what = format!("model {}", row.model);
    let lacks = |key: &str| format!("{what}: `{key}` is missing");
    let class =
        classes.iter().position(|class| *class == row.class).ok_or_else(|| lacks("class"))?;
    let screen = match (row.resolution, row.diagonal_tenths) {
        (Some(resolution), Some(diagonal_tenths)) => Some(Screen { resolution, diagonal_tenths }),
        _ => None,
    };
    let facts = match row.class {
        "desktop" | "laptop" => {
            let wanted = row.generation.ok_or_else(|| lacks("generation"))?;
            let generation = generations.iter().position(|known| known.id == wanted);
            let processors =
                row.processors.iter().map(|&(cpu, cores, weight)| ((cpu, cores), weight));
            ModelFacts::Computer {
                generation: generation.ok_or_else(|| lacks("generation"))?,
                processors: choices(&what, processors)?,
                screen,
            }
        }
        "monitor" => ModelFacts::Display(screen.ok_or_else(|| lacks("resolution"))?),
        "smartcard-reader" => ModelFacts::Reader {
            form: row.reader_form.ok_or_else(|| lacks("reader_form"))?,
            ccid: row.reader_ccid.ok_or_else(|| lacks("reader_ccid"))?,
            usb: row.usb_vid_pid,
        },
        "scanner" => ModelFacts::Scanner {
            protocols: choices(&what, row.scan_protocols.iter().copied())?,
            usb: row.usb_vid_pid,
        },
        "printer" => ModelFacts::Printer {
            mopria: row.mopria.ok_or_else(|| lacks("mopria"))?,
            ipp: row.ipp.ok_or_else(|| lacks("ipp"))?,
            drivers: choices(&what, row.drivers.iter().copied())?,
        },
        other => return Err(format!("{what}: class {other} has no family here")),
    };
    Ok(Model {
        class,
        manufacturer: row.manufacturer,
        model: row.model,
        cost: Money::from_pence(row.cost_pence),
        facts,
    })
}

fn mix(
    statuses: Vec<(&'static str, u64)>,
    funding: Vec<(&'static str, u64)>,
    seen: &[(u64, u64, u64)],
) -> Built<Mix> {
    let mut in_use = 0_u64;
    for (word, weight) in &statuses {
        if parsed::<Status>("statuses", word)?.is_in_use() {
            in_use = in_use.saturating_add(*weight);
        }
    }
    let mut fundable = 0_u64;
    for (word, weight) in &funding {
        if parsed::<FundingClass>("funding", word)? != FundingClass::PracticeBusiness {
            fundable = fundable.saturating_add(*weight);
        }
    }
    let statuses = choices("statuses", statuses)?;
    let funding = choices("funding", funding)?;
    let ppm = |part: u64, whole: u64| {
        part.saturating_mul(1_000_000).checked_div(whole).ok_or_else(|| "mix".to_owned())
    };
    Ok(Mix {
        in_use_ppm: ppm(in_use, statuses.total())?,
        fundable_ppm: ppm(fundable, funding.total())?,
        statuses,
        funding,
        last_seen_days: choices(
            "last_seen_days",
            seen.iter().map(|&(low, high, weight)| ((low, high), weight)),
        )?,
    })
}
