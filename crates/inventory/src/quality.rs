//! What the register does not know, knows from too long ago, or is told differently by two sources.

use chrono::NaiveDate;

use crate::catalogue::{Field, Group, Value};
use crate::ledger::Rules;
use crate::store::{Origin, StoredAsset};
use crate::vocabulary::{ClassCatalogue, Family};

/// The age in days beyond which a fact is stale where the estate does not say otherwise: a year and the slack of a
/// yearly audit.
pub const DEFAULT_MAX_AGE_DAYS: u32 = 400;

/// What is wrong with what is known of a field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Issue {
    /// Nothing is known.
    Missing,
    /// It is known from an observation older than its greatest age.
    Stale,
    /// Another source, not too old, says otherwise.
    Conflict,
}

impl Issue {
    /// The word of outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Stale => "stale",
            Self::Conflict => "conflict",
        }
    }
}

/// One observation as reports show it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sighting {
    /// The value, in the spelling of files.
    pub value: String,
    /// The system that said it.
    pub source: String,
    /// The day it speaks of, where anybody said one.
    pub day: Option<NaiveDate>,
}

/// One thing that is wrong with one field of one device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lack {
    /// The field.
    pub field: Field,
    /// What is wrong.
    pub issue: Issue,
    /// What is believed.
    pub known: Option<Sighting>,
    /// What another source says.
    pub other: Option<Sighting>,
}

/// The fields without which a device of a family cannot be judged or planned for.
pub fn expected(family: Family) -> impl Iterator<Item = Field> {
    Field::columns().filter(move |field| match field.group() {
        Group::Identity => {
            matches!(field, Field::SerialNumber | Field::Manufacturer | Field::Model)
        }
        Group::Administration => matches!(field, Field::Site | Field::PurchaseDate),
        Group::Fact => field.spec().families.contains(&family),
        Group::Remedy | Group::Derived => false,
    })
}

/// Everything that is wrong with what is known of a device, by field.
///
/// A fact that a battery, a card or a camera would have is not missed: a device may not have one.
pub fn assess(
    asset: &StoredAsset,
    classes: &ClassCatalogue,
    rules: &Rules,
    as_of: NaiveDate,
) -> Vec<Lack> {
    let family = classes
        .specs()
        .iter()
        .find(|spec| spec.class == asset.class)
        .map_or(Family::Other, |spec| spec.family);
    let mut lacks = Vec::new();
    for field in expected(family).filter(|field| !is_optional(*field)) {
        let known = match field {
            Field::SerialNumber => asset.serial.is_some(),
            field => value(asset, field).is_some(),
        };
        if !known {
            lacks.push(Lack { field, issue: Issue::Missing, known: None, other: None });
        }
    }
    for (field, value) in &asset.values {
        let Some(origin) = asset.evidence.get(*field) else { continue };
        let known = || Some(sighting(*field, value, origin, rules));
        if is_stale(*field, origin, rules, as_of) {
            lacks.push(Lack { field: *field, issue: Issue::Stale, known: known(), other: None });
        }
        let others = asset.others.iter().filter(|other| other.field == *field);
        for other in others.filter(|other| other.value != *value) {
            if !is_stale(*field, other.origin, rules, as_of) {
                lacks.push(Lack {
                    field: *field,
                    issue: Issue::Conflict,
                    known: known(),
                    other: Some(sighting(*field, &other.value, other.origin, rules)),
                });
            }
        }
    }
    lacks.sort_by_key(|lack| (lack.field, lack.issue));
    lacks
}

fn is_optional(field: Field) -> bool {
    matches!(
        field,
        Field::BatteryPercent
            | Field::WwanSim
            | Field::HelloIr
            | Field::RemoteCapable
            | Field::RamVisibleGib
            | Field::SecureBootCapable
    )
}

fn value(asset: &StoredAsset, field: Field) -> Option<&Value> {
    let at = asset.values.binary_search_by_key(&field, |(known, _)| *known).ok()?;
    asset.values.get(at).map(|(_, value)| value)
}

fn sighting(field: Field, value: &Value, origin: Origin, rules: &Rules) -> Sighting {
    Sighting {
        value: value.to_text(field.kind()),
        source: rules.source(origin.batch).to_owned(),
        day: rules.day(origin),
    }
}

/// Whether an observation is older than its field may be; one without a day is not known to be.
pub fn is_stale(field: Field, origin: Origin, rules: &Rules, as_of: NaiveDate) -> bool {
    let stated = rules.precedence().max_age_days(field);
    let most = stated.or((field.group() == Group::Fact).then_some(DEFAULT_MAX_AGE_DAYS));
    let age = rules.day(origin).map(|day| as_of.signed_duration_since(day).num_days());
    age.zip(most).is_some_and(|(age, most)| age > i64::from(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Input, Options, run};
    use crate::store::{MemoryStore, Store};

    fn import(store: &mut dyn Store, source: &str, text: &str) {
        let classes = ClassCatalogue::shipped();
        let mut options = Options::new(&classes, "2026-11-20T12:00:00Z");
        options.source = Some(source.to_owned());
        let input = Input { name: format!("{source}.csv").into(), reader: text.as_bytes() };
        let outcome = run(store, input, options).unwrap();
        assert!(!outcome.problems.has_errors(), "{:?}", outcome.problems);
    }

    fn lacks(store: &dyn Store, day: &str) -> Vec<(Field, Issue, Option<String>)> {
        let classes = ClassCatalogue::shipped();
        let rules = store.rules().unwrap();
        let mut all = Vec::new();
        store
            .stored_assets(&mut |asset| {
                let found = assess(asset, &classes, &rules, day.parse().unwrap());
                all.extend(
                    found
                        .into_iter()
                        .map(|lack| (lack.field, lack.issue, lack.other.map(|other| other.source))),
                );
            })
            .unwrap();
        all
    }

    #[test]
    fn missing_stale_and_conflicting_facts_are_told() {
        let mut store = MemoryStore::new("QZ1".parse().unwrap());
        import(
            &mut store,
            "finance",
            "asset_tag,class,manufacturer,purchase_date,diagonal_in\nM,monitor,Dell,2020-01-01,24\n",
        );
        import(
            &mut store,
            "scan",
            "asset_tag,serial_number,model,diagonal_in,last_seen\nM,S1,P2419,23.8,2026-11-01\n",
        );
        let found = lacks(&store, "2026-11-21");
        assert!(found.contains(&(Field::Site, Issue::Missing, None)));
        assert!(found.contains(&(Field::Resolution, Issue::Missing, None)));
        assert!(found.contains(&(Field::DiagonalIn, Issue::Conflict, Some("finance".into()))));
        assert!(!found.iter().any(|(field, ..)| *field == Field::SerialNumber));
        assert!(!found.iter().any(|(_, issue, _)| *issue == Issue::Stale));
        let later = lacks(&store, "2028-11-21");
        assert!(later.contains(&(Field::DiagonalIn, Issue::Stale, None)));
    }

    #[test]
    fn the_source_of_the_higher_rank_is_believed_until_it_is_too_old() {
        let mut store = MemoryStore::new("QZ1".parse().unwrap());
        let text = "sources = [\"scan\", \"finance\"]\nmax_age_days = 100\n";
        store.put_setting(crate::ledger::PRECEDENCE, text, "2026-01-01").unwrap();
        import(&mut store, "scan", "asset_tag,class,ram_gib,last_seen\nA,desktop,16,2026-01-01\n");
        import(&mut store, "finance", "asset_tag,ram_gib,last_seen\nA,8,2026-02-01\n");
        let ram = |store: &dyn Store| {
            let register = store.register().unwrap();
            let value = register.value(Field::RamGib, 0).cloned().unwrap();
            value.to_text(Field::RamGib.kind())
        };
        assert_eq!(ram(&store), "16");
        import(&mut store, "finance", "asset_tag,ram_gib,last_seen\nA,32,2026-09-01\n");
        assert_eq!(ram(&store), "32", "the scan is too old by then");
        import(&mut store, "scan", "asset_tag,ram_gib,last_seen\nA,16,2026-09-02\n");
        assert_eq!(ram(&store), "16");
        assert_eq!(store.audit(&[]).unwrap().findings, []);
    }
}
