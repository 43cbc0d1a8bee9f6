// SPDX-License-Identifier: EUPL-1.2
//! What the node can do, a noun each. The doors (API, pages, peers, time) call these and decide nothing themselves.
//!
//! A service is a struct that is cheap to clone and holds what it needs. Every call that a person makes takes the
//! [`account::Actor`] that made it: there is no way to act without being somebody.

pub mod aanbieder;
pub mod account;
pub mod alarm;
pub mod beleid;
pub mod betrokkenheid;
pub mod bevraging;
pub mod changes;
pub mod convenant;
pub mod correspondence;
pub mod deelname;
pub mod doel;
pub mod dpia;
pub mod estate;
pub mod import;
pub mod inzage;
pub mod leden;
pub mod line;
pub mod logboek;
pub mod mandaat;
pub mod matching;
pub mod model;
pub mod notice;
pub mod own;
pub mod publication;
pub mod restored;
pub mod retention;
pub mod sweep;
#[cfg(test)]
mod testing;
pub mod treffer;
mod unbroken;
mod vouching;

use std::sync::Arc;

use basisnet_protocol::time::Timestamp;

use crate::clock::Clock;
use crate::config::Config;
use crate::keys::CurrentOrg;
use crate::outbox::Outbox;
use crate::overlay::{KnownPeers, Overlay};
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::trust::Trust;
use aanbieder::Aanbieders;
use account::{AccountRules, Accounts};
use alarm::Alarms;
use beleid::{Beleid, CurrentEngine};
use betrokkenheid::Betrokkenheden;
use bevraging::Bevragingen;
use convenant::Convenanten;
use correspondence::Correspondence;
use deelname::Deelname;
use doel::Doelen;
use dpia::Dpia;
use estate::Estates;
use inzage::{InzageParts, Inzagen};
use leden::Leden;
use line::Lines;
use logboek::Logboek;
use mandaat::Mandaten;
use matching::{Matching, NodeMatched, NodeSurroundings, Surroundings};
use notice::Notices;
use own::Own;
use publication::Publications;
use restored::Restored;
use sweep::Sweeps;
use treffer::{TrefferFault, Treffers};

/// What the services of one node share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Base {
    /// What the people who run the node have settled.
    pub config: Arc<Config>,
    /// What the node remembers.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// The rules and the catalogue of purposes that count now.
    pub engine: CurrentEngine,
    /// The connection with other nodes, to look along the line to one.
    pub overlay: Overlay,
    /// The way out to peers.
    pub outbox: Outbox,
    /// The peers that are known from directory records; whoever keeps the records keeps this up to date.
    pub known: KnownPeers,
    /// The key of the organisation.
    pub org: CurrentOrg,
    /// Which certificates count.
    pub trust: Trust,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// The bytes of the PeerId of this node.
    pub peer_id: Vec<u8>,
    /// Where this node can be reached by others, as multiaddresses.
    pub addresses: Vec<String>,
}

/// All services of one node.
#[derive(Clone, Debug)]
pub struct Services {
    /// Who may do what, and who is signed in.
    pub accounts: Accounts,
    /// The register of aanbieders.
    pub aanbieders: Aanbieders,
    /// How the own organisation is involved with them.
    pub betrokkenheden: Betrokkenheden,
    /// What the own people see of the own records.
    pub own: Own,
    /// The log of what was done.
    pub logboek: Logboek,
    /// What was agreed with others.
    pub convenanten: Convenanten,
    /// Who acts for whom.
    pub mandaten: Mandaten,
    /// Telling the other members about them, and hearing it from them.
    pub correspondence: Correspondence,
    /// The other members, and whom to call there.
    pub leden: Leden,
    /// The lines to them, looked along step by step.
    pub lines: Lines,
    /// Purposes, and which are in force.
    pub doelen: Doelen,
    /// Which rules and which catalogue count.
    pub beleid: Beleid,
    /// What others may ask and discover here.
    pub publications: Publications,
    /// Who else knows an aanbieder.
    pub treffers: Treffers,
    /// Asking the other members.
    pub bevragingen: Bevragingen,
    /// Questions about one aanbieder, our own and those of others.
    pub inzagen: Inzagen,
    /// The data protection impact assessment, with the facts of this node.
    pub dpia: Dpia,
    /// What is done and what is left to do before the own organisation takes part.
    pub deelname: Deelname,
    /// What goes to the organisation that takes the place of the own one, and what comes of one before it.
    pub estates: Estates,
    /// What the node points out by itself.
    pub notices: Notices,
    /// What points at a member, and on which a person decides.
    pub alarms: Alarms,
}

impl Services {
    /// Puts the services together.
    #[must_use]
    pub fn new(base: &Base) -> Self {
        let (config, store, clock) = (&base.config, &base.store, &base.clock);
        let me = config.organisatie.oin;
        let own = Own::new(me, store.clone(), clock.clone(), base.engine.clone());
        let aanbieders = Aanbieders::new(store.clone(), clock.clone(), config, own.clone());
        let betrokkenheden = Betrokkenheden::new(store.clone(), clock.clone(), own.clone());
        let convenanten = Convenanten::new(base);
        let mandaten = Mandaten::new(base, convenanten.clone());
        let leden = Leden::new(base, aanbieders.clone());
        let doelen = Doelen::new(store.clone(), clock.clone(), base.engine.clone());
        let register = (aanbieders.clone(), betrokkenheden.clone());
        let agreed = (convenanten.clone(), leden.clone(), doelen.clone());
        let around = surroundings(base, register, agreed, mandaten.clone());
        let matching = matching(base, &around);
        let publications = Publications::new(matching.clone());
        let treffers = treffers(config, &matching, &aanbieders);
        let sweeps = Sweeps::new(matching);
        let inzagen = Inzagen::new(InzageParts {
            doelen: doelen.clone(),
            aanbieders: aanbieders.clone(),
            betrokkenheden: betrokkenheden.clone(),
            around,
            matched: matched(&treffers, &publications),
            base: base.into(),
        });
        let (outbox, rules) = (base.outbox.clone(), AccountRules::from_config(config));
        let accounts = Accounts::new(store.clone(), clock.clone(), rules);
        let dpia = Dpia::new(base, &accounts, &aanbieders, &convenanten, &leden, &doelen);
        let papers = (convenanten.clone(), mandaten.clone(), leden.clone());
        let correspondence = Correspondence::new(papers, &base.outbox);
        let lines = Lines::new(
            base,
            leden.clone(),
            convenanten.clone(),
            correspondence.clone(),
        );
        let deelname = Deelname::new(base, &aanbieders, &convenanten, &leden, &doelen, &sweeps);
        Self {
            mandaten,
            correspondence,
            lines,
            accounts,
            dpia,
            deelname,
            estates: Estates::new(base, &convenanten, &aanbieders, &betrokkenheden),
            notices: Notices::new(store.clone(), clock.clone(), treffers.clone()),
            alarms: Alarms::new(store.clone(), clock.clone()),
            bevragingen: Bevragingen::new(sweeps, treffers.clone(), outbox, clock.clone()),
            beleid: Beleid::new(base, convenanten.clone(), doelen.clone()),
            logboek: Logboek::new(store.clone()).naming(leden.clone(), aanbieders.clone()),
            aanbieders,
            betrokkenheden,
            own,
            convenanten,
            leden,
            doelen,
            publications,
            treffers,
            inzagen,
        }
    }
}

impl Services {
    /// Lets go of what came from others before the node went back to a backup: it may have been taken back since. Gives
    /// when that was.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub async fn let_go_of_before_a_backup(
        &self,
        base: &Base,
    ) -> Result<Option<Timestamp>, TrefferFault> {
        let (store, now) = (&base.store, base.clock.now());
        let Some(restored) = Restored::last(store)? else {
            return Ok(None);
        };
        inzage::let_go_of_before(store, restored, now).await?;
        self.bevragingen.forget_past().await?;
        Ok(Some(restored))
    }
}

fn surroundings(
    base: &Base,
    (aanbieders, betrokkenheden): (Aanbieders, Betrokkenheden),
    (convenanten, leden, doelen): (Convenanten, Leden, Doelen),
    mandaten: Mandaten,
) -> Arc<dyn Surroundings> {
    Arc::new(NodeSurroundings {
        me: base.config.organisatie.oin,
        clock: base.clock.clone(),
        aanbieders,
        betrokkenheden,
        convenanten,
        leden,
        doelen,
        mandaten,
        store: base.store.clone(),
    })
}

fn matched(treffers: &Treffers, publications: &Publications) -> Arc<NodeMatched> {
    Arc::new(NodeMatched {
        treffers: treffers.clone(),
        publications: publications.clone(),
    })
}

fn matching(base: &Base, around: &Arc<dyn Surroundings>) -> Matching {
    let (store, clock) = (base.store.clone(), base.clock.clone());
    let me = base.config.organisatie.oin;
    Matching::new(store, clock, me, base.engine.clone(), Arc::clone(around))
}

fn treffers(config: &Config, matching: &Matching, aanbieders: &Aanbieders) -> Treffers {
    let from = usize::try_from(config.grenzen.samenloop_vanaf).unwrap_or(usize::MAX);
    Treffers::new(matching.clone())
        .about(aanbieders.clone())
        .noticing_from(from)
}
