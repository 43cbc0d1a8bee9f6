// SPDX-License-Identifier: EUPL-1.2
//! `basisnet start`: runs the node until it is told to stop.

use tokio::signal::unix::{SignalKind, signal};

use super::{Context, Exit, Failure};
use crate::clock::Clock;
use crate::config::Config;
use crate::store::OpenError;
use crate::telemetry;
use crate::{Node, StartError};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    /// Stop ook zodra de standaardinvoer eindigt: zo blijft er geen node achter als het programma eindigt dat haar startte
    #[arg(long, hide = true)]
    tot_einde_invoer: bool,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let config = context.config()?;
    telemetry::start_logging(&config.logging);
    refuse_key_log()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|cause| Failure::fault(format!("de node kan geen draden starten: {cause}")))?;
    runtime.block_on(serve(config, context, command.tot_einde_invoer))
}

/// With this variable the TLS library would write the keys of every connection to a file.
fn refuse_key_log() -> Result<(), Failure> {
    if std::env::var_os("SSLKEYLOGFILE").is_none() {
        return Ok(());
    }
    Err(Failure::refused(
        "SSLKEYLOGFILE is gezet, en daarmee komen de sleutels van elke verbinding in een bestand; haal het weg uit de \
         omgeving en start opnieuw",
    ))
}

async fn serve(config: Config, context: &Context, until_input_ends: bool) -> Result<(), Failure> {
    let handler = |kind| {
        signal(kind)
            .map_err(|cause| Failure::fault(format!("geen signalen van het systeem: {cause}")))
    };
    let (mut terminate, mut interrupt) = (
        handler(SignalKind::terminate())?,
        handler(SignalKind::interrupt())?,
    );
    let name = config.organisatie.naam.clone();
    let node = Node::start(config, Clock::machine())
        .await
        .map_err(|error| failure(&error))?;
    context.out.note(&format!(
        "De node van {name} draait: pagina's en API op https://{}, andere nodes op {}. Stoppen: Ctrl-C.",
        node.api_address(),
        node.overlay().address()
    ));
    let broken = tokio::select! {
        _ = terminate.recv() => false,
        _ = interrupt.recv() => false,
        () = end_of_input(), if until_input_ends => false,
        () = node.until_broken() => true,
    };
    context.out.note("De node stopt ...");
    node.stop().await;
    context.out.note("De node is gestopt.");
    if broken {
        return Err(Failure::fault(
            "schrijven naar de opslag is mislukt; controleer de schijf en start de node opnieuw, dan blijkt wat bewaard is",
        ));
    }
    Ok(())
}

/// Returns when whoever holds the other end of standard input has ended, however it ended.
async fn end_of_input() {
    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        drop(tell);
    });
    let _ = told.await;
}

/// A fault in what was configured is something else than a fault of the machine.
fn failure(error: &StartError) -> Failure {
    let exit = match error {
        StartError::Key(_)
        | StartError::KeyHalfReplaced
        | StartError::OtherOrganisation { .. }
        | StartError::Trust(_)
        | StartError::Store(OpenError::Key(_)) => Exit::Config,
        StartError::Policy(_)
        | StartError::Store(_)
        | StartError::Log(_)
        | StartError::Backup(_)
        | StartError::Overlay(_)
        | StartError::Api(_)
        | StartError::ApiCertificate(_) => Exit::Fault,
    };
    Failure::new(exit, format!("de node start niet: {error}"))
}
