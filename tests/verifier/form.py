# SPDX-License-Identifier: EUPL-1.2
"""What a field may hold. A form is a function that takes a decoded value and gives it back, or refuses it."""

import re

from encoding import Map
from refused import Refused, require


def number(least=0, most=2**64 - 1):
    """An integer within bounds."""

    def check(value):
        require(type(value) is int and least <= value <= most, "not a number within its bounds")
        return value

    return check


def exactly(expected):
    """One value and no other."""

    def check(value):
        require(type(value) is type(expected) and value == expected, "not the only value there is")
        return value

    return check


def octets(length=None):
    """A byte string, of one length when that is given."""

    def check(value):
        require(isinstance(value, bytes), "not a byte string")
        require(length is None or len(value) == length, "a byte string of another length")
        return value

    return check


def text(pattern=None):
    """Text, in one shape when that is given."""

    def check(value):
        require(isinstance(value, str), "not text")
        require(pattern is None or re.fullmatch(pattern, value, re.ASCII), "text of another shape")
        return value

    return check


def one_of(*values):
    """A closed list: what is not in it is refused."""

    def check(value):
        require(isinstance(value, str) and value in values, "not in the closed list")
        return value

    return check


def _bytes(item):
    return item.encode() if isinstance(item, str) else item


def boolean(value):
    """True or false."""
    require(isinstance(value, bool), "not true or false")
    return value


def option(form):
    """This, or null."""
    return lambda value: None if value is None else form(value)


def list_of(form, most=None):
    """An array of these."""

    def check(value):
        require(isinstance(value, list), "not an array")
        require(most is None or len(value) <= most, "more than there may be")
        return [form(item) for item in value]

    return check


def set_of(form, order=None):
    """An array of these in ascending order, none twice: by their bytes, or by their place in a closed list."""

    def check(value):
        held = list_of(form)(value)
        keys = [(order or _bytes)(item) for item in held]
        require(all(one < other for one, other in zip(keys, keys[1:])), "a set out of order or with doubles")
        return held

    return check


def structure(**fields):
    """A map with exactly these fields."""
    return mapping(fields)


def mapping(fields, optional=()):
    """A map with exactly these keys, of which only the optional ones may be absent."""

    def check(value):
        require(isinstance(value, Map), "not a map")
        seen = {}
        for key, held in value.pairs:
            require(type(key) in (int, str) and key in fields, "a field that does not exist")
            try:
                seen[key] = fields[key](held)
            except Refused as refused:
                raise Refused(f"`{key}`: {refused}") from None
        for name in fields:
            require(name in seen or name in optional, f"without `{name}`")
        return seen

    return check


def variant(**forms):
    """A map of one entry, from the name of the variant to its contents."""

    def check(value):
        require(isinstance(value, Map) and len(value.pairs) == 1, "not one variant")
        name, held = value.pairs[0]
        require(isinstance(name, str) and name in forms, "not in the closed list")
        return name, forms[name](held)

    return check


def bits(width):
    """A number of at most so many bits."""
    return number(0, 2**width - 1)


def code(*values):
    """The values of a closed list, in its order, and how far each comes in it."""
    return one_of(*values), values.index


MOMENT = bits(64)
DAY = bits(32)
V = bits(8)
OIN = text(r"000000(0[1-9]|10|99)[0-9A-Z]{12}")
GEMEENTE = text(r"[0-9]{4}")
HASH = octets(32)
PURPOSE = text(r"[0-9A-Za-z-]{1,32}")
BASIS = text(r"[0-9A-Za-z.-]{1,48}")
CATEGORY, CATEGORY_ORDER = code("contract", "toezicht", "label", "contact")
NAMESPACE, NAMESPACE_ORDER = code("kvk", "agb", "vst")
ROLE, ROLE_ORDER = code(
    "toezichthouder_kwaliteit",
    "toezichthouder_rechtmatigheid",
    "contractmanager",
    "fg",
    "verwerkingsverantwoordelijke",
    "beheerder",
    "beleid",
    "toegang",
    "afdeling",
    "financien",
    "privacyfunctionaris",
    "auditor",
)
