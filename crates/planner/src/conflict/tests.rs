use super::*;
use crate::fixture::{ENVELOPES, PRICES, World};
use crate::solver::{Effort, Outcome, SolveOptions, solve};

/// What is said of an estate whose obligations cannot be met.
fn reports(envelopes: &str, pins: &str) -> Vec<ConflictReport> {
    let model = World::new(PRICES, envelopes, "", pins).model();
    let options = SolveOptions { effort: Effort::Exact, ..SolveOptions::default() };
    let Outcome::Infeasible(conflicts) = solve(&model.problem, &options) else {
        panic!("a plan exists");
    };
    conflicts.iter().map(|conflict| conflict_report(&model, conflict)).collect()
}

fn assets(report: &ConflictReport) -> Vec<&str> {
    report.demands.iter().map(|demand| demand.asset.as_str()).collect()
}

const ALL_DESKTOPS: &str = r#"
[[deadline]]
id = "esu"
title = "Extended updates end"
date = 2028-04-01
class = "desktop"
"#;

#[test]
fn a_deadline_beyond_the_money_says_who_when_and_how_much() {
    let [report] = &reports(ENVELOPES, ALL_DESKTOPS)[..] else { panic!("one holder") };
    assert_eq!(report.holder, "QZ1");
    // Six desktops at GBP 526.32 (430.00 x 1.02, and VAT) take 3157.92 of 2000.00; four of them are too many already.
    assert_eq!(report.demands.len(), 4, "a smallest set: {:?}", assets(report));
    assert_eq!(
        report.why,
        "together they take at least £2105.28 in 2027/28, and there is £2000.00"
    );
    assert_eq!(report.short.as_deref(), Some("1157.92"), "what all six lack");
    assert_eq!(report.short_hours, None);
    for demand in &report.demands {
        assert_eq!(demand.must, "replaced before 2028-04-01 (deadline `esu`)");
        assert_eq!(demand.last_fy.as_deref(), Some("2027/28"));
    }
    let year = |fy: &str, devices, needed: &str, envelope: &str, short: &str| ConflictYear {
        fy: fy.to_owned(),
        devices,
        needed: needed.to_owned(),
        envelope: envelope.to_owned(),
        short: short.to_owned(),
        short_hours: "0".to_owned(),
    };
    assert_eq!(report.years, [year("2027/28", 6, "3157.92", "2000.00", "1157.92")]);
}

#[test]
fn adding_what_is_short_is_enough() {
    let [report] = &reports(ENVELOPES, ALL_DESKTOPS)[..] else { panic!("one holder") };
    let short: Money = report.short.as_deref().unwrap().parse().unwrap();
    let enough = Money::from_pence(200_000_i64.saturating_add(short.pence()));
    let envelopes = ENVELOPES.replace("\"2000.00\"", &format!("\"{enough}\""));
    let model = World::new(PRICES, &envelopes, "", ALL_DESKTOPS).model();
    assert!(matches!(solve(&model.problem, &SolveOptions::default()), Outcome::Solved(_)));
    let penny_less = Money::from_pence(enough.pence().saturating_sub(1));
    let envelopes = ENVELOPES.replace("\"2000.00\"", &format!("\"{penny_less}\""));
    assert_eq!(reports(&envelopes, ALL_DESKTOPS).len(), 1);
}

#[test]
fn engineers_can_be_what_is_short() {
    let envelopes = ENVELOPES
        .replace("\"2000.00\"", "\"9000.00\"")
        .replace("engineer_hours = 20", "engineer_hours = 7.5");
    let [report] = &reports(&envelopes, ALL_DESKTOPS)[..] else { panic!("one holder") };
    // The class counts its longest installation, 1.5 hours.
    assert_eq!(report.short_hours.as_deref(), Some("1.5"));
    assert_eq!(report.short, None);
    assert_eq!(
        report.why,
        "together they take at least 9 hours of engineers in 2027/28, and there are 7.5 hours of engineers"
    );
    assert_eq!(report.years.first().map(|year| year.short_hours.as_str()), Some("1.5"));
}

#[test]
fn one_device_alone_can_be_too_dear() {
    let pin = "[[pin]]\nasset = \"PC-06\"\nfy = \"2028/29\"\nitem = \"desktop-standard\"\n";
    let envelopes = ENVELOPES.replace("\"1800.00\"", "\"500.00\"");
    let [report] = &reports(&envelopes, pin)[..] else { panic!("one holder") };
    assert_eq!(assets(report), ["PC-06"]);
    assert_eq!(
        report.why,
        "its cheapest replacement takes £625.80 in 2028/29, and the year has £500.00 in all"
    );
    assert_eq!(report.demands[0].must, "pinned to 2028/29 with `desktop-standard`");
    assert_eq!(report.short.as_deref(), Some("125.80"));
}

#[test]
fn several_years_are_named_together() {
    let deadline = ALL_DESKTOPS.replace("2028-04-01", "2029-04-01");
    let envelopes =
        ENVELOPES.replace("\"2000.00\"", "\"1100.00\"").replace("\"1800.00\"", "\"1100.00\"");
    let [report] = &reports(&envelopes, &deadline)[..] else { panic!("one holder") };
    assert!(report.why.contains("in the years 2027/28 to 2028/29"), "{}", report.why);
    let short: Vec<(&str, &str)> =
        report.years.iter().map(|year| (year.fy.as_str(), year.short.as_str())).collect();
    assert_eq!(short.len(), 2, "{short:?}");
    assert!(short.iter().any(|(_, short)| *short != "0.00"), "{short:?}");
}

#[test]
fn a_shortfall_names_years_and_amounts() {
    let model = World::usual().model();
    let shortfall =
        Shortfall { holder: 0, over: vec![(Resource::Money, 1, 12_345), (Resource::Hours, 3, 6)] };
    assert_eq!(
        shortfall_sentence(&model, &shortfall),
        "QZ1: no plan was found and none was ruled out; the best attempt takes £123.45 too much in 2027/28 and 1.5 hours of engineers too much in 2029/30"
    );
}

#[test]
fn proofs_that_name_no_year_are_words_all_the_same() {
    let model = World::usual().model();
    let why_of =
        |reason| conflict_report(&model, &Conflict { holder: 0, demands: vec![0, 2], reason }).why;
    assert_eq!(
        why_of(ConflictReason::NoOption),
        "nothing on sale can be received in any year that is allowed"
    );
    assert_eq!(
        why_of(ConflictReason::Combination {
            weights: vec![(Resource::Money, 1, 2), (Resource::Hours, 2, 1)],
            needed: 9,
            available: 8
        }),
        "however they are met, they take more than the money of 2027/28 and the engineers of 2028/29 have between them"
    );
    assert_eq!(
        why_of(ConflictReason::Exhausted { tried: 12 }),
        "every way to meet them was tried (12 partial plans) and none fits"
    );
}
