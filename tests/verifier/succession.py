# SPDX-License-Identifier: EUPL-1.2
"""A statement of succession (agreements.md): what the old and the new organisation both signed."""

from hashlib import sha256

import certificate
import cose
import encoding
import form
import plain
import testimony
from refused import require

LARGEST = 16_384
FILE_LARGEST = 65_536
CONTENT_TYPE = "application/basisnet-succession+cbor"
LABEL = "basisnet/succession/v1"
AHEAD = 120_000
LONGEST = 3 * 366 * 86_400_000

PAYLOAD = form.mapping({1: form.OIN, 2: form.OIN, 3: form.MOMENT, 4: form.MOMENT, 5: form.text()})
FILE = form.structure(halves=form.list_of(form.octets()), v=form.exactly(1))


def open_(data, trust, now):
    """Who takes the place of whom, and from when, by a file with both halves."""
    halves = FILE(encoding.decode(data, FILE_LARGEST))["halves"]
    require(len(halves) == 2, "not both halves")
    return statement(halves, (), trust, now, ())


def shared(held, trust, now, witnesses):
    """The same of every statement that a member hands on; the witnesses are in a convenant with one of the two."""
    pairs = [(each["old"], each["new"]) for each in held["statements"]]
    return [statement(pair, held.get("testimonies", ()), trust, now, witnesses) for pair in pairs]


def statement(halves, objects, trust, now, witnesses):
    """What two halves say together, where the certificate under one may have ended since."""
    sides = [_sides(each) for each in halves]
    (_, first, _), (_, second, _) = sides
    require(first == second, "two that did not sign the same")
    (one, _, by), (other, _, _) = sides
    old, new = (one, other) if by == first[0] else (other, one)
    name = sha256(old + new).digest()
    hearing = testimony.Hearing(filter(testimony.is_one, objects), name, witnesses, trust, now, first)
    return _joined([half(each, hearing) for each in (old, new)], name)


def _sides(data):
    """The bytes, the two that they are about, and by which of them; not verified."""
    signed = cose.parse(data, LARGEST)
    payload = PAYLOAD(encoding.decode(signed.payload, LARGEST))
    return data, (payload[1], payload[2]), certificate.named(signed.chain)


def _joined(read, name):
    (old, new), same = read, ("old", "new", "from")
    require(all(old[field] == new[field] for field in same), "two that did not sign the same")
    require(old["by"] == old["old"] and new["by"] == new["new"], "signed by one of the two only")
    signed = max(old["at"], new["at"])
    return {"name": name, "old": old["old"], "new": old["new"], "from": max(old["from"], signed)}


def half(data, hearing):
    """What one of the two signed."""
    signed = cose.parse(data, LARGEST)
    require(signed.content_type == CONTENT_TYPE, "another content type")
    payload = PAYLOAD(encoding.decode(signed.payload, LARGEST))
    by, _ = hearing.signer(data, signed, LABEL, lambda _: payload[4])
    old, new, begins, moment, decision = (payload[place] for place in range(1, 6))
    require(old != new and by in (old, new), "signed by neither of two organisations")
    require(moment <= hearing.now + AHEAD, "a half in the future")
    require(moment + AHEAD >= certificate.begins(signed.chain), "a half before its certificate")
    require(begins <= moment + LONGEST, "a date too far ahead")
    require(plain.is_line(decision, 100) and not plain.may_hold_a_bsn(decision), "a decision that may not stand there")
    return {"old": old, "new": new, "from": begins, "at": moment, "by": by}
