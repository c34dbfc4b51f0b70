//! The hashes that tie a plan to its problem.

use sha2::{Digest as _, Sha256};

use super::Line;
use crate::pln1::{Problem, write_assets_csv, write_meta};

/// The two files of a problem as `refit plan problem` writes them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProblemBytes {
    /// `meta.json`.
    pub meta: Vec<u8>,
    /// `assets.csv`.
    pub assets: Vec<u8>,
}

impl ProblemBytes {
    /// The files of a problem in memory.
    pub fn of(problem: &Problem) -> Self {
        let (mut meta, mut assets) = (Vec::new(), Vec::new());
        let draft = problem.as_draft();
        // Writing to memory fails only where memory ends; the hash of a cut file then matches nothing.
        let written = write_meta(draft, &mut meta, "meta.json")
            .and_then(|()| write_assets_csv(draft, &mut assets, "assets.csv"));
        drop(written);
        Self { meta, assets }
    }

    /// SHA-256 of `meta.json` followed by `assets.csv`, in hexadecimal.
    pub fn sha256(&self) -> String {
        sha256_hex(&[&self.meta, &self.assets])
    }
}

/// SHA-256 of several byte strings after one another, in hexadecimal.
pub fn sha256_hex(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let pair = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    hash.finalize().iter().flat_map(pair).collect()
}

/// The name of a plan: the first 16 digits of the hash of its problem's hash and its lines.
pub fn plan_id(problem_sha256: &str, lines: &[Line]) -> String {
    let lines = serde_json::to_vec(lines).unwrap_or_default();
    let mut hash = sha256_hex(&[problem_sha256.as_bytes(), &lines]);
    hash.truncate(16);
    hash
}
