//! `[rule.ID]`.

use diagnostic::toml_file::{FromToml, Located, Mismatch, Table};
use diagnostic::{Diagnostic, Place, suggest};
use inventory::toml_values::{Date, parse_str};
use inventory::{Class, ClassCatalogue};
use toml::de::DeValue;

use super::RawCondition;
use crate::list::Normalise;
use crate::node::Node;
use crate::rule::{Basis, OnMissing, RemedyKind, RuleSeverity, RuleSource};
use crate::{Period, Tier, codes};

/// A rule as one profile writes it; what it leaves out is inherited.
#[derive(Clone, Debug)]
pub(crate) struct RawRule {
    pub(crate) id: Located<String>,
    pub(crate) applies_to: Option<Located<Vec<Class>>>,
    pub(crate) condition: RawCondition,
    pub(crate) tier: Option<Located<Tier>>,
    pub(crate) from: Option<Node>,
    pub(crate) severity: Option<Located<RuleSeverity>>,
    pub(crate) weight: Option<Located<u32>>,
    pub(crate) why: Option<Located<String>>,
    pub(crate) source: Option<RuleSource>,
    pub(crate) remedy: Option<RawRemedy>,
    pub(crate) on_missing: Option<Located<OnMissing>>,
    pub(crate) relax: Option<RawRelax>,
}

/// What to do about a failure, as written.
#[derive(Clone, Debug)]
pub(crate) struct RawRemedy {
    pub(crate) kind: RemedyKind,
    pub(crate) item: Option<String>,
    pub(crate) when: Option<RawCondition>,
    pub(crate) otherwise: Option<Box<RawRemedy>>,
}

/// Leave to ask for less than a parent does.
#[derive(Clone, Debug)]
pub(crate) struct RawRelax {
    pub(crate) to: Option<Node>,
    pub(crate) reason: String,
    pub(crate) approved_by: String,
    pub(crate) until: chrono::NaiveDate,
    pub(crate) place: Place,
}

pub(crate) fn read(id: Located<String>, mut table: Table<'_>, classes: &ClassCatalogue) -> RawRule {
    let applies_to = read_classes(&mut table, "applies_to", classes);
    let condition = RawCondition::read_keys(&mut table);
    let weight = table.optional::<u32>("weight");
    if let Some(weight) = weight.as_ref().filter(|weight| !(1..=1000).contains(&weight.value)) {
        table.bad_value(
            weight.place.clone(),
            format!("a weight of {}", weight.value),
            "write a whole number from 1 to 1000",
        );
    }
    let rule = RawRule {
        id,
        applies_to,
        condition,
        tier: table.optional("tier"),
        from: table.item("from").map(|item| Node::of(&item)),
        severity: table.optional("severity"),
        weight,
        why: table.optional("why"),
        source: table.table("source").and_then(read_source),
        remedy: table.table("remedy").and_then(read_remedy),
        on_missing: table.optional("on_missing"),
        relax: table.table("relax").and_then(read_relax),
    };
    table.finish();
    rule
}

pub(crate) fn read_classes(
    table: &mut Table<'_>,
    key: &'static str,
    classes: &ClassCatalogue,
) -> Option<Located<Vec<Class>>> {
    let item = table.item(key)?;
    let mut found = Vec::new();
    for item in item.items() {
        let Some(word) = item.read::<String>() else { continue };
        match classes.parse(&word.value) {
            Ok(class) => found.push(class),
            Err(_) => item.problem(unknown_class(&word.value, classes)),
        }
    }
    Some(Located { value: found, place: item.place() })
}

pub(crate) fn unknown_class(word: &str, classes: &ClassCatalogue) -> Diagnostic {
    let known = || classes.specs().iter().map(|spec| spec.class.as_str());
    let help = suggest(word, known()).map_or_else(
        || format!("known classes: {}", known().collect::<Vec<_>>().join(", ")),
        |near| format!("a class with a similar name exists: `{near}`"),
    );
    Diagnostic::error(codes::UNKNOWN_CLASS, format!("unknown class `{word}`"))
        .value(word)
        .help(help)
}

pub(crate) fn read_source(mut table: Table<'_>) -> Option<RuleSource> {
    let document = table.required::<String>("document");
    let section = table.optional::<String>("section");
    let date = table.optional::<Date>("date");
    let url = table.optional::<String>("url");
    let basis = table.optional::<Basis>("basis");
    table.finish();
    Some(RuleSource {
        document: document?.value,
        section: section.map(|section| section.value),
        date: date.map(|date| date.value.0),
        url: url.map(|url| url.value),
        basis: basis.map_or(Basis::Published, |basis| basis.value),
    })
}

fn read_remedy(mut table: Table<'_>) -> Option<RawRemedy> {
    let kind = table.required::<RemedyKind>("kind");
    let item = table.optional::<String>("item").map(|item| item.value);
    let when = table.table("when").map(RawCondition::read);
    let otherwise = table.item("else").and_then(|item| {
        if item.is_table() {
            return item.table().and_then(read_remedy);
        }
        let kind = item.read::<RemedyKind>()?.value;
        Some(RawRemedy { kind, item: None, when: None, otherwise: None })
    });
    table.finish();
    Some(RawRemedy { kind: kind?.value, item, when, otherwise: otherwise.map(Box::new) })
}

pub(crate) fn read_relax(mut table: Table<'_>) -> Option<RawRelax> {
    let place = table.place();
    let to = table.item("to").map(|item| Node::of(&item));
    let reason = table.required::<String>("reason");
    let approved_by = table.required::<String>("approved_by");
    let until = table.required::<Date>("until");
    table.finish();
    Some(RawRelax {
        to,
        reason: reason?.value,
        approved_by: approved_by?.value,
        until: until?.value.0,
        place,
    })
}

macro_rules! words_from_toml {
    ($($type:ty, $expected:literal;)+) => {$(
        impl FromToml for $type {
            const EXPECTED: &'static str = $expected;

            fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
                parse_str(value)
            }
        }
    )+};
}

words_from_toml! {
    RuleSeverity, "a severity: \"low\", \"medium\", \"high\" or \"critical\"";
    OnMissing, "\"unknown\" or \"fail\"";
    RemedyKind, "a remedy: \"upgrade\", \"reimage\", \"configure\" or \"replace\"";
    Basis, "\"published\" or \"local-default\"";
    Normalise, "\"plain\" or \"cpu\"";
    Period, "a length of time such as \"12 months\"";
}
