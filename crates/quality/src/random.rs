//! Random numbers from a seed: the same seed gives the same numbers on every machine.

/// The generator `xoshiro256**`, seeded by `SplitMix64`. Not for secrets.
///
/// Source: Blackman and Vigna (2021), "Scrambled linear pseudorandom number generators".
#[derive(Debug, Clone)]
pub struct Random([u64; 4]);

impl Random {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Self {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^ (mixed >> 31)
        };
        Self([next(), next(), next(), next()])
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = self.0;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (c1, d1) = (c ^ a, d ^ b);
        self.0 = [a ^ d1, b ^ c1, c1 ^ (b << 17), d1.rotate_left(45)];
        result
    }

    /// A number in \[0, 1), uniform, in steps of 2^-53.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number in 0..`count`, uniform; 0 if `count` is 0.
    #[expect(clippy::cast_possible_truncation, reason = "the high half of a product with a usize is below it")]
    pub fn below(&mut self, count: usize) -> usize {
        // The bias of multiplying instead of rejecting is below count / 2^64.
        ((u128::from(self.bits()) * count as u128) >> 64) as usize
    }

    /// A standard normal number (polar method, one of the pair kept).
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }

    /// Puts `items` into a uniformly random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First outputs of the reference implementation for the state 1, 2, 3, 4.
    #[test]
    fn follows_the_published_generator() {
        let mut random = Random([1, 2, 3, 4]);
        assert_eq!([random.bits(), random.bits(), random.bits()], [11520, 0, 1_509_978_240]);
    }

    #[test]
    fn moments_are_those_of_the_named_distributions() {
        let mut random = Random::new(7);
        let (mut sum, mut normal, mut square, mut low) = (0.0, 0.0, 0.0, 0);
        for _ in 0..100_000 {
            sum += random.unit();
            let z = random.normal();
            normal += z;
            square += z * z;
            low += usize::from(random.below(10) < 3);
        }
        assert!((sum / 1e5 - 0.5).abs() < 0.005);
        assert!((normal / 1e5).abs() < 0.015);
        assert!((square / 1e5 - 1.0).abs() < 0.02);
        assert!(low.abs_diff(30_000) < 700);
    }
}
