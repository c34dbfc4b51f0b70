//! Why no plan exists, in the words of the estate.

use inventory::Money;
use schemars::JsonSchema;
use serde::Serialize;

use crate::document::hours_text;
use crate::model::{DeviceDemand, Model};
use crate::solver::{Conflict, ConflictReason, Resource, Shortfall};

/// A minimal set of demands that cannot all be met.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ConflictReport {
    /// The budget holder.
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
    }
}

fn why(model: &Model, reason: &ConflictReason) -> String {
    let year = |t: usize| model.horizon.year(t);
    match reason {
        ConflictReason::NoOption => {
            "nothing that is on sale can be received in the years that are allowed".to_owned()
        }
        ConflictReason::TooLarge { resource, year: t, needed, available } => format!(
            "one purchase needs {} in {}, which has {}",
            amount(*resource, *needed),
            year(*t),
            amount(*resource, *available)
        ),
        ConflictReason::Window { resource, from, to, needed, available, .. } => format!(
            "together they need at least {} {}, which {} {}",
            amount(*resource, *needed),
            if from == to {
                format!("in {}", year(*from))
            } else {
                format!("from {} to {}", year(*from), year(*to))
            },
            if from == to { "has" } else { "have" },
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
            format!("however they are met, they pass {} taken together", rows.join(" and "))
        }
        ConflictReason::Exhausted { tried } => {
            format!("every way to meet them was tried ({tried} partial plans) and none fits")
        }
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
        "{holder}: no plan was found and none was ruled out; the best attempt has {}",
        over.join(", ")
    )
}
