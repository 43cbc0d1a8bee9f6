// SPDX-License-Identifier: EUPL-1.2
//! Bytes to text: UTF-8, or Windows-1252 where the bytes cannot be UTF-8.

use std::borrow::Cow;
use std::fmt;

/// How a text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8WithMark,
    /// Windows-1252, as older spreadsheets write.
    Windows1252,
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8WithMark => "UTF-8 met BOM",
            Self::Windows1252 => "Windows-1252",
        })
    }
}

/// The bytes are no text of a kind that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// UTF-16, by its mark or its many zeros.
    #[error("the file is UTF-16")]
    Utf16,
    /// A spreadsheet or archive.
    #[error("the file is a spreadsheet or archive")]
    Spreadsheet,
    /// Bytes that are neither UTF-8 nor Windows-1252.
    #[error("the file is not text")]
    Binary,
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
}

/// The characters of 0x80 to 0x9F in Windows-1252; five are not in use.
const UPPER: [Option<char>; 32] = [
    Some('€'),
    None,
    Some('‚'),
    Some('ƒ'),
    Some('„'),
    Some('…'),
    Some('†'),
    Some('‡'),
    Some('ˆ'),
    Some('‰'),
    Some('Š'),
    Some('‹'),
    Some('Œ'),
    None,
    Some('Ž'),
    None,
    None,
    Some('‘'),
    Some('’'),
    Some('“'),
    Some('”'),
    Some('•'),
    Some('–'),
    Some('—'),
    Some('˜'),
    Some('™'),
    Some('š'),
    Some('›'),
    Some('œ'),
    None,
    Some('ž'),
    Some('Ÿ'),
];

/// The text and how it was written.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Coding), NotText> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(NotText::Empty);
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(NotText::Utf16);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(NotText::Spreadsheet);
    }
    if bytes.contains(&0) {
        return Err(NotText::Binary);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        let text = std::str::from_utf8(rest).map_err(|_| NotText::Binary)?;
        return Ok((Cow::Borrowed(text), Coding::Utf8WithMark));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Cow::Borrowed(text), Coding::Utf8));
    }
    let text: Option<String> = bytes.iter().map(|byte| character(*byte)).collect();
    let text = text.ok_or(NotText::Binary)?;
    Ok((Cow::Owned(text), Coding::Windows1252))
}

fn character(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9F => UPPER.get(usize::from(byte - 0x80)).copied().flatten(),
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_1252_is_recognised_and_read() {
        let (text, coding) =
            decode(b"naam;kvk\nZorgco\xF6peratie \x93De Brug\x94 \x80;00123456\n").unwrap();
        assert_eq!(coding, Coding::Windows1252);
        assert!(text.contains("Zorgcoöperatie “De Brug” €"));
    }

    #[test]
    fn utf_8_stays_utf_8_with_and_without_a_mark() {
        assert_eq!(decode("é".as_bytes()).unwrap(), ("é".into(), Coding::Utf8));
        assert_eq!(
            decode(b"\xEF\xBB\xBFx").unwrap(),
            ("x".into(), Coding::Utf8WithMark)
        );
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(decode(b"\xFF\xFEn\0a\0"), Err(NotText::Utf16));
        assert_eq!(decode(b"PK\x03\x04rest"), Err(NotText::Spreadsheet));
        assert_eq!(decode(b"naam\x81\x9D\xFF"), Err(NotText::Binary));
        assert_eq!(decode(b" \n"), Err(NotText::Empty));
    }
}
