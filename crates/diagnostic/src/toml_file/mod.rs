//! A TOML reader for files that people write.
//!
//! Serde stops at the first problem; this reader walks the spanned tree instead, so one run reports every syntax error,
//! every unknown key (with the near miss), every missing key and every value of the wrong type, each with its line and
//! column. Numbers reach [`FromToml`] as text, so money never passes through a float, and dates may be written with or
//! without quotes.
//!
//! ```
//! use diagnostic::{Code, Source, toml_file::{self, TomlCodes}};
//! const CODES: TomlCodes = TomlCodes {
//!     syntax: Code("DOC0001"), unknown_key: Code("DOC0002"), missing_key: Code("DOC0003"),
//!     wrong_type: Code("DOC0004"), bad_value: Code("DOC0005"),
//! };
//! let source = Source::new("kit.toml", "[[kit]]\nname = \"dock\"\ncuont = 3\n");
//! let (names, problems) = toml_file::read(&source, &CODES, |top| {
//!     let kits = top.tables("kit");
//!     kits.into_iter()
//!         .map(|mut kit| {
//!             let name = kit.required::<String>("name");
//!             kit.optional::<i64>("count");
//!             kit.finish();
//!             name
//!         })
//!         .collect::<Vec<_>>()
//! });
//! assert_eq!(names.len(), 1);
//! let problem = problems.iter().next().unwrap();
//! assert_eq!(problem.place.as_ref().unwrap().to_string(), "kit.toml:3:1");
//! assert_eq!(problem.help.as_deref(), Some("a key with a similar name exists: `count`"));
//! ```

mod item;
mod table;
mod value;

use std::cell::RefCell;

use toml::de::DeTable;

pub use item::Item;
pub use table::Table;
pub use value::{FromToml, Located, Mismatch, Scalar};

use crate::{Code, Diagnostic, Diagnostics, Source};

/// The codes that a kind of TOML file gives its general problems.
#[derive(Clone, Copy, Debug)]
pub struct TomlCodes {
    /// The file is not TOML.
    pub syntax: Code,
    /// A key that the format does not know.
    pub unknown_key: Code,
    /// A key that the format requires is absent.
    pub missing_key: Code,
    /// A value of another type than the format requires.
    pub wrong_type: Code,
    /// A value of the right type that is not allowed.
    pub bad_value: Code,
}

/// What every table of one file shares.
#[derive(Debug)]
pub(crate) struct Context<'s> {
    pub(crate) source: &'s Source,
    pub(crate) codes: &'s TomlCodes,
    pub(crate) problems: RefCell<Diagnostics>,
}

impl Context<'_> {
    pub(crate) fn push(&self, diagnostic: Diagnostic) {
        self.problems.borrow_mut().push(diagnostic);
    }
}

/// Reads a TOML file with `body` and returns what it made together with every problem, in the order of the file.
///
/// `body` receives the top-level table; keys that it did not ask for are reported as unknown when it returns.
pub fn read<T>(
    source: &Source,
    codes: &TomlCodes,
    body: impl FnOnce(&mut Table<'_>) -> T,
) -> (T, Diagnostics) {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    let context = Context { source, codes, problems: RefCell::default() };
    for error in &errors {
        let place = error.span().map_or_else(|| source.whole(), |span| source.place(span));
        context.push(
            Diagnostic::error(
                codes.syntax,
                format!("not valid TOML: {}", one_line(error.message())),
            )
            .at(place)
            .help(
                "mend the syntax; strings need quotes, and each table and key may stand only once",
            ),
        );
    }
    let mut top = Table::new(&context, root.get_ref(), 0..0, String::new());
    let value = body(&mut top);
    top.report_unknown_keys();
    let mut all: Vec<Diagnostic> = context.problems.into_inner().into_iter().collect();
    all.sort_by_key(|problem| {
        problem.place.as_ref().and_then(|place| place.span.as_ref()).map(|(_, span)| span.start)
    });
    (value, all.into())
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
