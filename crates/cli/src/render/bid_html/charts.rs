//! The page's three drawings.

use crate::bid::BidModel;
use crate::bid::pounds::{Pounds, grouped};
use crate::chart::{self, Chart, Series};

/// The drawings, as SVG.
pub(super) struct Charts {
    pub(super) money: String,
    pub(super) compliance: String,
    pub(super) classes: String,
}

pub(super) fn draw(bid: &BidModel) -> Charts {
    Charts { money: money(bid), compliance: compliance(bid), classes: classes(bid) }
}

fn short(pence: i64) -> String {
    Pounds::from_pence(pence).short()
}

fn devices(count: i64) -> String {
    grouped(count.unsigned_abs())
}

fn money(bid: &BidModel) -> String {
    let mut series: Vec<Series> = bid
        .classes
        .iter()
        .take(3)
        .filter(|class| class.total_spend > Pounds::ZERO)
        .map(|class| Series {
            name: class.plural.clone(),
            values: class.spend.iter().map(|spend| spend.pence()).collect(),
        })
        .collect();
    let rest: Vec<i64> = (0..bid.horizon.len())
        .map(|year| {
            let others = bid.classes.iter().skip(3).filter_map(|class| class.spend.get(year));
            Pounds::sum(others.copied()).pence()
        })
        .collect();
    if rest.iter().any(|&pence| pence != 0) {
        series.push(Series { name: "other classes".to_owned(), values: rest });
    }
    let limit = Series {
        name: "envelope".to_owned(),
        values: bid.years.iter().map(|year| year.envelope.pence()).collect(),
    };
    let parts = bid
        .years
        .iter()
        .map(|year| format!("{}: {} of {}", year.fy, year.spend.short(), year.envelope.short()));
    let chart = Chart {
        id: "money-by-year",
        title: "Spend by year and class, beside the envelope".to_owned(),
        description: format!("{}.", parts.collect::<Vec<_>>().join("; ")),
        categories: bid.horizon.clone(),
        series,
        write: short,
    };
    chart::stacked(&chart, Some(&limit))
}

fn compliance(bid: &BidModel) -> String {
    let values = |of: fn(&crate::bid::model::ComplianceTotal) -> u64| -> Vec<i64> {
        bid.compliance.iter().map(|at| i64::try_from(of(at)).unwrap_or(i64::MAX)).collect()
    };
    let chart = Chart {
        id: "failing-devices",
        title: "Devices failing a minimum rule, with and without the plan".to_owned(),
        description: bid.headline.without.clone(),
        categories: bid.compliance.iter().map(|at| at.words.replace("31 March", "Mar")).collect(),
        series: vec![
            Series {
                name: "failing with the plan".to_owned(),
                values: values(|at| at.failing_with_plan),
            },
            Series {
                name: "failing if nothing is bought".to_owned(),
                values: values(|at| at.failing_without_plan),
            },
        ],
        write: devices,
    };
    chart::lines(&chart)
}

fn classes(bid: &BidModel) -> String {
    let bought: Vec<_> = bid.classes.iter().filter(|class| class.total_purchases > 0).collect();
    let parts =
        bought.iter().map(|class| format!("{} {}", class.plural, class.total_spend.short()));
    let chart = Chart {
        id: "money-by-class",
        title: "Spend by class over all years".to_owned(),
        description: format!("{}.", parts.collect::<Vec<_>>().join("; ")),
        categories: bought.iter().map(|class| class.plural.clone()).collect(),
        series: vec![Series {
            name: "charged".to_owned(),
            values: bought.iter().map(|class| class.total_spend.pence()).collect(),
        }],
        write: short,
    };
    chart::bars(&chart)
}
