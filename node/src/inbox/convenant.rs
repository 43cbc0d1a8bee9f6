// SPDX-License-Identifier: EUPL-1.2
//! The conversation about convenanten and members, as peers start it: what do you hold, and here is what you lack.

use basisnet_protocol::message::{
    ConvenantList, ConvenantShare, DirectoryList, DirectoryRecords, MandateList, MandateShare,
    SuccessionShare,
};

use super::{Delivery, Routes, Unanswered};
use crate::outbox::Outbox;
use crate::service::correspondence::{Correspondence, VERSION};

/// The routes of convenanten, beside those there are.
pub(super) fn routes(routes: Routes, outbox: &Outbox, correspondence: &Correspondence) -> Routes {
    let (asked, out) = (correspondence.clone(), outbox.clone());
    let routes = routes.on(move |delivery: Delivery<ConvenantList>| {
        let (correspondence, outbox) = (asked.clone(), out.clone());
        async move {
            if delivery.message.v != VERSION {
                return Ok(outbox.refuse(delivery.from, delivery.hash)?);
            }
            let held = correspondence.compare(delivery.from, &delivery.message)?;
            Ok(outbox.reply_procedural(delivery.from, &held)?)
        }
    });
    let (shared, out) = (correspondence.clone(), outbox.clone());
    let routes = routes.on(move |delivery: Delivery<ConvenantShare>| {
        let (correspondence, outbox) = (shared.clone(), out.clone());
        async move {
            if delivery.message.v != VERSION {
                return Ok(outbox.refuse(delivery.from, delivery.hash)?);
            }
            let from = delivery.from;
            let taken = correspondence.take(delivery).await;
            let taken = taken.map_err(|error| Unanswered::because(&error))?;
            Ok(outbox.reply_procedural(from, &taken)?)
        }
    });
    let (told, out) = (correspondence.clone(), outbox.clone());
    let routes = routes.on(move |delivery: Delivery<SuccessionShare>| {
        let (correspondence, outbox) = (told.clone(), out.clone());
        async move {
            let from = delivery.from;
            let held = correspondence.take_statements(delivery).await;
            let held = held.map_err(|error| Unanswered::because(&error))?;
            Ok(outbox.reply_procedural(from, &held)?)
        }
    });
    let (asked, out) = (correspondence.clone(), outbox.clone());
    let routes = routes.on(move |delivery: Delivery<DirectoryList>| {
        let (correspondence, outbox) = (asked.clone(), out.clone());
        async move {
            if delivery.message.v != VERSION {
                return Ok(outbox.refuse(delivery.from, delivery.hash)?);
            }
            let lacking = correspondence.compare_members(delivery.from, &delivery.message)?;
            Ok(outbox.reply_procedural(delivery.from, &lacking)?)
        }
    });
    let routes = mandates(routes, outbox, correspondence);
    let (passed, out) = (correspondence.clone(), outbox.clone());
    routes.on(move |delivery: Delivery<DirectoryRecords>| {
        let (correspondence, outbox) = (passed.clone(), out.clone());
        async move {
            if delivery.message.v != VERSION {
                return Ok(outbox.refuse(delivery.from, delivery.hash)?);
            }
            let held = correspondence
                .take_members(delivery.from, &delivery.message)
                .await
                .map_err(|error| Unanswered::because(&error))?;
            Ok(outbox.reply_procedural(delivery.from, &held)?)
        }
    })
}

/// The same about mandates: who acts for whom.
fn mandates(routes: Routes, outbox: &Outbox, correspondence: &Correspondence) -> Routes {
    let (asked, out) = (correspondence.clone(), outbox.clone());
    let routes = routes.on(move |delivery: Delivery<MandateList>| {
        let (correspondence, outbox) = (asked.clone(), out.clone());
        async move {
            let from = delivery.from;
            let held = correspondence.compare_mandates(delivery).await;
            let held = held.map_err(|error| Unanswered::because(&error))?;
            Ok(outbox.reply_procedural(from, &held)?)
        }
    });
    let (shared, out) = (correspondence.clone(), outbox.clone());
    routes.on(move |delivery: Delivery<MandateShare>| {
        let (correspondence, outbox) = (shared.clone(), out.clone());
        async move {
            let from = delivery.from;
            let held = correspondence.take_mandate(delivery).await;
            let held = held.map_err(|error| Unanswered::because(&error))?;
            Ok(outbox.reply_procedural(from, &held)?)
        }
    })
}
