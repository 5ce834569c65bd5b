"""Memories, vectors and what one can do to an index, made up for the tests of this room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from memsvc.core import filters
from memsvc.core.decay import Policy
from memsvc.core.evidence import Evidence
from memsvc.core.fading import STANDARD_DECAY, Decay, DecayPolicies
from memsvc.core.filters import EVERYTHING, Filter
from memsvc.core.memory import Channel, Fact, Kind, Memory, Status, Trust
from memsvc.index.protocol import Entry, MemoryIndex, Probe, Vector

DIMENSION = 8
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = ("ann", "bob", "lisbon", "tea", "moved", "painted", "painting", "yesterday", "3.5", "東京")


def units(count: int, dimension: int = DIMENSION, seed: int = 0) -> Vector:
    """Random unit vectors of shape (count, dimension)."""
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    unit: Vector = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


# Few enough to come twice, far enough apart that rounding cannot change their order.
PALETTE = units(24)


def memory(number: int, content: str = "ann moved to lisbon", **fields: Any) -> Memory:
    """A memory with this number."""
    plain = Memory(
        number=number,
        id=f"m{number}",
        agent_id="a1",
        version=1,
        kind=Kind.EPISODIC,
        status=Status.ACTIVE,
        trust=Trust.USER,
        channel=Channel.USER,
        content=content,
        created_at=NOW,
        updated_at=NOW,
    )
    return plain._replace(**fields)


def entry(number: int, content: str = "ann moved to lisbon", **fields: Any) -> Entry:
    """A memory with one vector out of the palette."""
    return Entry(memory(number, content, **fields), PALETTE[number % len(PALETTE), None])


TEXT = st.sampled_from(["", "a", "A", "ann", "Ann", "bob", "ß", "a.b"])
MOMENT = st.one_of(
    st.none(),
    st.builds(lambda step: NOW + timedelta(microseconds=step), st.integers(-2, 2)),
)
NUMBER = st.sampled_from([0, 1, 0.5, 1.0, -1, 2, 2**53, 2**53 + 1, 10**400, 0.1, float("inf")])
HELD_NUMBER = st.sampled_from([0, 1, 0.5, 1.0, -1, 2, 2**53, 0.1])
SCALAR = st.one_of(st.none(), st.booleans(), TEXT, NUMBER, st.just(float("nan")))
JSON = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=2)
    ),
    max_leaves=5,
)
NAMES = st.one_of(st.none(), TEXT)
# Ids, of which some are what people are called.
PEOPLE = st.one_of(NAMES, st.sampled_from(["Ann Lee", "Ana-Lu", "x7"]))
NAME_KEYS = st.sampled_from(["ann", "ann lee", "ana-lu", "bob", "ss", "a b", "eve"])
# Few, so that many memories meet in one.
SESSIONS = st.sampled_from([None, "", "a", "a", "ann"])
ROLES = st.sampled_from([None, "", "user", "assistant", "ann"])
FACTS = st.one_of(
    st.none(),
    st.builds(Fact, PEOPLE.map(lambda one: one or "Bob"), st.just("home"), st.just("lisbon")),
)
MANY_TEXTS = st.lists(TEXT, max_size=3).map(tuple)
METADATA = st.dictionaries(st.sampled_from(["a", "b", "a.b"]), JSON, max_size=3)


SAID = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)


def memories(number: st.SearchStrategy[int]) -> st.SearchStrategy[Memory]:
    """Memories with any values in the fields that filters, sessions and people speak of."""
    return st.builds(
        memory,
        number,
        st.builds("{}{}".format, SAID, st.sampled_from(["", "", "?", "? yes", " twice"])),
        kind=st.sampled_from(Kind),
        status=st.sampled_from(Status),
        trust=st.sampled_from(Trust),
        user_id=PEOPLE,
        subject_ids=MANY_TEXTS,
        tags=MANY_TEXTS,
        session_id=SESSIONS,
        role=ROLES,
        speaker=PEOPLE,
        fact=FACTS,
        created_at=MOMENT.map(lambda one: one or NOW),
        event_time=MOMENT,
        last_used_at=MOMENT,
        valid_from=MOMENT,
        valid_to=MOMENT,
        expires_at=MOMENT,
        stability_days=st.sampled_from([7.0, 60.0, 0.5]),
        importance=HELD_NUMBER,
        use_count=st.sampled_from([0, 1, 2]),
        pinned=st.booleans(),
        metadata=METADATA,
    )


DECAY = st.builds(
    Decay,
    st.sampled_from(Policy),
    st.sampled_from([None, 0.0, 0.4, 0.9]),
    st.sampled_from([None, None, 1, 3]),
)
DECAYS = st.one_of(st.just(STANDARD_DECAY), st.builds(DecayPolicies, DECAY, DECAY, DECAY))


def _sources(field: str) -> st.SearchStrategy[dict[str, Any]]:
    if field in filters.TIME_FIELDS:
        value: st.SearchStrategy[Any] = MOMENT.map(lambda one: one and one.isoformat())
        operators = ["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"]
    elif field in filters.NUMBER_FIELDS:
        value, operators = NUMBER, ["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"]
    elif field in filters.FLAG_FIELDS:
        value, operators = st.one_of(st.none(), st.booleans()), ["eq", "ne", "in", "nin"]
    elif field in filters.FIELDS:
        value = st.one_of(NAMES, st.sampled_from([*Kind, *Status, *Trust, "m1", "m2"]))
        operators = ["eq", "ne", "in", "nin", "contains", "icontains"]
    else:
        value, operators = SCALAR, sorted(filters.OPERATORS)
    return st.sampled_from(operators).flatmap(
        lambda operator: _wanted(operator, value).map(lambda wanted: {field: {operator: wanted}})
    )


def _wanted(operator: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    if operator in ("in", "nin"):
        return st.lists(value, max_size=3)
    if operator in ("contains", "icontains"):
        return TEXT
    return value if operator in ("eq", "ne") else value.filter(lambda one: one is not None)


CONDITION = st.sampled_from(
    [*sorted(filters.FIELDS), "metadata.a", "metadata.b", "metadata.a.b", "metadata.b.c.a"]
).flatmap(_sources)
FILTER: st.SearchStrategy[Filter] = st.recursive(
    CONDITION,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"AND": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"OR": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"NOT": part}, inner),
        st.builds(lambda one, other: one | other, inner, inner),
    ),
    max_leaves=5,
).map(filters.parse)


def later(minutes: float) -> datetime:
    """A time so long after now."""
    return NOW + timedelta(minutes=minutes)


def pieces(count: int, first: int) -> Vector:
    """Vectors of `count` pieces, out of the palette from `first` on."""
    return PALETTE[np.arange(first, first + count) % len(PALETTE)]


def probe(vector: Vector, text: str = "", filter_: Filter = EVERYTHING, **fields: Any) -> Probe:
    """A question put now."""
    return Probe(vector, text, NOW, filter_, **fields)


def ask(
    index: MemoryIndex, text: str = "", filter_: Filter = EVERYTHING, **fields: Any
) -> Evidence:
    """What one question finds; its vector is the first of the palette."""
    return index.search([probe(PALETTE[0], text, filter_, **fields)])[0]
