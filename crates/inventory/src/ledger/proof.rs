//! Proofs that can be checked without the estate, as texts.
//!
//! ```text
//! refit.proof/1 inclusion          refit.proof/1 consistency
//! index 17                         old 17
//! size 1042                        old_root BASE64
//! event BASE64                     size 1042
//! hash BASE64 ...                  hash BASE64 ...
//! ```
//! An inclusion proof carries the bytes of its event; a checker hashes them, walks up and compares with the root of a
//! signed checkpoint of that size.

use super::note::{base64_decode, base64_encode};
use super::replay::Head;
use super::tree::{self, Hash};

/// What a proof shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Proof {
    /// An event is in the log.
    Inclusion {
        /// Its number.
        index: u64,
        /// The size of the log.
        size: u64,
        /// Its bytes.
        event: Vec<u8>,
        /// The way up.
        path: Vec<Hash>,
    },
    /// An older head is a beginning of the log.
    Consistency {
        /// The older head.
        old: Head,
        /// The size of the log.
        size: u64,
        /// The way.
        path: Vec<Hash>,
    },
}

const MARK: &str = "refit.proof/1";

impl Proof {
    /// The size of the log that the proof leads to.
    pub fn size(&self) -> u64 {
        match self {
            Self::Inclusion { size, .. } | Self::Consistency { size, .. } => *size,
        }
    }

    /// Whether the proof leads to a head.
    pub fn holds(&self, head: &Head) -> bool {
        match self {
            Self::Inclusion { index, size, event, path } => {
                *size == head.size
                    && tree::check_inclusion(&tree::leaf(event), *index, *size, path, &head.root)
            }
            Self::Consistency { old, size, path } => {
                *size == head.size
                    && tree::check_consistency((old.size, &old.root), (*size, &head.root), path)
            }
        }
    }

    /// The text of the proof.
    pub fn to_text(&self) -> String {
        let (mut lines, path) = match self {
            Self::Inclusion { index, size, event, path } => (
                vec![
                    format!("{MARK} inclusion"),
                    format!("index {index}"),
                    format!("size {size}"),
                    format!("event {}", base64_encode(event)),
                ],
                path,
            ),
            Self::Consistency { old, size, path } => (
                vec![
                    format!("{MARK} consistency"),
                    format!("old {}", old.size),
                    format!("old_root {}", base64_encode(&old.root)),
                    format!("size {size}"),
                ],
                path,
            ),
        };
        lines.extend(path.iter().map(|hash| format!("hash {}", base64_encode(hash))));
        lines.push(String::new());
        lines.join("\n")
    }

    /// Reads the text of a proof.
    ///
    /// # Errors
    /// The first line that is not as expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = (1_u32..).zip(text.lines());
        let head = lines.next().map_or("", |(_, line)| line);
        let mut take = |word: &str| -> Result<String, String> {
            let (number, line) = lines.next().unwrap_or((0, ""));
            line.strip_prefix(word)
                .and_then(|rest| rest.strip_prefix(' '))
                .map(str::to_owned)
                .ok_or_else(|| format!("line {number}: expected `{word} ...`, found `{line}`"))
        };
        let number = |text: String| {
            text.parse::<u64>().map_err(|_| format!("expected a number, found `{text}`"))
        };
        let bytes = |text: String| {
            base64_decode(&text).ok_or_else(|| format!("expected base64, found `{text}`"))
        };
        let hash = |text: String| -> Result<Hash, String> {
            bytes(text)?.try_into().map_err(|_| "expected a hash of 32 bytes".to_owned())
        };
        let proof = match head.strip_prefix(MARK).map(str::trim) {
            Some("inclusion") => Self::Inclusion {
                index: number(take("index")?)?,
                size: number(take("size")?)?,
                event: bytes(take("event")?)?,
                path: Vec::new(),
            },
            Some("consistency") => Self::Consistency {
                old: Head { size: number(take("old")?)?, root: hash(take("old_root")?)? },
                size: number(take("size")?)?,
                path: Vec::new(),
            },
            _ => {
                return Err(format!(
                    "expected `{MARK} inclusion` or `{MARK} consistency`, found `{head}`"
                ));
            }
        };
        let mut found = Vec::new();
        for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
            let Some(text) = line.strip_prefix("hash ") else {
                return Err(format!("line {number}: expected `hash ...`, found `{line}`"));
            };
            found.push(hash(text.to_owned())?);
        }
        Ok(match proof {
            Self::Inclusion { index, size, event, .. } => {
                Self::Inclusion { index, size, event, path: found }
            }
            Self::Consistency { old, size, .. } => Self::Consistency { old, size, path: found },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_survive_as_texts_and_lead_to_their_head_only() {
        let events: Vec<Vec<u8>> = (0_u8..13).map(|number| vec![number; 5]).collect();
        let leaves: Vec<Hash> = events.iter().map(|event| tree::leaf(event)).collect();
        let head = Head { size: 13, root: tree::root(&leaves) };
        let old = Head { size: 6, root: tree::root(&leaves[..6]) };
        let proofs = [
            Proof::Inclusion {
                index: 4,
                size: 13,
                event: events[4].clone(),
                path: tree::prove_inclusion(4, &leaves).unwrap(),
            },
            Proof::Consistency {
                old: old.clone(),
                size: 13,
                path: tree::prove_consistency(6, &leaves).unwrap(),
            },
        ];
        for proof in proofs {
            let read = Proof::parse(&proof.to_text()).unwrap();
            assert_eq!(read, proof);
            assert!(read.holds(&head));
            assert!(!read.holds(&old));
            assert!(!read.holds(&Head { size: 13, root: old.root }));
        }
        for bad in [
            "",
            "refit.proof/1 other\n",
            "refit.proof/1 inclusion\nindex x\n",
            "refit.proof/1 consistency\nold 1\nold_root AA==\n",
        ] {
            assert!(Proof::parse(bad).is_err(), "{bad:?}");
        }
    }
}
