//! Serial numbers that are none.

use std::collections::BTreeSet;

use diagnostic::toml_file;
use diagnostic::{Diagnostics, Source};

use crate::codes::CATALOGUE_TOML;

const SHIPPED: &str = include_str!("../../../../data/placeholder-serials.toml");

/// The texts that makers leave where a serial number should be.
#[derive(Clone, Debug)]
pub(super) struct Placeholders {
    folded: BTreeSet<String>,
}

impl Placeholders {
    pub(super) fn shipped() -> Self {
        Self::read(&Source::new("placeholder-serials.toml", SHIPPED)).0
    }

    fn read(source: &Source) -> (Self, Diagnostics) {
        toml_file::read(source, &CATALOGUE_TOML, |top| {
            top.optional::<String>("source");
            let texts = top.required::<Vec<String>>("placeholders");
            let folded = texts.map(|texts| texts.value).unwrap_or_default();
            Self { folded: folded.iter().map(|text| text.to_lowercase()).collect() }
        })
    }

    /// Whether a serial number is a placeholder.
    pub(super) fn matches(&self, serial: &str) -> bool {
        let mut bytes = serial.bytes();
        let first = bytes.next();
        let repeated = bytes.all(|byte| Some(byte) == first);
        repeated || self.folded.contains(&serial.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_is_sound() {
        let (placeholders, problems) =
            Placeholders::read(&Source::new("placeholder-serials.toml", SHIPPED));
        assert!(problems.is_empty(), "{problems:?}");
        for text in ["default STRING", "To Be Filled By O.E.M.", "0", "XXXXXXXX", "none"] {
            assert!(placeholders.matches(text), "{text}");
        }
        for text in ["5CG1234XYZ", "PF2ABCDE", "1"] {
            assert_eq!(placeholders.matches(text), text == "1", "{text}");
        }
    }
}
