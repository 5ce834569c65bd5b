"""Files that the service writes, and what it tells to the outside."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from memsvc.core.data_map.entry import Entry, Holds, Where

_KEY_SLOTS = "key slots; what no key opens goes with the purge"


def _data(
    name: str, holds: Holds, why: str, destroyed_by: str, kept: str = "as long as the service"
) -> Entry:
    return Entry(Where.DATA_DIR, name, holds, why, destroyed_by, kept)


DATA_DIR = (
    _data("memsvc.db", Holds.SEALED, "the database, on SQLite: its columns above", _KEY_SLOTS),
    _data("memsvc.db-wal", Holds.SEALED, "its log of late writes", _KEY_SLOTS, "until a purge"),
    _data(
        "memsvc.db-shm",
        Holds.NUMBER,
        "where in the log which page is",
        "closing the database",
        "while it is open",
    ),
    _data(
        "memsvc.db-journal",
        Holds.SEALED,
        "its log while the file is made, before it is in WAL mode",
        "SQLite, once the file is made",
        "milliseconds",
    ),
    _data(
        "keys.bin",
        Holds.KEY,
        "on SQLite one key per memory, person, session, day, request: under its agent's key",
        "overwriting the slot in place and flushing it",
        "each slot as long as what it seals; never used again",
    ),
    _data(
        ".keys.bin.*",
        Holds.KEY,
        "left by a first start that died half-way; never in use",
        "deleting it",
        "until somebody deletes it",
    ),
    _data(
        "root.key",
        Holds.KEY,
        "in the clear, mode 0600: wraps agents' keys, keys tokens and digests",
        "an operator, together with all data",
    ),
    _data(
        ".root.key.*",
        Holds.KEY,
        "left by a first start that died half-way; never in use",
        "deleting it",
        "until somebody deletes it",
    ),
    _data(
        "erasures.ledger",
        Holds.RANDOM_ID,
        "numbers of what was erased, for older backups; here unless it is set elsewhere",
        "nothing: no backup holds it",
    ),
    _data(
        ".erasures.ledger.*",
        Holds.RANDOM_ID,
        "a draft of the ledger that died half-way; never in use",
        "deleting it",
        "until somebody deletes it",
    ),
    _data(
        "models/*",
        Holds.NOTHING,
        "the exported model; written by `memsvc prepare`, a first start",
        "deleting it: it is made anew",
    ),
)

BACKUP = tuple(
    Entry(Where.BACKUP, name, holds, why, destroyed_by, kept)
    for name, holds, why, destroyed_by, kept in (
        (
            "data.db",
            Holds.SEALED,
            "every row of one moment, sealed as it was",
            "destroying the keys; in a backup those of its own moment",
            "as long as operators keep it",
        ),
        (
            "data.db-journal",
            Holds.SEALED,
            "SQLite's log while `data.db` is written",
            "SQLite, once it is written",
            "while the backup is taken",
        ),
        (
            "data.db-wal",
            Holds.SEALED,
            "SQLite's log while `data.db` is written",
            "SQLite, once it is written",
            "while the backup is taken",
        ),
        (
            "data.db-shm",
            Holds.NUMBER,
            "where in that log which page is",
            "SQLite, once it is written",
            "while the backup is taken",
        ),
        (
            "keys",
            Holds.KEY,
            "all keys of that moment, under a passphrase",
            "deleting it: until then what was erased meanwhile opens",
            "at most 14 days: see to it",
        ),
        (
            "manifest.json",
            Holds.NUMBER,
            "version, time, counts and digests",
            "deleting it",
            "as long as operators keep it",
        ),
    )
)

CHOSEN = (
    Entry(
        Where.CHOSEN,
        "what `memsvc export` writes",
        Holds.PERSONAL,
        "memories, and marked sources, in plaintext, to be moved or read elsewhere; mode 0600",
        "whoever asked for it: no erasure reaches it",
        "as long as its owner keeps it",
    ),
    Entry(
        Where.CHOSEN,
        "memsvc-* in the folder for temporary files",
        Holds.SEALED,
        "a backup of an earlier version, brought up to date to be restored",
        "the end of the restoring",
        "while it is restored",
    ),
)

SERVER = (
    Entry(
        Where.SERVER,
        "dead rows, log, statistics, replicas",
        Holds.SEALED,
        "PostgreSQL keeps what was deleted, and samples of columns, for a while",
        "key slots, then rotation of the agent's key",
        "until vacuum and archive let go; unreadable from the rotation on",
    ),
)

OUTPUT = (
    Entry(
        Where.OUTPUT,
        "lines of the log",
        Holds.CODE,
        "route templates, statuses, times, codes of errors, ids of keys and requests",
        "whoever keeps them",
        "as long as they are kept there",
    ),
    Entry(
        Where.OUTPUT,
        "metrics",
        Holds.NUMBER,
        "counts and times by route, event and mode",
        "the end of the process",
        "as long as they are kept there",
    ),
    Entry(
        Where.OUTPUT,
        "cookie of the dashboard",
        Holds.RANDOM_ID,
        "in an operator's browser: the id of the key that signed in, a random secret and when the "
        "session ends, sealed under a key that follows from the root key",
        "signing out, or the browser",
        "8 hours; no good from the moment on at which its API key is revoked",
    ),
)

_THEIRS = "whoever runs it: no erasure reaches it"
_AS_LONG = "as long as they keep it: see to it in the contract"

OUTSIDE = (
    Entry(
        Where.OUTSIDE,
        "MEMSVC_LLM__URL with MEMSVC_LLM__READ_FACTS",
        Holds.PERSONAL,
        "turns in which rules read no fact, with speaker and date; never one that was erased",
        _THEIRS,
        _AS_LONG,
    ),
    Entry(
        Where.OUTSIDE,
        "MEMSVC_LLM__URL with MEMSVC_LLM__CURATE",
        Holds.PERSONAL,
        "tasks, steps, texts and outcomes of traces that an agent asks to have reflected on, what "
        "the model thought of them, and active behaviors; never those quarantined or held back",
        _THEIRS,
        _AS_LONG,
    ),
    Entry(
        Where.OUTSIDE,
        "MEMSVC_LLM__URL with MEMSVC_JUDGE__KIND=llm",
        Holds.PERSONAL,
        "pairs of statements that may contradict each other, with speakers and dates",
        _THEIRS,
        _AS_LONG,
    ),
    Entry(
        Where.OUTSIDE,
        "MEMSVC_EMBEDDING__URL with MEMSVC_EMBEDDING__BACKEND=openai_http",
        Holds.PERSONAL,
        "the words of memories and of questions, to be embedded",
        _THEIRS,
        _AS_LONG,
    ),
)

FILES: tuple[Entry, ...] = (*DATA_DIR, *BACKUP, *CHOSEN, *SERVER, *OUTPUT, *OUTSIDE)


def covered(path: str, entries: Sequence[Entry]) -> bool:
    """Whether an entry speaks of the path, which is relative to the folder of its kind."""
    return any(fnmatchcase(path, entry.name) for entry in entries)
