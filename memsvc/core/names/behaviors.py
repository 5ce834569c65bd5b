"""People in names of behaviors: `behavior_call_maria` names Maria, and what is left is a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from memsvc.core.handbook.names import PREFIX, normalised_name
from memsvc.core.names.identities import SURE, Spot

_NAME = re.compile(r"(?<![A-Za-z0-9_])behaviou?r_[A-Za-z0-9_]+", re.IGNORECASE)
_REST = f"{PREFIX}redacted"
"""Of which nothing is left but who is not to be named."""


def names_as_words(text: str) -> Iterator[tuple[int, str]]:
    """Names of behaviors in a text: where each begins, and its words in small letters.

    To be read by themselves: that they have no capitals does not mean what it means elsewhere.
    """
    for name in _names_in(text):
        yield name.start(), name[0].lower().replace("_", " ")


def ids_in_names(text: str, identities: Iterable[str]) -> Iterator[Spot]:
    """Where names of behaviors hold an id that has signs which no such name can have."""
    found = _names_in(text)
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


def _names_in(text: str) -> list[re.Match[str]]:
    # Most texts have none, and need no more than a look.
    return list(_NAME.finditer(text)) if PREFIX[:6] in text.lower() else []


def still_a_name(text: str) -> str:
    """A name of which parts were taken out, as a name again."""
    try:
        return normalised_name(text)
    except ValueError:
        return _REST
