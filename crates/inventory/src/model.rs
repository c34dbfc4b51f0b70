//! Models of devices, and what is true of every device of a model.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::catalogue::{Field, Group, Value};
use crate::vocabulary::Class;

/// A model of a maker, with the facts that its devices lack when no source has seen them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Model {
    /// The maker.
    pub manufacturer: String,
    /// The model's name.
    pub name: String,
    /// The class of its devices.
    pub class: Class,
    /// Other spellings of the name.
    pub aliases: Vec<String>,
    /// The last day on which it was sold.
    pub end_of_sale: Option<NaiveDate>,
    /// The last day of the maker's support.
    pub end_of_support: Option<NaiveDate>,
    /// Years for which its devices are meant to be used.
    pub life_years: Option<u32>,
    /// Facts of every device of the model.
    pub facts: BTreeMap<Field, Value>,
    /// Greenhouse gases of making one, in grams of carbon-dioxide equivalent.
    pub embodied_gco2e: Option<u64>,
    /// Assurances that the maker gives, such as certificates.
    pub assurances: Vec<String>,
}

impl Model {
    /// What devices are matched by: the maker and a name, without case, punctuation and company forms.
    pub fn keys(&self) -> impl Iterator<Item = ModelKey> + '_ {
        std::iter::once(&self.name)
            .chain(&self.aliases)
            .map(|name| ModelKey::new(&self.manufacturer, name))
    }

    /// Whether a model can supply a field: what is observed of a device, and not who has it.
    pub fn can_supply(field: Field) -> bool {
        matches!(field.group(), Group::Fact | Group::Remedy)
            && !matches!(
                field,
                Field::LastSeen
                    | Field::AntivirusDate
                    | Field::LastPatchDate
                    | Field::BatteryPercent
            )
    }

    /// The facts as a cell: `field=value` pairs separated by semicolons.
    pub fn facts_text(&self) -> String {
        self.facts
            .iter()
            .map(|(field, value)| format!("{field}={}", value.to_text(field.kind())))
            .collect::<Vec<_>>()
            .join("; ")
    }
}

/// A maker and a model's name, folded so that spellings of one model meet.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ModelKey {
    manufacturer: String,
    name: String,
}

impl ModelKey {
    /// Folds a maker and a name, as [`crate::normal::model::key`] does.
    pub fn new(manufacturer: &str, name: &str) -> Self {
        let (manufacturer, name) = crate::normal::model::key(manufacturer, name);
        Self { manufacturer, name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_model_meet() {
        let key = ModelKey::new("Dell Inc.", "OptiPlex 7010");
        assert_eq!(ModelKey::new("DELL", "Optiplex-7010"), key);
        assert_eq!(ModelKey::new("Dell Computer Corporation", "Dell OptiPlex 7010"), key);
        assert_ne!(ModelKey::new("Dell", "OptiPlex 7010 MT"), key);
        assert_eq!(
            ModelKey::new("Hewlett-Packard", "HP EliteBook 840 G3"),
            ModelKey::new("HP Inc.", "EliteBook 840 G3")
        );
        assert_eq!(ModelKey::new(".ell Inc.", "OptiPlex 7010"), key);
        assert_eq!(
            ModelKey::new("LENOVO", "10MRS0QU00"),
            ModelKey::new("Lenovo", "ThinkCentre M710q")
        );
    }
}
