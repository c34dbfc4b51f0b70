//! What people say about a bid: the words and settings that no plan can know.
//!
//! All of it is optional. They come from `--words FILE` (TOML) and from flags, which win. What is missing is drafted from the
//! plan where that is possible and marked "to be completed" where it is not.

use diagnostic::toml_file::{self, Located, Scalar, Table};
use diagnostic::{Diagnostics, Source};
use inventory::{FinancialYear, Money};
use schemars::JsonSchema;
use serde::Serialize;

use super::codes::WORDS_TOML;
use super::pounds::{LARGEST_PENCE, Pounds};
use crate::render::text;

/// The words and settings of a bid.
#[derive(Clone, PartialEq, Eq, Debug, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Words {
    /// The scheme's title.
    pub title: Option<String>,
    /// The applicant or sponsor.
    pub sponsor: Option<String>,
    /// Who answers questions.
    pub contact: Option<String>,
    /// Who delivers, and their contact.
    pub delivery_partner: Option<String>,
    /// Location, scope, objectives and benefits.
    pub description: Option<String>,
    /// Who is affected and has been asked.
    pub stakeholders: Option<String>,
    /// Why it is needed.
    pub strategic_need: Option<String>,
    /// How it fits with commissioning and premises plans.
    pub consistency: Option<String>,
    /// How it is bought, in keeping with standing financial instructions.
    pub procurement: Option<String>,
    /// Why it is good value.
    pub value_for_money: Option<String>,
    /// Dates to keep beside those that follow from the plan.
    #[schemars(rename = "milestone", default)]
    pub milestones: Vec<Milestone>,
    /// Risks beside those that follow from the plan.
    #[schemars(rename = "risk", default)]
    pub risks: Vec<Risk>,
    /// The scoring matrix.
    #[schemars(rename = "score", default)]
    pub scores: Vec<Score>,
    /// Who supports the bid.
    #[schemars(rename = "endorsement", default)]
    pub endorsements: Vec<Endorsement>,
    /// Revenue effects beside depreciation.
    #[schemars(default)]
    pub revenue: Vec<RevenueEffect>,
    /// Thresholds of capitalisation; the latest that has begun holds.
    #[schemars(rename = "capitalisation", default)]
    pub thresholds: Vec<Thresholds>,
}

/// A date to keep.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Milestone {
    /// What is reached.
    pub what: String,
    /// When, as the author writes it.
    pub on: String,
}

/// Something that may go wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Risk {
    /// What may happen.
    pub risk: String,
    /// How likely, in the author's scale.
    pub likelihood: String,
    /// What it would do.
    pub effect: String,
    /// What is done about it.
    pub mitigation: String,
}

/// A criterion of the scoring matrix.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Score {
    /// What is judged.
    pub criterion: String,
    /// Its weight.
    pub weight: u32,
    /// The score, 0 to 5.
    pub score: u32,
    /// Why.
    pub reason: String,
}

/// A signature.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Endorsement {
    /// The organisation.
    pub organisation: String,
    /// The role of who signs.
    pub role: String,
    /// The name; empty before signing.
    pub name: String,
    /// The date; empty before signing.
    pub on: String,
}

/// An effect on revenue in one year.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct RevenueEffect {
    /// Financial year.
    pub fy: String,
    /// Cost, or saving when negative.
    pub amount: Pounds,
    /// What it is.
    pub what: String,
}

/// When a purchase is capital. The accounting manual is revised each year, so these are settings of a financial year.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Thresholds {
    /// The first financial year in which they hold.
    pub from: String,
    /// An item of this cost or more is capital by itself.
    pub single_minimum: Pounds,
    /// A group of this cost or more is capital.
    pub group_minimum: Pounds,
    /// Items of a group cost more than this each.
    pub group_item_minimum: Pounds,
    /// Where they come from.
    pub source: String,
}

impl Default for Thresholds {
    /// **Source**: accounting policies as stated in NHS commissioners' annual accounts (IT equipment of £5,000 or more, or
    /// grouped assets of together £5,000 or more, each above £250); to be confirmed each year against the current manual.
    fn default() -> Self {
        Self {
            from: "1900/01".to_owned(),
            single_minimum: Pounds::from_pence(500_000),
            group_minimum: Pounds::from_pence(500_000),
            group_item_minimum: Pounds::from_pence(25_000),
            source: "accounting policies as stated in NHS commissioners' annual accounts; confirm against the manual of the year"
                .to_owned(),
        }
    }
}

impl Words {
    /// Reads the file of words; returns everything usable and every problem.
    pub fn read(source: &Source) -> (Self, Diagnostics) {
        toml_file::read(source, &WORDS_TOML, |top| Self {
            title: words(top, "title"),
            sponsor: words(top, "sponsor"),
            contact: words(top, "contact"),
            delivery_partner: words(top, "delivery_partner"),
            description: words(top, "description"),
            stakeholders: words(top, "stakeholders"),
            strategic_need: words(top, "strategic_need"),
            consistency: words(top, "consistency"),
            procurement: words(top, "procurement"),
            value_for_money: words(top, "value_for_money"),
            milestones: each(top, "milestone", |table| {
                Some(Milestone { what: needed(table, "what")?, on: needed(table, "on")? })
            }),
            risks: each(top, "risk", |table| {
                let risk = needed(table, "risk");
                let likelihood = words(table, "likelihood").unwrap_or_default();
                let effect = words(table, "effect").unwrap_or_default();
                let mitigation = words(table, "mitigation").unwrap_or_default();
                Some(Risk { risk: risk?, likelihood, effect, mitigation })
            }),
            scores: each(top, "score", score),
            endorsements: each(top, "endorsement", |table| {
                let organisation = needed(table, "organisation");
                let role = needed(table, "role");
                let name = words(table, "name").unwrap_or_default();
                let on = words(table, "on").unwrap_or_default();
                Some(Endorsement { organisation: organisation?, role: role?, name, on })
            }),
            revenue: each(top, "revenue", |table| {
                let (fy, amount, what) =
                    (year(table, "fy"), amount(table, "amount"), needed(table, "what"));
                Some(RevenueEffect { fy: fy?, amount: amount?, what: what? })
            }),
            thresholds: each(top, "capitalisation", thresholds),
        })
    }

    /// Puts the words of flags in the place of those of the file.
    pub fn override_with(&mut self, title: Option<&str>, sponsor: Option<&str>) {
        let shown = |words: &str| text::visible(words.trim()).into_owned();
        if let Some(title) = title {
            self.title = Some(shown(title));
        }
        if let Some(sponsor) = sponsor {
            self.sponsor = Some(shown(sponsor));
        }
    }

    /// The thresholds that hold in a financial year.
    pub fn thresholds(&self, fy: &str) -> Thresholds {
        self.thresholds
            .iter()
            .filter(|thresholds| thresholds.from.as_str() <= fy)
            .max_by(|a, b| a.from.cmp(&b.from))
            .cloned()
            .unwrap_or_default()
    }
}

fn score(table: &mut Table<'_>) -> Option<Score> {
    let criterion = needed(table, "criterion");
    let weight = table.required::<u32>("weight");
    let score = table.required::<u32>("score");
    let reason = words(table, "reason").unwrap_or_default();
    if let Some(score) = score.as_ref().filter(|score| score.value > 5) {
        table.bad_value(
            score.place.clone(),
            format!("`score`: expected 0 to 5, found `{}`", score.value),
            "write a whole number from 0 to 5; importance belongs in `weight`",
        );
    }
    Some(Score { criterion: criterion?, weight: weight?.value, score: score?.value, reason })
}

fn thresholds(table: &mut Table<'_>) -> Option<Thresholds> {
    let from = year(table, "from");
    let single_minimum = amount(table, "single_minimum");
    let group_minimum = amount(table, "group_minimum");
    let group_item_minimum = amount(table, "group_item_minimum");
    let source = needed(table, "source");
    Some(Thresholds {
        from: from?,
        single_minimum: single_minimum?,
        group_minimum: group_minimum?,
        group_item_minimum: group_item_minimum?,
        source: source?,
    })
}

fn each<T>(
    top: &mut Table<'_>,
    key: &'static str,
    mut read: impl FnMut(&mut Table<'_>) -> Option<T>,
) -> Vec<T> {
    let mut all = Vec::new();
    for mut table in top.tables(key) {
        all.extend(read(&mut table));
        table.finish();
    }
    all
}

fn words(table: &mut Table<'_>, key: &'static str) -> Option<String> {
    table.optional::<String>(key).as_ref().map(clean)
}

fn needed(table: &mut Table<'_>, key: &'static str) -> Option<String> {
    table.required::<String>(key).as_ref().map(clean)
}

fn clean(words: &Located<String>) -> String {
    text::visible(words.value.trim()).into_owned()
}

fn year(table: &mut Table<'_>, key: &'static str) -> Option<String> {
    let found = table.required::<String>(key)?;
    match found.value.parse::<FinancialYear>() {
        Ok(year) => Some(year.to_string()),
        Err(expected) => {
            let message = format!("`{key}`: {expected}, found `{}`", found.value);
            table.bad_value(found.place, message, "write a financial year such as \"2027/28\"");
            None
        }
    }
}

fn amount(table: &mut Table<'_>, key: &'static str) -> Option<Pounds> {
    let found = table.required::<Scalar>(key)?;
    let problem = match found.value.0.parse::<Money>() {
        Ok(money) if money.pence().unsigned_abs() <= LARGEST_PENCE.unsigned_abs() => {
            return Some(money.into());
        }
        Ok(_) => "the amount is too large".to_owned(),
        Err(error) => error.to_string(),
    };
    table.bad_value(found.place, format!("`{key}`: {problem}"), "write pounds such as \"1234.50\"");
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_is_read() {
        let text = r#"
title = "GP IT refresh"
[[milestone]]
what = "Order placed"
on = "June 2027"
[[score]]
criterion = "Clinical safety"
weight = 3
score = 4
[[capitalisation]]
from = "2028/29"
single_minimum = "10000.00"
group_minimum = "10000"
group_item_minimum = "500"
source = "revised manual"
"#;
        let (words, problems) = Words::read(&Source::new("bid.toml", text));
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(words.title.as_deref(), Some("GP IT refresh"));
        assert_eq!(words.thresholds("2027/28"), Thresholds::default());
        assert_eq!(words.thresholds("2029/30").single_minimum.pence(), 1_000_000);
    }

    #[test]
    fn every_problem_is_reported_with_its_place() {
        let text = "titel = \"x\"\n[[revenue]]\nfy = \"2027/29\"\namount = \"1.005\"\nwhat = \"support\"\n[[score]]\ncriterion = \"c\"\nweight = 1\nscore = 9\n";
        let (_, problems) = Words::read(&Source::new("bid.toml", text));
        let found: Vec<String> = problems
            .iter()
            .map(|problem| format!("{} {}", problem.place.as_ref().unwrap(), problem.code))
            .collect();
        assert_eq!(
            found,
            [
                "bid.toml:1:1 BID0102",
                "bid.toml:3:6 BID0105",
                "bid.toml:4:10 BID0105",
                "bid.toml:9:9 BID0105"
            ]
        );
    }
}
