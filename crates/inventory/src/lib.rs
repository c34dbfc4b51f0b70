//! The hardware register: organisations, devices, what is known of them and how, importers and the store.
//!
//! - [`vocabulary`]: identifiers, money, financial years, classes, states.
//! - [`catalogue`]: the one list of typed fields.
//! - [`asset`]: devices and their facts with evidence.
//! - [`organisation`]: practices, branches, networks, ICBs and regions, with effective dates.
//! - [`columns`]: the register as dictionary-coded columns, from which verdicts and plans are computed.
//! - [`model`]: models of devices, and what they supply.
//! - [`store`]: where an estate is kept, and [`store::Register`], what reads of it give.
//! - [`ledger`]: every change as events under a Merkle tree, of which the store's tables are the sum.
//! - [`import`], [`export`]: files into the register and out of it.
//! - [`quality`]: what is missing, stale or in conflict.
//! - [`filter`]: which devices a command is about.

pub mod asset;
pub mod catalogue;
pub mod codes;
pub mod columns;
pub mod export;
pub mod filter;
pub mod import;
pub mod ledger;
pub mod model;
pub mod organisation;
pub mod quality;
pub mod store;
pub mod toml_values;
pub mod vocabulary;

pub use asset::{Asset, Evidence, Fact};
pub use catalogue::{Field, Group, Kind, Unit, Value};
pub use columns::{Column, Columns};
pub use filter::Filter;
pub use model::Model;
pub use organisation::{OrgKind, OrgTree, Organisation, Relation};
pub use store::{MemoryStore, Register, SqliteStore, Store, StoreError};
pub use vocabulary::{
    AssetTag, Class, ClassCatalogue, EstateId, Family, FinancialYear, FundingClass, Money, OdsCode,
    OrgCode, SerialNumber, Status, Version,
};
