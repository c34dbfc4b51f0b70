//! Seeded PLN2 instances for tests and benches: a PLN1 specimen with the constraints asked for.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "test data from small constants; the result is checked by Problem::new"
)]

use super::{Draft, Fairness, Pools, Purchase, Stream, StreamKind};
use crate::pln1::specimen::{self, Random};

/// Which constraints a specimen has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each constraint is there or not")]
pub struct Parts {
    /// A second stream that may pay for some classes and demands, with a contingency.
    pub streams: bool,
    /// Least spends.
    pub minimum: bool,
    /// Limits on the change of spend.
    pub smoothing: bool,
    /// A pool of mid-life devices.
    pub pools: bool,
    /// A ceiling on failing devices of a site, with a price.
    pub fairness: bool,
    /// Ordered pairs.
    pub precedence: bool,
    /// An approved plan to stay near.
    pub stability: bool,
    /// Closed sites, pins, excluded years.
    pub times: bool,
}

impl Parts {
    /// All of them together.
    pub const ALL: Self = Self {
        streams: true,
        minimum: true,
        smoothing: true,
        pools: true,
        fairness: true,
        precedence: true,
        stability: true,
        times: true,
    };
}

/// Generates the problem of a specimen; bundles and visits come from the PLN1 specimen.
pub fn generate(base: &specimen::Specimen, parts: Parts) -> Draft {
    let mut draft = Draft::from(&specimen::generate(base));
    let mut random = Random::new(base.seed ^ 0x5EED);
    if parts.streams {
        streams(&mut draft, &mut random);
    }
    let spent = |draft: &Draft, permille: i64| -> Vec<Vec<Vec<i64>>> {
        let cell = |v: &i64| v * permille / 1000;
        let years = |row: &Vec<i64>| row.iter().map(cell).collect();
        draft.envelope.iter().map(|g| g.iter().map(years).collect()).collect()
    };
    if parts.minimum {
        draft.minimum = spent(&draft, 300);
    }
    if parts.smoothing {
        let most = |row: &Vec<i64>| row.iter().max().copied().unwrap_or(0) * 7 / 10;
        draft.smoothing = draft.envelope.iter().map(|g| g.iter().map(most).collect()).collect();
    }
    if parts.pools && base.challengers > 1 {
        pools(&mut draft, &mut random);
    }
    if parts.fairness {
        let price = vec![12_000; draft.years + 1];
        draft.fairness = Some(Fairness { permille: 250, price });
        for more in &mut draft.more {
            let fails = random.between(1, 12);
            more.failing = (1..=draft.years as i64).filter(|t| *t >= fails).map(|t| 1 << t).sum();
        }
    }
    if parts.precedence {
        for i in (0..draft.assets.len().saturating_sub(1)).step_by(9) {
            if draft.assets.ics[i] == draft.assets.ics[i + 1]
                && free(&draft, i)
                && free(&draft, i + 1)
            {
                draft.precedence.push((i as u32, i as u32 + 1));
            }
        }
    }
    if parts.stability {
        draft.stability_price = 1_500;
        for more in draft.more.iter_mut().step_by(3) {
            more.approved = random.between(0, draft.years as i64) as i32;
        }
    }
    if parts.times {
        draft.closed_from = vec![0; draft.sites];
        for site in (0..draft.sites).step_by(7) {
            draft.closed_from[site] = random.between(2, draft.years as i64) as u16;
        }
        for i in
            (0..draft.assets.len()).step_by(11).filter(|&i| free(&draft, i)).collect::<Vec<_>>()
        {
            draft.more[i].years = if i % 2 == 0 { 1 } else { 0b1011 };
            draft.more[i].pin = i32::from(i % 3 == 0) * (base.challengers as i32 - 1);
        }
        for i in 0..draft.assets.len() {
            let is_closing = draft.closed_from[draft.assets.site[i] as usize] > 0;
            if is_closing || draft.assets.bundle[i] >= 0 {
                draft.assets.latest[i] = 0;
                draft.assets.lock[i] = -1;
            }
        }
    }
    draft
}

/// Whether an asset is bound to nothing.
fn free(draft: &Draft, i: usize) -> bool {
    let a = &draft.assets;
    a.bundle[i] < 0 && a.lock[i] < 0 && a.latest[i] == 0
}

/// A revenue stream for the last two classes and every second demand, a tenth of the money.
fn streams(draft: &mut Draft, random: &mut Random) {
    draft.streams.push(Stream {
        name: "second".to_owned(),
        kind: StreamKind::Revenue,
        classes: Some(vec![2, 3, 4]),
        demands: Some(vec![1]),
    });
    draft.demands.push("enhanced".to_owned());
    for more in &mut draft.more {
        more.demand = random.below(2) as u16;
    }
    for class in &mut draft.classes {
        let first: Vec<Vec<Purchase>> = class.options.clone();
        for (o, option) in first.iter().enumerate().filter(|o| !o.1.is_empty()) {
            let other = option.iter().map(|p| Purchase { s: 1, ..*p }).collect();
            class.options.push(other);
            for row in &mut class.succ {
                let cost = row[o];
                row.push(cost);
            }
        }
    }
    draft.contingency = Vec::new();
    for holder in &mut draft.envelope {
        let tenth: Vec<i64> = holder[0].iter().map(|v| v / 10).collect();
        holder.push(tenth.clone());
        draft.contingency.push(vec![tenth.iter().map(|v| v / 5).collect(); 2]);
    }
}

/// A reused device costs a fifth of what it did.
fn cheapen(class: &mut super::Class, challenger: usize) {
    class.price[challenger].iter_mut().for_each(|p| *p /= 5);
    for row in &mut class.succ {
        for (cost, option) in row.iter_mut().zip(&class.options) {
            for p in option.iter().filter(|p| usize::from(p.k) == challenger) {
                *cost -= class.price[challenger][usize::from(p.t)] * 3;
            }
        }
    }
}

/// The last challenger of the first two classes is a device released by others.
fn pools(draft: &mut Draft, random: &mut Random) {
    let (years, last) = (draft.years, draft.challengers - 1);
    let mut pools = Pools { names: vec!["mid-life".to_owned()], ..Pools::default() };
    let stock = draft.assets.len() as i64 / 60 / draft.holders.max(1) as i64;
    pools.stock = vec![vec![vec![stock; years + 1]]; draft.holders];
    for class in 0..draft.classes.len() {
        let mut draw = vec![-1; draft.challengers];
        if class < 2 {
            draw[last] = 0;
            cheapen(&mut draft.classes[class], last);
        }
        pools.draw.push(draw);
        let to = |t: usize| if t <= 3 { 0 } else { -1 };
        pools.release.push(vec![(0..=years).map(to).collect()]);
    }
    for (more, &class) in draft.more.iter_mut().zip(&draft.assets.class) {
        more.band = if class < 2 && random.below(3) == 0 { 0 } else { -1 };
    }
    draft.pools = pools;
}
