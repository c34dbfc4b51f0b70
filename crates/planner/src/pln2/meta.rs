//! `meta.json` of PLN2.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};

use super::problem::{Class, Draft, Fairness, Pools, Purchase, Stream};
use crate::pln1::{self, Fault, Faults};

/// The file `meta.json`. Years are indices 1 to T; arrays by year have T + 1 entries.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "PLN2")]
pub struct Meta {
    /// Always `PLN2`.
    format: String,
    /// Number of assets.
    n: usize,
    /// Years.
    #[serde(rename = "T")]
    years: usize,
    /// Challengers per class.
    #[serde(rename = "K")]
    challengers: usize,
    /// Budget holders.
    #[serde(rename = "G")]
    holders: usize,
    /// Sites.
    sites: usize,
    /// Names of the classes.
    classes: Vec<String>,
    /// Streams of money.
    streams: Vec<Stream>,
    /// Names of the demands; one, `refresh`, when absent.
    #[serde(default = "refresh")]
    demands: Vec<String>,
    /// Quarter hours to install, by class.
    units: Vec<i64>,
    /// `price[class][k][t]`: nominal pence charged.
    price: Vec<Vec<Vec<i64>>>,
    /// `options[class]`: lists of purchases `[t, k, s]` by ascending year.
    #[schemars(with = "Vec<Vec<Vec<[u16; 3]>>>")]
    options: Vec<Vec<Vec<Purchase>>>,
    /// `succ[class][tier][option]`: discounted pence.
    succ: Vec<Vec<Vec<i64>>>,
    /// `envelope[g][s][t]`: pence.
    envelope: Vec<Vec<Vec<i64>>>,
    /// `contingency[g][s][t]`: pence of the envelope held back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    contingency: Vec<Vec<Vec<i64>>>,
    /// `minimum[g][s][t]`: pence that must be spent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    minimum: Vec<Vec<Vec<i64>>>,
    /// `install[g][t]`: quarter hours.
    install: Vec<Vec<i64>>,
    /// `smoothing[g][s]`: most that spend may change from year to year; -1 for no limit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    smoothing: Vec<Vec<i64>>,
    /// `visit_cost[t]`: discounted pence for each site and year with a purchase.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    visit_cost: Vec<i64>,
    /// `closed_from[site]`: first year without purchases, 0 for none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    closed_from: Vec<u16>,
    /// Discounted pence for each asset that leaves its approved year.
    #[serde(default)]
    stability_price: i64,
    /// Redeployment.
    #[serde(default)]
    pools: Pools,
    /// Fairness between sites.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fairness: Option<Fairness>,
}

fn refresh() -> Vec<String> {
    vec!["refresh".to_owned()]
}

/// Reads `meta.json`: a draft without assets, and the number of assets it announces.
///
/// Unknown keys at the top are ignored, as in PLN1.
///
/// # Errors
/// PLN0100 unreadable, PLN0101 malformed with line and column, PLN0102 another format, PLN0103
/// when the per-class arrays differ in length.
pub fn read_meta(source: impl Read, file: &str) -> Result<(Draft, usize), Faults> {
    let meta: Meta = serde_json::from_reader(std::io::BufReader::new(source))
        .map_err(|e| pln1::json(file, &e))?;
    if meta.format != "PLN2" {
        let message = format!("expected format `PLN2`, found `{}`", meta.format);
        return Err(pln1::fault("PLN0102", file, message, "write the problem as PLN2").into());
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
        faults.push(pln1::fault("PLN0103", file, message, help).in_column(name));
    }
    faults.or(())?;
    let parts = meta.units.into_iter().zip(meta.price).zip(meta.options).zip(meta.succ);
    let classes =
        meta.classes.into_iter().zip(parts).map(|(name, (((units, price), options), succ))| {
            Class { name, units, price, options, succ }
        });
    let width = meta.years.saturating_add(1).min(1 << 16);
    let draft = Draft {
        years: meta.years,
        challengers: meta.challengers,
        holders: meta.holders,
        sites: meta.sites,
        classes: classes.collect(),
        streams: meta.streams,
        demands: meta.demands,
        envelope: meta.envelope,
        contingency: meta.contingency,
        minimum: meta.minimum,
        install: meta.install,
        smoothing: meta.smoothing,
        visit_cost: if meta.visit_cost.is_empty() { vec![0; width] } else { meta.visit_cost },
        closed_from: meta.closed_from,
        stability_price: meta.stability_price,
        pools: meta.pools,
        fairness: meta.fairness,
        ..Draft::default()
    };
    Ok((draft, meta.n))
}

/// Writes `meta.json` of a draft, compact, keys in a fixed order.
///
/// # Errors
/// PLN0100 when the sink fails.
pub fn write_meta(draft: &Draft, mut sink: impl Write, file: &str) -> Result<(), Fault> {
    let d = draft.clone();
    let meta = Meta {
        format: "PLN2".to_owned(),
        n: d.assets.len(),
        years: d.years,
        challengers: d.challengers,
        holders: d.holders,
        sites: d.sites,
        units: d.classes.iter().map(|c| c.units).collect(),
        price: d.classes.iter().map(|c| c.price.clone()).collect(),
        options: d.classes.iter().map(|c| c.options.clone()).collect(),
        succ: d.classes.iter().map(|c| c.succ.clone()).collect(),
        classes: d.classes.into_iter().map(|c| c.name).collect(),
        streams: d.streams,
        demands: d.demands,
        envelope: d.envelope,
        contingency: d.contingency,
        minimum: d.minimum,
        install: d.install,
        smoothing: d.smoothing,
        visit_cost: d.visit_cost,
        closed_from: d.closed_from,
        stability_price: d.stability_price,
        pools: d.pools,
        fairness: d.fairness,
    };
    let text = serde_json::to_vec(&meta).map_err(|e| pln1::json(file, &e))?;
    sink.write_all(&text).and_then(|()| sink.write_all(b"\n")).map_err(|e| Fault::io(file, &e))
}
