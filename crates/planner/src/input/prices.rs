//! `prices.toml`: what can be bought, until when, from which framework, and what is known of the new device.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diagnostic::toml_file::{self, Item, Located, Scalar, Table};
use diagnostic::{Diagnostic, Diagnostics, Place, Source, suggest};
use inventory::toml_values::{Date, Rate};
use inventory::{Class, ClassCatalogue, Family, Field, FinancialYear, Group, Money, Value};
use rust_decimal::Decimal;

use super::reading::{
    Once, optional_amount, optional_count, optional_decimal, optional_share, optional_text,
    quarter_hours_up, required_amount, required_class, required_text,
};
use crate::codes;

/// One offer: an item that replaces devices of a class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Price {
    /// The name by which pins, plans and orders call it; unique in the file.
    pub item: String,
    /// The class of devices that it replaces.
    pub class: Class,
    /// Maker's model, for people.
    pub model: Option<String>,
    /// Price of one device without VAT, in the money of [`Price::base_year`].
    pub net: Money,
    /// VAT as a share of the net price; 0.20 unless the file says otherwise.
    pub vat_rate: Decimal,
    /// The share of the VAT that is recovered; 0 unless the file says otherwise.
    pub vat_recoverable: Decimal,
    /// First day on which an order gets this price.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which an order gets this price, the framework's last day of call-off included.
    pub order_until: Option<NaiveDate>,
    /// Id of the framework it is called off from.
    pub framework: Option<String>,
    /// Days from order to receipt.
    pub lead_days: Option<u32>,
    /// Work of an engineer to install one, in quarter hours, rounded up.
    pub install_quarter_hours: i64,
    /// Years of life; the policy's life of the class unless the file says otherwise.
    pub life_years: Option<u32>,
    /// Running cost of a year in the money of the base year; the policy's for the class unless the file says otherwise.
    pub running_cost_year: Option<Money>,
    /// Greenhouse gas of making and shipping one, in kilograms of carbon-dioxide equivalent.
    pub embodied_kgco2e: Option<Decimal>,
    /// What is known of the new device, as the specification asks for it.
    pub meets: BTreeMap<Field, Value>,
    /// Cheaper prices from larger quantities; kept, not planned.
    pub breaks: Vec<PriceBreak>,
    /// Where it stands in the file.
    pub place: Place,
}

impl Price {
    /// The financial year in whose money the price is stated: that of `valid_from`, else of the as-of day.
    pub fn base_year(&self, as_of: NaiveDate) -> FinancialYear {
        FinancialYear::of(self.valid_from.unwrap_or(as_of))
    }
}

/// A cheaper price from a quantity on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PriceBreak {
    /// Smallest quantity.
    pub from: u32,
    /// Net price of one device.
    pub net: Money,
}

/// A framework agreement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Framework {
    /// The name by which prices call it.
    pub id: String,
    /// Its lots.
    pub lots: Vec<String>,
    /// Last day on which an order can be called off.
    pub call_off_until: Option<NaiveDate>,
}

/// Price indices by financial year: consecutive years, or none at all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inflation {
    by_year: BTreeMap<FinancialYear, Decimal>,
}

impl Inflation {
    /// The index of a year; years outside the table take the nearest index, and without a table every index is 1.
    pub fn index(&self, year: FinancialYear) -> Decimal {
        self.by_year
            .range(..=year)
            .next_back()
            .or_else(|| self.by_year.first_key_value())
            .map_or(Decimal::ONE, |(_, index)| *index)
    }

    /// The last year of the table.
    pub fn last_year(&self) -> Option<FinancialYear> {
        self.by_year.last_key_value().map(|(year, _)| *year)
    }
}

/// A whole price list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PriceList {
    /// The offers, by item.
    pub prices: Vec<Price>,
    /// The frameworks, in the order of the file.
    pub frameworks: Vec<Framework>,
    /// How prices move.
    pub inflation: Inflation,
}

impl PriceList {
    /// Reads a `prices.toml`, giving the usable offers and every problem.
    pub fn read(source: &Source, classes: &ClassCatalogue) -> (Self, Diagnostics) {
        toml_file::read(source, &codes::PLANNING_TOML, |top| {
            let frameworks = read_frameworks(top);
            let inflation = read_inflation(top);
            let mut items = Once::new();
            let mut prices = Vec::new();
            let mut at_once = Vec::new();
            for mut table in top.tables("price") {
                let price = read_price(&mut table, classes, &frameworks);
                if let Some((price, named)) = price {
                    if price.lead_days.is_none() {
                        at_once.push((price.item.clone(), named.clone()));
                    }
                    let unique = items.claim(
                        &table,
                        price.item.clone(),
                        named,
                        codes::DUPLICATE_ITEM,
                        || format!("item `{}` stands twice", price.item),
                    );
                    if unique {
                        prices.push(price);
                    }
                }
                table.finish();
            }
            if let Some((_, place)) = at_once.first() {
                let items: Vec<&str> = at_once.iter().map(|(item, _)| item.as_str()).collect();
                top.problem(
                    Diagnostic::warning(
                        codes::NO_LEAD_TIME,
                        format!("no lead time is given for {}", items.join(", ")),
                    )
                    .at(place.clone())
                    .help("add `lead_days`; until then an order is taken to arrive on its own day, so 31 March counts as in time"),
                );
            }
            prices.sort_by(|a, b| a.item.cmp(&b.item));
            Self { prices, frameworks, inflation }
        })
    }

    /// The offer of an item.
    pub fn get(&self, item: &str) -> Option<&Price> {
        self.prices.iter().find(|price| price.item == item)
    }
}

fn read_frameworks(top: &mut Table<'_>) -> Vec<Framework> {
    let mut ids = Once::new();
    let mut all = Vec::new();
    for mut table in top.tables("framework") {
        let id = required_text(&mut table, "id");
        let lots = table.optional::<Vec<String>>("lots");
        let call_off_until = table.optional::<Date>("call_off_until");
        if let Some(id) = id {
            let unique =
                ids.claim(&table, id.value.clone(), id.place, codes::DUPLICATE_FRAMEWORK, || {
                    format!("framework `{}` stands twice", id.value)
                });
            if unique {
                all.push(Framework {
                    id: id.value,
                    lots: lots.map(|read| read.value).unwrap_or_default(),
                    call_off_until: call_off_until.map(|read| read.value.0),
                });
            }
        }
        table.finish();
    }
    all
}

fn read_inflation(top: &mut Table<'_>) -> Inflation {
    let mut years = Once::new();
    let mut by_year = BTreeMap::new();
    let mut places = BTreeMap::new();
    for mut table in top.tables("inflation") {
        let fy = table.required::<FinancialYear>("fy");
        let index = table.required::<Rate>("index");
        if let (Some(fy), Some(index)) = (fy, index) {
            let allowed = index.value.0 > Decimal::ZERO && index.value.0 <= Decimal::from(100_000);
            if !allowed {
                table.bad_value(
                    index.place,
                    format!("`index`: expected a number above 0, found {}", index.value.0),
                    "write the index of the year, such as \"102.2\"",
                );
            } else if years.claim(
                &table,
                fy.value,
                fy.place.clone(),
                codes::DUPLICATE_INFLATION,
                || format!("the index of {} stands twice", fy.value),
            ) {
                by_year.insert(fy.value, index.value.0);
                places.insert(fy.value, fy.place);
            }
        }
        table.finish();
    }
    let gap = by_year.keys().zip(by_year.keys().skip(1)).find(|(a, b)| b.years_after(**a) != 1);
    if let Some((before, after)) = gap {
        let problem = Diagnostic::error(
            codes::INFLATION_GAP,
            format!("the index jumps from {before} to {after}"),
        )
        .help(format!("add an index for {}", before.plus(1)));
        top.problem(match places.get(after) {
            Some(place) => problem.at(place.clone()),
            None => problem,
        });
    }
    Inflation { by_year }
}

/// The dates on which an order gets the price.
struct Validity {
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    framework: Option<String>,
}

fn read_price(
    table: &mut Table<'_>,
    classes: &ClassCatalogue,
    frameworks: &[Framework],
) -> Option<(Price, Place)> {
    let item = required_text(table, "item");
    let class = required_class(table, "class", classes);
    let model = optional_text(table, "model");
    let net = required_amount(table, "net");
    let vat_rate = optional_share(table, "vat_rate").unwrap_or_else(|| Decimal::new(20, 2));
    let vat_recoverable = optional_share(table, "vat_recoverable").unwrap_or_default();
    let validity = read_validity(table, frameworks);
    let lead_days = optional_count(table, "lead_days", 0, 3650).map(|read| read.value);
    let hours = optional_decimal(table, "install_hours", Decimal::ZERO, Decimal::from(1000));
    let life_years = optional_count(table, "life_years", 1, 50).map(|read| read.value);
    let running_cost_year = optional_amount(table, "running_cost_year").map(|read| read.value);
    let embodied =
        optional_decimal(table, "embodied_kgco2e", Decimal::ZERO, Decimal::from(1_000_000));
    // Of a class that is not known, nothing can be said about its facts.
    let family = class
        .as_ref()
        .map(|class| classes.spec(&class.value).map_or(Family::Other, |spec| spec.family));
    let meets = table.table("meets").map(|meets| read_meets(meets, family)).unwrap_or_default();
    let (item, class, net) = (item?, class?, net?);
    let breaks = read_breaks(table, &item.value, net.value);
    let price = Price {
        item: item.value,
        class: class.value,
        model: model.map(|read| read.value),
        net: net.value,
        vat_rate,
        vat_recoverable,
        valid_from: validity.from,
        order_until: validity.until,
        framework: validity.framework,
        lead_days,
        install_quarter_hours: hours.and_then(|read| quarter_hours_up(read.value)).unwrap_or(0),
        life_years,
        running_cost_year,
        embodied_kgco2e: embodied.map(|read| read.value),
        meets,
        breaks,
        place: item.place.clone(),
    };
    Some((price, item.place))
}

fn read_validity(table: &mut Table<'_>, frameworks: &[Framework]) -> Validity {
    let from = table.optional::<Date>("valid_from").map(|read| read.map(|date| date.0));
    let until = table.optional::<Date>("valid_until").map(|read| read.map(|date| date.0));
    if let (Some(from), Some(until)) = (&from, &until)
        && until.value < from.value
    {
        table.problem(
            Diagnostic::error(
                codes::VALIDITY_REVERSED,
                format!("`valid_until` {} stands before `valid_from` {}", until.value, from.value),
            )
            .at(until.place.clone())
            .related(from.place.clone(), "begins here")
            .help("correct one of the two dates"),
        );
    }
    let framework = optional_text(table, "framework");
    let declared = framework.as_ref().and_then(|named| find_framework(table, named, frameworks));
    let call_off = declared.and_then(|framework| framework.call_off_until);
    if let (Some(from), Some(last), Some(named)) = (&from, call_off, &framework)
        && last < from.value
    {
        table.problem(
            Diagnostic::error(
                codes::NEVER_ON_SALE,
                format!(
                    "the price begins on {}, after the last call-off from `{}` on {last}",
                    from.value, named.value
                ),
            )
            .at(from.place.clone())
            .help("correct one of the dates, or remove the price"),
        );
    }
    let until = until.map(|read| read.value);
    Validity {
        from: from.map(|read| read.value),
        until: [until, call_off].into_iter().flatten().min(),
        framework: framework.map(|read| read.value),
    }
}

fn find_framework<'f>(
    table: &Table<'_>,
    named: &Located<String>,
    frameworks: &'f [Framework],
) -> Option<&'f Framework> {
    let found = frameworks.iter().find(|framework| framework.id == named.value);
    if found.is_none() {
        let known = frameworks.iter().map(|framework| framework.id.as_str());
        let help = suggest(&named.value, known).map_or_else(
            || format!("declare it: [[framework]] id = \"{}\"", named.value),
            |near| format!("a framework with a similar name exists: `{near}`"),
        );
        table.problem(
            Diagnostic::error(
                codes::UNKNOWN_FRAMEWORK,
                format!("framework `{}` is not declared in this file", named.value),
            )
            .at(named.place.clone())
            .value(named.value.clone())
            .help(help),
        );
    }
    found
}

fn read_meets(mut table: Table<'_>, family: Option<Family>) -> BTreeMap<Field, Value> {
    let mut facts = BTreeMap::new();
    for (name, item) in table.named_items() {
        let Some(family) = family else { continue };
        if let Some((field, value)) = read_fact(&name, &item, family) {
            facts.insert(field, value);
        }
    }
    table.finish();
    facts
}

fn read_fact(name: &Located<String>, item: &Item<'_>, family: Family) -> Option<(Field, Value)> {
    let field = name.value.parse::<Field>().ok().filter(|field| {
        matches!(field.group(), Group::Fact | Group::Remedy) && field.applies_to(family)
    });
    let Some(field) = field else {
        let known = Field::all()
            .filter(|field| field.applies_to(family) && field.group() == Group::Fact)
            .map(Field::word);
        let help = suggest(&name.value, known).map_or_else(
            || format!("name a fact that a {family} device can have"),
            |near| format!("a fact with a similar name exists: `{near}`"),
        );
        item.problem(
            Diagnostic::error(
                codes::UNKNOWN_FACT,
                format!("`{}` is not a fact of a {family} device", name.value),
            )
            .value(name.value.clone())
            .help(help),
        );
        return None;
    };
    let text = item.read::<Scalar>()?;
    match field.kind().parse(&text.value.0) {
        Ok(value) => Some((field, value)),
        Err(expected) => {
            item.bad_value(
                format!("`{}`: {expected}, found `{}`", item.path(), text.value.0),
                "write the value as an assets file would",
            );
            None
        }
    }
}

fn read_breaks(table: &mut Table<'_>, item: &str, net: Money) -> Vec<PriceBreak> {
    let Some(list) = table.item("breaks") else { return Vec::new() };
    let mut breaks: Vec<PriceBreak> = Vec::new();
    for entry in list.items() {
        let Some(mut row) = entry.table() else { continue };
        let from = row.required::<u32>("from");
        let price = required_amount(&mut row, "net");
        if let (Some(from), Some(price)) = (from, price) {
            let (quantity, before) = breaks.last().map_or((1, net), |last| (last.from, last.net));
            if from.value <= quantity || price.value > before {
                row.problem(
                    Diagnostic::error(
                        codes::BREAK_ORDER,
                        format!(
                            "a break from {} at {} follows one from {quantity} at {before}",
                            from.value, price.value
                        ),
                    )
                    .help("list rising quantities with prices that do not rise"),
                );
            }
            breaks.push(PriceBreak { from: from.value, net: price.value });
        }
        row.finish();
    }
    list.problem(
        Diagnostic::warning(
            codes::BREAKS_NOT_PLANNED,
            format!("the volume breaks of `{item}` are kept and not planned"),
        )
        .help("the plan counts the price of a single device"),
    );
    breaks
}
