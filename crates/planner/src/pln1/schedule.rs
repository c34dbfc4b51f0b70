//! The answer: one option per asset.

use std::io::{Read, Write};

use super::fault::fault;
use super::table::IntegerLines;
use super::{Choice, Fault, Faults};

/// The option that each asset follows, by asset number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule {
    /// One entry per asset.
    pub choices: Vec<Choice>,
}

/// Reads `schedule.csv` (`asset,t1,k1,t2,k2` by name in any order, rows in any order).
///
/// Whether the options exist and fit is the verifier's question, not this reader's.
///
/// # Errors
/// PLN0100, PLN0111, PLN0112 as for assets; PLN0104 a value no option can hold; PLN0121 an asset
/// beyond `n`; PLN0113 an asset missing or repeated.
pub fn read_schedule(source: impl Read, n: usize, file: &str) -> Result<Schedule, Faults> {
    let names = ["asset", "t1", "k1", "t2", "k2"].map(str::to_owned);
    let mut lines = IntegerLines::new(source, file);
    let header = lines.header()?;
    let slots = super::table::match_columns(&header, &names, file)?;
    let mut choices: Vec<Option<Choice>> = vec![None; n];
    let mut row = [0_i64; 5];
    let mut faults = Faults::default();
    while !faults.is_full() {
        match lines.next_row(&slots, &names, &mut row) {
            Ok(false) => break,
            Ok(true) => {
                if let Err(e) = place(&mut choices, row) {
                    faults.push(Fault { file: file.to_owned(), ..e }.at_line(lines.line_no));
                }
            }
            Err(e) => faults.push(e),
        }
    }
    if let Some(missing) = choices.iter().position(Option::is_none).filter(|_| faults.is_empty()) {
        let message = format!("asset {missing} has no row");
        faults.push(fault("PLN0113", file, message, "give every asset exactly one row"));
    }
    faults.or(Schedule { choices: choices.into_iter().flatten().collect() })
}

fn place(choices: &mut [Option<Choice>], row: [i64; 5]) -> Result<(), Fault> {
    let [asset, years_and_challengers @ ..] = row;
    let Ok([t1, k1, t2, k2]) = narrow_all(years_and_challengers) else {
        let help = "years and challengers are small whole numbers";
        return Err(fault("PLN0104", "", "a value fits no option".to_owned(), help));
    };
    let help = "list the assets of the problem, each once";
    match usize::try_from(asset).ok().and_then(|i| choices.get_mut(i)) {
        None => Err(fault("PLN0121", "", format!("asset {asset} is not in the problem"), help)),
        Some(Some(_)) => Err(fault("PLN0113", "", format!("asset {asset} has a second row"), help)),
        Some(slot) => {
            *slot = Some(Choice { t1, k1, t2, k2 });
            Ok(())
        }
    }
}

fn narrow_all(values: [i64; 4]) -> Result<[u16; 4], std::num::TryFromIntError> {
    let [a, b, c, d] = values;
    Ok([u16::try_from(a)?, u16::try_from(b)?, u16::try_from(c)?, u16::try_from(d)?])
}

/// Writes `schedule.csv`, one row per asset in number order.
///
/// # Errors
/// PLN0100 when the sink fails.
pub fn write_schedule(schedule: &Schedule, sink: impl Write, file: &str) -> Result<(), Fault> {
    let mut out = std::io::BufWriter::with_capacity(1 << 18, sink);
    let result = (|| {
        out.write_all(b"asset,t1,k1,t2,k2\n")?;
        for (i, Choice { t1, k1, t2, k2 }) in schedule.choices.iter().enumerate() {
            writeln!(out, "{i},{t1},{k1},{t2},{k2}")?;
        }
        out.flush()
    })();
    result.map_err(|e: std::io::Error| Fault::io(file, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedule_survives_a_round_trip() {
        let choices = vec![Choice { t1: 1, k1: 0, t2: 6, k2: 1 }, Choice::default()];
        let schedule = Schedule { choices };
        let mut bytes = Vec::new();
        write_schedule(&schedule, &mut bytes, "schedule.csv").unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), "asset,t1,k1,t2,k2\n0,1,0,6,1\n1,0,0,0,0\n");
        assert_eq!(read_schedule(&bytes[..], 2, "schedule.csv").unwrap(), schedule);
    }

    #[test]
    fn wrong_schedules_are_refused() {
        let code =
            |text: &str| read_schedule(text.as_bytes(), 2, "s.csv").unwrap_err().list()[0].code;
        let head = "asset,t1,k1,t2,k2\n";
        assert_eq!(code(&format!("{head}0,0,0,0,0\n")), "PLN0113");
        assert_eq!(code(&format!("{head}0,0,0,0,0\n0,0,0,0,0\n")), "PLN0113");
        assert_eq!(code(&format!("{head}9,0,0,0,0\n")), "PLN0121");
        assert_eq!(code(&format!("{head}0,-1,0,0,0\n")), "PLN0104");
        assert_eq!(code(&format!("{head}0,0,0,0\n")), "PLN0112");
        assert_eq!(code("asset,t1,k1,t2\n"), "PLN0111");
    }
}
