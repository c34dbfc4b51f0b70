//! The second stage: each year's purchases laid into months, visits and order dates.
//!
//! A plan says in which financial year a device is received; this says on which day somebody comes, and when to order.
//! Every site gets one visit a year where its work allows it. A visit lies after the devices can have arrived (order window,
//! days of delivery, days of building) and before 31 March or a deadline, on a working day that no freeze covers, in a month
//! whose share of the engineers' hours holds it. Work is levelled over the months; where that is too tight the month with
//! most room takes it. Urgent work comes first, so the answer depends on nothing but its inputs.
//!
//! Not known here: bank holidays and the calendars of persons; write them as freezes. Complexity: visits times months.

mod icalendar;
mod lay;
mod window;

use diagnostic::{Diagnostic, Diagnostics, suggest};
use inventory::Money;
use schemars::JsonSchema;
use serde::Serialize;

use crate::codes;
use crate::document::{Line, PlanDocument};
use crate::input::{Envelopes, Policy, PriceList};

pub use icalendar::icalendar;

/// A plan's work by day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Calendar {
    /// Id of the plan.
    pub plan_id: String,
    /// The visits, by day and site.
    pub visits: Vec<Visit>,
    /// What to order until when, by day and item.
    pub orders: Vec<Order>,
    /// Hours of engineers by month, holder by holder.
    pub months: Vec<Month>,
    /// Purchases for which no day was found.
    pub unplaced: Vec<Unplaced>,
}

/// One visit to one site.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Visit {
    /// `V0001` onward, by day and site.
    pub id: String,
    /// The day.
    pub day: String,
    /// Financial year of the purchases.
    pub fy: String,
    /// Budget holder.
    pub holder: String,
    /// The site.
    pub site: String,
    /// Hours of engineers.
    pub engineer_hours: String,
    /// The day by which everything must have been received.
    pub receive_by: String,
    /// The first of the days by which its items must be ordered.
    pub order_by: String,
    /// What is installed.
    pub lines: Vec<VisitLine>,
}

/// One device installed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct VisitLine {
    /// The plan's line.
    pub line: String,
    /// The device replaced.
    pub asset: Option<String>,
    /// Class of device.
    pub class: String,
    /// The item installed.
    pub item: String,
    /// The last day to order it for this visit.
    pub order_by: String,
}

/// One order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Order {
    /// The last day to place it.
    pub order_by: String,
    /// The first day by which any of it is needed.
    pub receive_by: String,
    /// Financial year of receipt, whose envelope pays.
    pub fy: String,
    /// Budget holder.
    pub holder: String,
    /// The item.
    pub item: String,
    /// How many.
    pub quantity: u64,
    /// Net price of all.
    pub price_net: String,
    /// What the envelope is charged.
    pub charged: String,
}

/// The engineers' month.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Month {
    /// `2027-05`.
    pub month: String,
    /// Budget holder.
    pub holder: String,
    /// Working days that no freeze of all sites covers.
    pub working_days: u32,
    /// Hours used.
    pub engineer_hours: String,
    /// The month's share of the year's hours; null is no limit.
    pub engineer_hours_limit: Option<String>,
    /// Visits.
    pub visits: u64,
}

/// A purchase without a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Unplaced {
    /// The plan's line.
    pub line: String,
    /// The device replaced.
    pub asset: Option<String>,
    /// Where it stands.
    pub site: String,
    /// Financial year of the purchase.
    pub fy: String,
    /// First day on which it could be installed.
    pub from: String,
    /// Last day on which it may be.
    pub until: String,
    /// Why there is no day.
    pub why: String,
}

/// Lays a plan's purchases into days. What finds no day is listed and warned of.
///
/// # Errors
/// PLN0902 for every item of the plan that the prices lack.
pub fn calendar(
    document: &PlanDocument,
    prices: &PriceList,
    policy: &Policy,
    envelopes: &Envelopes,
) -> Result<(Calendar, Diagnostics), Diagnostics> {
    missing_items(document, prices)?;
    let mut laid = lay::Laid::default();
    let mut years: Vec<(&str, &str)> =
        document.lines.iter().map(|line| (line.holder.as_str(), line.fy.as_str())).collect();
    years.sort_unstable();
    years.dedup();
    for (holder, fy) in years {
        let of_year = |line: &&Line| line.holder == holder && line.fy == fy;
        let lines: Vec<&Line> = document.lines.iter().filter(of_year).collect();
        let as_of = document.as_of.parse().unwrap_or_default();
        let jobs = window::jobs(&lines, prices, policy, as_of);
        lay::year(&mut laid, holder, fy, jobs, policy, envelopes);
    }
    let calendar = laid.into_calendar(document);
    let problems = calendar.unplaced.iter().map(unplaced).collect::<Vec<_>>();
    Ok((calendar, problems.into()))
}

fn missing_items(document: &PlanDocument, prices: &PriceList) -> Result<(), Diagnostics> {
    let mut items: Vec<&str> = document.lines.iter().map(|line| line.item.as_str()).collect();
    items.sort_unstable();
    items.dedup();
    let known = || prices.prices.iter().map(|price| price.item.as_str());
    let missing: Vec<Diagnostic> = items
        .into_iter()
        .filter(|item| prices.get(item).is_none())
        .map(|item| {
            Diagnostic::error(codes::CALENDAR_ITEM, format!("the prices have no item `{item}`"))
                .help(suggest(item, known()).map_or_else(
                    || "give the prices file of the plan with --prices".to_owned(),
                    |near| format!("an item with a similar name exists: `{near}`"),
                ))
        })
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(missing.into()) }
}

fn unplaced(one: &Unplaced) -> Diagnostic {
    let device = one.asset.as_deref().unwrap_or(&one.line);
    Diagnostic::warning(
        codes::VISIT_NOT_PLACED,
        format!(
            "no day from {} to {} for {device} at {}: {}",
            one.from, one.until, one.site, one.why
        ),
    )
    .help("order earlier, add engineers' hours, or move the freeze")
}

/// Money of several purchases.
fn sum<'a>(amounts: impl Iterator<Item = &'a str>) -> String {
    let parsed = amounts.filter_map(|text| text.parse::<Money>().ok());
    Money::checked_sum(parsed).unwrap_or_default().to_string()
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small test counts")]
mod tests;
