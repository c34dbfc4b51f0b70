//! Obligations: finding a plan for them alone, or proving that there is none.
//!
//! An *obligation* is an item that must buy (its column 0 is not allowed). Everything else can
//! stay as it is, so a holder is feasible exactly when its obligations are. Tests, in order:
//! items without an option; windows of years whose cheapest total use passes the capacity;
//! weighted combinations of rows; depth-first search over the ways to meet the obligations.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::layout::{BARRED, Layout};
use super::outcome::{Conflict, ConflictReason, Resource};

/// Nodes of the depth-first search.
const NODES_MAX: u64 = 400_000;
/// Rounds of the weighted-combination test.
const WEIGHT_ROUNDS: usize = 200;
/// Largest conflict that is reduced by repeated search.
const REDUCE_MAX: usize = 24;

/// Ways to meet an obligation: tail and its row use; only undominated tails that fit alone.
type Ways = Vec<(usize, Vec<(usize, i64)>)>;

/// An item that must buy, with the distinct ways to do so.
#[derive(Debug, Clone)]
struct Obligation {
    item: usize,
    /// Items of one group with the same allowed options share their ways, and this number.
    kind: usize,
    ways: Rc<Ways>,
}

/// What is known about a holder's obligations.
#[derive(Debug)]
pub(super) enum Verdict {
    /// A tail for each obligation that together fit.
    Met(Vec<(usize, usize)>),
    /// None exists.
    Conflict(Conflict),
    /// Neither found nor ruled out.
    Open,
}

/// The conflict of all obligations, after every way to meet them was tried.
pub(super) fn nothing_fits(layout: &Layout<'_>, tried: u64) -> Conflict {
    let demands = match collect(layout) {
        Ok(obligations) => assets_of(layout, obligations.iter().map(|o| o.item)),
        Err(conflict) => return conflict,
    };
    Conflict { holder: layout.holder, demands, reason: ConflictReason::Exhausted { tried } }
}

/// The quick proofs: an obligation without a way, a window that is too small.
pub(super) fn refute(layout: &Layout<'_>) -> Option<Conflict> {
    match collect(layout) {
        Ok(obligations) => window_conflict(layout, &obligations),
        Err(conflict) => Some(conflict),
    }
}

/// Examines the obligations of a holder.
pub(super) fn examine(layout: &Layout<'_>) -> Verdict {
    let obligations = match collect(layout) {
        Ok(obligations) => obligations,
        Err(conflict) => return Verdict::Conflict(conflict),
    };
    if let Some(conflict) = window_conflict(layout, &obligations) {
        return Verdict::Conflict(conflict);
    }
    let mut nodes = NODES_MAX;
    match search(layout, &obligations, &mut nodes) {
        Search::Found(plan) => Verdict::Met(plan),
        Search::Exhausted => Verdict::Conflict(exhausted(layout, obligations, NODES_MAX - nodes)),
        Search::OutOfNodes => {
            combination_conflict(layout, &obligations).map_or(Verdict::Open, Verdict::Conflict)
        }
    }
}

fn assets_of(layout: &Layout<'_>, items: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut assets: Vec<u32> = items.flat_map(|i| layout.members(i).iter().copied()).collect();
    assets.sort_unstable();
    assets
}

fn resource_year(layout: &Layout<'_>, row: usize) -> (Resource, usize) {
    (layout.rows[row].resource, layout.rows[row].year)
}

fn collect(layout: &Layout<'_>) -> Result<Vec<Obligation>, Conflict> {
    let mut prefix = vec![0; layout.columns()];
    let mut all = Vec::new();
    let mut known: BTreeMap<(u32, Vec<usize>), (usize, Rc<Ways>)> = BTreeMap::new();
    for item in 0..layout.items() {
        layout.exact_prefix(item, &mut prefix);
        let group = &layout.groups[layout.group_of[item] as usize];
        let allowed: Vec<usize> =
            (0..group.tails.len()).filter(|&t| prefix[group.tails[t].t1] != BARRED).collect();
        let limited = |t: usize| group.tails[t].usage().filter(|u| !layout.rows[u.0].signed);
        if allowed.iter().any(|&t| limited(t).next().is_none()) {
            continue;
        }
        let conflict = |reason| Conflict {
            holder: layout.holder,
            demands: assets_of(layout, std::iter::once(item)),
            reason,
        };
        if allowed.is_empty() {
            return Err(conflict(ConflictReason::NoOption));
        }
        let key = (layout.group_of[item], allowed);
        if let Some((kind, ways)) = known.get(&key) {
            all.push(Obligation { item, kind: *kind, ways: Rc::clone(ways) });
            continue;
        }
        let allowed = &key.1;
        let mut ways: Ways = allowed
            .iter()
            .filter(|&&t| group.tails[t].fits)
            .map(|&t| (t, limited(t).collect()))
            .collect();
        ways.sort_by(|a, b| a.1.len().cmp(&b.1.len()).then_with(|| a.1.cmp(&b.1)));
        let mut kept = Ways::new();
        for way in ways {
            if !kept.iter().any(|k| dominates(&k.1, &way.1)) {
                kept.push(way);
            }
        }
        if kept.is_empty() {
            return Err(conflict(least_excess(layout, group, allowed)));
        }
        let ways = Rc::new(kept);
        let kind = known.len();
        all.push(Obligation { item, kind, ways: Rc::clone(&ways) });
        known.insert(key, (kind, ways));
    }
    Ok(all)
}

/// Whether `a` uses no row more than `b` does.
fn dominates(a: &[(usize, i64)], b: &[(usize, i64)]) -> bool {
    a.iter().all(|&(r, x)| b.iter().any(|&(s, y)| r == s && x <= y))
}

fn least_excess(
    layout: &Layout<'_>,
    group: &super::layout::Group,
    allowed: &[usize],
) -> ConflictReason {
    let worst = |&t: &usize| {
        let usage = group.tails[t].usage();
        usage.map(|(r, a)| (a - layout.cap[r], r, a)).max().unwrap_or((0, 0, 0))
    };
    let (_, row, needed) = allowed.iter().map(worst).min().unwrap_or((0, 0, 0));
    let (resource, year) = resource_year(layout, row);
    ConflictReason::TooLarge { resource, year, needed, available: layout.cap[row] }
}

/// Least use of the given rows over an obligation's ways.
fn least_use(obligation: &Obligation, rows: std::ops::RangeInclusive<usize>) -> i64 {
    let used = |way: &(usize, Vec<(usize, i64)>)| -> i64 {
        way.1.iter().filter(|(r, _)| rows.contains(r)).map(|(_, a)| a).sum()
    };
    obligation.ways.iter().map(used).min().unwrap_or(0)
}

fn window_conflict(layout: &Layout<'_>, obligations: &[Obligation]) -> Option<Conflict> {
    let years = layout.years;
    let mut best: Option<(usize, Conflict)> = None;
    let kinds = obligations.iter().map(|o| o.kind + 1).max().unwrap_or(0);
    for (resource, base) in families(layout) {
        for from in 1..=years {
            for to in from..=years {
                let rows = base + from - 1..=base + to - 1;
                // Uses sum to less than 2^62, so a sum that saturates is more than any of them.
                let available =
                    layout.cap[rows.clone()].iter().copied().fold(0, i64::saturating_add);
                let mut known: Vec<Option<i64>> = vec![None; kinds];
                let mut least = |o: &Obligation| {
                    *known[o.kind].get_or_insert_with(|| least_use(o, rows.clone()))
                };
                let mut uses: Vec<(i64, usize)> =
                    obligations.iter().map(|o| (least(o), o.item)).filter(|u| u.0 > 0).collect();
                let total: i64 = uses.iter().map(|u| u.0).sum();
                if total <= available {
                    continue;
                }
                // Fewest demands that still conflict: the largest uses.
                uses.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
                let mut needed = 0;
                let mut items = Vec::new();
                for (use_, item) in uses {
                    if needed > available {
                        break;
                    }
                    needed += use_;
                    items.push(item);
                }
                if best.as_ref().is_none_or(|b| items.len() < b.0) {
                    let count = items.len();
                    let reason = ConflictReason::Window {
                        resource,
                        from,
                        to,
                        needed,
                        needed_in_all: total,
                        available,
                    };
                    let demands = assets_of(layout, items.into_iter());
                    best = Some((count, Conflict { holder: layout.holder, demands, reason }));
                }
            }
        }
    }
    best.map(|b| b.1)
}

/// Each run of rows of one resource over all years that only purchases use, and its first row.
fn families(layout: &Layout<'_>) -> Vec<(Resource, usize)> {
    let rows = &layout.rows;
    let whole = |base: &usize| {
        let run = &rows[*base..*base + layout.years];
        run.iter()
            .enumerate()
            .all(|(k, r)| r.resource == run[0].resource && r.year == k + 1 && !r.signed)
    };
    let starts = (0..rows.len()).filter(|&r| rows[r].year == 1 && r + layout.years <= rows.len());
    starts.filter(whole).map(|base| (rows[base].resource, base)).collect()
}

enum Search {
    Found(Vec<(usize, usize)>),
    Exhausted,
    OutOfNodes,
}

/// Depth-first search, most constrained obligation first, roomiest way first.
fn search(layout: &Layout<'_>, obligations: &[Obligation], nodes: &mut u64) -> Search {
    let mut order: Vec<&Obligation> = obligations.iter().collect();
    let size =
        |o: &Obligation| o.ways.iter().map(|w| tightness(&layout.cap, &w.1)).fold(0.0, f64::max);
    order.sort_by(|a, b| {
        let by_ways = a.ways.len().cmp(&b.ways.len());
        by_ways.then_with(|| size(b).total_cmp(&size(a))).then(a.item.cmp(&b.item))
    });
    if order.is_empty() {
        return Search::Found(Vec::new());
    }
    let mut room = layout.cap.clone();
    let mut frames = vec![frame(order[0], &room)];
    loop {
        let depth = frames.len() - 1;
        let Frame { ways, next } = &mut frames[depth];
        if *next > 0 {
            order[depth].ways[ways[*next - 1]].1.iter().for_each(|&(r, a)| room[r] += a);
        }
        if *next == ways.len() {
            frames.pop();
            if frames.is_empty() {
                return Search::Exhausted;
            }
            continue;
        }
        if *nodes == 0 {
            return Search::OutOfNodes;
        }
        *nodes -= 1;
        order[depth].ways[ways[*next]].1.iter().for_each(|&(r, a)| room[r] -= a);
        *next += 1;
        if depth + 1 == order.len() {
            let chosen = |(o, f): (&&Obligation, &Frame)| (o.item, o.ways[f.ways[f.next - 1]].0);
            return Search::Found(order.iter().zip(&frames).map(chosen).collect());
        }
        frames.push(frame(order[depth + 1], &room));
    }
}

/// The ways of one obligation that fit, roomiest first, and the next to try.
struct Frame {
    ways: Vec<usize>,
    next: usize,
}

fn frame(obligation: &Obligation, room: &[i64]) -> Frame {
    let tight: Vec<f64> = obligation.ways.iter().map(|w| tightness(room, &w.1)).collect();
    let mut ways: Vec<usize> = (0..tight.len()).filter(|&w| tight[w] <= 1.0).collect();
    ways.sort_by(|&a, &b| tight[a].total_cmp(&tight[b]).then(a.cmp(&b)));
    Frame { ways, next: 0 }
}

/// Largest share of a row's room that a use takes; above 1 when it does not fit.
fn tightness(room: &[i64], usage: &[(usize, i64)]) -> f64 {
    let share = |&(r, a): &(usize, i64)| {
        if a > room[r] { 2.0 } else { a as f64 / room[r].max(1) as f64 }
    };
    usage.iter().map(share).fold(0.0, f64::max)
}

/// Drops demands one by one while the rest still has no plan.
fn exhausted(layout: &Layout<'_>, mut demands: Vec<Obligation>, tried: u64) -> Conflict {
    if demands.len() <= REDUCE_MAX {
        let mut k = 0;
        while k < demands.len() && demands.len() > 1 {
            let dropped = demands.remove(k);
            let mut nodes = NODES_MAX / 8;
            if !matches!(search(layout, &demands, &mut nodes), Search::Exhausted) {
                demands.insert(k, dropped);
                k += 1;
            }
        }
    }
    let demands = assets_of(layout, demands.iter().map(|o| o.item));
    Conflict { holder: layout.holder, demands, reason: ConflictReason::Exhausted { tried } }
}

/// Raises the weights of rows that the cheapest ways overdraw until the least weighted use
/// passes the weighted capacity; the proof is checked in integers.
fn combination_conflict(layout: &Layout<'_>, obligations: &[Obligation]) -> Option<Conflict> {
    let rows = layout.cap.len();
    let mut weight = vec![1.0_f64; rows];
    for (w, &cap) in weight.iter_mut().zip(&layout.cap) {
        *w /= cap.max(1) as f64;
    }
    for round in 0..WEIGHT_ROUNDS {
        let largest = weight.iter().copied().fold(0.0, f64::max);
        let whole: Vec<i64> = weight.iter().map(|w| (w / largest * 1e9).round() as i64).collect();
        let mut needed = 0_i128;
        let mut used = vec![0.0; rows];
        for o in obligations {
            let price = |way: &(usize, Vec<(usize, i64)>)| -> i128 {
                way.1.iter().map(|&(r, a)| i128::from(whole[r]) * i128::from(a)).sum()
            };
            let best = o.ways.iter().map(|w| (price(w), w)).min_by_key(|(p, w)| (*p, w.0));
            if let Some((paid, way)) = best {
                needed += paid;
                way.1.iter().for_each(|&(r, a)| used[r] += a as f64);
            }
        }
        let paid = whole.iter().zip(&layout.cap).map(|(&w, &c)| i128::from(w) * i128::from(c));
        let available: i128 = paid.sum();
        if needed > available {
            let weights = (0..rows).filter(|&r| whole[r] > 0).map(|r| {
                let (resource, year) = resource_year(layout, r);
                (resource, year, whole[r])
            });
            let reason =
                ConflictReason::Combination { weights: weights.collect(), needed, available };
            let demands = assets_of(layout, obligations.iter().map(|o| o.item));
            return Some(Conflict { holder: layout.holder, demands, reason });
        }
        let eagerness = 1.0 / (1.0 + 0.05 * round as f64);
        for ((w, u), &cap) in weight.iter_mut().zip(&used).zip(&layout.cap) {
            let excess = (u / cap.max(1) as f64 - 1.0).clamp(-0.9, 2.0);
            *w *= 1.0 + eagerness * excess;
        }
    }
    None
}
