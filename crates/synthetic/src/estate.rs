//! The organisations of an estate and how many devices each site has.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "counts and weights are bounded by the options and the tables, far below 2^63"
)]

use chrono::NaiveDate;

use crate::options::Options;
use crate::random::{Rng, Subject, number_of};
use crate::tables::Tables;
use crate::{Error, name};

/// A budget holder: an ICB.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its region, by number from 0.
    pub region: u32,
    /// The holder that takes over its sub-ICB locations on the day of the merger, by position.
    pub successor: Option<usize>,
}

/// A sub-ICB location.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SubIcb {
    pub(crate) code: String,
    pub(crate) holder: usize,
}

/// A primary care network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Network {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) sub_icb: usize,
}

/// A practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Practice {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Registered patients.
    pub list_size: u64,
    /// Its clinical system.
    pub clinical_system: &'static str,
    /// How grave a failure there is, 0 to 2.
    pub tier: u32,
    /// The day on which it closes, and the practice that takes it over, by position.
    pub closing: Option<(NaiveDate, Option<usize>)>,
    pub(crate) network: usize,
    pub(crate) sub_icb: usize,
    pub(crate) branches: u32,
}

/// What kind of site it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SiteKind {
    /// The main surgery of a practice.
    Practice,
    /// A branch surgery.
    Branch,
    /// The rooms of a network's own staff.
    Hub,
}

/// A site with devices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Its code.
    pub code: String,
    /// What it is.
    pub kind: SiteKind,
    /// Its budget holder today, by position.
    pub holder: usize,
    /// Its practice (of a hub: the last practice of the network), by position.
    pub practice: usize,
    /// Its people, in thousandths of a full-time equivalent.
    pub fte_milli: u64,
}

/// An estate: everything but its devices, which are made as they are written.
#[derive(Clone, Debug)]
pub struct Estate {
    pub(crate) options: Options,
    pub(crate) tables: Tables,
    pub(crate) regions: u32,
    pub(crate) holders: Vec<Holder>,
    pub(crate) sub_icbs: Vec<SubIcb>,
    pub(crate) networks: Vec<Network>,
    pub(crate) practices: Vec<Practice>,
    pub(crate) sites: Vec<Site>,
    /// Number of devices by site, class and persona, in this order.
    pub(crate) cells: Vec<u32>,
}

impl Estate {
    /// Makes the organisations and spreads the devices over the sites.
    ///
    /// # Errors
    /// [`Error::Options`] when sizes are out of range or do not fit each other, [`Error::Table`] when a shipped table is unsound.
    pub fn new(options: Options) -> Result<Self, Error> {
        let practices = options.practices()?;
        let tables = Tables::shipped()?;
        let mut estate = Self {
            options,
            tables,
            regions: (options.holders * 7).div_ceil(42).clamp(1, 7),
            holders: Vec::new(),
            sub_icbs: Vec::new(),
            networks: Vec::new(),
            practices: Vec::new(),
            sites: Vec::new(),
            cells: Vec::new(),
        };
        estate.make_holders();
        for (holder, count) in estate.practices_of_holders(practices).into_iter().enumerate() {
            estate.make_practices_of(holder, count, practices);
        }
        estate.close_some_practices();
        estate.make_sites();
        estate.spread_devices();
        Ok(estate)
    }

    /// What was asked for.
    pub fn options(&self) -> Options {
        self.options
    }

    /// The day of the snapshot.
    pub fn as_of(&self) -> NaiveDate {
        self.tables.as_of
    }

    /// The budget holders today.
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// The practices, by code.
    pub fn practices(&self) -> &[Practice] {
        &self.practices
    }

    /// The sites with devices, in the order of the assets file.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// Number of devices of a class (by position in the tables) at a site (by position).
    pub fn devices(&self, site: usize, class: usize) -> u64 {
        let personas = self.tables.workforce.personas.len();
        let first = (site * self.tables.classes.len() + class) * personas;
        let cells = self.cells.get(first..first + personas).unwrap_or_default();
        cells.iter().copied().map(u64::from).sum()
    }

    fn make_holders(&mut self) {
        let count = self.options.holders;
        let mergers = if count < 2 { 0 } else { (count / 7).max(1) };
        for index in 0..count {
            // Pairs stand at the end, so that the first holders of estates of different sizes are alike.
            let pair = (count - 1 - index) / 2;
            let joins = pair < mergers && (count - 1 - index).is_multiple_of(2);
            let at = usize::try_from(index).unwrap_or_default();
            self.holders.push(Holder {
                code: name::holder_code(index),
                name: format!(
                    "NHS {} Integrated Care Board",
                    name::place(&self.tables.names, u64::from(index) + 2_000)
                ),
                region: index * self.regions / count,
                successor: joins.then(|| at.saturating_sub(1)),
            });
        }
    }

    /// Practices of each holder: measured sizes, one from each stratum, in shuffled order, scaled to the total.
    fn practices_of_holders(&self, practices: u32) -> Vec<u32> {
        let count = u64::from(self.options.holders);
        let mut rng = Rng::new(self.options.seed, Subject::Holder, 0);
        let sizes = &self.tables.organisations.practices_of_holder;
        let mut weights: Vec<u64> = (0..count)
            .map(|index| {
                let share = ((2 * index + 1) << 31) / count;
                sizes.at(u32::try_from(share).unwrap_or(u32::MAX))
            })
            .collect();
        for upper in (1..weights.len()).rev() {
            let other = usize::try_from(rng.below(number_of(upper) + 1)).unwrap_or_default();
            weights.swap(upper, other);
        }
        let spare = u64::from(practices) - count;
        let shares = apportion(weights.iter().copied(), spare);
        shares.into_iter().map(|share| share + 1).collect()
    }

    fn make_practices_of(&mut self, holder: usize, count: u32, practices: u32) {
        let sub_icbs = (count + self.tables.organisations.practices_of_sub_icb / 2)
            / self.tables.organisations.practices_of_sub_icb.max(1);
        let sub_icbs = sub_icbs.max(1);
        for part in 0..sub_icbs {
            let here = count * (part + 1) / sub_icbs - count * part / sub_icbs;
            let sub_icb = self.sub_icbs.len();
            self.sub_icbs.push(SubIcb { code: name::sub_icb_code(index_of(sub_icb)), holder });
            let mut left = here;
            while left > 0 {
                let network = self.networks.len();
                let mut rng =
                    Rng::new(self.options.seed, Subject::Network, u64::from(index_of(network)));
                let size = rng.pick(&self.tables.organisations.practices_of_network).clamp(1, left);
                self.networks.push(Network {
                    code: name::network_code(index_of(network)),
                    name: format!(
                        "{} Primary Care Network",
                        name::place(&self.tables.names, u64::from(index_of(network)) + 1_000)
                    ),
                    sub_icb,
                });
                for _ in 0..size {
                    self.make_practice(network, sub_icb, practices);
                }
                left -= size;
            }
        }
    }

    fn make_practice(&mut self, network: usize, sub_icb: usize, practices: u32) {
        let index = index_of(self.practices.len());
        let mut rng = Rng::new(self.options.seed, Subject::Practice, u64::from(index));
        let shapes = &self.tables.organisations;
        // One practice on its own is a usual one; the distribution shows with more of them.
        let list_size = if practices == 1 { 10_387 } else { self.tables.list_size.draw(&mut rng) };
        self.practices.push(Practice {
            code: name::practice_code(index, practices),
            name: name::practice(&self.tables.names, index),
            list_size,
            clinical_system: rng.pick(&shapes.clinical_systems),
            tier: rng.pick(&shapes.tiers),
            closing: None,
            network,
            sub_icb,
            branches: rng.pick(&shapes.branches_of_practice),
        });
    }

    fn close_some_practices(&mut self) {
        for index in 1..self.practices.len() {
            let mut rng =
                Rng::new(self.options.seed ^ 0xC105_ED00, Subject::Practice, number_of(index));
            if !rng.permille(self.tables.organisations.closing) {
                continue;
            }
            let year = 2027 + i32::try_from(rng.below(3)).unwrap_or_default();
            let (month, day) = if rng.permille(500) { (9, 30) } else { (3, 31) };
            let Some(on) = NaiveDate::from_ymd_opt(year, month, day) else { continue };
            let neighbour = index - 1;
            let same_network = |a: &Practice, b: &Practice| a.network == b.network;
            let into = match (self.practices.get(neighbour), self.practices.get(index)) {
                (Some(before), Some(here))
                    if same_network(before, here) && before.closing.is_none() =>
                {
                    rng.permille(750).then_some(neighbour)
                }
                _ => None,
            };
            if let Some(practice) = self.practices.get_mut(index) {
                practice.closing = Some((on, into));
            }
        }
    }

    fn make_sites(&mut self) {
        let shapes = &self.tables.organisations;
        let workforce = &self.tables.workforce;
        for (index, practice) in self.practices.iter().enumerate() {
            let mut rng = Rng::new(self.options.seed, Subject::Site, number_of(index));
            let holder = self.sub_icbs.get(practice.sub_icb).map_or(0, |sub_icb| sub_icb.holder);
            let (low, high) = (1000 - workforce.spread, 1000 + workforce.spread);
            let fte_milli =
                practice.list_size * workforce.fte_of_100000_patients * rng.between(low, high)
                    / 100_000;
            let branch_milli = fte_milli * shapes.branch_share / 1000;
            let mut site = |code: String, kind, fte_milli| {
                self.sites.push(Site { code, kind, holder, practice: index, fte_milli });
            };
            let main = fte_milli - branch_milli * u64::from(practice.branches);
            site(practice.code.clone(), SiteKind::Practice, main);
            for branch in 1..=practice.branches {
                site(format!("{}{branch:03}", practice.code), SiteKind::Branch, branch_milli);
            }
            let next = self.practices.get(index + 1).map(|next| next.network);
            let last = next != Some(practice.network) && self.practices.len() > 1;
            if last && rng.permille(shapes.hub_of_network) {
                let network = self.networks.get(practice.network);
                let code = network.map_or("", |network| network.code.as_str());
                let (low, high) = shapes.hub_fte_tenths;
                site(format!("HUB-{code}"), SiteKind::Hub, rng.between(low, high) * 100);
            }
        }
    }

    /// Gives every site, class and persona its share of the devices, so that the sum is exactly the number asked for.
    fn spread_devices(&mut self) {
        let workforce = &self.tables.workforce;
        let classes = self.tables.classes.len();
        let weights = self.sites.iter().flat_map(|site| {
            (0..classes).flat_map(move |class| {
                workforce.personas.iter().map(move |persona| {
                    let per_100_fte = persona.per_100_fte.get(class).copied().unwrap_or(0);
                    let present = match site.kind {
                        SiteKind::Practice | SiteKind::Branch => persona.share,
                        // A hub is staffed with additional roles only.
                        SiteKind::Hub if persona.clinical_role == "direct-patient-care" => 1000,
                        SiteKind::Hub => 0,
                    };
                    site.fte_milli * present * per_100_fte
                })
            })
        });
        self.cells = apportion(weights, self.options.assets);
    }
}

/// Divides a total by weights into whole numbers that sum to it: each gets the growth of the rounded running sum.
fn apportion(weights: impl Iterator<Item = u64> + Clone, total: u64) -> Vec<u32> {
    let sum: u128 = weights.clone().map(u128::from).sum();
    let (mut running, mut given) = (0_u128, 0_u128);
    weights
        .map(|weight| {
            running += u128::from(weight);
            let upto = (running * u128::from(total)).checked_div(sum).unwrap_or(0);
            let share = upto - given;
            given = upto;
            u32::try_from(share).unwrap_or(u32::MAX)
        })
        .collect()
}

fn index_of(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
