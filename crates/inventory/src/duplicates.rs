//! Devices that may be one: told to people, never merged.
//!
//! A serial number typed from a label and the one that firmware reports often differ in case, in a hyphen, or in a character
//! that looks like another (O and 0, I and 1, S and 5, B and 8, Z and 2). Such pairs are listed with the reason, and somebody
//! looks at the label.

use std::collections::BTreeMap;

use crate::store::Register;

/// Why devices may be one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Likeness {
    /// Their serial numbers differ only in case, spaces or punctuation.
    SerialSpelling,
    /// Their serial numbers differ only in characters that look alike.
    SerialLookAlike,
    /// Their tags differ only in case, spaces or punctuation.
    TagSpelling,
    /// Their tags differ only in characters that look alike.
    TagLookAlike,
    /// The tag of one is the serial number of the other.
    TagIsSerial,
}

impl Likeness {
    /// The word that outputs use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SerialSpelling => "serial-spelling",
            Self::SerialLookAlike => "serial-look-alike",
            Self::TagSpelling => "tag-spelling",
            Self::TagLookAlike => "tag-look-alike",
            Self::TagIsSerial => "tag-is-serial",
        }
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::SerialSpelling => "serial numbers differ only in case, spaces or punctuation",
            Self::SerialLookAlike => "serial numbers differ only in characters that look alike",
            Self::TagSpelling => "tags differ only in case, spaces or punctuation",
            Self::TagLookAlike => "tags differ only in characters that look alike",
            Self::TagIsSerial => "the tag of one is the serial number of another",
        }
    }
}

/// Devices that may be one, by position in the register, ascending.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Group {
    /// The strongest reason.
    pub likeness: Likeness,
    /// The devices.
    pub devices: Vec<usize>,
}

/// Shortest identifier that is compared by look: short ones are alike by chance.
const SHORTEST: usize = 5;

/// An identifier without case, spaces and punctuation.
pub fn spelling(identifier: &str) -> String {
    identifier
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// An identifier with one character for each group of those that look alike.
pub fn look(identifier: &str) -> String {
    spelling(identifier)
        .chars()
        .map(|letter| match letter {
            'O' | 'Q' | '\u{39f}' | '\u{41e}' => '0',
            'I' | 'L' | '|' | '\u{399}' | '\u{406}' => '1',
            'Z' | '\u{396}' => '2',
            'S' | '\u{405}' => '5',
            'B' | '\u{392}' | '\u{412}' => '8',
            // Letters of other scripts that look like Latin ones.
            '\u{391}' | '\u{410}' => 'A',
            '\u{395}' | '\u{415}' => 'E',
            '\u{397}' | '\u{41d}' => 'H',
            '\u{39a}' | '\u{41a}' => 'K',
            '\u{39c}' | '\u{41c}' => 'M',
            '\u{39d}' => 'N',
            '\u{3a1}' | '\u{420}' => 'P',
            '\u{421}' => 'C',
            '\u{3a4}' | '\u{422}' => 'T',
            '\u{3a7}' | '\u{425}' => 'X',
            other => other,
        })
        .collect()
}

/// What two devices that may be one have in common.
type Key<'k> = &'k dyn Fn(usize) -> Option<String>;

/// Groups of devices that may be one, the strongest reasons first.
pub fn find(register: &Register) -> Vec<Group> {
    let mut groups = Vec::new();
    let serial = |device: usize| register.serial(device).map(ToString::to_string);
    let tag = |device: usize| register.tag(device).map(ToString::to_string);
    let mut told = std::collections::BTreeSet::new();
    let passes: [(Likeness, Key<'_>); 4] = [
        (Likeness::SerialSpelling, &|device| serial(device).map(|text| spelling(&text))),
        (Likeness::SerialLookAlike, &|device| serial(device).map(|text| look(&text))),
        (Likeness::TagSpelling, &|device| tag(device).map(|text| spelling(&text))),
        (Likeness::TagLookAlike, &|device| tag(device).map(|text| look(&text))),
    ];
    for (likeness, key) in passes {
        let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for device in 0..register.len() {
            if let Some(key) = key(device).filter(|key| key.chars().count() >= SHORTEST) {
                by_key.entry(key).or_default().push(device);
            }
        }
        for devices in by_key.into_values().filter(|devices| devices.len() > 1) {
            if told.insert(devices.clone()) {
                groups.push(Group { likeness, devices });
            }
        }
    }
    let by_serial: BTreeMap<String, usize> = (0..register.len())
        .filter_map(|device| Some((spelling(&serial(device)?), device)))
        .collect();
    for device in 0..register.len() {
        let Some(other) = tag(device).and_then(|tag| by_serial.get(&spelling(&tag)).copied())
        else {
            continue;
        };
        let mut devices = vec![device.min(other), device.max(other)];
        devices.dedup();
        if devices.len() > 1 && told.insert(devices.clone()) {
            groups.push(Group { likeness: Likeness::TagIsSerial, devices });
        }
    }
    groups.sort();
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Input, Options, run};
    use crate::store::{MemoryStore, Store as _};
    use crate::vocabulary::ClassCatalogue;

    fn groups(rows: &str) -> Vec<(Likeness, Vec<String>)> {
        let mut store = MemoryStore::new("Q99".parse().unwrap());
        let classes = ClassCatalogue::shipped();
        let text = format!("asset_tag,serial_number,class\n{rows}");
        let input = Input { name: "a.csv".into(), reader: text.as_bytes() };
        let outcome =
            run(&mut store, input, Options::new(&classes, "2026-11-21T12:00:00Z")).unwrap();
        assert!(!outcome.problems.has_errors(), "{:?}", outcome.problems);
        let register = store.register().unwrap();
        find(&register)
            .into_iter()
            .map(|group| {
                (
                    group.likeness,
                    group.devices.iter().map(|device| register.label(*device).to_owned()).collect(),
                )
            })
            .collect()
    }

    fn labels(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn looks_are_told_and_nothing_is_told_twice() {
        let found = groups(
            "T3,PF2OABCD,laptop\nT4,PF20ABCD,laptop\nT5,UNLIKE99,laptop\nPF9WXYZ1,,laptop\n\
             ICB-00S71,,monitor\nICB-OO571,,monitor\n",
        );
        assert_eq!(
            found,
            [
                (Likeness::SerialLookAlike, labels(&["T3", "T4"])),
                (Likeness::TagLookAlike, labels(&["ICB-00S71", "ICB-OO571"])),
            ]
        );
        let twice = groups("PF9WXYZ1,,laptop\nT7,PF9WXYZ1,laptop\n");
        assert_eq!(twice, [(Likeness::TagIsSerial, labels(&["PF9WXYZ1", "T7"]))]);
        assert_eq!(spelling("5cg-1234 xyz"), "5CG1234XYZ");
    }

    #[test]
    fn short_identifiers_and_other_scripts() {
        assert_eq!(groups("O1,,monitor\n01,,monitor\n"), []);
        assert_eq!(look("\u{421}AFE"), look("CAFE"));
        assert_ne!(look("ABC"), look("ABD"));
    }
}
