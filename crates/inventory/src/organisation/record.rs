//! One organisation.

use chrono::NaiveDate;

use crate::vocabulary::{OrgCode, words};

words!(
    /// What an organisation is.
    OrgKind,
    "a kind: practice, branch, pcn, sub-icb, icb, region or local-site",
    {
        /// A GP practice.
        Practice => "practice",
        /// A branch surgery of a practice.
        Branch => "branch",
        /// A primary care network.
        Pcn => "pcn",
        /// A sub-ICB location.
        SubIcb => "sub-icb",
        /// An integrated care board: the budget holder.
        Icb => "icb",
        /// A region.
        Region => "region",
        /// A site that ODS does not list.
        LocalSite => "local-site",
    }
);

words!(
    /// How an organisation belongs to its parent. Source: ODS relationship types RE2, RE4, RE5/RE11, RE6, RE8.
    Relation,
    "a relation: part-of, commissioned-by, partner-of or operated-by",
    {
        /// A branch of a practice, an ICB of a region, a sub-ICB location of an ICB.
        PartOf => "part-of",
        /// A practice and who commissions it.
        CommissionedBy => "commissioned-by",
        /// A practice and its primary care network; does not lead to the budget holder.
        PartnerOf => "partner-of",
        /// A site and who runs it.
        OperatedBy => "operated-by",
    }
);

/// A dated tie to another organisation: holds from the first day up to, but not including, the last.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Link {
    /// The other organisation.
    pub parent: OrgCode,
    /// How it belongs to it.
    pub relation: Relation,
    /// First day; `None` is since ever.
    pub from: Option<NaiveDate>,
    /// First day on which it no longer holds; `None` is for good.
    pub until: Option<NaiveDate>,
}

impl Link {
    /// Whether the tie holds on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// An organisation or site, with its dated ties.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Organisation {
    /// Its code.
    pub code: OrgCode,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: OrgKind,
    /// Its ties, in a fixed order.
    pub links: Vec<Link>,
    /// How grave a failure there is, 0 to 2; the policy says what each means.
    pub tier: u8,
    /// Registered patients.
    pub list_size: Option<u32>,
    /// Its clinical system.
    pub clinical_system: Option<String>,
    /// The day on which it is planned to close.
    pub planned_close: Option<NaiveDate>,
    /// The organisation it merges into.
    pub merge_into: Option<OrgCode>,
}
