use super::*;
use crate::fixture::World;
use crate::solver::{Effort, Outcome, SolveOptions, solve};

/// The turn of a device of the usual estate by its label, with the year that the plan gives it.
fn of(world: &World, label: &str) -> (u16, Turn) {
    let model = world.model();
    let options = SolveOptions { effort: Effort::Exact, ..SolveOptions::default() };
    let Outcome::Solved(solution) = solve(&model.problem, &options) else { panic!("not solved") };
    let stored = Stored {
        problem: &model.problem,
        names: &model.names,
        certificate: &solution.certificate,
        schedule: &solution.schedule,
    };
    let asset = model.names.assets.iter().position(|own| own == label).unwrap();
    (solution.schedule.choices[asset].t1, turn(stored, asset))
}

#[test]
fn a_device_of_the_first_year_cannot_come_sooner_and_displaces_others() {
    let (year, turn) = of(&World::usual(), "PC-04");
    assert_eq!(year, 1);
    assert_eq!((&turn.not_sooner, &turn.forward), (&None, &None));
    assert!(!turn.displaced.is_empty(), "others wait for 2027/28");
    for rival in &turn.displaced {
        assert_ne!(rival.asset, "PC-04");
        assert_ne!(rival.planned_fy.as_deref(), Some("2027/28"));
        assert!(rival.price.parse::<Money>().unwrap() <= "612.00".parse().unwrap(), "{rival:?}");
    }
}

#[test]
fn a_device_that_waits_says_what_it_lacks() {
    let (year, turn) = of(&World::usual(), "MON-02");
    assert_eq!(year, 0, "a young monitor is kept");
    let forward = turn.forward.unwrap();
    assert!(forward.keeping_more.parse::<Money>().unwrap() > Money::ZERO);
    assert!(turn.not_sooner.unwrap().contains("more than not replacing it"));
    assert!(turn.displaced.is_empty());
}

#[test]
fn keeping_it_dearer_by_the_regret_brings_it_forward() {
    let world = World::usual();
    let model = world.model();
    let options = SolveOptions { effort: Effort::Exact, ..SolveOptions::default() };
    let Outcome::Solved(solution) = solve(&model.problem, &options) else { panic!("not solved") };
    let stored = Stored {
        problem: &model.problem,
        names: &model.names,
        certificate: &solution.certificate,
        schedule: &solution.schedule,
    };
    let asset = model.names.assets.iter().position(|own| own == "MON-02").unwrap();
    let forward = turn(stored, asset).forward.unwrap();
    let t = model.names.years.iter().position(|fy| *fy == forward.fy).unwrap();
    let mut draft = model.problem.as_draft().clone();
    let more = forward.keeping_more.parse::<Money>().unwrap().pence();
    let cell = &mut draft.assets.keep[asset * 3 + t];
    *cell += i32::try_from(more).unwrap() + 1;
    let problem = Problem::new(draft, "dearer").unwrap();
    let dearer = Stored { problem: &problem, ..stored };
    assert!(dearer.place(asset, u16::try_from(t + 1).unwrap()).unwrap().regret <= 0);
}

#[test]
fn an_unknown_device_has_no_turn() {
    let model = World::usual().model();
    let certificate = Certificate::zero(&model.problem);
    let schedule = Schedule { choices: vec![Choice::default(); model.devices.len()] };
    let stored = Stored {
        problem: &model.problem,
        names: &model.names,
        certificate: &certificate,
        schedule: &schedule,
    };
    assert_eq!(turn(stored, 10_000), Turn::default());
    // Without prices of money the queue of a year is led by who gains most for a penny of price.
    let next = next_in_turn(stored, 0, 1, 2);
    assert_eq!(next.len(), 2);
    assert!(next[0].asset.starts_with("PC-0"), "{next:?}");
}
