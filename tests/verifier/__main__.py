# SPDX-License-Identifier: EUPL-1.2
"""Reads cases, a JSON object on each line, and says of each whether it holds. README.md describes them."""

import json
import sys
from functools import lru_cache, partial
from pathlib import Path

import attestation
import card
import convenant
import encoding
import envelope
import evaluation
import head
import index
import mandate
import manifest
import matching
import message
import succession
from certificate import Trust
from refused import Refused

LARGEST = 4 * 1024 * 1024


class Case:
    """One thing that was shown, and what is known besides."""

    def __init__(self, told, folder):
        self.told, self.folder = told, folder

    def __getitem__(self, name):
        return self.told[name]

    def octets(self, name):
        """Bytes: the contents of a file beside the cases, or hexadecimal text."""
        return self._octets(self.told[name])

    def shown(self):
        """The bytes that it is about, with one bit turned where the case says so."""
        data = bytearray(self.octets("data"))
        if "turn" in self.told:
            place, bit = self.told["turn"]
            data[place] ^= 1 << bit
        return bytes(data)

    def optional(self, name):
        """Bytes that may be absent."""
        return self.octets(name) if name in self.told else None

    def trust(self):
        """Anchors and revocation lists."""
        named = ("anchors", "lists", "former")
        return _trust(*(tuple(map(self._octets, self.told.get(name, ()))) for name in named))

    def _octets(self, value):
        if isinstance(value, dict):
            return (self.folder / value["file"]).read_bytes()
        return bytes.fromhex(value)


@lru_cache
def _trust(anchors, lists, former):
    return Trust.of(anchors, lists, former)


def _attestation(case, _):
    last = case.told.get("last_signed")
    return attestation.open_(
        case.shown(), case.trust(), case["now"], case["network"], case.octets("peer_id"), last
    )


def _envelope(case, seen):
    opened = envelope.open_(
        case.shown(), case["now"], case["sender"], case["recipient"], case.octets("peer_id"), seen
    )
    return {"kind": opened["kind"], "message": opened["message"]}


def _convenant(case, _):
    return convenant.open_(case.shown(), case.trust(), case["now"])


def _card(case, _):
    return card.open_(case.shown(), case.trust(), case["now"], case.told.get("last_seq"))


def _mandate(case, _):
    """The acts as `mandate-share` brings them, with who is in a convenant with both."""
    shared = message.decode("mandate-share", case.shown())
    witnesses = set(case.told.get("witnesses", ()))
    return mandate.open_(shared["content"], shared["acts"], case.trust(), case["now"], witnesses)


def _succession(case, _):
    """A file, or what a member hands on, with who is in a convenant with one of the two."""
    if "witnesses" in case.told:
        held = message.decode("succession-share", case.shown())
        return succession.shared(held, case.trust(), case["now"], set(case["witnesses"]))
    return succession.open_(case.shown(), case.trust(), case["now"])


def _manifest(case, _):
    opened, ctx = manifest.open_(case.shown(), case["server"], case["client"], case["now"])
    return {"ctx": ctx, "epoch": opened["epoch"]}


def _index(case, _):
    held = message.decode("manifest", case.octets("manifest"))
    ctx = manifest.context(held, case["server"], case["client"])
    opened, entries = index.open_(case.shown(), held, ctx, case.optional("previous"))
    return {"seq": opened["seq"], "entries": len(entries)}


def _evaluation(case, _):
    held = message.decode("manifest", case.octets("manifest"))
    return {"evaluated": evaluation.open_(case.octets("asked"), case.shown(), held["pk"])}


def _head(case, _):
    said = message.decode("head", case.shown())
    opened = head.open_(said["checkpoint"], case.octets("peer_id"))
    if "previous" in case.told:
        before = head.open_(message.decode("head", case.octets("previous"))["checkpoint"], case.octets("peer_id"))
        head.follows(opened, before, said["consistency"])
    return opened


def _matching(case, _):
    return matching.repeat(json.loads(case.shown()))


def _form(case, _):
    FORMS[case["of"]](case.shown())


def _value(case, _):
    encoding.decode(case.shown(), LARGEST)


FORMS = {kind: partial(message.read, kind) for kind in message.FORMS}
FORMS |= {"convenant": convenant.read, "mandate": mandate.read, "card": card.read}

WAYS = {
    "attestation": _attestation,
    "card": _card,
    "convenant": _convenant,
    "envelope": _envelope,
    "evaluation": _evaluation,
    "form": _form,
    "head": _head,
    "index": _index,
    "mandate": _mandate,
    "manifest": _manifest,
    "matching": _matching,
    "succession": _succession,
    "value": _value,
}


def main(cases):
    """Judges every case of a file, in order. The end of the program says nothing of the verdicts: each has a line."""
    seen, folder = envelope.Seen(), Path(cases).parent
    with open(cases, encoding="utf-8") as lines:
        for line in lines:
            case = Case(json.loads(line), folder)
            try:
                verdict = {"ok": True, "says": WAYS[case["what"]](case, seen)}
            except Refused as refused:
                verdict = {"ok": False, "why": str(refused)}
            print(json.dumps({"name": case["name"], **verdict}, default=_plain))


def _plain(value):
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    main(sys.argv[1])
