//! Which devices are planned, and what is decided about them.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use inventory::{Class, FundingClass, OrgCode, OrgKind};

use super::estate::Estate;
use super::horizon::{Horizon, years_later};
use super::registered::Registered;
use super::stranded::Stranded;
use crate::document::Unplanned;
use crate::input::{Deadline, Demand};

/// Why a device's replacement is asked for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum DeviceDemand {
    /// It ages and fails as time goes on.
    Refresh,
    /// It must be replaced before a day.
    Deadline {
        /// The day.
        date: NaiveDate,
        /// Id of the deadline.
        id: String,
        /// What happens on the day.
        title: String,
    },
}

impl DeviceDemand {
    /// The word of the demand.
    pub fn word(&self) -> Demand {
        match self {
            Self::Refresh => Demand::Refresh,
            Self::Deadline { .. } => Demand::Deadline,
        }
    }
}

/// A device that is planned.
#[derive(Clone, Debug)]
pub struct Device {
    /// The name by which outputs call it.
    pub label: String,
    /// Its place in the register.
    pub index: usize,
    /// Its class.
    pub class: Class,
    /// Where it stands.
    pub site: OrgCode,
    /// Tier of the site, 0 to 2.
    pub tier: usize,
    /// Whose envelope replaces it.
    pub holder: OrgCode,
    /// Who may pay.
    pub funding: FundingClass,
    /// The day it was bought, where known.
    pub bought: Option<NaiveDate>,
    /// The day it is taken to have been bought: half a life before the as-of day where nothing is known.
    pub bought_taken: NaiveDate,
    /// Its years of life.
    pub life_years: u32,
    /// The last day of its warranty, where known.
    pub warranty_end: Option<NaiveDate>,
    /// Why its replacement is asked for.
    pub demand: DeviceDemand,
    /// The day before which it must be replaced: the first deadline that the plan can still keep.
    pub before: Option<NaiveDate>,
    /// Last year of the plan in which it can be replaced in time; 0 is no deadline.
    pub latest: usize,
    /// Year and item of its pin.
    pub pin: Option<(usize, Option<String>)>,
}

impl Device {
    /// The first day after its life.
    pub fn end_of_life(&self) -> NaiveDate {
        years_later(self.bought_taken, self.life_years)
    }
}

/// The devices of an estate, split into those planned and those left out, both by label.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// What is planned.
    pub planned: Vec<Device>,
    /// What is not, with the reason.
    pub unplanned: Vec<Unplanned>,
    /// Devices at a site that no organisation file declares.
    pub at_undeclared_site: u64,
    /// Devices with a deadline that cannot be planned.
    pub stranded: Vec<Stranded>,
    /// Ids of deadlines that had passed before the plan begins, by id.
    pub late_deadlines: BTreeMap<String, u64>,
}

/// Positions of the register's devices by label, then by serial number.
pub fn by_label(assets: &[Registered]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..assets.len()).collect();
    let key = |at: &usize| assets.get(*at).map(|asset| (&asset.label, &asset.serial));
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    order
}

/// Sorts every device of the register into planned and unplanned.
pub fn select(estate: &Estate<'_>, horizon: Horizon) -> Selection {
    let mut selection = Selection::default();
    let mut sites = Sites::new(estate, horizon);
    for index in by_label(estate.assets) {
        let Some(asset) = estate.assets.get(index) else { continue };
        if asset.status.has_left() {
            continue;
        }
        let in_use = asset.is_in_use();
        let declared = asset.site.as_ref().is_none_or(|site| sites.of(site).declared);
        if in_use && !declared {
            selection.at_undeclared_site = selection.at_undeclared_site.saturating_add(1);
        }
        match plan_one(estate, horizon, &mut sites, index, asset) {
            Ok(device) => {
                if let Some(id) = too_late(&device, horizon) {
                    let count = selection.late_deadlines.entry(id).or_default();
                    *count = count.saturating_add(1);
                }
                selection.planned.push(device);
            }
            Err(reason) => {
                let stranded = strand(estate, horizon, &mut sites, index, asset, reason);
                selection.stranded.extend(stranded);
                selection.unplanned.push(Unplanned {
                    asset: asset.label.to_string(),
                    site: asset.site.as_ref().map(ToString::to_string),
                    class: asset.class.to_string(),
                    reason: reason.to_owned(),
                });
            }
        }
    }
    selection
}

/// A device that is left out though a deadline means it. What is excluded, not in use or nobody's to pay for here is left
/// out by decision, and a site that closes before the day needs nothing.
fn strand(
    estate: &Estate<'_>,
    horizon: Horizon,
    sites: &mut Sites<'_>,
    index: usize,
    asset: &Registered,
    reason: &str,
) -> Option<Stranded> {
    if !matches!(reason, "no-site" | "no-holder" | "no-envelope" | "site-closes") {
        return None;
    }
    let DeviceDemand::Deadline { date, id, .. } = demand_of(estate, horizon, index, asset).demand
    else {
        return None;
    };
    let about = asset.site.as_ref().map(|site| sites.of(site));
    let closes = about.and_then(|about| about.closes);
    let holder = about.and_then(|about| about.holder.clone());
    let cause = match reason {
        "no-site" => "the register does not say where it stands".to_owned(),
        "no-holder" => "no budget holder is known for its site".to_owned(),
        "no-envelope" => "its budget holder has no capital envelope in the plan".to_owned(),
        _ => match closes {
            Some(day) if day <= date => return None,
            Some(day) => format!("nothing is bought for its site, which closes on {day}"),
            None => "nothing is bought for its site, which closes".to_owned(),
        },
    };
    Some(Stranded {
        asset: asset.label.to_string(),
        site: asset.site.clone(),
        class: asset.class.clone(),
        holder: asset.budget_holder.clone().or(holder),
        deadline: id,
        date,
        cause,
    })
}

fn too_late(device: &Device, horizon: Horizon) -> Option<String> {
    match &device.demand {
        DeviceDemand::Deadline { date, id, .. } if *date <= horizon.start().start() => {
            Some(id.clone())
        }
        DeviceDemand::Deadline { .. } | DeviceDemand::Refresh => None,
    }
}

fn plan_one(
    estate: &Estate<'_>,
    horizon: Horizon,
    sites: &mut Sites<'_>,
    index: usize,
    asset: &Registered,
) -> Result<Device, &'static str> {
    if !asset.is_in_use() {
        return Err("not-in-use");
    }
    let label = asset.label.as_ref();
    if estate.pins.exclusions.contains_key(label) {
        return Err("excluded");
    }
    let funding = asset.funding;
    if funding == FundingClass::PracticeBusiness {
        return Err("practice-business");
    }
    let site = asset.site.as_ref().ok_or("no-site")?;
    let about = sites.of(site);
    let (tier, closes) = (about.tier, about.closes.is_some());
    // The register's own budget holder comes before the ICB above the site.
    let holder = asset.budget_holder.clone().or_else(|| about.holder.clone()).ok_or("no-holder")?;
    if closes {
        return Err("site-closes");
    }
    if !sites.has_money(&holder) {
        return Err("no-envelope");
    }
    let specified = estate.verdicts.lives.get(&asset.class).map(|(y, s)| (*y, s.as_str()));
    let life_years = estate.policy.life(&asset.class, specified).0;
    let bought = asset.bought;
    let Demanded { demand, latest, before } = demand_of(estate, horizon, index, asset);
    let pin = estate.pins.pins.get(label);
    Ok(Device {
        label: label.to_owned(),
        index,
        class: asset.class.clone(),
        tier,
        site: site.clone(),
        holder,
        funding,
        bought,
        bought_taken: bought.unwrap_or_else(|| half_a_life_ago(estate.as_of, life_years)),
        life_years,
        warranty_end: asset.warranty_end,
        demand,
        before,
        latest,
        pin: pin.and_then(|pin| {
            Some((horizon.index(pin.fy)?, pin.item.as_ref().map(|item| item.value.clone())))
        }),
    })
}

/// The day half a life before another, in whole months.
fn half_a_life_ago(day: NaiveDate, life_years: u32) -> NaiveDate {
    let months = chrono::Months::new(life_years.saturating_mul(6));
    day.checked_sub_months(months).unwrap_or(day)
}

/// What the plan asks of a site.
#[derive(Clone, Debug)]
struct SiteFacts {
    declared: bool,
    /// The ICB above it on the plan's first day.
    holder: Option<OrgCode>,
    tier: usize,
    /// The day on which it (or its practice) closes, where that is before the plan ends and it merges into no other.
    closes: Option<NaiveDate>,
}

/// Facts of sites and holders, found once each.
struct Sites<'e> {
    estate: &'e Estate<'e>,
    horizon: Horizon,
    by_code: BTreeMap<OrgCode, SiteFacts>,
    holders: BTreeMap<OrgCode, bool>,
}

impl<'e> Sites<'e> {
    fn new(estate: &'e Estate<'e>, horizon: Horizon) -> Self {
        Self { estate, horizon, by_code: BTreeMap::new(), holders: BTreeMap::new() }
    }

    fn of(&mut self, site: &OrgCode) -> &SiteFacts {
        let (estate, horizon) = (self.estate, self.horizon);
        self.by_code.entry(site.clone()).or_insert_with(|| SiteFacts::find(estate, horizon, site))
    }

    fn has_money(&mut self, holder: &OrgCode) -> bool {
        if let Some(known) = self.holders.get(holder) {
            return *known;
        }
        let envelopes = self.estate.envelopes;
        let any = self.horizon.iter().any(|(_, year)| envelopes.capital(holder, year).is_some());
        self.holders.insert(holder.clone(), any);
        any
    }
}

impl SiteFacts {
    fn find(estate: &Estate<'_>, horizon: Horizon, site: &OrgCode) -> Self {
        let tree = estate.organisations;
        let day = estate.as_of.max(horizon.start().start());
        let last = horizon.year(horizon.len()).end();
        let own = tree.get(site);
        let practice = tree.ancestor(site, OrgKind::Practice, day);
        let closing = |org: &inventory::Organisation| {
            org.planned_close.filter(|close| *close <= last && org.merge_into.is_none())
        };
        Self {
            declared: own.is_some(),
            holder: tree.holder(site, day).cloned(),
            tier: usize::from(own.or(practice).map_or(0, |org| org.tier).min(2)),
            closes: own.into_iter().chain(practice).filter_map(closing).min(),
        }
    }
}

/// What the deadlines ask of a device.
struct Demanded {
    demand: DeviceDemand,
    latest: usize,
    before: Option<NaiveDate>,
}

/// The earliest deadline that means a device, the year in which it must be received, and the day of the first deadline
/// that has not passed before the plan begins.
fn demand_of(estate: &Estate<'_>, horizon: Horizon, index: usize, asset: &Registered) -> Demanded {
    let mut meant = estate.pins.deadlines.iter().filter_map(|deadline| {
        let latest = latest_year(deadline, horizon)?;
        is_meant(estate, deadline, index, asset).then_some((deadline, latest))
    });
    let Some((deadline, latest)) = meant.next() else {
        return Demanded { demand: DeviceDemand::Refresh, latest: 0, before: None };
    };
    let demand = DeviceDemand::Deadline {
        date: deadline.date,
        id: deadline.id.clone(),
        title: deadline.title.clone(),
    };
    let mut days = std::iter::once(deadline.date).chain(meant.map(|(later, _)| later.date));
    let before = days.find(|day| *day > horizon.start().start());
    Demanded { demand, latest, before }
}

/// The year of the day before a deadline: at least the first, `None` after the last.
fn latest_year(deadline: &Deadline, horizon: Horizon) -> Option<usize> {
    let last_day = deadline.date.checked_sub_days(Days::new(1))?;
    let position = horizon.position(inventory::FinancialYear::of(last_day)).max(1);
    usize::try_from(position).ok().filter(|t| *t <= horizon.len())
}

fn is_meant(estate: &Estate<'_>, deadline: &Deadline, index: usize, asset: &Registered) -> bool {
    let at_site = |site: &OrgCode| {
        asset.site.as_ref().is_some_and(|own| {
            let practice = estate.organisations.ancestor(own, OrgKind::Practice, estate.as_of);
            own == site || practice.is_some_and(|practice| practice.code == *site)
        })
    };
    let fails = |rule: &str| {
        let mut rules = estate.verdicts.rules.iter().filter(|own| own.id == rule);
        rules.any(|own| {
            let timeline = own.judged(index);
            timeline.is_some_and(|timeline| timeline.at(deadline.date).fails(wes::Tier::Minimum))
        })
    };
    deadline.asset.as_ref().is_none_or(|label| label.value == *asset.label)
        && deadline.class.as_ref().is_none_or(|class| *class == asset.class)
        && deadline.site.as_ref().is_none_or(at_site)
        && deadline.failing.as_ref().is_none_or(|rule| fails(&rule.value))
}

/// What the years allowed to a device depend on: holder, class, demand, and the site where something is frozen.
type AllowedKey = (OrgCode, Class, Demand, Option<OrgCode>);

/// The years in which purchases are allowed, found once for devices that share them.
pub struct AllowedYears<'e> {
    estate: &'e Estate<'e>,
    horizon: Horizon,
    known: BTreeMap<AllowedKey, u64>,
}

impl<'e> AllowedYears<'e> {
    /// Nothing found yet.
    pub fn new(estate: &'e Estate<'e>, horizon: Horizon) -> Self {
        Self { estate, horizon, known: BTreeMap::new() }
    }

    /// The years in which the holder's envelope may pay for a demand of a device and its site is not frozen, as bits from
    /// 1. What replaces the device is replaced in turn as a refresh.
    pub fn of(&mut self, device: &Device, demand: Demand) -> u64 {
        let freezes = &self.estate.policy.freezes;
        let frozen = freezes.iter().any(|freeze| freeze.site == device.site);
        let key = (
            device.holder.clone(),
            device.class.clone(),
            demand,
            frozen.then(|| device.site.clone()),
        );
        if let Some(bits) = self.known.get(&key) {
            return *bits;
        }
        let allowed = |year| {
            let paid = self
                .estate
                .envelopes
                .capital(&device.holder, year)
                .is_none_or(|envelope| envelope.may_buy(&device.class, demand));
            paid && !freezes.iter().any(|freeze| freeze.fy == year && freeze.site == device.site)
        };
        let bit = |t: usize| u32::try_from(t).ok().and_then(|t| 1_u64.checked_shl(t)).unwrap_or(0);
        let bits = self
            .horizon
            .iter()
            .filter(|(_, year)| allowed(*year))
            .fold(0, |bits, (t, _)| bits | bit(t));
        self.known.insert(key, bits);
        bits
    }
}

impl std::fmt::Debug for AllowedYears<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AllowedYears").field("known", &self.known).finish_non_exhaustive()
    }
}
