//! The permanent codes of a bid's problems.

use diagnostic::toml_file::TomlCodes;
use diagnostic::{Code, CodeEntry, Severity};

/// The plan is not the JSON that `refit plan` writes.
pub const NOT_A_PLAN: Code = Code("BID0001");
/// A value of the plan cannot be read.
pub const BAD_VALUE: Code = Code("BID0002");
/// The plan does not agree with itself.
pub const DISAGREES: Code = Code("BID0003");
/// The year asked for is not in the plan.
pub const NO_SUCH_YEAR: Code = Code("BID0004");
/// A template of the user's is wrong.
pub const TEMPLATE: Code = Code("BID0005");
/// Two outputs of one bid disagree, or one cannot be made.
pub const OUTPUTS_DISAGREE: Code = Code("BID0006");
/// A workbook would exceed the rows of a sheet.
pub const TOO_MANY_ROWS: Code = Code("BID0007");

/// Codes of the file with a bid's words.
pub const WORDS_TOML: TomlCodes = TomlCodes {
    syntax: Code("BID0101"),
    unknown_key: Code("BID0102"),
    missing_key: Code("BID0103"),
    wrong_type: Code("BID0104"),
    bad_value: Code("BID0105"),
};

const fn entry(code: Code, title: &'static str, explanation: &'static str) -> CodeEntry {
    CodeEntry { code, severity: Severity::Error, title, explanation, since: "0.1.0" }
}

/// What `refit explain` says about each.
pub const CODES: &[CodeEntry] = &[
    entry(
        NOT_A_PLAN,
        "the file is not a plan of schema refit.plan/1",
        "A bid is made from the file that `refit plan -o plan.json` writes, and from nothing else. Give that file, or make the plan again with this version.",
    ),
    entry(
        BAD_VALUE,
        "a value of the plan cannot be read",
        "Amounts are decimal strings in pounds with at most two decimals and at most ten billion pounds, years are like 2027/28, dates are ISO 8601. Plans are not meant to be edited: make the plan again.",
    ),
    entry(
        DISAGREES,
        "the plan does not agree with itself",
        "A total of the plan differs from the sum of its lines, or a line from its own parts. No bid is made from it, because one of its figures must be wrong. Make the plan again, and check it with `refit plan verify`.",
    ),
    entry(
        NO_SUCH_YEAR,
        "the financial year of the bid is not in the plan",
        "`--fy` must be one of the years that the plan covers. Plan again with `--start` and `--horizon`, or ask for another year.",
    ),
    entry(
        TEMPLATE,
        "the template given with --template is wrong",
        "The message names the line. docs/bid.md lists what a template can use; `refit bid --plan plan.json --json` prints every value.",
    ),
    entry(
        OUTPUTS_DISAGREE,
        "two files of one bid would state different totals",
        "This is a fault of Refit and nothing was written. Please report it with the plan.",
    ),
    entry(
        TOO_MANY_ROWS,
        "the plan has more lines than a sheet of a workbook can hold",
        "A sheet holds 1,048,576 rows. Make one plan for each budget holder, or use lines.csv.",
    ),
    entry(
        WORDS_TOML.syntax,
        "the file with the bid's words is not TOML",
        "Mend the syntax at the place named; docs/bid.md shows a complete file.",
    ),
    entry(
        WORDS_TOML.unknown_key,
        "a key of the bid's words is not known",
        "Keys are refused when they are not known, so that a misspelt one is not silently ignored.",
    ),
    entry(
        WORDS_TOML.missing_key,
        "a key of the bid's words is missing",
        "Each table of the file needs the keys that docs/bid.md names.",
    ),
    entry(
        WORDS_TOML.wrong_type,
        "a value of the bid's words has another type",
        "Texts and amounts stand in quotes; weights and scores are whole numbers.",
    ),
    entry(
        WORDS_TOML.bad_value,
        "a value of the bid's words is not allowed",
        "Amounts are pounds with at most two decimals, years are like 2027/28, a score lies between 0 and 5.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_listed_once() {
        let mut codes: Vec<_> = CODES.iter().map(|entry| entry.code).collect();
        let listed = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), listed);
    }
}
