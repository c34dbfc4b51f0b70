//! Between which days each purchase can be installed.

use chrono::{Days, NaiveDate};
use inventory::FinancialYear;

use crate::document::Line;
use crate::input::{Policy, PriceList};
use crate::model::offer::order_window;

/// One purchase with its days.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job<'d> {
    /// The plan's line.
    pub(super) line: &'d Line,
    /// First day on which it can be installed.
    pub(super) from: NaiveDate,
    /// Last day on which it may be.
    pub(super) until: NaiveDate,
    /// Last day on which its price can be ordered at all.
    pub(super) order_until: NaiveDate,
    /// Days from order to receipt.
    pub(super) lead_days: u32,
    /// Days from receipt to installation.
    pub(super) build_days: u32,
    /// Quarter hours of an engineer.
    pub(super) quarter_hours: i64,
}

impl Job<'_> {
    /// The day by which the device is received for a visit.
    pub(super) fn receive_by(&self, visit: NaiveDate) -> NaiveDate {
        minus(visit, self.build_days)
    }

    /// The last day to order it for a visit.
    pub(super) fn order_by(&self, visit: NaiveDate) -> NaiveDate {
        minus(self.receive_by(visit), self.lead_days).min(self.order_until)
    }
}

fn plus(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(days.into())).unwrap_or(day)
}

fn minus(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(days.into())).unwrap_or(day)
}

/// The jobs of lines of one holder and year, in the order of the lines.
pub(super) fn jobs<'d>(
    lines: &[&'d Line],
    prices: &PriceList,
    policy: &Policy,
    as_of: NaiveDate,
) -> Vec<Job<'d>> {
    lines
        .iter()
        .filter_map(|line| {
            let (price, fy) = (prices.get(&line.item)?, line.fy.parse::<FinancialYear>().ok()?);
            // A delivery time that nobody states is taken as none, which the reader of the prices warns of.
            let lead_days = price.lead_days.unwrap_or(0);
            let stated = line.order_by.parse::<NaiveDate>().ok()?;
            let (first, last) = order_window(price, as_of, fy).unwrap_or((stated, stated));
            let order_until = last.min(stated);
            let received_until = plus(order_until, lead_days);
            let deadline = line.demand == "deadline" && received_until < fy.end();
            Some(Job {
                line,
                from: plus(plus(first, lead_days).max(fy.start()), policy.build_days),
                until: if deadline { received_until } else { fy.end() },
                order_until,
                lead_days,
                build_days: policy.build_days,
                quarter_hours: price.install_quarter_hours,
            })
        })
        .collect()
}
