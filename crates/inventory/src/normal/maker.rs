//! Makers by one name, whatever firmware and people call them.

/// Our name of a maker, and the beginnings of what others write (in small letters, without punctuation).
///
/// Sources: DMI type 1 of 26,823 business machines (linux-hardware.org, CC BY 4.0), and the register of plug-and-play
/// identifiers of the UEFI Forum for monitors.
const MAKERS: &[(&str, &[&str])] = &[
    ("Acer", &["acer"]),
    ("AOC", &["aoc"]),
    ("Apple", &["apple"]),
    ("ASUS", &["asus", "asustek"]),
    ("BenQ", &["benq"]),
    ("Brother", &["brother"]),
    ("Canon", &["canon"]),
    ("Dell", &["dell", "ell inc"]),
    ("Dynabook", &["dynabook"]),
    ("Eizo", &["eizo"]),
    ("Epson", &["epson", "seiko epson"]),
    ("Fujitsu", &["fujitsu"]),
    ("HID", &["hid global", "omnikey"]),
    ("HP", &["hp", "hewlett packard", "hewlettpackard", "hpq"]),
    ("iiyama", &["iiyama"]),
    ("Kyocera", &["kyocera"]),
    ("Lenovo", &["lenovo"]),
    ("Lexmark", &["lexmark"]),
    ("LG", &["lg", "goldstar"]),
    ("Microsoft", &["microsoft"]),
    ("NEC", &["nec"]),
    ("Novatech", &["novatech"]),
    ("Oki", &["oki"]),
    ("Panasonic", &["panasonic", "matsushita"]),
    ("Philips", &["philips"]),
    ("Ricoh", &["ricoh"]),
    ("RM", &["rm plc", "rm education", "research machines"]),
    ("Samsung", &["samsung"]),
    ("Sony", &["sony"]),
    ("Stone", &["stone computers", "stone group", "stonegroup"]),
    ("Toshiba", &["toshiba"]),
    ("ViewSonic", &["viewsonic"]),
    ("Viglen", &["viglen"]),
    ("Xerox", &["xerox"]),
    ("Zebra", &["zebra"]),
];

/// One name for a maker; a maker that is not known keeps its own, with single spaces and without its company's form.
pub fn maker(text: &str) -> String {
    let folded = fold(text);
    let begins = |beginning: &str| {
        folded.strip_prefix(beginning).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    if let Some((name, _)) =
        MAKERS.iter().find(|(_, beginnings)| beginnings.iter().any(|beginning| begins(beginning)))
    {
        return (*name).to_owned();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let formal = |word: &&&str| {
        let word = word.trim_matches(['.', ',']).to_lowercase();
        matches!(
            word.as_str(),
            "inc" | "ltd" | "limited" | "plc" | "corp" | "corporation" | "co" | "gmbh" | "llc"
        )
    };
    let tail = words.iter().rev().take_while(formal).count();
    let kept = words.get(..words.len().saturating_sub(tail).max(1)).unwrap_or_default();
    kept.join(" ").trim_end_matches([',', '.']).to_owned()
}

/// Small letters and digits with single spaces between words.
pub fn fold(text: &str) -> String {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_maker_are_one() {
        let cases = [
            ("LENOVO", "Lenovo"),
            ("LENOVO.", "Lenovo"),
            ("Dell Inc.", "Dell"),
            (".ell Inc.", "Dell"),
            ("Dell Computer Corporation", "Dell"),
            ("Hewlett-Packard", "HP"),
            ("HP", "HP"),
            ("FUJITSU CLIENT COMPUTING LIMITED", "Fujitsu"),
            ("Acer, inc.", "Acer"),
            ("RM plc", "RM"),
            ("RM Education", "RM"),
            ("NOVATECH LTD", "Novatech"),
            ("Goldstar Company Ltd", "LG"),
            ("Some Builder  Ltd.", "Some Builder"),
            ("Hpx", "Hpx"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(maker(text), expected, "{text}");
        }
    }
}
