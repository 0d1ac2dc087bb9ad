//! Pages of a list: a cursor says where the last one ended.

use crate::Error;
use serde::Serialize;

/// Rows of a page unless asked for otherwise.
pub const LIMIT: u32 = 100;
/// Most rows of a page.
pub const LIMIT_MAX: u32 = 1_000;

/// A page and where the next begins.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to send as `after` for the next page; null when there is none.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// All there is, on one page.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// A page of at most `limit` of `rows`, of which one more was read to know whether there is a next page.
    pub fn of(mut rows: Vec<T>, limit: u32, key: impl Fn(&T) -> (i64, String)) -> Self {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| {
            let (at, id) = key(row);
            format!("{at}_{id}")
        });
        Self { items: rows, next }
    }

    /// The same page in another shape.
    pub fn map<U>(self, shape: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(shape).collect(), next: self.next }
    }
}

/// A page of those rows that are shown, filled from pages of all of them.
pub(crate) struct Filling<T> {
    shown: Vec<T>,
    limit: usize,
    after: Option<(i64, String)>,
}

impl<T> Filling<T> {
    /// A page of at most `limit` rows, which begins after this moment and id.
    pub(crate) fn new(after: (i64, &str), limit: u32) -> Self {
        Self { shown: Vec::new(), limit: limit as usize, after: Some((after.0, after.1.to_owned())) }
    }

    /// Where the next page of all rows begins; `None` once this one is full or nothing is left.
    pub(crate) fn next(&self) -> Option<(i64, String)> {
        self.after.clone()
    }

    /// Takes the page of all rows that begins there, which had room for as many.
    pub(crate) fn take(&mut self, all: Vec<T>, key: impl Fn(&T) -> (i64, String), is_shown: impl Fn(&T) -> bool) {
        let more = all.len() == self.limit;
        self.after = all.last().map(key);
        self.shown.extend(all.into_iter().filter(is_shown));
        self.shown.truncate(self.limit);
        if !more || self.shown.len() == self.limit {
            self.after = None;
        }
    }

    /// The rows.
    pub(crate) fn rows(self) -> Vec<T> {
        self.shown
    }
}

/// Where a page begins: after this moment and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(i64, String);

impl Cursor {
    /// Reads what a page gave as `next`; without it the list begins at the beginning.
    pub fn parse(after: Option<&str>) -> Result<Self, Error> {
        let Some(text) = after else { return Ok(Self(-1, String::new())) };
        let bad = || Error::invalid("/after", "is not a cursor that a page gave");
        let (at, id) = text.split_once('_').ok_or_else(bad)?;
        if id.len() > 64 {
            return Err(bad());
        }
        Ok(Self(at.parse().map_err(|_| bad())?, id.into()))
    }

    /// Moment and id for a statement.
    pub fn key(&self) -> (i64, &str) {
        (self.0, &self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other() {
        let page = Page::of(vec![1, 2, 3], 2, |n| (*n, format!("id{n}")));
        assert_eq!((page.items.as_slice(), page.next.as_deref()), (&[1, 2][..], Some("2_id2")));
        assert_eq!(Cursor::parse(page.next.as_deref()).unwrap().key(), (2, "id2"));
        assert!(Page::of(vec![1, 2], 2, |n| (*n, String::new())).next.is_none());
        assert!(Cursor::parse(Some("x")).is_err());
    }

    #[test]
    fn a_page_is_full_however_much_is_left_out() {
        let all: Vec<i64> = (0..10).collect();
        let shown = |limit: u32, is_shown: fn(&i64) -> bool| {
            let (mut page, mut pages) = (Filling::new((-1, ""), limit), 0);
            while let Some((after, _)) = page.next() {
                let rows = all.iter().copied().filter(|row| *row > after).take(limit as usize).collect();
                page.take(rows, |row| (*row, String::new()), is_shown);
                pages += 1;
            }
            (page.rows(), pages)
        };
        assert_eq!(shown(2, |_| true), (vec![0, 1], 1));
        assert_eq!(shown(2, |row| row % 4 == 3), (vec![3, 7], 4));
        assert_eq!(shown(3, |row| *row == 9), (vec![9], 4));
        assert_eq!(shown(5, |_| false), (Vec::new(), 3));
    }
}
