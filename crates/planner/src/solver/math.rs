//! Small numeric tools that give the same bits on every machine: only IEEE basic operations.

/// `e^x` for `x <= 0`, relative error below 1e-12; 0 below -700.
pub(super) fn exp_neg(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let n = (x * std::f64::consts::LOG2_E).round();
    let f = x - n * 0.693_147_180_369_123_8 - n * 1.908_214_929_270_587_7e-10;
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..14 {
        term *= f / f64::from(k);
        sum += term;
    }
    // INVARIANT: -1010 <= n <= 0, so the biased exponent is positive.
    sum * f64::from_bits(((1023 + n as i64) as u64) << 52)
}

/// Natural logarithm of a finite `x >= 1`, relative error below 1e-12.
pub(super) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as f64 - 1023.0;
    let mut m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | (1023 << 52));
    if m > std::f64::consts::SQRT_2 {
        m *= 0.5;
        exponent += 1.0;
    }
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let mut sum = 0.0;
    for k in (0..11).rev() {
        sum = sum * square + 1.0 / f64::from(2 * k + 1);
    }
    exponent * std::f64::consts::LN_2 + 2.0 * s * sum
}

/// Solves `a x = b` in place for a symmetric positive definite `a` (row-major, lower triangle
/// read), adding to weak pivots what keeps them positive. Cubic in the size.
pub(super) fn solve_spd(a: &mut [f64], b: &mut [f64]) {
    let n = b.len();
    let largest = (0..n).map(|i| a[i * n + i]).fold(0.0, f64::max);
    let floor = if largest > 0.0 { largest * 1e-13 } else { 1.0 };
    for i in 0..n {
        for j in 0..=i {
            let mut sum = a[i * n + j];
            for k in 0..j {
                sum -= a[i * n + k] * a[j * n + k];
            }
            a[i * n + j] = if i == j { sum.max(floor).sqrt() } else { sum / a[j * n + j] };
        }
    }
    for i in 0..n {
        for k in 0..i {
            b[i] -= a[i * n + k] * b[k];
        }
        b[i] /= a[i * n + i];
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            b[i] -= a[k * n + i] * b[k];
        }
        b[i] /= a[i * n + i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_and_logarithm_are_close() {
        for i in 0..4000 {
            let x = -f64::from(i) * 0.17;
            assert!((exp_neg(x) - x.exp()).abs() <= 1e-12 * x.exp());
            let y = 1.0 + f64::from(i) * 0.37;
            assert!((ln(y) - y.ln()).abs() <= 1e-12 * y.ln().max(1e-3), "{y}");
        }
    }

    #[test]
    fn positive_definite_system_is_solved() {
        let mut a = [4.0, 0.0, 0.0, 2.0, 5.0, 0.0, 1.0, 3.0, 6.0];
        let mut b = [4.0 + 4.0 + 3.0, 2.0 + 10.0 + 9.0, 1.0 + 6.0 + 18.0];
        solve_spd(&mut a, &mut b);
        for (x, y) in b.iter().zip([1.0, 2.0, 3.0]) {
            assert!((x - y).abs() < 1e-12);
        }
    }
}
