//! The answer: one option per asset.

use std::io::{BufRead as _, Read, Write};

use super::problem::Purchase;
use crate::pln1::{Fault, Faults, fault};

/// The purchases for each asset, by asset number; none for an asset that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule {
    /// One entry per asset, purchases by ascending year.
    pub choices: Vec<Vec<Purchase>>,
}

const HEADER: &str = "asset,purchases";

/// Reads `schedule.csv`: `asset,purchases`, where purchases are `t:k:s` with blanks between.
///
/// # Errors
/// PLN0100 unreadable, PLN0111 another header, PLN0112 a malformed row, PLN0121 an asset beyond
/// `n`, PLN0113 an asset missing or repeated.
pub fn read_schedule(source: impl Read, n: usize, file: &str) -> Result<Schedule, Faults> {
    let mut lines = std::io::BufReader::new(source).lines();
    let header = lines.next().transpose().map_err(|e| Fault::io(file, &e))?.unwrap_or_default();
    if header.trim_start_matches('\u{feff}').trim() != HEADER {
        let message = format!("expected the header `{HEADER}`, found `{header}`");
        return Err(fault("PLN0111", file, message, "write the columns of PLN2").into());
    }
    let mut choices: Vec<Option<Vec<Purchase>>> = vec![None; n];
    let mut faults = Faults::default();
    for (number, line) in (2_u64..).zip(lines) {
        let line = line.map_err(|e| Fault::io(file, &e))?;
        if line.trim().is_empty() {
            continue;
        }
        if let Err(e) = place(&mut choices, &line, file) {
            faults.push(e.at_line(number));
        }
        if faults.is_full() {
            break;
        }
    }
    if let Some(missing) = choices.iter().position(Option::is_none).filter(|_| faults.is_empty()) {
        let message = format!("asset {missing} has no row");
        faults.push(fault("PLN0113", file, message, "give every asset exactly one row"));
    }
    faults.or(Schedule { choices: choices.into_iter().flatten().collect() })
}

fn place(choices: &mut [Option<Vec<Purchase>>], line: &str, file: &str) -> Result<(), Fault> {
    let malformed = || {
        let message = format!("expected `asset,t:k:s t:k:s`, found `{line}`");
        fault("PLN0112", file, message, "write an asset number and its purchases")
    };
    let (asset, purchases) = line.split_once(',').ok_or_else(malformed)?;
    let asset: usize = asset.trim().parse().map_err(|_| malformed())?;
    let one = |word: &str| {
        let mut parts = word.split(':').map(str::parse::<u16>);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Ok(t)), Some(Ok(k)), Some(Ok(s)), None) => Some(Purchase { t, k, s }),
            _ => None,
        }
    };
    let all: Option<Vec<Purchase>> = purchases.split_whitespace().map(one).collect();
    let all = all.ok_or_else(malformed)?;
    match choices.get_mut(asset) {
        None => {
            let message = format!("asset {asset} is not in the problem");
            Err(fault("PLN0121", file, message, "list the assets of the problem, each once"))
        }
        Some(Some(_)) => {
            let message = format!("asset {asset} has a second row");
            Err(fault("PLN0113", file, message, "list the assets of the problem, each once"))
        }
        Some(slot) => {
            *slot = Some(all);
            Ok(())
        }
    }
}

/// Writes `schedule.csv`, one row per asset in number order.
///
/// # Errors
/// PLN0100 when the sink fails.
pub fn write_schedule(schedule: &Schedule, sink: impl Write, file: &str) -> Result<(), Fault> {
    let mut out = std::io::BufWriter::with_capacity(1 << 18, sink);
    let result = (|| {
        writeln!(out, "{HEADER}")?;
        for (asset, purchases) in schedule.choices.iter().enumerate() {
            write!(out, "{asset},")?;
            for (index, Purchase { t, k, s }) in purchases.iter().enumerate() {
                let blank = if index == 0 { "" } else { " " };
                write!(out, "{blank}{t}:{k}:{s}")?;
            }
            writeln!(out)?;
        }
        out.flush()
    })();
    result.map_err(|e: std::io::Error| Fault::io(file, &e))
}
