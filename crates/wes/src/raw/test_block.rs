//! `[[test]]`: a device, a day and the verdicts that the author expects.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diagnostic::toml_file::{Item, Located, Scalar, Table};
use diagnostic::{Diagnostic, Place};
use inventory::toml_values::Date;
use inventory::{Class, ClassCatalogue, Field, Value, derive_facts};

use super::rule::unknown_class;
use crate::codes;
use crate::explain_field::unknown_field;

/// A test as written.
#[derive(Clone, Debug)]
pub(crate) struct RawTest {
    pub(crate) name: String,
    pub(crate) as_of: NaiveDate,
    pub(crate) class: Class,
    pub(crate) facts: BTreeMap<Field, Value>,
    pub(crate) expect: Vec<(Located<String>, Located<String>)>,
    pub(crate) place: Place,
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

fn read_device(
    mut table: Table<'_>,
    classes: &ClassCatalogue,
) -> Option<(Class, BTreeMap<Field, Value>)> {
    let mut class = None;
    let mut facts = BTreeMap::new();
    for (name, item) in table.named_items() {
        if name.value == "class" {
            let word = item.read::<String>()?;
            class = classes.parse(&word.value).ok();
            if class.is_none() {
                item.problem(unknown_class(&word.value, classes));
            }
            continue;
        }
        match name.value.parse::<Field>() {
            Ok(field) => {
                facts.extend(read_fact(field, &item).map(|value| (field, value)));
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
    derive_facts(&mut facts);
    Some((class?, facts))
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
