//! From a plan and a few words to the one result that every file shows.

use diagnostic::{Diagnostic, Diagnostics, Place};
use planner::document::{Input, PlanDocument, Tool};

use super::model::{BidModel, SCHEMA};
use super::places::Places;
use super::read::Reader;
use super::words::Words;
use super::{
    capitalisation, checks, codes, compliance, form, groups, headline, lines, notes, years,
};
use crate::output;

/// A plan file, read.
#[derive(Clone, PartialEq, Debug)]
pub struct PlanFile {
    /// The path as given.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The plan.
    pub plan: PlanDocument,
}

impl PlanFile {
    /// Reads the text of a plan file.
    ///
    /// # Errors
    /// One [`Diagnostic`] when it is not a plan.
    pub fn read(name: &str, text: &str) -> Result<Self, Box<Diagnostic>> {
        let plan = super::read::plan(name, text)?;
        Ok(Self { name: name.to_owned(), sha256: output::sha256(text.as_bytes()), plan })
    }
}

/// Builds a bid for one financial year of the plan; by default its first.
///
/// # Errors
/// Every problem of the plan: values that cannot be read, a year outside the horizon, figures that disagree.
pub fn build(file: &PlanFile, fy: Option<&str>, words: &Words) -> Result<BidModel, Diagnostics> {
    let plan = &file.plan;
    let mut reader = Reader::new(&file.name);
    for year in &plan.horizon {
        reader.label(|| "horizon".to_owned(), year);
    }
    let Some(fy) = fy.or(plan.horizon.first().map(String::as_str)) else {
        reader.problems.push(no_year(file, "none"));
        return Err(reader.problems);
    };
    if !plan.horizon.iter().any(|year| year == fy) {
        reader.problems.push(no_year(file, fy));
    }
    let mut model = assemble(file, fy, words, &mut reader);
    if !reader.problems.has_errors() {
        model.checks = checks::run(plan, &model, &mut reader);
    }
    if reader.problems.has_errors() { Err(reader.problems) } else { Ok(model) }
}

fn no_year(file: &PlanFile, fy: &str) -> Diagnostic {
    let known = file.plan.horizon.join(", ");
    Diagnostic::error(codes::NO_SUCH_YEAR, format!("the plan does not cover the year `{fy}`"))
        .at(Place::file(file.name.as_str()))
        .value(fy)
        .help(format!("give `--fy` with one of: {known}"))
}

fn assemble(file: &PlanFile, fy: &str, words: &Words, reader: &mut Reader<'_>) -> BidModel {
    let plan = &file.plan;
    let places = Places::of(plan);
    let mut lines = lines::purchases(plan, &places, reader);
    let deferred = lines::deferred(plan, &places, reader);
    let holders = years::holders(plan, reader);
    let years = years::years(plan, &lines, &deferred, &holders, reader);
    let classes = groups::classes(plan, &lines, &deferred);
    let practices = groups::practices(plan, &places, &lines, &deferred);
    let capitalisation = capitalisation::state(&mut lines, &holders, &plan.horizon, words);
    let totals = years::totals(plan, &years, &lines, &practices);
    let compliance = compliance::totals(plan);
    let quality = compliance::quality(plan, &lines);
    let unplanned = compliance::unplanned(plan);
    let proof = headline::proof(plan);
    let specification =
        lines::clean(&format!("{} {}", plan.specification.id, plan.specification.version));
    let headline = headline::write(fy, &years, &totals, &classes, &compliance);
    let estate = estate(plan);
    let form = form::fill(
        &form::Basis {
            fy,
            estate: &estate,
            years: &years,
            totals: &totals,
            headline: &headline,
            proof: &proof,
            capitalisation: &capitalisation,
            specification: &specification,
        },
        words,
    );
    BidModel {
        schema: SCHEMA,
        tool: clean_tool(&plan.tool),
        made_by: output::tool(),
        as_of: lines::clean(&plan.as_of),
        plan_id: lines::clean(&plan.plan_id),
        problem_sha256: lines::clean(&plan.problem_sha256),
        inputs: inputs(file),
        fy: fy.to_owned(),
        assumptions: notes::assumptions(&classes, &holders, &capitalisation, &quality),
        exclusions: notes::exclusions(&unplanned),
        glossary: notes::glossary(),
        specification,
        estate,
        horizon: plan.horizon.clone(),
        form,
        headline,
        totals,
        years,
        compliance_by_class: compliance::by_class(plan, &classes),
        rules: groups::rules(plan),
        holders,
        classes,
        practices,
        lines,
        deferred,
        unplanned,
        compliance,
        capitalisation,
        quality,
        proof,
        checks: Vec::new(),
    }
}

fn estate(plan: &PlanDocument) -> String {
    let mut holders: Vec<String> =
        plan.years.iter().map(|year| lines::clean(&year.holder)).collect();
    holders.sort_unstable();
    holders.dedup();
    match holders.as_slice() {
        [] => "an estate without budget holders".to_owned(),
        [start @ .., last] if !start.is_empty() => format!("{} and {last}", start.join(", ")),
        [only, ..] => only.clone(),
    }
}

fn clean_tool(tool: &Tool) -> Tool {
    Tool { name: lines::clean(&tool.name), version: lines::clean(&tool.version) }
}

fn inputs(file: &PlanFile) -> Vec<Input> {
    let given = file.plan.inputs.iter().map(|input| Input {
        name: lines::clean(&input.name),
        sha256: lines::clean(&input.sha256),
    });
    let plan = Input { name: lines::clean(&base_name(&file.name)), sha256: file.sha256.clone() };
    given.chain([plan]).collect()
}

/// The last part of a path, so that outputs do not depend on where files lie.
fn base_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
}
