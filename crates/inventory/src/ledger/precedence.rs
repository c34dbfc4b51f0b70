//! Which source is believed for which field, and for how long.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalogue::Field;

/// The setting under which an estate keeps its order of precedence.
pub const SETTING: &str = "precedence";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    sources: Vec<String>,
    max_age_days: Option<u32>,
    #[serde(default)]
    fields: BTreeMap<String, FieldRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldRule {
    sources: Option<Vec<String>>,
    max_age_days: Option<u32>,
}

/// Ranks of sources and the greatest age of observations. The default believes whoever spoke last.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Precedence {
    sources: Vec<String>,
    fields: BTreeMap<Field, Vec<String>>,
    max_age_days: Option<u32>,
    field_ages: BTreeMap<Field, u32>,
}

impl Precedence {
    /// Reads the file that people write and the estate keeps:
    ///
    /// ```toml
    /// sources = ["intune", "glpi"]    # believed in this order, the others last and alike
    /// max_age_days = 400              # older observations give way to later ones of any source, and are stale
    ///
    /// [fields.purchase_cost]          # another order or age for one field
    /// sources = ["finance"]
    /// ```
    ///
    /// # Errors
    /// Every problem, with its line where it has one.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let file: File = toml::from_str(text).map_err(|error| vec![error.to_string()])?;
        let mut all =
            Self { sources: file.sources, max_age_days: file.max_age_days, ..Self::default() };
        let mut problems = Vec::new();
        for (word, rule) in file.fields {
            let Ok(field) = word.parse::<Field>() else {
                let near = Field::nearest(&word).map(|near| format!("; did you mean `{near}`?"));
                problems.push(format!("there is no field `{word}`{}", near.unwrap_or_default()));
                continue;
            };
            if let Some(sources) = rule.sources {
                all.fields.insert(field, sources);
            }
            if let Some(days) = rule.max_age_days {
                all.field_ages.insert(field, days);
            }
        }
        if problems.is_empty() { Ok(all) } else { Err(problems) }
    }

    /// The rank of a source for a field: 0 is believed most; sources that are not listed share the last rank.
    pub fn rank(&self, field: Field, source: &str) -> usize {
        let order = self.fields.get(&field).unwrap_or(&self.sources);
        order.iter().position(|name| name == source).unwrap_or(order.len())
    }

    /// The age beyond which an observation of a field is stale.
    pub fn max_age_days(&self, field: Field) -> Option<u32> {
        self.field_ages.get(&field).copied().or(self.max_age_days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_and_ages_are_read() {
        let text = "sources = [\"intune\", \"glpi\"]\nmax_age_days = 400\n\
            [fields.purchase_cost]\nsources = [\"finance\"]\n[fields.os_build]\nmax_age_days = 30\n";
        let precedence = Precedence::parse(text).unwrap();
        assert_eq!(precedence.rank(Field::RamGib, "intune"), 0);
        assert_eq!(precedence.rank(Field::RamGib, "finance"), 2);
        assert_eq!(precedence.rank(Field::PurchaseCost, "finance"), 0);
        assert_eq!(precedence.rank(Field::PurchaseCost, "intune"), 1);
        assert_eq!(precedence.max_age_days(Field::OsBuild), Some(30));
        assert_eq!(precedence.max_age_days(Field::RamGib), Some(400));
        let problems = Precedence::parse("[fields.ram]\n[fields.purchase_dat]\n").unwrap_err();
        assert_eq!(problems.len(), 2);
        assert!(problems.concat().contains("did you mean `purchase_date`"), "{problems:?}");
        assert!(Precedence::parse("max_age = 3").is_err());
        assert!(Precedence::parse("max_age_days = \"soon\"").is_err());
    }
}
