# SPDX-License-Identifier: EUPL-1.2
"""Trees of RFC 6962 with SHA-256 (log.md, matching.md)."""

from hashlib import sha256

from refused import require


def leaf(entry):
    """The hash of a leaf."""
    return sha256(b"\x00" + entry).digest()


def node(left, right):
    """The hash of two below."""
    return sha256(b"\x01" + left + right).digest()


def root(entries):
    """The root over entries, in their order."""
    if not entries:
        return sha256(b"").digest()
    level = [leaf(entry) for entry in entries]
    while len(level) > 1:
        odd = [level[-1]] if len(level) % 2 else []
        level = [node(one, other) for one, other in zip(level[::2], level[1::2])] + odd
    return level[0]


def consistent(old_size, old_root, new_size, new_root, proof):
    """Goes on only when the larger tree begins with the smaller one (RFC 9162, 2.1.4.2)."""
    require(old_size <= new_size, "a tree that became smaller")
    if old_size == new_size:
        require(not proof and old_root == new_root, "two trees of one size")
        return
    if old_size == 0:
        require(not proof, "a proof from nothing")
        return
    path = list(proof) if old_size & (old_size - 1) else [old_root] + list(proof)
    require(path, "no proof")
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old, new = path[0], path[0]
    for step in path[1:]:
        require(last != 0, "a proof that is too long")
        if first & 1 or first == last:
            old, new = node(step, old), node(step, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node(new, step)
        first, last = first >> 1, last >> 1
    require(last == 0 and old == old_root and new == new_root, "a proof that does not lead from one to the other")
