//! Programs that are installed on devices: what agents list beside the facts of a device.
//!
//! The programs of one import are kept as one document of the store (kind [`KIND`], named by the import's number), with a
//! line for each device. The latest list of a device is what is installed on it: an agent lists everything each time.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::import::AssetRow;
use crate::store::{BatchId, Document, Register, Store, StoreError};

/// The kind of documents that hold programs.
pub const KIND: &str = "software";

/// A program as a source reports it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Software {
    /// Its name, normalised: without its version, its architecture and marks of trade.
    pub name: String,
    /// Its version, as reported; empty when it is not said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Its edition, such as `Professional`; empty when it is not said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub edition: String,
    /// Who publishes it, normalised as makers are; empty when it is not said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub publisher: String,
}

/// Most characters of a part of a program's name.
const MAX_CHARS: usize = 256;

impl Software {
    /// Normalises what a source says; nothing without a name.
    pub fn new(name: &str, version: Option<&str>, publisher: Option<&str>) -> Option<Self> {
        let version = tidy(version.unwrap_or_default());
        let name = tidy(name);
        let name = plain_name(&name, &version);
        let publisher = tidy(publisher.unwrap_or_default());
        (!name.is_empty()).then(|| Self {
            name,
            version,
            edition: String::new(),
            publisher: crate::normal::maker::maker(&publisher),
        })
    }

    /// The same program of an edition.
    #[must_use]
    pub fn edition(mut self, edition: &str) -> Self {
        self.edition = tidy(edition);
        self
    }
}

/// Single spaces, no control characters and no marks of trade.
fn tidy(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .filter(|letter| !matches!(letter, '®' | '™' | '©'))
        .collect();
    let plain = plain.replace("(R)", "").replace("(TM)", "");
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(MAX_CHARS).collect()
}

/// A name without the version and architecture at its end.
fn plain_name(name: &str, version: &str) -> String {
    let mut rest = name;
    loop {
        let mut shorter = rest.trim_end_matches([' ', '-', ',']);
        for ending in ["(x64)", "(x86)", "(64-bit)", "(32-bit)", "(64bit)", "x64", "64-bit"] {
            shorter = shorter.strip_suffix(ending).unwrap_or(shorter);
        }
        if version.len() >= 3 {
            shorter = shorter.strip_suffix(version).unwrap_or(shorter);
            shorter = shorter
                .strip_suffix(" v")
                .or_else(|| shorter.strip_suffix(" version"))
                .unwrap_or(shorter);
        }
        let shorter = shorter.trim_end();
        if shorter.len() == rest.len() || shorter.is_empty() {
            return rest.trim().to_owned();
        }
        rest = shorter;
    }
}

/// What an import found on one device: a line of its document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Installed {
    /// The device's tag, as the file has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset_tag: Option<String>,
    /// The device's serial number, as the file has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// The day on which the source saw the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_on: Option<String>,
    /// The programs, ascending.
    pub programs: Vec<Software>,
}

impl Installed {
    /// The programs of a row; nothing when it lists none.
    pub(crate) fn of_row(row: &AssetRow, programs: &[Software]) -> Option<Self> {
        if programs.is_empty() {
            return None;
        }
        let mut programs = programs.to_vec();
        programs.sort();
        programs.dedup();
        Some(Self {
            asset_tag: row.tag.as_ref().map(ToString::to_string),
            serial_number: row.serial.as_ref().map(ToString::to_string),
            seen_on: row.seen_on.map(|day: NaiveDate| day.to_string()),
            programs,
        })
    }
}

/// The document of an import's programs.
pub(crate) fn document(batch: BatchId, recorded_at: &str, all: &[Installed]) -> Document {
    let mut content = Vec::new();
    for installed in all {
        // Texts and lists of texts always have a JSON form.
        if serde_json::to_writer(&mut content, installed).is_ok() {
            content.push(b'\n');
        }
    }
    let summary = serde_json::json!({ "devices": all.len() }).to_string();
    Document::new(KIND, &format!("{:010}", batch.0), recorded_at, &summary, content)
}

/// What is installed on each device, by its position in the register: the latest list of each.
///
/// # Errors
/// [`StoreError`] when the store cannot be read.
pub fn installed(
    store: &dyn Store,
    register: &Register,
) -> Result<BTreeMap<usize, Installed>, StoreError> {
    let mut ids: Vec<String> = store.documents(KIND)?.into_iter().map(|about| about.id).collect();
    ids.sort();
    let mut all = BTreeMap::new();
    for id in ids {
        let Some(document) = store.document(KIND, &id)? else { continue };
        for line in document.content.split(|byte| *byte == b'\n') {
            let Ok(found) = serde_json::from_slice::<Installed>(line) else { continue };
            let device = found.serial_number.as_deref().and_then(|serial| register.find(serial));
            let device =
                device.or_else(|| found.asset_tag.as_deref().and_then(|tag| register.find(tag)));
            if let Some(device) = device {
                all.insert(device, found);
            }
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Input, Options, run};
    use crate::store::MemoryStore;
    use crate::vocabulary::ClassCatalogue;

    #[test]
    fn the_latest_list_of_a_device_is_what_is_installed() {
        let mut store = MemoryStore::new("Q99".parse().unwrap());
        let classes = ClassCatalogue::shipped();
        let mut import = |programs: &str| {
            let text = format!(
                "{{\"content\":{{\"bios\":{{\"ssn\":\"A1B2C3\",\"smodel\":\"X\"}},\"hardware\":{{\"chassis_type\":\"Laptop\"}},\"softwares\":[{programs}]}}}}"
            );
            let input = Input { name: "pc.json".into(), reader: text.as_bytes() };
            let outcome =
                run(&mut store, input, Options::new(&classes, "2026-11-21T12:00:00Z")).unwrap();
            assert!(!outcome.problems.has_errors(), "{:?}", outcome.problems);
        };
        import("{\"name\":\"7-Zip 19.00\",\"version\":\"19.00\"},{\"name\":\"Old\"}");
        import("{\"name\":\"7-Zip 22.01\",\"version\":\"22.01\"}");
        let register = store.register().unwrap();
        let all = installed(&store, &register).unwrap();
        let programs: Vec<String> = all[&0]
            .programs
            .iter()
            .map(|program| format!("{} {}", program.name, program.version))
            .collect();
        assert_eq!(programs, ["7-Zip 22.01"]);
    }

    #[test]
    fn names_lose_version_architecture_and_marks() {
        let name = |text: &str, version: &str| {
            Software::new(text, Some(version), None).map(|found| found.name)
        };
        assert_eq!(name("7-Zip 19.00 (x64)", "19.00").as_deref(), Some("7-Zip"));
        assert_eq!(
            name("Microsoft\u{ae} Office  2016", "16.0.4266").as_deref(),
            Some("Microsoft Office 2016")
        );
        assert_eq!(name("EMIS Web", "").as_deref(), Some("EMIS Web"));
        assert_eq!(name("1.2.3", "1.2.3").as_deref(), Some("1.2.3"));
        assert_eq!(name(" ", ""), None);
        let published = Software::new("Reader", None, Some("Dell Inc.")).unwrap();
        assert_eq!(published.publisher, "Dell");
    }
}
