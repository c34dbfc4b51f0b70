//! Which failures of a judged estate are excused, by which waiver.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diagnostic::{Diagnostic, Diagnostics, suggest};
use inventory::{Class, Field, OrgKind, Register, Value};

use super::{Key, RuleName, Selector, Waiver, Waivers};
use crate::predicate::folded;
use crate::{Compiled, Judged, Outcome, codes};

/// Devices as waivers and groups select them.
pub trait Subjects {
    /// Number of devices.
    fn count(&self) -> usize;

    /// The tag and the serial number of a device.
    fn names(&self, device: usize) -> [Option<&str>; 2];

    /// The class of a device.
    fn class(&self, device: usize) -> Option<&Class>;

    /// What is known of a field of a device.
    fn value(&self, field: Field, device: usize) -> Option<&Value>;

    /// The organisation of a kind above a device's site on a day.
    fn organisation(&self, kind: OrgKind, device: usize, day: NaiveDate) -> Option<String>;

    /// The clinical system of the practice of a device's site on a day.
    fn clinical_system(&self, _device: usize, _day: NaiveDate) -> Option<String> {
        None
    }

    /// Whether a device stands at an organisation, or at one below it, on a day.
    fn is_under(&self, code: &str, device: usize, day: NaiveDate) -> bool {
        let site = self.value(Field::Site, device).map(ToString::to_string);
        site.is_some_and(|site| site == code)
            || OrgKind::ALL
                .iter()
                .any(|kind| self.organisation(*kind, device, day).is_some_and(|own| own == code))
    }
}

impl Subjects for Register {
    fn count(&self) -> usize {
        self.len()
    }

    fn names(&self, device: usize) -> [Option<&str>; 2] {
        [
            self.tag(device).map(inventory::AssetTag::as_str),
            self.serial(device).map(inventory::SerialNumber::as_str),
        ]
    }

    fn class(&self, device: usize) -> Option<&Class> {
        Self::class(self, device)
    }

    fn value(&self, field: Field, device: usize) -> Option<&Value> {
        Self::value(self, field, device)
    }

    fn organisation(&self, kind: OrgKind, device: usize, day: NaiveDate) -> Option<String> {
        let Some(Value::Organisation(site)) = self.value(Field::Site, device) else { return None };
        let tree = self.organisations();
        let found = match kind {
            OrgKind::Pcn => tree.network(site, day),
            OrgKind::Practice => match tree.ancestor(site, kind, day) {
                // An undeclared practice is its own.
                None if tree.get(site).is_none() => return Some(site.to_string()),
                found => found,
            },
            _ => tree.ancestor(site, kind, day),
        };
        found.map(|organisation| organisation.code.to_string())
    }

    fn clinical_system(&self, device: usize, day: NaiveDate) -> Option<String> {
        let Some(Value::Organisation(site)) = self.value(Field::Site, device) else { return None };
        let practice = self.organisations().ancestor(site, OrgKind::Practice, day)?;
        practice.clinical_system.clone()
    }
}

/// One waiver with the devices that it matches.
#[derive(Clone, Debug)]
struct Grant {
    /// Positions of its rules in the profile.
    rules: Vec<usize>,
    /// The devices, ascending; none when the cap is passed.
    devices: Vec<usize>,
}

/// The waivers of a file laid over a profile and a register.
#[derive(Clone, Debug)]
pub struct Applied<'w> {
    waivers: &'w Waivers,
    grants: Vec<Grant>,
    by_rule: BTreeMap<usize, Vec<usize>>,
}

impl Waivers {
    /// Lays the waivers over a profile and the devices given (those that are checked), with every problem and warning of a day.
    ///
    /// Which devices a waiver matches is decided with the organisations of that day; when it excuses, by its own days.
    /// Cost: one pass over the devices a waiver.
    pub fn apply<'w>(
        &'w self,
        profile: &Compiled,
        subjects: &dyn Subjects,
        devices: &[usize],
        judged: &Judged,
        day: NaiveDate,
    ) -> (Applied<'w>, Diagnostics) {
        let mut problems = Diagnostics::new();
        let mut grants = Vec::new();
        let mut by_rule: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, waiver) in self.all.iter().enumerate() {
            let rules = rules_of(waiver, profile, &mut problems);
            check_span(waiver, profile, &mut problems);
            let mut matched: Vec<usize> = devices
                .iter()
                .copied()
                .filter(|device| waiver.matches(subjects, *device, day))
                .collect();
            tell(waiver, &rules, &matched, (profile, judged, day), &mut problems);
            if too_many(waiver, matched.len()) {
                matched.clear();
            }
            matched.sort_unstable();
            for rule in &rules {
                by_rule.entry(*rule).or_default().push(number);
            }
            grants.push(Grant { rules, devices: matched });
        }
        (Applied { waivers: self, grants, by_rule }, problems)
    }
}

impl<'w> Applied<'w> {
    /// No waiver at all.
    pub fn none() -> Applied<'static> {
        static NONE: Waivers = Waivers { all: Vec::new() };
        Applied { waivers: &NONE, grants: Vec::new(), by_rule: BTreeMap::new() }
    }

    /// The waiver that excuses a failure of a rule (by position) on a device on a day.
    ///
    /// Of several the one that ends last, then the smaller id. Only failures are excused.
    pub fn excused(
        &self,
        rule: usize,
        device: usize,
        day: NaiveDate,
        outcome: Outcome,
    ) -> Option<&'w Waiver> {
        if !matches!(outcome, Outcome::Fail { .. }) {
            return None;
        }
        self.by_rule
            .get(&rule)?
            .iter()
            .filter_map(|number| Some((self.waivers.all.get(*number)?, self.grants.get(*number)?)))
            .filter(|(waiver, grant)| {
                waiver.holds_on(day) && grant.devices.binary_search(&device).is_ok()
            })
            .map(|(waiver, _)| waiver)
            .max_by(|a, b| a.expires.cmp(&b.expires).then_with(|| b.id.cmp(&a.id)))
    }

    /// The verdict that counts: a failure that is excused counts as a pass.
    pub fn net(&self, rule: usize, device: usize, day: NaiveDate, outcome: Outcome) -> Outcome {
        if self.excused(rule, device, day, outcome).is_some() { Outcome::Pass } else { outcome }
    }

    /// The last day on which a failure stays excused without a gap, from a day on which it is.
    pub fn excused_until(&self, rule: usize, device: usize, day: NaiveDate) -> Option<NaiveDate> {
        let failing = Outcome::Fail { tier: crate::Tier::Minimum, missing: crate::FactSet::EMPTY };
        let mut last = self.excused(rule, device, day, failing)?.expires;
        while let Some(next) =
            last.succ_opt().and_then(|next| self.excused(rule, device, next, failing))
        {
            last = next.expires;
        }
        Some(last)
    }

    /// The devices that a waiver of a rule matches, ascending, whatever the day.
    pub fn devices_of(&self, rule: usize) -> Vec<usize> {
        let numbers = self.by_rule.get(&rule).into_iter().flatten();
        let grants = numbers.filter_map(|number| self.grants.get(*number));
        let mut all: Vec<usize> = grants.flat_map(|grant| grant.devices.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The waivers with the number of devices that each matches, and the positions of its rules.
    pub fn grants(&self) -> impl Iterator<Item = (&'w Waiver, &[usize], &[usize])> {
        self.waivers
            .all
            .iter()
            .zip(&self.grants)
            .map(|(waiver, grant)| (waiver, grant.devices.as_slice(), grant.rules.as_slice()))
    }
}

impl Waiver {
    fn matches(&self, subjects: &dyn Subjects, device: usize, day: NaiveDate) -> bool {
        self.selectors.iter().all(|selector| selector.matches(subjects, device, day))
    }
}

impl Selector {
    fn matches(&self, subjects: &dyn Subjects, device: usize, day: NaiveDate) -> bool {
        match self.key {
            Key::Asset => subjects
                .names(device)
                .into_iter()
                .flatten()
                .any(|name| self.names.iter().any(|wanted| wanted == name)),
            Key::Organisation(kind) => subjects
                .organisation(kind, device, day)
                .is_some_and(|code| self.names.iter().any(|own| own.eq_ignore_ascii_case(&code))),
            Key::Field(Field::Class) => subjects
                .class(device)
                .is_some_and(|class| self.names.iter().any(|own| own == class.as_str())),
            Key::Field(field) => subjects
                .value(field, device)
                .is_some_and(|value| self.values.binary_search(&folded(value)).is_ok()),
        }
    }
}

fn too_many(waiver: &Waiver, matched: usize) -> bool {
    waiver
        .max_assets
        .is_some_and(|cap| u32::try_from(matched).map_or(true, |matched| matched > cap))
}

/// The positions of a waiver's rules; a rule that the profile does not have is told.
fn rules_of(waiver: &Waiver, profile: &Compiled, problems: &mut Diagnostics) -> Vec<usize> {
    let mut found = Vec::new();
    for (name, place) in waiver.rules.iter().zip(&waiver.rule_places) {
        let RuleName { profile: of, rule } = name;
        let foreign = of.as_ref().filter(|of| !profile.layers().iter().any(|own| own.id == **of));
        if let Some(of) = foreign {
            let near = suggest(of, profile.layers().iter().map(|layer| layer.id.as_str()));
            problems.push(
                Diagnostic::warning(
                    codes::WAIVER_PROFILE,
                    format!("waiver {}: the profile `{of}` does not judge here", waiver.id),
                )
                .at(place.clone())
                .help(near.map_or_else(
                    || "the waiver excuses nothing in this check".to_owned(),
                    |near| format!("a profile with a similar name judges: `{near}`"),
                )),
            );
            continue;
        }
        if let Some((position, _)) = profile.rule(rule) {
            found.push(position);
            continue;
        }
        let near = suggest(rule, profile.rules().iter().map(|own| own.id.as_str()));
        problems.push(
            Diagnostic::error(
                codes::WAIVER_RULE,
                format!("waiver {}: `{}` has no rule `{rule}`", waiver.id, profile.id()),
            )
            .at(place.clone())
            .value(rule.clone())
            .help(near.map_or_else(
                || "`refit wes show` lists the rules".to_owned(),
                |near| format!("a rule with a similar name exists: `{near}`"),
            )),
        );
    }
    found
}

fn check_span(waiver: &Waiver, profile: &Compiled, problems: &mut Diagnostics) {
    let Some(longest) = profile.waiver_max() else { return };
    if longest.after(waiver.starts) >= waiver.expires {
        return;
    }
    problems.push(
        Diagnostic::error(
            codes::WAIVER_LONG,
            format!("waiver {} lasts longer than {longest}", waiver.id),
        )
        .at(waiver.expires_place.clone())
        .help(format!(
            "`{}` allows until {}; approve it again then",
            profile.id(),
            longest.after(waiver.starts)
        )),
    );
}

/// Warnings about a waiver on a day: over its cap, without use, ended.
fn tell(
    waiver: &Waiver,
    rules: &[usize],
    matched: &[usize],
    (profile, judged, day): (&Compiled, &Judged, NaiveDate),
    problems: &mut Diagnostics,
) {
    if rules.is_empty() || day < waiver.starts {
        return;
    }
    let fails = |rule: &usize, device: &usize| {
        judged
            .rules
            .get(*rule)
            .is_some_and(|own| matches!(own.at(*device, day), Outcome::Fail { .. }))
    };
    let failing =
        matched.iter().filter(|device| rules.iter().any(|rule| fails(rule, device))).count();
    let named: Vec<&str> = rules
        .iter()
        .filter_map(|rule| profile.rules().get(*rule))
        .map(|rule| rule.id.as_str())
        .collect();
    let named = named.join(", ");
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let warning = if day > waiver.expires {
        if failing == 0 {
            return;
        }
        Diagnostic::warning(
            codes::WAIVER_EXPIRED,
            format!(
                "waiver {} expired {} and {failing} device{} now fail{} {named} because of it",
                waiver.id,
                waiver.expires,
                plural(failing),
                if failing == 1 { "s" } else { "" },
            ),
        )
        .help("mend the devices, or have the waiver approved again with a later `expires`")
    } else if too_many(waiver, matched.len()) {
        Diagnostic::warning(
            codes::WAIVER_CAP,
            format!(
                "waiver {} matches {} devices, more than max_assets = {}; it excuses none",
                waiver.id,
                matched.len(),
                waiver.max_assets.unwrap_or_default()
            ),
        )
        .help("narrow `where`, or have more devices approved")
    } else if failing == 0 {
        Diagnostic::warning(
            codes::WAIVER_UNUSED,
            format!(
                "waiver {} excuses nothing: none of its {} device{} fails {named}",
                waiver.id,
                matched.len(),
                plural(matched.len())
            ),
        )
        .help("remove it, or look whether `where` says what was meant")
    } else {
        return;
    };
    problems.push(warning.at(waiver.place.clone()));
}
