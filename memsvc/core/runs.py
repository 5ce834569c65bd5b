"""Many numbers written shortly: as runs, the first and the last of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def runs_of(numbers: Iterable[int]) -> list[list[int]]:
    """Runs of consecutive numbers, ascending."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def numbers_in(runs: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """The numbers of these runs."""
    return tuple(number for first, last in runs for number in range(first, last + 1))
