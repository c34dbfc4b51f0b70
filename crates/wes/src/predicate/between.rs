//! `between`: the value lies from the first bound to the second, both included.

use inventory::{Class, Field, Value};

use super::operand::{Bound, Scope};
use super::{Strictness, Test};
use crate::node::Node;
use crate::{Steps, Truth, codes};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Between {
    low: Bound,
    high: Bound,
}

impl Test for Between {
    fn parse(operand: &Node, field: Field, scope: &Scope<'_>) -> Option<Self> {
        let Some([low, high]) = operand.array() else {
            scope.error(
                codes::OPERAND,
                operand,
                format!("`between` takes two values, found {}", operand.written()),
                "write `between = [lowest, highest]`",
            );
            return None;
        };
        let low_bound = Bound::parse(low, field, "between", scope);
        let high_bound = Bound::parse(high, field, "between", scope);
        let between = Self { low: low_bound?, high: high_bound? };
        if between.low.strictness(&between.high) == Strictness::Tighter {
            scope.error(
                codes::OPERAND,
                operand,
                format!("`between` runs backwards: {}", operand.written()),
                "write the lower value first",
            );
            return None;
        }
        Some(between)
    }

    fn test(&self, _: &Class, _: Field, value: &Value) -> Steps<Truth> {
        self.low
            .steps(value, std::cmp::Ordering::is_ge)
            .zip(&self.high.steps(value, std::cmp::Ordering::is_le), Truth::and)
    }

    fn nudged(&self, field: Field) -> Vec<Self> {
        let lows = self.low.nudged(field).into_iter();
        let highs = self.high.nudged(field).into_iter();
        lows.map(|low| Self { low, high: self.high.clone() })
            .chain(highs.map(|high| Self { low: self.low.clone(), high }))
            .collect()
    }

    fn requirement(&self, _: &Class, field: Field) -> String {
        format!("from {} to {}", self.low.phrase(field), self.high.phrase(field))
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        self.low.strictness(&parent.low).both(self.high.strictness(&parent.high).reversed())
    }
}
