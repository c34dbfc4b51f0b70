//! The invariants of a PLN2 problem.

use super::problem::{Draft, More, Purchase, groups};
use crate::pln1::{Assets, Faults, MAX_YEARS, fault};

/// Prices, envelopes and successor costs stay below this many pence in magnitude.
const MONEY_MAX: i64 = 1 << 40;
/// Installation times and stocks stay below this.
const UNITS_MAX: i64 = 1 << 20;
/// Envelopes and capacities stay below this.
const CAPACITY_MAX: i64 = 1 << 60;
/// The cost of one asset, or of one linked group, stays below this.
const COST_MAX: i128 = 1 << 41;
/// Objective and spend of the whole problem stay below this.
const TOTAL_MAX: i128 = 1 << 62;

struct Report<'a> {
    file: &'a str,
    faults: Faults,
}

impl Report<'_> {
    fn push(&mut self, code: &'static str, field: &str, message: String, help: &'static str) {
        self.faults.push(fault(code, self.file, message, help).in_column(field));
    }

    fn size(&mut self, field: &str, expected: usize, got: usize) -> bool {
        if expected != got {
            let message = format!("expected {expected} entries, found {got}");
            let help = "make the array fit the sizes n, T, K, G, the classes and the streams";
            self.push("PLN0103", field, message, help);
        }
        expected == got
    }

    fn range(&mut self, field: &str, value: i64, low: i64, high: i64) {
        if value < low || value >= high {
            let message = format!("expected a value from {low} to below {high}, found {value}");
            let help = "correct the value; money is in pence, time in quarter hours";
            self.push("PLN0104", field, message, help);
        }
    }

    /// A table of rows by year, every value in range.
    fn years(&mut self, field: &str, rows: &[Vec<i64>], count: usize, width: usize, high: i64) {
        if self.size(field, count, rows.len()) {
            for row in rows {
                if self.size(field, width, row.len()) {
                    for &value in row.iter().skip(1) {
                        self.range(field, value, 0, high);
                    }
                }
            }
        }
    }
}

/// Checks every invariant of [`super::Problem`].
pub(super) fn check(draft: &Draft, file: &str) -> Result<(), Faults> {
    let mut report = Report { file, faults: Faults::default() };
    sizes(&mut report, draft);
    if report.faults.is_empty() {
        classes(&mut report, draft);
        rows(&mut report, draft);
        settings(&mut report, draft);
    }
    if report.faults.is_empty() {
        columns(&mut report, draft);
    }
    if report.faults.is_empty() {
        assets(&mut report, draft);
    }
    if report.faults.is_empty() {
        totals(&mut report, draft);
        linked(&mut report, draft);
    }
    report.faults.or(())
}

fn wide(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn sizes(report: &mut Report<'_>, d: &Draft) {
    report.range("T", wide(d.years), 1, wide(MAX_YEARS).saturating_add(1));
    report.range("n", wide(d.assets.len()), 0, 1 << 31);
    report.range("classes", wide(d.classes.len()), 0, 1 << 15);
    report.range("K", wide(d.challengers), 0, 1 << 15);
    report.range("G", wide(d.holders), 0, 1 << 31);
    report.range("streams", wide(d.streams.len()), 1, 1 << 10);
    report.range("demands", wide(d.demands.len()), 1, 1 << 10);
}

fn classes(report: &mut Report<'_>, d: &Draft) {
    let width = d.years.saturating_add(1);
    for (c, class) in d.classes.iter().enumerate() {
        report.range(&format!("units[{c}]"), class.units, 0, UNITS_MAX);
        report.years(&format!("price[{c}]"), &class.price, d.challengers, width, MONEY_MAX);
        let field = format!("options[{c}]");
        report.range(&field, wide(class.options.len()), 0, 1 << 16);
        for option in &class.options {
            purchases(report, d, &field, option);
        }
        let mut sorted: Vec<&Vec<Purchase>> = class.options.iter().collect();
        sorted.sort_unstable();
        if sorted.windows(2).any(|w| w.first() == w.get(1)) {
            let message = "an option is listed twice".to_owned();
            report.push("PLN0105", &field, message, "list each option once");
        }
        for (z, row) in class.succ.iter().enumerate() {
            let field = format!("succ[{c}][{z}]");
            if report.size(&field, class.options.len(), row.len()) {
                for &s in row {
                    report.range(&field, s, 1_i64.saturating_sub(MONEY_MAX), MONEY_MAX);
                }
            }
        }
    }
}

fn purchases(report: &mut Report<'_>, d: &Draft, field: &str, option: &[Purchase]) {
    let possible = |p: &Purchase| {
        p.t >= 1
            && usize::from(p.t) <= d.years
            && usize::from(p.k) < d.challengers
            && usize::from(p.s) < d.streams.len()
    };
    let ascending = option.windows(2).all(|w| matches!(w, [a, b] if a.t < b.t));
    if !ascending || !option.iter().all(possible) {
        let message = format!("option {option:?} is not a possible list of purchases");
        let help = "write [t,k,s] by ascending t, with t from 1 to T, k below K, s a stream";
        report.push("PLN0104", field, message, help);
    }
}

fn rows(report: &mut Report<'_>, d: &Draft) {
    let width = d.years.saturating_add(1);
    for (name, table, may_be_empty) in [
        ("envelope", &d.envelope, false),
        ("contingency", &d.contingency, true),
        ("minimum", &d.minimum, true),
    ] {
        if may_be_empty && table.is_empty() {
            continue;
        }
        if report.size(name, d.holders, table.len()) {
            for holder in table {
                report.years(name, holder, d.streams.len(), width, CAPACITY_MAX);
            }
        }
    }
    report.years("install", &d.install, d.holders, width, CAPACITY_MAX);
    if !d.smoothing.is_empty() && report.size("smoothing", d.holders, d.smoothing.len()) {
        for row in &d.smoothing {
            if report.size("smoothing", d.streams.len(), row.len()) {
                for &value in row {
                    report.range("smoothing", value, -1, CAPACITY_MAX);
                }
            }
        }
    }
    if report.size("visit_cost", width, d.visit_cost.len()) {
        for &v in d.visit_cost.iter().skip(1) {
            report.range("visit_cost", v, 0, MONEY_MAX);
        }
    }
    if !d.closed_from.is_empty() {
        report.size("closed_from", d.sites, d.closed_from.len());
    }
    pools(report, d);
}

fn pools(report: &mut Report<'_>, d: &Draft) {
    let (p, count) = (&d.pools, d.pools.names.len());
    if count == 0 {
        report.size("pools.stock", 0, p.stock.len());
        report.size("pools.draw", 0, p.draw.len());
        report.size("pools.release", 0, p.release.len());
        return;
    }
    let (width, top) = (d.years.saturating_add(1), wide(count));
    if report.size("pools.stock", d.holders, p.stock.len()) {
        for holder in &p.stock {
            report.years("pools.stock", holder, count, width, UNITS_MAX);
        }
    }
    if report.size("pools.draw", d.classes.len(), p.draw.len()) {
        for row in &p.draw {
            if report.size("pools.draw", d.challengers, row.len()) {
                for &pool in row {
                    report.range("pools.draw", pool.into(), -1, top);
                }
            }
        }
    }
    if report.size("pools.release", d.classes.len(), p.release.len()) {
        for row in p.release.iter().flatten() {
            if report.size("pools.release", width, row.len()) {
                for &pool in row {
                    report.range("pools.release", pool.into(), -1, top);
                }
            }
        }
    }
}

fn settings(report: &mut Report<'_>, d: &Draft) {
    report.range("stability_price", d.stability_price, 0, MONEY_MAX);
    for stream in &d.streams {
        for &c in stream.classes.iter().flatten() {
            report.range("streams.classes", c.into(), 0, wide(d.classes.len()));
        }
        for &c in stream.demands.iter().flatten() {
            report.range("streams.demands", c.into(), 0, wide(d.demands.len()));
        }
    }
    if let Some(f) = &d.fairness {
        report.range("fairness.permille", f.permille, 0, 1001);
        if !f.price.is_empty()
            && report.size("fairness.price", d.years.saturating_add(1), f.price.len())
        {
            for &v in f.price.iter().skip(1) {
                report.range("fairness.price", v, 0, MONEY_MAX);
            }
        }
    }
}

fn columns(report: &mut Report<'_>, d: &Draft) {
    let a = &d.assets;
    let n = a.len();
    for (name, got, expected) in [
        ("site", a.site.len(), n),
        ("bundle", a.bundle.len(), n),
        ("class", a.class.len(), n),
        ("tier", a.tier.len(), n),
        ("earliest", a.earliest.len(), n),
        ("latest", a.latest.len(), n),
        ("lock", a.lock.len(), n),
        ("keep", a.keep.len(), n.saturating_mul(d.years)),
        ("more", d.more.len(), n),
    ] {
        report.size(name, expected, got);
    }
}

fn assets(report: &mut Report<'_>, d: &Draft) {
    let years = wide(d.years).saturating_add(1);
    let Assets { ics, site, bundle, class, tier, lock, .. } = &d.assets;
    let place = ics.iter().zip(site).zip(bundle);
    let kind = class.iter().zip(tier).zip(lock).zip(&d.more);
    for (i, (((&ics, &site), &bundle), (((&class, &tier), &lock), more))) in
        place.zip(kind).enumerate()
    {
        let tiers = d.classes.get(usize::from(class)).map_or(0, |c| wide(c.succ.len()));
        let bands = d.pools.release.get(usize::from(class)).map_or(0, |b| wide(b.len()));
        let More { demand, pin, approved, band, .. } = *more;
        for (name, value, low, high) in [
            ("ics", i64::from(ics), 0, wide(d.holders)),
            ("site", i64::from(site), 0, wide(d.sites)),
            ("bundle", i64::from(bundle), -1, 1 << 31),
            ("class", i64::from(class), 0, wide(d.classes.len())),
            ("tier", i64::from(tier), 0, tiers),
            ("lock", i64::from(lock), -1, years),
            ("demand", i64::from(demand), 0, wide(d.demands.len())),
            ("pin", i64::from(pin), -1, wide(d.challengers)),
            ("approved", i64::from(approved), -1, years),
            ("band", i64::from(band), -1, bands),
        ] {
            if value < low || value >= high {
                report.range(&format!("{name} of asset {i}"), value, low, high);
            }
        }
        if report.faults.is_full() {
            return;
        }
    }
    for &(before, after) in &d.precedence {
        let holder = |i: u32| usize::try_from(i).ok().and_then(|i| ics.get(i));
        match (holder(before), holder(after)) {
            (Some(a), Some(b)) if a == b && before != after => {}
            (Some(_), Some(_)) => {
                let message = format!("{before} and {after} are one asset or of two holders");
                report.push("PLN0108", "precedence", message, "order assets of one holder");
            }
            _ => {
                let message = format!("expected two assets, found {before} and {after}");
                report.push("PLN0104", "precedence", message, "use asset numbers from 0 to n-1");
            }
        }
    }
}

/// The largest magnitude that an asset's cost can have, stability and fairness included.
fn cost_max(d: &Draft, asset: usize) -> i128 {
    let start = asset.saturating_mul(d.years);
    let keep = d.assets.keep.get(start..start.saturating_add(d.years)).unwrap_or(&[]);
    let kept: u64 = keep.iter().map(|k| u64::from(k.unsigned_abs())).sum();
    let class = d.assets.class.get(asset).and_then(|&c| d.classes.get(usize::from(c)));
    let succ =
        class.map_or(0, |c| c.succ.iter().flatten().map(|s| s.unsigned_abs()).max().unwrap_or(0));
    let unfair: i64 = d.fairness.iter().flat_map(|f| f.price.iter().skip(1)).sum();
    [i128::from(kept), i128::from(succ), i128::from(d.stability_price), i128::from(unfair)]
        .iter()
        .sum()
}

fn totals(report: &mut Report<'_>, d: &Draft) {
    let mut total: i128 = (0..d.assets.len()).map(|i| cost_max(d, i)).sum();
    let visits: i128 = d.visit_cost.iter().map(|&v| i128::from(v)).sum();
    total = total.saturating_add(visits.saturating_mul(i128::from(wide(d.sites))));
    let price = d.classes.iter().flat_map(|c| c.price.iter().flatten()).max().copied();
    let purchases = d.classes.iter().flat_map(|c| c.options.iter().map(Vec::len)).max();
    let each =
        i128::from(price.unwrap_or(0)).saturating_mul(i128::from(wide(purchases.unwrap_or(0))));
    let spend = each.saturating_mul(i128::from(wide(d.assets.len())));
    if total >= TOTAL_MAX || spend >= TOTAL_MAX {
        let message = "the sum of all costs or prices could reach 2^62 pence".to_owned();
        let help = "check the unit of the money columns; amounts are in pence";
        report.push("PLN0106", "keep", message, help);
    }
}

fn linked(report: &mut Report<'_>, d: &Draft) {
    for (id, members) in groups(&d.assets) {
        let holder = |&i: &usize| d.assets.ics.get(i);
        if members.iter().any(|m| holder(m) != members.first().and_then(holder)) {
            let message = format!("group {id} has members under two budget holders");
            report.push("PLN0107", "bundle", message, "split the group, one for each holder");
        }
        let cost: i128 = members.iter().map(|&m| cost_max(d, m)).sum();
        if cost >= COST_MAX {
            let message = format!("the costs of group {id} could reach 2^41 pence");
            report.push("PLN0106", "bundle", message, "split the group");
        }
    }
}
