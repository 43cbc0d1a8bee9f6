// SPDX-License-Identifier: EUPL-1.2
//! redb: one file, a B-tree that is copied where it is written, every commit in two phases.
//!
//! Two phases, because much of what is stored was written by others: with one, a crafted value could make half a
//! commit look whole.

use std::path::Path;

use ::redb::{Builder, Database, ReadableDatabase, TableDefinition, TableError};

use super::engine::{Backend, Batch, EngineError, Rows};

/// The one table: the order of keys is all the structure there is.
const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("basisnet");
/// The name of the file.
const FILE: &str = "redb";

pub(super) struct Redb(Database);

impl Redb {
    pub(super) fn create(folder: &Path) -> Result<(), EngineError> {
        let database = Builder::new()
            .create(folder.join(FILE))
            .map_err(fault_of_database)?;
        let mut transaction = database.begin_write().map_err(io)?;
        transaction.set_two_phase_commit(true);
        drop(transaction.open_table(TABLE).map_err(io)?);
        transaction.commit().map_err(io)?;
        database.close().map_err(fault_of_database)
    }

    pub(super) fn open(folder: &Path, cache_bytes: usize) -> Result<Self, EngineError> {
        let database = Builder::new()
            .set_cache_size(cache_bytes)
            .open(folder.join(FILE))
            .map_err(fault_of_database)?;
        let opened = Self(database);
        // A file without the table was not made by us.
        opened.get(b"")?;
        Ok(opened)
    }

    fn read<T>(
        &self,
        work: impl FnOnce(
            ::redb::ReadOnlyTable<&'static [u8], &'static [u8]>,
        ) -> Result<T, ::redb::StorageError>,
    ) -> Result<T, EngineError> {
        let transaction = self.0.begin_read().map_err(io)?;
        let table = transaction.open_table(TABLE).map_err(fault_of_table)?;
        work(table).map_err(fault_of_storage)
    }
}

impl Backend for Redb {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        self.read(|table| Ok(table.get(key)?.map(|value| value.value().to_vec())))
    }

    fn range(&self, from: &[u8], until: &[u8], limit: usize) -> Result<Rows, EngineError> {
        self.read(|table| {
            table
                .range(from..until)?
                .take(limit)
                .map(|row| row.map(|(key, value)| (key.value().to_vec(), value.value().to_vec())))
                .collect()
        })
    }

    fn apply(&self, batch: &Batch) -> Result<(), EngineError> {
        let mut transaction = self.0.begin_write().map_err(io)?;
        transaction.set_two_phase_commit(true);
        {
            let mut table = transaction.open_table(TABLE).map_err(fault_of_table)?;
            for (key, value) in batch {
                match value {
                    Some(value) => table.insert(key.as_slice(), value.as_slice()).map(drop),
                    None => table.remove(key.as_slice()).map(drop),
                }
                .map_err(fault_of_storage)?;
            }
        }
        transaction.commit().map_err(io)
    }
}

fn io(error: impl std::fmt::Display) -> EngineError {
    EngineError::Io(error.to_string())
}

fn fault_of_database(error: ::redb::DatabaseError) -> EngineError {
    if let ::redb::DatabaseError::Storage(error) = error {
        return fault_of_storage(error);
    }
    if let ::redb::DatabaseError::UpgradeRequired(_) = error {
        return EngineError::Damaged(error.to_string());
    }
    io(error)
}

fn fault_of_table(error: TableError) -> EngineError {
    if let TableError::Storage(error) = error {
        return fault_of_storage(error);
    }
    EngineError::Damaged(error.to_string())
}

fn fault_of_storage(error: ::redb::StorageError) -> EngineError {
    let damaged = if let ::redb::StorageError::Io(error) = &error {
        is_damage(error)
    } else {
        matches!(error, ::redb::StorageError::Corrupted(_))
    };
    if damaged {
        return EngineError::Damaged(error.to_string());
    }
    io(error)
}

/// redb reports a wrong first page or a file that is too short as an input error.
fn is_damage(error: &std::io::Error) -> bool {
    [
        std::io::ErrorKind::InvalidData,
        std::io::ErrorKind::UnexpectedEof,
        std::io::ErrorKind::InvalidInput,
    ]
    .contains(&error.kind())
}
