// SPDX-License-Identifier: EUPL-1.2
//! What a page needs besides its HTML: one style sheet, two scripts and an icon, embedded in the program.
//!
//! Each has the hash of its content in its name. It can therefore be kept by a browser for ever, and a new version of
//! the program never meets an old style sheet.

use std::borrow::Cow;

use rust_embed::RustEmbed;

/// Where the pages expect the assets.
pub const PATH: &str = "/statisch/";

/// The style sheet.
pub const STYLE: &str = concat!("/statisch/", env!("BASISNET_ASSET_BN_CSS"));
/// The small script of our own.
pub const SCRIPT: &str = concat!("/statisch/", env!("BASISNET_ASSET_BN_JS"));
/// htmx.
pub const HTMX: &str = concat!("/statisch/", env!("BASISNET_ASSET_HTMX_JS"));
/// The icon.
pub const ICON: &str = concat!("/statisch/", env!("BASISNET_ASSET_ICON_SVG"));

#[derive(RustEmbed)]
#[folder = "dist/"]
struct Dist;

/// One embedded file.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub media_type: &'static str,
}

/// The file of that name, without the path; none when there is no such file.
#[must_use]
pub fn asset(name: &str) -> Option<Asset> {
    let media_type = match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    let file = Dist::get(name)?;
    Some(Asset {
        bytes: file.data,
        media_type,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_that_a_page_names_is_embedded() {
        for path in [STYLE, SCRIPT, HTMX, ICON] {
            let name = path.strip_prefix(PATH).unwrap();
            assert!(
                asset(name).is_some_and(|asset| !asset.bytes.is_empty()),
                "{path}"
            );
        }
    }

    #[test]
    fn nothing_else_is_handed_out() {
        for name in ["names.txt", "../Cargo.toml", "", "bn.css", "/etc/passwd"] {
            assert!(asset(name).is_none(), "{name}");
        }
    }
}
