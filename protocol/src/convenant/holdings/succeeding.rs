// SPDX-License-Identifier: EUPL-1.2
//! Which statements of succession an organisation takes, keeps and hands on.
//!
//! A statement goes to whoever is in a convenant that it is about, before anything else is said there; so nobody goes on
//! exchanging with who has gone because it was away when that was said. It is taken of anybody: both signatures prove it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Holdings;
use crate::convenant::state::has_place;
use crate::convenant::{Act, ActKind, Convenant, ConvenantContent};
use crate::id::Oin;
use crate::succession::{Succession, Successions};

/// Statements that one organisation keeps; the country has some 340 gemeenten.
const MOST: usize = 1_024;

impl Holdings {
    /// Who took the place of whom.
    #[must_use]
    pub fn successions(&self) -> &Arc<Successions> {
        &self.successions
    }

    /// Whether a statement is kept: it is new, there is room, and it is about the own organisation or about one with which
    /// it is, or is to be, in a convenant.
    #[must_use]
    pub fn takes(&self, statement: &Succession) -> bool {
        let terms = statement.terms();
        let about = [terms.old, terms.new];
        let known = |oin: &Oin| self.line_to(*oin).iter().any(|one| self.shares(*one));
        self.successions.takes(statement)
            && self.successions.iter().count() < MOST
            && (about.contains(&self.me) || about.iter().any(known))
    }

    /// The statements that this member must have heard of: about itself, or about who is in a convenant with it.
    #[must_use]
    pub fn statements_for(&self, peer: Oin) -> Vec<&Succession> {
        if self.successions.is_empty() {
            return Vec::new();
        }
        let with = self.companions(peer);
        let statements = self.successions.iter();
        let is_about = |statement: &&Succession| {
            let terms = statement.terms();
            with.contains(&terms.old) || with.contains(&terms.new)
        };
        statements.filter(is_about).collect()
    }

    /// Who is, was or comes in a convenant that concerns this member and the own organisation, itself included.
    fn companions(&self, peer: Oin) -> BTreeSet<Oin> {
        let versions = self.of(peer).flat_map(|group| group.versions());
        let versions = versions.filter(|version| {
            let content = version.content();
            self.concerns(content, peer) && self.concerns(content, self.me)
        });
        let members = versions.flat_map(|version| &version.content().members);
        let mut with: BTreeSet<Oin> = members.map(|member| member.oin).chain([peer]).collect();
        let after: Vec<_> = with
            .iter()
            .flat_map(|member| self.successions.after(*member))
            .collect();
        with.extend(after);
        with
    }

    /// An organisation and all that a statement names as having been before it.
    pub(super) fn line_to(&self, organisation: Oin) -> BTreeSet<Oin> {
        let mut line = self.successions.before(organisation);
        line.insert(organisation);
        line
    }

    /// Whether an organisation is a member of a version, or is named as coming after one.
    #[must_use]
    pub fn has_place(&self, content: &ConvenantContent, organisation: Oin) -> bool {
        has_place(content, &self.successions, organisation)
    }

    /// Who may vouch for what this organisation signed: whoever accepted, as the own organisation did, a version in which
    /// it has a place. That somebody names it in a draft is not enough.
    #[must_use]
    pub fn witnesses(&self, of: Oin) -> BTreeSet<Oin> {
        let own = self.line_to(self.me);
        let accepted = |version: &Convenant| -> BTreeSet<Oin> {
            let acts = version.acts().iter();
            let accepting = acts.filter(|act| act.kind() == ActKind::Accept);
            accepting.map(Act::by).collect()
        };
        self.versions()
            .filter(|version| version.is_party(of))
            .map(|version| accepted(version))
            .filter(|by| !by.is_disjoint(&own))
            .flatten()
            .collect()
    }

    /// Whether an organisation is a member of a version that concerns the own one.
    fn shares(&self, organisation: Oin) -> bool {
        let versions = self.of(organisation).flat_map(|group| group.versions());
        versions
            .map(|version| version.content())
            .any(|content| content.is_member(organisation) && self.concerns(content, self.me))
    }
}
