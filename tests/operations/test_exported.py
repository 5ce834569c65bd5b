"""A line of an export says all of a memory, and nothing else is taken for one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.admission import Admission
from memsvc.core.agent_settings import AgentSettings, Contradiction
from memsvc.core.decay import Policy
from memsvc.core.derived import DERIVATIONS
from memsvc.core.fading import Decay, DecayPolicies
from memsvc.core.memory import (
    Behavior,
    Cardinality,
    Channel,
    Fact,
    Kind,
    Memory,
    Status,
    Trust,
)
from memsvc.core.reinforcement import Outcome
from memsvc.core.retaining import RetentionPolicy
from memsvc.core.statements import Verdict
from memsvc.core.weights import Weights
from memsvc.operations.exported import (
    Derivation,
    End,
    Exported,
    Header,
    NotALine,
    OtherFormat,
    Past,
    Use,
    exported_in,
    header_in,
    line_of,
)
from memsvc.operations.exported_beside import Decision, MarkedSource

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
IDS = st.text("abc.-@: é漢", min_size=1, max_size=12)
TIMES = st.datetimes(timezones=st.just(UTC))
REALS = st.floats(allow_nan=False, allow_infinity=False)
COUNTS = st.integers(0, 2**31 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | REALS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
WORDED = {
    "content": TEXT,
    "user_id": st.none() | TEXT,
    "subject_ids": st.lists(TEXT, max_size=3).map(tuple),
    "session_id": st.none() | TEXT,
    "role": st.none() | TEXT,
    "speaker": st.none() | TEXT,
    "metadata": st.dictionaries(TEXT, JSON, max_size=3),
    "tags": st.lists(TEXT, max_size=3).map(tuple),
    "fact": st.none() | st.builds(Fact, TEXT, TEXT, TEXT, st.sampled_from(Cardinality)),
    "behavior": st.none() | st.builds(Behavior, TEXT, TEXT, COUNTS),
    "subgoal": st.none() | TEXT,
}
MEMORIES = st.builds(
    Memory,
    number=st.just(0),
    id=IDS,
    agent_id=IDS,
    version=COUNTS,
    kind=st.sampled_from(Kind),
    status=st.sampled_from(Status),
    trust=st.sampled_from(Trust),
    channel=st.sampled_from(Channel),
    created_at=TIMES,
    updated_at=TIMES,
    event_time=st.none() | TIMES,
    last_used_at=st.none() | TIMES,
    use_count=COUNTS,
    importance=REALS,
    confidence=REALS,
    stability_days=REALS,
    difficulty=REALS,
    valid_from=st.none() | TIMES,
    valid_to=st.none() | TIMES,
    superseded_by=st.none() | IDS,
    superseded_at=st.none() | TIMES,
    stated_valid_to=st.none() | TIMES,
    disputed_with=st.none() | IDS,
    slots=st.just(()),
    pinned=st.booleans(),
    expires_at=st.none() | TIMES,
    source_ids=st.lists(IDS, max_size=3).map(tuple),
    **WORDED,
)


DERIVED = st.builds(
    Derivation, st.sampled_from([*DERIVATIONS]), st.none() | st.sampled_from(Trust), st.booleans()
)
USES = st.builds(Use, TIMES, st.sampled_from(Outcome), REALS, REALS, REALS)
DECISIONS = st.builds(
    Decision,
    IDS,
    IDS.map("1".__add__),
    IDS.map("2".__add__),
    st.sampled_from(Verdict),
    st.sampled_from(["person", "model"]),
    TIMES,
)
CHANNELS = st.none() | st.sampled_from(Channel)
NAMES = st.none() | TEXT.filter(bool)
MARKS = st.builds(MarkedSource, IDS, IDS, CHANNELS, NAMES, NAMES, TIMES).filter(
    lambda one: any((one.channel, one.user_id, one.session_id))
)


@st.composite
def exporteds(draw: st.DrawFn) -> Exported:
    memory = draw(MEMORIES)
    history = [
        Past(memory._replace(version=version, **worded), draw(TIMES), draw(TIMES))
        for version, worded in draw(
            st.lists(st.tuples(COUNTS, st.fixed_dictionaries(WORDED)), max_size=2)
        )
    ]
    return Exported(
        memory,
        tuple(history),
        draw(st.none() | DERIVED),
        draw(st.lists(USES, max_size=3).map(tuple)),
    )


@given(exporteds() | DECISIONS | MARKS)
def test_a_line_means_what_it_was_made_of(one: Exported | Decision | MarkedSource) -> None:
    line = line_of(one)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert exported_in(line) == one


@given(exporteds(), st.data())
def test_part_of_a_line_is_no_line(one: Exported, data: st.DataObject) -> None:
    line = line_of(one)
    with pytest.raises(NotALine):
        exported_in(line[: data.draw(st.integers(0, len(line) - 2))])


def test_first_and_last_line_mean_what_they_were_made_of() -> None:
    for format_ in (1, 2):
        made_at = datetime(2026, 11, 24, 1, 2, 3, 4, tzinfo=UTC)
        header = Header("default", "a*", made_at, "0.1.0", format_)
        assert header_in(line_of(header)) == header
    assert exported_in(line_of(End(3, 5))) == End(3, 5)
    some = {"a 1": AgentSettings(Weights(0.0, 0.25, 0.75)), "é": AgentSettings()}
    many = AgentSettings(
        Weights(0.5, 0.25, 0.25),
        RetentionPolicy(semantic=36_500, procedural=1),
        DecayPolicies(episodic=Decay(Policy.MEMORYBANK, 0.25, 100)),
        Admission.OFF,
        Contradiction.OFF,
    )
    for end in (End(3, 5, some, 7, 2), End(3, 5, {"é": many}, marks=1, changes=4, outcomes=6)):
        assert exported_in(line_of(end)) == end
    with pytest.raises(OtherFormat) as other:
        header_in(b'{"memsvc":"9.0.0","format":4,"places":[]}')
    assert other.value.found == 4
    for line in (b"", b"{", b"[]", b"{}", b'{"memsvc":"1","format":"1"}', b"\xff\n"):
        with pytest.raises(NotALine):
            header_in(line)
        with pytest.raises(NotALine):
            exported_in(line)


EVEN = {"retention": 0.1, "importance": 0.1, "trust": 0.1}


@pytest.mark.parametrize(
    "settings",
    [
        None,
        [],
        {"a1": {}},
        {"a1": {"ranking": {"retention": 0.1, "importance": 0.1}}},
        {"a1": {"ranking": {"retention": 0.1, "importance": 0.1, "trust": "0.1"}}},
        {"a1": {"ranking": {"retention": 0.5, "importance": 0.5, "trust": 0.5}}},
        {"a/1": {"ranking": {"retention": 0.1, "importance": 0.1, "trust": 0.1}}},
        {"a1": {"ranking": EVEN, "retention": None}},
        {"a1": {"ranking": EVEN, "retention": []}},
        {"a1": {"ranking": EVEN, "retention": {"episodic": 90}}},
        {"a1": {"ranking": EVEN, "retention": {"episodic": {}}}},
        {"a1": {"ranking": EVEN, "retention": {"episodic": {"days": 0}}}},
        {"a1": {"ranking": EVEN, "retention": {"episodic": {"days": "90"}}}},
        {"a1": {"ranking": EVEN, "retention": {"other": {"days": 90}}}},
    ],
)
def test_settings_that_cannot_be_are_found(settings: object) -> None:
    line = json.dumps({"end": {"agents": 1, "memories": 1, "settings": settings}})
    with pytest.raises(NotALine):
        exported_in(line.encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", ""),
        ("id", "a\x00b"),
        ("id", "i" * 257),
        ("agent_id", 7),
        ("version", -1),
        ("version", True),
        ("kind", "rumour"),
        ("content", None),
        ("subject_ids", [1]),
        ("subject_ids", "ann"),
        ("created_at", 5),
        ("created_at", "yesterday"),
        ("created_at", "2026-01-01T00:00:00"),
        ("created_at", "0001-01-01T00:00:00+09:00"),
        ("importance", "1"),
        ("use_count", 2**31),
        ("pinned", 1),
        ("metadata", [1]),
        ("fact", {"subject": "x"}),
        ("fact", False),
        ("behavior", ["a", "b", 1]),
        ("history", [{}]),
        ("source_ids", None),
        ("superseded_by", "\n"),
        ("derivation", "derived_from"),
        ("derivation", {"relation": "hearsay", "stated_trust": None, "states": True}),
        ("derivation", {"relation": "derived_from", "stated_trust": "much", "states": True}),
        ("derivation", {"relation": "derived_from", "stated_trust": None, "states": 1}),
        ("feedback", {"used": 1}),
        ("feedback", [{"at": "2026-01-01T00:00:00Z", "outcome": "used"}]),
        ("end", 5),
    ],
)
def test_a_value_that_cannot_be_is_found(name: str, value: object) -> None:
    memory = Memory(
        number=0,
        id="m1",
        agent_id="a1",
        version=1,
        kind=Kind.EPISODIC,
        status=Status.ACTIVE,
        trust=Trust.USER,
        channel=Channel.USER,
        content="It rains.",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    held = json.loads(line_of(Exported(memory)))
    assert exported_in(json.dumps(held).encode()) == Exported(memory)
    with pytest.raises(NotALine):
        exported_in(json.dumps(held | {name: value}).encode())
    if name in held:
        del held[name]
        with pytest.raises(NotALine):
            exported_in(json.dumps(held).encode())


DECISION = {
    "agent_id": "a1",
    "memory_id": "m1",
    "other_id": "m2",
    "verdict": "beats",
    "decided_by": "person",
    "decided_at": "2026-01-01T00:00:00Z",
}
MARK = {
    "agent_id": "a1",
    "id": "f00",
    "channel": "web",
    "user_id": None,
    "session_id": "s1",
    "marked_at": "2026-01-01T00:00:00Z",
}


@pytest.mark.parametrize(
    ("kind", "held", "changed"),
    [
        ("decision", DECISION, {"other_id": "m1"}),
        ("decision", DECISION, {"other_id": ""}),
        ("decision", DECISION, {"verdict": "wins"}),
        ("decision", DECISION, {"decided_by": "Ann"}),
        ("decision", DECISION, {"decided_at": None}),
        ("mark", MARK, {"channel": None, "session_id": None}),
        ("mark", MARK, {"channel": "rumour"}),
        ("mark", MARK, {"user_id": 7}),
        ("mark", MARK, {"id": None}),
    ],
)
def test_what_stands_beside_memories_and_cannot_be_is_found(
    kind: str, held: dict[str, object], changed: dict[str, object]
) -> None:
    assert not isinstance(exported_in(json.dumps({kind: held}).encode()), Exported | End)
    with pytest.raises(NotALine):
        exported_in(json.dumps({kind: held | changed}).encode())
    for name in held:
        with pytest.raises(NotALine):
            exported_in(
                json.dumps({kind: {key: held[key] for key in held if key != name}}).encode()
            )
