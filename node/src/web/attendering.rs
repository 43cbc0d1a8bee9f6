// SPDX-License-Identifier: EUPL-1.2
//! The page with what the node points out, and following an aanbieder.

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use basisnet_admin_ui::frame::Section;
use basisnet_admin_ui::notices as view;
use basisnet_protocol::id::Oin;

use super::WebState;
use super::aanbieder::name_of;
use super::auth::Reader;
use super::convert::{id, moment};
use super::fault::WebFault;
use super::sent::Sent;
use crate::service::notice::{NoticeError, SeenNotice, Told};

/// The most on one page.
const MOST: usize = 200;

/// The list.
pub(super) async fn list(
    State(web): State<WebState>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    let notices = web
        .services
        .notices
        .list(&reader.actor, false, MOST)
        .await?;
    let about = notices.iter().map(|notice| notice.aanbieder);
    let names = web.services.aanbieders.names(&reader.actor, about).await?;
    let text = reader.visitor.text();
    let (mut fresh, mut read) = (Vec::new(), Vec::new());
    for notice in &notices {
        let name = names.get(&notice.aanbieder).cloned();
        let row = row(
            &web,
            notice,
            name.unwrap_or_else(|| text.s("naam-niet-getoond")),
        )?;
        match notice.read {
            true => read.push(row),
            false => fresh.push(row),
        }
    }
    let page = view::Notices { fresh, read };
    Ok(Html(page.page(&reader.frame(&web, Section::Notices))?))
}

fn row(
    web: &WebState,
    notice: &SeenNotice,
    aanbieder: String,
) -> Result<view::NoticeRow, WebFault> {
    let names = |peers: &mut dyn Iterator<Item = &Oin>| {
        let names = peers.map(|peer| name_of(web, *peer));
        names.collect::<Result<Vec<_>, _>>()
    };
    let told = match &notice.told {
        Told::NewTreffer { peer } => view::Told::NewTreffer {
            member: name_of(web, *peer)?,
        },
        Told::Samenloop { now, .. } => view::Told::Samenloop {
            count: now.count(),
            members: names(&mut now.known.iter())?,
            unknown: names(&mut now.unknown.iter())?,
        },
    };
    Ok(view::NoticeRow {
        id: notice.id.to_string(),
        aanbieder,
        aanbieder_id: notice.aanbieder.to_string(),
        at: moment(notice.at),
        told,
    })
}

/// Marks one as read, and back to the list.
pub(super) async fn read(
    State(web): State<WebState>,
    Path(path): Path<String>,
    reader: Reader,
    _sent: Sent,
) -> Result<Response, WebFault> {
    let notices = &web.services.notices;
    notices.mark_read(&reader.actor, id(&path)?).await?;
    Ok(Redirect::to(Section::Notices.path()).into_response())
}

/// Follows an aanbieder or no longer does, and back to its page.
pub(super) async fn follow(
    State(web): State<WebState>,
    Path(path): Path<String>,
    reader: Reader,
    sent: Sent,
) -> Result<Response, WebFault> {
    let (notices, about) = (&web.services.notices, id(&path)?);
    let told = match sent.one("volgen") {
        "ja" => {
            notices.follow(&reader.actor, about).await?;
            "gedaan-gevolgd"
        }
        _ => {
            notices.unfollow(&reader.actor, about).await?;
            "gedaan-ontvolgd"
        }
    };
    let text = reader.visitor.text();
    web.memory.done(&reader.visitor.key(), text.s(told));
    Ok(Redirect::to(&format!("/aanbieders/{about}")).into_response())
}

impl From<NoticeError> for WebFault {
    fn from(fault: NoticeError) -> Self {
        match fault {
            NoticeError::Treffer(fault) => fault.into(),
            NoticeError::Unknown => Self::not_found(),
            NoticeError::TooMany => Self::unreadable(),
            NoticeError::Store(_) | NoticeError::Commit(_) => Self::broken(fault),
        }
    }
}
