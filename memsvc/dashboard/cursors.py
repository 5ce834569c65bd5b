"""Where a list goes on, as an address carries it: a number that means nothing to anybody else."""

from __future__ import annotations

import base64
import binascii

from memsvc.errors import InvalidRequest

_BYTES = 8


def packed(number: int | None) -> str | None:
    """The cursor of a number."""
    if number is None:
        return None
    return base64.urlsafe_b64encode(number.to_bytes(_BYTES, "big")).decode().rstrip("=")


def unpacked(cursor: str | None) -> int | None:
    """The number of a cursor; InvalidRequest for what is none."""
    if not cursor:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    number = int.from_bytes(raw, "big")
    if len(raw) != _BYTES or number >= 2**63:
        raise InvalidRequest.at("cursor", "is not one that a list gave: go to its start")
    return number
