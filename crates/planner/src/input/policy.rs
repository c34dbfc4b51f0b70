//! `policy.toml`: what the plan is to weigh, and against what lives; every figure with its source.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diagnostic::toml_file::{self, Located, Table};
use diagnostic::{Diagnostic, Diagnostics, Place, Source, suggest};
use inventory::toml_values::{Date, Rate};
use inventory::{Class, ClassCatalogue, FinancialYear, FundingClass, Money, OrgCode};
use rust_decimal::Decimal;

use super::reading::{
    Once, optional_amount, optional_count, optional_decimal, optional_text, unknown_class,
};
use crate::codes;

/// The presets that are shipped.
const SHIPPED: &str = include_str!("../../../../data/presets.toml");

/// Pounds for each device and year of trouble, before factors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Weights {
    /// A rule of weight 10 failed at minimum for a whole year; other weights in proportion.
    pub minimum_failure: Money,
    /// The same, failed at recommended.
    pub recommended_failure: Money,
    /// The same, unknown at minimum.
    pub unknown: Money,
    /// Each year of age beyond life.
    pub year_beyond_life: Money,
    /// A whole year out of warranty.
    pub out_of_warranty: Money,
}

/// How later years count less.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Discount {
    /// Share lost each year; the first year of the plan counts whole.
    pub rate: Decimal,
    /// Where the rate comes from.
    pub source: String,
}

/// What the policy says of a class of devices.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClassPolicy {
    /// Years of life; `None` leaves it to the specification, else to the presets.
    pub life_years: Option<u32>,
    /// Where the life comes from.
    pub source: Option<String>,
    /// Running cost of a device in use, each year.
    pub running_cost_year: Money,
    /// Multiplies the weights; `None` leaves it to the presets.
    pub factor: Option<Decimal>,
}

/// What a funding class multiplies risk by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Priority {
    /// Core and mandated services.
    pub core: Decimal,
    /// Enhanced services.
    pub enhanced: Decimal,
}

impl Priority {
    /// The factor of a funding class; practice business is never planned.
    pub fn of(&self, funding: FundingClass) -> Decimal {
        match funding {
            FundingClass::Core => self.core,
            FundingClass::Enhanced => self.enhanced,
            FundingClass::PracticeBusiness => Decimal::ZERO,
        }
    }
}

/// How life that is left when the plan ends counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum UnusedLife {
    /// As the share of the price for the years not yet used, as accounts depreciate.
    #[default]
    StraightLine,
    /// Not at all: the last years buy little.
    None,
}

/// Settings of the grouped-asset test of capital.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Capitalisation {
    /// A single device of at least this cost is capital.
    pub single_minimum: Money,
    /// A group of at least this cost can be capital.
    pub group_minimum: Money,
    /// Each device of a group must cost more than this.
    pub group_item_minimum: Money,
}

/// A site where nothing can be installed in a year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Freeze {
    /// The site.
    pub site: OrgCode,
    /// The year.
    pub fy: FinancialYear,
    /// Why.
    pub reason: Option<String>,
    /// Where it stands in the file.
    pub place: Place,
}

/// Days on which nobody installs anything: a winter, a migration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuietDays {
    /// The site; `None` is every site.
    pub site: Option<OrgCode>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Why.
    pub reason: Option<String>,
}

impl QuietDays {
    /// Whether nothing is installed at a site on a day.
    pub fn covers(&self, site: &str, day: NaiveDate) -> bool {
        (self.from..=self.until).contains(&day)
            && self.site.as_ref().is_none_or(|own| own.as_str() == site)
    }
}

/// A whole policy, with the presets filled in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Name of the preset.
    pub preset: String,
    /// The weights, the preset's where the file says nothing else.
    pub weights: Weights,
    /// Where the weights come from.
    pub weights_source: String,
    /// Discounting.
    pub discount: Discount,
    /// How life left at the end of the plan counts.
    pub unused_life: UnusedLife,
    /// What the tiers 0, 1 and 2 of a site multiply risk by.
    pub tier_factors: [Decimal; 3],
    /// What a funding class multiplies risk by.
    pub priority: Priority,
    /// What is said of classes; a class that is not here has the presets' life and factor, and no running cost.
    pub classes: BTreeMap<Class, ClassPolicy>,
    /// The grouped-asset test.
    pub capitalisation: Capitalisation,
    /// Sites and years without installation, by site and year.
    pub freezes: Vec<Freeze>,
    /// Days without installation, by first day and site; the calendar of visits keeps them free.
    pub quiet: Vec<QuietDays>,
    /// Days between the receipt of a device and the visit that installs it.
    pub build_days: u32,
    /// What moving a purchase of the plan that is kept to another year costs, in pounds of the objective.
    pub stability: Money,
    /// The lives that are used where nothing else is known.
    pub presets: Presets,
}

/// The shipped weights, lives and settings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Presets {
    weights: BTreeMap<String, (Weights, String)>,
    lives: BTreeMap<String, u32>,
    life_source: String,
    factors: BTreeMap<String, Decimal>,
    discount: Discount,
    capitalisation: Capitalisation,
}

impl Presets {
    /// Reads a file of presets, giving what is usable and every problem.
    pub fn read(source: &Source) -> (Self, Diagnostics) {
        toml_file::read(source, &codes::PLANNING_TOML, |top| {
            let mut weights = BTreeMap::new();
            if let Some(mut presets) = top.table("preset") {
                for (name, item) in presets.named_items() {
                    let Some(mut table) = item.table() else { continue };
                    table.required::<String>("title");
                    let source = table.required::<String>("source").map(|read| read.value);
                    let read = read_weights(&mut table, Weights::default());
                    weights.insert(name.value, (read, source.unwrap_or_default()));
                    table.finish();
                }
            }
            let (lives, life_source) = top.table("life").map(read_lives).unwrap_or_default();
            let factors = top.table("factor").map(read_factors).unwrap_or_default();
            let discount = top
                .table("discount")
                .map(|table| read_discount(table, Discount::default()))
                .unwrap_or_default();
            let capitalisation = top
                .table("capitalisation")
                .map(|table| read_capitalisation(table, Capitalisation::default()))
                .unwrap_or_default();
            Self { weights, lives, life_source, factors, discount, capitalisation }
        })
    }

    /// The presets that are shipped with Refit.
    pub fn shipped() -> Self {
        Self::read(&Source::new("presets.toml", SHIPPED)).0
    }

    /// Names of the weight presets, ascending.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.weights.keys().map(String::as_str)
    }

    /// What the weights are multiplied by for a class where nothing else says so.
    pub fn factor(&self, class: &Class) -> Decimal {
        let factor = self.factors.get(class.as_str()).or_else(|| self.factors.get("other"));
        factor.copied().unwrap_or(Decimal::ONE)
    }

    /// The life of a class where nothing else states one, with its source.
    pub fn life(&self, class: &Class) -> (u32, &str) {
        let years = self.lives.get(class.as_str()).or_else(|| self.lives.get("other"));
        (years.copied().unwrap_or(5), &self.life_source)
    }
}

impl Policy {
    /// The policy of an empty file.
    pub fn of_presets() -> Self {
        Self::read(&Source::new("policy.toml", ""), &ClassCatalogue::shipped()).0
    }

    /// Reads a `policy.toml`, giving the policy with the presets filled in and every problem.
    pub fn read(source: &Source, classes: &ClassCatalogue) -> (Self, Diagnostics) {
        let presets = Presets::shipped();
        toml_file::read(source, &codes::PLANNING_TOML, |top| {
            let Objective { preset, source: weights_source, unused_life } =
                read_objective(top, &presets);
            let base = presets.weights.get(&preset).map(|(weights, _)| *weights);
            let base = base.unwrap_or_default();
            let mut own_source = None;
            let weights = top.table("weights").map_or(base, |mut table| {
                own_source = optional_text(&mut table, "source").map(|read| read.value);
                let weights = read_weights(&mut table, base);
                table.finish();
                weights
            });
            let weights_source = match (weights == base, own_source) {
                (true, None) => weights_source,
                (_, Some(own)) => own,
                (false, None) => format!("policy file, over the preset {preset}"),
            };
            let discount = match top.table("discount") {
                Some(table) => read_discount(table, presets.discount.clone()),
                None => presets.discount.clone(),
            };
            let tier_factors = top.table("tiers").and_then(read_tiers);
            let capitalisation = match top.table("capitalisation") {
                Some(table) => read_capitalisation(table, presets.capitalisation),
                None => presets.capitalisation,
            };
            let (freezes, quiet) = read_freezes(top);
            Self {
                preset,
                weights,
                weights_source,
                discount,
                unused_life,
                tier_factors: tier_factors.unwrap_or_else(default_tiers),
                priority: read_priority(top.table("priority")),
                classes: top
                    .table("class")
                    .map(|table| read_classes(table, classes))
                    .unwrap_or_default(),
                capitalisation,
                freezes,
                quiet,
                build_days: top.table("calendar").map_or(0, read_calendar),
                stability: top.table("stability").map(read_stability).unwrap_or_default(),
                presets,
            }
        })
    }

    /// What is said of a class, or the defaults.
    pub fn class(&self, class: &Class) -> ClassPolicy {
        self.classes.get(class).cloned().unwrap_or_default()
    }

    /// What the weights are multiplied by for a class.
    pub fn factor(&self, class: &Class) -> Decimal {
        self.class(class).factor.unwrap_or_else(|| self.presets.factor(class))
    }

    /// The life of a class in years and its source: the policy's, else the specification's, else the presets'.
    pub fn life(&self, class: &Class, specified: Option<(u32, &str)>) -> (u32, String) {
        let own = self.class(class);
        match (own.life_years, specified) {
            (Some(years), _) => (years, own.source.unwrap_or_else(|| "policy file".to_owned())),
            (None, Some((years, source))) => (years, source.to_owned()),
            (None, None) => {
                let (years, source) = self.presets.life(class);
                (years, source.to_owned())
            }
        }
    }
}

fn default_tiers() -> [Decimal; 3] {
    [Decimal::ONE, Decimal::new(125, 2), Decimal::new(160, 2)]
}

/// What the table `[objective]` says.
struct Objective {
    preset: String,
    source: String,
    unused_life: UnusedLife,
}

fn read_objective(top: &mut Table<'_>, presets: &Presets) -> Objective {
    let mut preset = "balanced".to_owned();
    let mut unused_life = UnusedLife::default();
    if let Some(mut table) = top.table("objective") {
        if let Some(named) = table.optional::<String>("preset") {
            if presets.weights.contains_key(&named.value) {
                preset = named.value;
            } else {
                unknown_preset(&table, &named, presets);
            }
        }
        if let Some(named) = table.optional::<String>("unused_life") {
            match named.value.as_str() {
                "straight-line" => unused_life = UnusedLife::StraightLine,
                "none" => unused_life = UnusedLife::None,
                other => table.bad_value(
                    named.place,
                    format!("`unused_life`: expected straight-line or none, found `{other}`"),
                    "write \"straight-line\" or \"none\"",
                ),
            }
        }
        table.finish();
    }
    let source = presets.weights.get(&preset).map(|(_, source)| source.clone());
    Objective { preset, source: source.unwrap_or_default(), unused_life }
}

fn unknown_preset(table: &Table<'_>, named: &Located<String>, presets: &Presets) {
    let help = suggest(&named.value, presets.names()).map_or_else(
        || format!("the presets are {}", presets.names().collect::<Vec<_>>().join(", ")),
        |near| format!("a preset with a similar name exists: `{near}`"),
    );
    table.problem(
        Diagnostic::error(codes::UNKNOWN_PRESET, format!("unknown preset `{}`", named.value))
            .at(named.place.clone())
            .value(named.value.clone())
            .help(help),
    );
}

fn read_weights(table: &mut Table<'_>, base: Weights) -> Weights {
    let mut weight = |key: &'static str, otherwise: Money| {
        optional_amount(table, key).map_or(otherwise, |read| read.value)
    };
    Weights {
        minimum_failure: weight("minimum_failure", base.minimum_failure),
        recommended_failure: weight("recommended_failure", base.recommended_failure),
        unknown: weight("unknown", base.unknown),
        year_beyond_life: weight("year_beyond_life", base.year_beyond_life),
        out_of_warranty: weight("out_of_warranty", base.out_of_warranty),
    }
}

fn read_lives(mut table: Table<'_>) -> (BTreeMap<String, u32>, String) {
    let source = table.required::<String>("source").map(|read| read.value).unwrap_or_default();
    let lives = table
        .named_items()
        .into_iter()
        .filter(|(name, _)| name.value != "source")
        .filter_map(|(name, item)| Some((name.value, item.read::<u32>()?.value)))
        .collect();
    (lives, source)
}

fn read_factors(mut table: Table<'_>) -> BTreeMap<String, Decimal> {
    table.required::<String>("source");
    table
        .named_items()
        .into_iter()
        .filter(|(name, _)| name.value != "source")
        .filter_map(|(name, item)| Some((name.value, item.read::<Rate>()?.value.0)))
        .collect()
}

fn read_discount(mut table: Table<'_>, base: Discount) -> Discount {
    let rate = optional_decimal(&mut table, "rate", Decimal::ZERO, Decimal::ONE);
    let source = optional_text(&mut table, "source");
    let changed = rate.as_ref().is_some_and(|read| read.value != base.rate);
    let discount = Discount {
        rate: rate.map_or(base.rate, |read| read.value),
        source: match source {
            Some(read) => read.value,
            None if changed => "policy file".to_owned(),
            None => base.source,
        },
    };
    table.finish();
    discount
}

fn read_capitalisation(mut table: Table<'_>, base: Capitalisation) -> Capitalisation {
    let mut limit = |key: &'static str, otherwise: Money| {
        optional_amount(&mut table, key).map_or(otherwise, |read| read.value)
    };
    let settings = Capitalisation {
        single_minimum: limit("single_minimum", base.single_minimum),
        group_minimum: limit("group_minimum", base.group_minimum),
        group_item_minimum: limit("group_item_minimum", base.group_item_minimum),
    };
    table.finish();
    settings
}

/// Factors of risk stay between 0 and 1000.
fn largest_factor() -> Decimal {
    Decimal::from(1000)
}

fn read_tiers(mut table: Table<'_>) -> Option<[Decimal; 3]> {
    let list = table.required_item("factors", "an array of three numbers");
    table.finish();
    let list = list?;
    let read: Vec<Located<Rate>> = list.items().iter().filter_map(toml_file::Item::read).collect();
    let factors: Vec<Decimal> = read.iter().map(|rate| rate.value.0).collect();
    let sound =
        factors.iter().all(|factor| *factor >= Decimal::ZERO && *factor <= largest_factor());
    match factors.as_slice() {
        [low, middle, high] if sound && list.items().len() == 3 => Some([*low, *middle, *high]),
        _ => {
            list.bad_value(
                "`tiers.factors`: expected three numbers from 0 to 1000, for tiers 0, 1 and 2",
                "write for example [\"1.00\", \"1.25\", \"1.60\"]",
            );
            None
        }
    }
}

fn read_priority(table: Option<Table<'_>>) -> Priority {
    let mut priority = Priority { core: Decimal::ONE, enhanced: Decimal::new(50, 2) };
    if let Some(mut table) = table {
        let mut factor = |key| optional_decimal(&mut table, key, Decimal::ZERO, largest_factor());
        let (core, enhanced) = (factor("core"), factor("enhanced"));
        priority.core = core.map_or(priority.core, |read| read.value);
        priority.enhanced = enhanced.map_or(priority.enhanced, |read| read.value);
        table.finish();
    }
    priority
}

fn read_classes(mut table: Table<'_>, classes: &ClassCatalogue) -> BTreeMap<Class, ClassPolicy> {
    let mut all = BTreeMap::new();
    for (name, item) in table.named_items() {
        let Ok(class) = classes.parse(&name.value) else {
            table.problem(unknown_class(&name.value, classes).at(name.place));
            continue;
        };
        let Some(mut entry) = item.table() else { continue };
        let life_years = optional_count(&mut entry, "life_years", 1, 50).map(|read| read.value);
        let source = optional_text(&mut entry, "source").map(|read| read.value);
        let running_cost_year = optional_amount(&mut entry, "running_cost_year");
        let factor = optional_decimal(&mut entry, "factor", Decimal::ZERO, largest_factor());
        entry.finish();
        let policy = ClassPolicy {
            life_years,
            source,
            running_cost_year: running_cost_year.map(|read| read.value).unwrap_or_default(),
            factor: factor.map(|read| read.value),
        };
        all.insert(class, policy);
    }
    table.finish();
    all
}

fn read_calendar(mut table: Table<'_>) -> u32 {
    let days = optional_count(&mut table, "build_days", 0, 365).map_or(0, |read| read.value);
    table.finish();
    days
}

fn read_stability(mut table: Table<'_>) -> Money {
    let price = optional_amount(&mut table, "price").map(|read| read.value);
    table.finish();
    price.unwrap_or_default()
}

/// Freezes of a whole year, and of days from one to another.
fn read_freezes(top: &mut Table<'_>) -> (Vec<Freeze>, Vec<QuietDays>) {
    let mut once = Once::new();
    let (mut years, mut quiet) = (Vec::new(), Vec::new());
    for mut table in top.tables("freeze") {
        if table.has("from") || table.has("until") {
            quiet.extend(read_quiet(&mut table));
        } else {
            years.extend(read_freeze(&mut table, &mut once));
        }
        table.finish();
    }
    years.sort_by(|a, b| (&a.site, a.fy).cmp(&(&b.site, b.fy)));
    quiet.sort_by(|a, b| (a.from, &a.site, a.until).cmp(&(b.from, &b.site, b.until)));
    (years, quiet)
}

fn read_freeze(table: &mut Table<'_>, once: &mut Once<(OrgCode, FinancialYear)>) -> Option<Freeze> {
    let site = table.required::<OrgCode>("site");
    let fy = table.required::<FinancialYear>("fy");
    let reason = optional_text(table, "reason").map(|read| read.value);
    let (site, fy) = (site?, fy?);
    let unique = once.claim(
        table,
        (site.value.clone(), fy.value),
        site.place.clone(),
        codes::DUPLICATE_FREEZE,
        || format!("the freeze of {} in {} stands twice", site.value, fy.value),
    );
    unique.then_some(Freeze { site: site.value, fy: fy.value, reason, place: site.place })
}

fn read_quiet(table: &mut Table<'_>) -> Option<QuietDays> {
    let from = table.required::<Date>("from");
    let until = table.required::<Date>("until");
    let site = table.optional::<OrgCode>("site").map(|read| read.value);
    let reason = optional_text(table, "reason").map(|read| read.value);
    if let Some(item) = table.item("fy") {
        item.bad_value(
            "a freeze has a financial year, or its first and last day",
            "remove `fy`, or `from` and `until`",
        );
    }
    let (from, until) = (from?, until?);
    if until.value.0 < from.value.0 {
        table.bad_value(
            until.place,
            format!("`until` {} stands before `from` {}", until.value.0, from.value.0),
            "correct one of the two dates",
        );
        return None;
    }
    Some(QuietDays { site, from: from.value.0, until: until.value.0, reason })
}
