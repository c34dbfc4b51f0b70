//! Formats by name.

use super::device::DeviceFormat;
use super::shape::Shape;
use crate::vocabulary::words;

words!(
    /// Whose format a file is in.
    Preset,
    "a preset: auto, refit, generic, intune, snipe-it, glpi, ocs, osquery, fleet, lansweeper, configmgr, dmidecode, lshw, edid or epraccur",
    {
        /// Told by the file itself.
        Auto => "auto",
        /// Our own files.
        Refit => "refit",
        /// Columns by the names that people mostly give them.
        Generic => "generic",
        /// Exports of Microsoft Intune.
        Intune => "intune",
        /// Exports and the API of Snipe-IT.
        SnipeIt => "snipe-it",
        /// Inventories of GLPI agents.
        Glpi => "glpi",
        /// Inventories of OCS and `FusionInventory` agents.
        Ocs => "ocs",
        /// Host details of osquery.
        Osquery => "osquery",
        /// Hosts of Fleet.
        Fleet => "fleet",
        /// Reports of Lansweeper.
        Lansweeper => "lansweeper",
        /// Reports of Microsoft Configuration Manager.
        Configmgr => "configmgr",
        /// What dmidecode prints.
        Dmidecode => "dmidecode",
        /// What `lshw -json` prints.
        Lshw => "lshw",
        /// What monitors say of themselves.
        Edid => "edid",
        /// GP practices of the Organisation Data Service.
        Epraccur => "epraccur",
    }
);

impl Preset {
    /// Whether files of this form can be of the format.
    pub(super) fn fits(self, shape: Shape) -> bool {
        match shape {
            Shape::Delimited | Shape::Workbook => matches!(
                self,
                Self::Auto
                    | Self::Refit
                    | Self::Generic
                    | Self::Intune
                    | Self::SnipeIt
                    | Self::Lansweeper
                    | Self::Configmgr
                    | Self::Epraccur
            ),
            Shape::Json => matches!(
                self,
                Self::Auto
                    | Self::Refit
                    | Self::SnipeIt
                    | Self::Glpi
                    | Self::Osquery
                    | Self::Fleet
                    | Self::Lshw
            ),
            Shape::Xml => matches!(self, Self::Auto | Self::Glpi | Self::Ocs),
            Shape::Dmidecode => matches!(self, Self::Auto | Self::Dmidecode),
            Shape::Edid => matches!(self, Self::Auto | Self::Edid),
            Shape::OldWorkbook => true,
        }
    }

    /// The preset of a document's format.
    pub(super) fn of_devices(format: DeviceFormat) -> Self {
        match format {
            DeviceFormat::SnipeIt => Self::SnipeIt,
            DeviceFormat::Glpi => Self::Glpi,
            DeviceFormat::Osquery => Self::Osquery,
            DeviceFormat::Fleet => Self::Fleet,
            DeviceFormat::Lshw => Self::Lshw,
        }
    }
}
