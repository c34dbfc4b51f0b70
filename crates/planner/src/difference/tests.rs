use super::*;
use crate::fixture::{ENVELOPES, PRICES, World};

fn plan(prices: &str, envelopes: &str, pins: &str) -> PlanDocument {
    World::new(prices, envelopes, "", pins).plan().0
}

fn of<'d>(difference: &'d Difference, asset: &str) -> &'d Change {
    difference
        .changes
        .iter()
        .find(|change| change.asset == asset)
        .unwrap_or_else(|| panic!("no change of {asset}: {:#?}", difference.changes))
}

#[test]
fn a_plan_does_not_differ_from_itself() {
    let usual = plan(PRICES, ENVELOPES, "");
    let same = difference(&usual, &usual);
    assert!(same.changes.is_empty() && same.inputs.is_empty());
    assert_eq!(same.stability.kept, same.stability.comparable);
    assert_eq!(same.stability.kept_percent, "100.0");
    assert!(same.years.iter().all(|year| year.spend_from == year.spend_to));
}

#[test]
fn a_pin_is_the_reason_of_its_own_change() {
    let usual = plan(PRICES, ENVELOPES, "");
    let pinned = plan(PRICES, ENVELOPES, "[[pin]]\nasset = \"MON-02\"\nfy = \"2028/29\"\n");
    let there = difference(&usual, &pinned);
    let change = of(&there, "MON-02");
    assert_eq!(change.change, "added");
    assert!(change.reason.starts_with("it is pinned now: pinned to 2028/29"), "{}", change.reason);
    let back = difference(&pinned, &usual);
    assert_eq!(of(&back, "MON-02").change, "dropped");
}

#[test]
fn devices_that_leave_the_plan_say_so() {
    let usual = plan(PRICES, ENVELOPES, "");
    let without = plan(PRICES, ENVELOPES, "[[exclude]]\nasset = \"PC-04\"\n");
    let change = &difference(&usual, &without);
    assert_eq!(of(change, "PC-04").reason, "the later plan leaves the device out: excluded");
    let again = difference(&without, &usual);
    assert_eq!(of(&again, "PC-04").reason, "the earlier plan left the device out: excluded");
}

#[test]
fn money_is_the_reason_where_an_envelope_changed() {
    let usual = plan(PRICES, ENVELOPES, "");
    let poor = plan(PRICES, &ENVELOPES.replace("\"2000.00\"", "\"700.00\""), "");
    let change = difference(&usual, &poor);
    let moved: Vec<&Change> =
        change.changes.iter().filter(|change| change.change != "other-price").collect();
    assert!(!moved.is_empty());
    assert!(
        moved
            .iter()
            .any(|change| change.reason == "the envelope of 2027/28 was £2000.00 and is £700.00"),
        "{moved:#?}"
    );
    let year = change.years.iter().find(|year| year.fy == "2027/28").unwrap();
    assert_eq!(year.envelope_from.as_deref(), Some("2000.00"));
    assert_eq!(year.envelope_to.as_deref(), Some("700.00"));
    let stability = &change.stability;
    let moved = stability.earlier + stability.later + stability.other_item + stability.dropped;
    assert_eq!(stability.kept + moved, stability.comparable, "{stability:?}");
}

#[test]
fn a_dearer_item_is_another_price() {
    let usual = plan(PRICES, ENVELOPES, "");
    let dearer = plan(&PRICES.replace("\"110.00\"", "\"111.00\""), ENVELOPES, "");
    let change = difference(&usual, &dearer);
    let monitor = of(&change, "MON-01");
    assert_eq!(monitor.change, "other-price", "{monitor:?}");
    assert!(monitor.reason.starts_with("`monitor-24` cost £132.40 and costs £133."), "{monitor:?}");
    assert_eq!(change.stability.kept_percent, "100.0", "another price is no other purchase");
}

#[test]
fn shares_are_never_rounded_up() {
    assert_eq!(percent(1999, 2000), "99.9");
    assert_eq!(percent(2, 3), "66.6");
    assert_eq!(percent(0, 0), "100.0");
}
