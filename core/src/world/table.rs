//! The typed tables that hold a world, and the change list of the request at hand.

use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};
use core::{borrow::Borrow, mem, ops::RangeBounds};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Rows in the order of their keys. Every change since the last [`commit`](Journaled::commit) is noted with what
/// stood there before, so that a request that fails leaves nothing behind.
///
/// Rows stand in boxes: so trees of one type of key are one in the machine's code, whatever their rows, which saves the
/// module for browsers some 18 kB, gzipped.
#[derive(Debug, Clone)]
pub struct Table<K, V> {
    rows: BTreeMap<K, Box<V>>,
    changes: Vec<(K, Option<Box<V>>)>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), changes: Vec::new() }
    }
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    /// The row at `key`.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.rows.get(key).map(|row| &**row)
    }

    /// The rows whose keys lie in `range`, in order.
    pub fn range<R: RangeBounds<K>>(&self, range: R) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.range(range).map(|(key, row)| (key, &**row))
    }

    /// All rows, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.iter().map(|(key, row)| (key, &**row))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Puts `value` at `key`, over what stood there.
    pub fn insert(&mut self, key: K, value: V) {
        let before = self.rows.insert(key.clone(), Box::new(value));
        self.changes.push((key, before));
    }

    /// Takes the row at `key` out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let before = self.rows.remove(key)?;
        self.changes.push((key.clone(), Some(before.clone())));
        Some(*before)
    }

    /// The row at `key`, to be changed.
    pub fn edit(&mut self, key: &K) -> Option<&mut V> {
        let row = self.rows.get_mut(key)?;
        self.changes.push((key.clone(), Some(row.clone())));
        Some(row)
    }
}

/// A table as the request's end sees it.
pub trait Journaled {
    /// Keeps the changes: the request has succeeded.
    fn commit(&mut self);
    /// Undoes the changes: the request has failed.
    fn rollback(&mut self);
    /// How many changes the request has made so far.
    fn pending(&self) -> usize;
}

impl<K: Ord + Clone, V: Clone> Journaled for Table<K, V> {
    fn commit(&mut self) {
        self.changes.clear();
    }

    fn rollback(&mut self) {
        for (key, before) in mem::take(&mut self.changes).into_iter().rev() {
            match before {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
    }

    fn pending(&self) -> usize {
        self.changes.len()
    }
}

/// Saved as a list of pairs, because keys need not be text.
impl<K: Serialize, V: Serialize> Serialize for Table<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter())
    }
}

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for Table<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut rows = BTreeMap::new();
        // One by one: collecting sorts, and fourteen sorting routines are a tenth of the wasm module.
        for (key, value) in Vec::<(K, V)>::deserialize(deserializer)? {
            rows.insert(key, Box::new(value));
        }
        Ok(Self { rows, changes: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rolled_back_request_leaves_nothing() {
        let mut table = Table::default();
        table.insert(1, "one");
        table.insert(2, "two");
        table.commit();
        table.insert(3, "three");
        table.remove(&1);
        *table.edit(&2).unwrap() = "deux";
        table.insert(2, "zwei");
        table.insert(1, "eins");
        assert_eq!(table.pending(), 5);
        table.rollback();
        assert_eq!(table.iter().collect::<Vec<_>>(), [(&1, &"one"), (&2, &"two")]);
        assert_eq!(table.pending(), 0);
    }
}
