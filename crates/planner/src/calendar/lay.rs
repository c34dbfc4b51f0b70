//! Visits laid into the months of one holder and year.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate, Weekday};
use inventory::{FinancialYear, OrgCode};

use super::window::Job;
use super::{Calendar, Month, Order, Unplaced, Visit, VisitLine, sum};
use crate::document::{PlanDocument, hours_text};
use crate::input::{Envelopes, Policy};

/// A month by year and number.
type MonthKey = (i32, u32);

/// What stands for "no limit" among quarter hours.
const NO_LIMIT: i64 = 1_000_000_000_000;

/// A month of a holder while it fills.
#[derive(Clone, Debug, Default)]
struct Bucket {
    /// Working days, no freeze of all sites on them.
    days: Vec<NaiveDate>,
    /// Its share of the year's work, in quarter hours of which each device counts one at least.
    level: i64,
    /// Work laid into it, counted in the same way.
    load: i64,
    /// Its share of the year's hours.
    limit: i64,
    used: i64,
    visits: u64,
}

/// A visit with its jobs.
#[derive(Clone, Debug)]
struct Laying<'d> {
    day: NaiveDate,
    holder: String,
    fy: String,
    site: &'d str,
    jobs: Vec<Job<'d>>,
}

/// Everything laid so far.
#[derive(Debug, Default)]
pub(super) struct Laid<'d> {
    visits: Vec<Laying<'d>>,
    months: Vec<Month>,
    unplaced: Vec<Unplaced>,
}

/// Lays the jobs of one holder and year.
pub(super) fn year<'d>(
    laid: &mut Laid<'d>,
    holder: &str,
    fy: &str,
    jobs: Vec<Job<'d>>,
    policy: &Policy,
    envelopes: &Envelopes,
) {
    let Ok(year) = fy.parse::<FinancialYear>() else { return };
    let code = holder.parse::<OrgCode>().ok();
    let capacity = code.and_then(|code| envelopes.capacity(&code, year));
    let work = load_of(&jobs);
    let mut buckets = months(year, policy, work, capacity);
    let mut on_day: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for (site, jobs) in by_urgency(jobs) {
        let mut pending = jobs;
        while !pending.is_empty() {
            let together = one_visit(&pending);
            let Some((day, count)) = place(&buckets, &on_day, policy, site, &together) else {
                // The most urgent job of the visit has no day; the rest of the site is tried without it.
                let first = pending.remove(0);
                laid.unplaced.push(without_day(first, policy));
                continue;
            };
            let chosen: Vec<Job<'d>> = together.into_iter().take(count).collect();
            pending.retain(|job| !chosen.iter().any(|own| own.line.id == job.line.id));
            let (hours, work) = (hours_of(&chosen), load_of(&chosen));
            if let Some(bucket) = buckets.get_mut(&(day.year(), day.month())) {
                bucket.used = bucket.used.saturating_add(hours);
                bucket.load = bucket.load.saturating_add(work);
                bucket.visits = bucket.visits.saturating_add(1);
            }
            let load = on_day.entry(day).or_default();
            *load = load.saturating_add(work);
            let (holder, fy) = (holder.to_owned(), fy.to_owned());
            laid.visits.push(Laying { day, holder, fy, site, jobs: chosen });
        }
    }
    laid.months.extend(buckets.iter().map(|((year, month), bucket)| Month {
        month: format!("{year}-{month:02}"),
        holder: holder.to_owned(),
        working_days: u32::try_from(bucket.days.len()).unwrap_or(u32::MAX),
        engineer_hours: hours_text(bucket.used),
        engineer_hours_limit: capacity.map(|_| hours_text(bucket.limit)),
        visits: bucket.visits,
    }));
}

fn hours_of(jobs: &[Job<'_>]) -> i64 {
    jobs.iter().fold(0_i64, |all, job| all.saturating_add(job.quarter_hours))
}

/// Work for levelling: an installation without stated hours is work all the same.
fn load_of(jobs: &[Job<'_>]) -> i64 {
    jobs.iter().fold(0_i64, |all, job| all.saturating_add(job.quarter_hours.max(1)))
}

/// The months of a year, the year's work and hours shared by working days.
fn months(
    year: FinancialYear,
    policy: &Policy,
    work: i64,
    capacity: Option<i64>,
) -> BTreeMap<MonthKey, Bucket> {
    let mut buckets: BTreeMap<MonthKey, Bucket> = BTreeMap::new();
    for day in year.start().iter_days().take_while(|day| *day <= year.end()) {
        let bucket = buckets.entry((day.year(), day.month())).or_default();
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let quiet = policy.quiet.iter().any(|quiet| quiet.site.is_none() && quiet.covers("", day));
        if !weekend && !quiet {
            bucket.days.push(day);
        }
    }
    let count = |bucket: &Bucket| i64::try_from(bucket.days.len()).unwrap_or(i64::MAX);
    let whole: i64 = buckets.values().map(count).sum();
    let mut before = 0_i64;
    for bucket in buckets.values_mut() {
        let after = before.saturating_add(count(bucket));
        // Shares are differences of rounded sums, so that they add up to the whole.
        let share = |all: i64| {
            let up_to =
                |days: i64| all.saturating_mul(days).checked_div_euclid(whole.max(1)).unwrap_or(0);
            up_to(after).saturating_sub(up_to(before))
        };
        bucket.limit = capacity.map_or(NO_LIMIT, share);
        bucket.level = share(work);
        before = after;
    }
    buckets
}

/// The jobs by site, sites and jobs with the most urgent first.
fn by_urgency(jobs: Vec<Job<'_>>) -> Vec<(&str, Vec<Job<'_>>)> {
    let mut sites: BTreeMap<&str, Vec<Job<'_>>> = BTreeMap::new();
    for job in jobs {
        sites.entry(job.line.site.as_str()).or_default().push(job);
    }
    for jobs in sites.values_mut() {
        jobs.sort_by(|a, b| (a.until, a.from, &a.line.id).cmp(&(b.until, b.from, &b.line.id)));
    }
    let mut all: Vec<_> = sites.into_iter().collect();
    let key = |jobs: &[Job<'_>]| jobs.first().map(|job| (job.until, job.from));
    all.sort_by(|(s, a), (t, b)| (key(a), s).cmp(&(key(b), t)));
    all
}

/// The most urgent job and everything that can be installed on one day with it.
fn one_visit<'d>(pending: &[Job<'d>]) -> Vec<Job<'d>> {
    let mut together: Vec<Job<'d>> = Vec::new();
    let (mut from, mut until) = (NaiveDate::MIN, NaiveDate::MAX);
    for job in pending {
        let (later, sooner) = (from.max(job.from), until.min(job.until));
        if later <= sooner {
            (from, until) = (later, sooner);
            together.push(*job);
        }
    }
    together
}

/// A day for a visit and how many of its jobs, the most urgent first, are done on it; `None` when there is no day for any.
fn place(
    buckets: &BTreeMap<MonthKey, Bucket>,
    on_day: &BTreeMap<NaiveDate, i64>,
    policy: &Policy,
    site: &str,
    jobs: &[Job<'_>],
) -> Option<(NaiveDate, usize)> {
    let (hours, work) = (hours_of(jobs), load_of(jobs));
    let from = jobs.iter().map(|job| job.from).max()?;
    let until = jobs.iter().map(|job| job.until).min()?;
    let possible = |bucket: &Bucket| -> Option<NaiveDate> {
        let open = |day: &&NaiveDate| {
            (from..=until).contains(*day)
                && !policy.quiet.iter().any(|quiet| quiet.covers(site, **day))
        };
        let load = |day: &NaiveDate| on_day.get(day).copied().unwrap_or(0);
        bucket.days.iter().filter(open).min_by_key(|day| (load(day), **day)).copied()
    };
    let open: Vec<(&Bucket, NaiveDate)> =
        buckets.values().filter_map(|bucket| Some((bucket, possible(bucket)?))).collect();
    let fits = |bucket: &Bucket| bucket.used.saturating_add(hours) <= bucket.limit;
    let is_level = |bucket: &Bucket| bucket.load.saturating_add(work) <= bucket.level;
    let level = open.iter().find(|(bucket, _)| fits(bucket) && is_level(bucket));
    let roomy = || {
        let fitting = open.iter().filter(|(bucket, _)| fits(bucket));
        fitting.min_by_key(|(bucket, day)| (bucket.load.saturating_sub(bucket.level), *day))
    };
    if let Some((_, day)) = level.or_else(roomy) {
        return Some((*day, jobs.len()));
    }
    // No month holds it whole: as much of it as the month with most room takes.
    let room = |bucket: &Bucket| bucket.limit.saturating_sub(bucket.used);
    let (bucket, day) =
        open.iter().max_by_key(|(bucket, day)| (room(bucket), std::cmp::Reverse(*day)))?;
    let mut left = room(bucket);
    let fits = |job: &&Job<'_>| {
        left = left.saturating_sub(job.quarter_hours);
        left >= 0
    };
    let count = jobs.iter().take_while(fits).count();
    (count > 0).then_some((*day, count))
}

fn without_day(job: Job<'_>, policy: &Policy) -> Unplaced {
    let frozen = |day: NaiveDate| {
        policy.quiet.iter().any(|quiet| quiet.covers(&job.line.site, day))
            || matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    };
    let mut days = job.from.iter_days().take_while(|day| *day <= job.until);
    let why = if job.from > job.until {
        "it cannot have arrived in time"
    } else if days.all(frozen) {
        "every day is frozen"
    } else {
        "the engineers' hours of these months are used up"
    };
    Unplaced {
        line: job.line.id.clone(),
        asset: job.line.asset.clone(),
        site: job.line.site.clone(),
        fy: job.line.fy.clone(),
        from: job.from.to_string(),
        until: job.until.to_string(),
        why: why.to_owned(),
    }
}

impl Laid<'_> {
    /// The calendar of everything laid.
    pub(super) fn into_calendar(mut self, document: &PlanDocument) -> Calendar {
        self.visits.sort_by(|a, b| {
            (a.day, &a.holder, a.site, &a.fy).cmp(&(b.day, &b.holder, b.site, &b.fy))
        });
        let orders = orders(&self.visits);
        let visits = (1_u64..).zip(&self.visits).map(|(number, visit)| visit_of(number, visit));
        self.unplaced.sort_by(|a, b| a.line.cmp(&b.line));
        self.months.sort_by(|a, b| (&a.holder, &a.month).cmp(&(&b.holder, &b.month)));
        Calendar {
            plan_id: document.plan_id.clone(),
            visits: visits.collect(),
            orders,
            months: self.months,
            unplaced: self.unplaced,
        }
    }
}

fn visit_of(number: u64, visit: &Laying<'_>) -> Visit {
    let mut jobs = visit.jobs.clone();
    jobs.sort_by(|a, b| a.line.id.cmp(&b.line.id));
    let hours = hours_of(&jobs);
    let day_of = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    Visit {
        id: format!("V{number:04}"),
        day: visit.day.to_string(),
        fy: visit.fy.clone(),
        holder: visit.holder.clone(),
        site: visit.site.to_owned(),
        engineer_hours: hours_text(hours),
        receive_by: day_of(jobs.iter().map(|job| job.receive_by(visit.day)).min()),
        order_by: day_of(jobs.iter().map(|job| job.order_by(visit.day)).min()),
        lines: jobs
            .iter()
            .map(|job| VisitLine {
                line: job.line.id.clone(),
                asset: job.line.asset.clone(),
                class: job.line.class.clone(),
                item: job.line.item.clone(),
                order_by: job.order_by(visit.day).to_string(),
            })
            .collect(),
    }
}

/// Month of ordering, holder, financial year and item.
type OrderKey<'v> = (MonthKey, &'v str, &'v str, &'v str);

/// The days of ordering and receipt of a job.
type Ordered<'v> = (NaiveDate, NaiveDate, &'v Job<'v>);

/// One order for each holder, year, item and month in which it must be placed.
fn orders(visits: &[Laying<'_>]) -> Vec<Order> {
    let mut all: BTreeMap<OrderKey<'_>, Vec<Ordered<'_>>> = BTreeMap::new();
    for visit in visits {
        for job in &visit.jobs {
            let (order_by, receive_by) = (job.order_by(visit.day), job.receive_by(visit.day));
            let month = (order_by.year(), order_by.month());
            let key = (month, visit.holder.as_str(), visit.fy.as_str(), job.line.item.as_str());
            all.entry(key).or_default().push((order_by, receive_by, job));
        }
    }
    let mut orders: Vec<Order> = all
        .into_iter()
        .map(|((_, holder, fy, item), jobs)| {
            let first = |of: fn(&Ordered<'_>) -> NaiveDate| {
                jobs.iter().map(of).min().map(|day| day.to_string()).unwrap_or_default()
            };
            Order {
                order_by: first(|one| one.0),
                receive_by: first(|one| one.1),
                fy: fy.to_owned(),
                holder: holder.to_owned(),
                item: item.to_owned(),
                quantity: u64::try_from(jobs.len()).unwrap_or(u64::MAX),
                price_net: sum(jobs.iter().map(|one| one.2.line.price_net.as_str())),
                charged: sum(jobs.iter().map(|one| one.2.line.charged.as_str())),
            }
        })
        .collect();
    orders.sort_by(|a, b| {
        (&a.order_by, &a.holder, &a.item, &a.fy).cmp(&(&b.order_by, &b.holder, &b.item, &b.fy))
    });
    orders
}
