//! The best of two answers to one problem: the cheaper plan, and the higher bound.

use super::holder::Part;
use super::outcome::{Outcome, Solution};

/// The best of two answers for one holder. A proof that there is no plan stands.
pub(super) fn parts(first: Part, second: Part) -> Part {
    match (first, second) {
        (
            Part::Solved { picks, tails, multipliers, mut result, interrupted },
            Part::Solved {
                picks: other_picks,
                tails: other_tails,
                multipliers: other_multipliers,
                result: other,
                interrupted: other_interrupted,
            },
        ) => {
            let interrupted = interrupted || other_interrupted;
            let bound = result.bound_scaled.max(other.bound_scaled);
            let branched = result.branch_bound_pence.max(other.branch_bound_pence);
            let is_higher = other.bound_scaled > result.bound_scaled;
            let multipliers = if is_higher { other_multipliers } else { multipliers };
            let is_cheaper = other.cost_pence < result.cost_pence;
            let (picks, tails) =
                if is_cheaper { (other_picks, other_tails) } else { (picks, tails) };
            if is_cheaper {
                result = other;
            }
            result.bound_scaled = bound;
            result.branch_bound_pence = branched;
            Part::Solved { picks, tails, multipliers, result, interrupted }
        }
        (first @ Part::Infeasible(_), _) | (first, Part::NotFound(_)) => first,
        (_, second) => second,
    }
}

impl Outcome {
    /// The best of two answers to one problem: the cheaper schedule with the certificate of the
    /// higher bound. A proof that there is no plan stands.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        match (self, other) {
            (Self::Solved(first), Self::Solved(second)) => {
                Self::Solved(Box::new(solutions(*first, *second)))
            }
            (first @ Self::Infeasible(_), _) | (first, Self::NotFound(_)) => first,
            (_, second) => second,
        }
    }
}

fn solutions(first: Solution, second: Solution) -> Solution {
    let interrupted = first.interrupted || second.interrupted;
    let (mut cheap, dear) = if second.objective_pence < first.objective_pence {
        (second, first)
    } else {
        (first, second)
    };
    if dear.bound_pence > cheap.bound_pence {
        cheap.bound_pence = dear.bound_pence;
        cheap.certificate = dear.certificate;
        for (to, from) in cheap.holders.iter_mut().zip(&dear.holders) {
            to.bound_scaled = from.bound_scaled;
        }
    }
    Solution { interrupted, ..cheap }
}
