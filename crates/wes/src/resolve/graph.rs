//! The graph of `extends`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use diagnostic::{Diagnostic, Diagnostics, Source};
use inventory::ClassCatalogue;
use petgraph::Direction;
use petgraph::algo::toposort;
use petgraph::graphmap::DiGraphMap;

use crate::profile::Resolver;
use crate::profile_version::ParentRef;
use crate::raw::{self, RawProfile};
use crate::{ProfileVersion, codes};

/// Profiles by index, the root first, and who extends whom.
#[derive(Debug)]
pub(crate) struct ProfileGraph {
    pub(crate) profiles: Vec<RawProfile>,
    /// Parents of each profile, in the order in which it names them.
    parents: Vec<Vec<usize>>,
    /// Every profile once, parents before children; the root is last.
    pub(crate) order: Vec<usize>,
}

impl ProfileGraph {
    pub(crate) fn parents(&self, index: usize) -> &[usize] {
        self.parents.get(index).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn root(&self) -> Option<&RawProfile> {
        self.profiles.first()
    }
}

type Problems<'a> = &'a RefCell<Diagnostics>;

/// Reads the profile and all its ancestors; `None` when they cannot be put in order.
pub(crate) fn read(
    source: &Source,
    resolver: &dyn Resolver,
    classes: &ClassCatalogue,
    problems: Problems<'_>,
) -> Option<ProfileGraph> {
    let (root, found) = raw::read(source, classes);
    let silent = found.is_empty();
    problems.borrow_mut().extend(found);
    let Some(root) = root else {
        if silent {
            problems.borrow_mut().push(raw::unusable(source));
        }
        return None;
    };
    let mut graph = ProfileGraph { profiles: vec![root], parents: Vec::new(), order: Vec::new() };
    let mut whole = true;
    let mut next = 0;
    while let Some(profile) = graph.profiles.get(next) {
        let wanted = profile.header.extends.clone();
        let mut parents = Vec::new();
        for parent in wanted {
            let found = find(&parent.value, resolver, classes, problems, || parent.place.clone());
            let Some(found) = found else {
                whole = false;
                continue;
            };
            let known = graph.profiles.iter().position(|profile| {
                profile.header.id.value == found.header.id.value
                    && profile.header.version == found.header.version
            });
            parents.push(known.unwrap_or_else(|| {
                graph.profiles.push(found);
                graph.profiles.len().saturating_sub(1)
            }));
        }
        graph.parents.push(parents);
        next = next.saturating_add(1);
    }
    order(&mut graph, problems)?;
    one_version_each(&graph, problems);
    parents_last(&graph, problems);
    whole.then_some(graph)
}

/// The highest version of a parent that its child accepts.
fn find(
    wanted: &ParentRef,
    resolver: &dyn Resolver,
    classes: &ClassCatalogue,
    problems: Problems<'_>,
    place: impl Fn() -> diagnostic::Place,
) -> Option<RawProfile> {
    let sources = resolver.profiles(&wanted.id);
    let mut versions: BTreeMap<ProfileVersion, (RawProfile, Diagnostics)> = BTreeMap::new();
    for source in sources {
        let (profile, found) = raw::read(&source, classes);
        let Some(profile) = profile.filter(|profile| profile.header.id.value == wanted.id) else {
            continue;
        };
        let version = profile.header.version;
        if let Some((other, _)) = versions.get(&version) {
            if other.source.text() != source.text() {
                problems.borrow_mut().push(
                    Diagnostic::error(
                        codes::SAME_PROFILE_TWICE,
                        format!("two files are `{}` {version}", wanted.id),
                    )
                    .at(source.whole())
                    .related(other.source.whole(), "the other file")
                    .help("raise the version of one of them, or remove it"),
                );
            }
            continue;
        }
        versions.insert(version, (profile, found));
    }
    if versions.is_empty() {
        problems.borrow_mut().push(
            Diagnostic::error(codes::UNKNOWN_PROFILE, format!("no profile `{}` was found", wanted.id))
                .at(place())
                .help("profiles are looked for beside this one and among those shipped; see `refit wes list`"),
        );
        return None;
    }
    let listed: Vec<String> = versions.keys().map(ToString::to_string).collect();
    let locked = resolver.locked(&wanted.id).filter(|version| wanted.range.accepts(*version));
    let pinned = locked.and_then(|version| versions.remove(&version));
    let highest = || {
        let fitting = versions.into_iter().rev().find(|(own, _)| wanted.range.accepts(*own));
        fitting.map(|(_, read)| read)
    };
    if let Some((profile, found)) = pinned.or_else(highest) {
        problems.borrow_mut().extend(found);
        Some(profile)
    } else {
        problems.borrow_mut().push(
            Diagnostic::error(
                codes::NO_VERSION,
                format!("no version of `{}` fits `{}`", wanted.id, wanted.range),
            )
            .at(place())
            .help(format!("versions found: {}", listed.join(", "))),
        );
        None
    }
}

/// Puts parents before children, in the order in which they are named; a circle is an error with its path.
fn order(graph: &mut ProfileGraph, problems: Problems<'_>) -> Option<()> {
    let mut edges: DiGraphMap<usize, ()> = DiGraphMap::new();
    for (child, parents) in graph.parents.iter().enumerate() {
        edges.add_node(child);
        for parent in parents {
            edges.add_edge(*parent, child, ());
        }
    }
    if let Err(cycle) = toposort(&edges, None) {
        let path = circle(&edges, cycle.node_id());
        let names: Vec<String> = path
            .iter()
            .filter_map(|index| graph.profiles.get(*index))
            .map(|profile| format!("{} {}", profile.header.id.value, profile.header.version))
            .collect();
        let place = path
            .first()
            .and_then(|index| graph.profiles.get(*index))
            .map(|profile| profile.header.id.place.clone());
        let problem = Diagnostic::error(
            codes::CYCLE,
            format!("profiles extend each other in a circle: {}", names.join(" -> ")),
        )
        .help("remove one `extends` of the circle");
        problems.borrow_mut().push(match place {
            Some(place) => problem.at(place),
            None => problem,
        });
        return None;
    }
    let mut done = Vec::new();
    visit(graph, 0, &mut done);
    graph.order = done;
    Some(())
}

fn visit(graph: &ProfileGraph, index: usize, done: &mut Vec<usize>) {
    for parent in graph.parents(index) {
        if !done.contains(parent) {
            visit(graph, *parent, done);
        }
    }
    if !done.contains(&index) {
        done.push(index);
    }
}

/// A circle through a node, following `extends`: the node first and last.
fn circle(edges: &DiGraphMap<usize, ()>, start: usize) -> Vec<usize> {
    let mut paths: Vec<Vec<usize>> = vec![vec![start]];
    let mut seen = Vec::new();
    while let Some(path) = paths.pop() {
        let Some(&last) = path.last() else { continue };
        for parent in edges.neighbors_directed(last, Direction::Incoming) {
            let mut longer = path.clone();
            longer.push(parent);
            if parent == start {
                return longer;
            }
            if !seen.contains(&parent) {
                seen.push(parent);
                paths.push(longer);
            }
        }
    }
    vec![start]
}

fn one_version_each(graph: &ProfileGraph, problems: Problems<'_>) {
    let mut versions: BTreeMap<&str, &RawProfile> = BTreeMap::new();
    for profile in &graph.profiles {
        let id = profile.header.id.value.as_str();
        let Some(other) = versions.insert(id, profile) else { continue };
        problems.borrow_mut().push(
            Diagnostic::error(
                codes::TWO_VERSIONS,
                format!(
                    "`{id}` is reached as {} and as {}",
                    other.header.version, profile.header.version
                ),
            )
            .at(profile.header.id.place.clone())
            .related(other.header.id.place.clone(), "the other version")
            .help("narrow the ranges in `extends` until they agree"),
        );
    }
}

fn parents_last(graph: &ProfileGraph, problems: Problems<'_>) {
    for (child, parents) in graph.profiles.iter().zip(&graph.parents) {
        for parent in parents.iter().filter_map(|index| graph.profiles.get(*index)) {
            let Some(ends) = parent.header.effective.until else { continue };
            if child.header.effective.until.is_some_and(|until| until <= ends) {
                continue;
            }
            let place = child
                .header
                .effective_place
                .clone()
                .unwrap_or_else(|| child.header.id.place.clone());
            problems.borrow_mut().push(
                Diagnostic::warning(
                    codes::PARENT_ENDS,
                    format!(
                        "`{}` goes on after its parent `{}` ends on {ends}",
                        child.header.id.value, parent.header.id.value
                    ),
                )
                .at(place)
                .help("extend the parent's next version, or end this profile with it"),
            );
        }
    }
}
