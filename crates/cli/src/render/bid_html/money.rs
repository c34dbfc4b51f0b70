//! Tables of money.

use crate::bid::BidModel;
use crate::bid::model::ClassYears;
use crate::bid::pounds::Pounds;
use crate::render::html::{Cell, Column, HtmlTable};

/// Money by year, with totals that the page's checker finds.
pub(super) fn years(bid: &BidModel) -> HtmlTable {
    let mut table = HtmlTable::new(
        "Money by year",
        [
            vec![Column::words("Financial year")],
            [
                "Envelope",
                "Charged",
                "Headroom",
                "Devices bought",
                "Need, without limits",
                "Devices due",
            ]
            .map(Column::number)
            .to_vec(),
        ]
        .concat(),
    );
    for year in &bid.years {
        table.push(vec![
            Cell::words(year.fy.as_str()),
            Cell::money(year.envelope),
            Cell::stated_money(format!("spend-{}", year.fy), year.spend),
            headroom(year.headroom),
            Cell::count(year.purchases),
            Cell::money(year.need),
            Cell::count(year.need_devices),
        ]);
    }
    table.foot(vec![
        Cell::words("Total"),
        Cell::money(bid.totals.envelope),
        Cell::stated_money("spend-total", bid.totals.spend),
        headroom(bid.totals.headroom),
        Cell::stated_count("purchases-total", bid.totals.purchases),
        Cell::money(bid.totals.need),
        Cell::count(bid.totals.need_devices),
    ]);
    table
}

fn headroom(left: Pounds) -> Cell {
    if left.is_negative() {
        Cell::words(format!("{left} OVER")).alarm_if(true)
    } else {
        Cell::money(left)
    }
}

/// Money by year, holder and stream.
pub(super) fn holders(bid: &BidModel) -> HtmlTable {
    let mut table = HtmlTable::new(
        "Money by year, budget holder and stream",
        [
            ["Financial year", "Holder", "Stream", "Kind", "Certainty"].map(Column::words).to_vec(),
            ["Envelope", "Charged", "Headroom", "Devices", "Engineer hours"]
                .map(Column::number)
                .to_vec(),
        ]
        .concat(),
    )
    .dense();
    for year in &bid.holders {
        let hours = match &year.engineer_hours_limit {
            Some(limit) => format!("{} of {limit}", year.engineer_hours),
            None => year.engineer_hours.clone(),
        };
        table.push(vec![
            Cell::words(year.fy.as_str()),
            Cell::words(year.holder.as_str()),
            Cell::words(year.stream.as_str()),
            Cell::words(year.kind.as_str()),
            Cell::words(year.certainty.as_str()),
            Cell::money(year.envelope),
            Cell::money(year.spend),
            headroom(year.headroom),
            Cell::count(year.purchases),
            Cell::words(hours),
        ]);
    }
    table
}

/// Shadow prices in words.
pub(super) fn shadow(bid: &BidModel) -> HtmlTable {
    let columns = ["Financial year", "Holder", "Stream", "One more pound"].map(Column::words);
    let mut table = HtmlTable::new("What one more pound would do", columns.to_vec()).dense();
    for year in &bid.holders {
        table.push(vec![
            Cell::words(year.fy.as_str()),
            Cell::words(year.holder.as_str()),
            Cell::words(year.stream.as_str()),
            Cell::words(year.shadow_words.as_str()),
        ]);
    }
    table
}

/// Money by class and year.
pub(super) fn classes(bid: &BidModel) -> HtmlTable {
    let mut table = by_year(bid, "Charged, by class and year");
    for class in &bid.classes {
        let mut row = vec![Cell::words(class.plural.as_str())];
        row.extend(class.spend.iter().copied().map(Cell::money));
        row.push(Cell::money(class.total_spend));
        table.push(row);
    }
    let mut foot = vec![Cell::words("Total")];
    foot.extend(bid.years.iter().map(|year| Cell::money(year.spend)));
    foot.push(Cell::money(bid.totals.spend));
    table.foot(foot);
    table
}

/// Devices by class and year.
pub(super) fn class_counts(bid: &BidModel) -> HtmlTable {
    let mut table = by_year(bid, "Devices bought, by class and year");
    for class in &bid.classes {
        let mut row = vec![Cell::words(words(class))];
        row.extend(class.purchases.iter().copied().map(Cell::count));
        row.push(Cell::count(class.total_purchases));
        table.push(row);
    }
    let mut foot = vec![Cell::words("Total")];
    foot.extend(bid.years.iter().map(|year| Cell::count(year.purchases)));
    foot.push(Cell::count(bid.totals.purchases));
    table.foot(foot);
    table
}

fn words(class: &ClassYears) -> String {
    match class.life_years {
        0 => class.plural.clone(),
        years => format!("{} (life {years} years)", class.plural),
    }
}

fn by_year(bid: &BidModel, caption: &str) -> HtmlTable {
    let mut columns = vec![Column::words("Class")];
    columns.extend(bid.horizon.iter().map(Column::number));
    columns.push(Column::number("Total"));
    HtmlTable::new(caption, columns)
}
