//! What a plan needs to know of a device of the register.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use inventory::store::Register;
use inventory::{Asset, Class, Field, FundingClass, OrgCode, SerialNumber, Status, Value};

/// A device as the register has it: some 150 bytes, whatever else is known of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registered {
    /// The name by which outputs call it, one device only: the tag, else the serial number, else (where that is the tag
    /// of another device) `serial:` and the serial number.
    pub label: Arc<str>,
    /// The serial number, which orders devices of one label.
    pub serial: Option<Arc<str>>,
    /// Its class.
    pub class: Class,
    /// Where it stands.
    pub site: Option<OrgCode>,
    /// Whose envelope replaces it, where the register says so itself.
    pub budget_holder: Option<OrgCode>,
    /// Where it is in its life.
    pub status: Status,
    /// Who may pay for its replacement.
    pub funding: FundingClass,
    /// The day it was bought.
    pub bought: Option<NaiveDate>,
    /// The last day of its warranty.
    pub warranty_end: Option<NaiveDate>,
    /// Maker and model, as the register spells them.
    pub model: Option<Arc<str>>,
}

impl Registered {
    /// Every device of some assets, in their order.
    pub fn of_assets(assets: &[Asset]) -> Vec<Self> {
        let of_asset = |asset: &Asset| {
            let serial = asset.serial.as_ref().map(SerialNumber::as_str);
            Self::new(asset.label(), serial, asset.class.clone(), |field| asset.value(field))
        };
        let mut all: Vec<Self> = assets.iter().map(of_asset).collect();
        distinguish(&mut all, |device| assets.get(device).is_some_and(|own| own.tag.is_some()));
        all
    }

    /// Every device of a register, in its order.
    pub fn of_register(register: &Register) -> Vec<Self> {
        let mut all: Vec<Self> = (0..register.len())
            .filter_map(|device| {
                let serial = register.serial(device).map(SerialNumber::as_str);
                let class = register.class(device)?.clone();
                let value = |field| register.value(field, device);
                Some(Self::new(register.label(device), serial, class, value))
            })
            .collect();
        distinguish(&mut all, |device| register.tag(device).is_some());
        all
    }

    fn new<'v>(
        label: &str,
        serial: Option<&str>,
        class: Class,
        value: impl Fn(Field) -> Option<&'v Value>,
    ) -> Self {
        let organisation = |field| match value(field) {
            Some(Value::Organisation(code)) => Some(code.clone()),
            _ => None,
        };
        let date = |field| match value(field) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        };
        let text = |field| match value(field) {
            Some(Value::Text(text) | Value::Token(text)) => Some(text.as_ref()),
            _ => None,
        };
        let words: Vec<&str> =
            [text(Field::Manufacturer), text(Field::Model)].into_iter().flatten().collect();
        Self {
            label: label.into(),
            serial: serial.map(Arc::from),
            class,
            site: organisation(Field::Site),
            budget_holder: organisation(Field::BudgetHolder),
            status: match value(Field::Status) {
                Some(Value::Status(status)) => *status,
                _ => Status::Deployed,
            },
            funding: match value(Field::FundingClass) {
                Some(Value::Funding(funding)) => *funding,
                _ => FundingClass::Core,
            },
            bought: date(Field::PurchaseDate),
            warranty_end: date(Field::WarrantyEnd),
            model: (!words.is_empty()).then(|| words.join(" ").into()),
        }
    }

    /// True while somebody works with it.
    pub fn is_in_use(&self) -> bool {
        self.status.is_in_use()
    }
}

/// Gives every device a label of its own: a device called by its serial number gives way to one with that tag.
fn distinguish(devices: &mut [Registered], has_tag: impl Fn(usize) -> bool) {
    let mut order: Vec<usize> = (0..devices.len()).collect();
    let key = |at: &usize| devices.get(*at).map(|own| (&own.label, !has_tag(*at), &own.model));
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    let label = |at: usize| devices.get(at).map(|own| Arc::clone(&own.label));
    let follows = |pair: &[usize]| match pair {
        [before, at] if label(*before) == label(*at) => Some(*at),
        _ => None,
    };
    let shared: Vec<usize> = order.windows(2).filter_map(follows).collect();
    if shared.is_empty() {
        return;
    }
    let mut taken: BTreeSet<Arc<str>> = devices.iter().map(|own| Arc::clone(&own.label)).collect();
    for at in shared {
        let Some(device) = devices.get_mut(at) else { continue };
        let mut label = format!("serial:{}", device.label);
        while !taken.insert(label.as_str().into()) {
            label = format!("serial:{label}");
        }
        device.label = label.into();
    }
}
