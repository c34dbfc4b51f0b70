//! Assumptions with their sources, what is left out, and words explained.

use super::capitalisation::Capitalisation;
use super::model::{ClassYears, HolderYear, Note, Quality, UnplannedCount};
use super::pounds::grouped;

fn note(what: impl Into<String>, source: impl Into<String>) -> Note {
    Note { what: what.into(), source: source.into() }
}

/// What was assumed.
pub(super) fn assumptions(
    classes: &[ClassYears],
    holders: &[HolderYear],
    capitalisation: &Capitalisation,
    quality: &Quality,
) -> Vec<Note> {
    let mut all = vec![
        note(
            "A purchase belongs to the financial year (1 April to 31 March) in which the device is received; money not spent in its year is lost.",
            "HM Treasury consolidated budgeting: unspent capital limits do not carry forward",
        ),
        note(
            "An envelope is charged with the price including VAT, less the VAT that is recovered. Each line is rounded to a penny, half a penny up.",
            "the plan's price list; VAT recovery as the price list states it",
        ),
    ];
    for class in classes.iter().filter(|class| class.life_years > 0) {
        all.push(note(
            format!("Life of {}: {} years.", class.plural, class.life_years),
            class.life_source.clone(),
        ));
    }
    let uncertain = holders.iter().filter(|year| year.certainty != "confirmed").count();
    if uncertain > 0 {
        all.push(note(
            format!("{uncertain} of {} envelopes are not confirmed.", holders.len()),
            "the certainty that the envelopes file states",
        ));
    }
    if quality.without_purchase_date > 0 {
        all.push(note(
            format!(
                "{} devices have no purchase date and are planned as if bought half a life ago.",
                grouped(quality.without_purchase_date)
            ),
            "the register",
        ));
    }
    for thresholds in &capitalisation.thresholds {
        all.push(note(
            format!(
                "Capitalisation: single items from {}; groups from {} of items above {} each.",
                thresholds.single_minimum, thresholds.group_minimum, thresholds.group_item_minimum
            ),
            thresholds.source.clone(),
        ));
    }
    all.push(note(
        "Depreciation is straight-line over the life of the item bought, without residual value, a full year's charge from the year after receipt.",
        "a planning convention; the finance system's own policy prevails",
    ));
    all
}

/// What is not in the bid.
pub(super) fn exclusions(unplanned: &[UnplannedCount]) -> Vec<String> {
    let mut all = vec![
        "Deployment services, extended warranties and software, unless the price list has them within an item's price.".to_owned(),
        "Growth: new posts, new rooms and new sites. The plan replaces devices that exist.".to_owned(),
        "Disposal of the old devices and the wiping of their media.".to_owned(),
        "Network, telephony and comms rooms.".to_owned(),
    ];
    all.extend(unplanned.iter().map(|left| {
        format!("{} (class {}): {}.", super::form::devices(left.devices), left.class, left.words)
    }));
    all
}

/// Words explained.
pub(super) fn glossary() -> Vec<Note> {
    [
        ("Envelope", "The limit on what a budget holder may spend from a funding stream in a financial year."),
        ("Charged", "What counts against the envelope: the price with VAT, less the VAT that is recovered."),
        ("Headroom", "The envelope less what is charged to it. It is lost on 31 March."),
        ("Need", "What replacements falling due in a year would cost if money were no limit."),
        ("Minimum rule", "A rule of the specification that a device must meet to be supported. A device that breaks one fails."),
        ("Unknown", "A fact that the rule needs is not recorded. Unknown is never counted as passing."),
        ("Deferred", "A device that falls due within the years planned and is not replaced in them: no year has the money or the engineers left for it, or keeping it costs less than replacing it."),
        ("Cost of delay", "The risk and running cost that waiting adds over the years planned, in today's money. The price of the new device is not set against it, so a delay can have a cost and still be cheaper than replacing."),
        ("Deadline", "A date by which a device must be replaced, because support for it ends."),
        ("Gap", "How far the plan can be from the best possible one, as a proved upper limit."),
        ("Capital and revenue", "Capital buys things used for more than a year and is limited by envelopes of its own; revenue pays for running costs."),
    ]
    .into_iter()
    .map(|(what, source)| note(what, source))
    .collect()
}
