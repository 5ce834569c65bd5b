"""Columns of the indexes that lie in PostgreSQL, where a setting lets the database be searched.

Each agent has tables of its own, `memories_7_2` and so on; here they are called by their first
part. A keyed hash is 64 bits of an HMAC under a key derived from the root key, for this agent
alone: what two rows share is seen by who reads them, what it is only by who has the root key, or
guesses it from how often it comes.
"""

from __future__ import annotations

from collections.abc import Mapping

from memsvc.core.data_map.entry import Cell, Entry, Holds, Where

_ROW = "deleting the row, right after the erasure; then a vacuum, which rewrites small tables"
_REBUILT = (
    "deleting the row, right after the erasure; then a vacuum, which overwrites it in the graph; "
    "free room of large tables when they are built anew, a day after"
)
_KEPT = "as long as the memory, and MEMSVC_INDEX__PGVECTOR is not off"
_HASH = Holds.IDENTITY_TOKEN


def _index(
    name: str, columns: Mapping[str, Cell], destroyed_by: str, kept: str = _KEPT
) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            Where.INDEX,
            f"{name}.{column}",
            cell.holds,
            cell.why,
            cell.destroyed_by or destroyed_by,
            cell.kept or kept,
        )
        for column, cell in columns.items()
    )


_TIMES = (
    *("event_time", "created_at", "updated_at", "last_used_at", "valid_from", "valid_to"),
    *("expires_at", "superseded_at", "began", "happened", "last_used"),
)
_NUMBERS = ("importance", "confidence", "use_count", "stability_days", "length")

INDEX: tuple[Entry, ...] = (
    *_index(
        "agents",
        {
            "agent_key": Cell(Holds.RANDOM_ID, "whose index it is"),
            "shape": Cell(Holds.CODE, "of which model, and what of it is readable"),
            **dict.fromkeys(
                ("generation", "last_generation"), Cell(Holds.NUMBER, "which tables are searched")
            ),
            "sequence": Cell(Holds.NUMBER, "which changes it has followed"),
            **dict.fromkeys(
                ("memories", "words", "pieces"), Cell(Holds.NUMBER, "how many there are")
            ),
            "has_graph": Cell(Holds.CODE, "whether there is a graph over its vectors"),
            "erasure": Cell(Holds.NUMBER, "which erasure was the last"),
            "vacuumed": Cell(Holds.NUMBER, "up to which erasure its tables were vacuumed"),
            "erased_by": Cell(Holds.NUMBER, "which transaction erased last"),
            "erased_since": Cell(Holds.TIME, "since when something erased may lie in free room"),
        },
        "deleting the row",
        "as long as the index",
    ),
    *_index(
        "memories",
        {
            "number": Cell(Holds.RANDOM_ID, "which memory it is"),
            "id": Cell(_HASH, "finds the memory of an id"),
            **dict.fromkeys(
                ("kind", "status", "trust", "channel", "pinned"),
                Cell(Holds.CODE, "for filters; as in `memories`"),
            ),
            **dict.fromkeys(_TIMES, Cell(Holds.TIME, "for filters; as in `memories`")),
            **dict.fromkeys(_NUMBERS, Cell(Holds.NUMBER, "for filters and the ranking")),
            "session": Cell(_HASH, "finds its neighbours in the session"),
            "voice": Cell(_HASH, "who speaks, for the ranking"),
            "spoken": Cell(Holds.CODE, "whether a speaker is named"),
            "side": Cell(Holds.CODE, "whether a user or an assistant speaks"),
            "traits": Cell(Holds.CODE, "whether it asks, tells a time, gives a number"),
            "draw": Cell(_HASH, "whether it is one of a sample; 32 bits of its text"),
            "likeness": Cell(_HASH, "finds what says the same"),
            "gist": Cell(_HASH, "finds what nearly says the same"),
            "slots": Cell(_HASH, "finds what speaks of the same thing"),
            "marks": Cell(_HASH, "people, session, speaker, role, tags and metadata, for filters"),
            "words": Cell(
                _HASH, "words of its text, to be looked for; only with `vectors_and_words`"
            ),
            "frequencies": Cell(Holds.NUMBER, "how often each of these words comes"),
            "sealed": Cell(
                Holds.SEALED,
                "people, session, tags and metadata, under a key derived from the root key",
            ),
        },
        _ROW,
    ),
    *_index(
        "pieces",
        {
            "number": Cell(Holds.RANDOM_ID, "which memory it belongs to"),
            "place": Cell(Holds.NUMBER, "which piece of its text"),
            "embedding": Cell(
                Holds.PERSONAL,
                "its meaning as numbers, to be searched; texts can be guessed from it",
            ),
        },
        _REBUILT,
    ),
    *_index(
        "words",
        {
            "word": Cell(_HASH, "which word"),
            "holders": Cell(Holds.NUMBER, "how many memories have it"),
        },
        _ROW,
        "as long as a memory has the word",
    ),
    *_index(
        "names",
        {
            "name": Cell(_HASH, "finds somebody whom questions mention"),
            "first": Cell(_HASH, "the same, by the first word of the name"),
            "sealed": Cell(Holds.SEALED, "the name, under a key derived from the root key"),
            **dict.fromkeys(
                ("speakers", "others"), Cell(Holds.NUMBER, "how many memories bear the name")
            ),
        },
        _ROW,
        "as long as a memory bears the name",
    ),
)
