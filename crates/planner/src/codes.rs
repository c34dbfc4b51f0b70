//! The permanent codes of the planner's files, model and plan documents.
//!
//! Families by the first two digits: 00 TOML in general, 01 problem folders (their table stands beside their readers),
//! 02 prices, 03 envelopes, 04 policy, 05 pins, 06 plan documents, 07 estate and inputs together.

use diagnostic::toml_file::TomlCodes;
use diagnostic::{Code, CodeEntry, Severity};

/// General codes of `prices.toml`, `envelopes.toml`, `policy.toml` and `pins.toml`.
pub const PLANNING_TOML: TomlCodes = TomlCodes {
    syntax: Code("PLN0001"),
    unknown_key: Code("PLN0002"),
    missing_key: Code("PLN0003"),
    wrong_type: Code("PLN0004"),
    bad_value: Code("PLN0005"),
};

macro_rules! codes {
    ($($name:ident = $code:literal, $severity:ident, $title:literal, $explanation:literal;)+) => {
        $(#[doc = $title] pub const $name: Code = Code($code);)+

        /// Every code of this table, in order: what `refit explain CODE` prints.
        pub const TABLE: &[CodeEntry] = &[$(CodeEntry {
            code: Code($code),
            severity: Severity::$severity,
            title: $title,
            explanation: $explanation,
            since: "0.1.0",
        },)+];
    };
}

codes! {
    TOML_SYNTAX = "PLN0001", Error, "a planning file is not valid TOML",
        "Prices, envelopes, policy and pins are TOML 1.0 files. Strings need quotes, and each table and key may stand only once. The reader goes on after the fault where it can, so further problems of the same file may be listed.";
    TOML_UNKNOWN_KEY = "PLN0002", Error, "a planning file has a key that its format does not know",
        "A misspelt key would otherwise be ignored and change the plan in silence, so unknown keys are errors. The help names the nearest known key. `docs/files.md` lists all keys.";
    TOML_MISSING_KEY = "PLN0003", Error, "a planning file lacks a key that its format requires",
        "Add the key. `docs/files.md` says which keys are required and what the others default to.";
    TOML_WRONG_TYPE = "PLN0004", Error, "a value of a planning file has the wrong type",
        "Write the type that the message names. Money and rates may be written as strings or as TOML numbers; both are read exactly, never as binary fractions.";
    TOML_BAD_VALUE = "PLN0005", Error, "a value of a planning file is not allowed",
        "The value has the right type and is outside what the key can mean: an amount below zero, a share outside 0 to 1, a life of no years, a malformed date or financial year. The message says what is expected.";
    UNKNOWN_CLASS = "PLN0006", Error, "a planning file names a class of devices that the catalogue does not know",
        "Classes are those of the class catalogue (desktop, laptop, monitor, scanner, smartcard-reader, printer and whatever the estate adds). The help names the nearest one.";
    DUPLICATE_ITEM = "PLN0201", Error, "two prices have the same item",
        "An item names one price. Give a second offer of the same device (another framework, another period) an item name of its own.";
    VALIDITY_REVERSED = "PLN0202", Error, "a price ends before it begins",
        "`valid_until` is the last day on which an order gets this price and cannot stand before `valid_from`.";
    UNKNOWN_FRAMEWORK = "PLN0203", Error, "a price names a framework that the file does not declare",
        "Declare the framework with `[[framework]] id = \"...\"` and its `call_off_until`, so that no order is planned after the last day of call-off.";
    DUPLICATE_FRAMEWORK = "PLN0204", Error, "two frameworks have the same id",
        "Keep one table for each framework.";
    NEVER_ON_SALE = "PLN0205", Error, "a price has no day on which it can be ordered",
        "The framework's last day of call-off stands before the price's first day, so the item could never be bought. Correct one of the dates or remove the price.";
    BREAKS_NOT_PLANNED = "PLN0206", Warning, "volume breaks are kept and not planned",
        "This version plans every purchase at the price of a single device. Volume breaks are read, checked and kept; a plan may therefore overstate what a large order costs, never understate it.";
    UNKNOWN_FACT = "PLN0207", Error, "`meets` names a fact that devices of the class do not have",
        "`meets` says what is known of the new device, in the words of the field catalogue, so that the specification judges it as it judges the devices in use. Only facts of the class's family are accepted.";
    DUPLICATE_INFLATION = "PLN0208", Error, "two inflation indices stand for one financial year",
        "Keep one index for each financial year.";
    INFLATION_GAP = "PLN0209", Error, "the inflation indices skip a financial year",
        "Give an index for every financial year from the first to the last of the table. Years before the first and after the last take the nearest index.";
    BREAK_ORDER = "PLN0210", Error, "volume breaks do not fall as quantities rise",
        "List breaks with rising quantities and net prices that do not rise.";
    NO_LEAD_TIME = "PLN0211", Warning, "a price gives no lead time",
        "Money counts in the year in which the device is received. Without `lead_days`, the days from order to receipt, the plan cannot say until when to order for a year, and takes the day of the order as the day of receipt.";
    DUPLICATE_ENVELOPE = "PLN0301", Error, "an envelope stands twice",
        "Holder, stream, kind and financial year name one envelope. If money was added later, add it to the amount; the history of the file shows when.";
    SEVERAL_CAPITAL_STREAMS = "PLN0302", Error, "a budget holder has two capital streams",
        "This version plans exactly one capital stream for each budget holder. Add the amounts into one stream, or plan the streams one after the other with a file for each.";
    REVENUE_NOT_PLANNED = "PLN0303", Warning, "revenue envelopes are kept and not planned",
        "Devices are bought with capital. Revenue envelopes are read, checked and kept for reports; no purchase is charged to them, because capital and revenue may not be switched.";
    MINIMUM_NOT_PLANNED = "PLN0304", Warning, "a minimum spend is kept and not enforced",
        "The plan spends what lowers its objective and never more than the envelope. A minimum is read and kept; the summary shows the headroom of each year, from which a shortfall against the minimum can be seen.";
    CARRY_FORWARD_NOT_PLANNED = "PLN0305", Warning, "a carry-forward is kept and not planned",
        "Unspent capital is lost on 31 March unless agreed otherwise. This version plans without carrying money forward, so the plan is feasible with or without the agreement.";
    CONTINGENCY_TOO_LARGE = "PLN0306", Error, "a contingency is larger than its envelope",
        "The contingency is held back from the amount; what remains is the limit of the plan.";
    DUPLICATE_CAPACITY = "PLN0307", Error, "a capacity stands twice",
        "Holder and financial year name one capacity.";
    ELIGIBLE_EMPTY = "PLN0308", Error, "an envelope is eligible for nothing",
        "`eligible.classes` and `eligible.demand` list what the money may be spent on. Leave the key out when it may be spent on everything.";
    UNKNOWN_PRESET = "PLN0401", Error, "the policy names a preset that does not exist",
        "The presets are balanced, compliance and cost; `data/presets.toml` holds their weights and where these come from.";
    DUPLICATE_FREEZE = "PLN0402", Error, "a freeze stands twice",
        "Site and financial year name one freeze.";
    DUPLICATE_PIN = "PLN0501", Error, "a device is pinned or excluded twice",
        "A device can have one pin or one exclusion, not both. The message shows the other place.";
    DUPLICATE_DEADLINE = "PLN0502", Error, "two deadlines have the same id",
        "Give each deadline an id of its own; reasons and conflicts name it.";
    DEADLINE_WITHOUT_SUBJECT = "PLN0503", Error, "a deadline says nothing of which devices it is about",
        "Give at least one of `asset`, `class`, `site` and `failing`; a device must match all that are given.";
    PLAN_UNREADABLE = "PLN0601", Error, "a plan document cannot be read",
        "The file is not a JSON document of schema refit.plan/1 as this version writes it.";
    PLAN_OTHER_PROBLEM = "PLN0602", Error, "a plan belongs to another problem",
        "The plan carries the hash of the problem it was made from (meta.json followed by assets.csv). The problem given has another hash, so nothing of the plan can be judged by it. Name the folder that `refit plan problem --plan` wrote, or leave the option out to take the problem from the store.";
    PLAN_VIOLATION = "PLN0603", Error, "a plan does not agree with its problem",
        "Verification derives the schedule from the lines again and recomputes every price, total, limit and the bound. The message says which figure or line differs.";
    NO_CAPITAL_ENVELOPE = "PLN0701", Warning, "a budget holder has no capital envelope in a year of the plan",
        "A year without an envelope has no money: nothing is bought in it. Add an envelope for the year, even an assumed one, if money is expected.";
    UNKNOWN_PINNED_ASSET = "PLN0702", Error, "a pin, exclusion or deadline names a device that the register does not have",
        "Pins name devices by asset tag, or by serial number where there is no tag. The help names the nearest one.";
    PIN_IMPOSSIBLE = "PLN0703", Error, "a pin cannot be kept",
        "The pinned year lies outside the plan, or the item is unknown, of another class, or not on sale in that year, or the device cannot be planned at all.";
    CLASS_WITHOUT_PRICE = "PLN0704", Warning, "a class in use has no price on sale in any year of the plan",
        "Devices of the class are listed as unplanned. Add a price, or extend `valid_until` or the framework's call-off if they are known to be renewed.";
    UNKNOWN_RULE = "PLN0705", Error, "a deadline names a rule that the specification does not have",
        "`failing` takes the id of a rule as `refit wes show` prints it, such as windows-11-hardware/tpm.";
    NOTHING_TO_PLAN = "PLN0706", Error, "no device of the estate can be planned",
        "Every device in use was left out: see the counts of the message. Usual causes: no organisations file (so no budget holder), no prices for the classes in use, or no capital envelope for the holders.";
    PROBLEM_TOO_LARGE = "PLN0707", Error, "an amount of the problem does not fit its column",
        "Costs of keeping a device are kept as 32-bit pence, up to about 21 million pounds for each device and year. Look for a weight, a factor or a running cost with too many digits.";
    UNKNOWN_FREEZE_SITE = "PLN0708", Warning, "a freeze names a site without devices in use",
        "The freeze has no effect. Check the code of the site.";
    HOLDER_UNKNOWN = "PLN0709", Warning, "an envelope belongs to a holder with no devices in use",
        "The money cannot be planned: no site of the estate leads to this budget holder. Check the code, or import the organisations file that ties practices to it.";
    DEADLINE_PASSED = "PLN0710", Warning, "a deadline passes before the plan begins",
        "Nothing that this plan buys can be received in time. The devices are planned for the first year, which is as early as the plan can help.";
    ITEM_UNJUDGED = "PLN0720", Warning, "a new device cannot be judged",
        "A rule of the specification needs a fact that the price of the item does not give under `meets`. Devices that are bought then count as unknown, never as compliant. Write the facts of the item as its data sheet has them.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        let codes: Vec<_> = TABLE.iter().map(|entry| entry.code.as_str()).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
    }
}
