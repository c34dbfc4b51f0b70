//! Solver benches: one practice group, one integrated care board.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use planner::pln1::Problem;
use planner::pln1::specimen::{Specimen, generate};
use planner::solver::{Outcome, SolveOptions, solve};
use planner::verify::verify;

/// Named sizes with the gap that each must keep.
const SIZES: [(&str, usize, f64); 2] = [("pcn_1k_x10", 1_000, 2e-4), ("icb_25k_x10", 25_000, 1e-5)];

fn problem(assets: usize) -> Result<Problem, planner::pln1::Faults> {
    Problem::new(generate(&Specimen { assets, ..Specimen::default() }), "bench")
}

fn solver(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("solve_one_thread");
    group.sample_size(20);
    for (name, assets, gap) in SIZES {
        let Ok(problem) = problem(assets) else { continue };
        group.throughput(Throughput::Elements(u64::try_from(assets).unwrap_or(u64::MAX)));
        if let Outcome::Solved(cold) = solve(&problem, &SolveOptions::default()) {
            assert!(cold.gap() <= gap, "{name}: gap {} above {gap}", cold.gap());
            group.bench_function(BenchmarkId::new("cold", name), |b| {
                b.iter(|| solve(&problem, &SolveOptions::default()));
            });
            let options =
                SolveOptions { start: Some(&cold.certificate), ..SolveOptions::default() };
            group.bench_function(BenchmarkId::new("warm", name), |b| {
                b.iter(|| solve(&problem, &options));
            });
            group.bench_function(BenchmarkId::new("verify", name), |b| {
                b.iter(|| verify(&problem, &cold.schedule, Some(&cold.certificate)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, solver);
criterion_main!(benches);
