"""Where another store's items come from: a file, a folder or a database, told by what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from memsvc.errors import SourceUnusable
from memsvc.operations.foreign import langgraph, mem0, qdrant
from memsvc.operations.foreign.item import Item, NotTaken
from memsvc.operations.foreign.origin import Origin
from memsvc.store.foreign import POSTGRES, is_sqlite, postgres_rows, sqlite_rows, with_columns

MEM0_TABLE = "mem0"
_LISTS = ("results", "memories", "items")
_OF_A_RECORD = frozenset({"memory", "data", "value"})
"""An object with one of them is a record itself: the only line of a file of lines."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where items are: a path or the URL of a database.

    `collection`: which of several collections, or the name of the table. `history`: mem0's
    `history.db`, where it is not beside its folder. `user_from`: which part of a namespace of
    LangGraph is the person.
    """

    origin: Origin
    at: str
    collection: str | None = None
    history: Path | None = None
    user_from: int | None = None


def items_of(source: Source) -> Iterator[Item | NotTaken]:
    """All items of a source, and why some are none.

    Raises SourceUnusable for what is no such source, and Unreadable for a database that breaks.
    """
    if source.origin is Origin.LANGGRAPH:
        return langgraph.items(_langgraph(source), source.user_from)
    history = source.history or _history_beside(source.at)
    histories = {} if history is None else mem0.histories_in(history)
    return mem0.items(_mem0(source), histories)


def _langgraph(source: Source) -> Iterator[Any]:
    table = source.collection or langgraph.TABLE
    if source.at.startswith(POSTGRES):
        return postgres_rows(source.at, table)
    path = _there(source.at)
    if path.is_file() and is_sqlite(path):
        return sqlite_rows(path, table, "rowid")
    return _dumped(path)


def _mem0(source: Source) -> Iterator[Any]:
    if source.at.startswith(POSTGRES):
        rows = with_columns(postgres_rows(source.at, source.collection or MEM0_TABLE), "id")
        return ({**(row.get("payload") or {}), "id": str(row["id"])} for row in rows)
    path = _there(source.at)
    if path.is_dir():
        folder = path if (path / "collection").is_dir() else path / "qdrant"
        return qdrant.points(folder, source.collection or _only_one(folder))
    return _dumped(path)


def _history_beside(at: str) -> Path | None:
    """The `history.db` in a folder of mem0, or beside its folder of Qdrant."""
    places = (Path(at) / "history.db", Path(at).parent / "history.db")
    return next((one for one in places if Path(at).is_dir() and one.is_file()), None)


def _there(at: str) -> Path:
    path = Path(at)
    if not path.exists():
        raise SourceUnusable(f"{path} is not there: give a file, a folder or a URL.")
    return path


def _only_one(folder: Path) -> str:
    found = qdrant.collections_in(folder)
    if len(found) == 1:
        return found[0]
    if not found:
        raise SourceUnusable(f"{folder} is no folder of Qdrant's local mode with memories in it.")
    raise SourceUnusable(f"{folder} has several collections: say --collection {found[0]}, …")


def _dumped(path: Path) -> Iterator[Any]:
    """The records of a dump: a list, an object with one, or one object a line."""
    if not path.is_file():
        raise SourceUnusable(f"{path} is no file.")
    raw = path.read_bytes()
    try:
        held = orjson.loads(raw)
    except orjson.JSONDecodeError:
        held = _lines(path, raw)
    if isinstance(held, dict):
        lists = [held[name] for name in _LISTS if isinstance(held.get(name), list)]
        if not _OF_A_RECORD.isdisjoint(held):
            lists = [[held]]
        if not lists:
            raise SourceUnusable(f"{path} has no list of {', '.join(_LISTS)}.")
        left = held.get("relations")
        edges = len(left) if isinstance(left, list) else 0
        held = [*lists[0], *(NotTaken("it is an edge of a graph") for _ in range(edges))]
    if not isinstance(held, list):
        raise SourceUnusable(f"{path} holds no list.")
    return iter(held)


def _lines(path: Path, raw: bytes) -> list[Any]:
    try:
        return [orjson.loads(line) for line in raw.splitlines() if line.strip()]
    except orjson.JSONDecodeError:
        raise SourceUnusable(f"{path} is neither JSON nor a database.") from None
