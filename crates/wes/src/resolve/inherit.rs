//! One profile laid over its parents.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diagnostic::{Diagnostic, Diagnostics, Place};
use inventory::{Class, ClassCatalogue};

use super::graph::ProfileGraph;
use super::weaken;
use crate::compile;
use crate::lifecycle::Lifecycle;
use crate::list::{Declared, List};
use crate::node::{Node, Shape};
use crate::predicate::{Scope, Strictness};
use crate::profile::Resolver;
use crate::raw::{RawDemand, RawGroup, RawProfile, RawRule, merge_tests};
use crate::rule::{Body, Phase, Relaxation, Touch};
use crate::{Period, codes};

/// A value with the profiles that had a hand in it, by index.
#[derive(Clone, Debug)]
pub(crate) struct Held<T> {
    pub(crate) value: T,
    pub(crate) layers: Vec<usize>,
    pub(crate) place: Place,
}

/// A rule as it stands after one profile.
#[derive(Clone, Debug)]
pub(crate) struct Laid {
    pub(crate) raw: RawRule,
    pub(crate) layers: Vec<usize>,
    pub(crate) history: Vec<Touch>,
    pub(crate) phases: Vec<Phase>,
    pub(crate) relaxation: Option<Relaxation>,
}

/// Everything that stands after one profile.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolved {
    pub(crate) lists: BTreeMap<String, Held<Arc<List>>>,
    pub(crate) lifecycles: BTreeMap<String, Held<Arc<Lifecycle>>>,
    pub(crate) life: BTreeMap<Class, Held<Period>>,
    pub(crate) rules: Vec<Laid>,
    pub(crate) demands: BTreeMap<String, Held<RawDemand>>,
    pub(crate) groups: BTreeMap<String, Held<RawGroup>>,
    /// Lists and tables that are declared and could not be read.
    pub(crate) unread: BTreeSet<String>,
}

/// What laying one profile over its parents needs.
pub(crate) struct Context<'a> {
    pub(crate) index: usize,
    pub(crate) profile: &'a RawProfile,
    pub(crate) graph: &'a ProfileGraph,
    pub(crate) resolver: &'a dyn Resolver,
    pub(crate) classes: &'a ClassCatalogue,
    pub(crate) problems: &'a RefCell<Diagnostics>,
}

pub(crate) fn resolve(context: &Context<'_>, parents: &[&Resolved]) -> Resolved {
    let mut resolved = Resolved {
        lists: context.inherit(
            "list",
            parents,
            |parent| &parent.lists,
            |name| context.profile.lists.iter().any(|own| own.name == *name),
        ),
        lifecycles: context.inherit(
            "lifecycle table",
            parents,
            |parent| &parent.lifecycles,
            |name| context.profile.lifecycles.iter().any(|own| own.name == *name),
        ),
        life: context.inherit(
            "life",
            parents,
            |parent| &parent.life,
            |class| context.profile.life.iter().any(|own| own.class == *class),
        ),
        rules: context.inherit_rules(parents),
        demands: context.inherit(
            "demand",
            parents,
            |parent| &parent.demands,
            |name| context.profile.demands.iter().any(|own| own.name.value == *name),
        ),
        groups: context.inherit(
            "group rule",
            parents,
            |parent| &parent.groups,
            |name| context.profile.groups.iter().any(|own| own.id.value == *name),
        ),
        unread: parents.iter().flat_map(|parent| parent.unread.iter().cloned()).collect(),
    };
    context.own_files(&mut resolved);
    let inherited_life = lives(&resolved);
    context.own_life(&mut resolved);
    context.own_demands(&mut resolved);
    context.own_rules(&mut resolved, parents, &inherited_life);
    context.own_groups(&mut resolved);
    resolved
}

pub(crate) fn values<T: Clone>(held: &BTreeMap<String, Held<T>>) -> BTreeMap<String, T> {
    held.iter().map(|(name, held)| (name.clone(), held.value.clone())).collect()
}

pub(crate) fn lives(resolved: &Resolved) -> BTreeMap<Class, Period> {
    resolved.life.iter().map(|(class, held)| (class.clone(), held.value)).collect()
}

impl Context<'_> {
    fn problem(&self, diagnostic: Diagnostic) {
        self.problems.borrow_mut().push(diagnostic);
    }

    fn layer_label(&self, index: usize) -> String {
        self.graph
            .profiles
            .get(index)
            .map(|profile| format!("{} {}", profile.header.id.value, profile.header.version))
            .unwrap_or_default()
    }

    /// Named values of all parents; where unrelated parents disagree the child must set the value itself.
    fn inherit<K: Ord + Clone + std::fmt::Display, T: Clone + PartialEq>(
        &self,
        what: &str,
        parents: &[&Resolved],
        pick: impl Fn(&Resolved) -> &BTreeMap<K, Held<T>>,
        own: impl Fn(&K) -> bool,
    ) -> BTreeMap<K, Held<T>> {
        let mut all: BTreeMap<K, Held<T>> = BTreeMap::new();
        for parent in parents {
            for (key, theirs) in pick(parent) {
                let Some(mine) = all.get(key) else {
                    all.insert(key.clone(), theirs.clone());
                    continue;
                };
                match derived(&mine.layers, &theirs.layers) {
                    Some(Newer::Second) => drop(all.insert(key.clone(), theirs.clone())),
                    Some(Newer::First) => {}
                    None if mine.value == theirs.value || own(key) => {}
                    None => self.disagree(
                        &format!("{what} `{key}`"),
                        (&mine.layers, &mine.place),
                        (&theirs.layers, &theirs.place),
                    ),
                }
            }
        }
        all
    }

    fn inherit_rules(&self, parents: &[&Resolved]) -> Vec<Laid> {
        let mut all: Vec<Laid> = Vec::new();
        for parent in parents {
            for theirs in &parent.rules {
                let id = &theirs.raw.id.value;
                let Some(mine) = all.iter_mut().find(|mine| mine.raw.id.value == *id) else {
                    all.push(theirs.clone());
                    continue;
                };
                let own = self.profile.rules.iter().find(|own| own.id.value == *id);
                let settled = own.is_some_and(|own| own.condition.question_count() > 0);
                match derived(&mine.layers, &theirs.layers) {
                    Some(Newer::Second) => *mine = theirs.clone(),
                    Some(Newer::First) => {}
                    None if settled || mine.phases == theirs.phases => {}
                    None => self.disagree(
                        &format!("rule `{id}`"),
                        (&mine.layers, &mine.raw.id.place),
                        (&theirs.layers, &theirs.raw.id.place),
                    ),
                }
            }
        }
        all
    }

    fn disagree(&self, what: &str, first: (&[usize], &Place), second: (&[usize], &Place)) {
        let label = |layers: &[usize]| {
            layers.last().map(|index| self.layer_label(*index)).unwrap_or_default()
        };
        let (one, other) = (label(first.0), label(second.0));
        self.problem(
            Diagnostic::error(
                codes::PARENTS_DISAGREE,
                format!(
                    "{what} differs between the parents of `{}`: {one} and {other}",
                    self.profile.header.id.value
                ),
            )
            .at(second.1.clone())
            .related(first.1.clone(), format!("set differently here, {one}"))
            .related(self.profile.header.id.place.clone(), "the child of both")
            .help(format!("set {what} in the child")),
        );
    }

    fn own_files(&self, resolved: &mut Resolved) {
        for declared in &self.profile.lists {
            let read = self.read_file(declared, List::read);
            let Some(list) = read.map(Arc::new) else {
                resolved.unread.insert(declared.name.clone());
                continue;
            };
            if let Some(parent) = resolved.lists.get(&declared.name) {
                let sound = list.compare(&parent.value).is_no_looser();
                self.check_file(sound, "list", declared, &parent.place);
            }
            let held = self.hold(list, &declared.place, resolved.lists.get(&declared.name));
            resolved.lists.insert(declared.name.clone(), held);
        }
        for declared in &self.profile.lifecycles {
            let read = self.read_file(declared, Lifecycle::read);
            let Some(table) = read.map(Arc::new) else {
                resolved.unread.insert(declared.name.clone());
                continue;
            };
            if let Some(parent) = resolved.lifecycles.get(&declared.name) {
                let sound = parent.value.sha256() == table.sha256();
                self.check_file(sound, "lifecycle table", declared, &parent.place);
            }
            let held = self.hold(table, &declared.place, resolved.lifecycles.get(&declared.name));
            resolved.lifecycles.insert(declared.name.clone(), held);
        }
    }

    fn hold<T, U>(&self, value: T, place: &Place, parent: Option<&Held<U>>) -> Held<T> {
        let mut layers = parent.map(|parent| parent.layers.clone()).unwrap_or_default();
        layers.push(self.index);
        Held { value, layers, place: place.clone() }
    }

    fn read_file<T>(
        &self,
        declared: &Declared,
        read: impl Fn(Declared, &diagnostic::Source, &mut Vec<Diagnostic>) -> Option<T>,
    ) -> Option<T> {
        let Some(text) = self.resolver.file(&declared.file, &self.profile.source) else {
            self.problem(
                Diagnostic::error(
                    codes::NO_FILE,
                    format!("file `{}` was not found", declared.file),
                )
                .at(declared.place.clone())
                .help("put it beside the profile, or name a file shipped with Refit"),
            );
            return None;
        };
        let mut problems = Vec::new();
        let value = read(declared.clone(), &text, &mut problems);
        self.problems.borrow_mut().extend(problems);
        value
    }

    fn check_file(&self, sound: bool, what: &str, declared: &Declared, parent: &Place) {
        if sound {
            return;
        }
        self.problem(
            Diagnostic::error(
                codes::WEAKENED,
                format!(
                    "{what} `{}` replaces its parent's and is not provably as strict",
                    declared.name
                ),
            )
            .at(declared.place.clone())
            .related(parent.clone(), "the parent's")
            .help("declare it under another name, and use that name in the rule with `relax`"),
        );
    }

    fn own_life(&self, resolved: &mut Resolved) {
        for own in &self.profile.life {
            let parent = resolved.life.get(&own.class);
            if let Some(parent) = parent {
                let longer =
                    own.life.provably_cmp(parent.value).is_none_or(std::cmp::Ordering::is_gt);
                if longer && self.profile.life_relax.is_none() {
                    self.problem(
                        Diagnostic::error(
                            codes::WEAKENED,
                            format!("lengthens the life of a {} without `relax`", own.class),
                        )
                        .at(own.place.clone())
                        .label(format!("{} is longer than the inherited {}", own.life, parent.value))
                        .related(parent.place.clone(), "set here")
                        .help(format!("write {} or less, or add relax = {{ reason = \"...\", approved_by = \"...\", until = DATE }} under [life]", parent.value)),
                    );
                }
            }
            let held = self.hold(own.life, &own.place, parent);
            resolved.life.insert(own.class.clone(), held);
        }
    }

    fn own_rules(
        &self,
        resolved: &mut Resolved,
        parents: &[&Resolved],
        inherited_life: &BTreeMap<Class, Period>,
    ) {
        let mut rules = std::mem::take(&mut resolved.rules);
        // Rules that this profile leaves alone may still change with its lists and lives.
        for laid in &mut rules {
            let touched = self.profile.rules.iter().any(|own| own.id.value == laid.raw.id.value);
            if !touched && let [Phase { until: None, body: Some(_) }] = laid.phases.as_slice() {
                laid.phases = self.relaxed_life(&laid.raw, resolved, inherited_life);
            }
        }
        for own in &self.profile.rules {
            let id = &own.id.value;
            let inherited: Vec<&Laid> = parents
                .iter()
                .flat_map(|parent| parent.rules.iter())
                .filter(|laid| laid.raw.id.value == *id)
                .collect();
            let position = rules.iter().position(|laid| laid.raw.id.value == *id);
            let parent = position.and_then(|at| rules.get(at)).cloned();
            let laid = self.lay(own, parent.as_ref(), &inherited, resolved, inherited_life);
            match position.and_then(|at| rules.get_mut(at)) {
                Some(slot) => *slot = laid,
                None => rules.push(laid),
            }
        }
        resolved.rules = rules;
    }

    fn lay(
        &self,
        own: &RawRule,
        parent: Option<&Laid>,
        inherited: &[&Laid],
        resolved: &Resolved,
        inherited_life: &BTreeMap<Class, Period>,
    ) -> Laid {
        let raw = parent.map_or_else(|| own.clone(), |parent| merge(own, &parent.raw));
        let mut history = parent.map(|parent| parent.history.clone()).unwrap_or_default();
        history.extend(weaken::touches(own, &self.layer_label(self.index)));
        let mut layers: Vec<usize> =
            inherited.iter().flat_map(|laid| laid.layers.iter().copied()).collect();
        layers.push(self.index);
        layers.sort_unstable();
        layers.dedup();
        let off = own
            .relax
            .as_ref()
            .is_some_and(|relax| relax.to.as_ref().and_then(Node::text) == Some("off"));
        let relaxation = own
            .relax
            .as_ref()
            .map(|relax| Relaxation {
                reason: relax.reason.clone(),
                approved_by: relax.approved_by.clone(),
                until: relax.until,
            })
            .or_else(|| parent.and_then(|parent| parent.relaxation.clone()));
        if parent.is_none() && raw.applies_to.is_none() {
            self.problem(
                Diagnostic::error(
                    codes::MISSING_KEY,
                    format!("rule `{}` lacks `applies_to`", raw.id.value),
                )
                .at(own.id.place.clone())
                .help("add `applies_to = [\"desktop\", \"laptop\"]` with the classes it judges"),
            );
        }
        let mut phases = self.relaxed_life(&raw, resolved, inherited_life);
        let body = phases.first().and_then(|phase| phase.body.clone());
        let looser =
            weaken::check(own, body.as_ref(), off, inherited, &|index| self.layer_label(index));
        let relaxes = !matches!(looser, weaken::Finding::Sound);
        match (&own.relax, looser) {
            (None, weaken::Finding::Weaker(problem)) => self.problem(*problem),
            (Some(relax), weaken::Finding::Sound) => self.problem(
                Diagnostic::warning(
                    codes::UNUSED_RELAX,
                    format!("rule `{}` is not weaker than its parent's", own.id.value),
                )
                .at(relax.place.clone())
                .help("remove `relax`"),
            ),
            _ => {}
        }
        if let (Some(relax), Some(parent)) = (own.relax.as_ref().filter(|_| relaxes), parent) {
            let body = if off { None } else { body };
            phases = vec![Phase { until: Some(relax.until), body }];
            phases.extend(
                parent
                    .phases
                    .iter()
                    .filter(|phase| phase.until.is_none_or(|until| until > relax.until))
                    .cloned(),
            );
        }
        Laid { raw, layers, history, phases, relaxation }
    }

    /// The phases of a rule in which only an approved longer life can change anything.
    fn relaxed_life(
        &self,
        raw: &RawRule,
        resolved: &Resolved,
        inherited_life: &BTreeMap<Class, Period>,
    ) -> Vec<Phase> {
        let life = lives(resolved);
        let body = self.compile(raw, resolved, &life);
        let last = Phase { until: None, body: body.clone() };
        let (Some(relax), Some(body)) = (&self.profile.life_relax, body) else { return vec![last] };
        let mut restored = life;
        for (class, inherited) in inherited_life {
            let longer = restored
                .get(class)
                .is_some_and(|own| own.provably_cmp(*inherited) != Some(std::cmp::Ordering::Less));
            if longer {
                restored.insert(class.clone(), *inherited);
            }
        }
        let after = self.compile(raw, resolved, &restored);
        if after.as_ref() == Some(&body) {
            return vec![last];
        }
        vec![
            Phase { until: Some(relax.until), body: Some(body) },
            Phase { until: None, body: after },
        ]
    }

    fn compile(
        &self,
        raw: &RawRule,
        resolved: &Resolved,
        life: &BTreeMap<Class, Period>,
    ) -> Option<Body> {
        let classes = raw.applies_to.as_ref().map(|list| list.value.clone()).unwrap_or_default();
        let (lists, lifecycles) = (values(&resolved.lists), values(&resolved.lifecycles));
        let demands = values(&resolved.demands);
        let scope = Scope {
            rule: &raw.id.value,
            lists: &lists,
            lifecycles: &lifecycles,
            unread: &resolved.unread,
            life,
            demands: &demands,
            classes: &classes,
            problems: self.problems,
        };
        compile::body(raw, self.classes, &scope)
    }
}

enum Newer {
    First,
    Second,
}

/// Which of two values was made from the other.
fn derived(first: &[usize], second: &[usize]) -> Option<Newer> {
    let within = |inner: &[usize], outer: &[usize]| inner.iter().all(|index| outer.contains(index));
    if within(second, first) {
        Some(Newer::First)
    } else if within(first, second) {
        Some(Newer::Second)
    } else {
        None
    }
}

/// The child's rule over its parent's, key by key.
fn merge(own: &RawRule, parent: &RawRule) -> RawRule {
    let mut condition = own.condition.over(&parent.condition);
    let relaxed = own.relax.as_ref().and_then(|relax| relax.to.as_ref());
    if let (Some(to), 0, [(kind, inherited)]) =
        (relaxed, own.condition.question_count(), parent.condition.tests.as_slice())
        && to.text() != Some("off")
    {
        let key = diagnostic::toml_file::Located {
            value: crate::Tier::Minimum.word().to_owned(),
            place: to.place.clone(),
        };
        let minimum =
            Node { shape: Shape::Table(vec![(key, to.clone())]), place: to.place.clone() };
        condition.tests = vec![(*kind, merge_tests(&minimum, inherited))];
    }
    RawRule {
        id: own.id.clone(),
        applies_to: own.applies_to.clone().or_else(|| parent.applies_to.clone()),
        condition,
        tier: own.tier.clone().or_else(|| parent.tier.clone()),
        from: match (&own.from, &parent.from) {
            (Some(own), Some(inherited)) => Some(merge_tests(own, inherited)),
            (own, inherited) => own.clone().or_else(|| inherited.clone()),
        },
        severity: own.severity.clone().or_else(|| parent.severity.clone()),
        weight: own.weight.clone().or_else(|| parent.weight.clone()),
        why: own.why.clone().or_else(|| parent.why.clone()),
        source: own.source.clone().or_else(|| parent.source.clone()),
        remedy: own.remedy.clone().or_else(|| parent.remedy.clone()),
        on_missing: own.on_missing.clone().or_else(|| parent.on_missing.clone()),
        relax: own.relax.clone(),
    }
}

/// Strictness of a whole rule, child against parent.
pub(crate) fn strictness(child: &Body, parent: &Body) -> Strictness {
    use crate::Tier;
    use crate::rule::OnMissing;
    let mut found = Strictness::Equal;
    if parent.classes.iter().any(|class| !child.classes.contains(class)) {
        return Strictness::Looser;
    }
    for tier in Tier::ALL {
        let Some(asked) = parent.tiers.get(tier) else { continue };
        let Some(own) = child.tiers.at(tier) else { return Strictness::Looser };
        found = found.both(own.strictness(asked));
        let later = match (child.from.get(tier), parent.from.get(tier)) {
            (Some(own), Some(asked)) => own > asked,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if later {
            return Strictness::Looser;
        }
    }
    if parent.on_missing == OnMissing::Fail && child.on_missing == OnMissing::Unknown {
        return Strictness::Looser;
    }
    found
}
