//! The small tables of an estate, whose rows are events as they stand.

macro_rules! tables {
    ($($(#[$doc:meta])* $table:ident = $number:literal, $name:literal, $key:literal, [$($column:literal),+];)+) => {
        /// A table whose rows are put and dropped by events. Its number is permanent.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub(crate) enum Table { $($(#[$doc])* $table,)+ }

        impl Table {
            /// Every table.
            pub(crate) const ALL: &[Self] = &[$(Self::$table,)+];

            /// The number that events keep.
            pub(crate) fn number(self) -> u8 {
                match self { $(Self::$table => $number,)+ }
            }

            /// The table of a number.
            pub(crate) fn from_number(number: u8) -> Option<Self> {
                match number { $($number => Some(Self::$table),)+ _ => None }
            }

            /// Its name in the file.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$table => $name,)+ }
            }

            /// Its columns beside the estate, those of the key first.
            pub(crate) fn columns(self) -> &'static [&'static str] {
                match self { $(Self::$table => &[$($column,)+],)+ }
            }

            /// How many columns, from the first, tell its rows apart.
            pub(crate) fn key(self) -> usize {
                match self { $(Self::$table => $key,)+ }
            }
        }
    };
}

tables! {
    /// The estate itself: one row.
    Estate = 0, "estate", 0, ["name"];
    /// Every command that changed the estate, by the number of its event.
    Command = 1, "command", 1, [
        "command", "id", "verb", "recorded_at", "effective_on", "stated", "actor", "tool", "reason", "batch",
        "source", "file", "undoes"
    ];
    /// Every file that was imported.
    Batch = 2, "batch", 1, [
        "batch", "file", "sha256", "kind", "preset", "map_sha256", "mode", "recorded_at", "rows", "new", "changed",
        "unchanged", "missing", "rejected"
    ];
    /// Organisations; putting one removes its ties, which follow as events of their own.
    Organisation = 3, "organisation", 1, [
        "code", "name", "kind", "tier", "list_size", "clinical_system", "planned_close", "merge_into", "batch", "row"
    ];
    /// Dated ties of organisations.
    Link = 4, "organisation_link", 2, ["code", "position", "parent", "relation", "from_day", "until_day"];
    /// Models of devices.
    Model = 5, "model", 2, [
        "manufacturer", "name", "class", "aliases", "end_of_sale", "end_of_support", "life_years", "facts",
        "embodied_gco2e", "assurances", "batch", "row"
    ];
    /// Settings of the estate.
    Setting = 6, "setting", 1, ["name", "value"];
    /// Plans, their problems, runs of checks; the content stands beside and is vouched for by its hash.
    Document = 7, "document", 2, ["kind", "id", "document", "sha256", "recorded_at", "summary"];
    /// Signed heads of this log.
    Checkpoint = 8, "checkpoint", 1, ["size", "note"];
}

impl Table {
    /// Whether an undone import takes its rows of the table with it.
    pub(crate) fn is_of_imports(self) -> bool {
        matches!(self, Self::Organisation | Self::Link | Self::Model)
    }
}
