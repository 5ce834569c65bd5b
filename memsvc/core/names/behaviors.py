"""People in names of behaviors: `behavior_call_maria` names Maria, and what is left is a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from memsvc.core.handbook.names import PREFIX, normalised_name
from memsvc.core.names.identities import SURE, Spot

_NAME = re.compile(r"(?<![A-Za-z0-9_])behaviou?r_[A-Za-z0-9_]+", re.IGNORECASE)
_REST = f"{PREFIX}redacted"
"""Of which nothing is left but who is not to be named."""


def read_apart(text: str) -> str:
    """The text, of equal length, in which names of behaviors are words with spaces between."""
    if PREFIX[1:-2] not in text.lower():
        return text
    return _NAME.sub(lambda name: name[0].replace("_", " "), text)


def ids_in_names(text: str, identities: Iterable[str]) -> Iterator[Spot]:
    """Where names of behaviors hold an id that has signs which no such name can have."""
    found = list(_NAME.finditer(text)) if PREFIX[1:-2] in text.lower() else []
    if not found:
        return
    for id_ in identities:
        try:
            told = normalised_name(id_)[len(PREFIX) :]
        except ValueError:
            continue
        if "_" not in told:
            # Such a one is a word, and read like any other.
            continue
        for name in found:
            at = f"{name[0].lower()}_".find(f"_{told}_")
            if at >= 0:
                yield name.start() + at + 1, name.start() + at + 1 + len(told), SURE


def still_a_name(text: str) -> str:
    """A name of which parts were taken out, as a name again."""
    try:
        return normalised_name(text)
    except ValueError:
        return _REST
