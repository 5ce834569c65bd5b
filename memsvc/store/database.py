"""The database: snapshots to read from, one writer to write through."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from memsvc.store.failures import translated
from memsvc.store.group_commit import GroupCommitter, Hooks
from memsvc.store.transaction import Tx

T = TypeVar("T")

READERS = 16


class Database(ABC):
    """One database as this process sees it: many readers, one writer, group commit."""

    kind: str
    """What it is called: `sqlite` or `postgresql`."""

    def __init__(self, readers: Engine, writer: Engine) -> None:
        self._readers = readers
        self._writer_engine = writer
        self._writer = GroupCommitter(writer)

    @contextmanager
    def snapshot(self) -> Iterator[Tx]:
        """A read-only transaction: everything read in it is of one moment."""
        try:
            with self._readers.connect() as connection, connection.begin():
                yield Tx(connection)
        except (DBAPIError, PoolTimeout) as error:
            raise translated(error) from None

    def write(self, work: Callable[[Tx], T], about: str = "") -> T:
        """Run `work` in a transaction; returns its result once that is durable.

        `work` may run in a transaction together with others, and more than once, so it must do
        nothing but read and write through `tx`. `about` names what it locks: a group takes its
        locks in this order, so that two processes do not wait for each other. Raises what `work`
        raised, StorageFull or Unavailable.
        """
        return self._writer.write(work, about)

    def write_all(self, works: Sequence[tuple[str, Callable[[Tx], T]]]) -> list[T | Exception]:
        """As `write` for each (about, work), side by side; what one would raise is its result."""
        return self._writer.write_all(works)

    def hook(self, hooks: Hooks) -> None:
        """Have keys kept in step with what is written."""
        self._writer.hooks = hooks

    @abstractmethod
    def files(self) -> list[Path]:
        """The files that it is and writes, where they lie on this machine."""

    @abstractmethod
    @contextmanager
    def claim(self, name: str) -> Iterator[bool]:
        """Have what `name` stands for to oneself, among all processes; False when another has it.

        Ends with the process, however that ends. Takes no connection of the pools.
        """

    @abstractmethod
    def size_bytes(self) -> int:
        """Bytes the database takes on disk, without its log."""

    def let_log_go(self) -> bool:
        """Give the log back; False while a reader holds it, and no purge can end before it does.

        Where the log is a server's there is nothing to do.
        """
        return True

    @abstractmethod
    def purge(self, *, vacuum: bool) -> bool:
        """Give free pages and the log back as far as the database can; False to try again.

        `vacuum`: also where that rewrites the whole database.
        """

    def close(self) -> None:
        """Finish submitted writes, then let go of the connections."""
        self._writer.close()
        self._readers.dispose()
        self._writer_engine.dispose()
