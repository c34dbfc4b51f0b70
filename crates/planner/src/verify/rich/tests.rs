//! Many kinds of wrong plans and wrong certificates, each refused for its own reason.

use super::CertificateFault2 as F;
use super::Violation2 as V;
use super::*;
use crate::pln1::specimen::Specimen;
use crate::pln2::specimen::{Parts, generate};
use crate::solver::{Outcome2, Solution2, SolveOptions, Start2, solve2};

fn base() -> Specimen {
    Specimen { assets: 240, years: 4, challengers: 2, ..Specimen::default() }
}

fn solved(draft: Draft) -> (Problem, Solution2) {
    let problem = Problem::new(draft, "test").unwrap();
    let outcome = solve2(&problem, &SolveOptions::default(), Start2::default());
    let Outcome2::Solved(solution) = outcome else { panic!("{outcome:?}") };
    let v = verify2(&problem, &solution.schedule, Some(&solution.certificate));
    assert_eq!(v.violations, []);
    assert_eq!(v.objective_pence, Some(solution.objective_pence.into()));
    assert_eq!(v.bound_pence, Some(solution.bound_pence.into()));
    (problem, *solution)
}

fn all() -> (Problem, Solution2) {
    let base = Specimen { bundled_permille: 150, visit_pence: 3_000, ..base() };
    solved(generate(&base, Parts::ALL))
}

/// The violations of a changed schedule.
fn judged(problem: &Problem, schedule: &Schedule) -> Vec<Violation2> {
    let v = verify2(problem, schedule, None);
    assert_eq!(v.feasible, v.violations.is_empty());
    v.violations
}

/// Whether a change of the problem alone makes the schedule wrong in the way that `is` says.
fn breaks(
    (problem, solution): &(Problem, Solution2),
    change: impl FnOnce(&mut Draft),
    is: impl Fn(&Violation2) -> bool,
) -> bool {
    let mut draft = problem.as_draft().clone();
    change(&mut draft);
    let problem = Problem::new(draft, "test").unwrap();
    judged(&problem, &solution.schedule).iter().any(is)
}

#[test]
fn tightening_any_limit_is_noticed() {
    let case = all();
    let bought = |s: u16| {
        let all = case.1.schedule.choices.iter().enumerate();
        let mut found = all.filter_map(|(i, c)| c.iter().find(|p| p.s == s).map(|p| (i, *p)));
        found.next().unwrap()
    };
    let (asset, first) = bought(0);
    let (t, s) = (usize::from(first.t), usize::from(first.s));
    assert!(breaks(&case, |d| d.envelope[0][s][t] = 0, |v| matches!(v, V::Envelope { .. })));
    let held = |d: &mut Draft| d.contingency[0][s][t] = d.envelope[0][s][t];
    assert!(breaks(&case, held, |v| matches!(v, V::Envelope { .. })));
    let all_of_it = |d: &mut Draft| d.minimum[0][s][t] = d.envelope[0][s][t] * 2;
    assert!(breaks(&case, all_of_it, |v| matches!(v, V::Minimum { .. })));
    assert!(breaks(&case, |d| d.smoothing[0][s] = 0, |v| matches!(v, V::Smoothing { .. })));
    assert!(breaks(&case, |d| d.install[0][t] = 0, |v| matches!(v, V::Install { .. })));
    let case_site = usize::try_from(case.0.as_draft().assets.site[asset]).unwrap();
    let shut = |d: &mut Draft| d.closed_from[case_site] = 1;
    assert!(breaks(&case, shut, |v| matches!(v, V::Closed { .. })));
    let never = |d: &mut Draft| d.more[asset].years = 1;
    assert!(breaks(&case, never, |v| matches!(v, V::Year { .. })));
    let other = |d: &mut Draft| d.more[asset].pin = i32::from(first.k == 0);
    assert!(breaks(&case, other, |v| matches!(v, V::Pin { .. })));
    let barred = |d: &mut Draft| d.streams[0].demands = Some(Vec::new());
    assert!(breaks(&case, barred, |v| matches!(v, V::Ineligible { .. })));
    let hard = |d: &mut Draft| {
        let fairness = d.fairness.as_mut().unwrap();
        fairness.price.clear();
        fairness.permille = 0;
    };
    assert!(breaks(&case, hard, |v| matches!(v, V::Fairness { .. })));
    let stays = case.1.schedule.choices.iter().position(Vec::is_empty).unwrap();
    let order = (u32::try_from(stays).unwrap(), u32::try_from(asset).unwrap());
    let order = |d: &mut Draft| d.precedence.push(order);
    assert!(breaks(&case, order, |v| matches!(v, V::Precedence { .. })));
}

#[test]
fn an_overdrawn_pool_is_noticed() {
    let (problem, solution) = solved(generate(&base(), Parts { pools: true, ..Parts::default() }));
    let draws = |d: &Draft| {
        let case = Case { draft: d, choices: &solution.schedule.choices };
        let drawn = |(a, k, p)| pool::flows(&case, a, k, p).0.is_some();
        case.purchases().filter(|&x| drawn(x)).count()
    };
    assert!(draws(problem.as_draft()) > 0, "the pool is used");
    let empty = |d: &mut Draft| {
        d.pools.stock[0][0].fill(0);
        d.pools.release.iter_mut().flatten().for_each(|years| years.fill(-1));
    };
    let case = (problem, solution);
    assert!(breaks(&case, empty, |v| matches!(v, Violation2::Pool { .. })));
}

#[test]
fn a_changed_schedule_is_noticed() {
    let (problem, solution) = all();
    let mut schedule = solution.schedule.clone();
    schedule.choices.pop();
    assert!(matches!(judged(&problem, &schedule)[..], [Violation2::Length { .. }]));
    let mut schedule = solution.schedule.clone();
    schedule.choices[0] = vec![Purchase { t: 1, k: 0, s: 0 }, Purchase { t: 2, k: 0, s: 0 }];
    assert!(judged(&problem, &schedule).contains(&Violation2::NoSuchOption { asset: 0 }));
    let bundle = &problem.as_draft().assets.bundle;
    let member = bundle.iter().position(|&b| b >= 0).unwrap();
    let mut schedule = solution.schedule;
    let is_kept = schedule.choices[member].is_empty();
    schedule.choices[member] =
        if is_kept { vec![Purchase { t: 1, k: 0, s: 0 }] } else { Vec::new() };
    let found = judged(&problem, &schedule);
    assert!(found.iter().any(|v| matches!(v, Violation2::Group { .. })));
}

#[test]
fn wrong_certificates_are_refused() {
    let (problem, solution) = all();
    let refused = |change: &dyn Fn(&mut Certificate2)| {
        let mut certificate = solution.certificate.clone();
        change(&mut certificate);
        bound2(&problem, &certificate).unwrap_err()
    };
    assert_eq!(refused(&|c| c.scale = 1000), F::Scale);
    assert_eq!(refused(&|c| c.lam.clear()), F::Shape);
    assert_eq!(refused(&|c| c.lam[0][0].truncate(1)), F::Shape);
    assert_eq!(refused(&|c| c.low[0].truncate(1)), F::Shape);
    assert_eq!(refused(&|c| c.mu[0].truncate(1)), F::Shape);
    assert_eq!(refused(&|c| c.lam[0][0][1] = -1), F::Multiplier { value: -1 });
    assert_eq!(refused(&|c| c.pool[0][0][1] = 1 << 40), F::Multiplier { value: 1 << 40 });
    assert_eq!(refused(&|c| c.visits[0][2] = -5), F::Multiplier { value: -5 });
    assert_eq!(refused(&|c| c.visits.push([9_999, 1, 0])), F::Place { index: 9_999, year: 1 });
    assert_eq!(refused(&|c| c.fairness.push([0, 0, 0])), F::Place { index: 0, year: 0 });
    assert_eq!(refused(&|c| c.precedence.push([0, 5, 0])), F::Place { index: 0, year: 5 });
    let dear = |c: &mut Certificate2| c.visits.push([0, 1, 3_001 << 20]);
    assert!(matches!(refused(&dear), F::Visit { year: 1, .. }));
    let dear = |c: &mut Certificate2| c.fairness.push([0, 1, 12_001 << 20]);
    assert!(matches!(refused(&dear), F::Fairness { site: 0, year: 1 }));
}

/// Any certificate that is accepted bounds any plan that is accepted.
#[test]
fn no_accepted_certificate_passes_an_accepted_plan() {
    let (problem, solution) = all();
    let mut random = crate::pln1::specimen::Random::new(5);
    for _ in 0..40 {
        let mut c = solution.certificate.clone();
        let mut shake = |v: &mut i64| *v = *v * random.between(0, 200) / 100;
        for table in [&mut c.lam, &mut c.low, &mut c.rise, &mut c.fall, &mut c.pool] {
            table.iter_mut().flatten().flatten().for_each(&mut shake);
        }
        c.mu.iter_mut().flatten().for_each(&mut shake);
        c.precedence.iter_mut().for_each(|entry| shake(&mut entry[2]));
        let bound = bound2(&problem, &c).unwrap();
        assert!(bound <= i128::from(solution.objective_pence));
    }
}

#[test]
fn a_violation_has_a_sentence() {
    let v = Violation2::Envelope { at: (0, 1, 2), spend: 500, limit: 400 };
    assert_eq!(v.to_string(), "holder 0, stream 1, year 2: 500 pence spent of 400");
    let v = Violation2::Certificate(CertificateFault2::Scale);
    assert_eq!(v.to_string(), "certificate refused: its scale is not 2^20");
}
