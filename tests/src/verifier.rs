// SPDX-License-Identifier: EUPL-1.2
//! Shows things to the verifier in Python that was written from `docs/protocol` alone (`tests/verifier`), and compares
//! what it says with what was expected.

use std::env;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

/// Everything that is shown, in a folder, with what the verifier should say of it.
#[derive(Debug)]
pub struct Shown {
    folder: TempDir,
    cases: Vec<(Value, bool)>,
    files: usize,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            cases: Vec::new(),
            files: 0,
        }
    }
}

impl Shown {
    /// Puts bytes in the folder. Gives how a case names them.
    pub fn keep(&mut self, bytes: &[u8]) -> Value {
        let name = format!("{:05}", self.files);
        self.files += 1;
        fs::write(self.folder.path().join(&name), bytes).expect("disk");
        json!({ "file": name })
    }

    /// The verifier should accept this.
    pub fn holds(&mut self, case: Value) {
        self.cases.push((case, true));
    }

    /// The verifier should refuse this.
    pub fn falls(&mut self, case: Value) {
        self.cases.push((case, false));
    }

    /// The verifier should accept this, and refuse it with any of these bits turned.
    pub fn holds_to_the_bit(&mut self, case: &Value, turns: impl IntoIterator<Item = [usize; 2]>) {
        for turn in turns {
            let mut turned = case.clone();
            turned["turn"] = json!(turn);
            self.falls(turned);
        }
        self.holds(case.clone());
    }

    /// How many things were shown that should be accepted, and how many that should be refused.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        let holding = self.cases.iter().filter(|(_, holds)| *holds).count();
        (holding, self.cases.len() - holding)
    }

    /// Asks the verifier about all of it.
    ///
    /// # Panics
    /// Names everything about which it says something else than was expected, and says where it lies.
    pub fn judge(self) {
        let cases = self.folder.path().join("gevallen.jsonl");
        let mut file = BufWriter::new(File::create(&cases).expect("disk"));
        for (number, (case, _)) in self.cases.iter().enumerate() {
            let mut named = case.clone();
            named["name"] = json!(number);
            writeln!(file, "{named}").expect("disk");
        }
        file.into_inner().expect("disk");
        let verdicts = verify(&cases);
        assert_eq!(verdicts.len(), self.cases.len(), "a verdict on each");
        let other = |(verdict, shown): (&Value, &(Value, bool))| {
            let (case, expected) = shown;
            (verdict["ok"] != *expected).then(|| format!("{}\n  {verdict}", short(case)))
        };
        let others: Vec<_> = verdicts.iter().zip(&self.cases).filter_map(other).collect();
        let first = others.iter().take(20).cloned().collect::<Vec<_>>();
        assert!(
            others.is_empty(),
            "the verifier says something else {} times; {} has what was shown\n{}",
            others.len(),
            self.folder.keep().display(),
            first.join("\n")
        );
    }
}

fn short(case: &Value) -> String {
    case.to_string().chars().take(300).collect()
}

/// Runs the verifier on a file with cases. One verdict on each, in order.
fn verify(cases: &Path) -> Vec<Value> {
    let verifier = Path::new(env!("CARGO_MANIFEST_DIR")).join("verifier");
    let done = Command::new(python())
        .arg("-B")
        .args([&verifier, cases])
        .output()
        .expect("Python 3; `make test` sets it up");
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(
        !told.contains("No module named 'cryptography'"),
        "the verifier needs the Python package `cryptography`: run `make target/stamps/python`, or `make test`"
    );
    assert!(done.status.success(), "the verifier broke off: {told}");
    let said = String::from_utf8(done.stdout).expect("text");
    let verdict = |line: &str| serde_json::from_str(line).expect("a line of JSON");
    said.lines().map(verdict).collect()
}

/// The Python that the Makefile set up, or else the one of the machine.
fn python() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let own = root.join(target).join("tools/python/bin/python3");
    if own.exists() {
        own
    } else {
        PathBuf::from("python3")
    }
}
