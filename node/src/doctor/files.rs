// SPDX-License-Identifier: EUPL-1.2
//! Folders, disk and store.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use basisnet_protocol::time::Timestamp;

use super::Finding;
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::NodeKey;
use crate::reason::io_reason;
use crate::store::{Store, StoreKeys};

/// A file may be this far in the future before the clock is suspected.
const TOLERANCE: Duration = Duration::from_secs(300);

pub(super) fn folders(config: &Config) -> Vec<Finding> {
    vec![
        folder("datamap", &config.opslag.datamap),
        folder("sleutelmap", &config.opslag.sleutelmap),
    ]
}

fn folder(name: &str, path: &Path) -> Finding {
    let shown = path.display();
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            return Finding::wrong(
                name,
                format!("`{shown}` bestaat niet"),
                "richt de node in met `basisnet init`, of verbeter het pad in [opslag]",
            );
        }
        Err(cause) => {
            return Finding::wrong(
                name,
                format!("`{shown}` is niet te bekijken ({})", io_reason(&cause)),
                "voer dit uit als de gebruiker van de node, en controleer de rechten van de mappen erboven",
            );
        }
    };
    let mode = metadata.permissions().mode() & 0o777;
    if !metadata.is_dir() {
        return Finding::wrong(
            name,
            format!("`{shown}` is geen map"),
            "verbeter het pad in [opslag]",
        );
    }
    if mode & 0o077 != 0 {
        return Finding::wrong(
            name,
            format!("anderen op deze computer kunnen in `{shown}` (rechten {mode:03o})"),
            format!("voer uit: chmod 700 {shown}"),
        );
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Finding::warn(
            name,
            format!("`{shown}` is van een andere gebruiker dan u"),
            "voer dit uit als de gebruiker van de node, anders is de rest niet te controleren",
        );
    }
    Finding::good(
        name,
        format!("`{shown}` is alleen voor de node (rechten {mode:03o})"),
    )
}

pub(super) fn free_space(config: &Config) -> Finding {
    const NAME: &str = "schijfruimte";
    let Ok(space) = rustix::fs::statvfs(&config.opslag.datamap) else {
        return Finding::unknown(NAME, "niet te bepalen zolang de datamap er niet is");
    };
    let mib = space.f_bavail.saturating_mul(space.f_frsize) / 1_048_576;
    let reserve = config.opslag.reserve_mib;
    if mib < reserve {
        return Finding::wrong(
            NAME,
            format!(
                "{mib} MiB vrij, en {reserve} MiB moet vrij blijven; de node bewaart niets nieuws meer"
            ),
            "maak ruimte op de schijf van de datamap, of verlaag `reserve_mib` in [opslag]",
        );
    }
    if mib < reserve.saturating_mul(4) {
        return Finding::warn(
            NAME,
            format!("{mib} MiB vrij; onder {reserve} MiB bewaart de node niets nieuws meer"),
            "maak ruimte op de schijf van de datamap",
        );
    }
    Finding::good(NAME, format!("{mib} MiB vrij"))
}

/// Nothing in the data folder can have been written in the future.
pub(super) fn clock_went_back(config: &Config, clock: &Clock) -> Finding {
    const NAME: &str = "klok en gegevens";
    let newest = fs::read_dir(&config.opslag.datamap)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.metadata().ok()?.modified().ok())
        .max();
    let Some(newest) = newest else {
        return Finding::unknown(
            NAME,
            "er zijn nog geen gegevens om de klok mee te vergelijken",
        );
    };
    let newest = newest
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let newest = Timestamp::from_secs(newest);
    if newest > clock.now() + TOLERANCE {
        return Finding::wrong(
            NAME,
            format!(
                "het is nu {}, maar er zijn gegevens van {newest}: de klok is teruggezet",
                clock.now()
            ),
            "zet de klok gelijk (timedatectl set-ntp true) en start de node daarna",
        );
    }
    Finding::good(NAME, "de klok loopt niet achter op de gegevens")
}

/// Looks whether the node would open the store. While the node runs, the node has it.
pub(super) fn store(config: &Config, clock: &Clock, running: bool) -> Finding {
    const NAME: &str = "opslag";
    if running {
        return Finding::good(
            NAME,
            format!("in gebruik door de node ({})", config.opslag.motor.name()),
        );
    }
    let Ok(key) = NodeKey::load(&config.node_key_file()) else {
        return Finding::unknown(
            NAME,
            "niet te openen zolang de sleutel van de node er niet is",
        );
    };
    if !config.opslag.datamap.is_dir() {
        return Finding::unknown(NAME, "er is nog geen datamap");
    }
    let keys = StoreKeys::load(
        &config.store_key_folder(),
        &config.log_origin(),
        Arc::new(key),
    );
    let opened = keys
        .and_then(|keys| Store::inspect(&config.store_config(), keys, clock.clone()))
        .and_then(|store| store.would_open());
    match opened {
        Ok(()) => {
            let motor = config.opslag.motor.name();
            Finding::good(
                NAME,
                format!("te openen, en alle gegevens kloppen ({motor})"),
            )
        }
        Err(error) => Finding::from_error(NAME, &error),
    }
}
