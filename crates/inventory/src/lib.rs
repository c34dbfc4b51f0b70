//! The hardware register: organisations, devices, what is known of them and how, importers and the store.
//!
//! - [`vocabulary`]: identifiers, money, financial years, classes, states.
//! - [`catalogue`]: the one list of typed fields.
//! - [`asset`]: devices and their facts with evidence.
//! - [`organisation`]: practices, branches, networks, ICBs and regions, with effective dates.
//! - [`columns`]: the register as dictionary-coded columns, from which verdicts and plans are computed.
//! - [`model`]: models of devices, and what they supply.
//! - [`store`]: where an estate is kept, and [`store::Register`], what reads of it give.
//! - [`import`], [`export`]: files into the register and out of it.
//! - [`duplicates`]: devices that may be one, for people to look at.
//! - [`filter`]: which devices a command is about.
//! - [`normal`]: other people's words for makers, models and systems. [`software`]: programs on devices.

pub mod asset;
pub mod catalogue;
pub mod codes;
pub mod columns;
pub mod duplicates;
pub mod export;
pub mod filter;
pub mod import;
pub mod model;
pub mod normal;
pub mod organisation;
pub mod software;
pub mod store;
pub mod toml_values;
pub mod vocabulary;

pub use asset::{Asset, Evidence, Fact};
pub use catalogue::{Field, Group, Kind, Unit, Value};
pub use columns::{Column, Columns, derive_facts};
pub use filter::Filter;
pub use model::Model;
pub use organisation::{OrgKind, OrgTree, Organisation, Relation};
pub use store::{MemoryStore, Register, SqliteStore, Store, StoreError};
pub use vocabulary::{
    AssetTag, Class, ClassCatalogue, EstateId, Family, FinancialYear, FundingClass, Money, OdsCode,
    OrgCode, SerialNumber, Status, Version,
};
