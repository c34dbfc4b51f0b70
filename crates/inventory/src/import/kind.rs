//! Kinds of files.

use std::sync::Arc;

use super::table::ColumnName;
use super::{assets, list_sizes, models, organisations};
use crate::vocabulary::words;

words!(
    /// What a file lists.
    FileKind,
    "a kind of file: assets, organisations, models or list-sizes",
    {
        /// Devices.
        Assets => "assets",
        /// Organisations and their dated ties.
        Organisations => "organisations",
        /// Models of devices, and what is true of every device of the model.
        Models => "models",
        /// Registered patients of practices.
        ListSizes => "list-sizes",
    }
);

impl FileKind {
    /// The columns of our own files of this kind.
    pub(super) fn columns(self) -> Vec<ColumnName> {
        match self {
            Self::Assets => assets::columns(),
            Self::Organisations => organisations::COLUMNS.to_vec(),
            Self::Models => models::COLUMNS.to_vec(),
            Self::ListSizes => list_sizes::COLUMNS.to_vec(),
        }
    }

    /// The headings of our own files of this kind, in the order in which we write them.
    pub(crate) fn words(self) -> Vec<&'static str> {
        self.columns().iter().map(|name| name.word).collect()
    }

    /// The key under which JSON lists rows of this kind.
    pub fn key(self) -> String {
        self.as_str().replace('-', "_")
    }

    /// The kind that headings belong to: the one that knows most of them, if it knows at least half.
    ///
    /// Required columns decide between kinds that know equally many.
    pub fn recognise(headings: &[Arc<str>]) -> Option<Self> {
        let knows = |names: &[ColumnName], heading: &str| {
            names.iter().any(|name| heading.eq_ignore_ascii_case(name.word))
        };
        let score = |kind: &Self| {
            let names = kind.columns();
            let matching = headings.iter().filter(|heading| knows(&names, heading)).count();
            let complete = names
                .iter()
                .filter(|name| name.required)
                .all(|name| headings.iter().any(|heading| heading.eq_ignore_ascii_case(name.word)));
            (matching, complete)
        };
        let identified = headings.iter().any(|heading| {
            heading.eq_ignore_ascii_case("asset_tag")
                || heading.eq_ignore_ascii_case("serial_number")
        });
        if identified {
            return Some(Self::Assets);
        }
        let others = [Self::ListSizes, Self::Organisations, Self::Models, Self::Assets];
        let mut best: Option<((usize, bool), Self)> = None;
        for kind in others {
            let found = score(&kind);
            if best.is_none_or(|(most, _)| found > most) {
                best = Some((found, kind));
            }
        }
        best.filter(|((known, _), _)| known.saturating_mul(2) >= headings.len() && *known > 0)
            .map(|(_, kind)| kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognise(headings: &str) -> Option<FileKind> {
        FileKind::recognise(&headings.split(',').map(Arc::from).collect::<Vec<_>>())
    }

    #[test]
    fn headings_tell_the_kind() {
        assert_eq!(recognise("asset_tag,clas,site"), Some(FileKind::Assets));
        assert_eq!(recognise("Serial_Number,name"), Some(FileKind::Assets));
        assert_eq!(recognise("ods_code,name,kind,parent"), Some(FileKind::Organisations));
        assert_eq!(recognise("ods_code,list_size"), Some(FileKind::ListSizes));
        assert_eq!(recognise("ods_code,list_size,as_of"), Some(FileKind::ListSizes));
        assert_eq!(recognise("manufacturer,model,class,life_years"), Some(FileKind::Models));
        assert_eq!(recognise("Device name,OS version,Compliance"), None);
    }
}
