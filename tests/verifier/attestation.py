# SPDX-License-Identifier: EUPL-1.2
"""An attestation (connection.md): "this PeerId speaks for this OIN until then", by the organisation."""

import certificate
import cose
import encoding
import form
import peer
from refused import require

LARGEST = 8_192
CONTENT_TYPE = "application/basisnet-attestation+cbor"
LABEL = "basisnet/peer-attestation/v1"
AHEAD = 120_000
LONGEST = 7 * 86_400

CLAIMS = form.mapping(
    {1: form.OIN, 2: peer.is_peer_id, 3: form.number(), 4: form.number(), 5: form.text(), 6: form.number()}
)


def open_(data, trust, now, network, peer_id, last_signed=None):
    """Who speaks, and until when. `peer_id` is the one that the channel proved; `now` is in milliseconds."""
    signed = cose.parse(data, LARGEST)
    require(signed.content_type == CONTENT_TYPE, "another content type")
    oin, key = certificate.signer(signed.chain, trust, now)
    signed.verify(key, LABEL)
    claims = CLAIMS(encoding.decode(signed.payload, LARGEST))
    not_before, expires, signed_at = claims[3], claims[4], claims[6]
    require(claims[1] == oin, "the organisation is not that of the certificate")
    require(claims[2] == peer_id, "another node than the channel proved")
    require(claims[5] == network, "another network")
    require(not_before * 1000 <= now + AHEAD and signed_at <= now + AHEAD, "from the future")
    require(expires * 1000 > now, "expired")
    require(expires - not_before <= LONGEST, "a term of more than seven days")
    require(last_signed is None or signed_at >= last_signed, "older than the last one seen")
    return {"oin": oin, "expires": expires}
