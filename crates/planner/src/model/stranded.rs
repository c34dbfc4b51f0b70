//! Devices that a deadline means and that no plan can replace in time: they make a plan infeasible, never only shorter.

use chrono::{Days, NaiveDate};
use inventory::{Class, OrgCode};

use super::device::{Device, DeviceDemand};
use super::horizon::Horizon;
use super::kind::{Challenger, KindKey};

/// A device that must be replaced before a day and cannot be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stranded {
    /// The device.
    pub asset: String,
    /// Where it stands, when known.
    pub site: Option<OrgCode>,
    /// Its class.
    pub class: Class,
    /// Whose envelope replaces it, when known.
    pub holder: Option<OrgCode>,
    /// Id of the deadline.
    pub deadline: String,
    /// The day.
    pub date: NaiveDate,
    /// Why nothing can be done, a clause.
    pub cause: String,
}

impl Stranded {
    /// A device with a deadline, if none of its options is in time.
    pub(super) fn of_device(
        device: &Device,
        key: &KindKey,
        items: &[Challenger],
        horizon: Horizon,
    ) -> Option<Self> {
        let DeviceDemand::Deadline { date, id, .. } = &device.demand else { return None };
        let on_sale = |item: &Challenger, t: usize| item.order_by(t, key.before).is_some();
        let in_time = |t: usize| key.allows(t) && items.iter().any(|item| on_sale(item, t));
        if (1..=device.latest).any(in_time) {
            return None;
        }
        Some(Self {
            asset: device.label.clone(),
            site: Some(device.site.clone()),
            class: device.class.clone(),
            holder: Some(device.holder.clone()),
            deadline: id.clone(),
            date: *date,
            cause: cause(device, key, items, horizon),
        })
    }
}

/// Why no option of a device is in time.
fn cause(device: &Device, key: &KindKey, items: &[Challenger], horizon: Horizon) -> String {
    let class = &device.class;
    let ever = items.iter().any(|item| horizon.iter().any(|(t, _)| item.on_sale(t).is_some()));
    if !ever {
        return format!("no item of class {class} is on sale in any year of the plan");
    }
    if !(1..=device.latest).any(|t| key.allows(t)) {
        let last = horizon.year(device.latest);
        return format!(
            "in every year up to {last} no envelope may pay for it or its site is frozen"
        );
    }
    let arrives = |item: &Challenger, t: usize| {
        let lead = Days::new(u64::from(item.lead_days));
        item.on_sale(t)?.order_from?.checked_add_days(lead)
    };
    let years = horizon.iter().filter(|(t, _)| key.allows(*t));
    let days = years.flat_map(|(t, _)| items.iter().filter_map(move |item| arrives(item, t)));
    days.min().map_or_else(
        || format!("no item of class {class} is on sale in a year that may pay for it"),
        |day| format!("the first day on which an item of class {class} can be received is {day}"),
    )
}
