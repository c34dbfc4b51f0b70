//! The proof of a bound: one multiplier per budget row, as integers.
//!
//! For any non-negative multipliers, the sum over assets of the cheapest option at cost plus
//! multiplier-weighted purchases, less the multiplier-weighted envelopes, is a lower bound on
//! every feasible plan. With integers of scale 2^20 anybody can recompute it exactly.

use serde::{Deserialize, Serialize};
use std::io::{Read, Write};

use crate::pln1::{Fault, Problem};

/// Multipliers are integers in units of 1/SCALE.
pub const SCALE: i64 = 1 << 20;
/// Every multiplier stays below this.
pub const MULTIPLIER_MAX: i64 = 1 << 40;
/// Highest multiplier times highest price, summed over money and hours, stays below this.
pub const PENALTY_MAX: i64 = 1 << 61;

/// Multipliers of all holders; arrays are holders x (T + 1), entry 0 of each row unused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Always [`SCALE`]; kept so that the file explains itself.
    pub scale: i64,
    /// `lam[g][t] / scale`: pence of objective saved per further nominal penny.
    pub lam: Vec<Vec<i64>>,
    /// `mu[g][t] / scale`: pence of objective saved per further quarter hour.
    pub mu: Vec<Vec<i64>>,
}

impl Certificate {
    /// All multipliers zero: the bound with no limit on money or hours.
    pub fn zero(problem: &Problem) -> Self {
        let rows = vec![vec![0; problem.years().saturating_add(1)]; problem.holders()];
        Self { scale: SCALE, lam: rows.clone(), mu: rows }
    }
}

/// Reads a certificate; its values are judged by the verifier.
///
/// # Errors
/// PLN0100 unreadable, PLN0101 malformed.
pub fn read_certificate(source: impl Read, file: &str) -> Result<Certificate, Fault> {
    serde_json::from_reader(std::io::BufReader::new(source))
        .map_err(|e| crate::pln1::json(file, &e))
}

/// Writes a certificate on one line.
///
/// # Errors
/// PLN0100 when the sink fails.
pub fn write_certificate(
    certificate: &Certificate,
    mut sink: impl Write,
    file: &str,
) -> Result<(), Fault> {
    let text = serde_json::to_vec(certificate).map_err(|e| crate::pln1::json(file, &e))?;
    sink.write_all(&text).and_then(|()| sink.write_all(b"\n")).map_err(|e| Fault::io(file, &e))
}
