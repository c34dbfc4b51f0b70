//! Values that change on known days.

use chrono::NaiveDate;

/// A step function of the day: a first value for all time, then a new value from each breakpoint on.
///
/// Breakpoints ascend strictly and neighbouring values differ, so equal functions are equal values.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Steps<T> {
    first: T,
    rest: Vec<(NaiveDate, T)>,
}

impl<T: Copy + PartialEq> Steps<T> {
    /// The same value on every day.
    pub fn constant(value: T) -> Self {
        Self { first: value, rest: Vec::new() }
    }

    /// One value before a day, another from that day on.
    pub fn change(before: T, day: NaiveDate, after: T) -> Self {
        let rest = if before == after { Vec::new() } else { vec![(day, after)] };
        Self { first: before, rest }
    }

    /// The value on a day.
    pub fn at(&self, day: NaiveDate) -> T {
        let passed = self.rest.partition_point(|(from, _)| *from <= day);
        passed
            .checked_sub(1)
            .and_then(|last| self.rest.get(last))
            .map_or(self.first, |(_, value)| *value)
    }

    /// The value before every breakpoint.
    pub fn first(&self) -> T {
        self.first
    }

    /// The breakpoints with the value that each begins.
    pub fn changes(&self) -> &[(NaiveDate, T)] {
        &self.rest
    }

    /// Spans that cover a range of days, each with its first and last day (inclusive) and its value.
    pub fn spans(
        &self,
        from: NaiveDate,
        until: NaiveDate,
    ) -> impl Iterator<Item = (NaiveDate, NaiveDate, T)> + '_ {
        let starts = std::iter::once((NaiveDate::MIN, self.first)).chain(self.rest.iter().copied());
        let ends = self
            .rest
            .iter()
            .map(|(day, _)| day.pred_opt().unwrap_or(NaiveDate::MIN))
            .chain(std::iter::once(NaiveDate::MAX));
        starts
            .zip(ends)
            .map(move |((start, value), end)| (start.max(from), end.min(until), value))
            .filter(|(start, end, _)| start <= end)
    }

    /// Applies a function to every value.
    pub fn map<U: Copy + PartialEq>(&self, change: impl Fn(T) -> U) -> Steps<U> {
        let mut steps = Steps::constant(change(self.first));
        for (day, value) in &self.rest {
            steps.push(*day, change(*value));
        }
        steps
    }

    /// Combines two functions day by day, by merging their breakpoints.
    pub fn zip<U: Copy + PartialEq, V: Copy + PartialEq>(
        &self,
        other: &Steps<U>,
        combine: impl Fn(T, U) -> V,
    ) -> Steps<V> {
        let (mut left, mut right) = (self.first, other.first);
        let mut steps = Steps::constant(combine(left, right));
        let (mut lefts, mut rights) = (self.rest.iter().peekable(), other.rest.iter().peekable());
        loop {
            let day = match (lefts.peek(), rights.peek()) {
                (Some((l, _)), Some((r, _))) => *l.min(r),
                (Some((l, _)), None) => *l,
                (None, Some((r, _))) => *r,
                (None, None) => return steps,
            };
            if let Some((_, value)) = lefts.next_if(|(at, _)| *at == day) {
                left = *value;
            }
            if let Some((_, value)) = rights.next_if(|(at, _)| *at == day) {
                right = *value;
            }
            steps.push(day, combine(left, right));
        }
    }

    /// The function that is `self` before a day and `after` from that day on.
    #[must_use]
    pub fn then(&self, day: NaiveDate, after: &Self) -> Self {
        self.zip(after, |before, after| (before, after)).zip(
            &Steps::change(false, day, true),
            |(before, after), changed| {
                if changed { after } else { before }
            },
        )
    }

    fn push(&mut self, day: NaiveDate, value: T) {
        let last = self.rest.last().map_or(self.first, |(_, value)| *value);
        if last != value {
            self.rest.push((day, value));
        }
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of a test")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(u64::from(number))
    }

    fn any_steps() -> impl Strategy<Value = Steps<u8>> {
        (0_u8..4, prop::collection::btree_map(0_u32..40, 0_u8..4, 0..6)).prop_map(|(first, map)| {
            let mut steps = Steps::constant(first);
            for (at, value) in map {
                steps.push(day(at), value);
            }
            steps
        })
    }

    proptest! {
        #[test]
        fn combining_agrees_with_each_day(left in any_steps(), right in any_steps(), cut in 0_u32..40) {
            let sum = left.zip(&right, |l, r| l * 4 + r);
            let spliced = left.then(day(cut), &right);
            for at in 0..45 {
                prop_assert_eq!(sum.at(day(at)), left.at(day(at)) * 4 + right.at(day(at)));
                let wanted = if at < cut { left.at(day(at)) } else { right.at(day(at)) };
                prop_assert_eq!(spliced.at(day(at)), wanted);
            }
        }

        #[test]
        fn spans_cover_the_range_once(steps in any_steps(), from in 0_u32..30, length in 0_u32..30) {
            let mut next = day(from);
            for (start, end, value) in steps.spans(day(from), day(from + length)) {
                prop_assert_eq!(start, next);
                prop_assert!(start <= end);
                prop_assert_eq!(steps.at(start), value);
                prop_assert_eq!(steps.at(end), value);
                next = end.succ_opt().unwrap();
            }
            prop_assert_eq!(next, day(from + length + 1));
        }
    }
}
