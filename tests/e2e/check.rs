//! `refit check`, `refit wes` and `refit explain` on a small estate whose verdicts are worked out by hand.

use serde_json::Value;

use crate::runner::{Estate, Outcome};

const DAY: &str = "2026-11-20";

const ASSETS: &str = "\
asset_tag,class,site,status,purchase_date,os,os_edition,os_build,ram_gib,disk_gb,disk_type,cpu,cores,tpm_version,tpm_state,uefi,secure_boot,secure_boot_capable,secure_boot_2023_ca,resolution
GOOD,desktop,A81001,deployed,2024-06-01,windows-11,enterprise-education,26100.2314,16,512,nvme,11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz,4,2.0,on,true,true,true,true,
OLD,desktop,A81001,deployed,2016-02-01,windows-10,home-pro,19045,4,256,hdd,Intel(R) Core(TM) i5-4590 CPU @ 3.30GHz,4,1.2,on,false,false,false,false,
ODD,desktop,A81002,deployed,2024-06-01,windows-11,,26100,8,256,ssd,Genuine Intel(R) CPU 0000 @ 2.60GHz,4,2.0,off,true,false,true,,
SMALL,monitor,A81002,deployed,2024-06-01,,,,,,,,,,,,,,,1280x1024
GONE,desktop,A81002,disposed,2010-01-01,,,,,,,,,,,,,,,
";

fn estate() -> Estate {
    let estate = Estate::new();
    estate.write("assets.csv", ASSETS);
    estate.run(["import", "assets.csv", "--as-of", DAY, "-q"]).ok();
    estate
}

fn check(estate: &Estate, more: &[&str]) -> Outcome {
    estate.run(["check", "--as-of", DAY].iter().chain(more))
}

fn row<'v>(report: &'v Value, asset: &str, rule: &str) -> Option<&'v Value> {
    let rows = report["devices"].as_array().expect("devices");
    rows.iter().find(|row| row["asset"] == asset && row["rule"] == rule)
}

#[test]
fn verdicts_are_those_worked_out_by_hand() {
    let estate = estate();
    let report = check(&estate, &["--json", "--fail-on", "never"]).ok().json();
    assert_eq!(report["schema"], "refit.check/1");
    assert_eq!(report["as_of"], DAY);
    let wanted = [
        ("GOOD", "win11_processor", "pass", Value::Null),
        ("GOOD", "os_in_support", "pass", "2027-10-12".into()),
        ("OLD", "win11_processor", "fail", Value::Null),
        ("OLD", "win11_tpm", "fail", Value::Null),
        ("OLD", "win11_uefi", "fail", Value::Null),
        ("OLD", "os_in_support", "fail", Value::Null),
        ("OLD", "memory", "fail", Value::Null),
        ("ODD", "win11_processor", "unknown", Value::Null),
        ("ODD", "os_in_support", "unknown", Value::Null),
        ("ODD", "win11_tpm", "pass", Value::Null),
        ("ODD", "win11_tpm_on", "fail", Value::Null),
        ("ODD", "win11_secure_boot", "pass", Value::Null),
        ("SMALL", "monitor_resolution", "fail", Value::Null),
    ];
    for (asset, rule, verdict, until) in wanted {
        let row = row(&report, asset, rule).unwrap_or_else(|| panic!("{asset} {rule}"));
        assert_eq!(row["verdict"], verdict, "{row}");
        assert_eq!(row["compliant_until"], until, "{row}");
    }
    assert!(row(&report, "SMALL", "memory").is_none(), "a rule that does not apply has no entry");
    assert!(row(&report, "GONE", "age").is_none(), "a device that has left is not checked");
    let tpm = row(&report, "OLD", "win11_tpm").expect("a row");
    assert_eq!(
        (&tpm["tier"], &tpm["reason"]),
        (&"minimum".into(), &"tpm_version 1.2, required at least 2.0".into())
    );
    assert_eq!(tpm["evidence"][0]["source"], "assets.csv");
    assert_eq!(tpm["evidence"][0]["row"], 3);
    let unknown = row(&report, "ODD", "os_in_support").expect("a row");
    assert!(
        unknown["reason"]
            .as_str()
            .is_some_and(|reason| reason.starts_with("os_edition is not recorded")),
        "{unknown}"
    );
    assert_eq!(report["counts"]["win11_processor"]["pass"], 1);
    assert_eq!(report["counts"]["win11_processor"]["not-applicable"], 1);
    assert_eq!(report["summary"]["devices"], 4);
    assert_eq!(report["summary"]["fail_minimum"], 2);
}

#[test]
fn the_exit_code_follows_fail_on() {
    let estate = estate();
    let about =
        |filter: &str, level: &str| check(&estate, &["--where", filter, "--fail-on", level]).code;
    assert_eq!(about("asset_tag = OLD", "minimum"), 1);
    assert_eq!(about("asset_tag = GOOD", "unknown"), 0);
    assert_eq!(about("asset_tag = GOOD", "recommended"), 0);
    assert_eq!(about("asset_tag = ODD", "minimum"), 0);
    assert_eq!(about("asset_tag = ODD", "recommended"), 1);
    assert_eq!(about("asset_tag = ODD", "unknown"), 1);
    assert_eq!(about("asset_tag = OLD", "never"), 0);
    let later = ["check", "--as-of", "2027-10-13", "--where", "asset_tag = GOOD"];
    estate.run(later).code(1);
}

#[test]
fn every_form_and_any_number_of_threads_say_the_same() {
    let estate = estate();
    let json = check(&estate, &["--json", "--fail-on", "never", "-j", "1"]).ok();
    let two = check(&estate, &["--json", "--fail-on", "never", "-j", "2"]).ok();
    assert_eq!(json.stdout, two.stdout);
    let lines = check(&estate, &["--format", "ndjson", "--fail-on", "never"]).ok().stdout;
    let rows: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(Value::from(rows), json.json()["devices"]);
    let csv = check(&estate, &["--format", "csv", "--only", "fail", "--fail-on", "never"]).ok();
    let failing = json.json()["devices"]
        .as_array()
        .map_or(0, |rows| rows.iter().filter(|row| row["verdict"] == "fail").count());
    assert_eq!(csv.stdout.lines().count(), failing + 1);
    let groups =
        check(&estate, &["--group-by", "class", "--json", "--fail-on", "never"]).ok().json();
    assert_eq!(groups["groups"][0]["group"], "desktop");
    assert_eq!(groups["groups"][0]["devices"], 3);
}

#[test]
fn a_local_profile_judges_and_explains() {
    let estate = estate();
    estate.write(
        "local.toml",
        "[profile]\nid = \"local\"\nversion = \"1.0.0\"\nowner = \"Example ICB\"\nlanguage = 1\n\
         extends = [\"example-icb-local-wes@^1\"]\n\n[rule.memory]\nat_least.minimum = 16\n",
    );
    estate.run(["wes", "lint", "local.toml"]).ok();
    let report =
        check(&estate, &["--wes", "local.toml", "--json", "--fail-on", "never"]).ok().json();
    let memory = row(&report, "ODD", "memory").expect("a row");
    assert_eq!((&memory["verdict"], &memory["tier"]), (&"fail".into(), &"minimum".into()));
    let said =
        estate.run(["explain", "asset:ODD", "--wes", "local.toml", "--as-of", DAY]).ok().stdout;
    for words in [
        "memory: fail at minimum",
        "ram_gib 8 GiB [assets.csv:4] - at least 16 GiB: not met, -8 GiB",
        "set by      local 1.0.0, local.toml:9:20",
        "cpu Genuine Intel(R) CPU 0000 @ 2.60GHz",
        "record os_edition",
        "configure with tpm-on",
    ] {
        assert!(said.contains(words), "`{words}` is missing in\n{said}");
    }
    let rule = estate.run(["explain", "memory", "--wes", "local.toml"]).ok().stdout;
    assert!(rule.contains("set by    example-icb-local-wes 1.0.0: at_least.minimum = 8"), "{rule}");
    assert!(
        rule.contains("set by    local 1.0.0: at_least.minimum = 16 (local.toml:9:20)"),
        "{rule}"
    );
    assert!(estate.run(["explain", "at_least"]).ok().stdout.starts_with("# `at_least`"));
    let history =
        ["wes", "resolve", "local.toml", "--explain", "memory.at_least", "--format", "csv"];
    assert_eq!(estate.run(history).ok().stdout.lines().count(), 4);
    estate.run(["wes", "test"]).ok();
}
