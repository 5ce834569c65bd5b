"""Contests: which lines of a handbook say the opposite of one that is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from memsvc.core.handbook.admission import CONTRADICTING_FROM, contested
from memsvc.core.handbook.line import BehaviorStatus, Line
from memsvc.operations.settle import joined_by

Vector = NDArray[np.float32]


def with_contests(
    lines: Iterable[Line], current: Mapping[str, int], vectors: Mapping[int, Vector]
) -> dict[str, Line]:
    """The lines by name, those that say the opposite of others flagged.

    `current` are the numbers of their words, by name, which tell which is older; `vectors`, of
    shape (dimension,), are those of the words, by number. A line without a vector contests nothing.
    """
    found = {line.name: line for line in lines}
    by_topics: dict[tuple[str, ...], list[Line]] = {}
    for line in found.values():
        if line.status is not BehaviorStatus.RETIRED and current[line.name] in vectors:
            by_topics.setdefault(line.topics, []).append(line)
    for alike in by_topics.values():
        alike.sort(key=lambda line: current[line.name])
        stacked = np.stack([vectors[current[line.name]] for line in alike])
        cosines = stacked @ stacked.T
        at = {line.name: place for place, line in enumerate(alike)}
        for group in _near(cosines):
            judged = contested([alike[place] for place in group], _cosine_in(cosines, at))
            found.update((line.name, line) for line in judged)
    return found


def cosines_among(
    lines: Iterable[Line], vectors: Mapping[str, Vector]
) -> Iterator[tuple[str, str, float]]:
    """Two lines of the same topics each that are near each other, by name, with their cosine.

    Whatever their status. `vectors` are those of the words, of shape (dimension,), by name.
    """
    by_topics: dict[tuple[str, ...], list[str]] = {}
    for line in lines:
        if line.name in vectors:
            by_topics.setdefault(line.topics, []).append(line.name)
    for names in by_topics.values():
        stacked = np.stack([vectors[name] for name in names])
        cosines = stacked @ stacked.T
        for one, other in np.argwhere(np.triu(cosines >= CONTRADICTING_FROM, k=1)).tolist():
            yield names[one], names[other], float(cosines[one, other])


def _cosine_in(cosines: Vector, at: Mapping[str, int]) -> Callable[[Line, Line], float]:
    return lambda one, other: float(cosines[at[one.name], at[other.name]])


def _near(cosines: Vector) -> list[list[int]]:
    """Places in groups of which none is near another; what stands alone is left out."""
    pairs = np.argwhere(np.triu(cosines >= CONTRADICTING_FROM, k=1)).tolist()
    places = sorted({place for pair in pairs for place in pair})
    joins: list[tuple[object, int]] = [
        ((one, other), place) for one, other in pairs for place in (one, other)
    ]
    return [sorted(group) for group in joined_by(places, joins)]
