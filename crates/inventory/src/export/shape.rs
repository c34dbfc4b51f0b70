//! The rows of our own files as types: what is written and what the JSON Schemas describe are the same.

use std::borrow::Cow;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Number, json};

use crate::catalogue::{Field, Unknown, json_properties};
use crate::model::Model;
use crate::organisation::{Link, Organisation};

/// A device: the fields of the catalogue that are known of it.
#[derive(Clone, Copy, Debug)]
pub struct AssetRow;

impl JsonSchema for AssetRow {
    fn schema_name() -> Cow<'static, str> {
        "AssetRow".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let shape = json!({
            "type": "object",
            "description": "A device: the fields of the catalogue that are known of it.",
            "properties": json_properties(Field::columns(), Unknown::LeftOut),
            "required": [Field::Class.word()],
        });
        shape.try_into().unwrap_or_default()
    }
}

/// An organisation with one of its dated ties; one that has several stands in several rows.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct OrganisationRow {
    /// Its code.
    pub ods_code: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// practice, branch, pcn, sub-icb, icb, region or local-site.
    pub kind: String,
    /// The code of the organisation that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// How it belongs to its parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// First day of the tie; without it, the tie has always held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// First day on which the tie holds no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Tier of need, 0 to 2; its weight stands in policy.toml.
    pub tier: u8,
    /// Registered patients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_size: Option<u32>,
    /// The clinical system in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clinical_system: Option<String>,
    /// The day on which it is planned to close.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_close: Option<String>,
    /// The organisation that it becomes part of when it closes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge_into: Option<String>,
}

impl OrganisationRow {
    pub(super) fn of(organisation: &Organisation, link: Option<&Link>) -> Self {
        Self {
            ods_code: organisation.code.to_string(),
            name: known(organisation.name.as_str()),
            kind: organisation.kind.as_str().to_owned(),
            parent: link.map(|link| link.parent.to_string()),
            relation: link.map(|link| link.relation.to_string()),
            from: link.and_then(|link| link.from).map(|day| day.to_string()),
            until: link.and_then(|link| link.until).map(|day| day.to_string()),
            tier: organisation.tier,
            list_size: organisation.list_size,
            clinical_system: organisation.clinical_system.as_ref().map(ToString::to_string),
            planned_close: organisation.planned_close.map(|day| day.to_string()),
            merge_into: organisation.merge_into.as_ref().map(ToString::to_string),
        }
    }
}

/// A model of devices.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ModelRow {
    /// The maker.
    pub manufacturer: String,
    /// The model's name.
    pub model: String,
    /// The class of its devices.
    pub class: String,
    /// Other spellings, separated by semicolons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aliases: Option<String>,
    /// Last day of sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_of_sale: Option<String>,
    /// Last day of the maker's support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_of_support: Option<String>,
    /// Life in years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub life_years: Option<u32>,
    /// What is true of every device of the model: `field=value`, separated by semicolons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<String>,
    /// Embodied carbon of one device, in kilograms of CO2 equivalent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embodied_kgco2e: Option<Number>,
    /// Labels and certificates, separated by semicolons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assurances: Option<String>,
}

impl ModelRow {
    pub(super) fn of(model: &Model) -> Self {
        let kilograms = model.embodied_gco2e.and_then(|grams| {
            let exact = Decimal::from(grams).checked_div(Decimal::ONE_THOUSAND)?.normalize();
            exact.to_string().parse().ok()
        });
        Self {
            manufacturer: model.manufacturer.clone(),
            model: model.name.clone(),
            class: model.class.as_str().to_owned(),
            aliases: known(&model.aliases.join("; ")),
            end_of_sale: model.end_of_sale.map(|day| day.to_string()),
            end_of_support: model.end_of_support.map(|day| day.to_string()),
            life_years: model.life_years,
            facts: known(&model.facts_text()),
            embodied_kgco2e: kilograms,
            assurances: known(&model.assurances.join("; ")),
        }
    }
}

/// The registered patients of a practice.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ListSizeRow {
    /// The practice.
    pub ods_code: String,
    /// Its registered patients.
    pub list_size: u32,
    /// The day of the count, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}

impl ListSizeRow {
    pub(super) fn of(organisation: &Organisation) -> Option<Self> {
        let list_size = organisation.list_size?;
        Some(Self { ods_code: organisation.code.to_string(), list_size, as_of: None })
    }
}

fn known(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemars::schema_for;

    use super::*;
    use crate::import::FileKind;

    #[test]
    fn every_heading_is_a_key_and_every_key_a_heading() {
        let shapes = [
            (FileKind::Assets, schema_for!(AssetRow)),
            (FileKind::Organisations, schema_for!(OrganisationRow)),
            (FileKind::Models, schema_for!(ModelRow)),
            (FileKind::ListSizes, schema_for!(ListSizeRow)),
        ];
        for (kind, shape) in shapes {
            let properties = shape.get("properties").and_then(|keys| keys.as_object()).unwrap();
            let keys: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
            let headings: BTreeSet<&str> = kind.words().into_iter().collect();
            assert_eq!(keys, headings, "{kind}");
        }
    }
}
