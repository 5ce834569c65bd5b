"""Finding many byte strings in a block at once.

Looking for each alone takes time by their number, four hundred for two dozen texts. Instead every
second offset of the block is looked at once: four bytes there are folded into an entry of a table
that says whether some needle has four such bytes at an even, or at an odd, place. Where one has,
the next four are looked up as well, and only the needles that may be there are then looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from memsvc.core.residue import SHORTEST_BYTES

SHORT, LONG = 4, 8
"""Bytes of an anchor: of a needle of LONG bytes or fewer, and of any other."""

FOLD = np.uint32(0x9E3779B1)
"""Fibonacci hashing: the high half of the product depends on every bit."""

TABLE_BITS = 16

COMMON = b"\0 etaoinsrhldcumfpgwybv,.kxjqzETAOINSRHLDCUMFPGWYBV0123456789KXJQZ%+=\xff"
"""Bytes from common to rare in texts, numbers and padding."""

RARITY = {byte: rank for rank, byte in enumerate(COMMON)}


class Needles:
    """Needles to find; `longest` is the length of the longest, in bytes.

    Raises ValueError for a needle shorter than SHORTEST_BYTES.
    """

    def __init__(self, needles: Sequence[bytes]) -> None:
        if any(len(needle) < SHORTEST_BYTES for needle in needles):
            raise ValueError(f"a needle takes {SHORTEST_BYTES} bytes at least")
        self._needles = tuple(needles)
        self.longest = max(map(len, needles), default=0)
        self._anchors: dict[int, list[int]] = {}
        self._short_anchors: dict[int, list[int]] = {}
        for index, needle in enumerate(self._needles):
            length = LONG if len(needle) > LONG else SHORT
            anchors = self._anchors if length == LONG else self._short_anchors
            for parity in (0, 1):
                anchors.setdefault(_rarest(needle, length, parity), []).append(index)
        firsts = [anchor & 0xFFFFFFFF for anchor in (*self._anchors, *self._short_anchors)]
        self._first = _table(firsts)
        self._second = _table([anchor >> 32 for anchor in self._anchors])

    def __len__(self) -> int:
        return len(self._needles)

    def within(self, block: bytes) -> Iterator[tuple[int, int]]:
        """Each needle that lies in the block: its index and the first offset, by index."""
        for index in sorted(self._possible(block)):
            at = block.find(self._needles[index])
            if at >= 0:
                yield index, at

    def _possible(self, block: bytes) -> set[int]:
        possible: set[int] = set()
        # Both views together start at every even offset, and a needle at an odd one has its
        # odd places there.
        for start in (0, SHORT // 2):
            count = (len(block) - start) // SHORT
            if count <= 0:
                continue
            view = np.frombuffer(block, "<u4", count, start)
            # Every entry is within the table: "wrap" only spares checking that.
            struck = np.flatnonzero(self._first.take(_folded(view), mode="wrap"))
            if self._short_anchors:
                for value in np.unique(view[struck]).tolist():
                    possible.update(self._short_anchors.get(value, ()))
            struck = struck[struck < count - 1]
            struck = struck[self._second[_folded(view[struck + 1])]]
            both = view[struck + 1].astype(np.uint64) << np.uint64(32) | view[struck]
            for value in np.unique(both).tolist():
                possible.update(self._anchors.get(value, ()))
        return possible


def _table(values: Sequence[int]) -> npt.NDArray[np.bool_]:
    table = np.zeros(1 << TABLE_BITS, np.bool_)
    table[_folded(np.array(values, np.uint32))] = True
    return table


def _folded(values: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    product = values * FOLD
    product >>= np.uint32(32 - TABLE_BITS)
    return product


def _rarest(needle: bytes, length: int, parity: int) -> int:
    """That many bytes of the needle, at an offset of that parity, that others hardly have."""
    anchors = [needle[at : at + length] for at in range(parity, len(needle) - length + 1, 2)]
    return int.from_bytes(max(anchors, key=_rarity), "little")


def _rarity(anchor: bytes) -> int:
    # Repeated bytes are padding.
    return sum(RARITY.get(byte, len(COMMON)) for byte in set(anchor))
