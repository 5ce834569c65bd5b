"""What stands beside a memory: the messages around it, and its session."""

from __future__ import annotations

import numpy as np

from memsvc.core.evidence import REACH, Evidence, Floats, Ints


class Around:
    """Each memory's neighbours in its session, up to REACH on each side.

    `sizes`, of shape (n,): how many there are, with the memory itself.
    """

    def __init__(self, evidence: Evidence) -> None:
        n = len(evidence)
        before, after = np.append(evidence.before, n), np.append(evidence.after, n)
        self.places = [before[:n], after[:n]]
        for _ in range(1, REACH):
            self.places += [before[self.places[-2]], after[self.places[-1]]]
        self.sizes: Floats = 1.0 + np.sum([one < n for one in self.places], axis=0)

    def before(self, values: Floats) -> Floats:
        """The value of the memory before, 0 where there is none."""
        result: Floats = np.append(values, 0.0)[self.places[0]]
        return result

    def total(self, values: Floats) -> Floats:
        """The sum over each memory and its neighbours, along the last axis."""
        padded = np.concatenate([values, np.zeros((*values.shape[:-1], 1))], axis=-1)
        summed = values.copy()
        for places in self.places:
            summed += padded.take(places, axis=-1)
        return summed


class SessionBest:
    """What the best of a session stand for; a memory of none is a session of its own."""

    def __init__(self, session: Ints) -> None:
        self._count = len(session)
        self._alone = session < 0
        # Sixteen bits are sorted in a quarter of the time.
        few = not self._count or session.max() < np.iinfo(np.int16).max
        self._session = session.astype(np.int16) if few else session
        self._order, self._starts, self._sizes = self._grouped(np.arange(self._count))

    def highest(self, values: Floats) -> Floats:
        """The highest value in each memory's session."""
        if not self._count:
            return values
        highest = np.maximum.reduceat(values[self._order], self._starts)
        return self._told(highest, values)

    def mean_of_best(self, values: Floats, best: int) -> Floats:
        """The mean of the `best` highest values, or of all where they are fewer."""
        if not self._count:
            return values
        order, starts, sizes = self._grouped(np.argsort(-values, kind="stable"))
        rank = np.arange(self._count) - np.repeat(starts, sizes)
        sums = np.add.reduceat(np.where(rank < best, values[order], 0.0), starts)
        return self._told(sums / np.minimum(sizes, best), values)

    def _grouped(self, order: Ints) -> tuple[Ints, Ints, Ints]:
        """The order by session, as it was within each; where each begins, and its size."""
        order = order[np.argsort(self._session[order], kind="stable")]
        session = self._session[order]
        starts = np.flatnonzero(np.append(True, session[1:] != session[:-1])[: self._count])
        return order, starts, np.diff(np.append(starts, self._count))

    def _told(self, of_session: Floats, values: Floats) -> Floats:
        result = np.empty(self._count)
        result[self._order] = np.repeat(of_session, self._sizes)
        return np.where(self._alone, values, result)
