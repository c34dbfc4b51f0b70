//! 26,823 real business PCs and 27,633 real monitors, from the tables of the shared folder to a bid.
//!
//! The tables say what the hardware is and nothing else: no operating system, no place, no date of purchase. Places and dates
//! come from a second file, drawn from a seed. What the verdicts say is kept in `docs/real-estate.md` and compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use synthetic::{Estate as Synthetic, Options};

use crate::journey::{AS_OF, pence};
use crate::pln1::{Judge, proved};
use crate::runner::{Estate, blessing, root, shared, skip};

const PCS: u64 = 26_823;
/// Seven identifiers stand in the table of PCs twice.
const TWICE: u64 = 7;
const MONITORS: &[(&str, u64)] = &[("monitors-digital", 21_018), ("monitors", 6_615)];
/// One part in ten thousand, which is 0.01 %.
const GAP_MAX: f64 = 1e-4;
/// The specification that judges.
const PROFILE: &str = "example-icb-local-wes";
/// Financial years of the plan.
const YEARS: i64 = 5;
/// Envelopes as a share of the steady need, in percent.
const TIGHTNESS_PERCENT: i64 = 75;
/// Net price in pence and life in years, as `tests/real/prices.toml` and the lives of the specification state them.
const STEADY: &[(&str, i64, i64)] =
    &[("desktop", 51_667, 5), ("laptop", 71_667, 4), ("monitor", 12_500, 8)];

#[test]
fn the_real_estate_is_read_judged_planned_and_written_up() {
    let suite = "real_estate::the_real_estate_is_read_judged_planned_and_written_up";
    let Some(shared) = shared() else {
        skip(suite, "REFIT_SHARED is not set", true);
        return;
    };
    let estate = Estate::new();
    estate.copy_from(&root().join("tests/real"));
    estate.copy_from(&root().join("docs/maps"));
    read(&estate, &shared.join("data/samples/linuxhw/derived"));
    let verdicts = judged(&estate);
    let holder = spread_over(&estate);
    let document = planned(&estate, &holder);
    verified(&estate, &document);
    written_up(&estate, &document);
    documented(&verdicts, &document);
}

/// Unpacks and imports the tables; the second row of each repeated identifier is rejected and nothing else.
fn read(estate: &Estate, tables: &Path) {
    unpack(&tables.join("business-estate.csv.xz"), &estate.path("pcs.csv"));
    let pcs =
        import(estate, "pcs.csv", &["--map", "linuxhw-computers.toml", "--on-error", "skip"], 1);
    assert_eq!((&pcs["new"], &pcs["rejected"]), (&Value::from(PCS - TWICE), &Value::from(TWICE)));
    let all = pcs["problems"].as_array().expect("problems");
    let refused: Vec<&Value> = all.iter().filter(|problem| problem["code"] == "IMP0124").collect();
    assert_eq!(
        u64::try_from(refused.len()),
        Ok(TWICE),
        "the second row of each of seven identifiers"
    );
    for problem in refused {
        assert!(problem["line"].as_u64().is_some_and(|line| line > 2), "{problem}");
    }
    for (name, count) in MONITORS {
        unpack(&tables.join(format!("{name}.csv.xz")), &estate.path(format!("{name}.csv")));
        let monitors =
            import(estate, &format!("{name}.csv"), &["--map", "linuxhw-monitors.toml"], 0);
        assert_eq!(
            (&monitors["new"], &monitors["rejected"]),
            (&Value::from(*count), &Value::from(0)),
            "{name}"
        );
    }
    let count = estate.run(["assets", "count"]).ok().stdout;
    let monitors: u64 = MONITORS.iter().map(|(_, count)| count).sum();
    assert_eq!(count.trim().parse(), Ok(PCS - TWICE + monitors));
}

fn unpack(from: &Path, to: &Path) {
    let output = Command::new("xz").arg("-dc").arg(from).output().expect("xz can be started");
    assert!(
        output.status.success(),
        "xz {}: {}",
        from.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    fs::write(to, output.stdout).expect("a file can be written");
}

#[track_caller]
fn import(estate: &Estate, file: &str, more: &[&str], code: i32) -> Value {
    let arguments = ["import", file, "--kind", "assets", "--as-of", AS_OF, "--json"];
    estate.run(arguments.iter().chain(more)).code(code).json()
}

/// What this suite reads of a check; the list of devices is passed over.
#[derive(serde::Deserialize)]
struct Verdicts {
    counts: BTreeMap<String, Value>,
}

/// Judges every device by the shipped example of a local specification; nobody knows an operating system.
fn judged(estate: &Estate) -> Verdicts {
    let arguments =
        ["check", "--wes", PROFILE, "--as-of", AS_OF, "--fail-on", "never", "-o", "check.json"];
    estate.run(arguments).ok();
    let verdicts: Verdicts =
        serde_json::from_str(&estate.read("check.json")).expect("check.json is JSON");
    let systems = &verdicts.counts["os_in_support"];
    assert_eq!(
        systems["unknown"],
        Value::from(PCS - TWICE),
        "every PC's operating system is unknown: {systems}"
    );
    assert_eq!((&systems["pass"], &systems["fail"]), (&Value::from(0), &Value::from(0)));
    verdicts
}

/// Spreads the devices over generated practices by a second file; gives the budget holder.
fn spread_over(estate: &Estate) -> String {
    let options = Options { assets: 54_449, practices: Some(340), holders: 1, seed: 1 };
    let synthetic = Synthetic::new(options).expect("an estate of this size");
    let mut organisations = Vec::new();
    synthetic.write_organisations(&mut organisations).expect("memory can be written");
    estate.write("organisations.csv", organisations);
    estate.run(["import", "organisations.csv", "--kind", "organisations", "--as-of", AS_OF]).ok();

    let exported = estate.run(["export", "--kind", "assets", "--format", "csv"]).ok().stdout;
    let mut reader = csv::Reader::from_reader(exported.as_bytes());
    let column = reader
        .headers()
        .expect("headings")
        .iter()
        .position(|name| name == "asset_tag")
        .expect("asset_tag");
    let tags: Vec<String> =
        reader.records().map(|record| record.expect("a record")[column].to_owned()).collect();
    let mut places = Vec::new();
    synthetic
        .write_assignments(tags.iter().map(String::as_str), &mut places)
        .expect("memory can be written");
    estate.write("places.csv", places);
    let done = import(estate, "places.csv", &[], 0);
    assert_eq!(done["new"], 0, "the second file names no other device");
    assert_eq!(done["changed"], Value::from(tags.len()));
    synthetic.holders().first().expect("a holder").code.clone()
}

/// Plans five years inside envelopes worth three quarters of what would keep every device within its life.
fn planned(estate: &Estate, holder: &str) -> Value {
    let each_year: i64 = STEADY
        .iter()
        .map(|(class, net, life)| {
            let count =
                estate.run(["assets", "count", "--where", &format!("class = {class}")]).ok().stdout;
            let count: i64 = count.trim().parse().expect("one integer");
            count * (net * 12 / 10) / life
        })
        .sum::<i64>()
        * TIGHTNESS_PERCENT
        / 100;
    let envelopes: Vec<String> = (2026..2026 + YEARS)
        .map(|year| {
            format!(
                "[[envelope]]\nholder = \"{holder}\"\nstream = \"gpit-bau\"\nkind = \"capital\"\nfy = \"{year}/{:02}\"\n\
                 amount = \"{}.{:02}\"\ncertainty = \"assumed\"\n\n",
                (year + 1) % 100,
                each_year / 100,
                each_year % 100
            )
        })
        .collect();
    estate.write("envelopes.toml", envelopes.concat());
    let years = YEARS.to_string();
    estate
        .run([
            "plan",
            "--start",
            "2026/27",
            "--horizon",
            &years,
            "--envelopes",
            "envelopes.toml",
            "--prices",
            "prices.toml",
            "--as-of",
            AS_OF,
            "--no-timings",
            "-o",
            "plan.json",
        ])
        .ok();
    let document: Value =
        serde_json::from_str(&estate.read("plan.json")).expect("plan.json is JSON");
    proved(&document, GAP_MAX);
    let spend: i64 =
        document["years"].as_array().expect("years").iter().map(|year| pence(&year["spend"])).sum();
    assert!(
        spend > each_year * YEARS * 9 / 10,
        "most of the money is used: {spend} of {each_year} a year"
    );
    let unknown = pence(&document["totals"]["spend_on_unknown"]);
    let resting: i64 = document["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .filter(|line| line["rests_on_unknown"] == true)
        .map(|line| pence(&line["charged"]))
        .sum();
    assert_eq!(unknown, resting, "the plan says how much of its money rests on unknown facts");
    let waiting = document["data_quality"]["devices_with_unknown"].as_u64();
    assert!(waiting.is_some_and(|devices| devices > 20_000), "unknown verdicts: {waiting:?}");
    document
}

/// Our verifier and an outside one agree with the plan.
fn verified(estate: &Estate, document: &Value) {
    let ours = |key: &str| document[key].as_i64().expect("an integer");
    let verified = estate.run(["plan", "verify", "plan.json", "--json"]).ok().json();
    assert_eq!(verified["objective_pence"], document["objective_pence"]);
    assert_eq!(verified["bound_pence"], document["bound_pence"]);
    estate.run(["plan", "problem", "--plan", "plan.json", "-o", "problem"]).ok();
    if let Some(judge) = Judge::find("real_estate (judge)") {
        let folder = estate.path("problem");
        let judged =
            judge.verify(&folder, &folder.join("schedule.csv"), &folder.join("certificate.json"));
        assert_eq!(
            judged,
            (ours("objective_pence"), ours("bound_pence")),
            "the judge counts otherwise"
        );
    }
}

/// The bid's lines add up to the plan's spend of each year.
fn written_up(estate: &Estate, document: &Value) {
    estate.run(["bid", "--plan", "plan.json", "--out", "bid"]).ok();
    for file in ["bid.xlsx", "bid.html", "bid.md", "lines.csv", "manifest.json"] {
        let size = fs::metadata(estate.path("bid").join(file))
            .map(|found| found.len())
            .unwrap_or_default();
        assert!(size > 0, "bid/{file} was not written");
    }
    let mut by_year: BTreeMap<String, i64> = BTreeMap::new();
    for line in document["lines"].as_array().expect("lines") {
        *by_year.entry(line["fy"].as_str().expect("fy").to_owned()).or_default() +=
            pence(&line["charged"]);
    }
    for year in document["years"].as_array().expect("years") {
        let fy = year["fy"].as_str().expect("fy");
        assert_eq!(by_year.get(fy).copied().unwrap_or_default(), pence(&year["spend"]), "{fy}");
    }
}

/// The figures of `docs/real-estate.md` are these.
fn documented(verdicts: &Verdicts, document: &Value) {
    let mut figures =
        "| rule | pass | fail | unknown | not applicable |\n|---|---:|---:|---:|---:|\n".to_owned();
    for (rule, of) in &verdicts.counts {
        let count = |verdict: &str| of[verdict].as_u64().unwrap_or(0);
        writeln!(
            figures,
            "| {rule} | {} | {} | {} | {} |",
            count("pass"),
            count("fail"),
            count("unknown"),
            count("not-applicable")
        )
        .expect("a string can be written");
    }
    figures.push_str("\n| year | envelope | spend | devices |\n|---|---:|---:|---:|\n");
    for year in document["years"].as_array().expect("years") {
        let lines = document["lines"].as_array().expect("lines");
        let devices = lines.iter().filter(|line| line["fy"] == year["fy"]).count();
        let text = |key: &str| year[key].as_str().unwrap_or_default().to_owned();
        writeln!(
            figures,
            "| {} | {} | {} | {devices} |",
            text("fy"),
            text("envelope"),
            text("spend")
        )
        .expect("a string can be written");
    }
    let total = |key: &str| document["totals"][key].as_str().unwrap_or_default().to_owned();
    writeln!(
        figures,
        "\nOf {} pounds in all, {} are spent on devices whose need rests on a fact that nobody knows.",
        total("spend"),
        total("spend_on_unknown")
    )
    .expect("a string can be written");
    let page = root().join("docs/real-estate.md");
    let text = fs::read_to_string(&page).expect("docs/real-estate.md");
    let (before, rest) =
        text.split_once("<!-- figures -->\n").expect("the mark where the figures begin");
    let (_, after) =
        rest.split_once("<!-- end of figures -->").expect("the mark where the figures end");
    let wanted = format!("{before}<!-- figures -->\n{figures}<!-- end of figures -->{after}");
    if blessing() {
        fs::write(&page, wanted).expect("the page can be written");
    } else {
        assert_eq!(
            text, wanted,
            "docs/real-estate.md has other figures; rewrite with INSTA_UPDATE=always, then review"
        );
    }
}
