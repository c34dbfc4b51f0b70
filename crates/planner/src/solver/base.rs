//! A PLN1 holder in the terms of the layout: money and hours of every year as rows, one kind per
//! class and tier.

use std::collections::BTreeMap;

use super::layout::{Kind, Row, Way, summed};
use super::outcome::Resource;
use crate::certificate::MULTIPLIER_MAX;
use crate::pln1::{Choice, Problem};

/// Assets of each composition (the sorted kinds of an item's members), members of an item
/// together, in a fixed order.
pub(super) type Compositions = BTreeMap<Vec<usize>, Vec<u32>>;

/// Kinds that occur among the assets, and the assets of each composition.
pub(super) fn arrange(problem: &Problem, assets: &[u32]) -> (Vec<Kind>, Compositions) {
    let a = problem.assets();
    let key = |i: u32| (a.class[i as usize], a.tier[i as usize]);
    let mut numbers: BTreeMap<(u16, u16), usize> = assets.iter().map(|&i| (key(i), 0)).collect();
    for (number, slot) in numbers.values_mut().enumerate() {
        *slot = number;
    }
    let kinds = numbers.keys().map(|&(class, tier)| kind(problem, class, tier)).collect();
    (kinds, compositions(assets, &a.bundle, |i| numbers[&key(i)]))
}

/// Groups assets, and bundles of assets, by the kinds of their members.
pub(super) fn compositions(
    assets: &[u32],
    bundle: &[i32],
    kind: impl Fn(u32) -> usize,
) -> Compositions {
    let mut all = Compositions::new();
    let mut bundles: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for &i in assets {
        match bundle[i as usize] {
            -1 => all.entry(vec![kind(i)]).or_default().push(i),
            b => bundles.entry(b).or_default().push(i),
        }
    }
    for (_, mut members) in bundles {
        members.sort_by_key(|&i| (kind(i), i));
        let key = members.iter().map(|&i| kind(i)).collect();
        all.entry(key).or_default().extend(members);
    }
    all
}

fn kind(problem: &Problem, class_no: u16, tier: u16) -> Kind {
    let class = &problem.classes()[class_no as usize];
    let years = problem.years();
    let way = |(o, &cost): (usize, &i64)| {
        let Choice { t1, k1, t2, k2 } = class.options[o];
        let bought = [(t1, k1), (t2, k2)].into_iter().filter(|b| b.0 > 0);
        let usage = bought.clone().flat_map(|(t, k)| {
            let row = t as usize - 1;
            [(row, class.price[k as usize][t as usize]), (row + years, class.units)]
        });
        Way {
            years: bought.clone().map(|b| b.0).collect(),
            cost,
            usage: summed(usage),
            option: o as u16,
        }
    };
    Kind {
        shape: class_no.into(),
        ways: class.succ[tier as usize].iter().enumerate().map(way).collect(),
    }
}

/// Money rows of years 1 to T, then hour rows.
pub(super) fn rows(problem: &Problem, holder: usize, compositions: &Compositions) -> Vec<Row> {
    let members = compositions.keys().map(Vec::len).max().unwrap_or(1).max(1) as i64;
    let family = |table: &[i64], resource: Resource, most: i64| -> Vec<Row> {
        let amount = most.saturating_mul(members).max(1);
        let ceiling = (MULTIPLIER_MAX - 1).min(((1 << 59) - 1) / amount);
        let row = |(t, &cap): (usize, &i64)| Row { cap, signed: false, resource, year: t, ceiling };
        table.iter().enumerate().skip(1).map(row).collect()
    };
    let money = family(&problem.envelope()[holder], Resource::Money, problem.max_price());
    let hours = family(&problem.install()[holder], Resource::Hours, problem.max_units());
    [money, hours].concat()
}
