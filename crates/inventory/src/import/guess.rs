//! A first map for a file that nobody has described: headings and values are weighed, and every choice says how sure it is.
//!
//! A guess is only ever written to a map for a person to read; nothing is imported by it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read;
use std::sync::Arc;

use diagnostic::{Diagnostics, suggest};

use super::cell::shorten;
use super::columns::{self, Composed};
use super::date::{DateOrder, DateProblem};
use super::preset::Preset;
use super::problems::Problems;
use super::rows::Wanted;
use super::run::Input;
use super::table::{Fetched, Layout, Table};
use crate::catalogue::{Field, Kind, Unit};

/// Rows that are looked at.
const ROWS: usize = 2_000;

/// A column, what it seems to be and how sure that is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuessedColumn {
    /// The heading.
    pub heading: String,
    /// The field that it seems to feed.
    pub field: Option<Field>,
    /// From 0 to 100.
    pub confidence: u8,
    /// Why.
    pub reason: String,
    /// A value of it.
    pub example: Option<String>,
}

/// A map for a file, and the reasons for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guess {
    /// The text of the map.
    pub map: String,
    /// Every column of the file, in its order.
    pub columns: Vec<GuessedColumn>,
}

/// What the cells of a column look like.
#[derive(Debug, Default)]
struct Evidence {
    filled: usize,
    distinct: BTreeSet<String>,
    example: Option<String>,
    /// Cells that are dates when read day first, and month first.
    dmy: usize,
    mdy: usize,
    stamps: usize,
    ambiguous: usize,
    numbers: Vec<u64>,
}

impl Evidence {
    fn add(&mut self, cell: &str) {
        let cell = cell.trim();
        if cell.is_empty() {
            return;
        }
        self.filled = self.filled.saturating_add(1);
        self.example.get_or_insert_with(|| shorten(cell).into_owned());
        self.distinct.insert(cell.to_lowercase());
        let count = |hit: bool, sum: &mut usize| *sum = sum.saturating_add(usize::from(hit));
        count(DateOrder::Dmy.parse_stamp(cell).is_ok(), &mut self.dmy);
        count(DateOrder::Mdy.parse_stamp(cell).is_ok(), &mut self.mdy);
        match DateOrder::Iso.parse_stamp(cell) {
            Ok(_) => count(true, &mut self.stamps),
            Err(DateProblem::Ambiguous) => count(true, &mut self.ambiguous),
            Err(DateProblem::Unreadable) => {}
        }
        if let Ok(number) = cell.replace(',', "").split('.').next().unwrap_or_default().parse() {
            self.numbers.push(number);
        }
    }

    /// The share of filled cells in percent.
    fn percent(&self, count: usize) -> usize {
        count.saturating_mul(100).checked_div(self.filled).unwrap_or(0)
    }

    /// The unit that the sizes of a column are probably in.
    fn unit(&mut self, field: Field) -> Option<(&'static str, &'static str)> {
        self.numbers.sort_unstable();
        let middle = *self.numbers.get(self.numbers.len().checked_div(2)?)?;
        let memory = matches!(field.kind(), Kind::Number(unit) if unit == Unit::GIB);
        Some(match middle {
            0 => return None,
            1..=512 if memory => ("GB", "half of its numbers are 512 or less"),
            1..=16_384 if !memory => ("GB", "half of its numbers are 16,384 or less"),
            513..=4_194_304 if memory => {
                ("MB", "half of its numbers are between 512 and 4,194,304")
            }
            16_385..=16_777_216 if !memory => {
                ("MB", "half of its numbers are between 16,384 and 16,777,216")
            }
            1..=1_000_000_000 => ("kB", "half of its numbers are above 16 million"),
            _ => ("B", "half of its numbers are above 1,000,000,000"),
        })
    }
}

/// Looks at a file and writes a map for it.
///
/// # Errors
/// The problems of a file that has no rows of cells, or whose headings cannot be read.
pub fn guess<R: Read>(input: Input<R>, sheet: Option<&str>) -> Result<Guess, Diagnostics> {
    let mut problems = Problems::new();
    let Input { name, mut reader } = input;
    let mut start = Vec::new();
    // What cannot be read here cannot be read below either, where it is told.
    let _read = reader.by_ref().take(65_536).read_to_end(&mut start);
    let delimiter = likely_delimiter(&start);
    let wanted = Wanted { delimiter, sheet, preset: Preset::Generic, kind: None };
    let layout = Layout { delimiter, ..Layout::default() };
    let reader = start.as_slice().chain(reader);
    let opened = Table::open_as(reader, name, layout, &wanted, &mut problems);
    let Ok(mut table) = opened else { return Err(problems.into_diagnostics()) };
    let headings = table.headings().to_vec();
    let mut evidence: Vec<Evidence> = headings.iter().map(|_| Evidence::default()).collect();
    for _ in 0..ROWS {
        let mut found = Vec::new();
        match table.next(&mut found) {
            Fetched::End => break,
            Fetched::Bad => {}
            Fetched::Row => {
                for (index, evidence) in evidence.iter_mut().enumerate() {
                    evidence.add(table.cell(index));
                }
            }
        }
    }
    let mut guess = weigh(&headings, evidence);
    let key = match delimiter {
        b';' => "delimiter = \";\"\n",
        b'\t' => "delimiter = \"\\t\"\n",
        _ => "",
    };
    guess.map.insert_str(0, key);
    Ok(guess)
}

/// What separates the headings: a comma if the first line has one outside quotation marks, else a semicolon or a tab.
fn likely_delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // Every second piece stands within quotation marks.
    let outside: Vec<&[u8]> = line.split(|byte| *byte == b'"').step_by(2).collect();
    let has = |wanted: u8| outside.iter().any(|piece| piece.contains(&wanted));
    [b',', b';', b'\t'].into_iter().find(|wanted| has(*wanted)).unwrap_or(b',')
}

/// A preset's or general names first, then names that are near to one, then nothing.
fn weigh(headings: &[Arc<str>], evidence: Vec<Evidence>) -> Guess {
    let composed =
        columns::recognise(headings).or_else(|| columns::compose(Preset::Generic, headings));
    let mut lines: BTreeMap<Field, (String, String)> =
        composed.as_ref().map(fields).unwrap_or_default();
    let by_heading: BTreeMap<String, Field> = lines
        .iter()
        .flat_map(|(field, (line, _))| {
            quoted(line).into_iter().map(move |heading| (heading, *field))
        })
        .collect();
    let mut columns = Vec::new();
    for (heading, mut evidence) in headings.iter().zip(evidence) {
        let exact = by_heading.get(heading.as_ref()).copied();
        let mut column = GuessedColumn {
            heading: heading.to_string(),
            field: exact,
            confidence: if exact.is_some() { 90 } else { 0 },
            reason: exact.map_or_else(
                || "no field has a name like it".to_owned(),
                |_| "a usual name of the field".to_owned(),
            ),
            example: evidence.example.clone(),
        };
        if exact.is_none()
            && let Some(near) = nearest(heading)
            && !lines.contains_key(&near)
        {
            column.field = Some(near);
            column.confidence = 50;
            column.reason = format!("its name is near to `{near}`");
            lines.insert(near, (format!("{{ column = {} }}", toml_text(heading)), String::new()));
        }
        if let Some(field) = column.field {
            judge(field, &mut column, &mut evidence, &mut lines);
        }
        columns.push(column);
    }
    Guess { map: text(composed.as_ref(), &lines, &columns), columns }
}

/// The lines of `[fields]` that a preset composes, by field.
fn fields(composed: &Composed) -> BTreeMap<Field, (String, String)> {
    let table: toml::Table = toml::from_str(&composed.text).unwrap_or_default();
    let fields = table.get("fields").and_then(toml::Value::as_table).cloned().unwrap_or_default();
    fields
        .into_iter()
        .filter_map(|(word, value)| Some((word.parse().ok()?, (value.to_string(), String::new()))))
        .collect()
}

/// The texts in the list of columns at the beginning of a line.
fn quoted(line: &str) -> Vec<String> {
    let table: toml::Table = toml::from_str(&format!("x = {line}")).unwrap_or_default();
    let columns = table
        .get("x")
        .and_then(|value| value.get("columns"))
        .and_then(toml::Value::as_array)
        .cloned();
    columns
        .unwrap_or_default()
        .iter()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

fn nearest(heading: &str) -> Option<Field> {
    let word = heading.trim().to_lowercase().replace([' ', '-', '.'], "_");
    let words = Field::columns().map(Field::word);
    suggest(&word, words).and_then(|near| near.parse().ok())
}

/// Lowers or raises the confidence by what the cells say, and adds what they tell: the order of dates, the unit of sizes.
fn judge(
    field: Field,
    column: &mut GuessedColumn,
    evidence: &mut Evidence,
    lines: &mut BTreeMap<Field, (String, String)>,
) {
    if evidence.filled == 0 {
        column.confidence = column.confidence.min(40);
        column.reason.push_str("; no row says anything");
        return;
    }
    match field.kind() {
        Kind::Date => judge_dates(field, column, evidence, lines),
        Kind::Number(unit) if unit == Unit::GIB || unit == Unit::GB => {
            let said = lines.get(&field).is_some_and(|(line, _)| line.contains("from = "));
            if !said
                && let Some((name, why)) = evidence.unit(field)
                && evidence.percent(evidence.numbers.len()) > 90
            {
                column.confidence = column.confidence.min(70);
                let _: std::fmt::Result =
                    write!(column.reason, "; {why}, so the unit is probably {name}");
                let heading = toml_text(&column.heading);
                let line = format!("{{ column = {heading}, from = \"{name}\" }}");
                lines.insert(field, (line, "check the unit".to_owned()));
            }
        }
        _ if matches!(field, Field::SerialNumber | Field::AssetTag) => {
            let distinct = evidence.percent(evidence.distinct.len());
            if distinct >= 95 {
                column.confidence = column.confidence.saturating_add(8).min(98);
                column.reason.push_str("; its cells differ from row to row");
            } else {
                column.confidence = column.confidence.min(50);
                let _: std::fmt::Result = write!(
                    column.reason,
                    "; only {distinct} of 100 cells differ, so it may name something else"
                );
            }
        }
        _ => {}
    }
}

fn judge_dates(
    field: Field,
    column: &mut GuessedColumn,
    evidence: &Evidence,
    lines: &mut BTreeMap<Field, (String, String)>,
) {
    let read = evidence.stamps.saturating_add(evidence.ambiguous);
    if evidence.percent(read) < 90 && evidence.percent(evidence.dmy.max(evidence.mdy)) < 90 {
        column.confidence = column.confidence.min(40);
        column.reason.push_str("; fewer than 90 of 100 cells are dates");
        return;
    }
    let order = if evidence.ambiguous == 0 {
        return;
    } else if evidence.dmy > evidence.mdy {
        "day first"
    } else if evidence.mdy > evidence.dmy {
        "month first"
    } else {
        column.confidence = column.confidence.min(60);
        column.reason.push_str("; no date tells whether the day or the month comes first");
        return;
    };
    let word = if order == "day first" { "dmy" } else { "mdy" };
    let _: std::fmt::Result =
        write!(column.reason, "; dates seem to be {order}: import with --date-order {word}");
    if let Some((_, remark)) = lines.get_mut(&field) {
        *remark = format!("dates seem to be {order}: import with --date-order {word}");
    }
}

fn toml_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The map as a file with its reasons.
fn text(
    composed: Option<&Composed>,
    lines: &BTreeMap<Field, (String, String)>,
    columns: &[GuessedColumn],
) -> String {
    let mut out = "# A guess. Read each line, mend what is wrong, then: refit import FILE --map THIS --dry-run\n".to_owned();
    let preset = composed.map_or("generic", |composed| composed.preset.as_str());
    let _: std::fmt::Result = writeln!(out, "name = \"guessed from {preset}\"");
    let table: toml::Table =
        composed.and_then(|composed| toml::from_str(&composed.text).ok()).unwrap_or_default();
    if let Some(empty) = table.get("empty") {
        let _: std::fmt::Result = writeln!(out, "empty = {empty}");
    }
    out.push_str("\n[fields]\n");
    for (field, (line, remark)) in lines {
        let of_field = columns.iter().filter(|column| column.field == Some(*field));
        for column in of_field {
            let example = column
                .example
                .as_deref()
                .map(|example| format!(", such as `{}`", plain(example)))
                .unwrap_or_default();
            let _: std::fmt::Result = writeln!(
                out,
                "# {} of 100: `{}`: {}{example}",
                column.confidence,
                plain(&column.heading),
                plain(&column.reason)
            );
        }
        if !remark.is_empty() {
            let _: std::fmt::Result = writeln!(out, "# {remark}");
        }
        let _: std::fmt::Result = writeln!(out, "{field} = {line}");
    }
    let unread: Vec<&GuessedColumn> =
        columns.iter().filter(|column| column.field.is_none()).collect();
    if !unread.is_empty() {
        out.push_str("\n# Not read:\n");
    }
    for column in unread {
        let example = column
            .example
            .as_deref()
            .map(|example| format!(", such as `{}`", plain(example)))
            .unwrap_or_default();
        let _: std::fmt::Result = writeln!(out, "#   `{}`{example}", plain(&column.heading));
    }
    out
}

/// A text that cannot end a comment.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::map::read_map;
    use super::*;
    use crate::vocabulary::ClassCatalogue;
    use diagnostic::Source;
    use proptest::prelude::*;

    fn of(text: &str) -> Guess {
        guess(Input { name: "list.csv".into(), reader: text.as_bytes() }, None).unwrap()
    }

    #[test]
    fn what_separates_the_cells_is_said_in_the_map() {
        let guess = of("Serial No.;\"Make, model\";Colour\nA1;Dell, 7010;red\n");
        assert_eq!(guess.columns.len(), 3);
        assert!(guess.map.starts_with("delimiter = \";\"\n"), "{}", guess.map);
        let classes = ClassCatalogue::shipped();
        let (_, problems) = read_map(&Source::new("guess.toml", guess.map), &classes);
        assert!(!problems.has_errors(), "{problems:?}");
    }

    #[test]
    fn headings_and_values_are_weighed() {
        let file = "Serial No.,Make,Bought,RAM,Colour\nA1,Dell,25/12/2020,8192,red\nA2,HP,01/02/2021,16384,\nA3,HP,03/04/2021,8192,\n";
        let guess = of(file);
        let of_heading =
            |heading: &str| guess.columns.iter().find(|column| column.heading == heading).unwrap();
        assert_eq!(of_heading("Serial No.").field, Some(Field::SerialNumber));
        assert_eq!(of_heading("Serial No.").confidence, 98);
        assert_eq!(of_heading("Bought").field, Some(Field::PurchaseDate));
        assert!(of_heading("Bought").reason.contains("--date-order dmy"));
        assert!(
            of_heading("RAM").reason.contains("probably MB") && of_heading("RAM").confidence == 70
        );
        assert_eq!(of_heading("Colour").field, None);
        insta::assert_snapshot!(guess.map);
    }

    proptest! {
        #[test]
        fn every_guess_is_a_map_without_problems(heading in "[ -~£é]{0,20}", cell in "[ -~é]{0,12}") {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["Serial number", heading.as_str()]).unwrap();
            writer.write_record(["X1", cell.as_str()]).unwrap();
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let guessed = of(&text);
            let (_, problems) = read_map(&Source::new("guess.toml", guessed.map.as_str()), &ClassCatalogue::shipped());
            prop_assert!(problems.is_empty(), "{:?}\n{}", problems, guessed.map);
        }
    }
}
