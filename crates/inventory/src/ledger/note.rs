//! Signed heads: checkpoints and signed notes as C2SP defines them (c2sp.org/tlog-checkpoint, c2sp.org/signed-note).
//!
//! ```text
//! refit.example/QZ1
//! 1042
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — refit.example/QZ1 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::replay::Head;
use super::tree::Hash;

/// The algorithm byte of Ed25519 in keys of signed notes.
const ED25519: u8 = 1;

/// Why a note or key cannot be used, as printed after the name of its file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoteError(pub String);

fn fault<T>(what: impl Into<String>) -> Result<T, NoteError> {
    Err(NoteError(what.into()))
}

/// A key that signs, with the name under which it does.
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A key that signatures are checked with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

/// The first four bytes of SHA-256 of the name, a line break, the algorithm and the public key.
fn key_hash(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(name.as_bytes());
    hasher.update([b'\n', ED25519]);
    hasher.update(key.as_bytes());
    let digest: Hash = hasher.finalize().into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|letter| letter.is_whitespace() || letter == '+')
}

impl Signer {
    /// A key made from 32 random bytes.
    ///
    /// # Errors
    /// When the name is empty or holds spaces or a plus sign.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        if !is_name(name) {
            return fault("expected a name without spaces and plus signs");
        }
        Ok(Self { name: name.to_owned(), key: SigningKey::from_bytes(seed) })
    }

    /// Reads `PRIVATE+KEY+name+hash+key`.
    ///
    /// # Errors
    /// When the text is no such key.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let expected = || NoteError("expected a line `PRIVATE+KEY+name+hash+key`".to_owned());
        let rest = text.trim().strip_prefix("PRIVATE+KEY+").ok_or_else(expected)?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(hash), Some(data)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(expected());
        };
        let data = base64_decode(data).ok_or_else(expected)?;
        let Some((&ED25519, seed)) = data.split_first() else { return Err(expected()) };
        let seed: [u8; 32] = seed.try_into().map_err(|_| expected())?;
        let signer = Self::new(name, &seed)?;
        if hex(&key_hash(name, &signer.key.verifying_key())) != hash {
            return fault("the key does not fit the hash beside it");
        }
        Ok(signer)
    }

    /// The text that [`Signer::parse`] reads; a secret.
    pub fn to_text(&self) -> String {
        let mut data = vec![ED25519];
        data.extend_from_slice(self.key.as_bytes());
        let hash = hex(&key_hash(&self.name, &self.key.verifying_key()));
        format!("PRIVATE+KEY+{}+{hash}+{}", self.name, base64_encode(&data))
    }

    /// The key that signatures of this one are checked with.
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// Signs a head; the name of the key is the origin of the log.
    pub fn sign(&self, head: &Head) -> String {
        let text = checkpoint_text(&self.name, head);
        let mut data = key_hash(&self.name, &self.key.verifying_key()).to_vec();
        data.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n\u{2014} {} {}\n", self.name, base64_encode(&data))
    }
}

impl Verifier {
    /// Reads `name+hash+key`.
    ///
    /// # Errors
    /// When the text is no such key.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let expected = || NoteError("expected a line `name+hash+key`".to_owned());
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(hash), Some(data)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(expected());
        };
        let data = base64_decode(data).ok_or_else(expected)?;
        let Some((&ED25519, key)) = data.split_first() else { return Err(expected()) };
        let key: [u8; 32] = key.try_into().map_err(|_| expected())?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| expected())?;
        if !is_name(name) || hex(&key_hash(name, &key)) != hash {
            return fault("the key does not fit the hash beside it");
        }
        Ok(Self { name: name.to_owned(), key })
    }

    /// The text that [`Verifier::parse`] reads.
    pub fn to_text(&self) -> String {
        let mut data = vec![ED25519];
        data.extend_from_slice(self.key.as_bytes());
        let hash = hex(&key_hash(&self.name, &self.key));
        format!("{}+{hash}+{}", self.name, base64_encode(&data))
    }

    /// The origin of the log that the key signs for.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A head as a checkpoint without its signature.
pub fn checkpoint_text(origin: &str, head: &Head) -> String {
    format!("{origin}\n{}\n{}\n", head.size, base64_encode(&head.root))
}

/// A checkpoint that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The log.
    pub origin: String,
    /// Its head.
    pub head: Head,
    text: String,
    signatures: Vec<(String, Vec<u8>)>,
}

impl Checkpoint {
    /// Reads a signed checkpoint.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        let Some((text, signatures)) = note.split_once("\n\n") else {
            return fault("expected a checkpoint: origin, size, root, an empty line, signatures");
        };
        let text = format!("{text}\n");
        let mut lines = text.lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return fault(
                "expected a checkpoint with origin, size and root in its first three lines",
            );
        };
        let canonical = size.parse::<u64>().ok().filter(|number| number.to_string() == size);
        let Some(size) = canonical else {
            return fault(format!("expected a size, found `{size}`"));
        };
        let root: Option<Hash> = base64_decode(root).and_then(|root| root.try_into().ok());
        let Some(root) = root else { return fault("expected a root of 32 bytes in base64") };
        let mut all = Vec::new();
        for line in signatures.lines() {
            let parts = line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' '));
            let Some((name, data)) = parts else {
                return fault(format!("expected a line of a signature, found `{line}`"));
            };
            let Some(data) = base64_decode(data) else {
                return fault(format!("the signature of `{name}` is not base64"));
            };
            all.push((name.to_owned(), data));
        }
        let origin = origin.to_owned();
        Ok(Self { origin, head: Head { size, root }, text, signatures: all })
    }

    /// Whether the key signed the checkpoint.
    pub fn is_signed_by(&self, key: &Verifier) -> bool {
        let hash = key_hash(&key.name, &key.key);
        self.signatures.iter().any(|(name, data)| {
            let signed = data
                .strip_prefix(&hash[..])
                .and_then(|signature| Signature::from_slice(signature).ok());
            *name == key.name
                && signed.is_some_and(|signature| {
                    key.key.verify_strict(self.text.as_bytes(), &signature).is_ok()
                })
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    crate::import::hex(bytes)
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 of RFC 4648 with padding.
pub fn base64_encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for part in bytes.chunks(3) {
        let byte = |at: usize| u32::from(part.get(at).copied().unwrap_or(0));
        let group = (byte(0) << 16_u32) | (byte(1) << 8_u32) | byte(2);
        for (position, shift) in [18_u32, 12, 6, 0].into_iter().enumerate() {
            let letter = usize::try_from((group >> shift) & 63).ok().and_then(|at| LETTERS.get(at));
            let padded = position > part.len();
            text.push(if padded { '=' } else { char::from(letter.copied().unwrap_or(b'=')) });
        }
    }
    text
}

/// The bytes of padded base64; `None` for any other text, and for more than one spelling of the same bytes.
pub fn base64_decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut group = 0_u32;
    let mut bits = 0_u32;
    for letter in text.trim_end_matches('=').bytes() {
        let value = LETTERS.iter().position(|known| *known == letter)?;
        group = ((group << 6_u32) | u32::try_from(value).ok()?) & 0x00FF_FFFF;
        bits = bits.checked_add(6)?;
        if bits >= 8 {
            bits = bits.checked_sub(8)?;
            bytes.push(u8::try_from((group >> bits) & 0xFF).ok()?);
        }
    }
    (base64_encode(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn head() -> Head {
        Head { size: 7, root: [9; 32] }
    }

    #[test]
    fn the_reference_key_of_go_is_read_and_checks_its_note() {
        // golang.org/x/mod/sumdb/note, the example of its documentation.
        let key =
            Verifier::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
                .unwrap();
        assert_eq!(key.name(), "PeterNeumann");
        assert_eq!(
            key.to_text(),
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        );
        let secret =
            "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        let signer = Signer::parse(secret).unwrap();
        assert_eq!(signer.to_text(), secret);
        assert_eq!(signer.verifier(), key);
    }

    #[test]
    fn a_signed_head_is_checked() {
        let signer = Signer::new("refit.example/QZ1", &[3; 32]).unwrap();
        let note = signer.sign(&head());
        let checkpoint = Checkpoint::parse(&note).unwrap();
        assert_eq!((checkpoint.origin.as_str(), &checkpoint.head), ("refit.example/QZ1", &head()));
        assert!(checkpoint.is_signed_by(&signer.verifier()));
        let other = Signer::new("refit.example/QZ1", &[4; 32]).unwrap();
        assert!(!checkpoint.is_signed_by(&other.verifier()));
        let forged = Checkpoint::parse(&note.replacen("\n7\n", "\n8\n", 1)).unwrap();
        assert!(!forged.is_signed_by(&signer.verifier()));
        for bad in ["", "a\n1\n\n", "a\n01\nAA==\n\n", "a\nx\nAA==\n\n\u{2014} a b\n"] {
            assert!(Checkpoint::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Signer::new("two words", &[0; 32]).is_err());
    }

    proptest! {
        #[test]
        fn base64_survives(bytes in prop::collection::vec(any::<u8>(), 0..50)) {
            let text = base64_encode(&bytes);
            prop_assert_eq!(text.len() % 4, 0);
            prop_assert_eq!(base64_decode(&text), Some(bytes));
        }

        #[test]
        fn no_text_is_two_spellings(text in "[A-Za-z0-9+/=]{0,8}") {
            if let Some(bytes) = base64_decode(&text) {
                prop_assert_eq!(base64_encode(&bytes), text);
            }
        }
    }
}
