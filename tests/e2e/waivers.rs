//! Waivers, locks, assignments and comparisons of profiles on a small estate whose verdicts are worked out by hand.

use serde_json::Value;

use crate::runner::{Estate, Outcome};

const DAY: &str = "2026-11-20";

const ORGANISATIONS: &str = "ods_code,name,kind,parent\nZA1,Invented Board,icb,\nZB1,Other Board,icb,\n\
    Z81001,Mill Lane,practice,ZA1\nZ81002,Station Road,practice,ZB1\n";

const ASSETS: &str = "asset_tag,class,site,status,ram_gib,memory_slots_free,last_seen\n\
    A4,desktop,Z81001,deployed,4,1,2026-11-10\nA8,desktop,Z81001,deployed,8,0,2026-11-10\n\
    A0,desktop,Z81001,deployed,,,\nB4,laptop,Z81002,deployed,4,0,\nB16,laptop,Z81002,deployed,16,,\n";

fn profile(id: &str, minimum: u32) -> String {
    format!(
        "[profile]\nid = \"{id}\"\nversion = \"1.0.0\"\nowner = \"Tests\"\nlanguage = 1\n\n[rule.memory]\n\
         applies_to = [\"desktop\", \"laptop\"]\nfield = \"ram_gib\"\nat_least = {minimum}\nwhy = \"w\"\n\
         source = {{ document = \"d\" }}\n\
         remedy = {{ kind = \"upgrade\", item = \"memory-16\", when = {{ field = \"memory_slots_free\", at_least = 1 }}, else = \"replace\" }}\n"
    )
}

const WAIVERS: &str = "[[waiver]]\nid = \"W-1\"\nrules = [\"local/memory\"]\nwhere = { practice = \"Z81001\" }\n\
    starts = 2026-11-01\nexpires = 2027-02-28\napproved_by = { name = \"J. Example\", on = 2026-10-28 }\nreason = \"r\"\n";

fn estate() -> Estate {
    let estate = Estate::new();
    estate.write("organisations.csv", ORGANISATIONS);
    estate.write("assets.csv", ASSETS);
    estate.write("local.toml", profile("local", 8));
    estate.write("next.toml", profile("next", 16));
    estate.write("waivers.toml", WAIVERS);
    let import = ["import", "organisations.csv", "--kind", "organisations", "--as-of", DAY, "-q"];
    estate.run(import).ok();
    estate.run(["import", "assets.csv", "--as-of", DAY, "-q"]).ok();
    estate
}

fn run(estate: &Estate, words: &str) -> Outcome {
    estate.line(&format!("{words} --as-of {DAY}"))
}

fn row<'v>(report: &'v Value, asset: &str) -> &'v Value {
    let rows = report["devices"].as_array().expect("devices");
    rows.iter().find(|row| row["asset"] == asset).expect("a row")
}

#[test]
fn a_waived_failure_stays_a_failure_and_does_not_fail_the_command() {
    let estate = estate();
    let command = "check --wes local.toml --waivers waivers.toml --json";
    let report = run(&estate, command).code(1).json();
    let waived = row(&report, "A4");
    assert_eq!(waived["verdict"], "fail", "the raw verdict stays");
    assert_eq!(
        (&waived["waived_by"], &waived["waived_until"]),
        (&"W-1".into(), &"2027-02-28".into())
    );
    assert_eq!(row(&report, "B4")["waived_by"], Value::Null, "another practice");
    assert_eq!(row(&report, "A0")["waived_by"], Value::Null, "an unknown is not excused");
    let counts = &report["counts"]["memory"];
    assert_eq!((&counts["fail"], &counts["waived"]), (&2.into(), &1.into()));
    let summary = &report["summary"];
    assert_eq!((&summary["fail_minimum"], &summary["waived"]), (&2.into(), &1.into()));
    assert_eq!(summary["net"]["fail_minimum"], 1);
    assert_eq!(report["waivers"][0]["excused"], 1);
    assert_eq!(report["waivers"][0]["status"], "in-force");
    run(&estate, "check --wes local.toml --waivers waivers.toml --where 'class = desktop'").ok();
    run(&estate, "check --wes local.toml --where 'class = desktop'").code(1);
    let only = run(&estate, &format!("{command} --only waived")).json();
    assert_eq!(only["devices"].as_array().expect("rows").len(), 1);
    let evidence = &row(&report, "A4")["evidence"][0];
    assert_eq!(evidence["field"], "ram_gib");
    assert!(evidence.get("age_days").is_some(), "{evidence}");
}

#[test]
fn months_count_what_ends_and_the_rows_say_which_rule_ends_it() {
    let estate = estate();
    let dated = profile("dated", 8) + "from = 2027-01-15\n";
    estate.write("dated.toml", dated);
    let report =
        run(&estate, "check --wes dated.toml --months 4 --json --fail-on never").ok().json();
    let months = report["months"].as_array().expect("months");
    let told: Vec<(&Value, &Value, &Value)> =
        months.iter().map(|own| (&own["day"], &own["fail_minimum"], &own["unknown"])).collect();
    let day = |text: &str| Value::from(text);
    let (none, two, one) = (0.into(), 2.into(), 1.into());
    let days = ["2026-11-20", "2026-12-01", "2027-01-01", "2027-02-01"].map(day);
    assert_eq!(
        told,
        [
            (&days[0], &none, &none),
            (&days[1], &none, &none),
            (&days[2], &none, &none),
            (&days[3], &two, &one),
        ]
    );
    let report = run(&estate, "check --wes dated.toml --group-by device --json").ok().json();
    let first = report["lasting"].as_array().expect("rows").iter().find(|own| own["asset"] == "A4");
    let first = first.expect("a row");
    assert_eq!(
        (&first["compliant_until"], &first["ends_by"]),
        (&"2027-01-14".into(), &"memory".into())
    );
}

#[test]
fn a_lock_refuses_what_has_changed() {
    let estate = estate();
    run(&estate, "check --wes local.toml --locked").code(2);
    run(&estate, "wes lock local.toml").ok();
    run(&estate, "check --wes local.toml --locked --fail-on never").ok();
    estate.write("local.toml", profile("local", 4));
    let refused = run(&estate, "check --wes local.toml --locked").code(2);
    assert!(refused.stderr.contains("WES0602"), "{}", refused.stderr);
    let told = run(&estate, "check --wes local.toml --fail-on never").ok();
    assert!(told.stderr.contains("WES0603"), "{}", told.stderr);
    run(&estate, "wes lock local.toml").ok();
    run(&estate, "check --wes local.toml --locked --fail-on never").ok();
}

#[test]
fn an_impact_names_the_devices_and_the_money() {
    let estate = estate();
    estate.write(
        "prices.toml",
        "[[price]]\nitem = \"memory-16\"\nclass = \"desktop\"\nnet = \"50.00\"\nvalid_from = 2026-04-01\n\
         [[price]]\nitem = \"desktop\"\nclass = \"desktop\"\nnet = \"500.00\"\nvalid_from = 2026-04-01\nmeets = { ram_gib = 16 }\n",
    );
    let words = "wes impact local.toml next.toml --prices prices.toml --json";
    let report = run(&estate, words).code(1).json();
    let flips: Vec<&Value> =
        report["flips"].as_array().expect("flips").iter().map(|own| &own["asset"]).collect();
    assert_eq!(flips, ["A8"], "4 GiB fails both, 16 meets both, the unknown stays unknown");
    assert_eq!(report["newly_failing"], 1);
    assert_eq!(report["cost"], "600.00", "no free slot: a new desktop with VAT");
    let back = run(&estate, "wes impact next.toml local.toml --prices prices.toml --json").code(1);
    assert_eq!(back.json()["saved"], "600.00");
    run(&estate, "wes impact local.toml local.toml").ok();
    let told = run(&estate, "wes diff local.toml next.toml --format csv").ok().stdout;
    assert!(told.contains("rule memory,minimum,tighter"), "{told}");
}

#[test]
fn assigned_profiles_judge_side_by_side() {
    let estate = estate();
    run(&estate, "wes assign local.toml --to ZA1").ok();
    run(&estate, "wes assign next.toml --to ZB1 --from 2026-04-01").ok();
    run(&estate, "wes assign next.toml --to ZB1 --from 2026-05-01").code(2);
    let listed = run(&estate, "wes assign --json").ok().json();
    assert_eq!(listed["assignments"].as_array().expect("rows").len(), 2);
    let report = run(&estate, "check --json --fail-on never").ok().json();
    assert_eq!(report["profile"]["id"], "local+next");
    assert_eq!(row(&report, "A8")["rule"], "local/memory");
    assert_eq!(row(&report, "A8")["verdict"], "pass");
    assert_eq!(row(&report, "B4")["rule"], "next/memory");
    assert_eq!(report["counts"]["local/memory"]["not-applicable"], 2);
}

#[test]
fn a_new_profile_is_clean_and_its_tests_notice_every_change() {
    let estate = Estate::new();
    run(&estate, "wes new my-icb-wes").ok();
    run(&estate, "wes new my-icb-wes").code(2);
    run(&estate, "wes lint my-icb-wes.toml").ok();
    let mutated = run(&estate, "wes test my-icb-wes.toml --mutate").ok();
    assert!(mutated.stderr.contains("0 noticed by no test"), "{}", mutated.stderr);
    let text = estate.read("my-icb-wes.toml");
    let (rules, _) = text.split_once("[[test]]").expect("tests");
    estate.write("bare.toml", rules);
    run(&estate, "wes test bare.toml --mutate").code(1);
}

#[test]
fn group_rules_count_what_a_practice_has() {
    let estate = estate();
    let rule = "\n[group.readers]\nscope = \"practice\"\ncount = { class = [\"laptop\"], where = { field = \"ram_gib\", at_least = 8 } }\n\
                per = { class = [\"laptop\", \"desktop\"] }\nat_least = \"50 %\"\nwhy = \"w\"\n";
    estate.write("grouped.toml", profile("grouped", 2) + rule);
    let report = run(&estate, "check --wes grouped.toml --json").code(1).json();
    let rows = report["scoped"].as_array().expect("rows");
    let told: Vec<(&Value, &Value, &Value, &Value)> = rows
        .iter()
        .map(|row| (&row["group"], &row["verdict"], &row["counted"], &row["per"]))
        .collect();
    let (z1, z2, fail, pass) = ("Z81001".into(), "Z81002".into(), "fail".into(), "pass".into());
    let (n0, n1, n2, n3) = (0.into(), 1.into(), 2.into(), 3.into());
    assert_eq!(told, [(&z1, &fail, &n0, &n3), (&z2, &pass, &n1, &n2)]);
    let listed = run(&estate, "check --wes grouped.toml --scoped --format csv").code(1).stdout;
    assert!(listed.contains("at least 50 % laptop with ram_gib at least 8 GiB"), "{listed}");
}

#[test]
fn a_missing_fact_is_listed_with_what_it_would_settle() {
    let estate = estate();
    let two = profile("two", 8)
        + "[rule.both]\napplies_to = [\"desktop\"]\nall = [{ field = \"ram_gib\", at_least = 8 }, { field = \"uefi\", equals = true }]\nwhy = \"w\"\n";
    estate.write("two.toml", two);
    let report = run(&estate, "check --wes two.toml --json --fail-on never").ok().json();
    let told: Vec<(&Value, &Value, &Value, &Value)> = report["missing"]
        .as_array()
        .expect("facts")
        .iter()
        .map(|own| (&own["fact"], &own["settles"], &own["helps"], &own["devices"]))
        .collect();
    let (ram, uefi, n1, n2) = ("ram_gib".into(), "uefi".into(), 1.into(), 2.into());
    // A0 lacks both; A8 lacks UEFI alone; A4 fails whatever its firmware is.
    assert_eq!(told, [(&ram, &n1, &n1, &n1), (&uefi, &n1, &n1, &n2)]);
    let rows = run(&estate, "check --wes two.toml --missing --format csv --fail-on never").ok();
    assert!(rows.stdout.contains("A8,desktop,Z81001,uefi,both,true"), "{}", rows.stdout);
}

#[test]
fn each_change_since_a_baseline_is_laid_to_its_cause() {
    let estate = estate();
    let listed = |minimum: u32| {
        profile("own", minimum)
            + "[lists.known]\nfile = \"known.csv\"\nkey = \"model\"\n\
               [rule.model]\napplies_to = [\"laptop\"]\nfield = \"os\"\nin_list = \"known\"\nwhy = \"w\"\nsource = { document = \"d\" }\n\
               [rule.seen]\napplies_to = [\"desktop\"]\nfield = \"last_seen\"\nage_at_most = \"30 days\"\nwhy = \"w\"\nsource = { document = \"d\" }\n"
    };
    estate.write("known.csv", "model\nwindows-11\n");
    estate.write("own.toml", listed(8));
    estate.write("os.csv", "asset_tag,os\nB4,windows-11\nB16,windows-10\n");
    run(&estate, "import os.csv -q").ok();
    run(&estate, "check --wes own.toml --record first --fail-on never").ok();
    let same =
        run(&estate, "check --wes own.toml --baseline first --json --fail-on never").ok().json();
    assert_eq!(same["changes"], Value::Array(Vec::new()), "nothing has changed");

    estate.write("more.csv", "asset_tag,ram_gib\nA4,16\n");
    run(&estate, "import more.csv -q").ok();
    estate.write("known.csv", "model\nwindows-11\nwindows-10\n");
    estate.write("own.toml", listed(4));
    estate.write("waivers.toml", WAIVERS.replace("local/memory", "own/seen"));
    let now = "check --wes own.toml --baseline first --waivers waivers.toml --as-of 2026-12-20";
    let report = estate.line(&format!("{now} --json --fail-on never")).ok().json();
    let told: Vec<String> = report["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|own| {
            let word = |key: &str| own[key].as_str().unwrap_or_default().to_owned();
            let causes: Vec<&str> = own["causes"]
                .as_array()
                .expect("causes")
                .iter()
                .filter_map(Value::as_str)
                .collect();
            format!(
                "{} {}: {} > {} ({})",
                word("asset"),
                word("rule"),
                word("before"),
                word("after"),
                causes.join("+")
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "A4 memory: fail@minimum > pass (data)",
            "A4 seen: pass > fail@minimum waived (time+waivers)",
            "A8 seen: pass > fail@minimum waived (time+waivers)",
            "B16 model: fail@minimum > pass (lists)",
            "B4 memory: fail@minimum > pass (profile)",
        ]
    );
    let refused = run(&estate, "check --wes own.toml --baseline frist").code(2);
    assert!(refused.stderr.contains("kept runs: first"), "{}", refused.stderr);
}

#[test]
fn exports_carry_the_same_verdicts_and_the_same_bytes() {
    let estate = estate();
    let words = "check --wes local.toml --waivers waivers.toml --fail-on never --format";
    let export = |format: &str| {
        let once = run(&estate, &format!("{words} {format}")).ok().stdout;
        assert_eq!(once, run(&estate, &format!("{words} {format}")).ok().stdout, "{format}");
        once
    };
    let sarif: Value = serde_json::from_str(&export("sarif")).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let of = |asset: &str| {
        let found =
            results.iter().find(|own| own["locations"][0]["logicalLocations"][0]["name"] == asset);
        found.expect("a result")
    };
    assert_eq!((&of("B4")["kind"], &of("B4")["level"]), (&"fail".into(), &"error".into()));
    assert_eq!(of("A4")["suppressions"][0]["status"], "accepted");
    assert_eq!(of("A0")["kind"], "open");
    assert_eq!(of("A8")["kind"], "pass");
    let junit = export("junit");
    assert!(junit.contains("tests=\"5\" failures=\"1\" errors=\"0\" skipped=\"2\""), "{junit}");
    let xccdf = export("xccdf");
    assert_eq!(xccdf.matches("<result>fail</result>").count(), 2, "{xccdf}");
    assert_eq!(
        xccdf.matches("<override ").count(),
        1,
        "a waived failure stays one, with its authority"
    );
    assert_eq!(xccdf.matches("<result>unknown</result>").count(), 1);
    let oscal: Value = serde_json::from_str(&export("oscal")).expect("JSON");
    let result = &oscal["assessment-results"]["results"][0];
    assert_eq!(result["findings"][0]["target"]["status"]["state"], "not-satisfied");
    assert_eq!(result["risks"][0]["status"], "deviation-approved");
    assert_eq!(result["observations"].as_array().expect("observations").len(), 3);
}
