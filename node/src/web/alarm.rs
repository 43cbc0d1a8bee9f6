// SPDX-License-Identifier: EUPL-1.2
//! The alarms, and the decision on one.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use basisnet_admin_ui::alarms as view;
use basisnet_admin_ui::form::{Choice, Field};
use basisnet_admin_ui::frame::Section;

use super::WebState;
use super::aanbieder::name_of;
use super::auth::Reader;
use super::convert::{id, moment};
use super::fault::WebFault;
use super::sent::Sent;
use crate::api::alarmen::{outcome, word};
use crate::service::account::Function;
use crate::service::alarm::{Alarm, AlarmError, Outcome};
use crate::service::logboek::alarm_text;

/// What can be decided, in the order of the form.
const OUTCOMES: [Outcome; 3] = [Outcome::GoOn, Outcome::Discussed, Outcome::Suspend];

/// The list.
pub(super) async fn list(
    State(web): State<WebState>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    let alarms = web.services.alarms.list(&reader.actor)?;
    let (mut open, mut decided) = (Vec::new(), Vec::new());
    for alarm in &alarms {
        let row = row(&web, alarm)?;
        match alarm.is_open() {
            true => open.push(row),
            false => decided.push(row),
        }
    }
    let page = view::Alarms { open, decided };
    Ok(Html(page.page(&reader.frame(&web, Section::Alarms))?))
}

fn row(web: &WebState, alarm: &Alarm) -> Result<view::AlarmRow, WebFault> {
    let state = match alarm.outcome() {
        None => view::State::Open,
        Some(Outcome::GoOn) => view::State::GoesOn,
        Some(Outcome::Discussed) => view::State::Discussed,
        Some(Outcome::Suspend) => view::State::Suspended,
    };
    Ok(view::AlarmRow {
        id: alarm.id.to_string(),
        member: name_of(web, alarm.peer)?,
        what: alarm_text(&alarm.cause),
        times: usize::try_from(alarm.times).unwrap_or(usize::MAX),
        last: moment(alarm.last),
        state,
    })
}

/// One alarm, with the form to decide.
pub(super) async fn show(
    State(web): State<WebState>,
    Path(path): Path<String>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    let alarm = web.services.alarms.show(&reader.actor, id(&path)?)?;
    let page = page(&web, &reader, &alarm, ("", ""))?;
    Ok(Html(page.page(&reader.frame(&web, Section::Alarms))?))
}

/// Decides, or says what is missing.
pub(super) async fn decide(
    State(web): State<WebState>,
    Path(path): Path<String>,
    reader: Reader,
    sent: Sent,
) -> Result<Response, WebFault> {
    let alarms = &web.services.alarms;
    let alarm = alarms.show(&reader.actor, id(&path)?)?;
    let (chosen, reason) = (sent.one("alarmbesluit"), sent.one("alarmreden"));
    let text = reader.visitor.text();
    let mut page = page(&web, &reader, &alarm, (chosen, reason))?;
    match outcome(chosen) {
        None => page.decision.error = Some(text.s("fout-alarmbesluit-leeg")),
        Some(outcome) => match alarms
            .decide(&reader.actor, alarm.id, outcome, reason)
            .await
        {
            Ok(_) => {
                web.memory
                    .done(&reader.visitor.key(), text.s("gedaan-alarm"));
                return Ok(Redirect::to(Section::Alarms.path()).into_response());
            }
            Err(AlarmError::Reason) => page.reason.error = Some(text.s("fout-alarmreden")),
            Err(other) => return Err(other.into()),
        },
    }
    let html = page.page(&reader.frame(&web, Section::Alarms))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response())
}

fn page(
    web: &WebState,
    reader: &Reader,
    alarm: &Alarm,
    (chosen, reason): (&str, &str),
) -> Result<view::Alarm, WebFault> {
    let text = reader.visitor.text();
    let options = OUTCOMES.map(|one| Choice {
        value: word(one).to_owned(),
        label: text.term("alarmbesluit", word(one)),
        hint: None,
        chosen: word(one) == chosen,
    });
    let decisions = alarm.decisions.iter().map(|decision| view::Decided {
        what: text.term("alarmbesluit", word(decision.outcome)),
        reason: decision.reason.clone(),
        by: decision.by_name.clone(),
        at: moment(decision.at),
    });
    Ok(view::Alarm {
        row: row(web, alarm)?,
        first: moment(alarm.first),
        decisions: decisions.collect(),
        decision: Field::new("alarmbesluit")
            .filled(chosen)
            .choices(options.into()),
        reason: Field::new("alarmreden").filled(reason),
        may_decide: reader.actor.holds(Function::DecideAlarms),
    })
}

impl From<AlarmError> for WebFault {
    fn from(fault: AlarmError) -> Self {
        match fault {
            AlarmError::NotAllowed(fault) => fault.into(),
            AlarmError::Unknown => Self::not_found(),
            AlarmError::Reason => Self::unreadable(),
            AlarmError::Store(_) | AlarmError::Commit(_) => Self::broken(fault),
        }
    }
}
