# SPDX-License-Identifier: EUPL-1.2
"""The vectors of private matching (matching.md): everything that follows from a seed, made anew and compared."""

import hmac

import index
import manifest
import oprf
import ristretto
from refused import require


def repeat(vector):
    """Goes on only when every value of the vector comes out again."""
    told = dict(vector, key_generation=bytes.fromhex(vector["key_generation"]))
    ctx = manifest.context(told, vector["server"], vector["client"])
    require(ctx.hex() == vector["ctx"], "another context")
    secret, pk = oprf.derive_key_pair(bytes.fromhex(vector["epoch_seed"]), b"basisnet/pm/v1/oprf-key" + ctx)
    require(secret.to_bytes(32, "little").hex() == vector["secret_key"], "another secret key")
    require(pk.hex() == vector["public_key"], "another public key")
    for entry in vector["entries"]:
        _entry(entry, ctx, secret, bytes.fromhex(vector["label"]))
    for blind in vector["blinds"]:
        _blind(blind, bytes.fromhex(vector["sweep_seed"]))


def _name(of):
    return f"basisnet/id/v1|{of['kind']}|{of['number']}".encode()


def _entry(entry, ctx, secret, label):
    value = oprf.evaluate(secret, _name(entry))
    require(value.hex() == entry["value"], "another evaluation")
    for line in entry["index"]:
        sealed = bytes.fromhex(line["tag"] + line["sealed"])
        require(index.label(sealed, ctx, value, line["seq"]) == label, "another label")


def _blind(blind, seed):
    strong = hmac.digest(b"basisnet/pm/v1/blind", seed, "sha512")
    okm = hmac.digest(strong, manifest.u32(blind["slot"]) + b"\x01", "sha512")
    scalar = int.from_bytes(okm, "little") % ristretto.ORDER
    require(scalar.to_bytes(32, "little").hex() == blind["blind"], "another blind")
    element = ristretto.times(scalar, oprf.hash_to_group(_name(blind)))
    require(ristretto.encode(element).hex() == blind["blinded"], "another blinded element")
