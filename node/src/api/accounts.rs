// SPDX-License-Identifier: EUPL-1.2
//! Accounts over HTTP.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use basisnet_protocol::purpose::{PurposeId, Role};
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::problem::{Body, FieldFault, id};
use super::{ApiState, Problem};
use crate::keys::Secret;
use crate::service::Services;
use crate::service::account::{
    Account, AccountError, Actor, GivenTask, Kind, Maker, NewAccount, NotTwo, PasswordError,
};

pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/accounts", get(list).post(create))
        .route("/accounts/{id}/rollen", put(set_roles))
        .route("/accounts/{id}/taken", put(set_tasks))
        .route("/accounts/{id}/wachtwoord", put(set_password))
        .route("/accounts/{id}/_sleutel", post(renew_key))
        .route("/accounts/{id}/_sluit", post(close))
}

/// Who somebody is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ActorView {
    /// The account.
    pub(crate) id: String,
    /// The account name.
    pub(crate) naam: String,
    /// The roles.
    pub(crate) rollen: Vec<String>,
}

impl ActorView {
    pub(super) fn of(actor: &Actor) -> Self {
        Self {
            id: actor.account().to_string(),
            naam: actor.name().to_owned(),
            rollen: actor.roles().iter().map(ToString::to_string).collect(),
        }
    }
}

/// An account.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountView {
    /// The account.
    pub(crate) id: String,
    /// The name to sign in with.
    pub(crate) naam: String,
    /// `persoon` or `programma`.
    pub(crate) soort: String,
    /// The roles.
    pub(crate) rollen: Vec<String>,
    /// For which purposes it has a task; absent where nobody settled that, and its roles say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) taken: Option<Vec<TaakView>>,
    /// When it was made.
    pub(crate) aangemaakt: String,
    /// Who made it; absent for the first account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) aangemaakt_door: Option<String>,
    /// Who else gave it a password last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wachtwoord_door: Option<String>,
    /// Whether it was closed.
    pub(crate) gesloten: bool,
    /// The key of a new client: shown once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sleutel: Option<String>,
}

/// That somebody has a task.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TaakView {
    /// The purpose.
    pub(crate) doel: String,
    /// Who gave the task.
    pub(crate) door: String,
    /// When.
    pub(crate) sinds: String,
}

impl TaakView {
    fn of(task: &GivenTask) -> Self {
        Self {
            doel: task.purpose.to_string(),
            door: task.by_name.clone(),
            sinds: task.since.to_string(),
        }
    }
}

impl AccountView {
    fn of(account: &Account) -> Self {
        let name = |maker: &Maker| maker.name.clone();
        Self {
            id: account.id.to_string(),
            naam: account.name().to_owned(),
            soort: match account.kind() {
                Kind::Person => "persoon".to_owned(),
                Kind::Client => "programma".to_owned(),
            },
            rollen: account.roles.iter().map(ToString::to_string).collect(),
            taken: (account.tasks.as_ref()).map(|tasks| tasks.iter().map(TaakView::of).collect()),
            aangemaakt: account.created.to_string(),
            aangemaakt_door: account.made_by.as_ref().map(name),
            wachtwoord_door: account.password_by.as_ref().map(name),
            gesloten: account.closed,
            sleutel: None,
        }
    }
}

/// What a new account is to be; with a password it is a person, without a program.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateAccount {
    naam: String,
    rollen: Vec<String>,
    wachtwoord: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    rollen: Vec<String>,
}

/// For which purposes somebody has a task; none leaves it to the roles.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tasks {
    doelen: Option<Vec<String>>,
}

/// A new password; for the own account with the one of before.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Password {
    wachtwoord: String,
    huidig_wachtwoord: Option<String>,
}

async fn list(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<Vec<AccountView>>, Problem> {
    let accounts = state.services.accounts.list(&actor)?;
    Ok(Json(accounts.iter().map(AccountView::of).collect()))
}

async fn create(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<CreateAccount>,
) -> Result<(StatusCode, Json<AccountView>), Problem> {
    let new = NewAccount {
        name: body.naam,
        roles: roles(&body.rollen)?,
        password: body.wachtwoord.map(Secret::new),
    };
    let (account, key) = state.services.accounts.create(&actor, new).await?;
    let mut view = AccountView::of(&account);
    view.sleutel = key.map(|key| key.expose().clone());
    Ok((StatusCode::CREATED, Json(view)))
}

async fn set_roles(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(account): Path<String>,
    Body(body): Body<Roles>,
) -> Result<Json<AccountView>, Problem> {
    let roles = roles(&body.rollen)?;
    let account = state
        .services
        .accounts
        .set_roles(&actor, id(&account)?, roles)
        .await?;
    Ok(Json(AccountView::of(&account)))
}

async fn set_tasks(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(account): Path<String>,
    Body(body): Body<Tasks>,
) -> Result<Json<AccountView>, Problem> {
    let tasks = body.doelen.map(|codes| purposes(&codes)).transpose()?;
    let Services { accounts, own, .. } = &state.services;
    let catalogue = own.catalogue();
    let changed = accounts.set_tasks(&actor, id(&account)?, tasks, &catalogue);
    Ok(Json(AccountView::of(&changed.await?)))
}

async fn set_password(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(account): Path<String>,
    Body(body): Body<Password>,
) -> Result<StatusCode, Problem> {
    let current = body.huidig_wachtwoord.map(Secret::new);
    let password = Secret::new(body.wachtwoord);
    state
        .services
        .accounts
        .set_password(&actor, id(&account)?, current, password)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn renew_key(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(account): Path<String>,
) -> Result<Json<serde_json::Value>, Problem> {
    let key = state
        .services
        .accounts
        .renew_key(&actor, id(&account)?)
        .await?;
    Ok(Json(serde_json::json!({ "sleutel": key.expose() })))
}

async fn close(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(account): Path<String>,
) -> Result<Json<AccountView>, Problem> {
    let account = state.services.accounts.close(&actor, id(&account)?).await?;
    Ok(Json(AccountView::of(&account)))
}

fn purposes(codes: &[String]) -> Result<BTreeSet<PurposeId>, Problem> {
    let wrong = |code: &str| FieldFault {
        veld: "doelen".to_owned(),
        melding: format!(
            "`{}` is geen code van een doel, zoals P03",
            code.chars().take(40).collect::<String>()
        ),
    };
    let (mut purposes, mut faults) = (BTreeSet::new(), Vec::new());
    for code in codes {
        match code.trim().parse() {
            Ok(purpose) => {
                purposes.insert(purpose);
            }
            Err(_) => faults.push(wrong(code)),
        }
    }
    if faults.is_empty() {
        return Ok(purposes);
    }
    Err(Problem::invalid("doel-onbekend", "Niet alle doelen bestaan.").with_faults(faults))
}

fn roles(names: &[String]) -> Result<BTreeSet<Role>, Problem> {
    let mut roles = BTreeSet::new();
    let mut faults = Vec::new();
    for name in names {
        match name.parse() {
            Ok(role) => {
                roles.insert(role);
            }
            Err(_) => faults.push(FieldFault {
                veld: "rollen".to_owned(),
                melding: format!(
                    "`{}` is geen rol; kies uit {}",
                    name.chars().take(40).collect::<String>(),
                    Role::ALL.map(Role::as_str).join(", ")
                ),
            }),
        }
    }
    if faults.is_empty() {
        Ok(roles)
    } else {
        Err(Problem::invalid("rol-onbekend", "Niet alle rollen bestaan.").with_faults(faults))
    }
}

impl From<NotTwo> for Problem {
    fn from(why: NotTwo) -> Self {
        let code = match why {
            NotTwo::Same => "zelfde-persoon",
            NotTwo::Made => "geen-twee-personen",
        };
        Self::refused(code, why.dutch())
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        let text = error.dutch();
        match error {
            AccountError::NotAllowed(error) => error.into(),
            AccountError::NotSignedIn => {
                Self::new(StatusCode::UNAUTHORIZED, "niet-aangemeld", text)
            }
            AccountError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, "druk", text),
            AccountError::Taken => Self::refused("naam-bezet", text),
            AccountError::Name => Self::invalid("naam-ongeldig", text),
            AccountError::Password(PasswordError::Short) => Self::invalid("wachtwoord-kort", text),
            AccountError::Password(PasswordError::Long) => Self::invalid("wachtwoord-lang", text),
            AccountError::Password(PasswordError::Easy) => {
                Self::invalid("wachtwoord-makkelijk", text)
            }
            AccountError::Roles => Self::invalid("rollen-gaan-niet-samen", text),
            AccountError::Tasks(_) => Self::invalid("doel-onbekend", text),
            AccountError::Current => Self::refused("huidig-wachtwoord", text),
            AccountError::Client => Self::refused("account-van-programma", text),
            AccountError::Person => Self::refused("account-van-persoon", text),
            AccountError::LastBeheerder => Self::refused("laatste-beheerder", text),
            AccountError::Unknown => Self::missing(text),
            AccountError::NotFirst => Self::refused("er-zijn-accounts", text),
            AccountError::TooMany => Self::refused("te-veel-accounts", text),
            AccountError::Store(error) => error.into(),
            AccountError::Commit(error) => error.into(),
        }
    }
}
