// SPDX-License-Identifier: EUPL-1.2
//! `basisnet init`: lays down a new node, and never touches one that is there.
//!
//! Folders, node key, store keys, the certificate of the API, the store, and the first account: a beheerder, who
//! makes the others. What this run made is removed again when it does not get to the end.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use basisnet_protocol::id::{GemeenteCode, Oin};
use serde::Serialize;

use super::password;
use super::{Context, Exit, Failure};
use crate::api::tls;
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::{Credentials, NodeKey, Secret};
use crate::reason::io_reason;
use crate::service::account::{AccountRules, Accounts};
use crate::store::{Store, StoreKeys};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    /// Het OIN van uw organisatie; alleen nodig als er nog geen configuratiebestand is
    #[arg(long, value_name = "OIN")]
    oin: Option<String>,
    /// De naam van uw organisatie; alleen nodig als er nog geen configuratiebestand is
    #[arg(long, value_name = "NAAM")]
    naam: Option<String>,
    /// De gemeentecode; alleen nodig als er nog geen configuratiebestand is
    #[arg(long, value_name = "CODE")]
    gemeentecode: Option<String>,
    /// De accountnaam van de eerste beheerder
    #[arg(long, value_name = "NAAM", default_value = "beheer")]
    beheerder: String,
    /// Lees het wachtwoord van de standaardinvoer (anders uit BASISNET_WACHTWOORD, of u typt het)
    #[arg(long)]
    wachtwoord_stdin: bool,
}

/// What was laid down.
#[derive(Debug, Serialize)]
struct Made {
    configuratie: PathBuf,
    datamap: PathBuf,
    sleutelmap: PathBuf,
    node: String,
    beheerder: String,
    nog_te_doen: Vec<String>,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let path = &context.config_path;
    let wrote_config = !path.exists();
    if wrote_config {
        write_config(&command, path)?;
    }
    let outcome = lay_down(&command, context);
    if outcome.is_err() && wrote_config {
        let _ = fs::remove_file(path);
    }
    let made = outcome?;
    context.out.show(&made, |out, made| {
        out.line(&format!(
            "De node van `{}` is ingericht.",
            made.configuratie.display()
        ));
        out.line(&format!("  gegevens      {}", made.datamap.display()));
        out.line(&format!("  sleutels      {}", made.sleutelmap.display()));
        out.line(&format!("  node          {}", made.node));
        out.line(&format!("  beheerder     {}", made.beheerder));
        out.line("Nog te doen:");
        for step in &made.nog_te_doen {
            out.line(&format!("  - {step}"));
        }
    });
    Ok(())
}

fn write_config(command: &Command, path: &Path) -> Result<(), Failure> {
    let (Some(oin), Some(naam)) = (&command.oin, &command.naam) else {
        return Err(Failure::new(
            Exit::Config,
            format!(
                "het configuratiebestand `{}` bestaat niet; geef --oin en --naam, dan wordt het gemaakt, of maak het \
                 zelf met `basisnet config voorbeeld`",
                path.display()
            ),
        ));
    };
    let usage = |text: String| Failure::new(Exit::Usage, text);
    let oin: Oin = oin.parse().map_err(|_| {
        usage(format!(
            "`{oin}` is geen OIN: dat heeft 20 tekens; neem het over uit uw certificaat"
        ))
    })?;
    let gemeentecode: Option<GemeenteCode> = command
        .gemeentecode
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| usage("een gemeentecode heeft vier cijfers, zoals 0345".to_owned()))?;
    let text = Config::voorbeeld_voor(oin, naam, gemeentecode);
    fs::write(path, text).map_err(|cause| Failure::file("het schrijven", path, &cause))
}

fn lay_down(command: &Command, context: &Context) -> Result<Made, Failure> {
    let config = context.config()?;
    refuse_to_overwrite(&config)?;
    let secret = password::read(
        "Wachtwoord voor de beheerder",
        command.wachtwoord_stdin,
        true,
    )?;
    Accounts::check_new(&command.beheerder, &secret)
        .map_err(|error| Failure::refused(error.dutch()))?;
    let mut made = Folders::default();
    let outcome = made
        .make(&config.opslag.datamap)
        .and_then(|()| made.make(&config.opslag.sleutelmap))
        .and_then(|()| fill(&config, &command.beheerder, secret));
    match outcome {
        Ok(node) => Ok(Made {
            configuratie: context.config_path.clone(),
            datamap: config.opslag.datamap.clone(),
            sleutelmap: config.opslag.sleutelmap.clone(),
            node,
            beheerder: command.beheerder.clone(),
            nog_te_doen: to_do(&config),
        }),
        Err(failure) => {
            made.remove();
            Err(failure)
        }
    }
}

/// A folder with anything in it is somebody's.
fn refuse_to_overwrite(config: &Config) -> Result<(), Failure> {
    for folder in [&config.opslag.datamap, &config.opslag.sleutelmap] {
        let in_use = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
        if in_use {
            return Err(Failure::refused(format!(
                "in `{}` staat al iets, en `basisnet init` overschrijft niets; is dit een bestaande node, start haar dan \
                 met `basisnet start`, en noem anders andere mappen in [opslag]",
                folder.display()
            )));
        }
    }
    Ok(())
}

/// The folders that this run made.
#[derive(Debug, Default)]
struct Folders(Vec<PathBuf>);

impl Folders {
    fn make(&mut self, folder: &Path) -> Result<(), Failure> {
        let existed = folder.exists();
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|cause| {
                Failure::fault(format!(
                    "de map `{}` is niet te maken: {}",
                    folder.display(),
                    io_reason(&cause)
                ))
            })?;
        if !existed {
            self.0.push(folder.to_owned());
        }
        Ok(())
    }

    fn remove(&self) {
        for folder in &self.0 {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Keys, certificate, store and account; returns the name of the node on the network.
fn fill(config: &Config, beheerder: &str, password: Secret<String>) -> Result<String, Failure> {
    let clock = Clock::machine();
    let key = NodeKey::create(&config.node_key_file())
        .map_err(|error| Failure::fault(error.to_string()))?;
    let peer = key
        .peer_id()
        .map_err(|error| Failure::fault(error.to_string()))?;
    tls::create(config, clock.now()).map_err(|error| Failure::fault(error.to_string()))?;
    let keys = StoreKeys::load_or_create(
        &config.store_key_folder(),
        &config.log_origin(),
        Arc::new(key),
    )
    .map_err(|error| Failure::fault(error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::fault(error.to_string()))?;
    runtime.block_on(async {
        let store = Store::open(&config.store_config(), keys, clock.clone())
            .map_err(|error| Failure::fault(error.to_string()))?;
        let accounts = Accounts::new(store.clone(), clock, AccountRules::from_config(config));
        let outcome = accounts.first(beheerder, password).await;
        store.close().await;
        outcome
            .map(|_| peer.to_string())
            .map_err(|error| Failure::refused(error.dutch()))
    })
}

fn to_do(config: &Config) -> Vec<String> {
    let mut steps = Vec::new();
    let mut missing = |path: &Path, what: &str| {
        if !path.exists() {
            steps.push(format!("zet {what} in `{}`", path.display()));
        }
    };
    for anchor in &config.vertrouwen.ankers {
        missing(anchor, "het stamcertificaat (PEM)");
    }
    if Credentials::read(&config.org_files()).held.is_empty() {
        steps.push(
            "vraag een certificaat aan met `basisnet certificaat aanvragen`, en voer het in met `basisnet certificaat invoeren BESTAND`"
                .to_owned(),
        );
        steps.push(format!(
            "of zet een certificaat dat u al hebt in `{}`, en zijn sleutel (rechten 0600) in `{}`",
            config.certificaat.keten.display(),
            config.certificaat.sleutel.display()
        ));
    }
    if config.vertrouwen.crls.is_empty() && config.vertrouwen.crl_adressen.is_empty() {
        steps.push(
            "noem bij `crl_adressen` in [vertrouwen] waar uitgevers hun lijsten met ingetrokken certificaten publiceren, \
             of haal die zelf op en noem de bestanden bij `crls`"
                .to_owned(),
        );
    }
    if config.contacten.is_empty() {
        steps.push(
            "vul in [contacten.P08] in wie een andere gemeente belt na een treffer".to_owned(),
        );
    }
    steps.push("controleer de node met `basisnet controleer`".to_owned());
    steps.push("start de node met `basisnet start`".to_owned());
    steps
        .push("meld u aan met `basisnet account aanmelden --naam ...` en maak accounts".to_owned());
    steps
}
