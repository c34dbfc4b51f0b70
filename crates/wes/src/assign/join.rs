//! Several profiles, each over its own devices and days, as one profile and one judgement.

use std::collections::BTreeMap;

use super::Windows;
use crate::judge::RuleJudgement;
use crate::{Compiled, Judged, Layer, Outcome, Rule, Steps, Timeline};

/// One profile with its judgement of all devices and the days on which it judges each.
#[derive(Clone, Debug)]
pub struct Part {
    /// The profile.
    pub profile: Compiled,
    /// What it says of all devices.
    pub judged: Judged,
    /// When it judges which device.
    pub windows: Windows,
}

/// Joins profiles. A rule that several have in common, word for word, is judged once; rules of one id that differ are
/// called `profile/rule`. `name` becomes the last layer: what the joined profile is called.
pub fn join(parts: &[Part], name: Layer) -> (Compiled, Judged) {
    let devices = parts.iter().map(|part| part.judged.devices).max().unwrap_or_default();
    let mut rules: Vec<(Rule, Vec<(usize, usize)>)> = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        for (position, rule) in part.profile.rules().iter().enumerate() {
            let own = Rule { effective: Some(part.profile.effective()), ..rule.clone() };
            match rules.iter_mut().find(|(known, _)| asks_the_same(known, &own)) {
                Some((_, held)) => held.push((number, position)),
                None => rules.push((own, vec![(number, position)])),
            }
        }
    }
    let judgements = rules.iter().map(|(_, held)| judgement(parts, held, devices)).collect();
    let ids: Vec<String> = rules.iter().map(|(rule, _)| rule.id.clone()).collect();
    let named: Vec<Rule> = rules
        .into_iter()
        .map(|(mut rule, held)| {
            let clashes = ids.iter().filter(|id| **id == rule.id).count() > 1;
            let profile = held.first().and_then(|(part, _)| parts.get(*part));
            if let Some(profile) = profile.filter(|_| clashes) {
                rule.id = format!("{}/{}", profile.profile.id(), rule.id);
            }
            rule
        })
        .collect();
    (compiled(parts, named, name), Judged { devices, rules: judgements })
}

/// Whether two rules are the same but for the files that they were written in.
fn asks_the_same(one: &Rule, other: &Rule) -> bool {
    let bare = |rule: &Rule| Rule { history: Vec::new(), ..rule.clone() };
    bare(one) == bare(other)
}

/// One rule of one or several parts, on the days on which any of them judges.
fn judgement(parts: &[Part], held: &[(usize, usize)], devices: usize) -> RuleJudgement {
    let own: Vec<(&Windows, &RuleJudgement)> = held
        .iter()
        .filter_map(|(part, position)| {
            let part = parts.get(*part)?;
            Some((&part.windows, part.judged.rules.get(*position)?))
        })
        .collect();
    let nothing = Timeline::constant(Outcome::NotApplicable);
    let mut timelines = vec![nothing.clone()];
    let mut positions: BTreeMap<Timeline, u32> = BTreeMap::from([(nothing, 0)]);
    let mut known: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
    let index = (0..devices)
        .map(|device| {
            let at = |list: &[u32]| list.get(device).copied().unwrap_or(0);
            let key: Vec<u32> = own
                .iter()
                .flat_map(|(windows, judged)| [at(&windows.of_device), at(&judged.index)])
                .collect();
            *known.entry(key).or_insert_with(|| {
                let mut all = Steps::constant(Outcome::NotApplicable);
                for (windows, judged) in &own {
                    let at = usize::try_from(at(&windows.of_device)).unwrap_or(0);
                    let Some(window) = windows.windows.get(at) else { continue };
                    let steps = judged.timeline(device).steps();
                    let within =
                        steps.zip(
                            window,
                            |outcome, on| {
                                if on { outcome } else { Outcome::NotApplicable }
                            },
                        );
                    all = all.zip(&within, |a, b| if b == Outcome::NotApplicable { a } else { b });
                }
                *positions.entry(Timeline::new(all)).or_insert_with_key(|timeline| {
                    timelines.push(timeline.clone());
                    u32::try_from(timelines.len()).unwrap_or(u32::MAX).saturating_sub(1)
                })
            })
        })
        .collect();
    RuleJudgement { timelines, index }
}

fn compiled(parts: &[Part], rules: Vec<Rule>, name: Layer) -> Compiled {
    let mut layers: Vec<Layer> = Vec::new();
    for layer in parts.iter().flat_map(|part| part.profile.layers()) {
        if !layers.contains(layer) {
            layers.push(layer.clone());
        }
    }
    let source = diagnostic::Source::new(name.file.as_str(), "");
    layers.push(name);
    let mut joined = Compiled {
        layers,
        effective: crate::Effective::default(),
        rules,
        life: BTreeMap::new(),
        lists: BTreeMap::new(),
        lifecycles: BTreeMap::new(),
        tests: Vec::new(),
        source,
        waiver_max: None,
        groups: Vec::new(),
    };
    for part in parts {
        let own = &part.profile;
        for (class, life) in own.lives() {
            joined.life.entry(class.clone()).or_insert(*life);
        }
        for (name, list) in &own.lists {
            let same = joined.lists.get(name).is_none_or(|known| known == list);
            let name = if same { name.clone() } else { format!("{}/{name}", own.id()) };
            joined.lists.insert(name, list.clone());
        }
        for (name, table) in &own.lifecycles {
            let same = joined.lifecycles.get(name).is_none_or(|known| known == table);
            let name = if same { name.clone() } else { format!("{}/{name}", own.id()) };
            joined.lifecycles.insert(name, table.clone());
        }
        joined.waiver_max = match (joined.waiver_max, own.waiver_max()) {
            (Some(a), Some(b)) if a.provably_cmp(b) != Some(std::cmp::Ordering::Greater) => Some(a),
            (a, b) => b.or(a),
        };
    }
    joined
}
