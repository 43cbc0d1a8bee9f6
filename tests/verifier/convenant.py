# SPDX-License-Identifier: EUPL-1.2
"""A convenant (agreements.md): its content, the acts of its members, and the file that holds both."""

import re
from hashlib import sha256

import cose
import encoding
import form
import plain
import testimony
from refused import require

LARGEST = 4 * 1024 * 1024
CONTENT_LARGEST = 131_072
ACT_LARGEST = 16_384
MOST_ACTS = 2_000
AHEAD = 120_000
ACTS = ("accept", "reject", "withdraw", "end")
LONGEST = 10 * 366 * 86_400_000

NUMBER = form.bits(32)
PURPOSE = form.structure(
    id=form.PURPOSE,
    version=NUMBER,
    legal_bases=form.set_of(form.BASIS),
    categories=form.set_of(form.CATEGORY, form.CATEGORY_ORDER),
    roles=form.set_of(form.ROLE, form.ROLE_ORDER),
    retention_days=NUMBER,
    automatic=form.set_of(form.CATEGORY, form.CATEGORY_ORDER),
)
MEMBER = form.structure(oin=form.OIN, name=form.text(), gemeente=form.option(form.GEMEENTE))
CONTENT = form.structure(
    v=form.V,
    group_id=form.text(),
    name=form.text(),
    version=NUMBER,
    previous=form.option(form.HASH),
    nonce=form.octets(16),
    members=form.list_of(MEMBER),
    purposes=form.list_of(PURPOSE),
    namespaces=form.set_of(form.NAMESPACE, form.NAMESPACE_ORDER),
    natural_persons=form.boolean,
    cadence=form.structure(publication_hours=form.bits(16), delta=form.one_of("scheduled", "direct")),
    budgets=form.structure(inzage_per_day=NUMBER),
    thresholds=form.structure(min_cell=NUMBER),
    auditor=form.option(form.OIN),
    joining=form.one_of("all", "majority"),
    ends_on_withdrawal=form.boolean,
    valid=form.structure(**{"from": form.MOMENT}, until=form.MOMENT),
)
FILE = form.structure(acts=form.set_of(form.octets()), content=form.octets(), v=form.exactly(1))
DECISION, REASON = 3, 4
PAYLOAD = form.mapping(
    {1: form.HASH, 2: form.MOMENT, DECISION: form.text(), REASON: form.text()}, optional=(DECISION, REASON)
)


def open_(data, trust, now):
    """The content of a file, its hash, and who did what with it. One act that does not verify refuses the file."""
    held = FILE(encoding.decode(data, LARGEST))
    content = sound(held["content"])
    name = sha256(held["content"]).digest()
    members = {member["oin"] for member in content["members"]}
    require(len(held["acts"]) <= MOST_ACTS, "more acts than a file may hold")
    hearing = testimony.Hearing(filter(testimony.is_one, held["acts"]), name, members, trust, now)
    acts = [each for each in held["acts"] if not testimony.is_one(each)]
    acts = [act(each, name, members, now, hearing) for each in acts]
    return {"hash": name, "content": content, "acts": acts}


def act(data, convenant, members, now, hearing):
    """What a member did with this version, and when."""
    signed = cose.parse(data, ACT_LARGEST)
    kind = next((kind for kind in ACTS if signed.content_type == f"application/basisnet-convenant-{kind}+cbor"), None)
    require(kind is not None, "another content type")
    label = f"basisnet/convenant-{kind}/v1"
    oin, _ = hearing.signer(data, signed, label, lambda signed: _payload(signed)[2])
    payload = payload_of(signed)
    require(payload[1] == convenant, "an act on another version")
    require(payload[2] <= now + AHEAD, "an act in the future")
    require(oin in members, "an act by who is no member")
    return {"kind": kind, "oin": oin, "at": payload[2]}


def payload_of(signed):
    """What an act says, with words that may stand there."""
    payload = _payload(signed)
    for key, most in ((DECISION, 100), (REASON, 500)):
        said = payload.get(key)
        require(said is None or plain.is_line(said, most) and not plain.may_hold_a_bsn(said), "words that may not stand there")
    return payload


def _payload(signed):
    return PAYLOAD(encoding.decode(signed.payload, ACT_LARGEST))


def read(data):
    """The fields of a content, each in its form."""
    return CONTENT(encoding.decode(data, CONTENT_LARGEST))


def sound(data):
    """The content, if it is one that somebody may sign."""
    content = read(data)
    require(content["v"] == 1, "another version of the form")
    require(re.fullmatch(r"[a-zA-Z0-9./_-]{1,100}", content["group_id"]), "another shape of group")
    require(content["version"] >= 1, "versions count from 1")
    require((content["version"] == 1) == (content["previous"] is None), "only version 1 follows nothing")
    valid = content["valid"]
    require(0 < valid["until"] - valid["from"] < LONGEST + 1000, "a term that cannot be")
    _members(content)
    _purposes(content["purposes"])
    require(content["namespaces"], "nothing to match")
    require(1 <= content["cadence"]["publication_hours"] <= 168, "published never, or less than weekly")
    require(1 <= content["budgets"]["inzage_per_day"] <= 10_000, "a budget that is none")
    require(content["thresholds"]["min_cell"] >= 5, "groups so small that they point at someone")
    return content


def _members(content):
    oins = [member["oin"] for member in content["members"]]
    gemeenten = [member["gemeente"] for member in content["members"] if member["gemeente"] is not None]
    require(2 <= len(oins) <= 400, "fewer than two members, or more than 400")
    require(len(set(oins)) == len(oins) and len(set(gemeenten)) == len(gemeenten), "a member or gemeente twice")
    require(content["auditor"] not in oins, "an auditor who is a member")
    named = oins + ([content["auditor"]] if content["auditor"] is not None else [])
    require(len({oin.startswith("00000099") for oin in named}) == 1, "test numbers beside real ones")
    for named in [content["name"]] + [member["name"] for member in content["members"]]:
        require(plain.is_line(named, 200), "a name that is no name")
        require(not plain.may_hold_a_bsn(named), "a name with what may be a BSN")


def _purposes(purposes):
    ids = [purpose["id"] for purpose in purposes]
    require("P08" in ids, "without P08")
    require(len(set(ids)) == len(ids), "a purpose twice")
    for purpose in purposes:
        require(purpose["version"] >= 1, "versions count from 1")
        require(purpose["legal_bases"] and purpose["roles"], "a purpose without basis or role")
        require(1 <= purpose["retention_days"] <= 3_650, "kept for no time or too long")
        require(set(purpose["automatic"]) <= set(purpose["categories"]), "answered at once and not listed")
