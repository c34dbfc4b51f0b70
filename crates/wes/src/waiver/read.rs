//! `[[waiver]]` tables.

use diagnostic::toml_file::{self, Item, Located, Scalar, Table};
use diagnostic::{Diagnostic, Diagnostics, Source, suggest};
use inventory::catalogue::Kind;
use inventory::toml_values::Date;
use inventory::{ClassCatalogue, Field, OrgKind};

use super::{Approval, Key, RuleName, Selector, Waiver, Waivers};
use crate::codes;
use crate::predicate::folded;
use crate::profile_version::is_profile_id;

/// Keys of `where` that are organisations above the site.
const ORGANISATIONS: [(&str, OrgKind); 3] =
    [("practice", OrgKind::Practice), ("pcn", OrgKind::Pcn), ("icb", OrgKind::Icb)];

pub(super) fn read(source: &Source, classes: &ClassCatalogue) -> (Waivers, Diagnostics) {
    toml_file::read(source, &codes::PROFILE_TOML, |top| {
        let mut all: Vec<Waiver> = Vec::new();
        for table in top.tables("waiver") {
            let Some(waiver) = read_one(table, classes) else { continue };
            if let Some(problem) = clash(&waiver, &all) {
                top.problem(problem);
                continue;
            }
            all.push(waiver);
        }
        Waivers { all }
    })
}

fn read_one(mut table: Table<'_>, classes: &ClassCatalogue) -> Option<Waiver> {
    let place = table.place();
    let id = table.required::<String>("id");
    let rules = table.required_item("rules", "an array of rules").map(|item| read_rules(&item));
    let selectors = read_where(&mut table, classes);
    let starts = table.required::<Date>("starts");
    let expires = table.required::<Date>("expires");
    let approval = table
        .required_item("approved_by", "a table with name and on")
        .and_then(|item| item.table())
        .and_then(read_approval);
    let reason = table.required::<String>("reason");
    let compensating = table.optional::<String>("compensating").map(|text| text.value);
    let max_assets = table.optional::<u32>("max_assets").map(|count| count.value);
    let (starts, expires) = (starts?, expires?);
    let sound = check_days(&table, &starts, &expires, approval.as_ref());
    table.finish();
    let (rules, selectors, approval) = (rules??, selectors?, approval?);
    let (names, rule_places) = rules.into_iter().map(|rule| (rule.value, rule.place)).unzip();
    sound.then_some(Waiver {
        id: id?.value,
        rules: names,
        starts: starts.value.0,
        expires: expires.value.0,
        approval: approval.value,
        reason: reason?.value,
        compensating,
        max_assets,
        selectors,
        place,
        rule_places,
        expires_place: expires.place,
    })
}

fn check_days(
    table: &Table<'_>,
    starts: &Located<Date>,
    expires: &Located<Date>,
    approval: Option<&Located<Approval>>,
) -> bool {
    let mut sound = true;
    if expires.value < starts.value {
        sound = false;
        table.problem(
            Diagnostic::error(
                codes::WAIVER_DAYS,
                format!("the waiver expires on {}, before it starts", expires.value.0),
            )
            .at(expires.place.clone())
            .related(starts.place.clone(), format!("starts on {}", starts.value.0))
            .help("`expires` is the last day on which it holds; make it `starts` or later"),
        );
    }
    if let Some(approval) = approval.filter(|approval| approval.value.on > starts.value.0) {
        sound = false;
        table.problem(
            Diagnostic::error(
                codes::WAIVER_APPROVAL,
                format!("approved on {}, after the waiver starts", approval.value.on),
            )
            .at(approval.place.clone())
            .related(starts.place.clone(), format!("starts on {}", starts.value.0))
            .help("nothing is excused before somebody approves it; move `starts` to the day of approval or later"),
        );
    }
    sound
}

fn read_rules(item: &Item<'_>) -> Option<Vec<Located<RuleName>>> {
    let items = item.items();
    if items.is_empty() {
        item.bad_value("the waiver names no rule", "write rules = [\"profile/rule\"]");
        return None;
    }
    let mut rules = Vec::new();
    for item in items {
        let Some(text) = item.read::<String>() else { continue };
        let (profile, rule) = match text.value.split_once('/') {
            Some((profile, rule)) => (Some(profile.to_owned()), rule.to_owned()),
            None => (None, text.value.clone()),
        };
        if !is_profile_id(&rule) || profile.as_ref().is_some_and(|id| !is_profile_id(id)) {
            item.bad_value(
                format!("`{}` is not a rule", text.value),
                "write the rule's id, or profile/rule",
            );
            continue;
        }
        rules.push(Located { value: RuleName { profile, rule }, place: text.place });
    }
    (!rules.is_empty()).then_some(rules)
}

fn read_approval(mut table: Table<'_>) -> Option<Located<Approval>> {
    let name = table.required::<String>("name");
    let role = table.optional::<String>("role").map(|role| role.value);
    let on = table.required::<Date>("on");
    let reference = table.optional::<String>("ref").map(|reference| reference.value);
    table.finish();
    let on = on?;
    Some(Located {
        value: Approval { name: name?.value, role, on: on.value.0, reference },
        place: on.place,
    })
}

fn read_where(table: &mut Table<'_>, classes: &ClassCatalogue) -> Option<Vec<Selector>> {
    let found = table.table("where");
    let Some(mut scope) = found else {
        table.problem(no_scope());
        return None;
    };
    let mut selectors = Vec::new();
    let mut sound = true;
    for (name, item) in scope.named_items() {
        match selector(&name.value, &item, classes) {
            Ok(selector) => selectors.push(selector),
            Err(problem) => {
                sound = false;
                if let Some(problem) = problem {
                    scope.problem(problem.at(name.place));
                }
            }
        }
    }
    if selectors.is_empty() && sound {
        scope.problem(no_scope());
        return None;
    }
    selectors.sort();
    sound.then_some(selectors)
}

fn no_scope() -> Diagnostic {
    Diagnostic::error(codes::WAIVER_SCOPE, "the waiver has no scope").help(
        "say which devices: where = { practice = [...], class = ... }; to weaken a rule for all, use `relax` in a profile",
    )
}

/// # Errors
/// The problem of an unknown key, or nothing where the value's own problem is told already.
fn selector(
    word: &str,
    item: &Item<'_>,
    classes: &ClassCatalogue,
) -> Result<Selector, Option<Box<Diagnostic>>> {
    let organisation = ORGANISATIONS.iter().find(|(own, _)| *own == word);
    let key = match (word, organisation, word.parse::<Field>()) {
        ("asset", _, _) => Key::Asset,
        (_, Some((_, kind)), _) => Key::Organisation(*kind),
        (_, None, Ok(field)) => Key::Field(field),
        (_, None, Err(_)) => return Err(Some(Box::new(unknown_key(word)))),
    };
    let items = if item.is_array() { item.items() } else { Vec::new() };
    let single = if item.is_array() { None } else { Some(item) };
    let mut names = Vec::new();
    let mut values = Vec::new();
    for item in items.iter().chain(single) {
        let text = item.read::<Scalar>().ok_or(None)?.value.0;
        let kind = match key {
            Key::Asset => Kind::Text,
            Key::Organisation(_) => Kind::Organisation,
            Key::Field(field) => field.kind(),
        };
        let known_class = !matches!(key, Key::Field(Field::Class)) || classes.parse(&text).is_ok();
        let Some(value) = kind.parse(&text).ok().filter(|_| known_class) else {
            item.bad_value(
                format!("`{word}` is {}, found `{text}`", kind.expected().0),
                format!("write {}", kind.expected().0),
            );
            return Err(None);
        };
        values.push(folded(&value));
        names.push(text);
    }
    if values.is_empty() {
        item.bad_value(format!("`{word}` lists nothing"), "write at least one value");
        return Err(None);
    }
    values.sort();
    Ok(Selector { key, names, values })
}

fn unknown_key(word: &str) -> Diagnostic {
    let fields = Field::all().map(Field::word);
    let known = ["asset", "practice", "pcn", "icb"].into_iter().chain(fields);
    Diagnostic::error(codes::WAIVER_KEY, format!("unknown key `{word}` in `where`"))
        .value(word)
        .help(suggest(word, known).map_or_else(
        || {
            "use `asset`, `practice`, `pcn`, `icb` or a column of the assets file such as `model`"
                .to_owned()
        },
        |near| format!("a key with a similar name exists: `{near}`"),
    ))
}

/// Two waivers of one id, or of one rule and scope at one time.
fn clash(waiver: &Waiver, earlier: &[Waiver]) -> Option<Diagnostic> {
    if let Some(other) = earlier.iter().find(|other| other.id == waiver.id) {
        return Some(
            Diagnostic::error(
                codes::WAIVER_TWICE,
                format!("two waivers have the id `{}`", waiver.id),
            )
            .at(waiver.place.clone())
            .related(other.place.clone(), "the other waiver")
            .help("give each waiver an id of its own"),
        );
    }
    let other = earlier.iter().find(|other| {
        other.selectors == waiver.selectors
            && other.starts <= waiver.expires
            && waiver.starts <= other.expires
            && other.rules.iter().any(|rule| waiver.rules.contains(rule))
    })?;
    let shared = other.rules.iter().find(|rule| waiver.rules.contains(rule));
    Some(
        Diagnostic::error(
            codes::WAIVER_OVERLAP,
            format!(
                "`{}` and `{}` excuse `{}` on the same devices at the same time",
                other.id,
                waiver.id,
                shared.map(|rule| rule.rule.as_str()).unwrap_or_default()
            ),
        )
        .at(waiver.place.clone())
        .related(other.place.clone(), format!("until {}", other.expires))
        .help(format!("start the later one after {}, or join them", other.expires)),
    )
}
