"""What somebody prefers: one value of a few that exclude each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from memsvc.core.frames.states import PREFERENCES
from memsvc.core.frames.value import end_of, value_key

VERBS = frozenset({"prefer", "prefers", "favors", "favours"})
_OVER = frozenset({"over", "to", "than", "instead"})
_SKIPPED = frozenset({"rather", "of"})


class Preference(NamedTuple):
    """Between what it is, and what is preferred."""

    between: str
    value: str
    end: int


def preference(written: Sequence[str], bare: Sequence[str], at: int) -> Preference | None:
    """ "Prefers tea over coffee", "prefers dark mode"; None where nothing is excluded by it."""
    if at + 1 >= len(bare) or bare[at] not in VERBS:
        return None
    end = end_of(written, bare, at + 1)
    value = value_key(bare[at + 1 : end])
    if not value or bare[at + 1] == "to":
        return None
    group = _group(value)
    if group and end < len(bare) - 1 and bare[end] == "for":
        group += f" for {value_key(bare[end + 1 : end_of(written, bare, end + 1)])}"
    start = end + 1 if end < len(bare) and bare[end] == "rather" else end
    if start + 1 < len(bare) and bare[start] in _OVER:
        start += 2 if bare[start + 1] in _SKIPPED else 1
        end = end_of(written, bare, start)
        other = value_key(bare[start:end])
        group = group or (" or ".join(sorted((value, other))) if other else "")
    return Preference(f"preference ({group})", value, end) if group else None


def _group(value: str) -> str:
    words = value.split()
    group = next((PREFERENCES[word] for word in words if word in PREFERENCES), "")
    about = " ".join(word for word in words if word not in PREFERENCES)
    return f"{group} of {about}" if group and about and about != group else group
