//! Where a device is in its life.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $expected:literal, { $($(#[$vdoc:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that files and outputs use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::vocabulary::Expected;

            fn from_str(text: &str) -> Result<Self, $crate::vocabulary::Expected> {
                let word = text.trim().to_ascii_lowercase().replace([' ', '_'], "-");
                Self::ALL.iter().copied().find(|value| value.as_str() == word).ok_or($crate::vocabulary::Expected($expected))
            }
        }
    };
}
pub(crate) use words;

words!(
    /// Where a device is in its life, from the request to its disposal.
    Status,
    "a status: requested, ordered, received, in-stock, built, deployed, in-repair, spare, redeployed, retire-pending, sanitised, disposed, lost, stolen or missing",
    {
        /// Asked for, not ordered.
        Requested => "requested",
        /// Ordered, not delivered.
        Ordered => "ordered",
        /// Delivered, not yet booked into stock.
        Received => "received",
        /// In the store room, not built.
        InStock => "in-stock",
        /// Imaged and ready to deploy.
        Built => "built",
        /// In use where its site says.
        Deployed => "deployed",
        /// Away for repair; its place in the estate remains.
        InRepair => "in-repair",
        /// Kept to stand in for broken devices.
        Spare => "spare",
        /// In use at a second place after its first.
        Redeployed => "redeployed",
        /// Out of use, waiting for secure disposal.
        RetirePending => "retire-pending",
        /// Its data are erased, with evidence.
        Sanitised => "sanitised",
        /// Gone, with evidence.
        Disposed => "disposed",
        /// Not found and given up.
        Lost => "lost",
        /// Stolen.
        Stolen => "stolen",
        /// Not found at an audit, still looked for.
        Missing => "missing",
    }
);

impl Status {
    /// True while somebody works with the device, so that it has to comply and to be refreshed in time.
    pub fn is_in_use(self) -> bool {
        matches!(self, Self::Deployed | Self::Redeployed | Self::InRepair)
    }

    /// True once the device has left the estate for good.
    pub fn has_left(self) -> bool {
        matches!(self, Self::Disposed | Self::Lost | Self::Stolen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_values_agree() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(*status));
        }
        assert_eq!("In Stock".parse(), Ok(Status::InStock));
        assert!("broken".parse::<Status>().is_err());
    }
}
