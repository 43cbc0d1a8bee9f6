// SPDX-License-Identifier: EUPL-1.2
//! Closed stretches of the log, close together on disk.
//!
//! A row per entry leaves pages half empty, and after a crash an engine walks all pages there are. So when a tile of
//! the tree is full, the writer takes its 256 entries out of their rows, in the same batch, and lays them in a few
//! parts one after another: each a length of four bytes and the row. Nothing about an entry changes by it.

use super::engine::{Backend, Batch, EngineError, after_prefix};
use super::layout::{PART_BYTES, entry_key};

/// How many entries a bundle holds: as many as a tile has hashes.
pub(super) const BUNDLE: u64 = 256;

fn part_key(bundle: u64, part: u32) -> Vec<u8> {
    [b"b".as_slice(), &bundle.to_be_bytes(), &part.to_be_bytes()].concat()
}

/// Moves the entries of a full tile from their rows into a bundle.
pub(super) fn close(
    engine: &dyn Backend,
    batch: &mut Batch,
    bundle: u64,
) -> Result<(), EngineError> {
    let first = bundle * BUNDLE;
    let (from, until) = (entry_key(first), entry_key(first + BUNDLE));
    let stored = engine.range(&from, &until, usize::MAX)?;
    let pending = batch
        .range(from..until)
        .filter_map(|(key, row)| Some((key.clone(), row.clone()?)));
    let mut rows: Vec<_> = stored.into_iter().chain(pending).collect();
    rows.sort();
    let mut bytes = Vec::new();
    for (key, row) in rows {
        let length = u32::try_from(row.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(&row);
        batch.insert(key, None);
    }
    for (part, chunk) in (0..).zip(bytes.chunks(PART_BYTES)) {
        batch.insert(part_key(bundle, part), Some(chunk.to_vec()));
    }
    Ok(())
}

/// The rows in a bundle, as far as they are there; bytes that make no row end it.
pub(super) fn read(engine: &dyn Backend, bundle: u64) -> Result<Vec<Vec<u8>>, EngineError> {
    let prefix = [b"b".as_slice(), &bundle.to_be_bytes()].concat();
    let parts = engine.range(&prefix, &after_prefix(&prefix), usize::MAX)?;
    let bytes: Vec<u8> = parts.into_iter().flat_map(|(_, part)| part).collect();
    let mut rest = bytes.as_slice();
    let mut rows = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (row, after) = after.split_at(length.min(after.len()));
        rows.push(row.to_vec());
        rest = after;
    }
    // INVARIANT (no byte without an owner): what is left over makes the last row one that is not a row.
    if let (false, Some(last)) = (rest.is_empty(), rows.last_mut()) {
        last.extend_from_slice(rest);
    }
    Ok(rows)
}
