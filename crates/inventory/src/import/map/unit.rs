//! Units that columns of others are in.

use rust_decimal::Decimal;

use crate::catalogue::{Field, Kind, Unit};

/// The units that a field's column may be in; empty when the field is no number with a unit.
pub(super) fn names(field: Field) -> Vec<&'static str> {
    table(field).into_iter().map(|(name, _)| name).collect()
}

/// How many of the field's units one of the named units is.
pub(in crate::import) fn factor(field: Field, name: &str) -> Option<Decimal> {
    table(field).into_iter().find(|(known, _)| *known == name).map(|(_, factor)| factor)
}

fn table(field: Field) -> Vec<(&'static str, Decimal)> {
    let parts = |number: i64, of: i64| {
        Decimal::from(number).checked_div(Decimal::from(of)).unwrap_or_default()
    };
    match field.kind() {
        // Memory is made and reported in powers of two, whatever the letters say.
        Kind::Number(unit) if unit == Unit::GIB => vec![
            ("B", parts(1, 1 << 30)),
            ("kB", parts(1, 1 << 20)),
            ("KiB", parts(1, 1 << 20)),
            ("MB", parts(1, 1 << 10)),
            ("MiB", parts(1, 1 << 10)),
            ("GB", Decimal::ONE),
            ("GiB", Decimal::ONE),
            ("TB", parts(1024, 1)),
            ("TiB", parts(1024, 1)),
        ],
        Kind::Number(unit) if unit == Unit::GB => vec![
            ("B", parts(1, 1_000_000_000)),
            ("kB", parts(1, 1_000_000)),
            ("KiB", parts(1 << 10, 1_000_000_000)),
            ("MB", parts(1, 1_000)),
            ("MiB", parts(1 << 20, 1_000_000_000)),
            ("GB", Decimal::ONE),
            ("GiB", parts(1 << 30, 1_000_000_000)),
            ("TB", parts(1_000, 1)),
            ("TiB", parts(1 << 40, 1_000_000_000)),
        ],
        Kind::Number(unit) if unit == Unit::INCH => {
            vec![("in", Decimal::ONE), ("cm", parts(100, 254)), ("mm", parts(10, 254))]
        }
        Kind::Number(unit) if unit == Unit::PERCENT => {
            vec![("%", Decimal::ONE), ("fraction", Decimal::ONE_HUNDRED)]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::prelude::ToPrimitive as _;

    #[test]
    fn conversions_are_exact_to_the_step() {
        let steps = |field: Field, unit: &str, number: i64| {
            let Kind::Number(own) = field.kind() else { return None };
            own.to_steps(Decimal::from(number) * factor(field, unit)?).ok()
        };
        assert_eq!(steps(Field::RamGib, "B", 8_589_934_592), Some(8192));
        assert_eq!(steps(Field::RamGib, "kB", 8_388_608), Some(8192));
        assert_eq!(steps(Field::RamGib, "MB", 7_680), Some(7680));
        assert_eq!(steps(Field::DiskGb, "B", 256_060_514_304), Some(256_061));
        assert_eq!(steps(Field::DiskGb, "GiB", 238), Some(255_551));
        assert_eq!(steps(Field::DiagonalIn, "cm", 61), Some(240));
        assert_eq!(factor(Field::Cores, "B"), None);
        assert!(factor(Field::BatteryPercent, "fraction").and_then(|f| f.to_i64()) == Some(100));
    }
}
