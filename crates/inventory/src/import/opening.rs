//! What a file is, and how its columns are read: by itself, by a preset or by a map.

use std::io::Read;

use diagnostic::{Diagnostic, Place};

use super::cell::shorten;
use super::columns;
use super::kind::FileKind;
use super::list_sizes;
use super::map::AssetMap;
use super::preset::Preset;
use super::problems::Problems;
use super::rows::Wanted;
use super::run::{Input, Options};
use super::table::{Layout, Refused, Table};
use crate::codes;

/// A file whose headings are read.
pub(super) struct Opened<R> {
    pub(super) table: Table<R>,
    pub(super) kind: FileKind,
    /// The map that a preset made for the headings.
    pub(super) map: Option<AssetMap>,
    pub(super) preset: Preset,
}

/// Reads the headings and settles what the file lists, and how its columns are read.
pub(super) fn open<R: Read>(
    input: Input<R>,
    options: &Options<'_>,
    problems: &mut Problems,
) -> Result<Opened<R>, Refused> {
    let layout = options.map.map_or_else(Layout::default, AssetMap::layout);
    let wanted = Wanted {
        delimiter: layout.delimiter,
        sheet: options.sheet,
        preset: options.preset,
        kind: options.kind,
    };
    let table = Table::open_as(input.reader, input.name, layout, &wanted, problems)?;
    if let Some(kind) = table.kind() {
        return own_form(table, kind, options, problems);
    }
    let own = |table, kind| Ok(Opened { table, kind, map: None, preset: Preset::Refit });
    if options.map.is_some() {
        return own(table, FileKind::Assets);
    }
    let asked = !matches!(options.preset, Preset::Auto | Preset::Refit);
    let by_names = || match options.preset {
        // Names such as `model` are ours and everybody's; a column of serial numbers by another name tells whose file it is.
        Preset::Auto if !is_ours(table.headings()) => columns::recognise(table.headings()),
        _ => None,
    };
    let recognised = by_names();
    if !asked && recognised.is_none() {
        let own_kind = || {
            let publication = list_sizes::is_publication(table.headings());
            if publication {
                Some(FileKind::ListSizes)
            } else {
                FileKind::recognise(table.headings())
            }
        };
        if let Some(kind) = options.kind.or_else(own_kind) {
            return own(table, kind);
        }
    }
    if let (Some(kind), Some(_)) = (options.kind, &recognised) {
        return own(table, kind);
    }
    let composed = match options.preset {
        Preset::Auto => recognised,
        Preset::Refit => None,
        preset => columns::compose(preset, table.headings()),
    };
    let Some(composed) = composed else {
        problems.push(
            Diagnostic::error(codes::UNKNOWN_KIND, "the headings fit no kind of file")
                .at(table.row_place(None))
                .help("say what the file is with --kind, or describe it in a map (`--map MAP.toml`); `refit import guess` writes one"),
        );
        return Err(Refused);
    };
    if !composed.identified {
        problems.push(
            Diagnostic::error(
                codes::MISSING_COLUMN,
                format!("expected a column of serial numbers or asset tags as {} names them, found neither", composed.preset),
            )
            .at(table.row_place(None))
            .help("rename the column `Serial number`, or describe the file in a map; `refit import guess` writes one"),
        );
        return Err(Refused);
    }
    tell_columns(&table, &composed, problems);
    let map = composed.map(options.classes);
    Ok(Opened { table, kind: FileKind::Assets, map: Some(map), preset: composed.preset })
}

/// Whether the headings name a device as our own files do.
fn is_ours(headings: &[std::sync::Arc<str>]) -> bool {
    headings.iter().any(|heading| {
        heading.eq_ignore_ascii_case("asset_tag") || heading.eq_ignore_ascii_case("serial_number")
    })
}

/// A file whose form says what it lists must be what was asked for.
fn own_form<R: Read>(
    table: Table<R>,
    kind: FileKind,
    options: &Options<'_>,
    problems: &mut Problems,
) -> Result<Opened<R>, Refused> {
    let preset = table.preset().unwrap_or(Preset::Refit);
    let message = match (options.map, options.kind) {
        (Some(_), _) if preset != Preset::Refit => {
            format!("a map is for columns, and the file is of the preset {preset}")
        }
        (_, Some(asked)) if asked != kind => {
            format!("expected a file of {asked}, found one of {kind}")
        }
        _ => return Ok(Opened { table, kind, map: None, preset }),
    };
    problems.push(
        Diagnostic::error(codes::PRESET_MISMATCH, message)
            .at(Place::file(table.name().clone()))
            .help("leave out --map and --kind, so that the file tells its format"),
    );
    Err(Refused)
}

/// Says which columns a preset leaves out.
fn tell_columns<R: Read>(table: &Table<R>, composed: &columns::Composed, problems: &mut Problems) {
    let unread: Vec<String> = table
        .headings()
        .iter()
        .enumerate()
        .filter(|(at, heading)| !composed.used.contains(at) && !heading.is_empty())
        .map(|(_, heading)| heading.to_string())
        .collect();
    if unread.is_empty() {
        return;
    }
    let shown = unread
        .iter()
        .take(8)
        .map(|heading| shorten(heading).into_owned())
        .collect::<Vec<_>>()
        .join(", ");
    let more = if unread.len() > 8 { ", ..." } else { "" };
    problems.push(
        Diagnostic::warning(
            codes::COLUMNS_LEFT_OUT,
            format!(
                "read as {}; {} of {} columns were not read: {shown}{more}",
                composed.preset,
                unread.len(),
                table.headings().len()
            ),
        )
        .at(table.row_place(None))
        .help("`refit import guess` writes a map, in which further columns can be named"),
    );
}
