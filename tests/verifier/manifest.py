# SPDX-License-Identifier: EUPL-1.2
"""A manifest (matching.md): the key, the limits and the term of one context, with the proof that B has the key."""

from hashlib import sha256

import bucket
import message
import oprf
import ristretto
from refused import require

DAY = 86_400_000
EPOCH_ZERO = 19_723 * DAY  # Monday 2024-01-01
EPOCH = 28 * DAY
EARLY = 3 * DAY


def u32(number):
    """Four bytes, big-endian."""
    return number.to_bytes(4, "big")


def context(manifest, server, client):
    """What keys, tags and quota are bound to."""
    parts = (
        b"basisnet/pm/v1/ctx",
        b"ristretto255-SHA512",
        manifest["group_id"].encode(),
        u32(manifest["convenant_version"]),
        manifest["purpose_id"].encode(),
        u32(manifest["purpose_version"]),
        u32(manifest["epoch"]),
        server.encode(),
        client.encode(),
        manifest["key_generation"],
    )
    return sha256(b"".join(oprf.lp(part) for part in parts)).digest()


def open_(data, server, client, now):
    """The manifest of `server` for `client`, and its context."""
    manifest = message.decode("manifest", data)
    ctx = context(manifest, server, client)
    prove_possession(ctx, manifest["pk"], manifest["pop"])
    require(manifest["index_bucket"] in bucket.SIZES, "an index of another size")
    require(manifest["query_bucket_of_client"] in bucket.SIZES, "questions of another size")
    require(manifest["quota"] == bucket.quota(manifest["query_bucket_of_client"]), "another quota")
    start = EPOCH_ZERO + manifest["epoch"] * EPOCH
    require(start - EARLY <= manifest["valid_from"] < manifest["valid_to"] <= start + EPOCH, "not a term in its epoch")
    require(manifest["valid_from"] <= now < manifest["valid_to"], "outside its term")
    return manifest, ctx


def prove_possession(ctx, pk, pop):
    """Goes on only when who made `pop` had the secret key of `pk`, for this context."""
    c, s = ristretto.scalar(pop[:32]), ristretto.scalar(pop[32:])
    key = ristretto.decode(pk)
    again = ristretto.add(ristretto.times(s, ristretto.BASE), ristretto.times(c, key))
    said = b"basisnet/pm/v1/pop" + ctx + pk + ristretto.encode(again)
    require(oprf.hash_to_scalar(said) == c, "no proof of possession")
