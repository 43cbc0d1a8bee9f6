// SPDX-License-Identifier: EUPL-1.2
//! What may leave. The type is the proof: nobody but this crate can make one.

use basisnet_protocol::message::Recall;

use crate::decision::Grounds;

/// A thing that was decided on and may leave, once it is also recorded.
///
/// It comes from [`crate::Permit::release`] or [`crate::Selection::release`]. There is no way to change what is
/// inside, and no way to make one without a decision:
///
/// ```compile_fail
/// use basisnet_policy::Released;
/// let forged = Released { value: "an answer", grounds: None };
/// ```
///
/// ```compile_fail
/// use basisnet_policy::Released;
/// let forged = Released::new("an answer", None);
/// ```
///
/// A permit cannot be made up either:
///
/// ```compile_fail
/// use basisnet_policy::{Grounds, Obligations, Permit};
/// fn forge(grounds: Grounds, obligations: Obligations) -> Permit {
///     Permit::new(grounds, obligations, Default::default())
/// }
/// ```
///
/// And it is used once:
///
/// ```compile_fail
/// fn twice(permit: basisnet_policy::Permit) {
///     let first = permit.release(|_| 1);
///     let second = permit.release(|_| 2);
/// }
/// ```
#[derive(Debug)]
#[must_use]
pub struct Released<T> {
    value: T,
    grounds: Option<Box<Grounds>>,
}

impl<T> Released<T> {
    pub(crate) fn new(value: T, grounds: Grounds) -> Self {
        Self {
            value,
            grounds: Some(Box::new(grounds)),
        }
    }

    /// What may leave.
    #[must_use]
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// On what it rests; a recall rests on no decision, since it gives nothing.
    #[must_use]
    pub fn grounds(&self) -> Option<&Grounds> {
        self.grounds.as_deref()
    }

    /// What may leave, without the proof. Who sends it asks for the proof first.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }
}

impl Released<Recall> {
    /// Takes back what was given. This may always leave, also when a convenant has ended: it only narrows.
    pub const fn take_back(recall: Recall) -> Self {
        Self {
            value: recall,
            grounds: None,
        }
    }
}
