"""Contests: which lines of a handbook say the opposite of one that is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from memsvc.core.handbook.admission import CONTRADICTING_FROM, are_opposed, contested
from memsvc.core.handbook.line import BehaviorStatus, Line
from memsvc.core.handbook.polarity import may_be_opposite

Vector = NDArray[np.float32]

MOST_COMPARED = 24
"""With so many of the nearest each line is compared."""


def with_contests(
    lines: Iterable[Line], current: Mapping[str, int], vectors: Mapping[int, Vector]
) -> dict[str, Line]:
    """The lines by name, those that say the opposite of others flagged.

    `current` are the numbers of their words, by name, which tell which is older; `vectors`, of
    shape (dimension,), are those of the words, by number. A line without a vector contests nothing.
    """
    found = {line.name: line for line in lines}
    standing = [line for line in found.values() if line.status is not BehaviorStatus.RETIRED]
    held = {
        line.name: vectors[current[line.name]] for line in standing if current[line.name] in vectors
    }
    opposed = opposites_among(found, cosines_among(standing, held))
    rivals = {name for pair in opposed for name in pair}
    judged = [found[name] for name in sorted(rivals, key=lambda name: current[name])]
    found.update((line.name, line) for line in contested(judged, _known_to_be(opposed)))
    return found


def opposites_among(
    lines: Mapping[str, Line], cosines: Iterable[tuple[str, str, float]]
) -> set[frozenset[str]]:
    """Names of two lines each that say opposite things, of those whose cosine is told."""
    turning = {name for name, line in lines.items() if may_be_opposite(line.instruction)}
    return {
        frozenset((one, other))
        for one, other, cosine in cosines
        if (one in turning or other in turning) and are_opposed(lines[one], lines[other], cosine)
    }


def _known_to_be(opposed: set[frozenset[str]]) -> Callable[[Line, Line], float]:
    return lambda one, other: 1.0 if frozenset((one.name, other.name)) in opposed else -1.0


def cosines_among(
    lines: Iterable[Line], vectors: Mapping[str, Vector]
) -> Iterator[tuple[str, str, float]]:
    """Two lines of the same topics each that are near each other, by name, with their cosine.

    Of many the nearest: a handbook of look-alikes is not to hold up all who write. Whatever their
    status. `vectors` are those of the words, of shape (dimension,), by name.
    """
    by_topics: dict[tuple[str, ...], list[str]] = {}
    for line in lines:
        if line.name in vectors:
            by_topics.setdefault(line.topics, []).append(line.name)
    for names in by_topics.values():
        stacked = np.stack([vectors[name] for name in names])
        cosines = stacked @ stacked.T
        for one, other in np.argwhere(np.triu(_nearest(cosines), k=1)).tolist():
            yield names[one], names[other], float(cosines[one, other])


def _nearest(cosines: Vector) -> NDArray[np.bool_]:
    """Of which pairs one is among the nearest of the other, and near: a symmetric mask."""
    near = cosines >= CONTRADICTING_FROM
    if len(cosines) > MOST_COMPARED:
        least = -np.partition(-cosines, MOST_COMPARED, axis=1)[:, MOST_COMPARED]
        among = cosines >= least[:, None]
        near &= among | among.T
    marked: NDArray[np.bool_] = near
    return marked
