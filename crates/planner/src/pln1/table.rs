//! `assets.csv`: one row of integers per asset, columns by name in any order, rows in any order.

use std::io::{BufRead as _, BufReader, Read, Write};

use super::fault::fault;
use super::{Assets, Draft, Fault, Faults};

const FIXED: [&str; 9] =
    ["asset", "ics", "site", "bundle", "class", "tier", "earliest", "latest", "lock"];

/// Reads `assets.csv` of `n` assets and a horizon of `years`, as `meta.json` announces them.
///
/// Streams: memory beyond the result is one line and one bit per asset.
///
/// # Errors
/// PLN0100 unreadable, PLN0111 columns missing, unknown or repeated, PLN0112 rows that are not
/// integers or too short or long, PLN0104 values a column cannot hold, PLN0113 assets missing or
/// repeated; all with line and column.
pub fn read_assets_csv(
    source: impl Read,
    years: usize,
    n: usize,
    file: &str,
) -> Result<Assets, Faults> {
    let mut lines = IntegerLines::new(source, file);
    let header = lines.header()?;
    let names = column_names(years);
    let slots = match_columns(&header, &names, file)?;
    let mut assets = blank(n, years)?;
    let mut seen = vec![false; n];
    let mut faults = Faults::default();
    let mut row = vec![0_i64; names.len()];
    while !faults.is_full() {
        match lines.next_row(&slots, &names, &mut row) {
            Ok(false) => break,
            Ok(true) => {
                if let Err(e) = store(&mut assets, &mut seen, &row, &names, years) {
                    faults.push(Fault { file: file.to_owned(), ..e }.at_line(lines.line_no));
                }
            }
            Err(e) => faults.push(e),
        }
    }
    if let Some(missing) = seen.iter().position(|s| !s).filter(|_| faults.is_empty()) {
        let absent = seen.iter().filter(|s| !**s).count();
        let message = format!("{absent} of {n} assets have no row, the first is {missing}");
        faults.push(fault("PLN0113", file, message, "give every asset from 0 to n-1 one row"));
    }
    faults.or(assets)
}

fn column_names(years: usize) -> Vec<String> {
    let fixed = FIXED.iter().map(|s| (*s).to_owned());
    fixed.chain((1..=years).map(|t| format!("keep_{t}"))).collect()
}

fn blank(n: usize, years: usize) -> Result<Assets, Faults> {
    let cells = n.checked_mul(years).filter(|&c| c < 1 << 38).ok_or_else(|| {
        let help = "correct n and T";
        fault("PLN0104", "meta.json", "n x T is too large to hold".to_owned(), help)
    })?;
    let mut keep: Vec<i32> = Vec::new();
    keep.try_reserve_exact(cells).map_err(|_| {
        let help = "correct n and T, or use a machine with more memory";
        fault("PLN0104", "meta.json", "n x T does not fit the memory".to_owned(), help)
    })?;
    keep.resize(cells, 0);
    Ok(Assets {
        ics: vec![0; n],
        site: vec![0; n],
        bundle: vec![-1; n],
        class: vec![0; n],
        tier: vec![0; n],
        earliest: vec![0; n],
        latest: vec![0; n],
        lock: vec![-1; n],
        keep,
    })
}

/// For each column of the header the slot of its name.
pub(crate) fn match_columns(
    header: &[String],
    names: &[String],
    file: &str,
) -> Result<Vec<usize>, Faults> {
    let mut faults = Faults::default();
    let at = |message: String, column: &str, help: &'static str| {
        fault("PLN0111", file, message, help).at_line(1).in_column(column)
    };
    let mut slots = Vec::with_capacity(header.len());
    for name in header {
        match names.iter().position(|n| n == name) {
            Some(slot) if slots.contains(&slot) => {
                faults.push(at("the column appears twice".to_owned(), name, "keep one of them"));
            }
            Some(slot) => slots.push(slot),
            None => {
                let help = "remove the column, or correct its name";
                faults.push(at(format!("unknown column `{name}`"), name, help));
            }
        }
    }
    for (slot, name) in names.iter().enumerate() {
        if !slots.contains(&slot) && faults.is_empty() {
            faults.push(at(format!("column `{name}` is missing"), name, "add the column"));
        }
    }
    faults.or(slots)
}

fn narrow<T: TryFrom<i64>>(value: i64, column: &str) -> Result<T, Fault> {
    T::try_from(value).map_err(|_| {
        let message = format!("value {value} does not fit the column");
        fault("PLN0104", "", message, "correct the value").in_column(column)
    })
}

fn set<T: TryFrom<i64>>(column: &mut [T], at: usize, value: i64, name: &str) -> Result<(), Fault> {
    let value = narrow(value, name)?;
    if let Some(cell) = column.get_mut(at) {
        *cell = value;
    }
    Ok(())
}

fn store(
    a: &mut Assets,
    seen: &mut [bool],
    row: &[i64],
    names: &[String],
    years: usize,
) -> Result<(), Fault> {
    let (&[asset, ics, site, bundle, class, tier, earliest, latest, lock], keep) =
        row.split_first_chunk::<9>().unwrap_or((&[0; 9], &[]));
    let i = usize::try_from(asset).unwrap_or(usize::MAX);
    match seen.get_mut(i) {
        Some(done) if !*done => *done = true,
        Some(_) => {
            let message = format!("asset {asset} has a second row");
            return Err(fault("PLN0113", "", message, "keep one row per asset").in_column("asset"));
        }
        None => {
            let message = format!("asset {asset} is not below n = {}", seen.len());
            return Err(fault("PLN0113", "", message, "number assets 0 to n-1").in_column("asset"));
        }
    }
    set(&mut a.ics, i, ics, "ics")?;
    set(&mut a.site, i, site, "site")?;
    set(&mut a.bundle, i, bundle, "bundle")?;
    set(&mut a.class, i, class, "class")?;
    set(&mut a.tier, i, tier, "tier")?;
    set(&mut a.earliest, i, earliest, "earliest")?;
    set(&mut a.latest, i, latest, "latest")?;
    set(&mut a.lock, i, lock, "lock")?;
    let start = i.saturating_mul(years);
    let cells = a.keep.get_mut(start..start.saturating_add(years)).unwrap_or_default();
    for ((cell, &value), name) in cells.iter_mut().zip(keep).zip(names.iter().skip(9)) {
        *cell = narrow(value, name)?;
    }
    Ok(())
}

/// Lines of comma-separated integers under a header.
pub(crate) struct IntegerLines<R: Read> {
    reader: BufReader<R>,
    line: Vec<u8>,
    file: String,
    pub(crate) line_no: u64,
}

impl<R: Read> IntegerLines<R> {
    pub(crate) fn new(source: R, file: &str) -> Self {
        let reader = BufReader::with_capacity(1 << 18, source);
        Self { reader, line: Vec::new(), file: file.to_owned(), line_no: 0 }
    }

    /// Next line that is not blank, without its line end; false at the end.
    fn advance(&mut self) -> Result<bool, Fault> {
        loop {
            self.line.clear();
            let got = self.reader.read_until(b'\n', &mut self.line);
            if got.map_err(|e| Fault::io(&self.file, &e))? == 0 {
                return Ok(false);
            }
            self.line_no = self.line_no.saturating_add(1);
            let end = self.line.trim_ascii_end().len();
            self.line.truncate(end);
            if end > 0 {
                return Ok(true);
            }
        }
    }

    pub(crate) fn header(&mut self) -> Result<Vec<String>, Fault> {
        if !self.advance()? {
            let help = "start the file with a line of column names";
            return Err(fault("PLN0111", &self.file, "the file is empty".to_owned(), help));
        }
        let text = String::from_utf8_lossy(&self.line).into_owned();
        let text = text.trim_start_matches('\u{feff}');
        Ok(text.split(',').map(|s| s.trim().trim_matches('"').to_owned()).collect())
    }

    /// Parses one row; `slots[c]` says where column `c` goes in `row`.
    pub(crate) fn next_row(
        &mut self,
        slots: &[usize],
        names: &[String],
        row: &mut [i64],
    ) -> Result<bool, Fault> {
        if !self.advance()? {
            return Ok(false);
        }
        let at = |message: String, help: &'static str| {
            fault("PLN0112", &self.file, message, help).at_line(self.line_no)
        };
        let mut fields = self.line.split(|&b| b == b',');
        for &slot in slots {
            let Some(field) = fields.next() else {
                let message = format!("expected {} fields, found fewer", slots.len());
                return Err(at(message, "give every column a value"));
            };
            let (Some(value), Some(cell)) = (integer(field), row.get_mut(slot)) else {
                let shown = String::from_utf8_lossy(field).into_owned();
                let name = names.get(slot).map_or("", String::as_str);
                let message = format!("expected an integer, found `{shown}`");
                return Err(at(message, "write a whole number").in_column(name));
            };
            *cell = value;
        }
        if fields.next().is_some() {
            let message = format!("expected {} fields, found more", slots.len());
            return Err(at(message, "remove the surplus fields"));
        }
        Ok(true)
    }
}

/// A decimal integer with optional sign and surrounding blanks, at most 18 digits.
fn integer(field: &[u8]) -> Option<i64> {
    let field = field.trim_ascii();
    let (digits, negative) = match field.split_first() {
        Some((b'-', rest)) => (rest, true),
        Some((b'+', rest)) => (rest, false),
        _ => (field, false),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut value: i64 = 0;
    for &b in digits {
        if !b.is_ascii_digit() {
            return None;
        }
        // INVARIANT: at most 18 digits, so neither step can wrap.
        value = value.wrapping_mul(10).wrapping_add(i64::from(b.wrapping_sub(b'0')));
    }
    Some(if negative { value.wrapping_neg() } else { value })
}

/// Writes `assets.csv`, one row per asset in number order.
///
/// # Errors
/// PLN0100 when the sink fails.
pub fn write_assets_csv(draft: &Draft, sink: impl Write, file: &str) -> Result<(), Fault> {
    let mut out = std::io::BufWriter::with_capacity(1 << 18, sink);
    let result = (|| {
        writeln!(out, "{}", column_names(draft.years).join(","))?;
        let a = &draft.assets;
        let place = a.ics.iter().zip(&a.site).zip(&a.bundle);
        let kind = a.class.iter().zip(&a.tier);
        let time = a.earliest.iter().zip(&a.latest).zip(&a.lock);
        let keep = a.keep.chunks(draft.years.max(1));
        let rows = place.zip(kind).zip(time).zip(keep);
        for (i, (((((g, s), b), (c, z)), ((e, l), k)), keep)) in rows.enumerate() {
            write!(out, "{i},{g},{s},{b},{c},{z},{e},{l},{k}")?;
            for value in keep {
                write!(out, ",{value}")?;
            }
            out.write_all(b"\n")?;
        }
        out.flush()
    })();
    result.map_err(|e: std::io::Error| Fault::io(file, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft { years: 2, ..Draft::default() }
    }

    fn read(text: &str, n: usize) -> Result<Assets, Faults> {
        read_assets_csv(text.as_bytes(), draft().years, n, "assets.csv")
    }

    const HEAD: &str = "asset,ics,site,bundle,class,tier,earliest,latest,lock,keep_1,keep_2\n";

    #[test]
    fn columns_and_rows_come_in_any_order() {
        let text = "keep_2,keep_1,lock,latest,earliest,tier,class,bundle,site,ics,asset\r\n\
                    22,21,-1,0,1,2,3,-1,5,6,1\r\n\
                    12, 11 ,0,0,1,2,3,4,5,6,0\r\n";
        let a = read(text, 2).unwrap();
        assert_eq!(a.keep, [11, 12, 21, 22]);
        assert_eq!(a.bundle, [4, -1]);
        assert_eq!(a.lock, [0, -1]);
    }

    #[test]
    fn every_problem_has_its_line_and_column() {
        let text = format!("{HEAD}0,0,0,-1,0,0,1,0,-1,5,x\n0,0,0,-1,0,0,1,0,-1,5\n");
        let faults = read(&text, 1).unwrap_err();
        let shown: Vec<_> =
            faults.list().iter().map(|f| (f.code, f.line, f.column.clone())).collect();
        assert_eq!(
            shown,
            [("PLN0112", Some(2), Some("keep_2".to_owned())), ("PLN0112", Some(3), None)]
        );
    }

    #[test]
    fn missing_repeated_and_unknown_are_refused() {
        let row = |i: u32| format!("{i},0,0,-1,0,0,1,0,-1,5,6\n");
        let twice = format!("{HEAD}{}{}", row(0), row(0));
        assert_eq!(read(&twice, 2).unwrap_err().list()[0].code, "PLN0113");
        assert_eq!(read(&format!("{HEAD}{}", row(0)), 2).unwrap_err().list()[0].code, "PLN0113");
        assert_eq!(read(&format!("{HEAD}{}", row(7)), 2).unwrap_err().list()[0].code, "PLN0113");
        assert_eq!(read("asset,colour\n", 0).unwrap_err().list()[0].code, "PLN0111");
        assert_eq!(read("asset,ics\n", 0).unwrap_err().list()[0].code, "PLN0111");
        assert_eq!(read("", 0).unwrap_err().list()[0].code, "PLN0111");
    }

    #[test]
    fn integers_are_whole_and_bounded() {
        assert_eq!(integer(b" -12 "), Some(-12));
        assert_eq!(integer(b"1.0"), None);
        assert_eq!(integer(b""), None);
        assert_eq!(integer(b"9999999999999999999"), None);
    }
}
