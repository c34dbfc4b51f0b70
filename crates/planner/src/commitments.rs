//! What an approved plan has decided for the plan after it.
//!
//! Purchases up to a year are commitments and become pins: same device, same year, same item. Later purchases are not
//! decided; moving one costs the policy's price of stability. What the planner's own pins and exclusions say comes first.

use std::collections::BTreeSet;

use diagnostic::toml_file::Located;
use diagnostic::{Diagnostic, Diagnostics, Place};
use inventory::FinancialYear;

use crate::codes;
use crate::document::{Line, PlanDocument};
use crate::input::{Pin, Pins};
use crate::model::device::select;
use crate::model::offer::order_window;
use crate::model::{Estate, Horizon};

/// The pins of an estate with the commitments of an earlier plan, and a warning for each that cannot be kept.
pub fn keep(
    estate: &Estate<'_>,
    earlier: &PlanDocument,
    until: FinancialYear,
) -> (Pins, Diagnostics) {
    let horizon = Horizon::new(estate.start, estate.years);
    let selection = select(estate, horizon);
    let planned: BTreeSet<&str> =
        selection.planned.iter().map(|device| device.label.as_str()).collect();
    let mut pins = estate.pins.clone();
    let mut problems = Diagnostics::new();
    let place = Place::file(format!("plan {}", earlier.plan_id));
    for line in earlier.lines.iter().filter(|line| line.action == "replace") {
        let (Some(asset), Ok(fy)) = (&line.asset, line.fy.parse::<FinancialYear>()) else {
            continue;
        };
        if horizon.index(fy).is_none() || pins.pins.contains_key(asset) {
            continue;
        }
        if fy > until {
            pins.earlier.insert(asset.clone(), fy);
            continue;
        }
        if let Some(why) = impossible(estate, &planned, asset, line, fy) {
            problems.push(
                Diagnostic::warning(
                    codes::COMMITMENT_LOST,
                    format!("{} of plan {} is not kept: {why}", line.id, earlier.plan_id),
                )
                .value(asset.clone())
                .help(format!(
                    "tell {} that `{asset}` is not replaced in {fy} as approved",
                    line.site
                )),
            );
            continue;
        }
        let pin = Pin {
            asset: asset.clone(),
            fy,
            item: Some(Located { value: line.item.clone(), place: place.clone() }),
            reason: Some(format!("{} of plan {}", line.id, earlier.plan_id)),
            place: place.clone(),
        };
        pins.pins.insert(asset.clone(), pin);
    }
    (pins, problems)
}

/// Why a purchase cannot be made any more.
fn impossible(
    estate: &Estate<'_>,
    planned: &BTreeSet<&str>,
    asset: &str,
    line: &Line,
    fy: FinancialYear,
) -> Option<String> {
    if !planned.contains(asset) {
        return Some(format!("`{asset}` can no longer be planned"));
    }
    let Some(price) = estate.prices.get(&line.item) else {
        return Some(format!("the prices have no item `{}`", line.item));
    };
    if price.class.as_str() != line.class {
        return Some(format!("`{}` is of another class now", line.item));
    }
    order_window(price, estate.as_of, fy)
        .is_none()
        .then(|| format!("`{}` can no longer be ordered for {fy}", line.item))
}

#[cfg(test)]
mod tests;
