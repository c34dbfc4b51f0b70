//! Why no plan exists, in the words of the estate.

use std::collections::BTreeMap;

use inventory::{Money, OrgCode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::document::hours_text;
use crate::model::kind::Challenger;
use crate::model::stranded::Stranded;
use crate::model::{Device, DeviceDemand, Model};
pub use crate::obligation::ConflictYear;
use crate::obligation::{Obligation, lay};
use crate::solver::{Conflict, ConflictReason, Resource, Shortfall};

/// A minimal set of demands that cannot all be met.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ConflictReport {
    /// The budget holder; empty where none is known.
    pub holder: String,
    /// What cannot be met together; what is not listed may be ignored.
    pub demands: Vec<ConflictDemand>,
    /// Why, one sentence.
    pub why: String,
    /// Pounds that are missing, where money is what runs out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// Hours of engineers that are missing, where they are what runs out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_hours: Option<String>,
    /// All that the holder must do, laid into its years as well as they hold it: what is short there would be enough.
    pub years: Vec<ConflictYear>,
}

/// One device that must be replaced.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ConflictDemand {
    /// The device.
    pub asset: String,
    /// Where it stands.
    pub site: String,
    /// Class of device.
    pub class: String,
    /// What is demanded: a pin or a deadline.
    pub must: String,
    /// The last financial year in which its replacement can be received.
    pub last_fy: Option<String>,
}

/// The reports of devices with a deadline that nothing can keep, grouped by holder, deadline and cause.
pub fn stranded_reports(model: &Model) -> Vec<ConflictReport> {
    let mut groups: BTreeMap<_, Vec<&Stranded>> = BTreeMap::new();
    for own in &model.stranded {
        let key = (&own.holder, own.date, &own.deadline, &own.cause);
        groups.entry(key).or_default().push(own);
    }
    let report = |((holder, date, deadline, cause), devices): ((&Option<OrgCode>, _, _, _), _)| {
        let must = format!("replaced before {date} (deadline `{deadline}`)");
        let devices: Vec<&Stranded> = devices;
        let count = devices.len();
        let what = if count == 1 { "device" } else { "devices" };
        let demand = |own: &&Stranded| ConflictDemand {
            asset: own.asset.clone(),
            site: own.site.as_ref().map(ToString::to_string).unwrap_or_default(),
            class: own.class.to_string(),
            must: must.clone(),
            last_fy: None,
        };
        ConflictReport {
            holder: holder.as_ref().map(ToString::to_string).unwrap_or_default(),
            why: format!("{count} {what} must be {must} and cannot be: {cause}"),
            demands: devices.iter().map(demand).collect(),
            short: None,
            short_hours: None,
            years: Vec::new(),
        }
    };
    groups.into_iter().map(report).collect()
}

/// The report of a conflict.
pub fn conflict_report(model: &Model, conflict: &Conflict) -> ConflictReport {
    let demand = |asset: &u32| {
        let asset = usize::try_from(*asset).ok()?;
        let device = model.devices.get(asset)?;
        let must = match (&device.pin, &device.demand) {
            (Some((t, item)), _) => {
                let year = model.horizon.year(*t);
                item.as_ref().map_or_else(
                    || format!("pinned to {year}"),
                    |item| format!("pinned to {year} with `{item}`"),
                )
            }
            (None, DeviceDemand::Deadline { date, id, .. }) => {
                format!("replaced before {date} (deadline `{id}`)")
            }
            (None, DeviceDemand::Refresh) => "free to choose".to_owned(),
        };
        Some(ConflictDemand {
            asset: device.label.clone(),
            site: device.site.to_string(),
            class: device.class.to_string(),
            must,
            last_fy: last_year(model, asset).map(|t| model.horizon.year(t).to_string()),
        })
    };
    let short = conflict.reason.short();
    ConflictReport {
        holder: model.holders.get(conflict.holder).map(ToString::to_string).unwrap_or_default(),
        demands: conflict.demands.iter().filter_map(demand).collect(),
        why: why(model, &conflict.reason),
        short: short
            .filter(|(resource, _)| *resource == Resource::Money)
            .map(|(_, pence)| Money::from_pence(pence).to_string()),
        short_hours: short
            .filter(|(resource, _)| *resource == Resource::Hours)
            .map(|(_, quarter_hours)| hours_text(quarter_hours)),
        years: years(model, conflict.holder),
    }
}

/// The last year in which a device that must be replaced can be: its pin's, else its deadline's.
fn last_year(model: &Model, asset: usize) -> Option<usize> {
    let device = model.devices.get(asset)?;
    device.pin.as_ref().map(|(t, _)| *t).or(Some(device.latest)).filter(|t| *t > 0)
}

/// Every pin and deadline of a holder, laid into its years.
fn years(model: &Model, holder: usize) -> Vec<ConflictYear> {
    let of_holder =
        |device: &Device| model.holders.get(holder).is_some_and(|own| *own == device.holder);
    let obligation = |(asset, device): (usize, &Device)| {
        let last = last_year(model, asset).filter(|_| of_holder(device))?;
        let pinned = device.pin.as_ref().map(|(t, _)| *t);
        let may = |t: usize, _: &Challenger| t <= last && pinned.is_none_or(|year| year == t);
        Some(Obligation::of(model, asset, last, may))
    };
    let all = model.devices.iter().enumerate().filter_map(obligation).collect();
    lay(model, holder, all)
}

fn why(model: &Model, reason: &ConflictReason) -> String {
    let year = |t: usize| model.horizon.year(t);
    match reason {
        ConflictReason::NoOption => {
            "nothing on sale can be received in any year that is allowed".to_owned()
        }
        ConflictReason::TooLarge { resource, year: t, needed, available } => format!(
            "its cheapest replacement takes {} in {}, and the year has {} in all",
            amount(*resource, *needed),
            year(*t),
            amount(*resource, *available)
        ),
        ConflictReason::Window { resource, from, to, needed, available, .. } => format!(
            "together they take at least {} {}, and there {} {}",
            amount(*resource, *needed),
            if from == to {
                format!("in {}", year(*from))
            } else {
                format!("in the years {} to {}", year(*from), year(*to))
            },
            // A sum of money is one thing, hours are many.
            if *resource == Resource::Money { "is" } else { "are" },
            amount(*resource, *available)
        ),
        ConflictReason::Combination { weights, .. } => {
            let rows: Vec<String> = weights
                .iter()
                .map(|(resource, t, _)| match resource {
                    Resource::Money => format!("the money of {}", year(*t)),
                    Resource::Hours => format!("the engineers of {}", year(*t)),
                    other => format!("{other:?} of {}", year(*t)),
                })
                .collect();
            format!("however they are met, they take more than {} have between them", and(&rows))
        }
        ConflictReason::Exhausted { tried } => {
            format!("every way to meet them was tried ({tried} partial plans) and none fits")
        }
    }
}

fn and(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

fn amount(resource: Resource, value: i64) -> String {
    match resource {
        Resource::Money => format!("£{}", Money::from_pence(value)),
        Resource::Hours => format!("{} hours of engineers", hours_text(value)),
        Resource::Pool(_) => format!("{value} devices for redeployment"),
        Resource::Order(_) => format!("{value} pairs out of order"),
        Resource::Failing(_) => format!("{value} failing devices of one site"),
        Resource::Stream(_) | Resource::Minimum(_) | Resource::Change(_) => {
            format!("£{}", Money::from_pence(value))
        }
    }
}

/// One sentence on how far the best attempt stayed from a plan.
pub fn shortfall_sentence(model: &Model, shortfall: &Shortfall) -> String {
    let holder = model.holders.get(shortfall.holder).map(ToString::to_string).unwrap_or_default();
    let over: Vec<String> = shortfall
        .over
        .iter()
        .map(|(resource, t, value)| {
            format!("{} too much in {}", amount(*resource, *value), model.horizon.year(*t))
        })
        .collect();
    format!(
        "{holder}: no plan was found and none was ruled out; the best attempt takes {}",
        and(&over)
    )
}

#[cfg(test)]
mod tests;
