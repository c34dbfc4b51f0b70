//! The dated graph of organisations.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use petgraph::algo::toposort;
use petgraph::graphmap::DiGraphMap;

use super::record::{OrgKind, Organisation, Relation};
use crate::vocabulary::OrgCode;

/// All organisations of an estate, by code.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OrgTree {
    by_code: BTreeMap<OrgCode, Organisation>,
}

impl OrgTree {
    /// The tree of these organisations; the last of two with one code wins.
    pub fn new(organisations: impl IntoIterator<Item = Organisation>) -> Self {
        Self { by_code: organisations.into_iter().map(|org| (org.code.clone(), org)).collect() }
    }

    /// One organisation.
    pub fn get(&self, code: &OrgCode) -> Option<&Organisation> {
        self.by_code.get(code)
    }

    /// All organisations, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Organisation> {
        self.by_code.values()
    }

    /// Number of organisations.
    pub fn len(&self) -> usize {
        self.by_code.len()
    }

    /// True without organisations.
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }

    /// The nearest organisation of a kind above (or at) `code` on a day, following every relation but partnership.
    ///
    /// An undeclared branch code leads to its practice. Of several ways up, the one through the smallest code wins.
    pub fn ancestor(&self, code: &OrgCode, kind: OrgKind, day: NaiveDate) -> Option<&Organisation> {
        let mut level = vec![code.clone()];
        // A chain of organisations is never deeper than the number of kinds; the limit ends cycles.
        for _ in OrgKind::ALL {
            let here = level.iter().filter_map(|code| self.get(code));
            if let Some(found) = here.clone().find(|org| org.kind == kind) {
                return Some(found);
            }
            let mut next: Vec<OrgCode> = here.flat_map(|org| upward(org, day)).collect();
            next.extend(
                level.iter().filter(|code| self.get(code).is_none()).filter_map(practice_of),
            );
            next.sort();
            next.dedup();
            level = next;
        }
        None
    }

    /// The primary care network of a site's practice on a day.
    pub fn network(&self, site: &OrgCode, day: NaiveDate) -> Option<&Organisation> {
        let practice = self.ancestor(site, OrgKind::Practice, day)?;
        practice
            .links
            .iter()
            .filter(|link| link.relation == Relation::PartnerOf && link.holds_on(day))
            .filter_map(|link| self.get(&link.parent))
            .find(|org| org.kind == OrgKind::Pcn)
    }

    /// The ICB that holds the budget of a site on a day.
    pub fn holder(&self, site: &OrgCode, day: NaiveDate) -> Option<&OrgCode> {
        self.ancestor(site, OrgKind::Icb, day).map(|org| &org.code)
    }

    /// An organisation that is, over however many ties, its own ancestor, if there is one (whatever the dates).
    pub fn cycle(&self) -> Option<&OrgCode> {
        toposort(&self.graph(), None).err().map(|cycle| cycle.node_id())
    }

    /// The ties of a ring, from an organisation over its ancestors back to itself, if there is one.
    pub fn cycle_path(&self) -> Option<Vec<OrgCode>> {
        let start = self.cycle()?;
        let graph = self.graph();
        let mut came_from: BTreeMap<&OrgCode, &OrgCode> = BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(here) = queue.pop_front() {
            let mut parents: Vec<&OrgCode> = graph.neighbors(here).collect();
            parents.sort();
            for parent in parents {
                if parent == start {
                    let mut path = vec![start.clone(), here.clone()];
                    let mut at = here;
                    while at != start {
                        at = came_from.get(at)?;
                        path.push(at.clone());
                    }
                    path.reverse();
                    return Some(path);
                }
                if !came_from.contains_key(parent) {
                    came_from.insert(parent, here);
                    queue.push_back(parent);
                }
            }
        }
        None
    }

    fn graph(&self) -> DiGraphMap<&OrgCode, ()> {
        let mut graph = DiGraphMap::new();
        for org in self.by_code.values() {
            for link in org.links.iter().filter(|link| link.relation != Relation::PartnerOf) {
                graph.add_edge(&org.code, &link.parent, ());
            }
        }
        graph
    }
}

fn upward(org: &Organisation, day: NaiveDate) -> impl Iterator<Item = OrgCode> {
    org.links
        .iter()
        .filter(move |link| link.relation != Relation::PartnerOf && link.holds_on(day))
        .map(|link| link.parent.clone())
}

fn practice_of(code: &OrgCode) -> Option<OrgCode> {
    match code {
        OrgCode::Ods(ods) => ods.practice_of_branch().map(OrgCode::Ods),
        OrgCode::Local(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::Link;

    fn org(
        code: &str,
        kind: OrgKind,
        parents: &[(&str, Relation, Option<&str>, Option<&str>)],
    ) -> Organisation {
        let day = |text: Option<&str>| text.map(|text| text.parse().unwrap());
        Organisation {
            code: code.parse().unwrap(),
            name: code.to_owned(),
            kind,
            links: parents
                .iter()
                .map(|(parent, relation, from, until)| Link {
                    parent: parent.parse().unwrap(),
                    relation: *relation,
                    from: day(*from),
                    until: day(*until),
                })
                .collect(),
            tier: 0,
            list_size: None,
            clinical_system: None,
            planned_close: None,
            merge_into: None,
        }
    }

    fn tree() -> OrgTree {
        use OrgKind::{Icb, Pcn, Practice, Region, SubIcb};
        use Relation::{CommissionedBy, PartOf, PartnerOf};
        OrgTree::new([
            org("Y63", Region, &[]),
            org("QZ1", Icb, &[("Y63", PartOf, None, None)]),
            org("QZ2", Icb, &[("Y63", PartOf, None, None)]),
            org(
                "99Z",
                SubIcb,
                &[
                    ("QZ1", PartOf, None, Some("2027-04-01")),
                    ("QZ2", PartOf, Some("2027-04-01"), None),
                ],
            ),
            org("U99001", Pcn, &[("QZ1", PartOf, None, None)]),
            org(
                "Z99001",
                Practice,
                &[("99Z", CommissionedBy, None, None), ("U99001", PartnerOf, None, None)],
            ),
        ])
    }

    #[test]
    fn the_holder_follows_the_dates_of_a_merger() {
        let tree = tree();
        let branch: OrgCode = "Z99001002".parse().unwrap();
        let holder =
            |day: &str| tree.holder(&branch, day.parse().unwrap()).map(ToString::to_string);
        assert_eq!(holder("2027-03-31").as_deref(), Some("QZ1"));
        assert_eq!(holder("2027-04-01").as_deref(), Some("QZ2"));
        assert_eq!(
            tree.network(&branch, "2027-03-31".parse().unwrap()).map(|org| org.name.as_str()),
            Some("U99001")
        );
        let unknown: OrgCode = "A81001".parse().unwrap();
        assert_eq!(tree.holder(&unknown, "2027-03-31".parse().unwrap()), None);
    }

    #[test]
    fn a_ring_of_parents_is_found() {
        assert_eq!(tree().cycle(), None);
        let ring = OrgTree::new([
            org("Z99001", OrgKind::Practice, &[("Z99002", Relation::OperatedBy, None, None)]),
            org("Z99002", OrgKind::Practice, &[("Z99001", Relation::OperatedBy, None, None)]),
        ]);
        assert!(ring.cycle().is_some());
    }
}
