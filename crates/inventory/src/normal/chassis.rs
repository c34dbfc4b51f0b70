//! Classes of devices from what firmware, agents and people call their form.

/// Words of a form and the class they mean; the first that a text holds counts.
const FORMS: &[(&str, &str)] = &[
    ("all in one", "desktop"),
    ("all-in-one", "desktop"),
    ("aio", "desktop"),
    ("mini pc", "desktop"),
    ("minipc", "desktop"),
    ("stick pc", "desktop"),
    ("sub notebook", "laptop"),
    ("notebook", "laptop"),
    ("laptop", "laptop"),
    ("convertible", "laptop"),
    ("detachable", "laptop"),
    ("portable", "laptop"),
    ("netbook", "laptop"),
    ("desktop", "desktop"),
    ("tower", "desktop"),
    ("space-saving", "desktop"),
    ("low profile", "desktop"),
    ("low-profile", "desktop"),
    ("lunch box", "desktop"),
    ("pizza box", "desktop"),
    ("workstation", "desktop"),
    ("smartcard reader", "smartcard-reader"),
    ("smart card reader", "smartcard-reader"),
    ("card reader", "smartcard-reader"),
    ("scanner", "scanner"),
    ("printer", "printer"),
    ("mfd", "printer"),
    ("monitor", "monitor"),
    ("display", "monitor"),
    ("screen", "monitor"),
];

/// Chassis numbers of SMBIOS (DSP0134, table 17) as inventory tools report them.
const NUMBERS: &[(u8, &str)] = &[
    (3, "desktop"),
    (4, "desktop"),
    (5, "desktop"),
    (6, "desktop"),
    (7, "desktop"),
    (8, "laptop"),
    (9, "laptop"),
    (10, "laptop"),
    (13, "desktop"),
    (14, "laptop"),
    (15, "desktop"),
    (16, "desktop"),
    (31, "laptop"),
    (32, "laptop"),
    (35, "desktop"),
    (36, "desktop"),
];

/// Families of models whose form their name tells, most particular first. Source: the makers' own product pages.
const FAMILIES: &[(&str, &str)] = &[
    ("thinkcentre", "desktop"),
    ("thinkstation", "desktop"),
    ("ideacentre", "desktop"),
    ("optiplex", "desktop"),
    ("vostro 2", "desktop"),
    ("precision tower", "desktop"),
    ("elitedesk", "desktop"),
    ("prodesk", "desktop"),
    ("eliteone", "desktop"),
    ("proone", "desktop"),
    ("compaq dc", "desktop"),
    ("compaq pro", "desktop"),
    ("compaq elite", "desktop"),
    ("esprimo", "desktop"),
    ("veriton", "desktop"),
    ("thinkpad", "laptop"),
    ("ideapad", "laptop"),
    ("thinkbook", "laptop"),
    ("latitude", "laptop"),
    ("xps 13", "laptop"),
    ("xps 15", "laptop"),
    ("inspiron 1", "laptop"),
    ("elitebook", "laptop"),
    ("probook", "laptop"),
    ("zbook", "laptop"),
    ("surface laptop", "laptop"),
    ("surface pro", "laptop"),
    ("surface go", "laptop"),
    ("surface book", "laptop"),
    ("lifebook", "laptop"),
    ("travelmate", "laptop"),
    ("portege", "laptop"),
    ("tecra", "laptop"),
    ("toughbook", "laptop"),
    ("macbook", "laptop"),
    ("imac", "desktop"),
    ("mac mini", "desktop"),
];

/// The class of a form: a word such as `Notebook`, or a number of SMBIOS.
pub fn class(form: &str) -> Option<&'static str> {
    let form = form.trim().trim_matches(['{', '}', '[', ']']).trim();
    if let Ok(number) = form.parse::<u8>() {
        return NUMBERS.iter().find(|(known, _)| *known == number).map(|(_, class)| *class);
    }
    let form = form.to_lowercase();
    FORMS.iter().find(|(word, _)| form.contains(word)).map(|(_, class)| *class)
}

/// The class that a model's name tells, where it does.
pub fn class_of_model(model: &str) -> Option<&'static str> {
    let model = model.to_lowercase();
    FAMILIES.iter().find(|(family, _)| model.contains(family)).map(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_numbers_and_families_tell_classes() {
        for (form, expected) in [
            ("Notebook", Some("laptop")),
            ("Low Profile Desktop", Some("desktop")),
            ("{10}", Some("laptop")),
            ("3", Some("desktop")),
            ("23", None),
            ("Other", None),
            ("Smart Card Reader", Some("smartcard-reader")),
        ] {
            assert_eq!(class(form), expected, "{form}");
        }
        assert_eq!(class_of_model("HP EliteBook 840 G5"), Some("laptop"));
        assert_eq!(class_of_model("Custom build"), None);
    }
}
