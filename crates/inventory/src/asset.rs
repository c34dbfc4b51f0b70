//! Devices, and what is known of them with its evidence.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::catalogue::{Field, Value};
use crate::vocabulary::{AssetTag, Class, FundingClass, Money, OrgCode, SerialNumber, Status};

/// Where a fact comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Evidence {
    /// The file it was read from, as the user named it.
    pub source: Arc<str>,
    /// The line of the record in that file, from 1.
    pub row: u32,
    /// The day on which the source saw it, where the source says so.
    pub seen_on: Option<NaiveDate>,
}

/// A value with its evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// What is known.
    pub value: Value,
    /// How it is known.
    pub evidence: Evidence,
}

/// A device of the register: at least a tag or a serial number, a class, and whatever else is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asset {
    /// The label stuck on it.
    pub tag: Option<AssetTag>,
    /// The maker's serial number.
    pub serial: Option<SerialNumber>,
    /// Its class.
    pub class: Class,
    /// Everything else that is known, by field; the identity fields are not repeated here.
    pub facts: BTreeMap<Field, Fact>,
}

impl Asset {
    /// The name by which outputs call it: the tag, else the serial number.
    pub fn label(&self) -> &str {
        match (&self.tag, &self.serial) {
            (Some(tag), _) => tag.as_str(),
            (None, Some(serial)) => serial.as_str(),
            (None, None) => "",
        }
    }

    /// What is known of a field.
    pub fn value(&self, field: Field) -> Option<&Value> {
        self.facts.get(&field).map(|fact| &fact.value)
    }

    /// The day it was bought.
    pub fn purchase_date(&self) -> Option<NaiveDate> {
        self.date(Field::PurchaseDate)
    }

    /// The last day of the maker's warranty.
    pub fn warranty_end(&self) -> Option<NaiveDate> {
        self.date(Field::WarrantyEnd)
    }

    /// A date field.
    pub fn date(&self, field: Field) -> Option<NaiveDate> {
        match self.value(field) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    /// What it cost, including VAT.
    pub fn purchase_cost(&self) -> Option<Money> {
        match self.value(Field::PurchaseCost) {
            Some(Value::Money(money)) => Some(*money),
            _ => None,
        }
    }

    /// Where it stands.
    pub fn site(&self) -> Option<&OrgCode> {
        self.organisation(Field::Site)
    }

    /// An organisation field.
    pub fn organisation(&self, field: Field) -> Option<&OrgCode> {
        match self.value(field) {
            Some(Value::Organisation(code)) => Some(code),
            _ => None,
        }
    }

    /// Where it is in its life; deployed unless something else is known.
    pub fn status(&self) -> Status {
        match self.value(Field::Status) {
            Some(Value::Status(status)) => *status,
            _ => Status::Deployed,
        }
    }

    /// Who may pay for its replacement; core unless something else is known.
    pub fn funding_class(&self) -> FundingClass {
        match self.value(Field::FundingClass) {
            Some(Value::Funding(class)) => *class,
            _ => FundingClass::Core,
        }
    }

    /// A text or word field.
    pub fn text(&self, field: Field) -> Option<&str> {
        match self.value(field) {
            Some(Value::Text(text) | Value::Token(text)) => Some(text),
            _ => None,
        }
    }
}
