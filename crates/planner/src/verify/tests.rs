use super::*;
use crate::pln1::specimen::{Specimen, generate};
use crate::pln1::{Assets, Class, Draft};
use crate::solver::{Outcome, SolveOptions, solve};

/// Two desktops and one monitor of one holder over three years; the first two are a bundle.
fn small() -> Draft {
    let c = |t1, k1, t2, k2| Choice { t1, k1, t2, k2 };
    let options = vec![c(0, 0, 0, 0), c(1, 0, 0, 0), c(2, 0, 0, 0), c(3, 0, 0, 0), c(1, 0, 3, 0)];
    let class = Class {
        name: "desktop".to_owned(),
        units: 4,
        price: vec![vec![0, 100, 110, 120]],
        succ: vec![vec![0, 150, 120, 90, 200]],
        options,
    };
    Draft {
        years: 3,
        challengers: 1,
        holders: 1,
        sites: 2,
        classes: vec![class],
        envelope: vec![vec![0, 250, 250, 250]],
        install: vec![vec![0, 8, 8, 8]],
        visit_cost: vec![0, 10, 10, 10],
        assets: Assets {
            ics: vec![0; 3],
            site: vec![0, 0, 1],
            bundle: vec![7, 7, -1],
            class: vec![0; 3],
            tier: vec![0; 3],
            earliest: vec![1, 1, 2],
            latest: vec![0; 3],
            lock: vec![-1; 3],
            keep: vec![50, 80, 110, 60, 90, 120, 40, 70, 90],
        },
    }
}

fn problem(draft: Draft) -> Problem {
    Problem::new(draft, "test").unwrap()
}

fn judge(draft: Draft, choices: [(u16, u16, u16, u16); 3]) -> Verification {
    let choices = choices.map(|(t1, k1, t2, k2)| Choice { t1, k1, t2, k2 }).to_vec();
    verify(&problem(draft), &Schedule { choices }, None)
}

#[test]
fn a_right_schedule_is_costed_to_the_penny() {
    let v = judge(small(), [(1, 0, 3, 0), (1, 0, 3, 0), (0, 0, 0, 0)]);
    assert_eq!(v.violations, []);
    // Successors 200 + 200, keeping the third 40 + 70 + 90, two visits of 10.
    assert_eq!(v.objective_pence, Some(620));
}

#[test]
fn every_kind_of_wrong_schedule_is_refused() {
    let first = |choices| judge(small(), choices).violations.remove(0).to_string();
    let nothing = (0, 0, 0, 0);
    assert_eq!(
        first([nothing, nothing, (2, 1, 0, 0)]),
        "asset 2 follows [2,1,0,0], not an option of its class"
    );
    assert_eq!(
        first([nothing, nothing, (1, 0, 0, 0)]),
        "asset 2 is first replaced in year 1, against earliest 2, latest 0, lock -1"
    );
    assert_eq!(
        first([(2, 0, 0, 0), (3, 0, 0, 0), nothing]),
        "assets 0 and 1 of bundle 7 differ in their years"
    );
    assert_eq!(
        first([(1, 0, 0, 0), (1, 0, 3, 0), nothing]),
        "assets 0 and 1 of bundle 7 differ in their years"
    );
    assert_eq!(
        first([(2, 0, 0, 0), (2, 0, 0, 0), (2, 0, 0, 0)]),
        "holder 0 spends 330 pence in year 2, 80 over its envelope of 250"
    );
    let mut tight = small();
    tight.install[0][3] = 7;
    assert_eq!(
        judge(tight, [(1, 0, 3, 0), (1, 0, 3, 0), nothing]).violations.remove(0).to_string(),
        "holder 0 needs 8 quarter hours in year 3, 1 over its capacity of 7"
    );
    let mut late = small();
    late.assets.latest[2] = 2;
    assert!(!judge(late.clone(), [nothing, nothing, nothing]).feasible);
    assert!(!judge(late.clone(), [nothing, nothing, (3, 0, 0, 0)]).feasible);
    assert!(judge(late, [nothing, nothing, (2, 0, 0, 0)]).feasible);
    let mut locked = small();
    locked.assets.lock[2] = 0;
    assert!(!judge(locked, [nothing, nothing, (2, 0, 0, 0)]).feasible);
    let short = Schedule { choices: vec![Choice::default(); 2] };
    let v = verify(&problem(small()), &short, None);
    assert_eq!(v.violations, [Violation::Length { expected: 3, found: 2 }]);
}

#[test]
fn every_kind_of_wrong_certificate_is_refused() {
    let p = problem(small());
    let zero = Certificate::zero(&p);
    let fault = |change: &dyn Fn(&mut Certificate)| {
        let mut c = zero.clone();
        change(&mut c);
        bound(&p, &c).unwrap_err()
    };
    assert_eq!(fault(&|c| c.scale = 1), CertificateFault::Scale);
    assert_eq!(fault(&|c| c.lam.push(vec![0; 4])), CertificateFault::Shape);
    assert_eq!(fault(&|c| c.mu[0].truncate(3)), CertificateFault::Shape);
    assert_eq!(fault(&|c| c.lam[0][2] = -1), CertificateFault::Multiplier { value: -1 });
    let top = MULTIPLIER;
    assert_eq!(fault(&|c| c.mu[0][1] = top), CertificateFault::Multiplier { value: top });
    let mut rich = small();
    rich.classes[0].price[0][1] = 1 << 39;
    let p = problem(rich);
    let mut c = Certificate::zero(&p);
    c.lam[0][1] = 1 << 22;
    assert_eq!(bound(&p, &c), Err(CertificateFault::Penalty));
    let v = verify(&p, &Schedule { choices: vec![Choice::default(); 3] }, Some(&c));
    assert!(v.feasible && v.bound.is_none() && v.violation_count == 1);
    let mut stuck = small();
    stuck.assets.latest[2] = 1;
    let p = problem(stuck);
    let none = Err(CertificateFault::NoOption { asset: 2 });
    assert_eq!(bound(&p, &Certificate::zero(&p)), none);
}

const MULTIPLIER: i64 = 1 << 40;

#[test]
fn the_bound_is_the_formula() {
    let p = problem(small());
    let mut c = Certificate::zero(&p);
    // With no prices: 0 and 1 share the year pair: 3 gives 50+80+90 + 60+90+90 = 460, 2 gives
    // 50+120 + 60+120 = 350, 1 gives 300; asset 2 takes 2: 40+120 = 160.
    assert_eq!(bound(&p, &c).unwrap(), Bound { pence: 460, per_asset_pence: 460 });
    c.lam[0][1] = 1 << 19;
    // Half a penny per penny in year 1: +50 each on year 1, less 125.
    assert_eq!(bound(&p, &c).unwrap().pence, 350 + 160 - 125);
    c.lam[0][1] += 1;
    assert_eq!(bound(&p, &c).unwrap().pence, 350 + 160 - 125);
}

/// Any single change of a solved schedule is either noticed or costed.
#[test]
fn a_changed_answer_is_noticed() {
    let specimen = Specimen { assets: 300, bundled_permille: 100, ..Specimen::default() };
    let p = problem(generate(&specimen));
    let Outcome::Solved(solution) = solve(&p, &SolveOptions::default()) else { panic!("solvable") };
    let right = verify(&p, &solution.schedule, Some(&solution.certificate));
    assert!(right.feasible);
    assert_eq!(right.objective_pence, Some(solution.objective_pence.into()));
    for asset in 0..p.len() {
        let class = &p.classes()[usize::from(p.assets().class[asset])];
        for &option in &class.options {
            let mut changed = solution.schedule.clone();
            changed.choices[asset] = option;
            let v = verify(&p, &changed, Some(&solution.certificate));
            let (objective, bound) = (v.objective_pence.unwrap(), v.bound.unwrap().pence);
            assert!(!v.feasible || objective >= bound);
        }
    }
}
