//! Which processor a machine says it has.
//!
//! Firmware and operating systems write processors in many ways: `Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz`,
//! `11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz`, `AMD Ryzen 5 PRO 4650U with Radeon Graphics`. A lists of supported
//! processors writes `Core i5` and `8250U`. [`identify`] brings both to one key (`core i5 8250u`), or says that the text
//! names no model: blank, generic, virtual, or an engineering sample. Such a processor is unknown, which is not the same
//! as a model that is known and not on the list.

/// What a processor's text says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Processor {
    /// It names a model; the key is the same for every spelling of that model.
    Model(String),
    /// It does not name a model.
    Unidentified,
}

/// Words that say nothing about the model.
const NOISE: &[&str] =
    &["cpu", "processor", "apu", "intel", "amd", "genuine", "qualcomm", "mobile", "inside"];

/// Words that mark a text as no retail model.
const NOT_A_MODEL: &[&str] =
    &["eng sample", "engineering sample", "qemu", "kvm", "virtual", "stepping", "es sample"];

/// Product families of x86 and ARM makers whose models can be told apart.
const FAMILIES: &[&str] = &[
    "core",
    "core2",
    "pentium",
    "celeron",
    "xeon",
    "atom",
    "itanium",
    "ryzen",
    "athlon",
    "epyc",
    "phenom",
    "turion",
    "sempron",
    "opteron",
    "fx",
    "snapdragon",
    "microsoft",
    "quark",
];

/// The processor that a text names.
pub fn identify(text: &str) -> Processor {
    let lower = text.to_ascii_lowercase();
    if NOT_A_MODEL.iter().any(|mark| lower.contains(mark)) {
        return Processor::Unidentified;
    }
    let vendor_named = ["intel", "amd", "qualcomm"].iter().any(|vendor| lower.contains(vendor));
    let tokens = model_tokens(&lower);
    if is_model(&tokens, vendor_named) {
        Processor::Model(tokens.join(" "))
    } else {
        Processor::Unidentified
    }
}

/// The key of a row of a processor list.
pub fn list_key(vendor: &str, family: &str, model: &str) -> Processor {
    identify(&format!("{vendor} {family} {model}"))
}

/// The words that tell models apart, in order.
fn model_tokens(lower: &str) -> Vec<String> {
    let mut plain = lower.to_owned();
    for mark in ["(r)", "(tm)", "(c)", "\u{ae}", "\u{2122}", "(", ")"] {
        plain = plain.replace(mark, " ");
    }
    let head = ["@", ",", " with ", " w/ ", " radeon"]
        .iter()
        .fold(plain.as_str(), |text, cut| text.split(cut).next().unwrap_or(text));
    if let Some(key) = snapdragon_x(head) {
        return vec!["snapdragon".to_owned(), key];
    }
    let words: Vec<&str> = head.split_whitespace().collect();
    let mut tokens: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let next = at.checked_add(1).and_then(|next| words.get(next)).copied().unwrap_or("");
        if NOISE.contains(word)
            || is_core_count(word)
            || is_clock(word)
            || is_ordinal(word)
            || next == "series"
            || matches!(*word, "series" | "edition")
            || (*word == "gen" && tokens.is_empty())
        {
            continue;
        }
        tokens.extend(word.split(['-', '/']).filter(|part| !part.is_empty()).map(str::to_owned));
    }
    // AMD's graphics follow the model ("A10-8770 R7"); makers drop or add the metal of these families.
    if tokens.first().is_some_and(|family| family == "pentium" || family == "athlon") {
        tokens.retain(|token| token != "gold" && token != "silver");
    }
    tokens
}

/// The part number of a Snapdragon X, which systems and lists hyphenate differently (`X1E78100`, `X1E-78-100`).
fn snapdragon_x(text: &str) -> Option<String> {
    text.split_whitespace().find_map(|word| {
        let joined = word.replace('-', "");
        let rest = joined.strip_prefix("x1")?;
        let digits = rest.trim_start_matches(['e', 'p']);
        (digits.len() >= 5 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(joined)
    })
}

fn is_core_count(word: &str) -> bool {
    ["-core", "-cores", "core", "cores"].iter().any(|tail| {
        word.strip_suffix(tail).is_some_and(|head| {
            matches!(head, "single" | "dual" | "triple" | "quad" | "six" | "eight")
                || (!head.is_empty() && head.bytes().all(|byte| byte.is_ascii_digit()))
        })
    })
}

fn is_clock(word: &str) -> bool {
    let number = word.strip_suffix("ghz").or_else(|| word.strip_suffix("mhz"));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// `11th`, of "11th Gen".
fn is_ordinal(word: &str) -> bool {
    ["st", "nd", "rd", "th"].iter().any(|tail| {
        word.strip_suffix(tail)
            .is_some_and(|head| !head.is_empty() && head.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn is_model(tokens: &[String], vendor_named: bool) -> bool {
    let Some((family, rest)) = tokens.split_first() else { return false };
    match family.as_str() {
        "snapdragon" | "microsoft" => !rest.is_empty(),
        "ryzen" if rest.first().is_some_and(|token| token.starts_with('z')) => true,
        known if FAMILIES.contains(&known) || is_apu_family(known) => {
            rest.iter().any(|token| is_model_number(token))
        }
        bare => vendor_named && rest.is_empty() && is_bare_model(bare),
    }
}

/// AMD's A, E and FX series: `a10 8770`, `e2 9000`, `e 450`.
fn is_apu_family(token: &str) -> bool {
    let rest = token.strip_prefix(['a', 'e', 'c', 'z']).unwrap_or("-");
    token == "pro" || (rest.len() <= 2 && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Two or more digits in a row that are not all zero: `8250u`, `n50`, `e5300`.
fn is_model_number(token: &str) -> bool {
    let digits = longest_digits(token);
    digits.len() >= 2 && digits.bytes().any(|byte| byte != b'0')
}

/// A model that stands without its family: `n100`, `u300e`, `3020e`, `t2400`, `qcm6490`.
fn is_bare_model(token: &str) -> bool {
    is_model_number(token) && token.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn longest_digits(token: &str) -> &str {
    token.split(|letter: char| !letter.is_ascii_digit()).max_by_key(|run| run.len()).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        match identify(text) {
            Processor::Model(key) => key,
            Processor::Unidentified => "?".to_owned(),
        }
    }

    #[test]
    fn what_machines_say_and_what_lists_say_meet() {
        let cases = [
            ("Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", ("Intel", "Core i5", "8250U")),
            ("11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", ("Intel", "Core i7", "1165G7")),
            ("AMD Ryzen 5 PRO 4650U with Radeon Graphics", ("AMD", "Ryzen 5 PRO", "4650U")),
            ("AMD Ryzen 7 3700X 8-Core Processor", ("AMD", "Ryzen 7", "3700X")),
            ("AMD Ryzen 3 PRO 2300U w/ Radeon Vega Mobile Gfx", ("AMD", "Ryzen 3 PRO", "2300U")),
            ("Intel(R) Core(TM) Ultra 7 155H", ("Intel", "Core Ultra 7", "155H")),
            ("Intel(R) Core(TM) 5 120U", ("Intel", "Core 5", "120U")),
            (
                "Intel(R) Pentium(R) Silver N5000 CPU @ 1.10GHz",
                ("Intel", "Pentium Silver", "N5000"),
            ),
            ("Intel(R) Celeron(R) N4020 CPU @ 1.10GHz", ("Intel", "Celeron", "N4020")),
            ("Intel(R) N100", ("Intel", "Processor", "N100")),
            ("Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz", ("Intel", "Xeon Gold", "6130")),
            ("Intel(R) Xeon(R) W-2123 CPU @ 3.60GHz", ("Intel", "Xeon W", "2123")),
            ("AMD 3020e with Radeon Graphics", ("AMD", "", "3020e")),
            ("Snapdragon (TM) 8cx Gen 3 @ 3.0 GHz", ("Qualcomm", "Snapdragon", "8cx Gen 3")),
            (
                "Snapdragon(R) X Elite - X1E78100 - Qualcomm(R) Oryon(TM) CPU",
                ("Qualcomm", "Snapdragon X", "X1E-78-100"),
            ),
            ("Microsoft SQ1 @ 3.0 GHz", ("Qualcomm", "Microsoft", "SQ1")),
            ("AMD Athlon Silver 3050U with Radeon Graphics", ("AMD", "Athlon Silver", "3050U")),
        ];
        for (machine, (vendor, family, model)) in cases {
            assert_eq!(identify(machine), list_key(vendor, family, model), "{machine}");
            assert_ne!(identify(machine), Processor::Unidentified, "{machine}");
        }
    }

    #[test]
    fn models_that_no_list_has_are_still_models() {
        for (text, wanted) in [
            ("Intel(R) Core(TM) i5-4590 CPU @ 3.30GHz", "core i5 4590"),
            ("Intel(R) Core(TM)2 Duo CPU     E8400  @ 3.00GHz", "core 2 duo e8400"),
            ("Intel(R) Core(TM) i5 CPU       M 520  @ 2.40GHz", "core i5 m 520"),
            ("Pentium(R) Dual-Core  CPU      E5300  @ 2.60GHz", "pentium e5300"),
            ("AMD A6-9220 RADEON R4, 5 COMPUTE CORES 2C+3G", "a6 9220"),
            ("AMD PRO A10-8770B R7, 10 COMPUTE CORES 4C+6G", "pro a10 8770b r7"),
            ("Intel(R) Xeon(R) CPU E5-2620 v4 @ 2.10GHz", "xeon e5 2620 v4"),
            ("AMD Phenom(tm) II X4 B95 Processor", "phenom ii x4 b95"),
            ("Genuine Intel(R) CPU           T2400  @ 1.83GHz", "t2400"),
        ] {
            assert_eq!(key(text), wanted);
        }
    }

    #[test]
    fn texts_without_a_model_are_unidentified() {
        for text in [
            "",
            "   ",
            "Unknown",
            "Not Specified",
            "CPU Version",
            "Intel(R) Core(TM) processor",
            "Intel(R) Core(TM) i5 CPU @ 2.40GHz",
            "Intel(R) Core(TM)2 Duo CPU",
            "Genuine Intel(R) CPU 0000 @ 2.60GHz",
            "Genuine Intel(R) CPU @ 2.60GHz",
            "Intel(R) Xeon(R) CPU @ 2.30GHz",
            "AMD Eng Sample: 100-000000261-50_Y",
            "Engineering Sample",
            "QEMU Virtual CPU version 2.5+",
            "Common KVM processor",
            "Intel64 Family 6 Model 142 Stepping 10, GenuineIntel",
            "x86 Family 6 Model 158 Stepping 10, GenuineIntel",
        ] {
            assert_eq!(key(text), "?", "{text:?}");
        }
    }
}
