//! Every rule over every device, once per distinct combination of values.
//!
//! Columns are dictionary-coded, so a rule that reads fields f1..fk sees only as many different devices as there are
//! combinations of their codes (and of the class, where it matters). For each rule:
//!
//! 1. classes are folded: devices that the rule does not judge share one class, and the others share one too unless the
//!    class itself matters (lives);
//! 2. each device gets a combination number in the mixed radix of class and fields, one addition a field; where the range
//!    passes [`DENSE_LIMIT`] the numbers are compacted to those that occur, in ascending order, after each field;
//! 3. each combination is judged once, giving a timeline; equal timelines are kept once.
//!
//! Combination numbers ascend with the codes and not with the rows, and each rule is computed by one thread, so the
//! result is the same bytes for any thread count. Time is O(devices) a rule with a small constant, memory 4 bytes a
//! device and rule.

mod horizon;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use inventory::{Class, Column, Columns, Field, FinancialYear, Item, SetColumn, SetField, Value};
use rayon::prelude::*;

use crate::{Compiled, Facts, Outcome, Rule, Tier, Timeline, YearShare};

/// Combination numbers up to which a plain table finds those that occur.
const DENSE_LIMIT: u64 = 1 << 22;

/// What one rule says of all devices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleJudgement {
    /// The different timelines; the first is "not applicable on every day".
    pub timelines: Vec<Timeline>,
    /// One position in `timelines` per device, in the order of the columns' rows.
    pub index: Vec<u32>,
}

/// What all rules of a profile say of all devices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judged {
    /// Number of devices.
    pub devices: usize,
    /// One judgement a rule, in the order of [`Compiled::rules`].
    pub rules: Vec<RuleJudgement>,
}

/// Judges every device of the columns by every rule, for all time. The result does not depend on the pool.
pub fn judge(profile: &Compiled, columns: &Columns, pool: Option<&rayon::ThreadPool>) -> Judged {
    let one = |rule: &Rule| judge_rule(profile, rule, columns);
    let rules = match pool {
        Some(pool) => pool.install(|| profile.rules().par_iter().map(one).collect()),
        None => profile.rules().iter().map(one).collect(),
    };
    Judged { devices: columns.len(), rules }
}

impl RuleJudgement {
    /// What the rule says of a device; a device that does not exist is not judged.
    pub fn timeline(&self, device: usize) -> &Timeline {
        static NOTHING: std::sync::LazyLock<Timeline> =
            std::sync::LazyLock::new(|| Timeline::constant(Outcome::NotApplicable));
        self.index
            .get(device)
            .and_then(|&at| self.timelines.get(usize::try_from(at).ok()?))
            .unwrap_or(&NOTHING)
    }

    /// What the rule says of a device on a day.
    pub fn at(&self, device: usize, day: NaiveDate) -> Outcome {
        self.timeline(device).at(day)
    }

    /// How many devices have each timeline.
    pub fn counts(&self) -> Vec<u32> {
        let mut counts = vec![0_u32; self.timelines.len()];
        for &at in &self.index {
            if let Some(count) = usize::try_from(at).ok().and_then(|at| counts.get_mut(at)) {
                *count = count.saturating_add(1);
            }
        }
        counts
    }

    /// How many devices have each outcome on a day, by ascending outcome.
    pub fn count_on(&self, day: NaiveDate) -> BTreeMap<Outcome, u32> {
        self.count_each(&[day]).pop().unwrap_or_default()
    }

    /// How many devices have each outcome on each of several days, such as the first of each month of a forecast.
    ///
    /// Cost: one pass over the devices, and then one look a day and timeline.
    pub fn count_each(&self, days: &[NaiveDate]) -> Vec<BTreeMap<Outcome, u32>> {
        let counts = self.counts();
        let on = |day: &NaiveDate| {
            let mut outcomes = BTreeMap::new();
            for (timeline, count) in self.timelines.iter().zip(&counts) {
                if *count > 0 {
                    let sum: &mut u32 = outcomes.entry(timeline.at(*day)).or_default();
                    *sum = sum.saturating_add(*count);
                }
            }
            outcomes
        };
        days.iter().map(on).collect()
    }

    /// For each timeline, the first day not before `day` on which the tier fails.
    pub fn first_failures(&self, day: NaiveDate, tier: Tier) -> Vec<Option<NaiveDate>> {
        self.timelines.iter().map(|timeline| timeline.first_failure(day, tier)).collect()
    }

    /// For each timeline and each year, how much of the year the tier fails or cannot be judged.
    pub fn year_shares(&self, years: &[FinancialYear], tier: Tier) -> Vec<Vec<YearShare>> {
        self.timelines
            .iter()
            .map(|timeline| years.iter().map(|year| timeline.year_share(*year, tier)).collect())
            .collect()
    }
}

impl Judged {
    /// The gravest outcome of a device on a day over all rules, with the position of the rule; the first rule wins ties.
    pub fn worst(&self, device: usize, day: NaiveDate) -> Option<(usize, Outcome)> {
        self.rules
            .iter()
            .enumerate()
            .map(|(position, rule)| (position, rule.at(device, day)))
            .rev()
            .max_by_key(|(_, outcome)| outcome.gravity())
    }

    /// How long a device meets a tier of every rule from a day on, and the first rule that ends it.
    pub fn compliant_until(
        &self,
        device: usize,
        day: NaiveDate,
        tier: Tier,
    ) -> (crate::Compliance, Option<usize>) {
        let mut soonest = (crate::Compliance::NoEnd, None);
        for (position, rule) in self.rules.iter().enumerate() {
            let own = rule.timeline(device).compliant_until(day, tier);
            if soonest.0.earlier(own) != soonest.0 {
                soonest = (own, Some(position));
            }
        }
        soonest
    }
}

/// A combination of values, as facts.
struct Combination<'a> {
    fields: &'a [Field],
    sets: &'a [SetField],
    columns: &'a Columns,
    /// One code a field, then one a set.
    codes: &'a [u32],
}

impl Facts for Combination<'_> {
    fn value(&self, field: Field) -> Option<&Value> {
        let at = self.fields.iter().position(|own| *own == field)?;
        self.columns.field(field)?.decode(*self.codes.get(at)?)
    }

    fn set(&self, field: SetField) -> Option<&[Item]> {
        let at = self.sets.iter().position(|own| *own == field)?;
        let at = at.checked_add(self.fields.len())?;
        self.columns.sets(field)?.decode(*self.codes.get(at)?)
    }
}

pub(crate) fn judge_rule(profile: &Compiled, rule: &Rule, columns: &Columns) -> RuleJudgement {
    let facts = rule.facts();
    let (fields, sets): (Vec<Field>, Vec<SetField>) =
        (facts.iter().collect(), facts.sets().collect());
    let of_sets = sets.iter().map(|set| columns.sets(*set).map(Coded::of_sets));
    let read: Vec<Option<Coded<'_>>> = fields
        .iter()
        .map(|field| columns.field(*field).map(Coded::of_column))
        .chain(of_sets)
        .collect();
    let folded = FoldedClasses::of(rule, columns);
    let grid = Grid::of(&folded, &read, columns);
    let mut positions: BTreeMap<Timeline, u32> = BTreeMap::new();
    let mut timelines = vec![Timeline::constant(Outcome::NotApplicable)];
    positions.insert(Timeline::constant(Outcome::NotApplicable), 0);
    let of_combination: Vec<u32> = grid
        .combinations
        .iter()
        .map(|combination| {
            let Some((class, codes)) = combination.split_first() else { return 0 };
            let Some(class) = folded.class(*class) else { return 0 };
            let facts = Combination { fields: &fields, sets: &sets, columns, codes };
            let timeline = rule.judge(class, &facts, profile.effective());
            *positions.entry(timeline).or_insert_with_key(|timeline| {
                timelines.push(timeline.clone());
                u32::try_from(timelines.len()).unwrap_or(u32::MAX).saturating_sub(1)
            })
        })
        .collect();
    let mut index = grid.of_device;
    for at in &mut index {
        *at = usize::try_from(*at).ok().and_then(|at| of_combination.get(at).copied()).unwrap_or(0);
    }
    RuleJudgement { timelines, index }
}

/// The classes that a rule tells apart: 0 stands for every class that it does not judge.
struct FoldedClasses {
    /// A class that stands for each number from 1.
    examples: Vec<Class>,
    /// The number of each class of the columns.
    numbers: Vec<u32>,
}

impl FoldedClasses {
    fn of(rule: &Rule, columns: &Columns) -> Self {
        let judged = rule.classes();
        let tells_apart = rule.depends_on_class();
        let mut examples: Vec<Class> = Vec::new();
        let numbers = columns
            .classes()
            .iter()
            .map(|class| {
                if !judged.contains(class) {
                    return 0;
                }
                if tells_apart || examples.is_empty() {
                    examples.push(class.clone());
                }
                u32::try_from(examples.len()).unwrap_or(0)
            })
            .collect();
        Self { examples, numbers }
    }

    fn class(&self, number: u32) -> Option<&Class> {
        self.examples.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }
}

/// The combinations of folded class and field codes that occur.
struct Grid {
    /// For each combination its folded class and then one code a field.
    combinations: Vec<Vec<u32>>,
    /// The combination of each device.
    of_device: Vec<u32>,
}

impl Grid {
    fn of(folded: &FoldedClasses, fields: &[Option<Coded<'_>>], columns: &Columns) -> Self {
        let number = |code: u32| {
            usize::try_from(code).ok().and_then(|code| folded.numbers.get(code)).copied()
        };
        let classes = u32::try_from(folded.examples.len()).unwrap_or(0);
        let known = fields.iter().flatten().map(|column| column.radix);
        let per_class = known.fold(1, u64::saturating_mul);
        let range = per_class.saturating_mul(u64::from(classes).saturating_add(1));
        if range <= DENSE_LIMIT {
            return Self::dense(folded, fields, columns, u32::try_from(per_class).unwrap_or(1));
        }
        let mut of_device: Vec<u32> =
            columns.class_codes().iter().map(|code| number(*code).unwrap_or(0)).collect();
        let mut combinations: Vec<Vec<u32>> = (0..=classes).map(|class| vec![class]).collect();
        for column in fields {
            let Some(column) = column else {
                for codes in &mut combinations {
                    codes.push(0);
                }
                continue;
            };
            (combinations, of_device) =
                extend(&combinations, &of_device, (column.codes, column.radix));
        }
        Self { combinations, of_device }
    }

    /// One addition a device and field. The numbers below `per_class` are those of devices that are not judged.
    fn dense(
        folded: &FoldedClasses,
        fields: &[Option<Coded<'_>>],
        columns: &Columns,
        per_class: u32,
    ) -> Self {
        let bases: Vec<u32> =
            folded.numbers.iter().map(|number| number.saturating_mul(per_class)).collect();
        let base = |code: u32| usize::try_from(code).ok().and_then(|code| bases.get(code).copied());
        let mut of_device: Vec<u32> =
            columns.class_codes().iter().map(|code| base(*code).unwrap_or(0)).collect();
        let mut stride = per_class;
        let mut strides = Vec::with_capacity(fields.len());
        for column in fields {
            let Some(column) = column else {
                strides.push(0);
                continue;
            };
            stride = stride.checked_div(u32::try_from(column.radix).unwrap_or(1)).unwrap_or(1);
            strides.push(stride);
            // INVARIANT: the sum stays below the range, which is at most DENSE_LIMIT.
            for (at, code) in of_device.iter_mut().zip(column.codes) {
                *at = at.wrapping_add(code.wrapping_mul(stride));
            }
        }
        let classes = u32::try_from(folded.examples.len()).unwrap_or(0).saturating_add(1);
        let range = usize::try_from(classes.saturating_mul(per_class)).unwrap_or(0);
        let mut number_of = vec![0_u32; range];
        for at in &of_device {
            if let Some(slot) = usize::try_from(*at).ok().and_then(|at| number_of.get_mut(at)) {
                *slot = 1;
            }
        }
        let mut combinations = vec![vec![0; fields.len().saturating_add(1)]];
        for (at, slot) in (0_u32..).zip(&mut number_of) {
            if *slot == 0 || at < per_class {
                *slot = 0;
                continue;
            }
            *slot = u32::try_from(combinations.len()).unwrap_or(0);
            combinations.push(decompose(at, per_class, &strides));
        }
        for at in &mut of_device {
            *at = usize::try_from(*at).ok().and_then(|at| number_of.get(at).copied()).unwrap_or(0);
        }
        Self { combinations, of_device }
    }
}

/// The codes of a column and how many there are, the unknown included.
#[derive(Clone, Copy)]
struct Coded<'a> {
    codes: &'a [u32],
    radix: u64,
}

impl<'a> Coded<'a> {
    fn new(codes: &'a [u32], values: usize) -> Self {
        Self { codes, radix: u64::try_from(values).unwrap_or(u64::MAX).saturating_add(1) }
    }

    fn of_column(column: &'a Column) -> Self {
        Self::new(&column.codes, column.values.len())
    }

    fn of_sets(column: &'a SetColumn) -> Self {
        Self::new(&column.codes, column.sets.len())
    }
}

/// The class and the codes that a number stands for.
fn decompose(number: u32, per_class: u32, strides: &[u32]) -> Vec<u32> {
    let mut rest = number;
    std::iter::once(&per_class)
        .chain(strides)
        .map(|stride| {
            let code = rest.checked_div(*stride).unwrap_or(0);
            rest = rest.saturating_sub(code.saturating_mul(*stride));
            code
        })
        .collect()
}

/// Crosses combinations with one more column and keeps those that occur, in ascending order.
///
/// Combinations of the class 0, which is not judged, are not told apart.
fn extend(
    combinations: &[Vec<u32>],
    of_device: &[u32],
    (codes, radix): (&[u32], u64),
) -> (Vec<Vec<u32>>, Vec<u32>) {
    let range = u64::try_from(combinations.len()).unwrap_or(0).saturating_mul(radix);
    let skip: Vec<bool> = combinations.iter().map(|codes| codes.first() == Some(&0)).collect();
    let key = |combination: u32, code: u32| {
        let skipped = usize::try_from(combination).ok().and_then(|at| skip.get(at).copied());
        let code = if skipped == Some(true) { 0 } else { u64::from(code) };
        u64::from(combination).saturating_mul(radix).saturating_add(code)
    };
    let keys = || of_device.iter().zip(codes).map(|(at, code)| key(*at, *code));
    let occurring: Vec<u64> = if range <= DENSE_LIMIT {
        let mut seen = vec![false; usize::try_from(range).unwrap_or(0)];
        for key in keys() {
            if let Some(slot) = usize::try_from(key).ok().and_then(|key| seen.get_mut(key)) {
                *slot = true;
            }
        }
        (0..range).zip(&seen).filter_map(|(key, seen)| seen.then_some(key)).collect()
    } else {
        let mut all: Vec<u64> = keys().collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let extended = occurring
        .iter()
        .map(|key| {
            let at = usize::try_from(key.div_euclid(radix)).unwrap_or(usize::MAX);
            let code = u32::try_from(key.rem_euclid(radix)).unwrap_or(0);
            let mut codes = combinations.get(at).cloned().unwrap_or_default();
            codes.push(code);
            codes
        })
        .collect();
    let numbers = if range <= DENSE_LIMIT {
        let mut number_of = vec![0_u32; usize::try_from(range).unwrap_or(0)];
        for (number, key) in (0_u32..).zip(&occurring) {
            if let Some(slot) = usize::try_from(*key).ok().and_then(|key| number_of.get_mut(key)) {
                *slot = number;
            }
        }
        keys()
            .map(|key| {
                usize::try_from(key).ok().and_then(|key| number_of.get(key).copied()).unwrap_or(0)
            })
            .collect()
    } else {
        keys()
            .map(|key| {
                occurring
                    .binary_search(&key)
                    .ok()
                    .and_then(|at| u32::try_from(at).ok())
                    .unwrap_or(0)
            })
            .collect()
    };
    (extended, numbers)
}

#[cfg(test)]
mod tests;
