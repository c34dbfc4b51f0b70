//! How the library's errors become the store's.

use rusqlite::ErrorCode;

use crate::store::{StoreError, StoreFault};

/// Turns a library result into the store's.
pub(super) trait Faults<T> {
    /// Names the file and the kind of fault.
    fn or_fault(self, store: &str) -> Result<T, StoreError>;
}

impl<T> Faults<T> for rusqlite::Result<T> {
    fn or_fault(self, store: &str) -> Result<T, StoreError> {
        self.map_err(|error| StoreError {
            fault: fault(&error),
            store: store.to_owned(),
            detail: None,
            source: Some(Box::new(error)),
        })
    }
}

fn fault(error: &rusqlite::Error) -> StoreFault {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreFault::Locked,
            ErrorCode::DiskFull => StoreFault::Full,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreFault::ReadOnly,
            ErrorCode::CannotOpen => StoreFault::Open,
            ErrorCode::DatabaseCorrupt => StoreFault::Corrupt,
            ErrorCode::NotADatabase => StoreFault::Foreign,
            ErrorCode::ConstraintViolation => StoreFault::Constraint,
            _ => StoreFault::Io,
        },
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::Utf8Error(..) => StoreFault::Content,
        _ => StoreFault::Io,
    }
}
