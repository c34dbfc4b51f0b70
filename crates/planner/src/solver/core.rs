//! The core: items whose choice is nearly tied, with their nearly tied options.
//!
//! Only these are touched by the search. Items of equal class composition that make the same
//! move change the rows in the same way, so each such *pattern* keeps its two cheapest movers.

use std::collections::BTreeMap;

use super::layout::{BARRED, Layout, Tail};
use super::plan::Plan;
use super::round::Rounded;

/// Options kept per core item.
const OPTIONS_MAX: usize = 8;
/// Items kept per tail among those that only have tied tails.
const TAIL_ITEMS: u32 = 10;
/// Patterns up to which a whole table of them is kept.
const TABLE_MAX: usize = 1 << 21;
/// Movers kept per pattern.
const DEPTH: usize = 2;

/// One option of a core item.
#[derive(Debug, Clone, Copy)]
struct Alternative {
    tail: u32,
    /// Tail in the numbering of the item's composition.
    local: u32,
    cost: i64,
}

#[derive(Debug, Clone, Copy)]
struct Member {
    item: u32,
    /// Class composition.
    kind: u32,
    /// Options of this item.
    first: u32,
    count: u16,
    /// Which of them is chosen now.
    now: u16,
}

/// The cheapest movers of each pattern.
type Movers = [Option<Move>; DEPTH];

/// The patterns met: a table, or only those met where a table would be too large.
enum Patterns {
    Table(Vec<Movers>),
    Met(BTreeMap<usize, Movers>),
}

impl Patterns {
    fn new(slots: usize) -> Self {
        if slots <= TABLE_MAX {
            Self::Table(vec![[None; DEPTH]; slots])
        } else {
            Self::Met(BTreeMap::new())
        }
    }

    fn slot(&mut self, slot: usize) -> &mut Movers {
        match self {
            Self::Table(table) => &mut table[slot],
            Self::Met(met) => met.entry(slot).or_default(),
        }
    }

    /// The movers of every pattern met, in the order of the slots.
    fn found(&self) -> Vec<&Movers> {
        match self {
            Self::Table(table) => table.iter().filter(|b| b[0].is_some()).collect(),
            Self::Met(met) => met.values().collect(),
        }
    }
}

/// The core of one holder.
#[derive(Debug)]
pub(super) struct Core {
    members: Vec<Member>,
    options: Vec<Alternative>,
    /// For each composition: start of its pattern table, and the row use of its local tails.
    kinds: Vec<Kind>,
    slots: usize,
    /// Entries per row vector: rows and one for the cost, padded to whole vectors.
    pub(super) stride: usize,
}

#[derive(Debug, Default)]
struct Kind {
    start: usize,
    /// Row use of each local tail, `stride` entries each.
    usage: Vec<i32>,
    count: usize,
}

/// One possible move of one core item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    /// Exact change of objective in pence.
    pub(super) cost: i64,
    /// Change of cost plus priced row use, pence: how much dearer than tied it is.
    pub(super) price: f64,
    member: u32,
    option: u16,
    kind: u32,
    from: u32,
    to: u32,
}

impl Move {
    /// Core index of the item moved.
    pub(super) fn member(&self) -> usize {
        self.member as usize
    }
}

/// Largest use of one row that the search handles.
const USE_MAX: i64 = 1 << 29;

/// Whether the search can count a tail's purchases; items on others are left to repair.
fn is_narrow(tail: &Tail) -> bool {
    tail.usage().all(|(_, a)| a.abs() < USE_MAX)
}

impl Core {
    /// Collects about `size` items with the smallest margins, and a few of each tied tail.
    pub(super) fn new(
        layout: &Layout<'_>,
        rounded: &Rounded<'_, '_>,
        size: usize,
        tau: f64,
    ) -> Self {
        let plan = &rounded.plan;
        let mut margins: Vec<f32> =
            rounded.margin.iter().copied().filter(|m| m.is_finite()).collect();
        let cut = if margins.len() > size {
            *margins.select_nth_unstable_by(size, f32::total_cmp).1
        } else {
            margins.iter().copied().fold(0.0, f32::max)
        };
        let cut = f64::from(cut).max(16.0 * tau);
        let mut core = Self {
            members: Vec::new(),
            options: Vec::new(),
            kinds: Vec::new(),
            slots: 0,
            stride: (layout.cap.len() + 1).div_ceil(8) * 8,
        };
        let mut compositions: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
        let mut prefix = vec![0; layout.columns()];
        for (g, group) in layout.groups.iter().enumerate() {
            let shapes: Vec<u32> = group.kinds.iter().map(|&k| layout.kinds[k].shape).collect();
            let fresh = compositions.len();
            let kind = *compositions.entry(shapes).or_insert(fresh);
            if kind == fresh {
                core.kinds.push(Kind::default());
            }
            let priced = &rounded.priced[g];
            let tied: Vec<bool> = (0..layout.columns())
                .map(|j| {
                    let near = |t: usize| priced.tail[t] - priced.column[j] <= cut * 0.25;
                    group.column[j].clone().filter(|&t| near(t)).count() > 1
                })
                .collect();
            let mut taken = vec![0_u32; group.tails.len()];
            for item in group.items.clone() {
                let tail = plan.tail(item);
                let clear = f64::from(rounded.margin[item]) > cut;
                if clear {
                    if !tied[group.tails[tail].t1] || taken[tail] >= TAIL_ITEMS {
                        continue;
                    }
                    taken[tail] += 1;
                }
                layout.exact_prefix(item, &mut prefix);
                core.add(plan, item, kind, (&prefix, &priced.tail), cut);
            }
        }
        core.number_tails(plan);
        core
    }

    fn add(
        &mut self,
        plan: &Plan<'_, '_>,
        item: usize,
        kind: usize,
        priced: (&[i64], &[f64]),
        cut: f64,
    ) {
        let (prefix, values) = priced;
        let group = plan.group(item);
        let now = plan.tail(item);
        if !is_narrow(&group.tails[now]) {
            return;
        }
        let mut found: Vec<(f64, usize)> = Vec::new();
        for (t, tail) in group.tails.iter().enumerate() {
            let p = prefix[tail.t1];
            if p != BARRED && values[t].is_finite() && is_narrow(tail) {
                found.push((p as f64 + values[t], t));
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let Some(&(least, _)) = found.first() else { return };
        // One way out that presses on no scarce row, however dear, so that mending has room.
        let is_free = |t: usize| values[t] <= group.tails[t].cost as f64;
        let escape = found.iter().skip(OPTIONS_MAX).find(|f| is_free(f.1)).copied();
        let escape = escape.filter(|_| !found.iter().take(OPTIONS_MAX).any(|f| is_free(f.1)));
        found.truncate(OPTIONS_MAX);
        found.extend(escape);
        let first_free = found.iter().position(|f| is_free(f.1)).map(|k| found[k].1);
        found.retain(|&(v, t)| v - least <= cut || t == now || Some(t) == first_free);
        if !found.iter().any(|f| f.1 == now) {
            found.push((0.0, now));
        }
        if found.len() < 2 {
            return;
        }
        let first = self.options.len() as u32;
        let chosen = found.iter().position(|f| f.1 == now).unwrap_or(0);
        self.options.extend(found.iter().map(|&(_, t)| Alternative {
            tail: t as u32,
            local: 0,
            cost: prefix[group.tails[t].t1] + group.tails[t].cost,
        }));
        self.members.push(Member {
            item: item as u32,
            kind: kind as u32,
            first,
            count: found.len() as u16,
            now: chosen as u16,
        });
    }

    /// Numbers the tails that occur, per composition, and lays out the pattern table.
    fn number_tails(&mut self, plan: &Plan<'_, '_>) {
        let mut local: Vec<BTreeMap<u32, u32>> = vec![BTreeMap::new(); self.kinds.len()];
        for m in &self.members {
            let names = &mut local[m.kind as usize];
            let kind = &mut self.kinds[m.kind as usize];
            let group = plan.group(m.item as usize);
            let range = m.first as usize..m.first as usize + m.count as usize;
            for option in &mut self.options[range] {
                let fresh = names.len() as u32;
                option.local = *names.entry(option.tail).or_insert(fresh);
                if option.local == fresh && names.len() as u32 > fresh {
                    let start = kind.usage.len();
                    kind.usage.resize(start + self.stride, 0);
                    for (r, a) in group.tails[option.tail as usize].usage() {
                        kind.usage[start + r] = a as i32;
                    }
                }
            }
        }
        for (kind, names) in self.kinds.iter_mut().zip(&local) {
            kind.count = names.len();
            kind.start = self.slots;
            self.slots += kind.count * kind.count;
        }
    }

    /// The chosen option of every core item, to come back to.
    pub(super) fn choices(&self) -> Vec<u16> {
        self.members.iter().map(|m| m.now).collect()
    }

    /// Goes back to earlier choices.
    pub(super) fn restore(&mut self, choices: &[u16], plan: &mut Plan<'_, '_>) {
        for (index, &now) in choices.iter().enumerate() {
            self.choose(index, now, plan);
        }
    }

    /// Notes choices that the plan has already gone back to.
    pub(super) fn restore_to(&mut self, choices: &[u16]) {
        for (member, &now) in self.members.iter_mut().zip(choices) {
            member.now = now;
        }
    }

    /// Carries a move out whose item may have moved since it was listed.
    pub(super) fn shake(&mut self, m: &Move, plan: &mut Plan<'_, '_>) {
        self.choose(m.member(), m.option, plan);
    }

    fn choose(&mut self, member: usize, option: u16, plan: &mut Plan<'_, '_>) {
        let m = &mut self.members[member];
        if m.now != option {
            let from = self.options[m.first as usize + m.now as usize];
            let to = self.options[m.first as usize + option as usize];
            plan.shift(m.item as usize, to.tail as usize, to.cost - from.cost);
            m.now = option;
        }
    }

    /// Number of core items.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    /// The cheapest movers of each pattern whose price of moving stays below `limit` (pence at
    /// multipliers `y`), least price first.
    pub(super) fn moves(&self, y: &[f64], limit: f64) -> Vec<Move> {
        let mut best = Patterns::new(self.slots);
        for (index, m) in self.members.iter().enumerate() {
            let kind = &self.kinds[m.kind as usize];
            let options = &self.options[m.first as usize..][..m.count as usize];
            let from = options[m.now as usize];
            for (o, to) in options.iter().enumerate().filter(|(o, _)| *o != m.now as usize) {
                let mut candidate = Move {
                    cost: to.cost - from.cost,
                    price: 0.0,
                    member: index as u32,
                    option: o as u16,
                    kind: m.kind,
                    from: from.local,
                    to: to.local,
                };
                let slot = kind.start + from.local as usize * kind.count + to.local as usize;
                for place in best.slot(slot) {
                    match place {
                        None => {
                            *place = Some(candidate);
                            break;
                        }
                        Some(held) if candidate.cost < held.cost => {
                            std::mem::swap(held, &mut candidate);
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        let mut delta = vec![0_i32; self.stride];
        let mut kept: Vec<Move> = Vec::new();
        for candidates in best.found() {
            let mut paid = 0.0;
            for (d, m) in candidates.iter().flatten().enumerate() {
                if d == 0 {
                    self.delta(m, &mut delta);
                    paid = delta.iter().zip(y).map(|(&d, y)| f64::from(d) * y).sum();
                }
                let price = m.cost as f64 + paid;
                if price <= limit {
                    kept.push(Move { price, ..*m });
                }
            }
        }
        kept.sort_unstable_by(|a, b| {
            a.price.total_cmp(&b.price).then((a.member, a.option).cmp(&(b.member, b.option)))
        });
        kept
    }

    /// Change of each row's use by a move.
    pub(super) fn delta(&self, m: &Move, out: &mut [i32]) {
        let usage = &self.kinds[m.kind as usize].usage;
        let from = &usage[m.from as usize * self.stride..][..self.stride];
        let to = &usage[m.to as usize * self.stride..][..self.stride];
        for ((d, a), b) in out.iter_mut().zip(to).zip(from) {
            *d = a - b;
        }
    }

    /// Carries a move out.
    pub(super) fn apply(&mut self, m: &Move, plan: &mut Plan<'_, '_>) {
        let member = &mut self.members[m.member as usize];
        let to = self.options[member.first as usize + m.option as usize];
        plan.shift(member.item as usize, to.tail as usize, m.cost);
        member.now = m.option;
    }
}
