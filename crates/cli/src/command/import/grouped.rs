//! Problems that repeat from row to row, told a few times and then by their rows.

use std::collections::BTreeMap;

use diagnostic::{Code, Column, Diagnostic, Diagnostics};

/// How many problems of a kind are shown in full.
const SHOWN: usize = 3;
/// How many further rows are named.
const NAMED: usize = 8;

/// A code in a column of a file.
type Key = (Code, String, String);

/// The first problems of each code and column, the last of which says how many follow and in which rows.
///
/// JSON output has every problem; this is for people.
pub(super) fn grouped(problems: &Diagnostics) -> Diagnostics {
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut groups: BTreeMap<Key, (usize, usize, Vec<u32>)> = BTreeMap::new();
    for problem in problems {
        let key = key(problem);
        let (count, last, rows) = groups.entry(key).or_insert((0, 0, Vec::new()));
        *count = count.saturating_add(1);
        if *count <= SHOWN {
            *last = kept.len();
            kept.push(problem.clone());
        } else if rows.len() <= NAMED {
            rows.extend(problem.place.as_ref().and_then(|place| place.line));
        }
    }
    for (count, last, rows) in groups.into_values() {
        let further = count.saturating_sub(SHOWN);
        if let Some(problem) = kept.get_mut(last).filter(|_| further > 0) {
            let named: Vec<String> = rows.iter().take(NAMED).map(ToString::to_string).collect();
            let more = if further > NAMED { ", ..." } else { "" };
            let rows = if further == 1 { "row" } else { "rows" };
            problem.message = format!(
                "{} (and in {further} further {rows}: {}{more})",
                problem.message,
                named.join(", ")
            );
        }
    }
    kept.into()
}

fn key(problem: &Diagnostic) -> Key {
    let place = problem.place.as_ref();
    let column = place.and_then(|place| place.column.as_ref()).map(Column::to_string);
    let file = place.map(|place| place.file.to_string());
    (problem.code, file.unwrap_or_default(), column.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use diagnostic::Place;
    use inventory::codes::BAD_DATE;

    use super::*;

    #[test]
    fn the_first_are_shown_and_the_rest_are_named_by_row() {
        let problem = |line: u32, column: &str| {
            Diagnostic::error(BAD_DATE, "no date").at(Place::record("a.csv", line, Some(column)))
        };
        let mut all = Diagnostics::new();
        for line in 2..20 {
            all.push(problem(line, "bought"));
        }
        all.push(problem(3, "sold"));
        let shown: Vec<String> =
            grouped(&all).iter().map(|problem| problem.message.clone()).collect();
        let last = "no date (and in 15 further rows: 5, 6, 7, 8, 9, 10, 11, 12, ...)";
        assert_eq!(shown, ["no date", "no date", last, "no date"]);
    }
}
