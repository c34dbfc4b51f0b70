//! The profiles and tables that come with Refit, compiled into the program.

use diagnostic::Source;

use crate::Resolver;

macro_rules! shipped_profiles {
    ($($id:literal),+ $(,)?) => {
        /// Ids and texts of the shipped profiles, in alphabetical order.
        pub const PROFILES: &[(&str, &str)] = &[$((
            $id,
            include_str!(concat!("../../../wes-specs/", $id, ".toml")),
        ),)+];
    };
}

macro_rules! shipped_files {
    ($($name:literal),+ $(,)?) => {
        /// Names and texts of the shipped lists and lifecycle tables.
        pub const FILES: &[(&str, &str)] = &[$((
            $name,
            include_str!(concat!("../../../data/", $name)),
        ),)+];
    };
}

shipped_profiles!(
    "cyber-essentials-posture",
    "example-icb-local-wes",
    "office-support",
    "os-support",
    "peripherals",
    "remote-capability",
    "secure-boot-2026",
    "smartcard-stack",
    "windows-11-hardware",
);
shipped_files!("windows-lifecycle.csv", "windows11-processors.csv");

/// The shipped profile of an id.
pub fn profile(id: &str) -> Option<Source> {
    PROFILES
        .iter()
        .find(|(own, _)| *own == id)
        .map(|(own, text)| Source::new(format!("wes-specs/{own}.toml"), *text))
}

/// The shipped file of a name.
pub fn file(name: &str) -> Option<Source> {
    FILES
        .iter()
        .find(|(own, _)| *own == name)
        .map(|(own, text)| Source::new(format!("data/{own}"), *text))
}

/// A resolver that knows only what is shipped.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shipped;

impl Resolver for Shipped {
    fn profiles(&self, id: &str) -> Vec<Source> {
        profile(id).into_iter().collect()
    }

    fn file(&self, name: &str, _: &Source) -> Option<Source> {
        file(name)
    }
}

#[cfg(test)]
mod tests;
