//! The permanent codes of this crate's problems.

use diagnostic::Code;
use diagnostic::toml_file::TomlCodes;

/// Codes of the class catalogue's file.
pub const CATALOGUE_TOML: TomlCodes = TomlCodes {
    syntax: Code("IMP0901"),
    unknown_key: Code("IMP0902"),
    missing_key: Code("IMP0903"),
    wrong_type: Code("IMP0904"),
    bad_value: Code("IMP0905"),
};
