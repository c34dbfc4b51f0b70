//! `more.csv`, further columns of some assets, and `precedence.csv`.

use std::io::{Read, Write};

use super::problem::More;
use crate::pln1::{Fault, Faults, IntegerLines, fault, match_columns};

const COLUMNS: [&str; 7] = ["asset", "demand", "years", "pin", "approved", "band", "failing"];

/// Reads `more.csv` over the defaults of `n` assets; assets without a row keep them.
pub(super) fn read_more(source: impl Read, n: usize, file: &str) -> Result<Vec<More>, Faults> {
    let mut all = vec![More::default(); n];
    let mut seen = vec![false; n];
    each_row(source, &COLUMNS, file, |row| {
        let &[asset, demand, years, pin, approved, band, failing] = row else { return Ok(()) };
        let place = usize::try_from(asset).ok().filter(|&i| i < n);
        let (Some(slot), Some(done)) =
            (place.and_then(|i| all.get_mut(i)), place.and_then(|i| seen.get_mut(i)))
        else {
            let message = format!("asset {asset} is not in the problem");
            return Err(fault("PLN0113", file, message, "list assets from 0 to n-1"));
        };
        if std::mem::replace(done, true) {
            let message = format!("asset {asset} has a second row");
            return Err(fault("PLN0113", file, message, "keep one row per asset"));
        }
        let bits = |v: i64| u64::try_from(v).ok();
        let years = if years == -1 { Some(u64::MAX) } else { bits(years) };
        let small = |v: i64| i32::try_from(v).ok().filter(|&v| v >= -1);
        let read = (|| {
            Some(More {
                demand: u16::try_from(demand).ok()?,
                years: years?,
                pin: small(pin)?,
                approved: small(approved)?,
                band: small(band)?,
                failing: bits(failing)?,
            })
        })();
        *slot = read.ok_or_else(|| {
            let help =
                "indices are from 0 or -1 for none; years (or -1) and failing are sums of 2^t";
            fault("PLN0104", file, format!("a value of asset {asset} is out of range"), help)
        })?;
        Ok(())
    })?;
    Ok(all)
}

/// Reads `precedence.csv`: pairs of asset numbers.
pub(super) fn read_precedence(source: impl Read, file: &str) -> Result<Vec<(u32, u32)>, Faults> {
    let mut all = Vec::new();
    each_row(source, &["before", "after"], file, |row| {
        let &[before, after] = row else { return Ok(()) };
        let (Ok(before), Ok(after)) = (u32::try_from(before), u32::try_from(after)) else {
            let help = "write two asset numbers";
            return Err(fault("PLN0104", file, "an asset number is negative".to_owned(), help));
        };
        all.push((before, after));
        Ok(())
    })?;
    Ok(all)
}

fn each_row(
    source: impl Read,
    columns: &[&str],
    file: &str,
    mut take: impl FnMut(&[i64]) -> Result<(), Fault>,
) -> Result<(), Faults> {
    let names: Vec<String> = columns.iter().map(|&c| c.to_owned()).collect();
    let mut lines = IntegerLines::new(source, file);
    let header = lines.header()?;
    let slots = match_columns(&header, &names, file)?;
    let mut row = vec![0_i64; names.len()];
    let mut faults = Faults::default();
    while !faults.is_full() {
        match lines.next_row(&slots, &names, &mut row) {
            Ok(false) => break,
            Ok(true) => {
                if let Err(e) = take(&row) {
                    faults.push(e.at_line(lines.line_no));
                }
            }
            Err(e) => faults.push(e),
        }
    }
    faults.or(())
}

/// Writes the rows of `more.csv` that differ from the defaults.
///
/// # Errors
/// PLN0100 when the sink fails.
pub fn write_more(more: &[More], mut sink: impl Write, file: &str) -> Result<(), Fault> {
    let mut lines = vec![COLUMNS.join(",") + "\n"];
    for (asset, m) in more.iter().enumerate().filter(|(_, m)| **m != More::default()) {
        let years = i64::try_from(m.years).unwrap_or(-1);
        let More { demand, pin, approved, band, failing, .. } = m;
        lines.push(format!("{asset},{demand},{years},{pin},{approved},{band},{failing}\n"));
    }
    sink.write_all(lines.concat().as_bytes()).map_err(|e| Fault::io(file, &e))
}

/// Writes `precedence.csv`.
///
/// # Errors
/// PLN0100 when the sink fails.
pub fn write_precedence(
    pairs: &[(u32, u32)],
    mut sink: impl Write,
    file: &str,
) -> Result<(), Fault> {
    let mut lines = vec!["before,after\n".to_owned()];
    for (before, after) in pairs {
        lines.push(format!("{before},{after}\n"));
    }
    sink.write_all(lines.concat().as_bytes()).map_err(|e| Fault::io(file, &e))
}
