//! The permanent codes of problem folders, schedules and certificates.

use diagnostic::{Code, CodeEntry, Severity};

macro_rules! entries {
    ($($code:literal, $title:literal, $explanation:literal;)+) => {
        /// What `refit explain CODE` prints for each of them.
        pub const TABLE: &[CodeEntry] = &[$(CodeEntry {
            code: Code($code),
            severity: Severity::Error,
            title: $title,
            explanation: $explanation,
            since: "0.1.0",
        },)+];
    };
}

entries! {
    "PLN0100", "a file of the problem folder could not be read or written",
        "A problem folder holds `meta.json` and the assets, either as `assets.csv` or as the nine flat `.i32` columns. Check the path, and that this user may read it.";
    "PLN0101", "a JSON file is malformed or lacks a field",
        "`meta.json` and certificates are JSON. The message names line and column of the fault, or the field that is missing.";
    "PLN0102", "the folder is not in format PLN1",
        "`meta.json` must say `\"format\": \"PLN1\"`. Folders of another format need another version of Refit.";
    "PLN0103", "an array has another length than the problem's sizes say",
        "Arrays indexed by year have T + 1 entries, of which entry 0 is unused; arrays by class have one entry a class, arrays by holder one a holder, columns one entry an asset.";
    "PLN0104", "a value lies outside its range",
        "Years run from 1 to T, indices from 0, money and hours from 0. The message names the value and what was expected.";
    "PLN0105", "a class lists the same option twice",
        "Each row `[t1, k1, t2, k2]` of a class's options must be different, because a schedule names an option by these numbers.";
    "PLN0106", "totals could pass 64 bits",
        "The largest possible total of spend or objective does not fit a 64-bit number of pence, so exact arithmetic cannot be promised. Split the problem by budget holder.";
    "PLN0107", "a bundle spans two budget holders",
        "Members of a bundle are bought together, so one holder must pay for all of them.";
    "PLN0108", "a precedence joins one asset to itself, or assets of two budget holders",
        "The second asset of a pair in `precedence.csv` is not replaced ahead of the first, so both must be planned by one holder.";
    "PLN0111", "a column is missing, unknown or repeated",
        "`assets.csv` has a header with the columns asset, ics, site, bundle, class, tier, earliest, latest, lock and keep_1 to keep_T, in any order, each once.";
    "PLN0112", "a row is malformed",
        "Each row has one whole number for each column of the header. The message names line and column.";
    "PLN0113", "an asset is missing or repeated",
        "Assets are numbered from 0 to n - 1 and each stands in exactly one row.";
    "PLN0121", "a schedule row names an unknown asset",
        "A schedule belongs to one problem: its asset numbers are those of that problem's `assets.csv`.";
    "PLN0131", "a certificate cannot be judged",
        "A certificate has scale 2^20 and non-negative whole multipliers below 2^40, G rows of T + 1 entries each, so that the bound can be recomputed in exact integers.";
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_code_that_readers_use_is_explained() {
        let used: Vec<&str> = super::super::fault::CODES.iter().map(|(code, _)| *code).collect();
        let explained: Vec<&str> = super::TABLE.iter().map(|entry| entry.code.as_str()).collect();
        assert_eq!(used, explained);
    }
}
