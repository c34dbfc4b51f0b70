//! A profile with its parents read, checked and compiled: what verdicts are made from.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use diagnostic::{Diagnostic, Diagnostics, Source};
use inventory::{Class, ClassCatalogue};

use crate::group::GroupRule;
use crate::lifecycle::Lifecycle;
use crate::list::List;
use crate::profile_version::ProfileVersion;
pub use crate::raw::Effective;
use crate::raw::RawTest;
use crate::resolve;
use crate::rule::Rule;
use crate::table_file::sha256_hex;
use crate::{Facts, Period, Timeline, codes};

/// Where profiles and their files come from. The crate reads no files itself.
pub trait Resolver {
    /// Every profile file that may hold a version of the profile `id`, in a fixed order.
    fn profiles(&self, id: &str) -> Vec<Source>;

    /// A list or lifecycle file named by a profile.
    fn file(&self, name: &str, profile: &Source) -> Option<Source>;

    /// The version of a profile that a lock pins; see [`crate::lock`].
    fn locked(&self, _id: &str) -> Option<ProfileVersion> {
        None
    }
}

/// One profile of the chain that made a compiled profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layer {
    /// The profile's id.
    pub id: String,
    /// Its version.
    pub version: ProfileVersion,
    /// Who answers for it.
    pub owner: String,
    /// Its title, for people.
    pub title: Option<String>,
    /// The days on which it is in force.
    pub effective: Effective,
    /// The file it was read from.
    pub file: String,
    /// The SHA-256 of that file.
    pub sha256: String,
}

impl Layer {
    /// `id version`, as explanations name it.
    pub fn label(&self) -> String {
        format!("{} {}", self.id, self.version)
    }
}

/// A file that verdicts rest on: a list or a lifecycle table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    /// The name by which rules refer to it.
    pub name: String,
    /// The file's name.
    pub file: String,
    /// The date that it carries.
    pub list_date: Option<NaiveDate>,
    /// The SHA-256 of the file.
    pub sha256: String,
}

impl Input {
    pub(crate) fn of_list(list: &List) -> Self {
        Self {
            name: list.name().to_owned(),
            file: list.file().to_owned(),
            list_date: list.list_date(),
            sha256: list.sha256().to_owned(),
        }
    }

    pub(crate) fn of_table(table: &Lifecycle) -> Self {
        Self {
            name: table.name().to_owned(),
            file: table.file().to_owned(),
            list_date: table.list_date(),
            sha256: table.sha256().to_owned(),
        }
    }
}

/// A profile ready to judge devices. Plain data: no file, no clock.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub(crate) layers: Vec<Layer>,
    pub(crate) effective: Effective,
    pub(crate) rules: Vec<Rule>,
    pub(crate) life: BTreeMap<Class, Period>,
    pub(crate) lists: BTreeMap<String, Arc<List>>,
    pub(crate) lifecycles: BTreeMap<String, Arc<Lifecycle>>,
    pub(crate) tests: Vec<RawTest>,
    pub(crate) source: Source,
    pub(crate) waiver_max: Option<Period>,
    pub(crate) groups: Vec<GroupRule>,
}

impl Compiled {
    /// Reads a profile with its parents and files, giving the compiled profile and every problem of every file.
    ///
    /// The profile is `None` when a problem is an error.
    pub fn load(
        source: &Source,
        resolver: &dyn Resolver,
        classes: &ClassCatalogue,
    ) -> (Option<Self>, Diagnostics) {
        resolve::load(source, resolver, classes)
    }

    /// The profile's id.
    pub fn id(&self) -> &str {
        self.layers.last().map_or("", |layer| &layer.id)
    }

    /// The profile's version.
    pub fn version(&self) -> ProfileVersion {
        self.layers.last().map_or(ProfileVersion(0, 0, 0), |layer| layer.version)
    }

    /// Who answers for the profile.
    pub fn owner(&self) -> &str {
        self.layers.last().map_or("", |layer| &layer.owner)
    }

    /// Every profile of the chain, parents before children; the last is the profile itself.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The days on which the profile is in force; outside them no rule applies.
    pub fn effective(&self) -> Effective {
        self.effective
    }

    /// The rules, parents' first, each profile's in the order of its file.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules over groups of devices, by id.
    pub fn groups(&self) -> &[GroupRule] {
        &self.groups
    }

    /// The position of a rule and the rule.
    pub fn rule(&self, id: &str) -> Option<(usize, &Rule)> {
        self.rules.iter().enumerate().find(|(_, rule)| rule.id == id)
    }

    /// The same profile with only some of its rules, by position and rule.
    #[must_use]
    pub fn restrict(mut self, keep: impl Fn(usize, &Rule) -> bool) -> Self {
        let mut position = 0_usize;
        self.rules.retain(|rule| {
            let kept = keep(position, rule);
            position = position.saturating_add(1);
            kept
        });
        self
    }

    /// How long a device of a class is to be used, where the profile says so.
    pub fn life(&self, class: &Class) -> Option<Period> {
        self.life.get(class).copied()
    }

    /// Every class with its life.
    pub fn lives(&self) -> &BTreeMap<Class, Period> {
        &self.life
    }

    /// A list by its name.
    pub fn list(&self, name: &str) -> Option<&List> {
        self.lists.get(name).map(Arc::as_ref)
    }

    /// The lists and lifecycle tables that verdicts rest on, by name.
    pub fn inputs(&self) -> Vec<Input> {
        let lists = self.lists.values().map(|list| Input::of_list(list));
        let tables = self.lifecycles.values().map(|table| Input::of_table(table));
        lists.chain(tables).collect()
    }

    /// Warnings about lists that are older on a day than the profile allows, and about relaxations that have ended.
    pub fn staleness(&self, as_of: NaiveDate) -> Diagnostics {
        let ended = self.rules.iter().filter_map(|rule| {
            let relaxation = rule.relaxation.as_ref().filter(|own| own.until < as_of)?;
            let touch = rule.history.iter().rev().find(|touch| touch.key == "relax")?;
            let message = format!(
                "rule `{}`: the relaxation ended on {}; the parent's requirement is back",
                rule.id, relaxation.until
            );
            let warning = Diagnostic::warning(codes::RELAX_ENDED, message)
                .at(touch.place.clone())
                .help("have it approved again with a later `until`, or remove it");
            Some(warning)
        });
        let declared = self
            .lists
            .values()
            .map(|list| list.declared())
            .chain(self.lifecycles.values().map(|table| table.declared()));
        declared
            .filter_map(|declared| declared.staleness(as_of))
            .chain(ended)
            .collect::<Vec<_>>()
            .into()
    }

    /// One hash of everything that can change a verdict: every profile, list and table, in order.
    pub fn sha256(&self) -> String {
        let mut all = String::new();
        for layer in &self.layers {
            all.push_str(&layer.sha256);
            all.push('\n');
        }
        for input in self.inputs() {
            all.push_str(&input.sha256);
            all.push('\n');
        }
        sha256_hex(&all)
    }

    /// What every rule says through time of a device described by facts, such as a price line's `meets`.
    ///
    /// One timeline a rule, in the order of [`Compiled::rules`]. Give a new device its `purchase_date`, so that rules
    /// on age can be judged.
    pub fn judge_device(&self, class: &Class, facts: &dyn Facts) -> Vec<Timeline> {
        self.rules.iter().map(|rule| rule.judge(class, facts, self.effective)).collect()
    }

    /// The longest that a waiver of its rules may last, where the profile or a parent says so.
    pub fn waiver_max(&self) -> Option<Period> {
        self.waiver_max
    }

    /// The file of the profile itself.
    pub fn source(&self) -> &Source {
        &self.source
    }
}
