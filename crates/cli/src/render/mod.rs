//! Outputs in files: one file or folder a format.

pub mod bid_html;
pub mod bid_lines;
pub mod bid_manifest;
pub mod bid_markdown;
pub mod bid_xlsx;
pub mod html;
pub mod junit;
pub mod oscal;
pub mod sarif;
pub mod text;
pub mod xccdf;
mod xml;

/// Sets a key of a JSON object; anything else is left as it is.
fn put(object: &mut serde_json::Value, key: &str, value: serde_json::Value) {
    if let Some(own) = object.as_object_mut() {
        own.insert(key.to_owned(), value);
    }
}
