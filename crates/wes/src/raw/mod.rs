//! A profile as its file writes it: every key read and placed, operands not yet typed.

mod condition;
mod group;
mod header;
mod rule;
mod test_block;

use chrono::NaiveDate;
use diagnostic::toml_file::{self, Located, Table};
use diagnostic::{Diagnostic, Diagnostics, Place, Source};
use inventory::ClassCatalogue;

pub(crate) use condition::{RawCondition, merge_tests};
pub(crate) use group::{RawDemand, RawGroup, RawSide};
pub use header::Effective;
pub(crate) use header::Header;
pub(crate) use rule::{RawRelax, RawRemedy, RawRule};
pub(crate) use test_block::RawTest;

use crate::list::{Declared, Normalise};
use crate::node::Node;
use crate::profile_version::is_profile_id;
use crate::{Period, codes};

/// A length of life of a class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RawLife {
    pub(crate) class: inventory::Class,
    pub(crate) life: Period,
    pub(crate) place: Place,
}

/// One profile file.
#[derive(Clone, Debug)]
pub(crate) struct RawProfile {
    pub(crate) header: Header,
    pub(crate) source: Source,
    pub(crate) lists: Vec<Declared>,
    pub(crate) lifecycles: Vec<Declared>,
    pub(crate) life: Vec<RawLife>,
    pub(crate) life_relax: Option<RawRelax>,
    pub(crate) rules: Vec<RawRule>,
    pub(crate) demands: Vec<RawDemand>,
    pub(crate) groups: Vec<RawGroup>,
    pub(crate) tests: Vec<RawTest>,
}

/// Reads a profile file; `None` when it has no usable `[profile]`.
pub(crate) fn read(source: &Source, classes: &ClassCatalogue) -> (Option<RawProfile>, Diagnostics) {
    toml_file::read(source, &codes::PROFILE_TOML, |top| {
        let header = top
            .required_item("profile", "a table with id, version and owner")
            .and_then(|item| item.table())
            .and_then(header::read);
        let lists = declared(top, "lists");
        let lifecycles = declared(top, "lifecycle");
        let (life, life_relax) = read_life(top, classes);
        let mut rules = Vec::new();
        if let Some(mut table) = top.table("rule") {
            for (name, item) in table.named_items() {
                check_id(&table, &name);
                rules.extend(item.table().map(|rule| rule::read(name, rule, classes)));
            }
        }
        let demands = named(top, "demand", group::read_demand);
        let groups = named(top, "group", |name, table| group::read_group(name, table, classes));
        let tests = top
            .tables("test")
            .into_iter()
            .filter_map(|table| test_block::read(table, classes))
            .collect();
        header.map(|header| RawProfile {
            header,
            source: source.clone(),
            lists,
            lifecycles,
            life,
            life_relax,
            rules,
            demands,
            groups,
            tests,
        })
    })
}

/// `[KEY.NAME]` tables in the order of the file.
fn named<T>(
    top: &mut Table<'_>,
    key: &'static str,
    read: impl Fn(Located<String>, Table<'_>) -> Option<T>,
) -> Vec<T> {
    let Some(mut table) = top.table(key) else { return Vec::new() };
    let items = table.named_items().into_iter();
    items
        .filter_map(|(name, item)| {
            check_id(&table, &name);
            read(name, item.table()?)
        })
        .collect()
}

fn check_id(table: &Table<'_>, name: &Located<String>) {
    if !is_profile_id(&name.value) {
        table.bad_value(
            name.place.clone(),
            format!("`{}` is not an id", name.value),
            "ids are 1 to 64 small letters, digits, `-` and `_`",
        );
    }
}

/// `[lists.NAME]` and `[lifecycle.NAME]`.
fn declared(top: &mut Table<'_>, key: &'static str) -> Vec<Declared> {
    let Some(mut table) = top.table(key) else { return Vec::new() };
    let is_list = key == "lists";
    table
        .named_items()
        .into_iter()
        .filter_map(|(name, item)| {
            let mut entry = item.table()?;
            let file = entry.required::<String>("file");
            let key = entry.item("key").map(|item| Node::of(&item));
            let ends = if is_list { None } else { entry.optional::<String>("ends") };
            let sha256 = entry.optional::<String>("sha256");
            let list_date = entry.optional::<inventory::toml_values::Date>("list_date");
            let older = entry.optional::<Period>("warn_if_older_than");
            let normalise = if is_list { entry.optional::<Normalise>("normalise") } else { None };
            entry.optional::<String>("source");
            entry.optional::<String>("licence");
            entry.optional::<String>("answers");
            entry.finish();
            Some(Declared {
                name: name.value,
                file: file?.value,
                key: keys(key),
                ends: ends.map(|ends| ends.value),
                sha256: sha256.map(|hash| hash.value),
                list_date: list_date.map(|date| date.value.0),
                warn_if_older_than: older.map(|period| period.value),
                normalise: normalise.map_or(Normalise::Plain, |normalise| normalise.value),
                place: name.place,
            })
        })
        .collect()
}

/// One column, or several.
fn keys(node: Option<Node>) -> Vec<String> {
    let Some(node) = node else { return Vec::new() };
    match node.array() {
        Some(items) => items.iter().filter_map(Node::text).map(str::to_owned).collect(),
        None => node.text().map(str::to_owned).into_iter().collect(),
    }
}

fn read_life(top: &mut Table<'_>, classes: &ClassCatalogue) -> (Vec<RawLife>, Option<RawRelax>) {
    let Some(mut table) = top.table("life") else { return (Vec::new(), None) };
    let mut lives = Vec::new();
    let mut relax = None;
    for (name, item) in table.named_items() {
        match name.value.as_str() {
            "relax" => relax = item.table().and_then(rule::read_relax),
            "source" => drop(item.table().map(rule::read_source)),
            "why" => drop(item.read::<String>()),
            word => {
                let class = classes.parse(word).ok();
                if class.is_none() {
                    table.problem(rule::unknown_class(word, classes).at(name.place.clone()));
                }
                if let (Some(class), Some(life)) = (class, years(&item)) {
                    lives.push(RawLife { class, life, place: item.place() });
                }
            }
        }
    }
    (lives, relax)
}

/// A whole number of years, or a length of time in words.
fn years(item: &toml_file::Item<'_>) -> Option<Period> {
    if item.raw().is_str() {
        return item.read::<Period>().map(|period| period.value);
    }
    let years = item.read::<u32>()?.value;
    if (1..=50).contains(&years) {
        return Some(Period::of_years(years));
    }
    item.bad_value(
        format!("a life of {years} years"),
        "write 1 to 50 years, or a length of time such as \"54 months\"",
    );
    None
}

/// A day given for every tier, or for some.
pub(crate) fn date_of(node: &Node) -> Option<NaiveDate> {
    node.scalar().and_then(|(_, text)| text.parse().ok())
}

/// Whether the read found anything that must stop the use of the profile.
pub(crate) fn unusable(source: &Source) -> Diagnostic {
    Diagnostic::error(codes::MISSING_KEY, "the file is not a profile")
        .at(source.whole())
        .help("a profile begins with [profile], id, version and owner")
}
