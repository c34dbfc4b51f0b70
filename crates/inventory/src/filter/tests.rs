use proptest::prelude::*;

use super::Filter;
use crate::import::{Input, Options, run};
use crate::store::{MemoryStore, Register, Store as _};
use crate::vocabulary::ClassCatalogue;

const ASSETS: &str = "asset_tag,serial_number,class,manufacturer,model,ram_gib,tpm_version,uefi,warranty_end,site,purchase_cost,resolution\n\
    A,S1,laptop,Dell Inc.,Latitude 5420,8,2.0,true,2026-03-31,Z99001,612.50,1920x1080\n\
    B,,desktop,HP,EliteDesk 800,4,1.2,false,2028-03-31,Z99002,,\n\
    C,,desktop,Dell Inc.,OptiPlex 3060,,,,,,99.99,\n\
    D,,monitor,,,,,,,Z99001,,2560x1440\n";

fn register() -> Register {
    let mut store = MemoryStore::new("QZ1".parse().unwrap());
    let classes = ClassCatalogue::shipped();
    let options = Options::new(&classes, "2026-11-20T12:00:00Z");
    run(&mut store, Input { name: "a.csv".into(), reader: ASSETS.as_bytes() }, options).unwrap();
    store.register().unwrap()
}

fn parse(text: &str) -> Result<Filter, String> {
    Filter::parse("--where", text, &ClassCatalogue::shipped()).map_err(|problem| {
        format!(
            "{} {} {} ({})",
            problem.code,
            problem.place.as_ref().unwrap(),
            problem.message,
            problem.help.as_deref().unwrap()
        )
    })
}

#[test]
fn comparisons_find_what_they_say() {
    let register = register();
    let find = |text: &str| -> String {
        let found = parse(text).unwrap().select(&register);
        found.into_iter().map(|device| register.label(device)).collect()
    };
    let cases = [
        ("ram_gib < 8", "B"),
        ("ram_gib <= 8", "AB"),
        ("not ram_gib < 8", "A"),
        ("ram_gib is unknown", "CD"),
        ("ram_gib is not unknown", "AB"),
        ("class = desktop and not (model contains \"optiplex\")", "B"),
        ("class in (laptop, monitor)", "AD"),
        ("class not in (laptop, monitor)", "BC"),
        ("manufacturer = 'dell inc.'", "AC"),
        ("manufacturer != \"Dell Inc.\"", "B"),
        ("tpm_version >= 2", "A"),
        ("uefi = Y or uefi = no", "AB"),
        ("warranty_end < 2027-04-01", "A"),
        ("purchase_cost > 100", "A"),
        ("site = z99001 and class = monitor", "D"),
        ("asset_tag = b", "B"),
        ("serial_number = S1 OR asset_tag in (C, D)", "ACD"),
        ("res_w >= 2560", "D"),
        ("hello_ir is unknown and class = laptop", "A"),
        ("class = laptop or class = desktop and ram_gib = 4", "AB"),
    ];
    for (text, expected) in cases {
        assert_eq!(find(text), expected, "{text}");
    }
}

#[test]
fn every_problem_has_its_position_and_help() {
    let problem = |text: &str| parse(text).unwrap_err();
    let all: Vec<String> = [
        "ram_gb < 8",
        "ram_gib < lots",
        "class = dekstop",
        "class < laptop",
        "resolution > 1920x1080",
        "ram_gib contains 8",
        "class = laptop and",
        "(class = laptop",
        "class laptop",
        "notes = \"open",
        "class in laptop",
        "",
        "class = laptop class = desktop",
    ]
    .iter()
    .map(|text| problem(text))
    .collect();
    insta::assert_snapshot!(all.join("\n"));
    assert!(parse(&"(".repeat(5_000)).is_err());
    assert!(parse(&"not ".repeat(5_000)).is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "(class|ram_gib|and|or|not|in|is|unknown|[()<>=!\"', a8])( ?)(class|=|<|\\PC){0,6}") {
        if let Ok(filter) = parse(&text) {
            prop_assert_eq!(filter.holds(&register()).len(), 4);
        }
    }
}
