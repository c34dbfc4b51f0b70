//! What estate to make.

use crate::Error;

/// The most devices of an estate.
pub const MAX_ASSETS: u64 = 20_000_000;
/// The most practices: as many as codes `Z00001` to `Z99999`.
pub const MAX_PRACTICES: u32 = 99_999;
/// The most budget holders: as many as the codes that begin with `QZ` and `QB`.
pub const MAX_HOLDERS: u32 = 72;

/// Devices for each practice when only their number is given: 1,000,000 devices at about 6,300 practices.
const ASSETS_OF_PRACTICE: u64 = 159;

/// What estate to make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Number of devices, exactly.
    pub assets: u64,
    /// Number of practices; one for each 159 devices unless given.
    pub practices: Option<u32>,
    /// Number of budget holders today; one in seven joins a neighbour on 1 April 2027.
    pub holders: u32,
    /// What the estate depends on besides.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Size::Icb.options(1)
    }
}

impl Options {
    /// The number of practices.
    ///
    /// # Errors
    /// [`Error::Options`] when a number is out of range or there are fewer practices than holders.
    pub fn practices(&self) -> Result<u32, Error> {
        let refuse = |text: String| Err(Error::Options(text));
        if !(1..=MAX_ASSETS).contains(&self.assets) {
            return refuse(format!("expected 1 to {MAX_ASSETS} assets, found {}", self.assets));
        }
        if !(1..=MAX_HOLDERS).contains(&self.holders) {
            return refuse(format!("expected 1 to {MAX_HOLDERS} holders, found {}", self.holders));
        }
        let usual = u32::try_from(self.assets.div_ceil(ASSETS_OF_PRACTICE)).unwrap_or(u32::MAX);
        let practices = self.practices.unwrap_or_else(|| usual.clamp(self.holders, MAX_PRACTICES));
        if !(1..=MAX_PRACTICES).contains(&practices) {
            return refuse(format!("expected 1 to {MAX_PRACTICES} practices, found {practices}"));
        }
        if practices < self.holders {
            let holders = self.holders;
            return refuse(format!("{practices} practices are too few for {holders} holders"));
        }
        Ok(practices)
    }
}

/// Named sizes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// One practice of usual size.
    Practice,
    /// One large ICB: 60,000 devices.
    Icb,
    /// A region: six ICBs, one of which joins a neighbour.
    Region,
    /// England: 1,000,000 devices, 42 ICBs, six of which join a neighbour on 1 April 2027.
    National,
}

impl Size {
    /// Every size, from small to large.
    pub const ALL: &'static [Self] = &[Self::Practice, Self::Icb, Self::Region, Self::National];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Icb => "icb",
            Self::Region => "region",
            Self::National => "national",
        }
    }

    /// The options of an estate of this size.
    pub fn options(self, seed: u64) -> Options {
        let (assets, practices, holders) = match self {
            Self::Practice => (159, 1, 1),
            Self::Icb => (60_000, 378, 1),
            Self::Region => (143_000, 900, 6),
            Self::National => (1_000_000, 6_290, 42),
        };
        Options { assets, practices: Some(practices), holders, seed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_sound_and_nonsense_is_refused() {
        for size in Size::ALL {
            assert!(size.options(1).practices().is_ok(), "{}", size.as_str());
        }
        let base = Options::default();
        assert_eq!(Options { practices: None, ..base }.practices().ok(), Some(378));
        for bad in [
            Options { assets: 0, ..base },
            Options { holders: 0, ..base },
            Options { holders: 73, ..base },
            Options { practices: Some(0), ..base },
            Options { practices: Some(3), holders: 4, ..base },
            Options { practices: Some(100_000), ..base },
        ] {
            assert!(bad.practices().is_err(), "{bad:?}");
        }
    }
}
