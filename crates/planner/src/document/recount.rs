//! Figures of a plan as its verifier reckons them. The composer has its own: the two share no code, so that an error of one
//! is found by the other.

/// The share of the objective that lies above the bound; nothing of nothing.
#[expect(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a ratio for people, of exact integers"
)]
pub(super) fn gap_of(objective: i64, bound: i64) -> f64 {
    match objective {
        0 => 0.0,
        _ => objective.saturating_sub(bound) as f64 / objective as f64,
    }
}

/// Hours of a number of quarters: `12`, `12.25`, `12.5`.
pub(super) fn hours_of(quarters: i64) -> String {
    let sign = if quarters < 0 { "-" } else { "" };
    let quarters = quarters.unsigned_abs();
    let part = match quarters & 3 {
        1 => ".25",
        2 => ".5",
        3 => ".75",
        _ => "",
    };
    format!("{sign}{}{part}", quarters >> 2)
}

/// Millionths of a multiplier of scale 2^20, halves away from zero, written without trailing noughts.
pub(super) fn price_of(multiplier: i64) -> String {
    let doubled = i128::from(multiplier.unsigned_abs()).saturating_mul(2_000_000);
    let millionths = doubled.saturating_add(1 << 20) >> 21;
    let (whole, part) = (millionths.div_euclid(1_000_000), millionths.rem_euclid(1_000_000));
    let sign = if multiplier < 0 && millionths > 0 { "-" } else { "" };
    let text = format!("{sign}{whole}.{part:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The name of the line in a place counted from 1.
pub(super) fn name_of_line(place: u64) -> String {
    format!("L{place:0>6}")
}

#[cfg(test)]
mod tests {
    use super::super::compose;
    use super::*;

    #[test]
    fn both_reckonings_agree() {
        for quarters in [0, 1, 2, 3, 4, 49, 400, 1_000_000_000_003] {
            assert_eq!(hours_of(quarters), compose::hours_text(quarters));
        }
        for lam in [0, 1, 2, 524_288, 1_048_576, 1_572_864, 10_485_760, 123_456_789, (1 << 40) - 1]
        {
            assert_eq!(price_of(lam), compose::shadow_price(lam), "{lam}");
        }
        for (objective, bound) in [(0, 0), (3, 1), (1_000_007, 999_999), (i64::MAX, 1)] {
            let other = compose::certified_gap(objective, bound);
            assert_eq!(gap_of(objective, bound).to_bits(), other.to_bits());
        }
        for place in [1, 999_999, 1_000_000] {
            assert_eq!(name_of_line(place), compose::line_id(place));
        }
    }
}
