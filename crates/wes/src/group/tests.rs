//! Group rules against every completion of the unknowns.

use std::collections::BTreeMap as Map;

use chrono::Days;
use diagnostic::Source;
use inventory::{Asset, ClassCatalogue, Columns, Evidence, Fact, Field, Value};
use proptest::prelude::*;

use super::*;
use crate::shipped::Shipped;
use crate::{Compiled, Outcome};

/// A device: class, remote capable, bought, practice, role, user.
type Row = (
    &'static str,
    Option<bool>,
    Option<u64>,
    Option<&'static str>,
    &'static str,
    Option<&'static str>,
);

struct Estate(Vec<(Class, Map<Field, Value>, Option<&'static str>)>);

impl Subjects for Estate {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn names(&self, _: usize) -> [Option<&str>; 2] {
        [None, None]
    }

    fn class(&self, device: usize) -> Option<&Class> {
        self.0.get(device).map(|own| &own.0)
    }

    fn value(&self, field: Field, device: usize) -> Option<&Value> {
        self.0.get(device)?.1.get(&field)
    }

    fn organisation(&self, kind: OrgKind, device: usize, _: NaiveDate) -> Option<String> {
        let practice = self.0.get(device)?.2?;
        Some(match kind {
            OrgKind::Practice => practice.to_owned(),
            OrgKind::Pcn => format!("U{practice}"),
            _ => "QAA".to_owned(),
        })
    }
}

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().checked_add_days(Days::new(number)).unwrap()
}

fn value(field: Field, text: &str) -> (Field, Value) {
    (field, field.kind().parse(text).unwrap())
}

fn estate(rows: &[Row]) -> (Estate, Columns) {
    let classes = ClassCatalogue::shipped();
    let evidence = Evidence { source: "t".into(), row: 1, seen_on: None };
    let own: Vec<(Class, Map<Field, Value>, Option<&'static str>)> = rows
        .iter()
        .map(|(class, remote, bought, practice, role, user)| {
            let mut facts: Map<Field, Value> = [value(Field::Role, role)].into_iter().collect();
            facts.extend(remote.map(|flag| value(Field::RemoteCapable, &flag.to_string())));
            facts.extend(bought.map(|at| value(Field::PurchaseDate, &day(at).to_string())));
            facts.extend(practice.map(|code| value(Field::Site, code)));
            facts.extend(user.map(|name| value(Field::AssignedUser, name)));
            (classes.parse(class).unwrap(), facts, *practice)
        })
        .collect();
    let assets: Vec<Asset> = own
        .iter()
        .map(|(class, facts, _)| Asset {
            tag: None,
            serial: None,
            class: class.clone(),
            facts: facts
                .iter()
                .map(|(field, value)| {
                    (*field, Fact { value: value.clone(), evidence: evidence.clone() })
                })
                .collect(),
        })
        .collect();
    let columns = Columns::from_assets(&assets);
    (Estate(own), columns)
}

fn load(body: &str) -> (Option<Compiled>, Vec<String>) {
    let text =
        format!("[profile]\nid = \"p\"\nversion = \"1.0.0\"\nowner = \"t\"\nlanguage = 1\n{body}");
    let (profile, problems) =
        Compiled::load(&Source::new("p.toml", text), &Shipped, &ClassCatalogue::shipped());
    let told = problems
        .iter()
        .map(|own| {
            format!(
                "{} {}",
                own.place.as_ref().map(ToString::to_string).unwrap_or_default(),
                own.code
            )
        })
        .collect();
    (profile, told)
}

fn remote(scope: &str, bounds: &str) -> String {
    format!(
        "[group.remote]\nscope = \"{scope}\"\n\
         count = {{ class = [\"desktop\", \"laptop\"], where = {{ all = [{{ field = \"remote_capable\", equals = true }}, {{ field = \"purchase_date\", age_at_most = \"300 days\" }}] }} }}\n\
         per = {{ class = [\"desktop\", \"laptop\"] }}\n{bounds}\n"
    )
}

#[test]
fn every_scope_groups_as_documented() {
    let rows: [Row; 5] = [
        ("laptop", Some(true), Some(0), Some("Z99001"), "office", Some("a.b")),
        ("desktop", Some(false), Some(0), Some("Z99001"), "office", Some("a.b")),
        ("desktop", Some(true), Some(0), Some("Z99001"), "clinical-room", None),
        ("laptop", Some(true), Some(0), Some("Z99002"), "office", Some("a.b")),
        ("laptop", Some(true), Some(0), None, "office", None),
    ];
    let (estate, columns) = estate(&rows);
    let all: Vec<usize> = (0..rows.len()).collect();
    let told = |scope: &str| -> (Vec<String>, usize) {
        let profile = load(&remote(scope, "at_least = \"60 %\"")).0.unwrap();
        let rule = &profile.groups()[0];
        let grouping = rule.scope.grouping(&estate, &all, day(0));
        let judged = judge_groups(&profile, rule, &columns, &grouping);
        let words = judged
            .groups
            .iter()
            .map(|own| {
                let (counted, per) = (own.counted.at(day(0)), own.per.at(day(0)));
                format!("{} {}/{} {}", own.group, counted.least, per.least, own.timeline.at(day(0)))
            })
            .collect();
        (words, judged.ungrouped)
    };
    let own = |words: &[&str], left: usize| {
        (words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), left)
    };
    assert_eq!(told("practice"), own(&["Z99001 2/3 pass", "Z99002 1/1 pass"], 1));
    assert_eq!(told("pcn"), own(&["UZ99001 2/3 pass", "UZ99002 1/1 pass"], 1));
    assert_eq!(told("icb"), own(&["QAA 3/4 pass"], 1));
    assert_eq!(
        told("role"),
        own(
            &[
                "Z99001/clinical-room 1/1 pass",
                "Z99001/office 1/2 fail@minimum",
                "Z99002/office 1/1 pass"
            ],
            1
        )
    );
    assert_eq!(told("linked"), own(&["Z99001/a.b 1/2 fail@minimum", "Z99002/a.b 1/1 pass"], 2));
}

#[test]
fn a_plain_number_and_a_ceiling_are_compared_too() {
    let rows: [Row; 2] = [
        ("smartcard-reader", None, None, Some("Z99001"), "ra-station", None),
        ("desktop", None, None, Some("Z99001"), "ra-station", None),
    ];
    let (estate, columns) = estate(&rows);
    let told = |body: &str| {
        let profile = load(body).0.unwrap();
        let rule = &profile.groups()[0];
        let grouping = rule.scope.grouping(&estate, &[0, 1], day(0));
        judge_groups(&profile, rule, &columns, &grouping).groups[0].timeline.at(day(0)).to_string()
    };
    let readers = "[group.readers]\nscope = \"role\"\ncount = { class = [\"smartcard-reader\"] }\n";
    assert_eq!(told(&format!("{readers}at_least = 2\n")), "fail@minimum");
    assert_eq!(
        told(&format!("{readers}at_least = {{ minimum = 1, target = 2 }}\n")),
        "fail@target"
    );
    assert_eq!(told(&format!("{readers}at_most = 1\n")), "pass");
    assert_eq!(told(&format!("{readers}at_most = 0\n")), "fail@minimum");
    let printers = format!("{readers}per = {{ class = [\"printer\"] }}\nat_least = 1\n");
    assert_eq!(told(&printers), "not-applicable", "nothing to compare with");
}

#[test]
fn wrong_group_rules_are_told_with_their_place() {
    let body = "[group.a]\nscope = \"practise\"\ncount = { class = [\"laptop\"] }\nat_least = 1\n\
        [group.b]\nscope = \"practice\"\ncount = { class = [\"laptop\"] }\n\
        [group.c]\nscope = \"practice\"\ncount = { class = [\"laptop\"] }\nat_least = \"60 %\"\n\
        [group.d]\nscope = \"practice\"\ncount = { class = [\"laptop\"] }\nper = { class = [] }\nat_least = { minimum = 2, target = 1 }\n\
        [group.e]\nscope = \"practice\"\ncount = { class = [\"printer\"], where = { field = \"ram_gib\", at_least = 8 } }\nat_least = 1\n";
    let (profile, told) = load(body);
    assert!(profile.is_none());
    let mut codes: Vec<&str> = told.iter().map(String::as_str).collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "p.toml:10:8 WES0120",
            "p.toml:16:12 WES0120",
            "p.toml:20:7 WES0105",
            "p.toml:21:36 WES0120",
            "p.toml:24:50 WES0106",
            "p.toml:7:9 WES0105",
        ],
        "{told:?}"
    );
}

/// The verdict on plain counts.
fn plain(counted: usize, per: usize, at_least: u32, at_most: Option<u32>) -> &'static str {
    if per == 0 {
        return "not-applicable";
    }
    let percent = counted * 100;
    let low = percent >= usize::try_from(at_least).unwrap() * per;
    let high = at_most.is_none_or(|most| percent <= usize::try_from(most).unwrap() * per);
    if low && high { "pass" } else { "fail" }
}

proptest! {
    /// A group passes or fails exactly when every completion of its unknown facts does; with two bounds it may stay unknown.
    #[test]
    fn groups_are_what_every_completion_says(
        rows in prop::collection::vec(
            (0_usize..3, prop::option::of(any::<bool>()), 0_u64..600), 1..7
        ),
        at_least in 0_u32..=100,
        at_most in prop::option::of(0_u32..=100),
        at in 0_u64..1000,
    ) {
        let classes = ["desktop", "laptop", "monitor"];
        let rows: Vec<Row> = rows
            .iter()
            .map(|(class, remote, bought)| {
                (classes[*class], *remote, Some(*bought), Some("Z99001"), "office", None)
            })
            .collect();
        let (estate, columns) = estate(&rows);
        let ceiling = at_most.map(|most| format!("at_most = \"{most} %\"")).unwrap_or_default();
        let profile = load(&remote("practice", &format!("at_least = \"{at_least} %\"\n{ceiling}"))).0.unwrap();
        let rule = &profile.groups()[0];
        let all: Vec<usize> = (0..rows.len()).collect();
        let grouping = rule.scope.grouping(&estate, &all, day(0));
        let judged = judge_groups(&profile, rule, &columns, &grouping);
        let found = judged.groups[0].timeline.at(day(at));

        let computers: Vec<&Row> = rows.iter().filter(|row| row.0 != "monitor").collect();
        let young: Vec<Option<bool>> = computers
            .iter()
            .filter(|row| at <= row.2.unwrap() + 300)
            .map(|row| row.1)
            .collect();
        let open = young.iter().filter(|own| own.is_none()).count();
        let sure = young.iter().filter(|own| **own == Some(true)).count();
        let mut words: Vec<&str> = (0..=open)
            .map(|more| plain(sure + more, computers.len(), at_least, at_most))
            .collect();
        words.dedup();
        match (words.as_slice(), found) {
            // Both bounds together may fail at every completion though neither does alone.
            (["fail"], Outcome::Unknown { .. }) if at_most.is_some() => {}
            ([one], found) => prop_assert_eq!(found.word(), *one),
            (_, found) => {
                let sound = matches!(found, Outcome::Unknown { .. });
                prop_assert!(sound, "{:?} {}", words, found);
            }
        }
    }
}
