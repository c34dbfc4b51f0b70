//! How the text of a cell becomes a value.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use diagnostic::Code;
use rust_decimal::Decimal;

use super::date::{DateFormat, DateOrder, DateProblem};
use crate::catalogue::{Field, Group, Kind, Unit, Value};
use crate::codes;
use crate::export::restore_text;
use crate::normal::{chassis, model, os};
use crate::vocabulary::OrgCode;

/// How dates of a column are written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Dates {
    Order(DateOrder),
    /// As tools export them: with a time of day, a month's name or a short year.
    Stamp(DateOrder),
    Format(DateFormat),
}

/// What is done to the text of a cell before it is parsed as its field's kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Reading {
    pub(super) dates: Dates,
    /// Texts, in small letters, that mean nothing is known.
    pub(super) empty: Vec<String>,
    /// Texts taken out wherever they stand, such as a currency sign.
    pub(super) remove: Vec<String>,
    pub(super) strip_prefix: Option<String>,
    pub(super) strip_suffix: Option<String>,
    /// Other words for the field's own, by the source's word in small letters.
    pub(super) words: Option<BTreeMap<String, String>>,
    /// The word for texts that the table lacks.
    pub(super) otherwise: Option<String>,
    /// How many of the field's units one of the column's units is.
    pub(super) factor: Option<Decimal>,
    /// What of the text counts.
    pub(super) part: Option<Part>,
}

/// What of a text counts, when tools say several things in one cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// The operating system of a name or a version such as `10.0.22631.3007`.
    Os,
    /// Its edition.
    OsEdition,
    /// Its build.
    OsBuild,
    /// The version of a TPM in `2.0, 0, 1.38`.
    TpmVersion,
    /// The class of a chassis, by word or number.
    Chassis,
    /// The class that the name of a model tells.
    ModelClass,
    /// The name of a Lenovo's type code.
    ModelName,
    /// A number with its unit, such as `16 GB`.
    Size,
    /// The code of an organisation at the beginning or end of a place's name.
    SiteCode,
    /// The day of a firmware, month first.
    FirmwareDay,
}

impl Part {
    /// The words that maps use.
    pub(super) const WORDS: &'static [(&'static str, Self)] = &[
        ("os", Self::Os),
        ("os-edition", Self::OsEdition),
        ("os-build", Self::OsBuild),
        ("tpm-version", Self::TpmVersion),
        ("chassis", Self::Chassis),
        ("model-class", Self::ModelClass),
        ("model-name", Self::ModelName),
        ("size", Self::Size),
        ("site-code", Self::SiteCode),
        ("firmware-day", Self::FirmwareDay),
    ];

    /// The part of a text; nothing when the text does not say.
    fn of(self, field: Field, text: &str) -> Option<String> {
        match self {
            Self::Os => os::of(text, text).os,
            Self::OsEdition => os::of(text, "").edition.map(str::to_owned),
            Self::OsBuild => os::windows_build(text),
            Self::TpmVersion => os::tpm_version(text),
            Self::Chassis => chassis::class(text).map(str::to_owned),
            Self::ModelClass => chassis::class_of_model(text).map(str::to_owned),
            Self::ModelName => Some(model::name(text)),
            Self::Size => size(field, text),
            Self::SiteCode => site(text),
            Self::FirmwareDay => os::firmware_day(text),
        }
    }
}

/// A number with a unit of the field, such as `16 GB`, in the field's own unit; a bare number stays, to be refused.
fn size(field: Field, text: &str) -> Option<String> {
    let text = text.replace(',', "");
    let at = text.find(|letter: char| letter.is_ascii_alphabetic())?;
    let (number, name) = text.split_at_checked(at)?;
    let factor = super::map::unit_factor(field, name.trim().trim_end_matches('.'))?;
    let units = Decimal::from_str_exact(number.trim()).ok()?.checked_mul(factor)?;
    Some(units.normalize().to_string())
}

/// The organisation's code at the beginning or end of a place's name, such as `A81001 High Street Surgery`.
pub(super) fn site(name: &str) -> Option<String> {
    let mut words =
        name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let ods = |word: &&str| {
        word.len() >= 6 && matches!(word.to_uppercase().parse::<OrgCode>(), Ok(OrgCode::Ods(_)))
    };
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).find(|word| ods(word)).map(str::to_uppercase)
}

impl Reading {
    /// Our own spelling.
    pub(super) fn own(order: DateOrder) -> Self {
        Self {
            dates: Dates::Order(order),
            empty: Vec::new(),
            remove: Vec::new(),
            strip_prefix: None,
            strip_suffix: None,
            words: None,
            otherwise: None,
            factor: None,
            part: None,
        }
    }
}

/// Why a cell cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct BadCell {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) help: String,
}

impl BadCell {
    fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: help.into() }
    }
}

impl Reading {
    /// The value of a cell; `None` when it says nothing.
    pub(super) fn read(&self, field: Field, raw: &str) -> Result<Option<Value>, BadCell> {
        let mut text = Cow::Borrowed(restore_text(raw.trim()));
        if self.says_nothing(&text) {
            return Ok(None);
        }
        for part in &self.remove {
            if text.contains(part.as_str()) {
                text = Cow::Owned(text.replace(part.as_str(), ""));
            }
        }
        let mut stripped: &str = text.trim();
        if let Some(prefix) = &self.strip_prefix {
            stripped = stripped.strip_prefix(prefix.as_str()).unwrap_or(stripped).trim_start();
        }
        if let Some(suffix) = &self.strip_suffix {
            stripped = stripped.strip_suffix(suffix.as_str()).unwrap_or(stripped).trim_end();
        }
        if self.says_nothing(stripped) {
            return Ok(None);
        }
        let word = self.translate(field, stripped)?;
        let Some(part) = self.part.filter(|_| self.words.is_none()) else {
            return self.parse(field, word).map(Some);
        };
        match part.of(field, word) {
            Some(text) => self.parse(field, &text).map(Some),
            None if part == Part::Size => Err(BadCell::new(
                codes::UNIT_UNKNOWN,
                format!("expected a size with its unit such as 16 GB, found `{}`", shorten(word)),
                "say the column's unit with `from` in a map; `refit import guess` writes one",
            )),
            None => Ok(None),
        }
    }

    fn says_nothing(&self, text: &str) -> bool {
        text.is_empty()
            || (!self.empty.is_empty()
                && self.empty.iter().any(|empty| empty.eq_ignore_ascii_case(text)))
    }

    fn translate<'t>(&'t self, field: Field, text: &'t str) -> Result<&'t str, BadCell> {
        let Some(words) = &self.words else { return Ok(text) };
        let found = words.get(&text.to_lowercase()).or(self.otherwise.as_ref());
        found.map(String::as_str).ok_or_else(|| {
            BadCell::new(
                codes::WORD_NOT_IN_TABLE,
                format!("`{text}` has no entry in the map's table of {field}"),
                "add it to the `table` of this field, or to `empty` when it means nothing",
            )
        })
    }

    fn parse(&self, field: Field, text: &str) -> Result<Value, BadCell> {
        match field.kind() {
            Kind::Date => self.parse_date(text),
            Kind::Number(unit) => self.parse_number(field, unit, text),
            kind => kind.parse(text).map_err(|_| unreadable(field, kind, text)),
        }
    }

    fn parse_date(&self, text: &str) -> Result<Value, BadCell> {
        let found = match &self.dates {
            Dates::Order(order) => order.parse(text),
            Dates::Stamp(order) => order.parse_stamp(text),
            Dates::Format(format) => format.parse(text).ok_or(DateProblem::Unreadable),
        };
        found.map(Value::Date).map_err(|problem| match problem {
            DateProblem::Ambiguous => BadCell::new(
                codes::AMBIGUOUS_DATE,
                format!("expected a date that can be read one way, found `{text}`"),
                "write it as 2026-11-20, or say the file's order with --date-order dmy or mdy",
            ),
            DateProblem::Unreadable => {
                let (wanted, help) = match &self.dates {
                    Dates::Order(_) | Dates::Stamp(_) => (
                        "such as 2026-11-20".to_owned(),
                        "write it as 2026-11-20, or say the file's order with --date-order",
                    ),
                    Dates::Format(format) => (
                        format!("written {format}"),
                        "correct the cell, or the `date` format in the map",
                    ),
                };
                let message = format!("expected a date {wanted}, found `{text}`");
                BadCell::new(codes::BAD_DATE, message, help)
            }
        })
    }

    fn parse_number(&self, field: Field, unit: Unit, text: &str) -> Result<Value, BadCell> {
        let wrong = || unreadable(field, Kind::Number(unit), text);
        let number = Decimal::from_str_exact(text).map_err(|_| wrong())?;
        let units = match self.factor {
            Some(factor) => number.checked_mul(factor).ok_or_else(wrong)?,
            None => number,
        };
        if implausible(field, units) {
            return Err(BadCell::new(
                codes::IMPLAUSIBLE_SIZE,
                format!("expected {} in {}, found `{}`", field.word(), unit.symbol, shorten(text)),
                "the number looks like MB; say `from = \"MB\"` in a map",
            ));
        }
        unit.to_steps(units).map(Value::Number).map_err(|_| wrong())
    }
}

/// Whether a size is so large that its unit must be another: 2 TiB of memory, 256 TB of disk.
fn implausible(field: Field, units: Decimal) -> bool {
    let most = match field {
        Field::RamGib | Field::RamVisibleGib => 2_047,
        Field::DiskGb => 255_999,
        _ => return false,
    };
    units > Decimal::from(most)
}

/// The problem of a cell that its kind does not accept.
pub(super) fn unreadable(field: Field, kind: Kind, text: &str) -> BadCell {
    let code = match kind {
        Kind::Status => codes::BAD_STATUS,
        Kind::Money => codes::BAD_MONEY,
        Kind::Organisation => codes::BAD_ORGANISATION,
        _ if field == Field::Class => codes::BAD_CLASS,
        _ if field.group() == Group::Identity => codes::BAD_IDENTIFIER,
        _ => codes::BAD_CELL,
    };
    let (expected, help) = match kind {
        Kind::Token(words) => {
            (format!("one of {}", words.join(", ")), "write one of these words".to_owned())
        }
        Kind::Number(unit) if !unit.symbol.is_empty() => (
            format!("a number of {}", unit.symbol),
            format!("write the number alone; its unit is always {}", unit.symbol),
        ),
        Kind::Status => {
            let words: Vec<&str> =
                crate::vocabulary::Status::ALL.iter().map(|status| status.as_str()).collect();
            let near = diagnostic::suggest(text, words.iter().copied());
            let help = near.map_or_else(
                || "write one of these words".to_owned(),
                |near| format!("a status with a similar name exists: `{near}`"),
            );
            (format!("a status ({})", words.join(", ")), help)
        }
        Kind::Money => (
            "an amount in pounds such as 1234.50".to_owned(),
            "write pounds with at most two decimals, without a currency sign or separators"
                .to_owned(),
        ),
        other => (other.expected().0.to_owned(), format!("write {}", other.expected().0)),
    };
    BadCell::new(code, format!("expected {expected}, found `{}`", shorten(text)), help)
}

/// At most 80 characters of a text, for messages.
pub(super) fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(80) {
        Some((end, _)) => Cow::Owned(format!("{}...", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

/// Remembers what the texts of a column mean while they repeat, so that a date or a word is parsed once and not a million
/// times. A column of ever new texts, such as names, is soon no longer remembered.
#[derive(Debug, Default)]
pub(super) struct Memory {
    known: HashMap<Box<str>, Result<Option<Value>, Box<BadCell>>>,
    hits: u64,
    given_up: bool,
}

impl Memory {
    const MOST: usize = 16_384;

    pub(super) fn read(
        &mut self,
        reading: &Reading,
        field: Field,
        raw: &str,
    ) -> Result<Option<Value>, Box<BadCell>> {
        if self.given_up {
            return reading.read(field, raw).map_err(Box::new);
        }
        if let Some(known) = self.known.get(raw) {
            self.hits = self.hits.saturating_add(1);
            return known.clone();
        }
        let value = reading.read(field, raw).map_err(Box::new);
        if self.known.len() < Self::MOST {
            self.known.insert(raw.into(), value.clone());
        } else {
            self.given_up = usize::try_from(self.hits).is_ok_and(|hits| hits < Self::MOST);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(field: Field, text: &str) -> Result<Option<String>, String> {
        Reading::own(DateOrder::Iso)
            .read(field, text)
            .map(|value| value.map(|value| value.to_text(field.kind())))
            .map_err(|bad| format!("{}: {}", bad.code, bad.message))
    }

    #[test]
    fn each_problem_has_its_code_and_says_what_was_expected() {
        assert_eq!(own(Field::RamGib, " 8 "), Ok(Some("8".to_owned())));
        assert_eq!(own(Field::RamGib, ""), Ok(None));
        assert_eq!(
            own(Field::RamGib, "8 GB"),
            Err("IMP0119: expected a number of GiB, found `8 GB`".to_owned())
        );
        assert_eq!(
            own(Field::DiskType, "floppy"),
            Err("IMP0119: expected one of ssd, nvme, hdd, emmc, found `floppy`".to_owned())
        );
        assert!(own(Field::PurchaseCost, "£612.50").unwrap_err().starts_with("IMP0115"));
        assert!(own(Field::PurchaseDate, "01/02/2021").unwrap_err().starts_with("IMP0117"));
        assert!(own(Field::WarrantyEnd, "2021-02-30").unwrap_err().starts_with("IMP0116"));
        assert!(own(Field::Status, "deploid").unwrap_err().starts_with("IMP0114"));
        assert!(own(Field::Site, "Ward 3").unwrap_err().starts_with("IMP0118"));
    }

    #[test]
    fn mapped_cells_are_stripped_translated_and_converted() {
        let mut reading = Reading::own(DateOrder::Iso);
        reading.empty = vec!["not specified".to_owned()];
        reading.remove = vec!["£".to_owned(), ",".to_owned()];
        let read = |reading: &Reading, field: Field, text: &str| {
            reading.read(field, text).map(|value| value.map(|value| value.to_text(field.kind())))
        };
        assert_eq!(
            read(&reading, Field::PurchaseCost, "£1,234.50"),
            Ok(Some("1234.50".to_owned()))
        );
        assert_eq!(read(&reading, Field::Cpu, "Not Specified"), Ok(None));
        reading.strip_suffix = Some("MB".to_owned());
        reading.factor = Some(Decimal::new(9_765_625, 10));
        assert_eq!(read(&reading, Field::RamGib, "8192 MB"), Ok(Some("8".to_owned())));
        reading.words = Some([("notebook".to_owned(), "laptop".to_owned())].into());
        assert_eq!(read(&reading, Field::Class, "NoteBook"), Ok(Some("laptop".to_owned())));
        assert_eq!(
            read(&reading, Field::Class, "Tower").map_err(|bad| bad.code),
            Err(codes::WORD_NOT_IN_TABLE)
        );
    }

    #[test]
    fn a_column_of_ever_new_texts_is_not_remembered() {
        let mut memory = Memory::default();
        let reading = Reading::own(DateOrder::Iso);
        for number in 0..40_000 {
            let text = number.to_string();
            assert!(memory.read(&reading, Field::Notes, &text).is_ok());
        }
        assert!(memory.given_up && memory.known.len() <= Memory::MOST);
    }
}
