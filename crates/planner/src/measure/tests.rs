use super::*;
use crate::fixture::World;
use crate::pln1::Choice;
use crate::solver::{Outcome as Solved, SolveOptions, solve};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn overlapping_spans_count_once() {
    let spans = |all: &[(&str, &str)]| -> Vec<(NaiveDate, NaiveDate)> {
        all.iter().map(|(a, b)| (day(a), day(b))).collect()
    };
    assert_eq!(days_covered(&spans(&[])), 0);
    assert_eq!(
        days_covered(&spans(&[("2028-01-01", "2028-01-10"), ("2028-01-05", "2028-01-12")])),
        12
    );
    assert_eq!(
        days_covered(&spans(&[("2028-01-01", "2028-01-31"), ("2028-01-05", "2028-01-06")])),
        31
    );
    assert_eq!(
        days_covered(&spans(&[("2028-01-01", "2028-01-02"), ("2028-01-04", "2028-01-04")])),
        3
    );
}

#[test]
fn years_are_rounded_to_a_tenth() {
    assert_eq!(device_years(0), "0.0");
    assert_eq!(device_years(365), "1.0");
    assert_eq!(device_years(548), "1.5");
}

#[test]
fn buying_nothing_leaves_every_failure() {
    let world = World::usual();
    let model = world.model();
    world.with(|estate| {
        let measurer = Measurer::new(estate, &model);
        let never = Schedule { choices: vec![Choice::default(); model.devices.len()] };
        let nothing = measurer.of(&never);
        // PC-01 and PC-04 fail memory on all 1096 days of the three years. PC-02 fails the module from 10 October 2028: 173
        // days and a year; PC-01 fails both at once, which counts once.
        assert_eq!(nothing.failing_days, 1096 + 1096 + 173 + 365);
        assert_eq!((nothing.failing_at_end, nothing.purchases, nothing.spend_pence), (3, 0, 0));
        assert_eq!(nothing.past_life_at_end, 7);
        let objective: i64 = (0..model.devices.len())
            .map(|at| model.problem.keep(at).iter().map(|p| i64::from(*p)).sum::<i64>())
            .sum();
        assert_eq!(nothing.objective_pence, objective);
    });
}

#[test]
fn the_objective_is_the_solver_s_and_the_spend_the_document_s() {
    let world = World::usual();
    let (document, model) = world.plan();
    world.with(|estate| {
        let Solved::Solved(solution) = solve(
            &model.problem,
            &SolveOptions { effort: crate::solver::Effort::Exact, ..SolveOptions::default() },
        ) else {
            panic!("not solved");
        };
        let measured = Measurer::new(estate, &model).of(&solution.schedule);
        assert_eq!(measured.objective_pence, document.objective_pence);
        assert_eq!(measured.spend().to_string(), document.totals.spend);
        assert_eq!(measured.purchases, document.totals.purchases);
        assert!(measured.failing_days < 2730, "{measured:?}");
    });
}
