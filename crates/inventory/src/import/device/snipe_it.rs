//! Snipe-IT's API: `{"total": .., "rows": [..]}`. Money and months arrive as text.

use super::Observation;
use crate::catalogue::Field;
use crate::import::cell::site;
use crate::import::tree::Node;
use crate::normal::chassis;

pub(super) fn observe(row: &Node, line: u32) -> Observation {
    let mut found = Observation::at(line);
    let name = |field: &str| row.text(&[field, "name"]).or_else(|| row.text(&[field]));
    found.maybe(Field::AssetTag, row.text(&["asset_tag"]));
    found.maybe(Field::SerialNumber, row.text(&["serial"]));
    found.maybe(Field::Manufacturer, name("manufacturer"));
    found.maybe(Field::Model, name("model"));
    let class = name("category").and_then(chassis::class);
    found.maybe(Field::Class, class.or_else(|| name("model").and_then(chassis::class_of_model)));
    let date = |field: &str| {
        row.text(&[field, "date"]).or_else(|| row.text(&[field])).and_then(|text| text.get(..10))
    };
    found.maybe(Field::PurchaseDate, date("purchase_date"));
    found.maybe(Field::WarrantyEnd, date("warranty_expires"));
    let cost = row.text(&["purchase_cost"]).map(|text| text.replace([',', '£', ' '], ""));
    found.maybe(Field::PurchaseCost, cost);
    found.maybe(Field::Status, status(row));
    // A location is a site when its name begins or ends with an organisation's code: "A81001 High Street Surgery".
    let place = name("location").or_else(|| name("rtd_location")).and_then(site);
    found.maybe(Field::Site, place);
    found.maybe(Field::Notes, row.text(&["notes"]));
    found.maybe(Field::LastSeen, row.text(&["last_audit_date", "date"]));
    found
}

/// The label's kind says more than its free name, except for the names that every installation begins with.
fn status(row: &Node) -> Option<&'static str> {
    let meta = row.text(&["status_label", "status_meta"]).unwrap_or_default();
    let kind = row.text(&["status_label", "status_type"]).unwrap_or_default();
    let name = row.text(&["status_label", "name"]).unwrap_or_default().to_lowercase();
    if name.contains("repair") || name.contains("broken") {
        return Some("in-repair");
    }
    if name.contains("lost") {
        return Some("lost");
    }
    if name.contains("stolen") {
        return Some("stolen");
    }
    match (meta, kind) {
        ("deployed", _) => Some("deployed"),
        (_, "deployable") => Some("in-stock"),
        (_, "pending") => Some("received"),
        (_, "archived") => Some("disposed"),
        _ => None,
    }
}
