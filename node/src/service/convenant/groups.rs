// SPDX-License-Identifier: EUPL-1.2
//! All groups by name, and those of each organisation: who asks about one member does not go by the convenanten of
//! others, however many there are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use basisnet_protocol::convenant::{Act, ConvenantContent, ConvenantHash, Group, GroupError};
use basisnet_protocol::id::Oin;

use super::record::Travel;
use crate::store::StoreError;

/// A version with the acts on it.
pub(super) type Version = (ConvenantContent, Vec<Act>);

/// The groups that a node knows.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    by_name: BTreeMap<String, Arc<Group>>,
    of: BTreeMap<Oin, BTreeSet<String>>,
    travels: BTreeMap<ConvenantHash, Travel>,
}

impl Groups {
    /// The versions, each in its group.
    pub(super) fn new(versions: Vec<(Version, Travel)>) -> Result<Self, StoreError> {
        let mut groups = Self::default();
        let mut by_name = BTreeMap::<String, Vec<Version>>::new();
        for (version, travel) in versions {
            let name = version.0.group_id.clone();
            groups.travels.insert(version.0.hash(), travel);
            by_name.entry(name).or_default().push(version);
        }
        for (name, versions) in by_name {
            groups.link(name, versions)?;
        }
        Ok(groups)
    }

    /// Puts in a version that is new, or that has more acts than before.
    pub(super) fn put(
        &mut self,
        (content, acts): Version,
        travel: Travel,
    ) -> Result<(), StoreError> {
        let (name, hash) = (content.group_id.clone(), content.hash());
        self.travels.insert(hash, travel);
        let known = self.by_name.get(&name);
        let others = known.into_iter().flat_map(|group| group.versions());
        let others = others.filter(|version| version.hash() != hash);
        let mut versions: Vec<Version> = others
            .map(|version| (version.content().clone(), version.acts().to_vec()))
            .collect();
        versions.push((content, acts));
        self.link(name, versions)
    }

    fn link(&mut self, name: String, versions: Vec<Version>) -> Result<(), StoreError> {
        let damaged = |error: GroupError| StoreError::Corrupt(format!("convenant: {error}"));
        let group = Group::new(versions).map_err(damaged)?;
        let versions = group.versions().iter();
        for member in versions.flat_map(|version| &version.content().members) {
            self.of.entry(member.oin).or_default().insert(name.clone());
        }
        self.by_name.insert(name, Arc::new(group));
        Ok(())
    }

    /// How a version travels.
    pub(super) fn travel(&self, hash: ConvenantHash) -> Travel {
        self.travels.get(&hash).copied().unwrap_or_default()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Group>> {
        self.by_name.values()
    }

    pub(super) fn named(&self, name: &str) -> Option<&Arc<Group>> {
        self.by_name.get(name)
    }

    /// The groups of which this organisation is or was a member.
    pub(super) fn of(&self, member: Oin) -> impl Iterator<Item = &Arc<Group>> {
        let names = self.of.get(&member).into_iter().flatten();
        names.filter_map(|name| self.by_name.get(name))
    }
}
