use std::collections::BTreeMap;

use calamine::{Data, DataRef, Reader as _, ReaderRef as _, Xlsx};

use super::*;
use crate::bid::{self, fixture};

fn named<'p>(package: &'p Package, name: &str) -> &'p [u8] {
    &package.files.iter().find(|file| file.name == name).unwrap().bytes
}

/// Sums of the schedule's cells and the numbers of the summary, read by another program's library.
fn workbook_totals(bytes: &[u8]) -> (Pounds, BTreeMap<String, Pounds>, usize) {
    let mut workbook: Xlsx<_> = Xlsx::new(io::Cursor::new(bytes)).unwrap();
    let schedule = workbook.worksheet_range("Schedule").unwrap();
    let headings: Vec<String> =
        schedule.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let at = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    let (fy, charged) = (at("Financial year"), at("Charged"));
    let mut years: BTreeMap<String, Pounds> = BTreeMap::new();
    for row in schedule.rows().skip(1) {
        let Data::Float(pounds) = row[charged] else { panic!("{:?}", row[charged]) };
        let text = format!("{pounds}");
        assert!(text.split_once('.').is_none_or(|(_, pence)| pence.len() <= 2), "{text}");
        let money: inventory::Money = text.parse().unwrap();
        let year = years.entry(row[fy].to_string()).or_default();
        *year = year.plus(money.into());
    }
    let total = Pounds::sum(years.values().copied());
    (total, years, schedule.rows().skip(1).count())
}

#[test]
fn all_five_files_state_the_same_totals() {
    let bid = fixture::model();
    let package = package(&bid, None).unwrap();
    let wanted = Stated::of(&bid);

    let (total, years, rows) = workbook_totals(named(&package, "bid.xlsx"));
    assert_eq!(Some(total), wanted.spend);
    assert_eq!(rows, bid.lines.len());
    for year in &bid.years {
        assert_eq!(years.get(&year.fy), Some(&year.spend), "{}", year.fy);
    }

    let page = std::str::from_utf8(named(&package, "bid.html")).unwrap();
    assert_eq!(bid_html::stated(page, &bid), wanted);
    let markdown = std::str::from_utf8(named(&package, "bid.md")).unwrap();
    assert_eq!(bid_markdown::stated(markdown, &bid), wanted);
    assert_eq!(bid_lines::stated(named(&package, "lines.csv"), &bid), wanted);

    let manifest: serde_json::Value =
        serde_json::from_slice(named(&package, "manifest.json")).unwrap();
    assert_eq!(manifest["totals"]["spend"], bid.totals.spend.plain());
    for (file, listed) in package.files.iter().zip(manifest["files"].as_array().unwrap()) {
        assert_eq!(listed["sha256"], crate::output::sha256(&file.bytes), "{}", file.name);
    }
}

#[test]
fn the_summary_of_the_workbook_carries_results() {
    let bid = fixture::model();
    let package = package(&bid, None).unwrap();
    let mut workbook: Xlsx<_> = Xlsx::new(io::Cursor::new(named(&package, "bid.xlsx"))).unwrap();
    let summary = workbook.worksheet_range("Summary").unwrap();
    let row = 4 + u32::try_from(bid.years.len()).unwrap();
    let planned = summary.get_value((row, 2)).unwrap().to_string();
    assert_eq!(planned.parse::<inventory::Money>().unwrap().pence(), bid.totals.spend.pence());
    let cover = workbook.worksheet_range("Cover").unwrap();
    assert_eq!(cover.get_value((3, 0)).unwrap().to_string(), "ALL CHECKS PASS");
}

#[test]
fn two_runs_give_the_same_bytes() {
    let make = || package(&fixture::model(), None).unwrap();
    assert_eq!(make(), make());
}

#[test]
fn the_manifest_is_as_agreed() {
    let package = package(&fixture::model(), None).unwrap();
    let text = String::from_utf8(named(&package, "manifest.json").to_vec()).unwrap();
    insta::assert_snapshot!(text);
}

/// Texts that steer readers, spreadsheets and terminals, in every field that a register fills.
fn hostile() -> planner::document::PlanDocument {
    let mut plan = fixture::plan(60, 4);
    let hostile = "<script>alert(1)</script>\"'=1+1|\u{202e}\u{7}\u{1b}[2J";
    for site in &mut plan.sites {
        site.name = hostile.into();
        site.pcn = Some(format!("=HYPERLINK(\"http://x\"){hostile}"));
    }
    for line in &mut plan.lines {
        line.old_model = Some(format!("=cmd|' /C calc'!A1{hostile}"));
        line.reason = hostile.into();
        line.item = format!("@SUM(A1){hostile}");
        line.failing_rules = vec![hostile.into()];
    }
    for device in &mut plan.deferred {
        device.reason = hostile.into();
    }
    plan.specification.id = hostile.into();
    plan.inputs[0].name = hostile.into();
    plan
}

#[test]
fn hostile_texts_stay_texts() {
    let mut words = fixture::words();
    words.title = Some("</title><script>alert(2)</script>".into());
    words.sponsor = Some("=1+1<img src=x onerror=alert(3)>".into());
    let bid = bid::build(&fixture::file(&hostile()), None, &words).unwrap();
    let package = package(&bid, None).unwrap();

    for name in ["bid.html", "bid.md", "lines.csv"] {
        let text = std::str::from_utf8(named(&package, name)).unwrap();
        let hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(hidden), "{name} holds a hidden character");
    }
    let page = std::str::from_utf8(named(&package, "bid.html")).unwrap();
    assert!(!page.contains("<script") && !page.contains("<img"));
    assert!(!std::str::from_utf8(named(&package, "bid.md")).unwrap().contains("<script"));

    let mut reader = csv::Reader::from_reader(named(&package, "lines.csv"));
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
        }
    }

    let mut workbook: Xlsx<_> = Xlsx::new(io::Cursor::new(named(&package, "bid.xlsx"))).unwrap();
    let formulas = workbook.worksheet_formula("Schedule").unwrap();
    assert!(formulas.used_cells().next().is_none(), "the schedule holds no formula");
    let schedule = workbook.worksheet_range_ref("Schedule").unwrap();
    let model = schedule.get_value((1, 9)).map(|cell| matches!(cell, DataRef::SharedString(_)));
    assert_eq!(model, Some(true), "text from data is a string cell");
}

#[test]
fn a_plan_that_disagrees_makes_no_bid() {
    let mut plan = fixture::plan(60, 4);
    plan.totals.spend = "1.00".into();
    plan.lines[3].vat = "0.01".into();
    plan.lines[7].charged = "1.005".into();
    let problems = bid::build(&fixture::file(&plan), None, &fixture::words()).unwrap_err();
    assert_eq!(problems.len(), 1, "unreadable values are told before sums: {problems:?}");
    plan.lines[7].charged = plan.lines[7].price_gross.clone();
    let problems = bid::build(&fixture::file(&plan), None, &fixture::words()).unwrap_err();
    let all: Vec<String> = problems.iter().map(|problem| problem.message.clone()).collect();
    assert!(all.iter().any(|message| message.starts_with("lines = plan total")), "{all:?}");
    assert!(all.iter().any(|message| message.contains("net + VAT differs")), "{all:?}");
}

#[test]
fn a_plan_over_its_envelope_says_so_everywhere() {
    let mut plan = fixture::plan(60, 4);
    plan.feasible = false;
    let year = &mut plan.years[0];
    let spend: Pounds = year.spend.parse::<inventory::Money>().unwrap().into();
    let lowered: Pounds = year.envelope.parse::<inventory::Money>().unwrap().into();
    year.envelope = spend.minus(Pounds::from_pence(1_00)).plain();
    year.headroom = "-1.00".into();
    let total: Pounds = plan.totals.envelope.parse::<inventory::Money>().unwrap().into();
    let now: Pounds = plan.years[0].envelope.parse::<inventory::Money>().unwrap().into();
    plan.totals.envelope = total.minus(lowered).plus(now).plain();
    let bid = bid::build(&fixture::file(&plan), None, &fixture::words()).unwrap();
    let package = package(&bid, None).unwrap();
    assert!(std::str::from_utf8(named(&package, "bid.html")).unwrap().contains("OVER"));
    let mut workbook: Xlsx<_> = Xlsx::new(io::Cursor::new(named(&package, "bid.xlsx"))).unwrap();
    let cover = workbook.worksheet_range("Cover").unwrap();
    assert_eq!(cover.get_value((3, 0)).unwrap().to_string(), "1 CHECKS FAIL");
    let inputs = workbook.worksheet_range("Inputs").unwrap();
    assert_eq!(inputs.get_value((6, 8)).unwrap().to_string(), "OVER");
}

#[test]
fn an_empty_plan_makes_a_bid() {
    let bid = bid::build(&fixture::file(&fixture::plan(0, 0)), None, &bid::Words::default());
    let package = package(&bid.unwrap(), None).unwrap();
    assert_eq!(package.files.len(), 5);
}

#[test]
fn files_are_whole_or_absent() {
    let folder = tempfile::tempdir().unwrap();
    let package = package(&fixture::model(), None).unwrap();
    package.write(folder.path()).unwrap();
    let mut names: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["bid.html", "bid.md", "bid.xlsx", "lines.csv", "manifest.json"]);
    // The folder itself cannot be a file's target.
    let blocked = folder.path().join("bid.md");
    assert!(package.write(&blocked).is_err());
}

/// Keeps a bid for people and scripts to look at, when `REFIT_KEEP_BID` names a folder; otherwise only measures that a large
/// one can be made.
#[test]
fn a_bid_of_the_size_of_an_icb_is_made() {
    let plan = fixture::plan(6_000, 210);
    let bid = bid::build(&fixture::file(&plan), None, &fixture::words()).unwrap();
    let package = package(&bid, None).unwrap();
    assert!(named(&package, "bid.html").len() < 500_000);
    if let Some(folder) = std::env::var_os("REFIT_KEEP_BID") {
        let folder = PathBuf::from(folder);
        package.write(&folder).unwrap();
        fs::write(folder.join("plan.json"), fixture::text(&plan)).unwrap();
    }
}
