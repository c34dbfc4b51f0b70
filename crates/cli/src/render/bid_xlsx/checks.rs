//! Checks: the reconciliations as formulas, so that whoever changes a cell sees what no longer agrees.

use rust_xlsxwriter::XlsxError;

use super::book::{Cached, Page, cell, down};
use super::evidence::DEFERRED;
use super::schedule::TABLE;
use super::{accounts, form, inputs, matrices, summary};
use crate::bid::pounds::Pounds;
use crate::bid::{BidModel, count};

/// First row of the checks, from 0.
const FIRST: u32 = 4;

/// One check: two formulas or values, and when it passes.
struct Check {
    what: String,
    left: String,
    right: String,
    cached: (Cached, Cached),
    rule: Rule,
    holds: bool,
}

#[derive(Clone, Copy)]
enum Rule {
    Equal,
    AtMost,
}

/// The formula of the words on the cover, and the words.
pub(super) fn verdict(bid: &BidModel) -> (String, String) {
    let checks = all(bid);
    let last = down(FIRST, checks.len());
    let range = format!("Checks!E{}:E{last}", FIRST.saturating_add(1));
    let failing = checks.iter().filter(|check| !check.holds).count();
    let words = match failing {
        0 => "ALL CHECKS PASS".to_owned(),
        some => format!("{some} CHECKS FAIL"),
    };
    let formula = format!(
        "=IF(COUNTIF({range},\"pass\")=ROWS({range}),\"ALL CHECKS PASS\",(ROWS({range})-COUNTIF({range},\"pass\"))&\" CHECKS FAIL\")"
    );
    (formula, words)
}

pub(super) fn sheet(page: &mut Page<'_>, bid: &BidModel) -> Result<(), XlsxError> {
    let styles = page.styles;
    page.title(
        "Checks",
        "Reconciliations as formulas. A check fails as soon as a figure no longer agrees.",
    )?;
    page.widths(&[74, 20, 20, 16, 10])?;
    page.headings(
        FIRST.saturating_sub(1),
        &["What must hold", "One side", "Other side", "Difference", "Result"],
        1..4,
    )?;
    let checks = all(bid);
    for (row, check) in (FIRST..).zip(&checks) {
        page.styled(row, 0, &check.what, &styles.wrap)?;
        for (column, formula, cached) in
            [(1, &check.left, &check.cached.0), (2, &check.right, &check.cached.1)]
        {
            let format =
                if matches!(cached, Cached::Count(_)) { &styles.count } else { &styles.money };
            page.formula(row, column, formula, cached, format)?;
        }
        let (left, right) = (cell(row, 1), cell(row, 2));
        let difference = match &check.cached {
            (Cached::Money(left), Cached::Money(right)) => Cached::Money(left.minus(*right)),
            (Cached::Count(left), Cached::Count(right)) if left >= right => {
                Cached::Count(left.saturating_sub(*right))
            }
            (Cached::Count(left), Cached::Count(right)) => {
                Cached::Words(format!("-{}", right.saturating_sub(*left)))
            }
            _ => Cached::Count(0),
        };
        page.formula(row, 3, &format!("=ROUND({left}-{right},2)"), &difference, &styles.text)?;
        let test = match check.rule {
            Rule::Equal => format!("=IF({}=0,\"pass\",\"FAIL\")", cell(row, 3)),
            Rule::AtMost => format!("=IF({}<=0,\"pass\",\"FAIL\")", cell(row, 3)),
        };
        let word = if check.holds { "pass" } else { "FAIL" };
        page.formula(row, 4, &test, &Cached::Words(word.to_owned()), &styles.beside)?;
    }
    page.words_in_colour((FIRST, 4), (down(FIRST, checks.len()), 4), "FAIL", "pass")?;
    page.sheet.set_freeze_panes(FIRST, 0)?;
    page.sheet.protect();
    Ok(())
}

fn all(bid: &BidModel) -> Vec<Check> {
    let mut all = totals(bid);
    all.extend(limits(bid));
    all.extend(rows(bid));
    all
}

fn money(what: &str, left: String, right: String, amounts: (Pounds, Pounds)) -> Check {
    Check {
        what: what.to_owned(),
        left,
        right,
        cached: (Cached::Money(amounts.0), Cached::Money(amounts.1)),
        rule: Rule::Equal,
        holds: amounts.0 == amounts.1,
    }
}

fn totals(bid: &BidModel) -> Vec<Check> {
    let spend = bid.totals.spend;
    let schedule = || format!("=ROUND(SUM({TABLE}[Charged]),2)");
    let same = |what: &str, other: String| money(what, schedule(), other, (spend, spend));
    let summary_total = format!("=Summary!{}", cell(summary::total_row(bid), 2));
    let column = |name: &str| format!("SUM({TABLE}[{name}])");
    vec![
        same("Schedule = the plan's total", format!("={}", spend.plain())),
        same("Schedule = Summary", summary_total),
        same("Schedule = Year x class", format!("={}", matrices::class_total(bid))),
        same("Schedule = Year x practice", format!("={}", matrices::practice_total(bid))),
        same("Schedule = Capitalisation", format!("={}", accounts::total(bid))),
        same("Schedule = Bid, with earlier and later years", form::whole(bid)),
        money(
            "Schedule: net + VAT = gross",
            format!("=ROUND({}+{},2)", column("Net"), column("VAT")),
            format!("=ROUND({},2)", column("Gross")),
            (bid.totals.net.plus(bid.totals.vat), bid.totals.gross),
        ),
        money(
            "Schedule: gross - recovered = charged",
            format!("=ROUND({}-{},2)", column("Gross"), column("Recovered")),
            schedule(),
            (bid.totals.gross.minus(bid.totals.recoverable), spend),
        ),
        money(
            "Schedule: parts of a penny",
            format!("=ROUND(SUMPRODUCT(ABS({TABLE}[Charged]-ROUND({TABLE}[Charged],2))),6)"),
            "=0".to_owned(),
            (Pounds::ZERO, Pounds::ZERO),
        ),
    ]
}

fn limits(bid: &BidModel) -> Vec<Check> {
    (inputs::FIRST..)
        .zip(&bid.holders)
        .map(|(row, year)| Check {
            what: format!(
                "{} {} {}: charged is within the envelope",
                year.fy, year.holder, year.stream
            ),
            left: format!("=Inputs!{}", cell(row, 6)),
            right: format!("=Inputs!{}", cell(row, 5)),
            cached: (Cached::Money(year.spend), Cached::Money(year.envelope)),
            rule: Rule::AtMost,
            holds: year.spend <= year.envelope,
        })
        .collect()
}

fn rows(bid: &BidModel) -> Vec<Check> {
    let counted = |what: &str, left: String, right: u64| Check {
        what: what.to_owned(),
        left,
        right: format!("={right}"),
        cached: (Cached::Count(right), Cached::Count(right)),
        rule: Rule::Equal,
        holds: true,
    };
    let lines = bid.totals.purchases;
    vec![
        counted(
            "Rows of Schedule = rows of lines.csv in manifest.json",
            format!("=COUNTA({TABLE}[Line])"),
            lines,
        ),
        counted(
            "Rows of Schedule with a device key",
            format!("=COUNT({TABLE}[Device key])"),
            lines,
        ),
        counted(
            "Devices bought more than once by one action (0 none, 1 some)",
            format!("=IF(ISERROR(MODE({TABLE}[Device key])),0,1)"),
            0,
        ),
        counted(
            "Rows of Deferred = the plan's count",
            format!("=COUNTA({DEFERRED}[Device])"),
            count(&bid.deferred),
        ),
    ]
}
