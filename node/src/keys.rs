// SPDX-License-Identifier: EUPL-1.2
//! The only code that touches private keys. The rest of the program gets something that signs.
//!
//! There are two keys. The **node key** (Ed25519, made here) proves which process is speaking: it is the identity on
//! the network and signs every message. The **organisation key** (from the certificate authority) proves for whom it
//! speaks: it signs attestations and convenanten. Both lie in files that nobody else may read; a file that others
//! can read is refused, because then the key may already be somebody else's too.

mod credentials;
mod current;
mod file;
mod nearing;
mod node;
mod org;
mod pseudonym;

pub use credentials::{Credentials, Held, OrgFiles, forget_expired, keep, key_for, key_to_ask_for};
pub use current::CurrentOrg;
pub use file::{KeyFileError, create_secret, read_secret};
pub use nearing::{STEPS, step_of};
pub use node::NodeKey;
pub use org::OrgKey;
pub use pseudonym::PseudonymKey;

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

/// Something that must not be printed, copied or left behind in memory.
pub struct Secret<T: Zeroize>(Zeroizing<T>);

impl<T: Zeroize> Secret<T> {
    /// From here on it is a secret.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The secret itself, to be used and not kept.
    #[must_use]
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_as_secret_and_nothing_more() {
        let secret = Secret::new(vec![7_u8; 32]);
        assert_eq!(format!("{secret:?}"), "[secret]");
        assert_eq!(secret.expose().len(), 32);
    }
}
