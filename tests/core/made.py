"""Memories, evidence and questions for the tests of pure rules."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from memsvc.core.evidence import Evidence, Floats, Ints
from memsvc.core.memory import Channel, Kind, Memory, Status, Trust
from memsvc.core.ranking import SecondLook
from memsvc.core.reading import Reading
from memsvc.core.temporal import EARLIEST, LATEST, Interval
from memsvc.core.utterance import Trait
from memsvc.core.weights import Weights

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

PLAIN = Memory(
    number=1,
    id="m1",
    agent_id="a1",
    version=1,
    kind=Kind.EPISODIC,
    status=Status.ACTIVE,
    trust=Trust.USER,
    channel=Channel.USER,
    content="Ann moved to Lisbon",
    created_at=NOW,
    updated_at=NOW,
)


def memory(**fields: Any) -> Memory:
    """A plain memory with some fields of its own."""
    return PLAIN._replace(**fields)


def evidence(n: int, /, **fields: Any) -> Evidence:
    """Short memories, each alone, that differ in the given fields only; these may be lists."""
    plain = Evidence(
        numbers=np.arange(1, n + 1),
        proposed=np.ones(n, np.bool_),
        dense=np.full(n, 0.1),
        mean=0.1,
        spread=0.1,
        frequencies=np.zeros((0, n)),
        holders=np.zeros(0),
        count=n,
        lengths=np.full(n, 10.0),
        average=10.0,
        before=np.full(n, n),
        after=np.full(n, n),
        session=np.full(n, -1),
        voice=np.full(n, -1),
        traits=np.zeros(n, np.int64),
        named=np.zeros(n),
        assistant=np.zeros(n, np.bool_),
        user=np.zeros(n, np.bool_),
        kind=np.zeros(n, np.int64),
        days=np.zeros(n),
        retention=np.ones(n),
        importance=np.ones(n),
        trust=np.ones(n),
    )
    for name, value in fields.items():
        if isinstance(value, list):
            fields[name] = np.array(value, getattr(plain, name).dtype)
    return replace(plain, **fields)


def in_one_session(n: int, /, **fields: Any) -> Evidence:
    """As `evidence`, one after the other."""
    places = np.arange(n)
    before = np.where(places > 0, places - 1, n)
    return evidence(n, before=before, after=places + 1, session=np.zeros(n, int), **fields)


shares = st.floats(0.0, 1.0)
cosines = st.floats(-1.0, 1.0)
three = st.tuples(shares, shares, shares)


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    """Any weights that may be; many of them sum to 1."""
    parts = draw(three)
    whole = sum(parts) if draw(st.booleans()) else max(1.0, sum(parts))
    assume(whole > 0.0)
    scaled = [part / whole for part in parts]
    assume(math.fsum(scaled) <= 1.0)
    return Weights(*scaled)


@st.composite
def evidences(
    draw: st.DrawFn, least: int = 0, words: int | None = None, alone: bool = False
) -> Evidence:
    """Any evidence that an index may give, of up to twelve memories; `alone`: without sessions."""
    n = draw(st.integers(least, 12))
    terms = draw(st.integers(0, 4)) if words is None else words

    def each(elements: st.SearchStrategy[Any], dtype: type) -> Any:
        return np.array(draw(st.lists(elements, min_size=n, max_size=n)), dtype)

    frequencies = np.array(
        [each(st.sampled_from([0, 0, 1, 2, 9]), float) for _ in range(terms)]
    ).reshape(terms, n)
    count = n + draw(st.sampled_from([0, 1, 50, 1_000_000]))
    holding = (frequencies > 0).sum(axis=1)
    holders = [float(draw(st.integers(int(least), count))) for least in holding]
    session = np.full(n, -1) if alone else each(st.integers(-1, 2), int)
    before, after = draw(_neighbours(session))
    role = each(st.sampled_from(["", "user", "assistant"]), str)
    return Evidence(
        numbers=1 + np.cumsum(each(st.integers(1, 3), int)),
        proposed=each(st.booleans(), bool),
        dense=each(cosines, float),
        mean=draw(cosines),
        spread=draw(st.just(0.0) | shares),
        frequencies=frequencies,
        holders=np.array(holders, float),
        count=count,
        lengths=frequencies.sum(axis=0) + each(st.sampled_from([0, 1, 10, 60, 80, 4000]), float),
        average=draw(st.floats(0.0, 200.0)),
        before=before,
        after=after,
        session=session,
        voice=each(st.integers(-1, 2), int),
        traits=each(st.integers(0, int(~Trait.NONE)), int),
        named=each(st.sampled_from([-1.0, 0.0, 1.0]), float),
        assistant=role == "assistant",
        user=role == "user",
        kind=each(st.integers(0, len(Kind) - 1), int),
        days=each(st.floats(-700_000.0, 2_900_000.0), float),
        retention=each(shares, float),
        importance=each(shares, float),
        trust=each(st.sampled_from([one.weight / len(Trust) for one in Trust]), float),
    )


@st.composite
def _neighbours(draw: st.DrawFn, session: Ints) -> tuple[Ints, Ints]:
    """Places before and after, in any order within a session, which may have gaps."""
    n = len(session)
    before, after = np.full(n, n), np.full(n, n)
    for code in sorted(set(session.tolist()) - {-1}):
        order = draw(st.permutations(np.flatnonzero(session == code).tolist()))
        for one, other in pairwise(order):
            if draw(st.integers(0, 3)):
                after[one], before[other] = other, one
    return before, after


moments = st.datetimes(timezones=st.just(UTC)) | st.sampled_from([EARLIEST, LATEST])
spoken_times = (
    st.tuples(moments, moments)
    .filter(lambda ends: ends[0] != ends[1])
    .map(lambda ends: Interval(min(ends), max(ends), "then"))
)
readings = st.builds(
    Reading,
    text=st.just("?"),
    neutral=st.just("?"),
    several=st.booleans(),
    when=st.booleans(),
    intervals=st.lists(spoken_times, max_size=2).map(tuple),
    own=st.booleans(),
    reply=st.booleans(),
)


def second_looks(one: Evidence) -> st.SearchStrategy[SecondLook]:
    """What a second pass may find of some of these memories."""
    numbers = st.sampled_from(one.numbers.tolist()) if len(one) else st.nothing()
    return st.builds(
        SecondLook,
        context=st.dictionaries(numbers, cosines),
        lineage=st.dictionaries(numbers, shares),
        reranked=st.dictionaries(numbers, shares),
        share=shares,
    )


def raised(values: Floats, place: int, by: float, most: float = 1.0) -> Floats:
    """The values, one of them higher."""
    higher = values.copy()
    higher[place] = min(values[place] + by, most)
    return higher
