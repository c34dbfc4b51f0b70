use super::*;
use crate::fixture::{ENVELOPES, PRICES, World};
use crate::solver::Threads;
use crate::whatif::plan;

fn of(world: &World, fy: &str, amount: Option<&str>) -> Option<Reserve> {
    world.with(|estate| {
        let planned = plan(estate, Threads::One).unwrap_or_else(|error| panic!("{error:?}"));
        let amount = amount.map(|amount| amount.parse().unwrap());
        reserve(estate, &planned, fy.parse().unwrap(), amount)
    })
}

/// An estate whose first year has next to no money, so that much waits for it.
fn poor() -> World {
    let envelopes = ENVELOPES.replace("\"2000.00\"", "\"100.00\"");
    World::new(PRICES, &envelopes, "", "")
}

#[test]
fn bundles_are_ranked_by_what_they_save_for_a_pound() {
    let list = of(&poor(), "2027/28", None).unwrap();
    let sites: Vec<&str> = list.bundles.iter().map(|bundle| bundle.site.as_str()).collect();
    assert_eq!(sites.len(), 2, "{list:#?}");
    let ratio = |bundle: &Bundle| {
        let amount = |text: &str| text.parse::<Money>().unwrap().to_decimal();
        amount(&bundle.saves).checked_div(amount(&bundle.cost)).unwrap()
    };
    assert!(ratio(&list.bundles[0]) >= ratio(&list.bundles[1]));
    let ranks: Vec<u64> = list.bundles.iter().map(|bundle| bundle.rank).collect();
    assert_eq!(ranks, [1, 2]);
    let cost = |at: usize| list.bundles[at].cost.parse::<Money>().unwrap().pence();
    assert_eq!(
        list.bundles[1].cumulative,
        Money::from_pence(cost(0).saturating_add(cost(1))).to_string()
    );
    for bundle in &list.bundles {
        let lines = bundle.lines.iter().map(|line| line.charged.parse::<Money>().unwrap());
        assert_eq!(Money::checked_sum(lines).unwrap().to_string(), bundle.cost);
        // Thirty days before 31 March 2028 for a desktop, 14 for a monitor.
        assert!(["2028-03-01", "2028-03-17"].contains(&bundle.order_by.as_str()), "{bundle:?}");
        assert!(!bundle.chosen);
    }
    assert!(list.bundles.iter().flat_map(|bundle| &bundle.lines).any(|line| line.asset == "PC-04"));
}

#[test]
fn an_amount_chooses_what_fits_it() {
    let all = of(&poor(), "2027/28", None).unwrap();
    let first = &all.bundles[0];
    let list = of(&poor(), "2027/28", Some(&first.cost)).unwrap();
    assert_eq!(list.chosen, first.cost);
    assert_eq!(list.bundles.iter().filter(|bundle| bundle.chosen).count(), 1);
    let list = of(&poor(), "2027/28", Some("1.00")).unwrap();
    assert_eq!(list.chosen, "0.00");
}

#[test]
fn what_cannot_arrive_in_time_is_not_listed() {
    // On 10 March a monitor (14 days) still arrives by the 31st, a desktop (30 days) does not.
    let mut world = poor();
    world.as_of = "2028-03-10";
    let list = of(&world, "2027/28", None).unwrap();
    let classes: Vec<&str> = list
        .bundles
        .iter()
        .flat_map(|bundle| bundle.lines.iter().map(|line| line.class.as_str()))
        .collect();
    assert!(!classes.is_empty() && classes.iter().all(|class| *class == "monitor"), "{classes:?}");
    assert_eq!(of(&world, "2040/41", None), None, "a year outside the plan");
}

#[test]
fn what_the_year_buys_already_is_not_in_reserve() {
    let world = World::usual();
    let (document, _) = world.plan();
    let list = of(&world, "2027/28", None).unwrap();
    for line in list.bundles.iter().flat_map(|bundle| &bundle.lines) {
        let bought = document
            .lines
            .iter()
            .any(|own| own.fy == "2027/28" && own.asset.as_deref() == Some(&line.asset));
        assert!(!bought, "{line:?}");
    }
}
