"""Facts of others in the project's own words: rewordings without a cue of change, and asides.

An aside speaks of the same thing in words of the same field, and gives no other value: it is to end
nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

UNCUED = "uncued"
"""Begins the names of the wordings, each of which goes on with a number."""

# So written in the facts that are told again here.
_MISSPELT = {"origianl": "original"}


class Rewordings:
    """By the wording of a fact what else says it; `split` is `dev` or `heldout`."""

    def __init__(self, relations: Iterable[Mapping[str, Any]], split: str) -> None:
        self._relations = [(one["v1"], one[split]) for one in relations]
        self._asides = Counter[str]()

    def of(self, fact: str, old: str, new: str) -> tuple[dict[str, str], str | None]:
        """By wording what says the new value, and one aside that no fact before this was given.

        Nothing for a fact of another wording.
        """
        for wrong, right in _MISSPELT.items():
            fact = fact.replace(wrong, right)
        for wording, said in self._relations:
            subject = _subject(wording, fact, old)
            if subject is not None:
                told = {
                    f"{UNCUED} {number}": one.format(s=subject, v=new)
                    for number, one in enumerate(said["rewordings"], 1)
                }
                place = self._asides[wording]
                self._asides[wording] += 1
                asides = said["asides"][place : place + 1]
                return told, asides[0].format(s=subject, v=new) if asides else None
        return {}, None


def _subject(wording: str, fact: str, value: str) -> str | None:
    """Of what the fact in this wording tells the value."""
    before, _, behind = wording.replace("{v}", value).partition("{s}")
    if len(fact) > len(before) + len(behind) and fact.startswith(before) and fact.endswith(behind):
        return fact[len(before) : len(fact) - len(behind)]
    return None
