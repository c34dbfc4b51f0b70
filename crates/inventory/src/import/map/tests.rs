use diagnostic::Source;

use super::read_map;
use crate::import::{DateOrder, Input, read_assets};
use crate::vocabulary::ClassCatalogue;

const MAP: &str = r#"
name = "test"
empty = ["Not Specified"]
date_format = "mm/dd/yyyy"

[[skip]]
column = "state"
equals = ["retired"]

[[class_from]]
column = "chassis"
contains = ["notebook", "laptop"]
class = "laptop"

[[class_from]]
class = "desktop"

[fields]
asset_tag = "id"
ram_gib = { column = "ram_mb", from = "MB" }
firmware_date = "bios"
uefi = { column = "fw", table = { UEFI = true, Legacy = false } }
cpu = { columns = ["cpu", "cpu2"], optional = true }
disk_gb = { column = "disk", suffix = "GB", on_bad = "reject" }
owner = { value = "QZ1" }
"#;

fn read(map: &str, csv: &str) -> (Vec<String>, Vec<String>) {
    let classes = ClassCatalogue::shipped();
    let (map, problems) = read_map(&Source::new("map.toml", map), &classes);
    assert!(problems.is_empty(), "{problems:?}");
    let input = Input { name: "in.csv".into(), reader: csv.as_bytes() };
    let (rows, problems) = read_assets(input, &classes, Some(&map), DateOrder::Iso);
    let rows = rows
        .iter()
        .map(|row| {
            let values: Vec<String> = row
                .values
                .iter()
                .map(|(field, value)| format!("{field}={}", value.to_text(field.kind())))
                .collect();
            let class = row.class.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{} {class} {}", row.tag.as_ref().unwrap(), values.join(" "))
        })
        .collect();
    let problems = problems
        .iter()
        .map(|problem| {
            format!("{} {} {}", problem.code, problem.place.as_ref().unwrap(), problem.message)
        })
        .collect();
    (rows, problems)
}

#[test]
fn columns_are_translated_and_unreadable_facts_stay_unknown() {
    let (rows, problems) = read(
        MAP,
        "id,state,chassis,ram_mb,bios,fw,cpu,disk\n\
         A1,live,Notebook PC,8192,01/21/2019,UEFI,Not Specified,256GB\n\
         A2,retired,,,,,,\n\
         A3,live,Tower,many,1/2/19,Open,i5,500 GB\n\
         A4,live,Tower,,,,,lots\n",
    );
    assert_eq!(
        rows,
        [
            "A1 laptop owner=QZ1 ram_gib=8 disk_gb=256 uefi=true firmware_date=2019-01-21",
            "A3 desktop owner=QZ1 disk_gb=500 cpu=i5",
        ]
    );
    assert_eq!(
        problems,
        [
            "IMP0122 in.csv:4:ram_mb expected a number of GiB, found `many`; `ram_gib` is left unknown",
            "IMP0122 in.csv:4:fw `Open` has no entry in the map's table of uefi; `uefi` is left unknown",
            "IMP0122 in.csv:4:bios expected a date written mm/dd/yyyy, found `1/2/19`; `firmware_date` is left unknown",
            "IMP0119 in.csv:5:disk expected a number of GB, found `lots`",
        ]
    );
}

#[test]
fn every_problem_of_a_map_is_reported_with_its_place() {
    let text = "datefmt = \"x\"\non_bad = \"drop\"\n[fields]\nram_gb = \"ram\"\n\
                ram_gib = { column = \"r\", from = \"furlong\" }\n\
                firmware_date = { column = \"b\", date = \"dd/mm\" }\n\
                class = { column = \"c\", table = { PC = \"dekstop\" } }\n\
                site = { column = \"s\", value = \"A81001\" }\n";
    let (_, problems) = read_map(&Source::new("m.toml", text), &ClassCatalogue::shipped());
    let found: Vec<String> = problems
        .iter()
        .map(|problem| format!("{} {}", problem.code, problem.place.as_ref().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            "IMP0923 m.toml",
            "IMP0912 m.toml:1:1",
            "IMP0915 m.toml:2:10",
            "IMP0922 m.toml:4:1",
            "IMP0924 m.toml:5:34",
            "IMP0925 m.toml:6:40",
            "IMP0915 m.toml:7:40",
            "IMP0915 m.toml:8:8",
        ]
    );
}

#[test]
fn a_column_that_the_file_lacks_refuses_it() {
    let (rows, problems) =
        read("[fields]\nasset_tag = \"Asset Tag\"\nmodel = \"Model\"\n", "asset tag,Modell\nA,B\n");
    assert_eq!(rows, Vec::<String>::new());
    assert_eq!(
        problems,
        ["IMP0921 in.csv:1 the map reads a column `Model` that the file does not have"]
    );
}
