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

/// Multipliers of a PLN2 problem. Tables are empty where the problem has no such constraint.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate2 {
    /// Always [`SCALE`].
    pub scale: i64,
    /// `lam[g][s][t]`: envelopes.
    pub lam: Vec<Vec<Vec<i64>>>,
    /// `mu[g][t]`: installation.
    pub mu: Vec<Vec<i64>>,
    /// `low[g][s][t]`: minimum spends.
    #[serde(default)]
    pub low: Vec<Vec<Vec<i64>>>,
    /// `rise[g][s][t]`: smoothing, spend of `t` above that of `t - 1`.
    #[serde(default)]
    pub rise: Vec<Vec<Vec<i64>>>,
    /// `fall[g][s][t]`: smoothing, spend of `t` below that of `t - 1`.
    #[serde(default)]
    pub fall: Vec<Vec<Vec<i64>>>,
    /// `pool[g][p][t]`: redeployment.
    #[serde(default)]
    pub pool: Vec<Vec<Vec<i64>>>,
    /// `[asset, t, value]`: share of the visit of `t` that the asset's first purchase bears.
    #[serde(default)]
    pub visits: Vec<[i64; 3]>,
    /// `[site, t, value]`: price of one more failing device.
    #[serde(default)]
    pub fairness: Vec<[i64; 3]>,
    /// `[pair, t, value]`: price of the second asset's being replaced by `t` and not the first.
    #[serde(default)]
    pub precedence: Vec<[i64; 3]>,
}

impl Certificate2 {
    /// All multipliers zero.
    pub fn zero(problem: &crate::pln2::Problem) -> Self {
        let d = problem.as_draft();
        let years = vec![0; d.years.saturating_add(1)];
        let streams = vec![vec![years.clone(); d.streams.len()]; d.holders];
        let when = |needed: bool| if needed { streams.clone() } else { Vec::new() };
        let pools = d.pools.names.len();
        Self {
            scale: SCALE,
            mu: vec![years.clone(); d.holders],
            low: when(!d.minimum.is_empty()),
            rise: when(!d.smoothing.is_empty()),
            fall: when(!d.smoothing.is_empty()),
            pool: if pools == 0 { Vec::new() } else { vec![vec![years; pools]; d.holders] },
            lam: streams,
            ..Self::default()
        }
    }
}

/// Reads a PLN2 certificate; its values are judged by the verifier.
///
/// # Errors
/// PLN0100 unreadable, PLN0101 malformed.
pub fn read_certificate2(source: impl Read, file: &str) -> Result<Certificate2, Fault> {
    serde_json::from_reader(std::io::BufReader::new(source))
        .map_err(|e| crate::pln1::json(file, &e))
}

/// Writes a PLN2 certificate on one line.
///
/// # Errors
/// PLN0100 when the sink fails.
pub fn write_certificate2(
    certificate: &Certificate2,
    mut sink: impl Write,
    file: &str,
) -> Result<(), Fault> {
    let text = serde_json::to_vec(certificate).map_err(|e| crate::pln1::json(file, &e))?;
    sink.write_all(&text).and_then(|()| sink.write_all(b"\n")).map_err(|e| Fault::io(file, &e))
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
