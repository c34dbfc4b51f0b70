//! What people ask of a plan, on the small estate of the journey: why there is none, what changed, who approved it, when the
//! work is done, what rules of thumb would do, what more or less money does.

use serde_json::Value;

use crate::journey::{AS_OF, estate_of, pence, plan as journey_plan};
use crate::runner::Estate;

/// The options of every command that plans the journey's estate again.
const AGAIN: [&str; 10] = [
    "--envelopes",
    "envelopes.toml",
    "--prices",
    "prices.toml",
    "--start",
    "2026/27",
    "--horizon",
    "5",
    "--as-of",
    AS_OF,
];

/// Plans as the journey does, content with any gap: what is asked here holds of every plan.
fn plan(estate: &Estate, more: &[&str]) -> Value {
    let more: Vec<&str> = more.iter().copied().chain(["--gap", "0.5"]).collect();
    journey_plan(estate, &more)
}

fn again<'a>(words: &[&'a str]) -> Vec<&'a str> {
    words.iter().copied().chain(AGAIN).collect()
}

fn rows(value: &Value, key: &str) -> Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("{key} is a list: {value}")).clone()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is text: {value}"))
}

const DEADLINE: &str = "[[deadline]]\nid = \"esu\"\ntitle = \"Extended updates end\"\ndate = 2027-04-01\nclass = \"laptop\"\n";

/// An estate whose laptops must all be replaced in the first year, for which the money does not suffice.
fn without_a_plan() -> Estate {
    let estate = estate_of(|export| export);
    estate.write("pins.toml", DEADLINE);
    estate
}

#[test]
fn an_infeasible_plan_says_which_demands_which_year_and_how_much() {
    let estate = without_a_plan();
    let report =
        estate.run(again(&["plan", "--pin", "pins.toml", "--no-timings", "--json"])).code(3).json();
    assert_eq!(report["schema"], "refit.infeasible/1");
    assert_eq!(report["feasible"], false);
    let conflicts = rows(&report, "conflicts");
    assert!(!conflicts.is_empty());
    for conflict in &conflicts {
        let demands = rows(conflict, "demands");
        assert!(!demands.is_empty());
        for demand in &demands {
            assert_eq!(text(demand, "class"), "laptop");
            assert_eq!(text(demand, "last_fy"), "2026/27");
            assert!(text(demand, "must").contains("deadline `esu`"), "{demand}");
        }
        // What is short is what all that must be replaced takes less what the year has: to the penny.
        let [year] = &rows(conflict, "years")[..] else { panic!("one year: {conflict}") };
        let short = pence(&year["needed"]) - pence(&year["envelope"]);
        assert_eq!(pence(&year["short"]), short);
        assert_eq!(pence(&conflict["short"]), short);
        assert!(short > 0);
    }
    let words = estate.run(again(&["plan", "--pin", "pins.toml"])).code(3);
    let first = &conflicts[0];
    for wanted in [
        format!("no plan is possible for {}: together they take at least £", text(first, "holder")),
        format!("  short by £{}", text(first, "short")),
        "must be replaced before 2027-04-01 (deadline `esu`), so in 2026/27 at the latest"
            .to_owned(),
        format!("  everything that {} must replace:", text(first, "holder")),
        format!("short by £{}\n", text(first, "short")),
    ] {
        assert!(words.stdout.contains(&wanted), "no `{wanted}` in\n{}", words.stdout);
    }
    assert!(words.stderr.contains("add money or engineers"), "{}", words.stderr);
    assert!(!estate.path("plan.json").exists(), "no plan is written");
    // The other commands that plan say the same.
    estate.run(again(&["compare", "--pin", "pins.toml"])).code(3);
    estate.run(again(&["plan", "sensitivity", "--pin", "pins.toml"])).code(3);
}

#[test]
fn what_changed_has_a_reason() {
    let estate = estate_of(|export| export);
    plan(&estate, &[]);
    estate.run(["plan", "diff", "plan.json", "plan.json"]).ok();
    std::fs::copy(estate.path("plan.json"), estate.path("before.json")).expect("a copy");
    let richer = estate.read("envelopes.toml").replacen("3900.00", "5200.00", 1);
    estate.write("envelopes.toml", richer);
    plan(&estate, &[]);
    let diff = estate.run(["plan", "diff", "before.json", "plan.json", "--json"]).ok().json();
    let diff = &diff["difference"];
    let changes = rows(diff, "changes");
    assert!(!changes.is_empty(), "a third more money changes something");
    for change in &changes {
        assert!(!text(change, "reason").is_empty(), "{change}");
    }
    assert!(
        changes.iter().any(|change| text(change, "reason").contains("the envelope of 2026/27")),
        "{changes:#?}"
    );
    assert_eq!(rows(diff, "inputs"), ["envelopes.toml"]);
    let words = estate.run(["plan", "diff", "before.json", "plan.json"]).ok().stdout;
    assert!(words.contains("2026/27 QZ1: envelope £3900.00 -> £5200.00"), "{words}");
    let csv = estate.run(["plan", "diff", "before.json", "plan.json", "--format", "csv"]).ok();
    assert_eq!(csv.stdout.lines().count(), changes.len() + 1);
    let compared = estate.run(["compare", "before.json", "plan.json", "--json"]).ok().json();
    let plans = rows(&compared, "plans");
    assert_eq!(plans.len(), 2);
    let more = pence(&plans[1]["spend"]) - pence(&plans[0]["spend"]);
    assert_eq!(pence(&plans[1]["spend_more"]), more);
    assert_eq!(plans[1]["stability"], diff["stability"]);
}

const APPROVE: [&str; 12] = [
    "plan",
    "approve",
    "plan.json",
    "--prepared-by",
    "A. Planner",
    "--by",
    "F. Director",
    "--role",
    "Director of Finance",
    "--limit",
    "100000.00",
    "--on",
];

fn approve<'a>(day: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    APPROVE.into_iter().chain([day]).chain(more.iter().copied()).collect()
}

#[test]
fn a_plan_is_approved_withdrawn_and_kept() {
    let estate = estate_of(|export| export);
    let first = plan(&estate, &[]);
    let state = |estate: &Estate| {
        let listed = estate.run(["plan", "list", "--json"]).ok().json();
        text(&rows(&listed, "plans")[0], "state").to_owned()
    };
    assert_eq!(state(&estate), "draft");
    let decided = estate.run(approve("2026-04-02", &["--json"])).ok().json();
    assert_eq!(text(&decided, "state"), "approved");
    assert_eq!(text(&decided["decisions"][0], "spend"), text(&first["totals"], "spend"));
    assert_eq!(state(&estate), "approved");
    estate.run(approve("2026-04-03", &[])).code(2);
    std::fs::copy(estate.path("plan.json"), estate.path("approved.json")).expect("a copy");

    // A year later there is less money for the years that are left: what was decided for the first stays.
    let poorer = estate.read("envelopes.toml").replace("3900.00", "3600.00");
    estate.write("envelopes.toml", poorer.replacen("3600.00", "3900.00", 1));
    let second = plan(&estate, &["--keep", "approved.json", "--keep-until", "2026/27"]);
    let of_first_year = |plan: &Value| -> Vec<(String, String)> {
        let lines = rows(plan, "lines");
        let of_year = lines.iter().filter(|line| text(line, "fy") == "2026/27");
        let mut all: Vec<_> = of_year
            .map(|line| (text(line, "asset").to_owned(), text(line, "item").to_owned()))
            .collect();
        all.sort();
        all
    };
    let (was, is) = (of_first_year(&first), of_first_year(&second));
    assert!(!was.is_empty() && was.iter().all(|line| is.contains(line)), "{was:?}\n{is:?}");
    assert!(
        rows(&second, "inputs").iter().any(|input| text(input, "name").starts_with("plan ")),
        "the plan names the plan that it keeps"
    );
    let told = estate
        .run(again(&["plan", "--keep", "approved.json", "--gap", "0.5", "-o", "third.json"]))
        .ok()
        .stderr;
    assert!(told.contains("purchases of plan") && told.contains("stay ("), "{told}");

    let withdraw = [
        "plan",
        "withdraw",
        "approved.json",
        "--by",
        "F. Director",
        "--role",
        "Director of Finance",
    ];
    let withdraw = |day| {
        let more = ["--reason", "the settlement was cut", "--on", day];
        withdraw.into_iter().chain(more).collect::<Vec<_>>()
    };
    estate.run(withdraw("2026-04-01")).code(2);
    let words = estate.run(withdraw("2026-06-01")).ok().stdout;
    assert!(words.contains("withdrawn on 2026-06-01 by F. Director"), "{words}");
    estate.run(again(&["plan", "--keep", "approved.json"])).code(2);
}

#[test]
fn a_plan_that_was_edited_is_not_approved() {
    let estate = estate_of(|export| export);
    let mut document = plan(&estate, &[]);
    document["totals"]["spend"] = Value::from("1.00");
    estate.write("plan.json", document.to_string());
    let refused = estate.run(approve("2026-04-02", &[])).code(2);
    assert!(refused.stderr.contains("PLN0805"), "{}", refused.stderr);
}

#[test]
fn a_plan_is_laid_into_months() {
    let estate = estate_of(|export| export);
    let document = plan(&estate, &[]);
    let lines = rows(&document, "lines");
    estate.write(
        "policy.toml",
        "[calendar]\nbuild_days = 7\n[[freeze]]\nfrom = 2026-12-14\nuntil = 2027-01-10\nreason = \"winter\"\n",
    );
    let calendar =
        estate.run(["plan", "calendar", "plan.json", "--as-of", AS_OF, "--json"]).ok().json();
    let visits = rows(&calendar["calendar"], "visits");
    let placed: usize = visits.iter().map(|visit| rows(visit, "lines").len()).sum();
    assert_eq!(placed, lines.len(), "every purchase has a day");
    for visit in &visits {
        let (day, order) = (text(visit, "day"), text(visit, "order_by"));
        assert!(!("2026-12-14"..="2027-01-10").contains(&day), "{visit}");
        assert!(order >= AS_OF && order <= text(visit, "receive_by"), "{visit}");
    }
    let charged: i64 =
        rows(&calendar["calendar"], "orders").iter().map(|order| pence(&order["charged"])).sum();
    assert_eq!(charged, pence(&document["totals"]["spend"]), "orders add up to the plan");
    let csv = estate.run(["plan", "calendar", "plan.json", "--format", "csv"]).ok().stdout;
    assert_eq!(csv.lines().count(), lines.len() + 1);
    estate.run(["plan", "calendar", "plan.json", "-o", "visits.ics"]).ok();
    let events = estate.read("visits.ics");
    assert!(events.starts_with("BEGIN:VCALENDAR\r\n"), "{events}");
    assert!(events.matches("BEGIN:VEVENT").count() > visits.len());
    for view in ["--orders", "--months"] {
        estate.run(["plan", "calendar", "plan.json", view]).ok();
    }
}

#[test]
fn the_plan_is_compared_with_what_people_do() {
    let estate = estate_of(|export| export);
    let document = plan(&estate, &[]);
    let report = estate.run(again(&["compare", "--at-age", "4,6", "--json"])).ok().json();
    let ways = rows(&report, "ways");
    let names: Vec<&str> = ways.iter().map(|way| text(way, "way")).collect();
    assert_eq!(
        names,
        [
            "plan",
            "buy-nothing",
            "worst-first",
            "best-per-pound",
            "replace-at-end-of-life",
            "replace-at-4-years",
            "replace-at-6-years"
        ]
    );
    let bound = pence(&report["bound"]);
    for way in &ways {
        assert!(pence(&way["objective"]) >= bound, "below the proved bound: {way}");
        let years: f64 = text(way, "device_years").parse().expect("a number");
        assert!(years <= text(&ways[1], "device_years").parse::<f64>().expect("a number"), "{way}");
    }
    let envelope = pence(&document["totals"]["envelope"]);
    assert!(ways.iter().all(|way| pence(&way["spend"]) <= envelope), "{ways:#?}");
    let words = estate.run(again(&["compare"])).ok();
    assert!(words.stdout.contains("worst-first"), "{}", words.stdout);
}

#[test]
fn weights_money_and_dates_can_be_other() {
    let estate = estate_of(|export| export);
    let weights = estate.run(again(&["plan", "sensitivity", "--json"])).ok().json();
    let ways = rows(&weights, "ways");
    assert_eq!(ways.len(), 9, "a plan, four weights above zero halved and doubled");
    assert_eq!(ways[0]["moved"], 0);

    let points = rows(
        &estate.run(again(&["plan", "frontier", "--at", "0,100,200", "--json"])).ok().json(),
        "points",
    );
    let years = |at: usize| text(&points[at], "device_years").parse::<f64>().expect("a number");
    assert!(years(0) >= years(1) && years(1) >= years(2), "{points:#?}");
    assert_eq!(pence(&points[0]["spend"]), 0);
    assert_eq!(pence(&points[2]["envelope"]), 2 * pence(&points[1]["envelope"]));

    let least = estate.run(again(&["plan", "least", "--by", "2028-04-01", "--json"]));
    assert!(matches!(least.code, 0 | 1), "{}", least.stderr);
    let least = &least.json()["least"];
    assert!(pence(&least["extra_at_least"]) <= pence(&least["extra_enough"]), "{least}");
    let needed: i64 = rows(least, "holders")
        .iter()
        .flat_map(|holder| rows(holder, "years"))
        .map(|year| pence(&year["needed"]))
        .sum();
    assert!(needed >= pence(&least["cost"]), "laid into years it costs no less: {least}");
}

#[test]
fn late_money_finds_a_list_that_is_costed() {
    let estate = estate_of(|export| export);
    let all = estate.run(again(&["plan", "reserve", "--fy", "2026/27", "--json"])).ok().json();
    let bundles = rows(&all["reserve"], "bundles");
    assert!(!bundles.is_empty(), "devices wait for money");
    for bundle in &bundles {
        let lines: i64 = rows(bundle, "lines").iter().map(|line| pence(&line["charged"])).sum();
        assert_eq!(lines, pence(&bundle["cost"]));
        // 42 days of delivery before 31 March for computers, none for monitors.
        assert!(["2027-02-17", "2027-03-31"].contains(&text(bundle, "order_by")), "{bundle}");
    }
    let amount = text(&bundles[0], "cost").to_owned();
    let some = estate
        .run(again(&["plan", "reserve", "--fy", "2026/27", "--amount", &amount, "--json"]))
        .ok()
        .json();
    for holder in ["QZ1", "QZ2"] {
        let chosen: i64 = rows(&some["reserve"], "bundles")
            .iter()
            .filter(|bundle| bundle["chosen"] == true && text(bundle, "holder") == holder)
            .map(|bundle| pence(&bundle["cost"]))
            .sum();
        assert!(chosen <= pence(&Value::from(amount.as_str())), "{holder} spends {chosen}");
    }
    let csv = estate.run(again(&["plan", "reserve", "--format", "csv"])).ok().stdout;
    let lines: usize = bundles.iter().map(|bundle| rows(bundle, "lines").len()).sum();
    assert_eq!(csv.lines().count(), lines + 1, "a row a purchase");
    estate.run(again(&["plan", "reserve", "--fy", "2040/41"])).code(2);
}

#[test]
fn a_device_and_a_year_are_explained() {
    let estate = estate_of(|export| export);
    let document = plan(&estate, &[]);
    let lines = rows(&document, "lines");
    let later = lines.iter().find(|line| text(line, "fy") > "2026/27").expect("a later purchase");
    let what = format!("asset:{}", text(later, "asset"));
    let explained = estate.run(["explain", "plan:plan.json", &what, "--json"]).ok().json();
    let turn = &explained["turn"];
    assert!(!text(turn, "not_sooner").is_empty());
    assert!(text(&turn["forward"], "fy") < text(later, "fy"));
    let words = estate.run(["explain", "plan:plan.json", &what]).ok().stdout;
    for wanted in ["why not sooner:", "what would bring it forward: for 20"] {
        assert!(words.contains(wanted), "no `{wanted}` in\n{words}");
    }
    let year = estate.run(["explain", "plan:plan.json", "year:2026/27"]).ok().stdout;
    assert!(
        year.contains("one more pound in 2026/27 avoids £") && year.contains("next in turn: "),
        "{year}"
    );
}
