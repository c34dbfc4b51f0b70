//! Tables of practices and of devices that wait.

use super::DEFERRED_MOST;
use crate::bid::BidModel;
use crate::bid::model::Practice;
use crate::bid::pounds::Pounds;
use crate::render::html::{Cell, Column, HtmlTable};

/// Practices with their money by year.
pub(super) fn practices(bid: &BidModel, shown: &[Practice], caption: &str) -> HtmlTable {
    let mut columns = vec![Column::words("Practice")];
    columns.extend(["In use", "Failing now", "Bought", "Deferred"].map(Column::number));
    columns.extend(bid.horizon.iter().map(Column::number));
    columns.push(Column::number("Total"));
    let mut table = HtmlTable::new(caption, columns).dense();
    for practice in shown {
        let mut row = vec![
            Cell::words(format!("{} {}", practice.code, practice.name)),
            Cell::count(practice.devices),
            Cell::count(practice.failing_now),
            Cell::count(practice.total_purchases),
            Cell::count(practice.deferred),
        ];
        row.extend(practice.spend.iter().copied().map(Cell::money));
        row.push(Cell::money(practice.total_spend));
        table.push(row);
    }
    table
}

/// Deferred devices by class.
pub(super) fn deferred_classes(bid: &BidModel) -> HtmlTable {
    let mut table = HtmlTable::new(
        "Deferred, by class",
        vec![
            Column::words("Class"),
            Column::number("Devices"),
            Column::number("Would fit within the years planned"),
            Column::number("Cost of delay"),
        ],
    );
    for class in bid.classes.iter().filter(|class| class.deferred > 0) {
        let mine = || bid.deferred.iter().filter(|device| device.class == class.class);
        let fit = mine().filter(|device| !device.first_fy_it_fits.is_empty()).count();
        table.push(vec![
            Cell::words(class.plural.as_str()),
            Cell::count(class.deferred),
            Cell::count(u64::try_from(fit).unwrap_or(u64::MAX)),
            Cell::money(Pounds::sum(mine().map(|device| device.cost_of_delay))),
        ]);
    }
    table
}

/// The deferred devices whose delay costs most.
pub(super) fn deferred(bid: &BidModel) -> HtmlTable {
    let mut table = HtmlTable::new(
        "Deferred devices",
        vec![
            Column::words("Device"),
            Column::words("Practice"),
            Column::words("Class"),
            Column::words("Why it waits"),
            Column::words("Fails meanwhile"),
            Column::words("First fits in"),
            Column::number("Cost of delay"),
        ],
    )
    .dense();
    for device in bid.deferred.iter().take(DEFERRED_MOST) {
        let fits = match device.first_fy_it_fits.as_str() {
            "" => "none of the years planned",
            fy => fy,
        };
        table.push(vec![
            Cell::words(device.asset.as_str()),
            Cell::words(format!("{} {}", device.practice, device.practice_name)),
            Cell::words(device.class.as_str()),
            Cell::words(device.reason.as_str()),
            Cell::words(device.failing_rules.as_str()),
            Cell::words(fits),
            Cell::money(device.cost_of_delay),
        ]);
    }
    table
}

/// Devices left out of the plan, by reason.
pub(super) fn unplanned(bid: &BidModel) -> HtmlTable {
    let mut table = HtmlTable::new(
        "Devices that the plan could not consider",
        vec![Column::words("Class"), Column::number("Devices"), Column::words("Why")],
    );
    for left in &bid.unplanned {
        table.push(vec![
            Cell::words(left.class.as_str()),
            Cell::count(left.devices),
            Cell::words(left.words.as_str()),
        ]);
    }
    table
}
