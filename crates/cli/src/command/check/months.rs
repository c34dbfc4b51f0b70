//! Counts for every month of a horizon, from one judgement.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Months, NaiveDate};
use schemars::JsonSchema;
use serde::Serialize;
use wes::{Outcome, Tier};

use super::{Checked, RuleCount};
use crate::terminal::{Align, Listing};

/// The estate in one month, if nothing is bought or mended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct MonthCount {
    /// The month, such as 2027-10.
    pub month: String,
    /// The day judged: the as-of day, then the first of each month.
    pub day: String,
    /// Devices that comply with everything.
    pub compliant: u64,
    /// Devices that fail a minimum.
    pub fail_minimum: u64,
    /// Devices below a recommendation or target.
    pub below_recommended: u64,
    /// Devices of which something cannot be said.
    pub unknown: u64,
    /// Failures that a waiver excuses; they are counted as failures too.
    pub waived: u64,
    /// Raw and waived verdicts by rule.
    pub counts: BTreeMap<String, RuleCount>,
}

/// The as-of day and the first day of each following month.
pub(super) fn days(from: NaiveDate, number: u32) -> Vec<NaiveDate> {
    let first = from.with_day(1).unwrap_or(from);
    (0..number)
        .filter_map(|ahead| {
            if ahead == 0 { Some(from) } else { first.checked_add_months(Months::new(ahead)) }
        })
        .collect()
}

pub(super) fn each(checked: &Checked<'_>, number: u32) -> Vec<MonthCount> {
    let days = days(checked.day, number);
    let gravest = checked.judged.gravest_each(checked.devices, &days);
    let by_rule: Vec<Vec<BTreeMap<Outcome, u32>>> = checked
        .judged
        .rules
        .iter()
        .map(|rule| rule.count_each_of(checked.devices, &days))
        .collect();
    days.iter()
        .zip(&gravest)
        .enumerate()
        .map(|(at, (day, gravest))| {
            let counts: BTreeMap<String, RuleCount> = checked
                .profile
                .rules()
                .iter()
                .zip(&by_rule)
                .enumerate()
                .filter_map(|(position, (rule, each))| {
                    let count = RuleCount::of(each.get(at)?, checked.waived(position, *day));
                    Some((rule.id.clone(), count))
                })
                .collect();
            month(*day, gravest, counts)
        })
        .collect()
}

fn month(
    day: NaiveDate,
    gravest: &BTreeMap<Outcome, u32>,
    counts: BTreeMap<String, RuleCount>,
) -> MonthCount {
    let sum = |wanted: fn(Outcome) -> bool| {
        let found = gravest.iter().filter(|(outcome, _)| wanted(**outcome));
        found.map(|(_, count)| u64::from(*count)).sum()
    };
    MonthCount {
        month: day.format("%Y-%m").to_string(),
        day: day.to_string(),
        compliant: sum(|own| matches!(own, Outcome::Pass | Outcome::NotApplicable)),
        fail_minimum: sum(|own| own.fails(Tier::Minimum)),
        below_recommended: sum(|own| {
            matches!(own, Outcome::Fail { .. }) && !own.fails(Tier::Minimum)
        }),
        unknown: sum(|own| matches!(own, Outcome::Unknown { .. })),
        waived: counts.values().map(|count| count.waived).sum(),
        counts,
    }
}

pub(super) fn listing(months: &[MonthCount]) -> Listing {
    let names =
        ["month", "day", "compliant", "fail_minimum", "below_recommended", "unknown", "waived"];
    let mut listing = Listing::new(names.map(|name| {
        (name, if matches!(name, "month" | "day") { Align::Left } else { Align::Right })
    }));
    for month in months {
        listing.push(vec![
            month.month.clone().into(),
            month.day.clone().into(),
            month.compliant.into(),
            month.fail_minimum.into(),
            month.below_recommended.into(),
            month.unknown.into(),
            month.waived.into(),
        ]);
    }
    listing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_on_their_first_day_and_the_first_on_the_day_asked() {
        let from = NaiveDate::from_ymd_opt(2027, 1, 31).expect("a day");
        let told: Vec<String> = days(from, 3).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["2027-01-31", "2027-02-01", "2027-03-01"]);
    }
}
