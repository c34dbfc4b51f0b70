//! Column presets: the usual names of columns, from which a map for a file's own headings is written.
//!
//! `--preset`, `import guess` and maps that people write go one way: a preset gives the text of a map, and only a map is
//! ever applied to a file.

use std::collections::BTreeSet;
use std::sync::Arc;

use diagnostic::Source;
use toml::{Table as Toml, Value};

use super::map::{AssetMap, read_map};
use super::preset::Preset;
use crate::normal::maker::fold;
use crate::vocabulary::ClassCatalogue;

/// The presets of columns, in the order in which a file is tried: the particular before the general.
const SHIPPED: &[(Preset, &str)] = &[
    (Preset::Intune, include_str!("../../../../data/presets/intune.toml")),
    (Preset::SnipeIt, include_str!("../../../../data/presets/snipe-it.toml")),
    (Preset::Lansweeper, include_str!("../../../../data/presets/lansweeper.toml")),
    (Preset::Configmgr, include_str!("../../../../data/presets/configmgr.toml")),
    (Preset::Generic, include_str!("../../../../data/presets/generic.toml")),
];

/// Fewest columns that a file must have in common with the general names to be read by them unasked.
const ENOUGH: usize = 3;

/// A preset met a file's headings.
#[derive(Debug)]
pub(super) struct Composed {
    pub(super) preset: Preset,
    /// The text of the map.
    pub(super) text: String,
    /// Positions of headings that it reads.
    pub(super) used: BTreeSet<usize>,
    /// Whether it reads a tag or a serial number.
    pub(super) identified: bool,
}

impl Composed {
    /// The map, which passes over columns that are absent.
    pub(super) fn map(&self, classes: &ClassCatalogue) -> AssetMap {
        read_map(&Source::new(self.preset.as_str(), self.text.as_str()), classes).0.lenient()
    }
}

fn shipped(preset: Preset) -> Option<Toml> {
    let (_, text) = SHIPPED.iter().find(|(known, _)| *known == preset)?;
    toml::from_str(text).ok()
}

/// Whether two headings are the same but for case and punctuation.
pub(super) fn same(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}

/// The preset whose columns a file has, without being asked: one that recognises its headings, or the general names.
pub(super) fn recognise(headings: &[Arc<str>]) -> Option<Composed> {
    for (preset, _) in SHIPPED.iter().filter(|(preset, _)| *preset != Preset::Generic) {
        let signed = shipped(*preset).is_some_and(|table| {
            lists(&table, "signature").iter().any(|all| {
                all.iter().all(|name| headings.iter().any(|heading| same(heading, name)))
            })
        });
        if signed
            && let Some(composed) =
                compose(*preset, headings).filter(|composed| composed.identified)
        {
            return Some(composed);
        }
    }
    compose(Preset::Generic, headings)
        .filter(|composed| composed.identified && composed.used.len() >= ENOUGH)
}

/// A preset's map for a file's headings; nothing when the preset has no columns.
pub(super) fn compose(preset: Preset, headings: &[Arc<str>]) -> Option<Composed> {
    let table = shipped(preset)?;
    let mut fields = Toml::new();
    let mut used = BTreeSet::new();
    for spec in tables(&table, "column") {
        let Some(field) = spec.get("field").and_then(Value::as_str) else { continue };
        if fields.contains_key(field) {
            continue;
        }
        let names = texts(spec, "headings");
        let found: Vec<usize> = names
            .iter()
            .filter_map(|name| headings.iter().position(|heading| same(heading, name)))
            .collect();
        if found.is_empty() {
            continue;
        }
        let columns = found
            .iter()
            .filter_map(|at| headings.get(*at))
            .map(|heading| Value::String(heading.to_string()));
        let mut entry = Toml::new();
        entry.insert("columns".to_owned(), Value::Array(columns.collect()));
        let rest = spec.iter().filter(|(key, _)| !matches!(key.as_str(), "field" | "headings"));
        entry.extend(rest.map(|(key, value)| (key.clone(), value.clone())));
        fields.insert(field.to_owned(), Value::Table(entry));
        used.extend(found);
    }
    let identified = fields.contains_key("asset_tag") || fields.contains_key("serial_number");
    let mut map = Toml::new();
    map.insert("name".to_owned(), Value::String(preset.as_str().to_owned()));
    for key in ["source", "empty"] {
        if let Some(value) = table.get(key) {
            map.insert(key.to_owned(), value.clone());
        }
    }
    map.insert("fields".to_owned(), Value::Table(fields));
    Some(Composed { preset, text: toml::to_string(&map).ok()?, used, identified })
}

fn tables<'t>(table: &'t Toml, key: &str) -> impl Iterator<Item = &'t Toml> {
    table.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
}

fn texts(table: &Toml, key: &str) -> Vec<String> {
    let all = table.get(key).and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

fn lists(table: &Toml, key: &str) -> Vec<Vec<String>> {
    let all = table.get(key).and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_array)
        .map(|list| list.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(line: &str) -> Vec<Arc<str>> {
        line.split(',').map(Arc::from).collect()
    }

    /// Every shipped preset with all of its headings makes a map without problems.
    #[test]
    fn the_shipped_presets_are_sound() {
        for (preset, text) in SHIPPED {
            let table: Toml = toml::from_str(text).unwrap();
            // One after the other, so that each of several alternatives for a field is tried.
            for spec in tables(&table, "column") {
                let mut names = texts(spec, "headings");
                assert!(!names.is_empty(), "{preset}");
                names.push("Serial number".to_owned());
                names.push("Asset Tag".to_owned());
                let all: Vec<Arc<str>> =
                    names.iter().map(|name| Arc::from(name.as_str())).collect();
                let composed = compose(*preset, &all).unwrap();
                let source = Source::new(preset.as_str(), composed.text.as_str());
                let (_, problems) = read_map(&source, &ClassCatalogue::shipped());
                let identified: Vec<_> = problems
                    .iter()
                    .filter(|problem| problem.code != crate::codes::MAP_WITHOUT_IDENTIFIER)
                    .collect();
                assert!(identified.is_empty(), "{preset}: {identified:?}\n{}", composed.text);
            }
        }
    }

    #[test]
    fn headings_tell_the_preset() {
        let told = |line: &str| recognise(&headings(line)).map(|composed| composed.preset);
        assert_eq!(
            told("Device ID,Device name,Last check-in,OS version,Serial number,Model"),
            Some(Preset::Intune)
        );
        assert_eq!(
            told("ID,Asset Tag,Serial,Model,Model No.,Category,Status"),
            Some(Preset::SnipeIt)
        );
        assert_eq!(
            told("AssetID,AssetName,AssetType,Serialnumber,Lastseen"),
            Some(Preset::Lansweeper)
        );
        assert_eq!(told("ResourceID,SpecVersion,Model,Serial No."), Some(Preset::Configmgr));
        assert_eq!(told("Serial No,Make,Cost,Colour"), Some(Preset::Generic));
        assert_eq!(told("Serial No,Colour"), None);
        assert_eq!(told("Make,Cost,Model,RAM"), None);
    }
}
