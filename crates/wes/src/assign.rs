//! Which profiles judge which organisations, and several profiles as one judgement.
//!
//! A device is judged on a day by every profile that is assigned to its site or to anything above it. Several apply
//! together; what they have in common is judged once, and where they differ each rule keeps its profile's name.

mod join;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::NaiveDate;
use diagnostic::toml_file::{self, Table};
use diagnostic::{Diagnostic, Diagnostics, Place, Source};
use inventory::toml_values::Date;
use inventory::{Field, OrgCode};

pub use join::{Part, join};

use crate::{Steps, Subjects, codes};

/// One profile assigned to organisations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// The profile: a file, or the id of a shipped one.
    pub profile: String,
    /// The organisations; everything below them follows.
    pub to: Vec<OrgCode>,
    /// Only practices that use one of these clinical systems, in small letters; all when empty.
    pub clinical_system: Vec<String>,
    /// The first day; none is since ever.
    pub from: Option<NaiveDate>,
    /// The last day; none is for good.
    pub until: Option<NaiveDate>,
}

/// Every assignment of an estate.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Assignments {
    all: Vec<Assignment>,
}

impl Assignment {
    fn overlaps(&self, other: &Self) -> bool {
        let starts_after = |a: &Self, b: &Self| match (a.from, b.until) {
            (Some(from), Some(until)) => from > until,
            _ => false,
        };
        let shared = self.to.iter().any(|code| other.to.contains(code));
        let systems = self.clinical_system.is_empty()
            || other.clinical_system.is_empty()
            || self.clinical_system.iter().any(|own| other.clinical_system.contains(own));
        self.profile == other.profile
            && shared
            && systems
            && !starts_after(self, other)
            && !starts_after(other, self)
    }

    /// Whether it concerns a device, by the organisations of a day.
    ///
    /// A practice whose clinical system is not recorded is concerned: a device that nobody judges would be worse.
    fn concerns(&self, subjects: &dyn Subjects, device: usize, day: NaiveDate) -> bool {
        let under = |code: &OrgCode| subjects.is_under(&code.to_string(), device, day);
        let system = || {
            self.clinical_system.is_empty()
                || subjects
                    .clinical_system(device, day)
                    .is_none_or(|own| self.clinical_system.contains(&own.to_lowercase()))
        };
        self.to.iter().any(under) && system()
    }

    fn window(&self) -> Steps<bool> {
        let mut steps = self
            .from
            .map_or_else(|| Steps::constant(true), |from| Steps::change(false, from, true));
        if let Some(end) = self.until.and_then(|until| until.succ_opt()) {
            steps = steps.then(end, &Steps::constant(false));
        }
        steps
    }
}

impl<'a> IntoIterator for &'a Assignments {
    type Item = &'a Assignment;
    type IntoIter = std::slice::Iter<'a, Assignment>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// When each device is judged by one profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Windows {
    /// The different stretches of time; the first is "never".
    pub windows: Vec<Steps<bool>>,
    /// One position in `windows` a device.
    pub of_device: Vec<u32>,
}

impl Assignments {
    /// Reads an assignments file with every problem of it.
    pub fn read(source: &Source) -> (Self, Diagnostics) {
        toml_file::read(source, &codes::PROFILE_TOML, |top| {
            let mut all: Vec<(Assignment, Place)> = Vec::new();
            for table in top.tables("assign") {
                let Some((own, place)) = read_one(table) else { continue };
                let other = all.iter().find(|(other, _)| other.overlaps(&own));
                if let Some((_, other)) = other {
                    top.problem(overlap(&own).at(place).related(other.clone(), "the other entry"));
                    continue;
                }
                all.push((own, place));
            }
            Self { all: all.into_iter().map(|(own, _)| own).collect() }
        })
    }

    /// Adds one assignment.
    ///
    /// # Errors
    /// [`codes::ASSIGN_OVERLAP`] or [`codes::ASSIGN_DAYS`], as a problem to tell.
    pub fn add(&mut self, own: Assignment) -> Result<(), Box<Diagnostic>> {
        if let (Some(from), Some(until)) = (own.from, own.until)
            && until < from
        {
            return Err(Box::new(wrong_days(from, until)));
        }
        if self.all.iter().any(|other| other.overlaps(&own)) {
            return Err(Box::new(overlap(&own)));
        }
        self.all.push(own);
        Ok(())
    }

    /// The assignments, in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Assignment> {
        self.all.iter()
    }

    /// True without assignments.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The profiles that are assigned, each once, in the order of the file.
    pub fn profiles(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for own in &self.all {
            if !names.contains(&own.profile.as_str()) {
                names.push(&own.profile);
            }
        }
        names
    }

    /// When each device is judged by a profile, by the organisations of a day.
    ///
    /// Cost: one look at the tree of organisations a site and assignment.
    pub fn windows(&self, profile: &str, subjects: &dyn Subjects, day: NaiveDate) -> Windows {
        let own: Vec<&Assignment> = self.all.iter().filter(|own| own.profile == profile).collect();
        let mut windows = vec![Steps::constant(false)];
        let mut of_site: BTreeMap<Option<String>, u32> = BTreeMap::new();
        let of_device = (0..subjects.count())
            .map(|device| {
                let site = subjects.value(Field::Site, device).map(ToString::to_string);
                *of_site.entry(site).or_insert_with(|| {
                    let concerned = own.iter().filter(|own| own.concerns(subjects, device, day));
                    let window = concerned
                        .map(|own| own.window())
                        .fold(Steps::constant(false), |all, own| all.zip(&own, |a, b| a || b));
                    let at = windows.iter().position(|known| *known == window);
                    let at = at.unwrap_or_else(|| {
                        windows.push(window);
                        windows.len().saturating_sub(1)
                    });
                    u32::try_from(at).unwrap_or(0)
                })
            })
            .collect();
        Windows { windows, of_device }
    }
}

impl std::fmt::Display for Assignments {
    /// As the file writes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |words: &mut dyn Iterator<Item = String>| {
            words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
        };
        for own in &self.all {
            let profile = own.profile.replace('\\', "\\\\").replace('"', "\\\"");
            write!(f, "[[assign]]\nprofile = \"{profile}\"\n")?;
            writeln!(f, "to = [{}]", list(&mut own.to.iter().map(ToString::to_string)))?;
            if !own.clinical_system.is_empty() {
                let systems = list(&mut own.clinical_system.iter().cloned());
                writeln!(f, "clinical_system = [{systems}]")?;
            }
            let mut days = String::new();
            for (key, day) in [("from", own.from), ("until", own.until)] {
                if let Some(day) = day {
                    writeln!(days, "{key} = {day}")?;
                }
            }
            writeln!(f, "{days}")?;
        }
        Ok(())
    }
}

fn read_one(mut table: Table<'_>) -> Option<(Assignment, Place)> {
    let place = table.place();
    let profile = table.required::<String>("profile");
    let to = table.required::<Vec<OrgCode>>("to");
    if let Some(to) = to.as_ref().filter(|to| to.value.is_empty()) {
        table.bad_value(
            to.place.clone(),
            "the profile is assigned to nobody",
            "write to = [\"QHM\"] with the codes of organisations",
        );
    }
    let systems = table.optional::<Vec<String>>("clinical_system");
    let from = table.optional::<Date>("from").map(|day| day.value.0);
    let until = table.optional::<Date>("until");
    if let (Some(from), Some(until)) = (from, &until)
        && until.value.0 < from
    {
        table.problem(wrong_days(from, until.value.0).at(until.place.clone()));
    }
    table.finish();
    let systems = systems.map(|systems| systems.value).unwrap_or_default();
    let own = Assignment {
        profile: profile?.value,
        to: to?.value,
        clinical_system: systems.iter().map(|system| system.to_lowercase()).collect(),
        from,
        until: until.map(|day| day.value.0),
    };
    Some((own, place))
}

fn wrong_days(from: NaiveDate, until: NaiveDate) -> Diagnostic {
    Diagnostic::error(
        codes::ASSIGN_DAYS,
        format!("the assignment begins on {from} and its last day is {until}"),
    )
    .help("`until` is the last day; make it `from` or later")
}

fn overlap(own: &Assignment) -> Diagnostic {
    let to: Vec<String> = own.to.iter().map(ToString::to_string).collect();
    Diagnostic::error(
        codes::ASSIGN_OVERLAP,
        format!("`{}` is assigned twice to {} at the same time", own.profile, to.join(", ")),
    )
    .help("end one before the other begins, or join the two entries")
}

#[cfg(test)]
mod tests;
