//! Scales with round steps.

/// From 0 to a round number, in round steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Axis {
    /// The largest value shown.
    pub(super) top: i64,
    /// From one line of the grid to the next.
    pub(super) step: i64,
}

impl Axis {
    /// The axis for values up to `largest`: three to six steps of 1, 2 or 5 times a power of ten.
    pub(super) fn upto(largest: i64) -> Self {
        let largest = largest.max(1);
        let mut step = 1_i64;
        let mut factors = [2_i64, 5, 10].iter().cycle();
        let mut decade = 1_i64;
        while step.saturating_mul(5) < largest {
            let factor = factors.next().copied().unwrap_or(10);
            step = decade.saturating_mul(factor);
            if factor == 10 {
                decade = step;
            }
        }
        let steps = largest.saturating_add(step).saturating_sub(1).checked_div(step).unwrap_or(1);
        Self { top: step.saturating_mul(steps), step }
    }

    /// The values of the grid's lines.
    pub(super) fn ticks(self) -> impl Iterator<Item = i64> {
        let count = self.top.checked_div(self.step).unwrap_or(0);
        (0..=count).map(move |tick| tick.saturating_mul(self.step))
    }

    /// How many of `pixels` a value takes.
    pub(super) fn pixels(self, value: i64, pixels: i64) -> i64 {
        let product = i128::from(value.max(0)).saturating_mul(i128::from(pixels));
        let scaled = product.checked_div(i128::from(self.top.max(1))).unwrap_or(0);
        i64::try_from(scaled).unwrap_or(pixels)
    }
}

/// Moves labels apart so that each has `apart` pixels; the input is from top to bottom, and so is the result.
pub(super) fn spread(wanted: &[i64], apart: i64, top: i64, bottom: i64) -> Vec<i64> {
    let mut placed: Vec<i64> = Vec::with_capacity(wanted.len());
    for &want in wanted {
        let least = placed.last().map_or(top, |above| above.saturating_add(apart));
        placed.push(want.max(least));
    }
    let mut limit = bottom;
    for place in placed.iter_mut().rev() {
        *place = (*place).min(limit);
        limit = place.saturating_sub(apart);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!(Axis::upto(0), Axis { top: 1, step: 1 });
        assert_eq!(Axis::upto(7), Axis { top: 8, step: 2 });
        assert_eq!(Axis::upto(1_234), Axis { top: 1_500, step: 500 });
        assert!(Axis::upto(i64::MAX).ticks().count() < 10);
        for largest in [3, 49, 51, 999, 1_001, 123_456_789] {
            let axis = Axis::upto(largest);
            assert!(axis.top >= largest && (2..=7).contains(&axis.ticks().count()), "{largest}");
        }
    }

    #[test]
    fn labels_do_not_overlap() {
        assert_eq!(spread(&[10, 12, 13], 16, 0, 100), [10, 26, 42]);
        assert_eq!(spread(&[90, 95], 16, 0, 100), [84, 100]);
    }
}
