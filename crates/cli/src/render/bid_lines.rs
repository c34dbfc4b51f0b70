//! `lines.csv`: every purchase of the plan.
//!
//! UTF-8, one header, money as decimals in pounds, dates ISO 8601. A text that a spreadsheet would read as a formula has an
//! apostrophe before it.

use crate::bid::BidModel;
use crate::bid::model::BidLine;
use crate::bid::package::Stated;
use crate::bid::pounds::Pounds;
use crate::render::text::inert;

/// The columns, in order.
pub const COLUMNS: [&str; 27] = [
    "id",
    "fy",
    "asset",
    "site",
    "site_name",
    "practice",
    "practice_name",
    "pcn",
    "class",
    "old_model",
    "bought",
    "age_years",
    "failing_rules",
    "demand",
    "action",
    "item",
    "price_net",
    "vat",
    "price_gross",
    "recoverable",
    "charged",
    "stream",
    "holder",
    "treatment",
    "order_by",
    "rests_on_unknown",
    "reason",
];

/// Renders the file.
///
/// # Errors
/// Never in practice: the target is memory.
pub fn render(bid: &BidModel) -> Result<Vec<u8>, csv::Error> {
    let mut writer =
        csv::Writer::from_writer(Vec::with_capacity(bid.lines.len().saturating_mul(256)));
    writer.write_record(COLUMNS)?;
    for line in &bid.lines {
        writer.write_record(cells(line))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn cells(line: &BidLine) -> [String; 27] {
    let word = |text: &str| inert(text).into_owned();
    [
        word(&line.id),
        word(&line.fy),
        word(&line.asset),
        word(&line.site),
        word(&line.site_name),
        word(&line.practice),
        word(&line.practice_name),
        word(&line.pcn),
        word(&line.class),
        word(&line.old_model),
        word(&line.bought),
        line.age_years.map(|years| years.to_string()).unwrap_or_default(),
        word(&line.failing_rules),
        word(&line.demand),
        word(&line.action),
        word(&line.item),
        line.net.plain(),
        line.vat.plain(),
        line.gross.plain(),
        line.recoverable.plain(),
        line.charged.plain(),
        word(&line.stream),
        word(&line.holder),
        line.treatment.as_str().to_owned(),
        word(&line.order_by),
        line.rests_on_unknown.to_string(),
        word(&line.reason),
    ]
}

/// Reads the totals back from the bytes of the file.
pub fn stated(bytes: &[u8], bid: &BidModel) -> Stated {
    let mut years = vec![Pounds::ZERO; bid.horizon.len()];
    let mut purchases = 0_u64;
    let mut readable = true;
    for record in csv::Reader::from_reader(bytes).records() {
        let charged = record.as_ref().ok().and_then(|record| {
            let year = bid.horizon.iter().position(|fy| record.get(1) == Some(fy))?;
            Some((year, record.get(20)?.parse::<inventory::Money>().ok()?))
        });
        purchases = purchases.saturating_add(1);
        match charged.and_then(|(year, charged)| Some((years.get_mut(year)?, charged))) {
            Some((year, charged)) => *year = year.plus(charged.into()),
            None => readable = false,
        }
    }
    Stated {
        spend: readable.then(|| Pounds::sum(years.iter().copied())),
        purchases: Some(purchases),
        years: years.into_iter().map(|year| readable.then_some(year)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bid::fixture;

    #[test]
    fn the_first_lines_are_as_agreed() {
        let bytes = render(&fixture::model()).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let first: Vec<&str> = text.lines().take(6).collect();
        insta::assert_snapshot!(first.join("\n"));
        assert_eq!(text.lines().count(), 481);
    }
}
