# SPDX-License-Identifier: EUPL-1.2
"""Unclear means no: everything that is not exactly as described ends here."""


class Refused(Exception):
    """What is wrong with what was shown. The text names the fault and never repeats what was shown."""


def require(holds, fault):
    """Goes on only when `holds`."""
    if not holds:
        raise Refused(fault)
