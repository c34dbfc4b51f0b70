use std::collections::BTreeMap;

use diagnostic::Source;
use inventory::{Asset, Class, Columns, Evidence, Fact};
use proptest::prelude::*;

use super::*;
use crate::shipped::Shipped;
use crate::{Compiled, Judged, Outcome, codes, judge};

const PROFILE: &str = "[profile]\nid = \"p\"\nversion = \"1.0.0\"\nowner = \"t\"\nlanguage = 1\nwaiver_max = \"12 months\"\n\
    [rule.memory]\napplies_to = [\"desktop\", \"laptop\"]\nfield = \"ram_gib\"\nat_least = 8\n\
    [rule.uefi]\napplies_to = [\"desktop\", \"laptop\"]\nfield = \"uefi\"\nequals = true\n";

/// Devices T0, T1, ... with a class, memory and a practice each.
struct Fleet(Vec<(Class, Option<Value>, Option<&'static str>)>);

impl Subjects for Fleet {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn names(&self, device: usize) -> [Option<&str>; 2] {
        const NAMES: [&str; 6] = ["T0", "T1", "T2", "T3", "T4", "T5"];
        [NAMES.get(device).copied(), None]
    }

    fn class(&self, device: usize) -> Option<&Class> {
        self.0.get(device).map(|own| &own.0)
    }

    fn value(&self, field: Field, device: usize) -> Option<&Value> {
        self.0.get(device).filter(|_| field == Field::RamGib).and_then(|own| own.1.as_ref())
    }

    fn organisation(&self, _: OrgKind, device: usize, _: NaiveDate) -> Option<String> {
        self.0.get(device)?.2.map(str::to_owned)
    }
}

fn fleet(rows: &[(&str, Option<&str>, Option<&'static str>)]) -> (Fleet, Judged, Compiled) {
    let classes = ClassCatalogue::shipped();
    let source = Source::new("p.toml", PROFILE);
    let profile = Compiled::load(&source, &Shipped, &classes).0.unwrap();
    let rows: Vec<(Class, Option<Value>, Option<&'static str>)> = rows
        .iter()
        .map(|(class, ram, practice)| {
            let ram = ram.map(|text| Field::RamGib.kind().parse(text).unwrap());
            (classes.parse(class).unwrap(), ram, *practice)
        })
        .collect();
    let evidence = Evidence { source: "test".into(), row: 1, seen_on: None };
    let assets: Vec<Asset> = rows
        .iter()
        .map(|(class, ram, _)| Asset {
            tag: None,
            serial: None,
            class: class.clone(),
            facts: ram
                .iter()
                .map(|value| {
                    (Field::RamGib, Fact { value: value.clone(), evidence: evidence.clone() })
                })
                .collect(),
        })
        .collect();
    let judged = judge(&profile, &Columns::from_assets(&assets), None);
    (Fleet(rows), judged, profile)
}

fn waiver(id: &str, scope: &str, starts: &str, expires: &str, more: &str) -> String {
    format!(
        "[[waiver]]\nid = \"{id}\"\nrules = [\"p/memory\"]\nwhere = {{ {scope} }}\nstarts = {starts}\nexpires = {expires}\n\
         approved_by = {{ name = \"A\", on = 2026-01-01 }}\nreason = \"r\"\n{more}\n"
    )
}

fn read(text: &str) -> (Waivers, Vec<String>) {
    let (waivers, problems) =
        Waivers::read(&Source::new("w.toml", text), &ClassCatalogue::shipped());
    let told = problems
        .iter()
        .map(|problem| format!("{} {}", problem.place.as_ref().unwrap(), problem.code))
        .collect();
    (waivers, told)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const FLEET: &[(&str, Option<&str>, Option<&str>)] = &[
    ("desktop", Some("4"), Some("Z99001")),
    ("laptop", Some("4"), Some("Z99001")),
    ("desktop", None, Some("Z99001")),
    ("desktop", Some("16"), Some("Z99001")),
    ("desktop", Some("4"), Some("Z99002")),
    ("desktop", Some("4"), None),
];

#[test]
fn only_failures_in_scope_and_in_time_are_excused() {
    let (fleet, judged, profile) = fleet(FLEET);
    let text =
        waiver("W1", "practice = \"Z99001\", class = \"desktop\"", "2026-11-01", "2027-06-30", "");
    let (waivers, told) = read(&text);
    assert!(told.is_empty(), "{told:?}");
    let all: Vec<usize> = (0..fleet.count()).collect();
    let today = day("2026-11-20");
    let (applied, problems) = waivers.apply(&profile, &fleet, &all, &judged, today);
    assert!(problems.is_empty(), "{problems:?}");
    let excused = |device: usize, on: &str| {
        let outcome = judged.rules[0].at(device, day(on));
        applied.excused(0, device, day(on), outcome).map(|own| own.id.as_str())
    };
    let on_day: Vec<_> = all.iter().map(|device| excused(*device, "2026-11-20")).collect();
    assert_eq!(on_day, [Some("W1"), None, None, None, None, None], "an unknown is not excused");
    assert_eq!(excused(0, "2026-10-31"), None);
    assert_eq!(excused(0, "2026-11-01"), Some("W1"));
    assert_eq!(excused(0, "2027-06-30"), Some("W1"), "the last day is included");
    assert_eq!(excused(0, "2027-07-01"), None);
    assert_eq!(applied.excused_until(0, 0, today), Some(day("2027-06-30")));
    assert!(matches!(judged.rules[0].at(0, today), Outcome::Fail { .. }), "the raw verdict stays");
    assert_eq!(applied.net(0, 0, today, judged.rules[0].at(0, today)), Outcome::Pass);
    assert_eq!(
        applied.excused(1, 0, today, judged.rules[0].at(0, today)).map(|_| ()),
        None,
        "another rule"
    );
}

#[test]
fn doubts_fail_closed_and_are_told() {
    let (fleet, judged, profile) = fleet(FLEET);
    let all: Vec<usize> = (0..fleet.count()).collect();
    let apply = |text: &str, on: &str| {
        let (waivers, told) = read(text);
        assert!(told.is_empty(), "{told:?}");
        let (applied, problems) = waivers.apply(&profile, &fleet, &all, &judged, day(on));
        let excused = all
            .iter()
            .filter(|device| {
                applied
                    .excused(0, **device, day(on), judged.rules[0].at(**device, day(on)))
                    .is_some()
            })
            .count();
        (excused, problems.iter().map(|problem| problem.code).collect::<Vec<_>>())
    };
    let scope = "class = \"desktop\"";
    let dates = ("2026-11-01", "2027-06-30");
    let of = |more: &str| waiver("W1", scope, dates.0, dates.1, more);
    assert_eq!(apply(&of("max_assets = 5"), "2026-11-20"), (3, vec![]));
    assert_eq!(apply(&of("max_assets = 4"), "2026-11-20"), (0, vec![codes::WAIVER_CAP]));
    assert_eq!(apply(&of(""), "2027-07-01"), (0, vec![codes::WAIVER_EXPIRED]));
    assert_eq!(apply(&of(""), "2026-10-01"), (0, vec![]), "not yet");
    let unused = waiver("W1", "asset = \"T3\"", dates.0, dates.1, "");
    assert_eq!(apply(&unused, "2026-11-20"), (0, vec![codes::WAIVER_UNUSED]));
    let long = waiver("W1", scope, "2026-11-01", "2027-11-02", "");
    assert_eq!(apply(&long, "2026-11-20"), (3, vec![codes::WAIVER_LONG]));
    let misspelt = of("").replace("p/memory", "p/memroy");
    assert_eq!(apply(&misspelt, "2026-11-20"), (0, vec![codes::WAIVER_RULE]));
    let foreign = of("").replace("p/memory", "q/memory");
    assert_eq!(apply(&foreign, "2026-11-20"), (0, vec![codes::WAIVER_PROFILE]));
    let small = waiver("W1", "ram_gib = 4", dates.0, dates.1, "");
    assert_eq!(
        apply(&small, "2026-11-20"),
        (4, vec![]),
        "a selector on a fact; the unknown one is out"
    );
}

#[test]
fn wrong_waivers_are_told_all_at_once_with_their_place() {
    let text = [
        waiver("W1", "class = \"desktop\"", "2026-11-01", "2026-10-01", ""),
        waiver("W2", "class = \"desktop\"", "2025-11-01", "2026-10-01", ""),
        waiver("W3", "clas = \"desktop\"", "2026-11-01", "2026-12-01", ""),
        waiver("W4", "class = \"toaster\"", "2026-11-01", "2026-12-01", ""),
        waiver("W5", "class = \"desktop\"", "2026-11-01", "2026-12-01", ""),
        waiver("W6", "class = [\"desktop\"]", "2026-12-01", "2026-12-02", ""),
        waiver("W5", "class = \"laptop\"", "2026-11-01", "2026-12-01", "max_asets = 3"),
        waiver("W8", "", "2026-11-01", "2026-12-01", ""),
    ]
    .concat();
    let (_, told) = read(&text);
    let wanted = [
        "w.toml:6:11 WES0407",
        "w.toml:16:34 WES0408",
        "w.toml:22:11 WES0411",
        "w.toml:31:19 WES0105",
        "w.toml:46:1 WES0406",
        "w.toml:55:1 WES0403",
        "w.toml:63:1 WES0101",
        "w.toml:67:9 WES0410",
    ];
    assert_eq!(told, wanted);
}

proptest! {
    /// What is excused is what a plain reading of the file says, and a waiver never changes a verdict that is no failure.
    #[test]
    fn excuses_are_those_of_a_plain_reading(
        rows in prop::collection::vec((0_usize..2, 0_usize..3, 0_usize..3), 1..6),
        given in prop::collection::vec((0_usize..3, 0_u64..200, 0_u64..200), 1..4),
        at in 0_u64..500,
    ) {
        const PRACTICES: [Option<&str>; 3] = [Some("Z99001"), Some("Z99002"), None];
        let start = day("2026-01-01");
        let after = |days: u64| start.checked_add_days(chrono::Days::new(days)).unwrap();
        let rows: Vec<(&str, Option<&str>, Option<&'static str>)> = rows
            .iter()
            .map(|(class, ram, practice)| {
                (["desktop", "laptop"][*class], [Some("4"), Some("8"), None][*ram], PRACTICES[*practice])
            })
            .collect();
        let scopes = ["class = \"desktop\"", "practice = [\"Z99001\", \"Z99002\"]", "practice = \"Z99002\", ram_gib = 4"];
        let text: String = given
            .iter()
            .enumerate()
            .map(|(number, (scope, from, length))| {
                let (from, until) = (after(*from), after(from.saturating_add(*length)));
                waiver(&format!("W{number}"), scopes[*scope], &from.to_string(), &until.to_string(), "")
            })
            .collect();
        let (waivers, _) = read(&text);
        let (fleet, judged, profile) = fleet(&rows);
        let all: Vec<usize> = (0..rows.len()).collect();
        let today = after(at);
        let (applied, _) = waivers.apply(&profile, &fleet, &all, &judged, today);
        let kept: Vec<usize> = waivers.iter().map(|own| own.id.get(1..).unwrap().parse().unwrap()).collect();
        for (device, (class, ram, practice)) in rows.iter().enumerate() {
            let mut wanted: Option<(u64, BTreeMap<u8, usize>)> = None;
            for number in &kept {
                let (scope, from, length) = given[*number];
                let inside = match scope {
                    0 => *class == "desktop",
                    1 => practice.is_some(),
                    _ => *practice == Some("Z99002") && *ram == Some("4"),
                };
                let until = from.saturating_add(length);
                let in_force = (from..=until).contains(&at);
                if *ram == Some("4") && inside && in_force && wanted.as_ref().is_none_or(|(best, _)| until > *best) {
                    wanted = Some((until, BTreeMap::from([(0, *number)])));
                }
            }
            let outcome = judged.rules[0].at(device, today);
            let found = applied.excused(0, device, today, outcome).map(|own| own.id.clone());
            prop_assert_eq!(found, wanted.map(|(_, id)| format!("W{}", id[&0])));
            if !matches!(outcome, Outcome::Fail { .. }) {
                prop_assert_eq!(applied.net(0, device, today, outcome), outcome);
            }
        }
    }
}
