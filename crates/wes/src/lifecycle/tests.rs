use std::collections::BTreeMap;

use super::*;

const FIELDS: [Field; 3] = [Field::Os, Field::OsBuild, Field::OsEdition];

fn table(rows: &str) -> Lifecycle {
    let text = Source::new("t.csv", format!("os,build,edition,support_ends\n{rows}"));
    let declared = Declared {
        name: "windows".to_owned(),
        file: "t.csv".to_owned(),
        key: ["os", "build", "edition"].map(str::to_owned).to_vec(),
        ends: None,
        sha256: None,
        list_date: "2026-08-22".parse().ok(),
        warn_if_older_than: None,
        normalise: crate::list::Normalise::Plain,
        place: text.whole(),
    };
    let mut problems = Vec::new();
    let table = Lifecycle::read(declared, &text, &mut problems).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    table
}

fn device(os: &str, build: &str, edition: &str) -> BTreeMap<Field, Value> {
    FIELDS
        .into_iter()
        .zip([os, build, edition])
        .filter(|(_, text)| !text.is_empty())
        .map(|(field, text)| (field, field.kind().parse(text).unwrap()))
        .collect()
}

fn ends(table: &Lifecycle, os: &str, build: &str, edition: &str) -> String {
    match table.end_of_support(&FIELDS, &device(os, build, edition)) {
        Ok(SupportEnd::On(date)) => date.to_string(),
        Ok(SupportEnd::NoneAnnounced) => "none".to_owned(),
        Ok(SupportEnd::EndedBy(date, _)) => format!("by {date}"),
        Err(facts) => format!("unknown:{facts}"),
    }
}

#[test]
fn the_edition_decides_unless_one_row_stands_for_all() {
    let table = table(
        "windows-11,26100,home-pro,2026-10-13\n\
         windows-11,26100,enterprise-education,2027-10-12\n\
         windows-10,19045,all,2025-10-14\n\
         windows-10,10240,enterprise-ltsc,2025-10-14\n\
         windows-10,10240,all,2017-05-09\n",
    );
    assert_eq!(ends(&table, "windows-11", "26100.2314", "home-pro"), "2026-10-13");
    assert_eq!(ends(&table, "windows-11", "26100", "enterprise-education"), "2027-10-12");
    assert_eq!(ends(&table, "windows-11", "26100", ""), "unknown:os_edition");
    assert_eq!(ends(&table, "windows-11", "26100", "enterprise-ltsc"), "unknown:os_edition");
    assert_eq!(ends(&table, "windows-10", "19045", ""), "2025-10-14");
    assert_eq!(ends(&table, "windows-10", "19045", "home-pro"), "2025-10-14");
    assert_eq!(ends(&table, "windows-10", "10240", "enterprise-ltsc"), "2025-10-14");
    assert_eq!(ends(&table, "windows-10", "10240", "home-pro"), "2017-05-09");
    assert_eq!(ends(&table, "windows-11", "2610", "home-pro"), "unknown:os_build");
    assert_eq!(ends(&table, "windows-11", "", "home-pro"), "unknown:os_build");
    assert_eq!(ends(&table, "macos", "23", ""), "unknown:os");
    assert_eq!(ends(&table, "", "", ""), "unknown:os,os_build");
}

#[test]
fn dates_are_tagged_values() {
    let table = table(
        "a,1,all,false\n\
         a,2,all,True\n\
         a,3,all,\n",
    );
    assert_eq!(ends(&table, "a", "1", ""), "none");
    assert_eq!(ends(&table, "a", "2", ""), "by 2026-08-22");
    assert_eq!(ends(&table, "a", "3", ""), "unknown:os,os_edition,os_build");
}
