# SPDX-License-Identifier: EUPL-1.2
"""Text of people (encoding.md, "Text"): one plain line, without what may be a citizen service number."""

import re
import unicodedata

SEPARATORS = r"[\s.\-\u2010-\u2015]{0,3}"
HIDDEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def is_line(text, most, in_bytes=False):
    """Whether it is one line that says something and is not too long."""
    length = len(text.encode()) if in_bytes else len(text)
    hides = any(unicodedata.category(character) == "Cc" or HIDDEN.search(character) for character in text)
    return bool(text.strip()) and length <= most and not hides


def may_hold_a_bsn(text):
    """Whether whole groups of digits, close together, make nine digits that pass the eleven-test."""
    groups = [match.span() for match in re.finditer("[0-9]+", text)]
    for place, (start, end) in enumerate(groups):
        digits, last = text[start:end], end
        for start, end in groups[place + 1 :]:
            if len(digits) >= 9 or not re.fullmatch(SEPARATORS, text[last:start]):
                break
            digits, last = digits + text[start:end], end
        if len(digits) == 9 and digits != "000000000" and _passes(digits):
            return True
    return False


def _passes(digits):
    return sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits)) % 11 == 0
