//! Names as integers.

use std::collections::HashMap;

/// Distinct names, numbered as they come.
#[derive(Debug, Default)]
pub struct Names {
    codes: HashMap<Box<str>, u32>,
    last: Option<(Box<str>, u32)>,
}

impl Names {
    /// The code of a name, new or known; `None` when there are 2^32 - 1 names already. Rows of a file mostly repeat the name of the row before.
    pub(super) fn code(&mut self, name: &str) -> Option<u32> {
        if let Some((last, code)) = &self.last
            && **last == *name
        {
            return Some(*code);
        }
        let code = if let Some(code) = self.codes.get(name) {
            *code
        } else {
            let code = u32::try_from(self.codes.len()).ok().filter(|code| *code < u32::MAX)?;
            self.codes.insert(name.into(), code);
            code
        };
        self.last = Some((name.into(), code));
        Some(code)
    }

    /// The names in order (by number if all are numbers, else by their bytes), and for each old code its place in that order: what
    /// follows does not depend on the order of the file.
    pub(super) fn sorted(self) -> (Vec<Box<str>>, Vec<u32>) {
        let mut pairs: Vec<(Box<str>, u32)> = self.codes.into_iter().collect();
        let number = |name: &str| name.parse::<f64>().ok().filter(|number| number.is_finite());
        if pairs.iter().all(|(name, _)| number(name).is_some()) {
            let by_number = |a: &str, b: &str| number(a).partial_cmp(&number(b));
            pairs.sort_by(|(a, _), (b, _)| by_number(a, b).unwrap_or(std::cmp::Ordering::Equal).then_with(|| a.cmp(b)));
        } else {
            pairs.sort_unstable();
        }
        let mut places = vec![0; pairs.len()];
        (0..).zip(&pairs).for_each(|(place, (_, code))| places[*code as usize] = place);
        (pairs.into_iter().map(|(name, _)| name).collect(), places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_by_number_where_all_are_numbers() {
        let sorted = |list: &[&str]| {
            let mut names = Names::default();
            assert!(list.iter().all(|name| names.code(name).is_some()));
            names.sorted()
        };
        assert_eq!(sorted(&["10", "9", "10", "1.5"]), (vec!["1.5".into(), "9".into(), "10".into()], vec![2, 1, 0]));
        assert_eq!(sorted(&["t10", "t9"]).0, vec!["t10".into(), "t9".into()]);
    }
}
