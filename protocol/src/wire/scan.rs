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
