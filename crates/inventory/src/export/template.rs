//! An empty workbook to be filled in by people: drop-downs where words are given, notes on every heading, identifiers as text.

use std::io::{self, Write};

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Format, Note, Workbook, Worksheet, XlsxError,
};

use super::workbook::{heading, properties};
use crate::catalogue::{Field, Kind, Unit};
use crate::import::FileKind;
use crate::vocabulary::{ClassCatalogue, FundingClass, Status};

/// Rows that have drop-downs.
const ROWS: u32 = 10_000;

/// Writes a template for files of a kind.
///
/// # Errors
/// Whatever the writer reports.
pub fn template(kind: FileKind, classes: &ClassCatalogue, out: &mut dyn Write) -> io::Result<()> {
    let bytes = workbook(kind, classes).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn workbook(kind: FileKind, classes: &ClassCatalogue) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties()?);
    let words = kind.words();
    let sheet = workbook.add_worksheet();
    sheet.set_name(kind.as_str())?;
    heading(sheet, &words)?;
    sheet.set_freeze_panes(1, 0)?;
    let text = Format::new().set_num_format("@");
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let mut meanings = Vec::new();
    for (word, at) in words.iter().zip(0_u16..) {
        let field = word.parse::<Field>().ok().filter(|_| kind == FileKind::Assets);
        let holds = field.map_or_else(|| general(word), |field| holds(field, classes));
        sheet.insert_note(0, at, &Note::new(format!("{word}: {holds}")).set_author("Refit"))?;
        sheet.set_column_width(at, 16)?;
        let is_day = field.is_some_and(|field| field.kind() == Kind::Date) || is_day(word);
        // Text keeps leading zeros and stops serial numbers from becoming numbers.
        sheet.set_column_format(at, if is_day { &day } else { &text })?;
        drop_down(sheet, at, &choices(kind, word, field, classes))?;
        meanings.push((*word, holds));
    }
    let notes = workbook.add_worksheet();
    notes.set_name("Notes")?;
    heading(notes, &["column", "what it holds"])?;
    notes.set_column_width(0, 24)?;
    notes.set_column_width(1, 110)?;
    for ((word, holds), row) in meanings.iter().zip(1_u32..) {
        notes.write_string(row, 0, *word)?;
        notes.write_string(row, 1, holds)?;
    }
    workbook.save_to_buffer()
}

fn is_day(word: &str) -> bool {
    matches!(
        word,
        "from" | "until" | "planned_close" | "end_of_sale" | "end_of_support" | "as_of" | "seen_on"
    )
}

fn drop_down(sheet: &mut Worksheet, at: u16, words: &[String]) -> Result<(), XlsxError> {
    let length: usize = words.iter().map(|word| word.len().saturating_add(1)).sum();
    if words.is_empty() || length > 250 {
        return Ok(());
    }
    let validation = DataValidation::new()
        .allow_list_strings(words)?
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("Not a known word")?
        .set_error_message("Choose a word of the list.")?;
    sheet.add_data_validation(1, at, ROWS, at, &validation)?;
    Ok(())
}

fn choices(
    kind: FileKind,
    word: &str,
    field: Option<Field>,
    classes: &ClassCatalogue,
) -> Vec<String> {
    let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    if word == "class" {
        return classes.specs().iter().map(|spec| spec.class.as_str().to_owned()).collect();
    }
    match field.map(Field::kind) {
        Some(Kind::Token(words)) => all(words),
        Some(Kind::Bool) => all(&["true", "false"]),
        Some(Kind::Status) => Status::ALL.iter().map(|status| status.as_str().to_owned()).collect(),
        Some(Kind::Funding) => {
            FundingClass::ALL.iter().map(|class| class.as_str().to_owned()).collect()
        }
        _ if kind == FileKind::Organisations && word == "kind" => {
            all(&["practice", "branch", "pcn", "sub-icb", "icb", "region", "local-site"])
        }
        _ => Vec::new(),
    }
}

/// What a cell of a field holds, in one sentence.
fn holds(field: Field, classes: &ClassCatalogue) -> String {
    let meaning = field.spec().meaning;
    let form = match field.kind() {
        _ if field == Field::Class => {
            let words: Vec<&str> = classes.specs().iter().map(|spec| spec.class.as_str()).collect();
            format!("One of {}; required for a new device", words.join(", "))
        }
        _ if matches!(field, Field::AssetTag | Field::SerialNumber) => {
            "As it stands on the device; a row has one of asset_tag and serial_number".to_owned()
        }
        Kind::Number(unit) if unit == Unit::COUNT => "A number".to_owned(),
        Kind::Number(unit) => format!("A number of {}, without the unit", unit.symbol),
        kind => {
            let expected = kind.expected().0;
            let mut letters = expected.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect()
        }
    };
    format!("{meaning}. {form}.")
}

fn general(word: &str) -> String {
    let text = match word {
        "ods_code" => "The organisation's ODS code, or a code of your own for a local site",
        "name" => "Its name",
        "kind" => "Practice, branch, pcn, sub-icb, icb, region or local-site",
        "parent" => "The ODS code of the organisation above it",
        "relation" => "How the two are related, where there are several ways",
        "from" => "The first day on which this holds",
        "until" => "The first day on which it no longer holds",
        "tier" => "0, 1 or 2: what the policy says of sites of a tier",
        "list_size" => "Registered patients",
        "clinical_system" => "The clinical system in use",
        "planned_close" => "The day on which it closes",
        "merge_into" => "The ODS code of the organisation that it becomes part of",
        "manufacturer" => "The maker",
        "model" => "The model's name",
        "class" => "The class of device",
        "aliases" => "Other names of the model, separated by semicolons",
        "end_of_sale" => "The last day on which it can be bought",
        "end_of_support" => "The last day on which the maker supports it",
        "life_years" => "Years that it is planned to be used",
        "facts" => "Facts of every device of the model: field=value; field=value",
        "embodied_kgco2e" => "Kilograms of carbon dioxide equivalent in making it",
        "assurances" => "Labels such as EPEAT Gold, separated by semicolons",
        "as_of" => "The day on which it was counted",
        _ => "See the documentation",
    };
    format!("{text}.")
}
