# SPDX-License-Identifier: EUPL-1.2
"""The signed head of a log (log.md): a C2SP tlog-checkpoint in a signed note, by the key of a node."""

import base64
import binascii
import re
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import merkle
import peer
from refused import Refused, require

LARGEST = 4_096


def open_(note, peer_id):
    """Origin, size and root of a head that the node behind `peer_id` signed."""
    require(len(note.encode()) <= LARGEST, "larger than it may be")
    body, split, signatures = note.partition("\n\n")
    require(split and signatures.endswith("\n"), "not a signed note")
    lines = body.split("\n")
    require(len(lines) == 3, "not three lines")
    origin, size, root = lines
    require(origin and re.fullmatch("0|[1-9][0-9]{0,18}", size, re.ASCII), "not the number of entries")
    root = _base64(root)
    require(len(root) == 32, "not a root")
    _signed(body + "\n", origin, signatures, peer_id)
    return {"origin": origin, "size": int(size), "root": root}


def follows(new, old, proof):
    """Goes on only when the newer head continues the older one."""
    require(new["origin"] == old["origin"], "a head of another log")
    merkle.consistent(old["size"], old["root"], new["size"], new["root"], proof)


def _signed(text, origin, signatures, peer_id):
    key = peer.key_of(peer_id)
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = sha256(origin.encode() + b"\n\x01" + raw).digest()[:4]
    for line in signatures[:-1].split("\n"):
        require(line.startswith("\u2014 "), "not a line with a signature")
        name, _, signature = line[2:].rpartition(" ")
        signature = _base64(signature)
        if name == origin and signature[:4] == key_id:
            try:
                return key.verify(signature[4:], text.encode())
            except InvalidSignature:
                raise Refused("a signature that does not verify") from None
    raise Refused("not signed by the node")


def _base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("not base64") from None
    require(base64.b64encode(data).decode() == text, "not base64 in its one form")
    return data
