//! From a profile file to a compiled profile: parents, inheritance, files, checks.
//!
//! Phases: the graph of `extends` is read and must be free of circles; profiles are taken parents first; each lays its
//! lists, lives and rules over those of its parents; every changed rule is compiled and compared with what it was, so
//! that nothing is weakened unseen.

mod graph;
mod groups;
mod inherit;
mod weaken;

use std::cell::RefCell;
use std::collections::BTreeMap;

use diagnostic::{Diagnostic, Diagnostics, Source};
use inventory::ClassCatalogue;

use crate::profile::{Compiled, Layer, Resolver};
use crate::raw::RawProfile;
use crate::rule::Rule;
use crate::table_file::sha256_hex;
use crate::{codes, compile};

use inherit::{Laid, Resolved};

/// See [`Compiled::load`].
pub(crate) fn load(
    source: &Source,
    resolver: &dyn Resolver,
    classes: &ClassCatalogue,
) -> (Option<Compiled>, Diagnostics) {
    let problems = RefCell::new(Diagnostics::new());
    let compiled = graph::read(source, resolver, classes, &problems)
        .map(|graph| compile_all(&graph, resolver, classes, &problems));
    let problems = distinct(problems.into_inner());
    let compiled = compiled.filter(|_| !problems.has_errors());
    (compiled, problems)
}

fn compile_all(
    graph: &graph::ProfileGraph,
    resolver: &dyn Resolver,
    classes: &ClassCatalogue,
    problems: &RefCell<Diagnostics>,
) -> Compiled {
    let mut done: BTreeMap<usize, Resolved> = BTreeMap::new();
    for &index in &graph.order {
        let Some(profile) = graph.profiles.get(index) else { continue };
        let parents: Vec<&Resolved> =
            graph.parents(index).iter().filter_map(|parent| done.get(parent)).collect();
        let context = inherit::Context { index, profile, graph, resolver, classes, problems };
        let own = inherit::resolve(&context, &parents);
        done.insert(index, own);
    }
    let root = graph.profiles.last();
    let own = graph.order.last().and_then(|index| done.remove(index)).unwrap_or_default();
    finish(graph, root, &own, classes, problems)
}

fn finish(
    graph: &graph::ProfileGraph,
    root: Option<&RawProfile>,
    own: &Resolved,
    classes: &ClassCatalogue,
    problems: &RefCell<Diagnostics>,
) -> Compiled {
    let layers: Vec<Layer> =
        graph.order.iter().filter_map(|index| graph.profiles.get(*index)).map(layer).collect();
    let source = graph.root().map_or_else(|| Source::new("", ""), |root| root.source.clone());
    let root = graph.root().or(root);
    let rules: Vec<Rule> =
        own.rules.iter().map(|laid| rule_of(laid, own, classes, problems)).collect();
    if let Some(root) = root {
        check_root(root, (&rules, own.groups.is_empty()), problems);
    }
    Compiled {
        effective: root.map(|root| root.header.effective).unwrap_or_default(),
        layers,
        rules,
        life: own.life.iter().map(|(class, life)| (class.clone(), life.value)).collect(),
        lists: inherit::values(&own.lists),
        lifecycles: inherit::values(&own.lifecycles),
        tests: root.map(|root| root.tests.clone()).unwrap_or_default(),
        source,
        waiver_max: waiver_max(graph),
        groups: groups::compiled(own, classes, problems),
    }
}

/// The shortest of what the profiles of the chain allow.
fn waiver_max(graph: &graph::ProfileGraph) -> Option<crate::Period> {
    let all = graph.profiles.iter().filter_map(|profile| profile.header.waiver_max.as_ref());
    all.map(|longest| longest.value)
        .reduce(|a, b| if a.provably_cmp(b) == Some(std::cmp::Ordering::Greater) { b } else { a })
}

fn layer(profile: &RawProfile) -> Layer {
    Layer {
        id: profile.header.id.value.clone(),
        version: profile.header.version,
        owner: profile.header.owner.clone(),
        title: profile.header.title.clone(),
        effective: profile.header.effective,
        file: profile.source.name().to_owned(),
        sha256: sha256_hex(profile.source.text()),
    }
}

fn rule_of(
    laid: &Laid,
    resolved: &Resolved,
    classes: &ClassCatalogue,
    problems: &RefCell<Diagnostics>,
) -> Rule {
    let raw = &laid.raw;
    if raw.why.is_none() || raw.source.is_none() {
        let lacking = match (&raw.why, &raw.source) {
            (None, None) => "`why` and `source`",
            (None, Some(_)) => "`why`",
            _ => "`source`",
        };
        problems.borrow_mut().push(
            Diagnostic::warning(
                codes::UNEXPLAINED,
                format!("rule `{}` lacks {lacking}", raw.id.value),
            )
            .at(raw.id.place.clone())
            .help("say why it is asked and on whose word: why = \"...\", source = { document = \"...\", date = ... }"),
        );
    }
    let remedy = raw.remedy.as_ref().and_then(|remedy| {
        let own = inherit::values(&resolved.lists);
        let tables = inherit::values(&resolved.lifecycles);
        let life = inherit::lives(resolved);
        let demands = inherit::values(&resolved.demands);
        let applies = raw.applies_to.as_ref().map(|list| list.value.clone()).unwrap_or_default();
        let scope = crate::predicate::Scope {
            rule: &raw.id.value,
            lists: &own,
            lifecycles: &tables,
            unread: &resolved.unread,
            life: &life,
            demands: &demands,
            classes: &applies,
            problems,
        };
        compile::remedy(remedy, classes, &scope)
    });
    Rule {
        id: raw.id.value.clone(),
        severity: raw.severity.as_ref().map_or(crate::rule::RuleSeverity::Medium, |own| own.value),
        weight: raw.weight.as_ref().map_or(1, |weight| weight.value),
        why: raw.why.as_ref().map(|why| why.value.clone()).unwrap_or_default(),
        source: raw.source.clone(),
        remedy,
        relaxation: laid.relaxation.clone(),
        history: laid.history.clone(),
        phases: laid.phases.clone(),
        effective: None,
    }
}

fn check_root(
    root: &RawProfile,
    (rules, no_groups): (&[Rule], bool),
    problems: &RefCell<Diagnostics>,
) {
    let judges =
        !no_groups || rules.iter().any(|rule| rule.phases.iter().any(|phase| phase.body.is_some()));
    if !judges && !problems.borrow().has_errors() {
        problems.borrow_mut().push(
            Diagnostic::error(
                codes::JUDGES_NOTHING,
                format!("profile `{}` judges nothing", root.header.id.value),
            )
            .at(root.header.id.place.clone())
            .help("add a `[rule.ID]` table, or extend a profile that has rules"),
        );
    }
    for test in &root.tests {
        for (rule, _) in &test.expect {
            if rules.iter().any(|own| own.id == rule.value) {
                continue;
            }
            let near = diagnostic::suggest(&rule.value, rules.iter().map(|own| own.id.as_str()));
            problems.borrow_mut().push(
                Diagnostic::error(codes::TEST_RULE, format!("no rule `{}`", rule.value))
                    .at(rule.place.clone())
                    .help(near.map_or_else(
                        || "name a rule of this profile or its parents".to_owned(),
                        |near| format!("a rule with a similar name exists: `{near}`"),
                    )),
            );
        }
    }
}

/// A problem of a parent may be found again in each child; it is told once.
fn distinct(problems: Diagnostics) -> Diagnostics {
    let mut told: Vec<Diagnostic> = Vec::new();
    for problem in problems {
        if !told.contains(&problem) {
            told.push(problem);
        }
    }
    told.into()
}

#[cfg(test)]
mod tests;
