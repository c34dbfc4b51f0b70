use inventory::ClassCatalogue;

use super::*;
use crate::Compiled;

fn load(id: &str) -> Compiled {
    let source = profile(id).unwrap();
    let (compiled, problems) = Compiled::load(&source, &Shipped, &ClassCatalogue::shipped());
    assert!(problems.is_empty(), "{id}: {problems:#?}");
    compiled.unwrap()
}

#[test]
fn shipped_profiles_are_sound_and_their_tests_pass() {
    for (id, _) in PROFILES {
        let compiled = load(id);
        let results = compiled.run_tests();
        assert!(!results.is_empty(), "{id} has tests");
        for result in results {
            assert!(result.passed(), "{id}: {:#?}", result.failures);
        }
    }
}

#[test]
fn every_shipped_rule_says_why_and_on_whose_word() {
    for (id, _) in PROFILES {
        for rule in load(id).rules() {
            let source = rule.source.as_ref().unwrap();
            assert!(
                !rule.why.is_empty() && source.section.is_some() && source.date.is_some(),
                "{id} {}",
                rule.id
            );
        }
        for rule in load(id).groups() {
            let source = rule.source.as_ref().unwrap();
            assert!(
                !rule.why.is_empty() && source.section.is_some() && source.date.is_some(),
                "{id} {}",
                rule.id
            );
        }
    }
}

/// Profiles whose tests notice every change; the others hold thresholds that they take over as published.
const EVERY_CHANGE_IS_NOTICED: &[&str] = &[
    "cyber-essentials-posture",
    "office-support",
    "peripherals",
    "remote-capability",
    "secure-boot-2026",
    "smartcard-stack",
];

#[test]
fn the_tests_of_shipped_profiles_notice_every_change() {
    for id in EVERY_CHANGE_IS_NOTICED {
        let unnoticed: Vec<String> = crate::mutate::mutants(&load(id))
            .into_iter()
            .filter(|own| !own.noticed)
            .map(|own| format!("{id} {}: {}", own.rule, own.change))
            .collect();
        assert!(unnoticed.is_empty(), "{unnoticed:#?}");
    }
}

#[test]
fn the_processor_list_is_whole() {
    let compiled = load("windows-11-hardware");
    // 1,479 rows; three processors stand twice, under two of Intel's family names.
    assert_eq!(file("windows11-processors.csv").unwrap().text().lines().count(), 1480);
    assert_eq!(compiled.list("win11_cpu").unwrap().len(), 1476);
}
