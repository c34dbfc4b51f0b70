//! JSON, XML, dmidecode and EDID.

use super::Verdict::{Refused, Rows};
use super::{Case, case, cuts, flips};

pub(super) const GLPI: &str = "{\"action\":\"inventory\",\"deviceid\":\"pc-1\",\"itemtype\":\"Computer\",\"content\":{\
    \"bios\":{\"ssn\":\"ABC123\",\"smanufacturer\":\"Dell Inc.\",\"smodel\":\"OptiPlex 7010\"},\
    \"hardware\":{\"chassis_type\":\"Desktop\",\"memory\":8000},\
    \"memories\":[{\"capacity\":4096},{\"capacity\":4096}],\"versionclient\":\"x\"}}";

const OCS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<REQUEST><CONTENT><BIOS><SSN>ABC123</SSN>\
    <SMANUFACTURER>HP</SMANUFACTURER><SMODEL>HP 280</SMODEL></BIOS><HARDWARE><CHASSIS_TYPE>Desktop</CHASSIS_TYPE>\
    </HARDWARE></CONTENT><DEVICEID>x</DEVICEID></REQUEST>";

fn json(cases: &mut Vec<Case>) {
    for (name, text) in [
        ("a comma before a bracket", "{\"assets\":[{\"asset_tag\":\"T1\"},]}"),
        ("a comma before a brace", "{\"asset_tag\":\"T1\",}"),
        ("a name without quotation marks", "{asset_tag:\"T1\"}"),
        ("single quotation marks", "{'asset_tag':'T1'}"),
        ("a comment", "{/*x*/\"asset_tag\":\"T1\"}"),
        ("NaN", "{\"asset_tag\":NaN}"),
        ("Infinity", "{\"ram_gib\":-Infinity}"),
        ("a leading zero", "{\"ram_gib\":08}"),
        ("a point without digits", "{\"ram_gib\":8.}"),
        ("a control character", "{\"asset_tag\":\"T\u{1}\"}"),
        ("half a surrogate pair", "{\"asset_tag\":\"\\ud800\"}"),
        ("a wrong escape", "{\"asset_tag\":\"\\x41\"}"),
        ("text after the end", "{\"asset_tag\":\"T1\",\"class\":\"desktop\"} x"),
        ("two lists", "{\"assets\":[],\"models\":[]}"),
    ] {
        // What is wrong after a sound row is found when the row has been read; nothing of the file is kept.
        cases.push(case(format!("JSON with {name}"), text, Refused("IMP0033")));
    }
    cases.extend([
        case("JSON with a name twice", "{\"asset_tag\":\"T1\",\"asset_tag\":\"T2\"}", Refused("IMP0034")),
        case("GLPI with a name twice", "{\"content\":{\"bios\":{\"ssn\":\"A\",\"ssn\":\"B\"}}}", Refused("IMP0034")),
        case("JSON of 100 lists", "[".repeat(100), Refused("IMP0035")),
        case("JSON of 100,000 lists", "[".repeat(100_000), Refused("IMP0035")),
        case("JSON of 100,000 objects", "{\"a\":".repeat(100_000), Refused("IMP0035")),
        case("JSON of a number of 1,000 digits", format!("{{\"ram_gib\":{}}}", "9".repeat(1_000)), Refused("IMP0035")),
        case("an empty object", "{}", Refused("IMP0012")),
        case("an empty list", "[]", Rows(0, 0, "IMP0003")),
        case("a list of numbers", "[1,2]", Refused("IMP0012")),
        case("an unknown document", "{\"hello\":\"world\"}", Refused("IMP0012")),
        case("our rows with an unknown name", "{\"assets\":[{\"asset_tag\":\"T1\",\"class\":\"desktop\",\"colour\":\"red\"}]}", Rows(0, 1, "IMP0007")),
        case("our rows with a list in a cell", "{\"assets\":[{\"asset_tag\":\"T1\",\"class\":[\"desktop\"]}]}", Rows(0, 1, "IMP0157")),
        case("our rows with an object in a cell", "{\"assets\":[{\"asset_tag\":{\"a\":1},\"class\":\"desktop\"}]}", Rows(0, 1, "IMP0157")),
        case("our rows with text among them", "{\"assets\":[\"x\",{\"asset_tag\":\"T1\",\"class\":\"desktop\"}]}", Rows(1, 1, "IMP0157")),
        case("a serial number that is a number", "{\"assets\":[{\"serial_number\":123456789012345678,\"class\":\"desktop\"}]}", Rows(0, 1, "IMP0150")),
        case("money of three decimals", "{\"assets\":[{\"asset_tag\":\"T1\",\"class\":\"desktop\",\"purchase_cost\":1.005}]}", Rows(0, 1, "IMP0115")),
        case("money of an exponent", "{\"assets\":[{\"asset_tag\":\"T1\",\"class\":\"desktop\",\"purchase_cost\":1.25e2}]}", Rows(1, 0, "")),
        case("money beyond all bounds", "{\"assets\":[{\"asset_tag\":\"T1\",\"class\":\"desktop\",\"purchase_cost\":1e300}]}", Rows(0, 1, "IMP0115")),
        case("memory in MB", "{\"assets\":[{\"asset_tag\":\"T1\",\"class\":\"desktop\",\"ram_gib\":8192}]}", Rows(0, 1, "IMP0155")),
        case("lines of objects, the second cut off", "{\"asset_tag\":\"T1\",\"class\":\"desktop\"}\n{\"asset_tag\":\"T2\"", Refused("IMP0033")),
        case("a device without content", "{\"content\":{},\"deviceid\":\"x\"}", Rows(0, 0, "")),
        case("a device whose serial is a placeholder", "{\"content\":{\"bios\":{\"ssn\":\"Default string\",\"smodel\":\"x\"}}}", Rows(0, 1, "IMP0110")),
        case("memory that overflows", "{\"content\":{\"bios\":{\"ssn\":\"A1\",\"smodel\":\"OptiPlex 1\"},\"hardware\":{\"chassis_type\":\"Desktop\"},\"memories\":[{\"capacity\":18446744073709551615},{\"capacity\":99999999999999999999}]}}", Rows(1, 0, "")),
        case("osquery with lists of nothing", "{\"system_info\":[],\"os_version\":[]}", Rows(0, 0, "")),
        case("a host of texts of 3 MiB", format!("{{\"hosts\":[{{\"hardware_serial\":\"{}\"}}]}}", "x".repeat(3 * 1024 * 1024)), Refused("IMP0035")),
        case("a host of 40 MiB", format!("{{\"hosts\":[{{\"hardware_serial\":\"A\",\"x\":[{}0]}}]}}", "\"xxxxxxxxxxxxxxxxxxxx\",".repeat(1_700_000)), Refused("IMP0035")),
    ]);
    cases.extend(cuts("GLPI", GLPI.as_bytes(), 25));
    cases.extend(
        flips("GLPI", GLPI.as_bytes(), 25)
            .into_iter()
            .map(|mut flip| {
                // A letter of a value may have become another, which is a different device and no harm.
                flip.verdict = super::Verdict::RefusedOrSound;
                flip
            })
            .filter(|flip| super::done(&flip.bytes).2.is_none()),
    );
}

fn xml(cases: &mut Vec<Case>) {
    let laughs: String = (1..10)
        .map(|level| format!("<!ENTITY l{level} \"{}\">", format!("&l{};", level - 1).repeat(10)))
        .collect();
    cases.extend([
        case("a document type", format!("<!DOCTYPE REQUEST SYSTEM \"http://example.invalid/x.dtd\">{OCS}"), Refused("IMP0037")),
        case("a document type after the declaration", OCS.replace("<REQUEST>", "<!DOCTYPE REQUEST><REQUEST>"), Refused("IMP0037")),
        case("a billion laughs", format!("<!DOCTYPE x [<!ENTITY l0 \"ha\">{laughs}]><REQUEST><CONTENT>&l9;</CONTENT></REQUEST>"), Refused("IMP0037")),
        case("a file of the machine", "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><REQUEST><CONTENT><BIOS><SSN>&f;</SSN></BIOS></CONTENT></REQUEST>", Refused("IMP0037")),
        case("an entity that nobody declared", "<REQUEST><CONTENT><BIOS><SSN>&f;</SSN></BIOS></CONTENT></REQUEST>", Refused("IMP0036")),
        case("ends that do not match", "<REQUEST><CONTENT></REQUEST></CONTENT>", Refused("IMP0036")),
        case("an element that does not end", "<REQUEST><CONTENT>", Refused("IMP0036")),
        case("100 elements deep", "<REQUEST>".repeat(100), Refused("IMP0035")),
        case("100,000 elements deep", "<a>".repeat(100_000), Refused("IMP0035")),
        case("a text of 1 MiB", format!("<REQUEST><CONTENT><X>{}</X></CONTENT></REQUEST>", "x".repeat(1024 * 1024)), Refused("IMP0036")),
        case("an attribute of 1 MiB", format!("<REQUEST a=\"{}\"><CONTENT/></REQUEST>", "x".repeat(1024 * 1024)), Refused("IMP0036")),
        case("a comment of 1 MiB", format!("<REQUEST><!--{}--><CONTENT/></REQUEST>", "x".repeat(1024 * 1024)), Refused("IMP0036")),
        case("another document", "<inventory><pc/></inventory>", Refused("IMP0012")),
        case("only a declaration", "<?xml version=\"1.0\"?>", Refused("IMP0036")),
        case("a request without content", "<REQUEST><QUERY>PROLOG</QUERY></REQUEST>", Refused("IMP0012")),
        case("Windows-1252", OCS.replace("HP 280", "HP \u{e9}").chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect::<Vec<u8>>(), Rows(1, 0, "IMP0011")),
        case("a section of characters", OCS.replace("ABC123", "<![CDATA[ABC123]]>"), Rows(1, 0, "")),
    ]);
    cases.extend(cuts("OCS", OCS.as_bytes(), 20));
}

fn blocks(cases: &mut Vec<Case>) {
    let header = [0_u8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0];
    let mut block = header.to_vec();
    block.resize(128, 0);
    let with_sum = |mut block: Vec<u8>| {
        block[127] = 0;
        let sum = block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        block[127] = 0_u8.wrapping_sub(sum);
        block
    };
    let full = with_sum([&header[..], &[0xFF; 120]].concat());
    cases.extend([
        case("eight bytes of EDID", header.to_vec(), Refused("IMP0040")),
        case("127 bytes of EDID", block[..127].to_vec(), Refused("IMP0040")),
        case("a wrong checksum", block.clone(), Refused("IMP0040")),
        case("a block of zeros", with_sum(block.clone()), Rows(0, 1, "IMP0110")),
        case("a block of ones", full, Rows(0, 1, "IMP0123")),
        case("an odd number of digits", "00ffffffffffff000", Refused("IMP0040")),
        case("digits that are none", "00ffffffffffff00zz", Refused("IMP0040")),
        case("base64 with marks", "AP///////wBN*EkU", Refused("IMP0040")),
        case("half of an extension", [with_sum(block), vec![1; 60]].concat(), Refused("IMP0040")),
        case("dmidecode of nothing", "# dmidecode 3.3\n# No SMBIOS nor DMI entry point found, sorry.\n", Refused("IMP0041")),
        case("dmidecode of only a BIOS", "# dmidecode 3.3\nHandle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n\tVendor: x\n", Refused("IMP0041")),
        case("dmidecode without identifiers", "# dmidecode\nHandle 0x1, DMI type 1, 27 bytes\nSystem Information\n\tProduct Name: x\n\tSerial Number: Not Specified\n", Rows(0, 1, "IMP0110")),
        case("dmidecode with a type of 99999", "# dmidecode\nHandle 0x1, DMI type 99999, 27 bytes\nx\n", Refused("IMP0041")),
        case("dmidecode of 100,000 modules", format!("# dmidecode\nHandle 0x1, DMI type 1, 27 bytes\nSystem\n\tSerial Number: A1B2\n\tProduct Name: OptiPlex 3\nHandle 0x2, DMI type 3, 1 bytes\nChassis\n\tType: Desktop\n{}", "Handle 0x3, DMI type 17, 1 bytes\nMemory\n\tSize: 999999999999999999 GB\n".repeat(100_000)), Rows(1, 0, "")),
    ]);
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    json(&mut all);
    xml(&mut all);
    blocks(&mut all);
    all
}
