//! The shapes of the files that people write, for editors; tests hold their keys to those that the readers know.

use inventory::Field;
use schemars::Schema;
use serde_json::{Map, Value, json};

fn keys(properties: Value) -> Map<String, Value> {
    match properties {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": keys(properties),
    })
}

fn list(items: &str) -> Value {
    json!({ "type": "array", "items": { "$ref": items } })
}

fn texts() -> Value {
    json!({ "type": "array", "items": { "type": "string" } })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn money(description: &str) -> Value {
    json!({
        "type": ["string", "number"],
        "description": format!("{description}; pounds with at most two decimals"),
    })
}

fn number(description: &str) -> Value {
    json!({ "type": ["string", "number"], "description": description })
}

fn date(description: &str) -> Value {
    json!({ "description": format!("{description}; ISO 8601, with or without quotes") })
}

fn fy(description: &str) -> Value {
    json!({ "type": "string", "pattern": r"^\d{4}/\d{2}$", "description": description })
}

fn file(title: &str, description: &str, properties: Value, defs: Value) -> Schema {
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        "type": "object",
        "additionalProperties": false,
        "properties": keys(properties),
        "$defs": keys(defs),
    });
    whole.try_into().unwrap_or_default()
}

/// `prices.toml`.
pub(super) fn prices() -> Schema {
    let price = object(
        &["item", "class", "net"],
        json!({
            "item": text("its name, unique in the file"),
            "class": text("the class of devices that it replaces"),
            "model": text("maker's model, for people"),
            "net": money("price of one device without VAT"),
            "vat_rate": number("share of the net price, 0 to 1; 0.20 unless stated"),
            "vat_recoverable": number("share of the VAT that is recovered, 0 to 1; 0 unless stated"),
            "valid_from": date("first day on which an order gets this price"),
            "valid_until": date("last day on which an order gets this price"),
            "framework": text("id of a framework of this file"),
            "lead_days": { "type": "integer", "minimum": 0, "maximum": 3650 },
            "install_hours": number("engineer's hours to install one"),
            "life_years": { "type": "integer", "minimum": 1, "maximum": 50 },
            "running_cost_year": money("running cost of a year"),
            "embodied_kgco2e": number("greenhouse gas of making and shipping one"),
            "meets": {
                "type": "object",
                "description": "facts of the new device, in the words of the field catalogue",
            },
            "breaks": list("#/$defs/Break"),
        }),
    );
    file(
        "Prices",
        "What can be bought.",
        json!({
            "price": list("#/$defs/Price"),
            "framework": list("#/$defs/Framework"),
            "inflation": list("#/$defs/Inflation"),
        }),
        json!({
            "Price": price,
            "Framework": object(&["id"], json!({
                "id": text("the name by which prices call it"),
                "lots": texts(),
                "call_off_until": date("last day to order from it"),
            })),
            "Inflation": object(&["fy", "index"], json!({
                "fy": fy("financial year"),
                "index": number("price index, above 0"),
            })),
            "Break": object(&["from", "net"], json!({
                "from": { "type": "integer", "minimum": 2 },
                "net": money("net price of one"),
            })),
        }),
    )
}

/// `envelopes.toml`.
pub(super) fn envelopes() -> Schema {
    let envelope = object(
        &["holder", "stream", "kind", "fy", "amount", "certainty"],
        json!({
            "holder": text("ODS code of the budget holder"),
            "stream": text("funding stream"),
            "kind": { "enum": ["capital", "revenue"] },
            "fy": fy("financial year of receipt"),
            "amount": money("the whole amount"),
            "certainty": { "enum": ["confirmed", "indicative", "assumed"] },
            "minimum": money("what should be spent at least"),
            "contingency": money("what is held back"),
            "carry_forward": money("what may be carried into the next year"),
            "eligible": { "$ref": "#/$defs/Eligible" },
        }),
    );
    file(
        "Envelopes",
        "The money of each budget holder and financial year, and the hours of engineers.",
        json!({ "envelope": list("#/$defs/Envelope"), "capacity": list("#/$defs/Capacity") }),
        json!({
            "Envelope": envelope,
            "Capacity": object(&["holder", "fy", "engineer_hours"], json!({
                "holder": text("ODS code of the budget holder"),
                "fy": fy("financial year"),
                "engineer_hours": number("hours of engineers in the year"),
            })),
            "Eligible": object(&[], json!({
                "classes": texts(),
                "demand": { "type": "array", "items": { "enum": ["refresh", "deadline"] } },
            })),
        }),
    )
}

/// `policy.toml`.
pub(super) fn policy() -> Schema {
    let class = object(
        &[],
        json!({
            "life_years": { "type": "integer", "minimum": 1, "maximum": 50 },
            "source": text("where the life comes from"),
            "running_cost_year": money("running cost of a device in use"),
            "factor": number("multiplies the weights for the class"),
        }),
    );
    let freeze = object(
        &[],
        json!({
            "site": text("the site; without it, every site"),
            "fy": fy("a whole financial year without purchases at the site"),
            "from": date("first day without visits"),
            "until": date("last day without visits"),
            "reason": text("why"),
        }),
    );
    file(
        "Policy",
        "What a plan weighs, and against what lives.",
        json!({
            "objective": { "$ref": "#/$defs/Objective" },
            "weights": { "$ref": "#/$defs/Weights" },
            "discount": { "$ref": "#/$defs/Discount" },
            "tiers": { "$ref": "#/$defs/Tiers" },
            "priority": { "$ref": "#/$defs/Priority" },
            "class": { "type": "object", "additionalProperties": { "$ref": "#/$defs/Class" } },
            "freeze": list("#/$defs/Freeze"),
            "calendar": { "$ref": "#/$defs/Calendar" },
            "stability": { "$ref": "#/$defs/Stability" },
            "capitalisation": { "$ref": "#/$defs/Capitalisation" },
        }),
        policy_tables(&class, &freeze),
    )
}

/// The tables of a policy.
fn policy_tables(class: &Value, freeze: &Value) -> Value {
    json!({
        "Objective": object(&[], json!({
            "preset": { "enum": ["balanced", "compliance", "cost"] },
            "unused_life": { "enum": ["straight-line", "none"] },
        })),
        "Weights": object(&[], json!({
            "source": text("where the weights come from"),
            "minimum_failure": money("a rule of weight 10 failed at minimum for a year"),
            "recommended_failure": money("the same, failed at recommended"),
            "unknown": money("the same, unknown at minimum"),
            "year_beyond_life": money("each year of age beyond life"),
            "out_of_warranty": money("a year out of warranty"),
        })),
        "Discount": object(&[], json!({
            "rate": number("share lost each year, 0 to 1"),
            "source": text("where the rate comes from"),
        })),
        "Tiers": object(&["factors"], json!({
            "factors": {
                "type": "array",
                "items": number("what a site's tier multiplies risk by"),
                "minItems": 3,
                "maxItems": 3,
            },
        })),
        "Priority": object(&[], json!({
            "core": number("factor of risk of core services"),
            "enhanced": number("factor of risk of enhanced services"),
        })),
        "Class": class,
        "Freeze": freeze,
        "Calendar": object(&[], json!({
            "build_days": { "type": "integer", "minimum": 0, "maximum": 365 },
        })),
        "Stability": object(&[], json!({
            "price": money("what moving a purchase of the plan that is kept costs"),
        })),
        "Capitalisation": object(&[], json!({
            "single_minimum": money("a single device of this cost is capital"),
            "group_minimum": money("a group of this cost can be capital"),
            "group_item_minimum": money("each device of a group costs more than this"),
        })),
    })
}

/// `pins.toml`.
pub(super) fn pins() -> Schema {
    file(
        "Pins",
        "What is decided already, and what must be done before a day.",
        json!({
            "pin": list("#/$defs/Pin"),
            "exclude": list("#/$defs/Exclude"),
            "deadline": list("#/$defs/Deadline"),
        }),
        json!({
            "Pin": object(&["asset", "fy"], json!({
                "asset": text("asset tag, or serial number where it has no tag"),
                "fy": fy("financial year of receipt"),
                "item": text("the item to buy"),
                "reason": text("why"),
            })),
            "Exclude": object(&["asset"], json!({
                "asset": text("asset tag, or serial number where it has no tag"),
                "reason": text("why"),
            })),
            "Deadline": object(&["id", "title", "date"], json!({
                "id": text("the name by which reasons and conflicts call it"),
                "title": text("what happens on the day"),
                "date": date("replacements are received before it"),
                "source": text("where the day comes from"),
                "asset": text("one device"),
                "class": text("all devices of a class"),
                "site": text("all devices at a site"),
                "failing": text("all devices that fail this rule at minimum on the day"),
            })),
        }),
    )
}

/// A map of an import.
pub(super) fn map() -> Schema {
    let field = object(
        &[],
        json!({
            "as": text("what of the cell counts"),
            "column": text("the heading"),
            "columns": texts(),
            "value": { "description": "the same value for every row, in our own spelling" },
            "optional": { "type": "boolean" },
            "empty": texts(),
            "remove": texts(),
            "prefix": text("taken off the beginning"),
            "suffix": text("taken off the end"),
            "table": { "type": "object", "description": "the source's words and ours" },
            "otherwise": { "description": "our word for cells that the table lacks" },
            "from": text("the unit that the column is in"),
            "date": text("how this column writes dates, such as dd/mm/yyyy"),
            "on_bad": { "enum": ["unknown", "reject"] },
        }),
    );
    let named = || json!({ "anyOf": [{ "type": "string" }, { "$ref": "#/$defs/Field" }] });
    let words = Field::columns().map(Field::word).chain(["seen_on"]);
    let fields: Map<String, Value> = words.map(|word| (word.to_owned(), named())).collect();
    let mut schema = file(
        "Map",
        "How a file that others made becomes devices.",
        json!({
            "name": text("shown by refit import history"),
            "source": text("where the format is described"),
            "kind": { "const": "assets" },
            "delimiter": text("the character between cells"),
            "header_row": { "type": "integer", "minimum": 1 },
            "date_format": text("how dates are written, such as dd/mm/yyyy"),
            "empty": texts(),
            "on_bad": { "enum": ["unknown", "reject"] },
            "fields": { "$ref": "#/$defs/Fields" },
            "skip": list("#/$defs/Skip"),
            "class_from": list("#/$defs/ClassFrom"),
        }),
        json!({
            "Fields": object(&[], Value::Object(fields)),
            "Field": field,
            "Skip": object(&["column", "equals"], json!({
                "column": text("the heading"),
                "equals": texts(),
            })),
            "ClassFrom": object(&["class"], json!({
                "column": text("the heading; without it, every row that is left"),
                "contains": texts(),
                "class": text("the class"),
            })),
        }),
    );
    schema.insert("required".to_owned(), json!(["fields"]));
    schema
}

#[cfg(test)]
mod tests;
