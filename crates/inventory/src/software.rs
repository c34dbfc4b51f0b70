//! Programs that are installed on devices.

/// A program as a source reports it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Software {
    /// Its name, normalised: without its version, its architecture and marks of trade.
    pub name: String,
    /// Its version, as reported; empty when it is not said.
    pub version: String,
    /// Its edition, such as `Professional`; empty when it is not said.
    pub edition: String,
    /// Who publishes it, normalised as makers are; empty when it is not said.
    pub publisher: String,
}

/// Most characters of a part of a program's name.
const MAX_CHARS: usize = 256;

impl Software {
    /// Normalises what a source says; nothing without a name.
    pub fn new(name: &str, version: Option<&str>, publisher: Option<&str>) -> Option<Self> {
        let version = tidy(version.unwrap_or_default());
        let name = tidy(name);
        let name = plain_name(&name, &version);
        let publisher = tidy(publisher.unwrap_or_default());
        (!name.is_empty()).then(|| Self {
            name,
            version,
            edition: String::new(),
            publisher: crate::normal::maker::maker(&publisher),
        })
    }

    /// The same program of an edition.
    #[must_use]
    pub fn edition(mut self, edition: &str) -> Self {
        self.edition = tidy(edition);
        self
    }
}

/// Single spaces, no control characters and no marks of trade.
fn tidy(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .filter(|letter| !matches!(letter, '®' | '™' | '©'))
        .collect();
    let plain = plain.replace("(R)", "").replace("(TM)", "");
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(MAX_CHARS).collect()
}

/// A name without the version and architecture at its end.
fn plain_name(name: &str, version: &str) -> String {
    let mut rest = name;
    loop {
        let mut shorter = rest.trim_end_matches([' ', '-', ',']);
        for ending in ["(x64)", "(x86)", "(64-bit)", "(32-bit)", "(64bit)", "x64", "64-bit"] {
            shorter = shorter.strip_suffix(ending).unwrap_or(shorter);
        }
        if version.len() >= 3 {
            shorter = shorter.strip_suffix(version).unwrap_or(shorter);
            shorter = shorter
                .strip_suffix(" v")
                .or_else(|| shorter.strip_suffix(" version"))
                .unwrap_or(shorter);
        }
        let shorter = shorter.trim_end();
        if shorter.len() == rest.len() || shorter.is_empty() {
            return rest.trim().to_owned();
        }
        rest = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_version_architecture_and_marks() {
        let name = |text: &str, version: &str| {
            Software::new(text, Some(version), None).map(|found| found.name)
        };
        assert_eq!(name("7-Zip 19.00 (x64)", "19.00").as_deref(), Some("7-Zip"));
        assert_eq!(
            name("Microsoft\u{ae} Office  2016", "16.0.4266").as_deref(),
            Some("Microsoft Office 2016")
        );
        assert_eq!(name("EMIS Web", "").as_deref(), Some("EMIS Web"));
        assert_eq!(name("1.2.3", "1.2.3").as_deref(), Some("1.2.3"));
        assert_eq!(name(" ", ""), None);
        let published = Software::new("Reader", None, Some("Dell Inc.")).unwrap();
        assert_eq!(published.publisher, "Dell");
    }
}
