// SPDX-License-Identifier: EUPL-1.2
//! Backups of the data of a node, and putting one back, as the people who run it do: by hand, while it stands still. The
//! keys lie elsewhere and stay as they are.

use basisnet_node::rekey::go_back;

use crate::killing::copy;
use crate::network::Network;

impl Network {
    /// Stops a node, copies its data, and starts it.
    pub async fn back_up(&mut self, number: usize) {
        self.stop(number).await;
        let home = self.member(number).home.clone();
        copy(&home.join("data"), &home.join("reservekopie"));
        self.start(number).await;
    }

    /// Stops a node and puts its backup in the place of what it has.
    ///
    /// # Panics
    /// When there is none.
    pub async fn put_back(&mut self, number: usize) {
        self.stop(number).await;
        let home = self.member(number).home.clone();
        std::fs::remove_dir_all(home.join("data")).expect("disk");
        copy(&home.join("reservekopie"), &home.join("data"));
    }

    /// Puts the backup of a node back, says that it goes on from there, and starts it.
    ///
    /// # Panics
    /// When it cannot go on.
    pub async fn restore(&mut self, number: usize) {
        self.put_back(number).await;
        let went_back = go_back(&self.member(number).config(), self.clock.clone()).await;
        went_back.expect("a backup to go on from");
        self.start(number).await;
    }

    /// A node hands its newest card to another, whose people bring it in, and what follows from it by itself is done.
    ///
    /// # Panics
    /// When it is not taken.
    pub async fn hand_card(&self, from: usize, to: usize) {
        let we = crate::agreement::everybody();
        let leden = |number: usize| &self.node(number).services().leden;
        let card = leden(from).issue(&we).await.expect("a card");
        leden(to).import(&we, &card).await.expect("a newer card");
        self.settle().await;
    }
}
