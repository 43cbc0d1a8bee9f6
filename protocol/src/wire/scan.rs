// SPDX-License-Identifier: EUPL-1.2
//! Reads the structure of CBOR without building anything, so that a bomb costs nothing.

use super::{DecodeError, MAX_NESTING};

/// What an item begins with: its kind, and the number that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// The number itself.
    Unsigned(u64),
    /// Minus one minus this number.
    Negative(u64),
    /// A byte string of so many bytes.
    Bytes(u64),
    /// Text of so many bytes.
    Text(u64),
    /// So many items.
    Array(u64),
    /// So many pairs of items.
    Map(u64),
    /// False or true.
    Bool(bool),
    /// The value that says there is none.
    Null,
}

/// What is left to read.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// The next so many bytes.
    pub(super) fn take(&mut self, length: u64) -> Result<&'a [u8], DecodeError> {
        let length = usize::try_from(length).map_err(|_| DecodeError::Truncated)?;
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(DecodeError::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The next so many bytes as text.
    pub(super) fn text(&mut self, length: u64) -> Result<&'a str, DecodeError> {
        std::str::from_utf8(self.take(length)?).map_err(|_| DecodeError::NotUtf8)
    }

    /// The start of the next item.
    pub(super) fn head(&mut self) -> Result<Head, DecodeError> {
        let first = self.byte()?;
        let (major, low) = (first >> 5, first & 0x1f);
        if low == 31 {
            return Err(DecodeError::Indefinite);
        }
        match major {
            0 => self.number(low).map(Head::Unsigned),
            1 => self.number(low).map(Head::Negative),
            2 => self.number(low).map(Head::Bytes),
            3 => self.number(low).map(Head::Text),
            4 => self.number(low).map(Head::Array),
            5 => self.number(low).map(Head::Map),
            7 => match low {
                20 => Ok(Head::Bool(false)),
                21 => Ok(Head::Bool(true)),
                22 => Ok(Head::Null),
                _ => Err(DecodeError::Forbidden),
            },
            _ => Err(DecodeError::Forbidden),
        }
    }

    /// The number of a head, which must have taken as few bytes as it could.
    fn number(&mut self, low: u8) -> Result<u64, DecodeError> {
        let (width, least) = match low {
            0..24 => return Ok(u64::from(low)),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return Err(DecodeError::Forbidden),
        };
        let number = self
            .take(width)?
            .iter()
            .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        if number < least {
            return Err(DecodeError::NotShortest);
        }
        Ok(number)
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        let (first, rest) = self.0.split_first().ok_or(DecodeError::Truncated)?;
        self.0 = rest;
        Ok(*first)
    }
}

/// Whether these bytes are exactly one deterministic item.
pub(super) fn check(bytes: &[u8]) -> Result<(), DecodeError> {
    let mut cursor = Cursor::new(bytes);
    check_item(&mut cursor, MAX_NESTING)?;
    end(&cursor)
}

/// The same item with its map keys sorted.
pub(super) fn sorted(bytes: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut cursor = Cursor::new(bytes);
    let mut out = Vec::with_capacity(bytes.len());
    Sorter::default().copy(&mut cursor, &mut out, MAX_NESTING)?;
    end(&cursor)?;
    Ok(out)
}

pub(super) fn end(cursor: &Cursor<'_>) -> Result<(), DecodeError> {
    if cursor.is_at_end() {
        Ok(())
    } else {
        Err(DecodeError::Trailing)
    }
}

pub(super) fn deeper(nesting: usize) -> Result<usize, DecodeError> {
    nesting.checked_sub(1).ok_or(DecodeError::TooDeep)
}

fn check_item(cursor: &mut Cursor<'_>, nesting: usize) -> Result<(), DecodeError> {
    match cursor.head()? {
        Head::Unsigned(_) | Head::Negative(_) | Head::Bool(_) | Head::Null => Ok(()),
        Head::Bytes(length) => cursor.take(length).map(drop),
        Head::Text(length) => cursor.text(length).map(drop),
        Head::Array(length) => {
            let nesting = deeper(nesting)?;
            (0..length).try_for_each(|_| check_item(cursor, nesting))
        }
        Head::Map(length) => check_map(cursor, length, deeper(nesting)?),
    }
}

fn check_map(cursor: &mut Cursor<'_>, length: u64, nesting: usize) -> Result<(), DecodeError> {
    let mut previous: &[u8] = &[];
    for _ in 0..length {
        let key = key(cursor)?;
        if key <= previous {
            return Err(DecodeError::KeyOrder);
        }
        previous = key;
        check_item(cursor, nesting)?;
    }
    Ok(())
}

/// The encoded bytes of a map key: an integer, bytes or text.
pub(super) fn key<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], DecodeError> {
    let start = cursor.0;
    match cursor.head()? {
        Head::Unsigned(_) | Head::Negative(_) => {}
        Head::Bytes(length) => cursor.take(length).map(drop)?,
        Head::Text(length) => cursor.text(length).map(drop)?,
        Head::Array(_) | Head::Map(_) | Head::Bool(_) | Head::Null => {
            return Err(DecodeError::KeyKind);
        }
    }
    Ok(read_since(start, cursor))
}

/// What was read between a remembered start and now.
fn read_since<'a>(start: &'a [u8], cursor: &Cursor<'a>) -> &'a [u8] {
    let length = start.len().saturating_sub(cursor.0.len());
    start.get(..length).unwrap_or_default()
}

/// Passes over one item, and says whether the keys of every map in it rise.
fn in_order(cursor: &mut Cursor<'_>, nesting: usize) -> Result<bool, DecodeError> {
    match cursor.head()? {
        Head::Unsigned(_) | Head::Negative(_) | Head::Bool(_) | Head::Null => Ok(true),
        Head::Bytes(length) => cursor.take(length).map(|_| true),
        Head::Text(length) => cursor.text(length).map(|_| true),
        Head::Array(length) => {
            let nesting = deeper(nesting)?;
            (0..length).try_fold(true, |so_far, _| Ok(in_order(cursor, nesting)? && so_far))
        }
        Head::Map(length) => {
            let nesting = deeper(nesting)?;
            let (mut previous, mut rising): (&[u8], bool) = (&[], true);
            for _ in 0..length {
                let key = key(cursor)?;
                rising &= previous < key;
                previous = key;
                rising &= in_order(cursor, nesting)?;
            }
            Ok(rising)
        }
    }
}

/// Copies items and puts the pairs of each map in order. Every message and every record passes here, so what is in order
/// is copied whole.
#[derive(Default)]
struct Sorter<'a> {
    /// The pairs of the maps that are being copied, those of the innermost last.
    pairs: Vec<Pair<'a>>,
}

/// One pair of a map, as it stands in what is copied.
#[derive(Clone, Copy)]
struct Pair<'a> {
    key: &'a [u8],
    value: &'a [u8],
    in_order: bool,
}

impl<'a> Sorter<'a> {
    fn copy(
        &mut self,
        cursor: &mut Cursor<'a>,
        out: &mut Vec<u8>,
        nesting: usize,
    ) -> Result<(), DecodeError> {
        let start = cursor.0;
        let mut ahead = cursor.clone();
        if in_order(&mut ahead, nesting)? {
            out.extend_from_slice(read_since(start, &ahead));
            *cursor = ahead;
            return Ok(());
        }
        let head = cursor.head()?;
        out.extend_from_slice(read_since(start, cursor));
        match head {
            Head::Array(length) => {
                let nesting = deeper(nesting)?;
                (0..length).try_for_each(|_| self.copy(cursor, out, nesting))
            }
            Head::Map(length) => self.copy_map(cursor, out, length, deeper(nesting)?),
            Head::Unsigned(_)
            | Head::Negative(_)
            | Head::Bool(_)
            | Head::Null
            | Head::Bytes(_)
            | Head::Text(_) => Ok(()),
        }
    }

    fn copy_map(
        &mut self,
        cursor: &mut Cursor<'a>,
        out: &mut Vec<u8>,
        length: u64,
        nesting: usize,
    ) -> Result<(), DecodeError> {
        let first = self.pairs.len();
        for _ in 0..length {
            let key = key(cursor)?;
            let start = cursor.0;
            let in_order = in_order(cursor, nesting)?;
            let value = read_since(start, cursor);
            self.pairs.push(Pair {
                key,
                value,
                in_order,
            });
        }
        let pairs = self.pairs.get_mut(first..).unwrap_or_default();
        pairs.sort_unstable_by_key(|pair| pair.key);
        if !pairs.is_sorted_by(|pair, next| pair.key < next.key) {
            return Err(DecodeError::KeyOrder);
        }
        for place in first..self.pairs.len() {
            let Some(Pair {
                key,
                value,
                in_order,
            }) = self.pairs.get(place).copied()
            else {
                break;
            };
            out.extend_from_slice(key);
            match in_order {
                true => out.extend_from_slice(value),
                false => self.copy(&mut Cursor::new(value), out, nesting)?,
            }
        }
        self.pairs.truncate(first);
        Ok(())
    }
}
