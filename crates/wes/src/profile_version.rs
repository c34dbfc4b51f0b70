//! Versions of profiles, and the ranges in which a child accepts its parent.

use std::fmt;
use std::str::FromStr;

use diagnostic::toml_file::{FromToml, Mismatch};
use inventory::toml_values::parse_str;
use inventory::vocabulary::Expected;
use toml::de::DeValue;

/// A profile's version: three numbers, such as `2026.2.0`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ProfileVersion(pub u32, pub u32, pub u32);

impl fmt::Display for ProfileVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl FromStr for ProfileVersion {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Expected> {
        match numbers(text).as_deref() {
            Some([major, minor, patch]) => Ok(Self(*major, *minor, *patch)),
            _ => Err(Expected("a version of three numbers such as 2026.2.0")),
        }
    }
}

impl FromToml for ProfileVersion {
    const EXPECTED: &'static str = "a version of three numbers such as \"2026.2.0\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        parse_str(value)
    }
}

/// A parent named by a child: `id`, or `id@range`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ParentRef {
    pub(crate) id: String,
    pub(crate) range: VersionRange,
}

impl FromStr for ParentRef {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Expected> {
        let (id, range) = text.split_once('@').unwrap_or((text, "*"));
        if !is_profile_id(id) {
            return Err(Expected("a profile and a range such as os-support@^1"));
        }
        Ok(Self { id: id.to_owned(), range: range.parse()? })
    }
}

impl FromToml for ParentRef {
    const EXPECTED: &'static str = "a profile and a range such as \"os-support@^1\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        parse_str(value)
    }
}

/// Ids of profiles and rules are words of small letters, digits, `-` and `_`.
pub(crate) fn is_profile_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
}

/// Versions that a child accepts, written as cargo writes them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct VersionRange {
    text: String,
    /// Half-open intervals that must all hold: at least the first, below the second.
    intervals: Vec<(ProfileVersion, Option<ProfileVersion>)>,
}

impl VersionRange {
    pub(crate) fn accepts(&self, version: ProfileVersion) -> bool {
        self.intervals
            .iter()
            .all(|(low, high)| *low <= version && high.is_none_or(|high| version < high))
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for VersionRange {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Expected> {
        let intervals = text.split(',').map(|part| interval(part.trim())).collect::<Option<_>>();
        intervals
            .map(|intervals| Self { text: text.trim().to_owned(), intervals })
            .ok_or(Expected("a range such as ^1.2, ~1.2.3, =1.2.3 or >=1, <2"))
    }
}

fn interval(part: &str) -> Option<(ProfileVersion, Option<ProfileVersion>)> {
    const ZERO: ProfileVersion = ProfileVersion(0, 0, 0);
    if part == "*" {
        return Some((ZERO, None));
    }
    let digits_at = part.find(|letter: char| letter.is_ascii_digit())?;
    let (operator, version) = part.split_at_checked(digits_at)?;
    let given = numbers(version).filter(|given| given.len() <= 3)?;
    let number = |at: usize| given.get(at).copied().unwrap_or(0);
    let low = ProfileVersion(number(0), number(1), number(2));
    let next_major = ProfileVersion(low.0.checked_add(1)?, 0, 0);
    let next_minor = ProfileVersion(low.0, low.1.checked_add(1)?, 0);
    let next_patch = ProfileVersion(low.0, low.1, low.2.checked_add(1)?);
    let next_given = match given.len() {
        1 => next_major,
        2 => next_minor,
        _ => next_patch,
    };
    Some(match operator.trim() {
        "" | "^" if low.0 > 0 || given.len() == 1 => (low, Some(next_major)),
        "" | "^" if low.1 > 0 || given.len() == 2 => (low, Some(next_minor)),
        "" | "^" => (low, Some(next_patch)),
        "~" if given.len() == 1 => (low, Some(next_major)),
        "~" => (low, Some(next_minor)),
        "=" => (low, Some(next_given)),
        ">=" => (low, None),
        ">" => (next_given, None),
        "<" => (ZERO, Some(low)),
        "<=" => (ZERO, Some(next_given)),
        _ => return None,
    })
}

fn numbers(text: &str) -> Option<Vec<u32>> {
    text.trim()
        .split('.')
        .map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_cargo() {
        let cases = [
            ("^1.2", "1.2.0 1.9.9", "1.1.9 2.0.0"),
            ("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2"),
            ("~1.2.3", "1.2.3 1.2.9", "1.3.0"),
            ("=1.2.3", "1.2.3", "1.2.4 1.2.2"),
            ("1", "1.0.0 1.9.0", "2.0.0"),
            (">=1.5, <3", "1.5.0 2.9.9", "1.4.9 3.0.0"),
            (">1", "2.0.0", "1.9.9"),
            ("<=2", "2.9.9", "3.0.0"),
            ("*", "0.0.1 99.0.0", ""),
            ("^2026.2", "2026.2.0 2026.10.1", "2026.1.9 2027.0.0"),
        ];
        for (range, inside, outside) in cases {
            let range: VersionRange = range.parse().unwrap();
            for version in inside.split_whitespace() {
                assert!(range.accepts(version.parse().unwrap()), "{range} {version}");
            }
            for version in outside.split_whitespace() {
                assert!(!range.accepts(version.parse().unwrap()), "{range} {version}");
            }
        }
        for bad in ["", "^", "^a", "!1", "1.2.3.4", "^1.2,"] {
            assert!(bad.parse::<VersionRange>().is_err(), "{bad}");
        }
    }
}
