"""Where a list goes on, as an address carries it: what means nothing to anybody else."""

from __future__ import annotations

import base64
import binascii

from memsvc.errors import InvalidRequest
from memsvc.runtime import Safe
from memsvc.sealing.aead import CannotOpen, context, open_sealed, seal

_BYTES = 8
_LONGEST = 2_048
_CONTEXT = context("dashboard", "cursor")
NONE_OF_OURS = "is not one that a list gave: go to its start"


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
        raise InvalidRequest.at("cursor", NONE_OF_OURS)
    return number


def sealed(safe: Safe, text: str | None) -> str | None:
    """The cursor of a text that whoever holds the cursor may not be allowed to see."""
    if text is None:
        return None
    hidden = seal(_key(safe), text.encode(), _CONTEXT)
    return base64.urlsafe_b64encode(hidden).decode().rstrip("=")


def unsealed(safe: Safe, cursor: str | None) -> str | None:
    """The text of a cursor; InvalidRequest for what is none."""
    if not cursor:
        return None
    try:
        if len(cursor) > _LONGEST:
            raise ValueError
        hidden = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return open_sealed(_key(safe), hidden, _CONTEXT).decode()
    except (ValueError, CannotOpen):  # what is no base64 is a ValueError
        raise InvalidRequest.at("cursor", NONE_OF_OURS) from None


def _key(safe: Safe) -> bytes:
    return safe.keyring.digest("dashboard", b"cursor")
