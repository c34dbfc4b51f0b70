//! The plan as people and scripts get it: `plan.json`, schema `refit.plan/1`.
//!
//! This is the wire form and nothing else: the bid, the comparison and the verifier read it, the planner writes it. Every
//! number of a bid comes from here, so a bid can be made again from the file alone, and totals agree because they are the
//! same integers. Money is a decimal string in pounds unless a key ends in `_pence`; dates are ISO 8601.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod check;
mod compliance;
mod compose;
mod hash;

pub use check::{PlanCheck, PlanViolation, check_document, is_of_problem, schedule_of};
pub(crate) use compose::hours_text;
pub use compose::{Answer, NAMES_INPUT, certified_gap, compose, due_year};
pub use hash::{ProblemBytes, plan_id, sha256_hex};

/// The name of this schema.
pub const SCHEMA: &str = "refit.plan/1";

/// A whole plan.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PlanDocument {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The program that wrote it.
    pub tool: Tool,
    /// The day on which the estate and the rules were judged.
    pub as_of: String,
    /// Every input with its hash.
    pub inputs: Vec<Input>,
    /// First 16 digits of the hash of problem and lines: the name under which the store keeps it.
    pub plan_id: String,
    /// Hash of `meta.json` followed by `assets.csv` as `refit plan problem` writes them.
    pub problem_sha256: String,
    /// The financial years planned, in order.
    pub horizon: Vec<String>,
    /// Whether the schedule keeps every hard limit.
    pub feasible: bool,
    /// Net present cost of the schedule in pence, risk included.
    pub objective_pence: i64,
    /// A proved lower bound of the objective of any schedule, in pence.
    pub bound_pence: i64,
    /// (objective - bound) / objective; 0 when the objective is 0.
    pub certified_gap: f64,
    /// Seconds from problem in memory to schedule and certificate in memory; absent with `--no-timings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub solve_seconds: Option<f64>,
    /// The specification that the estate was judged by.
    pub specification: Specification,
    /// Counts and money of the whole plan.
    pub totals: Totals,
    /// Money by financial year, holder and stream.
    pub years: Vec<YearLine>,
    /// One line a purchase.
    pub lines: Vec<Line>,
    /// Devices that need replacing within the horizon and wait beyond it.
    pub deferred: Vec<Deferred>,
    /// Devices that the plan could not consider, with the reason.
    pub unplanned: Vec<Unplanned>,
    /// Devices in use and failing at each year's end, with the plan and without any purchase.
    pub compliance: Vec<ComplianceYear>,
    /// Replacements due in each year if money were no limit.
    pub need: Vec<NeedYear>,
    /// The sites of the estate with what the reports say of them.
    pub sites: Vec<Site>,
    /// The classes of device that occur, for people.
    pub classes: Vec<ClassLabel>,
    /// What is not known, and how much money depends on it.
    pub data_quality: DataQuality,
    /// Shadow prices, from which anybody recomputes the bound.
    pub multipliers: Multipliers,
}

/// The program that wrote a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Always `refit`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// An input of a result.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// The path as given, or the part of the store.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// The specification that judged the estate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Specification {
    /// Profile id.
    pub id: String,
    /// Profile version.
    pub version: String,
    /// Rules, in the order of their ids.
    pub rules: Vec<RuleLabel>,
}

/// A rule for people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RuleLabel {
    /// Rule id, `profile/rule`.
    pub id: String,
    /// Why it exists.
    pub why: String,
    /// Where it comes from.
    pub source: String,
}

/// The plan in a few numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Devices in use that were considered.
    pub devices: u64,
    /// Purchases.
    pub purchases: u64,
    /// Devices deferred beyond the horizon.
    pub deferred: u64,
    /// Sum of the envelopes.
    pub envelope: String,
    /// Sum of `charged` over all lines.
    pub spend: String,
    /// Part of `spend` on devices whose need rests on an unknown fact.
    pub spend_on_unknown: String,
}

/// One financial year of one holder and stream.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct YearLine {
    /// Financial year, `2027/28`.
    pub fy: String,
    /// Budget holder.
    pub holder: String,
    /// Funding stream.
    pub stream: String,
    /// `capital` or `revenue`.
    pub kind: String,
    /// `confirmed`, `indicative` or `assumed`.
    pub certainty: String,
    /// The limit.
    pub envelope: String,
    /// What the plan charges to it.
    pub spend: String,
    /// What is left and would be lost on 31 March.
    pub headroom: String,
    /// Purchases.
    pub purchases: u64,
    /// What replacements due in this year would cost if money were no limit.
    pub need: String,
    /// Hours of engineers that the plan uses.
    pub engineer_hours: String,
    /// Hours of engineers there are; null is no limit.
    pub engineer_hours_limit: Option<String>,
    /// What one more pound in this year would save, in pounds of objective.
    pub shadow_price: String,
}

/// One purchase.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// `L000001` onward, in the order of year, site, class and asset.
    pub id: String,
    /// The device replaced; null for a demand with no old device.
    pub asset: Option<String>,
    /// Where it stands.
    pub site: String,
    /// Class of device.
    pub class: String,
    /// Why money is asked for: `refresh` or `deadline`.
    pub demand: String,
    /// Financial year of receipt.
    pub fy: String,
    /// `replace`, or `replace-again` for the second replacement of one place within the horizon.
    pub action: String,
    /// The price-list item bought.
    pub item: String,
    /// Years of life of what is bought.
    pub life_years: u32,
    /// Net price at that year's prices.
    pub price_net: String,
    /// VAT on it.
    pub vat: String,
    /// Net and VAT.
    pub price_gross: String,
    /// VAT that is recovered.
    pub recoverable: String,
    /// Gross less recoverable: what the envelope counts.
    pub charged: String,
    /// Funding stream.
    pub stream: String,
    /// Budget holder.
    pub holder: String,
    /// Why this device in this year, one sentence.
    pub reason: String,
    /// Rules that fail before it is replaced.
    pub failing_rules: Vec<String>,
    /// True when its need rests on an unknown fact.
    pub rests_on_unknown: bool,
    /// Last day to order so that it is received within the year.
    pub order_by: String,
    /// The device replaced: maker and model as the register has them.
    pub old_model: Option<String>,
    /// The day it was bought.
    pub bought: Option<String>,
}

/// A device that falls due within the horizon and is not replaced in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Deferred {
    /// The device.
    pub asset: String,
    /// Where it stands.
    pub site: String,
    /// Class of device.
    pub class: String,
    /// Why it waits, one sentence.
    pub reason: String,
    /// First year in which its replacement would fit beside everything planned; null when none.
    pub first_fy_it_fits: Option<String>,
    /// Pounds of risk and running cost that waiting costs over the horizon, against replacement in its best year.
    pub cost_of_delay: String,
    /// Rules that it fails meanwhile.
    pub failing_rules: Vec<String>,
}

/// A device that the plan could not consider.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Unplanned {
    /// The device.
    pub asset: String,
    /// Where it stands, when known.
    pub site: Option<String>,
    /// Class of device.
    pub class: String,
    /// `no-site`, `no-holder`, `no-price`, `practice-business`, `no-envelope`, `site-closes`, `excluded` or `not-in-use`.
    pub reason: String,
}

/// Devices failing at the end of a year.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ComplianceYear {
    /// `now`, or the financial year at whose end (31 March) it is counted.
    pub when: String,
    /// Class of device.
    pub class: String,
    /// Devices in use.
    pub devices: u64,
    /// Failing a minimum rule if nothing is bought.
    pub failing_without_plan: u64,
    /// Failing a minimum rule with the plan.
    pub failing_with_plan: u64,
    /// Neither failing nor provably passing, with the plan.
    pub unknown_with_plan: u64,
}

/// Replacements due in a year if money were no limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NeedYear {
    /// Financial year.
    pub fy: String,
    /// Class of device.
    pub class: String,
    /// Devices due.
    pub devices: u64,
    /// What they would cost, charged to the envelope.
    pub cost: String,
}

/// A site for reports.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Site {
    /// ODS or local code.
    pub code: String,
    /// Name.
    pub name: String,
    /// The practice it belongs to.
    pub practice: Option<String>,
    /// Primary care network.
    pub pcn: Option<String>,
    /// Sub-ICB location.
    pub sub_icb: Option<String>,
    /// Budget holder.
    pub holder: Option<String>,
    /// Registered patients.
    pub list_size: Option<u32>,
    /// Devices in use.
    pub devices: u64,
    /// Of these, failing a minimum rule at the as-of date.
    pub failing_now: u64,
}

/// A class for people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ClassLabel {
    /// The word of the catalogue.
    pub class: String,
    /// Plural, for headings.
    pub plural: String,
    /// Life in years that the plan used.
    pub life_years: u32,
    /// Where that life comes from.
    pub life_source: String,
}

/// What is not known.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DataQuality {
    /// Devices whose verdict on at least one rule is unknown at the as-of date.
    pub devices_with_unknown: u64,
    /// For each missing field, the devices whose verdict waits for it.
    pub unknown_by_field: BTreeMap<String, u64>,
    /// Devices without a purchase date, planned as if bought half a life ago.
    pub without_purchase_date: u64,
    /// Devices at an undeclared site.
    pub at_undeclared_site: u64,
}

/// The certificate, as the problem folder defines it, with the names of its rows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Multipliers {
    /// The number that stands for 1: 2^20.
    pub scale: i64,
    /// The holders, in the order of the rows.
    pub holders: Vec<String>,
    /// Per holder and year (entry 0 unused): objective per penny of envelope.
    pub lam: Vec<Vec<i64>>,
    /// Per holder and year (entry 0 unused): pence of objective per quarter hour of engineers.
    pub mu: Vec<Vec<i64>>,
}

#[cfg(test)]
mod tests;
