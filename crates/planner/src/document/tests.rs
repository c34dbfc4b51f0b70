use inventory::Money;

use super::*;
use crate::fixture::World;
use crate::model::Model;

fn planned() -> (PlanDocument, Model) {
    World::usual().plan()
}

/// The violations of a document after an edit; the edit of lines is covered up by a new id.
fn after(edit: impl FnOnce(&mut PlanDocument)) -> Vec<String> {
    let (mut document, model) = planned();
    edit(&mut document);
    document.plan_id = plan_id(&document);
    let check = check_document(&document, &model.problem, &model.names);
    assert!(!check.is_sound());
    check.violations.iter().map(ToString::to_string).collect()
}

fn has(violations: &[String], place: &str) -> bool {
    violations.iter().any(|violation| violation.starts_with(place))
}

#[test]
fn a_small_estate_end_to_end() {
    let (document, model) = planned();
    let check = check_document(&document, &model.problem, &model.names);
    assert_eq!(check.violations, []);
    assert!(check.is_sound());
    assert_eq!(check.objective_pence, Some(document.objective_pence));
    insta::assert_json_snapshot!(document);
}

#[test]
fn money_adds_up_to_the_penny() {
    let (document, _) = planned();
    let money = |text: &String| text.parse::<Money>().unwrap().pence();
    let spend: i64 = document.lines.iter().map(|line| money(&line.charged)).sum();
    assert_eq!(spend, money(&document.totals.spend));
    assert_eq!(spend, document.years.iter().map(|year| money(&year.spend)).sum::<i64>());
    for line in &document.lines {
        assert_eq!(money(&line.price_net) + money(&line.vat), money(&line.price_gross));
        assert_eq!(money(&line.price_gross) - money(&line.recoverable), money(&line.charged));
    }
    for year in &document.years {
        assert_eq!(money(&year.envelope) - money(&year.spend), money(&year.headroom));
        assert!(money(&year.headroom) >= 0);
    }
    for row in &document.compliance {
        assert!(row.failing_with_plan + row.unknown_with_plan <= row.devices);
    }
    let failing = |when: &str| -> (u64, u64) {
        let rows = document.compliance.iter().filter(|row| row.when == when);
        rows.fold((0, 0), |(a, b), row| (a + row.failing_without_plan, b + row.failing_with_plan))
    };
    let ((before, with), (end_before, end_with)) = (failing("now"), failing("2029/30"));
    assert_eq!(before, with, "nothing is bought yet");
    assert!(end_with < end_before, "{end_with} {end_before}");
}

#[test]
fn a_line_moved_a_year_is_refused() {
    let violations = after(|document| {
        let line = document.lines.iter_mut().find(|line| line.fy == "2027/28").unwrap();
        line.fy = "2028/29".to_owned();
    });
    assert!(has(&violations, "objective_pence") && has(&violations, "years["), "{violations:?}");
}

#[test]
fn a_changed_price_is_refused() {
    let violations = after(|document| document.lines[0].price_net = "1.00".to_owned());
    assert!(has(&violations, "lines[L000001].price_net"), "{violations:?}");
    let violations = after(|document| document.lines[0].charged = "1.00".to_owned());
    assert!(has(&violations, "lines[L000001].charged") && has(&violations, "totals.spend"));
}

#[test]
fn a_line_dropped_or_doubled_is_refused() {
    let violations = after(|document| drop(document.lines.pop()));
    assert!(has(&violations, "totals.purchases") && has(&violations, "objective_pence"));
    let violations = after(|document| {
        let line = document.lines[0].clone();
        document.lines.push(line);
    });
    assert!(violations.iter().any(|violation| violation.contains("second line")), "{violations:?}");
}

#[test]
fn edited_envelopes_and_totals_are_refused() {
    let violations = after(|document| document.years[0].envelope = "999999.00".to_owned());
    assert_eq!(
        violations,
        ["years[2027/28 QZ1].envelope: found 999999.00, the problem gives 2000.00"]
    );
    let violations = after(|document| document.totals.envelope = "999999.00".to_owned());
    assert!(has(&violations, "totals.envelope"));
    let violations = after(|document| document.totals.deferred += 1);
    assert!(has(&violations, "totals.deferred"));
    let violations = after(|document| document.years[1].shadow_price = "9".to_owned());
    assert!(has(&violations, "years[2028/29 QZ1].shadow_price"));
    let violations = after(|document| document.years[0].engineer_hours_limit = None);
    assert!(has(&violations, "years[2027/28 QZ1].engineer_hours_limit"));
}

#[test]
fn an_edited_proof_is_refused() {
    let violations = after(|document| document.multipliers.lam[0][1] += 1 << 19);
    assert!(has(&violations, "bound_pence") || has(&violations, "years["), "{violations:?}");
    let violations = after(|document| document.multipliers.lam[0][1] = -1);
    assert!(has(&violations, "multipliers"), "{violations:?}");
    let violations = after(|document| document.bound_pence += 1);
    assert!(has(&violations, "bound_pence"));
    let violations = after(|document| document.objective_pence -= 1);
    assert!(has(&violations, "objective_pence"));
    let violations = after(|document| document.certified_gap = 0.5);
    assert!(has(&violations, "certified_gap"));
    let violations = after(|document| document.feasible = false);
    assert!(has(&violations, "feasible"));
}

#[test]
fn what_the_problem_knows_of_years_and_waiting_devices_is_recomputed() {
    let violations = after(|document| document.years[0].certainty = "assumed".to_owned());
    assert!(has(&violations, "years[2027/28 QZ1].certainty"), "{violations:?}");
    let violations = after(|document| document.years[0].kind = "revenue".to_owned());
    assert!(has(&violations, "years[2027/28 QZ1].kind"), "{violations:?}");
    let violations = after(|document| document.lines[0].demand = "deadline".to_owned());
    assert!(has(&violations, "lines[L000001].demand"), "{violations:?}");
    let violations = after(|document| {
        document.deferred = Vec::new();
        document.totals.deferred = 0;
    });
    assert!(has(&violations, "deferred"), "{violations:?}");
    let violations = after(|document| {
        let own = &mut document.deferred[0].first_fy_it_fits;
        *own = if own.is_some() { None } else { Some("2027/28".to_owned()) };
    });
    assert!(violations[0].contains("first_fy_it_fits"), "{violations:?}");
    let violations = after(|document| document.deferred[0].site = "A81009".to_owned());
    assert!(violations[0].contains("].site"), "{violations:?}");
}

#[test]
fn the_name_of_a_plan_covers_all_of_it_but_the_clock() {
    let (document, model) = planned();
    let changed = |edit: &dyn Fn(&mut PlanDocument)| {
        let mut other = document.clone();
        edit(&mut other);
        let check = check_document(&other, &model.problem, &model.names);
        check.violations.iter().any(|violation| violation.place == "plan_id")
    };
    assert!(changed(&|own| own.as_of = "2020-01-01".to_owned()));
    assert!(changed(&|own| own.unplanned.clear()));
    assert!(changed(&|own| own.sites.clear()));
    assert!(changed(&|own| own.need.clear()));
    assert!(changed(&|own| own.compliance.clear()));
    assert!(!changed(&|own| own.solve_seconds = Some(1.5)));
    let text = serde_json::to_string(&document).unwrap();
    let bare = text.replacen(&format!("\"plan_id\":\"{}\",", document.plan_id), "", 1);
    let inputs = format!("\"inputs\":{},", serde_json::to_string(&document.inputs).unwrap());
    let bare = bare.replacen(&inputs, "", 1);
    assert!(sha256_hex(&[bare.as_bytes()]).starts_with(&document.plan_id), "anybody can check it");
}

#[test]
fn another_problem_is_refused() {
    let (document, _) = planned();
    let mut world = World::usual();
    world.years = 2;
    let other = world.model();
    assert!(!is_of_problem(&document, &other.problem));
    let check = check_document(&document, &other.problem, &other.names);
    assert_eq!(check.violations.len(), 1);
    assert!(!check.feasible);
}

#[test]
fn names_and_ids_are_part_of_the_plan() {
    let (document, mut model) = planned();
    model.names.assets.swap(0, 1);
    let check = check_document(&document, &model.problem, &model.names);
    assert_eq!(check.violations[0].place, "inputs");
    let (mut document, model) = planned();
    document.lines[0].reason = "because".to_owned();
    let check = check_document(&document, &model.problem, &model.names);
    assert_eq!(check.violations[0].place, "plan_id");
}

#[test]
fn a_plan_spends_no_more_than_a_line_beyond_its_envelope_allows() {
    let violations = after(|document| {
        for line in &mut document.lines {
            line.fy = "2029/30".to_owned();
        }
    });
    assert!(has(&violations, "schedule") && has(&violations, "feasible"), "{violations:?}");
}

#[test]
fn a_gap_that_was_written_and_read_is_the_same_gap() {
    let (document, model) = planned();
    let with = |off: u64| {
        let mut document = document.clone();
        document.certified_gap = f64::from_bits(document.certified_gap.to_bits() + off);
        check_document(&document, &model.problem, &model.names).is_sound()
    };
    assert!(!with(1), "another gap is refused, however near");
    for seed in 1..2_000_u32 {
        let gap = f64::from(seed) / 7_919.0 * 1e-3;
        let text = serde_json::to_string(&gap).unwrap();
        assert_eq!(serde_json::from_str::<f64>(&text).unwrap().to_bits(), gap.to_bits(), "{text}");
    }
}
