# SPDX-License-Identifier: EUPL-1.2
"""One form for every value (encoding.md): deterministic CBOR, and only the part of it that is used.

Integers, byte strings, text, arrays, maps, false, true and null. Everything has exactly one encoding, so a reader
that accepts only that one never has two opinions about what was signed.
"""

from refused import Refused, require

DEEPEST = 16

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
SIMPLES = {20: False, 21: True, 22: None}


class Map:
    """A map as it was written: pairs in order. Not a dict, because to Python 1, True and 1.0 are one key."""

    def __init__(self, pairs):
        self.pairs = pairs


def decode(data, largest):
    """The one value in `data`, which is at most `largest` bytes."""
    require(len(data) <= largest, "larger than it may be")
    value, end = _value(data, 0, 0)
    require(end == len(data), "bytes after the end")
    return value


def decode_tagged(data, tag, largest):
    """The one value in `data` behind `tag`: the only place where a tag occurs is the outside of what is signed."""
    require(len(data) <= largest, "larger than it may be")
    kind, argument, at = _head(data, 0)
    require(kind == TAG and argument == tag, "not the tag that goes before something signed")
    value, end = _value(data, at, 0)
    require(end == len(data), "bytes after the end")
    return value


def encode(value):
    """The one encoding of a value."""
    if value is False or value is True or value is None:
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
    if isinstance(value, int):
        return _start(UNSIGNED, value) if value >= 0 else _start(NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return _start(BYTES, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return _start(TEXT, len(text)) + text
    if isinstance(value, list):
        return _start(ARRAY, len(value)) + b"".join(encode(item) for item in value)
    if isinstance(value, Map):
        pairs = sorted((encode(key), encode(held)) for key, held in value.pairs)
        return _start(MAP, len(pairs)) + b"".join(key + held for key, held in pairs)
    raise TypeError(f"{type(value).__name__} has no encoding")


def _value(data, at, depth):
    kind, argument, at = _head(data, at)
    if kind == UNSIGNED:
        return argument, at
    if kind == NEGATIVE:
        return -1 - argument, at
    if kind in (BYTES, TEXT):
        end = at + argument
        require(end <= len(data), "a length of more than there is")
        return (data[at:end] if kind == BYTES else _text(data[at:end])), end
    if kind == ARRAY:
        return _array(data, at, argument, _deeper(depth))
    if kind == MAP:
        return _map(data, at, argument, _deeper(depth))
    if kind == SIMPLE and argument in SIMPLES:
        return SIMPLES[argument], at
    raise Refused("a tag, a floating point number or another form that does not occur")


def _deeper(depth):
    require(depth < DEEPEST, "nested too deep")
    return depth + 1


def _array(data, at, count, depth):
    require(count <= len(data) - at, "a length of more than there is")
    items = []
    for _ in range(count):
        item, at = _value(data, at, depth)
        items.append(item)
    return items, at


def _map(data, at, count, depth):
    require(count <= len(data) - at, "a length of more than there is")
    pairs, last = [], None
    for _ in range(count):
        start = at
        key, at = _value(data, at, depth)
        require(type(key) in (int, str), "a map key that is neither a number nor text")
        written = data[start:at]
        require(last is None or last < written, "map keys out of order or double")
        last = written
        value, at = _value(data, at, depth)
        pairs.append((key, value))
    return Map(pairs), at


def _head(data, at):
    """The kind of a value, its argument, and where it goes on."""
    require(at < len(data), "ends too early")
    kind, short = data[at] >> 5, data[at] & 31
    at += 1
    if short < 24:
        return kind, short, at
    require(short <= 27, "an indefinite length or a reserved form")
    require(kind != SIMPLE, "a floating point number or a simple value in two bytes")
    size = 1 << (short - 24)
    require(at + size <= len(data), "ends too early")
    argument = int.from_bytes(data[at : at + size], "big")
    smallest = 24 if size == 1 else 1 << (4 * size)
    require(argument >= smallest, "a number that is not in its shortest form")
    return kind, argument, at + size


def _text(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("text that is not UTF-8") from None


def _start(kind, argument):
    if argument < 24:
        return bytes([kind << 5 | argument])
    for short, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * size):
            return bytes([kind << 5 | short]) + argument.to_bytes(size, "big")
    raise ValueError("a number of more than 64 bits")
