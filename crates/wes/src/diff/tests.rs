use std::collections::BTreeMap;

use diagnostic::Source;
use inventory::{Asset, ClassCatalogue, Columns, Evidence, Fact, Field};
use proptest::prelude::*;

use super::*;
use crate::judge;
use crate::shipped::Shipped;

fn profile(body: &str) -> Compiled {
    let text = format!(
        "[profile]\nid = \"p\"\nversion = \"1.0.0\"\nowner = \"t\"\nlanguage = 1\n[life]\nlaptop = 4\n{body}"
    );
    let (profile, problems) =
        Compiled::load(&Source::new("p.toml", text), &Shipped, &ClassCatalogue::shipped());
    profile.unwrap_or_else(|| panic!("{problems:?}"))
}

fn memory(threshold: u32, classes: &str) -> String {
    format!(
        "[rule.memory]\napplies_to = [{classes}]\nfield = \"ram_gib\"\nat_least = {threshold}\n"
    )
}

#[test]
fn a_change_is_told_with_its_direction() {
    let told = |before: &str, after: &str| -> Vec<String> {
        let changes = diff(&profile(before), &profile(after));
        let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        changes
            .iter()
            .map(|own| {
                let (before, after) = (word(&own.before), word(&own.after));
                format!("{} {}: {before} > {after} ({})", own.part, own.key, own.direction)
            })
            .collect()
    };
    let base = memory(8, "\"laptop\"");
    assert_eq!(told(&base, &base), Vec::<String>::new());
    assert_eq!(
        told(&base, &memory(16, "\"laptop\"")),
        ["rule memory minimum: ram_gib at least 8 GiB > ram_gib at least 16 GiB (tighter)"]
    );
    assert_eq!(
        told(&base, &memory(4, "\"laptop\"")),
        ["rule memory minimum: ram_gib at least 8 GiB > ram_gib at least 4 GiB (looser)"]
    );
    assert_eq!(
        told(&base, &memory(8, "\"laptop\", \"desktop\"")),
        ["rule memory applies_to: laptop > desktop, laptop (tighter)"]
    );
    let uefi = "[rule.uefi]\napplies_to = [\"laptop\"]\nfield = \"uefi\"\nequals = true\n";
    assert_eq!(
        told(&base, &(base.clone() + uefi))[0],
        "rule uefi minimum: - > uefi is true (tighter)"
            .replace("is true", "true")
            .replace("uefi true", &requirement(uefi))
    );
    let weighted = base.clone() + "weight = 9\n";
    assert_eq!(told(&base, &weighted), ["rule memory weight: 1 > 9 (words)"]);
    let dated = base.clone() + "from = 2027-01-01\n";
    assert_eq!(told(&base, &dated), ["rule memory from.minimum: - > 2027-01-01 (looser)"]);
}

/// How a rule's minimum is printed.
fn requirement(body: &str) -> String {
    let profile = profile(body);
    let rule = &profile.rules()[0];
    rule.requirement(Tier::Minimum, &rule.classes()[0], NaiveDate::MAX).unwrap()
}

proptest! {
    /// The flips are the differences of the two verdicts, device by device; nothing flips where nothing is changed.
    #[test]
    fn flips_are_the_differences(
        rams in prop::collection::vec(prop::option::of(1_u32..20), 1..20),
        before in 1_u32..20, after in 1_u32..20,
    ) {
        let classes = ClassCatalogue::shipped();
        let evidence = Evidence { source: "t".into(), row: 1, seen_on: None };
        let assets: Vec<Asset> = rams
            .iter()
            .map(|ram| {
                let facts: BTreeMap<Field, Fact> = ram
                    .iter()
                    .map(|ram| {
                        let value = Field::RamGib.kind().parse(&ram.to_string()).unwrap();
                        (Field::RamGib, Fact { value, evidence: evidence.clone() })
                    })
                    .collect();
                Asset { tag: None, serial: None, class: classes.parse("laptop").unwrap(), facts }
            })
            .collect();
        let columns = Columns::from_assets(&assets);
        let (old, new) = (profile(&memory(before, "\"laptop\"")), profile(&memory(after, "\"laptop\"")));
        let (was, is) = (judge(&old, &columns, None), judge(&new, &columns, None));
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let all: Vec<usize> = (0..rams.len()).collect();
        let found: Vec<usize> =
            flips((&old, &was), (&new, &is), &all, (day, day)).iter().map(|flip| flip.device).collect();
        let wanted: Vec<usize> = all
            .iter()
            .copied()
            .filter(|device| rams[*device].is_some_and(|ram| (ram >= before) != (ram >= after)))
            .collect();
        prop_assert_eq!(found, wanted);
    }
}
