//! The problem's data, columnar for the assets.

use super::{Faults, check};

/// Longest horizon in years.
pub const MAX_YEARS: usize = 63;

/// One way to replace a device: first in year `t1` by challenger `k1`, then in `t2` by `k2`.
///
/// `t1 == 0` means never replaced inside the horizon; `t2 == 0` means replaced once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Choice {
    /// Year of the first replacement, 0 for never.
    pub t1: u16,
    /// Challenger bought in `t1`.
    pub k1: u16,
    /// Year of the second replacement, 0 for none.
    pub t2: u16,
    /// Challenger bought in `t2`.
    pub k2: u16,
}

/// What all assets of one class have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Class {
    /// Name for people.
    pub name: String,
    /// Quarter hours to install one device.
    pub units: i64,
    /// `price[k][t]`: nominal pence including VAT of challenger `k` bought in year `t`.
    pub price: Vec<Vec<i64>>,
    /// The options an asset of this class may follow, none twice.
    pub options: Vec<Choice>,
    /// `succ[tier][option]`: discounted pence of everything after the present device.
    pub succ: Vec<Vec<i64>>,
}

/// The assets, one entry per asset in every column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assets {
    /// Budget holder.
    pub ics: Vec<u32>,
    /// Site.
    pub site: Vec<u32>,
    /// Bundle whose members share `(t1, t2)`, or -1.
    pub bundle: Vec<i32>,
    /// Class.
    pub class: Vec<u16>,
    /// Tier of the site: row of the class's `succ`.
    pub tier: Vec<u16>,
    /// First year in which the asset may be replaced.
    pub earliest: Vec<u16>,
    /// Last year by which it must be replaced, 0 for no deadline.
    pub latest: Vec<u16>,
    /// Year fixed earlier (0 is "never"), or -1 when free.
    pub lock: Vec<i16>,
    /// Discounted pence of keeping the present device, row-major assets x years 1 to T.
    pub keep: Vec<i32>,
}

impl Assets {
    /// Number of assets.
    pub fn len(&self) -> usize {
        self.ics.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ics.is_empty()
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
    /// `envelope[g][t]`: pence that holder `g` may spend in year `t`.
    pub envelope: Vec<Vec<i64>>,
    /// `install[g][t]`: quarter hours of installation that holder `g` has in year `t`.
    pub install: Vec<Vec<i64>>,
    /// `visit_cost[t]`: discounted pence for each site with at least one purchase in year `t`.
    pub visit_cost: Vec<i64>,
    /// The assets.
    pub assets: Assets,
}

/// A checked problem. Read-only; shape as in [`Draft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    draft: Draft,
    max_price: i64,
    max_units: i64,
    bundled: bool,
}

impl Problem {
    /// Checks a draft; `file` names it in messages. Time linear in assets and options.
    ///
    /// # Errors
    /// Every size that disagrees, value out of range, repeated option, bundle across holders or
    /// total that could pass 64 bits, as faults PLN0103 to PLN0107.
    pub fn new(draft: Draft, file: &str) -> Result<Self, Faults> {
        check::check(&draft, file)?;
        let prices = draft.classes.iter().flat_map(|c| c.price.iter().flatten().copied());
        let max_price = prices.max().unwrap_or(0);
        let max_units = draft.classes.iter().map(|c| c.units).max().unwrap_or(0);
        let bundled = draft.assets.bundle.iter().any(|&b| b >= 0);
        Ok(Self { draft, max_price, max_units, bundled })
    }

    /// Number of assets.
    pub fn len(&self) -> usize {
        self.draft.assets.len()
    }

    /// Whether there are no assets.
    pub fn is_empty(&self) -> bool {
        self.draft.assets.is_empty()
    }

    /// Years in the horizon, T.
    pub fn years(&self) -> usize {
        self.draft.years
    }

    /// Challengers, K.
    pub fn challengers(&self) -> usize {
        self.draft.challengers
    }

    /// Budget holders, G.
    pub fn holders(&self) -> usize {
        self.draft.holders
    }

    /// Sites.
    pub fn sites(&self) -> usize {
        self.draft.sites
    }

    /// Classes in index order.
    pub fn classes(&self) -> &[Class] {
        &self.draft.classes
    }

    /// `envelope[g][t]` in pence.
    pub fn envelope(&self) -> &[Vec<i64>] {
        &self.draft.envelope
    }

    /// `install[g][t]` in quarter hours.
    pub fn install(&self) -> &[Vec<i64>] {
        &self.draft.install
    }

    /// `visit_cost[t]` in discounted pence.
    pub fn visit_cost(&self) -> &[i64] {
        &self.draft.visit_cost
    }

    /// The asset columns.
    pub fn assets(&self) -> &Assets {
        &self.draft.assets
    }

    /// Keep costs of one asset for years 1 to T (empty for an unknown asset).
    pub fn keep(&self, asset: usize) -> &[i32] {
        let years = self.draft.years;
        let start = asset.saturating_mul(years);
        self.draft.assets.keep.get(start..start.saturating_add(years)).unwrap_or(&[])
    }

    /// Highest price of any class, challenger and year, in pence.
    pub fn max_price(&self) -> i64 {
        self.max_price
    }

    /// Highest installation time of any class, in quarter hours.
    pub fn max_units(&self) -> i64 {
        self.max_units
    }

    /// Whether any asset belongs to a bundle.
    pub fn has_bundles(&self) -> bool {
        self.bundled
    }

    /// Whether any visit costs money.
    pub fn has_visits(&self) -> bool {
        self.draft.visit_cost.iter().any(|&v| v > 0)
    }

    /// Gives the data back, for example to edit an envelope and check again.
    pub fn into_draft(self) -> Draft {
        self.draft
    }

    /// Read access to the whole of the data.
    pub fn as_draft(&self) -> &Draft {
        &self.draft
    }
}
