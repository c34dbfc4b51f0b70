//! A plan of one holder under construction: a tail for each item, and exact use of every row.

use super::layout::{BARRED, Layout};

/// No tail chosen yet.
const NONE: u32 = u32::MAX;

/// The plan. Totals are exact integers and are kept up to date by every change.
#[derive(Debug, Clone)]
pub(super) struct Plan<'l, 'p> {
    pub(super) layout: &'l Layout<'p>,
    /// Tail of each item, index into its group's tails.
    tails: Vec<u32>,
    /// Capacity less use of each row; negative when overdrawn.
    pub(super) slack: Vec<i64>,
    /// Objective without visits, in pence.
    pub(super) cost: i64,
}

impl<'l, 'p> Plan<'l, 'p> {
    /// Nothing chosen.
    pub(super) fn empty(layout: &'l Layout<'p>) -> Self {
        Self { layout, tails: vec![NONE; layout.items()], slack: layout.cap.clone(), cost: 0 }
    }

    /// The plan of given tails, one per item.
    pub(super) fn of_tails(layout: &'l Layout<'p>, tails: Vec<u32>) -> Self {
        let mut plan = Self::empty(layout);
        let mut prefix = vec![0_i64; layout.columns()];
        for (item, tail) in tails.into_iter().enumerate() {
            layout.exact_prefix(item, &mut prefix);
            let column = plan.group(item).tails[tail as usize].t1;
            plan.place(item, tail as usize, prefix[column]);
        }
        plan
    }

    /// Tail of each item.
    pub(super) fn tails(&self) -> Vec<u32> {
        self.tails.clone()
    }

    /// Option of each asset.
    pub(super) fn picks(&self) -> Vec<(u32, u16)> {
        let layout = self.layout;
        let mut picks = Vec::with_capacity(layout.items());
        for item in 0..layout.items() {
            let tail = &self.group(item).tails[self.tail(item)];
            picks.extend(layout.members(item).iter().copied().zip(tail.picks.iter().copied()));
        }
        picks
    }

    /// Tail of an item.
    pub(super) fn tail(&self, item: usize) -> usize {
        self.tails[item] as usize
    }

    /// Whether no row is overdrawn.
    pub(super) fn is_feasible(&self) -> bool {
        self.slack.iter().all(|&s| s >= 0)
    }

    /// Chooses a tail for an item that had none; `prefix` is the cost of its column.
    pub(super) fn place(&mut self, item: usize, tail: usize, prefix: i64) {
        self.tails[item] = tail as u32;
        let group = self.group(item);
        let chosen = &group.tails[tail];
        self.cost += prefix + chosen.cost;
        for (r, a) in chosen.usage() {
            self.slack[r] -= a;
        }
    }

    /// Moves an item to another tail; `cost_change` is the exact change of objective.
    pub(super) fn shift(&mut self, item: usize, to: usize, cost_change: i64) {
        let group = self.group(item);
        for (r, a) in group.tails[self.tail(item)].usage() {
            self.slack[r] += a;
        }
        for (r, a) in group.tails[to].usage() {
            self.slack[r] -= a;
        }
        self.cost += cost_change;
        self.tails[item] = to as u32;
    }

    /// Exact cost of an item on a tail, given its prefixes; `None` where it is not allowed.
    pub(super) fn cost_on(&self, item: usize, tail: usize, prefix: &[i64]) -> Option<i64> {
        let tail = &self.group(item).tails[tail];
        match prefix[tail.t1] {
            BARRED => None,
            p => Some(p + tail.cost),
        }
    }

    pub(super) fn group(&self, item: usize) -> &'l super::layout::Group {
        let layout = self.layout;
        &layout.groups[layout.group_of[item] as usize]
    }
}
