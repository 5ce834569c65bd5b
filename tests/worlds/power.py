"""A disk that remembers each write and flush, and can be cut off at any of them.

What was flushed is there after the cut. Of what was written since, the disk may have kept nothing,
everything, some of the writes, or some sectors of some writes: no order is promised before a flush.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import apsw
import pytest
from sqlalchemy import create_engine

from memsvc.sealing import durable
from memsvc.store import sqlite
from tests.worlds.apsw_driver import driver

FILE_SYSTEM = "a disk that can be cut off"
SECTOR = 512


@dataclass(frozen=True, slots=True)
class Step:
    """Bytes written at an offset; with `cut` the file ends there; without either a flush."""

    file: str
    offset: int = 0
    data: bytes | None = None
    cut: bool = False

    @property
    def flushes(self) -> bool:
        return self.data is None and not self.cut


class Disk:
    """The files of one folder, from the moment of its making on."""

    def __init__(self, folder: Path) -> None:
        self._held = {
            path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".db-shm"
        }
        self._folder = folder
        self._steps: list[Step] = []
        self._lock = Lock()

    def __len__(self) -> int:
        """Steps so far."""
        return len(self._steps)

    def note(
        self, path: str, offset: int = 0, data: bytes | None = None, *, cut: bool = False
    ) -> None:
        """Remember what was just done to a file of the folder."""
        if Path(path).parent == self._folder:
            with self._lock:
                self._steps.append(Step(Path(path).name, offset, data, cut))

    def after_a_cut(self, moment: int, chance: random.Random) -> dict[str, bytes]:
        """The files as they may be found when power goes after so many steps."""
        files = {name: bytearray(content) for name, content in self._held.items()}
        unsure: dict[str, list[Step]] = defaultdict(list)
        for step in self._steps[:moment]:
            if not step.flushes:
                unsure[step.file].append(step)
                continue
            for sure in unsure.pop(step.file, []):
                _apply(files.setdefault(step.file, bytearray()), sure)
        keep = chance.choice([_nothing, _everything, _the_first, _some, _sectors])
        for name, steps in unsure.items():
            for step in keep(steps, chance):
                _apply(files.setdefault(name, bytearray()), step)
        return {name: bytes(content) for name, content in files.items()}


def _apply(content: bytearray, step: Step) -> None:
    if step.cut:
        del content[step.offset :]
        return
    assert step.data is not None
    content.extend(bytes(max(0, step.offset - len(content))))
    content[step.offset : step.offset + len(step.data)] = step.data


def _nothing(_steps: list[Step], _chance: random.Random) -> list[Step]:
    return []


def _everything(steps: list[Step], _chance: random.Random) -> list[Step]:
    return steps


def _the_first(steps: list[Step], chance: random.Random) -> list[Step]:
    return steps[: chance.randrange(len(steps) + 1)]


def _some(steps: list[Step], chance: random.Random) -> list[Step]:
    return [step for step in steps if chance.random() < 0.5]


def _sectors(steps: list[Step], chance: random.Random) -> list[Step]:
    """Each sector that a write touches is kept or not."""
    kept: list[Step] = []
    for step in steps:
        if step.data is None:
            kept += [step] if chance.random() < 0.5 else []
            continue
        at, end = step.offset, step.offset + len(step.data)
        while at < end:
            until = min(end, (at // SECTOR + 1) * SECTOR)
            if chance.random() < 0.5:
                kept.append(Step(step.file, at, step.data[at - step.offset : until - step.offset]))
            at = until
    return kept


class _FileSystem(apsw.VFS):
    """The system's own, listened to."""

    disk: Disk | None = None

    def __init__(self) -> None:
        super().__init__(FILE_SYSTEM, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _File(self, name, flags)

    def note(
        self, path: str, offset: int = 0, data: bytes | None = None, *, cut: bool = False
    ) -> None:
        if self.disk is not None:
            self.disk.note(path, offset, data, cut=cut)


class _File(apsw.VFSFile):
    def __init__(self, system: _FileSystem, name: Any, flags: list[int]) -> None:
        self._system = system
        self._path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self._system.note(self._path, offset, data)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        super().xTruncate(size)
        self._system.note(self._path, size, cut=True)

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._system.note(self._path)


@contextmanager
def recording(folder: Path) -> Iterator[_FileSystem]:
    """Databases opened meanwhile, and their key files, tell the `disk` of the file system.

    It has none at first: what a first start leaves is taken as given.
    """
    system = _FileSystem()
    write_at, flush = durable.write_at, durable.flush

    def written(descriptor: int, data: bytes, offset: int) -> None:
        write_at(descriptor, data, offset)
        system.note(_path_of(descriptor), offset, bytes(data))

    def flushed(descriptor: int) -> None:
        flush(descriptor)
        system.note(_path_of(descriptor))

    def engine(url: str, **options: Any) -> Any:
        return create_engine(url, module=driver(FILE_SYSTEM), **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(durable, "write_at", written)
        patch.setattr(durable, "flush", flushed)
        patch.setattr(sqlite, "create_engine", engine)
        yield system
    system.unregister()


def _path_of(descriptor: int) -> str:
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())
