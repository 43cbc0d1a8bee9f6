// SPDX-License-Identifier: EUPL-1.2
//! Revocation lists that the node fetches itself, from where their authorities publish them.
//!
//! What comes over plain HTTP counts for nothing until it is seen to be a list, signed by its issuer where the
//! certificate of that issuer is known here, and no older than what there was. Whoever stands in between can keep a
//! new list away, and then the old one grows stale and is refused; he cannot put another in its place.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use basisnet_protocol::sign::OrgSigner as _;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::{Origin, RevocationList};
use ureq::Agent;

use super::{LARGEST, certificates, revocation_lists};
use crate::config::{Config, ListAddress};
use crate::keys::Credentials;
use crate::reason::io_reason;

/// Connecting, sending and receiving together.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fetches the lists of a configuration. A copy fetches the same.
#[derive(Clone, Debug)]
pub struct Fetcher {
    agent: Agent,
    config: Config,
}

/// A list that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Who issued it.
    pub issuer: String,
    /// When there should be another.
    pub next_update: Timestamp,
    /// Whether it is another than the one that was there.
    pub is_new: bool,
}

/// Why a list was not fetched, or not kept. The text is for the person who runs the node.
#[derive(Debug, thiserror::Error)]
pub enum FetchFault {
    /// Nothing came.
    #[error(
        "{0}; kijk of deze computer dat adres mag bereiken, of haal de CRL zelf op en noem het bestand bij `crls`"
    )]
    Unreachable(String),
    /// Something else came.
    #[error("daar komt geen CRL; neem het adres over uit een certificaat van de uitgever")]
    NotAList,
    /// It has the name of an issuer that we know, and not its signature.
    #[error(
        "wat daar komt is niet ondertekend door `{0}`; er zit iets tussen dat haar verving, bel de uitgever"
    )]
    Forged(String),
    /// There is a newer one here.
    #[error(
        "wat daar komt is ouder dan de CRL die er al is, van {0}; probeer het later, en bel de uitgever als dit zo blijft"
    )]
    Older(Timestamp),
    /// It could not be kept.
    #[error("`{}` is niet te schrijven: {}; controleer de map en de vrije ruimte", path.display(), io_reason(cause))]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

impl Fetcher {
    /// Fetches what this configuration names; through the proxy of the environment where there is one.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let agent = Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .build();
        Self {
            agent: agent.into(),
            config: config.clone(),
        }
    }

    /// Fetches the lists that there never were, and says of each how that went. Blocks.
    #[must_use]
    pub fn fetch_absent(&self) -> Vec<(ListAddress, Result<Fetched, FetchFault>)> {
        self.fetch_those(|path| !path.exists())
    }

    /// Fetches all lists, and says of each how that went. Blocks.
    #[must_use]
    pub fn fetch(&self) -> Vec<(ListAddress, Result<Fetched, FetchFault>)> {
        self.fetch_those(|_| true)
    }

    fn fetch_those(
        &self,
        which: impl Fn(&Path) -> bool,
    ) -> Vec<(ListAddress, Result<Fetched, FetchFault>)> {
        let lists = self.config.fetched_lists().into_iter();
        let wanted = lists.filter(|(_, path)| which(path));
        let fetched = wanted.map(|(address, path)| {
            let fetched = self.get(&address).and_then(|list| self.keep(&list, &path));
            (address, fetched)
        });
        fetched.collect()
    }

    fn get(&self, address: &ListAddress) -> Result<RevocationList, FetchFault> {
        let unreachable = |error: ureq::Error| FetchFault::Unreachable(said(&error));
        let mut answer = self
            .agent
            .get(address.as_str())
            .call()
            .map_err(unreachable)?;
        if answer.status() != 200 {
            let status = answer.status().as_u16();
            return Err(FetchFault::Unreachable(format!(
                "de server geeft geen bestand en antwoordt met {status}"
            )));
        }
        let body = answer.body_mut().with_config().limit(LARGEST);
        let bytes = body.read_to_vec().map_err(unreachable)?;
        let lists = revocation_lists(Path::new(address.as_str()), bytes).unwrap_or_default();
        match lists.as_slice() {
            [der] => RevocationList::read(der).ok_or(FetchFault::NotAList),
            _ => Err(FetchFault::NotAList),
        }
    }

    fn keep(&self, list: &RevocationList, path: &Path) -> Result<Fetched, FetchFault> {
        let issuers = self.issuers();
        let origin = list.origin(&issuers);
        if origin == Origin::Forged {
            return Err(FetchFault::Forged(list.issuer.clone()));
        }
        let there = fs::read(path)
            .ok()
            .and_then(|der| RevocationList::read(&der));
        // What nobody vouches for does not keep out what comes after it.
        let proven = there
            .as_ref()
            .filter(|there| there.origin(&issuers) == Origin::Proven);
        if let Some(proven) = proven
            && (origin != Origin::Proven || list.this_update < proven.this_update)
        {
            return Err(FetchFault::Older(proven.this_update));
        }
        let is_new = there.as_ref() != Some(list);
        if is_new {
            write(path, list.der()).map_err(|cause| FetchFault::Disk {
                path: path.to_owned(),
                cause,
            })?;
        }
        Ok(Fetched {
            issuer: list.issuer.clone(),
            next_update: list.next_update,
            is_new,
        })
    }

    /// The certificates of authorities that are here: the anchors, and what came with the own certificate.
    fn issuers(&self) -> Vec<Vec<u8>> {
        let anchors = self.config.vertrouwen.ankers.iter();
        let anchors = anchors.filter_map(|path| certificates(path, &fs::read(path).ok()?).ok());
        let held = Credentials::read(&self.config.org_files()).held;
        let between = held.iter().flat_map(|held| held.org.chain().to_vec());
        anchors.flatten().chain(between).collect()
    }
}

/// What went wrong on the way, in Dutch where it is one of the usual things.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library has many kinds that cannot come of a plain GET, and adds more"
)]
fn said(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(cause) => io_reason(cause),
        ureq::Error::HostNotFound => "de naam in dat adres bestaat niet in uw DNS".to_owned(),
        ureq::Error::ConnectionFailed => "er is geen verbinding mee te maken".to_owned(),
        ureq::Error::Timeout(_) => "er komt niet op tijd iets terug".to_owned(),
        ureq::Error::BodyExceedsLimit(_) => "wat daar komt is groter dan 64 MiB".to_owned(),
        other => other.to_string(),
    }
}

/// Whole or not at all: another one reads it at the same time.
fn write(path: &Path, der: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("nieuw");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create(&draft)?;
    file.write_all(der)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

#[cfg(test)]
mod tests;
