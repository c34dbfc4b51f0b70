//! A run with everything that its verdicts were made from.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use diagnostic::{Diagnostics, Source};
use inventory::{
    Asset, Class, ClassCatalogue, Columns, Evidence, Fact, Field, Item, OrgKind, Register,
    SetColumn, SetField, Value,
};
use serde::{Deserialize, Serialize};
use wes::{Compiled, Resolver, Subjects, Waivers};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::sha256;
use crate::profiles::{self, Files};

/// A text with its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Text {
    name: String,
    text: String,
}

/// A column: its distinct values and one code a device, 0 for unknown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Coded<T> {
    values: Vec<T>,
    codes: Vec<u32>,
}

/// A kept run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::command::check) struct Run {
    pub(super) as_of: String,
    pub(super) engine: String,
    pub(super) profile: String,
    pub(super) profile_sha256: String,
    root: Text,
    parents: Vec<Text>,
    files: Vec<Text>,
    waivers: Option<String>,
    pub(super) labels: Vec<String>,
    serials: Vec<Option<String>>,
    classes: Coded<String>,
    fields: BTreeMap<String, Coded<String>>,
    sets: BTreeMap<String, Coded<Vec<String>>>,
}

/// Fields that no rule may read and that say who uses a device.
const LEFT_OUT: [Field; 3] = [Field::Notes, Field::AssetTag, Field::SerialNumber];

impl Run {
    pub(super) fn of(
        context: &Context,
        profile: &str,
        waivers: Option<&str>,
        register: &Register,
        devices: &[usize],
    ) -> Result<Self, Failure> {
        let source = profiles::source(profile)?;
        let recording = Recording { inner: Files::beside(&source), seen: RefCell::default() };
        let (compiled, problems) = Compiled::load(&source, &recording, &ClassCatalogue::shipped());
        let Some(compiled) = compiled else { return Err(problems.into()) };
        let (parents, files) = recording.seen.into_inner();
        let used = |text: &Text| {
            let hash = sha256(text.text.as_bytes());
            compiled.layers().iter().any(|layer| layer.sha256 == hash)
        };
        let fields = Field::columns()
            .filter(|field| !LEFT_OUT.contains(field))
            .filter_map(|field| {
                let column = register.columns().field(field)?;
                Some((
                    field.word().to_owned(),
                    coded(
                        column.values.iter().map(|value| value.to_text(field.kind())).collect(),
                        &column.codes,
                        devices,
                    ),
                ))
            })
            .collect();
        let sets = SetField::ALL
            .into_iter()
            .filter_map(|field| {
                let column = register.columns().sets(field)?;
                let words = |set: &Vec<Item>| set.iter().map(ToString::to_string).collect();
                let values = column.sets.iter().map(words).collect();
                Some((field.word().to_owned(), coded(values, &column.codes, devices)))
            })
            .collect();
        let columns = register.columns();
        let class_codes: Vec<u32> =
            columns.class_codes().iter().map(|code| code.saturating_add(1)).collect();
        let classes = columns.classes().iter().map(ToString::to_string).collect();
        Ok(Self {
            as_of: context.as_of().to_string(),
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            profile: profile.to_owned(),
            profile_sha256: compiled.sha256(),
            root: text(&source),
            parents: parents.into_iter().filter(used).collect(),
            files,
            waivers: waivers.map(str::to_owned),
            labels: devices.iter().map(|own| register.label(*own).to_owned()).collect(),
            serials: devices
                .iter()
                .map(|own| register.serial(*own).map(ToString::to_string))
                .collect(),
            classes: coded(classes, &class_codes, devices),
            fields,
            sets,
        })
    }

    /// The day that was judged.
    pub(super) fn day(&self) -> Option<NaiveDate> {
        self.as_of.parse().ok()
    }

    pub(super) fn waivers_sha256(&self) -> Option<String> {
        self.waivers.as_ref().map(|text| sha256(text.as_bytes()))
    }

    /// One hash of everything that is known of the devices.
    pub(super) fn data_sha256(&self) -> String {
        let all = (&self.labels, &self.serials, &self.classes, &self.fields, &self.sets);
        sha256(&serde_json::to_vec(&all).unwrap_or_default())
    }

    pub(super) fn waivers(&self) -> Waivers {
        let text = self.waivers.clone().unwrap_or_default();
        Waivers::read(&Source::new("waivers", text), &ClassCatalogue::shipped()).0
    }

    /// The columns of the run's devices.
    pub(super) fn columns(&self) -> Columns {
        let mut columns = Columns::from_assets(&self.assets());
        for field in SetField::ALL {
            let Some(own) = self.sets.get(field.word()) else { continue };
            let sets = own.codes.iter().map(|code| {
                let words = usize::try_from(*code).ok()?.checked_sub(1)?;
                let items = own.values.get(words)?.iter();
                Some(items.filter_map(|word| word.parse().ok()).collect::<Vec<Item>>())
            });
            columns = columns.with_sets(field, SetColumn::from_sets(sets));
        }
        columns
    }

    /// The devices; their classes are of the catalogue, as those of a register are.
    fn assets(&self) -> Vec<Asset> {
        let classes = ClassCatalogue::shipped();
        (0..self.labels.len()).filter_map(|own| self.asset(own, &classes)).collect()
    }

    fn asset(&self, device: usize, classes: &ClassCatalogue) -> Option<Asset> {
        let class = classes.parse(at(&self.classes, device)?).ok()?;
        let evidence = Evidence { source: "kept run".into(), row: 0, seen_on: None };
        let facts = self
            .fields
            .iter()
            .filter_map(|(word, column)| {
                let field: Field = word.parse().ok()?;
                let value = field.kind().parse(at(column, device)?).ok()?;
                Some((field, Fact { value, evidence: evidence.clone() }))
            })
            .collect();
        Some(Asset { tag: None, serial: None, class, facts })
    }

    /// The run's devices for waivers, with the organisations of today's register.
    pub(super) fn subjects<'a>(&'a self, register: &'a Register) -> KeptDevices<'a> {
        KeptDevices { run: self, register, assets: self.assets() }
    }
}

fn text(source: &Source) -> Text {
    Text { name: source.name().to_owned(), text: source.text().to_owned() }
}

/// The codes of some devices, with all values.
fn coded<T>(values: Vec<T>, codes: &[u32], devices: &[usize]) -> Coded<T> {
    let codes = devices.iter().map(|own| codes.get(*own).copied().unwrap_or(0)).collect();
    Coded { values, codes }
}

fn at<T>(column: &Coded<T>, device: usize) -> Option<&T> {
    let code = usize::try_from(*column.codes.get(device)?).ok()?;
    column.values.get(code.checked_sub(1)?)
}

/// What a resolver gave: profiles, and files.
type Seen = (Vec<Text>, Vec<Text>);

/// Remembers everything that a profile was read from.
struct Recording {
    inner: Files,
    seen: RefCell<Seen>,
}

impl Resolver for Recording {
    fn profiles(&self, id: &str) -> Vec<Source> {
        let found = self.inner.profiles(id);
        let texts = &mut self.seen.borrow_mut().0;
        for own in found.iter().map(text) {
            if !texts.contains(&own) {
                texts.push(own);
            }
        }
        found
    }

    fn file(&self, name: &str, profile: &Source) -> Option<Source> {
        let found = self.inner.file(name, profile)?;
        let own = Text { name: name.to_owned(), text: found.text().to_owned() };
        let texts = &mut self.seen.borrow_mut().1;
        if !texts.contains(&own) {
            texts.push(own);
        }
        Some(found)
    }

    fn locked(&self, id: &str) -> Option<wes::ProfileVersion> {
        self.inner.locked(id)
    }
}

/// A profile of one run over the lists of another.
struct Kept<'a> {
    profile: &'a Run,
    lists: &'a Run,
}

impl Resolver for Kept<'_> {
    fn profiles(&self, id: &str) -> Vec<Source> {
        let own = self.profile.parents.iter().filter(|text| text.text.contains(id));
        own.map(|own| Source::new(own.name.as_str(), own.text.as_str())).collect()
    }

    fn file(&self, name: &str, _: &Source) -> Option<Source> {
        let own = self.lists.files.iter().find(|own| own.name == name)?;
        Some(Source::new(own.name.as_str(), own.text.as_str()))
    }
}

/// The profile of one run with the lists of another.
pub(super) fn load(profile: &Run, lists: &Run) -> (Option<Compiled>, Diagnostics) {
    let root = Source::new(profile.root.name.as_str(), profile.root.text.as_str());
    Compiled::load(&root, &Kept { profile, lists }, &ClassCatalogue::shipped())
}

/// The devices of a kept run.
#[derive(Debug)]
pub(super) struct KeptDevices<'a> {
    run: &'a Run,
    register: &'a Register,
    assets: Vec<Asset>,
}

impl Subjects for KeptDevices<'_> {
    fn count(&self) -> usize {
        self.run.labels.len()
    }

    fn names(&self, device: usize) -> [Option<&str>; 2] {
        let serial = self.run.serials.get(device).and_then(Option::as_deref);
        [self.run.labels.get(device).map(String::as_str), serial]
    }

    fn class(&self, device: usize) -> Option<&Class> {
        self.assets.get(device).map(|asset| &asset.class)
    }

    fn value(&self, field: Field, device: usize) -> Option<&Value> {
        self.assets.get(device)?.value(field)
    }

    fn organisation(&self, kind: OrgKind, device: usize, day: NaiveDate) -> Option<String> {
        let Some(Value::Organisation(site)) = self.value(Field::Site, device) else { return None };
        let tree = self.register.organisations();
        let found = match kind {
            OrgKind::Pcn => tree.network(site, day),
            OrgKind::Practice if tree.get(site).is_none() => return Some(site.to_string()),
            _ => tree.ancestor(site, kind, day),
        };
        found.map(|own| own.code.to_string())
    }
}
