// SPDX-License-Identifier: EUPL-1.2
//! `basisnet account`: signing in and out, and for the beheerder the accounts of others.

use std::path::{Path, PathBuf};

use basisnet_protocol::purpose::Role;
use clap::Subcommand;
use serde_json::json;

use super::{Client, Context, Exit, Failure, Output, password};
use crate::api::accounts::{AccountView, ActorView};
use crate::api::sessies::SessionView;

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Meld u aan; de aanmelding geldt voor de volgende opdrachten
    Aanmelden {
        /// Uw accountnaam
        #[arg(long)]
        naam: String,
        /// Lees het wachtwoord van de standaardinvoer (anders uit BASISNET_WACHTWOORD, of u typt het)
        #[arg(long)]
        wachtwoord_stdin: bool,
    },
    /// Meld u af
    Afmelden,
    /// Toon wie er is aangemeld
    Wie,
    /// Toon alle accounts
    Lijst,
    /// Maak een account voor een persoon, of met --programma een voor een programma
    Toevoegen {
        /// De accountnaam
        #[arg(long)]
        naam: String,
        /// Een rol; herhaal de optie voor meer rollen
        #[arg(long = "rol", value_name = "ROL", required = true, value_parser = role)]
        rollen: Vec<Role>,
        /// Het account is van een programma en krijgt een sleutel in plaats van een wachtwoord
        #[arg(long)]
        programma: bool,
        /// Bewaar de sleutel van het programma in dit bestand, alleen leesbaar voor u
        #[arg(long, value_name = "BESTAND", requires = "programma")]
        sleutelbestand: Option<PathBuf>,
        /// Lees het wachtwoord van de standaardinvoer (anders uit BASISNET_WACHTWOORD, of u typt het)
        #[arg(long)]
        wachtwoord_stdin: bool,
    },
    /// Geef een account andere rollen
    Rollen {
        /// De accountnaam
        #[arg(long)]
        naam: String,
        /// Een rol; herhaal de optie voor meer rollen
        #[arg(long = "rol", value_name = "ROL", required = true, value_parser = role)]
        rollen: Vec<Role>,
    },
    /// Zeg voor welke doelen iemand een taak heeft; een rol zonder taak laat niets zien
    Taken {
        /// De accountnaam
        #[arg(long)]
        naam: String,
        /// Een doel waarvoor dit account een taak heeft, zoals P03; herhaal de optie voor meer
        #[arg(long = "doel", value_name = "DOEL", required_unless_present_any = ["geen", "volgens_rol"])]
        doelen: Vec<String>,
        /// Dit account heeft geen enkele taak
        #[arg(long, conflicts_with_all = ["doelen", "volgens_rol"])]
        geen: bool,
        /// Dit account heeft weer elke taak die bij zijn rollen hoort
        #[arg(long, conflicts_with = "doelen")]
        volgens_rol: bool,
    },
    /// Stel een nieuw wachtwoord in, voor uzelf of als beheerder voor een ander
    #[command(after_help = "\
Voor uzelf vraagt dit ook uw huidige wachtwoord. Met --wachtwoord-stdin staat dat op de eerste regel en het nieuwe op de
tweede; anders komt het uit BASISNET_HUIDIG_WACHTWOORD, of u typt het.")]
    Wachtwoord {
        /// De accountnaam; zonder deze optie uw eigen
        #[arg(long)]
        naam: Option<String>,
        /// Lees het wachtwoord van de standaardinvoer (anders uit BASISNET_WACHTWOORD, of u typt het)
        #[arg(long)]
        wachtwoord_stdin: bool,
    },
    /// Geef een programma een nieuwe sleutel; de oude werkt dan niet meer
    Sleutel {
        /// De accountnaam
        #[arg(long)]
        naam: String,
        /// Bewaar de sleutel in dit bestand, alleen leesbaar voor u
        #[arg(long, value_name = "BESTAND")]
        sleutelbestand: Option<PathBuf>,
    },
    /// Sluit een account
    Sluiten {
        /// De accountnaam
        #[arg(long)]
        naam: String,
    },
}

fn role(text: &str) -> Result<Role, String> {
    text.parse()
        .map_err(|_| format!("kies uit {}", Role::ALL.map(Role::as_str).join(", ")))
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let mut client = context.client()?;
    let out = context.out;
    match command.what {
        What::Aanmelden {
            naam,
            wachtwoord_stdin,
        } => sign_in(&mut client, out, &naam, wachtwoord_stdin),
        What::Afmelden => {
            let ended = client.delete::<serde_json::Value>("/v1/sessies/_afmelden");
            client.forget_session();
            ended?;
            out.done("U bent afgemeld.");
            Ok(())
        }
        What::Wie => {
            let actor: ActorView = client.get("/v1/sessies/_mij")?;
            out.show(&actor, |out, actor| {
                out.line(&format!("{} ({})", actor.naam, actor.rollen.join(", ")));
            });
            Ok(())
        }
        What::Lijst => {
            let accounts: Vec<AccountView> = client.get("/v1/accounts")?;
            out.show(&accounts, |out, accounts| list(out, accounts));
            Ok(())
        }
        What::Toevoegen {
            naam,
            rollen,
            programma,
            sleutelbestand,
            wachtwoord_stdin,
        } => {
            let account = add(&client, &naam, &rollen, programma, wachtwoord_stdin)?;
            created(out, account, sleutelbestand)
        }
        What::Taken {
            naam,
            doelen,
            volgens_rol,
            ..
        } => {
            let doelen = (!volgens_rol).then_some(doelen);
            set_tasks(&client, out, &naam, doelen)
        }
        What::Rollen { naam, rollen } => set_roles(&client, out, &naam, &rollen),
        What::Wachtwoord {
            naam,
            wachtwoord_stdin,
        } => set_password(&client, out, naam, wachtwoord_stdin),
        What::Sleutel {
            naam,
            sleutelbestand,
        } => renew_key(&client, out, &naam, sleutelbestand.as_deref()),
        What::Sluiten { naam } => close(&client, out, &naam),
    }
}

fn close(client: &Client, out: Output, naam: &str) -> Result<(), Failure> {
    let id = find(client, naam)?;
    let account: AccountView = client.post(&format!("/v1/accounts/{id}/_sluit"), &json!({}))?;
    out.show(&account, |out, account| {
        out.line(&format!("Het account {} is gesloten.", account.naam));
    });
    Ok(())
}

fn add(
    client: &Client,
    naam: &str,
    rollen: &[Role],
    programma: bool,
    from_stdin: bool,
) -> Result<AccountView, Failure> {
    let secret = if programma {
        None
    } else {
        let question = format!("Wachtwoord voor {naam}");
        Some(password::read(&question, from_stdin, true)?)
    };
    let body = json!({
        "naam": naam,
        "rollen": names(rollen),
        "wachtwoord": secret.as_ref().map(|secret| secret.expose()),
    });
    client.post("/v1/accounts", &body)
}

fn sign_in(client: &mut Client, out: Output, naam: &str, from_stdin: bool) -> Result<(), Failure> {
    let secret = password::read(&format!("Wachtwoord voor {naam}"), from_stdin, false)?;
    let body = json!({ "naam": naam, "wachtwoord": secret.expose() });
    let session: SessionView = client.post("/v1/sessies", &body)?;
    client.keep_session(&session.token)?;
    let shown = json!({ "account": session.account, "geldigTot": session.geldig_tot });
    out.show(&shown, |out, _| {
        out.line(&format!(
            "U bent aangemeld als {} ({}), tot {}.",
            session.account.naam,
            session.account.rollen.join(", "),
            session.geldig_tot
        ));
    });
    Ok(())
}

fn set_password(
    client: &Client,
    out: Output,
    naam: Option<String>,
    from_stdin: bool,
) -> Result<(), Failure> {
    let own: ActorView = client.get("/v1/sessies/_mij")?;
    let (id, current) = match naam {
        Some(naam) if !is_called(&naam, &own.naam) => (find(client, &naam)?, None),
        _ => (own.id, Some(password::read_current(from_stdin)?)),
    };
    let secret = password::read("Nieuw wachtwoord", from_stdin, true)?;
    let current = current.as_ref().map(|current| current.expose());
    let body = json!({ "wachtwoord": secret.expose(), "huidigWachtwoord": current });
    client.put::<_, serde_json::Value>(&format!("/v1/accounts/{id}/wachtwoord"), &body)?;
    out.done("Het wachtwoord is gewijzigd; alle aanmeldingen van dit account zijn beëindigd.");
    Ok(())
}

fn set_roles(client: &Client, out: Output, naam: &str, roles: &[Role]) -> Result<(), Failure> {
    let id = find(client, naam)?;
    let body = json!({ "rollen": names(roles) });
    let account: AccountView = client.put(&format!("/v1/accounts/{id}/rollen"), &body)?;
    out.show(&account, |out, account| {
        let (naam, rollen) = (&account.naam, account.rollen.join(", "));
        out.line(&format!("{naam} heeft nu de rollen {rollen}"));
    });
    Ok(())
}

fn renew_key(
    client: &Client,
    out: Output,
    naam: &str,
    key_file: Option<&Path>,
) -> Result<(), Failure> {
    // Looked at first: once there is a new key, the old one is of no use any more.
    if let Some(path) = key_file.filter(|path| path.exists()) {
        return Err(Failure::refused(format!(
            "`{}` bestaat al; noem een bestand dat er nog niet is",
            path.display()
        )));
    }
    let id = find(client, naam)?;
    let mut answer: serde_json::Value =
        client.post(&format!("/v1/accounts/{id}/_sleutel"), &json!({}))?;
    let key = answer.get("sleutel").and_then(serde_json::Value::as_str);
    let key = key.unwrap_or_default().to_owned();
    if let Some(path) = key_file {
        keep_key(path, &key, "er is een nieuwe sleutel")?;
        answer = json!({});
    }
    out.show(&answer, |out, _| {
        out.line(&format!(
            "{naam} heeft een nieuwe sleutel; de oude werkt niet meer."
        ));
        key_shown(out, key_file.is_none().then_some(key.as_str()), key_file);
    });
    Ok(())
}

/// Keeps a key in a file that only this user can read.
fn keep_key(path: &Path, key: &str, done: &str) -> Result<(), Failure> {
    crate::keys::create_secret(path, key.as_bytes())
        .map_err(|error| Failure::fault(format!("{done}, maar zij is niet bewaard: {error}")))
}

fn key_shown(out: Output, key: Option<&str>, key_file: Option<&Path>) {
    if let Some(key) = key {
        out.line(&format!("Sleutel, eenmaal getoond: {key}"));
    }
    if let Some(path) = key_file {
        out.line(&format!("De sleutel staat in `{}`.", path.display()));
    }
}

/// The key of a program is shown once, or goes into a file and is not shown at all.
fn created(
    out: Output,
    mut account: AccountView,
    key_file: Option<PathBuf>,
) -> Result<(), Failure> {
    if let (Some(path), Some(key)) = (&key_file, &account.sleutel) {
        keep_key(path, key, "het account is gemaakt en heeft een sleutel")?;
        account.sleutel = None;
    }
    out.show(&account, |out, account| {
        out.line(&format!(
            "Account {} gemaakt ({}).",
            account.naam,
            account.rollen.join(", ")
        ));
        key_shown(out, account.sleutel.as_deref(), key_file.as_deref());
    });
    Ok(())
}

fn list(out: Output, accounts: &[AccountView]) {
    let rows: Vec<Vec<String>> = accounts
        .iter()
        .map(|account| {
            let state = if account.gesloten { "gesloten" } else { "open" };
            vec![
                account.naam.clone(),
                account.soort.clone(),
                account.rollen.join(", "),
                tasks_of(account),
                made_by(account),
                state.to_owned(),
            ]
        })
        .collect();
    out.table(
        &["naam", "soort", "rollen", "taken", "gemaakt door", "stand"],
        &rows,
    );
}

/// Who made the account, and who else gave it a password: both can work with it.
fn made_by(account: &AccountView) -> String {
    let maker = account.aangemaakt_door.as_deref().unwrap_or("de node");
    match &account.wachtwoord_door {
        Some(other) => format!("{maker}, wachtwoord van {other}"),
        None => maker.to_owned(),
    }
}

fn set_tasks(
    client: &Client,
    out: Output,
    naam: &str,
    doelen: Option<Vec<String>>,
) -> Result<(), Failure> {
    let id = find(client, naam)?;
    let path = format!("/v1/accounts/{id}/taken");
    let account: AccountView = client.put(&path, &json!({ "doelen": doelen }))?;
    out.show(&account, |out, account| {
        let tasks = match &account.taken {
            None => "de taken van zijn rollen".to_owned(),
            Some(none) if none.is_empty() => "geen enkele taak".to_owned(),
            Some(tasks) => {
                let codes: Vec<&str> = tasks.iter().map(|one| one.doel.as_str()).collect();
                format!("een taak voor {}", codes.join(", "))
            }
        };
        out.line(&format!("Account {} heeft nu {tasks}.", account.naam));
    });
    Ok(())
}

/// The tasks of an account in a cell.
fn tasks_of(account: &AccountView) -> String {
    match &account.taken {
        None => "volgens rol".to_owned(),
        Some(none) if none.is_empty() => "geen".to_owned(),
        Some(tasks) => {
            let codes: Vec<&str> = tasks.iter().map(|one| one.doel.as_str()).collect();
            codes.join(" ")
        }
    }
}

fn find(client: &Client, naam: &str) -> Result<String, Failure> {
    let accounts: Vec<AccountView> = client.get("/v1/accounts")?;
    accounts
        .into_iter()
        .find(|account| is_called(naam, &account.naam))
        .map(|account| account.id)
        .ok_or_else(|| {
            Failure::new(
                Exit::Refused,
                format!("er is geen account `{naam}`; `basisnet account lijst` toont ze"),
            )
        })
}

/// Whether what was typed is this account name.
fn is_called(typed: &str, name: &str) -> bool {
    typed.trim().to_lowercase() == name
}

fn names(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.as_str()).collect()
}
