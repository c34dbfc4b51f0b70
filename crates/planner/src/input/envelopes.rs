//! `envelopes.toml`: how much money each budget holder has in each financial year, and how many engineers' hours.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use diagnostic::toml_file::{self, Located, Table};
use diagnostic::{Diagnostic, Diagnostics, Place, Source, suggest};
use inventory::{Class, ClassCatalogue, FinancialYear, Money, OrgCode};
use rust_decimal::Decimal;

use super::reading::{
    Once, class_of, optional_amount, optional_decimal, quarter_hours_down, required_amount,
    required_text,
};
use crate::codes;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that files and outputs use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(())
            }
        }
    };
}

words!(
    /// What money may buy.
    EnvelopeKind {
        /// Buys devices.
        Capital => "capital",
        /// Pays for running; never buys devices here.
        Revenue => "revenue",
    }
);

words!(
    /// How sure an amount is.
    Certainty {
        /// Allocated.
        Confirmed => "confirmed",
        /// Announced, not allocated.
        Indicative => "indicative",
        /// Assumed by the planner's author.
        Assumed => "assumed",
    }
);

words!(
    /// Why money is asked for.
    Demand {
        /// A device comes to the end of its life or fails its specification.
        Refresh => "refresh",
        /// A device must be replaced before a date.
        Deadline => "deadline",
    }
);

/// The money of one holder and stream in one financial year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    /// The budget holder.
    pub holder: OrgCode,
    /// The stream's name.
    pub stream: String,
    /// Capital or revenue.
    pub kind: EnvelopeKind,
    /// The year in which it must be spent.
    pub fy: FinancialYear,
    /// The whole amount.
    pub amount: Money,
    /// How sure it is.
    pub certainty: Certainty,
    /// The part that is held back.
    pub contingency: Money,
    /// What should be spent at least; kept, not enforced.
    pub minimum: Option<Money>,
    /// What may be carried into the next year; kept, not planned.
    pub carry_forward: Option<Money>,
    /// Classes that it may buy; `None` is all.
    pub classes: Option<Vec<Class>>,
    /// Demands that it may meet; `None` is all.
    pub demands: Option<Vec<Demand>>,
    /// Where it stands in the file.
    pub place: Place,
}

impl Envelope {
    /// What a plan may spend: the amount less the contingency.
    pub fn limit(&self) -> Money {
        self.amount.checked_sub(self.contingency).unwrap_or_default()
    }

    /// Whether it may pay for a device of a class whose need is of a kind.
    pub fn may_buy(&self, class: &Class, demand: Demand) -> bool {
        self.classes.as_ref().is_none_or(|classes| classes.contains(class))
            && self.demands.as_ref().is_none_or(|demands| demands.contains(&demand))
    }
}

/// How much a holder's engineers can install in a financial year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Capacity {
    /// The budget holder.
    pub holder: OrgCode,
    /// The year.
    pub fy: FinancialYear,
    /// Hours, in quarter hours, rounded down.
    pub quarter_hours: i64,
}

/// A whole envelopes file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Envelopes {
    /// The envelopes, by holder, year, kind and stream.
    pub envelopes: Vec<Envelope>,
    /// The capacities, by holder and year; a pair without one has no limit.
    pub capacities: Vec<Capacity>,
}

impl Envelopes {
    /// Reads an `envelopes.toml`, giving what is usable and every problem.
    pub fn read(source: &Source, classes: &ClassCatalogue) -> (Self, Diagnostics) {
        toml_file::read(source, &codes::PLANNING_TOML, |top| {
            let mut envelopes = read_envelopes(top, classes);
            let mut capacities = read_capacities(top);
            envelopes.sort_by(|a, b| {
                (&a.holder, a.fy, a.kind, &a.stream).cmp(&(&b.holder, b.fy, b.kind, &b.stream))
            });
            capacities.sort_by(|a, b| (&a.holder, a.fy).cmp(&(&b.holder, b.fy)));
            Self { envelopes, capacities }
        })
    }

    /// As much money as anybody can spend, for every holder in every year: what a forecast assumes.
    pub fn without_limit<'h>(
        holders: impl IntoIterator<Item = &'h OrgCode>,
        years: &[FinancialYear],
    ) -> Self {
        let envelope = |holder: &OrgCode, fy| Envelope {
            holder: holder.clone(),
            stream: "no-limit".to_owned(),
            kind: EnvelopeKind::Capital,
            fy,
            amount: Money::from_pence(1_000_000_000_000),
            certainty: Certainty::Assumed,
            contingency: Money::ZERO,
            minimum: None,
            carry_forward: None,
            classes: None,
            demands: None,
            place: Place::file("no limit"),
        };
        let of = |holder| years.iter().map(move |fy| envelope(holder, *fy));
        Self { envelopes: holders.into_iter().flat_map(of).collect(), capacities: Vec::new() }
    }

    /// The capital envelope of a holder in a year.
    pub fn capital(&self, holder: &OrgCode, fy: FinancialYear) -> Option<&Envelope> {
        self.envelopes.iter().find(|envelope| {
            envelope.kind == EnvelopeKind::Capital
                && envelope.fy == fy
                && envelope.holder == *holder
        })
    }

    /// The holders with capital, each with its stream, ascending.
    pub fn capital_holders(&self) -> BTreeMap<&OrgCode, &str> {
        self.envelopes
            .iter()
            .filter(|envelope| envelope.kind == EnvelopeKind::Capital)
            .map(|envelope| (&envelope.holder, envelope.stream.as_str()))
            .collect()
    }

    /// The quarter hours of engineers of a holder in a year; `None` is no limit.
    pub fn capacity(&self, holder: &OrgCode, fy: FinancialYear) -> Option<i64> {
        self.capacities
            .iter()
            .find(|capacity| capacity.fy == fy && capacity.holder == *holder)
            .map(|capacity| capacity.quarter_hours)
    }
}

fn read_envelopes(top: &mut Table<'_>, classes: &ClassCatalogue) -> Vec<Envelope> {
    let mut once = Once::new();
    let mut streams: BTreeMap<OrgCode, (String, Place)> = BTreeMap::new();
    let mut all = Vec::new();
    for mut table in top.tables("envelope") {
        if let Some(envelope) = read_envelope(&mut table, classes) {
            let key =
                (envelope.holder.clone(), envelope.stream.clone(), envelope.kind, envelope.fy);
            let unique =
                once.claim(&table, key, envelope.place.clone(), codes::DUPLICATE_ENVELOPE, || {
                    format!(
                        "the {} envelope `{}` of {} in {} stands twice",
                        envelope.kind, envelope.stream, envelope.holder, envelope.fy
                    )
                });
            if unique && one_stream(&table, &envelope, &mut streams) {
                warn_of_limits(&table, &envelope);
                all.push(envelope);
            }
        }
        table.finish();
    }
    all
}

/// Refuses a second capital stream of a holder.
fn one_stream(
    table: &Table<'_>,
    envelope: &Envelope,
    streams: &mut BTreeMap<OrgCode, (String, Place)>,
) -> bool {
    if envelope.kind == EnvelopeKind::Revenue {
        return true;
    }
    match streams.get(&envelope.holder) {
        Some((stream, place)) if *stream != envelope.stream => {
            table.problem(
                Diagnostic::error(
                    codes::SEVERAL_CAPITAL_STREAMS,
                    format!(
                        "{} has two capital streams, `{stream}` and `{}`",
                        envelope.holder, envelope.stream
                    ),
                )
                .at(envelope.place.clone())
                .label("a second stream")
                .related(place.clone(), "the first stream stands here")
                .help(
                    "add the amounts into one stream, or plan each stream with a file of its own",
                ),
            );
            false
        }
        Some(_) => true,
        None => {
            let first = (envelope.stream.clone(), envelope.place.clone());
            streams.insert(envelope.holder.clone(), first);
            true
        }
    }
}

fn warn_of_limits(table: &Table<'_>, envelope: &Envelope) {
    let named = format!("`{}` of {} in {}", envelope.stream, envelope.holder, envelope.fy);
    let warn = |code, message: String, help: &str| {
        let problem = Diagnostic::warning(code, message).at(envelope.place.clone()).help(help);
        table.problem(problem);
    };
    if envelope.kind == EnvelopeKind::Revenue {
        let message = format!("revenue envelope {named} is kept and not planned");
        warn(codes::REVENUE_NOT_PLANNED, message, "devices are bought with capital");
    }
    if envelope.minimum.is_some() {
        let message = format!("the minimum spend of {named} is kept and not enforced");
        warn(codes::MINIMUM_NOT_PLANNED, message, "compare it with the spend of the plan's years");
    }
    if envelope.carry_forward.is_some() {
        let message = format!("the carry-forward of {named} is kept and not planned");
        warn(codes::CARRY_FORWARD_NOT_PLANNED, message, "money unspent in a year counts as lost");
    }
}

fn read_envelope(table: &mut Table<'_>, classes: &ClassCatalogue) -> Option<Envelope> {
    let holder = table.required::<OrgCode>("holder");
    let stream = required_text(table, "stream");
    let kind = required_word(table, "kind", EnvelopeKind::ALL, EnvelopeKind::as_str);
    let fy = table.required::<FinancialYear>("fy");
    let amount = required_amount(table, "amount");
    let certainty = required_word(table, "certainty", Certainty::ALL, Certainty::as_str);
    let minimum = optional_amount(table, "minimum");
    let contingency = optional_amount(table, "contingency");
    let carry_forward = optional_amount(table, "carry_forward");
    let (eligible_classes, demands) = read_eligible(table, classes);
    let (holder, amount) = (holder?, amount?);
    if let Some(held) = &contingency
        && held.value > amount.value
    {
        table.problem(
            Diagnostic::error(
                codes::CONTINGENCY_TOO_LARGE,
                format!(
                    "the contingency {} is larger than the amount {}",
                    held.value, amount.value
                ),
            )
            .at(held.place.clone())
            .help("hold back at most the whole amount"),
        );
    }
    Some(Envelope {
        holder: holder.value,
        stream: stream?.value,
        kind: kind?,
        fy: fy?.value,
        amount: amount.value,
        certainty: certainty?,
        contingency: contingency.map(|read| read.value.min(amount.value)).unwrap_or_default(),
        minimum: minimum.map(|read| read.value),
        carry_forward: carry_forward.map(|read| read.value),
        classes: eligible_classes,
        demands,
        place: holder.place,
    })
}

fn required_word<T: Copy>(
    table: &mut Table<'_>,
    key: &'static str,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Option<T> {
    let read = table.required::<String>(key)?;
    let found = all.iter().copied().find(|value| word(*value) == read.value);
    if found.is_none() {
        bad_word(table, &read, key, all.iter().map(|value| word(*value)));
    }
    found
}

fn bad_word<'w>(
    table: &Table<'_>,
    read: &Located<String>,
    key: &str,
    words: impl Iterator<Item = &'w str> + Clone,
) {
    let known = words.clone().collect::<Vec<_>>().join(", ");
    let help = suggest(&read.value, words)
        .map_or_else(|| format!("write one of {known}"), |near| format!("write `{near}`"));
    table.bad_value(
        read.place.clone(),
        format!("`{key}`: expected one of {known}, found `{}`", read.value),
        help,
    );
}

fn read_eligible(
    table: &mut Table<'_>,
    classes: &ClassCatalogue,
) -> (Option<Vec<Class>>, Option<Vec<Demand>>) {
    let Some(mut eligible) = table.table("eligible") else { return (None, None) };
    let named = eligible.item("classes").map(|list| {
        let all: Vec<Class> = list
            .items()
            .iter()
            .filter_map(|item| class_of(item, classes))
            .map(|read| read.value)
            .collect();
        (all, list.items().is_empty())
    });
    let demands = eligible.item("demand").map(|list| {
        let words: Vec<Located<String>> =
            list.items().iter().filter_map(toml_file::Item::read).collect();
        let mut all = Vec::new();
        for word in words {
            if let Ok(demand) = word.value.parse::<Demand>() {
                all.push(demand);
            } else {
                let known = Demand::ALL.iter().map(|demand| demand.as_str());
                bad_word(&eligible, &word, "demand", known);
            }
        }
        (all, list.items().is_empty())
    });
    let nothing = named.as_ref().is_some_and(|(_, empty)| *empty)
        || demands.as_ref().is_some_and(|(_, empty)| *empty);
    if nothing {
        eligible.problem(
            Diagnostic::error(codes::ELIGIBLE_EMPTY, "the envelope may buy nothing")
                .help("leave the key out when the money may buy everything"),
        );
    }
    eligible.finish();
    (named.map(|(all, _)| all), demands.map(|(all, _)| all))
}

fn read_capacities(top: &mut Table<'_>) -> Vec<Capacity> {
    let mut once = Once::new();
    let mut all = Vec::new();
    for mut table in top.tables("capacity") {
        let holder = table.required::<OrgCode>("holder");
        let fy = table.required::<FinancialYear>("fy");
        let limit = Decimal::from(100_000_000);
        table.required_item("engineer_hours", "a number of hours such as 1200");
        let hours = optional_decimal(&mut table, "engineer_hours", Decimal::ZERO, limit);
        if let (Some(holder), Some(fy), Some(hours)) = (holder, fy, hours) {
            let unique = once.claim(
                &table,
                (holder.value.clone(), fy.value),
                holder.place,
                codes::DUPLICATE_CAPACITY,
                || format!("the capacity of {} in {} stands twice", holder.value, fy.value),
            );
            if let (true, Some(quarter_hours)) = (unique, quarter_hours_down(hours.value)) {
                all.push(Capacity { holder: holder.value, fy: fy.value, quarter_hours });
            }
        }
        table.finish();
    }
    all
}
