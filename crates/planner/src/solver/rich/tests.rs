use super::*;
use crate::pln1::specimen::{Random, Specimen};
use crate::pln2::Purchase;
use crate::pln2::specimen::{Parts, generate};
use crate::solver::Effort;
use crate::verify::verify2;

/// Solves and has the verifier confirm every figure; `None` when no plan was found.
fn confirmed(draft: &Draft, options: &SolveOptions<'_>) -> Option<Solution2> {
    let problem = Problem::new(draft.clone(), "test").unwrap();
    let Outcome2::Solved(solution) = solve2(&problem, options, Start2::default()) else {
        return None;
    };
    let v = verify2(&problem, &solution.schedule, Some(&solution.certificate));
    assert_eq!(v.violations, []);
    assert_eq!(v.objective_pence, Some(solution.objective_pence.into()));
    assert_eq!(v.bound_pence, Some(solution.bound_pence.into()));
    assert!(solution.bound_pence <= solution.objective_pence);
    Some(*solution)
}

fn parts(index: u64) -> (Parts, Specimen) {
    let none = Parts::default();
    let base = Specimen { challengers: 2, years: 3, ..Specimen::default() };
    match index % 11 {
        0 => (Parts { streams: true, ..none }, base),
        1 => (Parts { minimum: true, ..none }, base),
        2 => (Parts { smoothing: true, ..none }, base),
        3 => (Parts { pools: true, ..none }, base),
        4 => (Parts { fairness: true, ..none }, base),
        5 => (Parts { precedence: true, ..none }, base),
        6 => (Parts { stability: true, ..none }, base),
        7 => (Parts { times: true, ..none }, base),
        8 => (none, Specimen { visit_pence: 4_000, ..base }),
        9 => (none, Specimen { bundled_permille: 400, ..base }),
        _ => (Parts::ALL, Specimen { bundled_permille: 200, visit_pence: 2_000, ..base }),
    }
}

/// Least objective over all plans, by trying all of them.
fn brute_force(draft: &Draft) -> Option<i128> {
    let problem = Problem::new(draft.clone(), "test").unwrap();
    let mut choices = vec![Vec::new(); problem.len()];
    let mut best = None;
    try_asset(&problem, 0, &mut choices, &mut best);
    best
}

fn try_asset(p: &Problem, asset: usize, choices: &mut Vec<Vec<Purchase>>, best: &mut Option<i128>) {
    if asset == p.len() {
        let v = verify2(p, &Schedule { choices: choices.clone() }, None);
        if v.feasible && best.is_none_or(|b| v.objective_pence.unwrap() < b) {
            *best = v.objective_pence;
        }
        return;
    }
    let class = &p.as_draft().classes[usize::from(p.as_draft().assets.class[asset])];
    for option in &class.options {
        choices[asset].clone_from(option);
        try_asset(p, asset + 1, choices, best);
    }
}

#[test]
fn tiny_problems_agree_with_brute_force() {
    let (mut solved, mut equal, mut none) = (0, 0, 0);
    for seed in 0..66 {
        let (parts, base) = parts(seed);
        let spec = Specimen { assets: 3, tightness_permille: 3_000, seed, ..base };
        let mut draft = generate(&spec, parts);
        if parts == Parts::ALL {
            // A least spend of few devices seldom can be met.
            draft.minimum.clear();
        }
        let best = brute_force(&draft);
        let options = SolveOptions { effort: Effort::Exact, gap: 0.0, ..SolveOptions::default() };
        match (confirmed(&draft, &options), best) {
            (Some(s), Some(best)) => {
                assert!(i128::from(s.bound_pence) <= best, "seed {seed}");
                assert!(best <= i128::from(s.objective_pence), "seed {seed}");
                assert!(s.branch_bound_pence.is_none_or(|b| i128::from(b) <= best), "seed {seed}");
                solved += 1;
                equal += usize::from(best == i128::from(s.objective_pence));
            }
            (None, None) => none += 1,
            (None, Some(best)) => panic!("seed {seed}: a plan of {best} was not found"),
            (Some(s), None) => panic!("seed {seed}: {s:?} although there is no plan"),
        }
    }
    assert!(solved >= 40, "{solved} solved, {none} without a plan");
    assert!(equal * 10 >= solved * 8, "only {equal} of {solved} optimal");
}

#[test]
fn each_constraint_alone_and_all_together_stay_near_their_bounds() {
    for index in 0..11 {
        let (parts, base) = parts(index);
        let draft = generate(&Specimen { assets: 900, years: 5, ..base }, parts);
        let solution =
            confirmed(&draft, &SolveOptions::default()).expect("the specimen has a plan");
        let most = match index {
            0..=3 | 6 | 7 | 9 => 2e-4,
            4 | 5 => 5e-3,
            _ => 1.5e-2,
        };
        assert!(solution.gap() < most, "{index}: {}", solution.gap());
    }
}

#[test]
fn one_stream_without_more_costs_what_pln1_costs() {
    let base = Specimen { assets: 700, ..Specimen::default() };
    let first = crate::pln1::Problem::new(crate::pln1::specimen::generate(&base), "t").unwrap();
    let crate::solver::Outcome::Solved(one) =
        crate::solver::solve(&first, &SolveOptions::default())
    else {
        panic!("the specimen has a plan");
    };
    let two = Problem::of_pln1(&first);
    let Outcome2::Solved(two) = solve2(&two, &SolveOptions::default(), Start2::default()) else {
        panic!("the specimen has a plan");
    };
    assert_eq!(two.objective_pence, one.objective_pence);
    assert_eq!(two.bound_pence, one.bound_pence);
}

#[test]
fn threads_do_not_matter_and_a_warm_start_is_as_good() {
    let base = Specimen {
        assets: 600,
        years: 5,
        challengers: 2,
        holders: 3,
        visit_pence: 3_000,
        ..Specimen::default()
    };
    let problem = Problem::new(generate(&base, Parts::ALL), "test").unwrap();
    let one = solve2(&problem, &SolveOptions::default(), Start2::default());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let options = SolveOptions { threads: Threads::Pool(&pool), ..SolveOptions::default() };
    assert_eq!(one, solve2(&problem, &options, Start2::default()));
    let Outcome2::Solved(cold) = one else { panic!("the specimen has a plan") };
    let start = Start2 { certificate: Some(&cold.certificate) };
    let Outcome2::Solved(warm) = solve2(&problem, &SolveOptions::default(), start) else {
        panic!("a plan is known");
    };
    assert!(warm.gap() < cold.gap() * 1.5 + 1e-3, "{} after {}", warm.gap(), cold.gap());
}

/// A holder's plan does not depend on what another holder has.
#[test]
fn another_holder_changes_nothing_here() {
    let base =
        Specimen { assets: 300, years: 4, challengers: 2, holders: 2, ..Specimen::default() };
    let draft = generate(&base, Parts { streams: true, minimum: true, ..Parts::default() });
    let mut other = draft.clone();
    let mut random = Random::new(3);
    for cell in other.envelope[1].iter_mut().flatten() {
        *cell = *cell * random.between(90, 130) / 100;
    }
    let (a, b) = (
        confirmed(&draft, &SolveOptions::default()).unwrap(),
        confirmed(&other, &SolveOptions::default()).unwrap(),
    );
    for (i, _) in draft.assets.ics.iter().enumerate().filter(|(_, g)| **g == 0) {
        assert_eq!(a.schedule.choices[i], b.schedule.choices[i]);
    }
}
