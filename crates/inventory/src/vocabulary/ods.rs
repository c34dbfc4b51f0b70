//! Organisation codes.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::Expected;

/// A code of the Organisation Data Service: never reused, never changed, only closed.
///
/// Shapes: practice `A81001` and primary care network `U12345` (a letter and five digits), branch `A81001001` (the
/// practice and three digits), integrated care board `QHM` and region `Y63` (three characters), sub-ICB location of three
/// (`84H`) or five (`D4U1Y`) characters. Source: ODS reference data catalogue, as of September 2025.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OdsCode(Arc<str>);

impl OdsCode {
    /// The code as written, in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The practice that a branch code is made of; `None` for codes of another shape.
    pub fn practice_of_branch(&self) -> Option<Self> {
        let practice = self.0.get(..6).filter(|_| self.0.len() == 9)?;
        Some(Self(practice.into()))
    }
}

impl fmt::Display for OdsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for OdsCode {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Expected> {
        let code = text.trim().to_ascii_uppercase();
        let all = |part: Option<&str>, test: fn(&u8) -> bool| {
            part.is_some_and(|part| part.as_bytes().iter().all(test))
        };
        let well_formed = match code.len() {
            3 | 5 => all(Some(&code), u8::is_ascii_alphanumeric),
            6 | 9 => {
                all(code.get(..1), u8::is_ascii_uppercase) && all(code.get(1..), u8::is_ascii_digit)
            }
            _ => false,
        };
        if well_formed {
            Ok(Self(code.into()))
        } else {
            Err(Expected("an ODS code such as A81001 (practice), A81001001 (branch) or QHM (ICB)"))
        }
    }
}

/// The code of a site that ODS does not list, declared in an organisations file with kind `local-site`.
///
/// 2 to 32 letters, digits, `.`, `_` or `-`, beginning with a letter, in capitals, and not shaped like an ODS code.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LocalSite(Arc<str>);

/// Any organisation's code.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OrgCode {
    /// An ODS code, known to the whole NHS.
    Ods(OdsCode),
    /// A site that only this estate knows.
    Local(LocalSite),
}

impl OrgCode {
    /// The code as written, in capitals.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ods(code) => code.as_str(),
            Self::Local(site) => &site.0,
        }
    }
}

impl fmt::Display for OrgCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for OrgCode {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Expected> {
        if let Ok(code) = text.parse() {
            return Ok(Self::Ods(code));
        }
        let code = text.trim().to_ascii_uppercase();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let begins = code.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase());
        if begins && (2..=32).contains(&code.len()) && code.bytes().all(plain) {
            Ok(Self::Local(LocalSite(code.into())))
        } else {
            Err(Expected("an ODS code such as A81001, or a declared local site such as DEPOT-1"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_of_code_is_accepted() {
        for code in ["A81001", "a81001001", "U12345", "QHM", "Y63", "84H", "D4U1Y"] {
            let parsed: OrgCode = code.parse().unwrap();
            assert!(matches!(parsed, OrgCode::Ods(_)), "{code}");
        }
        assert!(matches!("DEPOT-1".parse(), Ok(OrgCode::Local(_))));
        for bad in ["", "A", "A8100O1 ", "Ward 3", "-X"] {
            assert!(!matches!(bad.parse(), Ok(OrgCode::Ods(_))), "{bad}");
        }
        assert!("Ward 3".parse::<OrgCode>().is_err());
    }

    #[test]
    fn a_branch_knows_its_practice() {
        let branch: OdsCode = "A81001002".parse().unwrap();
        assert_eq!(branch.practice_of_branch().map(|code| code.to_string()), Some("A81001".into()));
        let practice: OdsCode = "A81001".parse().unwrap();
        assert_eq!(practice.practice_of_branch(), None);
    }
}
