// SPDX-License-Identifier: EUPL-1.2
//! `basisnet model`: the texts that a gemeente needs to decide, out of the program itself; no node has to run.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;

use super::{Context, Failure, Output};
use crate::service::model::{self, Model};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon welke modellen er zijn
    Lijst,
    /// Toon een model, of bewaar het in een bestand
    Toon {
        /// De naam uit de lijst
        naam: String,
        /// Waar het komt; zonder deze optie op het scherm
        #[arg(long, value_name = "BESTAND")]
        naar: Option<PathBuf>,
    },
    /// Bewaar alle modellen in een map
    Schrijf {
        /// De map; zij wordt gemaakt als zij er niet is
        map: PathBuf,
    },
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let out = context.out;
    match command.what {
        What::Lijst => list(out),
        What::Toon { naam, naar } => show(out, &naam, naar.as_deref())?,
        What::Schrijf { map } => write_all(out, &map)?,
    }
    Ok(())
}

fn list(out: Output) {
    let all: Vec<_> = model::ALL
        .iter()
        .map(|model| json!({ "naam": model.name, "bestand": model.file, "waarvoor": model.about }))
        .collect();
    out.show(&all, |out, _| {
        let row = |model: &Model| vec![model.name.to_owned(), model.about.to_owned()];
        let rows: Vec<_> = model::ALL.iter().map(row).collect();
        out.table(&["naam", "waarvoor"], &rows);
    });
}

fn show(out: Output, name: &str, target: Option<&Path>) -> Result<(), Failure> {
    let model = model::find(name).ok_or_else(|| {
        Failure::refused(format!(
            "er is geen model `{name}`; `basisnet model lijst` toont welke er zijn"
        ))
    })?;
    if let Some(target) = target {
        write_new(target, model.text)?;
        out.done(&format!(
            "Het model `{name}` staat in `{}`.",
            target.display()
        ));
    } else {
        let value = json!({ "naam": model.name, "bestand": model.file, "tekst": model.text });
        out.show(&value, |out, _| out.raw(model.text.as_bytes()));
    }
    Ok(())
}

/// Writes all of them, or none when one of the files is there already.
fn write_all(out: Output, folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|cause| Failure::file("het maken", folder, &cause))?;
    let targets = model::ALL.map(|model| (folder.join(model.file), model.text));
    let there = targets.iter().find(|(target, _)| target.exists());
    if let Some((target, _)) = there {
        return Err(already_there(target));
    }
    for (target, text) in &targets {
        write_new(target, text)?;
    }
    out.done(&format!(
        "{} modellen staan in `{}`. Begin met `README.md`.",
        targets.len(),
        folder.display()
    ));
    Ok(())
}

/// Writes a text that people are going to edit; what is there already is never written over.
pub(super) fn write_new(target: &Path, text: &str) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    let opened = options.write(true).create_new(true).open(target);
    match opened.and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => Ok(()),
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(already_there(target))
        }
        Err(cause) => Err(Failure::file("het schrijven", target, &cause)),
    }
}

fn already_there(target: &Path) -> Failure {
    Failure::refused(format!(
        "`{}` bestaat al en wordt niet overschreven; kies een andere naam of haal het bestand weg",
        target.display()
    ))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Arguments;

    #[test]
    fn every_command_in_a_model_is_one_that_this_program_takes() {
        let mut count = 0;
        for model in &model::ALL {
            let commands = model.text.lines().filter_map(|line| {
                let line = line.strip_prefix("    ")?;
                line.starts_with("basisnet ").then_some(line)
            });
            for command in commands {
                let parsed = Arguments::try_parse_from(words(command));
                assert!(parsed.is_ok(), "{}: {command}: {parsed:?}", model.name);
                count += 1;
            }
        }
        assert!(count >= 10, "{count}");
    }

    /// The words of a command line, what stands between quotation marks as one.
    fn words(line: &str) -> Vec<String> {
        let mut words = Vec::new();
        for (number, part) in line.split('"').enumerate() {
            if number % 2 == 1 {
                words.push(part.to_owned());
            } else {
                words.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        words
    }

    #[test]
    fn what_is_there_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("dpia.md");
        write_new(&target, "een").unwrap();
        let refused = write_new(&target, "twee").unwrap_err();
        assert!(
            refused.text.contains("bestaat al") && refused.text.contains("; "),
            "{}",
            refused.text
        );
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "een");
        assert!(write_all(Output::new(true), folder.path()).is_err());
        assert!(!folder.path().join("convenant.md").exists());
    }
}
