//! What a failed search says, in the numbers of the problem folder (holders and assets by index, years from 1).

use std::fmt;

use super::{Conflict, ConflictReason, Resource, Shortfall};

impl Resource {
    /// An amount of the resource for people: pounds, or hours.
    fn phrase(self, amount: i64) -> String {
        match self {
            Self::Money => format!("£{}", inventory::Money::from_pence(amount)),
            Self::Stream(s) => {
                format!("£{} of stream {s}", inventory::Money::from_pence(amount))
            }
            Self::Minimum(s) => {
                format!(
                    "£{} of the least spend of stream {s}",
                    inventory::Money::from_pence(amount)
                )
            }
            Self::Change(s) => {
                format!("£{} of the change of stream {s}", inventory::Money::from_pence(amount))
            }
            Self::Order(pair) => format!("the order of pair {pair}"),
            Self::Failing(site) => format!("{amount} failing devices of site {site}"),
            Self::Pool(p) => format!("{amount} devices of pool {p}"),
            Self::Hours => {
                let quarters = amount.rem_euclid(4);
                let part = quarters.saturating_mul(25);
                format!("{}.{part:02} engineer hours", amount.div_euclid(4))
            }
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.demands.len();
        let noun = if count == 1 { "demand" } else { "demands" };
        write!(f, "holder {}: {count} {noun} cannot be met together", self.holder)?;
        match &self.reason {
            ConflictReason::NoOption => {
                write!(f, ": lock, earliest and latest year leave no option")?;
            }
            ConflictReason::TooLarge { resource, year, needed, available } => write!(
                f,
                ": in year {year} it takes {} and there is {}",
                resource.phrase(*needed),
                resource.phrase(*available)
            )?,
            ConflictReason::Window { resource, from, to, needed, needed_in_all, available } => {
                write!(
                    f,
                    " in years {from} to {to}: they take at least {} and there is {}; all that must be replaced \
                     there is {} short",
                    resource.phrase(*needed),
                    resource.phrase(*available),
                    resource.phrase(needed_in_all.saturating_sub(*available))
                )?;
            }
            ConflictReason::Combination { weights, needed, available } => write!(
                f,
                ": a weighted sum of {} limits needs {needed} and has {available}",
                weights.len()
            )?,
            ConflictReason::Exhausted { tried } => write!(f, ": all {tried} ways were tried")?,
        }
        let listed: Vec<String> = self.demands.iter().take(10).map(ToString::to_string).collect();
        write!(f, " (assets {}", listed.join(", "))?;
        let rest = count.saturating_sub(listed.len());
        if rest > 0 {
            write!(f, " and {rest} more")?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "holder {}: no schedule was found, and none was ruled out; the nearest is over by",
            self.holder
        )?;
        for (index, (resource, year, amount)) in self.over.iter().enumerate() {
            let separator = if index == 0 { " " } else { ", " };
            write!(f, "{separator}{} in year {year}", resource.phrase(*amount))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_says_who_when_and_how_much() {
        let conflict = Conflict {
            holder: 3,
            demands: vec![4, 9],
            reason: ConflictReason::Window {
                resource: Resource::Money,
                from: 1,
                to: 2,
                needed: 150_000,
                needed_in_all: 150_000,
                available: 100_050,
            },
        };
        assert_eq!(
            conflict.to_string(),
            "holder 3: 2 demands cannot be met together in years 1 to 2: they take at least £1500.00 and there is \
             £1000.50; all that must be replaced there is £499.50 short (assets 4, 9)"
        );
    }

    #[test]
    fn hours_are_shown_in_quarters() {
        let shortfall = Shortfall { holder: 0, over: vec![(Resource::Hours, 2, 7)] };
        assert!(shortfall.to_string().ends_with("over by 1.75 engineer hours in year 2"));
    }
}
