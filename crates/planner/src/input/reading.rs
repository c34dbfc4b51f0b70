//! What the readers share: checked amounts, shares, counts, classes and repeated names.

use std::collections::BTreeMap;

use diagnostic::toml_file::{Item, Located, Table};
use diagnostic::{Code, Diagnostic, Place, suggest};
use inventory::toml_values::Rate;
use inventory::{Class, ClassCatalogue, Money};
use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::codes;

/// Amounts of the files stay below ten thousand million pounds, so that no sum of the planner can overflow.
const LARGEST_AMOUNT: Money = Money::from_pence(1_000_000_000_000);

/// Checks an amount: from zero to [`LARGEST_AMOUNT`].
fn amount(table: &Table<'_>, read: Located<Money>, key: &str) -> Option<Located<Money>> {
    if read.value < Money::ZERO || read.value > LARGEST_AMOUNT {
        table.bad_value(
            read.place,
            format!("`{key}`: expected an amount from 0 to {LARGEST_AMOUNT}, found {}", read.value),
            "write pounds with at most two decimals, without a sign",
        );
        return None;
    }
    Some(read)
}

/// An amount that must stand here.
pub(super) fn required_amount(table: &mut Table<'_>, key: &'static str) -> Option<Located<Money>> {
    let read = table.required::<Money>(key)?;
    amount(table, read, key)
}

/// An amount that may be absent.
pub(super) fn optional_amount(table: &mut Table<'_>, key: &'static str) -> Option<Located<Money>> {
    let read = table.optional::<Money>(key)?;
    amount(table, read, key)
}

/// A decimal between two bounds, both included; may be absent.
pub(super) fn optional_decimal(
    table: &mut Table<'_>,
    key: &'static str,
    low: Decimal,
    high: Decimal,
) -> Option<Located<Decimal>> {
    let read = table.optional::<Rate>(key)?.map(|rate| rate.0);
    if read.value < low || read.value > high {
        table.bad_value(
            read.place,
            format!("`{key}`: expected a number from {low} to {high}, found {}", read.value),
            format!("write a number from {low} to {high}"),
        );
        return None;
    }
    Some(read)
}

/// A share of one, 0 to 1; may be absent.
pub(super) fn optional_share(table: &mut Table<'_>, key: &'static str) -> Option<Decimal> {
    optional_decimal(table, key, Decimal::ZERO, Decimal::ONE).map(|read| read.value)
}

/// A whole number between two bounds, both included; may be absent.
pub(super) fn optional_count(
    table: &mut Table<'_>,
    key: &'static str,
    low: u32,
    high: u32,
) -> Option<Located<u32>> {
    let read = table.optional::<u32>(key)?;
    if (low..=high).contains(&read.value) {
        return Some(read);
    }
    table.bad_value(
        read.place,
        format!("`{key}`: expected a whole number from {low} to {high}, found {}", read.value),
        format!("write a whole number from {low} to {high}"),
    );
    None
}

/// Hours of work as whole quarter hours, rounded up: what an installation needs.
pub fn quarter_hours_up(hours: Decimal) -> Option<i64> {
    quarter_hours(hours, RoundingStrategy::ToPositiveInfinity)
}

/// Hours of work as whole quarter hours, rounded down: what engineers can give.
pub fn quarter_hours_down(hours: Decimal) -> Option<i64> {
    quarter_hours(hours, RoundingStrategy::ToZero)
}

fn quarter_hours(hours: Decimal, rounding: RoundingStrategy) -> Option<i64> {
    hours.checked_mul(Decimal::from(4))?.round_dp_with_strategy(0, rounding).to_i64()
}

/// The class that a string names, or a problem with the near miss.
pub(super) fn class_of(item: &Item<'_>, classes: &ClassCatalogue) -> Option<Located<Class>> {
    let word = item.read::<String>()?;
    if let Ok(class) = classes.parse(&word.value) {
        return Some(Located { value: class, place: word.place });
    }
    item.problem(unknown_class(&word.value, classes));
    None
}

/// The problem that a word names no class.
pub(super) fn unknown_class(word: &str, classes: &ClassCatalogue) -> Diagnostic {
    let known = || classes.specs().iter().map(|spec| spec.class.as_str());
    let help = suggest(word, known()).map_or_else(
        || format!("known classes: {}", known().collect::<Vec<_>>().join(", ")),
        |near| format!("a class with a similar name exists: `{near}`"),
    );
    Diagnostic::error(codes::UNKNOWN_CLASS, format!("unknown class `{word}`"))
        .label("no class of the catalogue")
        .value(word)
        .help(help)
}

/// A class that must stand under a key.
pub(super) fn required_class(
    table: &mut Table<'_>,
    key: &'static str,
    classes: &ClassCatalogue,
) -> Option<Located<Class>> {
    table
        .required_item(key, "a class such as \"desktop\"")
        .and_then(|item| class_of(&item, classes))
}

/// Names that may stand once, with the place of their first use.
#[derive(Debug)]
pub(super) struct Once<K> {
    seen: BTreeMap<K, Place>,
}

impl<K: Ord> Once<K> {
    pub(super) fn new() -> Self {
        Self { seen: BTreeMap::new() }
    }

    /// Remembers a name; a second use is recorded as a problem of the table, showing both places, and gives `false`.
    pub(super) fn claim(
        &mut self,
        table: &Table<'_>,
        key: K,
        place: Place,
        code: Code,
        message: impl FnOnce() -> String,
    ) -> bool {
        if let Some(first) = self.seen.get(&key) {
            table.problem(
                Diagnostic::error(code, message())
                    .at(place)
                    .label("again here")
                    .related(first.clone(), "first stands here")
                    .help("keep one of the two"),
            );
            return false;
        }
        self.seen.insert(key, place);
        true
    }
}

/// An optional text that is not empty.
pub(super) fn optional_text(table: &mut Table<'_>, key: &'static str) -> Option<Located<String>> {
    let read = table.optional::<String>(key)?;
    name(table, read, key)
}

/// A text that must stand here and not be empty.
pub(super) fn required_text(table: &mut Table<'_>, key: &'static str) -> Option<Located<String>> {
    let read = table.required::<String>(key)?;
    name(table, read, key)
}

fn name(table: &Table<'_>, read: Located<String>, key: &str) -> Option<Located<String>> {
    let fits = (1..=400).contains(&read.value.chars().count());
    if fits && !read.value.chars().any(char::is_control) && read.value.trim() == read.value {
        return Some(read);
    }
    table.bad_value(
        read.place,
        format!("`{key}`: expected 1 to 400 printable characters, without blanks at the ends"),
        "write the name on one line",
    );
    None
}
