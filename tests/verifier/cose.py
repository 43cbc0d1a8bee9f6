# SPDX-License-Identifier: EUPL-1.2
"""What is signed (encoding.md): one COSE_Sign1 for everything, with a label per kind of object.

The signature is over bytes. Nothing of the payload is decoded before it was verified.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

import encoding
import form
from refused import Refused, require

EDDSA, ES256, ES384, PS256 = -8, -7, -35, -37
SIGN1 = 18


@dataclass
class Signed:
    """An object whose signature still has to be verified."""

    protected: bytes
    algorithm: int
    content_type: str
    chain: list
    payload: bytes
    signature: bytes

    def verify(self, key, label):
        """Goes on only when `key` signed this, as what `label` says it is."""
        signed = encoding.encode(["Signature1", self.protected, label.encode(), self.payload])
        require(self.algorithm == algorithm_of(key), "another algorithm than that of the key")
        try:
            _verify(key, self.signature, signed)
        except InvalidSignature:
            raise Refused("a signature that does not verify") from None


def parse(data, largest):
    """Takes an object apart, without believing any of it."""
    outer = encoding.decode_tagged(data, SIGN1, largest)
    require(isinstance(outer, list) and len(outer) == 4, "not four parts")
    protected, unprotected, payload, signature = outer
    require(all(isinstance(part, bytes) for part in (protected, payload, signature)), "a part that is no byte string")
    require(isinstance(unprotected, encoding.Map) and not unprotected.pairs, "something in the unprotected map")
    header = _HEADER(encoding.decode(protected, largest))
    return Signed(protected, header[1], header[3], header.get(33, []), payload, signature)


def algorithm_of(key):
    """The algorithm that follows from a key. The header of an object may only agree with it."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return EDDSA
    if isinstance(key, ec.EllipticCurvePublicKey):
        algorithm = {"secp256r1": ES256, "secp384r1": ES384}.get(key.curve.name)
        require(algorithm is not None, "a key on another curve")
        return algorithm
    require(isinstance(key, rsa.RSAPublicKey), "a key of another kind")
    require(2048 <= key.key_size <= 8192, "an RSA key of another size")
    return PS256


def _chain(value):
    if isinstance(value, bytes):
        return [value]
    several = form.list_of(form.octets(), most=6)(value)
    require(len(several) >= 2, "an array for fewer than two certificates")
    return several


_HEADER = form.mapping({1: form.number(-(2**63), 2**63 - 1), 3: form.text(), 33: _chain}, optional=(33,))


def _verify(key, signature, signed):
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, signed)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        half = key.key_size // 8
        require(len(signature) == 2 * half, "r and s are not at full length")
        r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        require(r > 0 and s > 0, "a signature that does not verify")
        hash_of = hashes.SHA256() if half == 32 else hashes.SHA384()
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hash_of))
    else:
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
        key.verify(signature, signed, pss, hashes.SHA256())
