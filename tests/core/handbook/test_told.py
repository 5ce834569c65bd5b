"""What is told of an attempt comes back from the memory that holds it, whatever it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.api.wire.values import CONTENT_CHARS, METADATA_BYTES
from memsvc.core.handbook.told import (
    LONGEST_CONTENT,
    LONGEST_LABEL,
    LONGEST_STEP,
    LONGEST_TASK,
    MOST_NAMES,
    MOST_STEPS,
    MOST_TOKENS,
    Told,
    as_trace,
    cleaned,
    draft_of,
    told_in,
)
from memsvc.core.memory import Channel, Draft, Kind, Memory, Status, Trust
from memsvc.core.statements import slots_said
from tests.core.handbook.lines import NAMES, ODD

LINES = ODD.filter(str.strip)
LABELS = st.none() | LINES
TOKENS = st.none() | st.integers(0, MOST_TOKENS)
NAMED = st.lists(NAMES, max_size=4).map(tuple)


@st.composite
def tolds(draw: st.DrawFn) -> Told:
    """Attempts with steps, with a text, or with neither."""
    has_steps = draw(st.booleans())
    return Told(
        task=draw(LINES),
        steps=tuple(draw(st.lists(LINES, max_size=4))) if has_steps else (),
        text="" if has_steps else draw(ODD),
        outcome=draw(st.none() | st.floats(0, 1)),
        input_tokens=draw(TOKENS),
        output_tokens=draw(TOKENS),
        model=draw(LABELS),
        task_class=draw(LABELS),
        offered=draw(NAMED),
        cited=draw(NAMED),
    )


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
ODD_VALUES: st.SearchStrategy[Any] = JSON | st.fixed_dictionaries(
    {},
    optional={
        name: JSON | st.sampled_from([True, 0.5, 10, "x", ["behavior_x"]])
        for name in (
            "steps",
            "outcome",
            "input_tokens",
            "output_tokens",
            "model",
            "task_class",
            "offered",
            "cited",
        )
    },
)

ATTEMPT = Told(task="Find the invoice.", steps=("Searched May.", "Opened the folder."))


def held(told: Told = ATTEMPT, **fields: Any) -> Draft:
    return draft_of(told, Draft(content="", **fields))


def reread(content: str, told: Told = ATTEMPT) -> Told | None:
    """What is told once the words are others."""
    return told_in(replace(held(told), content=content))


def memory(draft: Draft, number: int = 7) -> Memory:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    return Memory(
        number=number,
        id="t1",
        agent_id="a1",
        version=1,
        kind=draft.kind,
        status=Status.ACTIVE,
        trust=draft.trust,
        channel=Channel.AGENT,
        content=draft.content,
        created_at=moment,
        updated_at=moment,
        metadata=draft.metadata,
    )


@given(tolds())
def test_what_was_told_comes_back(told: Told) -> None:
    clean = cleaned(told)

    assert told_in(held(told)) == clean
    assert cleaned(clean) == clean
    assert held(clean) == held(told)


@given(tolds())
def test_nothing_but_the_words_in_their_order_is_in_the_content(told: Told) -> None:
    clean = cleaned(told)
    content = held(told).content

    assert content.split("\n")[0] == clean.task
    if told.steps:
        assert content.split("\n")[1:] == list(clean.steps)
    elif told.text:
        assert content == f"{clean.task}\n{told.text}"


@given(ODD_VALUES, ODD, st.sampled_from(Kind))
def test_odd_metadata_are_no_trace_and_no_error(value: Any, content: str, kind: Kind) -> None:
    draft = Draft(content=content, kind=kind, metadata={"trace": value})
    told = told_in(draft)

    if told is not None:
        assert kind is Kind.EPISODIC
        assert isinstance(value["steps"], bool)
        assert told.outcome is None or 0 <= told.outcome <= 1
        assert told.task


@pytest.mark.parametrize(
    "held_of_it",
    [
        None,
        True,
        "yes",
        [],
        {},
        {"steps": 1},
        {"steps": False, "more": 1},
        {"steps": False, "outcome": True},
        {"steps": False, "outcome": 1.5},
        {"steps": False, "outcome": float("nan")},
        {"steps": False, "outcome": None},
        {"steps": False, "input_tokens": -1},
        {"steps": False, "input_tokens": 1.0},
        {"steps": False, "model": " "},
        {"steps": False, "offered": "behavior_x"},
        {"steps": False, "offered": ["x"]},
        {"steps": False, "cited": [["behavior_x"]]},
    ],
)
def test_what_has_another_shape_is_no_trace(held_of_it: Any) -> None:
    assert told_in(Draft(content="Find it.", metadata={"trace": held_of_it})) is None
    assert told_in(Draft(content="Find it.", metadata={"trace": {"steps": False}})) is not None


def test_other_metadata_and_fields_stay() -> None:
    draft = held(user_id="ana", metadata={"topic": "home"}, trust=Trust.TOOL)

    assert draft.metadata == {"topic": "home", "trace": {"steps": True}}
    assert (draft.user_id, draft.trust, draft.kind) == ("ana", Trust.TOOL, Kind.EPISODIC)


def test_only_what_was_told_is_held() -> None:
    told = Told(task="Add.", text="2", outcome=0, model="m", offered=("check units",))

    assert held(told).metadata["trace"] == {
        "steps": False,
        "outcome": 0,
        "model": "m",
        "offered": ["behavior_check_units"],
    }


def test_a_trace_is_read_as_its_words_are_now() -> None:
    assert reread("Find it.\n\n  Searched \t May. \n") == replace(
        ATTEMPT, task="Find it.", steps=("Searched May.",)
    )
    assert reread("\n \n Find it.") == replace(ATTEMPT, task="Find it.", steps=())
    assert reread(" \n ") is None
    text = Told(task="Add.", text="a\n\n b ")
    assert reread("Add.\n\nb", text) == replace(text, text="\nb")


def test_a_memory_is_the_trace_that_it_tells() -> None:
    told = replace(ATTEMPT, outcome=1.0, input_tokens=3, output_tokens=4, task_class="lookup")
    trace = as_trace(memory(held(told, trust=Trust.WEB)))

    assert (trace.number, trace.id, trace.trust) == (7, "t1", Trust.WEB)
    assert (trace.task, trace.steps, trace.text) == (told.task, told.steps, "")
    assert (trace.outcome, trace.input_tokens, trace.output_tokens) == (1.0, 3, 4)
    assert trace.task_class == "lookup"
    with pytest.raises(ValueError, match="no trace"):
        as_trace(memory(Draft(content="Find it.")))


def test_an_attempt_states_nothing() -> None:
    said = "The office of the company is in Porto."

    assert slots_said(Draft(content=said))
    assert slots_said(held(Told(task=said))) == ()


LONG = "x" * 1_000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"task": " \n "}, "task"),
        ({"task": "x" * (LONGEST_TASK + 1)}, "task"),
        ({"steps": ("a", "\u2028")}, "steps.1"),
        ({"steps": ("x" * (LONGEST_STEP + 1),)}, "steps.0"),
        ({"steps": ("a",) * (MOST_STEPS + 1)}, "steps"),
        ({"steps": (LONG,) * 33}, "steps"),
        ({"steps": (), "text": "x" * (LONGEST_CONTENT - len(ATTEMPT.task))}, "content"),
        ({"text": "b"}, "steps"),
        ({"outcome": -0.1}, "outcome"),
        ({"outcome": float("nan")}, "outcome"),
        ({"outcome": True}, "outcome"),
        ({"input_tokens": -1}, "input_tokens"),
        ({"output_tokens": MOST_TOKENS + 1}, "output_tokens"),
        ({"model": ""}, "model"),
        ({"task_class": "x" * (LONGEST_LABEL + 1)}, "task_class"),
        ({"offered": ("?",)}, "offered.0"),
        ({"cited": ("a",) * (MOST_NAMES + 1)}, "cited"),
    ],
)
def test_what_is_out_of_bounds_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValueError, match=rf"\A{field}: "):
        held(replace(ATTEMPT, **changes))


def test_the_largest_attempt_is_a_memory_that_may_be() -> None:
    names = tuple(f"behavior_{place:0>55}" for place in range(MOST_NAMES))
    label = "x" * LONGEST_LABEL
    told = Told(
        task="x" * LONGEST_TASK,
        text="y" * (LONGEST_CONTENT - LONGEST_TASK - 1),
        outcome=1 / 3,
        input_tokens=MOST_TOKENS,
        output_tokens=MOST_TOKENS,
        model=label,
        task_class=label,
        offered=names,
        cited=names,
    )
    draft = held(told)

    assert told_in(draft) == told
    assert len(draft.content) == LONGEST_CONTENT == CONTENT_CHARS
    assert len(str(draft.metadata)) < METADATA_BYTES
