//! From multipliers to a first plan: the cheapest option where it is clear, error diffusion of
//! the smoothed shares where options nearly tie.

use super::layout::{BARRED, Group, Layout};
use super::math::exp_neg;
use super::plan::Plan;
use crate::pln1::specimen::Random;

/// Options within this many temperatures of the cheapest share an item.
const TIE_TAUS: f64 = 16.0;

/// Values of one group's tails at the multipliers, for tails that fit their rows alone.
#[derive(Debug)]
pub(super) struct Priced {
    /// Lagrangian value of each tail after the prefix, pence; infinite when it cannot be used.
    pub(super) tail: Vec<f64>,
    /// Least of each column.
    pub(super) column: Vec<f64>,
}

impl Priced {
    pub(super) fn new(layout: &Layout<'_>, group: &Group, y: &[f64]) -> Self {
        let mut column = vec![f64::INFINITY; layout.columns()];
        let value = |t: &super::layout::Tail| {
            if !t.fits {
                return f64::INFINITY;
            }
            let paid: f64 = t.usage().map(|(r, a)| y[r] * a as f64).sum();
            t.cost as f64 + paid
        };
        let tail: Vec<f64> = group.tails.iter().map(value).collect();
        for (t, &v) in group.tails.iter().zip(&tail) {
            column[t.t1] = column[t.t1].min(v);
        }
        Self { tail, column }
    }
}

/// The first plan and how clear each item's choice was.
#[derive(Debug)]
pub(super) struct Rounded<'l, 'p> {
    pub(super) plan: Plan<'l, 'p>,
    /// Reduced cost of the second-best column of each item, pence.
    pub(super) margin: Vec<f32>,
    /// An item without any usable option, if there is one.
    pub(super) stuck: Option<usize>,
    pub(super) priced: Vec<Priced>,
}

/// Rounds the smoothed solution at `y` and temperature `tau`; `variant` moves the point at
/// which shares tip over, 0 being the even one.
pub(super) fn round<'l, 'p>(
    layout: &'l Layout<'p>,
    y: &[f64],
    tau: f64,
    variant: u64,
) -> Rounded<'l, 'p> {
    let mut random = Random::new(variant);
    let mut offsets = |count: usize| -> Vec<f64> {
        let mut one = || if variant == 0 { 0.0 } else { random.below(1000) as f64 / 1000.0 };
        (0..count).map(|_| one()).collect()
    };
    let mut out = Rounded {
        plan: Plan::empty(layout),
        margin: vec![f32::INFINITY; layout.items()],
        stuck: None,
        priced: layout.groups.iter().map(|g| Priced::new(layout, g, y)).collect(),
    };
    let columns = layout.columns();
    let mut prefix = vec![0_i64; columns];
    let mut value = vec![0.0; columns];
    for (g, group) in layout.groups.iter().enumerate() {
        let mut column_debt = offsets(columns);
        let mut tail_debt = offsets(group.tails.len());
        let shares = tail_shares(group, &out.priced[g], tau);
        for item in group.items.clone() {
            layout.exact_prefix(item, &mut prefix);
            let priced = &out.priced[g].column;
            let (mut best, mut second) = (f64::INFINITY, f64::INFINITY);
            let mut column = 0;
            for (j, ((v, &p), &c)) in value.iter_mut().zip(&prefix).zip(priced).enumerate() {
                *v = if p == BARRED { f64::INFINITY } else { p as f64 + c };
                if *v < best {
                    (second, best, column) = (best, *v, j);
                } else {
                    second = second.min(*v);
                }
            }
            if best == f64::INFINITY {
                out.stuck.get_or_insert(item);
                continue;
            }
            out.margin[item] = (second - best) as f32;
            if second - best < TIE_TAUS * tau {
                column = diffuse(&value, best, tau, &mut column_debt);
            }
            let tail = pick_tail(group, column, &shares, &mut tail_debt);
            out.plan.place(item, tail, prefix[column]);
        }
    }
    out
}

/// Share of each tail among those of its column.
fn tail_shares(group: &Group, priced: &Priced, tau: f64) -> Vec<f64> {
    let mut shares = vec![0.0; group.tails.len()];
    for range in &group.column {
        let least = priced.tail[range.clone()].iter().fold(f64::INFINITY, |a, &b| a.min(b));
        if least == f64::INFINITY {
            continue;
        }
        let cut =
            |v: f64| if v - least < TIE_TAUS * tau { exp_neg((least - v) / tau) } else { 0.0 };
        let total: f64 = priced.tail[range.clone()].iter().map(|&v| cut(v)).sum();
        for t in range.clone() {
            shares[t] = cut(priced.tail[t]) / total;
        }
    }
    shares
}

/// Adds each column's share to its debt and pays the column that is owed most.
fn diffuse(value: &[f64], best: f64, tau: f64, debt: &mut [f64]) -> usize {
    let share = |v: f64| if v - best < TIE_TAUS * tau { exp_neg((best - v) / tau) } else { 0.0 };
    let total: f64 = value.iter().map(|&v| share(v)).sum();
    let mut chosen = (f64::NEG_INFINITY, 0);
    for (j, (&v, owed)) in value.iter().zip(debt.iter_mut()).enumerate() {
        let part = share(v) / total;
        *owed += part;
        if part > 0.0 && *owed > chosen.0 {
            chosen = (*owed, j);
        }
    }
    debt[chosen.1] -= 1.0;
    chosen.1
}

fn pick_tail(group: &Group, column: usize, shares: &[f64], debt: &mut [f64]) -> usize {
    let range = group.column[column].clone();
    let mut chosen = (f64::NEG_INFINITY, range.start);
    for t in range {
        debt[t] += shares[t];
        if shares[t] > 0.0 && debt[t] > chosen.0 {
            chosen = (debt[t], t);
        }
    }
    debt[chosen.1] -= 1.0;
    chosen.1
}
