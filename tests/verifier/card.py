# SPDX-License-Identifier: EUPL-1.2
"""A member card (agreements.md): where the nodes of a member are and whom to call, by the organisation."""

import certificate
import cose
import encoding
import form
import peer
import plain
from bucket import SIZES
from refused import require

LARGEST = 65_536
CONTENT_TYPE = "application/basisnet-directory-record+cbor"
LABEL = "basisnet/directory-record/v1"
AHEAD = 120_000
LONGEST = 366 * 86_400_000


def _bucket(value):
    require(type(value) is int and value in SIZES, "not a bucket")
    return value


RECORD = form.structure(
    v=form.V,
    oin=form.OIN,
    name=form.text(),
    gemeente=form.option(form.GEMEENTE),
    nodes=form.list_of(
        form.structure(peer_id=form.octets(), addresses=form.list_of(form.text()))
    ),
    contacts=form.list_of(
        form.structure(
            purpose=form.option(form.PURPOSE), team=form.text(), mailbox=form.text(), telephone=form.text()
        )
    ),
    buckets=form.structure(index=_bucket, query=_bucket),
    issued=form.MOMENT,
    expires=form.MOMENT,
    seq=form.bits(64),
)


def read(data):
    """The fields of a card, each in its form."""
    return RECORD(encoding.decode(data, LARGEST))


def open_(data, trust, now, last_seq=None):
    """The card, if it is signed by whom it names, counts now, and is newer than the last one."""
    signed = cose.parse(data, LARGEST)
    require(signed.content_type == CONTENT_TYPE, "another content type")
    oin, key = certificate.signer(signed.chain, trust, now)
    signed.verify(key, LABEL)
    card = read(signed.payload)
    require(card["v"] == 1, "another version of the form")
    require(card["oin"] == oin, "signed by another organisation")
    require(card["issued"] <= now + AHEAD, "from the future")
    require(card["expires"] > now, "expired")
    require(0 < card["expires"] - card["issued"] <= LONGEST, "a term of more than a year")
    _nodes(card["nodes"])
    _contacts(card)
    require(last_seq is None or card["seq"] > last_seq, "not newer than the last one")
    return card


def _nodes(nodes):
    ids = [peer.is_peer_id(node["peer_id"]) for node in nodes]
    require(1 <= len(ids) <= 8 and len(set(ids)) == len(ids), "no nodes, too many, or one twice")
    for node in nodes:
        require(1 <= len(node["addresses"]) <= 8, "no addresses, or too many")
        for address in node["addresses"]:
            require(address.startswith("/") and plain.is_line(address, 200, in_bytes=True), "not an address")


def _contacts(card):
    purposes = [contact["purpose"] for contact in card["contacts"]]
    require(len(purposes) <= 64 and len(set(purposes)) == len(purposes), "too many contacts, or two for one purpose")
    _text(card["name"])
    for contact in card["contacts"]:
        _text(contact["team"])
        _text(contact["mailbox"])
        require(plain.is_line(contact["telephone"], 200, in_bytes=True), "not a telephone number")


def _text(text):
    require(plain.is_line(text, 200, in_bytes=True) and not plain.may_hold_a_bsn(text), "text that may not stand here")
