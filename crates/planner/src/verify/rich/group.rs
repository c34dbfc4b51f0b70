//! Linked groups: the same years for all members.

use std::collections::BTreeMap;

use super::{Case, Violation2};

pub(super) fn check(case: &Case<'_>, found: &mut Vec<Violation2>) {
    let years = |asset: usize| -> Vec<u16> {
        case.choices.get(asset).into_iter().flatten().map(|p| p.t).collect()
    };
    let mut first: BTreeMap<i32, usize> = BTreeMap::new();
    for (asset, &group) in case.draft.assets.bundle.iter().enumerate().filter(|b| *b.1 >= 0) {
        let head = *first.entry(group).or_insert(asset);
        if years(head) != years(asset) {
            found.push(Violation2::Group { first: head, other: asset });
        }
    }
}
