"""Points in a folder of Qdrant's local mode, as mem0 keeps its memories by default.

They lie there pickled. A pickle can call whatever it names; here it can name nothing: every class
is an inert stand-in that keeps what it is given, so that reading a folder runs none of its code,
and takes no package of Qdrant.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from memsvc.operations.foreign.item import NotTaken
from memsvc.store.foreign import Unreadable, sqlite_rows

STORAGE = "storage.sqlite"
_COPIES = "_entities"
_MIGRATIONS = frozenset({"mem0migrations", "mem0_migrations"})


class _Inert:
    """Something that a pickle names: takes everything, does nothing."""

    state: Any = None

    def __new__(cls, *_given: Any, **_named: Any) -> _Inert:
        return object.__new__(cls)

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def append(self, _one: Any) -> None:
        """Items of a list."""

    def extend(self, _some: Any) -> None:
        """Items of a list."""

    def add(self, _one: Any) -> None:
        """Items of a set."""

    def __setitem__(self, _key: Any, _one: Any) -> None:
        """Items of a mapping."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, _module: str, _name: str) -> Any:
        return _Inert

    def persistent_load(self, _pid: Any) -> Any:
        return _Inert()


def collections_in(folder: Path) -> list[str]:
    """Names of the collections with memories: mem0 keeps one of entities beside each."""
    found = sorted(path.parent.name for path in (folder / "collection").glob(f"*/{STORAGE}"))
    return [one for one in found if not one.endswith(_COPIES) and one not in _MIGRATIONS]


def points(folder: Path, collection: str) -> Iterator[dict[str, Any] | NotTaken]:
    """Payloads with their `id`, the latest of each point; raises Unreadable."""
    path = folder / "collection" / collection / STORAGE
    if not path.is_file():
        raise Unreadable("there is no such collection")
    latest: dict[str, dict[str, Any] | NotTaken] = {}
    for place, row in enumerate(sqlite_rows(path, "points", "rowid")):
        try:
            id_, payload = _point(row["point"])
        except NotTaken as error:
            latest[f"unreadable {place}"] = error
            continue
        latest.pop(id_, None)
        latest[id_] = {**payload, "id": id_}
    yield from latest.values()


def _point(pickled: bytes) -> tuple[str, dict[str, Any]]:
    try:
        found = _Unpickler(io.BytesIO(pickled)).load()
    except Exception:  # noqa: BLE001 - a damaged pickle raises whatever it comes upon
        raise NotTaken("it is damaged") from None
    state = found.state if isinstance(found, _Inert) else None
    held = state.get("__dict__", state) if isinstance(state, dict) else {}
    id_, payload = held.get("id"), held.get("payload")
    if not isinstance(id_, str | int) or not isinstance(payload, dict):
        raise NotTaken("it is no point with a payload")
    return str(id_), payload
