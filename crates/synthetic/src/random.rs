//! Random numbers that depend on a seed and on what they are drawn for, and on nothing else.
//!
//! A [`Rng`] is `SplitMix64` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014) started from a mix
//! of the seed, a [`Subject`] and the subject's index. Two subjects never share a sequence by construction of their order of
//! writing, so adding a file or a column family changes no other one.
//!
//! Drawing from `n` takes the high half of a 64 x 64 bit product; its bias is at most `n` / 2^64.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "products of 64-bit numbers are taken in 128 bits and their halves are meant"
)]

/// What numbers are drawn for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub enum Subject {
    /// Sizes of budget holders.
    Holder = 1,
    /// A practice.
    Practice = 2,
    /// A primary care network.
    Network = 3,
    /// A site with devices.
    Site = 4,
    /// Devices of one class that a site bought in one year.
    Batch = 5,
    /// One device.
    Device = 6,
    /// Money of a holder in a year.
    Envelope = 7,
    /// Deliberate faults.
    Dirt = 8,
    /// The site of a given device.
    Assignment = 9,
    /// Deadlines, pins and exclusions.
    Pin = 10,
}

/// A length or position as a number to draw with.
pub const fn number_of(length: usize) -> u64 {
    length as u64
}

/// A sequence of numbers.
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

impl Rng {
    /// The sequence of a seed, a subject and its index.
    pub const fn new(seed: u64, subject: Subject, index: u64) -> Self {
        let subject = mix((subject as u64).wrapping_mul(GOLDEN));
        Self { state: mix(seed ^ subject).wrapping_add(mix(index.wrapping_add(GOLDEN))) }
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// A number from 0 to `count` - 1; 0 when `count` is 0.
    pub const fn below(&mut self, count: u64) -> u64 {
        (((self.bits() as u128) * (count as u128)) >> 64) as u64
    }

    /// A number from `low` to `high`, both included; `low` when the two are reversed.
    pub const fn between(&mut self, low: u64, high: u64) -> u64 {
        low.saturating_add(self.below(high.saturating_sub(low).saturating_add(1)))
    }

    /// True in `permille` of a thousand cases.
    pub const fn permille(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// One of several values, by weight.
    pub fn pick<T: Copy>(&mut self, choices: &Choices<T>) -> T {
        choices.at(self.below(choices.total))
    }

    /// One of several values, or the first when there are none to choose from.
    pub fn one_of<'a>(&mut self, words: &'a [String]) -> &'a str {
        let at = usize::try_from(self.below(words.len() as u64)).unwrap_or_default();
        words.get(at).map_or("", String::as_str)
    }
}

/// Values with weights; at least one value, and a positive sum of weights.
#[derive(Clone, Debug)]
pub struct Choices<T> {
    /// Each value with the sum of the weights up to and with its own.
    upto: Vec<(u64, T)>,
    last: T,
    total: u64,
}

impl<T: Copy> Choices<T> {
    /// The choices of values with weights, in their order; `None` without a positive weight.
    pub fn new(weighted: impl IntoIterator<Item = (T, u64)>) -> Option<Self> {
        let mut total: u64 = 0;
        let mut upto = Vec::new();
        for (value, weight) in weighted {
            total = total.checked_add(weight)?;
            if weight > 0 {
                upto.push((total, value));
            }
        }
        let last = upto.last()?.1;
        Some(Self { upto, last, total })
    }

    /// The value at a position below the sum of the weights.
    pub fn at(&self, position: u64) -> T {
        let index = self.upto.partition_point(|(upto, _)| *upto <= position);
        self.upto.get(index).map_or(self.last, |(_, value)| *value)
    }

    /// The sum of the weights.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The values, in their order.
    pub fn values(&self) -> impl Iterator<Item = T> + '_ {
        self.upto.iter().map(|(_, value)| *value)
    }
}

/// A distribution as points of its quantile function, joined by straight lines.
#[derive(Clone, Debug)]
pub struct Quantiles {
    /// Share in permille and value, both rising; the first share is 0 and the last 1000.
    points: Vec<(u64, u64)>,
}

impl Quantiles {
    /// The distribution through these points; `None` unless shares rise from 0 to 1000 and values do not fall.
    pub fn new(points: Vec<(u64, u64)>) -> Option<Self> {
        let ends = points.first()?.0 == 0 && points.last()?.0 == 1000;
        let rising = points.iter().zip(points.iter().skip(1)).all(|(a, b)| a.0 < b.0 && a.1 <= b.1);
        (ends && rising).then_some(Self { points })
    }

    /// The value at a share of 2^32, from 0 to 2^32 - 1.
    pub fn at(&self, share: u32) -> u64 {
        // Shares in units of permille x 2^32, so that no rounding decides which points surround it.
        let share = u64::from(share) * 1000;
        let after = self.points.partition_point(|(upto, _)| (upto << 32) <= share);
        let (Some(&(low, from)), Some(&(high, to))) =
            (self.points.get(after.saturating_sub(1)), self.points.get(after))
        else {
            return self.points.last().map_or(0, |(_, value)| *value);
        };
        let (span, into) = ((high - low) << 32, share - (low << 32));
        from + (u128::from(to - from) * u128::from(into) / u128::from(span)) as u64
    }

    /// A value drawn from the distribution.
    pub fn draw(&self, rng: &mut Rng) -> u64 {
        self.at((rng.bits() >> 32) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_that_of_the_reference() {
        // SplitMix64 from state 1234567, from the authors' reference implementation.
        let mut rng = Rng { state: 1_234_567 };
        assert_eq!(rng.bits(), 6_457_827_717_110_365_317);
        assert_eq!(rng.bits(), 3_203_168_211_198_807_973);
        assert_eq!(rng.bits(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn subjects_and_indices_have_sequences_of_their_own() {
        let first = |subject, index| Rng::new(1, subject, index).bits();
        assert_ne!(first(Subject::Device, 0), first(Subject::Device, 1));
        assert_ne!(first(Subject::Device, 0), first(Subject::Batch, 0));
        assert_ne!(first(Subject::Device, 0), Rng::new(2, Subject::Device, 0).bits());
    }

    #[test]
    fn weights_are_kept() {
        let choices = Choices::new([("a", 1), ("never", 0), ("b", 3)]).unwrap();
        assert_eq!((choices.at(0), choices.at(1), choices.at(3)), ("a", "b", "b"));
        let mut rng = Rng::new(5, Subject::Pin, 0);
        let hits = (0..40_000).filter(|_| rng.pick(&choices) == "b").count();
        assert!((29_500..30_500).contains(&hits), "{hits}");
        assert!(Choices::<u8>::new([(1, 0)]).is_none());
    }

    #[test]
    fn quantiles_pass_through_their_points() {
        let quantiles = Quantiles::new(vec![(0, 10), (500, 20), (1000, 120)]).unwrap();
        assert_eq!(quantiles.at(0), 10);
        assert_eq!(quantiles.at(1 << 31), 20);
        assert_eq!(quantiles.at(3 << 30), 70);
        assert_eq!(quantiles.at(u32::MAX), 119);
        assert!(Quantiles::new(vec![(0, 10), (500, 20)]).is_none());
        assert!(Quantiles::new(vec![(0, 10), (1000, 9)]).is_none());
    }
}
