//! The reconciliations of a bid.
//!
//! Two kinds. A plan that disagrees with itself makes no bid at all. An envelope that is exceeded is a finding, which every
//! file shows.

use std::collections::{BTreeMap, BTreeSet};

use planner::document::PlanDocument;

use super::model::{BidLine, BidModel, Check};
use super::pounds::{Pounds, grouped};
use super::read::Reader;
use super::years::count;

/// Makes every reconciliation; what disagrees within the plan is also recorded as a problem.
pub(super) fn run(plan: &PlanDocument, model: &BidModel, reader: &mut Reader<'_>) -> Vec<Check> {
    let mut checks = Checks { all: Vec::new(), per_envelope: false, reader };
    checks.totals(plan, model);
    checks.line_arithmetic(&model.lines);
    checks.holders(model);
    checks.matrices(model);
    checks.form(model);
    checks.repeats(plan);
    checks.limits(plan, model);
    checks.all
}

fn sum(lines: &[BidLine], of: fn(&BidLine) -> Pounds) -> Pounds {
    Pounds::sum(lines.iter().map(of))
}

struct Checks<'r, 'n> {
    all: Vec<Check>,
    per_envelope: bool,
    reader: &'r mut Reader<'n>,
}

impl Checks<'_, '_> {
    fn money(&mut self, what: &str, left: Pounds, right: Pounds) {
        self.agree(what, left.to_string(), right.to_string());
    }

    fn count(&mut self, what: &str, left: u64, right: u64) {
        self.agree(what, grouped(left), grouped(right));
    }

    fn agree(&mut self, what: &str, left: String, right: String) {
        let holds = left == right;
        if !holds {
            self.reader.disagrees(what, &left, &right);
        }
        let per_envelope = self.per_envelope;
        self.all.push(Check { what: what.to_owned(), left, right, holds, per_envelope });
    }

    fn totals(&mut self, plan: &PlanDocument, model: &BidModel) {
        let (totals, reader) = (&plan.totals, &mut *self.reader);
        let envelope = reader.amount(|| "totals.envelope".to_owned(), &totals.envelope);
        let unknown =
            reader.amount(|| "totals.spend_on_unknown".to_owned(), &totals.spend_on_unknown);
        let spend = reader.amount(|| "totals.spend".to_owned(), &totals.spend);
        self.money("lines = plan total", sum(&model.lines, |line| line.charged), spend);
        self.money("envelopes = plan total", model.totals.envelope, envelope);
        self.money("lines on unknown facts = plan total", model.totals.spend_on_unknown, unknown);
        self.count("number of lines = plan total", count(&model.lines), totals.purchases);
        self.count("number deferred = plan total", count(&model.deferred), totals.deferred);
    }

    fn line_arithmetic(&mut self, lines: &[BidLine]) {
        let gross = lines.iter().filter(|line| line.net.plus(line.vat) != line.gross).count();
        let charged =
            lines.iter().filter(|line| line.gross.minus(line.recoverable) != line.charged);
        self.agree("lines where net + VAT differs from gross", gross.to_string(), "0".to_owned());
        self.agree(
            "lines where gross - recovered differs from charged",
            charged.count().to_string(),
            "0".to_owned(),
        );
    }

    fn holders(&mut self, model: &BidModel) {
        let mut by_holder: BTreeMap<(&str, &str, &str), (Pounds, u64)> = BTreeMap::new();
        for line in &model.lines {
            let cell = by_holder.entry((&line.fy, &line.holder, &line.stream)).or_default();
            *cell = (cell.0.plus(line.charged), cell.1.saturating_add(1));
        }
        self.per_envelope = true;
        for year in &model.holders {
            let key = (year.fy.as_str(), year.holder.as_str(), year.stream.as_str());
            let (spend, bought) = by_holder.remove(&key).unwrap_or_default();
            let name = format!("{} {} {}", year.fy, year.holder, year.stream);
            self.money(&format!("{name}: lines = spend"), spend, year.spend);
            self.count(&format!("{name}: lines = purchases"), bought, year.purchases);
            let left = year.envelope.minus(year.spend);
            self.money(&format!("{name}: envelope - spend = headroom"), left, year.headroom);
        }
        self.per_envelope = false;
        let stray = by_holder.keys().map(|key| format!("{} {} {}", key.0, key.1, key.2));
        let stray: Vec<String> = stray.collect();
        self.agree("lines charged to no envelope", stray.join(", "), String::new());
    }

    fn matrices(&mut self, model: &BidModel) {
        let spend = model.totals.spend;
        let classes = Pounds::sum(model.classes.iter().flat_map(|class| &class.spend).copied());
        let practices = model.practices.iter().flat_map(|practice| &practice.spend).copied();
        self.money("year x class = lines", classes, spend);
        self.money("year x practice = lines", Pounds::sum(practices), spend);
        let years = Pounds::sum(model.years.iter().map(|year| year.spend));
        self.money("years = lines", years, sum(&model.lines, |line| line.charged));
        let accounts = model.capitalisation.capital.plus(model.capitalisation.revenue);
        self.money("capital + revenue = lines", accounts, spend);
    }

    fn form(&mut self, model: &BidModel) {
        let form = &model.form;
        let whole = form.total.charged.plus(form.earlier).plus(form.later);
        self.money("form, with earlier and later years = lines", whole, model.totals.spend);
    }

    fn repeats(&mut self, plan: &PlanDocument) {
        let mut seen = BTreeSet::new();
        let repeated = plan.lines.iter().filter(|line| {
            line.asset.as_ref().is_some_and(|asset| !seen.insert((asset, &line.action)))
        });
        let repeated = repeated.count().to_string();
        self.agree("devices bought twice by one action", repeated, "0".to_owned());
    }

    /// A plan that says it keeps its limits must; one that says it does not is shown as it is.
    fn limits(&mut self, plan: &PlanDocument, model: &BidModel) {
        for year in &model.holders {
            let holds = year.spend <= year.envelope;
            let what = format!("{} {} {}: within the envelope", year.fy, year.holder, year.stream);
            if !holds && plan.feasible {
                self.reader.disagrees(&what, &year.spend.to_string(), &year.envelope.to_string());
            }
            let (left, right) = (year.spend.to_string(), year.envelope.to_string());
            self.all.push(Check { what, left, right, holds, per_envelope: true });
        }
        self.all.push(Check {
            what: "the plan keeps every hard limit".to_owned(),
            left: if plan.feasible { "yes" } else { "no" }.to_owned(),
            right: "yes".to_owned(),
            holds: plan.feasible,
            per_envelope: false,
        });
    }
}
