// SPDX-License-Identifier: EUPL-1.2
//! Folders with rules, purposes or cases, in and out.

use std::io::Read as _;
use std::path::Path;

use crate::api::beleid::BestandView;
use crate::cli::Failure;
use crate::service::beleid::is_file_name;

/// The most files that are read from a folder.
const MAX_FILES: usize = 200;
/// The most text in them together, in bytes. It is looked at before a file is read.
const MAX_BYTES: u64 = 1_048_576;

/// The files of a draft.
pub(super) fn draft(folder: &Path) -> Result<Vec<BestandView>, Failure> {
    read_folder(folder, &["cedar", "toml"])
}

/// The files of a folder, which all have one of these endings, by name. What is left out silently would look as if it
/// were taken, so a file of another kind is refused; hidden files and a `README.md` or `LEESMIJ.md` are not looked at.
pub(super) fn read_folder(folder: &Path, endings: &[&str]) -> Result<Vec<BestandView>, Failure> {
    let fail = |cause| Failure::file("het lezen", folder, &cause);
    let mut files = Vec::new();
    let mut room = MAX_BYTES;
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || ["README.md", "LEESMIJ.md"].contains(&&*name) {
            continue;
        }
        if !is_file_name(&name) {
            return Err(Failure::refused(format!(
                "in de map `{}` staat een bestand met een naam die niet kan, \"{}\"; er is niets gedaan; geef het een naam van hooguit 100 letters, cijfers en leestekens",
                folder.display(),
                name.escape_debug()
            )));
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
        let tekst = read_within(&path, &mut room)?;
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

/// The text of a file, if it still fits in the room there is. A text with a mark before it, as some editors put there,
/// is that text.
fn read_within(path: &Path, room: &mut u64) -> Result<String, Failure> {
    let fail = |cause| Failure::file("het lezen", path, &cause);
    let file = std::fs::File::open(path).map_err(fail)?;
    let mut text = String::new();
    let size = file.metadata().map_err(fail)?.len();
    let read = match size > *room {
        true => size,
        // It can grow while it is read.
        false => {
            let read = file.take(*room + 1).read_to_string(&mut text);
            u64::try_from(read.map_err(fail)?).unwrap_or(u64::MAX)
        }
    };
    *room = room.checked_sub(read).ok_or_else(|| {
        Failure::refused(format!(
            "met `{}` erbij is er meer dan {} KiB tekst; er is niets gedaan; verdeel de bestanden over meer mappen",
            path.display(),
            MAX_BYTES / 1_024
        ))
    })?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map_or_else(|| text.clone(), str::to_owned))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_too_large_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("groot.toml");
        // Fifty megabytes of nothing: reading them would find no text in it.
        std::fs::File::create(&path)
            .unwrap()
            .set_len(50 << 20)
            .unwrap();
        let told = draft(folder.path()).unwrap_err().to_string();
        assert!(
            told.contains("meer dan 1024 KiB tekst; er is niets gedaan"),
            "{told}"
        );
    }

    #[test]
    fn a_name_that_shows_something_else_is_refused_and_not_repeated() {
        for odd in [
            "a\u{1b}[31mrood.cedar",
            "a\u{202e}ladec.cedar",
            "a\u{ad}.toml",
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(odd), "forbid").unwrap();
            let told = draft(folder.path()).unwrap_err().to_string();
            assert!(told.contains("een naam die niet kan"), "{told}");
            assert!(!told.contains(odd), "{told:?}");
        }
    }

    #[test]
    fn files_count_together_and_a_mark_of_an_editor_is_no_text() {
        let folder = tempfile::tempdir().unwrap();
        let half = "#".repeat(600_000);
        std::fs::write(folder.path().join("een.toml"), &half).unwrap();
        std::fs::write(folder.path().join("regel.cedar"), "\u{feff}forbid").unwrap();
        let read = draft(folder.path()).unwrap();
        assert_eq!(read.last().unwrap().tekst, "forbid");
        std::fs::write(folder.path().join("twee.toml"), &half).unwrap();
        assert!(draft(folder.path()).is_err());
    }
}
