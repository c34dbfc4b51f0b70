//! A small document of each format, written by hand, and what it says.

use super::*;
use crate::import::input::InputBytes;
use crate::import::tree::{JsonItems, read_xml};

fn said(format: DeviceFormat, node: &Node) -> (String, Vec<String>) {
    assert_eq!(DeviceFormat::recognise(node), Some(format));
    let found = format.observe(node, 1, &Placeholders::shipped());
    assert!(found.unreadable.is_empty(), "{:?}", found.unreadable);
    let mut cells: Vec<(Field, String)> = found.cells;
    cells.sort();
    let cells: Vec<String> = cells.iter().map(|(field, text)| format!("{field}={text}")).collect();
    (cells.join("; "), found.software.into_iter().map(|program| program.name).collect())
}

fn json(format: DeviceFormat, text: &str) -> (String, Vec<String>) {
    let mut items = JsonItems::new(InputBytes::new(text.as_bytes()));
    said(format, &items.next().unwrap().unwrap().node)
}

const GLPI_SAYS: &str = "asset_tag=T0001; serial_number=5CG1234XYZ; class=laptop; manufacturer=HP; model=HP EliteBook 840 G5; os=windows-11; \
    os_edition=enterprise-education; os_build=22631.3007; ram_gib=16; ram_visible_gib=15.625; disk_gb=512.11; disk_type=nvme; \
    cpu=Intel(R) Core(TM) i5-8350U; cores=4; secure_boot=true; firmware_version=Q78 Ver. 01.20; firmware_date=2023-02-06; \
    antivirus_date=2026-10-30; last_seen=2026-11-02";

#[test]
fn glpi_and_ocs_say_the_same_in_json_and_xml() {
    let json = json(
        DeviceFormat::Glpi,
        r#"{"deviceid":"x","itemtype":"Computer","content":{
            "accesslog":{"logdate":"2026-11-02 08:00:00"},
            "antivirus":[{"name":"A","base_creation":"2026-10-30"}],
            "bios":{"assettag":"T0001","ssn":"5CG1234XYZ","smanufacturer":"HP","smodel":"HP EliteBook 840 G5","bversion":"Q78 Ver. 01.20","bdate":"2023-02-06","secure_boot":"enabled","msn":"PBOARD"},
            "cpus":[{"name":"Intel(R) Core(TM)  i5-8350U","core":4}],
            "hardware":{"chassis_type":"Notebook","memory":16000},
            "memories":[{"capacity":8192},{"capacity":8192}],
            "operatingsystem":{"full_name":"Microsoft Windows 11 Enterprise","kernel_version":"10.0.22631.3007"},
            "softwares":[{"name":"7-Zip 22.01 (x64)","version":"22.01"},{"name":"KB5031354","system_category":"update"}],
            "storages":[{"disksize":512110,"interface":"NVMe","model":"KXG60"},{"disksize":2000000,"interface":"USB"}]}}"#,
    );
    assert_eq!(json, (GLPI_SAYS.to_owned(), vec!["7-Zip".to_owned()]));
    let xml = read_xml(
        "<REQUEST><CONTENT><ACCESSLOG><LOGDATE>2026-11-02 08:00:00</LOGDATE></ACCESSLOG>\
         <ANTIVIRUS><NAME>A</NAME><BASE_CREATION>2026-10-30</BASE_CREATION></ANTIVIRUS>\
         <BIOS><ASSETTAG>T0001</ASSETTAG><SSN>5CG1234XYZ</SSN><SMANUFACTURER>HP</SMANUFACTURER><SMODEL>HP EliteBook 840 G5</SMODEL>\
         <BVERSION>Q78 Ver. 01.20</BVERSION><BDATE>02/06/2023</BDATE><SECURE_BOOT>enabled</SECURE_BOOT></BIOS>\
         <CPUS><NAME>Intel(R) Core(TM) i5-8350U</NAME><CORE>4</CORE></CPUS>\
         <HARDWARE><CHASSIS_TYPE>Notebook</CHASSIS_TYPE><MEMORY>16000</MEMORY></HARDWARE>\
         <MEMORIES><CAPACITY>8192</CAPACITY></MEMORIES><MEMORIES><CAPACITY>8192</CAPACITY></MEMORIES>\
         <OPERATINGSYSTEM><FULL_NAME>Microsoft Windows 11 Enterprise</FULL_NAME><KERNEL_VERSION>10.0.22631.3007</KERNEL_VERSION></OPERATINGSYSTEM>\
         <SOFTWARES><NAME>7-Zip 22.01 (x64)</NAME><VERSION>22.01</VERSION></SOFTWARES>\
         <STORAGES><DISKSIZE>512110</DISKSIZE><INTERFACE>NVMe</INTERFACE></STORAGES></CONTENT></REQUEST>",
    );
    assert_eq!(
        said(DeviceFormat::Glpi, &xml.unwrap()),
        (GLPI_SAYS.to_owned(), vec!["7-Zip".to_owned()])
    );
}

#[test]
fn a_printer_that_was_asked_over_the_network() {
    let (cells, _) = json(
        DeviceFormat::Glpi,
        r#"{"itemtype":"Printer","content":{"network_device":{"serial":"PHC1","manufacturer":"HP","model":"LaserJet M507","firmware":"24"}}}"#,
    );
    assert_eq!(
        cells,
        "serial_number=PHC1; class=printer; manufacturer=HP; model=LaserJet M507; firmware_version=24"
    );
}

#[test]
fn osquery_gathers_tables_of_texts() {
    let (cells, programs) = json(
        DeviceFormat::Osquery,
        r#"{"system_info":[{"hardware_serial":"PF1ABCDE","hardware_vendor":"LENOVO","hardware_model":"20L6S4QX11","hardware_version":"ThinkPad T480","physical_memory":"17038053376","cpu_brand":"i5","cpu_physical_cores":"4"}],
            "os_version":{"name":"Microsoft Windows 10 Pro","version":"10.0.19045"},
            "tpm_info":[{"spec_version":"2.0, 0, 1.38","enabled":"1","activated":"1"}],
            "bitlocker_info":[{"protection_status":"1"},{"protection_status":"0"}],
            "secureboot":[{"secure_boot":"1"}],
            "platform_info":{"version":"N24","date":"08/25/2020","firmware_type":"uefi"},
            "software":[{"name":"EMIS Web","version":""}]}"#,
    );
    assert_eq!(
        cells,
        "serial_number=PF1ABCDE; class=laptop; manufacturer=LENOVO; model=ThinkPad T480; os=windows-10; os_edition=home-pro; \
         os_build=19045; ram_visible_gib=15.867924; cpu=i5; cores=4; tpm_version=2.0; tpm_state=on; uefi=true; secure_boot=true; \
         firmware_version=N24; firmware_date=2020-08-25; encryption=partial"
    );
    assert_eq!(programs, ["EMIS Web"]);
}

#[test]
fn fleet_snipe_it_and_lshw() {
    let (fleet, _) = json(
        DeviceFormat::Fleet,
        r#"{"hosts":[{"hardware_serial":"A1","hardware_vendor":"Dell Inc.","hardware_model":"OptiPlex 7010","memory":8589934592,"os_version":"Windows 11 Pro 23H2","build":"22631","disk_encryption_enabled":true,"seen_time":"2026-11-01T06:03:39Z"}]}"#,
    );
    assert_eq!(
        fleet,
        "serial_number=A1; class=desktop; manufacturer=Dell Inc.; model=OptiPlex 7010; os=windows-11; os_edition=home-pro; \
         os_build=22631; ram_gib=8; ram_visible_gib=8; encryption=on; last_seen=2026-11-01"
    );
    let (snipe, _) = json(
        DeviceFormat::SnipeIt,
        r#"{"total":1,"rows":[{"asset_tag":"T1","serial":"S1","model":{"name":"Latitude 5420"},"category":{"name":"Laptops"},"manufacturer":{"name":"Dell"},
            "status_label":{"name":"Ready","status_type":"deployable","status_meta":"deployed"},"location":{"name":"A81001 High Street"},
            "purchase_date":{"date":"2021-03-01"},"purchase_cost":"1,234.56","warranty_expires":{"date":"2024-03-01"}}]}"#,
    );
    assert_eq!(
        snipe,
        "asset_tag=T1; serial_number=S1; class=laptop; manufacturer=Dell; model=Latitude 5420; site=A81001; status=deployed; \
         purchase_date=2021-03-01; purchase_cost=1234.56; warranty_end=2024-03-01"
    );
    let (lshw, _) = json(
        DeviceFormat::Lshw,
        r#"[{"id":"pc","class":"system","vendor":"LENOVO","product":"3493BAG (LENOVO_MT_3493)","version":"ThinkCentre Edge72","serial":"PB357N0",
            "configuration":{"chassis":"desktop","sku":"LENOVO_MT_3493"},"children":[
              {"id":"firmware","class":"memory","version":"F1","date":"08/25/2012","capabilities":{"uefi":"yes"}},
              {"id":"memory","class":"memory","description":"System Memory","children":[{"class":"memory","units":"bytes","size":2147483648},{"class":"memory"}]},
              {"id":"disk","class":"disk","description":"SCSI Disk","vendor":"USB","units":"bytes","size":1000},
              {"id":"disk","class":"disk","description":"ATA Disk","product":"SSD 850","units":"bytes","size":250059350016}]}]"#,
    );
    assert_eq!(
        lshw,
        "serial_number=PB357N0; class=desktop; manufacturer=LENOVO; model=ThinkCentre Edge72; ram_gib=2; disk_gb=250.059; disk_type=ssd; \
         uefi=true; firmware_version=F1; firmware_date=2012-08-25"
    );
}
