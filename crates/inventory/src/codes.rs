//! The permanent codes of this crate's problems: imports and maps (`IMP`), the store (`DB`), filters (`FLT`).

use diagnostic::Severity::{Error, Warning};
use diagnostic::toml_file::TomlCodes;
use diagnostic::{Code, CodeEntry};

macro_rules! codes {
    ($($name:ident = $code:literal, $severity:ident, $title:literal, $explanation:literal;)+) => {
        $(#[doc = $title] pub const $name: Code = Code($code);)+

        /// Every code of this crate, ascending within its family; `refit explain CODE` prints the entry.
        pub const CODES: &[CodeEntry] = &[$(CodeEntry {
            code: $name, severity: $severity, title: $title, explanation: $explanation, since: "0.1.0",
        },)+];
    };
}

codes! {
    STORE_OPEN = "DB0001", Error, "the estate file cannot be opened",
        "The operating system refused to open or create the file. Check that the folder exists, that you may write there, and that the path given by --db or REFIT_DB is the one you mean.";
    STORE_FOREIGN = "DB0002", Error, "the file is not an estate of refit",
        "The file is no SQLite database, or it is a database that another program made. Refit never writes into such a file. Give the path of an estate, or of a file that does not exist yet.";
    STORE_NEWER = "DB0003", Error, "the estate was made by a newer refit",
        "A newer version of refit changed the layout of this estate. Using it with this version could lose what the newer one keeps there. Install the newer version.";
    STORE_OLDER = "DB0004", Error, "the estate has an older layout",
        "The layout of this estate is older than this version of refit writes. Run `refit db migrate`, which changes it in one transaction.";
    STORE_LOCKED = "DB0005", Error, "another process is writing to the estate",
        "Another process held the estate's write lock for longer than five seconds. Wait until it has finished and repeat the command; nothing of this command was stored.";
    STORE_FULL = "DB0006", Error, "the disk is full",
        "The estate could not grow. Nothing of this command was stored and what was there before is intact. Free space on that disk and repeat the command.";
    STORE_READ_ONLY = "DB0007", Error, "the estate is read-only",
        "The file, its folder or its disk does not permit writing. Reading commands work; change the permissions or copy the estate to a folder of your own to change it.";
    STORE_CORRUPT = "DB0008", Error, "the estate is damaged",
        "The database's own checks failed. Do not go on working with it: restore the latest backup and import what was added since.";
    STORE_IO = "DB0009", Error, "the estate could not be read or written",
        "The operating system reported a fault while the estate was being read or written. The transaction was given up, so that nothing is half stored. Check the disk and repeat the command.";
    STORE_MISSING = "DB0010", Error, "there is no estate at this path",
        "The command reads an estate and the file does not exist. Make one with `refit import` or `refit demo`, or name another file by --db or REFIT_DB.";
    STORE_CONTENT = "DB0011", Error, "a stored value cannot be understood",
        "A row of the estate holds a value that refit does not write: it was edited by another tool, or it is damaged. Restore the latest backup or mend the value.";
    STORE_CONSTRAINT = "DB0012", Error, "a change contradicts what is stored",
        "The database refused a change because it would break one of its own rules, such as two devices with one tag. This is a defect of refit: please report it with the message.";

    FILTER_SYNTAX = "FLT0001", Error, "the filter cannot be read",
        "A filter is made of comparisons such as `ram_gib < 8`, `class in (desktop, laptop)` and `warranty_end is unknown`, joined by `and`, `or`, `not` and parentheses. Texts with spaces are quoted.";
    FILTER_FIELD = "FLT0002", Error, "the filter names an unknown field",
        "Fields are called as the columns of an assets file are: `refit schema assets` lists them.";
    FILTER_VALUE = "FLT0003", Error, "the filter compares a field with a value it cannot have",
        "The value must be written as a cell of that column is: dates as 2026-11-20, yes and no as true and false, memory as a number of GiB, money as pounds.";
    FILTER_OPERATOR = "FLT0004", Error, "the comparison is not possible for this field",
        "Texts and words have no order that a filter could use, so `<` and `>` are for numbers, dates, versions and money; `contains` is for texts and words.";

    FILE_UNREADABLE = "IMP0001", Error, "the file cannot be read",
        "The operating system refused to open or read the file. Nothing was stored.";
    FILE_EMPTY = "IMP0002", Error, "the file is empty",
        "There is not even a row of column headings. Check that the export that made it has finished.";
    FILE_WITHOUT_ROWS = "IMP0003", Warning, "the file has headings and no rows",
        "Nothing was imported from it. Check that the export's filter did not leave everything out.";
    FILE_TOO_LARGE = "IMP0004", Error, "the file is larger than the limit",
        "Files may have 2 GiB. Split the file; its parts can be imported one after the other.";
    TOO_MANY_COLUMNS = "IMP0005", Error, "the file has too many columns",
        "Files may have 256 columns. Leave out the columns that are not needed.";
    TOO_MANY_ROWS = "IMP0006", Error, "the file has too many rows",
        "Files may have 2,000,000 rows. Split the file; its parts can be imported one after the other.";
    UNKNOWN_COLUMN = "IMP0007", Error, "the file has a column that is not known",
        "A misspelt heading would silently lose a column of facts, so the file is refused. Correct the heading, remove the column, or describe the file in a map (`--map MAP.toml`), which may leave columns out.";
    DUPLICATE_COLUMN = "IMP0008", Error, "two columns have the same heading",
        "It would be a guess which of the two counts. Rename or remove one of them.";
    MISSING_COLUMN = "IMP0009", Error, "a column that is required is missing",
        "Each kind of file has columns without which its rows mean nothing. Add the column, or name the right --kind.";
    MIXED_ENCODING = "IMP0010", Error, "the text is damaged",
        "The file is UTF-8 elsewhere and this row is not, so characters would be misread. Correct the row in a text editor that shows UTF-8.";
    READ_AS_WINDOWS = "IMP0011", Warning, "the file was read as Windows-1252",
        "The file is not UTF-8, so that its letters with accents and its pound signs were read as Windows writes them. Save it as `CSV UTF-8` to be sure of them.";
    UNKNOWN_KIND = "IMP0012", Error, "the kind of the file is not recognised",
        "The headings fit no kind of file that refit reads by itself. Say what it is with --kind, or describe it in a map (`--map MAP.toml`).";
    WRONG_DELIMITER = "IMP0013", Error, "the cells are not separated by commas",
        "The row of headings is one cell with semicolons or tabs in it. Save the file with commas, or say `delimiter = \";\"` in a map.";

    OLD_WORKBOOK = "IMP0030", Error, "the workbook is in the format of before 2007",
        "Files that end in .xls are not read. Open the file and save it as .xlsx or as CSV.";
    WORKBOOK = "IMP0031", Error, "the workbook cannot be used",
        "It is damaged, is not what its own directory says (a wrong checksum, a cell that no sheet has), is protected by a password, or would grow beyond the limits when it is unpacked: 256 MiB as stored, 512 MiB and 400 times its packed size as unpacked, 4,096 parts. Nothing of it was read.";
    OTHER_SHEETS = "IMP0032", Warning, "the workbook has further sheets",
        "One sheet is imported at a time: the first that is not hidden, or the one that --sheet names.";
    JSON_SYNTAX = "IMP0033", Error, "the file is not JSON",
        "It begins as JSON and breaks its rules at the place that is named. Mostly the file was cut off.";
    JSON_DUPLICATE = "IMP0034", Error, "a name stands twice in one object of JSON",
        "Most readers let the last one win without a word, so that two programs see two different devices. Remove one of the two.";
    DOCUMENT_LIMIT = "IMP0035", Error, "the document is larger or deeper than any inventory",
        "Documents have at most 64 levels, 1,000,000 values and 32 MiB for one device.";
    XML_SYNTAX = "IMP0036", Error, "the file is not XML",
        "It begins as XML and breaks its rules at the line that is named. Mostly the file was cut off.";
    XML_DOCTYPE = "IMP0037", Error, "the file declares a document type",
        "Document types can make a reader fetch or repeat things without end, and no inventory agent writes one, so the file is refused.";
    PRESET_MISMATCH = "IMP0038", Error, "the file is not of the preset's format",
        "The file tells by itself what it is; leave out --preset, or give the one that fits.";
    COLUMNS_LEFT_OUT = "IMP0039", Warning, "columns were not read",
        "The preset knows the columns that it reads by their usual names and leaves the others out. Write a map with `refit import guess` to read more of them.";
    EDID = "IMP0040", Error, "the file is no EDID",
        "An EDID has blocks of 128 bytes, the first of which begins with 00 FF FF FF FF FF FF 00 and has a checksum. They may be given as bytes or as hexadecimal or base64 letters.";
    DMIDECODE = "IMP0041", Error, "the report of dmidecode names no machine",
        "The machine's serial number stands in the block of DMI type 1, which dmidecode prints when it is run as root.";
    NO_SHEET = "IMP0042", Error, "the workbook has no such sheet",
        "The message lists the sheets that there are.";
    LEFT_OUT = "IMP0043", Warning, "rows that are no GP practice of England were left out",
        "The file of the Organisation Data Service lists every prescribing cost centre: walk-in centres, prisons and hospices too, and Welsh practices.";

    ROW_RAGGED = "IMP0101", Error, "the row has not as many cells as there are headings",
        "Cells would land under the wrong headings. The usual cause is a comma in a text that is not quoted.";
    ROW_NUL = "IMP0102", Error, "the row holds a NUL byte",
        "Text files do not hold NUL bytes; the file is damaged or is no text file.";
    ROW_QUOTES = "IMP0103", Error, "the row's quotation marks do not match",
        "A quoted cell does not end, or text follows its closing quotation mark. Write a quotation mark within a quoted cell twice.";
    CELL_TOO_LONG = "IMP0104", Error, "a cell is too long",
        "A cell may have 32,767 characters, as in a workbook. A cell that seems longer is mostly a missing quotation mark.";
    NO_IDENTIFIER = "IMP0110", Error, "the row has neither a tag nor a serial number",
        "A device is recognised by its asset tag or by its serial number. Without either it would be entered again by every import.";
    NO_CLASS = "IMP0111", Error, "a new device has no class",
        "The class (desktop, laptop, monitor, ...) decides which rules apply and what a replacement costs. It is required when a device is first seen.";
    BAD_IDENTIFIER = "IMP0112", Error, "the identifier is not usable",
        "Tags and serial numbers have 1 to 64 printable characters.";
    BAD_CLASS = "IMP0113", Error, "the class is not known",
        "Classes are those of the class catalogue: desktop, laptop, monitor, scanner, smartcard-reader, printer and what your estate adds.";
    BAD_STATUS = "IMP0114", Error, "the status is not known",
        "The status says where a device is in its life. The words are listed in the documentation of the assets file.";
    BAD_MONEY = "IMP0115", Error, "the amount is not usable",
        "Amounts are pounds with at most two decimals, without a currency sign and without separators: 1234.50.";
    BAD_DATE = "IMP0116", Error, "the date is not usable",
        "Dates are written 2026-11-20. Files with another order are read with --date-order dmy, mdy or ymd, or by a map.";
    AMBIGUOUS_DATE = "IMP0117", Error, "the date can be read in two ways",
        "01/02/2026 is in January or in February. Refit does not guess: say which order the file uses with --date-order dmy or mdy.";
    BAD_ORGANISATION = "IMP0118", Error, "the organisation code is not usable",
        "A site is an ODS code such as A81001 (practice) or A81001001 (branch), or a local site that an organisations file declares.";
    BAD_CELL = "IMP0119", Error, "the cell is not what its column holds",
        "Every column has a type, so that a misread value is noticed here and not in a plan. The message says what was expected.";
    UNDECLARED_SITE = "IMP0120", Error, "the local site is not declared",
        "A code that is no ODS code must be declared in an organisations file with kind `local-site`; otherwise a typing error would become a site.";
    UNDECLARED_ODS = "IMP0121", Warning, "the organisation is not declared",
        "The code is well formed and no organisations file has declared it. Its devices are checked, planned under no budget holder, and listed.";
    FACT_UNREADABLE = "IMP0122", Warning, "a mapped fact cannot be read and is left unknown",
        "The row is kept without this fact, and rules that need it say `unknown`. Name the text under `empty` in the map when it means nothing, or set `on_bad = \"reject\"` to refuse such rows.";
    PLACEHOLDER_SERIAL = "IMP0123", Warning, "the serial number is a placeholder",
        "The maker left a text such as `Default string` where the serial number should be. Many devices share it, so it is treated as none.";
    DUPLICATE_ROW = "IMP0124", Error, "the device stands in the file twice",
        "Two rows of one file name the same device; it would be a guess which of them is right. The first counts.";
    IDENTITY_CONFLICT = "IMP0125", Error, "the tag and the serial number belong to two devices",
        "The register knows the tag of one device and the serial number of another. One of the two is mistyped, or a label was moved.";
    SERIAL_CONFLICT = "IMP0126", Error, "the tag belongs to a device with another serial number",
        "The register knows this tag with another serial number. The label may have been moved to a new device; the facts of the old one must not become the new one's.";
    RELABELLED = "IMP0127", Warning, "the device has a new tag",
        "The serial number is known with another tag. The device is the same; it now carries the tag of this file.";
    ALREADY_KNOWN = "IMP0128", Error, "the device is already in the register",
        "`--mode insert` adds new devices only. Use the default, `--mode upsert`, to change known ones.";
    WORD_NOT_IN_TABLE = "IMP0129", Error, "the map's value table has no entry for the cell",
        "Add the text to the `table` of this field in the map, or to its `empty` list when it means nothing.";
    NUMBER_AS_SERIAL = "IMP0150", Error, "a spreadsheet turned the serial number into a number",
        "Leading zeros and all digits after the fifteenth are then lost, and 5E10 becomes 50000000000, so that the device would be taken for another. Format the column as text and enter the serial number again; it is never repaired.";
    SHEET_ERROR = "IMP0151", Error, "a cell shows an error",
        "A formula of the workbook failed (#N/A, #REF!, ...), so that its cell says nothing that could be imported.";
    SHEET_NO_RESULT = "IMP0152", Error, "a formula has no result",
        "Programs that write workbooks without a spreadsheet leave out the results of formulas. Open and save the file once.";
    SHEET_TEXT = "IMP0153", Error, "a cell refers to a text that is not there",
        "The workbook is damaged: its list of texts is shorter than its cells say.";
    NUMBER_AS_TAG = "IMP0154", Warning, "asset tags are numbers in the workbook",
        "A tag such as 00123 would have lost its zeros. Compare a few tags with the labels, and format the column as text.";
    IMPLAUSIBLE_SIZE = "IMP0155", Error, "the size is not in the unit of its column",
        "`ram_gib` is in GiB: 8192 there would be eight tebibytes of memory, which no desktop has; the number is in MB. Say `from = \"MB\"` in a map.";
    UNIT_UNKNOWN = "IMP0156", Error, "the size has no unit",
        "Neither the heading nor the cell says whether the number is in MB or GB, and it is never guessed. Write a map with `refit import guess`.";
    NOT_A_VALUE = "IMP0157", Error, "a list or object stands where one value should",
        "Rows are objects whose values are texts, numbers, true, false or null.";
    SPELT_OTHERWISE = "IMP0158", Warning, "a known identifier is spelt otherwise",
        "Tags and serial numbers are compared without case, spaces and punctuation, because labels, firmware and people write them differently. The device is the same and keeps its first spelling. Identifiers that only look alike (O and 0) are never taken for one: `refit assets find-duplicates` lists them.";
    FURTHER_PROBLEMS = "IMP0199", Warning, "there are further problems",
        "The first 1,000 problems are listed; the others are counted by code. Mend those listed and import again to see the rest.";

    ORGANISATION_CONTRADICTION = "IMP0201", Error, "two rows of one organisation contradict each other",
        "An organisation may have several rows, one for each dated parent. Its name, kind and other properties must be the same in all of them, or empty.";
    ORGANISATION_CYCLE = "IMP0202", Error, "an organisation is its own ancestor",
        "The parents lead in a ring, so nobody holds the budget. Correct one of the ties that are named.";
    UNDECLARED_PARENT = "IMP0203", Warning, "the parent is not declared",
        "Neither this file nor the estate declares the parent. The tie is kept and works once the parent is imported.";
    BAD_PERIOD = "IMP0204", Error, "the period ends before it begins",
        "A tie holds from the day `from` up to, but not including, the day `until`.";
    OVERLAPPING_PARENTS = "IMP0205", Warning, "two parents of one relation overlap in time",
        "On some day the organisation has two parents by the same relation; the one with the smaller code then counts. Set `until` of the earlier tie.";
    DUPLICATE_LINK = "IMP0206", Error, "the tie stands in the file twice",
        "Two rows say the same of the same organisation. Remove one of them.";

    DUPLICATE_MODEL = "IMP0301", Error, "the model stands in the file twice",
        "Two rows name the same maker and model, or claim the same alias. The first counts.";
    BAD_MODEL_FACT = "IMP0302", Error, "the facts of a model cannot be read",
        "The column `facts` holds `field=value` pairs separated by semicolons, such as `ram_gib=8; disk_type=ssd`, with the fields of the catalogue that describe a device.";
    LIST_SIZE_UNKNOWN_PRACTICE = "IMP0401", Error, "the practice is not declared",
        "A list size belongs to an organisation that an organisations file has declared. Import that file first.";

    MAP_COLUMN_MISSING = "IMP0921", Error, "the file lacks a column that the map names",
        "The export has changed or the map is for another file. Correct the map, or mark the column `optional = true`.";
    MAP_FIELD_UNKNOWN = "IMP0922", Error, "the map names an unknown field",
        "The keys under `[fields]` are the columns of an assets file.";
    MAP_WITHOUT_IDENTIFIER = "IMP0923", Error, "the map says neither tag nor serial number",
        "Without `asset_tag` or `serial_number` under `[fields]` no device could be recognised.";
    MAP_UNIT = "IMP0924", Error, "the unit does not fit the field",
        "`from` names the unit that the column is in; the documentation of maps lists the units of each field.";
    MAP_DATE_FORMAT = "IMP0925", Error, "the date format is not usable",
        "A date format is made of yyyy or yy, mm or mon, and dd, in any order, with the separators of the file between them: `dd/mm/yyyy`.";
}

/// Codes of the class catalogue's file.
pub const CATALOGUE_TOML: TomlCodes = TomlCodes {
    syntax: Code("IMP0901"),
    unknown_key: Code("IMP0902"),
    missing_key: Code("IMP0903"),
    wrong_type: Code("IMP0904"),
    bad_value: Code("IMP0905"),
};

/// Codes of maps.
pub const MAP_TOML: TomlCodes = TomlCodes {
    syntax: Code("IMP0911"),
    unknown_key: Code("IMP0912"),
    missing_key: Code("IMP0913"),
    wrong_type: Code("IMP0914"),
    bad_value: Code("IMP0915"),
};

macro_rules! toml_entries {
    ($($code:literal, $title:literal, $explanation:literal;)+) => {
        /// What `refit explain` says of the general problems of this crate's TOML files.
        pub const TOML_CODES: &[CodeEntry] = &[$(CodeEntry {
            code: Code($code), severity: Error, title: $title, explanation: $explanation, since: "0.1.0",
        },)+];
    };
}

toml_entries! {
    "IMP0901", "the class catalogue is not valid TOML", "Mend the syntax at the place that is named.";
    "IMP0902", "the class catalogue has an unknown key", "Keys are never ignored, because a misspelt one would change nothing without a word.";
    "IMP0903", "the class catalogue lacks a key", "Add the key that is named.";
    "IMP0904", "a value of the class catalogue has the wrong type", "Write the type that is named: a string in quotes, a number, true or false.";
    "IMP0905", "a value of the class catalogue is not allowed", "Write one of the values that are named.";
    "IMP0911", "the map is not valid TOML", "Mend the syntax at the place that is named.";
    "IMP0912", "the map has an unknown key", "Keys are never ignored, because a misspelt one would change nothing without a word.";
    "IMP0913", "the map lacks a key", "Add the key that is named.";
    "IMP0914", "a value of the map has the wrong type", "Write the type that is named: a string in quotes, a number, true or false.";
    "IMP0915", "a value of the map is not allowed", "Write one of the values that are named.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_ascend_within_their_family() {
        let codes: Vec<&str> =
            CODES.iter().chain(TOML_CODES).map(|entry| entry.code.as_str()).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), codes.len());
        assert!(CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
        for entry in CODES.iter().chain(TOML_CODES) {
            assert!(
                !entry.title.ends_with('.') && entry.explanation.ends_with('.'),
                "{}",
                entry.code
            );
        }
    }
}
