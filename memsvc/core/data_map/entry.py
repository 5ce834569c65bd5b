"""One entry of the data map, and the words it is told in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Where(StrEnum):
    """Where something is kept."""

    DATABASE = "Database"
    INDEX = "Indexes in PostgreSQL, where MEMSVC_INDEX__PGVECTOR is set"
    DATA_DIR = "Data directory"
    BACKUP = "Backup folder"
    CHOSEN = "Files where an operator wants them"
    SERVER = "PostgreSQL's own files"
    RAM = "Memory of the process"
    OUTPUT = "What the process tells"
    OUTSIDE = "Services of others, where they are set"


NAMED_BY: Mapping[Where, str] = {
    Where.DATABASE: "`table.column`",
    Where.INDEX: "`table.column` of the schema `memsvc_index`",
    Where.DATA_DIR: "a path below it, `*` for anything",
    Where.BACKUP: "a path below it",
    Where.CHOSEN: "what it is",
    Where.SERVER: "what it is",
    Where.RAM: "`module:name`",
    Where.OUTPUT: "what it is",
    Where.OUTSIDE: "the setting that names it",
}


class Holds(StrEnum):
    """What something says about people."""

    SEALED = "sealed"
    PERSONAL = "personal"
    IDENTITY_TOKEN = "identity token"  # noqa: S105 - a word of the map
    DIGEST = "digest"
    KEY = "key"
    RANDOM_ID = "random id"
    CHOSEN_ID = "chosen id"
    OPERATOR_TEXT = "operator's text"
    TIME = "time"
    NUMBER = "number"
    CODE = "code"
    NOTHING = "nothing"


MEANS: Mapping[Holds, str] = {
    Holds.SEALED: "personal data under a key of its own; with that key it is gone, in every copy",
    Holds.PERSONAL: "personal data that can be read as it is",
    Holds.IDENTITY_TOKEN: "an HMAC of an identity, keyed from the root key",
    Holds.DIGEST: "an HMAC of something said or sent, under a key that lasts for a time",
    Holds.KEY: "a key, wrapped under another one unless said otherwise",
    Holds.RANDOM_ID: "a number or name that was drawn or counted and stands for nothing else",
    Holds.CHOSEN_ID: "a name that clients or operators chose; it must not name a person",
    Holds.OPERATOR_TEXT: "words an operator gave; they must not name a person",
    Holds.TIME: "a time",
    Holds.NUMBER: "counts and measures",
    Holds.CODE: "one of a fixed set of words",
    Holds.NOTHING: "nothing of anybody",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept under a name, why, which key or act destroys it, and how long it is kept."""

    where: Where
    name: str
    holds: Holds
    why: str
    destroyed_by: str
    kept: str


class Cell(NamedTuple):
    """A column's part of an entry; None: as its table says."""

    holds: Holds
    why: str
    destroyed_by: str | None = None
    kept: str | None = None


def table(
    name: str, columns: Mapping[str, Cell], *, destroyed_by: str, kept: str
) -> tuple[Entry, ...]:
    """The entries of a table's columns; the last two hold for all that say nothing else."""
    return tuple(
        Entry(
            Where.DATABASE,
            f"{name}.{column}",
            cell.holds,
            cell.why,
            cell.destroyed_by or destroyed_by,
            cell.kept or kept,
        )
        for column, cell in columns.items()
    )
