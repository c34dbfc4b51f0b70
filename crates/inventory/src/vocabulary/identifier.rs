//! What names a device and an estate.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::Expected;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Expected;

            fn from_str(text: &str) -> Result<Self, Expected> {
                let text = text.trim();
                let printable = !text.is_empty() && !text.chars().any(char::is_control);
                if printable && text.chars().count() <= 64 {
                    Ok(Self(text.into()))
                } else {
                    Err(Expected($expected))
                }
            }
        }
    };
}

identifier!(
    /// The label that an organisation sticks on a device: 1 to 64 printable characters.
    AssetTag,
    "an asset tag of 1 to 64 printable characters"
);

identifier!(
    /// The maker's serial number as reported: 1 to 64 printable characters, case kept.
    SerialNumber,
    "a serial number of 1 to 64 printable characters"
);

identifier!(
    /// The estate that rows belong to: the first part of every key, so that several estates can share one store.
    EstateId,
    "an estate name of 1 to 64 printable characters"
);

impl Default for EstateId {
    /// The name of the one estate of a file that holds one.
    fn default() -> Self {
        Self("estate".into())
    }
}
