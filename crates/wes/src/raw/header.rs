//! `[profile]`.

use chrono::NaiveDate;
use diagnostic::toml_file::{Located, Table};
use diagnostic::{Diagnostic, Place};
use inventory::toml_values::Date;

use crate::profile_version::{ParentRef, ProfileVersion, is_profile_id};
use crate::{Period, codes};

/// The language that this version reads.
const LANGUAGE: i64 = 1;

/// What a profile says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Header {
    pub(crate) id: Located<String>,
    pub(crate) version: ProfileVersion,
    pub(crate) title: Option<String>,
    pub(crate) owner: String,
    pub(crate) effective: Effective,
    pub(crate) effective_place: Option<Place>,
    pub(crate) extends: Vec<Located<ParentRef>>,
    /// The longest that a waiver of its rules may last.
    pub(crate) waiver_max: Option<Located<Period>>,
}

/// The days on which a profile is in force: from the first up to and excluding the second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Effective {
    /// The first day; without one the profile has always been in force.
    pub from: Option<NaiveDate>,
    /// The first day on which it is no longer in force.
    pub until: Option<NaiveDate>,
}

pub(crate) fn read(mut table: Table<'_>) -> Option<Header> {
    let id = table.required::<String>("id");
    if let Some(id) = &id
        && !is_profile_id(&id.value)
    {
        table.bad_value(
            id.place.clone(),
            format!("`{}` is not an id", id.value),
            "ids are 1 to 64 small letters, digits, `-` and `_`",
        );
    }
    let version = table.required::<ProfileVersion>("version");
    let owner = table.required::<String>("owner");
    let title = table.optional::<String>("title");
    table.optional::<String>("description");
    let language = table.required::<i64>("language");
    if let Some(language) = language.filter(|language| language.value != LANGUAGE) {
        table.problem(
            Diagnostic::error(
                codes::LANGUAGE,
                format!("profile language {} is not known here", language.value),
            )
            .at(language.place)
            .help("write `language = 1`, or use a newer release of Refit"),
        );
    }
    let (effective, effective_place) = read_effective(&mut table);
    let extends = table
        .item("extends")
        .map(|item| {
            item.items().iter().filter_map(diagnostic::toml_file::Item::read::<ParentRef>).collect()
        })
        .unwrap_or_default();
    let waiver_max = table.optional::<Period>("waiver_max");
    table.finish();
    Some(Header {
        id: id?,
        version: version?.value,
        title: title.map(|title| title.value),
        owner: owner.map(|owner| owner.value).unwrap_or_default(),
        effective,
        effective_place,
        extends,
        waiver_max,
    })
}

fn read_effective(table: &mut Table<'_>) -> (Effective, Option<Place>) {
    let Some(mut period) = table.table("effective") else { return (Effective::default(), None) };
    let place = period.place();
    let day = |date: Option<Located<Date>>| date.map(|date| date.value.0);
    let effective = Effective {
        from: day(period.optional::<Date>("from")),
        until: day(period.optional::<Date>("until")),
    };
    if let (Some(from), Some(until)) = (effective.from, effective.until)
        && until <= from
    {
        period.problem(
            Diagnostic::error(
                codes::PERIOD_ORDER,
                format!("the profile is in force from {from} and no longer on {until}"),
            )
            .help("`until` is the first day after the period; make it later than `from`"),
        );
    }
    period.finish();
    (effective, Some(place))
}
