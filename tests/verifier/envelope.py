# SPDX-License-Identifier: EUPL-1.2
"""An envelope (connection.md): a message with its sender, recipient, number and term, by the key of a node."""

from hashlib import sha256

import cose
import encoding
import form
import message
import peer
from refused import require

OVERHEAD = 512
AHEAD = 120_000
LONGEST = 3_600_000

HEADER = (form.OIN, form.OIN, form.octets(16), form.MOMENT, form.MOMENT, form.octets())


class Seen:
    """The message numbers that a receiver had from each organisation."""

    def __init__(self):
        self.held = set()

    def once(self, *what):
        """Goes on only the first time."""
        require(what not in self.held, "a message that was seen before")
        self.held.add(what)


def open_(data, now, sender, recipient, peer_id, seen):
    """The message inside. `sender` and `peer_id` are what attestation and channel proved."""
    require(len(data) <= max(message.LARGEST.values()) + OVERHEAD, "larger than any kind may be")
    signed = cose.parse(data, len(data))
    kind = message.kind_of(signed.content_type)
    require(len(data) <= message.LARGEST[kind] + OVERHEAD, "larger than its kind may be")
    require(not signed.chain, "a chain in an envelope")
    signed.verify(peer.key_of(peer_id), f"basisnet {kind} v1")
    payload = encoding.decode(signed.payload, len(data))
    require(isinstance(payload, list) and len(payload) == len(HEADER), "not six parts")
    header = [check(part) for check, part in zip(HEADER, payload)]
    from_, to, message_id, issued, expires, inner = header
    require(from_ == sender, "the sender is not the organisation that the attestation names")
    require(to == recipient, "for somebody else")
    require(issued <= now + AHEAD, "from the future")
    require(now < expires, "expired")
    require(0 <= expires - issued <= LONGEST, "a term of more than an hour")
    said = message.decode(kind, inner)
    seen.once(recipient, sender, message_id)
    return {"kind": kind, "message": inner, "said": said, "req_hash": sha256(inner).digest()}
