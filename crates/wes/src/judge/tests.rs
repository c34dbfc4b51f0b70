//! The engine against a slow interpreter that reads one device on one day, on random profiles, devices and days.

#![expect(clippy::arithmetic_side_effects, reason = "small numbers of a test")]

mod oracle;

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use diagnostic::Source;
use inventory::{Asset, ClassCatalogue, Evidence, Fact};
use proptest::prelude::*;

use super::*;
use crate::{Compliance, FactSet, Resolver};
use oracle::{Device, Leaf, Question, Spec};

/// The files of the random profiles.
struct Files;

impl Resolver for Files {
    fn profiles(&self, _: &str) -> Vec<Source> {
        Vec::new()
    }

    fn file(&self, name: &str, _: &Source) -> Option<Source> {
        let text = match name {
            "cpus.csv" => oracle::CPUS,
            "support.csv" => oracle::SUPPORT,
            _ => return None,
        };
        Some(Source::new(name, text))
    }
}

fn compile(specs: &[Spec]) -> Compiled {
    let text = oracle::profile(specs);
    let source = Source::new("random.toml", text.as_str());
    let (profile, problems) = Compiled::load(&source, &Files, &ClassCatalogue::shipped());
    profile.unwrap_or_else(|| panic!("{text}\n{problems:#?}"))
}

fn columns(devices: &[Device]) -> Columns {
    let classes = ClassCatalogue::shipped();
    let evidence = Evidence { source: Arc::from("test"), row: 1, seen_on: None };
    let assets: Vec<Asset> = devices
        .iter()
        .map(|device| Asset {
            tag: None,
            serial: None,
            class: classes.parse(device.class).unwrap(),
            facts: device
                .facts
                .iter()
                .map(|(field, text)| {
                    let value = field.kind().parse(text).unwrap();
                    (*field, Fact { value, evidence: evidence.clone() })
                })
                .collect(),
        })
        .collect();
    let software = devices.iter().map(|device| {
        let names = device.software.as_ref()?;
        Some(names.iter().map(|name| name.parse().unwrap()).collect::<Vec<Item>>())
    });
    let assured = devices.iter().map(|device| {
        let last = device.assured_until?;
        let item = last.map(|last| format!("DTAC until {last}").parse::<Item>().unwrap());
        Some(item.into_iter().collect::<Vec<_>>())
    });
    Columns::from_assets(&assets)
        .with_sets(SetField::Installed, SetColumn::from_sets(software))
        .with_sets(SetField::Assured, SetColumn::from_sets(assured))
}

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(number)
}

fn any_leaf() -> impl Strategy<Value = Leaf> {
    let dates = 0_u64..900;
    prop_oneof![
        (1_i64..20).prop_map(Leaf::MemoryAtLeast),
        (1_i64..20).prop_map(Leaf::MemoryAtMost),
        prop::sample::select(vec!["1.2", "2.0", "2"]).prop_map(Leaf::TpmAtLeast),
        prop::sample::subsequence(vec!["ssd", "nvme", "hdd", "emmc"], 1..=3)
            .prop_map(Leaf::DiskOneOf),
        prop::sample::subsequence(vec!["ssd", "nvme", "hdd", "emmc"], 1..=3)
            .prop_map(Leaf::DiskNoneOf),
        any::<bool>().prop_map(Leaf::UefiEquals),
        Just(Leaf::EncryptionNotOff),
        Just(Leaf::CpuInList),
        Just(Leaf::CpuNotInList),
        (0_u32..800).prop_map(Leaf::AgeAtMostDays),
        Just(Leaf::AgeAtMostLife),
        Just(Leaf::WarrantyToday),
        dates.clone().prop_map(|at| Leaf::PatchedAfter(day(at))),
        (dates, 0_u64..300)
            .prop_map(|(from, length)| Leaf::PatchedBetween(day(from), day(from + length))),
        (0_u32..400).prop_map(Leaf::SupportedAhead),
        prop::sample::select(vec!["opti*", "*book", "*7?50*"]).prop_map(Leaf::ModelLike),
        (1_u32..5).prop_map(Leaf::AgentFrom),
        Just(Leaf::Assured),
        Just(Leaf::MemoryCovers),
    ]
}

fn any_question() -> impl Strategy<Value = Question> {
    any_leaf().prop_map(Question::Leaf).prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Question::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Question::Any),
            inner.clone().prop_map(|inner| Question::Not(Box::new(inner))),
            (inner.clone(), inner)
                .prop_map(|(when, then)| Question::When(Box::new(when), Box::new(then))),
        ]
    })
}

fn any_spec() -> impl Strategy<Value = Spec> {
    (
        prop::sample::subsequence(vec!["desktop", "laptop"], 1..=2),
        any_question(),
        prop::sample::select(Tier::ALL.to_vec()),
        prop::option::of((0_u64..900).prop_map(day)),
        any::<bool>(),
        prop::option::of((1_i64..6, 0_i64..6, 0_i64..6)),
    )
        .prop_map(|(classes, question, tier, from, fail_missing, steps)| Spec {
            classes,
            question,
            tier,
            from,
            fail_missing,
            memory_tiers: steps.map(|(low, more, most)| [low, low + more, low + more + most]),
        })
}

fn any_device() -> impl Strategy<Value = Device> {
    let text = |pool: &[&'static str]| prop::option::of(prop::sample::select(pool.to_vec()));
    let date = || prop::option::of((0_u64..900).prop_map(|at| day(at).to_string()));
    (
        prop::sample::select(vec!["desktop", "laptop", "monitor"]),
        (
            text(&["2", "4", "7.5", "8", "16"]),
            text(&["1.2", "2", "2.0", "2.0.1"]),
            text(&["ssd", "nvme", "hdd", "emmc"]),
            text(&["true", "false"]),
            text(&["on", "off", "partial"]),
            text(oracle::CPU_TEXTS),
        ),
        (text(&["alpha", "beta"]), text(&["1", "1.5", "2", "3"])),
        (text(&["OptiPlex 7050", "EliteBook", "Tower"]), date(), date(), date()),
        prop::option::of(prop::sample::subsequence(
            vec!["Agent@1", "Agent@3", "Agent", "Other@9"],
            0..4,
        )),
        prop::option::of(prop::option::of((0_u64..900).prop_map(day))),
    )
        .prop_map(
            |(class, hardware, os, (model, bought, warranty, patched), software, assured_until)| {
                let own = |text: Option<&str>| text.map(str::to_owned);
                let pairs = [
                    (Field::RamGib, own(hardware.0)),
                    (Field::TpmVersion, own(hardware.1)),
                    (Field::DiskType, own(hardware.2)),
                    (Field::Uefi, own(hardware.3)),
                    (Field::Encryption, own(hardware.4)),
                    (Field::Cpu, own(hardware.5)),
                    (Field::Os, own(os.0)),
                    (Field::OsBuild, own(os.1)),
                    (Field::Model, own(model)),
                    (Field::PurchaseDate, bought),
                    (Field::WarrantyEnd, warranty),
                    (Field::LastPatchDate, patched),
                ];
                let facts =
                    pairs.into_iter().filter_map(|(field, text)| Some((field, text?))).collect();
                Device { class, facts, software, assured_until }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_engine_agrees_with_the_interpreter(
        specs in prop::collection::vec(any_spec(), 1..4),
        devices in prop::collection::vec(any_device(), 1..12),
        days in prop::collection::vec(0_u64..1800, 12),
    ) {
        let profile = compile(&specs);
        let columns = columns(&devices);
        let judged = judge(&profile, &columns, None);
        for (position, spec) in specs.iter().enumerate() {
            for (number, device) in devices.iter().enumerate() {
                for at in &days {
                    let wanted = oracle::verdict(spec, device, day(*at));
                    prop_assert_eq!(
                        judged.rules[position].at(number, day(*at)), wanted,
                        "{:?} {:?} {}", spec, device, day(*at)
                    );
                }
            }
        }
    }

    #[test]
    fn threads_and_the_order_of_rows_change_nothing(
        specs in prop::collection::vec(any_spec(), 1..4),
        devices in prop::collection::vec(any_device(), 1..12),
        turn in 0_usize..12,
    ) {
        let profile = compile(&specs);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let judged = judge(&profile, &columns(&devices), None);
        prop_assert_eq!(&judged, &judge(&profile, &columns(&devices), Some(&pool)));
        let mut turned = devices.clone();
        turned.rotate_left(turn % devices.len());
        let again = judge(&profile, &columns(&turned), None);
        for (own, other) in judged.rules.iter().zip(&again.rules) {
            prop_assert_eq!(&own.timelines, &other.timelines);
            let mut index = own.index.clone();
            index.rotate_left(turn % devices.len());
            prop_assert_eq!(&index, &other.index);
        }
    }

    #[test]
    fn resolving_an_unknown_never_flips_pass_and_fail(
        spec in any_spec(), device in any_device(), other in any_device(), at in 0_u64..1800,
    ) {
        let spec = Spec { fail_missing: false, ..spec };
        let mut resolved = device.clone();
        for (field, text) in &other.facts {
            resolved.facts.entry(*field).or_insert_with(|| text.clone());
        }
        resolved.software = resolved.software.or(other.software);
        resolved.assured_until = resolved.assured_until.or(other.assured_until);
        let profile = compile(std::slice::from_ref(&spec));
        let judged = judge(&profile, &columns(&[device, resolved]), None);
        let (before, after) = (judged.rules[0].at(0, day(at)), judged.rules[0].at(1, day(at)));
        match before {
            Outcome::Unknown { .. } => {}
            decided => prop_assert_eq!(decided, after),
        }
    }

    #[test]
    fn not_all_is_any_not(
        parts in prop::collection::vec(any_question(), 1..4), device in any_device(),
    ) {
        let not = |inner: Question| Question::Not(Box::new(inner));
        let spec = |question: Question| Spec {
            classes: vec!["desktop", "laptop"], question, tier: Tier::Minimum, from: None,
            fail_missing: false, memory_tiers: None,
        };
        let one = spec(not(Question::All(parts.clone())));
        let other = spec(Question::Any(parts.into_iter().map(not).collect()));
        let judged = judge(&compile(&[one, other]), &columns(&[device]), None);
        prop_assert_eq!(judged.rules[0].timeline(0), judged.rules[1].timeline(0));
    }

    #[test]
    fn compliant_until_is_what_each_day_says(
        specs in prop::collection::vec(any_spec(), 1..3), device in any_device(), at in 0_u64..900,
    ) {
        let judged = judge(&compile(&specs), &columns(&[device]), None);
        let met = |number: u64| judged.rules.iter().all(|rule| {
            rule.at(0, day(number)).meets(Tier::Minimum)
        });
        let wanted = if met(at) {
            (at..at + 2500).find(|next| !met(*next + 1))
                .map_or(Compliance::NoEnd, |last| Compliance::Until(day(last)))
        } else {
            Compliance::NotNow
        };
        prop_assert_eq!(judged.compliant_until(0, day(at), Tier::Minimum).0, wanted);
        for rule in &judged.rules {
            let timeline = rule.timeline(0);
            let first = (at..at + 2500).find(|n| timeline.at(day(*n)).fails(Tier::Minimum)).map(day);
            prop_assert_eq!(timeline.first_failure(day(at), Tier::Minimum), first);
            let year = FinancialYear::of(day(at));
            let share = timeline.year_share(year, Tier::Minimum);
            let counted = year.start().iter_days().take_while(|d| *d <= year.end())
                .filter(|d| timeline.at(*d).fails(Tier::Minimum)).count();
            prop_assert_eq!(usize::try_from(share.failing_days).unwrap(), counted);
            prop_assert!(share.days == 365 || share.days == 366);
        }
    }
}

/// Cases (rule, device, day) that the short form tries; the long form asks for more through the environment.
const CASES: u64 = 1_000_000;

#[test]
#[expect(clippy::disallowed_methods, reason = "the length of a test run is configuration")]
fn the_engine_agrees_with_the_interpreter_on_a_million_cases() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
    let wanted = std::env::var("REFIT_ORACLE_CASES").ok().and_then(|text| text.parse().ok());
    let wanted: u64 = wanted.unwrap_or(CASES);
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let estates = (
        prop::collection::vec(any_spec(), 4..8),
        prop::collection::vec(any_device(), 60),
        prop::collection::vec(0_u64..1800, 40),
    );
    let (mut tried, mut by_word) = (0_u64, BTreeMap::<&str, u64>::new());
    while tried < wanted {
        let (specs, devices, days) = estates.new_tree(&mut runner).unwrap().current();
        let judged = judge(&compile(&specs), &columns(&devices), None);
        for (spec, rule) in specs.iter().zip(&judged.rules) {
            for (number, device) in devices.iter().enumerate() {
                for at in &days {
                    let found = rule.at(number, day(*at));
                    let said = oracle::verdict(spec, device, day(*at));
                    assert_eq!(found, said, "{spec:?} {device:?} {}", day(*at));
                    tried += 1;
                    *by_word.entry(found.word()).or_default() += 1;
                }
            }
        }
    }
    for word in ["pass", "fail", "unknown", "not-applicable"] {
        let share = by_word.get(word).copied().unwrap_or(0) * 100 / tried;
        assert!(share >= 3, "{word} is hardly ever tried: {by_word:?}");
    }
}

/// Devices with at least the other's memory, TPM and dates, in the order of what a rule may ask.
fn better(device: &Device) -> Device {
    let mut better = device.clone();
    let raised = [
        (Field::RamGib, "64".to_owned()),
        (Field::TpmVersion, "2.0.1".to_owned()),
        (Field::PurchaseDate, day(900).to_string()),
        (Field::WarrantyEnd, day(4000).to_string()),
        (Field::LastPatchDate, day(900).to_string()),
    ];
    for (field, text) in raised {
        if better.facts.contains_key(&field) {
            better.facts.insert(field, text);
        }
    }
    better
}

/// Questions that more of everything can only help with.
fn any_rising_question() -> impl Strategy<Value = Question> {
    let leaf = prop_oneof![
        (1_i64..20).prop_map(Leaf::MemoryAtLeast),
        prop::sample::select(vec!["1.2", "2.0", "2"]).prop_map(Leaf::TpmAtLeast),
        (0_u32..800).prop_map(Leaf::AgeAtMostDays),
        Just(Leaf::AgeAtMostLife),
        Just(Leaf::WarrantyToday),
        (0_u64..899).prop_map(|at| Leaf::PatchedAfter(day(at))),
    ];
    leaf.prop_map(Question::Leaf).prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Question::All),
            prop::collection::vec(inner, 1..4).prop_map(Question::Any),
        ]
    })
}

proptest! {
    #[test]
    fn better_hardware_never_fails_more(
        question in any_rising_question(), device in any_device(), at in 0_u64..1800,
    ) {
        let spec = Spec {
            classes: vec!["desktop", "laptop"], question, tier: Tier::Minimum, from: None,
            fail_missing: false, memory_tiers: None,
        };
        let judged = judge(&compile(&[spec]), &columns(&[device.clone(), better(&device)]), None);
        let rule = &judged.rules[0];
        prop_assert!(rule.at(1, day(at)).gravity() <= rule.at(0, day(at)).gravity());
        let (was, is) = (rule.timeline(0), rule.timeline(1));
        if let (Some(sooner), Some(later)) =
            (was.first_failure(day(at), Tier::Minimum), is.first_failure(day(at), Tier::Minimum))
        {
            prop_assert!(later >= sooner);
        }
    }

    #[test]
    fn the_order_of_parts_changes_nothing(
        parts in prop::collection::vec(any_question(), 2..5), turn in 1_usize..4,
        device in any_device(),
    ) {
        let spec = |question: Question| Spec {
            classes: vec!["desktop", "laptop"], question, tier: Tier::Minimum, from: None,
            fail_missing: false, memory_tiers: None,
        };
        let mut turned = parts.clone();
        turned.rotate_left(turn % parts.len());
        let specs = [
            spec(Question::All(parts.clone())), spec(Question::All(turned.clone())),
            spec(Question::Any(parts)), spec(Question::Any(turned)),
        ];
        let judged = judge(&compile(&specs), &columns(&[device]), None);
        prop_assert_eq!(judged.rules[0].timeline(0), judged.rules[1].timeline(0));
        prop_assert_eq!(judged.rules[2].timeline(0), judged.rules[3].timeline(0));
    }

    /// Counts of many days from patterns are those of looking at every device on every day.
    #[test]
    fn counts_over_a_horizon_are_those_of_each_device_and_day(
        specs in prop::collection::vec(any_spec(), 1..4),
        devices in prop::collection::vec(any_device(), 1..12),
        days in prop::collection::vec((0_u64..1800).prop_map(day), 1..6),
        every in 1_usize..3,
    ) {
        let judged = judge(&compile(&specs), &columns(&devices), None);
        let some: Vec<usize> = (0..devices.len()).step_by(every).collect();
        let gravest = judged.gravest_each(&some, &days);
        for (day, found) in days.iter().zip(&gravest) {
            let mut wanted = BTreeMap::new();
            for device in &some {
                let worst = judged.worst(*device, *day).unwrap().1;
                *wanted.entry(worst.gravity()).or_insert(0_u32) += 1;
            }
            let mut told = BTreeMap::new();
            for (outcome, count) in found {
                *told.entry(outcome.gravity()).or_insert(0_u32) += count;
            }
            prop_assert_eq!(told, wanted);
        }
        for rule in &judged.rules {
            let each = rule.count_each_of(&some, &days);
            for (day, found) in days.iter().zip(&each) {
                let mut wanted = BTreeMap::new();
                for device in &some {
                    *wanted.entry(rule.at(*device, *day)).or_insert(0_u32) += 1;
                }
                prop_assert_eq!(found, &wanted);
            }
        }
    }
}

#[test]
fn missing_facts_are_named() {
    let spec = Spec {
        classes: vec!["laptop"],
        question: Question::All(vec![
            Question::Leaf(Leaf::MemoryAtLeast(4)),
            Question::Leaf(Leaf::SupportedAhead(0)),
        ]),
        tier: Tier::Minimum,
        from: None,
        fail_missing: false,
        memory_tiers: None,
    };
    let device =
        Device { class: "laptop", facts: BTreeMap::new(), software: None, assured_until: None };
    let judged = judge(&compile(&[spec]), &columns(&[device]), None);
    let facts: FactSet = [Field::RamGib, Field::Os, Field::OsBuild].into_iter().collect();
    let wanted = Outcome::Unknown { tier: Tier::Minimum, facts };
    assert_eq!(judged.rules[0].at(0, day(0)), wanted);
}

#[test]
fn combinations_beyond_the_plain_table_are_found_too() {
    // 2,100 models times 2,100 purchase dates pass the limit of the table; only 2,100 pairs occur.
    let devices: Vec<Device> = (0..2100_u64)
        .map(|number| Device {
            class: "laptop",
            facts: [
                (Field::Model, format!("Optiplex {number}")),
                (Field::PurchaseDate, day(number).to_string()),
            ]
            .into_iter()
            .collect(),
            software: None,
            assured_until: None,
        })
        .collect();
    let spec = Spec {
        classes: vec!["laptop"],
        question: Question::All(vec![
            Question::Leaf(Leaf::ModelLike("opti*")),
            Question::Leaf(Leaf::AgeAtMostDays(10)),
        ]),
        tier: Tier::Minimum,
        from: None,
        fail_missing: false,
        memory_tiers: None,
    };
    let judged = judge(&compile(std::slice::from_ref(&spec)), &columns(&devices), None);
    for (number, device) in devices.iter().enumerate().step_by(97) {
        let wanted = oracle::verdict(&spec, device, day(500));
        assert_eq!(judged.rules[0].at(number, day(500)), wanted);
    }
}
