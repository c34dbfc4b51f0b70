//! What can be wrong with a schedule, as data with a sentence each.

use std::fmt;

use super::CertificateFault;
use crate::pln1::Choice;

/// One thing wrong with a schedule or a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// The schedule has another number of assets than the problem.
    Length {
        /// Assets of the problem.
        expected: usize,
        /// Rows of the schedule.
        found: usize,
    },
    /// An asset follows an option that its class does not list.
    NoSuchOption {
        /// The asset.
        asset: usize,
        /// What the schedule says.
        choice: Choice,
    },
    /// An option's first year breaks the asset's earliest, latest or lock.
    NotAllowed {
        /// The asset.
        asset: usize,
        /// First year of the option.
        t1: u16,
        /// First year allowed.
        earliest: u16,
        /// Last year allowed, 0 for none.
        latest: u16,
        /// Year fixed earlier, -1 for none.
        lock: i16,
    },
    /// A year's purchases pass the envelope.
    Envelope {
        /// Budget holder.
        holder: u32,
        /// Year.
        year: u16,
        /// Pence spent.
        spend: i128,
        /// Pence available.
        envelope: i128,
    },
    /// A year's installations pass the capacity.
    Install {
        /// Budget holder.
        holder: u32,
        /// Year.
        year: u16,
        /// Quarter hours needed.
        hours: i128,
        /// Quarter hours available.
        install: i128,
    },
    /// Two members of a bundle differ in a year.
    BundleSplit {
        /// The bundle.
        bundle: i32,
        /// Its first asset.
        first: usize,
        /// The asset that differs from it.
        other: usize,
    },
    /// The certificate cannot be judged.
    Certificate(CertificateFault),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { expected, found } => {
                write!(f, "the schedule has {found} assets, the problem {expected}")
            }
            Self::NoSuchOption { asset, choice: Choice { t1, k1, t2, k2 } } => {
                write!(f, "asset {asset} follows [{t1},{k1},{t2},{k2}], not an option of its class")
            }
            Self::NotAllowed { asset, t1, earliest, latest, lock } => write!(
                f,
                "asset {asset} is first replaced in year {t1}, against earliest {earliest}, \
                 latest {latest}, lock {lock}"
            ),
            Self::Envelope { holder, year, spend, envelope } => write!(
                f,
                "holder {holder} spends {spend} pence in year {year}, {} over its envelope \
                 of {envelope}",
                spend.saturating_sub(*envelope)
            ),
            Self::Install { holder, year, hours, install } => write!(
                f,
                "holder {holder} needs {hours} quarter hours in year {year}, {} over its \
                 capacity of {install}",
                hours.saturating_sub(*install)
            ),
            Self::BundleSplit { bundle, first, other } => {
                write!(f, "assets {first} and {other} of bundle {bundle} differ in their years")
            }
            Self::Certificate(fault) => write!(f, "certificate refused: {fault}"),
        }
    }
}
