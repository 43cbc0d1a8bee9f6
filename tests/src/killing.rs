// SPDX-License-Identifier: EUPL-1.2
//! Killing a node where it stands, as kill -9 and a power cut do: what its disk held at that moment is what it starts with
//! again, and nobody heard from it in between.

use std::path::Path;

use basisnet_node::audit::Event;
use basisnet_node::store::Change;

use crate::network::Network;

impl Network {
    /// Kills a node.
    pub async fn kill(&mut self, number: usize) {
        self.kill_after(number, 0);
        self.bury(number).await;
    }

    /// A node will be killed once it has written so often, between the write and whoever waits for it.
    pub fn kill_after(&self, number: usize, writes: u32) {
        let store = &self.node(number).base().store;
        store.testing_only_lose_power_after(writes);
    }

    /// Nobody will be killed any more who was not yet.
    pub fn spare_everybody(&self) {
        for number in (0..self.members.len()).filter(|number| self.is_up(*number)) {
            self.kill_after(number, u32::MAX);
        }
    }

    /// Those that were killed in the meantime are gone. Gives which.
    pub async fn bury_the_dead(&mut self) -> Vec<usize> {
        let dead = |number: &usize| {
            let node = self.members[*number].node.as_ref();
            node.is_some_and(|node| node.base().store.is_broken())
        };
        let dead: Vec<usize> = (0..self.members.len()).filter(dead).collect();
        for number in &dead {
            self.bury(*number).await;
        }
        dead
    }

    async fn bury(&mut self, number: usize) {
        self.cuts.silence(self.peer_id(number), true);
        let node = self.members[number].node.take().expect("a node that runs");
        // Answered only after what was being written is written.
        node.base().store.testing_only_lose_power_after(0);
        let last = Change::new().audit(Event::NodeStopped {});
        assert!(node.base().store.commit(last).await.is_err());
        let config = self.members[number].config();
        let (data, image) = (
            &config.opslag.datamap,
            self.members[number].home.join("data.toen"),
        );
        copy(data, &image);
        node.testing_only_kill().await;
        std::fs::remove_dir_all(data).expect("disk");
        std::fs::rename(&image, data).expect("disk");
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("disk");
    for entry in std::fs::read_dir(from).expect("disk") {
        let entry = entry.expect("disk");
        let (kind, to) = (entry.file_type().expect("disk"), to.join(entry.file_name()));
        match kind.is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).expect("disk")),
        }
    }
}
