//! `meta.json`: sizes, classes, prices, envelopes.

use serde::{Deserialize, Serialize};
use std::io::{Read, Write};

use super::fault::fault;
use super::{Choice, Class, Draft, Fault, Faults};

#[derive(Serialize, Deserialize)]
struct Meta {
    format: String,
    n: usize,
    #[serde(rename = "T")]
    years: usize,
    #[serde(rename = "K")]
    challengers: usize,
    #[serde(rename = "G")]
    holders: usize,
    sites: usize,
    classes: Vec<String>,
    units: Vec<i64>,
    price: Vec<Vec<Vec<i64>>>,
    options: Vec<Vec<[u16; 4]>>,
    succ: Vec<Vec<Vec<i64>>>,
    envelope: Vec<Vec<i64>>,
    install: Vec<Vec<i64>>,
    #[serde(default)]
    visit_cost: Vec<i64>,
}

/// Reads `meta.json`: a draft without assets, and the number of assets `n` it announces.
///
/// Unknown keys are ignored (generators leave their own); an absent `visit_cost` is all zero.
///
/// # Errors
/// PLN0100 unreadable, PLN0101 malformed with line and column, PLN0102 another format, PLN0103
/// when the per-class arrays differ in length, PLN0104 when a size passes its limit.
pub fn read_meta(source: impl Read, file: &str) -> Result<(Draft, usize), Faults> {
    let meta: Meta =
        serde_json::from_reader(std::io::BufReader::new(source)).map_err(|e| json(file, &e))?;
    if meta.format != "PLN1" {
        let message = format!("expected format `PLN1`, found `{}`", meta.format);
        return Err(fault("PLN0102", file, message, "write the problem as PLN1").into());
    }
    let count = meta.classes.len();
    let lengths = [
        ("units", meta.units.len()),
        ("price", meta.price.len()),
        ("options", meta.options.len()),
        ("succ", meta.succ.len()),
    ];
    let mut faults = Faults::default();
    for (name, got) in lengths.into_iter().filter(|(_, got)| *got != count) {
        let message = format!("expected {count} entries, one per class, found {got}");
        let help = "give every class an entry";
        faults.push(fault("PLN0103", file, message, help).in_column(name));
    }
    faults.or(())?;
    let parts = meta.units.into_iter().zip(meta.price).zip(meta.options).zip(meta.succ);
    let classes = meta.classes.into_iter().zip(parts).map(|(name, (((units, price), o), succ))| {
        let options = o.into_iter().map(|[t1, k1, t2, k2]| Choice { t1, k1, t2, k2 }).collect();
        Class { name, units, price, options, succ }
    });
    let visit_cost = if meta.visit_cost.is_empty() {
        vec![0; meta.years.min(super::MAX_YEARS).saturating_add(1)]
    } else {
        meta.visit_cost
    };
    let draft = Draft {
        years: meta.years,
        challengers: meta.challengers,
        holders: meta.holders,
        sites: meta.sites,
        classes: classes.collect(),
        envelope: meta.envelope,
        install: meta.install,
        visit_cost,
        assets: super::Assets::default(),
    };
    super::check::check_sizes(&draft, meta.n, file)?;
    Ok((draft, meta.n))
}

/// Writes `meta.json` of a draft, compact, keys in a fixed order.
///
/// # Errors
/// PLN0100 when the sink fails.
pub fn write_meta(draft: &Draft, mut sink: impl Write, file: &str) -> Result<(), Fault> {
    let four = |c: &Choice| [c.t1, c.k1, c.t2, c.k2];
    let meta = Meta {
        format: "PLN1".to_owned(),
        n: draft.assets.len(),
        years: draft.years,
        challengers: draft.challengers,
        holders: draft.holders,
        sites: draft.sites,
        classes: draft.classes.iter().map(|c| c.name.clone()).collect(),
        units: draft.classes.iter().map(|c| c.units).collect(),
        price: draft.classes.iter().map(|c| c.price.clone()).collect(),
        options: draft.classes.iter().map(|c| c.options.iter().map(four).collect()).collect(),
        succ: draft.classes.iter().map(|c| c.succ.clone()).collect(),
        envelope: draft.envelope.clone(),
        install: draft.install.clone(),
        visit_cost: draft.visit_cost.clone(),
    };
    let text = serde_json::to_vec(&meta).map_err(|e| json(file, &e))?;
    sink.write_all(&text).and_then(|()| sink.write_all(b"\n")).map_err(|e| Fault::io(file, &e))
}

/// A JSON error with its place.
pub(crate) fn json(file: &str, error: &serde_json::Error) -> Fault {
    if error.is_io() {
        return fault("PLN0100", file, format!("{error}"), "check that the file can be read");
    }
    let line = u64::try_from(error.line()).unwrap_or(0);
    fault("PLN0101", file, format!("{error}"), "compare the file with the PLN1 format")
        .at_line(line)
}
