# SPDX-License-Identifier: EUPL-1.2
"""An evaluated batch (matching.md, "Sweep"): the answer belongs to the question, and all of it is by one key."""

from hashlib import sha256

import message
import oprf
from refused import require

ELEMENT = 32


def open_(asked, answered, pk):
    """How many were evaluated with the key of the manifest."""
    request, response = message.decode("eval-request", asked), message.decode("eval-response", answered)
    require(response["req_hash"] == sha256(asked).digest(), "an answer to something else")
    for field in ("ctx", "sweep_id", "batch_no"):
        require(request[field] == response[field], f"another `{field}` than was asked")
    blinded, evaluated = _elements(request), _elements(response)
    oprf.verify_batch(pk, blinded, evaluated, response["proof"])
    return len(evaluated)


def _elements(batch):
    return [batch["elements"][at : at + ELEMENT] for at in range(0, len(batch["elements"]), ELEMENT)]
