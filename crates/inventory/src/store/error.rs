//! Why a store could not do what it was asked.

use std::error::Error;

use diagnostic::{Code, Diagnostic, Place};

use crate::codes;

/// What went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum StoreFault {
    /// The file cannot be opened or created.
    Open,
    /// There is no file.
    Missing,
    /// The file is no database, or another program's.
    Foreign,
    /// A newer refit changed its layout.
    Newer,
    /// Its layout is older and must be migrated first.
    Older,
    /// Another process is writing.
    Locked,
    /// The disk is full.
    Full,
    /// The file, folder or disk does not permit writing.
    ReadOnly,
    /// The database's own checks failed.
    Corrupt,
    /// The operating system reported a fault.
    Io,
    /// A stored value is none that refit writes.
    Content,
    /// A change would break a rule of the database.
    Constraint,
    /// A command of the same id was done before.
    Repeated,
    /// An import cannot be taken back.
    Undo,
}

impl StoreFault {
    /// The permanent code.
    pub fn code(self) -> Code {
        match self {
            Self::Open => codes::STORE_OPEN,
            Self::Missing => codes::STORE_MISSING,
            Self::Foreign => codes::STORE_FOREIGN,
            Self::Newer => codes::STORE_NEWER,
            Self::Older => codes::STORE_OLDER,
            Self::Locked => codes::STORE_LOCKED,
            Self::Full => codes::STORE_FULL,
            Self::ReadOnly => codes::STORE_READ_ONLY,
            Self::Corrupt => codes::STORE_CORRUPT,
            Self::Io => codes::STORE_IO,
            Self::Content => codes::STORE_CONTENT,
            Self::Constraint => codes::STORE_CONSTRAINT,
            Self::Repeated => codes::STORE_REPEATED,
            Self::Undo => codes::UNDO_REFUSED,
        }
    }

    fn title(self) -> &'static str {
        codes::CODES
            .iter()
            .find(|entry| entry.code == self.code())
            .map_or("the store failed", |entry| entry.title)
    }

    fn help(self) -> &'static str {
        match self {
            Self::Open => "check the path, the folder and its permissions",
            Self::Missing => {
                "make an estate with `refit import` or `refit demo`, or name another file by --db"
            }
            Self::Foreign => "name an estate, or a file that does not exist yet",
            Self::Newer => "install the version of refit that wrote it",
            Self::Older => "run `refit db migrate`",
            Self::Locked => "wait until the other process has finished and repeat the command",
            Self::Full => "free space on that disk and repeat the command",
            Self::ReadOnly => "change the permissions, or work on a copy in a folder of your own",
            Self::Corrupt | Self::Content => "restore the latest backup",
            Self::Io => "check the disk and repeat the command",
            Self::Constraint => "please report this with the message",
            Self::Repeated => "nothing is to be done; give another command another id",
            Self::Undo => "take the later imports back first: `refit import history` lists them",
        }
    }
}

/// A store could not do what it was asked; nothing was changed.
#[derive(Debug, thiserror::Error)]
#[error("{}: `{store}`{}", fault.title(), detail.as_deref().map(|detail| format!(": {detail}")).unwrap_or_default())]
pub struct StoreError {
    /// What went wrong.
    pub fault: StoreFault,
    /// The file, or another name of the store.
    pub store: String,
    /// The particulars, where there are any.
    pub detail: Option<String>,
    /// The cause as the database library reports it.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// An error without a cause of the library's.
    pub(crate) fn new(fault: StoreFault, store: &str, detail: impl Into<Option<String>>) -> Self {
        Self { fault, store: store.to_owned(), detail: detail.into(), source: None }
    }

    /// The problem for people, naming file and cause.
    pub fn to_diagnostic(&self) -> Diagnostic {
        let cause = self.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        Diagnostic::error(self.fault.code(), format!("{self}{cause}"))
            .at(Place::file(self.store.as_str()))
            .help(self.fault.help())
    }
}
