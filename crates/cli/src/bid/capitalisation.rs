//! Which purchases are capital: the grouped-asset tests, and the depreciation that follows.
//!
//! A purchase is capital by itself at the single threshold; otherwise as a member of a group bought together (one budget
//! holder, one financial year, one planned life, hence also one planned disposal) when it costs more than the item threshold
//! and the group's members reach the group threshold; otherwise it is revenue. The cost tested is what is charged: gross less
//! recovered VAT. Interdependence is a judgement of the accountant, which the statement asks for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::model::{BidLine, HolderYear};
use super::pounds::{Pounds, grouped};
use super::words::{Thresholds, Words};

/// How accounts treat a purchase.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Capital by itself.
    CapitalSingle,
    /// Capital within a group.
    CapitalGrouped,
    /// Revenue.
    Revenue,
}

impl Treatment {
    /// The word in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CapitalSingle => "capital_single",
            Self::CapitalGrouped => "capital_grouped",
            Self::Revenue => "revenue",
        }
    }
}

/// The capitalisation statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Capitalisation {
    /// Groups by year, holder and life.
    pub groups: Vec<Group>,
    /// Charged and capital.
    pub capital: Pounds,
    /// Charged and revenue.
    pub revenue: Pounds,
    /// Part of `revenue` that the plan charges to capital streams: to be discussed before the bid is made.
    pub revenue_in_capital_streams: Pounds,
    /// The purchases of that part.
    pub revenue_in_capital_count: u64,
    /// Depreciation by financial year of the horizon.
    pub depreciation: Vec<Pounds>,
    /// The thresholds used, in the order of their first year.
    pub thresholds: Vec<Thresholds>,
}

/// Purchases that share holder, year and planned life.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Group {
    /// `G-2027/28-QZZ-5y`.
    pub id: String,
    /// Financial year.
    pub fy: String,
    /// Budget holder.
    pub holder: String,
    /// Planned life in years.
    pub life_years: u32,
    /// Classes in it.
    pub classes: String,
    /// Purchases.
    pub members: u64,
    /// Cheapest member.
    pub cheapest: Pounds,
    /// Dearest member.
    pub dearest: Pounds,
    /// Charged in all.
    pub total: Pounds,
    /// Members at or above the single threshold.
    pub single: Pounds,
    /// Members above the item threshold and below the single one.
    pub above_item_minimum: Pounds,
    /// Charged and capital.
    pub capital: Pounds,
    /// Charged and revenue.
    pub revenue: Pounds,
    /// Whether the members above the item threshold reach the group threshold.
    pub group_test: bool,
    /// The first financial year that bears depreciation: the year after receipt.
    pub depreciation_from: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// Classifies every line, in place, and states the groups.
pub(super) fn state(
    lines: &mut [BidLine],
    holders: &[HolderYear],
    horizon: &[String],
    words: &Words,
) -> Capitalisation {
    let mut members: BTreeMap<(String, String, u32), Vec<&mut BidLine>> = BTreeMap::new();
    for line in lines.iter_mut() {
        let life = line.life_years;
        members.entry((line.fy.clone(), line.holder.clone(), life)).or_default().push(line);
    }
    let mut groups = Vec::with_capacity(members.len());
    for ((fy, holder, life), mut members) in members {
        let thresholds = words.thresholds(&fy);
        groups.push(group(fy, holder, life, &mut members, &thresholds));
    }
    let (revenue_in_capital_count, revenue_in_capital_streams) = misplaced(lines, holders);
    let mut thresholds: Vec<Thresholds> = horizon.iter().map(|fy| words.thresholds(fy)).collect();
    thresholds.dedup();
    Capitalisation {
        capital: Pounds::sum(groups.iter().map(|group| group.capital)),
        revenue: Pounds::sum(groups.iter().map(|group| group.revenue)),
        revenue_in_capital_streams,
        revenue_in_capital_count,
        depreciation: depreciation(&groups, horizon),
        thresholds,
        groups,
    }
}

fn group(
    fy: String,
    holder: String,
    life_years: u32,
    members: &mut [&mut BidLine],
    thresholds: &Thresholds,
) -> Group {
    let is_single = |line: &BidLine| line.charged >= thresholds.single_minimum;
    let is_item = |line: &BidLine| line.charged > thresholds.group_item_minimum;
    let above: Pounds = Pounds::sum(
        members.iter().filter(|line| is_item(line) && !is_single(line)).map(|line| line.charged),
    );
    let group_test = above >= thresholds.group_minimum;
    for line in members.iter_mut() {
        line.treatment = if is_single(line) {
            Treatment::CapitalSingle
        } else if group_test && is_item(line) {
            Treatment::CapitalGrouped
        } else {
            Treatment::Revenue
        };
    }
    let treated = |wanted: &[Treatment]| {
        let some = members.iter().filter(|line| wanted.contains(&line.treatment));
        Pounds::sum(some.map(|line| line.charged))
    };
    let mut classes: Vec<&str> = members.iter().map(|line| line.class.as_str()).collect();
    classes.sort_unstable();
    classes.dedup();
    let (total, single) = (
        Pounds::sum(members.iter().map(|line| line.charged)),
        treated(&[Treatment::CapitalSingle]),
    );
    Group {
        id: format!("G-{fy}-{holder}-{life_years}y"),
        classes: classes.join(", "),
        members: super::years::count(members),
        cheapest: members.iter().map(|line| line.charged).min().unwrap_or_default(),
        dearest: members.iter().map(|line| line.charged).max().unwrap_or_default(),
        total,
        single,
        above_item_minimum: above,
        capital: treated(&[Treatment::CapitalSingle, Treatment::CapitalGrouped]),
        revenue: treated(&[Treatment::Revenue]),
        group_test,
        depreciation_from: next_year(&fy),
        reason: reason(above, group_test, thresholds),
        fy,
        holder,
        life_years,
    }
}

fn reason(above: Pounds, group_test: bool, thresholds: &Thresholds) -> String {
    let (item, minimum) = (thresholds.group_item_minimum.whole(), thresholds.group_minimum.whole());
    let outcome = if group_test {
        format!("Items above {item} each come to {}, which reaches", above.whole())
    } else if above == Pounds::ZERO {
        format!("No item lies above {item}, so nothing reaches")
    } else {
        format!("Items above {item} each come to {}, which does not reach", above.whole())
    };
    format!("{outcome} the group threshold of {minimum}; items at or below {item} are revenue.")
}

fn next_year(fy: &str) -> String {
    fy.parse::<inventory::FinancialYear>()
        .map_or_else(|_| String::new(), |fy| fy.plus(1).to_string())
}

/// Straight-line charges from the year after receipt, cumulative shares rounded so that a life's charges sum to the cost.
fn depreciation(groups: &[Group], horizon: &[String]) -> Vec<Pounds> {
    horizon
        .iter()
        .enumerate()
        .map(|(index, _)| {
            Pounds::sum(groups.iter().map(|group| {
                let bought = horizon.iter().position(|fy| *fy == group.fy);
                let elapsed = bought.and_then(|bought| index.checked_sub(bought)).unwrap_or(0);
                charge(group.capital, group.life_years, i64::try_from(elapsed).unwrap_or(0))
            }))
        })
        .collect()
}

fn charge(cost: Pounds, life_years: u32, year: i64) -> Pounds {
    let life = i64::from(life_years);
    if year < 1 || year > life {
        return Pounds::ZERO;
    }
    let upto = |years: i64| cost.share_half_up(years, life);
    upto(year).minus(upto(year.saturating_sub(1)))
}

fn misplaced(lines: &[BidLine], holders: &[HolderYear]) -> (u64, Pounds) {
    let capital: std::collections::BTreeSet<(&str, &str, &str)> = holders
        .iter()
        .filter(|year| year.kind == "capital")
        .map(|year| (year.fy.as_str(), year.holder.as_str(), year.stream.as_str()))
        .collect();
    let wrong = lines.iter().filter(|line| {
        line.treatment == Treatment::Revenue
            && capital.contains(&(line.fy.as_str(), line.holder.as_str(), line.stream.as_str()))
    });
    wrong.fold((0, Pounds::ZERO), |(count, sum), line| {
        (u64::saturating_add(count, 1), sum.plus(line.charged))
    })
}

impl Capitalisation {
    /// What the statement finds, in a sentence for people.
    pub fn finding(&self) -> String {
        if self.revenue_in_capital_count == 0 {
            return "Every purchase charged to a capital stream passes the tests.".to_owned();
        }
        format!(
            "{} purchases of together {} are charged to capital streams and do not pass the tests by themselves. Agree with your accountant whether they are costed as part of a workstation unit, or move them to revenue.",
            grouped(self.revenue_in_capital_count),
            self.revenue_in_capital_streams
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depreciation_of_a_life_is_the_cost() {
        let cost = Pounds::from_pence(1_000_001);
        let charges: Vec<_> = (0..=6).map(|year| charge(cost, 5, year)).collect();
        assert_eq!(charges[0], Pounds::ZERO);
        assert_eq!(charges[6], Pounds::ZERO);
        assert_eq!(Pounds::sum(charges), cost);
    }

    #[test]
    fn the_reason_reads_as_a_sentence() {
        let thresholds = Thresholds::default();
        assert_eq!(
            reason(Pounds::from_pence(600_000), true, &thresholds),
            "Items above £250 each come to £6,000, which reaches the group threshold of £5,000; items at or below £250 are revenue."
        );
        assert_eq!(
            reason(Pounds::ZERO, false, &thresholds),
            "No item lies above £250, so nothing reaches the group threshold of £5,000; items at or below £250 are revenue."
        );
    }
}
