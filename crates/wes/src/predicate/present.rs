//! `present`: something is recorded.
//!
//! It asks about the register, not the device, so it never gives unknown: what is absent fails.

use inventory::{Class, Field, Value};

use super::operand::Scope;
use super::{Strictness, Test};
use crate::node::{Node, ScalarKind};
use crate::{Steps, Truth, codes};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Present;

impl Test for Present {
    fn parse(operand: &Node, _: Field, scope: &Scope<'_>) -> Option<Self> {
        if operand.scalar() == Some((ScalarKind::Bool, "true")) {
            return Some(Self);
        }
        scope.error(
            codes::OPERAND,
            operand,
            format!("`present` takes `true`, found {}", operand.written()),
            "write `present = true`; for the contrary write `not = { field = ..., present = true }`",
        );
        None
    }

    fn test(&self, _: &Class, _: Field, _: &Value) -> Steps<Truth> {
        Steps::constant(Truth::Pass)
    }

    fn requirement(&self, _: &Class, _: Field) -> String {
        "recorded".to_owned()
    }

    fn strictness(&self, _: &Self) -> Strictness {
        Strictness::Equal
    }

    fn missing(&self, _: Field) -> Truth {
        Truth::Fail
    }
}
