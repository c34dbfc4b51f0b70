//! Why a device passes, fails or is unknown, rule by rule.

use std::io::{self, Write};

use diagnostic::suggest;
use inventory::store::Access;
use inventory::{Field, Register, Store as _, Value};
use schemars::JsonSchema;
use serde::Serialize;
use wes::{Comparison, Compiled, Compliance, Explanation, Outcome, Rule, Tier, Truth};

use super::rule::remedies;
use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::Failure;
use crate::output::Envelope;
use crate::profiles::{self, DeviceFacts};
use crate::terminal::printable;

/// What `--json` prints of a device.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Report {
    asset: String,
    class: String,
    profile: String,
    /// The last day on which every minimum is met, and the rule that ends it.
    compliant_until: Option<String>,
    ended_by: Option<String>,
    rules: Vec<RuleReport>,
}

/// One verdict with everything behind it.
#[derive(Debug, Serialize, JsonSchema)]
struct RuleReport {
    rule: String,
    verdict: String,
    tier: Option<String>,
    compliant_until: Option<String>,
    severity: String,
    why: String,
    remedy: Option<String>,
    /// The layer and place that set the requirement last.
    set_by: Option<String>,
    comparisons: Vec<ComparisonReport>,
}

/// One value compared with one requirement.
#[derive(Debug, Serialize, JsonSchema)]
struct ComparisonReport {
    tier: String,
    /// The field, or the fields that a table is looked up by.
    field: String,
    value: Option<String>,
    required: String,
    result: String,
    margin: Option<String>,
    /// File and row of the value, and the day on which it was seen.
    evidence: Option<String>,
    /// The list or table that decided, with its date.
    list: Option<String>,
}

pub(super) fn explain(context: &Context, tag: &str, profile: Option<&str>) -> Result<(), Failure> {
    let output = context.output(&[Format::Plain, Format::Json])?;
    let store = estate::open(context, Access::Read)?;
    let profile = profiles::chosen(context, profile, Some(&store))?;
    let register = store.register_at(&context.moment())?;
    let device = find(&register, tag)?;
    let report = report(context, &profile, &register, device);
    if output.format() == Format::Json {
        let mut inputs = estate::inputs(&store)?;
        inputs.extend(profiles::inputs(&profile));
        let envelope = Envelope::new("refit.explain-asset/1", context.as_of(), inputs, report);
        return output.write_json(&envelope);
    }
    output.write(|out| write(&report, context.as_of(), out))
}

fn find(register: &Register, tag: &str) -> Result<usize, Failure> {
    register.find(tag).ok_or_else(|| {
        let labels = (0..register.len()).map(|device| register.label(device));
        let near = if register.len() <= 100_000 { suggest(tag, labels) } else { None };
        let help = near.map_or_else(
            || "`refit assets list` lists the devices".to_owned(),
            |near| format!("a device with a similar name exists: `{near}`"),
        );
        let message = format!("no device has the tag or serial number `{tag}`");
        Failure::error(codes::UNKNOWN_NAME, message).help(help)
    })
}

fn report(context: &Context, profile: &Compiled, register: &Register, device: usize) -> Report {
    let facts = DeviceFacts { register, device };
    let day = context.as_of();
    let mut rules = Vec::new();
    let mut soonest = (Compliance::NoEnd, None);
    if let Some(class) = register.class(device) {
        for rule in profile.rules() {
            let explanation = rule.explain(profile, class, &facts, day);
            if soonest.0.earlier(explanation.compliant_until) != soonest.0 {
                soonest = (explanation.compliant_until, Some(rule.id.clone()));
            }
            if explanation.outcome != Outcome::NotApplicable {
                let chosen = remedy_for(rule, explanation.outcome, class, &facts, day);
                rules.push(of_rule(rule, &explanation, chosen, register, device));
            }
        }
    }
    Report {
        asset: register.label(device).to_owned(),
        class: register.class(device).map(ToString::to_string).unwrap_or_default(),
        profile: format!("{} {}", profile.id(), profile.version()),
        compliant_until: until(soonest.0),
        ended_by: soonest.1,
        rules,
    }
}

/// What to do about a verdict: the remedy that can be used, or which facts to record.
fn remedy_for(
    rule: &Rule,
    outcome: Outcome,
    class: &inventory::Class,
    facts: &DeviceFacts<'_>,
    day: chrono::NaiveDate,
) -> Option<String> {
    if !outcome.facts().is_empty() {
        return Some(format!("record {}", outcome.facts().to_string().replace(',', ", ")));
    }
    let remedy = rule.remedy.as_ref().filter(|_| outcome != Outcome::Pass)?;
    let Some(own) = remedy.choose(class, facts, day) else {
        return Some(format!("one of: {}", remedies(remedy)));
    };
    Some(match &own.item {
        Some(item) => format!("{} with {item}", own.kind),
        None => own.kind.to_string(),
    })
}

fn of_rule(
    rule: &Rule,
    explanation: &Explanation,
    remedy: Option<String>,
    register: &Register,
    device: usize,
) -> RuleReport {
    let comparisons = explanation
        .tiers
        .iter()
        .flat_map(|tier| {
            tier.comparisons.iter().map(move |own| of_comparison(tier.tier, own, register, device))
        })
        .collect();
    let asks = |key: &str| !matches!(key, "why" | "severity" | "weight");
    RuleReport {
        rule: rule.id.clone(),
        verdict: explanation.outcome.word().to_owned(),
        tier: explanation.outcome.tier().map(|tier| tier.to_string()),
        compliant_until: until(explanation.compliant_until),
        severity: rule.severity.to_string(),
        why: rule.why.clone(),
        remedy,
        set_by: rule
            .history
            .iter()
            .rev()
            .find(|touch| asks(&touch.key))
            .map(|touch| format!("{}, {}", touch.layer, touch.place)),
        comparisons,
    }
}

fn of_comparison(
    tier: Tier,
    own: &Comparison,
    register: &Register,
    device: usize,
) -> ComparisonReport {
    let result = match own.truth {
        Truth::Pass => "met",
        Truth::Fail => "not met",
        Truth::Unknown(_) => "unknown",
        Truth::NotApplicable => "not applicable",
    };
    let join = |words: Vec<String>| words.join(", ");
    let mut places: Vec<String> =
        own.values.iter().filter_map(|(field, _)| evidence(*field, register, device)).collect();
    places.dedup();
    let known = own.values.iter().any(|(_, value)| value.is_some());
    let values = own.values.iter().map(|(field, value)| match value {
        Some(value) => phrase(*field, value),
        None => "not recorded".to_owned(),
    });
    ComparisonReport {
        tier: tier.to_string(),
        field: join(own.values.iter().map(|(field, _)| field.word().to_owned()).collect()),
        value: known.then(|| join(values.collect())),
        required: own.required.clone(),
        result: result.to_owned(),
        margin: own.margin.clone(),
        evidence: (!places.is_empty()).then(|| join(places)),
        list: own.input.as_ref().map(|input| match input.list_date {
            Some(date) => format!("{} of {date} ({})", input.name, input.file),
            None => format!("{} ({})", input.name, input.file),
        }),
    }
}

fn phrase(field: Field, value: &Value) -> String {
    value.to_phrase(field.kind())
}

fn evidence(field: Field, register: &Register, device: usize) -> Option<String> {
    let origin = if matches!(field, Field::ResW | Field::ResH) { Field::Resolution } else { field };
    let evidence = register.evidence(origin, device)?;
    let seen = evidence.seen_on.map(|day| format!(", seen {day}")).unwrap_or_default();
    Some(format!("{}:{}{seen}", evidence.source, evidence.row))
}

fn until(compliance: Compliance) -> Option<String> {
    match compliance {
        Compliance::Until(day) => Some(day.to_string()),
        Compliance::NotNow | Compliance::NoEnd => None,
    }
}

fn write(report: &Report, day: chrono::NaiveDate, out: &mut dyn Write) -> io::Result<()> {
    let end = match (&report.compliant_until, &report.ended_by) {
        (Some(day), Some(rule)) => format!("meets every minimum until {day}, then fails {rule}"),
        (None, Some(rule)) => format!("does not meet every minimum: {rule}"),
        _ => "meets every minimum, with no end in sight".to_owned(),
    };
    writeln!(
        out,
        "{} ({}), judged by {} on {day}: {end}",
        printable(&report.asset),
        report.class,
        report.profile
    )?;
    for rule in &report.rules {
        let tier = rule.tier.as_ref().map(|tier| format!(" at {tier}")).unwrap_or_default();
        let until =
            rule.compliant_until.as_ref().map(|day| format!(", until {day}")).unwrap_or_default();
        writeln!(out, "\n{}: {}{tier}{until}", rule.rule, rule.verdict)?;
        for own in &rule.comparisons {
            let value = own.value.as_deref().unwrap_or("not recorded");
            let margin =
                own.margin.as_ref().map(|margin| format!(", {margin}")).unwrap_or_default();
            let evidence =
                own.evidence.as_ref().map(|place| format!(" [{place}]")).unwrap_or_default();
            let list = own.list.as_ref().map(|list| format!(" by {list}")).unwrap_or_default();
            writeln!(
                out,
                "  {:<11} {} {}{} - {}: {}{margin}{list}",
                own.tier,
                own.field,
                printable(value),
                printable(&evidence),
                own.required,
                own.result
            )?;
        }
        if rule.verdict != "pass" {
            writeln!(out, "  why         {}", printable(&rule.why))?;
            if let Some(remedy) = &rule.remedy {
                writeln!(out, "  remedy      {remedy}")?;
            }
        }
        if let Some(set_by) = &rule.set_by {
            writeln!(out, "  set by      {}", printable(set_by))?;
        }
    }
    Ok(())
}
