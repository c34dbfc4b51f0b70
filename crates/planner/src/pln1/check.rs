//! The invariants of a problem.

use super::fault::fault;
use super::{Choice, Class, Draft, Faults, MAX_YEARS};

/// Prices, envelopes and successor costs stay below this many pence in magnitude.
const MONEY_MAX: i64 = 1 << 40;
/// Installation times stay below this many quarter hours.
const UNITS_MAX: i64 = 1 << 20;
/// Envelopes and capacities stay below this.
const CAPACITY_MAX: i64 = 1 << 60;
/// Assets, holders and sites are fewer than this.
const SIZE_MAX: i64 = 1 << 31;
/// A bundle's cost stays below this, so that its value in a bound fits 63 bits.
const BUNDLE_MAX: i128 = 1 << 41;
/// Objective and spend of the whole problem stay below this.
const TOTAL_MAX: i128 = 1 << 62;

struct Report<'a> {
    file: &'a str,
    faults: Faults,
}

impl Report<'_> {
    fn size(&mut self, field: &str, expected: usize, got: usize) -> bool {
        if expected != got {
            self.faults.push(
                fault(
                    "PLN0103",
                    self.file,
                    format!("expected {expected} entries, found {got}"),
                    "make the array fit the sizes n, T, K, G and the classes",
                )
                .in_column(field),
            );
        }
        expected == got
    }

    fn range(&mut self, field: &str, value: i64, low: i64, high: i64) {
        if value < low || value >= high {
            self.faults.push(
                fault(
                    "PLN0104",
                    self.file,
                    format!("expected a value from {low} to below {high}, found {value}"),
                    "correct the value; money is in pence, time in quarter hours",
                )
                .in_column(field),
            );
        }
    }
}

/// Checks the sizes that `meta.json` announces, before anything is made of their size.
pub(super) fn check_sizes(draft: &Draft, assets: usize, file: &str) -> Result<(), Faults> {
    let mut report = Report { file, faults: Faults::default() };
    let small = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    report.range("T", small(draft.years), 1, small(MAX_YEARS).saturating_add(1));
    report.range("n", small(assets), 0, SIZE_MAX);
    report.range("classes", small(draft.classes.len()), 0, 1 << 15);
    report.range("K", small(draft.challengers), 0, 1 << 15);
    report.range("G", small(draft.holders), 0, SIZE_MAX);
    report.range("sites", small(draft.sites), 0, SIZE_MAX);
    report.faults.or(())
}

/// Checks every invariant of [`super::Problem`].
pub(super) fn check(draft: &Draft, file: &str) -> Result<(), Faults> {
    check_sizes(draft, draft.assets.len(), file)?;
    let mut report = Report { file, faults: Faults::default() };
    for (c, class) in draft.classes.iter().enumerate() {
        check_class(&mut report, draft, c, class);
    }
    check_rows(&mut report, draft);
    let sizes_agree = check_columns(&mut report, draft);
    if report.faults.is_empty() && sizes_agree {
        check_assets(&mut report, draft);
    }
    if report.faults.is_empty() {
        check_totals(&mut report, draft);
        check_bundles(&mut report, draft);
    }
    report.faults.or(())
}

fn check_class(report: &mut Report<'_>, draft: &Draft, c: usize, class: &Class) {
    report.range(&format!("units[{c}]"), class.units, 0, UNITS_MAX);
    report.size(&format!("price[{c}]"), draft.challengers, class.price.len());
    for (k, row) in class.price.iter().enumerate() {
        let field = format!("price[{c}][{k}]");
        if report.size(&field, draft.years.saturating_add(1), row.len()) {
            for &p in row {
                report.range(&field, p, 0, MONEY_MAX);
            }
        }
    }
    let field = format!("options[{c}]");
    report.range(&field, i64::try_from(class.options.len()).unwrap_or(i64::MAX), 0, 1 << 16);
    for choice in &class.options {
        check_choice(report, draft, &field, *choice);
    }
    let mut sorted = class.options.clone();
    sorted.sort_unstable();
    if let Some(pair) = sorted.windows(2).find(|w| w.first() == w.get(1)) {
        let twice = pair.first().copied().unwrap_or_default();
        report.faults.push(
            fault(
                "PLN0105",
                report.file,
                format!(
                    "option [{},{},{},{}] is listed twice",
                    twice.t1, twice.k1, twice.t2, twice.k2
                ),
                "list each option once",
            )
            .in_column(&field),
        );
    }
    for (z, row) in class.succ.iter().enumerate() {
        let field = format!("succ[{c}][{z}]");
        if report.size(&field, class.options.len(), row.len()) {
            for &s in row {
                report.range(&field, s, 1 - MONEY_MAX, MONEY_MAX);
            }
        }
    }
}

fn check_choice(report: &mut Report<'_>, draft: &Draft, field: &str, choice: Choice) {
    let Choice { t1, k1, t2, k2 } = choice;
    let years = usize::from(t1.max(t2)) <= draft.years;
    let order = if t1 == 0 { t2 == 0 && k1 == 0 } else { t2 == 0 || t2 > t1 };
    let first = t1 == 0 || usize::from(k1) < draft.challengers;
    let second = if t2 == 0 { k2 == 0 } else { usize::from(k2) < draft.challengers };
    if !(years && order && first && second) {
        report.faults.push(
            fault(
                "PLN0104",
                report.file,
                format!("option [{t1},{k1},{t2},{k2}] is not a possible replacement"),
                "write [t1,k1,t2,k2] with 0 <= t1 <= T, t2 = 0 or t1 < t2 <= T, k below K",
            )
            .in_column(field),
        );
    }
}

fn check_rows(report: &mut Report<'_>, draft: &Draft) {
    let width = draft.years.saturating_add(1);
    for (name, table) in [("envelope", &draft.envelope), ("install", &draft.install)] {
        if report.size(name, draft.holders, table.len()) {
            for (g, row) in table.iter().enumerate() {
                let field = format!("{name}[{g}]");
                if report.size(&field, width, row.len()) {
                    for &v in row.iter().skip(1) {
                        report.range(&field, v, 0, CAPACITY_MAX);
                    }
                }
            }
        }
    }
    if report.size("visit_cost", width, draft.visit_cost.len()) {
        for &v in draft.visit_cost.iter().skip(1) {
            report.range("visit_cost", v, 0, MONEY_MAX);
        }
    }
}

fn check_columns(report: &mut Report<'_>, draft: &Draft) -> bool {
    let a = &draft.assets;
    let n = a.len();
    let lengths = [
        ("site", a.site.len(), n),
        ("bundle", a.bundle.len(), n),
        ("class", a.class.len(), n),
        ("tier", a.tier.len(), n),
        ("earliest", a.earliest.len(), n),
        ("latest", a.latest.len(), n),
        ("lock", a.lock.len(), n),
        ("keep", a.keep.len(), n.saturating_mul(draft.years)),
    ];
    lengths.iter().fold(true, |all, &(name, got, expected)| report.size(name, expected, got) && all)
}

fn check_assets(report: &mut Report<'_>, draft: &Draft) {
    let a = &draft.assets;
    let tiers: Vec<i64> =
        draft.classes.iter().map(|c| i64::try_from(c.succ.len()).unwrap_or(i64::MAX)).collect();
    let classes = i64::try_from(tiers.len()).unwrap_or(i64::MAX);
    let holders = i64::try_from(draft.holders).unwrap_or(i64::MAX);
    let sites = i64::try_from(draft.sites).unwrap_or(i64::MAX);
    let years = i64::try_from(draft.years).unwrap_or(i64::MAX).saturating_add(1);
    let place = a.ics.iter().zip(&a.site).zip(&a.bundle);
    let kind = a.class.iter().zip(&a.tier).zip(&a.lock);
    for (i, (((&ics, &site), &bundle), ((&class, &tier), &lock))) in place.zip(kind).enumerate() {
        let tier_count = tiers.get(usize::from(class)).copied().unwrap_or(0);
        let ok = i64::from(ics) < holders
            && i64::from(site) < sites
            && bundle >= -1
            && i64::from(class) < classes
            && i64::from(tier) < tier_count
            && i64::from(lock) < years
            && lock >= -1;
        if !ok {
            report.range(&format!("ics of asset {i}"), ics.into(), 0, holders);
            report.range(&format!("site of asset {i}"), site.into(), 0, sites);
            report.range(&format!("bundle of asset {i}"), bundle.into(), -1, 1 << 31);
            report.range(&format!("class of asset {i}"), class.into(), 0, classes);
            report.range(&format!("tier of asset {i}"), tier.into(), 0, tier_count);
            report.range(&format!("lock of asset {i}"), lock.into(), -1, years);
        }
        if report.faults.is_full() {
            return;
        }
    }
}

/// The largest magnitude that each class's successor cost can have.
fn largest_succ(draft: &Draft) -> Vec<i128> {
    let of = |c: &Class| c.succ.iter().flatten().map(|s| i128::from(s.unsigned_abs())).max();
    draft.classes.iter().map(|c| of(c).unwrap_or(0)).collect()
}

fn asset_cost_max(draft: &Draft, succ: &[i128], asset: usize) -> i128 {
    let years = draft.years;
    let start = asset.saturating_mul(years);
    let keep = draft.assets.keep.get(start..start.saturating_add(years)).unwrap_or(&[]);
    let kept: u64 = keep.iter().map(|k| u64::from(k.unsigned_abs())).sum();
    let class = draft.assets.class.get(asset).copied().unwrap_or(0);
    i128::from(kept).saturating_add(succ.get(usize::from(class)).copied().unwrap_or(0))
}

fn check_totals(report: &mut Report<'_>, draft: &Draft) {
    let succ = largest_succ(draft);
    let mut total: i128 = (0..draft.assets.len()).map(|i| asset_cost_max(draft, &succ, i)).sum();
    let visits: i128 = draft.visit_cost.iter().map(|&v| i128::from(v)).sum();
    total = total
        .saturating_add(visits.saturating_mul(i128::try_from(draft.sites).unwrap_or(i128::MAX)));
    let price = draft.classes.iter().flat_map(|c| c.price.iter().flatten()).max();
    let price = i128::from(price.copied().unwrap_or(0)).saturating_mul(2);
    let spend = price.saturating_mul(i128::try_from(draft.assets.len()).unwrap_or(i128::MAX));
    if total >= TOTAL_MAX || spend >= TOTAL_MAX {
        report.faults.push(fault(
            "PLN0106",
            report.file,
            "the sum of all costs or prices could reach 2^62 pence".to_owned(),
            "check the unit of the money columns; amounts are in pence",
        ));
    }
}

fn check_bundles(report: &mut Report<'_>, draft: &Draft) {
    let a = &draft.assets;
    let mut members: Vec<(i32, u32, usize)> = a
        .bundle
        .iter()
        .zip(&a.ics)
        .enumerate()
        .filter(|(_, (b, _))| **b >= 0)
        .map(|(i, (&b, &g))| (b, g, i))
        .collect();
    members.sort_unstable();
    let succ = largest_succ(draft);
    for bundle in members.chunk_by(|x, y| x.0 == y.0) {
        let Some(&(id, holder, _)) = bundle.first() else { continue };
        if bundle.iter().any(|m| m.1 != holder) {
            report.faults.push(fault(
                "PLN0107",
                report.file,
                format!("bundle {id} has members under two budget holders"),
                "split the bundle, one for each holder",
            ));
        }
        let total: i128 = bundle.iter().map(|m| asset_cost_max(draft, &succ, m.2)).sum();
        if total >= BUNDLE_MAX {
            report.faults.push(fault(
                "PLN0106",
                report.file,
                format!("the costs of bundle {id} could reach 2^41 pence"),
                "split the bundle",
            ));
        }
    }
}
