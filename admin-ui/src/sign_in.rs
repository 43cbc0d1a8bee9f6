// SPDX-License-Identifier: EUPL-1.2
//! The page to sign in with a local account.

use crate::form::{Fault, Field, faults};
use crate::frame::page;

/// The page to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Name of the account.
    pub name: Field,
    /// The password; never filled in again.
    pub password: Field,
    /// Where the reader wanted to go.
    pub next: String,
    /// Whether an earlier session has ended.
    pub session_ended: bool,
    /// Why signing in failed, without saying which of the two was wrong.
    pub failure: Option<String>,
}

impl SignIn {
    fn faults(&self) -> Vec<Fault> {
        let mut all = faults([&self.name, &self.password]);
        if let Some(text) = &self.failure {
            let anchor = self.name.anchor();
            all.insert(
                0,
                Fault {
                    anchor,
                    text: text.clone(),
                },
            );
        }
        all
    }
}

page!(SignIn, SignInPage, "sign_in.html");
