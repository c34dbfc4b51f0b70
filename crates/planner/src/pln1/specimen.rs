//! Seeded problem instances for tests and benches; small cousins of a real estate.
//!
//! The same [`Specimen`] gives the same problem on every machine: integers only, one generator
//! of the splitmix64 kind, no floating point.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "test data from small constants; the result is checked by Problem::new"
)]

use super::{Assets, Choice, Class, Draft};

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Specimen {
    /// Number of assets.
    pub assets: usize,
    /// Years in the horizon.
    pub years: usize,
    /// Challengers per class.
    pub challengers: usize,
    /// Budget holders; assets are spread evenly.
    pub holders: usize,
    /// Envelope in per mille of a steady replacement cycle.
    pub tightness_permille: i64,
    /// Draw risk weights from three values instead of a continuum: many identical assets.
    pub tied: bool,
    /// Put about this per mille of the assets into bundles of two or three.
    pub bundled_permille: u64,
    /// Pence for each site and year with a purchase.
    pub visit_pence: i64,
    /// Seed.
    pub seed: u64,
}

impl Default for Specimen {
    fn default() -> Self {
        Self {
            assets: 1000,
            years: 10,
            challengers: 1,
            holders: 1,
            tightness_permille: 750,
            tied: false,
            bundled_permille: 0,
            visit_pence: 0,
            seed: 1,
        }
    }
}

/// The splitmix64 generator: small, seedable, the same everywhere.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound` (0 when `bound` is 0).
    pub fn below(&mut self, bound: u64) -> u64 {
        self.bits().checked_rem(bound).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).saturating_add(1);
        let drawn = self.below(u64::try_from(width).unwrap_or(1));
        low.saturating_add(i64::try_from(drawn).unwrap_or(0))
    }
}

/// Price in pence, quarter hours, life in years, running cost and base risk in pence a year.
const KINDS: [(&str, i64, i64, i64, i64, i64); 5] = [
    ("desktop", 62_000, 6, 5, 4_600, 2_200),
    ("laptop", 86_000, 6, 4, 3_000, 3_400),
    ("monitor", 15_000, 2, 7, 1_400, 500),
    ("reader", 3_500, 1, 5, 300, 400),
    ("printer", 24_000, 3, 6, 2_800, 1_800),
];

/// Generates the problem of a specimen.
pub fn generate(specimen: &Specimen) -> Draft {
    let Specimen { assets: count, years, challengers, holders, .. } = *specimen;
    let mut random = Random::new(specimen.seed);
    let classes: Vec<Class> = KINDS.iter().map(|k| class(k, years, challengers)).collect();
    let mut a = Assets::default();
    let mut need = vec![(0_i64, 0_i64); holders];
    let mut bundle_left = 0;
    for i in 0..count {
        let holder = i * holders / count.max(1);
        let site = i / 40;
        let kind = random.below(KINDS.len() as u64) as usize;
        let (_, price, units, life, run, risk) = KINDS[kind];
        let fresh_bundle = bundle_left == 0 || i == 0 || a.ics[i - 1] as usize != holder;
        if fresh_bundle {
            let joins = random.below(1000) < specimen.bundled_permille;
            bundle_left = if joins { 2 + random.below(2) } else { 1 };
            push_times(&mut a, &mut random, years);
        } else {
            let last = |v: &Vec<u16>| v[i - 1];
            let (earliest, latest, lock) = (last(&a.earliest), last(&a.latest), a.lock[i - 1]);
            a.earliest.push(earliest);
            a.latest.push(latest);
            a.lock.push(lock);
        }
        let id = if fresh_bundle { i as i32 } else { a.bundle[i - 1] };
        let bundled = bundle_left > 1 || (!fresh_bundle && id >= 0);
        a.bundle.push(if bundled { id } else { -1 });
        bundle_left -= 1;
        a.ics.push(holder as u32);
        a.site.push(site as u32);
        a.class.push(kind as u16);
        a.tier.push((site % 3) as u16);
        let weight = if specimen.tied {
            [60, 100, 150][random.below(3) as usize]
        } else {
            random.between(40, 250)
        };
        let (age, fails) = (random.between(0, 2 * life), random.between(1, 14));
        for t in 1..=years as i64 {
            let ageing = risk * (100 + 35 * (age + t)) / 100;
            let failing = if t >= fails { risk * 12 } else { 0 };
            a.keep.push((run + weight * (ageing + failing) / 100) as i32);
        }
        need[holder].0 += price / life;
        need[holder].1 += 1000 * units / life;
    }
    let mut rows = (Vec::new(), Vec::new());
    for (money, hours) in need {
        let mut row = (vec![0; years + 1], vec![0; years + 1]);
        for t in 1..=years {
            row.0[t] = money * specimen.tightness_permille / 1000 * random.between(75, 125) / 100;
            row.1[t] = hours * random.between(80, 110) / 100 / 1000;
        }
        rows.0.push(row.0);
        rows.1.push(row.1);
    }
    let mut visit_cost = vec![specimen.visit_pence; years + 1];
    visit_cost[0] = 0;
    Draft {
        years,
        challengers,
        holders,
        sites: count / 40 + 1,
        classes,
        envelope: rows.0,
        install: rows.1,
        visit_cost,
        assets: a,
    }
}

fn push_times(a: &mut Assets, random: &mut Random, years: usize) {
    let draw = random.below(1000);
    let horizon = years as i64;
    a.earliest.push(if draw < 30 { 2 } else { 1 });
    let deadline = if (985..993).contains(&draw) { horizon.min(4) } else { 0 };
    a.latest.push(deadline as u16);
    let lock = if draw >= 996 { random.between(0, horizon) } else { -1 };
    a.lock.push(lock as i16);
}

fn class(kind: &(&str, i64, i64, i64, i64, i64), years: usize, challengers: usize) -> Class {
    let &(name, price, units, life, run, risk) = kind;
    let horizon = years as i64;
    let priced = |k: usize, t: i64| price * (100 + 22 * k as i64) / 100 * (1000 + 28 * t) / 1000;
    let mut table = vec![vec![0; years + 1]; challengers];
    for (k, row) in table.iter_mut().enumerate() {
        for (t, cell) in row.iter_mut().enumerate().skip(1) {
            *cell = priced(k, t as i64);
        }
    }
    let mut options = vec![Choice::default()];
    for t1 in 1..=years {
        for k1 in 0..challengers {
            let first = Choice { t1: t1 as u16, k1: k1 as u16, t2: 0, k2: 0 };
            options.push(first);
            for t2 in t1 + life as usize..=years {
                for k2 in 0..challengers {
                    options.push(Choice { t2: t2 as u16, k2: k2 as u16, ..first });
                }
            }
        }
    }
    let stretch = |from: i64, to: i64, k: u16, tier: i64| -> i64 {
        let year = |t: i64| {
            let late = if t - from > life { risk * 3 } else { 0 };
            let ageing = risk * (100 + 35 * (t - from)) / 100 + late;
            run * (100 - 10 * i64::from(k)) / 100
                + (100 + 25 * tier) * ageing / (100 + 30 * i64::from(k))
        };
        priced(usize::from(k), from) * (1000 - 30 * from) / 1000 + (from..to).map(year).sum::<i64>()
    };
    let cost = |o: &Choice, tier: i64| match (i64::from(o.t1), i64::from(o.t2)) {
        (0, _) => 0,
        (t1, 0) => stretch(t1, horizon + 1, o.k1, tier),
        (t1, t2) => stretch(t1, t2, o.k1, tier) + stretch(t2, horizon + 1, o.k2, tier),
    };
    let succ = (0..3).map(|z| options.iter().map(|o| cost(o, z)).collect()).collect();
    Class { name: name.to_owned(), units, price: table, options, succ }
}
