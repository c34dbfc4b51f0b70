//! Operating systems, TPM versions and firmware dates as agents write them, in the lifecycle table's words.

use chrono::NaiveDate;

/// What names and version numbers tell of an operating system.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct System {
    /// Such as `windows-11`.
    pub os: Option<String>,
    /// Such as `home-pro`, where the lifecycle depends on it.
    pub edition: Option<&'static str>,
    /// Such as `22631.3007`.
    pub build: Option<String>,
}

/// Reads a name such as `Microsoft Windows 11 Enterprise` and a version such as `10.0.22631.3007`.
pub fn of(name: &str, version: &str) -> System {
    let folded = name.to_lowercase().replace('®', "");
    let build = windows_build(version).or_else(|| windows_build(name));
    if folded.contains("server") && folded.contains("windows") {
        return System { os: slug(folded.trim_start_matches("microsoft ")), edition: None, build };
    }
    if folded.contains("windows") || (name.trim().is_empty() && build.is_some()) {
        return windows(&folded, build);
    }
    System { os: slug(&folded), edition: None, build: None }
}

fn windows(name: &str, build: Option<String>) -> System {
    // Windows 11 calls itself 10.0 too; its builds begin at 22000.
    let number = build.as_deref().and_then(|build| build.split('.').next()?.parse::<u32>().ok());
    let by_build = number.map(|number| if number >= 22_000 { "windows-11" } else { "windows-10" });
    let named = [
        "windows 11",
        "windows 10",
        "windows 8.1",
        "windows 8",
        "windows 7",
        "windows vista",
        "windows xp",
    ];
    let by_name =
        named.iter().find(|known| name.contains(*known)).map(|known| known.replace(' ', "-"));
    // A management tool that says Windows 10 of build 22631 is older than that build.
    let os = match (by_build, by_name) {
        (Some(build), Some(name)) if name == "windows-10" || name == "windows-11" => {
            Some(build.to_owned())
        }
        (_, Some(name)) => Some(name),
        (Some(build), None) => Some(build.to_owned()),
        (None, None) => None,
    };
    let edition = if name.contains("ltsc") || name.contains("ltsb") {
        Some(if name.contains("iot") { "iot-enterprise-ltsc" } else { "enterprise-ltsc" })
    } else if name.contains("enterprise") || name.contains("education") {
        Some("enterprise-education")
    } else if name
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| matches!(word, "pro" | "professional" | "home"))
    {
        Some("home-pro")
    } else {
        None
    };
    System { os, edition, build }
}

/// Build and revision in a version such as `10.0.19045.3448`, `10.0.19045` or a bare `19045`.
pub fn windows_build(text: &str) -> Option<String> {
    let token = text.split([' ', '(', ')', ',']).find(|token| token.starts_with("10.0."));
    let rest = match token {
        Some(token) => token.strip_prefix("10.0.")?,
        None => text.trim(),
    };
    let mut parts = rest.split('.');
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let build = parts.next().filter(digits).filter(|build| build.len() == 5)?;
    let revision = parts.next().filter(digits).filter(|revision| revision.len() <= 6);
    if parts.next().is_some() {
        return None;
    }
    Some(revision.map_or_else(|| build.to_owned(), |revision| format!("{build}.{revision}")))
}

/// A word of the catalogue from a name: small letters, digits and hyphens.
fn slug(name: &str) -> Option<String> {
    let words: Vec<String> = name
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '.'))
        .map(|word| word.trim_matches('.').to_owned())
        .filter(|word| !word.is_empty() && word.is_ascii())
        .take(4)
        .collect();
    let slug = words.join("-");
    (!slug.is_empty() && slug.len() <= 64).then_some(slug)
}

/// A TPM's specification version; `0.0` and `Not Supported` say nothing, since absence is never reported reliably.
pub fn tpm_version(text: &str) -> Option<String> {
    let first = text.split([',', ' ']).find(|part| !part.is_empty())?;
    let (major, minor) = first.split_once('.')?;
    let number = |part: &str| part.parse::<u8>().ok();
    let (major, minor) = (number(major)?, number(minor)?);
    (major > 0).then(|| format!("{major}.{minor}"))
}

/// The day of a firmware: SMBIOS prescribes month/day/year, agents translate it to ISO 8601.
///
/// A year of two digits and a day before 1995 say nothing: boards without a clock write 1970 or 1980.
pub fn firmware_day(text: &str) -> Option<String> {
    let text = text.trim();
    let day = match text.split('/').collect::<Vec<_>>().as_slice() {
        [month, day, year] if year.len() == 4 => {
            NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        }
        _ => NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok(),
    };
    day.filter(|day| *day >= NaiveDate::from_ymd_opt(1995, 1, 1).unwrap_or_default())
        .map(|day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_builds_tell_the_lifecycle_words() {
        let read = |name: &str, version: &str| {
            let system = of(name, version);
            (
                system.os.unwrap_or_default(),
                system.edition.unwrap_or_default(),
                system.build.unwrap_or_default(),
            )
        };
        let words = |os: &str, edition: &'static str, build: &str| {
            (os.to_owned(), edition, build.to_owned())
        };
        assert_eq!(
            read("Microsoft Windows 11 Enterprise", "10.0.22631.3007"),
            words("windows-11", "enterprise-education", "22631.3007")
        );
        assert_eq!(read("Windows", "10.0.19045.3448"), words("windows-10", "", "19045.3448"));
        assert_eq!(read("Windows 10 Pro", "10.0.22000"), words("windows-11", "home-pro", "22000"));
        assert_eq!(
            read("Microsoft Windows 10 Enterprise LTSC 2021", "10.0.19044"),
            words("windows-10", "enterprise-ltsc", "19044")
        );
        assert_eq!(
            read("Microsoft Windows 7 Professional", "6.1.7601"),
            words("windows-7", "home-pro", "")
        );
        assert_eq!(
            read("Microsoft Windows Server 2019 Standard", "10.0.17763").0,
            "windows-server-2019-standard"
        );
        assert_eq!(
            read("Fedora 31 (Workstation Edition)", "5.6.15").0,
            "fedora-31-workstation-edition"
        );
        assert_eq!(read("", ""), words("", "", ""));
    }

    #[test]
    fn absence_of_a_tpm_is_never_reported_reliably() {
        assert_eq!(tpm_version("2.0, 0, 1.38").as_deref(), Some("2.0"));
        assert_eq!(tpm_version("1.2").as_deref(), Some("1.2"));
        for nothing in ["0.0", "Not Supported", "", "2"] {
            assert_eq!(tpm_version(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn firmware_days_are_american_or_iso() {
        assert_eq!(firmware_day("03/10/2011").as_deref(), Some("2011-03-10"));
        assert_eq!(firmware_day("2016-02-06").as_deref(), Some("2016-02-06"));
        for nothing in ["01/01/1970", "03/10/11", "", "13/40/2011"] {
            assert_eq!(firmware_day(nothing), None, "{nothing}");
        }
    }
}
