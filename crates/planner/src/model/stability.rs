//! The price of moving a purchase away from its year in an earlier plan.
//!
//! What an option costs before its first purchase is a sum of the years kept. A credit for one year is therefore two entries
//! of the row: less in the year before, as much more in the year itself. For the first year, which no entry comes before,
//! every other option is charged instead; this moves the objective by a constant and changes no choice.

/// A row of the cost of keeping (years 1 to T) that prefers year `year` by `pence`.
pub fn preferring(row: &[i32], year: usize, pence: i32) -> Vec<i32> {
    let mut row = row.to_vec();
    if !(1..=row.len()).contains(&year) {
        return row;
    }
    if let Some(before) = year.checked_sub(2).and_then(|at| row.get_mut(at)) {
        *before = before.saturating_sub(pence);
    }
    if let Some(own) = year.checked_sub(1).and_then(|at| row.get_mut(at)) {
        *own = own.saturating_add(pence);
    }
    row
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small test amounts")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the years before each first purchase cost: entry `t - 1` for year `t`, the last for never.
    fn prefixes(row: &[i32]) -> Vec<i32> {
        let mut sum = 0;
        let mut all = vec![0];
        for pence in row {
            sum += pence;
            all.push(sum);
        }
        all
    }

    proptest! {
        #[test]
        fn only_the_preferred_year_gets_nearer(
            row in prop::collection::vec(0..100_000_i32, 1..8), year in 1..8_usize, pence in 0..50_000_i32,
        ) {
            prop_assume!(year <= row.len());
            let (before, after) = (prefixes(&row), prefixes(&preferring(&row, year, pence)));
            let moved: Vec<i32> = before.iter().zip(&after).map(|(b, a)| a - b).collect();
            for (at, by) in moved.iter().enumerate() {
                prop_assert_eq!(by - moved[year - 1], if at + 1 == year { 0 } else { pence });
            }
        }
    }

    #[test]
    fn a_year_outside_the_plan_prefers_nothing() {
        assert_eq!(preferring(&[1, 2], 3, 9), [1, 2]);
        assert_eq!(preferring(&[1, 2], 0, 9), [1, 2]);
    }
}
