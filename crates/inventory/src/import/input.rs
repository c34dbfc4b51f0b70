//! Bytes of a file: limited, hashed, and turned into UTF-8 where a byte-order mark says UTF-16.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use sha2::{Digest as _, Sha256};

use super::MAX_BYTES;

const CHUNK: usize = 256 * 1024;

/// Why a file's bytes end early.
#[derive(Debug)]
pub(super) enum InputError {
    /// The operating system's refusal.
    Io(io::Error),
    /// More bytes than a file may have.
    TooLarge,
    /// Bytes that are no character in the file's encoding.
    Damaged,
}

/// The bytes of a file in chunks.
pub(super) struct InputBytes<R> {
    inner: R,
    hash: Sha256,
    length: u64,
    decoder: Option<Decoder>,
    chunk: Vec<u8>,
    begun: bool,
    ended: bool,
    only_carriage_returns: bool,
    /// Bytes of the first chunk that were looked at and not yet used.
    peeked: Option<usize>,
}

impl<R: Read> InputBytes<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            length: 0,
            decoder: None,
            chunk: vec![0; CHUNK],
            begun: false,
            ended: false,
            only_carriage_returns: false,
            peeked: None,
        }
    }

    /// The first bytes of the file, which remain to be read.
    pub(super) fn peek(&mut self) -> Result<&[u8], InputError> {
        if self.peeked.is_none() && !self.begun {
            self.peeked = Some(self.read_chunk().map_err(InputError::Io)?);
        }
        Ok(self.chunk.get(..self.peeked.unwrap_or(0)).unwrap_or_default())
    }

    /// All bytes as they are, undecoded.
    pub(super) fn read_raw(&mut self, most: u64) -> Result<Vec<u8>, InputError> {
        let mut all = Vec::new();
        loop {
            let read = self.next_chunk().map_err(InputError::Io)?;
            self.begun = true;
            if self.length > most.min(MAX_BYTES) {
                return Err(InputError::TooLarge);
            }
            if read == 0 {
                self.ended = true;
                return Ok(all);
            }
            all.extend_from_slice(self.chunk.get(..read).unwrap_or_default());
        }
    }

    /// All bytes as text: UTF-8, or UTF-16 where a byte-order mark says so, or else Windows-1252 (then true).
    pub(super) fn read_text(&mut self, most: u64) -> Result<(String, bool), InputError> {
        let mut all = Vec::new();
        while self.fill(&mut all)? {
            if self.length > most {
                return Err(InputError::TooLarge);
            }
        }
        Ok(match String::from_utf8(all) {
            Ok(text) => (text, false),
            Err(error) => {
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(error.as_bytes());
                (text.into_owned(), true)
            }
        })
    }

    fn next_chunk(&mut self) -> io::Result<usize> {
        match self.peeked.take() {
            Some(read) => Ok(read),
            None => self.read_chunk(),
        }
    }

    /// Appends the next chunk to `out`; false when there is no more.
    pub(super) fn fill(&mut self, out: &mut Vec<u8>) -> Result<bool, InputError> {
        if self.ended {
            return Ok(false);
        }
        let read = self.next_chunk().map_err(InputError::Io)?;
        if self.length > MAX_BYTES {
            return Err(InputError::TooLarge);
        }
        let first = !std::mem::replace(&mut self.begun, true);
        let skip = if first { self.begin(read) } else { 0 };
        self.ended = read == 0;
        let bytes = self.chunk.get(skip..read).unwrap_or_default();
        let from = out.len();
        match &mut self.decoder {
            Some(decoder) => decode(decoder, bytes, self.ended, out)?,
            None => out.extend_from_slice(bytes),
        }
        // Old Macintosh line ends: the lone carriage returns become the line feeds that the reader counts.
        if first {
            let start = out.get(from..).unwrap_or_default();
            self.only_carriage_returns = start.contains(&b'\r') && !start.contains(&b'\n');
        }
        if self.only_carriage_returns {
            for byte in out.iter_mut().skip(from).filter(|byte| **byte == b'\r') {
                *byte = b'\n';
            }
        }
        Ok(!self.ended || out.len() > from)
    }

    /// Reads what is left, so that the hash is the whole file's, and gives it in hexadecimal.
    pub(super) fn finish(mut self) -> Result<String, InputError> {
        while !self.ended {
            let read = self.read_chunk().map_err(InputError::Io)?;
            self.ended = read == 0 || self.length > MAX_BYTES;
        }
        Ok(hex(&self.hash.finalize()))
    }

    fn read_chunk(&mut self) -> io::Result<usize> {
        let mut filled = 0_usize;
        while let Some(rest) = self.chunk.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.inner.read(rest) {
                Ok(0) => break,
                Ok(count) => filled = filled.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.hash.update(self.chunk.get(..filled).unwrap_or_default());
        self.length = self.length.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX));
        Ok(filled)
    }

    /// Looks for a byte-order mark, or for the NUL bytes of UTF-16 without one, in the first chunk; gives the length of a
    /// mark that is to be skipped.
    fn begin(&mut self, read: usize) -> usize {
        let bytes = self.chunk.get(..read).unwrap_or_default();
        let every_second_is_nul = |offset: usize| {
            bytes.len() >= 4 && bytes.iter().skip(offset).step_by(2).take(16).all(|byte| *byte == 0)
        };
        let encoding = match bytes {
            [0xEF, 0xBB, 0xBF, ..] => return 3,
            [0xFF, 0xFE, ..] => UTF_16LE,
            [0xFE, 0xFF, ..] => UTF_16BE,
            _ if every_second_is_nul(1) => UTF_16LE,
            _ if every_second_is_nul(0) => UTF_16BE,
            _ => UTF_8,
        };
        if encoding != UTF_8 {
            self.decoder = Some(encoding.new_decoder_with_bom_removal());
        }
        0
    }
}

/// Decodes; a damaged character is refused, because what stood there is not known.
fn decode(
    decoder: &mut Decoder,
    bytes: &[u8],
    last: bool,
    out: &mut Vec<u8>,
) -> Result<(), InputError> {
    let mut text = String::with_capacity(
        decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len().saturating_mul(3)),
    );
    let mut rest = bytes;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, last);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            encoding_rs::DecoderResult::InputEmpty => break,
            encoding_rs::DecoderResult::OutputFull => {
                text.reserve(rest.len().saturating_mul(3).max(64));
            }
            encoding_rs::DecoderResult::Malformed(..) => return Err(InputError::Damaged),
        }
    }
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// Bytes as small hexadecimal letters.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        // Writing to a string cannot fail.
        let _: std::fmt::Result = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (String, String) {
        let mut input = InputBytes::new(bytes);
        let mut out = Vec::new();
        while input.fill(&mut out).unwrap() {}
        (String::from_utf8(out).unwrap(), input.finish().unwrap())
    }

    #[test]
    fn byte_order_marks_are_understood_and_removed() {
        let little: Vec<u8> = "\u{feff}a,£\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}a,£\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let bare: Vec<u8> = "asset_tag,£\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&little).0, "a,£\n");
        assert_eq!(decoded(&big).0, "a,£\n");
        assert_eq!(decoded(&bare).0, "asset_tag,£\n");
        assert_eq!(decoded("\u{feff}a,£\n".as_bytes()).0, "a,£\n");
        assert_eq!(decoded(b"a\rb\r").0, "a\nb\n");
    }

    #[test]
    fn the_hash_is_that_of_the_file_and_not_of_the_text() {
        assert_eq!(
            decoded(b"abc").1,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
