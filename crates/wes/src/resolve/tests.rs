use std::collections::BTreeMap;

use chrono::NaiveDate;
use inventory::{Field, Value};

use super::*;
use crate::Tier;

/// Profiles and files by name.
struct Shelf(Vec<(&'static str, String)>);

impl Resolver for Shelf {
    fn profiles(&self, id: &str) -> Vec<Source> {
        let wanted = format!("id = \"{id}\"");
        let held = self.0.iter().filter(|(_, text)| text.contains(&wanted));
        held.map(|(name, text)| Source::new(*name, text.as_str())).collect()
    }

    fn file(&self, name: &str, _: &Source) -> Option<Source> {
        self.0
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(own, text)| Source::new(*own, text.as_str()))
    }
}

fn profile(id: &str, version: &str, extends: &str, body: &str) -> String {
    format!(
        "[profile]\nid = \"{id}\"\nversion = \"{version}\"\nowner = \"{id}\"\nlanguage = 1\nextends = [{extends}]\n{body}"
    )
}

fn rule(body: &str) -> String {
    format!(
        "[rule.memory]\napplies_to = [\"desktop\", \"laptop\"]\n{body}\nwhy = \"w\"\nsource = {{ document = \"d\" }}\n"
    )
}

/// Loads the first profile of the shelf; problems as `place code`.
fn load(files: Vec<(&'static str, String)>) -> (Option<Compiled>, Vec<String>) {
    let root = Source::new(files[0].0, files[0].1.as_str());
    let (compiled, problems) = super::load(&root, &Shelf(files), &ClassCatalogue::shipped());
    let told = problems
        .iter()
        .map(|problem| {
            let place = problem.place.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{place} {} {}", problem.code, problem.message)
        })
        .collect();
    (compiled, told)
}

/// The verdict of the rule `memory` on a laptop with so much memory.
fn verdict(profile: &Compiled, gib: &str, day: &str) -> String {
    let class = ClassCatalogue::shipped().parse("laptop").unwrap();
    let facts: BTreeMap<Field, Value> =
        [(Field::RamGib, Field::RamGib.kind().parse(gib).unwrap())].into_iter().collect();
    let day: NaiveDate = day.parse().unwrap();
    let (position, _) = profile.rule("memory").unwrap();
    profile.judge_device(&class, &facts)[position].at(day).to_string()
}

const EIGHT: &str = "field = \"ram_gib\"\nat_least = { minimum = 8, recommended = 16 }";

#[test]
fn a_child_tightens_one_tier_and_keeps_the_others() {
    let (local, problems) = load(vec![
        (
            "local.toml",
            profile("local", "1.0.0", "\"national@^1\"", "[rule.memory]\nat_least.minimum = 12\n"),
        ),
        ("national.toml", profile("national", "1.2.0", "", &rule(EIGHT))),
    ]);
    assert_eq!(problems, [""; 0]);
    let local = local.unwrap();
    assert_eq!(verdict(&local, "8", "2026-11-20"), "fail@minimum");
    assert_eq!(verdict(&local, "12", "2026-11-20"), "fail@recommended");
    let touches: Vec<String> = local
        .rule("memory")
        .unwrap()
        .1
        .history
        .iter()
        .map(|touch| {
            format!("{} {} = {} at {}", touch.layer, touch.key, touch.written, touch.place)
        })
        .collect();
    assert!(
        touches.contains(&"local 1.0.0 at_least.minimum = 12 at local.toml:8:20".to_owned()),
        "{touches:#?}"
    );
    assert!(touches.iter().any(|touch| touch.starts_with("national 1.2.0 at_least.minimum = 8")));
}

#[test]
fn each_way_of_weakening_is_refused() {
    let weaker = [
        "at_least.minimum = 4",
        "at_least.recommended = 12",
        "applies_to = [\"laptop\"]",
        "from = 2030-01-01",
        "field = \"ram_visible_gib\"",
        "one_of = [8, 16]",
        "on_missing = \"unknown\"",
        "when = { field = \"role\", equals = \"clinical\" }",
        "any = [{ field = \"ram_gib\", at_least = 16 }, { field = \"uefi\", equals = true }]",
    ];
    for change in weaker {
        let national = rule(&format!("{EIGHT}\non_missing = \"fail\""));
        let (local, problems) = load(vec![
            (
                "local.toml",
                profile("local", "1.0.0", "\"national\"", &format!("[rule.memory]\n{change}\n")),
            ),
            ("national.toml", profile("national", "1.0.0", "", &national)),
        ]);
        assert!(local.is_none(), "{change}");
        assert!(
            problems.iter().any(|problem| problem.contains("WES0213")),
            "{change}: {problems:?}"
        );
    }
    let stricter = [
        "at_least = { minimum = 8, recommended = 16, target = 32 }",
        "applies_to = [\"desktop\", \"laptop\"]\nat_least.minimum = 16",
        "severity = \"low\"",
        "all = [{ field = \"ram_gib\", at_least = 16 }, { field = \"uefi\", equals = true }]",
    ];
    for change in stricter {
        let (local, problems) = load(vec![
            (
                "local.toml",
                profile("local", "1.0.0", "\"national\"", &format!("[rule.memory]\n{change}\n")),
            ),
            ("national.toml", profile("national", "1.0.0", "", &rule(EIGHT))),
        ]);
        assert!(local.is_some(), "{change}: {problems:?}");
    }
}

#[test]
fn an_approved_relaxation_ends_and_the_parent_is_back() {
    let relax = |to: &str| {
        format!(
            "[rule.memory]\nrelax = {{ to = {to}, reason = \"r\", approved_by = \"a\", until = 2027-03-31 }}\n"
        )
    };
    for (to, until_then) in [("4", "fail@recommended"), ("\"off\"", "not-applicable")] {
        let (local, problems) = load(vec![
            ("local.toml", profile("local", "1.0.0", "\"national\"", &relax(to))),
            ("national.toml", profile("national", "1.0.0", "", &rule(EIGHT))),
        ]);
        assert_eq!(problems, [""; 0]);
        let local = local.unwrap();
        assert_eq!(verdict(&local, "4", "2027-03-31"), until_then, "{to}");
        assert_eq!(verdict(&local, "4", "2027-04-01"), "fail@minimum", "{to}");
        assert_eq!(local.rule("memory").unwrap().1.relaxation.as_ref().unwrap().approved_by, "a");
    }
}

#[test]
fn a_longer_life_needs_approval_and_ends_with_it() {
    let age = "[life]\nlaptop = 4\ndesktop = 5\n".to_owned()
        + &rule("field = \"purchase_date\"\nage_at_most = \"life\"");
    let with = |life: &str| {
        load(vec![
            ("local.toml", profile("local", "1.0.0", "\"national\"", &format!("[life]\n{life}\n"))),
            ("national.toml", profile("national", "1.0.0", "", &age)),
        ])
    };
    assert!(with("laptop = 6").1[0].contains("WES0213"));
    let (local, problems) =
        with("laptop = 6\nrelax = { reason = \"r\", approved_by = \"a\", until = 2027-03-31 }");
    assert_eq!(problems, [""; 0]);
    let local = local.unwrap();
    let class = ClassCatalogue::shipped().parse("laptop").unwrap();
    let bought: NaiveDate = "2022-06-01".parse().unwrap();
    let facts: BTreeMap<Field, Value> =
        [(Field::PurchaseDate, Value::Date(bought))].into_iter().collect();
    let timeline = &local.judge_device(&class, &facts)[0];
    assert!(timeline.at("2027-03-31".parse().unwrap()).meets(Tier::Minimum));
    assert!(timeline.at("2027-04-01".parse().unwrap()).fails(Tier::Minimum));
    let shorter = with("laptop = 3").0.unwrap();
    let timeline = &shorter.judge_device(&class, &facts)[0];
    assert!(timeline.at("2025-06-02".parse().unwrap()).fails(Tier::Minimum));
}

#[test]
fn a_diamond_of_one_grandparent_is_no_conflict() {
    let (local, problems) = load(vec![
        ("local.toml", profile("local", "1.0.0", "\"north\", \"south\"", "")),
        (
            "north.toml",
            profile("north", "1.0.0", "\"national@^1\"", "[rule.memory]\nat_least.minimum = 12\n"),
        ),
        ("south.toml", profile("south", "1.0.0", "\"national@>=1\"", "")),
        ("national.toml", profile("national", "1.0.0", "", &rule(EIGHT))),
    ]);
    assert_eq!(problems, [""; 0]);
    let local = local.unwrap();
    assert_eq!(verdict(&local, "8", "2026-11-20"), "fail@minimum", "the changed rule wins");
    let order: Vec<&str> = local.layers().iter().map(|layer| layer.id.as_str()).collect();
    assert_eq!(order, ["national", "north", "south", "local"]);
}

#[test]
fn parents_that_disagree_are_settled_by_the_child_alone() {
    let parents = |own: &str| {
        load(vec![
            ("local.toml", profile("local", "1.0.0", "\"north\", \"south\"", own)),
            ("north.toml", profile("north", "1.0.0", "", &rule(EIGHT))),
            (
                "south.toml",
                profile("south", "1.0.0", "", &rule("field = \"ram_gib\"\nat_least = 12")),
            ),
        ])
    };
    let (_, problems) = parents("");
    assert!(problems[0].contains("WES0204"), "{problems:?}");
    let own = "[rule.memory]\nfield = \"ram_gib\"\nat_least = { minimum = 12, recommended = 16 }\n";
    let (local, problems) = parents(own);
    assert_eq!(problems, [""; 0]);
    assert_eq!(verdict(&local.unwrap(), "8", "2026-11-20"), "fail@minimum");
    let (_, problems) = parents(&own.replace("12", "10"));
    assert!(problems[0].contains("WES0213"), "weaker than one parent: {problems:?}");
}

#[test]
fn a_circle_is_told_with_its_path() {
    let (_, problems) = load(vec![
        ("a.toml", profile("a", "1.0.0", "\"b\"", "")),
        ("b.toml", profile("b", "1.0.0", "\"c\"", "")),
        ("c.toml", profile("c", "1.0.0", "\"b\"", "")),
    ]);
    assert!(
        problems.iter().any(|problem| problem.contains("WES0203")
            && (problem.contains("b 1.0.0 -> c 1.0.0 -> b 1.0.0")
                || problem.contains("c 1.0.0 -> b 1.0.0 -> c 1.0.0"))),
        "{problems:?}"
    );
}

#[test]
fn the_highest_fitting_version_is_taken() {
    let files = |range: &str| {
        vec![
            ("local.toml", profile("local", "1.0.0", &format!("\"national@{range}\""), "")),
            ("n1.toml", profile("national", "1.4.0", "", &rule(EIGHT))),
            ("n2.toml", profile("national", "1.10.0", "", &rule(EIGHT))),
            ("n3.toml", profile("national", "2.0.0", "", &rule(EIGHT))),
        ]
    };
    let version = |range: &str| load(files(range)).0.unwrap().layers()[0].version.to_string();
    assert_eq!(version("^1"), "1.10.0");
    assert_eq!(version("~1.4"), "1.4.0");
    assert_eq!(version("*"), "2.0.0");
    assert!(
        load(files("^3")).1[0].contains("versions found: 1.4.0, 1.10.0, 2.0.0")
            || load(files("^3")).1[0].contains("WES0202")
    );
}

#[test]
fn every_problem_of_a_file_is_told_at_once() {
    let text = "[profile]\nid = \"Local WES\"\nversion = \"1\"\nowner = \"o\"\nlanguage = 3\neffective = { from = 2027-01-01, until = 2026-01-01 }\n\
                [rule.memory]\napplies_to = [\"labtop\"]\nfield = \"ram_gb\"\nat_leats = 8\nweight = 0\n\
                [rule.disk]\napplies_to = [\"monitor\"]\nfield = \"disk_gb\"\nat_least = \"big\"\n";
    let (_, problems) = load(vec![("bad.toml", text.to_owned())]);
    let found: Vec<&str> =
        problems.iter().filter_map(|problem| problem.split(' ').nth(1)).collect();
    for code in ["WES0105", "WES0112", "WES0116", "WES0107", "WES0101"] {
        assert!(found.contains(&code), "{code}: {problems:#?}");
    }
    let mended = text
        .replace("Local WES", "local")
        .replace("\"1\"", "\"1.0.0\"")
        .replace("language = 3", "language = 1");
    let (_, problems) = load(vec![("bad.toml", mended)]);
    for code in ["WES0106", "WES0108", "WES0110"] {
        assert!(problems.iter().any(|problem| problem.contains(code)), "{code}: {problems:#?}");
    }
}
