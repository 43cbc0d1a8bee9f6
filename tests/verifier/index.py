# SPDX-License-Identifier: EUPL-1.2
"""An index (matching.md): sorted entries that open only for who evaluated the same identifier."""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

import merkle
import message
from manifest import u32
from refused import Refused, require

ENTRY = 40
TAG = 8


def open_(data, manifest, ctx, previous=None):
    """The entries of an index that belongs to `manifest`, and follows `previous` where that is given."""
    index = message.decode("index", data)
    require(index["ctx"] == ctx, "of another context")
    entries = [index["entries"][at : at + ENTRY] for at in range(0, len(index["entries"]), ENTRY)]
    require(len(entries) == manifest["index_bucket"], "another size than the manifest says")
    tags = [entry[:TAG] for entry in entries]
    require(all(one < other for one, other in zip(tags, tags[1:])), "tags out of order or double")
    require(merkle.root(entries) == index["merkle_root"], "another Merkle root")
    if previous is not None:
        before = message.decode("index", previous)
        require(index["seq"] == before["seq"] + 1, "a number that does not follow")
        require(index["prev_index_hash"] == hashlib.sha256(previous).digest(), "not after the last index")
    else:
        require((index["seq"] == 1) == (index["prev_index_hash"] is None), "only the first follows nothing")
    return index, entries


def key(ctx, value, seq):
    """The tag and the key of the entry for what was evaluated."""
    strong = hmac.digest(ctx, value, "sha512")
    okm = hmac.digest(strong, b"basisnet/pm/v1/entry" + u32(seq) + b"\x01", "sha512")[:ENTRY]
    return okm[:TAG], okm[TAG:]


def label(entry, ctx, value, seq):
    """The label in an entry, for who evaluated its identifier."""
    tag, secret = key(ctx, value, seq)
    require(entry[:TAG] == tag, "an entry for something else")
    try:
        return ChaCha20Poly1305(secret).decrypt(bytes(12), entry[TAG:], ctx + u32(seq) + tag)
    except InvalidTag:
        raise Refused("an entry that does not open") from None
