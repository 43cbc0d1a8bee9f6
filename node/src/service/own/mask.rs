// SPDX-License-Identifier: EUPL-1.2
//! What a yes covers. Only a yes of the rules makes a mask, and only through a mask is a field read.

use std::collections::BTreeSet;

use basisnet_policy::{Field, Permit};
use basisnet_protocol::purpose::PurposeId;

/// The fields of one record that somebody sees, and for which purpose.
///
/// There is no way to make one but a decision:
///
/// ```compile_fail
/// use basisnet_node::service::own::Mask;
/// fn all(purpose: basisnet_protocol::purpose::PurposeId) -> Mask {
///     Mask { purpose, fields: Default::default() }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    purpose: PurposeId,
    fields: BTreeSet<Field>,
}

impl Mask {
    pub(super) fn of(permit: Permit) -> Self {
        let purpose = permit.grounds().purpose.clone();
        let fields = permit.release(|obligations| obligations.fields.clone());
        Self {
            purpose,
            fields: fields.into_value(),
        }
    }

    /// For which purpose the record is shown.
    #[must_use]
    pub const fn purpose(&self) -> &PurposeId {
        &self.purpose
    }

    /// A field, if it is among what is shown; else nothing is read.
    pub fn pick<T>(&self, field: Field, read: impl FnOnce() -> T) -> Option<T> {
        self.fields.contains(&field).then(read)
    }

    /// The verdict as text, always the same for the same verdict.
    pub(super) fn canonical(&self) -> String {
        let fields: Vec<&str> = self.fields.iter().map(|field| field.as_str()).collect();
        format!("permit {} {}", self.purpose, fields.join(" "))
    }
}
