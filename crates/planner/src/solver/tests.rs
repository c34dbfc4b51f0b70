use proptest::prelude::*;

use super::*;
use crate::certificate::Certificate;
use crate::pln1::specimen::{Random, Specimen, generate};
use crate::pln1::{Assets, Choice, Class, Draft, Problem};
use crate::verify::{Violation, verify};

pub(super) fn problem(draft: Draft) -> Problem {
    Problem::new(draft, "test").unwrap()
}

pub(super) fn specimen(specimen: Specimen) -> Problem {
    problem(generate(&specimen))
}

/// Solves and has the verifier confirm every figure; `None` when there is no plan.
pub(super) fn confirmed(problem: &Problem, options: &SolveOptions<'_>) -> Option<Solution> {
    let Outcome::Solved(solution) = solve(problem, options) else { return None };
    let v = verify(problem, &solution.schedule, Some(&solution.certificate));
    assert_eq!(v.violations, []);
    assert_eq!(v.objective_pence, Some(solution.objective_pence.into()));
    assert_eq!(v.bound.unwrap().pence, i128::from(solution.bound_pence));
    assert!(solution.bound_pence <= solution.objective_pence);
    Some(*solution)
}

fn solved(problem: &Problem) -> Solution {
    confirmed(problem, &SolveOptions::default()).expect("the specimen has a plan")
}

/// Least objective over all plans, by trying all of them.
pub(super) fn brute_force(problem: &Problem) -> Option<i128> {
    let mut choices = vec![Choice::default(); problem.len()];
    let mut best = None;
    try_asset(problem, 0, &mut choices, &mut best);
    best
}

fn try_asset(p: &Problem, asset: usize, choices: &mut Vec<Choice>, best: &mut Option<i128>) {
    if asset == p.len() {
        let schedule = crate::pln1::Schedule { choices: choices.clone() };
        let v = verify(p, &schedule, None);
        if v.feasible && best.is_none_or(|b| v.objective_pence.unwrap() < b) {
            *best = v.objective_pence;
        }
        return;
    }
    for &option in &p.classes()[usize::from(p.assets().class[asset])].options {
        choices[asset] = option;
        try_asset(p, asset + 1, choices, best);
    }
}

/// A tiny random problem over every feature: bundles, locks, deadlines, zero rows, visits.
pub(super) fn tiny(seed: u64) -> Draft {
    let mut random = Random::new(seed);
    let years = random.between(1, 3);
    let width = years as usize + 1;
    let challengers = random.between(1, 2) as usize;
    let class = |random: &mut Random| {
        let mut options = vec![Choice::default()];
        for t1 in 1..=years as u16 {
            for k1 in 0..challengers as u16 {
                options.push(Choice { t1, k1, t2: 0, k2: 0 });
            }
        }
        if years == 3 {
            options.push(Choice { t1: 1, k1: 0, t2: 3, k2: 0 });
        }
        let price =
            (0..challengers).map(|_| (0..width).map(|_| random.between(0, 40)).collect()).collect();
        let succ =
            (0..2).map(|_| options.iter().map(|_| random.between(-20, 90)).collect()).collect();
        Class { name: "c".to_owned(), units: random.between(0, 3), price, options, succ }
    };
    let classes = vec![class(&mut random), class(&mut random)];
    let count = random.between(1, 4) as usize;
    let mut a = Assets::default();
    for i in 0..count {
        let joined = i > 0 && random.below(3) == 0;
        let ics = if joined { a.ics[i - 1] } else { random.below(2) as u32 };
        if joined && a.bundle[i - 1] < 0 {
            a.bundle[i - 1] = i as i32;
        }
        let bundle = if joined { a.bundle[i - 1] } else { -1 };
        a.ics.push(ics);
        a.site.push(random.below(2) as u32);
        a.bundle.push(bundle);
        a.class.push(random.below(2) as u16);
        a.tier.push(random.below(2) as u16);
        a.earliest.push(random.between(0, 2) as u16);
        a.latest.push(if random.below(4) == 0 { random.between(1, years) as u16 } else { 0 });
        a.lock.push(if random.below(6) == 0 { random.between(0, years) as i16 } else { -1 });
        a.keep.extend((0..years).map(|_| random.between(-10, 60) as i32));
    }
    let rows = |random: &mut Random, top: i64| -> Vec<Vec<i64>> {
        let value = |random: &mut Random| match random.below(4) {
            0 => 0,
            _ => random.between(0, top),
        };
        (0..2).map(|_| (0..width).map(|_| value(random)).collect()).collect()
    };
    let visit = if random.below(3) == 0 { 7 } else { 0 };
    Draft {
        years: years as usize,
        challengers,
        holders: 2,
        sites: 2,
        envelope: rows(&mut random, 90),
        install: rows(&mut random, 8),
        visit_cost: vec![visit; width],
        classes,
        assets: a,
    }
}

#[test]
fn tiny_problems_agree_with_brute_force() {
    let (mut solved, mut refuted, mut optimal) = (0, 0, 0);
    for seed in 0..800 {
        let p = problem(tiny(seed));
        let best = brute_force(&p);
        match (solve(&p, &SolveOptions::default()), best) {
            (Outcome::Solved(s), Some(best)) => {
                let v = verify(&p, &s.schedule, Some(&s.certificate));
                assert_eq!(v.violations, [], "seed {seed}");
                assert_eq!(v.objective_pence, Some(s.objective_pence.into()), "seed {seed}");
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
    assert!(solved > 300 && refuted > 100, "{solved} solved, {refuted} refuted");
    assert!(optimal * 100 > solved * 80, "only {optimal} of {solved} optimal");
}

#[test]
fn a_real_size_is_close_to_its_bound() {
    let p = specimen(Specimen { assets: 6000, ..Specimen::default() });
    assert!(solved(&p).gap() < 1e-4);
    let tied = Specimen { assets: 6000, tied: true, challengers: 2, ..Specimen::default() };
    assert!(solved(&specimen(tied)).gap() < 2e-4);
}

#[test]
fn degenerate_shapes_are_solved() {
    let base = Specimen { assets: 200, ..Specimen::default() };
    for years in 1..=15 {
        solved(&specimen(Specimen { years, ..base }));
    }
    let empty = solved(&specimen(Specimen { assets: 0, ..base }));
    assert_eq!((empty.objective_pence, empty.bound_pence), (0, 0));
    // More holders than assets: most of them are empty.
    solved(&specimen(Specimen { assets: 5, holders: 9, tightness_permille: 9000, ..base }));
    let free = |change: fn(&mut Draft)| {
        let mut draft = generate(&base);
        draft.assets.latest.fill(0);
        draft.assets.lock.fill(-1);
        change(&mut draft);
        solved(&problem(draft))
    };
    let kept = free(|d| d.envelope[0].fill(0));
    assert!(kept.schedule.choices.iter().all(|c| c.t1 == 0));
    assert_eq!(kept.gap(), 0.0, "nothing can be bought, so keeping is optimal");
    let rich = free(|d| {
        d.envelope[0].fill(1 << 50);
        d.install[0].fill(1 << 50);
    });
    assert_eq!(rich.gap(), 0.0, "with no limit every asset takes its cheapest option");
    free(|d| d.assets.class.fill(0));
    free(|d| d.assets.lock.fill(0));
    free(|d| d.envelope[0].fill(5_000));
    free(|d| d.install[0][3] = 0);
}

#[test]
fn infeasible_windows_are_named_with_the_missing_amount() {
    let mut draft = generate(&Specimen { assets: 40, years: 4, ..Specimen::default() });
    draft.assets.latest.fill(0);
    draft.assets.lock.fill(-1);
    draft.assets.earliest.fill(1);
    draft.assets.class.fill(0);
    draft.install[0].fill(1 << 30);
    draft.envelope[0] = vec![0, 130_000, 70_000, 0, 900_000];
    draft.assets.latest[3] = 2;
    draft.assets.latest[8] = 2;
    draft.assets.latest[9] = 1;
    // Year 3 has no money, so this one is due in the same window.
    draft.assets.latest[30] = 3;
    let Outcome::Infeasible(conflicts) = solve(&problem(draft), &SolveOptions::default()) else {
        panic!("four obligations do not fit into three devices' money");
    };
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].demands, [3, 8, 9, 30]);
    let price = 62_000 * 1028 / 1000;
    let reason = &conflicts[0].reason;
    let ConflictReason::Window {
        resource: Resource::Money, from: 1, to: 2, needed, available, ..
    } = *reason
    else {
        panic!("{reason:?}");
    };
    assert_eq!((needed, available), (4 * price, 200_000));
    assert_eq!(reason.short(), Some((Resource::Money, 4 * price - 200_000)));
}

#[test]
fn whole_devices_that_do_not_pack_are_refuted_by_search() {
    let mut draft = generate(&Specimen { assets: 3, years: 2, ..Specimen::default() });
    draft.assets.class.fill(0);
    draft.assets.lock.fill(-1);
    draft.assets.earliest.fill(1);
    draft.assets.latest.fill(2);
    draft.install[0].fill(100);
    draft.envelope[0] = vec![0, 100_000, 100_000];
    let Outcome::Infeasible(conflicts) = solve(&problem(draft), &SolveOptions::default()) else {
        panic!("one device a year fits, three are due in two years");
    };
    assert_eq!(conflicts[0].demands, [0, 1, 2]);
    assert!(matches!(conflicts[0].reason, ConflictReason::Exhausted { .. }));
}

#[test]
fn an_asset_without_options_is_named() {
    let mut draft = generate(&Specimen { assets: 30, ..Specimen::default() });
    draft.assets.lock[7] = 1;
    draft.assets.earliest[7] = 2;
    let Outcome::Infeasible(conflicts) = solve(&problem(draft), &SolveOptions::default()) else {
        panic!("asset 7 is locked before its release");
    };
    assert_eq!(conflicts[0].demands, [7]);
    assert_eq!(conflicts[0].reason, ConflictReason::NoOption);
}

#[test]
fn a_warm_start_gives_a_plan_as_good() {
    let p = specimen(Specimen { assets: 4000, ..Specimen::default() });
    let cold = solved(&p);
    let mut draft = p.into_draft();
    draft.assets.lock[11] = 0;
    let p = problem(draft);
    let options = SolveOptions { start: Some(&cold.certificate), ..SolveOptions::default() };
    let warm = confirmed(&p, &options).unwrap();
    assert!(warm.gap() < 1e-4, "{}", warm.gap());
    // A useless start must not hurt.
    let mut wild = Certificate::zero(&p);
    wild.lam[0].fill((1 << 40) - 1);
    let options = SolveOptions { start: Some(&wild), ..SolveOptions::default() };
    assert!(confirmed(&p, &options).unwrap().gap() < 1e-3);
}

#[test]
fn exact_effort_is_no_worse_and_stops_when_told() {
    let p = specimen(Specimen { assets: 300, ..Specimen::default() });
    let fast = solved(&p);
    let calls = std::sync::atomic::AtomicU32::new(0);
    let stop = || calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 50;
    let options = SolveOptions {
        effort: Effort::Exact,
        gap: 0.0,
        should_stop: Some(&stop),
        ..SolveOptions::default()
    };
    let exact = confirmed(&p, &options).unwrap();
    assert!(exact.interrupted);
    assert!(exact.objective_pence <= fast.objective_pence);
}

#[test]
fn visits_are_counted_and_polished() {
    let base = Specimen { assets: 400, holders: 2, ..Specimen::default() };
    let p = specimen(Specimen { visit_pence: 40_000, ..base });
    let with = solved(&p);
    let without = solved(&specimen(base));
    let schedule = without.schedule;
    let naive = verify(&p, &schedule, None).objective_pence.unwrap();
    assert!(i128::from(with.objective_pence) < naive);
}

#[test]
fn reduced_costs_explain_the_choice() {
    let p = specimen(Specimen { assets: 500, ..Specimen::default() });
    let s = solved(&p);
    for asset in 0..p.len() {
        let costs = reduced_costs(&p, &s.certificate, asset);
        assert!(costs.iter().any(|c| c.excess_scaled == 0));
        assert!(costs.iter().all(|c| c.excess_scaled >= 0));
        assert!(costs.iter().any(|c| c.choice.t1 == s.schedule.choices[asset].t1));
    }
}

/// The vector code and the baseline lead to the same plan, multipliers and figures.
#[test]
fn engines_give_the_same_answer() {
    let base = Specimen { assets: 700, challengers: 2, tied: true, ..Specimen::default() };
    for seed in 0..4 {
        let p = specimen(Specimen { seed, bundled_permille: 50 * seed, ..base });
        let assets: Vec<u32> = (0..p.len() as u32).collect();
        let part = |engine| {
            format!("{:?}", holder::solve_holder(&p, 0, &assets, &SolveOptions::default(), engine))
        };
        assert_eq!(part(kernel::Engine::Portable), part(kernel::Engine::detect()));
    }
}

fn any_specimen() -> impl Strategy<Value = Specimen> {
    let sizes = (1_usize..250, 1_usize..13, 1_usize..3, 1_usize..4);
    (
        sizes,
        600_i64..1500,
        any::<bool>(),
        0_u64..300,
        prop_oneof![Just(0_i64), Just(5_000)],
        any::<u64>(),
    )
        .prop_map(
            |((assets, years, challengers, holders), tight, tied, bundled, visit, seed)| Specimen {
                assets,
                years,
                challengers,
                holders,
                tightness_permille: tight,
                tied,
                bundled_permille: bundled,
                visit_pence: visit,
                seed,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    /// Whatever is emitted passes the verifier; threads do not matter.
    #[test]
    fn answers_hold_for_any_thread_count(specimen in any_specimen()) {
        let p = problem(generate(&specimen));
        let one = solve(&p, &SolveOptions::default());
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let options = SolveOptions { threads: Threads::Pool(&pool), ..SolveOptions::default() };
        prop_assert_eq!(&one, &solve(&p, &options));
        if let Outcome::Solved(s) = &one {
            let v = verify(&p, &s.schedule, Some(&s.certificate));
            prop_assert_eq!(v.violations, vec![]);
            prop_assert_eq!(v.objective_pence, Some(i128::from(s.objective_pence)));
            prop_assert_eq!(v.bound.unwrap().pence, i128::from(s.bound_pence));
        }
    }

    /// More money never worsens a plan beyond the proven gap, and never makes it impossible.
    #[test]
    fn more_money_does_not_hurt(specimen in any_specimen(), percent in 101_i64..200) {
        let draft = generate(&Specimen { visit_pence: 0, ..specimen });
        let mut rich = draft.clone();
        for cell in rich.envelope.iter_mut().flatten() {
            *cell = *cell * percent / 100;
        }
        if let Some(poor) = confirmed(&problem(draft), &SolveOptions::default()) {
            let rich = confirmed(&problem(rich), &SolveOptions::default()).unwrap();
            prop_assert!(rich.bound_pence <= poor.objective_pence);
        }
    }

    /// The order of the assets changes the objective by less than the proven gaps.
    #[test]
    fn order_stays_within_the_gap(specimen in any_specimen(), seed in any::<u64>()) {
        let draft = generate(&Specimen { visit_pence: 0, ..specimen });
        let mut order: Vec<usize> = (0..draft.assets.len()).collect();
        let mut random = Random::new(seed);
        for i in (1..order.len()).rev() {
            order.swap(i, random.below(i as u64 + 1) as usize);
        }
        let mut mixed = draft.clone();
        for (to, &from) in order.iter().enumerate() {
            let (a, b) = (&mut mixed.assets, &draft.assets);
            (a.ics[to], a.site[to], a.bundle[to]) = (b.ics[from], b.site[from], b.bundle[from]);
            (a.class[to], a.tier[to]) = (b.class[from], b.tier[from]);
            (a.earliest[to], a.latest[to], a.lock[to]) =
                (b.earliest[from], b.latest[from], b.lock[from]);
            let years = draft.years;
            a.keep[to * years..][..years].copy_from_slice(&b.keep[from * years..][..years]);
        }
        let (a, b) = (
            confirmed(&problem(draft), &SolveOptions::default()),
            confirmed(&problem(mixed), &SolveOptions::default()),
        );
        if let (Some(a), Some(b)) = (a, b) {
            prop_assert!(a.bound_pence <= b.objective_pence);
            prop_assert!(b.bound_pence <= a.objective_pence);
        }
    }
}

/// A conflict is a proof: without its demands' rivals the conflict remains.
#[test]
fn conflicts_hold_on_their_own() {
    let mut seen = 0;
    for seed in 0..400 {
        let p = problem(tiny(seed));
        let Outcome::Infeasible(conflicts) = solve(&p, &SolveOptions::default()) else { continue };
        for conflict in conflicts {
            let mut draft = p.as_draft().clone();
            for i in 0..draft.assets.len() {
                if !conflict.demands.contains(&(i as u32)) {
                    draft.assets.latest[i] = 0;
                    draft.assets.lock[i] = 0;
                    draft.assets.bundle[i] = -1;
                }
            }
            assert!(matches!(
                solve(&problem(draft), &SolveOptions::default()),
                Outcome::Infeasible(_)
            ));
            seen += 1;
        }
    }
    assert!(seen > 50);
}

#[test]
fn a_verifier_note_has_a_sentence() {
    let p = specimen(Specimen { assets: 50, ..Specimen::default() });
    let mut s = solved(&p);
    s.certificate.lam[0][1] = -1;
    let v = verify(&p, &s.schedule, Some(&s.certificate));
    assert!(matches!(v.violations[..], [Violation::Certificate(_)]));
    assert_eq!(
        v.violations[0].to_string(),
        "certificate refused: multiplier -1 is not an integer from 0 to below 2^40"
    );
}

/// Exact effort on a tiny problem without visits; `None` when there is no plan.
fn exactly(draft: &Draft) -> Option<i64> {
    let options = SolveOptions { effort: Effort::Exact, gap: 0.0, ..SolveOptions::default() };
    let p = problem(draft.clone());
    match solve(&p, &options) {
        Outcome::Solved(s) => {
            assert_eq!(s.branch_bound_pence(), Some(s.objective_pence));
            assert_eq!(verify(&p, &s.schedule, Some(&s.certificate)).violations, []);
            Some(s.objective_pence)
        }
        Outcome::Infeasible(_) => None,
        Outcome::NotFound(shortfalls) => panic!("undecided: {shortfalls:?}"),
    }
}

/// On tiny problems the exact effort proves the optimum, so the laws hold without a gap.
#[test]
fn exact_effort_is_optimal_on_tiny_problems() {
    let mut solved = 0;
    for seed in 0..300 {
        let mut draft = tiny(seed);
        draft.visit_cost.fill(0);
        let best = exactly(&draft);
        assert_eq!(best.map(i128::from), brute_force(&problem(draft.clone())), "seed {seed}");
        let Some(best) = best else { continue };
        solved += 1;
        let mut rich = draft.clone();
        rich.envelope.iter_mut().flatten().for_each(|cell| *cell += 7);
        assert!(exactly(&rich).unwrap() <= best, "seed {seed}: more money");
        let mut double = draft.clone();
        double.assets.keep.iter_mut().for_each(|k| *k *= 2);
        double.envelope.iter_mut().flatten().for_each(|cell| *cell *= 2);
        for class in &mut double.classes {
            class.price.iter_mut().flatten().for_each(|p| *p *= 2);
            class.succ.iter_mut().flatten().for_each(|s| *s *= 2);
        }
        assert_eq!(exactly(&double), Some(best * 2), "seed {seed}: money times two");
        let mut swapped = draft.clone();
        swapped.envelope.swap(0, 1);
        swapped.install.swap(0, 1);
        swapped.assets.ics.iter_mut().for_each(|g| *g = 1 - *g);
        assert_eq!(exactly(&swapped), Some(best), "seed {seed}: holders renamed");
    }
    assert!(solved > 100, "only {solved} have a plan");
}
