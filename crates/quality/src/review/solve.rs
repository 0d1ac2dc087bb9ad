//! Small dense symmetric systems.

/// The inverse of a symmetric positive definite matrix of `size` rows laid end to end, by Cholesky; `None` if it is not
/// positive definite to working precision. Time O(size^3).
pub(crate) fn inverse(matrix: &[f64], size: usize) -> Option<Vec<f64>> {
    let mut lower = vec![0.0; size * size];
    for row in 0..size {
        for column in 0..=row {
            let dot: f64 = (0..column).map(|k| lower[row * size + k] * lower[column * size + k]).sum();
            let rest = matrix[row * size + column] - dot;
            lower[row * size + column] = if row == column {
                if rest <= 0.0 {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / lower[column * size + column]
            };
        }
    }
    let mut inverse = vec![0.0; size * size];
    for unit in 0..size {
        let mut solved = vec![0.0; size];
        for row in unit..size {
            let dot: f64 = (unit..row).map(|k| lower[row * size + k] * solved[k]).sum();
            solved[row] = (f64::from(u8::from(row == unit)) - dot) / lower[row * size + row];
        }
        for row in (0..size).rev() {
            let dot: f64 = (row + 1..size).map(|k| lower[k * size + row] * solved[k]).sum();
            solved[row] = (solved[row] - dot) / lower[row * size + row];
        }
        inverse[unit * size..(unit + 1) * size].copy_from_slice(&solved);
    }
    Some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_the_unit() {
        let matrix = [4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0];
        let inverse = inverse(&matrix, 3).expect("positive definite");
        for row in 0..3 {
            for column in 0..3 {
                let got: f64 = (0..3).map(|k| matrix[row * 3 + k] * inverse[k * 3 + column]).sum();
                assert!((got - f64::from(u8::from(row == column))).abs() < 1e-12);
            }
        }
        assert_eq!(super::inverse(&[1.0, 2.0, 2.0, 1.0], 2), None);
    }
}
