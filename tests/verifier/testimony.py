# SPDX-License-Identifier: EUPL-1.2
"""Testimonies (agreements.md): what lets an act count of which the certificate has ended since."""

from hashlib import sha256

import certificate
import cose
import encoding
import form
from refused import Refused, require

LARGEST = 16_384
CONTENT_TYPE = "application/basisnet-convenant-testimony+cbor"
LABEL = "basisnet/convenant-testimony/v1"
MOST = 128
AHEAD = 120_000


def _seen(value):
    require(isinstance(value, list) and len(value) == 2, "not an act and a moment")
    return form.HASH(value[0]), form.MOMENT(value[1])


PAYLOAD = form.mapping({1: form.HASH, 2: form.MOMENT, 3: form.list_of(_seen, most=MOST)})


class Hearing:
    """Who signed an act: by a certificate that counts now, or on the word of a member that had it when it did."""

    def __init__(self, objects, about, members, trust, now, parties=()):
        """Members may vouch for anybody; the parties, as of a mandate, only for what they signed themselves."""
        self.trust, self.now, self.members, self.heard = trust, now, set(members) - set(parties), []
        for data in objects:
            try:
                by, said, seen = _open(data, trust, now)
            except Refused:  # Then what rests on it does not count either.
                continue
            if said == about and (by in self.members or by in parties):
                self.heard.append((by, seen))

    def signer(self, data, signed, label, moment_in):
        """The organisation and the key behind an act, of which `moment_in` reads the moment."""
        try:
            oin, key = certificate.signer(signed.chain, self.trust, self.now)
            signed.verify(key, label)
        except certificate.Past:
            oin, key = self._signer_then(data, signed, label, moment_in)
        begins = certificate.begins(signed.chain)
        require(moment_in(signed) + AHEAD >= begins, "an act before its certificate")
        return oin, key

    def _signer_then(self, data, signed, label, moment_in):
        signed.verify(certificate.key(signed.chain), label)
        moment = moment_in(signed)
        oin, key, ended = certificate.signer_then(signed.chain, self.trust, moment)
        name = sha256(data).digest()
        for by, seen in self.heard:
            verified = seen.get(name)
            in_time = by in self.members and verified is not None and verified < ended and verified + AHEAD >= moment
            if verified is not None and (by == oin or in_time):
                return oin, key
        raise Refused("an act for which nobody vouches")


def is_one(data):
    """Whether this says that it is a testimony."""
    try:
        return cose.parse(data, LARGEST).content_type == CONTENT_TYPE
    except Refused:
        return False


def _open(data, trust, now):
    signed = cose.parse(data, LARGEST)
    oin, key = certificate.signer(signed.chain, trust, now)
    signed.verify(key, LABEL)
    payload = PAYLOAD(encoding.decode(signed.payload, LARGEST))
    seen = dict(payload[3])
    require(len(seen) == len(payload[3]), "an act twice")
    require(payload[2] <= now + AHEAD, "a testimony in the future")
    require(all(verified <= payload[2] for verified in seen.values()), "a moment ahead of its own")
    return oin, payload[1], seen
