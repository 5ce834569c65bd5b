"""E-mail addresses, handles and URLs in a text, cut into the names that people make them of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from memsvc.core.names.written import UNSPACED, words_of

_U = UNSPACED.pattern[1:-1]
_LOCAL = rf"(?:(?![{_U}])[\w.+%\u2019'-])"
_LABEL = rf"(?:(?![{_U}])[\w-])++"
# Each begins where nothing of its kind stands before it: a long run is tried once.
_ADDRESS = re.compile(
    rf"(?P<email>(?<![\w.+%'-]){_LOCAL}++@{_LABEL}(?:\.{_LABEL})++)"
    r"|(?P<url>(?<![a-zA-Z])(?:https?://|www\.)[^\s<>\"\u201c\u201d\u3002\uff0c]++)"
    rf"|(?P<handle>(?<![\w@#.])[@#](?:(?![{_U}])[\w.-])++)"
    rf"|(?P<site>(?<![\w.@/-])(?:{_LABEL}\.)++[a-z]{{2,24}}+/[^\s<>\"\u201c\u201d\u3002\uff0c]++)",
    re.IGNORECASE,
)
_TAIL = ".,;:!?-'\u2019)]}*"
_CUTS = re.compile(r"[/?&=#:@~+]+")
_DIGITS = "0123456789"


class AddressKind(StrEnum):
    """What sort of address."""

    EMAIL = "email"
    URL = "url"
    HANDLE = "handle"


class Address(NamedTuple):
    """An address in its place. `segments`: what its owner chose, one name or word each."""

    start: int
    end: int
    written: str
    kind: AddressKind
    segments: tuple[str, ...]


def addresses_in(text: str) -> Iterator[Address]:
    """The addresses of a text, in its order."""
    if not any(sign in text for sign in "@#/") and "www." not in text.lower():
        return
    for found in _ADDRESS.finditer(text):
        written = found[0].rstrip(_TAIL)
        kind = AddressKind.URL if found.lastgroup == "site" else AddressKind(str(found.lastgroup))
        if len(written) > 1:
            end = found.start() + len(written)
            yield Address(found.start(), end, written, kind, _segments(kind, written))


def mailbox(address: str) -> tuple[str, str]:
    """Local part and domain of an e-mail address, folded, without the tag behind a "+"."""
    local, _, domain = address.strip().casefold().rpartition("@")
    return local.partition("+")[0].lstrip("'\u2019"), domain.rstrip(".")


def parts_of(segment: str) -> tuple[str, ...]:
    """The words of a segment, without the digits behind them."""
    bare = (word.bare.rstrip(_DIGITS) for word in words_of(segment))
    return tuple(filter(None, bare))


def _segments(kind: AddressKind, written: str) -> tuple[str, ...]:
    if kind is AddressKind.HANDLE:
        return (written[1:],)
    if kind is AddressKind.EMAIL:
        local, domain = mailbox(written)
        return (local, *domain.split(".")[:-1])
    host, _, path = re.sub(r"^[a-zA-Z]+://", "", written).partition("/")
    return (*host.split(".")[:-1], *filter(None, _CUTS.split(path)))
