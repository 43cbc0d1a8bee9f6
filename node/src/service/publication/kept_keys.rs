// SPDX-License-Identifier: EUPL-1.2
//! The keys that were derived lately, so that a question on a treffer does not derive its key anew.
//!
//! A key follows from the secret of its epoch, and lives no longer than that. Every use reads the secret and holds it
//! against the one from which the kept key came: when the secret is gone or is another, the kept key is none. Once an
//! epoch is answered for no more its keys are wiped, whether anybody asks or not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use basisnet_protocol::matching::{ContextHash, Epoch, ServerKey};
use basisnet_protocol::time::Timestamp;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// As many keys are kept: those of some forty members, this epoch and the one before. Beyond that all are let go of.
const AT_MOST: usize = 96;

/// Keys by their context. A copy holds the same keys.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptKeys(Arc<Mutex<BTreeMap<ContextHash, Kept>>>);

#[derive(Debug)]
struct Kept {
    epoch: Epoch,
    seed: Zeroizing<[u8; 32]>,
    // Wipes itself when the last who uses it is done.
    key: Arc<ServerKey>,
}

impl KeptKeys {
    /// The key of a context, if it was kept and came from this seed.
    pub(super) fn find(&self, ctx: &ContextHash, seed: &[u8; 32]) -> Option<Arc<ServerKey>> {
        let kept = self.kept();
        let kept = kept.get(ctx)?;
        bool::from(kept.seed.ct_eq(seed)).then(|| Arc::clone(&kept.key))
    }

    /// Keeps a key that was derived from this seed.
    pub(super) fn keep(
        &self,
        ctx: &ContextHash,
        epoch: Epoch,
        seed: Zeroizing<[u8; 32]>,
        key: &Arc<ServerKey>,
    ) {
        let mut kept = self.kept();
        if kept.len() >= AT_MOST {
            kept.clear();
        }
        let key = Arc::clone(key);
        kept.insert(*ctx, Kept { epoch, seed, key });
    }

    /// Wipes the key of a context of which the secret is gone.
    pub(super) fn forget(&self, ctx: &ContextHash) {
        self.kept().remove(ctx);
    }

    /// Wipes the keys of epochs in which nothing is answered any more.
    pub(super) fn forget_past(&self, now: Timestamp) {
        self.kept().retain(|_, kept| now < kept.epoch.held_until());
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<ContextHash, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use basisnet_protocol::matching::possession;
    use basisnet_protocol::octets::Octets;

    use super::*;

    const CTX: ContextHash = Octets([3; 32]);

    fn kept(seed: [u8; 32]) -> (KeptKeys, Epoch) {
        let (keys, now) = (KeptKeys::default(), "2027-03-01T08:00:00Z".parse());
        let epoch = Epoch::at(now.unwrap()).unwrap();
        let key = Arc::new(possession::derive_key(&seed, &CTX).unwrap());
        keys.keep(&CTX, epoch, Zeroizing::new(seed), &key);
        (keys, epoch)
    }

    #[test]
    fn a_kept_key_is_found_by_the_secret_it_came_from_and_by_no_other() {
        let (keys, _) = kept([1; 32]);
        assert!(keys.find(&CTX, &[1; 32]).is_some());
        assert!(keys.find(&CTX, &[2; 32]).is_none());
        assert!(keys.find(&Octets([4; 32]), &[1; 32]).is_none());
        keys.forget(&CTX);
        assert!(keys.find(&CTX, &[1; 32]).is_none());
    }

    #[test]
    fn a_key_is_wiped_when_its_epoch_is_answered_for_no_more() {
        let (keys, epoch) = kept([1; 32]);
        let until = epoch.held_until();
        keys.forget_past(until - std::time::Duration::from_millis(1));
        let in_use = keys.find(&CTX, &[1; 32]).unwrap();
        keys.forget_past(until);
        assert!(keys.find(&CTX, &[1; 32]).is_none());
        assert_eq!(Arc::strong_count(&in_use), 1, "nobody else holds it");
    }

    #[test]
    fn there_are_never_many() {
        let (keys, epoch) = kept([1; 32]);
        let key = keys.find(&CTX, &[1; 32]).unwrap();
        for number in 0..=u8::MAX {
            let ctx = Octets([number; 32]);
            keys.keep(&ctx, epoch, Zeroizing::new([1; 32]), &key);
            assert!(Arc::strong_count(&key) <= AT_MOST + 1);
        }
    }
}
