//! Files into an empty store.

use std::path::PathBuf;

use inventory::import::{DateOrder, Input, OnError, Options, Outcome, run};
use inventory::store::{MemoryStore, Store as _};
use inventory::{ClassCatalogue, Register};

/// The folder of samples, where there is one.
pub(crate) fn samples() -> Option<PathBuf> {
    let shared = std::env::var_os("REFIT_SHARED").map(PathBuf::from)?;
    Some(shared.join("data/samples")).filter(|folder| folder.is_dir())
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// An empty store.
pub(crate) fn store() -> MemoryStore {
    MemoryStore::new("Q99".parse().expect("a name"))
}

/// Imports bytes as a file of this name; rejected rows do not keep the others out.
pub(crate) fn import(
    store: &mut MemoryStore,
    name: &str,
    bytes: &[u8],
    order: DateOrder,
) -> Outcome {
    let classes = ClassCatalogue::shipped();
    let mut options = Options::new(&classes, "2026-11-21T12:00:00Z");
    options.on_error = OnError::Skip;
    options.date_order = order;
    run(store, Input { name: name.into(), reader: bytes }, options)
        .expect("the store in memory does not fail")
}

/// What the store knows.
pub(crate) fn register(store: &MemoryStore) -> Register {
    store.register().expect("a register")
}
