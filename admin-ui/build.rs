// SPDX-License-Identifier: EUPL-1.2
//! Says which style sheet, scripts and icon were built, by names that carry their hash.

use std::fs;

fn main() {
    println!("cargo::rerun-if-changed=dist/names.txt");
    println!("cargo::rerun-if-changed=i18n");
    let Ok(names) = fs::read_to_string("dist/names.txt") else {
        println!(
            "cargo::error=the style sheets and scripts are not there yet: run `make assets` (npm ci && npm run build in admin-ui)"
        );
        return;
    };
    for line in names.lines() {
        if let Some((name, hashed)) = line.split_once(' ') {
            let key = name.replace('.', "_").to_uppercase();
            println!("cargo::rustc-env=BASISNET_ASSET_{key}={hashed}");
        }
    }
}
