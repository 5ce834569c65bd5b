"""A language model that reads facts: nothing is a fact that its turn does not say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from memsvc.clock import FixedClock
from memsvc.core.memory import Cardinality
from memsvc.errors import JudgeUnavailable
from memsvc.judges.budget import TokensInMemory
from memsvc.judges.chat import ChatLimits, ChatModel
from memsvc.judges.llm_extractor import (
    LONGEST_NAME,
    LONGEST_TURN,
    MOST_FACTS,
    LlmFactReader,
    facts_in,
)
from memsvc.judges.protocol import ExtractedFact, FactReader, Said, Unsaid
from tests.judges.chat_endpoint import Answer, ChatEndpoint, completion, data_in

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AGENT = 7
TURN = "I live in Lisbon, and I bake bread."
HOME = {
    "subject": "Ana",
    "predicate": "lives in",
    "object": "Lisbon",
    "cardinality": "one",
    "quote": "I live in Lisbon",
}
AT_HOME = ExtractedFact("Ana", "lives in", "Lisbon", Cardinality.ONE, "I live in Lisbon")


def said(data: dict[str, str]) -> dict[str, Any]:
    """A model that takes the whole turn for what somebody does."""
    fact = {**HOME, "subject": data.get("speaker", "user"), "quote": data["text"]}
    return {"facts": [fact]}


def reader_at(endpoint: ChatEndpoint, tokens: int = 100_000) -> LlmFactReader:
    endpoint.model = said
    budget = TokensInMemory(FixedClock(NOW), tokens)
    return LlmFactReader(ChatModel(endpoint.url, "some-model", None, budget, ChatLimits(5.0, 0)))


@pytest.fixture
def reader(endpoint: ChatEndpoint) -> Iterator[FactReader]:
    made = reader_at(endpoint)
    yield made
    made.close()


def test_each_turn_is_read_by_itself(reader: FactReader, endpoint: ChatEndpoint) -> None:
    turns = [Said("one", by="Ana"), Said("  \n"), Said("two", datetime(2026, 1, 2, tzinfo=UTC))]
    found = reader.read(AGENT, turns)

    assert [data_in(request) for request in endpoint.requests] == [
        {"text": "one", "speaker": "Ana"},
        {"text": "two", "date": "2026-01-02T00:00:00+00:00"},
    ]
    assert found == [
        [ExtractedFact("Ana", "lives in", "Lisbon", Cardinality.ONE, "one")],
        [],
        [ExtractedFact("user", "lives in", "Lisbon", Cardinality.ONE, "two")],
    ]


def test_facts_are_read_in_the_asked_shape() -> None:
    assert facts_in({"facts": [HOME]}) == [AT_HOME]
    assert facts_in({"facts": []}) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"quote": ""},
        {"quote": ", "},
        {"quote": 1},
        {"quote": None},
        {"subject": "  "},
        {"subject": "x" * (LONGEST_NAME + 1)},
        {"predicate": None},
        {"object": ["Lisbon"]},
        {"object": "Lis\x00bon"},
        {"cardinality": "two"},
        {"cardinality": ["one"]},
        {"trust": "operator"},
    ],
    ids=str,
)
def test_what_is_no_fact_is_dropped(wrong: dict[str, Any]) -> None:
    assert facts_in({"facts": [{**HOME, **wrong}, HOME, "no"]}) == [AT_HOME]


def test_blanks_around_names_are_none_of_them() -> None:
    fact = {**HOME, "subject": " Ana\n"}

    assert facts_in({"facts": [fact, HOME]}) == [AT_HOME]


def test_eight_facts_are_the_most() -> None:
    facts = [{**HOME, "object": f"place {number}"} for number in range(MOST_FACTS + 5)]
    found = facts_in({"facts": facts})

    assert [one.object for one in found] == [f"place {number}" for number in range(MOST_FACTS)]


@pytest.mark.parametrize(
    "answer", [{}, {"facts": HOME}, {"facts": [HOME], "more": 1}, "no JSON"], ids=range(4)
)
def test_an_answer_of_another_shape_is_told(
    reader: FactReader, endpoint: ChatEndpoint, answer: object
) -> None:
    endpoint.script.append(Answer(body=completion(answer)))

    first, second = reader.read(AGENT, [Said(TURN), Said(TURN)])
    assert first is Unsaid.MALFORMED
    assert isinstance(second, list)
    assert len(second) == 1


def test_a_long_turn_is_read_from_its_beginning(reader: FactReader, endpoint: ChatEndpoint) -> None:
    [facts] = reader.read(AGENT, [Said(TURN + " x" * LONGEST_TURN)])

    assert len(data_in(endpoint.requests[0])["text"]) == LONGEST_TURN
    # The quote is as long as what was read: too long for one.
    assert facts == []


def test_a_spent_budget_is_told(endpoint: ChatEndpoint) -> None:
    endpoint.used = 2_000
    found = reader_at(endpoint, tokens=4_000).read(AGENT, [Said(TURN)] * 3)

    assert len(endpoint.requests) == 1
    assert found[1:] == [Unsaid.BUDGET_SPENT] * 2
    assert isinstance(found[0], list)


def test_a_reader_that_does_not_answer_is_unavailable(
    reader: FactReader, endpoint: ChatEndpoint
) -> None:
    endpoint.script.append(Answer(500))

    with pytest.raises(JudgeUnavailable, match="HTTP 500"):
        reader.read(AGENT, [Said(" "), Said(TURN)])


def test_what_was_read_before_a_failure_is_kept(reader: FactReader, endpoint: ChatEndpoint) -> None:
    endpoint.script.extend([Answer(body=completion({"facts": [HOME]})), Answer(500)])

    assert reader.read(AGENT, [Said(TURN)] * 3) == [
        [AT_HOME], Unsaid.UNAVAILABLE, Unsaid.UNAVAILABLE
    ]  # fmt: skip


def test_a_closed_reader_says_so(reader: FactReader) -> None:
    reader.close()

    with pytest.raises(JudgeUnavailable, match="stopping"):
        reader.read(AGENT, [Said(TURN)])
