use super::*;
use crate::fixture::{PRICES, World};
use crate::input::Envelopes;

/// The forecast of the usual estate with money without limit, as lines.
fn lines(by: ForecastBy, years: usize, prices: &str) -> Vec<String> {
    let mut world = World { years, ..World::new(prices, "", "", "") };
    let holder = "QZ1".parse().unwrap();
    let horizon: Vec<_> = (2027..2047).filter_map(inventory::FinancialYear::starting).collect();
    world.envelopes = Envelopes::without_limit([&holder], &horizon);
    let rows = world.with(|estate| forecast(estate, by)).unwrap();
    rows.iter()
        .map(|row| {
            format!(
                "{} {}: {} devices, {} due for {} ({} without price), {} failing, {} past life",
                row.fy,
                row.group,
                row.devices,
                row.due,
                row.cost,
                row.due_without_price,
                row.failing_at_end,
                row.past_life_at_end
            )
        })
        .collect()
}

#[test]
fn need_and_failures_by_class() {
    // Desktops due before the plan: PC-01, PC-04 (4 GiB), PC-02 (life over); PC-03 in 2027/28, PC-06 in 2028/29, PC-05
    // (without a date) in 2029/30. The module is required from 10 October 2028, which PC-01 and PC-02 then lack.
    assert_eq!(
        lines(ForecastBy::Class, 3, PRICES),
        [
            "2027/28 desktop: 6 devices, 4 due for 2105.28 (0 without price), 2 failing, 4 past life",
            "2027/28 monitor: 2 devices, 1 due for 132.40 (0 without price), 0 failing, 1 past life",
            "2027/28 printer: 1 devices, 1 due for 0.00 (1 without price), 0 failing, 1 past life",
            "2028/29 desktop: 6 devices, 1 due for 538.19 (0 without price), 3 failing, 5 past life",
            "2028/29 monitor: 2 devices, 0 due for 0.00 (0 without price), 0 failing, 1 past life",
            "2028/29 printer: 1 devices, 0 due for 0.00 (0 without price), 0 failing, 1 past life",
            "2029/30 desktop: 6 devices, 1 due for 538.19 (0 without price), 3 failing, 6 past life",
            "2029/30 monitor: 2 devices, 0 due for 0.00 (0 without price), 0 failing, 1 past life",
            "2029/30 printer: 1 devices, 0 due for 0.00 (0 without price), 0 failing, 1 past life",
        ]
    );
}

#[test]
fn what_is_bought_falls_due_in_turn() {
    // The cheapest desktop lives three years: the four of 2027/28 are due again in 2030/31.
    let all = lines(ForecastBy::Class, 4, PRICES);
    assert!(
        all.iter().any(|line| line.starts_with("2030/31 desktop: 6 devices, 4 due for 2152.76")),
        "{all:#?}"
    );
}

#[test]
fn groups_are_practices_or_models() {
    let all = lines(ForecastBy::Practice, 1, PRICES);
    let groups: Vec<&str> = all.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(groups, ["A81001:", "A81002:"]);
    let all = lines(ForecastBy::Model, 1, PRICES);
    assert_eq!(all.len(), 1, "nobody names a model: {all:?}");
    assert!(all[0].starts_with("2027/28 unknown: 9 devices"), "{all:?}");
}

#[test]
fn more_devices_of_a_group_are_never_due_than_it_has() {
    for years in [1, 5, 10] {
        for by in [ForecastBy::Class, ForecastBy::Practice, ForecastBy::Model] {
            let mut world = World { years, ..World::usual() };
            let holder = "QZ1".parse().unwrap();
            let horizon: Vec<_> =
                (2027..2047).filter_map(inventory::FinancialYear::starting).collect();
            world.envelopes = Envelopes::without_limit([&holder], &horizon);
            for row in world.with(|estate| forecast(estate, by)).unwrap() {
                assert!(row.due <= row.devices && row.failing_at_end <= row.devices, "{row:?}");
                assert!(row.due_without_price <= row.due, "{row:?}");
            }
        }
    }
}
