//! The problem's data.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check;
use crate::pln1::{self, Assets, Faults};

/// One purchase of an option: challenger `k` in year `t`, paid by stream `s`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(from = "[u16; 3]", into = "[u16; 3]")]
pub struct Purchase {
    /// Year, from 1.
    pub t: u16,
    /// Challenger.
    pub k: u16,
    /// Stream.
    pub s: u16,
}

impl From<[u16; 3]> for Purchase {
    fn from([t, k, s]: [u16; 3]) -> Self {
        Self { t, k, s }
    }
}

impl From<Purchase> for [u16; 3] {
    fn from(p: Purchase) -> Self {
        [p.t, p.k, p.s]
    }
}

/// What a stream's money may be spent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StreamKind {
    /// Buys assets.
    #[default]
    Capital,
    /// Pays for what is not an asset in the accounts.
    Revenue,
}

/// A stream of money.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// Name for people.
    pub name: String,
    /// Capital or revenue.
    pub kind: StreamKind,
    /// Classes it may pay for; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<Vec<u16>>,
    /// Demands it may pay for; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demands: Option<Vec<u16>>,
}

/// What all assets of one class have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Class {
    /// Name for people.
    pub name: String,
    /// Quarter hours to install one device.
    pub units: i64,
    /// `price[k][t]`: nominal pence charged for challenger `k` bought in year `t`.
    pub price: Vec<Vec<i64>>,
    /// The options, none twice: purchases by ascending year, none for "never".
    pub options: Vec<Vec<Purchase>>,
    /// `succ[tier][option]`: discounted pence of everything after the present device.
    pub succ: Vec<Vec<i64>>,
}

/// Mid-life devices that are released and reused instead of bought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pools {
    /// Names for people, one a pool.
    pub names: Vec<String>,
    /// `stock[g][p][t]`: devices that holder `g` has in pool `p` in year `t` without any release.
    pub stock: Vec<Vec<Vec<i64>>>,
    /// `draw[class][k]`: pool from which challenger `k` takes one device, or -1.
    pub draw: Vec<Vec<i32>>,
    /// `release[class][band][t]`: pool to which a device of the band goes when it is replaced
    /// in year `t`, or -1.
    pub release: Vec<Vec<Vec<i32>>>,
}

/// A ceiling on the devices of a site that still fail in a year, or a price on what passes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fairness {
    /// Devices of a site that may fail, per mille of all its devices, rounded up.
    pub permille: i64,
    /// `price[t]`: discounted pence for each device beyond it; an empty list forbids any.
    #[serde(default)]
    pub price: Vec<i64>,
}

/// Further facts of one asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct More {
    /// Why something is bought for it: index into the demands.
    pub demand: u16,
    /// Bit `t` allows the first purchase in year `t`, bit 0 allows never.
    pub years: u64,
    /// The challenger that the first purchase must be, or -1.
    pub pin: i32,
    /// First year in the approved plan (0 for never), or -1: another one costs the stability price.
    pub approved: i32,
    /// Age band for redeployment, or -1.
    pub band: i32,
    /// Bit `t` is set when the present device fails its specification in year `t`.
    pub failing: u64,
}

impl Default for More {
    fn default() -> Self {
        Self { demand: 0, years: u64::MAX, pin: -1, approved: -1, band: -1, failing: 0 }
    }
}

/// A problem not yet checked: fill it and hand it to [`Problem::new`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Years in the horizon, T.
    pub years: usize,
    /// Challengers per class, K.
    pub challengers: usize,
    /// Budget holders, G.
    pub holders: usize,
    /// Sites.
    pub sites: usize,
    /// Classes.
    pub classes: Vec<Class>,
    /// Streams, at least one.
    pub streams: Vec<Stream>,
    /// Names of the demands, at least one.
    pub demands: Vec<String>,
    /// `envelope[g][s][t]`: pence that holder `g` may spend from stream `s` in year `t`.
    pub envelope: Vec<Vec<Vec<i64>>>,
    /// `contingency[g][s][t]`: pence of the envelope that are held back; empty for none.
    pub contingency: Vec<Vec<Vec<i64>>>,
    /// `minimum[g][s][t]`: pence that must be spent; empty for none.
    pub minimum: Vec<Vec<Vec<i64>>>,
    /// `install[g][t]`: quarter hours of installation.
    pub install: Vec<Vec<i64>>,
    /// `smoothing[g][s]`: most that spend may change from one year to the next, -1 for no limit;
    /// empty for none.
    pub smoothing: Vec<Vec<i64>>,
    /// `visit_cost[t]`: discounted pence for each site with a purchase in year `t`.
    pub visit_cost: Vec<i64>,
    /// `closed_from[site]`: first year without purchases, 0 for a site that stays; empty for none.
    pub closed_from: Vec<u16>,
    /// Discounted pence for each asset whose first year differs from the approved one.
    pub stability_price: i64,
    /// Redeployment.
    pub pools: Pools,
    /// Fairness between sites.
    pub fairness: Option<Fairness>,
    /// `(before, after)`: the second asset is not replaced ahead of the first.
    pub precedence: Vec<(u32, u32)>,
    /// The columns that PLN1 has.
    pub assets: Assets,
    /// Further facts, one entry per asset.
    pub more: Vec<More>,
}

/// A kind of constraint beyond envelopes and installation that a problem may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// A cost for each site and year.
    Visits,
    /// An order among assets.
    Precedence,
    /// A ceiling or price on failing devices of a site.
    Fairness,
}

/// A checked problem. Read-only; shape as in [`Draft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    draft: Draft,
}

impl Problem {
    /// Checks a draft; `file` names it in messages.
    ///
    /// # Errors
    /// Sizes that disagree, values out of range, repeated options, groups across holders, as
    /// faults PLN0103 to PLN0108.
    pub fn new(draft: Draft, file: &str) -> Result<Self, Faults> {
        check::check(&draft, file)?;
        Ok(Self { draft })
    }

    /// A PLN1 problem as one stream, the first.
    pub fn of_pln1(problem: &pln1::Problem) -> Self {
        Self { draft: problem.as_draft().into() }
    }

    /// Read access to the data.
    pub fn as_draft(&self) -> &Draft {
        &self.draft
    }

    /// Gives the data back, for example to edit an envelope and check again.
    pub fn into_draft(self) -> Draft {
        self.draft
    }

    /// Number of assets.
    pub fn len(&self) -> usize {
        self.draft.assets.len()
    }

    /// Whether there are no assets.
    pub fn is_empty(&self) -> bool {
        self.draft.assets.is_empty()
    }

    /// The kinds of constraint that the problem has, in order.
    pub fn features(&self) -> Vec<Feature> {
        let d = &self.draft;
        [
            (Feature::Visits, d.visit_cost.iter().any(|&v| v > 0)),
            (Feature::Precedence, !d.precedence.is_empty()),
            (Feature::Fairness, d.fairness.is_some()),
        ]
        .into_iter()
        .filter(|f| f.1)
        .map(|f| f.0)
        .collect()
    }

    /// Keep costs of one asset for years 1 to T (empty for an unknown asset).
    pub fn keep(&self, asset: usize) -> &[i32] {
        let start = asset.saturating_mul(self.draft.years);
        let end = start.saturating_add(self.draft.years);
        self.draft.assets.keep.get(start..end).unwrap_or(&[])
    }
}

impl From<&pln1::Draft> for Draft {
    fn from(d: &pln1::Draft) -> Self {
        let purchases = |c: &pln1::Choice| {
            let all = [(c.t1, c.k1), (c.t2, c.k2)];
            all.into_iter().filter(|b| b.0 > 0).map(|(t, k)| Purchase { t, k, s: 0 }).collect()
        };
        let class = |c: &pln1::Class| Class {
            name: c.name.clone(),
            units: c.units,
            price: c.price.clone(),
            options: c.options.iter().map(purchases).collect(),
            succ: c.succ.clone(),
        };
        Self {
            years: d.years,
            challengers: d.challengers,
            holders: d.holders,
            sites: d.sites,
            classes: d.classes.iter().map(class).collect(),
            streams: vec![Stream { name: "all".to_owned(), ..Stream::default() }],
            demands: vec!["refresh".to_owned()],
            envelope: d.envelope.iter().map(|row| vec![row.clone()]).collect(),
            install: d.install.clone(),
            visit_cost: d.visit_cost.clone(),
            more: vec![More::default(); d.assets.len()],
            assets: d.assets.clone(),
            ..Self::default()
        }
    }
}

/// Members of each linked group, by the group's number.
pub(crate) fn groups(assets: &Assets) -> BTreeMap<i32, Vec<usize>> {
    let mut all: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (asset, &bundle) in assets.bundle.iter().enumerate().filter(|(_, b)| **b >= 0) {
        all.entry(bundle).or_default().push(asset);
    }
    all
}
