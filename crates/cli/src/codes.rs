//! The codes of the command line, and the register of all codes.

use diagnostic::{Code, CodeEntry, Severity};

/// An internal error: a defect of Refit.
pub const INTERNAL: Code = Code("CLI0001");
/// A file cannot be read.
pub const READ: Code = Code("CLI0002");
/// A file cannot be written.
pub const WRITE: Code = Code("CLI0003");
/// The command has no output of the form asked for.
pub const FORMAT: Code = Code("CLI0004");
/// A name that `refit explain` or `refit schema` does not know.
pub const UNKNOWN_NAME: Code = Code("CLI0005");
/// The arguments do not make sense together.
pub const USAGE: Code = Code("CLI0006");

/// A folder holds files that the command did not make.
pub const FOLDER_NOT_EMPTY: Code = Code("CLI0007");
/// A file would be written over one that is read, or that Refit did not make.
pub const OVERWRITE: Code = Code("CLI0008");
/// The extension of the file to write stands for no form.
pub const EXTENSION: Code = Code("CLI0009");

/// The codes of this crate.
pub const CODES: &[CodeEntry] = &[
    CodeEntry {
        code: INTERNAL,
        severity: Severity::Error,
        title: "an internal error",
        explanation: "Refit met a state that its own rules exclude. Nothing was half written. Please report it with the \
                      command and, if possible, the files.",
        since: "0.1.0",
    },
    CodeEntry {
        code: READ,
        severity: Severity::Error,
        title: "a file cannot be read",
        explanation: "The file does not exist, is a folder, is not valid UTF-8 where text is wanted, or may not be read by \
                      this user. Check the path as it is printed.",
        since: "0.1.0",
    },
    CodeEntry {
        code: WRITE,
        severity: Severity::Error,
        title: "a file cannot be written",
        explanation: "The folder does not exist or is read-only, the disk is full, or another program (Excel, for example) \
                      holds the file open. Results are written beside the target and renamed, so an old file stays whole.",
        since: "0.1.0",
    },
    CodeEntry {
        code: FORMAT,
        severity: Severity::Error,
        title: "no output of this form",
        explanation: "Each command lists the forms it can write under --format. The extension of --output chooses the form \
                      when --format is not given.",
        since: "0.1.0",
    },
    CodeEntry {
        code: UNKNOWN_NAME,
        severity: Severity::Error,
        title: "a name that is not known",
        explanation: "The help line lists near misses. `refit explain` takes an error code, a rule, `asset:TAG` or \
                      `plan:FILE asset:TAG`; `refit schema` without a name lists all schemas.",
        since: "0.1.0",
    },
    CodeEntry {
        code: USAGE,
        severity: Severity::Error,
        title: "arguments that do not go together",
        explanation: "The message says which arguments disagree and what to give instead. `refit COMMAND --help` shows \
                      examples.",
        since: "0.1.0",
    },
    CodeEntry {
        code: FOLDER_NOT_EMPTY,
        severity: Severity::Error,
        title: "a folder holds files that the command did not make",
        explanation: "`refit demo` and `refit generate` fill a folder of their own and leave a marker file in it. A folder \
                      with files and without the marker is never touched, so that nobody's work is lost. Name another \
                      folder, or empty this one yourself.",
        since: "0.1.0",
    },
    CodeEntry {
        code: OVERWRITE,
        severity: Severity::Error,
        title: "a file would be written over one that must stay",
        explanation: "A file to write (--output, --rejects, --certificate) is the estate, a file that the same command reads \
                      or writes, or, for --rejects, a file that is no list of rejected rows. Nothing was done; choose \
                      another name.",
        since: "0.1.0",
    },
    CodeEntry {
        code: EXTENSION,
        severity: Severity::Error,
        title: "an extension that stands for no form",
        explanation: "The extension of --output chooses the form of the result: .json, .ndjson, .csv, .html, .xlsx or .txt. \
                      For a file of another name, say the form with --format.",
        since: "0.1.0",
    },
];

/// Every code of every crate, in the order of the codes.
pub fn all() -> Vec<&'static CodeEntry> {
    let tables = [
        CODES,
        inventory::codes::CODES,
        inventory::codes::TOML_CODES,
        wes::codes::CODES,
        planner::codes::TABLE,
        planner::pln1::codes::TABLE,
        crate::bid::codes::CODES,
    ];
    let mut all: Vec<&CodeEntry> = tables.into_iter().flatten().collect();
    all.sort_by_key(|entry| entry.code);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_well_formed() {
        let all = all();
        for pair in all.windows(2) {
            assert_ne!(pair[0].code, pair[1].code);
        }
        for entry in all {
            let code = entry.code.as_str();
            let (family, number) = code.split_at(code.len() - 4);
            assert!(family.bytes().all(|byte| byte.is_ascii_uppercase()), "{}", entry.code);
            assert!(
                number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()),
                "{}",
                entry.code
            );
            assert!(
                !entry.title.ends_with('.') && entry.explanation.ends_with('.'),
                "{}",
                entry.code
            );
        }
    }
}
