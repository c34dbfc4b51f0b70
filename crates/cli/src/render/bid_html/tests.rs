use super::*;
use crate::bid::fixture;

fn page() -> String {
    render(&fixture::model()).unwrap()
}

#[test]
fn the_page_asks_for_nothing_and_runs_nothing() {
    let page = page();
    for forbidden in
        ["<script", "src=", "href=\"http", "@import", "url(http", "<link", "javascript:"]
    {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn every_chart_has_a_title_a_description_and_a_table() {
    let page = page();
    let count = |what: &str| page.matches(what).count();
    assert_eq!(count("<svg"), 3);
    assert_eq!(count("<title id="), 3);
    assert_eq!(count("<desc id="), 3);
    for figure in page.split("<figure>").skip(1) {
        let after = figure.split_once("</figure>").unwrap().1.trim_start();
        assert!(after.starts_with("<div class=\"table\""), "a table follows each chart");
    }
}

#[test]
fn a_large_estate_fits_into_half_a_megabyte() {
    let plan = fixture::plan(20_000, 420);
    let bid = crate::bid::build(&fixture::file(&plan), None, &fixture::words()).unwrap();
    let page = render(&bid).unwrap();
    assert!(page.len() < 500_000, "{} bytes", page.len());
    assert!(page.contains("20 further practices are left out here"));
}

#[test]
fn ids_are_unique() {
    let page = page();
    let mut ids: Vec<&str> =
        page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn the_page_is_as_agreed() {
    let page = page();
    let (_, body) = page.split_once("</style>").unwrap();
    insta::assert_snapshot!(body);
}
