// SPDX-License-Identifier: EUPL-1.2
//! Reading records: by key, by page, by index term.

use super::change::{Key, Record, Stored};
use super::engine::after_prefix;
use super::layout::{Contents, Row, collection_prefix, record_key, term_prefix};
use super::{Open, Store, StoreError, codec};

/// A record that is written over and over while it is read, is read again so many times.
const ATTEMPTS: u32 = 100;
/// The most records in one page.
const MAX_PAGE: usize = 10_000;

impl Store {
    /// The record under a key.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn get<R: Record>(&self, key: impl Into<Key>) -> Result<Option<Stored<R>>, StoreError> {
        let key = key.into();
        self.reading(|open| {
            let row = open.engine.get(&record_key(R::COLLECTION, &key))?;
            row.map_or(Ok(None), |row| open.record::<R>(&key, row))
        })
    }

    /// At most `limit` records after `after`, by key; from the first when there is no `after`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn page<R: Record>(
        &self,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<(Key, Stored<R>)>, StoreError> {
        self.page_under(&Key::new([]), after, limit)
    }

    /// As [`Store::page`], of the keys that begin with `prefix` only.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn page_under<R: Record>(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<(Key, Stored<R>)>, StoreError> {
        let collection = collection_prefix(R::COLLECTION);
        let prefix = record_key(R::COLLECTION, prefix);
        let until = after_prefix(&prefix);
        let mut from = match after {
            Some(after) => prefix.max(next(record_key(R::COLLECTION, after))),
            None => prefix,
        };
        let limit = limit.min(MAX_PAGE);
        self.reading(|open| {
            let mut found = Vec::new();
            let mut more = true;
            while more && found.len() < limit {
                let wanted = limit - found.len();
                let rows = open.engine.range(&from, &until, wanted)?;
                let Some((last, _)) = rows.last() else {
                    break;
                };
                from = next(last.clone());
                more = rows.len() == wanted;
                for (key, row) in rows {
                    let key = Key::new(key.get(collection.len()..).unwrap_or_default());
                    let record = open.record::<R>(&key, row)?;
                    found.extend(record.map(|record| (key, record)));
                }
            }
            Ok(found)
        })
    }

    /// At most `limit` records after `after` that carry this term in this index, by key. None only at the end: what was
    /// forgotten is passed over.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn by_index<R: Record>(
        &self,
        index: &'static str,
        term: &[u8],
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<(Key, Stored<R>)>, StoreError> {
        let limit = limit.min(MAX_PAGE);
        self.reading(|open| {
            let hidden = open.ring.hide(R::COLLECTION, index, term);
            let prefix = term_prefix(R::COLLECTION, index, &hidden);
            let mut from = match after {
                Some(after) => next([&prefix, after.as_bytes()].concat()),
                None => prefix.clone(),
            };
            let until = after_prefix(&prefix);
            let mut found = Vec::new();
            let mut more = true;
            while more && found.len() < limit {
                let wanted = limit - found.len();
                let terms = open.engine.range(&from, &until, wanted)?;
                let Some((last, _)) = terms.last() else {
                    break;
                };
                from = next(last.clone());
                more = terms.len() == wanted;
                for (term, _) in terms {
                    let key = Key::new(term.get(prefix.len()..).unwrap_or_default());
                    let row = open.engine.get(&record_key(R::COLLECTION, &key))?;
                    let record = row.map_or(Ok(None), |row| open.record::<R>(&key, row))?;
                    found.extend(record.map(|record| (key, record)));
                }
            }
            Ok(found)
        })
    }
}

impl Open {
    /// The record of a row; none when it was deleted or forgotten since.
    fn record<R: Record>(&self, key: &Key, row: Vec<u8>) -> Result<Option<Stored<R>>, StoreError> {
        let mut bytes = Some(row);
        for _ in 0..ATTEMPTS {
            let Some(found) = bytes else {
                return Ok(None);
            };
            let row = Row::decode(&found)?;
            match row.contents(&*self.engine, &self.ring, R::COLLECTION, key)? {
                Contents::Plain(plain) => {
                    return Ok(Some(Stored {
                        version: row.version,
                        value: codec::unsealed(&plain)?,
                    }));
                }
                Contents::Forgotten => return Ok(None),
                Contents::Torn => bytes = self.engine.get(&record_key(R::COLLECTION, key))?,
            }
        }
        Err(StoreError::Corrupt(R::COLLECTION.to_owned()))
    }
}

/// The first key after this one.
fn next(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}
