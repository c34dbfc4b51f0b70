//! Names of models: Lenovo's type codes, and the maker's name in front.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::maker::maker;

const LENOVO: &str = include_str!("../../../../data/lenovo-types.toml");

/// Machine types of Lenovo by their first four characters.
fn lenovo_types() -> &'static BTreeMap<String, String> {
    static TYPES: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    TYPES.get_or_init(|| {
        let table: toml::Table = toml::from_str(LENOVO).unwrap_or_default();
        let types = table.get("types").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        types
            .into_iter()
            .filter_map(|(code, name)| Some((code, name.as_str()?.to_owned())))
            .collect()
    })
}

/// Whether a text is a machine type and model of Lenovo, such as `20L6S4QX11`.
pub fn is_lenovo_type(text: &str) -> bool {
    let upper = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let digits = text.bytes().take(2).all(|byte| byte.is_ascii_digit());
    (4..=10).contains(&text.len()) && upper && digits
}

/// What firmware calls the model: Lenovo puts the type code where others put the name, and the name into the version.
pub fn of_firmware(
    maker_text: Option<&str>,
    product: Option<&str>,
    version: Option<&str>,
) -> Option<String> {
    let product = product.map(str::trim).filter(|product| !product.is_empty())?;
    let lenovo = maker_text.is_some_and(|text| maker(text) == "Lenovo");
    if !lenovo || !is_lenovo_type(product) {
        return Some(product.to_owned());
    }
    let named = version
        .map(str::trim)
        .filter(|version| version.contains(' ') && version.chars().any(char::is_lowercase));
    named.map(str::to_owned).or_else(|| Some(name(product)))
}

/// The name of a type code of Lenovo; other texts, and types that are not known, stay as they are.
pub fn name(model: &str) -> String {
    let code = model.trim();
    let known =
        code.get(..4).filter(|_| is_lenovo_type(code)).and_then(|code| lenovo_types().get(code));
    known.cloned().unwrap_or_else(|| code.to_owned())
}

/// Maker and model as one key for comparing: one name of the maker, the model without it, without case or punctuation.
pub fn key(maker_text: &str, model: &str) -> (String, String) {
    let maker = maker(maker_text);
    let folded = super::maker::fold(&name(model));
    let own = super::maker::fold(&maker);
    let without = folded.strip_prefix(own.as_str()).map(str::trim).filter(|rest| !rest.is_empty());
    (own, without.unwrap_or(&folded).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_types_are_sound() {
        assert!(lenovo_types().len() > 300);
        assert!(lenovo_types().keys().all(|code| code.len() == 4 && is_lenovo_type(code)));
    }

    #[test]
    fn lenovo_types_become_names_and_other_models_stay() {
        let firmware = |product, version| of_firmware(Some("LENOVO"), Some(product), version);
        assert_eq!(
            firmware("1298A8G", Some("ThinkPad Edge E320")).as_deref(),
            Some("ThinkPad Edge E320")
        );
        assert_eq!(firmware("10MRS0QU00", None).as_deref(), Some("ThinkCentre M710q"));
        assert_eq!(firmware("ZZZZ", Some("1.0")).as_deref(), Some("ZZZZ"));
        assert_eq!(
            of_firmware(Some("Dell Inc."), Some("7010"), Some("01")).as_deref(),
            Some("7010")
        );
        assert_eq!(key("LENOVO.", "10MRS0QU00"), key("Lenovo", "ThinkCentre M710q"));
        assert_eq!(key("Hewlett-Packard", "HP EliteBook 840 G5"), key("HP", "EliteBook  840 G5"));
    }
}
