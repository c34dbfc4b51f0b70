//! Codes and names of organisations that do not exist.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "indices of organisations are below 2^32 and are multiplied by small primes in 64 bits"
)]

use crate::random::number_of;
use crate::tables::Names;

/// The code of a practice: `Z99001` on in estates of up to 999 practices, `Z00001` on in larger ones.
pub(crate) fn practice_code(index: u32, practices: u32) -> String {
    let base = if practices <= 999 { 99_001 } else { 1 };
    format!("Z{:05}", base + index)
}

/// The code of a primary care network: `X` where real ones have `U`.
pub(crate) fn network_code(index: u32) -> String {
    format!("X{:05}", index + 1)
}

/// The code of a sub-ICB location, of five characters that begin with `ZZ`.
pub(crate) fn sub_icb_code(index: u32) -> String {
    let last = |digit: u32| char::from_digit(digit, 36).unwrap_or('0').to_ascii_uppercase();
    format!("ZZ{}{}{}", last(index / 1296 % 36), last(index / 36 % 36), last(index % 36))
}

/// The code of an ICB: `QZ1` to `QZ9`, `QZA` to `QZZ`, `QZ0`, then the same with `QB`.
pub(crate) fn holder_code(index: u32) -> String {
    let prefix = if index < 36 { "QZ" } else { "QB" };
    let last = char::from_digit((index + 1) % 36, 36).unwrap_or('0').to_ascii_uppercase();
    format!("{prefix}{last}")
}

/// The code of a region.
pub(crate) fn region_code(index: u32) -> String {
    format!("YZ{}", index + 1)
}

/// A place name, different for each index up to the number of combinations.
pub(crate) fn place(names: &Names<'static>, index: u64) -> String {
    let (firsts, seconds) = (number_of(names.first.len()), number_of(names.second.len()));
    let combination = index.wrapping_mul(1_009) % (firsts * seconds).max(1);
    let word = |words: &[&'static str], at: u64| {
        usize::try_from(at).ok().and_then(|at| words.get(at).copied()).unwrap_or_default()
    };
    let first = word(&names.first, combination % firsts.max(1));
    let second = word(&names.second, combination / firsts.max(1));
    format!("{first}{second}")
}

/// The name of a practice.
pub(crate) fn practice(names: &Names<'static>, index: u32) -> String {
    let places = number_of(names.first.len() * names.second.len()).max(1);
    let round = u64::from(index) / places;
    let kinds = number_of(names.practice.len()).max(1);
    let kind = (u64::from(index) * 5 + round) % kinds;
    let kind = usize::try_from(kind).ok().and_then(|at| names.practice.get(at)).copied();
    let place = place(names, u64::from(index));
    match round / kinds {
        0 => format!("{place} {}", kind.unwrap_or("Surgery")),
        again => format!("{place} {} {}", kind.unwrap_or("Surgery"), again + 1),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::tables::Tables;

    #[test]
    fn names_and_codes_do_not_repeat() {
        let names = Tables::shipped().unwrap().names;
        let all: BTreeSet<_> = (0..30_000).map(|index| practice(&names, index)).collect();
        assert_eq!(all.len(), 30_000);
        let codes: BTreeSet<_> = (0..72).map(holder_code).collect();
        assert_eq!(codes.len(), 72);
        assert_eq!(
            (holder_code(0), holder_code(9), holder_code(35), holder_code(36)),
            ("QZ1".into(), "QZA".into(), "QZ0".into(), "QB1".into())
        );
        assert_eq!(practice_code(0, 999), "Z99001");
        assert_eq!(practice_code(998, 999), "Z99999");
        assert_eq!(practice_code(0, 1000), "Z00001");
        assert_eq!(sub_icb_code(37), "ZZ011");
    }
}
