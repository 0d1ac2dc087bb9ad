//! Numbers for names, so that the state holds each name once.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub(crate) struct Names {
    ids: HashMap<Box<str>, u32>,
    all: Vec<Box<str>>,
}

impl Names {
    pub(crate) fn id(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        let id = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.ids.insert(name.into(), id);
        self.all.push(name.into());
        id
    }

    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.ids.get(name).copied()
    }

    pub(crate) fn of(&self, id: u32) -> &str {
        &self.all[id as usize]
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..).zip(self.all.iter().map(|name| &**name))
    }

    /// Another name in the place of one. Whoever asks for the old one gets another number. A name that is there already stays
    /// with its number; then this one is found by number alone.
    pub(crate) fn rename(&mut self, id: u32, name: &str) {
        self.ids.remove(&*self.all[id as usize]);
        self.ids.entry(name.into()).or_insert(id);
        self.all[id as usize] = name.into();
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }
}

impl Clone for Names {
    fn clone(&self) -> Self {
        Self { ids: self.ids.clone(), all: self.all.clone() }
    }
}

impl From<Vec<String>> for Names {
    fn from(all: Vec<String>) -> Self {
        let mut names = Self::default();
        for name in all {
            names.id(&name);
        }
        names
    }
}

impl From<Names> for Vec<String> {
    fn from(names: Names) -> Self {
        names.all.into_iter().map(String::from).collect()
    }
}

/// A number made from a text, FNV-1a: the same in every run and version, for what is kept.
pub(crate) fn fnv(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// A map by number. The numbers are our own, so nobody outside can choose them to collide.
pub(crate) type ByNumber<T> = HashMap<u32, T, BuildHasherDefault<Spread>>;

/// Fibonacci hashing of one number.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        let mixed = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}
