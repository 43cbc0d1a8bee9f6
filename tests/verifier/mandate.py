# SPDX-License-Identifier: EUPL-1.2
"""A mandate (agreements.md): who acts for whom, for what and until when, and who signed that."""

import re
from hashlib import sha256

import certificate
import convenant
import cose
import encoding
import form
import testimony
from refused import Refused, require

LARGEST = 8_192
ACTS = ("give", "accept", "withdraw")
LONGEST = 5 * 366 * 86_400_000

CONTENT = form.structure(
    v=form.V,
    nonce=form.octets(16),
    member=form.OIN,
    holder=form.OIN,
    purposes=form.set_of(form.PURPOSE),
    care_forms=form.set_of(form.text()),
    valid=form.structure(**{"from": form.MOMENT}, until=form.MOMENT),
)


def open_(content_data, objects, trust, now, witnesses=()):
    """The content, its hash, and who did what with it; the witnesses are in a convenant with both."""
    content = sound(content_data)
    name = sha256(content_data).digest()
    parties = (content["member"], content["holder"])
    hearing = testimony.Hearing(filter(testimony.is_one, objects), name, witnesses, trust, now, parties)
    acts = [act(each, name, content, hearing) for each in objects if not testimony.is_one(each)]
    return {"hash": name, "content": content, "acts": acts}


def act(data, name, content, hearing):
    """What one of the two did with this mandate, and when."""
    signed = cose.parse(data, convenant.ACT_LARGEST)
    kind = next((kind for kind in ACTS if signed.content_type == f"application/basisnet-mandate-{kind}+cbor"), None)
    require(kind is not None, "another content type")
    label = f"basisnet/mandate-{kind}/v1"
    try:
        oin, _ = hearing.signer(data, signed, label, lambda of: convenant.payload_of(of)[2])
    except Refused:
        # A withdrawal only narrows, so nobody has to vouch for one that was signed in its time.
        require(kind == "withdraw", "an act for which nobody vouches")
        signed.verify(certificate.key(signed.chain), label)
        moment = convenant.payload_of(signed)[2]
        oin, _, ended = certificate.signer_then(signed.chain, hearing.trust, moment)
        require(moment < ended, "a withdrawal by a certificate that was taken back before")
    payload = convenant.payload_of(signed)
    require(payload[1] == name, "an act on another mandate")
    require(payload[2] <= hearing.now + convenant.AHEAD, "an act in the future")
    whose = {"give": (content["member"],), "accept": (content["holder"],)}
    require(oin in whose.get(kind, (content["member"], content["holder"])), "an act by who has no part in it")
    return {"kind": kind, "oin": oin, "at": payload[2]}


def read(data):
    """The fields of a content, each in its form."""
    return CONTENT(encoding.decode(data, LARGEST))


def sound(data):
    """The content, if it is one that somebody may sign."""
    content = read(data)
    require(content["v"] == 1, "another version of the form")
    require(content["member"] != content["holder"], "a mandate to itself")
    require(1 <= len(content["purposes"]) <= 40, "no purpose, or more than there are")
    require(1 <= len(content["care_forms"]) <= 100, "no form of care, or more than there are")
    require(all(re.fullmatch(r"[0-9]{2}", code) for code in content["care_forms"]), "another shape of care form")
    valid = content["valid"]
    require(0 < valid["until"] - valid["from"] < LONGEST + 1000, "a term that cannot be")
    return content
