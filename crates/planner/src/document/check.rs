//! Whether a plan agrees with its problem, line by line and to the penny.
//!
//! Nothing of the document is believed but its lines: the schedule is derived from them again, every line's money is
//! compared with the problem's names, feasibility, objective and bound come from [`crate::verify`], which shares no code
//! with the solver, and every total is added up again. Reasons, needs and compliance are words and forecasts about the
//! estate, which has moved on since; they are covered by the plan's id where they stand in lines, and not judged here.

use std::collections::BTreeMap;
use std::fmt;

use inventory::Money;

use super::compose::{NAMES_INPUT, certified_gap, hours_text, line_id, shadow_price};
use super::hash::{ProblemBytes, plan_id, sha256_hex};
use super::{Line, PlanDocument, SCHEMA};
use crate::certificate::Certificate;
use crate::model::Names;
use crate::model::names::{ClassNames, ItemMoney};
use crate::pln1::{Choice, Problem, Schedule};
use crate::verify::verify;

/// Something in a plan that does not agree with its problem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanViolation {
    /// The part of the document, such as `lines[L000004].charged`.
    pub place: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for PlanViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// What verification of a plan found.
#[derive(Clone, PartialEq, Debug)]
pub struct PlanCheck {
    /// Whether the schedule keeps every limit of the problem.
    pub feasible: bool,
    /// The objective of the lines, recomputed.
    pub objective_pence: Option<i64>,
    /// The bound of the multipliers, recomputed.
    pub bound_pence: Option<i64>,
    /// The gap between the two.
    pub certified_gap: Option<f64>,
    /// Everything that does not agree, in the order of the document.
    pub violations: Vec<PlanViolation>,
}

impl PlanCheck {
    /// True when the plan is feasible and agrees with its problem in everything.
    pub fn is_sound(&self) -> bool {
        self.feasible && self.violations.is_empty()
    }
}

/// Whether a plan was made from a problem: their hashes agree.
pub fn is_of_problem(document: &PlanDocument, problem: &Problem) -> bool {
    document.problem_sha256 == ProblemBytes::of(problem).sha256()
}

/// Verifies a plan against its problem. A plan of another problem is refused with one violation.
pub fn check_document(document: &PlanDocument, problem: &Problem, names: &Names) -> PlanCheck {
    let mut checker = Checker { document, problem, names, violations: Vec::new() };
    if !is_of_problem(document, problem) {
        checker.note("problem_sha256", "the plan was made from another problem".to_owned());
        return checker.refused();
    }
    if !checker.names_fit() {
        return checker.refused();
    }
    checker.check_head();
    let choices = checker.schedule_of_lines();
    checker.check_lines();
    let schedule = Schedule { choices };
    let certificate = Certificate {
        scale: document.multipliers.scale,
        lam: document.multipliers.lam.clone(),
        mu: document.multipliers.mu.clone(),
    };
    let verification = verify(problem, &schedule, Some(&certificate));
    for violation in &verification.violations {
        checker.note("schedule", violation.to_string());
    }
    let narrow = |pence: i128| i64::try_from(pence).ok();
    let objective = verification.objective_pence.and_then(narrow);
    let bound = verification.bound.and_then(|bound| narrow(bound.pence));
    checker.check_proof(verification.feasible, objective, bound);
    checker.check_years();
    checker.check_totals();
    checker.check_deferred(&schedule);
    PlanCheck {
        feasible: verification.feasible,
        objective_pence: objective,
        bound_pence: bound,
        certified_gap: objective.zip(bound).map(|(o, b)| certified_gap(o, b)),
        violations: checker.violations,
    }
}

/// The schedule that a plan's lines say, of the problem that the names belong to.
///
/// # Errors
/// Every line that names no device, year or item of the problem, or a device twice.
pub fn schedule_of(
    document: &PlanDocument,
    problem: &Problem,
    names: &Names,
) -> Result<Schedule, Vec<PlanViolation>> {
    let mut checker = Checker { document, problem, names, violations: Vec::new() };
    let choices = checker.schedule_of_lines();
    if checker.violations.is_empty() { Ok(Schedule { choices }) } else { Err(checker.violations) }
}

struct Checker<'a> {
    document: &'a PlanDocument,
    problem: &'a Problem,
    names: &'a Names,
    violations: Vec<PlanViolation>,
}

impl<'a> Checker<'a> {
    fn note(&mut self, place: impl Into<String>, message: String) {
        self.violations.push(PlanViolation { place: place.into(), message });
    }

    fn expect<T: PartialEq + fmt::Display>(
        &mut self,
        place: impl Into<String>,
        found: &T,
        wanted: &T,
    ) {
        if found != wanted {
            self.note(place, format!("found {found}, the problem gives {wanted}"));
        }
    }

    fn refused(self) -> PlanCheck {
        PlanCheck {
            feasible: false,
            objective_pence: None,
            bound_pence: None,
            certified_gap: None,
            violations: self.violations,
        }
    }

    /// Whether the names are those of the plan and have the shape of the problem.
    fn names_fit(&mut self) -> bool {
        let bytes = self.names.to_bytes().unwrap_or_default();
        let hash = sha256_hex(&[&bytes]);
        let stated = self.document.inputs.iter().find(|input| input.name == NAMES_INPUT);
        if stated.is_none_or(|input| input.sha256 != hash) {
            self.note("inputs", "the names of the problem are not those of the plan".to_owned());
            return false;
        }
        let problem = self.problem;
        let (names, years) = (self.names, problem.years());
        let fits = names.assets.len() == problem.len()
            && names.years.len() == years
            && names.holders.len() == problem.holders()
            && names.holders.iter().all(|holder| holder.hours_limited.len() == years)
            && names.sites.len() == problem.sites()
            && names.classes.len() == problem.classes().len()
            && names.classes.iter().all(|class| {
                class.items.len() <= problem.challengers()
                    && class.items.iter().all(|item| item.money.len() == years)
            });
        if !fits {
            self.note("inputs", "the names do not have the shape of the problem".to_owned());
        }
        fits
    }

    fn check_head(&mut self) {
        let document = self.document;
        self.expect("schema", &document.schema.as_str(), &SCHEMA);
        let id = plan_id(&document.problem_sha256, &document.lines);
        self.expect("plan_id", &document.plan_id, &id);
        let names = self.names;
        if document.horizon != names.years {
            self.note("horizon", format!("the problem plans {}", names.years.join(", ")));
        }
        let holders = names.holders.iter().map(|holder| &holder.holder);
        if !holders.eq(&document.multipliers.holders) {
            self.note("multipliers.holders", "the problem has other holders".to_owned());
        }
    }

    fn asset_numbers(&self) -> BTreeMap<&'a str, usize> {
        self.names.assets.iter().enumerate().map(|(at, label)| (label.as_str(), at)).collect()
    }

    fn class_of(&self, asset: usize) -> Option<&'a ClassNames> {
        let class = self.problem.assets().class.get(asset)?;
        self.names.classes.get(usize::from(*class))
    }

    /// The year and challenger of a line, 1 to T and 0 to K - 1.
    fn purchase(&self, line: &Line, asset: usize) -> Option<(u16, u16)> {
        let year = self.names.years.iter().position(|year| *year == line.fy)?;
        let item = self.class_of(asset)?.items.iter().position(|item| item.item == line.item)?;
        Some((u16::try_from(year).ok()?.checked_add(1)?, u16::try_from(item).ok()?))
    }

    /// The option of every device as the lines say it; a device without a line is never replaced.
    fn schedule_of_lines(&mut self) -> Vec<Choice> {
        let numbers = self.asset_numbers();
        let mut choices = vec![Choice::default(); self.names.assets.len()];
        let document = self.document;
        for line in &document.lines {
            let place = format!("lines[{}]", line.id);
            let number = line.asset.as_deref().and_then(|label| numbers.get(label)).copied();
            let Some(asset) = number else {
                self.note(place, "the device is not in the problem".to_owned());
                continue;
            };
            let purchase = self.purchase(line, asset);
            let (Some((t, k)), Some(choice)) = (purchase, choices.get_mut(asset)) else {
                self.note(place, "the year or the item is not in the problem".to_owned());
                continue;
            };
            let twice = match line.action.as_str() {
                "replace" if choice.t1 == 0 => {
                    (choice.t1, choice.k1) = (t, k);
                    false
                }
                "replace-again" if choice.t2 == 0 => {
                    (choice.t2, choice.k2) = (t, k);
                    false
                }
                "replace" | "replace-again" => true,
                other => {
                    let message = format!("unknown action `{other}`");
                    self.note(place, message);
                    continue;
                }
            };
            if twice {
                self.note(place, format!("the device has a second line `{}`", line.action));
            }
        }
        choices
    }

    fn check_lines(&mut self) {
        let numbers = self.asset_numbers();
        let document = self.document;
        for (number, line) in (1_u64..).zip(&document.lines) {
            let place = |part: &str| format!("lines[{}].{part}", line.id);
            self.expect(place("id"), &line.id, &line_id(number));
            let asset = line.asset.as_deref().and_then(|label| numbers.get(label)).copied();
            let Some(asset) = asset else { continue };
            let assets = self.problem.assets();
            let (names, class) = (self.names, self.class_of(asset));
            let row = |column: &[u32]| column.get(asset).and_then(|at| usize::try_from(*at).ok());
            if let Some(class) = class {
                self.expect(place("class"), &line.class, &class.class);
            }
            if let Some(site) = row(&assets.site).and_then(|at| names.sites.get(at)) {
                self.expect(place("site"), &line.site, site);
            }
            if let Some(holder) = row(&assets.ics).and_then(|at| names.holders.get(at)) {
                self.expect(place("holder"), &line.holder, &holder.holder);
                self.expect(place("stream"), &line.stream, &holder.stream);
            }
            if let Some((t, k)) = self.purchase(line, asset) {
                self.check_money(line, asset, t, k);
            }
        }
    }

    fn check_money(&mut self, line: &Line, asset: usize, t: u16, k: u16) {
        let class = self.class_of(asset);
        let item = class.and_then(|class| class.items.get(usize::from(k)));
        if let Some(item) = item {
            self.expect(
                format!("lines[{}].life_years", line.id),
                &line.life_years,
                &item.life_years,
            );
        }
        let year = usize::from(t).saturating_sub(1);
        let money = item.and_then(|item| item.money.get(year)).copied();
        let Some(ItemMoney { net, vat, recoverable }) = money else { return };
        let gross = net.saturating_add(vat);
        let charged = gross.saturating_sub(recoverable);
        let parts = [
            ("price_net", &line.price_net, net),
            ("vat", &line.vat, vat),
            ("price_gross", &line.price_gross, gross),
            ("recoverable", &line.recoverable, recoverable),
            ("charged", &line.charged, charged),
        ];
        for (part, found, wanted) in parts {
            let wanted = Money::from_pence(wanted).to_string();
            self.expect(format!("lines[{}].{part}", line.id), found, &wanted);
        }
        let problem = self.problem;
        let class = problem.assets().class.get(asset).map(|class| usize::from(*class));
        let price = class
            .and_then(|class| problem.classes().get(class))
            .and_then(|class| class.price.get(usize::from(k))?.get(usize::from(t)));
        if price != Some(&charged) {
            let message = "the problem's price is not the charge of its names".to_owned();
            self.note(format!("lines[{}].charged", line.id), message);
        }
    }

    fn check_proof(&mut self, feasible: bool, objective: Option<i64>, bound: Option<i64>) {
        let document = self.document;
        self.expect("feasible", &document.feasible, &feasible);
        match objective {
            Some(wanted) => self.expect("objective_pence", &document.objective_pence, &wanted),
            None => self.note("objective_pence", "the schedule has no objective".to_owned()),
        }
        match bound {
            Some(wanted) => self.expect("bound_pence", &document.bound_pence, &wanted),
            None => self.note("multipliers", "the multipliers prove no bound".to_owned()),
        }
        if let Some((objective, bound)) = objective.zip(bound) {
            let wanted = certified_gap(objective, bound);
            if document.certified_gap.to_bits() != wanted.to_bits() {
                self.note(
                    "certified_gap",
                    format!("found {}, the problem gives {wanted}", document.certified_gap),
                );
            }
        }
    }

    /// Pence, quarter hours and purchases of the lines by year and holder.
    fn used(&self) -> BTreeMap<(&'a str, &'a str), (i64, i64, u64)> {
        let numbers = self.asset_numbers();
        let mut used: BTreeMap<(&str, &str), (i64, i64, u64)> = BTreeMap::new();
        for line in &self.document.lines {
            let asset = line.asset.as_deref().and_then(|label| numbers.get(label)).copied();
            let class = asset.and_then(|asset| self.problem.assets().class.get(asset));
            let class = class.and_then(|class| self.problem.classes().get(usize::from(*class)));
            let charged = line.charged.parse::<Money>().map_or(0, Money::pence);
            let cell = used.entry((&line.fy, &line.holder)).or_default();
            cell.0 = cell.0.saturating_add(charged);
            cell.1 = cell.1.saturating_add(class.map_or(0, |class| class.units));
            cell.2 = cell.2.saturating_add(1);
        }
        used
    }

    fn check_years(&mut self) {
        let (document, names) = (self.document, self.names);
        let used = self.used();
        let mut rows = document.years.iter();
        for (t, year) in (1_usize..).zip(&names.years) {
            for (g, holder) in names.holders.iter().enumerate() {
                let Some(row) =
                    rows.next().filter(|row| row.fy == *year && row.holder == holder.holder)
                else {
                    self.note(
                        "years",
                        format!("the row of {} in {year} is missing", holder.holder),
                    );
                    return;
                };
                let place = |part: &str| format!("years[{year} {}].{part}", holder.holder);
                let key = (year.as_str(), holder.holder.as_str());
                let (spend, hours, purchases) = used.get(&key).copied().unwrap_or_default();
                let of = |table: &[Vec<i64>]| table.get(g).and_then(|row| row.get(t)).copied();
                let envelope = of(self.problem.envelope()).unwrap_or(0);
                let install = of(self.problem.install()).unwrap_or(0);
                let limited = holder.hours_limited.get(t.saturating_sub(1)) == Some(&true);
                let money = |pence: i64| Money::from_pence(pence).to_string();
                let lam = of(&document.multipliers.lam).unwrap_or(0);
                let texts = [
                    ("stream", &row.stream, holder.stream.clone()),
                    ("envelope", &row.envelope, money(envelope)),
                    ("spend", &row.spend, money(spend)),
                    ("headroom", &row.headroom, money(envelope.saturating_sub(spend))),
                    ("engineer_hours", &row.engineer_hours, hours_text(hours)),
                    ("shadow_price", &row.shadow_price, shadow_price(lam)),
                ];
                for (part, found, wanted) in texts {
                    self.expect(place(part), found, &wanted);
                }
                self.expect(place("purchases"), &row.purchases, &purchases);
                if row.engineer_hours_limit != limited.then(|| hours_text(install)) {
                    let message = "the problem gives another limit of hours".to_owned();
                    self.note(place("engineer_hours_limit"), message);
                }
            }
        }
        if rows.next().is_some() {
            self.note("years", "there are more rows than holders and years".to_owned());
        }
    }

    fn check_totals(&mut self) {
        let document = self.document;
        let charged = |line: &Line| line.charged.parse::<Money>().map_or(0, Money::pence);
        let sum = |lines: &mut dyn Iterator<Item = &Line>| {
            lines.map(charged).fold(0_i64, i64::saturating_add)
        };
        let money = |pence: i64| Money::from_pence(pence).to_string();
        let spend = sum(&mut document.lines.iter());
        let unknown = sum(&mut document.lines.iter().filter(|line| line.rests_on_unknown));
        let envelope = self.problem.envelope().iter().flat_map(|row| row.iter().skip(1));
        let envelope = envelope.fold(0_i64, |all, pence| all.saturating_add(*pence));
        let totals = &document.totals;
        self.expect("totals.spend", &totals.spend, &money(spend));
        self.expect("totals.spend_on_unknown", &totals.spend_on_unknown, &money(unknown));
        self.expect("totals.envelope", &totals.envelope, &money(envelope));
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        self.expect("totals.purchases", &totals.purchases, &count(document.lines.len()));
        self.expect("totals.deferred", &totals.deferred, &count(document.deferred.len()));
        self.expect("totals.devices", &totals.devices, &count(self.names.assets.len()));
    }

    fn check_deferred(&mut self, schedule: &Schedule) {
        let numbers = self.asset_numbers();
        let document = self.document;
        for (at, deferred) in document.deferred.iter().enumerate() {
            let asset = numbers.get(deferred.asset.as_str()).copied();
            let choice = asset.and_then(|asset| schedule.choices.get(asset));
            match choice {
                None => self.note(
                    format!("deferred[{at}].asset"),
                    format!("`{}` is not in the problem", deferred.asset),
                ),
                Some(choice) if choice.t1 > 0 => self.note(
                    format!("deferred[{at}].asset"),
                    format!("`{}` is replaced by a line", deferred.asset),
                ),
                Some(_) => {}
            }
        }
    }
}
