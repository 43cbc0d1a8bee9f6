# SPDX-License-Identifier: EUPL-1.2
"""A PeerId and the key in it (connection.md)."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from refused import require

PREFIX = bytes.fromhex("002408011220")


def is_peer_id(value):
    """The form of a PeerId: the bytes that say "an Ed25519 key", and the key."""
    require(isinstance(value, bytes), "not a byte string")
    require(len(value) == len(PREFIX) + 32 and value.startswith(PREFIX), "not the PeerId of an Ed25519 key")
    return value


def key_of(peer_id):
    """The key that a PeerId names."""
    return Ed25519PublicKey.from_public_bytes(is_peer_id(peer_id)[len(PREFIX) :])
