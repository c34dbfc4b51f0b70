//! The bid form: the fields that a GP IT capital bid has asked for.
//!
//! **Source**: the fields of NHS England's GP IT Project Initiation Document 2014/15 (scheme, sponsor, contacts, description,
//! strategic need, capital cost of five financial years including VAT, net revenue effect, priority score, procurement, risks,
//! endorsements). The form is superseded: its shape is kept, names of organisations are not.

use inventory::FinancialYear;
use schemars::JsonSchema;
use serde::Serialize;

use super::capitalisation::Capitalisation;
use super::model::{Headline, Proof, Totals, Year};
use super::pounds::{Pounds, grouped};
use super::words::{Endorsement, Milestone, RevenueEffect, Risk, Score, Words};

/// Years that the form has room for.
pub const FORM_YEARS: i32 = 5;

/// What stands where a person has to write.
pub const TO_BE_COMPLETED: &str = "To be completed by the applicant.";

/// The bid form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Form {
    /// The scheme's title.
    pub title: String,
    /// Single answers, in the order of the form.
    pub answers: Vec<Answer>,
    /// Cost by year: five years from the year of the bid.
    pub costs: Vec<FormCost>,
    /// Cost of the five years.
    pub total: FormCost,
    /// Cost of the plan's years before the bid's.
    pub earlier: Pounds,
    /// Cost of the plan's years after the fifth.
    pub later: Pounds,
    /// Effects on revenue that people stated.
    pub revenue: Vec<RevenueEffect>,
    /// The scoring matrix.
    pub scores: Vec<Score>,
    /// Sum of weight times score.
    pub score: u32,
    /// The most that the matrix can give.
    pub score_most: u32,
    /// Dates to keep.
    pub milestones: Vec<Milestone>,
    /// What may go wrong.
    pub risks: Vec<Risk>,
    /// Who supports the bid.
    pub endorsements: Vec<Endorsement>,
}

/// An answer of the form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Answer {
    /// What the form asks.
    pub label: &'static str,
    /// The answer.
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
}

impl Answer {
    /// True when a person has still to write it.
    pub fn is_missing(&self) -> bool {
        self.origin == Origin::Missing
    }

    /// True when it was written from the plan.
    pub fn is_drafted(&self) -> bool {
        self.origin == Origin::Drafted
    }
}

/// Where an answer comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A person gave it.
    Given,
    /// Drafted from the plan.
    Drafted,
    /// Nobody has given it yet.
    Missing,
}

/// One year of the form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct FormCost {
    /// Financial year, or `Total`.
    pub fy: String,
    /// False for a year that the plan does not cover.
    pub planned: bool,
    /// Purchases.
    pub purchases: u64,
    /// Excluding VAT.
    pub net: Pounds,
    /// VAT.
    pub vat: Pounds,
    /// Including VAT.
    pub gross: Pounds,
    /// VAT recovered.
    pub recoverable: Pounds,
    /// Charged to the envelope.
    pub charged: Pounds,
    /// Depreciation of what the plan buys.
    pub depreciation: Pounds,
    /// Other effects on revenue that people stated.
    pub other_revenue: Pounds,
    /// Net effect on revenue.
    pub net_revenue: Pounds,
}

/// What the form is drafted from.
#[derive(Debug)]
pub(super) struct Basis<'m> {
    pub(super) fy: &'m str,
    pub(super) estate: &'m str,
    pub(super) years: &'m [Year],
    pub(super) totals: &'m Totals,
    pub(super) headline: &'m Headline,
    pub(super) proof: &'m Proof,
    pub(super) capitalisation: &'m Capitalisation,
    pub(super) specification: &'m str,
}

/// Fills the form.
pub(super) fn fill(basis: &Basis<'_>, words: &Words) -> Form {
    let five = five_years(basis.fy);
    let costs: Vec<FormCost> = five.iter().map(|fy| cost(fy, basis, words)).collect();
    let outside = |keep: fn(&str, &str) -> bool, edge: &str| {
        let some = basis.years.iter().filter(|year| keep(&year.fy, edge));
        Pounds::sum(some.map(|year| year.spend))
    };
    let first = five.first().map_or("", String::as_str);
    let last = five.last().map_or("", String::as_str);
    Form {
        title: title(basis, words),
        answers: answers(basis, words),
        total: total(&costs),
        earlier: outside(|fy, first| fy < first, first),
        later: outside(|fy, last| fy > last, last),
        costs,
        revenue: words.revenue.clone(),
        score: words.scores.iter().map(|score| score.weight.saturating_mul(score.score)).sum(),
        score_most: words.scores.iter().map(|score| score.weight.saturating_mul(5)).sum(),
        scores: words.scores.clone(),
        milestones: milestones(basis, words),
        risks: risks(basis, words),
        endorsements: endorsements(words),
    }
}

fn title(basis: &Basis<'_>, words: &Words) -> String {
    words
        .title
        .clone()
        .unwrap_or_else(|| format!("GP IT equipment refresh {} for {}", basis.fy, basis.estate))
}

fn five_years(fy: &str) -> Vec<String> {
    let Ok(first) = fy.parse::<FinancialYear>() else { return vec![fy.to_owned()] };
    (0..FORM_YEARS).map(|later| first.plus(later).to_string()).collect()
}

fn cost(fy: &str, basis: &Basis<'_>, words: &Words) -> FormCost {
    let at = basis.years.iter().position(|year| year.fy == fy);
    let year = at.and_then(|at| basis.years.get(at));
    let depreciation = at.and_then(|at| basis.capitalisation.depreciation.get(at).copied());
    let depreciation = depreciation.unwrap_or_default();
    let stated = words.revenue.iter().filter(|effect| effect.fy == fy);
    let other_revenue = Pounds::sum(stated.map(|effect| effect.amount));
    let amount = |of: fn(&Year) -> Pounds| year.map(of).unwrap_or_default();
    FormCost {
        fy: fy.to_owned(),
        planned: year.is_some(),
        purchases: year.map_or(0, |year| year.purchases),
        net: amount(|year| year.net),
        vat: amount(|year| year.vat),
        gross: amount(|year| year.gross),
        recoverable: amount(|year| year.recoverable),
        charged: amount(|year| year.spend),
        depreciation,
        other_revenue,
        net_revenue: depreciation.plus(other_revenue),
    }
}

fn total(costs: &[FormCost]) -> FormCost {
    let sum = |of: fn(&FormCost) -> Pounds| Pounds::sum(costs.iter().map(of));
    FormCost {
        fy: "Total".to_owned(),
        planned: true,
        purchases: costs.iter().map(|cost| cost.purchases).sum(),
        net: sum(|cost| cost.net),
        vat: sum(|cost| cost.vat),
        gross: sum(|cost| cost.gross),
        recoverable: sum(|cost| cost.recoverable),
        charged: sum(|cost| cost.charged),
        depreciation: sum(|cost| cost.depreciation),
        other_revenue: sum(|cost| cost.other_revenue),
        net_revenue: sum(|cost| cost.net_revenue),
    }
}

fn answers(basis: &Basis<'_>, words: &Words) -> Vec<Answer> {
    let draft = |label, given: &Option<String>, drafted: String| match given {
        Some(text) => Answer { label, text: text.clone(), origin: Origin::Given },
        None => Answer { label, text: drafted, origin: Origin::Drafted },
    };
    let ask = |label, given: &Option<String>| match given {
        Some(text) => Answer { label, text: text.clone(), origin: Origin::Given },
        None => Answer { label, text: TO_BE_COMPLETED.to_owned(), origin: Origin::Missing },
    };
    vec![
        draft("Scheme title", &words.title, title(basis, words)),
        ask("Applicant or sponsor", &words.sponsor),
        ask("Contact", &words.contact),
        ask("Delivery partner and contact", &words.delivery_partner),
        draft(
            "Description: location, scope, objectives and benefits",
            &words.description,
            format!(
                "GP practices of {}: the plan covers {} in use. {} {}",
                basis.estate,
                devices(basis.totals.devices),
                basis.headline.ask,
                basis.headline.buys
            ),
        ),
        ask("Stakeholders", &words.stakeholders),
        draft("Strategic need", &words.strategic_need, strategic_need(basis)),
        ask("Consistency with commissioning and premises plans", &words.consistency),
        draft("Procurement strategy", &words.procurement, procurement(basis)),
        draft("Value for money", &words.value_for_money, basis.proof.words.clone()),
    ]
}

fn strategic_need(basis: &Basis<'_>) -> String {
    format!(
        "An ICB keeps a budgeted plan to refresh the equipment of its practices, and a local warranted environment specification with the life of each item. Devices were judged against {}. {}",
        basis.specification, basis.headline.without
    )
}

fn procurement(basis: &Basis<'_>) -> String {
    let year = basis.years.iter().find(|year| year.fy == basis.fy && year.purchases > 0);
    let dates = year.map_or_else(String::new, |year| {
        format!(" To be received within {}, {}.", basis.fy, last_days(year))
    });
    format!(
        "Call-off under the frameworks and prices of the price list that the plan used.{dates} Keeping to standing financial instructions is for the applicant to confirm."
    )
}

/// The last days on which a year's purchases can be ordered.
fn last_days(year: &Year) -> String {
    if year.first_order == year.last_order {
        return format!("the last day to order is {}", day(&year.last_order));
    }
    format!(
        "what takes longest to arrive must be ordered by {} and nothing later than {}",
        day(&year.first_order),
        day(&year.last_order)
    )
}

fn milestones(basis: &Basis<'_>, words: &Words) -> Vec<Milestone> {
    let mut all = Vec::new();
    for year in basis.years.iter().filter(|year| year.fy.as_str() >= basis.fy) {
        if year.purchases == 0 {
            continue;
        }
        let step = |what: String, on: &str| Milestone { what, on: day(on) };
        if year.first_order != year.last_order {
            all.push(step(
                format!("{}: last day to order what takes longest to arrive", year.fy),
                &year.first_order,
            ));
        }
        all.push(step(format!("{}: last day to order anything", year.fy), &year.last_order));
        let end = year.fy.parse::<FinancialYear>().map(|fy| fy.end().to_string());
        let received = format!("{}: {} received by", year.fy, devices(year.purchases));
        all.push(step(received, &end.unwrap_or_default()));
    }
    all.extend(words.milestones.iter().cloned());
    all
}

fn risks(basis: &Basis<'_>, words: &Words) -> Vec<Risk> {
    let year = basis.years.iter().find(|year| year.fy == basis.fy);
    let mut all = Vec::new();
    if let Some(year) = year.filter(|year| year.purchases > 0) {
        all.push(Risk {
            risk: format!("Not completed within {}", year.fy),
            likelihood: TO_BE_COMPLETED.to_owned(),
            effect: format!(
                "Money not spent by 31 March is lost: up to {} of this year.",
                year.spend
            ),
            mitigation: format!(
                "Order as early in the year as the money is there: {}. Every line has its own last day to order.",
                last_days(year)
            ),
        });
    }
    if basis.totals.spend_on_unknown > Pounds::ZERO {
        all.push(Risk {
            risk: "The need for some purchases rests on facts that are not known".to_owned(),
            likelihood: TO_BE_COMPLETED.to_owned(),
            effect: format!("Up to {} may not be needed.", basis.totals.spend_on_unknown),
            mitigation:
                "Collect the missing facts before ordering; the section on data quality lists them."
                    .to_owned(),
        });
    }
    if basis.capitalisation.revenue_in_capital_count > 0 {
        all.push(Risk {
            risk: "Some purchases do not pass the capitalisation tests".to_owned(),
            likelihood: TO_BE_COMPLETED.to_owned(),
            effect: format!(
                "Up to {} would fall to revenue.",
                basis.capitalisation.revenue_in_capital_streams
            ),
            mitigation: basis.capitalisation.finding(),
        });
    }
    all.extend(words.risks.iter().cloned());
    all
}

fn endorsements(words: &Words) -> Vec<Endorsement> {
    if !words.endorsements.is_empty() {
        return words.endorsements.clone();
    }
    ["Director of finance", "Senior responsible owner", "Chief digital and information officer"]
        .map(|role| Endorsement {
            organisation: String::new(),
            role: role.to_owned(),
            name: String::new(),
            on: String::new(),
        })
        .to_vec()
}

/// `1 device`, `1,234 devices`.
pub(super) fn devices(count: u64) -> String {
    format!("{} {}", grouped(count), if count == 1 { "device" } else { "devices" })
}

/// `15 January 2028`; a text that is no date stays as it is.
pub(super) fn day(iso: &str) -> String {
    let date = chrono::NaiveDate::parse_from_str(iso, "%Y-%m-%d");
    date.map_or_else(|_| iso.to_owned(), |date| date.format("%-d %B %Y").to_string())
}
