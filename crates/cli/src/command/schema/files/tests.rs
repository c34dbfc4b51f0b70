use std::collections::BTreeSet;

use diagnostic::{Diagnostics, Source};
use inventory::ClassCatalogue;
use inventory::import::read_map;
use planner::input::{Envelopes, Pins, Policy, PriceList};

use super::*;

/// The keys that a reader says it knows in a table, from its message about the key `odd`.
fn known_at(problems: &Diagnostics, table: &str) -> BTreeSet<String> {
    let suffix = if table.is_empty() { "`odd`".to_owned() } else { format!("`odd` in `{table}`") };
    let found = problems.iter().find(|problem| problem.message.ends_with(&suffix));
    let help = found.and_then(|problem| problem.help.clone()).unwrap_or_default();
    help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn in_schema(schema: &Schema, pointer: &str) -> BTreeSet<String> {
    let properties = schema.as_value().pointer(&format!("{pointer}/properties"));
    let properties = properties.and_then(Value::as_object);
    properties.into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

#[track_caller]
fn agree(schema: &Schema, problems: &Diagnostics, tables: &[(&str, &str)]) {
    for (table, pointer) in tables {
        let known = known_at(problems, table);
        assert!(!known.is_empty(), "{table}: {problems:#?}");
        assert_eq!(known, in_schema(schema, pointer), "{table}");
    }
}

fn source(text: &str) -> Source {
    Source::new("odd.toml", text.to_owned())
}

#[test]
fn schemas_and_readers_know_the_same_keys() {
    let classes = ClassCatalogue::shipped();
    // The breaks of a price are read when the rest of it can be.
    let text = "odd = 1\n[[price]]\nitem = \"x\"\nclass = \"desktop\"\nnet = \"1.00\"\nodd = 1\nbreaks = [{ odd = 1 }]\n[[framework]]\nodd = 1\n[[inflation]]\nodd = 1\n";
    agree(
        &prices(),
        &PriceList::read(&source(text), &classes).1,
        &[
            ("", ""),
            ("price[0]", "/$defs/Price"),
            ("framework[0]", "/$defs/Framework"),
            ("inflation[0]", "/$defs/Inflation"),
        ],
    );
    let text = "odd = 1\n[[envelope]]\nodd = 1\neligible = { odd = 1 }\n[[capacity]]\nodd = 1\n";
    agree(
        &envelopes(),
        &Envelopes::read(&source(text), &classes).1,
        &[
            ("", ""),
            ("envelope[0]", "/$defs/Envelope"),
            ("envelope[0].eligible", "/$defs/Eligible"),
            ("capacity[0]", "/$defs/Capacity"),
        ],
    );
    let text = "odd = 1\n[objective]\nodd = 1\n[weights]\nodd = 1\n[discount]\nodd = 1\n[tiers]\nodd = 1\n[priority]\nodd = 1\n\
                [class.desktop]\nodd = 1\n[calendar]\nodd = 1\n[stability]\nodd = 1\n[capitalisation]\nodd = 1\n";
    let policy_schema = policy();
    agree(
        &policy_schema,
        &Policy::read(&source(text), &classes).1,
        &[
            ("", ""),
            ("objective", "/$defs/Objective"),
            ("weights", "/$defs/Weights"),
            ("discount", "/$defs/Discount"),
            ("tiers", "/$defs/Tiers"),
            ("priority", "/$defs/Priority"),
            ("class.desktop", "/$defs/Class"),
            ("calendar", "/$defs/Calendar"),
            ("stability", "/$defs/Stability"),
            ("capitalisation", "/$defs/Capitalisation"),
        ],
    );
    // A freeze has two forms; between them the reader knows every key of the schema.
    let freezes = |text: &str| known_at(&Policy::read(&source(text), &classes).1, "freeze[0]");
    let mut known = freezes("[[freeze]]\nodd = 1\nfy = \"2027/28\"\n");
    known.extend(freezes("[[freeze]]\nodd = 1\nfrom = 2027-12-01\n"));
    assert_eq!(known, in_schema(&policy_schema, "/$defs/Freeze"));
    let text = "odd = 1\n[[pin]]\nodd = 1\n[[exclude]]\nodd = 1\n[[deadline]]\nodd = 1\n";
    agree(
        &pins(),
        &Pins::read(&source(text), &classes).1,
        &[
            ("", ""),
            ("pin[0]", "/$defs/Pin"),
            ("exclude[0]", "/$defs/Exclude"),
            ("deadline[0]", "/$defs/Deadline"),
        ],
    );
    let text = "odd = 1\n[[skip]]\nodd = 1\n[[class_from]]\ncolumn = \"c\"\nodd = 1\n[fields]\nmodel = { odd = 1 }\n";
    agree(
        &map(),
        &read_map(&source(text), &classes).1,
        &[
            ("", ""),
            ("skip[0]", "/$defs/Skip"),
            ("class_from[0]", "/$defs/ClassFrom"),
            ("fields.model", "/$defs/Field"),
        ],
    );
}

#[test]
fn enumerations_are_those_of_the_readers() {
    let classes = ClassCatalogue::shipped();
    let choices = |schema: &Schema, pointer: &str| -> Vec<String> {
        let values = schema.as_value().pointer(pointer).and_then(Value::as_array);
        values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    for preset in choices(&policy(), "/$defs/Objective/properties/preset/enum") {
        let text = format!("[objective]\npreset = \"{preset}\"\n");
        assert!(!Policy::read(&source(&text), &classes).1.has_errors(), "{preset}");
    }
}
