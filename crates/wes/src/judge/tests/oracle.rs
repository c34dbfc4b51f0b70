//! A slow and obvious interpreter: one rule, one device, one day, straight from the question that the profile's text was
//! written from. It shares nothing with the engine but the names of fields and outcomes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{Days, Months, NaiveDate};
use inventory::{Field, SetField};

use crate::{FactSet, Outcome, Tier};

pub(super) const CPUS: &str = "vendor,family,model,condition\nIntel,Core i5,8250U,\nAMD,Ryzen 5 PRO,4650U,\nIntel,Core i7,7820HQ,some models\n";
pub(super) const SUPPORT: &str =
    "os,build,support_ends\nalpha,1,2026-09-01\nalpha,2,false\nbeta,2,true\nbeta,3,\n";

/// Texts that machines report, with what the list says of each in [`on_list`].
pub(super) const CPU_TEXTS: &[&str] = &[
    "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz",
    "AMD Ryzen 5 PRO 4650U with Radeon Graphics",
    "Intel(R) Core(TM) i7-7820HQ CPU @ 2.90GHz",
    "Intel(R) Core(TM) i5-4590 CPU @ 3.30GHz",
    "Genuine Intel(R) CPU 0000 @ 2.60GHz",
];

fn on_list(text: &str) -> Option<bool> {
    match CPU_TEXTS.iter().position(|known| *known == text) {
        Some(0 | 1) => Some(true),
        Some(3) => Some(false),
        _ => None,
    }
}

#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) class: &'static str,
    pub(super) facts: BTreeMap<Field, String>,
    /// Software as `name@version`, and the last day of the one assurance asked about; none is unknown.
    pub(super) software: Option<Vec<&'static str>>,
    #[expect(clippy::option_option, reason = "unknown, known without end, known with one")]
    pub(super) assured_until: Option<Option<NaiveDate>>,
}

#[derive(Clone, Debug)]
pub(super) enum Leaf {
    MemoryAtLeast(i64),
    MemoryAtMost(i64),
    TpmAtLeast(&'static str),
    DiskOneOf(Vec<&'static str>),
    DiskNoneOf(Vec<&'static str>),
    UefiEquals(bool),
    EncryptionNotOff,
    CpuInList,
    CpuNotInList,
    AgeAtMostDays(u32),
    AgeAtMostLife,
    WarrantyToday,
    PatchedAfter(NaiveDate),
    PatchedBetween(NaiveDate, NaiveDate),
    SupportedAhead(u32),
    ModelLike(&'static str),
    AgentFrom(u32),
    Assured,
    MemoryCovers,
}

#[derive(Clone, Debug)]
pub(super) enum Question {
    Leaf(Leaf),
    All(Vec<Question>),
    Any(Vec<Question>),
    Not(Box<Question>),
    When(Box<Question>, Box<Question>),
}

#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub(super) classes: Vec<&'static str>,
    pub(super) question: Question,
    pub(super) tier: Tier,
    pub(super) from: Option<NaiveDate>,
    pub(super) fail_missing: bool,
    /// When given, the rule asks for memory in three rising tiers instead of the question.
    pub(super) memory_tiers: Option<[i64; 3]>,
}

/// The text of a profile with these rules.
pub(super) fn profile(specs: &[Spec]) -> String {
    let mut text = "[profile]\nid = \"random\"\nversion = \"1.0.0\"\nowner = \"test\"\nlanguage = 1\n\
        [lists.cpus]\nfile = \"cpus.csv\"\nnormalise = \"cpu\"\n\
        [lifecycle.support]\nfile = \"support.csv\"\nkey = [\"os\", \"build\"]\nlist_date = 2026-06-01\n\
        [life]\ndesktop = 2\nlaptop = \"18 months\"\n\
        [demand.work]\nbase = 4\nadd = [{ amount = 4, when = { installed = \"agent\" } }, { amount = 3, when = { field = \"uefi\", equals = true } }]\n"
        .to_owned();
    for (number, spec) in specs.iter().enumerate() {
        let classes: Vec<String> =
            spec.classes.iter().map(|class| format!("\"{class}\"")).collect();
        write!(text, "[rule.r{number}]\napplies_to = [{}]\n", classes.join(", ")).unwrap();
        match spec.memory_tiers {
            Some([low, middle, high]) => write!(
                text,
                "field = \"ram_gib\"\nat_least = {{ minimum = {low}, recommended = {middle}, target = {high} }}\n"
            )
            .unwrap(),
            None => {
                writeln!(text, "tier = \"{}\"\nall = [{}]", spec.tier, written(&spec.question))
                    .unwrap();
            }
        }
        if let Some(from) = spec.from {
            writeln!(text, "from = {from}").unwrap();
        }
        if spec.fail_missing {
            text.push_str("on_missing = \"fail\"\n");
        }
    }
    text
}

fn written(question: &Question) -> String {
    let list = |items: &[Question]| items.iter().map(written).collect::<Vec<_>>().join(", ");
    match question {
        Question::Leaf(leaf) => format!("{{ {} }}", written_leaf(leaf)),
        Question::All(items) => format!("{{ all = [{}] }}", list(items)),
        Question::Any(items) => format!("{{ any = [{}] }}", list(items)),
        Question::Not(inner) => format!("{{ not = {} }}", written(inner)),
        Question::When(when, then) => {
            format!("{{ when = {}, all = [{}] }}", written(when), written(then))
        }
    }
}

fn written_leaf(leaf: &Leaf) -> String {
    let words = |words: &[&str]| {
        words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
    };
    match leaf {
        Leaf::MemoryAtLeast(gib) => format!("field = \"ram_gib\", at_least = {gib}"),
        Leaf::MemoryAtMost(gib) => format!("field = \"ram_gib\", at_most = {gib}"),
        Leaf::TpmAtLeast(version) => format!("field = \"tpm_version\", at_least = \"{version}\""),
        Leaf::DiskOneOf(kinds) => format!("field = \"disk_type\", one_of = [{}]", words(kinds)),
        Leaf::DiskNoneOf(kinds) => format!("field = \"disk_type\", none_of = [{}]", words(kinds)),
        Leaf::UefiEquals(flag) => format!("field = \"uefi\", equals = {flag}"),
        Leaf::EncryptionNotOff => "field = \"encryption\", not_equals = \"off\"".to_owned(),
        Leaf::CpuInList => "field = \"cpu\", in_list = \"cpus\"".to_owned(),
        Leaf::CpuNotInList => "field = \"cpu\", not_in_list = \"cpus\"".to_owned(),
        Leaf::AgeAtMostDays(days) => {
            format!("field = \"purchase_date\", age_at_most = \"{days} days\"")
        }
        Leaf::AgeAtMostLife => "field = \"purchase_date\", age_at_most = \"life\"".to_owned(),
        Leaf::WarrantyToday => "field = \"warranty_end\", at_least = \"today\"".to_owned(),
        Leaf::PatchedAfter(date) => format!("field = \"last_patch_date\", after = {date}"),
        Leaf::PatchedBetween(from, until) => {
            format!("field = \"last_patch_date\", between = [{from}, {until}]")
        }
        Leaf::SupportedAhead(days) => format!(
            "field = [\"os\", \"os_build\"], supported_by = \"support\", ahead = \"{days} days\""
        ),
        Leaf::ModelLike(pattern) => format!("field = \"model\", matches = \"{pattern}\""),
        Leaf::AgentFrom(version) => format!("installed = \"Agent@>={version}\""),
        Leaf::Assured => "assured = \"dtac\"".to_owned(),
        Leaf::MemoryCovers => "field = \"ram_gib\", covers = \"work\"".to_owned(),
    }
}

/// A fact that is missing.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Missing {
    Field(Field),
    Set(SetField),
}

fn fact_set(missing: Vec<Missing>) -> FactSet {
    missing.into_iter().fold(FactSet::EMPTY, |all, own| {
        all.union(match own {
            Missing::Field(field) => FactSet::of(field),
            Missing::Set(set) => FactSet::of_set(set),
        })
    })
}

/// What the interpreter finds: yes, no, unknown for want of fields, or nothing asked.
#[derive(Clone, PartialEq, Debug)]
enum Answer {
    Yes,
    No,
    Unknown(Vec<Missing>),
    Nothing,
}

/// The verdict of a rule on a device on a day.
pub(super) fn verdict(spec: &Spec, device: &Device, day: NaiveDate) -> Outcome {
    if !spec.classes.contains(&device.class) || spec.from.is_some_and(|from| day < from) {
        return Outcome::NotApplicable;
    }
    let asked: Vec<(Tier, Answer)> = match spec.memory_tiers {
        Some(bounds) => Tier::ALL
            .into_iter()
            .zip(bounds)
            .map(|(tier, gib)| (tier, leaf(&Leaf::MemoryAtLeast(gib), device, day)))
            .collect(),
        None => vec![(spec.tier, answer(&spec.question, device, day))],
    };
    let mut passed = false;
    for (tier, answer) in asked {
        match answer {
            Answer::Yes => passed = true,
            Answer::Nothing => {}
            Answer::No => return Outcome::Fail { tier, missing: FactSet::EMPTY },
            Answer::Unknown(fields) => {
                let facts = fact_set(fields);
                return if spec.fail_missing {
                    Outcome::Fail { tier, missing: facts }
                } else {
                    Outcome::Unknown { tier, facts }
                };
            }
        }
    }
    if passed { Outcome::Pass } else { Outcome::NotApplicable }
}

fn answer(question: &Question, device: &Device, day: NaiveDate) -> Answer {
    match question {
        Question::Leaf(own) => leaf(own, device, day),
        Question::All(items) => combine(items, device, day, &Answer::No, &Answer::Yes),
        Question::Any(items) => combine(items, device, day, &Answer::Yes, &Answer::No),
        Question::Not(inner) => match answer(inner, device, day) {
            Answer::Yes => Answer::No,
            Answer::No => Answer::Yes,
            same => same,
        },
        Question::When(when, then) => {
            let then = answer(then, device, day);
            match (answer(when, device, day), then) {
                (Answer::Yes | Answer::Nothing, then) => then,
                (Answer::No, _) | (_, Answer::Nothing) => Answer::Nothing,
                (Answer::Unknown(mut fields), Answer::Unknown(more)) => {
                    fields.extend(more);
                    Answer::Unknown(fields)
                }
                (unknown, _) => unknown,
            }
        }
    }
}

/// `decisive` wins over everything, unknown over the rest; without any answer nothing is asked.
fn combine(
    items: &[Question],
    device: &Device,
    day: NaiveDate,
    decisive: &Answer,
    otherwise: &Answer,
) -> Answer {
    let answers: Vec<Answer> = items
        .iter()
        .map(|item| answer(item, device, day))
        .filter(|answer| *answer != Answer::Nothing)
        .collect();
    if answers.is_empty() {
        return Answer::Nothing;
    }
    if answers.contains(decisive) {
        return decisive.clone();
    }
    let missing: Vec<Missing> = answers
        .iter()
        .flat_map(|answer| match answer {
            Answer::Unknown(fields) => fields.clone(),
            _ => Vec::new(),
        })
        .collect();
    if missing.is_empty() { otherwise.clone() } else { Answer::Unknown(missing) }
}

fn leaf(leaf: &Leaf, device: &Device, day: NaiveDate) -> Answer {
    if let Leaf::SupportedAhead(days) = leaf {
        return supported(device, day + Days::new(u64::from(*days)), day);
    }
    match leaf {
        Leaf::AgentFrom(version) => return agent(device, Some(*version)),
        Leaf::Assured => {
            return match device.assured_until {
                None => Answer::Unknown(vec![Missing::Set(SetField::Assured)]),
                Some(Some(last)) if day <= last => Answer::Yes,
                Some(_) => Answer::No,
            };
        }
        Leaf::MemoryCovers => return covered(device),
        _ => {}
    }
    let field = match leaf {
        Leaf::MemoryAtLeast(_) | Leaf::MemoryAtMost(_) => Field::RamGib,
        Leaf::TpmAtLeast(_) => Field::TpmVersion,
        Leaf::DiskOneOf(_) | Leaf::DiskNoneOf(_) => Field::DiskType,
        Leaf::UefiEquals(_) => Field::Uefi,
        Leaf::EncryptionNotOff => Field::Encryption,
        Leaf::CpuInList | Leaf::CpuNotInList => Field::Cpu,
        Leaf::AgeAtMostDays(_) | Leaf::AgeAtMostLife => Field::PurchaseDate,
        Leaf::WarrantyToday => Field::WarrantyEnd,
        Leaf::PatchedAfter(_) | Leaf::PatchedBetween(..) => Field::LastPatchDate,
        _ => Field::Model,
    };
    let Some(text) = device.facts.get(&field) else {
        return Answer::Unknown(vec![Missing::Field(field)]);
    };
    let yes = match leaf {
        Leaf::MemoryAtLeast(gib) => gibibytes(text) >= f64_of(*gib),
        Leaf::MemoryAtMost(gib) => gibibytes(text) <= f64_of(*gib),
        Leaf::TpmAtLeast(version) => numbers(text) >= numbers(version),
        Leaf::DiskOneOf(kinds) => kinds.contains(&text.as_str()),
        Leaf::DiskNoneOf(kinds) => !kinds.contains(&text.as_str()),
        Leaf::UefiEquals(flag) => *text == flag.to_string(),
        Leaf::EncryptionNotOff => text != "off",
        Leaf::CpuInList => match on_list(text) {
            Some(listed) => listed,
            None => return Answer::Unknown(vec![Missing::Field(field)]),
        },
        Leaf::CpuNotInList => match on_list(text) {
            Some(listed) => !listed,
            None => return Answer::Unknown(vec![Missing::Field(field)]),
        },
        Leaf::AgeAtMostDays(days) => day <= date(text) + Days::new(u64::from(*days)),
        Leaf::AgeAtMostLife => {
            let months = if device.class == "desktop" { 24 } else { 18 };
            day <= date(text) + Months::new(months)
        }
        Leaf::WarrantyToday => date(text) >= day,
        Leaf::PatchedAfter(bound) => date(text) > *bound,
        Leaf::PatchedBetween(from, until) => (*from..=*until).contains(&date(text)),
        Leaf::ModelLike(pattern) => match *pattern {
            "opti*" => text.to_lowercase().starts_with("opti"),
            "*book" => text.to_lowercase().ends_with("book"),
            _ => text == "OptiPlex 7050",
        },
        _ => false,
    };
    if yes { Answer::Yes } else { Answer::No }
}

/// Whether an agent is on the device, of a version where one is asked for.
fn agent(device: &Device, from: Option<u32>) -> Answer {
    let unknown = Answer::Unknown(vec![Missing::Set(SetField::Installed)]);
    let Some(software) = &device.software else { return unknown };
    let copies: Vec<Option<u32>> = software
        .iter()
        .filter(|own| own.starts_with("Agent"))
        .map(|own| own.strip_prefix("Agent@").map(|version| version.parse().unwrap()))
        .collect();
    let Some(from) = from else {
        return if copies.is_empty() { Answer::No } else { Answer::Yes };
    };
    if copies.iter().flatten().any(|version| *version >= from) {
        Answer::Yes
    } else if copies.contains(&None) {
        unknown
    } else {
        Answer::No
    }
}

/// Whether memory covers 4, and 4 for an agent, and 3 for UEFI: tried with every completion of what is unknown.
fn covered(device: &Device) -> Answer {
    let uefi = device.facts.get(&Field::Uefi).map(|text| text == "true");
    let installed = match agent(device, None) {
        Answer::Yes => Some(true),
        Answer::No => Some(false),
        _ => None,
    };
    let both = |own: Option<bool>| own.map_or_else(|| vec![false, true], |own| vec![own]);
    let mut missing = Vec::new();
    let memory = device.facts.get(&Field::RamGib).map(|text| gibibytes(text));
    if memory.is_none() {
        missing.push(Missing::Field(Field::RamGib));
    }
    if installed.is_none() {
        missing.push(Missing::Set(SetField::Installed));
    }
    if uefi.is_none() {
        missing.push(Missing::Field(Field::Uefi));
    }
    let Some(memory) = memory else { return Answer::Unknown(missing) };
    let mut enough = Vec::new();
    for agent in both(installed) {
        for uefi in both(uefi) {
            let asked = 4 + if agent { 4 } else { 0 } + if uefi { 3 } else { 0 };
            enough.push(memory >= f64_of(asked));
        }
    }
    if enough.iter().all(|own| *own) {
        Answer::Yes
    } else if enough.iter().all(|own| !*own) {
        Answer::No
    } else {
        Answer::Unknown(missing)
    }
}

fn supported(device: &Device, ahead: NaiveDate, day: NaiveDate) -> Answer {
    let (os, build) = (device.facts.get(&Field::Os), device.facts.get(&Field::OsBuild));
    let missing: Vec<Missing> = [(Field::Os, os), (Field::OsBuild, build)]
        .into_iter()
        .filter(|(_, text)| text.is_none())
        .map(|(field, _)| Missing::Field(field))
        .collect();
    let (Some(os), Some(build)) = (os, build) else {
        // A build that no row has stays unknown for its own sake as well.
        let mut missing = missing;
        if os.is_none() && build.is_some_and(|build| build.starts_with('4')) {
            missing.push(Missing::Field(Field::OsBuild));
        }
        return Answer::Unknown(missing);
    };
    let major = build.split('.').next().unwrap_or_default();
    let ended = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
    let table = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    match (os.as_str(), major) {
        ("alpha", "1") if ahead <= ended => Answer::Yes,
        ("alpha", "1") => Answer::No,
        ("alpha", "2") => Answer::Yes,
        ("beta", "2") if day >= table => Answer::No,
        ("beta", "2" | "3") => {
            Answer::Unknown(vec![Missing::Field(Field::Os), Missing::Field(Field::OsBuild)])
        }
        _ => Answer::Unknown(vec![Missing::Field(Field::OsBuild)]),
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn numbers(text: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = text.split('.').map(|part| part.parse().unwrap()).collect();
    numbers.resize(4, 0);
    numbers
}

fn gibibytes(text: &str) -> f64 {
    text.parse().unwrap()
}

fn f64_of(gib: i64) -> f64 {
    f64::from(i32::try_from(gib).unwrap())
}
