"""Reading evidence, and telling where one differs from another."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memsvc.core.evidence import Evidence

FIELDS = [one.name for one in fields(Evidence)]
# Compared up to other names for the same groups.
CODES = {"session", "voice"}
# Fields of places rather than values: what stands there depends on who else was found.
LINKS = {"before", "after"}
# How far apart values may be: cosines are computed with 32 bits, the oracle's exactly.
CLOSE = {"dense": 1e-6, "mean": 1e-6, "spread": 1e-6} | dict.fromkeys(
    ("average", "days", "retention"), 1e-9
)
ALIKE = {"mean", "spread", "holders", "count", "average"}
"""Fields of the agent, the same whatever is found."""


def differences(found: Evidence, expected: Evidence, *, to_the_bit: bool = False) -> list[str]:
    """The fields in which two answers differ, with what they have there."""
    return _differences(found, expected, slice(None), FIELDS, to_the_bit=to_the_bit)


def differences_within(found: Evidence, expected: Evidence) -> list[str]:
    """As `differences`, where `expected` has more memories; of those found.

    Links, and which are proposed, are left out.
    """
    at = np.flatnonzero(np.isin(expected.numbers, found.numbers))
    compared = [one for one in FIELDS if one not in LINKS | {"proposed"}]
    return _differences(found, expected, at, compared, to_the_bit=False)


def numbers_of(found: Evidence) -> list[int]:
    """Which memories are proposed."""
    numbers: list[int] = found.numbers[found.proposed].tolist()
    return numbers


def by_number(found: Evidence, field: str) -> dict[int, Any]:
    """A field of every memory; of `frequencies`, those of the words in order."""
    values = getattr(found, field).T.tolist()
    return dict(zip(found.numbers.tolist(), values, strict=True))


def before(found: Evidence) -> dict[int, int | None]:
    """Who comes before each memory in its session."""
    return _linked(found, found.before)


def after(found: Evidence) -> dict[int, int | None]:
    """Who comes after each memory in its session."""
    return _linked(found, found.after)


def _linked(found: Evidence, places: NDArray[np.int64]) -> dict[int, int | None]:
    numbers = [*found.numbers.tolist(), None]
    return {numbers[at]: numbers[place] for at, place in enumerate(places.tolist())}


def _differences(
    found: Evidence, expected: Evidence, at: Any, names: list[str], *, to_the_bit: bool
) -> list[str]:
    differing = []
    for name in names:
        one, other = getattr(found, name), getattr(expected, name)
        if name not in ALIKE:
            other = other[..., at]
        if not _same(name, np.asarray(one), np.asarray(other), to_the_bit=to_the_bit):
            differing.append(f"{name}: {one} is not {other}")
    return differing


def _same(name: str, one: NDArray[Any], other: NDArray[Any], *, to_the_bit: bool) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if name in CODES:
        # Whoever ranks takes what is below zero for none.
        assert min(one.min(initial=-1), other.min(initial=-1)) == -1
        one, other = _renamed(one), _renamed(other)
    if to_the_bit or name not in CLOSE:
        return bool(np.array_equal(one, other))
    return np.allclose(one, other, rtol=0.0, atol=CLOSE[name])


def _renamed(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Codes in order of their first coming; -1 stays."""
    names = {-1: -1}
    return np.array([names.setdefault(one, len(names)) for one in codes.tolist()], np.int64)
