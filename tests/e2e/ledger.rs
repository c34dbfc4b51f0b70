//! The ledger from outside: proofs without the estate, both axes of time, imports taken back, copies restored.

use std::fs;

use crate::runner::Estate;

const ORGANISATIONS: &str = "ods_code,name,kind\nQZ1,One ICB,icb\nZ99001,First Surgery,practice\n";

/// An estate of two imports of devices, in January and in June.
fn estate() -> Estate {
    let estate = Estate::new();
    estate.write("orgs.csv", ORGANISATIONS);
    estate.write(
        "january.csv",
        "asset_tag,serial_number,class,site,ram_gib\nT1,S1,desktop,Z99001,8\n",
    );
    estate.write("june.csv", "asset_tag,class,ram_gib,notes\nT1,,16,\nT2,laptop,16,new\n");
    estate.line("import orgs.csv").ok();
    estate
        .line("import january.csv --as-of 2026-01-31 --source finance --actor anna --reason yearly")
        .ok();
    estate.line("import june.csv --as-of 2026-06-30 --source scan --command-id june").ok();
    estate
}

fn count(estate: &Estate, more: &str) -> String {
    estate.line(&format!("assets count {more}")).ok().stdout.trim().to_owned()
}

#[test]
fn proofs_are_checked_without_the_estate() {
    let estate = estate();
    estate.line("audit verify").ok();
    estate.line("audit key estate.key --name refit.example/QZ1").ok();
    estate.line("audit key estate.key --name refit.example/QZ1").code(2);
    estate.line("audit checkpoint --key estate.key -o old.checkpoint").ok();
    estate.write("later.csv", "asset_tag,notes\nT1,later\n");
    estate.line("import later.csv").ok();
    estate.line("audit checkpoint --key estate.key -o new.checkpoint").ok();
    estate.line("audit verify --checkpoint old.checkpoint --checkpoint new.checkpoint --key estate.key.pub").ok();
    let log = estate.line("audit log --json").ok().json();
    let size = log["events"].as_u64().expect("a size");
    let signed: u64 =
        estate.read("new.checkpoint").lines().nth(1).expect("a size").parse().expect("a number");
    assert!(signed < size, "the checkpoint itself is in the ledger");
    estate.line(&format!("audit prove 3 --size {signed} -o event.proof")).ok();
    estate
        .line(&format!("audit prove --since old.checkpoint --size {signed} -o growth.proof"))
        .ok();

    let elsewhere = Estate::new();
    for file in
        ["new.checkpoint", "old.checkpoint", "event.proof", "growth.proof", "estate.key.pub"]
    {
        elsewhere.write(file, estate.read(file));
    }
    let check = |proof: &str| {
        format!("audit verify --proof {proof} --checkpoint new.checkpoint --key estate.key.pub")
    };
    elsewhere.line(&check("event.proof")).ok();
    elsewhere.line(&format!("{} --checkpoint old.checkpoint", check("growth.proof"))).ok();
    let forged = elsewhere.read("event.proof").replace("index 3", "index 4");
    elsewhere.write("forged.proof", forged);
    elsewhere.line(&check("forged.proof")).code(1);
    let other = elsewhere.read("new.checkpoint").replacen(
        &format!("\n{signed}\n"),
        &format!("\n{}\n", signed + 1),
        1,
    );
    elsewhere.write("new.checkpoint", other);
    elsewhere.line(&check("event.proof")).code(1);
}

#[test]
fn both_axes_of_time_are_answered_by_every_reading_command() {
    let estate = estate();
    assert_eq!(count(&estate, ""), "2");
    assert_eq!(count(&estate, "--as-of 2026-03-31"), "1");
    assert_eq!(count(&estate, "--as-of 2026-07-01"), "2");
    assert_eq!(count(&estate, "--recorded-by 2001-01-01"), "0");
    let ram = |more: &str| {
        let shown = estate.line(&format!("assets show T1 --json {more}")).ok().json();
        let facts = shown["facts"].as_array().expect("facts").clone();
        facts.iter().find(|fact| fact["field"] == "ram_gib").expect("memory")["value"].clone()
    };
    assert_eq!(ram(""), 16);
    assert_eq!(ram("--as-of 2026-03-31"), 8);
    let export = estate.line("export --as-of 2026-03-31").ok().stdout;
    assert_eq!(export.lines().count(), 2, "{export}");
    let checked = estate
        .line("check --as-of 2026-03-31 --json --fail-on never --where asset_tag=T2")
        .ok()
        .json();
    assert_eq!(checked["devices"].as_array().map(Vec::len), Some(0));
    let none = estate.line("orgs list --recorded-by 2001-01-01 --json").ok().json();
    assert_eq!(none["organisations"].as_array().map(Vec::len), Some(0));
    let history = estate.line("assets history T1 --json").ok().json();
    let observations = history["observations"].as_array().expect("observations");
    assert!(
        observations.iter().any(|seen| seen["field"] == "ram_gib" && seen["source"] == "finance")
    );
    assert!(observations.iter().any(|seen| seen["field"] == "ram_gib" && seen["source"] == "scan"));
}

#[test]
fn an_import_is_tried_taken_back_and_never_done_twice() {
    let estate = estate();
    let before = estate.line("export").ok().stdout;
    let again =
        estate.line("import june.csv --as-of 2026-06-30 --source scan --command-id june").ok();
    assert!(again.stderr.contains("june"), "{}", again.stderr);
    estate.write("next.csv", "asset_tag,class,ram_gib\nT1,,32\nT3,laptop,\n");
    let dry = estate.line("import next.csv --dry-run --json").ok().json();
    let changes = dry["changes"].as_array().expect("changes");
    let change = changes.iter().find(|change| change["asset"] == "T1").expect("a change");
    assert_eq!(
        (&change["field"], &change["before"], &change["after"]),
        (&"ram_gib".into(), &"16".into(), &"32".into())
    );
    assert_eq!(estate.line("export").ok().stdout, before);
    estate.line("import next.csv").ok();
    assert_ne!(estate.line("export").ok().stdout, before);
    let undone = estate.line("import undo 4 --json --reason wrong").ok().json();
    assert_eq!((&undone["changed"], &undone["removed"]), (&1.into(), &1.into()));
    assert_eq!(estate.line("export").ok().stdout, before);
    estate.line("import undo 4").code(2);
    estate.line("audit verify").ok();
}

#[test]
fn a_copy_is_restored_only_when_it_is_sound() {
    let estate = estate();
    let before = estate.line("export").ok().stdout;
    estate.line("db backup copy.db").ok();
    estate.write("more.csv", "asset_tag,class\nT9,laptop\n");
    estate.line("import more.csv").ok();
    estate.line("db restore copy.db").code(2);
    estate.line("db restore copy.db --force").ok();
    assert_eq!(estate.line("export").ok().stdout, before);
    assert_eq!(count(&estate, "--db refit.db.before-restore"), "3");
    let mut bytes = fs::read(estate.path("copy.db")).expect("the copy");
    let at = bytes.windows(2).rposition(|pair| pair == b"S1").expect("the serial number");
    bytes[at + 1] = b'7';
    fs::write(estate.path("copy.db"), bytes).expect("the copy can be written");
    estate.line("db restore copy.db --db other.db").code(2);
    assert!(!estate.path("other.db").exists());
}

#[test]
fn quality_counts_what_is_missing_stale_and_in_conflict() {
    let estate = estate();
    estate.write("finance.csv", "asset_tag,ram_gib\nT1,12\n");
    estate.write("precedence.toml", "sources = [\"scan\", \"finance\"]\n");
    estate.line("quality believe precedence.toml").ok();
    estate.line("import finance.csv --source finance").ok();
    let found = estate.line("quality --list --issue conflict --json").ok().json();
    let findings = found["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!((&findings[0]["value"], &findings[0]["other_value"]), (&"16".into(), &"12".into()));
    for by in ["field", "source", "practice", "class", "device"] {
        let table = estate.line(&format!("quality --by {by} --format csv")).ok().stdout;
        assert!(table.lines().count() > 1, "{table}");
    }
    estate.line("audit verify").ok();
}

#[test]
fn many_processes_write_and_read_one_new_estate() {
    let estate = Estate::new();
    let writers: Vec<_> = (0..6)
        .map(|number| {
            let rows: Vec<String> =
                (0..200).map(|row| format!("T{number}-{row},laptop\n")).collect();
            let rows = rows.concat();
            let file = format!("{number}.csv");
            estate.write(&file, format!("asset_tag,class\n{rows}"));
            estate.spawn(&format!("import {file} -q"))
        })
        .collect();
    for mut writer in writers {
        assert!(writer.wait().expect("a process").success());
        estate.line("assets count").ok();
    }
    assert_eq!(count(&estate, ""), "1200");
    estate.line("audit verify").ok();
}
