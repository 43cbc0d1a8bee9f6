# SPDX-License-Identifier: EUPL-1.2
"""RFC 9497 in mode VOPRF over ristretto255 with SHA-512: what is needed to check a source, and to repeat the vectors."""

from hashlib import sha512

import ristretto
from refused import require

CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"


def lp(data):
    """The length in two bytes, then the data."""
    return len(data).to_bytes(2, "big") + data


def expand(message, label, length=64):
    """expand_message_xmd of RFC 9380 with SHA-512."""
    label = label + bytes([len(label)])
    first = sha512(bytes(128) + message + length.to_bytes(2, "big") + b"\x00" + label).digest()
    block = sha512(first + b"\x01" + label).digest()
    require(length <= 64, "more than one block")
    return block[:length]


def hash_to_scalar(message, label=b"HashToScalar-" + CONTEXT):
    """A scalar that follows from a message."""
    return int.from_bytes(expand(message, label), "little") % ristretto.ORDER


def hash_to_group(message):
    """An element that follows from a message."""
    return ristretto.from_uniform(expand(message, b"HashToGroup-" + CONTEXT))


def derive_key_pair(seed, info):
    """The key of a context."""
    for counter in range(256):
        secret = hash_to_scalar(seed + lp(info) + bytes([counter]), b"DeriveKeyPair" + CONTEXT)
        if secret:
            return secret, ristretto.encode(ristretto.times(secret, ristretto.BASE))
    raise ValueError("no key follows from this seed")


def evaluate(secret, message):
    """What who has the key, and who asked for it, has in the end."""
    element = ristretto.encode(ristretto.times(secret, hash_to_group(message)))
    return sha512(lp(message) + lp(element) + b"Finalize").digest()


def verify_batch(pk, asked, evaluated, proof):
    """Goes on only when every element was evaluated with the key behind `pk`."""
    require(len(asked) == len(evaluated) and asked, "not as many as were asked")
    seed = sha512(lp(pk) + lp(b"Seed-" + CONTEXT)).digest()
    m = z = ristretto.IDENTITY
    for place, (one, other) in enumerate(zip(asked, evaluated)):
        weight = hash_to_scalar(lp(seed) + place.to_bytes(2, "big") + lp(one) + lp(other) + b"Composite")
        m = ristretto.add(m, ristretto.times(weight, ristretto.decode(one)))
        z = ristretto.add(z, ristretto.times(weight, ristretto.decode(other)))
    c, s = ristretto.scalar(proof[:32]), ristretto.scalar(proof[32:])
    key = ristretto.decode(pk)
    t2 = ristretto.add(ristretto.times(s, ristretto.BASE), ristretto.times(c, key))
    t3 = ristretto.add(ristretto.times(s, m), ristretto.times(c, z))
    parts = b"".join(lp(ristretto.encode(each)) for each in (m, z, t2, t3))
    require(hash_to_scalar(lp(pk) + parts + b"Challenge") == c, "a proof that does not hold")
