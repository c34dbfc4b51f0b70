//! Named documents that belong to an estate: plans with their problems, runs of checks.

use sha2::{Digest as _, Sha256};

use crate::import::hex;

/// What is known of a document without its content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentSummary {
    /// What it is, such as `plan`, `plan-problem` or `check-run`.
    pub kind: String,
    /// Its name among its kind.
    pub id: String,
    /// SHA-256 of the content in hexadecimal.
    pub sha256: String,
    /// When it was recorded, as the caller says: ISO 8601.
    pub recorded_at: String,
    /// Whatever a list of the kind shows, as JSON.
    pub summary: String,
    /// Length of the content in bytes.
    pub bytes: u64,
}

/// A named document with its content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// What is known of it.
    pub about: DocumentSummary,
    /// The content.
    pub content: Vec<u8>,
}

impl Document {
    /// Names a content; its hash and length are computed.
    pub fn new(kind: &str, id: &str, recorded_at: &str, summary: &str, content: Vec<u8>) -> Self {
        let about = DocumentSummary {
            kind: kind.to_owned(),
            id: id.to_owned(),
            sha256: hex(&Sha256::digest(&content)),
            recorded_at: recorded_at.to_owned(),
            summary: summary.to_owned(),
            bytes: u64::try_from(content.len()).unwrap_or(u64::MAX),
        };
        Self { about, content }
    }
}
