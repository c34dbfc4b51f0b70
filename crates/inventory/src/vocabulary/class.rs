//! Classes of devices: data, not code.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use diagnostic::toml_file::{self, TomlCodes};
use diagnostic::{Diagnostics, Source};

use super::Expected;
use super::status::words;

words!(
    /// What kinds of facts a class of devices can have.
    Family,
    "a family: computer, display, reader, scanner, printer or other",
    {
        /// Runs an operating system.
        Computer => "computer",
        /// Shows a picture.
        Display => "display",
        /// Reads smartcards.
        Reader => "reader",
        /// Scans paper.
        Scanner => "scanner",
        /// Prints.
        Printer => "printer",
        /// Everything else that is planned and counted.
        Other => "other",
    }
);

/// A class of devices that the catalogue knows, such as `desktop`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Class(Arc<str>);

impl Class {
    /// The word that files and outputs use.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The class of a word that a store keeps, which was of the catalogue when it was stored.
    pub(crate) fn stored(word: &str) -> Self {
        Self(word.into())
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is known of one class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClassSpec {
    /// The class itself.
    pub class: Class,
    /// Which facts its devices can have.
    pub family: Family,
    /// For people, singular: "smartcard reader".
    pub label: String,
    /// For people, plural: "smartcard readers".
    pub plural: String,
    /// Whether a device of the class keeps data that must be erased before it leaves.
    pub data_bearing: bool,
}

/// Every class of devices that an estate knows, in the order of the file that declares them.
#[derive(Clone, Debug)]
pub struct ClassCatalogue {
    specs: Vec<ClassSpec>,
    by_word: BTreeMap<String, usize>,
}

/// The classes that are shipped.
const SHIPPED: &str = include_str!("../../../../data/classes.toml");

impl ClassCatalogue {
    /// Reads a file of `[[class]]` tables, giving the usable classes and every problem.
    pub fn read(source: &Source, codes: &TomlCodes) -> (Self, Diagnostics) {
        let (specs, problems) = toml_file::read(source, codes, |top| {
            top.optional::<String>("source");
            let mut specs = Vec::new();
            for mut table in top.tables("class") {
                let id = table.required::<String>("id");
                let family = table.required::<Family>("family");
                let label = table.required::<String>("label");
                let plural = table.required::<String>("plural");
                let data_bearing = table.required::<bool>("data_bearing");
                if let (Some(id), Some(family), Some(label), Some(plural), Some(data_bearing)) =
                    (id, family, label, plural, data_bearing)
                {
                    specs.push(ClassSpec {
                        class: Class(id.value.into()),
                        family: family.value,
                        label: label.value,
                        plural: plural.value,
                        data_bearing: data_bearing.value,
                    });
                }
                table.finish();
            }
            specs
        });
        let by_word = specs
            .iter()
            .enumerate()
            .map(|(index, spec)| (spec.class.as_str().to_owned(), index))
            .collect();
        (Self { specs, by_word }, problems)
    }

    /// The classes that are shipped with Refit.
    pub fn shipped() -> Self {
        Self::read(&Source::new("classes.toml", SHIPPED), &crate::codes::CATALOGUE_TOML).0
    }

    /// The class of a word, ignoring case, and taking spaces and `_` for `-`.
    ///
    /// # Errors
    /// [`Expected`] when no class has this word.
    pub fn parse(&self, text: &str) -> Result<Class, Expected> {
        let word = text.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        self.by_word
            .get(&word)
            .and_then(|&index| self.specs.get(index))
            .map(|spec| spec.class.clone())
            .ok_or(Expected("a class of the catalogue, such as desktop or smartcard-reader"))
    }

    /// What is known of a class.
    pub fn spec(&self, class: &Class) -> Option<&ClassSpec> {
        self.by_word.get(class.as_str()).and_then(|&index| self.specs.get(index))
    }

    /// Every class, in the order of the file.
    pub fn specs(&self) -> &[ClassSpec] {
        &self.specs
    }
}

impl toml_file::FromToml for Family {
    const EXPECTED: &'static str = "a family of classes";

    fn from_toml(value: &toml::de::DeValue<'_>) -> Result<Self, toml_file::Mismatch> {
        crate::toml_values::parse_str(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_is_sound() {
        let source = Source::new("classes.toml", SHIPPED);
        let (catalogue, problems) = ClassCatalogue::read(&source, &crate::codes::CATALOGUE_TOML);
        assert!(problems.is_empty(), "{problems:?}");
        let words: Vec<_> = catalogue.specs().iter().map(|spec| spec.class.as_str()).collect();
        assert_eq!(
            words,
            ["desktop", "laptop", "monitor", "scanner", "smartcard-reader", "printer"]
        );
        assert_eq!(
            catalogue.parse("Smartcard Reader").map(|class| class.to_string()).as_deref(),
            Ok("smartcard-reader")
        );
        assert!(catalogue.parse("toaster").is_err());
    }
}
