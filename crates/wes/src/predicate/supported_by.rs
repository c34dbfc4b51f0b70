//! `supported_by`: a lifecycle table says that the product is in support, on the day judged and some time ahead.
//!
//! The date in the table is the last day of support, as the maker states it.

use std::sync::Arc;

use chrono::NaiveDate;
use inventory::{Class, Field, Value};

use super::operand::Scope;
use super::{Strictness, Test};
use crate::lifecycle::{Lifecycle, SupportEnd};
use crate::node::Node;
use crate::{Facts, Period, Steps, Truth};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SupportedBy {
    table: Arc<Lifecycle>,
    ahead: Period,
}

impl SupportedBy {
    pub(crate) fn table(&self) -> &Lifecycle {
        &self.table
    }

    /// The same requirement, to hold for this long ahead of the day judged.
    pub(crate) fn with_ahead(mut self, ahead: Period) -> Self {
        self.ahead = ahead;
        self
    }

    /// What the table says of a device, through time.
    pub(crate) fn steps(&self, fields: &[Field], facts: &dyn Facts) -> Steps<Truth> {
        match self.table.end_of_support(fields, facts) {
            Err(missing) => Steps::constant(Truth::Unknown(missing)),
            Ok(SupportEnd::NoneAnnounced) => Steps::constant(Truth::Pass),
            Ok(SupportEnd::On(last)) => {
                let day = last.succ_opt().map_or(NaiveDate::MAX, |day| self.ahead.before(day));
                Steps::change(Truth::Pass, day, Truth::Fail)
            }
            Ok(SupportEnd::EndedBy(known, missing)) => {
                Steps::change(Truth::Unknown(missing), known, Truth::Fail)
            }
        }
    }
}

impl Test for SupportedBy {
    fn parse(operand: &Node, _: Field, scope: &Scope<'_>) -> Option<Self> {
        Lifecycle::named(operand, scope).map(|table| Self { table, ahead: Period::ZERO })
    }

    /// A table is looked up by several fields; see [`SupportedBy::steps`].
    fn test(&self, _: &Class, _: Field, _: &Value) -> Steps<Truth> {
        Steps::constant(Truth::NotApplicable)
    }

    fn nudged(&self, _: Field) -> Vec<Self> {
        let mut all: Vec<Self> = self
            .ahead
            .neighbours()
            .into_iter()
            .map(|ahead| Self { table: Arc::clone(&self.table), ahead })
            .collect();
        all.push(Self { table: Arc::new(self.table.a_day_longer()), ahead: self.ahead });
        all
    }

    fn requirement(&self, _: &Class, _: Field) -> String {
        let ahead = if self.ahead == Period::ZERO {
            String::new()
        } else {
            format!(" for {} more", self.ahead)
        };
        format!("in support{ahead} by table `{}`{}", self.table.name(), self.table.dated())
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        if self.table != parent.table {
            return Strictness::Unprovable;
        }
        self.ahead.provably_cmp(parent.ahead).map_or(Strictness::Unprovable, Strictness::of)
    }
}
