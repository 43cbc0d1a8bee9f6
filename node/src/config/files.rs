// SPDX-License-Identifier: EUPL-1.2
//! Where the files are that belong to a configuration, so that all who need one look in the same place.

use std::path::PathBuf;

use basisnet_protocol::octets::Octets;
use sha2::{Digest, Sha256};

use super::{Config, ListAddress};
use crate::keys::OrgFiles;
use crate::store::StoreConfig;

impl Config {
    /// The node key.
    #[must_use]
    pub fn node_key_file(&self) -> PathBuf {
        self.opslag.sleutelmap.join("node-sleutel.pem")
    }

    /// A node key that is to take the place of the one there is, until it has.
    #[must_use]
    pub fn next_node_key_file(&self) -> PathBuf {
        self.opslag.sleutelmap.join("node-sleutel.nieuw.pem")
    }

    /// The certificate of the organisation and its key.
    #[must_use]
    pub fn org_files(&self) -> OrgFiles {
        OrgFiles {
            key: self.certificaat.sleutel.clone(),
            chain: self.certificaat.keten.clone(),
        }
    }

    /// The folder with the keys of the store.
    #[must_use]
    pub fn store_key_folder(&self) -> PathBuf {
        self.opslag.sleutelmap.clone()
    }

    /// The name of the log in its checkpoints.
    #[must_use]
    pub fn log_origin(&self) -> String {
        format!("basisnet.nl/log/{}", self.organisatie.oin)
    }

    /// Where the revocation lists come from that the node fetches itself, and where each lies since.
    #[must_use]
    pub fn fetched_lists(&self) -> Vec<(ListAddress, PathBuf)> {
        let folder = self.opslag.datamap.join("crl");
        let place = |address: &ListAddress| {
            let hash = Octets::<32>(Sha256::digest(address.as_str()).into()).to_string();
            folder.join(format!("{hash}.crl"))
        };
        let addresses = self.vertrouwen.crl_adressen.iter();
        addresses
            .map(|address| (address.clone(), place(address)))
            .collect()
    }

    /// What the store needs to know.
    #[must_use]
    pub fn store_config(&self) -> StoreConfig {
        StoreConfig {
            dir: self.opslag.datamap.clone(),
            engine: self.opslag.motor,
            reserve_bytes: self.opslag.reserve_mib.saturating_mul(1_048_576),
            cache_bytes: usize::try_from(self.opslag.geheugen_mib.saturating_mul(1_048_576))
                .unwrap_or(usize::MAX),
        }
    }
}
