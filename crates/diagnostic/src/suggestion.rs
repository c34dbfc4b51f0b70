//! "Did you mean": the nearest known word to a misspelt one.

/// The known word nearest to `word`, or `None` when nothing is near enough to be worth suggesting.
///
/// Near means an edit distance (insert, delete, replace, swap of neighbours) of at most a third of the longer word's
/// length, ignoring case and treating `-` and space as `_`; ties go to the first in `known`.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(word);
    known
        .into_iter()
        .map(|candidate| (distance(&wanted, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| {
            *distance <= wanted.len().max(candidate.chars().count()).div_euclid(3).max(1)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn fold(word: &str) -> Vec<char> {
    word.trim()
        .chars()
        .map(
            |letter| if letter == '-' || letter == ' ' { '_' } else { letter.to_ascii_lowercase() },
        )
        .collect()
}

/// Optimal string alignment distance, over three rolling rows.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    let mut last_left = None;
    for (row, &l) in left.iter().enumerate() {
        let mut current = vec![row.saturating_add(1)];
        let mut last_right = None;
        for (column, &r) in right.iter().enumerate() {
            let cell = |line: &[usize], at: usize| line.get(at).copied().unwrap_or(usize::MAX);
            let replace = cell(&previous, column).saturating_add(usize::from(l != r));
            let delete = cell(&previous, column.saturating_add(1)).saturating_add(1);
            let insert = cell(&current, column).saturating_add(1);
            let mut best = replace.min(delete).min(insert);
            if last_left == Some(r) && last_right == Some(l) {
                best = best.min(cell(&before, column.saturating_sub(1)).saturating_add(1));
            }
            current.push(best);
            last_right = Some(r);
        }
        before = previous;
        previous = current;
        last_left = Some(l);
    }
    previous.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let fields = ["ram_gib", "disk_gb", "warranty_end"];
        assert_eq!(suggest("ram_gb", fields), Some("ram_gib"));
        assert_eq!(suggest("Warranty End", fields), Some("warranty_end"));
        assert_eq!(suggest("wararnty_end", fields), Some("warranty_end"));
        assert_eq!(suggest("colour", fields), None);
    }

    #[test]
    fn a_swap_of_neighbours_counts_once() {
        let chars = |word: &str| word.chars().collect::<Vec<_>>();
        assert_eq!(distance(&chars("tpm"), &chars("tmp")), 1);
        assert_eq!(distance(&chars(""), &chars("abc")), 3);
        assert_eq!(distance(&chars("kitten"), &chars("sitting")), 3);
    }
}
