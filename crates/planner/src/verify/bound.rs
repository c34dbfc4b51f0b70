//! The bound that a certificate proves, recomputed in exact integers.

use std::collections::BTreeMap;
use std::fmt;

use super::times_allow;
use crate::certificate::{Certificate, MULTIPLIER_MAX, PENALTY_MAX, SCALE};
use crate::pln1::{Choice, Class, Problem};

/// Why a certificate cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateFault {
    /// The scale is not 2^20.
    Scale,
    /// An array is not holders x (T + 1).
    Shape,
    /// A multiplier is negative or reaches 2^40.
    Multiplier {
        /// The value.
        value: i64,
    },
    /// Highest multiplier times highest price, money plus hours, reaches 2^61.
    Penalty,
    /// An asset (or a bundle) has no allowed option, so there is nothing to bound.
    NoOption {
        /// The asset, or the first member.
        asset: usize,
    },
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scale => write!(f, "its scale is not 2^20"),
            Self::Shape => write!(f, "its arrays are not holders x (T + 1)"),
            Self::Multiplier { value } => {
                write!(f, "multiplier {value} is not an integer from 0 to below 2^40")
            }
            Self::Penalty => write!(f, "multiplier times price reaches 2^61"),
            Self::NoOption { asset } => write!(f, "asset {asset} has no allowed option"),
        }
    }
}

/// A proven lower bound on the objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Bundle members choose their years together; rounded up to pence.
    pub pence: i128,
    /// Every asset chooses alone, bundled or not: the plain formula of PLN1, rounded up. Equal
    /// to `pence` without bundles, never above it.
    pub per_asset_pence: i128,
}

/// Recomputes the bound. Visits are not in it, so with visit costs it is valid but weak.
///
/// # Errors
/// The first [`CertificateFault`] found.
pub fn bound(problem: &Problem, certificate: &Certificate) -> Result<Bound, CertificateFault> {
    check(problem, certificate)?;
    let tables = Tables::new(problem, certificate);
    let (mut free, mut alone) = (0_i128, 0_i128);
    let mut bundles: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (asset, &bundle) in problem.assets().bundle.iter().enumerate() {
        let least = tables
            .values(asset)
            .map(|(_, value)| value)
            .min()
            .ok_or(CertificateFault::NoOption { asset })?;
        if bundle < 0 {
            free = free.saturating_add(least);
        } else {
            alone = alone.saturating_add(least);
            bundles.entry(bundle).or_default().push(asset);
        }
    }
    let mut together = 0_i128;
    for members in bundles.values() {
        together = together.saturating_add(tables.bundle_value(members)?);
    }
    let paid = capacity_value(problem, certificate);
    let pence = |sum: i128| {
        let scale = i128::from(SCALE);
        sum.saturating_sub(paid).saturating_add(scale).saturating_sub(1).div_euclid(scale)
    };
    Ok(Bound {
        pence: pence(free.saturating_add(together)),
        per_asset_pence: pence(free.saturating_add(alone)),
    })
}

fn check(problem: &Problem, certificate: &Certificate) -> Result<(), CertificateFault> {
    if certificate.scale != SCALE {
        return Err(CertificateFault::Scale);
    }
    let mut top = 0_i128;
    for (table, most) in
        [(&certificate.lam, problem.max_price()), (&certificate.mu, problem.max_units())]
    {
        let width = problem.years().saturating_add(1);
        if table.len() != problem.holders() || table.iter().any(|row| row.len() != width) {
            return Err(CertificateFault::Shape);
        }
        let mut values = table.iter().flatten();
        if let Some(&value) = values.find(|v| !(0..MULTIPLIER_MAX).contains(*v)) {
            return Err(CertificateFault::Multiplier { value });
        }
        let highest = table.iter().flatten().max().copied().unwrap_or(0);
        top = top.saturating_add(i128::from(highest).saturating_mul(i128::from(most)));
    }
    if top >= i128::from(PENALTY_MAX) { Err(CertificateFault::Penalty) } else { Ok(()) }
}

/// Multiplier-weighted capacity of all rows.
fn capacity_value(problem: &Problem, certificate: &Certificate) -> i128 {
    let mut paid = 0_i128;
    let money = certificate.lam.iter().zip(problem.envelope());
    for (multipliers, capacities) in money.chain(certificate.mu.iter().zip(problem.install())) {
        for (&m, &c) in multipliers.iter().zip(capacities).skip(1) {
            paid = paid.saturating_add(i128::from(m).saturating_mul(i128::from(c)));
        }
    }
    paid
}

/// Priced purchases of every option of every class, for each holder.
struct Tables<'a> {
    problem: &'a Problem,
    /// `priced[holder][class][option]` in units of 1/SCALE pence.
    priced: Vec<Vec<Vec<i128>>>,
}

impl<'a> Tables<'a> {
    fn new(problem: &'a Problem, certificate: &Certificate) -> Self {
        let rows = certificate.lam.iter().zip(&certificate.mu);
        let priced = rows.map(|(lam, mu)| {
            let of_class = |c: &Class| c.options.iter().map(|&o| priced(c, o, lam, mu)).collect();
            problem.classes().iter().map(of_class).collect()
        });
        Self { problem, priced: priced.collect() }
    }

    /// Scaled value of each allowed option of an asset.
    fn values(&self, asset: usize) -> impl Iterator<Item = (Choice, i128)> + '_ {
        let problem = self.problem;
        let assets = problem.assets();
        let holder = assets.ics.get(asset).and_then(|&g| usize::try_from(g).ok()).unwrap_or(0);
        let class_no = usize::from(assets.class.get(asset).copied().unwrap_or(0));
        let tier = usize::from(assets.tier.get(asset).copied().unwrap_or(0));
        let class = problem.classes().get(class_no);
        let options = class.map_or(&[][..], |c| c.options.as_slice());
        let succ = class.and_then(|c| c.succ.get(tier)).map_or(&[][..], Vec::as_slice);
        let priced = self.priced.get(holder).and_then(|h| h.get(class_no));
        let priced = priced.map_or(&[][..], Vec::as_slice);
        let mut kept = vec![0_i128; problem.years().saturating_add(1)];
        let mut sum = 0_i128;
        for (cell, &keep) in kept.iter_mut().skip(1).zip(problem.keep(asset)) {
            *cell = sum;
            sum = sum.saturating_add(i128::from(keep));
        }
        if let Some(never) = kept.first_mut() {
            *never = sum;
        }
        let allowed: Vec<bool> =
            (0_u16..).take(kept.len()).map(|t1| times_allow(problem, asset, t1)).collect();
        let all = options.iter().zip(succ).zip(priced);
        all.filter_map(move |((&choice, &succ), &paid)| {
            let t1 = usize::from(choice.t1);
            let (&kept, &allowed) = (kept.get(t1)?, allowed.get(t1)?);
            let cost = kept.saturating_add(i128::from(succ)).saturating_mul(i128::from(SCALE));
            allowed.then_some((choice, cost.saturating_add(paid)))
        })
    }

    /// Least scaled value of a bundle whose members share both years.
    fn bundle_value(&self, members: &[usize]) -> Result<i128, CertificateFault> {
        let mut pairs: BTreeMap<(u16, u16), (usize, i128)> = BTreeMap::new();
        for &asset in members {
            let mut own: BTreeMap<(u16, u16), i128> = BTreeMap::new();
            for (choice, value) in self.values(asset) {
                let cell = own.entry((choice.t1, choice.t2)).or_insert(value);
                *cell = value.min(*cell);
            }
            for (years, value) in own {
                let cell = pairs.entry(years).or_insert((0, 0));
                *cell = (cell.0.saturating_add(1), cell.1.saturating_add(value));
            }
        }
        let shared = pairs.values().filter(|(count, _)| *count == members.len());
        let asset = members.first().copied().unwrap_or(0);
        shared.map(|&(_, value)| value).min().ok_or(CertificateFault::NoOption { asset })
    }
}

/// Multiplier-weighted purchases of one option.
fn priced(class: &Class, choice: Choice, lam: &[i64], mu: &[i64]) -> i128 {
    let bought = [(choice.t1, choice.k1), (choice.t2, choice.k2)];
    let mut sum = 0_i128;
    for (t, k) in bought.into_iter().filter(|b| b.0 > 0) {
        let (t, k) = (usize::from(t), usize::from(k));
        let price = class.price.get(k).and_then(|row| row.get(t)).copied().unwrap_or(0);
        for (table, amount) in [(lam, price), (mu, class.units)] {
            let multiplier = i128::from(table.get(t).copied().unwrap_or(0));
            sum = sum.saturating_add(multiplier.saturating_mul(i128::from(amount)));
        }
    }
    sum
}
