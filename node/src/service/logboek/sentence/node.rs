// SPDX-License-Identifier: EUPL-1.2
//! What became of the node itself, in a sentence.

use crate::counted::counted;

/// It goes on from a backup with so many entries, of so many that were signed for.
pub(super) fn restored(size: u64, signed: Option<u64>) -> String {
    let held = counted(size, "regel", "regels");
    match signed.and_then(|signed| signed.checked_sub(size)) {
        Some(gone @ 1..) => {
            let gone = counted(gone, "ondertekende regel", "ondertekende regels");
            format!("De node gaat verder vanaf een back-up met {held}; verloren: {gone}.")
        }
        Some(0) | None => format!("De node gaat verder vanaf een back-up met {held}."),
    }
}
