"""The verifier's own scan, from outside and over anything: which needles lie where, in what shape.

The shapes and the scan are those of the service: what it holds itself to, others are held to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from struct import pack

from memsvc.core.residue import RUN, Shapes, shapes, vector_shapes
from memsvc.operations.scan_apart import residue_apart

MODELS, LOG = "models", "pg_wal"
"""Where an exported model lies in a data directory, which is the same for everybody, and the log of
a PostgreSQL server, which is a place of its own."""

PIECE_CHARS = 12
"""The random word with which every canary begins: what is cut off behind it is found, too."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: by place and shape how many needles were found there, and how far it went.

    `needles` counts canaries, each in all its shapes.
    """

    found: Mapping[tuple[str, str], int]
    names: frozenset[str]
    needles: int
    shapes: int
    files: int
    bytes: int
    unopened: int

    @property
    def total(self) -> int:
        """Needles found, counted once for each place and shape."""
        return sum(self.found.values())

    def within(self, place: str) -> int:
        """Of those, the ones in one place."""
        return sum(count for (where, _), count in self.found.items() if where == place)


@dataclass(slots=True)
class Needles:
    """Canaries by name, each in all the shapes in which it may lie somewhere."""

    by_name: dict[str, Shapes] = field(default_factory=dict)

    def add_text(self, name: str, text: str) -> None:
        """A text to look for."""
        self.by_name[name] = shapes(text, piece=PIECE_CHARS)

    def add_vector(self, name: str, vector: Sequence[float]) -> None:
        """A vector to look for."""
        self.by_name[name] = {**vector_shapes(vector), "pickled": _pickled(vector)}

    def look(self, places: Mapping[str, Path]) -> Look:
        """Look through each place, a file or a folder; one that is not there holds nothing."""
        found: dict[tuple[str, str], int] = {}
        names: set[str] = set()
        files = read = unopened = 0
        for place, path in places.items():
            if not path.exists():
                continue
            scan = residue_apart(self.by_name, [path], without=[path / MODELS, path / LOG])
            # A needle lies in several files: it counts once for each shape.
            for _, shape in {(hit.needle, hit.shape) for hit in scan.hits}:
                found[place, shape] = found.get((place, shape), 0) + 1
            names |= scan.found
            files += scan.files
            read += scan.bytes + scan.unpacked
            unopened += len(scan.unopened)
        distinct = {shape for known in self.by_name.values() for shape in known}
        return Look(
            found, frozenset(names), len(self.by_name), len(distinct), files, read, unopened
        )


def _pickled(vector: Sequence[float]) -> bytes:
    """How Python's pickle writes a list of numbers, which some stores keep vectors as."""
    return b"".join(b"G" + pack(">d", component) for component in vector[:RUN])
