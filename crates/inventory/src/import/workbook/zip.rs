//! The zip archive that a workbook is, judged before anything in it is read.
//!
//! Names, sizes and checksums of the central directory are compared with the parts themselves, each part is inflated once
//! to see that it is as large as it says and that its checksum holds, and an archive that would grow beyond the limits is
//! refused after as many bytes.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use flate2::Crc;
use flate2::read::DeflateDecoder;

/// Most parts of an archive.
const MAX_PARTS: usize = 4_096;
/// Most bytes of all parts together, inflated.
const MAX_INFLATED: u64 = 512 * 1024 * 1024;
/// Most times that a part of some size may grow.
const MAX_RATIO: u64 = 400;
/// Parts smaller than this may grow as they like.
const RATIO_FROM: u64 = 8 * 1024 * 1024;

/// Why an archive is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::import) enum ZipFault {
    /// It is no zip archive, or one that was cut off.
    Damaged(&'static str),
    /// A part is not what the directory says, such as its checksum.
    Part(String, &'static str),
    /// It uses something that workbooks do not.
    Unsupported(&'static str),
    /// It would grow beyond a limit.
    TooLarge(&'static str),
}

/// One part of an archive.
#[derive(Clone, Debug)]
pub(super) struct Part {
    name: String,
    deflated: bool,
    bytes: Range<usize>,
    size: u64,
    crc: u32,
}

/// An archive in memory.
#[derive(Clone, Debug)]
pub(super) struct Archive {
    bytes: Arc<Vec<u8>>,
    parts: Vec<Part>,
}

impl Archive {
    /// Reads the directory and checks every part.
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, ZipFault> {
        let bytes = Arc::new(bytes);
        let parts = directory(&bytes)?;
        let archive = Self { bytes, parts };
        archive.check()?;
        Ok(archive)
    }

    /// A part's content, inflated as it is read.
    pub(super) fn read(&self, name: &str) -> Option<Content> {
        let part = self.parts.iter().find(|part| part.name.eq_ignore_ascii_case(name))?;
        Some(self.content(part))
    }

    fn content(&self, part: &Part) -> Content {
        let slice = Slice { bytes: self.bytes.clone(), rest: part.bytes.clone() };
        Content {
            inner: if part.deflated {
                Inner::Deflated(Box::new(DeflateDecoder::new(slice)))
            } else {
                Inner::Stored(slice)
            },
            left: part.size,
        }
    }

    fn check(&self) -> Result<(), ZipFault> {
        let mut total = 0_u64;
        for part in &self.parts {
            total = total.saturating_add(part.size);
            let packed = u64::try_from(part.bytes.len()).unwrap_or(u64::MAX).max(1);
            if total > MAX_INFLATED {
                return Err(ZipFault::TooLarge("512 MiB when it is unpacked"));
            }
            if part.size > RATIO_FROM && part.size.checked_div(packed).unwrap_or(0) > MAX_RATIO {
                return Err(ZipFault::TooLarge("400 times its packed size"));
            }
        }
        let mut chunk = vec![0_u8; 64 * 1024];
        for part in &self.parts {
            let wrong = |what| Err(ZipFault::Part(part.name.clone(), what));
            let mut content = self.content(part);
            // One byte more than it says shows that it is larger.
            content.left = part.size.saturating_add(1);
            let mut crc = Crc::new();
            let mut size = 0_u64;
            loop {
                let Ok(count) = content.read(&mut chunk) else {
                    return wrong("cannot be unpacked");
                };
                if count == 0 {
                    break;
                }
                crc.update(chunk.get(..count).unwrap_or_default());
                size = size.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            }
            if size != part.size {
                return wrong("is not as large as the archive says");
            }
            if crc.sum() != part.crc {
                return wrong("has another checksum than the archive says");
            }
        }
        Ok(())
    }
}

/// The content of a part, at most as long as it says.
#[derive(Debug)]
pub(super) struct Content {
    inner: Inner,
    left: u64,
}

#[derive(Debug)]
enum Inner {
    Deflated(Box<DeflateDecoder<Slice>>),
    Stored(Slice),
}

impl Read for Content {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        let Some(out) = out.get_mut(..most) else { return Ok(0) };
        let count = match &mut self.inner {
            Inner::Deflated(decoder) => decoder.read(out)?,
            Inner::Stored(slice) => slice.read(out)?,
        };
        self.left = self.left.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }
}

/// A range of shared bytes, read from its start.
#[derive(Debug)]
struct Slice {
    bytes: Arc<Vec<u8>>,
    rest: Range<usize>,
}

impl Read for Slice {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let from = self.bytes.get(self.rest.clone()).unwrap_or_default();
        let count = from.len().min(out.len());
        if let (Some(out), Some(from)) = (out.get_mut(..count), from.get(..count)) {
            out.copy_from_slice(from);
        }
        self.rest.start = self.rest.start.saturating_add(count);
        Ok(count)
    }
}

/// Little-endian numbers at an offset.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let raw = bytes.get(at..at.checked_add(width)?)?;
    Some(raw.iter().rev().fold(0, |number, byte| (number << 8_u32) | u64::from(*byte)))
}

fn position(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    usize::try_from(number(bytes, at, width)?).ok()
}

/// The parts that the central directory lists.
fn directory(bytes: &[u8]) -> Result<Vec<Part>, ZipFault> {
    let cut = || ZipFault::Damaged("it was cut off or is no workbook");
    // The end record has 22 bytes and a comment of at most 65,535.
    let from = bytes.len().saturating_sub(65_557);
    let tail = bytes.get(from..).unwrap_or_default();
    let end = tail.windows(4).rposition(|four| four == b"PK\x05\x06").ok_or_else(cut)?;
    let end = from.saturating_add(end);
    let count = position(bytes, end.saturating_add(10), 2).ok_or_else(cut)?;
    let size = position(bytes, end.saturating_add(12), 4).ok_or_else(cut)?;
    let start = position(bytes, end.saturating_add(16), 4).ok_or_else(cut)?;
    let comment = position(bytes, end.saturating_add(20), 2).ok_or_else(cut)?;
    if end.saturating_add(22).saturating_add(comment) > bytes.len() {
        return Err(cut());
    }
    if count == 0xFFFF || start == 0xFFFF_FFFF {
        return Err(ZipFault::Unsupported("ZIP64"));
    }
    if count > MAX_PARTS {
        return Err(ZipFault::TooLarge("4,096 parts"));
    }
    if start.checked_add(size).is_none_or(|stop| stop > end) {
        return Err(cut());
    }
    let mut at = start;
    let mut parts: Vec<Part> = Vec::with_capacity(count);
    for _ in 0..count {
        let (part, next) = entry(bytes, at)?;
        if parts.iter().any(|known| known.name.eq_ignore_ascii_case(&part.name)) {
            return Err(ZipFault::Part(part.name, "stands twice in the archive"));
        }
        let overlaps =
            |known: &Part| known.bytes.start < part.bytes.end && part.bytes.start < known.bytes.end;
        if parts.iter().any(overlaps) {
            return Err(ZipFault::Part(part.name, "shares its bytes with another part"));
        }
        parts.push(part);
        at = next;
    }
    Ok(parts)
}

/// The entry of the directory at an offset, and the offset of the next.
fn entry(bytes: &[u8], at: usize) -> Result<(Part, usize), ZipFault> {
    let cut = || ZipFault::Damaged("its directory is damaged");
    let field = |offset: usize, width: usize| {
        position(bytes, at.saturating_add(offset), width).ok_or_else(cut)
    };
    if bytes.get(at..at.saturating_add(4)) != Some(b"PK\x01\x02") {
        return Err(cut());
    }
    let (flags, method) = (field(8, 2)?, field(10, 2)?);
    let crc = u32::try_from(field(16, 4)?).map_err(|_| cut())?;
    let (packed, size) = (field(20, 4)?, field(24, 4)?);
    let (name_length, extra, comment) = (field(28, 2)?, field(30, 2)?, field(32, 2)?);
    let local = field(42, 4)?;
    let name_from = at.saturating_add(46);
    let name_to = name_from.saturating_add(name_length);
    let name = bytes.get(name_from..name_to).ok_or_else(cut)?;
    let name = std::str::from_utf8(name).map_err(|_| cut())?.replace('\\', "/");
    if flags & 1 != 0 {
        return Err(ZipFault::Unsupported("a password"));
    }
    if method != 0 && method != 8 {
        return Err(ZipFault::Unsupported("another compression than deflate"));
    }
    if name.starts_with('/') || name.split('/').any(|step| step == "..") {
        return Err(ZipFault::Part(name, "has a path that leads out of the archive"));
    }
    if bytes.get(local..local.saturating_add(4)) != Some(b"PK\x03\x04") {
        return Err(ZipFault::Part(name, "does not begin where the archive says"));
    }
    let local_name = position(bytes, local.saturating_add(26), 2).ok_or_else(cut)?;
    let local_extra = position(bytes, local.saturating_add(28), 2).ok_or_else(cut)?;
    let from = local.saturating_add(30).saturating_add(local_name).saturating_add(local_extra);
    let to = from.saturating_add(packed);
    if to > bytes.len() {
        return Err(ZipFault::Part(name, "ends beyond the archive"));
    }
    let next = name_to.saturating_add(extra).saturating_add(comment);
    let size = u64::try_from(size).unwrap_or(u64::MAX);
    Ok((Part { name, deflated: method == 8, bytes: from..to, size, crc }, next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::workbook::fixture::{Stored, archive};

    #[test]
    fn a_sound_archive_is_read_and_a_damaged_one_is_refused() {
        let bytes = archive(&[
            Stored::deflated("a.xml", b"hello hello hello"),
            Stored::plain("b.xml", b"world"),
        ]);
        let open = Archive::open(bytes.clone()).unwrap();
        let mut text = String::new();
        open.read("A.xml").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "hello hello hello");
        for cut in 0..bytes.len() {
            assert!(Archive::open(bytes[..cut].to_vec()).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn lies_of_the_directory_are_found() {
        let part = Stored::deflated("a.xml", b"hello hello hello");
        let wrong = |change: fn(&mut Stored)| {
            let mut part = part.clone();
            change(&mut part);
            Archive::open(archive(&[part])).map(|_| ())
        };
        let fault = |what| Err(ZipFault::Part("a.xml".to_owned(), what));
        assert_eq!(
            wrong(|part| part.crc ^= 1),
            fault("has another checksum than the archive says")
        );
        assert_eq!(wrong(|part| part.size = 3), fault("is not as large as the archive says"));
        assert_eq!(wrong(|part| part.size = 900), fault("is not as large as the archive says"));
        assert_eq!(wrong(|part| part.flags = 1), Err(ZipFault::Unsupported("a password")));
        assert_eq!(
            wrong(|part| part.method = 14),
            Err(ZipFault::Unsupported("another compression than deflate"))
        );
        let twice = archive(&[part.clone(), part]);
        assert_eq!(Archive::open(twice).map(|_| ()), fault("stands twice in the archive"));
    }

    #[test]
    fn a_bomb_is_refused_by_its_ratio() {
        let bomb = archive(&[Stored::deflated("a.xml", &vec![b' '; 9 * 1024 * 1024])]);
        assert!(bomb.len() < 16 * 1024);
        assert_eq!(
            Archive::open(bomb).map(|_| ()),
            Err(ZipFault::TooLarge("400 times its packed size"))
        );
    }
}
