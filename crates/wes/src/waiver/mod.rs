//! Waivers: approved, dated leave for named devices to fail named rules.
//!
//! A waiver excuses failures and never touches the raw verdict. Every doubt fails closed: a selector that matches more
//! devices than its cap excuses nothing, an unknown value matches nothing, an unknown verdict is not excused.

mod apply;
mod read;

use chrono::NaiveDate;
use diagnostic::{Diagnostics, Place, Source};
use inventory::{ClassCatalogue, Field, OrgKind, Value};

pub use apply::{Applied, Subjects};

/// Who approved something, when and where it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approval {
    /// The person.
    pub name: String,
    /// The post.
    pub role: Option<String>,
    /// The day of the approval.
    pub on: NaiveDate,
    /// The minute, ticket or letter.
    pub reference: Option<String>,
}

/// A rule that a waiver names: of one profile, or of whichever profile judges.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RuleName {
    /// The profile of the chain that has the rule.
    pub profile: Option<String>,
    /// The rule.
    pub rule: String,
}

/// What of a device a selector compares.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Key {
    /// Its tag or serial number.
    Asset,
    /// An organisation above its site, on the day of the check.
    Organisation(OrgKind),
    /// A column of the catalogue.
    Field(Field),
}

/// One key of `where`, with the values of which one must hold.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Selector {
    pub(crate) key: Key,
    pub(crate) names: Vec<String>,
    pub(crate) values: Vec<Value>,
}

/// One waiver.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// Its id, unique in the file.
    pub id: String,
    /// The rules whose failures it excuses.
    pub rules: Vec<RuleName>,
    /// The first day.
    pub starts: NaiveDate,
    /// The last day.
    pub expires: NaiveDate,
    /// Who approved it.
    pub approval: Approval,
    /// Why.
    pub reason: String,
    /// What protects meanwhile.
    pub compensating: Option<String>,
    /// Most devices that it may match.
    pub max_assets: Option<u32>,
    pub(crate) selectors: Vec<Selector>,
    pub(crate) place: Place,
    pub(crate) rule_places: Vec<Place>,
    pub(crate) expires_place: Place,
}

impl Waiver {
    /// Whether it is in force on a day; the last day is included.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.starts <= day && day <= self.expires
    }

    /// Where it stands.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Its scope in words, as exports print it.
    pub fn scope(&self) -> String {
        let parts: Vec<String> = self
            .selectors
            .iter()
            .map(|selector| {
                let key = match selector.key {
                    Key::Asset => "asset",
                    Key::Organisation(kind) => kind.as_str(),
                    Key::Field(field) => field.word(),
                };
                format!("{key} = {}", selector.names.join(" or "))
            })
            .collect();
        parts.join(" and ")
    }
}

/// All waivers of a file.
#[derive(Clone, Debug, Default)]
pub struct Waivers {
    pub(crate) all: Vec<Waiver>,
}

impl Waivers {
    /// Reads a waivers file with every problem of it; a waiver with a problem is left out.
    pub fn read(source: &Source, classes: &ClassCatalogue) -> (Self, Diagnostics) {
        read::read(source, classes)
    }

    /// The waivers, in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, Waiver> {
        self.all.iter()
    }

    /// True without waivers.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl<'a> IntoIterator for &'a Waivers {
    type Item = &'a Waiver;
    type IntoIter = std::slice::Iter<'a, Waiver>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests;
