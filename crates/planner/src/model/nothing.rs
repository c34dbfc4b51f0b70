//! An estate of which nothing can be planned.

use std::collections::BTreeMap;

use diagnostic::Diagnostic;

use crate::codes;
use crate::document::Unplanned;

/// Says why every device was left out.
pub(super) fn nothing_to_plan(unplanned: &[Unplanned]) -> Diagnostic {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for device in unplanned {
        let count = counts.entry(&device.reason).or_default();
        *count = count.saturating_add(1);
    }
    let list: Vec<String> =
        counts.iter().map(|(reason, count)| format!("{reason}: {count}")).collect();
    let why = if list.is_empty() { "the register is empty".to_owned() } else { list.join(", ") };
    Diagnostic::error(codes::NOTHING_TO_PLAN, format!("no device can be planned ({why})")).help(
        "import organisations, give prices for the classes in use and envelopes for their holders",
    )
}
