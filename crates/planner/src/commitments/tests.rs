use super::*;
use crate::difference::difference;
use crate::fixture::{ENVELOPES, PRICES, World};

fn fy(text: &str) -> FinancialYear {
    text.parse().unwrap()
}

/// The codes of what cannot be kept, and the plan that keeps the rest.
fn replan(mut world: World, earlier: &PlanDocument, until: &str) -> (Vec<String>, PlanDocument) {
    let (pins, problems) = world.with(|estate| keep(estate, earlier, fy(until)));
    world.pins = pins;
    let messages =
        problems.iter().map(|problem| format!("{} {}", problem.code, problem.message)).collect();
    (messages, world.plan().0)
}

/// A policy to which nothing is worth its price.
const INDIFFERENT: &str = "[weights]\nminimum_failure = 0\nrecommended_failure = 0\nunknown = 0\nyear_beyond_life = 0\nout_of_warranty = 0\n";

#[test]
fn what_was_approved_for_the_first_year_stays_whatever_is_weighed_now() {
    let (earlier, _) = World::usual().plan();
    let world = || World::new(PRICES, ENVELOPES, INDIFFERENT, "");
    assert!(world().plan().0.lines.is_empty(), "freely, nothing would be bought");
    let (problems, later) = replan(world(), &earlier, "2027/28");
    assert!(problems.is_empty(), "{problems:?}");
    let lines = |plan: &PlanDocument| -> Vec<(String, String, String)> {
        let of_year = plan.lines.iter().filter(|line| line.fy == "2027/28");
        of_year
            .map(|line| (line.asset.clone().unwrap(), line.item.clone(), line.fy.clone()))
            .collect()
    };
    assert!(!lines(&earlier).is_empty());
    assert_eq!(lines(&later), lines(&earlier));
    assert_eq!(later.lines.len(), lines(&later).len(), "and nothing beside it");
}

#[test]
fn own_pins_come_before_commitments() {
    let (earlier, _) = World::usual().plan();
    let committed = earlier.lines.iter().find(|line| line.fy == "2027/28").unwrap();
    let asset = committed.asset.clone().unwrap();
    let pin = format!("[[pin]]\nasset = \"{asset}\"\nfy = \"2029/30\"\n");
    let (problems, later) = replan(World::new(PRICES, ENVELOPES, "", &pin), &earlier, "2029/30");
    assert!(problems.is_empty(), "{problems:?}");
    let line = later.lines.iter().find(|line| line.asset.as_ref() == Some(&asset)).unwrap();
    assert_eq!(line.fy, "2029/30");
}

#[test]
fn commitments_that_cannot_be_kept_are_told() {
    let (earlier, _) = World::usual().plan();
    let gone = earlier.lines.iter().find(|line| line.class == "desktop").unwrap();
    let asset = gone.asset.clone().unwrap();
    let exclude = format!("[[exclude]]\nasset = \"{asset}\"\n");
    let (problems, _) = replan(World::new(PRICES, ENVELOPES, "", &exclude), &earlier, "2029/30");
    assert_eq!(
        problems,
        [format!(
            "PLN0807 {} of plan {} is not kept: `{asset}` can no longer be planned",
            gone.id, earlier.plan_id
        )]
    );
    let prices = PRICES.replace("monitor-24", "monitor-27");
    let (problems, _) = replan(World::new(&prices, ENVELOPES, "", ""), &earlier, "2029/30");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].ends_with("the prices have no item `monitor-24`"), "{problems:?}");
    let prices = PRICES.replace("2031-03-31", "2027-03-31").replace(
        "valid_from = 2026-04-01\nlead",
        "valid_from = 2026-04-01\nvalid_until = 2027-01-31\nlead",
    );
    let (_, problems) =
        World::new(&prices, ENVELOPES, "", "").with(|estate| keep(estate, &earlier, fy("2029/30")));
    assert!(
        problems.iter().any(|problem| problem.message.contains("can no longer be ordered for")),
        "{problems:?}"
    );
}

#[test]
fn the_price_of_stability_keeps_later_years() {
    let (earlier, _) = World::usual().plan();
    let kept = |stability: &str| {
        let policy = format!("{INDIFFERENT}{stability}");
        let world = World::new(PRICES, ENVELOPES, &policy, "");
        let (_, later) = replan(world, &earlier, "2026/27");
        let stability = difference(&earlier, &later).stability;
        stability.kept.saturating_add(stability.other_item)
    };
    assert_eq!(kept(""), 0, "freely, nothing would be bought");
    let all = difference(&earlier, &earlier).stability.comparable;
    assert_eq!(
        kept("[stability]\nprice = \"2000.00\"\n"),
        all,
        "no year moves when moving is dear"
    );
}
