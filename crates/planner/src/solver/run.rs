//! All holders, and what explanations need afterwards.

use rayon::prelude::*;

use super::holder::{Part, is_good, solve_holder};
use super::join;
use super::kernel::Engine;
use super::layout::BARRED;
use super::outcome::{Effort, Outcome, Solution, SolveOptions, Threads};
use super::visits::visit_total;
use crate::certificate::{Certificate, SCALE};
use crate::pln1::{Choice, Problem, Schedule};

/// Solves a problem: from problem in memory to schedule and certificate in memory.
///
/// The answer is a function of the problem, the effort, the gap and the start multipliers, and
/// the same bytes for any number of threads, unless a stop signal cuts the search short. Memory
/// beyond the problem is about 16 bytes per asset, and `4 (T + 1)` per asset of the holders
/// being solved at one time.
///
/// The exact effort first solves all holders fast, so that a signal which comes while one of them
/// is searched takes nothing from the others, and keeps the better answer of each.
pub fn solve(problem: &Problem, options: &SolveOptions<'_>) -> Outcome {
    let engine = Engine::detect();
    let (order, starts) = by_holder(problem);
    let part = |g: usize, options: &SolveOptions<'_>| {
        solve_holder(problem, g, &order[starts[g]..starts[g + 1]], options, engine)
    };
    let holders = problem.holders();
    let fast = SolveOptions { effort: Effort::Fast, ..*options };
    let quick = each(holders, options.threads, |g| part(g, &fast));
    if options.effort == Effort::Fast {
        return assemble(problem, quick);
    }
    let stopped = || options.should_stop.is_some_and(|stop| stop());
    let long = each(holders, options.threads, |g| {
        let quick = quick[g].clone();
        if is_good(&quick, options.gap) {
            return if problem.has_visits() { quick } else { settled(quick) };
        }
        if stopped() {
            return cut_short(quick);
        }
        let long = part(g, options);
        // The cost of a holder is not all where visits are paid for, so these are compared below.
        if problem.has_visits() { long } else { join::parts(long, quick) }
    });
    let outcome = assemble(problem, long);
    if problem.has_visits() { outcome.joined(assemble(problem, quick)) } else { outcome }
}

/// An answer that costs no more than its bound needs no branching to be proved the best.
fn settled(mut part: Part) -> Part {
    if let Part::Solved { result, .. } = &mut part
        && i128::from(result.cost_pence) * i128::from(SCALE) <= result.bound_scaled
    {
        result.branch_bound_pence = Some(result.cost_pence);
    }
    part
}

/// Marks an answer that the caller's signal kept from being improved.
fn cut_short(mut part: Part) -> Part {
    if let Part::Solved { interrupted, .. } = &mut part {
        *interrupted = true;
    }
    part
}

/// One answer for each holder, in order.
fn each(holders: usize, threads: Threads<'_>, part: impl Fn(usize) -> Part + Sync) -> Vec<Part> {
    let in_pool = || (0..holders).into_par_iter().with_max_len(1).map(&part).collect();
    match threads {
        Threads::One => (0..holders).map(&part).collect(),
        Threads::Current => in_pool(),
        Threads::Pool(pool) => pool.install(in_pool),
    }
}

/// Assets sorted by holder, stable, and where each holder's begin.
fn by_holder(problem: &Problem) -> (Vec<u32>, Vec<usize>) {
    let ics = &problem.assets().ics;
    let mut starts = vec![0_usize; problem.holders() + 1];
    for &g in ics {
        starts[g as usize + 1] += 1;
    }
    for g in 0..problem.holders() {
        starts[g + 1] += starts[g];
    }
    let mut next = starts.clone();
    let mut order = vec![0_u32; ics.len()];
    for (i, &g) in ics.iter().enumerate() {
        order[next[g as usize]] = i as u32;
        next[g as usize] += 1;
    }
    (order, starts)
}

fn assemble(problem: &Problem, parts: Vec<Part>) -> Outcome {
    let mut choices = vec![Choice::default(); problem.len()];
    let mut certificate = Certificate::zero(problem);
    let (mut conflicts, mut shortfalls, mut holders) = (Vec::new(), Vec::new(), Vec::new());
    let (mut objective, mut bound, mut stopped) = (0_i64, 0_i128, false);
    for (g, part) in parts.into_iter().enumerate() {
        match part {
            Part::Infeasible(conflict) => conflicts.push(conflict),
            Part::NotFound(shortfall) => shortfalls.push(shortfall),
            Part::Solved { picks, multipliers, result, interrupted, .. } => {
                for (asset, option) in picks {
                    let class = &problem.classes()[problem.assets().class[asset as usize] as usize];
                    choices[asset as usize] = class.options[option as usize];
                }
                let (lam, mu) = multipliers.split_at(problem.years());
                certificate.lam[g][1..].copy_from_slice(lam);
                certificate.mu[g][1..].copy_from_slice(mu);
                objective += result.cost_pence;
                bound += result.bound_scaled;
                stopped |= interrupted;
                holders.push(result);
            }
        }
    }
    if !conflicts.is_empty() {
        return Outcome::Infeasible(conflicts);
    }
    if !shortfalls.is_empty() {
        return Outcome::NotFound(shortfalls);
    }
    let rounded_up = -(-bound).div_euclid(i128::from(SCALE));
    Outcome::Solved(Box::new(Solution {
        objective_pence: objective + visit_total(problem, &choices),
        schedule: Schedule { choices },
        certificate,
        bound_pence: i64::try_from(rounded_up).unwrap_or(i64::MIN),
        holders,
        interrupted: stopped,
    }))
}

/// One way to place an asset's first replacement, at given multipliers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReducedCost {
    /// The best option with this first year.
    pub choice: Choice,
    /// Pence by which its priced cost exceeds the asset's cheapest option, in units of 1/SCALE.
    pub excess_scaled: i64,
}

/// For every first year that an asset may have (0 for never), the best option and how much
/// dearer it is than the asset's cheapest at the certificate's multipliers, by ascending year.
///
/// A bundle member is priced alone. Empty for an unknown asset or a certificate of another shape.
pub fn reduced_costs(
    problem: &Problem,
    certificate: &Certificate,
    asset: usize,
) -> Vec<ReducedCost> {
    let assets = problem.assets();
    let Some(&class) = assets.class.get(asset) else { return Vec::new() };
    let holder = assets.ics[asset] as usize;
    let (Some(lam), Some(mu)) = (certificate.lam.get(holder), certificate.mu.get(holder)) else {
        return Vec::new();
    };
    let class = &problem.classes()[class as usize];
    let mut prefix = vec![0; problem.years() + 1];
    super::layout::prefix_of(problem, &[asset as u32], &mut prefix);
    let mut best: Vec<Option<(i128, Choice)>> = vec![None; prefix.len()];
    for (choice, &succ) in class.options.iter().zip(&class.succ[assets.tier[asset] as usize]) {
        if prefix[choice.t1 as usize] == BARRED {
            continue;
        }
        let bought = [(choice.t1, choice.k1), (choice.t2, choice.k2)];
        let paid = bought.into_iter().filter(|b| b.0 > 0).map(|(t, k)| {
            let price = i128::from(class.price[k as usize][t as usize]);
            let money = lam.get(t as usize).map_or(0, |&l| i128::from(l) * price);
            money + mu.get(t as usize).map_or(0, |&m| i128::from(m) * i128::from(class.units))
        });
        let cost = i128::from(prefix[choice.t1 as usize] + succ) * i128::from(SCALE);
        let value = cost + paid.sum::<i128>();
        let cell = &mut best[choice.t1 as usize];
        if cell.is_none_or(|(b, _)| value < b) {
            *cell = Some((value, *choice));
        }
    }
    let least = best.iter().flatten().map(|b| b.0).min().unwrap_or(0);
    let excess = |&(value, choice): &(i128, Choice)| ReducedCost {
        choice,
        excess_scaled: i64::try_from(value - least).unwrap_or(i64::MAX),
    };
    best.iter().flatten().map(excess).collect()
}
