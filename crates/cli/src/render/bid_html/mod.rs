//! The bid as one page: no request, no script, in the order in which a director of finance reads.

mod charts;
mod evidence;
mod form;
mod money;
mod places;
mod words;

use askama::Template;

use self::charts::Charts;
use super::html::{HtmlTable, STYLE};
use crate::bid::BidModel;
use crate::bid::model::Year;
use crate::bid::package::Stated;
use crate::bid::pounds::{Pounds, grouped};

/// Practices shown at once, the largest receivers.
const PRACTICES_TOP: usize = 15;
/// Practices shown at all; the workbook has the rest.
const PRACTICES_MOST: usize = 400;
/// Deferred devices shown; the workbook has the rest.
const DEFERRED_MOST: usize = 40;

#[derive(Template)]
#[template(path = "bid.html")]
struct Page<'m> {
    bid: &'m BidModel,
    style: &'static str,
    asked: Asked,
    span: String,
    purchases: String,
    practices: String,
    failing: (String, String, String),
    over: String,
    charts: Charts,
    tables: Tables,
    practices_words: String,
    practices_more_words: String,
    practices_left: String,
    deferred_words: String,
    unknown_words: String,
    accounts_words: String,
    accounts_finding: String,
}

struct Asked {
    spend: Pounds,
}

struct Tables {
    years: HtmlTable,
    holders: HtmlTable,
    shadow: HtmlTable,
    costs: HtmlTable,
    thousands: HtmlTable,
    scores: HtmlTable,
    milestones: HtmlTable,
    risks: HtmlTable,
    endorsements: HtmlTable,
    compliance: HtmlTable,
    compliance_classes: HtmlTable,
    rules: HtmlTable,
    classes: HtmlTable,
    class_counts: HtmlTable,
    practices_top: HtmlTable,
    practices_more: HtmlTable,
    deferred_classes: HtmlTable,
    deferred: HtmlTable,
    unplanned: HtmlTable,
    unknown: HtmlTable,
    groups: HtmlTable,
    checks: HtmlTable,
    inputs: HtmlTable,
    assumptions: HtmlTable,
}

/// Renders the page.
///
/// # Errors
/// When the template fails, which is a defect.
pub fn render(bid: &BidModel) -> Result<String, askama::Error> {
    let asked = bid.years.iter().find(|year| year.fy == bid.fy);
    Page {
        style: STYLE,
        asked: Asked { spend: asked.map_or(Pounds::ZERO, |year: &Year| year.spend) },
        span: words::span(bid),
        purchases: grouped(bid.totals.purchases),
        practices: crate::bid::served(&bid.totals),
        failing: words::failing(bid),
        over: words::over(bid),
        charts: charts::draw(bid),
        practices_words: words::practices(bid),
        practices_more_words: words::practices_more(bid),
        practices_left: words::practices_left(bid),
        deferred_words: words::deferred(bid),
        unknown_words: words::unknown(bid),
        accounts_words: words::accounts(bid),
        accounts_finding: bid.capitalisation.finding(),
        tables: tables(bid),
        bid,
    }
    .render()
}

fn tables(bid: &BidModel) -> Tables {
    let shown = |from: usize, to: usize| {
        let to = to.min(bid.practices.len());
        bid.practices.get(from.min(to)..to).unwrap_or_default()
    };
    Tables {
        years: money::years(bid),
        holders: money::holders(bid),
        shadow: money::shadow(bid),
        costs: form::costs(bid),
        thousands: form::thousands(bid),
        scores: form::scores(bid),
        milestones: form::milestones(bid),
        risks: form::risks(bid),
        endorsements: form::endorsements(bid),
        compliance: evidence::compliance(bid),
        compliance_classes: evidence::compliance_classes(bid),
        rules: evidence::rules(bid),
        classes: money::classes(bid),
        class_counts: money::class_counts(bid),
        practices_top: places::practices(bid, shown(0, PRACTICES_TOP), "Largest receivers"),
        practices_more: places::practices(
            bid,
            shown(PRACTICES_TOP, PRACTICES_MOST),
            "Further practices",
        ),
        deferred_classes: places::deferred_classes(bid),
        deferred: places::deferred(bid),
        unplanned: places::unplanned(bid),
        unknown: evidence::unknown(bid),
        groups: evidence::groups(bid),
        checks: evidence::checks(bid),
        inputs: evidence::inputs(bid),
        assumptions: evidence::assumptions(bid),
    }
}

/// Reads the totals back from a page, as they stand in it.
pub fn stated(page: &str, bid: &BidModel) -> Stated {
    Stated {
        spend: value_of(page, "spend-total").map(Pounds::from_pence),
        purchases: value_of(page, "purchases-total").and_then(|count| u64::try_from(count).ok()),
        years: bid
            .horizon
            .iter()
            .map(|fy| value_of(page, &format!("spend-{fy}")).map(Pounds::from_pence))
            .collect(),
    }
}

/// The number of `<data id="ID" value="NUMBER">`, when the words within say the same amount or count.
fn value_of(page: &str, id: &str) -> Option<i64> {
    let (_, after) = page.split_once(&format!(r#"<data id="{id}" value=""#))?;
    let (value, after) = after.split_once("\">")?;
    let (words, _) = after.split_once("</data>")?;
    let value: i64 = value.parse().ok()?;
    let as_count = u64::try_from(value).ok().map(grouped);
    let agree =
        words == Pounds::from_pence(value).to_string() || Some(words) == as_count.as_deref();
    agree.then_some(value)
}

#[cfg(test)]
mod tests;
