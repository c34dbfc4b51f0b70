//! The hot pass: soft minimum over columns for blocks of items, with first and second moments.
//!
//! Written over fixed arrays of lanes so that the compiler vectorises it; the same source is
//! compiled once for the baseline and once for x86-64-v3, chosen at run time. Additions happen
//! in the same order in both, no fused multiply-add is used, so both give the same bytes.

/// Items handled together.
pub(super) const LANES: usize = 16;

/// One value for each of [`LANES`] items.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
pub(super) struct Lanes(pub(super) [f32; LANES]);

const ZERO: Lanes = Lanes([0.0; LANES]);

/// Which compilation of the kernels runs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Engine {
    /// Baseline code.
    Portable,
    /// Code for x86-64-v3. Never wider: see the design note on the compiler.
    #[cfg(target_arch = "x86_64")]
    V3(pulp::x86::V3),
}

impl Engine {
    /// The fastest one that this machine runs.
    pub(super) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(v3) = pulp::x86::V3::try_new() {
            return Self::V3(v3);
        }
        Self::Portable
    }

    /// Adds the moments of the given blocks to `sums`.
    pub(super) fn soft_pass(self, pass: &SoftPass<'_>, sums: &mut Moments) {
        match self {
            Self::Portable => soft_pass(pass, sums),
            #[cfg(target_arch = "x86_64")]
            Self::V3(v3) => {
                v3.vectorize(
                    #[inline(always)]
                    || soft_pass(pass, sums),
                );
            }
        }
    }
}

impl Engine {
    /// Index of the first row of `rows` that is nowhere above `room`.
    ///
    /// `room` has a multiple of 8 entries below 2^30 in magnitude plus 2^29, each row as many.
    pub(super) fn first_fit(self, room: &[i32], rows: &[i32]) -> Option<usize> {
        match self {
            Self::Portable => first_fit(room, rows),
            #[cfg(target_arch = "x86_64")]
            Self::V3(v3) => v3.vectorize(
                #[inline(always)]
                || first_fit(room, rows),
            ),
        }
    }
}

#[inline(always)]
fn first_fit(room: &[i32], rows: &[i32]) -> Option<usize> {
    match room.len() {
        8 => fit_chunks::<1>(room, rows),
        16 => fit_chunks::<2>(room, rows),
        24 => fit_chunks::<3>(room, rows),
        32 => fit_chunks::<4>(room, rows),
        40 => fit_chunks::<5>(room, rows),
        _ => rows
            .chunks_exact(room.len())
            .position(|row| room.iter().zip(row).all(|(s, d)| s.wrapping_sub(*d) >= 0)),
    }
}

#[inline(always)]
fn fit_chunks<const CHUNKS: usize>(room: &[i32], rows: &[i32]) -> Option<usize> {
    let (room, _) = room.as_chunks::<8>();
    let (rows, _) = rows.as_chunks::<8>();
    // A plain loop: an iterator adaptor would not be compiled for the chosen engine.
    for (index, row) in rows.chunks_exact(CHUNKS).enumerate() {
        let mut signs = [0_i32; 8];
        for c in 0..CHUNKS {
            for l in 0..8 {
                signs[l] |= room[c][l].wrapping_sub(row[c][l]);
            }
        }
        let mut any = 0;
        for sign in signs {
            any |= sign;
        }
        if any >= 0 {
            return Some(index);
        }
    }
    None
}

/// One group's share of a pass.
#[derive(Debug)]
pub(super) struct SoftPass<'a> {
    /// Prefix costs, block-major, then column.
    pub(super) prefix: &'a [Lanes],
    /// Value of each column after the prefix, relative to the group's least.
    pub(super) shift: &'a [f32],
    /// Inverse temperature in 1/pence, times log2(e).
    pub(super) inv_tau: f32,
    /// Takes every `step`-th block from `offset` on.
    pub(super) step: usize,
    /// First block taken.
    pub(super) offset: usize,
    /// Items in the last block; the other blocks are full.
    pub(super) last: usize,
}

/// Sums over items of the column weights `w_j` and of the products `w_j w_l`, `l <= j`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moments {
    /// Items counted.
    pub(super) items: usize,
    /// First moments by column.
    pub(super) first: Vec<f64>,
    /// Second moments, lower triangle row by row.
    pub(super) second: Vec<f64>,
    weight: Vec<Lanes>,
    lane_first: Vec<Lanes>,
    lane_second: Vec<Lanes>,
}

impl Moments {
    pub(super) fn new(columns: usize) -> Self {
        let triangle = columns * (columns + 1) / 2;
        Self {
            items: 0,
            first: vec![0.0; columns],
            second: vec![0.0; triangle],
            weight: vec![ZERO; columns],
            lane_first: vec![ZERO; columns],
            lane_second: vec![ZERO; triangle],
        }
    }

    pub(super) fn clear(&mut self) {
        self.items = 0;
        self.first.fill(0.0);
        self.second.fill(0.0);
    }

    /// Moves the lane sums into the double-precision ones.
    #[inline(always)]
    fn flush(&mut self) {
        for (lanes, sums) in
            [(&mut self.lane_first, &mut self.first), (&mut self.lane_second, &mut self.second)]
        {
            for (lane, sum) in lanes.iter_mut().zip(sums.iter_mut()) {
                *sum += lane.0.iter().map(|&v| f64::from(v)).sum::<f64>();
                *lane = ZERO;
            }
        }
    }
}

/// Blocks between two flushes: single-precision sums stay short.
const FLUSH_BLOCKS: usize = 64;

#[inline(always)]
fn soft_pass(pass: &SoftPass<'_>, sums: &mut Moments) {
    let columns = pass.shift.len();
    let count = pass.prefix.len() / columns;
    let mut taken = 0_usize;
    for (b, block) in
        pass.prefix.chunks_exact(columns).enumerate().skip(pass.offset).step_by(pass.step)
    {
        let items = if b + 1 == count { pass.last } else { LANES };
        soft_block(block, pass, items, sums);
        sums.items += items;
        taken += 1;
        if taken.is_multiple_of(FLUSH_BLOCKS) {
            sums.flush();
        }
    }
    sums.flush();
}

/// Lane-wise operation on values, which the compiler turns into vector instructions.
#[inline(always)]
fn zip(a: Lanes, b: Lanes, f: impl Fn(f32, f32) -> f32) -> Lanes {
    let mut out = ZERO;
    for l in 0..LANES {
        out.0[l] = f(a.0[l], b.0[l]);
    }
    out
}

#[inline(always)]
fn soft_block(block: &[Lanes], pass: &SoftPass<'_>, items: usize, sums: &mut Moments) {
    let columns = block.len();
    let weight = &mut sums.weight[..columns];
    let first = &mut sums.lane_first[..columns];
    let mut least = Lanes([f32::MAX; LANES]);
    for ((w, p), &s) in weight.iter_mut().zip(block).zip(pass.shift) {
        let x = zip(*p, ZERO, |p, _| p + s);
        least = zip(x, least, |x, m| if x < m { x } else { m });
        *w = x;
    }
    let mut total = ZERO;
    for w in weight.iter_mut() {
        let e = zip(least, *w, |m, x| exp2_neg((m - x) * pass.inv_tau));
        total = zip(total, e, |a, b| a + b);
        *w = e;
    }
    let mut scale = zip(total, ZERO, |t, _| 1.0 / t);
    for lane in &mut scale.0[items..] {
        *lane = 0.0;
    }
    let mut start = 0;
    for j in 0..columns {
        let wj = zip(weight[j], scale, |w, s| w * s);
        weight[j] = wj;
        first[j] = zip(first[j], wj, |a, b| a + b);
        let row = &mut sums.lane_second[start..=start + j];
        for (cell, &wl) in row.iter_mut().zip(weight.iter()) {
            *cell = zip(*cell, zip(wj, wl, |a, b| a * b), |a, b| a + b);
        }
        start += j + 1;
    }
}

/// Exponent below which a weight is as good as nothing; products of two stay normal numbers.
const EXPONENT_MIN: f32 = -50.0;
/// Adding it leaves the nearest integer in the low bits of a single-precision number.
const ROUNDING: f32 = 12_582_912.0;

/// Of `2^f` for `f` within a half of zero, highest power first, without the constant 1.
const COEFFICIENTS: [f32; 5] =
    [0.001_333_36, 0.009_618_13, 0.055_504_1, 0.240_226_5, std::f32::consts::LN_2];

/// `2^x` for `x <= 0`, relative error below 4e-6, floored at `2^-50`.
#[inline(always)]
fn exp2_neg(x: f32) -> f32 {
    let x = if x < EXPONENT_MIN { EXPONENT_MIN } else { x };
    let shifted = x + ROUNDING;
    let f = x - (shifted - ROUNDING);
    let mut p = COEFFICIENTS[0];
    for c in &COEFFICIENTS[1..] {
        p = p * f + c;
    }
    p = p * f + 1.0;
    f32::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 23))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn exponential_is_close() {
        for i in 0..5000 {
            let x = -(i as f32) * 0.01;
            let exact = f64::from(x).exp2();
            assert!((f64::from(exp2_neg(x)) - exact).abs() <= 4e-6 * exact, "{x}");
        }
        assert!(exp2_neg(-1e30) < 1e-14);
    }

    #[test]
    fn first_fit_finds_the_first_row_below_the_room() {
        let room = [3, 0, -1, 5, 0, 0, 0, 0];
        let mut rows = vec![0_i32; 24];
        rows[2] = -1;
        rows[3] = 6;
        rows[10] = -2;
        rows[18] = -1;
        assert_eq!(Engine::detect().first_fit(&room, &rows), Some(1));
        rows[8] = 4;
        assert_eq!(Engine::Portable.first_fit(&room, &rows), Some(2));
        rows[17] = 1;
        assert_eq!(Engine::detect().first_fit(&room, &rows), None);
        assert_eq!(Engine::detect().first_fit(&room, &[]), None);
    }

    proptest! {
        /// The vector search and the baseline find the same row.
        #[test]
        fn engines_find_the_same_fit(
            chunks in 1_usize..8,
            count in 0_usize..60,
            seed in any::<u64>(),
        ) {
            let mut random = crate::pln1::specimen::Random::new(seed);
            let mut draw = |low, high| random.between(low, high) as i32;
            let room: Vec<i32> = (0..chunks * 8).map(|_| draw(0, 30)).collect();
            let rows: Vec<i32> = (0..chunks * 8 * count).map(|_| draw(-20, 31)).collect();
            prop_assert_eq!(
                Engine::Portable.first_fit(&room, &rows),
                Engine::detect().first_fit(&room, &rows)
            );
        }

        /// The vector code and the baseline give the same bytes.
        #[test]
        fn engines_agree(
            columns in 2_usize..17,
            blocks in 1_usize..80,
            last in 1_usize..=LANES,
            step in 1_usize..4,
            seed in any::<u64>(),
        ) {
            let mut random = crate::pln1::specimen::Random::new(seed);
            let mut draw = || match random.below(20) {
                0 => super::super::layout::FORBIDDEN,
                _ => random.below(1 << 20) as f32,
            };
            let prefix: Vec<Lanes> =
                (0..columns * blocks).map(|_| Lanes(std::array::from_fn(|_| draw()))).collect();
            let shift: Vec<f32> = (0..columns).map(|_| draw()).collect();
            let pass = SoftPass {
                prefix: &prefix, shift: &shift, inv_tau: 0.001, step, offset: step / 2, last,
            };
            let run = |engine: Engine| {
                let mut sums = Moments::new(columns);
                engine.soft_pass(&pass, &mut sums);
                sums
            };
            let (a, b) = (run(Engine::Portable), run(Engine::detect()));
            prop_assert_eq!(a, b);
        }
    }
}
