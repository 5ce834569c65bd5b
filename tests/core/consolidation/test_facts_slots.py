"""Facts out of two turns about one thing: the later one takes the place of the earlier one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from memsvc.core.consolidation.facts import PatternExtractor
from memsvc.core.contradiction import settled
from memsvc.core.memory import Draft, Memory, Status
from memsvc.core.statements import statement_of
from tests.core.consolidation.conversations import turn
from tests.core.made import memory

FACTS = PatternExtractor()
FIRST = datetime(2026, 1, 7, 9, tzinfo=UTC)
LATER = datetime(2026, 6, 24, 9, tzinfo=UTC)


def written(draft: Draft, number: int, said_at: datetime) -> Memory:
    return memory(
        number=number,
        id=f"f{number}",
        content=draft.content,
        kind=draft.kind,
        user_id=draft.user_id,
        speaker=draft.speaker,
        trust=draft.trust,
        fact=draft.fact,
        valid_from=draft.valid_from,
        created_at=said_at,
    )


def standing(*said: str) -> dict[str, Status]:
    """Where each fact stands, by its words, once both turns are consolidated."""
    facts: list[Memory] = []
    for place, content in enumerate(said):
        at = FIRST if place == 0 else LATER + timedelta(days=place)
        told = turn(2, content, speaker="Ana", user_id="ana", event_time=at)
        for draft in FACTS.facts(told):
            facts.append(written(draft, len(facts) + 1, at))
    stand = settled(map(statement_of, facts))
    return {one.content: stand[one.number].status for one in facts}


def ended(*said: str) -> list[str]:
    found = standing(*said)
    return [content for content, status in found.items() if status is Status.SUPERSEDED]


@pytest.mark.parametrize(
    ("first", "then", "old"),
    [
        ("I live in Lisbon.", "We moved to Porto in May.", "Ana lives in Lisbon."),
        ("I live in Lisbon.", "I don't live in Lisbon anymore.", "Ana lives in Lisbon."),
        ("I work at Acme.", "I quit my job at Acme last week.", "Ana works at Acme."),
        ("I work at Acme.", "I no longer work at Acme.", "Ana works at Acme."),
        ("I work at Acme.", "I quit my job.", "Ana works at Acme."),
        ("I work at Acme.", "I started at Northwind in March.", "Ana works at Acme."),
        ("I'm an engineer at Acme.", "I got a new job at Globex.", "Ana works at Acme."),
        ("I'm dating Ben.", "We broke up.", "Ana is dating Ben."),
        ("I'm engaged to Ben.", "I broke up with Ben.", "Ana is engaged to Ben."),
        ("I'm married to Ben.", "I got divorced in March.", "Ana is married to Ben."),
        ("I'm vegetarian.", "I became vegan in May.", "Ana is vegetarian."),
        ("My sister lives in Oslo.", "My sister moved to Bergen.", "Ana's sister lives in Oslo."),
        ("My favourite band is Low.", "My favourite band is Pip.", "Ana's favourite band is Low."),
    ],
)
def test_what_changed_ends_what_was(first: str, then: str, old: str) -> None:
    assert old in ended(first, then)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("I have a dog named Rex.", "I have a dog named Bo."),
        ("I speak Dutch.", "I speak Welsh."),
        ("I live in Lisbon.", "My sister lives in Oslo."),
        ("I live in Lisbon.", "I might move to Porto."),
        ("I live in Lisbon.", "I'm going to move to Porto next month."),
        ("I work at Acme.", "My brother quit his job."),
        ("I love tea.", "I love coffee."),
        ("I work at Acme.", "I quit smoking."),
        ("I live in Lisbon.", "I used to live in Oslo."),
        ("I'm dating Ben.", "My sister and her boyfriend broke up."),
    ],
)
def test_what_stands_beside_ends_nothing(first: str, then: str) -> None:
    assert ended(first, then) == []
    assert len(standing(first)) > 0


def test_who_leaves_and_starts_in_one_turn_has_the_new_job() -> None:
    found = standing("I work at Acme.", "I quit my job. I started at Northwind in March.")

    assert found["Ana works at Acme."] is Status.SUPERSEDED
    assert found["Ana started at Northwind in March."] is Status.ACTIVE


def test_the_order_of_arrival_does_not_matter() -> None:
    old = turn(2, "I live in Lisbon.", speaker="Ana", user_id="ana", event_time=FIRST)
    new = turn(4, "We moved to Porto in May.", speaker="Ana", user_id="ana", event_time=LATER)
    facts = [
        written(draft, number, LATER)
        for number, told in enumerate((new, old), 1)
        for draft in FACTS.facts(told)
    ]

    stand = settled(map(statement_of, facts))

    assert [stand[one.number].status for one in facts] == [Status.ACTIVE, Status.SUPERSEDED]
