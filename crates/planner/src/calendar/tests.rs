use chrono::{Datelike as _, NaiveDate, Weekday};

use super::*;
use crate::fixture::{ENVELOPES, PRICES, World};

const POLICY: &str = r#"
[calendar]
build_days = 7
[[freeze]]
from = 2027-12-01
until = 2028-01-31
reason = "winter"
"#;

fn of(world: &World) -> (Calendar, Diagnostics, PlanDocument) {
    let (document, _) = world.plan();
    let (calendar, problems) =
        calendar(&document, &world.prices, &world.policy, &world.envelopes).unwrap();
    (calendar, problems, document)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Everything that holds of any calendar.
fn sound(calendar: &Calendar, document: &PlanDocument, world: &World) {
    let mut lines: Vec<&str> = calendar
        .visits
        .iter()
        .flat_map(|visit| visit.lines.iter().map(|line| line.line.as_str()))
        .chain(calendar.unplaced.iter().map(|one| one.line.as_str()))
        .collect();
    lines.sort_unstable();
    let all: Vec<&str> = document.lines.iter().map(|line| line.id.as_str()).collect();
    assert_eq!(lines, all, "every line has one visit or is listed");
    for visit in &calendar.visits {
        let on = day(&visit.day);
        let fy: inventory::FinancialYear = visit.fy.parse().unwrap();
        assert!(fy.start() <= on && on <= fy.end(), "{visit:?}");
        assert!(!matches!(on.weekday(), Weekday::Sat | Weekday::Sun), "{visit:?}");
        assert!(!world.policy.quiet.iter().any(|quiet| quiet.covers(&visit.site, on)), "{visit:?}");
        assert!(visit.order_by <= visit.receive_by && visit.receive_by <= visit.day, "{visit:?}");
        assert!(day(&visit.receive_by) >= fy.start(), "paid by the year of receipt: {visit:?}");
        for line in &visit.lines {
            let own = document.lines.iter().find(|own| own.id == line.line).unwrap();
            assert!(line.order_by <= own.order_by, "later than the plan says: {line:?}");
            assert!(line.order_by.as_str() >= document.as_of.as_str(), "in the past: {line:?}");
        }
    }
    let ordered: u64 = calendar.orders.iter().map(|order| order.quantity).sum();
    assert_eq!(usize::try_from(ordered).unwrap() + calendar.unplaced.len(), document.lines.len());
    for month in &calendar.months {
        let hours = |text: &str| text.parse::<rust_decimal::Decimal>().unwrap();
        if let Some(limit) = &month.engineer_hours_limit {
            assert!(hours(&month.engineer_hours) <= hours(limit), "{month:?}");
        }
    }
}

#[test]
fn every_purchase_gets_a_day_on_which_it_can_be_installed() {
    let envelopes = ENVELOPES.replace("engineer_hours = 20", "engineer_hours = 200");
    let world = World::new(PRICES, &envelopes, POLICY, "");
    let (calendar, problems, document) = of(&world);
    sound(&calendar, &document, &world);
    assert!(problems.is_empty() && calendar.unplaced.is_empty(), "{problems:?}");
    // One visit for a site and year.
    let mut keys: Vec<_> = calendar.visits.iter().map(|visit| (&visit.site, &visit.fy)).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), calendar.visits.len());
    assert_eq!(calendar.visits[0].id, "V0001");
    let frozen: Vec<&Month> =
        calendar.months.iter().filter(|month| month.month == "2027-12").collect();
    assert_eq!((frozen[0].working_days, frozen[0].visits), (0, 0));
}

#[test]
fn a_deadline_in_october_is_met_by_month() {
    let pins = "[[deadline]]\nid = \"d\"\ntitle = \"D\"\ndate = 2028-10-10\nclass = \"desktop\"\nsite = \"A81002\"\n";
    let envelopes =
        ENVELOPES.replace("\"2000.00\"", "\"700.00\"").replace("\"1800.00\"", "\"2600.00\"");
    let world = World::new(PRICES, &envelopes, POLICY, pins);
    let (calendar, _, document) = of(&world);
    sound(&calendar, &document, &world);
    let urgent: Vec<&Visit> = calendar
        .visits
        .iter()
        .filter(|visit| visit.site == "A81002" && visit.fy == "2028/29")
        .collect();
    assert!(!urgent.is_empty(), "{:?}", document.lines);
    for visit in urgent {
        let deadline = visit.lines.iter().any(|line| line.class == "desktop");
        assert!(!deadline || visit.day.as_str() < "2028-10-10", "{visit:?}");
    }
}

#[test]
fn hours_of_a_month_are_never_passed_and_big_visits_are_split() {
    // 20 hours a year are some 1.75 a month: two desktops at one site need two months.
    let world = World::usual();
    let (calendar, _, document) = of(&world);
    sound(&calendar, &document, &world);
    let limited: Vec<&Month> =
        calendar.months.iter().filter(|month| month.engineer_hours_limit.is_some()).collect();
    assert_eq!(limited.len(), 12, "the capacity of 2027/28");
    let hours = |text: &str| text.parse::<rust_decimal::Decimal>().unwrap();
    let all: rust_decimal::Decimal =
        limited.iter().filter_map(|month| month.engineer_hours_limit.as_deref()).map(hours).sum();
    assert_eq!(all, hours("20"), "the months share the year's hours");
}

#[test]
fn what_has_no_day_is_listed_and_warned_of() {
    let policy = "[[freeze]]\nsite = \"A81002\"\nfrom = 2027-04-01\nuntil = 2030-03-31\n";
    let world = World::new(PRICES, ENVELOPES, policy, "");
    let (calendar, problems, document) = of(&world);
    sound(&calendar, &document, &world);
    assert!(!calendar.unplaced.is_empty());
    for one in &calendar.unplaced {
        assert_eq!((one.site.as_str(), one.why.as_str()), ("A81002", "every day is frozen"));
    }
    assert_eq!(problems.iter().count(), calendar.unplaced.len());
    assert!(problems.iter().all(|problem| problem.code == codes::VISIT_NOT_PLACED));
}

#[test]
fn engineers_that_do_not_suffice_leave_work_without_a_day() {
    let world = World::usual();
    let (document, _) = world.plan();
    let fewer =
        World::new(PRICES, &ENVELOPES.replace("engineer_hours = 20", "engineer_hours = 1"), "", "");
    let (calendar, problems) =
        calendar(&document, &fewer.prices, &fewer.policy, &fewer.envelopes).unwrap();
    sound(&calendar, &document, &fewer);
    assert!(problems.iter().count() > 0);
    assert!(
        calendar.unplaced.iter().any(|one| one.why.contains("used up")),
        "{:?}",
        calendar.unplaced
    );
}

#[test]
fn an_item_without_a_price_is_refused() {
    let world = World::usual();
    let (document, _) = world.plan();
    let other = World::new(&PRICES.replace("monitor-24", "monitor-27"), ENVELOPES, "", "");
    let problems = calendar(&document, &other.prices, &world.policy, &world.envelopes).unwrap_err();
    let shown: Vec<String> = problems.iter().map(|problem| problem.message.clone()).collect();
    assert_eq!(shown, ["the prices have no item `monitor-24`"]);
}

#[test]
fn the_icalendar_has_every_visit_and_order() {
    let world = World::new(PRICES, ENVELOPES, POLICY, "");
    let (calendar, _, document) = of(&world);
    let text = icalendar(&calendar, &document.as_of);
    assert!(
        text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
            && text.ends_with("END:VCALENDAR\r\n")
    );
    let count = |what: &str| text.matches(what).count();
    assert_eq!(count("BEGIN:VEVENT"), calendar.visits.len() + calendar.orders.len());
    assert_eq!(count("BEGIN:VEVENT"), count("END:VEVENT"));
    assert!(text.contains("DTSTAMP:20261120T000000Z"));
    assert!(text.lines().all(|line| line.len() <= 75));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let visit = &calendar.visits[0];
    assert!(text.contains(&format!("DTSTART;VALUE=DATE:{}", visit.day.replace('-', ""))));
}
