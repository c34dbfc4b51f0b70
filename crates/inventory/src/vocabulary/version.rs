//! Dotted numeric versions.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::Expected;

/// A version of 1 to 6 dotted numbers (`2.0`, `26100.2314`), compared number by number; a missing part counts as 0.
#[derive(Clone, Debug)]
pub struct Version {
    parts: Vec<u32>,
}

impl Version {
    /// The numbers, at least one.
    pub fn parts(&self) -> &[u32] {
        &self.parts
    }

    /// The first number: the build of `26100.2314`, the major version of `2.0`.
    pub fn major(&self) -> u32 {
        self.parts.first().copied().unwrap_or(0)
    }

    fn significant(&self) -> &[u32] {
        let keep =
            self.parts.iter().rposition(|&part| part != 0).map_or(0, |last| last.saturating_add(1));
        self.parts.get(..keep).unwrap_or_default()
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.significant() == other.significant()
    }
}

impl Eq for Version {}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.significant().cmp(other.significant())
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::hash::Hash for Version {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.significant().hash(state);
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write!(f, "{part}")?;
        }
        Ok(())
    }
}

impl FromStr for Version {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Expected> {
        const WANTED: Expected = Expected("a version of dotted numbers such as 2.0 or 26100.2314");
        let parts: Vec<u32> = text
            .trim()
            .split('.')
            .map(|part| {
                let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
                if digits { part.parse().map_err(|_| WANTED) } else { Err(WANTED) }
            })
            .collect::<Result<_, _>>()?;
        if parts.len() <= 6 { Ok(Self { parts }) } else { Err(WANTED) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn versions_compare_as_numbers_not_as_text() {
        assert!(version("10.0") > version("9.9"));
        assert!(version("2.0") == version("2"));
        assert!(version("26100.2314") > version("26100"));
        assert!(version("1.2") < version("2.0"));
    }

    #[test]
    fn other_texts_are_refused() {
        for bad in ["", "2.", "v2", "2.0, 0, 1.38", "1.2.3.4.5.6.7", "+1"] {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
    }
}
