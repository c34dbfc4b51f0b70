//! The hashes that tie a plan to its problem.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::PlanDocument;
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
    hexadecimal(&hash.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let pair = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(pair).collect()
}

/// A plan without its name, its inputs and readings of the clock, in the order of the document.
#[derive(Serialize)]
struct Named<'a> {
    schema: &'a str,
    tool: &'a super::Tool,
    as_of: &'a str,
    problem_sha256: &'a str,
    horizon: &'a [String],
    feasible: &'a bool,
    objective_pence: &'a i64,
    bound_pence: &'a i64,
    certified_gap: &'a f64,
    specification: &'a super::Specification,
    totals: &'a super::Totals,
    years: &'a [super::YearLine],
    lines: &'a [super::Line],
    deferred: &'a [super::Deferred],
    unplanned: &'a [super::Unplanned],
    compliance: &'a [super::ComplianceYear],
    need: &'a [super::NeedYear],
    sites: &'a [super::Site],
    classes: &'a [super::ClassLabel],
    data_quality: &'a super::DataQuality,
    multipliers: &'a super::Multipliers,
}

/// The name of a plan: the first 16 digits of the SHA-256 of the whole document as JSON without blanks, without `plan_id`, `solve_seconds` and
/// `inputs`: files by other names and rows in another order make the same plan.
pub fn plan_id(document: &PlanDocument) -> String {
    let PlanDocument {
        schema,
        tool,
        as_of,
        problem_sha256,
        horizon,
        feasible,
        objective_pence,
        bound_pence,
        certified_gap,
        specification,
        totals,
        years,
        lines,
        deferred,
        unplanned,
        compliance,
        need,
        sites,
        classes,
        data_quality,
        multipliers,
        inputs: _,
        plan_id: _,
        solve_seconds: _,
    } = document;
    let named = Named {
        schema,
        tool,
        as_of,
        problem_sha256,
        horizon,
        feasible,
        objective_pence,
        bound_pence,
        certified_gap,
        specification,
        totals,
        years,
        lines,
        deferred,
        unplanned,
        compliance,
        need,
        sites,
        classes,
        data_quality,
        multipliers,
    };
    let mut digest = Digester(Sha256::new());
    // The sink cannot fail; a document that has no JSON has a name that fits nothing.
    drop(serde_json::to_writer(&mut digest, &named));
    let mut name = hexadecimal(&digest.0.finalize());
    name.truncate(16);
    name
}

struct Digester(Sha256);

impl std::io::Write for Digester {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
