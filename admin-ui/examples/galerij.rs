// SPDX-License-Identifier: EUPL-1.2
//! Writes every page of the gallery to a folder, to look at: `cargo run -p basisnet-admin-ui --example galerij -- /tmp/galerij`.

#[path = "../tests/pages/gallery.rs"]
mod gallery;

use std::path::PathBuf;
use std::{env, fs, io};

use basisnet_admin_ui::assets;
use basisnet_admin_ui::i18n::Language;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "galerij".to_owned()));
    for language in [Language::Dutch, Language::English] {
        fs::create_dir_all(folder.join(language.code()))?;
        for (name, html) in (gallery::Gallery { language, mark: "" }).pages() {
            fs::write(
                folder.join(language.code()).join(format!("{name}.html")),
                html,
            )?;
        }
    }
    fs::create_dir_all(folder.join("statisch"))?;
    for path in [assets::STYLE, assets::SCRIPT, assets::HTMX, assets::ICON] {
        let name = path.trim_start_matches(assets::PATH);
        if let Some(asset) = assets::asset(name) {
            fs::write(folder.join("statisch").join(name), asset.bytes)?;
        }
    }
    Ok(())
}
