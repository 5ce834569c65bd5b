"""One text for one value: canonical JSON, base64url and times as what is signed or hashed has them.

And the other way: JSON whose text can be read in one way only.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

import rfc8785

_BLANK = re.compile(r"[ \t\n\r]*")


def canonical(value: Mapping[str, Any]) -> bytes:
    """The JSON object after RFC 8785, which every other text of it leads to as well.

    ValueError for what has no such text: numbers beyond 2^53 or not finite, lone surrogates, keys
    that are no text, what is no JSON, nesting without end.
    """
    try:
        return rfc8785.dumps(dict(value))
    except RecursionError:
        raise ValueError("nested too deep") from None


def encoded(value: bytes) -> str:
    """Bytes as base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of an `encoded` text; ValueError for any other text, also one of the same bytes."""
    try:
        value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("not base64url") from None
    # The last character may have bits that no byte needs.
    if encoded(value) != text:
        raise ValueError("not base64url as it is written here")
    return value


def instant(at: datetime) -> str:
    """An aware time in RFC 3339, UTC, to the microsecond where it has any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant_in(text: str) -> datetime:
    """The time of such a text; ValueError for one without an offset, and for no time."""
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("no offset")
    return at


def values_in(text: str) -> Iterator[Any]:
    """The JSON values of a text, one after the other: a document, lines, or pages put together.

    ValueError for anything else, for a name given twice in one object, and for NaN and Infinity.
    """
    place = _after_blank(text, 0)
    while place < len(text):
        try:
            value, place = _DECODER.raw_decode(text, place)
        except RecursionError:
            raise ValueError("nested too deep") from None
        yield value
        place = _after_blank(text, place)


def _after_blank(text: str, place: int) -> int:
    blank = _BLANK.match(text, place)
    return blank.end() if blank else place


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Of two values under one name, readers differ in which of them they take.
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name is given twice")
    return read


def _no_number(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number)
