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
    GROUP_BOUND = "WES0120", Error, "a group rule without a threshold that it can keep",
        "A group rule compares a number of devices, or a ratio, with `at_least` or `at_most`: a number from 0, or a share such as \"60 %\" (with `per`). The tiers must rise for `at_least` and fall for `at_most`.";
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
    RELAX_ENDED = "WES0209", Warning, "a relaxation has ended",
        "The last day of a `relax` has passed, so the parent's requirement is back in force. Have it approved again with a later day, or remove it.";
    WEAKENED = "WES0213", Error, "weakens an inherited requirement without `relax`",
        "A child profile may tighten freely. To lower a threshold, drop a tier, delay a start, narrow the classes, lengthen a life or replace the question, add `relax = { to = ..., reason = \"...\", approved_by = \"...\", until = DATE }`. The same is asked where it cannot be proved that the child is at least as strict.";
    UNDECLARED = "WES0301", Error, "a list, table or demand that is not declared",
        "`in_list` names a table `[lists.NAME]`, `supported_by` a table `[lifecycle.NAME]`, `covers` a table `[demand.NAME]`, of this profile or its parents.";
    NO_FILE = "WES0302", Error, "a file that a profile needs is not there",
        "Files are looked for beside the profile and among those shipped with Refit.";
    HASH = "WES0303", Error, "a file is not the one that the profile names",
        "The profile pins the file by its SHA-256, so that a changed list cannot change a verdict unseen. Review the new file and write its hash, or restore the old one.";
    TABLE_FILE = "WES0304", Error, "a list or lifecycle file cannot be read",
        "Lists and lifecycle tables are CSV files with a header. The message says which line or column is at fault.";
    STALE = "WES0311", Warning, "a list is older than the profile allows",
        "`list_date` lies further back than `warn_if_older_than`. Verdicts still use the list and cite its date.";
    WAIVER_RULE = "WES0401", Error, "a waiver of a rule that does not exist",
        "The waiver names a rule that the profile and its parents do not have, so it would silently excuse nothing. The help names the nearest rule.";
    WAIVER_CAP = "WES0402", Warning, "a waiver matches more devices than it may",
        "Somebody approved an exception for at most `max_assets` devices and the selector matches more. Nobody can say which of them were meant, so the waiver excuses none until it is mended.";
    WAIVER_TWICE = "WES0403", Error, "two waivers with one id",
        "Reports cite a waiver by its id, so an id may stand only once in a file.";
    WAIVER_UNUSED = "WES0404", Warning, "a waiver that excuses nothing",
        "None of the devices that it matches fails one of its rules on the day of the check. Remove it once the devices are mended, or look for a misspelling in `where`.";
    WAIVER_EXPIRED = "WES0405", Warning, "a waiver has expired and devices fail because of it",
        "The last day of the waiver has passed and devices in its scope still fail. They count as failures again; mend them or have a new waiver approved.";
    WAIVER_OVERLAP = "WES0406", Error, "two waivers excuse the same failures at the same time",
        "Both name one rule and one scope and their days overlap, so nobody could say whose approval counts. Let one begin after the other ends, or join them.";
    WAIVER_DAYS = "WES0407", Error, "a waiver that expires before it starts",
        "`starts` is the first and `expires` the last day on which the waiver holds.";
    WAIVER_APPROVAL = "WES0408", Error, "a waiver that starts before it was approved",
        "An exception holds from the day of its approval at the earliest; approval after the fact is no approval.";
    WAIVER_LONG = "WES0409", Error, "a waiver that lasts longer than the profile allows",
        "The profile limits waivers with `waiver_max`, so that exceptions are looked at again. Let it end earlier and have it approved again then.";
    WAIVER_SCOPE = "WES0410", Error, "a waiver without a scope",
        "`where` says which devices the waiver is for, and at least one key must stand there. What holds for every device is a relaxation and belongs in a profile, with `relax`.";
    WAIVER_KEY = "WES0411", Error, "unknown key in the scope of a waiver",
        "`where` takes `asset`, `practice`, `pcn`, `icb` and the columns of an assets file. The help names the nearest.";
    WAIVER_PROFILE = "WES0412", Warning, "a waiver for a profile that does not judge",
        "The waiver names a rule as profile/rule, and that profile is not among those that judge here. It may be meant for another check; if not, its name is misspelt.";
    ASSIGN_OVERLAP = "WES0421", Error, "one profile is assigned twice at the same time",
        "Two entries assign one profile to one organisation and clinical system, and their days overlap. Let one begin after the other ends, or join them.";
    ASSIGN_DAYS = "WES0422", Error, "an assignment that ends before it begins",
        "`from` is the first and `until` the last day of the assignment.";
    ASSIGN_NOBODY = "WES0423", Warning, "devices that no profile judges",
        "Profiles are assigned to organisations, and some devices stand at none of them, or at no known site. They are counted and not judged; assign a profile to an organisation above their sites.";
    TEST_FAILED = "WES0501", Error, "a test of the profile fails",
        "A `[[test]]` block of the profile expects another verdict than the profile gives. Either the rule or the expectation is wrong.";
    NO_LOCK = "WES0601", Error, "no lock",
        "`--locked` asks for the versions and hashes of `wes.lock`, and none lies beside the profile. Write one with `refit wes lock` and keep it with the profiles.";
    LOCKED = "WES0602", Error, "a profile or file is not what was locked",
        "With `--locked` every profile, list and table must be the version and the bytes that `wes.lock` names, so that an update cannot change a verdict unseen. Look at what changed, then write the lock again.";
    LOCK_DIFFERS = "WES0603", Warning, "a profile or file differs from the lock",
        "The part is used as it is, and verdicts may differ from those made when the lock was written. Use `--locked` to refuse such a check, or write the lock again.";
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
