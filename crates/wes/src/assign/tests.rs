use std::collections::BTreeMap;

use inventory::{Asset, Class, ClassCatalogue, Columns, Evidence, Fact, OrgKind, Value};

use super::*;
use crate::shipped::Shipped;
use crate::{Compiled, Effective, Layer, ProfileVersion, judge};

/// Laptops with 8 GiB, one a site; each site belongs to one ICB and uses one system.
struct Sites(Vec<(Value, &'static str, Option<&'static str>)>);

impl Subjects for Sites {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn names(&self, _: usize) -> [Option<&str>; 2] {
        [None, None]
    }

    fn class(&self, _: usize) -> Option<&Class> {
        None
    }

    fn value(&self, field: Field, device: usize) -> Option<&Value> {
        self.0.get(device).filter(|_| field == Field::Site).map(|own| &own.0)
    }

    fn organisation(&self, kind: OrgKind, device: usize, _: NaiveDate) -> Option<String> {
        self.0.get(device).filter(|_| kind == OrgKind::Icb).map(|own| own.1.to_owned())
    }

    fn clinical_system(&self, device: usize, _: NaiveDate) -> Option<String> {
        self.0.get(device)?.2.map(str::to_owned)
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn site(code: &str) -> Value {
    Field::Site.kind().parse(code).unwrap()
}

fn profile(id: &str, memory: u32) -> Compiled {
    let text = format!(
        "[profile]\nid = \"{id}\"\nversion = \"1.0.0\"\nowner = \"t\"\nlanguage = 1\n\
         [rule.memory]\napplies_to = [\"laptop\"]\nfield = \"ram_gib\"\nat_least = {memory}\n\
         [rule.uefi]\napplies_to = [\"laptop\"]\nfield = \"uefi\"\nequals = true\n"
    );
    let source = Source::new(format!("{id}.toml"), text);
    Compiled::load(&source, &Shipped, &ClassCatalogue::shipped()).0.unwrap()
}

fn columns(count: usize) -> Columns {
    let classes = ClassCatalogue::shipped();
    let evidence = Evidence { source: "t".into(), row: 1, seen_on: None };
    let value = Field::RamGib.kind().parse("8").unwrap();
    let facts = BTreeMap::from([(Field::RamGib, Fact { value, evidence })]);
    let asset = Asset { tag: None, serial: None, class: classes.parse("laptop").unwrap(), facts };
    Columns::from_assets(&vec![asset; count])
}

#[test]
fn two_local_specifications_go_on_side_by_side_until_one_ends() {
    let text = "[[assign]]\nprofile = \"north\"\nto = [\"QAA\"]\nuntil = 2027-03-31\n\
        [[assign]]\nprofile = \"south\"\nto = [\"QBB\", \"Z99003\"]\nfrom = 2026-04-01\n\
        [[assign]]\nprofile = \"south\"\nto = [\"QAA\"]\nfrom = 2027-04-01\n";
    let (assigned, problems) = Assignments::read(&Source::new("assign.toml", text));
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(assigned.profiles(), ["north", "south"]);
    let sites = Sites(vec![
        (site("Z99001"), "QAA", None),
        (site("Z99002"), "QBB", None),
        (site("Z99003"), "QAA", None),
        (site("Z99004"), "QCC", None),
    ]);
    let today = day("2026-11-20");
    let parts: Vec<Part> = [profile("north", 4), profile("south", 16)]
        .into_iter()
        .map(|profile| Part {
            judged: judge(&profile, &columns(4), None),
            windows: assigned.windows(profile.id(), &sites, today),
            profile,
        })
        .collect();
    let name = Layer {
        id: "assigned".to_owned(),
        version: ProfileVersion(1, 0, 0),
        owner: String::new(),
        title: None,
        effective: Effective::default(),
        file: "assign.toml".to_owned(),
        sha256: String::new(),
    };
    let (joined, judged) = join(&parts, name);
    let ids: Vec<&str> = joined.rules().iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["north/memory", "uefi", "south/memory"], "what is common is judged once");
    let told = |device: usize, on: &str| -> Vec<String> {
        judged.rules.iter().map(|rule| rule.at(device, day(on)).to_string()).collect()
    };
    let (none, unknown) = ("not-applicable", "unknown:uefi");
    assert_eq!(told(0, "2026-11-20"), ["pass", unknown, none]);
    assert_eq!(told(0, "2027-03-31"), ["pass", unknown, none], "the last day is included");
    assert_eq!(told(0, "2027-04-01"), [none, unknown, "fail@minimum"]);
    assert_eq!(told(1, "2026-11-20"), [none, unknown, "fail@minimum"]);
    assert_eq!(told(1, "2026-03-31"), [none, none, none]);
    assert_eq!(told(2, "2026-11-20"), ["pass", unknown, "fail@minimum"], "both apply");
    assert_eq!(told(3, "2026-11-20"), [none, none, none], "nobody judges it");
}

#[test]
fn a_clinical_system_restricts_and_an_unrecorded_one_does_not() {
    let text = "[[assign]]\nprofile = \"emis\"\nto = [\"QAA\"]\nclinical_system = [\"EMIS\"]\n";
    let (assigned, _) = Assignments::read(&Source::new("assign.toml", text));
    let sites = Sites(vec![
        (site("Z99001"), "QAA", Some("emis")),
        (site("Z99002"), "QAA", Some("tpp")),
        (site("Z99003"), "QAA", None),
    ]);
    let windows = assigned.windows("emis", &sites, day("2026-11-20"));
    assert_eq!(windows.of_device, [1, 0, 1]);
}

#[test]
fn what_is_written_reads_back_and_overlaps_are_refused() {
    let own = |profile: &str, from: &str, until: Option<&str>| Assignment {
        profile: profile.to_owned(),
        to: vec!["QAA".parse().unwrap()],
        clinical_system: vec!["emis".to_owned()],
        from: Some(day(from)),
        until: until.map(day),
    };
    let mut all = Assignments::default();
    all.add(own("a", "2026-04-01", Some("2027-03-31"))).unwrap();
    all.add(own("a", "2027-04-01", None)).unwrap();
    all.add(own("b", "2026-04-01", None)).unwrap();
    let overlap = all.add(own("a", "2027-03-31", Some("2027-04-01"))).unwrap_err();
    assert_eq!(overlap.code, codes::ASSIGN_OVERLAP);
    let backwards = all.add(own("c", "2027-03-31", Some("2027-03-30"))).unwrap_err();
    assert_eq!(backwards.code, codes::ASSIGN_DAYS);
    let (again, problems) = Assignments::read(&Source::new("a.toml", all.to_string()));
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(again, all);
    let twice = all.to_string().replace("2027-04-01", "2027-01-01");
    let (_, problems) = Assignments::read(&Source::new("a.toml", twice));
    let told: Vec<String> = problems
        .iter()
        .map(|own| format!("{} {}", own.place.as_ref().unwrap(), own.code))
        .collect();
    assert_eq!(told, ["a.toml:8:1 WES0421"]);
}
