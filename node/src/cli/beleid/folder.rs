// SPDX-License-Identifier: EUPL-1.2
//! Folders with rules, purposes or cases, in and out.

use std::path::Path;

use crate::api::beleid::BestandView;
use crate::cli::Failure;

/// The most files that are read from a folder.
const MAX_FILES: usize = 1_000;

/// The files of a draft.
pub(super) fn draft(folder: &Path) -> Result<Vec<BestandView>, Failure> {
    read_folder(folder, &["cedar", "toml"])
}

/// The files of a folder, which all have one of these endings, by name. What is left out silently would look as if it
/// were taken, so a file of another kind is refused; hidden files and a `README.md` or `LEESMIJ.md` are not looked at.
pub(super) fn read_folder(folder: &Path, endings: &[&str]) -> Result<Vec<BestandView>, Failure> {
    let fail = |cause| Failure::file("het lezen", folder, &cause);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || ["README.md", "LEESMIJ.md"].contains(&&*name) {
            continue;
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        if !path.is_file() || !ending.is_some_and(|ending| endings.contains(&ending)) {
            let expected = endings.join("` of `.");
            return Err(Failure::refused(format!(
                "`{}` is geen bestand dat op `.{expected}` eindigt; er is niets gedaan; haal het weg uit deze map of geef het die naam",
                path.display()
            )));
        }
        if files.len() >= MAX_FILES {
            return Err(Failure::refused(format!(
                "in de map `{}` staan meer dan {MAX_FILES} bestanden; er is niets gedaan; verdeel ze over meer mappen",
                folder.display()
            )));
        }
        let tekst = std::fs::read_to_string(&path)
            .map_err(|cause| Failure::file("het lezen", &path, &cause))?;
        let name = path.file_name().unwrap_or_default();
        files.push(BestandView {
            naam: name.to_string_lossy().into_owned(),
            tekst,
        });
    }
    if files.is_empty() {
        return Err(Failure::refused(format!(
            "in de map `{}` staat geen bestand dat op `.{}` eindigt; er is niets gedaan; noem de map met de bestanden",
            folder.display(),
            endings.join("` of `.")
        )));
    }
    files.sort_by(|one, other| one.naam.cmp(&other.naam));
    Ok(files)
}

pub(super) fn write_folder(folder: &Path, files: &[BestandView]) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|cause| Failure::file("het maken", folder, &cause))?;
    for file in files {
        let name = Path::new(&file.naam).file_name().unwrap_or_default();
        let path = folder.join(name);
        std::fs::write(&path, &file.tekst)
            .map_err(|cause| Failure::file("het bewaren", &path, &cause))?;
    }
    Ok(())
}
