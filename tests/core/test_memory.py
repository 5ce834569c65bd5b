"""The value objects."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from memsvc.core.memory import (
    Behavior,
    Cardinality,
    Channel,
    Draft,
    Fact,
    Kind,
    Memory,
    Status,
    Trust,
    spoken_text,
)
from tests.core.made import memory


@pytest.mark.parametrize(
    ("trust", "weight"),
    [
        (Trust.OPERATOR, 5),
        (Trust.USER, 4),
        (Trust.AGENT, 3),
        (Trust.TOOL, 2),
        (Trust.WEB, 1),
    ],
)
def test_trust_falls_from_operator_to_web(trust: Trust, weight: int) -> None:
    assert trust.weight == weight


def test_every_trust_has_its_weight() -> None:
    assert sorted(trust.weight for trust in Trust) == [1, 2, 3, 4, 5]


def test_every_channel_has_a_trust_of_its_name_and_none_is_operator() -> None:
    assert {channel.value for channel in Channel} == {trust.value for trust in Trust} - {"operator"}


def test_words_on_the_wire_are_lower_case_and_stable() -> None:
    assert [kind.value for kind in Kind] == ["episodic", "semantic", "procedural"]
    assert [status.value for status in Status] == [
        "active",
        "superseded",
        "disputed",
        "archived",
        "quarantined",
    ]


@pytest.mark.parametrize(
    ("content", "speaker", "text"),
    [
        ("I moved", "Ann", "Ann: I moved"),
        ("I moved", None, "I moved"),
        ("I moved", "", "I moved"),
        ("", "Ann", "Ann: "),
        ("Ann: I moved", None, "Ann: I moved"),
    ],
)
def test_retrieval_reads_the_speaker_before_the_content(
    content: str, speaker: str | None, text: str
) -> None:
    assert spoken_text(content, speaker) == text


@pytest.mark.parametrize(
    "value",
    [Draft(content="x"), memory(), Fact("Ann", "home", "Lisbon"), Behavior("greet", "Say hello")],
)
def test_values_are_frozen_and_hold_nothing_else(value: Any) -> None:
    field = value._fields[0] if isinstance(value, Memory) else fields(value)[0].name

    with pytest.raises(AttributeError):
        setattr(value, field, "other")
    assert not hasattr(value, "__dict__")


def test_a_draft_claims_little_unless_told() -> None:
    draft = Draft(content="x")

    assert (draft.kind, draft.trust, draft.channel) == (Kind.EPISODIC, Trust.AGENT, Channel.AGENT)
    assert (draft.importance, draft.confidence, draft.pinned) == (0.5, 1.0, False)
    assert draft.id is None
    assert Draft(content="x").metadata is not draft.metadata


def test_facts_have_one_object_and_behaviors_start_at_version_one() -> None:
    assert Fact("Ann", "home", "Lisbon").cardinality is Cardinality.ONE
    assert Behavior("greet", "Say hello").version == 1


def test_a_draft_offers_nothing_that_a_memory_cannot_keep() -> None:
    assert {field.name for field in fields(Draft)} <= set(Memory._fields)
