//! One holder from layout to plan.

use super::conflict::{Verdict, examine, refute};
use super::core::Core;
use super::dual::Dual;
use super::exact;
use super::kernel::Engine;
use super::layout::{BARRED, Layout};
use super::outcome::{Conflict, Effort, HolderResult, Resource, Shortfall, SolveOptions};
use super::plan::Plan;
use super::repair::{floor_prices, repair};
use super::round::round;
use super::search::{Depth, Guide, improve, mend};
use super::tiny::{self, End};
use super::{join, perturb, visits};
use crate::certificate::SCALE;
use crate::pln1::Problem;

/// What one holder contributes.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// Option index of each asset, multipliers of the rows, figures.
    Solved {
        picks: Vec<(u32, u16)>,
        multipliers: Vec<i64>,
        result: HolderResult,
        interrupted: bool,
    },
    Infeasible(Conflict),
    NotFound(Shortfall),
}

/// Solves one holder.
pub(super) fn solve_holder(
    problem: &Problem,
    holder: usize,
    assets: &[u32],
    options: &SolveOptions<'_>,
    engine: Engine,
) -> Part {
    let layout = Layout::new(problem, holder, assets);
    let start = start_multipliers(&layout, options).filter(|start| is_useful(&layout, start));
    let warm = solve_layout(&layout, start.as_deref(), options, engine);
    if start.is_none() || is_good(&warm, options.gap.max(WARM_GAP)) {
        return warm;
    }
    let fast = SolveOptions { effort: Effort::Fast, ..*options };
    join::parts(warm, solve_layout(&layout, None, &fast, engine))
}

/// Gap above which an answer from start multipliers is not trusted to be as good as one without.
const WARM_GAP: f64 = 1e-3;

/// Whether start multipliers bound the holder at least as well as none at all.
fn is_useful(layout: &Layout<'_>, start: &[f64]) -> bool {
    let bound = |y: &[f64]| exact::bound(layout, &exact::integer_multipliers(layout, y));
    bound(start) >= bound(&vec![0.0; start.len()])
}

/// Whether an answer is proved to a gap, or stopped: nothing is left to search for.
pub(super) fn is_good(part: &Part, gap: f64) -> bool {
    match part {
        Part::Infeasible(_) => true,
        Part::NotFound(_) => false,
        Part::Solved { result, interrupted, .. } => {
            let distance = result.cost_pence as f64 - result.bound_scaled as f64 / SCALE as f64;
            *interrupted || distance <= gap * result.cost_pence.unsigned_abs() as f64
        }
    }
}

/// Solves a holder whose items are laid out.
fn solve_layout(
    layout: &Layout<'_>,
    start: Option<&[f64]>,
    options: &SolveOptions<'_>,
    engine: Engine,
) -> Part {
    let problem = layout.problem;
    let mut dual = Dual::new(layout, engine, start);
    dual.run(start.is_some());
    let Some((multipliers, bound)) = proof(layout, &dual) else { return *refuted(layout) };
    let y: Vec<f64> = multipliers.iter().map(|&v| v as f64 / SCALE as f64).collect();
    let floor = floor_prices(layout);
    let guide = Guide { y: &y, floor: &floor, tau: dual.tau, engine };
    let aim = aim(bound, options.gap);
    let (best, interrupted) = search(layout, &guide, &multipliers, aim, options);
    let mut plan = match best {
        Ok(plan) => plan,
        Err(part) => return *part,
    };
    if problem.has_visits() {
        visits::polish(&mut plan);
    }
    finish(&plan, multipliers, bound, interrupted)
}

/// Violation of the optimality conditions up to which multipliers surely prove more than none.
const PROOF_ERROR: f64 = 1e-2;

/// Integer multipliers and the bound they prove: those of the dual, or none at all where these prove
/// more. `None` when an item has no option.
fn proof(layout: &Layout<'_>, dual: &Dual<'_, '_>) -> Option<(Vec<i64>, i128)> {
    let of = |y: &[f64]| {
        let multipliers = exact::integer_multipliers(layout, y);
        exact::bound(layout, &multipliers).map(|bound| (multipliers, bound))
    };
    let found = of(&dual.y)?;
    if dual.error <= PROOF_ERROR {
        return Some(found);
    }
    let none = of(&vec![0.0; dual.y.len()])?;
    Some(if none.1 > found.1 { none } else { found })
}

/// Cost at which a plan is good enough.
fn aim(bound: i128, gap: f64) -> i64 {
    let pence = (bound / i128::from(SCALE)).clamp(-COST_LIMIT, COST_LIMIT) as i64;
    let gap = if gap.is_finite() { gap.clamp(0.0, 1.0) } else { 0.0 };
    pence.saturating_add((pence.unsigned_abs() as f64 * gap) as i64)
}

/// No plan costs this many pence.
const COST_LIMIT: i128 = 1 << 62;

/// Ways that a search of tiny holders may try in all, without a signal that ends it.
const TINY_WORK: u64 = 40_000_000;
/// The same for each holder where the caller has one.
const TINY_WORK_SIGNALLED: u64 = 1 << 34;

/// Searches a tiny holder to the end where the effort is exact, any other as its limits say.
fn search<'l, 'p>(
    layout: &'l Layout<'p>,
    guide: &Guide<'_>,
    multipliers: &[i64],
    aim: i64,
    options: &SolveOptions<'_>,
) -> (Best<'l, 'p>, bool) {
    let holders = layout.problem.holders();
    let mut known = None;
    if options.effort == Effort::Exact {
        let should_stop = || options.should_stop.is_some_and(|stop| stop());
        let shared = TINY_WORK / (1 + holders as u64 / 4);
        let work = if options.should_stop.is_some() { TINY_WORK_SIGNALLED } else { shared };
        let terms = tiny::Terms { multipliers, aim, work, should_stop: &should_stop };
        match tiny::search(layout, &terms) {
            (Some(plan), End::Done) => return (Ok(plan), false),
            (Some(plan), End::Stopped) => return (Ok(plan), true),
            (found, _) => known = found,
        }
    }
    let limits = Limits::new(options.effort, layout.items(), holders);
    let (found, interrupted) = best_start(layout, guide, &limits, aim, options);
    let cost = |plan: Option<&Plan<'_, '_>>| plan.map_or(i64::MAX, |plan| plan.cost);
    match known {
        Some(plan) if cost(Some(&plan)) < cost(found.as_ref().ok()) => (Ok(plan), interrupted),
        _ => (found, interrupted),
    }
}

/// How much work an effort may do on a holder of a given size.
struct Limits {
    /// Roundings tried: more for small holders, whose few items leave more to chance.
    variants: u64,
    /// Items in the core.
    core: usize,
    /// Combinations tested after each rounding.
    tests: u64,
    /// Restarts without success from each rounding, and from the best one at the end.
    patience: (usize, usize),
}

impl Limits {
    fn new(effort: Effort, items: usize, holders: usize) -> Self {
        // Many small holders together are not worth more than one large one.
        let crowd = items.max(1) * (1 + holders / 4);
        let share = |work: usize, low: usize, high: usize| (work / crowd).clamp(low, high);
        match effort {
            Effort::Fast => Self {
                variants: share(8_000, 1, 6) as u64,
                core: 2_500,
                tests: 1_200_000,
                patience: (0, share(60_000, 0, 60)),
            },
            Effort::Exact => Self {
                variants: share(400_000, 2, 64) as u64,
                core: 10_000,
                tests: 30_000_000,
                patience: (300, 4_000),
            },
        }
    }
}

/// Result of the search: the best plan, or why there is none.
type Best<'l, 'p> = Result<Plan<'l, 'p>, Box<Part>>;

/// Tries several roundings and improves the best; also whether the caller's signal ended it.
fn best_start<'l, 'p>(
    layout: &'l Layout<'p>,
    guide: &Guide<'_>,
    limits: &Limits,
    aim: i64,
    options: &SolveOptions<'_>,
) -> (Best<'l, 'p>, bool) {
    let mut best: Option<Start<'l, 'p>> = None;
    let mut interrupted = false;
    for variant in 0..limits.variants {
        match first_plan(layout, guide, variant, limits.core) {
            Ok(mut start) => {
                start.improve(guide, aim, limits.tests);
                let patience = limits.patience.0;
                interrupted = start.restart(guide, aim, variant, patience, options);
                if best.as_ref().is_none_or(|b| start.plan.cost < b.plan.cost) {
                    best = Some(start);
                }
            }
            Err(part) if best.is_none() => return (Err(part), false),
            Err(_) => break,
        }
        if interrupted || best.as_ref().is_some_and(|b| b.plan.cost <= aim) {
            break;
        }
    }
    let Some(mut start) = best else { return (Err(refuted(layout)), interrupted) };
    if !interrupted {
        let patience = limits.patience.1;
        interrupted = start.restart(guide, aim, limits.variants, patience, options);
    }
    (Ok(start.plan), interrupted)
}

/// A feasible plan and its core.
struct Start<'l, 'p> {
    core: Core,
    plan: Plan<'l, 'p>,
}

impl Start<'_, '_> {
    fn improve(&mut self, guide: &Guide<'_>, aim: i64, tests: u64) {
        let mut work = tests;
        improve(&mut self.core, &mut self.plan, guide, Depth::Pairs, &mut work);
        if self.plan.cost > aim {
            improve(&mut self.core, &mut self.plan, guide, Depth::Triples, &mut work);
        }
    }

    fn restart(
        &mut self,
        guide: &Guide<'_>,
        aim: i64,
        seed: u64,
        patience: usize,
        options: &SolveOptions<'_>,
    ) -> bool {
        let aims = perturb::Aims { cost: aim, patience, seed, options };
        perturb::restarts(&mut self.core, &mut self.plan, guide, &aims)
    }
}

/// Rounds and makes feasible: in the core, then anywhere, then from the obligations up. Without
/// success the infeasible plan is given back, if there is one.
fn first_plan<'l, 'p>(
    layout: &'l Layout<'p>,
    guide: &Guide<'_>,
    variant: u64,
    size: usize,
) -> Result<Start<'l, 'p>, Box<Part>> {
    let mut rounded = round(layout, guide.y, guide.tau, variant);
    if rounded.stuck.is_some() {
        return Err(refuted(layout));
    }
    let mut core = Core::new(layout, &rounded, size, guide.tau);
    mend(&mut core, &mut rounded.plan, guide);
    if rounded.plan.is_feasible() {
        return Ok(Start { core, plan: rounded.plan });
    }
    if let Some(conflict) = refute(layout) {
        return Err(Box::new(Part::Infeasible(conflict)));
    }
    let weight: Vec<f64> = guide.y.iter().zip(guide.floor).map(|(y, f)| y + f).collect();
    if !repair(&mut rounded.plan, &weight) {
        rounded.plan = rebuild(layout, Some(&rounded.plan))?;
    }
    let core = Core::new(layout, &rounded, size, guide.tau);
    Ok(Start { core, plan: rounded.plan })
}

/// Multipliers of this holder in the certificate to start from.
fn start_multipliers(layout: &Layout<'_>, options: &SolveOptions<'_>) -> Option<Vec<f64>> {
    let start = options.start?;
    let lam = start.lam.get(layout.holder)?;
    let mu = start.mu.get(layout.holder)?;
    let scale = start.scale.max(1) as f64;
    let row = |m: &'_ Vec<i64>| -> Vec<f64> {
        m.iter().skip(1).take(layout.years).map(|&v| v.max(0) as f64 / scale).collect()
    };
    let all = [row(lam), row(mu)].concat();
    (all.len() == layout.cap.len()).then_some(all)
}

/// A feasible plan from the obligations alone: everything else is kept, where keeping is free
/// of purchases. Otherwise a proof that there is none, or how far `attempt` stayed from one.
fn rebuild<'l, 'p>(
    layout: &'l Layout<'p>,
    attempt: Option<&Plan<'l, 'p>>,
) -> Result<Plan<'l, 'p>, Box<Part>> {
    let met = match examine(layout) {
        Verdict::Met(met) => met,
        Verdict::Conflict(conflict) => return Err(Box::new(Part::Infeasible(conflict))),
        Verdict::Open => return Err(Box::new(shortfall(layout, attempt))),
    };
    let mut plan = Plan::empty(layout);
    let mut prefix = vec![0; layout.columns()];
    let mut tail_of = vec![usize::MAX; layout.items()];
    for (item, tail) in met {
        tail_of[item] = tail;
    }
    for (item, &fixed) in tail_of.iter().enumerate() {
        layout.exact_prefix(item, &mut prefix);
        let tails = &plan.group(item).tails;
        let idle = |&t: &usize| {
            prefix[tails[t].t1] != BARRED && tails[t].usage(layout.years).next().is_none()
        };
        let cost = |&t: &usize| (prefix[tails[t].t1] + tails[t].cost, t);
        let tail = if fixed == usize::MAX {
            (0..tails.len()).filter(idle).min_by_key(cost).unwrap_or(0)
        } else {
            fixed
        };
        let column = tails[tail].t1;
        plan.place(item, tail, prefix[column]);
    }
    Ok(plan)
}

/// The answer when some item has no usable option: there is always a proof of that.
fn refuted(layout: &Layout<'_>) -> Box<Part> {
    let none = || shortfall(layout, None);
    Box::new(refute(layout).map_or_else(none, Part::Infeasible))
}

/// How far the best attempt stayed from a plan.
fn shortfall(layout: &Layout<'_>, attempt: Option<&Plan<'_, '_>>) -> Part {
    let slack = attempt.map_or(&layout.cap, |p| &p.slack);
    let over = slack.iter().enumerate().filter(|(_, s)| **s < 0).map(|(r, &s)| {
        if r < layout.years {
            (Resource::Money, r + 1, -s)
        } else {
            (Resource::Hours, r - layout.years + 1, -s)
        }
    });
    Part::NotFound(Shortfall { holder: layout.holder, over: over.collect() })
}

fn finish(plan: &Plan<'_, '_>, multipliers: Vec<i64>, bound: i128, interrupted: bool) -> Part {
    let layout = plan.layout;
    let mut picks = Vec::with_capacity(layout.items());
    for item in 0..layout.items() {
        let tail = &plan.group(item).tails[plan.tail(item)];
        picks.extend(layout.members(item).iter().copied().zip(tail.picks.iter().copied()));
    }
    let (money, hours) = plan.slack.split_at(layout.years);
    let result = HolderResult {
        cost_pence: plan.cost,
        bound_scaled: bound,
        money_left: money.to_vec(),
        hours_left: hours.to_vec(),
    };
    Part::Solved { picks, multipliers, result, interrupted }
}
