//! Where devices stand: sites gathered into practices.

use std::collections::BTreeMap;

use planner::document::{PlanDocument, Site};

use super::lines::clean;

/// The sites of a plan by code.
#[derive(Debug)]
pub(super) struct Places<'p> {
    sites: BTreeMap<&'p str, &'p Site>,
}

/// What a line says of its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// The site's name, or its code when no name is known.
    pub(super) site_name: String,
    /// The practice's code; a site that belongs to none stands for itself.
    pub(super) practice: String,
    /// The practice's name.
    pub(super) practice_name: String,
    /// Primary care network, or nothing.
    pub(super) pcn: String,
    /// Sub-ICB location, or nothing.
    pub(super) sub_icb: String,
}

impl<'p> Places<'p> {
    /// Gathers the sites of a plan.
    pub(super) fn of(plan: &'p PlanDocument) -> Self {
        Self { sites: plan.sites.iter().map(|site| (site.code.as_str(), site)).collect() }
    }

    /// The place with this code; an unknown one is named by its code.
    pub(super) fn place(&self, code: &str) -> Place {
        let site = self.sites.get(code);
        let practice = site.and_then(|site| site.practice.as_deref()).unwrap_or(code);
        let home = self.sites.get(practice);
        let network = |of: fn(&Site) -> Option<&str>| {
            home.and_then(|home| of(home)).or_else(|| site.and_then(|site| of(site)))
        };
        Place {
            site_name: clean(site.map_or(code, |site| &site.name)),
            practice: clean(practice),
            practice_name: clean(home.map_or(practice, |home| &home.name)),
            pcn: clean(network(|site| site.pcn.as_deref()).unwrap_or_default()),
            sub_icb: clean(network(|site| site.sub_icb.as_deref()).unwrap_or_default()),
        }
    }
}
