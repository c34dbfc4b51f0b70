//! The organisations file: one row for each organisation and dated tie.

use std::io::Write;

use inventory::{OrgKind, Relation};

use crate::estate::{Estate, Practice, Site};
use crate::files::Row;
use crate::{Error, SiteKind, name};

/// The columns of an organisations file.
pub(crate) const COLUMNS: [&str; 12] = [
    "ods_code",
    "name",
    "kind",
    "parent",
    "relation",
    "from",
    "until",
    "tier",
    "list_size",
    "clinical_system",
    "planned_close",
    "merge_into",
];

/// One row: the organisation, one tie, and on its first row everything else.
struct Line<'a> {
    code: &'a str,
    name: &'a str,
    kind: OrgKind,
    parent: Option<(&'a str, Relation)>,
    from: Option<chrono::NaiveDate>,
    until: Option<chrono::NaiveDate>,
    tier: Option<u32>,
    practice: Option<&'a Practice>,
    closing: Option<(chrono::NaiveDate, Option<&'a str>)>,
}

impl<'a> Line<'a> {
    fn new(code: &'a str, name: &'a str, kind: OrgKind) -> Self {
        Self {
            code,
            name,
            kind,
            parent: None,
            from: None,
            until: None,
            tier: None,
            practice: None,
            closing: None,
        }
    }

    fn of(self, parent: &'a str, relation: Relation) -> Self {
        Self { parent: Some((parent, relation)), ..self }
    }

    fn write(&self, row: &mut Row, out: &mut impl Write) -> Result<(), Error> {
        row.clear();
        row.text(self.code);
        row.quoted(self.name);
        row.text(self.kind.as_str());
        row.optional(self.parent.map(|(code, _)| code));
        row.optional(self.parent.map(|(_, relation)| relation.as_str()));
        row.date(self.from);
        row.date(self.until);
        row.number(self.tier.map(u64::from));
        row.number(self.practice.map(|practice| practice.list_size));
        row.optional(self.practice.map(|practice| practice.clinical_system));
        row.date(self.closing.map(|(on, _)| on));
        row.optional(self.closing.and_then(|(_, into)| into));
        out.write_all(row.finish())?;
        Ok(())
    }
}

impl Estate {
    /// Writes the organisations file: regions, ICBs, sub-ICB locations, networks, practices, branches and hubs.
    ///
    /// # Errors
    /// [`Error::Write`] when the writer fails.
    pub fn write_organisations(&self, out: &mut impl Write) -> Result<(), Error> {
        let mut row = Row::default();
        for column in COLUMNS {
            row.text(column);
        }
        out.write_all(row.finish())?;
        for region in 0..self.regions {
            let code = name::region_code(region);
            let name = format!("Fictional Region {}", region.saturating_add(1));
            Line::new(&code, &name, OrgKind::Region).write(&mut row, out)?;
        }
        self.write_boards(&mut row, out)?;
        for network in &self.networks {
            let parent = self.sub_icbs.get(network.sub_icb).map_or("", |sub| sub.code.as_str());
            Line::new(&network.code, &network.name, OrgKind::Pcn)
                .of(parent, Relation::PartOf)
                .write(&mut row, out)?;
        }
        for site in &self.sites {
            if let Some(practice) = self.practices.get(site.practice) {
                self.write_site(site, practice, &mut row, out)?;
            }
        }
        Ok(())
    }

    fn write_boards(&self, row: &mut Row, out: &mut impl Write) -> Result<(), Error> {
        let merger = self.tables.organisations.icb_merger_on;
        let successor = |position: usize| {
            let holder = self.holders.get(position)?;
            self.holders.get(holder.successor?)
        };
        for (position, holder) in self.holders.iter().enumerate() {
            let region = name::region_code(holder.region);
            let line =
                Line::new(&holder.code, &holder.name, OrgKind::Icb).of(&region, Relation::PartOf);
            let closing = successor(position).map(|into| (merger, Some(into.code.as_str())));
            Line { closing, ..line }.write(row, out)?;
        }
        for sub_icb in &self.sub_icbs {
            let Some(holder) = self.holders.get(sub_icb.holder) else { continue };
            let name = format!("{} - {}", holder.name, sub_icb.code);
            let line = |parent| {
                Line::new(&sub_icb.code, &name, OrgKind::SubIcb).of(parent, Relation::PartOf)
            };
            match successor(sub_icb.holder) {
                Some(into) => {
                    Line { until: Some(merger), ..line(holder.code.as_str()) }.write(row, out)?;
                    Line { from: Some(merger), ..line(into.code.as_str()) }.write(row, out)?;
                }
                None => line(holder.code.as_str()).write(row, out)?,
            }
        }
        Ok(())
    }

    fn write_site(
        &self,
        site: &Site,
        practice: &Practice,
        row: &mut Row,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let network = self.networks.get(practice.network);
        let network_code = network.map_or("", |network| network.code.as_str());
        match site.kind {
            SiteKind::Practice => {
                let sub_icb = self.sub_icbs.get(practice.sub_icb).map_or("", |sub| &sub.code);
                let into = |position: usize| self.practices.get(position);
                let line = || Line::new(&practice.code, &practice.name, OrgKind::Practice);
                Line {
                    tier: Some(practice.tier),
                    practice: Some(practice),
                    closing: practice.closing.map(|(on, position)| {
                        (on, position.and_then(into).map(|into| into.code.as_str()))
                    }),
                    ..line().of(sub_icb, Relation::CommissionedBy)
                }
                .write(row, out)?;
                line().of(network_code, Relation::PartnerOf).write(row, out)
            }
            SiteKind::Branch => {
                let name = format!("{} (branch)", practice.name);
                let line = Line::new(&site.code, &name, OrgKind::Branch)
                    .of(&practice.code, Relation::PartOf);
                Line { tier: Some(practice.tier), ..line }.write(row, out)
            }
            SiteKind::Hub => {
                let name = network.map_or_else(String::new, |net| format!("{} hub", net.name));
                let line = Line::new(&site.code, &name, OrgKind::LocalSite)
                    .of(network_code, Relation::OperatedBy);
                Line { tier: Some(1), ..line }.write(row, out)
            }
        }
    }
}
