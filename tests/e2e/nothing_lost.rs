//! Rows and files that a slip or a full disk must not lose.

use crate::runner::Estate;

const ORGANISATIONS: &str =
    "ods_code,name,kind,parent\nQZ1,Invented Board,icb,\nZ00001,Mill Lane,practice,QZ1\n";

fn estate() -> Estate {
    let estate = Estate::new();
    estate.write("organisations.csv", ORGANISATIONS);
    estate.line("import organisations.csv").ok();
    estate
}

#[test]
fn rejected_rows_keep_the_layout_that_their_map_describes() {
    let estate = estate();
    estate.write(
        "export.csv",
        "Devices of 2026\n\nName;Kind;Site\nA1;desktop;Z00001\nA2;dektop;Z00001\n",
    );
    estate.write(
        "map.toml",
        "delimiter = \";\"\nheader_row = 3\n\n[fields]\nasset_tag = \"Name\"\nclass = \"Kind\"\nsite = \"Site\"\n",
    );
    let import = "import --map map.toml --on-error skip --rejects rejected.csv";
    estate.line(&format!("{import} export.csv")).code(1);
    let rejected = estate.read("rejected.csv");
    assert!(rejected.contains("A2;dektop;Z00001;"), "{rejected}");
    estate.write("mended.csv", rejected.replace(";dektop;", ";desktop;"));
    estate.line("import mended.csv --map map.toml").ok();
    assert_eq!(estate.line("assets count").ok().stdout.trim(), "2");
}

#[test]
fn a_file_of_rejected_rows_replaces_only_another_one() {
    let estate = estate();
    estate.write("bad.csv", "asset_tag,class,site\nA1,dektop,Z00001\n");
    estate.write("notes.csv", "precious\n");
    let refused = estate.line("import bad.csv --on-error skip --rejects notes.csv").code(2);
    assert!(refused.stderr.contains("CLI0008"), "{}", refused.stderr);
    assert_eq!(estate.read("notes.csv"), "precious\n");
    estate.line("import bad.csv --on-error skip --rejects rejected.csv").code(1);
    let rejected = estate.read("rejected.csv");
    estate.write("none.csv", "nothing like a register\n");
    estate.line("import none.csv --rejects rejected.csv").code(2);
    assert_eq!(estate.read("rejected.csv"), rejected, "a file that is refused changes no other");
}

#[test]
fn one_serial_number_is_one_device() {
    let estate = estate();
    let row = "asset_tag,serial_number,class,site\n";
    estate.write("first.csv", format!("{row}A1,SN-1,monitor,Z00001\n"));
    estate.line("import first.csv").ok();
    estate.write("second.csv", format!("{row}A2,SN-1,desktop,Z00001\n"));
    let refused = estate.line("import second.csv").code(1);
    assert!(refused.stderr.contains("belongs to `A1`, a monitor"), "{}", refused.stderr);
    assert!(estate.line("assets list").ok().stdout.contains("monitor"));
}

#[test]
fn accents_of_an_older_encoding_lose_no_row() {
    let estate = Estate::new();
    let mut bytes = b"ods_code,name,kind,parent\nQZ1,Invented Board,icb,\nZ00001,Caf".to_vec();
    bytes.push(0xe9);
    bytes.extend(b" Surgery,practice,QZ1\n");
    estate.write("organisations.csv", bytes);
    estate.line("import organisations.csv").ok();
    let shown = estate.line("orgs show Z00001").ok();
    assert!(shown.stdout.contains("QZ1") && shown.stderr.contains("Café"), "{shown:?}");
}

#[test]
fn damaged_text_is_refused_and_not_guessed() {
    let estate = estate();
    let text: Vec<u8> = "asset_tag,class,site\nA1,desktop,Z00001\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let whole = [&[0xff, 0xfe][..], &text].concat();
    estate.write("whole.csv", &whole);
    estate.write("cut.csv", &whole[..whole.len() - 1]);
    let refused = estate.line("import cut.csv").code(2);
    assert!(refused.stderr.contains("not whole UTF-16"), "{}", refused.stderr);
    assert_eq!(estate.line("assets count").ok().stdout.trim(), "0");
    estate.line("import whole.csv").ok();
}

#[cfg(unix)]
#[test]
fn a_pipe_is_written_and_not_replaced() {
    let estate = estate();
    let made = std::process::Command::new("mkfifo").arg(estate.path("pipe")).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    let pipe = estate.path("pipe");
    let reader = std::thread::spawn(move || std::fs::read_to_string(pipe));
    estate.line("orgs list --format csv -o pipe").ok();
    let read = reader.join().expect("the reader ends").expect("the pipe is read");
    assert!(read.contains("Mill Lane"), "{read}");
}

#[test]
fn a_result_that_cannot_be_written_stops_the_work_before_it_begins() {
    let estate = estate();
    estate.write("assets.csv", "asset_tag,class,site\nA1,desktop,Z00001\n");
    estate.line("import assets.csv --json -o nowhere/result.json").code(2);
    assert_eq!(estate.line("assets count").ok().stdout.trim(), "0");
}
