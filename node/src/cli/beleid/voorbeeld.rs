// SPDX-License-Identifier: EUPL-1.2
//! An example to start from: a draft with one rule and a folder with cases about it, or where somebody asks for it the next
//! version of a purpose. It is what `docs/beleid.md` shows.

use std::path::Path;

use basisnet_policy::Catalogue;
use basisnet_protocol::time::Date;

use super::folder::write_folder;
use crate::api::beleid::BestandView;
use crate::cli::{Failure, Output};

const RULE: (&str, &str) = (
    "geen-toezicht.cedar",
    include_str!("../../../../examples/beleid/concept/geen-toezicht.cedar"),
);
const CASES: (&str, &str) = (
    "eigen.toml",
    include_str!("../../../../examples/beleid/gevallen/eigen.toml"),
);

/// Writes the example into a folder that is not there yet, or is empty.
pub(super) fn write(out: Output, folder: &Path, next: Option<(&str, Date)>) -> Result<(), Failure> {
    let fail = |cause| Failure::file("het lezen", folder, &cause);
    if folder.exists() && std::fs::read_dir(folder).map_err(fail)?.next().is_some() {
        return Err(Failure::refused(format!(
            "in `{}` staat al iets; er is niets gedaan; noem een map die er nog niet is",
            folder.display()
        )));
    }
    let (concept, cases) = (folder.join("concept"), folder.join("gevallen"));
    // Who asks for a purpose wants nothing else in the draft: what stands there is what is proposed.
    if let Some((code, begins)) = next {
        write_folder(&concept, &[next_version(code, begins)?])?;
        out.line(&format!(
            "Geschreven: {} met het concept.",
            concept.display()
        ));
        return Ok(());
    }
    write_folder(&concept, &[file(RULE.0, RULE.1)])?;
    write_folder(&cases, &[file(CASES.0, CASES.1)])?;
    out.line(&format!(
        "Geschreven: {} met het concept en {} met de gevallen.",
        concept.display(),
        cases.display()
    ));
    Ok(())
}

fn file(name: &str, text: &str) -> BestandView {
    BestandView {
        naam: name.to_owned(),
        tekst: text.to_owned(),
    }
}

/// A purpose of the program, one version higher and from this day on.
fn next_version(code: &str, begins: Date) -> Result<BestandView, Failure> {
    let name = format!("{}.toml", code.to_uppercase());
    let known = Catalogue::embedded_texts();
    let Some((_, text)) = known.iter().find(|(file, _)| **file == *name) else {
        return Err(Failure::refused(format!(
            "`{code}` is geen doel van het programma; er is niets gedaan; kies uit `basisnet doel lijst`"
        )));
    };
    let line = |line: &str| match line.split_once(" = ") {
        Some(("versie", version)) => {
            let next = version
                .trim()
                .parse::<u32>()
                .map_or(2, |version| version + 1);
            format!("versie = {next}\n")
        }
        Some(("geldig_vanaf", _)) => format!("geldig_vanaf = \"{begins}\"\n"),
        _ => format!("{line}\n"),
    };
    let text: String = text.lines().map(line).collect();
    Ok(file(
        &format!("{}-volgende.toml", code.to_uppercase()),
        &text,
    ))
}

#[cfg(test)]
mod tests {
    use basisnet_policy::cases::Cases;
    use basisnet_policy::{Engine, Rules};

    use super::*;
    use crate::cli::beleid::folder::{draft, read_folder};

    fn written(next: Option<(&str, Date)>) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        write(Output::new(false), folder.path(), next).unwrap();
        folder
    }

    fn pairs(files: &[BestandView], ending: &str) -> Vec<(String, String)> {
        let files = files.iter().filter(|file| file.naam.ends_with(ending));
        files
            .map(|file| (file.naam.clone(), file.tekst.clone()))
            .collect()
    }

    fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
        let files = files.iter();
        files
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect()
    }

    fn engine(folder: &Path) -> Engine {
        let files = draft(&folder.join("concept")).unwrap();
        let (rules, purposes) = (pairs(&files, ".cedar"), pairs(&files, ".toml"));
        let rules = Rules::load(&borrowed(&rules)).unwrap();
        Engine::new(rules, Catalogue::with(&borrowed(&purposes)).unwrap()).unwrap()
    }

    #[test]
    fn the_example_loads_by_itself_and_every_case_of_it_comes_out_as_written() {
        let folder = written(None);
        let engine = engine(folder.path());
        let files = read_folder(&folder.path().join("gevallen"), &["toml"]).unwrap();
        let files = pairs(&files, ".toml");
        let outcomes = Cases::read(&borrowed(&files)).unwrap().run(&engine);
        assert_eq!(outcomes.len(), 4);
        for outcome in outcomes {
            assert!(outcome.is_good(), "{outcome}");
        }
    }

    #[test]
    fn the_example_with_a_next_version_of_a_purpose_takes_over_on_its_day() {
        let folder = written(Some(("p03", "2027-03-01".parse().unwrap())));
        let files = draft(&folder.path().join("concept")).unwrap();
        let names: Vec<_> = files.iter().map(|file| &*file.naam).collect();
        assert_eq!(
            names,
            ["P03-volgende.toml"],
            "and no rule that nobody asked for"
        );
        let engine = engine(folder.path());
        let purpose = "P03".parse().unwrap();
        let version = |day: &str| {
            let day: Date = day.parse().unwrap();
            engine
                .catalogue()
                .valid(&purpose, day.start())
                .map(|entry| entry.version)
        };
        assert_eq!(
            (version("2027-02-28"), version("2027-03-01")),
            (Some(1), Some(2))
        );
        assert!(next_version("P99", "2027-03-01".parse().unwrap()).is_err());
    }

    #[test]
    fn an_example_is_written_over_nothing() {
        let folder = written(None);
        let again = write(Output::new(false), folder.path(), None).unwrap_err();
        assert!(again.to_string().contains("er is niets gedaan"));
    }

    #[test]
    fn the_page_for_the_fg_shows_the_example_as_it_is_written() {
        let page = include_str!("../../../../docs/beleid.md");
        assert!(page.contains(&format!("```cedar\n{}```", RULE.1)));
        assert!(page.contains(&format!("```toml\n{}```", CASES.1)));
    }
}
