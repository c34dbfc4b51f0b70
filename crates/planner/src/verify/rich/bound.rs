//! The bound that a PLN2 certificate proves, recomputed in exact integers.

use std::collections::BTreeMap;
use std::fmt;

use super::{Case, cell, fairness, money, option, pool};
use crate::certificate::{Certificate2, MULTIPLIER_MAX, SCALE};
use crate::pln2::{Draft, Problem, Purchase};

/// Why a certificate cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateFault2 {
    /// The scale is not 2^20.
    Scale,
    /// A table has not the shape of its rows.
    Shape,
    /// A multiplier is negative or reaches 2^40.
    Multiplier {
        /// The value.
        value: i64,
    },
    /// A shared multiplier names no asset, site, pair or year.
    Place {
        /// The index.
        index: i64,
        /// The year.
        year: i64,
    },
    /// The shares of a site's visit pass what it costs.
    Visit {
        /// The site.
        site: usize,
        /// The year.
        year: usize,
    },
    /// The price of a failing device passes that of an excess.
    Fairness {
        /// The site.
        site: usize,
        /// The year.
        year: usize,
    },
    /// An asset or a linked group has no allowed option, so there is nothing to bound.
    NoOption {
        /// The asset, or the first member.
        asset: usize,
    },
}

impl fmt::Display for CertificateFault2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scale => write!(f, "its scale is not 2^20"),
            Self::Shape => write!(f, "a table has another shape than its rows"),
            Self::Multiplier { value } => {
                write!(f, "multiplier {value} is not an integer from 0 to below 2^40")
            }
            Self::Place { index, year } => write!(f, "there is no place {index} in year {year}"),
            Self::Visit { site, year } => {
                write!(f, "the shares of the visit to site {site} in year {year} pass its cost")
            }
            Self::Fairness { site, year } => {
                write!(f, "the price of site {site} in year {year} passes that of an excess")
            }
            Self::NoOption { asset } => write!(f, "asset {asset} has no allowed option"),
        }
    }
}

/// Values by index and year.
type Sparse = BTreeMap<(usize, usize), i128>;

/// Recomputes the bound in pence, rounded up.
///
/// # Errors
/// The first [`CertificateFault2`] found.
pub fn bound2(problem: &Problem, certificate: &Certificate2) -> Result<i128, CertificateFault2> {
    let draft = problem.as_draft();
    let case = Case { draft, choices: &[] };
    shapes(draft, certificate)?;
    let visits = sparse(&certificate.visits, draft.assets.len(), draft.years)?;
    check_visits(&case, &visits)?;
    let fair = sparse(&certificate.fairness, draft.sites, draft.years)?;
    let allowed = check_fairness(&case, &fair)?;
    let order = sparse(&certificate.precedence, draft.precedence.len(), draft.years)?;
    let first = first_year_prices(&case, &visits, &fair, &order);
    let mut total = 0_i128;
    let mut groups: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (asset, &group) in draft.assets.bundle.iter().enumerate() {
        if group >= 0 {
            groups.entry(group).or_default().push(asset);
        } else {
            let values = values(&case, certificate, asset, first.get(asset));
            let least = values.values().min().ok_or(CertificateFault2::NoOption { asset })?;
            total = total.saturating_add(*least);
        }
    }
    for members in groups.values() {
        total = total.saturating_add(group_value(&case, certificate, members, &first)?);
    }
    total = total.saturating_sub(capacity_value(&case, certificate)).saturating_sub(allowed);
    let scale = i128::from(SCALE);
    Ok(total.saturating_add(scale).saturating_sub(1).div_euclid(scale))
}

fn shapes(draft: &Draft, c: &Certificate2) -> Result<(), CertificateFault2> {
    if c.scale != SCALE {
        return Err(CertificateFault2::Scale);
    }
    let width = draft.years.saturating_add(1);
    let fits = |table: &[Vec<Vec<i64>>], rows: usize, may_be_empty: bool| {
        (may_be_empty && table.is_empty())
            || table.len() == draft.holders
                && table.iter().all(|h| h.len() == rows && h.iter().all(|r| r.len() == width))
    };
    let streams = draft.streams.len();
    let ok = fits(&c.lam, streams, false)
        && fits(&c.low, streams, true)
        && fits(&c.rise, streams, true)
        && fits(&c.fall, streams, true)
        && fits(&c.pool, draft.pools.names.len(), true)
        && c.mu.len() == draft.holders
        && c.mu.iter().all(|r| r.len() == width);
    if !ok {
        return Err(CertificateFault2::Shape);
    }
    let tables = [&c.lam, &c.low, &c.rise, &c.fall, &c.pool];
    let rows = tables.into_iter().flat_map(|t| t.iter().flatten().flatten());
    let shared = [&c.visits, &c.fairness, &c.precedence];
    let shared = shared.into_iter().flatten().map(|[_, _, value]| value);
    let mut all = rows.chain(c.mu.iter().flatten()).chain(shared);
    match all.find(|v| !(0..MULTIPLIER_MAX).contains(*v)) {
        Some(&value) => Err(CertificateFault2::Multiplier { value }),
        None => Ok(()),
    }
}

/// Sums the entries of each place.
fn sparse(list: &[[i64; 3]], count: usize, years: usize) -> Result<Sparse, CertificateFault2> {
    let mut out = Sparse::new();
    for &[index, year, value] in list {
        let place = usize::try_from(index).ok().filter(|&i| i < count);
        let when = usize::try_from(year).ok().filter(|t| (1..=years).contains(t));
        let (Some(place), Some(when)) = (place, when) else {
            return Err(CertificateFault2::Place { index, year });
        };
        let sum = out.entry((place, when)).or_default();
        *sum = sum.saturating_add(i128::from(value));
    }
    Ok(out)
}

fn check_visits(case: &Case<'_>, visits: &Sparse) -> Result<(), CertificateFault2> {
    let mut sums = Sparse::new();
    for (&(asset, year), &value) in visits {
        let sum = sums.entry((case.site(asset), year)).or_default();
        *sum = sum.saturating_add(value);
    }
    for ((site, year), sum) in sums {
        let cost = case.draft.visit_cost.get(year).map_or(0, |&v| i128::from(v));
        if sum > cost.saturating_mul(i128::from(SCALE)) {
            return Err(CertificateFault2::Visit { site, year });
        }
    }
    Ok(())
}

/// Priced devices that may fail, after checking the prices.
fn check_fairness(case: &Case<'_>, fair: &Sparse) -> Result<i128, CertificateFault2> {
    let Some(terms) = &case.draft.fairness else {
        let first = fair.keys().next();
        return first
            .map_or(Ok(0), |&(site, year)| Err(CertificateFault2::Fairness { site, year }));
    };
    let sizes = fairness::sizes(case);
    let mut paid = 0_i128;
    for (&(site, year), &value) in fair {
        let top = terms.price.get(year).map(|&p| i128::from(p).saturating_mul(SCALE.into()));
        if top.is_some_and(|top| value > top) {
            return Err(CertificateFault2::Fairness { site, year });
        }
        let most = fairness::limit(terms.permille, sizes.get(&site).copied().unwrap_or(0));
        paid = paid.saturating_add(value.saturating_mul(most));
    }
    Ok(paid)
}

/// What each asset pays in the shared terms for each first year (0 for never).
fn first_year_prices(
    case: &Case<'_>,
    visits: &Sparse,
    fair: &Sparse,
    order: &Sparse,
) -> Vec<Vec<i128>> {
    let draft = case.draft;
    let width = draft.years.saturating_add(1);
    let mut out = vec![vec![0_i128; width]; draft.assets.len()];
    let mut add = |asset: usize, t1: usize, value: i128| {
        if let Some(slot) = out.get_mut(asset).and_then(|row| row.get_mut(t1)) {
            *slot = slot.saturating_add(value);
        }
    };
    for (&(asset, year), &value) in visits {
        add(asset, year, value);
    }
    for asset in 0..draft.assets.len() {
        let site = case.site(asset);
        for year in 1..width {
            let Some(&price) = fair.get(&(site, year)) else { continue };
            for t1 in 0..width {
                let first = u16::try_from(t1).unwrap_or(0);
                if fairness::is_failing(case, asset, first, year) {
                    add(asset, t1, price);
                }
            }
        }
    }
    for (&(pair, year), &price) in order {
        let Some(&(before, after)) = draft.precedence.get(pair) else { continue };
        for t1 in 1..=year {
            add(usize::try_from(after).unwrap_or(usize::MAX), t1, price);
            add(usize::try_from(before).unwrap_or(usize::MAX), t1, price.saturating_neg());
        }
    }
    out
}

/// Least scaled value of an asset for each list of years that its open options have.
fn values(
    case: &Case<'_>,
    c: &Certificate2,
    asset: usize,
    first: Option<&Vec<i128>>,
) -> BTreeMap<Vec<u16>, i128> {
    let mut best: BTreeMap<Vec<u16>, i128> = BTreeMap::new();
    let Some(class) = case.draft.classes.get(case.class(asset)) else { return best };
    for (place, purchases) in class.options.iter().enumerate() {
        if !option::is_open(case, asset, purchases) {
            continue;
        }
        let Some(cost) = option::cost_of(case, asset, class, place) else { continue };
        let t1 = purchases.first().map_or(0, |p| usize::from(p.t));
        let shared = first.and_then(|row| row.get(t1)).copied().unwrap_or(0);
        let mut value = cost.saturating_mul(i128::from(SCALE)).saturating_add(shared);
        for (order, &p) in purchases.iter().enumerate() {
            value = value.saturating_add(priced(case, c, asset, order, p));
        }
        let years: Vec<u16> = purchases.iter().map(|p| p.t).collect();
        let slot = best.entry(years).or_insert(value);
        *slot = (*slot).min(value);
    }
    best
}

/// What one purchase pays for the rows it uses.
fn priced(case: &Case<'_>, prices: &Certificate2, asset: usize, order: usize, p: Purchase) -> i128 {
    let (g, s, t) = (case.holder(asset), usize::from(p.s), usize::from(p.t));
    let price = case.price(asset, p);
    let units = case.draft.classes.get(case.class(asset)).map_or(0, |k| i128::from(k.units));
    let next = t.saturating_add(1);
    let per_penny = cell(&prices.lam, (g, s, t))
        .saturating_sub(cell(&prices.low, (g, s, t)))
        .saturating_add(change(prices, (g, s, t)))
        .saturating_sub(change(prices, (g, s, next)));
    let per_unit = prices.mu.get(g).and_then(|r| r.get(t)).map_or(0, |&v| i128::from(v));
    let (from, to) = pool::flows(case, asset, order, p);
    let drawn = from.map_or(0, |pool| cell(&prices.pool, (g, pool, t)));
    let released = to.map_or(0, |pool| cell(&prices.pool, (g, pool, t)));
    per_penny
        .saturating_mul(price)
        .saturating_add(per_unit.saturating_mul(units))
        .saturating_add(drawn)
        .saturating_sub(released)
}

/// Price of a rise into a year less that of a fall.
fn change(c: &Certificate2, at: (usize, usize, usize)) -> i128 {
    cell(&c.rise, at).saturating_sub(cell(&c.fall, at))
}

/// Members choose their challengers and streams alone and their years together.
fn group_value(
    case: &Case<'_>,
    c: &Certificate2,
    members: &[usize],
    first: &[Vec<i128>],
) -> Result<i128, CertificateFault2> {
    let mut sums: BTreeMap<Vec<u16>, (usize, i128)> = BTreeMap::new();
    for &asset in members {
        for (years, value) in values(case, c, asset, first.get(asset)) {
            let entry = sums.entry(years).or_default();
            *entry = (entry.0.saturating_add(1), entry.1.saturating_add(value));
        }
    }
    let all = sums.values().filter(|s| s.0 == members.len()).map(|s| s.1);
    let asset = members.first().copied().unwrap_or(0);
    all.min().ok_or(CertificateFault2::NoOption { asset })
}

/// Multiplier-weighted capacity of all rows.
fn capacity_value(case: &Case<'_>, c: &Certificate2) -> i128 {
    let d = case.draft;
    let mut paid = 0_i128;
    let mut pay = |multiplier: i128, amount: i128| {
        paid = paid.saturating_add(multiplier.saturating_mul(amount));
    };
    for g in 0..d.holders {
        for t in 1..=d.years {
            for s in 0..d.streams.len() {
                let at = (g, s, t);
                pay(cell(&c.lam, at), money::available(case, at));
                pay(cell(&c.low, at), cell(&d.minimum, at).saturating_neg());
                let most = d.smoothing.get(g).and_then(|r| r.get(s)).copied().unwrap_or(-1);
                // A limit of -1 is no row: what its multiplier would prove must not count.
                let most = if most < 0 || t == 1 { i128::from(i64::MAX) } else { most.into() };
                pay(cell(&c.rise, at), most);
                pay(cell(&c.fall, at), most);
            }
            for p in 0..d.pools.names.len() {
                pay(cell(&c.pool, (g, p, t)), cell(&d.pools.stock, (g, p, t)));
            }
            let hours = d.install.get(g).and_then(|r| r.get(t)).map_or(0, |&v| i128::from(v));
            pay(c.mu.get(g).and_then(|r| r.get(t)).map_or(0, |&v| i128::from(v)), hours);
        }
    }
    paid
}
