//! What a director of finance reads first, and how good the plan provably is.

use planner::document::PlanDocument;

use super::form::devices;
use super::model::{ClassYears, ComplianceTotal, Headline, Proof, Totals, Year};
use super::pounds::{Pounds, grouped};

/// What the headline is written from.
struct Basis<'m> {
    fy: &'m str,
    years: &'m [Year],
    totals: &'m Totals,
    classes: &'m [ClassYears],
    compliance: &'m [ComplianceTotal],
}

/// Writes the headline.
pub(super) fn write(
    fy: &str,
    years: &[Year],
    totals: &Totals,
    classes: &[ClassYears],
    compliance: &[ComplianceTotal],
) -> Headline {
    let basis = &Basis { fy, years, totals, classes, compliance };
    Headline {
        ask: ask(basis),
        by_year: by_year(basis),
        buys: buys(basis),
        without: without(basis),
        left: left(basis),
    }
}

fn ask(basis: &Basis<'_>) -> String {
    let year = basis.years.iter().find(|year| year.fy == basis.fy);
    let (spend, bought) = year.map_or((Pounds::ZERO, 0), |year| (year.spend, year.purchases));
    let whole = match (basis.years.first(), basis.years.last()) {
        (Some(first), Some(last)) if first.fy != last.fy => format!(
            " The whole plan, {} to {}, is {} for {}.",
            first.fy,
            last.fy,
            basis.totals.spend,
            devices(basis.totals.purchases)
        ),
        _ => String::new(),
    };
    format!("{spend} in {} to replace {}.{whole}", basis.fy, devices(bought))
}

fn by_year(basis: &Basis<'_>) -> String {
    let parts: Vec<String> = basis
        .years
        .iter()
        .map(|year| format!("{} {} of {}", year.fy, year.spend.whole(), year.envelope.whole()))
        .collect();
    format!("Charged to the envelopes: {}.", parts.join("; "))
}

fn buys(basis: &Basis<'_>) -> String {
    let named = |class: &ClassYears| match class.total_purchases {
        1 => format!("1 {}", class.class.replace('-', " ")),
        count => format!("{} {}", grouped(count), class.plural),
    };
    let parts: Vec<String> =
        basis.classes.iter().filter(|class| class.total_purchases > 0).map(named).collect();
    if parts.is_empty() {
        return "The plan buys nothing.".to_owned();
    }
    let failing = match basis.totals.purchases_for_failure {
        0 => "none of them because a minimum rule is failed".to_owned(),
        count if count == basis.totals.purchases => {
            "all of them because a minimum rule is failed".to_owned()
        }
        count => format!(
            "{} of them because a minimum rule is or will be failed, the others for age, cost or a date that was set",
            grouped(count)
        ),
    };
    format!("It buys {} for {}; {failing}.", list(&parts), places(basis.totals))
}

/// `378 practices and 8 other sites`.
pub(crate) fn places(totals: &Totals) -> String {
    let of = |count: u64, one: &str, more: &str| {
        (count > 0).then(|| format!("{} {}", grouped(count), if count == 1 { one } else { more }))
    };
    let practices = of(totals.practices, "practice", "practices");
    let others = if practices.is_some() {
        of(totals.other_sites, "other site", "other sites")
    } else {
        of(totals.other_sites, "site", "sites")
    };
    list(&practices.into_iter().chain(others).collect::<Vec<_>>())
}

fn without(basis: &Basis<'_>) -> String {
    let (Some(now), Some(end)) = (basis.compliance.first(), basis.compliance.last()) else {
        return "The plan does not say how many devices fail.".to_owned();
    };
    format!(
        "Today {} of {} fail a minimum rule that only a new device mends. If nothing is bought, {} would fail on {}; with the plan, {}.",
        grouped(now.failing_with_plan),
        devices(now.devices),
        grouped(end.failing_without_plan),
        end.words,
        grouped(end.failing_with_plan)
    )
}

fn left(basis: &Basis<'_>) -> String {
    let waiting = basis.totals.deferred;
    if waiting == 0 {
        return "Every device that falls due is replaced.".to_owned();
    }
    let end = basis.years.last().map_or("", |year| year.fy.as_str());
    let fit = basis.years.iter().fold(0_u64, |all, year| all.saturating_add(year.deferred_fit));
    let without_room = waiting.saturating_sub(fit);
    let mut parts = Vec::new();
    if without_room > 0 {
        parts.push(format!(
            "for {} no year has the money or the engineers left",
            grouped(without_room)
        ));
    }
    if fit > 0 {
        let whom =
            if without_room > 0 { format!("for {}", grouped(fit)) } else { "for all".to_owned() };
        parts.push(format!(
            "{whom} some year has money left, but keeping them costs less than replacing them then"
        ));
    }
    let (verb, each) = if waiting == 1 {
        ("falls due and waits", "it is")
    } else {
        ("fall due and wait", "each is")
    };
    format!(
        "{} {verb} beyond {end}: {}; {each} listed with its reason.",
        devices(waiting),
        list(&parts)
    )
}

fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// How good the plan provably is.
pub(super) fn proof(plan: &PlanDocument) -> Proof {
    let objective = Pounds::from_pence(plan.objective_pence);
    let bound = Pounds::from_pence(plan.bound_pence);
    let difference = objective.minus(bound);
    let gap_percent = gap_percent(plan.objective_pence, plan.bound_pence);
    let words = format!(
        "The plan weighs what purchases cost against the risk and running cost of keeping old devices, in today's money: {objective} in all. It is proved that no plan within the same limits can come below {bound}; so this plan is at most {difference} ({gap_percent}) from the best possible one."
    );
    Proof {
        feasible: plan.feasible,
        objective,
        bound,
        difference,
        gap_percent,
        words,
        command: "refit plan verify plan.json".to_owned(),
    }
}

/// The gap in per cent with four decimals, rounded up so that it is never understated.
fn gap_percent(objective: i64, bound: i64) -> String {
    let difference = i128::from(objective).saturating_sub(i128::from(bound)).max(0);
    let scaled = difference.saturating_mul(1_000_000);
    let objective = i128::from(objective).max(1);
    let ceiling = scaled.saturating_add(objective.saturating_sub(1));
    let parts = ceiling.checked_div_euclid(objective).unwrap_or(0);
    format!("{}.{:04}%", parts.div_euclid(10_000), parts.rem_euclid(10_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_is_never_understated() {
        assert_eq!(gap_percent(1_000_000, 1_000_000), "0.0000%");
        assert_eq!(gap_percent(100_000_000, 99_999_999), "0.0001%");
        assert_eq!(gap_percent(200, 100), "50.0000%");
        assert_eq!(gap_percent(0, 0), "0.0000%");
    }

    #[test]
    fn lists_read_as_english() {
        let parts =
            |words: &[&str]| list(&words.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(parts(&["a"]), "a");
        assert_eq!(parts(&["a", "b", "c"]), "a, b and c");
    }
}
