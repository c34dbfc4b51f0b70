//! Sentences of the page that are not in the model.

use super::{DEFERRED_MOST, PRACTICES_MOST, PRACTICES_TOP};
use crate::bid::BidModel;
use crate::bid::pounds::grouped;

/// `2027/28 to 2031/32`.
pub(super) fn span(bid: &BidModel) -> String {
    match (bid.horizon.first(), bid.horizon.last()) {
        (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
        (Some(only), _) => only.clone(),
        _ => String::new(),
    }
}

/// Devices failing today, at the end with the plan, and when that is.
pub(super) fn failing(bid: &BidModel) -> (String, String, String) {
    match (bid.compliance.first(), bid.compliance.last()) {
        (Some(now), Some(end)) => (
            grouped(now.failing_with_plan),
            grouped(end.failing_with_plan),
            format!("on {}", end.words),
        ),
        _ => ("?".to_owned(), "?".to_owned(), "later".to_owned()),
    }
}

/// The envelopes that are exceeded.
pub(super) fn over(bid: &BidModel) -> String {
    let over: Vec<String> = bid
        .holders
        .iter()
        .filter(|year| year.headroom.is_negative())
        .map(|year| format!("{} {} {} by {}", year.fy, year.holder, year.stream, year.headroom))
        .collect();
    over.join("; ")
}

pub(super) fn practices(bid: &BidModel) -> String {
    let served = grouped(bid.totals.practices);
    let all = grouped(crate::bid::count(&bid.practices));
    format!(
        "{served} of {all} practices and other places receive something. They stand in the order of money received."
    )
}

pub(super) fn practices_more(bid: &BidModel) -> String {
    let shown = bid.practices.len().min(PRACTICES_MOST).saturating_sub(PRACTICES_TOP);
    format!("{shown} further practices")
}

pub(super) fn practices_left(bid: &BidModel) -> String {
    match bid.practices.len().checked_sub(PRACTICES_MOST) {
        None | Some(0) => String::new(),
        Some(left) => format!(
            "{left} further practices are left out here: see the sheet “Year x practice” of bid.xlsx."
        ),
    }
}

pub(super) fn deferred(bid: &BidModel) -> String {
    let all = bid.deferred.len();
    if all > DEFERRED_MOST {
        format!(
            "The {DEFERRED_MOST} devices whose delay costs most; the sheet “Deferred” of bid.xlsx has all {}",
            grouped(crate::bid::count(&bid.deferred))
        )
    } else {
        "Every device, the costliest delay first".to_owned()
    }
}

pub(super) fn unknown(bid: &BidModel) -> String {
    let quality = &bid.quality;
    format!(
        "{} devices have a rule that cannot be judged, because a fact is missing. {} purchases of together {} rest on such a fact: collect it before ordering. {} devices have no purchase date and are planned as if bought half a life ago. {} devices stand at a site that no organisation file declares.",
        grouped(quality.devices_with_unknown),
        grouped(quality.purchases_on_unknown),
        quality.spend_on_unknown,
        grouped(quality.without_purchase_date),
        grouped(quality.at_undeclared_site)
    )
}

pub(super) fn accounts(bid: &BidModel) -> String {
    let statement = &bid.capitalisation;
    format!(
        "Of what the plan charges, {} passes the tests of capitalisation and {} does not. Purchases of one budget holder, one year and one planned life are tested together.",
        statement.capital, statement.revenue
    )
}
