//! The one result that every file of a bid shows.
//!
//! Amounts are integer pence inside ([`Pounds`]) and decimal strings when serialised. Texts from data have been made visible
//! already. Everything here is a pure function of a plan and the bid's [`Words`](super::Words).

use planner::document::{Input, Tool};
use schemars::JsonSchema;
use serde::Serialize;

use super::capitalisation::Capitalisation;
use super::form::Form;
use super::pounds::Pounds;

/// The name of this schema.
pub const SCHEMA: &str = "refit.bid/1";

/// A bid.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct BidModel {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// The program that made the plan.
    pub tool: Tool,
    /// The program that made the bid.
    pub made_by: Tool,
    /// The day on which the estate and the rules were judged.
    pub as_of: String,
    /// The plan's name in the store.
    pub plan_id: String,
    /// Hash of the problem that the plan solves.
    pub problem_sha256: String,
    /// What the plan was made from, and the plan itself last.
    pub inputs: Vec<Input>,
    /// The profile that judged the estate, as `id version`.
    pub specification: String,
    /// The estate in words: its budget holders.
    pub estate: String,
    /// The financial years planned, in order.
    pub horizon: Vec<String>,
    /// The financial year that money is asked for.
    pub fy: String,
    /// The bid form.
    pub form: Form,
    /// What a director of finance reads first.
    pub headline: Headline,
    /// The whole plan in a few numbers.
    pub totals: Totals,
    /// Money by financial year.
    pub years: Vec<Year>,
    /// Money by financial year, holder and stream.
    pub holders: Vec<HolderYear>,
    /// Money by class and year.
    pub classes: Vec<ClassYears>,
    /// Money by practice and year.
    pub practices: Vec<Practice>,
    /// One line a purchase.
    pub lines: Vec<BidLine>,
    /// What falls due and waits.
    pub deferred: Vec<DeferredLine>,
    /// Devices that the plan could not consider, by reason and class.
    pub unplanned: Vec<UnplannedCount>,
    /// Devices failing, over all classes.
    pub compliance: Vec<ComplianceTotal>,
    /// Devices failing, by class.
    pub compliance_by_class: Vec<ComplianceClass>,
    /// Rules that cause purchases.
    pub rules: Vec<RuleCount>,
    /// Which purchases are capital.
    pub capitalisation: Capitalisation,
    /// What is not known.
    pub quality: Quality,
    /// How good the plan provably is.
    pub proof: Proof,
    /// What was assumed, each with its source.
    pub assumptions: Vec<Note>,
    /// What is not in the bid.
    pub exclusions: Vec<String>,
    /// Words explained.
    pub glossary: Vec<Note>,
    /// The reconciliations that this bid passed or failed.
    pub checks: Vec<Check>,
}

/// The answer before the reasons.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Headline {
    /// What is asked for, in one sentence.
    pub ask: String,
    /// What each year costs.
    pub by_year: String,
    /// What the money buys.
    pub buys: String,
    /// What happens without it.
    pub without: String,
    /// What falls due and waits.
    pub left: String,
}

/// The plan in a few numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Totals {
    /// Devices in use that were considered.
    pub devices: u64,
    /// Purchases.
    pub purchases: u64,
    /// Devices deferred beyond the horizon.
    pub deferred: u64,
    /// Net of VAT.
    pub net: Pounds,
    /// VAT.
    pub vat: Pounds,
    /// With VAT.
    pub gross: Pounds,
    /// VAT recovered.
    pub recoverable: Pounds,
    /// What the envelopes are charged.
    pub spend: Pounds,
    /// The envelopes.
    pub envelope: Pounds,
    /// Left over.
    pub headroom: Pounds,
    /// What replacements due would cost if money were no limit.
    pub need: Pounds,
    /// Replacements due if money were no limit.
    pub need_devices: u64,
    /// Part of `spend` on devices whose need rests on an unknown fact.
    pub spend_on_unknown: Pounds,
    /// Purchases for devices that fail a minimum rule by the end of the year of purchase.
    pub purchases_for_failure: u64,
    /// Practices that receive something.
    pub practices: u64,
    /// Other sites that receive something, such as hubs.
    pub other_sites: u64,
}

/// One financial year.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Year {
    /// Financial year.
    pub fy: String,
    /// What replacements due would cost if money were no limit.
    pub need: Pounds,
    /// Replacements due.
    pub need_devices: u64,
    /// The limits.
    pub envelope: Pounds,
    /// What is charged to them.
    pub spend: Pounds,
    /// What is left and lost on 31 March.
    pub headroom: Pounds,
    /// Purchases.
    pub purchases: u64,
    /// Net of VAT.
    pub net: Pounds,
    /// VAT.
    pub vat: Pounds,
    /// With VAT.
    pub gross: Pounds,
    /// VAT recovered.
    pub recoverable: Pounds,
    /// Deferred devices that would fit first in this year.
    pub deferred_fit: u64,
    /// The last day on which anything for this year may be ordered; empty when nothing is bought.
    pub last_order: String,
    /// The first of the last order days of this year's purchases.
    pub first_order: String,
    /// Purchases whose need rests on an unknown fact.
    pub on_unknown: u64,
}

/// One financial year of one holder and stream.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct HolderYear {
    /// Financial year.
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
    pub envelope: Pounds,
    /// What is charged to it.
    pub spend: Pounds,
    /// What is left.
    pub headroom: Pounds,
    /// Purchases.
    pub purchases: u64,
    /// Hours of engineers used.
    pub engineer_hours: String,
    /// Hours of engineers there are.
    pub engineer_hours_limit: Option<String>,
    /// What one more pound would save.
    pub shadow_price: String,
    /// The shadow price in words.
    pub shadow_words: String,
}

/// A class over the years.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ClassYears {
    /// The catalogue's word.
    pub class: String,
    /// For headings.
    pub plural: String,
    /// Life in years used.
    pub life_years: u32,
    /// Where the life comes from.
    pub life_source: String,
    /// Devices in use now.
    pub devices: u64,
    /// Charged in each year of the horizon.
    pub spend: Vec<Pounds>,
    /// Bought in each year of the horizon.
    pub purchases: Vec<u64>,
    /// Charged in all.
    pub total_spend: Pounds,
    /// Bought in all.
    pub total_purchases: u64,
    /// Deferred.
    pub deferred: u64,
}

/// A practice over the years.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Practice {
    /// ODS or local code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Primary care network.
    pub pcn: String,
    /// Sub-ICB location.
    pub sub_icb: String,
    /// Budget holder.
    pub holder: String,
    /// Registered patients, where known.
    pub list_size: Option<u32>,
    /// Devices in use now.
    pub devices: u64,
    /// Of these, failing a minimum rule now.
    pub failing_now: u64,
    /// Charged in each year of the horizon.
    pub spend: Vec<Pounds>,
    /// Bought in each year of the horizon.
    pub purchases: Vec<u64>,
    /// Charged in all.
    pub total_spend: Pounds,
    /// Bought in all.
    pub total_purchases: u64,
    /// Deferred.
    pub deferred: u64,
}

/// A purchase.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct BidLine {
    /// Line id.
    pub id: String,
    /// Financial year of receipt.
    pub fy: String,
    /// The device replaced; empty for a demand with no old device.
    pub asset: String,
    /// Where it stands.
    pub site: String,
    /// The site's name.
    pub site_name: String,
    /// The practice's code.
    pub practice: String,
    /// The practice's name.
    pub practice_name: String,
    /// Primary care network.
    pub pcn: String,
    /// Class.
    pub class: String,
    /// Maker and model of the device replaced.
    pub old_model: String,
    /// The day it was bought.
    pub bought: String,
    /// Its whole years of age at the as-of date.
    pub age_years: Option<u32>,
    /// Rules that fail before it is replaced.
    pub failing_rules: String,
    /// `refresh` or `deadline`.
    pub demand: String,
    /// `replace` or `replace-again`.
    pub action: String,
    /// The item bought.
    pub item: String,
    /// Its life in years.
    pub life_years: u32,
    /// Net of VAT.
    pub net: Pounds,
    /// VAT.
    pub vat: Pounds,
    /// With VAT.
    pub gross: Pounds,
    /// VAT recovered.
    pub recoverable: Pounds,
    /// What the envelope counts.
    pub charged: Pounds,
    /// Funding stream.
    pub stream: String,
    /// Budget holder.
    pub holder: String,
    /// How accounts treat it.
    pub treatment: super::capitalisation::Treatment,
    /// Last day to order.
    pub order_by: String,
    /// Whether the need rests on an unknown fact.
    pub rests_on_unknown: bool,
    /// Why this device in this year.
    pub reason: String,
    /// A number for each device and action, so that repeats can be found by arithmetic.
    pub device_key: u64,
}

/// A device that waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct DeferredLine {
    /// The device.
    pub asset: String,
    /// Where it stands.
    pub site: String,
    /// The practice's code.
    pub practice: String,
    /// The practice's name.
    pub practice_name: String,
    /// Class.
    pub class: String,
    /// Why it waits.
    pub reason: String,
    /// First year in which it would fit; empty when none.
    pub first_fy_it_fits: String,
    /// What waiting costs.
    pub cost_of_delay: Pounds,
    /// Rules failed meanwhile.
    pub failing_rules: String,
}

/// Devices that the plan could not consider.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct UnplannedCount {
    /// The reason's word.
    pub reason: String,
    /// The reason in words.
    pub words: String,
    /// Class.
    pub class: String,
    /// Devices.
    pub devices: u64,
}

/// Devices failing at a moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ComplianceTotal {
    /// `now`, or a financial year.
    pub when: String,
    /// In words: `today` or `31 March 2028`.
    pub words: String,
    /// Devices in use.
    pub devices: u64,
    /// Failing if nothing is bought.
    pub failing_without_plan: u64,
    /// Failing with the plan.
    pub failing_with_plan: u64,
    /// Neither failing nor provably passing, with the plan.
    pub unknown_with_plan: u64,
}

/// Devices of a class failing at a moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ComplianceClass {
    /// Class.
    pub class: String,
    /// For headings.
    pub plural: String,
    /// The counts.
    #[serde(flatten)]
    pub counts: ComplianceTotal,
}

/// A rule that causes purchases.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct RuleCount {
    /// Rule id.
    pub id: String,
    /// Why the rule exists.
    pub why: String,
    /// Where it comes from.
    pub source: String,
    /// Purchases whose old device fails it.
    pub purchases: u64,
    /// Deferred devices that fail it.
    pub deferred: u64,
}

/// What is not known, and what was done about it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Quality {
    /// Devices whose verdict on a rule is unknown.
    pub devices_with_unknown: u64,
    /// Missing fields, the most frequent first.
    pub unknown_by_field: Vec<FieldCount>,
    /// Devices without a purchase date.
    pub without_purchase_date: u64,
    /// Devices at an undeclared site.
    pub at_undeclared_site: u64,
    /// Purchases whose need rests on an unknown fact.
    pub purchases_on_unknown: u64,
    /// What they cost.
    pub spend_on_unknown: Pounds,
}

/// Devices that wait for a field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct FieldCount {
    /// The field.
    pub field: String,
    /// Devices.
    pub devices: u64,
}

/// How good the plan provably is.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Proof {
    /// Whether every hard limit is kept.
    pub feasible: bool,
    /// Present cost of the schedule, risk included.
    pub objective: Pounds,
    /// No schedule can cost less than this.
    pub bound: Pounds,
    /// The difference.
    pub difference: Pounds,
    /// The gap as a percentage, rounded up so that it is never understated.
    pub gap_percent: String,
    /// In plain words.
    pub words: String,
    /// The command that checks it.
    pub command: String,
}

/// A term and what is said of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Note {
    /// The term or assumption.
    pub what: String,
    /// Its meaning or source.
    pub source: String,
}

/// One reconciliation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Check {
    /// What must agree.
    pub what: String,
    /// One side.
    pub left: String,
    /// The other side.
    pub right: String,
    /// Whether they do.
    pub holds: bool,
    /// True for one of the checks that every envelope has.
    pub per_envelope: bool,
}
