//! `[[test]]`: a device, a day and the verdicts that the author expects.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diagnostic::toml_file::{Item, Located, Scalar, Table};
use diagnostic::{Diagnostic, Place};
use inventory::toml_values::Date;
use inventory::{Class, ClassCatalogue, Field, Item as Element, SetField, Value, derive_facts};

use super::rule::unknown_class;
use crate::explain_field::unknown_field;
use crate::{Facts, codes};

/// A test as written.
#[derive(Clone, Debug)]
pub(crate) struct RawTest {
    pub(crate) name: String,
    pub(crate) as_of: NaiveDate,
    pub(crate) class: Class,
    pub(crate) facts: Described,
    pub(crate) expect: Vec<(Located<String>, Located<String>)>,
    pub(crate) place: Place,
}

/// A device as a profile describes it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Described {
    pub(crate) values: BTreeMap<Field, Value>,
    pub(crate) sets: BTreeMap<SetField, Vec<Element>>,
}

impl Facts for Described {
    fn value(&self, field: Field) -> Option<&Value> {
        self.values.get(&field)
    }

    fn set(&self, field: SetField) -> Option<&[Element]> {
        self.sets.get(&field).map(Vec::as_slice)
    }
}

pub(crate) fn read(mut table: Table<'_>, classes: &ClassCatalogue) -> Option<RawTest> {
    let place = table.place();
    let name = table.required::<String>("name");
    let as_of = table.required::<Date>("as_of");
    let device = table
        .required_item("device", "a table with class and facts")
        .and_then(|item| item.table())
        .and_then(|device| read_device(device, classes));
    let expect = table
        .required_item("expect", "a table of rules and verdicts")
        .and_then(|item| item.table())
        .map(|mut expect| {
            expect
                .named_items()
                .into_iter()
                .filter_map(|(rule, item)| Some((rule, item.read::<String>()?)))
                .collect()
        });
    table.finish();
    let (class, facts) = device?;
    Some(RawTest { name: name?.value, as_of: as_of?.value.0, class, facts, expect: expect?, place })
}

fn read_device(mut table: Table<'_>, classes: &ClassCatalogue) -> Option<(Class, Described)> {
    let mut class = None;
    let mut facts = Described::default();
    for (name, item) in table.named_items() {
        if name.value == "class" {
            let word = item.read::<String>()?;
            class = classes.parse(&word.value).ok();
            if class.is_none() {
                item.problem(unknown_class(&word.value, classes));
            }
            continue;
        }
        if let Some(field) = SetField::ALL.into_iter().find(|own| own.word() == name.value) {
            facts.sets.insert(field, read_set(&item));
            continue;
        }
        match name.value.parse::<Field>() {
            Ok(field) => {
                facts.values.extend(read_fact(field, &item).map(|value| (field, value)));
            }
            Err(_) => table.problem(unknown_field(&name.value).at(name.place)),
        }
    }
    if class.is_none() {
        table.problem(
            Diagnostic::error(codes::MISSING_KEY, "the device lacks a class")
                .help("add `class = \"laptop\"` or another class"),
        );
    }
    derive_facts(&mut facts.values);
    Some((class?, facts))
}

/// `["name", "name@version", "name from DATE until DATE"]`.
fn read_set(item: &Item<'_>) -> Vec<Element> {
    let items = item.items();
    let mut set: Vec<Element> = items
        .iter()
        .filter_map(|item| {
            let text = item.read::<String>()?.value;
            let element = text.parse::<Element>();
            if let Err(expected) = &element {
                item.bad_value(
                    format!("expected {}, found `{text}`", expected.0),
                    format!("write {}", expected.0),
                );
            }
            element.ok()
        })
        .collect();
    set.sort();
    set
}

fn read_fact(field: Field, item: &Item<'_>) -> Option<Value> {
    let text = item.read::<Scalar>()?.value.0;
    let value = field.kind().parse(&text).ok();
    if value.is_none() {
        item.bad_value(
            format!("`{field}` is {}, found `{text}`", field.kind().expected().0),
            format!("write {}", field.kind().expected().0),
        );
    }
    value
}
