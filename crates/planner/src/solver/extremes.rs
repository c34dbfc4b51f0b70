//! Tests at the ends of the ranges that a problem may use.

use super::tests::{brute_force, confirmed, problem, specimen, tiny};
use super::*;
use crate::certificate::Certificate;
use crate::pln1::specimen::{Random, Specimen};
use crate::pln1::{Assets, Choice, Class, Draft, Problem};
use crate::verify::verify;

/// Money amounts are multiplied by this: beyond what the search counts in 32 bits.
const DEAR: i64 = 3 << 32;

/// A tiny problem taken to an extreme: huge prices in some classes, 63 years, far-off sites.
fn extreme(seed: u64) -> Draft {
    let mut draft = tiny(seed);
    let mut random = Random::new(!seed);
    let kind = 1 + random.below(7);
    if kind & 1 == 1 {
        let rows = draft.classes.iter_mut().filter(|_| random.below(3) > 0);
        rows.flat_map(|c| &mut c.price).flatten().for_each(|p| *p *= DEAR);
        for amount in draft.envelope.iter_mut().flatten() {
            *amount = *amount * DEAR + random.between(0, 60);
        }
    }
    if kind & 2 == 2 {
        stretch(&mut draft);
    }
    if kind & 4 == 4 {
        draft.sites = (1 << 31) - 1;
        draft.assets.site.iter_mut().for_each(|s| *s = *s * 2_000_000_000 + 17);
        draft.visit_cost.iter_mut().skip(1).for_each(|v| *v = 11);
    }
    draft
}

/// Spreads the years of a problem over 63.
fn stretch(draft: &mut Draft) {
    let step = 63 / draft.years;
    let far = |row: &[i64]| -> Vec<i64> {
        let at = |t: usize| if t.is_multiple_of(step) { row.get(t / step) } else { None };
        (0..64).map(|t| at(t).copied().unwrap_or(0)).collect()
    };
    for class in &mut draft.classes {
        class.price.iter_mut().for_each(|row| *row = far(row));
        for o in &mut class.options {
            (o.t1, o.t2) = (o.t1 * step as u16, o.t2 * step as u16);
        }
    }
    let tables = draft.envelope.iter_mut().chain(&mut draft.install);
    tables.for_each(|row| *row = far(row));
    draft.visit_cost = far(&draft.visit_cost);
    let a = &mut draft.assets;
    a.earliest.iter_mut().for_each(|t| *t *= step as u16);
    a.latest.iter_mut().for_each(|t| *t *= step as u16);
    a.lock.iter_mut().filter(|t| **t > 0).for_each(|t| *t *= step as i16);
    let years = draft.years;
    a.keep = a.keep.chunks(years).flat_map(|k| (0..63).map(|t| k[t * years / 63])).collect();
    draft.years = 63;
}

#[test]
fn extreme_problems_agree_with_brute_force() {
    let (mut solved, mut refuted, mut optimal) = (0, 0, 0);
    for seed in 0..150 {
        let p = problem(extreme(seed));
        let best = brute_force(&p);
        match (solve(&p, &SolveOptions::default()), best) {
            (Outcome::Solved(s), Some(best)) => {
                let v = verify(&p, &s.schedule, Some(&s.certificate));
                assert_eq!(v.violations, [], "seed {seed}");
                assert_eq!(v.objective_pence, Some(s.objective_pence.into()), "seed {seed}");
                assert_eq!(v.bound.unwrap().pence, s.bound_pence.into(), "seed {seed}");
                assert!(i128::from(s.bound_pence) <= best, "seed {seed}");
                assert!(best <= i128::from(s.objective_pence), "seed {seed}");
                solved += 1;
                optimal += usize::from(best == i128::from(s.objective_pence));
            }
            (Outcome::Infeasible(conflicts), None) => {
                assert!(!conflicts.is_empty());
                refuted += 1;
            }
            (outcome, best) => panic!("seed {seed}: {outcome:?} against {best:?}"),
        }
    }
    assert!(solved > 40 && refuted > 10, "{solved} solved, {refuted} refuted");
    assert!(optimal * 2 > solved, "only {optimal} of {solved} optimal");
}

#[test]
fn the_exact_effort_finds_the_optimum_of_a_tiny_holder() {
    let mut seen = 0;
    for seed in 0..400 {
        let draft = if seed % 2 == 0 { tiny(seed) } else { extreme(seed) };
        let p = problem(Draft { visit_cost: vec![0; draft.years + 1], ..draft });
        let Some(best) = brute_force(&p) else { continue };
        let options = SolveOptions { effort: Effort::Exact, gap: 0.0, ..SolveOptions::default() };
        let found = confirmed(&p, &options).expect("there is a plan");
        assert_eq!(i128::from(found.objective_pence), best, "seed {seed}");
        seen += 1;
    }
    assert!(seen > 150, "{seen}");
}

#[test]
fn the_exact_effort_never_loses_what_the_fast_one_found() {
    for (seed, visit_pence) in [(1, 0), (2, 0), (3, 9_000)] {
        let holders = 12;
        let base = Specimen { assets: 600, holders, visit_pence, seed, ..Specimen::default() };
        let p = specimen(base);
        let with = |effort| {
            let calls = std::sync::atomic::AtomicU32::new(0);
            let stop = || calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 3_000;
            let options =
                SolveOptions { effort, gap: 0.0, should_stop: Some(&stop), ..Default::default() };
            confirmed(&p, &options).unwrap().objective_pence
        };
        assert!(with(Effort::Exact) <= with(Effort::Fast), "seed {seed}");
    }
}

/// Two bundles of two devices with eight challengers over 45 years: 64 combinations for each of
/// 1,035 pairs of years.
fn many_tails() -> Problem {
    let (years, challengers) = (45_u16, 8_u16);
    let mut random = Random::new(5);
    let mut options = vec![Choice::default()];
    for t1 in 1..=years {
        for t2 in std::iter::once(0).chain(t1 + 1..=years) {
            let k2 = |k: u16| if t2 > 0 { k } else { 0 };
            options.extend((0..challengers).map(|k1| Choice { t1, k1, t2, k2: k2(k1) }));
        }
    }
    let width = usize::from(years) + 1;
    let price = (0..challengers).map(|_| (0..width).map(|_| random.between(100, 900)).collect());
    let class = Class {
        name: "c".to_owned(),
        units: 1,
        price: price.collect(),
        succ: vec![options.iter().map(|_| random.between(0, 5000)).collect()],
        options,
    };
    problem(Draft {
        years: years.into(),
        challengers: challengers.into(),
        holders: 1,
        sites: 1,
        classes: vec![class],
        envelope: vec![vec![1500; width]],
        install: vec![vec![100; width]],
        visit_cost: vec![0; width],
        assets: Assets {
            ics: vec![0; 4],
            site: vec![0; 4],
            bundle: vec![0, 0, 1, 1],
            class: vec![0; 4],
            tier: vec![0; 4],
            earliest: vec![40; 4],
            latest: vec![0; 4],
            lock: vec![-1; 4],
            keep: (0..4 * years).map(|_| random.between(1000, 20_000) as i32).collect(),
        },
    })
}

#[test]
fn a_bundle_may_have_more_ways_than_sixteen_bits_count() {
    let found = confirmed(&many_tails(), &SolveOptions::default()).expect("there is a plan");
    assert!(found.gap() < 0.2, "{}", found.gap());
}

#[test]
fn a_window_of_boundless_capacities_is_not_a_conflict_of_sums() {
    let mut draft =
        crate::pln1::specimen::generate(&Specimen { assets: 20, ..Specimen::default() });
    draft.install[0].fill((1 << 60) - 1);
    draft.envelope[0].fill(1);
    draft.assets.lock.fill(-1);
    draft.assets.earliest.fill(1);
    draft.assets.latest.fill(0);
    draft.assets.latest[4] = 9;
    draft.assets.latest[5] = 10;
    let outcome = solve(&problem(draft), &SolveOptions::default());
    assert!(matches!(outcome, Outcome::Infeasible(_)), "{outcome:?}");
}

#[test]
fn a_start_that_proves_nothing_is_left_aside() {
    let p = specimen(Specimen { assets: 3000, holders: 3, ..Specimen::default() });
    let cold = confirmed(&p, &SolveOptions::default()).unwrap();
    for (lam, mu) in [((1 << 40) - 1, 0), (1 << 24, 1 << 24), (0, (1 << 38) - 1)] {
        let mut wild = Certificate::zero(&p);
        wild.lam.iter_mut().for_each(|row| row.fill(lam));
        wild.mu.iter_mut().for_each(|row| row.fill(mu));
        let options = SolveOptions { start: Some(&wild), ..SolveOptions::default() };
        let found = confirmed(&p, &options).unwrap();
        assert_eq!(found.objective_pence, cold.objective_pence, "{lam} {mu}");
    }
}

#[test]
fn a_negative_objective_is_proved_by_distance() {
    let p = specimen(Specimen { assets: 5, ..Specimen::default() });
    let mut s = confirmed(&p, &SolveOptions::default()).unwrap();
    let mut judge = |objective, bound| {
        (s.objective_pence, s.bound_pence) = (objective, bound);
        (s.gap(), s.is_proved(0.01))
    };
    assert_eq!(judge(-1000, -2000), (-1.0, false));
    assert_eq!(judge(-1000, -1010), (-0.01, true));
    assert_eq!(judge(1000, 500), (0.5, false));
    assert_eq!(judge(1000, 990), (0.01, true));
    assert_eq!(judge(0, -1), (0.0, false));
    assert_eq!(judge(0, 0), (0.0, true));
    let (gap, proved) = judge(-1000, -1000);
    assert!(proved && gap.is_sign_positive());
    assert!(!s.is_proved(f64::NAN));
}

#[test]
fn an_odd_gap_is_no_gap() {
    let p = specimen(Specimen { assets: 60, ..Specimen::default() });
    for gap in [f64::NAN, f64::INFINITY, 1e300, -1.0] {
        confirmed(&p, &SolveOptions { gap, ..SolveOptions::default() }).unwrap();
    }
}
