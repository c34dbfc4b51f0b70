use super::*;
use crate::fixture::{ENVELOPES, PRICES, World};
use crate::verify::verify;

const ALL: [Custom; 5] = [
    Custom::BuyNothing,
    Custom::WorstFirst,
    Custom::BestPerPound,
    Custom::ReplaceAt(None),
    Custom::ReplaceAt(Some(7)),
];

fn bought(model: &Model, custom: Custom) -> Vec<String> {
    let (schedule, _) = schedule(model, custom);
    let mut all: Vec<(u16, &str)> = model
        .devices
        .iter()
        .zip(&schedule.choices)
        .filter(|(_, choice)| choice.t1 > 0)
        .map(|(device, choice)| (choice.t1, device.label.as_str()))
        .collect();
    all.sort_unstable();
    all.into_iter().map(|(t, label)| format!("{t} {label}")).collect()
}

#[test]
fn every_rule_keeps_the_limits_and_none_beats_the_plan() {
    let (document, model) = World::usual().plan();
    for custom in ALL {
        let (schedule, keeps) = schedule(&model, custom);
        assert!(keeps, "{custom:?}: nothing is pinned here");
        let verification = verify(&model.problem, &schedule, None);
        assert!(verification.feasible, "{custom:?}: {:?}", verification.violations);
        let cost: i64 = schedule
            .choices
            .iter()
            .enumerate()
            .map(|(at, choice)| cost_of(&model, at, *choice).unwrap())
            .sum();
        assert!(cost >= document.bound_pence, "{custom:?} costs less than the proved bound");
        assert_eq!(verification.objective_pence, Some(i128::from(cost)), "{custom:?}");
    }
}

#[test]
fn rules_rank_as_they_say() {
    let model = World::usual().model();
    assert!(bought(&model, Custom::BuyNothing).is_empty());
    // 2000.00 buy three desktops of 526.32 or 612.00 and a monitor in 2027/28. The dearest to keep is PC-04 (tier 2), then
    // PC-01; the oldest is the monitor of 2018, then PC-01, PC-04.
    let worst = bought(&model, Custom::WorstFirst);
    assert!(
        worst.contains(&"1 PC-04".to_owned()) && worst.contains(&"1 PC-01".to_owned()),
        "{worst:?}"
    );
    let old = bought(&model, Custom::ReplaceAt(Some(7)));
    assert_eq!(old.first().map(String::as_str), Some("1 MON-01"), "{old:?}");
    assert!(!old.contains(&"1 PC-03".to_owned()), "five years old in 2027/28: {old:?}");
}

#[test]
fn pins_and_deadlines_come_first() {
    let pins = "[[pin]]\nasset = \"PC-06\"\nfy = \"2027/28\"\n[[deadline]]\nid = \"d\"\ntitle = \"D\"\ndate = 2028-04-01\nasset = \"PC-05\"\n";
    let model = World::new(PRICES, ENVELOPES, "", pins).model();
    for custom in [Custom::WorstFirst, Custom::BestPerPound, Custom::ReplaceAt(None)] {
        let all = bought(&model, custom);
        for wanted in ["1 PC-05", "1 PC-06"] {
            assert!(all.contains(&wanted.to_owned()), "{custom:?} lacks {wanted}: {all:?}");
        }
        assert!(schedule(&model, custom).1, "{custom:?} meets them");
    }
    assert!(!schedule(&model, Custom::BuyNothing).1, "buying nothing misses both");
}
