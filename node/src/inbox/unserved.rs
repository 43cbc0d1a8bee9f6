// SPDX-License-Identifier: EUPL-1.2
//! What a node may be asked and this one does not do: it gets the same no as everything else.
//!
//! A node of another version may well send it, so it is no incident. Who asks learns nothing more than of any no.

use basisnet_protocol::message::{Head, Message};

use super::{Delivery, Routes};
use crate::outbox::Outbox;

/// The routes of what is not served, beside those there are.
pub(super) fn routes(routes: Routes, outbox: &Outbox) -> Routes {
    refuse::<Head>(routes, outbox)
}

fn refuse<M: Message + Send + 'static>(routes: Routes, outbox: &Outbox) -> Routes {
    let outbox = outbox.clone();
    routes.on(move |asked: Delivery<M>| {
        let refusal = outbox.refuse(asked.from, asked.hash);
        async move { Ok(refusal?) }
    })
}
