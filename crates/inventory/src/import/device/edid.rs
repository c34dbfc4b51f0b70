//! EDID: what a monitor says of itself, in blocks of 128 bytes (VESA E-EDID, release A, revision 2).
//!
//! A file holds the bytes, or their hexadecimal or base64 letters. Several monitors may follow one another. Some makers
//! split the serial number on the label between the number and the text of the block; those are put together.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::Observation;
use crate::catalogue::Field;
use crate::import::shape::EDID_HEADER;

const PNP: &str = include_str!("../../../../../data/pnp-makers.toml");
/// Most bytes of a file.
pub(in crate::import) const MAX_BYTES: u64 = 4 * 1024 * 1024;
const BLOCK: usize = 128;

/// Why a file is no EDID.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::import) enum EdidFault {
    /// Letters that are neither hexadecimal nor base64.
    Letters,
    /// Fewer bytes than a block has.
    Short,
    /// No block begins where one should.
    Header,
    /// The sum of a block's bytes is not a multiple of 256.
    Checksum,
}

impl EdidFault {
    pub(in crate::import) fn message(self) -> &'static str {
        match self {
            Self::Letters => "expected hexadecimal or base64 letters, found others",
            Self::Short => "expected blocks of 128 bytes, found fewer",
            Self::Header => "expected the eight bytes 00 FF FF FF FF FF FF 00, found others",
            Self::Checksum => "a block's checksum is wrong",
        }
    }
}

/// The monitors of a file.
pub(in crate::import) fn observe(file: &[u8]) -> Result<Vec<Observation>, EdidFault> {
    let bytes = if file.starts_with(&EDID_HEADER) { file.to_vec() } else { decode(file)? };
    let blocks: Vec<&[u8]> = bytes.chunks(BLOCK).collect();
    if blocks.is_empty() {
        return Err(EdidFault::Short);
    }
    let mut all = Vec::new();
    for block in blocks {
        let Ok(block) = <&[u8; BLOCK]>::try_from(block) else {
            // Tools pad blocks, or end the file as if it were text.
            if block.iter().all(|byte| matches!(byte, 0 | b'\n' | b'\r' | b' ' | 0xFF))
                && !all.is_empty()
            {
                continue;
            }
            return Err(EdidFault::Short);
        };
        if block.starts_with(&EDID_HEADER) {
            if block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) != 0 {
                return Err(EdidFault::Checksum);
            }
            all.push(monitor(block));
        } else if all.is_empty() {
            return Err(EdidFault::Header);
        }
    }
    Ok(all)
}

/// Hexadecimal letters, with blanks, colons or `0x` between them, or base64.
fn decode(file: &[u8]) -> Result<Vec<u8>, EdidFault> {
    let text = String::from_utf8_lossy(file).replace("0x", "").replace("0X", "");
    let text = text.trim_start_matches('\u{feff}');
    let letters: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b':' | b',' | b'-'))
        .collect();
    if letters.iter().all(u8::is_ascii_hexdigit) {
        let digit =
            |letter: u8| char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        return letters
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some((digit(*high)? << 4_u32) | digit(*low)?),
                _ => None,
            })
            .collect::<Option<Vec<u8>>>()
            .ok_or(EdidFault::Short);
    }
    base64(&letters).ok_or(EdidFault::Letters)
}

/// RFC 4648, with padding that may be absent.
fn base64(letters: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    let ended = letters.iter().position(|letter| *letter == b'=').unwrap_or(letters.len());
    if letters.iter().skip(ended).any(|letter| *letter != b'=') {
        return None;
    }
    for letter in letters.iter().take(ended) {
        let value = match letter {
            b'A'..=b'Z' => letter.checked_sub(b'A'),
            b'a'..=b'z' => letter.checked_sub(b'a')?.checked_add(26),
            b'0'..=b'9' => letter.checked_sub(b'0')?.checked_add(52),
            b'+' => Some(62),
            b'/' => Some(63),
            _ => None,
        }?;
        bits = ((bits << 6_u32) | u32::from(value)) & 0xFFFF;
        held = held.checked_add(6)?;
        if held >= 8 {
            held = held.checked_sub(8)?;
            bytes.push(u8::try_from((bits.checked_shr(held)?) & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

fn byte(block: &[u8; BLOCK], at: usize) -> u32 {
    block.get(at).copied().map_or(0, u32::from)
}

fn monitor(block: &[u8; BLOCK]) -> Observation {
    let mut found = Observation::at(1);
    found.set(Field::Class, "monitor");
    let code = maker_code(block);
    let texts = descriptors(block);
    let text =
        |kind: u8| texts.iter().find(|(known, _)| *known == kind).map(|(_, text)| text.as_str());
    let name = text(0xFC).filter(|name| !name.is_empty()).map(str::to_owned);
    // Panels that have no name have one or two free texts.
    let free: Vec<&str> = texts
        .iter()
        .filter(|(kind, text)| *kind == 0xFE && !text.is_empty())
        .map(|(_, text)| text.as_str())
        .collect();
    let name = name.or_else(|| (!free.is_empty()).then(|| free.join(" ")));
    let product = byte(block, 10) | (byte(block, 11) << 8_u32);
    let name = name.unwrap_or_else(|| format!("{code}{product:04X}"));
    found.maybe(Field::Manufacturer, Some(maker_name(&code)));
    found.maybe(Field::SerialNumber, serial(block, &code, &name, text(0xFF).unwrap_or_default()));
    found.set(Field::Model, &name);
    if let Some((width, height)) = preferred(block) {
        found.set(Field::Resolution, &format!("{width}x{height}"));
    }
    found.maybe(Field::DiagonalIn, diagonal(block));
    found
}

/// Three letters of five bits each.
fn maker_code(block: &[u8; BLOCK]) -> String {
    let packed = (byte(block, 8) << 8_u32) | byte(block, 9);
    [10_u32, 5, 0]
        .iter()
        .filter_map(|shift| {
            let letter = packed.checked_shr(*shift)? & 31;
            char::from_u32(letter.checked_add(64)?).filter(char::is_ascii_uppercase)
        })
        .collect()
}

fn maker_name(code: &str) -> String {
    static NAMES: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let table: toml::Table = toml::from_str(PNP).unwrap_or_default();
        let names =
            table.get("makers").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        names
            .into_iter()
            .filter_map(|(code, name)| Some((code, name.as_str()?.to_owned())))
            .collect()
    });
    names.get(code).cloned().unwrap_or_else(|| code.to_owned())
}

/// The texts of the four descriptors, by kind.
fn descriptors(block: &[u8; BLOCK]) -> Vec<(u8, String)> {
    [54_usize, 72, 90, 108]
        .iter()
        .filter_map(|at| block.get(*at..at.checked_add(18)?))
        .filter(|descriptor| descriptor.starts_with(&[0, 0, 0]))
        .filter_map(|descriptor| {
            let kind = *descriptor.get(3)?;
            let raw = descriptor.get(5..18)?;
            let ends = raw.iter().position(|byte| matches!(byte, b'\n' | 0)).unwrap_or(raw.len());
            let text: String = raw
                .get(..ends)?
                .iter()
                .map(|byte| char::from(*byte))
                .filter(|letter| !letter.is_control())
                .collect();
            Some((kind, text.trim().to_owned()))
        })
        .collect()
}

/// The serial number as the label has it.
fn serial(block: &[u8; BLOCK], code: &str, name: &str, text: &str) -> Option<String> {
    let number = [15_usize, 14, 13, 12]
        .iter()
        .fold(0_u32, |number, at| (number << 8_u32) | byte(block, *at));
    let letters = |bytes: [u8; 4]| -> String {
        bytes.iter().map(|byte| char::from(*byte)).filter(char::is_ascii_alphanumeric).collect()
    };
    let useful = text.trim_matches(['0', ' ', '-', '.']);
    match code {
        // Acer: eight characters, the number in hexadecimal, the rest.
        "ACR" if text.len() >= 12 => {
            let (front, back) = text.split_at_checked(8)?;
            Some(format!("{front}{number:08x}{back}"))
        }
        // BenQ: the number holds the letters that the label begins with.
        "BNQ" if !useful.is_empty() && number <= 0xFFFF => {
            Some(format!("{}{text}", letters(number.to_le_bytes())))
        }
        "SAM" if !useful.is_empty() && name.contains("S22C450") => {
            Some(format!("{}{text}", letters(number.to_be_bytes())))
        }
        _ if !useful.is_empty() => Some(text.to_owned()),
        // LG: thousands in an alphabet without I and O, then three digits.
        "GSM" if number > 0 => Some(lg_serial(number)),
        _ => Some(format!("{number:08x}")),
    }
}

fn lg_serial(number: u32) -> String {
    const ALPHABET: &[u8; 34] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let (mut thousands, rest) =
        (number.checked_div(1_000).unwrap_or(0), number.checked_rem(1_000).unwrap_or(0));
    let mut letters = Vec::new();
    while thousands > 0 {
        let digit = usize::try_from(thousands.checked_rem(34).unwrap_or(0)).unwrap_or(0);
        letters.push(ALPHABET.get(digit).copied().map_or('0', char::from));
        thousands = thousands.checked_div(34).unwrap_or(0);
    }
    format!("{}{rest:03}", letters.iter().rev().collect::<String>())
}

/// The preferred mode: the first detailed timing.
fn preferred(block: &[u8; BLOCK]) -> Option<(u32, u32)> {
    if byte(block, 54) == 0 && byte(block, 55) == 0 {
        return None;
    }
    let side = |low: usize, high: usize| byte(block, low) | ((byte(block, high) & 0xF0) << 4_u32);
    let (width, height) = (side(56, 58), side(59, 61));
    // An interlaced mode lists the lines of one field.
    let height = if byte(block, 71) & 0x80 == 0 { height } else { height.saturating_mul(2) };
    (width > 0 && height > 0).then_some((width, height))
}

/// Tenths of an inch from the millimetres of the preferred mode, else the centimetres of the block.
fn diagonal(block: &[u8; BLOCK]) -> Option<String> {
    let centimetres = (byte(block, 21).saturating_mul(10), byte(block, 22).saturating_mul(10));
    let millimetres = preferred(block).map(|_| {
        let high = byte(block, 68);
        (byte(block, 66) | ((high & 0xF0) << 4_u32), byte(block, 67) | ((high & 0x0F) << 8_u32))
    });
    let plausible =
        |size: &(u32, u32)| (100..3_000).contains(&size.0) && (60..2_000).contains(&size.1);
    // Some makers write the aspect ratio, such as 16 by 9, where the millimetres should be.
    let (width, height) = millimetres.filter(plausible).or(Some(centimetres)).filter(plausible)?;
    let square = width.checked_mul(width)?.checked_add(height.checked_mul(height)?)?;
    // 254 tenths of a millimetre are ten tenths of an inch: tenths = mm * 100 / 254, rounded.
    let tenths = square.isqrt().checked_mul(100)?.checked_add(127)?.checked_div(254)?;
    Some(format!("{}.{}", tenths.checked_div(10)?, tenths.checked_rem(10)?))
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::format_collect,
    reason = "a test that overflows fails, which is what a test is for"
)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A block of a 23.8-inch monitor with these letters.
    fn block(code: [u8; 2], number: [u8; 4], serial: &[u8], name: &[u8]) -> Vec<u8> {
        let mut block = vec![0_u8; BLOCK];
        block[..8].copy_from_slice(&EDID_HEADER);
        block[8..10].copy_from_slice(&code);
        block[12..16].copy_from_slice(&number);
        block[21] = 53;
        block[22] = 30;
        block[54..72].copy_from_slice(&[
            0x02, 0x3A, 0x80, 0x18, 0x71, 0x38, 0x2D, 0x40, 0x58, 0x2C, 0x45, 0, 0x0F, 0x28, 0x21,
            0, 0, 0x1E,
        ]);
        for (at, kind, text) in [(72, 0xFF, serial), (90, 0xFC, name)] {
            block[at + 3] = kind;
            block[at + 5..at + 5 + text.len()].copy_from_slice(text);
            if text.len() < 13 {
                block[at + 5 + text.len()] = b'\n';
            }
        }
        let sum = block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        block[127] = 0_u8.wrapping_sub(sum);
        block
    }

    #[test]
    fn bytes_hexadecimal_and_base64_say_the_same() {
        // DEL
        let bytes = block([0x10, 0xAC], [1, 0, 0, 0], b"CN0ABC", b"DELL P2419H");
        let found = observe(&bytes).unwrap();
        let get = |field| found[0].get(field);
        assert_eq!(get(Field::Manufacturer), Some("Dell Inc."));
        assert_eq!(get(Field::Model), Some("DELL P2419H"));
        assert_eq!(get(Field::SerialNumber), Some("CN0ABC"));
        assert_eq!(get(Field::Resolution), Some("1920x1080"));
        assert_eq!(get(Field::DiagonalIn), Some("23.8"));
        let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02X} ")).collect();
        assert_eq!(observe(hexadecimal.as_bytes()).as_ref(), Ok(&found));
        let twice = [bytes.clone(), bytes].concat();
        assert_eq!(observe(&twice).map(|all| all.len()), Ok(2));
        assert_eq!(base64(b"AP///////wA="), Some(EDID_HEADER.to_vec()));
    }

    #[test]
    fn makers_with_ways_of_their_own() {
        let serial = |code, number, text: &[u8]| {
            observe(&block(code, number, text, b"X")).unwrap()[0]
                .get(Field::SerialNumber)
                .map(str::to_owned)
        };
        assert_eq!(
            serial([0x04, 0x72], [0x7B, 0x13, 0x20, 0x72], b"L56042344335").as_deref(),
            Some("L56042347220137b4335")
        );
        assert_eq!(
            serial([0x09, 0xD1], [0x45, 0x54, 0, 0], b"X1J08410019").as_deref(),
            Some("ETX1J08410019")
        );
        assert_eq!(serial([0x1E, 0x6D], [0xEE, 0x2A, 0x05, 0], b"").as_deref(), Some("9Y670"));
        assert_eq!(serial([0x10, 0xAC], [0x8A, 0x19, 0, 0], b"0").as_deref(), Some("0000198a"));
    }

    #[test]
    fn damaged_blocks_are_refused() {
        let mut bytes = block([0x10, 0xAC], [1, 0, 0, 0], b"A", b"B");
        assert_eq!(observe(&bytes[..100]), Err(EdidFault::Short));
        bytes[60] ^= 1;
        assert_eq!(observe(&bytes), Err(EdidFault::Checksum));
        assert_eq!(observe(b"00ffffffffffff0"), Err(EdidFault::Short));
        assert_eq!(observe(b"AP///////w!!"), Err(EdidFault::Letters));
        assert_eq!(observe(&[1; 128]), Err(EdidFault::Letters));
    }

    proptest! {
        #[test]
        fn any_block_ends_without_a_panic(tail in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut bytes = EDID_HEADER.to_vec();
            bytes.extend(tail);
            if bytes.len() >= 128 {
                let sum = bytes.iter().take(127).fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
                bytes[127] = 0_u8.wrapping_sub(sum);
            }
            if let Ok(all) = observe(&bytes) {
                prop_assert!(!all.is_empty());
            }
        }
    }
}
