//! The permanent codes of this crate's problems.

use diagnostic::toml_file::TomlCodes;
use diagnostic::{Code, CodeEntry, Severity};

/// Codes of profile files for the problems that every TOML file can have.
pub const PROFILE_TOML: TomlCodes = TomlCodes {
    syntax: Code("WES0001"),
    unknown_key: Code("WES0101"),
    missing_key: Code("WES0102"),
    wrong_type: Code("WES0103"),
    bad_value: Code("WES0105"),
};

macro_rules! codes {
    ($($(#[$own:meta])? $name:ident = $code:literal, $severity:ident, $title:literal, $explanation:literal;)+) => {
        $(
            #[doc = concat!("`", $code, "`: ", $title, ".")]
            pub const $name: Code = Code($code);
        )+

        /// Every code of this crate, ascending.
        pub const CODES: &[CodeEntry] = &[$(CodeEntry {
            code: $name,
            severity: Severity::$severity,
            title: $title,
            explanation: $explanation,
            since: "0.1.0",
        },)+];
    };
}

codes! {
    SYNTAX = "WES0001", Error, "the profile is not valid TOML",
        "The file breaks the rules of TOML, so nothing after the mistake can be trusted. Strings need quotes, and each table and key may stand only once.";
    UNKNOWN_KEY = "WES0101", Error, "unknown key",
        "Profiles refuse keys that they do not know, because a misspelt key would silently judge nothing. The help names the nearest known key.";
    MISSING_KEY = "WES0102", Error, "a required key is absent",
        "The table lacks a key without which it means nothing. The help says which key and what it holds.";
    WRONG_TYPE = "WES0103", Error, "a value of the wrong TOML type",
        "The key holds text where a number is wanted, or the like. Write the type that the help names.";
    UNKNOWN_FIELD = "WES0104", Error, "unknown field",
        "A rule may ask only about fields of the catalogue: the same words as the columns of an assets file. The help names the nearest field and its classes.";
    BAD_VALUE = "WES0105", Error, "a value that is not allowed",
        "The value has the right TOML type and is not one that the key accepts. The help says which are.";
    FIELD_CLASS = "WES0106", Error, "the field does not exist for a class of the rule",
        "A monitor has no memory and a desktop no scan protocol. Such a rule could only ever be unknown, so it is refused; restrict `applies_to` or ask about another field.";
    UNKNOWN_CLASS = "WES0107", Error, "unknown class of devices",
        "`applies_to` and `[life]` name classes of the class catalogue, such as desktop or smartcard-reader.";
    ONE_PREDICATE = "WES0108", Error, "a condition must ask exactly one question",
        "A condition has a `field` and one predicate, or one of `all`, `any` and `not`. Two questions go into `all = [...]`.";
    TIER_ORDER = "WES0109", Error, "the tiers do not rise",
        "Recommended must be at least as strict as minimum, and target as recommended, in the direction of the operator; otherwise a device could meet the higher tier and fail the lower.";
    OPERAND = "WES0110", Error, "the value does not fit the field",
        "A predicate compares a field with a value of the field's own type and unit: a number without quotes, a date, a word of the field's list.";
    JUDGES_NOTHING = "WES0111", Error, "the profile judges nothing",
        "After its parents are read the profile has no rule in force. A check with it would pass every device, so it is refused.";
    LANGUAGE = "WES0112", Error, "unsupported profile language",
        "This version reads profile language 1. A profile for a newer language needs a newer release.";
    UNEXPLAINED = "WES0113", Warning, "a rule without reason or source",
        "A verdict that costs money should say why and on whose word. Add `why` and `source = { document, section, date }`; shipped profiles must have both.";
    PREDICATE_KIND = "WES0114", Error, "the predicate does not work on the field",
        "An order needs numbers, dates or versions, a pattern needs text, an age needs a date.";
    NO_LIFE = "WES0115", Error, "a class without a life",
        "`age_at_most = \"life\"` needs the years of life of every class that the rule applies to, under `[life]`.";
    PERIOD_ORDER = "WES0116", Error, "a period that ends before it begins",
        "`effective` is half-open, from a day up to and excluding another, and needs at least one day.";
    TABLE_FIELDS = "WES0117", Error, "the rule's fields do not fit the table's keys",
        "`supported_by` looks a device up by as many fields as the lifecycle table has key columns, in the same order. Every other predicate reads one field.";
    NO_TIER = "WES0118", Error, "a start date for a tier that the rule does not have",
        "`from` may give a date only to tiers for which the rule has a threshold.";
    TEST_RULE = "WES0119", Error, "a test expects something of a rule that does not exist",
        "The keys under `expect` are ids of rules of this profile or its parents.";
    UNKNOWN_PROFILE = "WES0201", Error, "no such profile",
        "`extends` and `--wes` name a profile by its id. It must be shipped with Refit or stand in the folder of the profile that extends it.";
    NO_VERSION = "WES0202", Error, "no version of the profile fits",
        "`extends = [\"id@range\"]` takes ranges as cargo does: `^1.2`, `~1.2.3`, `=1.2.3`, `>=1, <2`. The message lists the versions found.";
    CYCLE = "WES0203", Error, "profiles extend each other in a circle",
        "A profile cannot be its own ancestor. The message shows the path; remove one `extends`.";
    PARENTS_DISAGREE = "WES0204", Error, "two parents give different values",
        "Two parents, neither of which extends the other, define one rule (or life, list, table) differently. Nothing says which is meant until the child sets it itself.";
    UNUSED_RELAX = "WES0205", Warning, "a relaxation that relaxes nothing",
        "`relax` excuses a weaker requirement than the parent's, and this rule is not weaker. Remove it, so that the next reader does not look for what it hides.";
    PARENT_ENDS = "WES0206", Warning, "a parent ends before its child",
        "The child's period runs on after the parent's has ended. The parent's rules go on being judged, which may not be what its owner intends: extend the next version.";
    TWO_VERSIONS = "WES0207", Error, "one profile is reached in two versions",
        "Two paths of `extends` lead to different versions of the same profile. Narrow the ranges until they agree.";
    SAME_PROFILE_TWICE = "WES0208", Error, "two files are the same profile and version",
        "Two files give the same id and version with different contents, so a reference to it has no single meaning. Raise the version of one.";
    WEAKENED = "WES0213", Error, "weakens an inherited requirement without `relax`",
        "A child profile may tighten freely. To lower a threshold, drop a tier, delay a start, narrow the classes, lengthen a life or replace the question, add `relax = { to = ..., reason = \"...\", approved_by = \"...\", until = DATE }`. The same is asked where it cannot be proved that the child is at least as strict.";
    UNDECLARED = "WES0301", Error, "a list or table that is not declared",
        "`in_list` names a table `[lists.NAME]`, `supported_by` a table `[lifecycle.NAME]`, of this profile or its parents.";
    NO_FILE = "WES0302", Error, "a file that a profile needs is not there",
        "Files are looked for beside the profile and among those shipped with Refit.";
    HASH = "WES0303", Error, "a file is not the one that the profile names",
        "The profile pins the file by its SHA-256, so that a changed list cannot change a verdict unseen. Review the new file and write its hash, or restore the old one.";
    TABLE_FILE = "WES0304", Error, "a list or lifecycle file cannot be read",
        "Lists and lifecycle tables are CSV files with a header. The message says which line or column is at fault.";
    STALE = "WES0311", Warning, "a list is older than the profile allows",
        "`list_date` lies further back than `warn_if_older_than`. Verdicts still use the list and cite its date.";
    TEST_FAILED = "WES0501", Error, "a test of the profile fails",
        "A `[[test]]` block of the profile expects another verdict than the profile gives. Either the rule or the expectation is wrong.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ascend_and_belong_to_this_crate() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
        for entry in CODES {
            assert!(entry.code.as_str().starts_with("WES") && entry.code.as_str().len() == 7);
            assert!(entry.explanation.len() > 60, "{}", entry.code);
        }
        for code in [
            PROFILE_TOML.syntax,
            PROFILE_TOML.unknown_key,
            PROFILE_TOML.missing_key,
            PROFILE_TOML.wrong_type,
            PROFILE_TOML.bad_value,
        ] {
            assert!(CODES.iter().any(|entry| entry.code == code), "{code}");
        }
    }
}
