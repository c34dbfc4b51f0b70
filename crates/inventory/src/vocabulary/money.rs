//! Pounds and pence, exactly.

use std::fmt;
use std::str::FromStr;

use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

/// An amount in pence, exact; negative amounts are allowed (credits, shortfalls).
///
/// Printed and parsed as pounds with two decimals, `1234.50`. Decimals enter and leave only through the named roundings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Money(i64);

/// Why an amount cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Not a plain decimal number of pounds.
    #[error("expected an amount in pounds such as 1234.50, without a currency sign or separators")]
    Malformed,
    /// More than two digits after the point.
    #[error("expected at most two digits after the point")]
    TooPrecise,
    /// Beyond what integer pence can hold.
    #[error("the amount is too large")]
    TooLarge,
}

impl Money {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// An amount given in pence.
    pub const fn from_pence(pence: i64) -> Self {
        Self(pence)
    }

    /// The amount in pence.
    pub const fn pence(self) -> i64 {
        self.0
    }

    /// The sum, unless it overflows.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, unless it overflows.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The amount `count` times, unless it overflows.
    pub fn checked_times(self, count: i64) -> Option<Self> {
        self.0.checked_mul(count).map(Self)
    }

    /// The sum of many amounts, unless it overflows.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// The amount in pounds.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// The nearest penny to a decimal number of pounds, a half penny going away from zero (as VAT invoices round).
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] beyond about 92 quadrillion pounds.
    pub fn half_up(pounds: Decimal) -> Result<Self, MoneyError> {
        let pence = pounds
            .checked_mul(Decimal::ONE_HUNDRED)
            .ok_or(MoneyError::TooLarge)?
            .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        pence.to_i64().map(Self).ok_or(MoneyError::TooLarge)
    }

    /// This amount times a rate (VAT, inflation index, recoverable share), rounded by [`Money::half_up`].
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when the product does not fit.
    pub fn times_rate_half_up(self, rate: Decimal) -> Result<Self, MoneyError> {
        Self::half_up(self.to_decimal().checked_mul(rate).ok_or(MoneyError::TooLarge)?)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", magnitude.div_euclid(100), magnitude.rem_euclid(100))
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (pounds, pence) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if pounds.is_empty() || !numeric(pounds) || !numeric(pence) || digits.ends_with('.') {
            return Err(MoneyError::Malformed);
        }
        if pence.len() > 2 {
            return Err(MoneyError::TooPrecise);
        }
        let whole: i64 = pounds.parse().map_err(|_| MoneyError::TooLarge)?;
        let part: i64 = format!("{pence:0<2}").parse().map_err(|_| MoneyError::Malformed)?;
        let magnitude = whole
            .checked_mul(100)
            .and_then(|whole| whole.checked_add(part))
            .ok_or(MoneyError::TooLarge)?;
        Ok(Self(if digits.len() < text.len() { magnitude.saturating_neg() } else { magnitude }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_parse_exactly_or_not_at_all() {
        assert_eq!("1234.5".parse(), Ok(Money::from_pence(123_450)));
        assert_eq!("-0.07".parse(), Ok(Money::from_pence(-7)));
        assert_eq!("12".parse(), Ok(Money::from_pence(1200)));
        assert_eq!("1.005".parse::<Money>(), Err(MoneyError::TooPrecise));
        for bad in ["", "£5", "1,234", "1.", ".5", "1e3", "--1", " 1"] {
            assert_eq!(bad.parse::<Money>(), Err(MoneyError::Malformed), "{bad:?}");
        }
        assert_eq!("99999999999999999999".parse::<Money>(), Err(MoneyError::TooLarge));
    }

    #[test]
    fn half_pennies_go_away_from_zero() {
        let rate = |text: &str| Decimal::from_str_exact(text).unwrap_or_default();
        assert_eq!(
            Money::from_pence(235).times_rate_half_up(rate("0.1")),
            Ok(Money::from_pence(24))
        );
        assert_eq!(
            Money::from_pence(-235).times_rate_half_up(rate("0.1")),
            Ok(Money::from_pence(-24))
        );
        assert_eq!(
            Money::from_pence(51_667).times_rate_half_up(rate("0.2")),
            Ok(Money::from_pence(10_333))
        );
    }

    proptest! {
        #[test]
        fn printing_then_parsing_is_the_identity(pence in (i64::MIN + 1)..i64::MAX) {
            let money = Money::from_pence(pence);
            prop_assert_eq!(money.to_string().parse(), Ok(money));
        }
    }
}
