// SPDX-License-Identifier: EUPL-1.2
//! The cases of `tests/decisions`, and an engine with the purposes that they use.

use std::path::PathBuf;

use basisnet_policy::cases::{self, Cases};
pub(crate) use basisnet_policy::cases::{Scene, WEIGHING, content};
use basisnet_policy::{Catalogue, Engine, Rules};
use basisnet_protocol::id::Oin;

/// Gemeenten in the cases are called by a letter; each has a test OIN.
pub(crate) fn oin(letter: &str) -> Oin {
    cases::oin(letter).unwrap()
}

/// The cases of the folder.
pub(crate) fn cases() -> Cases {
    let texts = texts(&folder());
    Cases::read(&borrowed(&texts)).unwrap_or_else(|faults| panic!("{faults}"))
}

fn borrowed(texts: &[(String, String)]) -> Vec<(&str, &str)> {
    texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect()
}

/// The folder with the cases.
pub(crate) fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "tests", "decisions"]
        .iter()
        .collect()
}

/// The files of a folder with their text, by name.
pub(crate) fn texts(folder: &PathBuf) -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "toml"))
        .collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files
        .iter()
        .map(|path| (name(path), std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// The catalogue of the program with the purposes that only the cases use.
pub(crate) fn catalogue() -> Catalogue {
    let more = texts(&folder().join("doelen"));
    Catalogue::with(&borrowed(&more)).unwrap()
}

/// The rules of the program with the catalogue of the cases.
pub(crate) fn engine() -> Engine {
    Engine::new(Rules::embedded().unwrap(), catalogue()).unwrap()
}
