# SPDX-License-Identifier: EUPL-1.2
"""The closed list of messages (messages.md): per kind the largest encoding and the form of every field."""

import re

import encoding
import form
from refused import require

LARGEST = {
    "manifest-request": 1_024,
    "manifest": 4_096,
    "eval-request": 36_864,
    "eval-response": 36_864,
    "index-request": 512,
    "index": 720_896,
    "inzage-request": 16_384,
    "inzage-received": 256,
    "inzage-decision": 32_768,
    "head": 8_192,
    "recall": 196_608,
    "recall-receipt": 128,
    "refusal": 128,
    "convenant-list": 262_144,
    "convenant-share": 720_896,
    "convenant-taken": 128,
    "directory-list": 65_536,
    "directory-records": 720_896,
    "succession-share": 557_056,
    "succession-held": 1_024,
    "mandate-list": 393_216,
    "mandate-share": 262_144,
    "readiness-request": 512,
    "readiness": 8_192,
}

V = form.V
CTX = form.octets(32)
ID = form.octets(16)
HASH = form.HASH
NUMBER = form.bits(32)
SMALL = form.bits(16)

HEAD = form.structure(v=V, checkpoint=form.text(), consistency=form.list_of(form.octets(32)))

CONTRACT = form.structure(
    law=form.one_of("wmo", "jeugdwet"),
    care_forms=form.set_of(form.text()),
    variant=form.one_of("inspanningsgericht", "outputgericht", "taakgericht"),
    role=form.one_of("main", "sub"),
    **{"from": form.DAY},
    until=form.option(form.DAY),
)
TOEZICHT = form.structure(
    state=form.one_of("open", "closed"),
    half_year=form.structure(year=SMALL, half=form.bits(8)),
)
LABEL = form.structure(letter=form.one_of("A", "B", "C", "D", "F"), date=form.DAY, framework_version=NUMBER)
CONTACT = form.structure(team=form.text(), mailbox=form.text(), telephone=form.text())

ANSWER = form.structure(
    contract=form.option(form.list_of(CONTRACT)),
    toezicht=form.option(TOEZICHT),
    label=form.option(LABEL),
    contact=form.option(CONTACT),
)
OBLIGATIONS = form.structure(
    retain_until=form.MOMENT,
    no_onward_sharing=form.boolean,
    purpose_id=form.PURPOSE,
    convenant_hash=HASH,
    source_oin=form.OIN,
)
DECISION = form.variant(
    released=form.structure(answer=ANSWER, obligations=OBLIGATIONS),
    refused=form.one_of("not_proportionate", "harms_toezicht", "statutory_route", "not_decided_in_time"),
)
WEIGHING = form.structure(
    proportionality=form.one_of("ongoing_onderzoek", "contract_decision", "samenloop"),
    subsidiarity=form.one_of("aanbieder_asked", "asking_would_harm", "not_public"),
)
ON_BEHALF = form.structure(member=form.OIN, mandate=HASH)
MANDATE_USE = form.structure(
    mandate=HASH, question=HASH, asker=form.OIN, source=form.OIN, purpose_id=form.PURPOSE, at=form.MOMENT
)
HELD_VERSION = form.structure(hash=HASH, acts=form.list_of(form.octets(8)))

FORMS = {
    "manifest-request": form.structure(v=V, group_id=form.text(), purpose_id=form.PURPOSE, epoch=NUMBER),
    "manifest": form.structure(
        v=V,
        group_id=form.text(),
        convenant_version=NUMBER,
        convenant_hash=HASH,
        purpose_id=form.PURPOSE,
        purpose_version=NUMBER,
        epoch=NUMBER,
        key_generation=ID,
        pk=form.octets(32),
        pop=form.octets(64),
        index_bucket=NUMBER,
        query_bucket_of_client=NUMBER,
        quota=NUMBER,
        cadence_hours=SMALL,
        label_schema=form.bits(8),
        policy_hash=HASH,
        valid_from=form.MOMENT,
        valid_to=form.MOMENT,
        prev_manifest_hash=form.option(HASH),
    ),
    "eval-request": form.structure(
        v=V,
        ctx=CTX,
        sweep_id=ID,
        batch_no=SMALL,
        batch_count=SMALL,
        elements=form.octets(),
        set_commit_hash=HASH,
        seed_commit=HASH,
    ),
    "eval-response": form.structure(
        v=V,
        ctx=CTX,
        sweep_id=ID,
        batch_no=SMALL,
        req_hash=HASH,
        elements=form.octets(),
        proof=form.octets(64),
        quota_left=NUMBER,
    ),
    "index-request": form.structure(v=V, ctx=CTX, have_seq=NUMBER),
    "index": form.structure(
        v=V,
        ctx=CTX,
        seq=NUMBER,
        entries=form.octets(),
        merkle_root=HASH,
        prev_index_hash=form.option(HASH),
    ),
    "inzage-request": form.mapping(
        dict(
            v=V,
            ctx=CTX,
            convenant_hash=HASH,
            handle=form.octets(8),
            seq=NUMBER,
            tag=form.octets(8),
            own_proof=form.octets(32),
            purpose_id=form.PURPOSE,
            purpose_version=NUMBER,
            legal_basis=form.BASIS,
            requester_role=form.ROLE,
            requester=ID,
            case_ref=form.octets(32),
            weighing=WEIGHING,
            categories=form.set_of(form.CATEGORY, form.CATEGORY_ORDER),
            traceparent=form.text(),
            head=form.option(HEAD),
            on_behalf=ON_BEHALF,
        ),
        optional=("on_behalf",),
    ),
    "inzage-received": form.structure(v=V, request_id=ID, decide_by=form.MOMENT),
    "inzage-decision": form.structure(
        v=V,
        request_id=ID,
        req_hash=HASH,
        decision=DECISION,
        policy_hash=HASH,
        head=form.option(HEAD),
    ),
    "head": HEAD,
    "recall": form.structure(
        v=V,
        ctx=CTX,
        handles=form.list_of(form.octets(8)),
        kind=form.one_of("withdrawn", "corrected", "restricted"),
    ),
    "recall-receipt": form.structure(v=V, req_hash=HASH),
    "refusal": form.structure(v=V, req_hash=HASH),
    "convenant-list": form.structure(v=V, versions=form.list_of(HELD_VERSION)),
    "convenant-share": form.structure(v=V, content=form.octets(), acts=form.list_of(form.octets())),
    "convenant-taken": form.structure(
        v=V,
        req_hash=HASH,
        outcome=form.one_of(
            "kept", "unsound", "not_a_party", "previous_unknown", "group_taken", "unverified", "too_many"
        ),
    ),
    "directory-list": form.structure(v=V, records=form.list_of(form.structure(oin=form.OIN, seq=form.bits(64)))),
    "directory-records": form.structure(
        v=V, records=form.list_of(form.octets()), wanted=form.list_of(form.OIN)
    ),
    "succession-share": form.mapping(
        dict(
            v=V,
            statements=form.list_of(form.structure(old=form.octets(), new=form.octets()), most=16),
            testimonies=form.list_of(form.octets()),
        ),
        optional=("testimonies",),
    ),
    "succession-held": form.structure(v=V, req_hash=HASH, held=form.list_of(HASH)),
    "mandate-list": form.structure(v=V, mandates=form.list_of(HELD_VERSION), uses=form.list_of(MANDATE_USE)),
    "mandate-share": form.structure(v=V, content=form.octets(), acts=form.list_of(form.octets())),
    "readiness-request": form.structure(v=V, group_id=form.text()),
    "readiness": form.structure(
        v=V,
        req_hash=HASH,
        certificate_until=form.MOMENT,
        accepted=form.boolean,
        purposes=form.list_of(
            form.structure(purpose_id=form.PURPOSE, dpia=form.boolean, advice=form.boolean, in_force=form.boolean)
        ),
        swept=form.boolean,
    ),
}


def kind_of(content_type):
    """The kind that a content type names."""
    before, after = "application/basisnet-", "+cbor"
    require(content_type.startswith(before) and content_type.endswith(after), "another content type")
    kind = content_type[len(before) : -len(after)]
    require(kind in FORMS, "a kind that does not exist")
    return kind


def read(kind, data):
    """The fields of a message, each in its form."""
    return FORMS[kind](encoding.decode(data, LARGEST[kind]))


def decode(kind, data):
    """The same, and what they hold is what may be said."""
    said = read(kind, data)
    require(said["v"] == 1, "another version of the form")
    if kind in RULES:
        RULES[kind](said)
    return said


def _manifest(said):
    require(said["label_schema"] == 1, "labels of another version")


def _eval(said):
    require(0 < len(said["elements"]) <= 1_024 * 32, "no elements, or too many")
    require(len(said["elements"]) % 32 == 0, "no whole number of elements")


def _eval_request(said):
    _eval(said)
    require(said["batch_no"] < said["batch_count"], "a batch beyond the last")


def _index(said):
    require(said["seq"] >= 1, "indexes are numbered from 1")
    require(len(said["entries"]) % 40 == 0, "no whole number of entries")


def _recall(said):
    count = len(said["handles"])
    require(count and count & (count - 1) == 0, "handles that are not filled up")


def _decision(said):
    name, held = said["decision"]
    if name == "refused":
        return
    require(held["obligations"]["no_onward_sharing"], "an answer that may be passed on")
    answer = held["answer"]
    for contract in answer["contract"] or []:
        require(all(re.fullmatch("[0-9]{2}", code) for code in contract["care_forms"]), "a care form that is no code")
    if answer["toezicht"]:
        require(answer["toezicht"]["half_year"]["half"] in (1, 2), "half a year that does not exist")
    if answer["contact"]:
        require(all(len(line) <= 200 for line in answer["contact"].values()), "a contact of too many characters")


def _convenant_list(said):
    for held in [[version["hash"] for version in said["versions"]]] + [v["acts"] for v in said["versions"]]:
        require(all(one < other for one, other in zip(held, held[1:])), "a list out of order")


RULES = {
    "manifest": _manifest,
    "eval-request": _eval_request,
    "eval-response": _eval,
    "index": _index,
    "recall": _recall,
    "inzage-decision": _decision,
    "convenant-list": _convenant_list,
}
