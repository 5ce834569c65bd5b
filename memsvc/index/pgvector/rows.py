"""Between a memory and its row in an index that lies in a database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from memsvc.core.admission import gist_parts
from memsvc.core.filters import METADATA_PREFIX
from memsvc.core.fingerprint import fingerprint
from memsvc.core.index_row import IndexRow, NameCount, Told, metadata_parts
from memsvc.core.memory import SEARCHED, Channel, Draft, Json, Kind, Memory, Status, Trust
from memsvc.core.people import looks_like_a_name, mentionable, name_key
from memsvc.core.statements import since
from memsvc.core.utterance import traits
from memsvc.index.column import EPOCH, NO_TIME, microseconds
from memsvc.index.stems import stems
from memsvc.index.terms import terms

KINDS, STATUSES, TRUSTS, CHANNELS = list(Kind), list(Status), list(Trust), list(Channel)
USER, ASSISTANT = 1, 2
_SIDES = {"user": USER, **dict.fromkeys(("assistant", "ai", "bot", "model", "system"), ASSISTANT)}
_DRAWN = 2**32 - 1
_UPKEEP = (
    *("status", "trust", "updated_at", "valid_to", "expires_at", "superseded_at", "last_used_at"),
    *("last_used", "importance", "confidence", "use_count", "stability_days", "pinned"),
)
"""What changes of a memory while it says the same of the same."""


class Seal(Protocol):
    """The key of one agent's index."""

    def token(self, *parts: str | int) -> int:
        """A keyed hash of 64 bits, with a sign."""
        ...

    def seal(self, plaintext: bytes, number: int) -> bytes:
        """The plaintext sealed, and bound to a memory's number."""
        ...

    def open(self, sealed: bytes, number: int) -> bytes:
        """The plaintext again."""
        ...


def row_of(memory: Memory, seal: Seal, *, words_shown: bool) -> IndexRow:
    """The row of a memory; the tokens of its words are sealed unless they are shown."""
    said = terms(memory.content)
    spoken = [*(terms(memory.speaker) if memory.speaker else ()), *said]
    stem_of = stems(set(spoken))
    counted = Counter(stem_of[word] for word in spoken)
    words = [seal.token("word", stem) for stem in counted]
    frequencies = list(counted.values())
    gist = gist_parts(memory)
    held = {
        "id": memory.id,
        "user_id": memory.user_id,
        "session_id": memory.session_id,
        "role": memory.role,
        "speaker": memory.speaker,
        "subject_ids": memory.subject_ids,
        "tags": memory.tags,
        "metadata": dict(memory.metadata),
        "subject": memory.fact and memory.fact.subject,
        "words": None if words_shown else [words, frequencies],
    }
    return IndexRow(
        number=memory.number,
        id=seal.token("id", memory.id),
        kind=KINDS.index(memory.kind),
        status=STATUSES.index(memory.status),
        trust=TRUSTS.index(memory.trust),
        channel=CHANNELS.index(memory.channel),
        event_time=_moment(memory.event_time),
        created_at=microseconds(memory.created_at),
        updated_at=microseconds(memory.updated_at),
        last_used_at=_moment(memory.last_used_at),
        valid_from=_moment(memory.valid_from),
        valid_to=_moment(memory.valid_to),
        expires_at=_moment(memory.expires_at),
        superseded_at=_moment(memory.superseded_at),
        began=microseconds(since(memory)),
        happened=microseconds(memory.event_time or memory.created_at),
        last_used=microseconds(memory.last_used_at or memory.created_at),
        importance=float(memory.importance),
        confidence=float(memory.confidence),
        use_count=float(memory.use_count),
        stability_days=memory.stability_days,
        pinned=memory.pinned,
        session=None if memory.session_id is None else seal.token("session_id", memory.session_id),
        voice=_voice(memory, seal),
        spoken=memory.speaker is not None,
        side=_SIDES.get(memory.role or "", 0),
        traits=traits(memory.content, said),
        draw=seal.token("draw", memory.content) & _DRAWN,
        likeness=likeness_token(memory, seal),
        gist=None if gist is None else seal.token("gist", *gist),
        slots=[slot_token(one, seal) for one in memory.slots] or None,
        marks=sorted(set(_marks(memory, seal))),
        length=len(spoken),
        words=words if words_shown else None,
        frequencies=frequencies if words_shown else None,
        # Metadata may hold any number there is, and texts that no UTF-8 can: plain JSON takes both.
        sealed=seal.seal(json.dumps(held).encode(), memory.number),
    )


def opened(row: IndexRow | Told, seal: Seal) -> Mapping[str, Any]:
    """What is sealed of a row."""
    held: Mapping[str, Any] = json.loads(seal.open(row.sealed, row.number))
    return held


def memory_of(row: IndexRow, held: Mapping[str, Any]) -> Memory:
    """The memory again as far as filters speak of it: without its text."""
    return Memory(
        number=row.number,
        id=held["id"],
        agent_id="",
        version=0,
        kind=KINDS[row.kind],
        status=STATUSES[row.status],
        trust=TRUSTS[row.trust],
        channel=CHANNELS[row.channel],
        content="",
        created_at=_time(row.created_at),
        updated_at=_time(row.updated_at),
        user_id=held["user_id"],
        subject_ids=tuple(held["subject_ids"]),
        session_id=held["session_id"],
        role=held["role"],
        speaker=held["speaker"],
        event_time=_maybe_time(row.event_time),
        last_used_at=_maybe_time(row.last_used_at),
        use_count=int(row.use_count),
        importance=row.importance,
        confidence=row.confidence,
        stability_days=row.stability_days,
        valid_from=_maybe_time(row.valid_from),
        valid_to=_maybe_time(row.valid_to),
        pinned=row.pinned,
        expires_at=_maybe_time(row.expires_at),
        metadata=held["metadata"],
        tags=tuple(held["tags"]),
        superseded_at=_maybe_time(row.superseded_at),
    )


def words_of(row: IndexRow | Told, seal: Seal) -> tuple[Sequence[int], Sequence[int]]:
    """The tokens of a row's words, and how often each comes."""
    if row.words is not None and row.frequencies is not None:
        return row.words, row.frequencies
    words, frequencies = opened(row, seal)["words"]
    return words, frequencies


def says_otherwise(row: IndexRow, after: IndexRow | None, seal: Seal) -> bool:
    """Whether a row held what the one after it, if there is one, does not: more than upkeep."""
    if after is None:
        return True
    upkept = {field: getattr(after, field) for field in _UPKEEP}
    # One thing is sealed otherwise each time.
    if row._replace(**upkept, sealed=b"") != after._replace(sealed=b""):
        return True
    return opened(row, seal) != opened(after, seal)


def names_in(row: IndexRow, held: Mapping[str, Any], seal: Seal, times: int) -> list[NameCount]:
    """The names by which a row is known, counted so many times; none of what is not searched."""
    if STATUSES[row.status] not in SEARCHED:
        return []
    found = []
    speaker = mentionable(held["speaker"] or "")
    if speaker:
        found.append(_name(speaker, seal, times, 0))
    for one in (held["user_id"], held["subject"], *held["subject_ids"]):
        key = mentionable(one) if one and looks_like_a_name(one) else ""
        if key:
            found.append(_name(key, seal, 0, times))
    return found


def likeness_token(statement: Draft | Memory, seal: Seal) -> int:
    """Equal for statements of equal fingerprint."""
    return seal.token("likeness", fingerprint(statement).hex())


def slot_token(slot: int, seal: Seal) -> int:
    """A slot's token, odd where the slot is."""
    return (seal.token("slot", slot) & ~1) | (slot & 1)


def _name(key: str, seal: Seal, speakers: int, others: int) -> NameCount:
    first = seal.token("first name", key.split(" ", maxsplit=1)[0])
    sealed = seal.seal(key.encode("utf-8", "surrogatepass"), 0)
    return NameCount(seal.token("name", key), first, sealed, speakers, others)


def _voice(memory: Memory, seal: Seal) -> int | None:
    if memory.speaker is not None:
        return seal.token("voice", memory.speaker)
    return None if memory.role is None else seal.token("voice of role", memory.role)


def _marks(memory: Memory, seal: Seal) -> Iterator[int]:
    for field in ("user_id", "session_id", "role", "speaker"):
        value = getattr(memory, field)
        if value is not None:
            yield seal.token("any", field)
            yield seal.token(field, value)
    for field in ("subject_ids", "tags"):
        values = getattr(memory, field)
        if values:
            yield seal.token("any", field)
        for value in values:
            yield seal.token(field, value)
    for name in _people(memory):
        yield seal.token("person", name_key(name))
    yield from _metadata_marks(memory, seal)


def _metadata_marks(memory: Memory, seal: Seal) -> Iterator[int]:
    for path, value in _paths(memory.metadata):
        field = METADATA_PREFIX + path
        if value is not None:
            yield seal.token("any", field)
        for one in value if isinstance(value, list | tuple) else (value,):
            parts = None if isinstance(one, list | Mapping) else metadata_parts(one)
            if parts is not None:
                yield seal.token(field, *parts)


def _people(memory: Memory) -> Iterator[str]:
    yield from memory.subject_ids
    if memory.fact:
        yield memory.fact.subject
    by = memory.speaker if memory.speaker is not None else memory.user_id
    if by:
        yield by


def _paths(metadata: Mapping[str, Json]) -> Iterator[tuple[str, Any]]:
    """Every path that `core.filters.metadata_value` follows, with what it leads to."""
    yield from metadata.items()
    within = [(key, value) for key, value in metadata.items() if "." not in key]
    while within:
        path, value = within.pop()
        if isinstance(value, Mapping):
            for key, inner in value.items():
                deeper = f"{path}.{key}"
                if "." not in key:
                    within.append((deeper, inner))
                    if deeper not in metadata:
                        yield deeper, inner


def _moment(moment: datetime | None) -> int | None:
    return None if moment is None else microseconds(moment)


def _time(moment: int) -> datetime:
    assert moment != NO_TIME
    return EPOCH + timedelta(microseconds=moment)


def _maybe_time(moment: int | None) -> datetime | None:
    return None if moment is None else _time(moment)
