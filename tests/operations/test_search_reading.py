"""What a question says of people and times decides what is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memsvc.core.memory import Draft, Fact, Kind
from memsvc.operations.question import Mode, Question, Timing
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from tests.operations.remembering import (
    NOW,
    SCOPE,
    ids,
    listened_to,
    remember,
    signal,
    standing,
    why,
)


def day(year: int, month: int, of_month: int = 10) -> datetime:
    return datetime(year, month, of_month, 12, tzinfo=UTC)


@pytest.fixture
def talk(runtime: Runtime) -> Runtime:
    """Two who speak of themselves, and of each other by name."""
    remember(
        runtime,
        *(
            Draft(content=content, id=name, speaker=speaker, session_id="s1")
            for name, speaker, content in (
                ("moved", "Ana", "I moved to Lisbon because of my new job."),
                ("moved too", "Ben", "I moved to Porto because of my mother."),
                ("called", "Ben", "Ana, Ana! Where are you, Ana?"),
                ("told", "Ben", "Somebody said that Ana and a truck were seen."),
                ("soup", "Ana", "We had soup at seven."),
            )
        ),
    )
    return runtime


@pytest.mark.parametrize("query", ["Where did Ana move to?", "where did ana move to?"])
def test_who_speaks_of_themselves_is_found_by_name(talk: Runtime, query: str) -> None:
    found = search(talk, SCOPE, Question(query))
    assert ids(found)[0] == "moved"
    named = signal(found, "person")
    assert named["moved"] == named["soup"] > 0.0
    assert named["moved too"] == named["called"] == named["told"] < 0.0


def test_the_other_is_found_by_the_other_name(talk: Runtime) -> None:
    assert ids(search(talk, SCOPE, Question("Where did Ben move to?")))[0] == "moved too"


@pytest.mark.parametrize(
    ("query", "neutral"),
    [
        ("Where did Ana move to?", "Where did I move to?"),
        ("What is Ana's new job?", "What is my new job?"),
        ("What did Zoe do?", "What did Zoe do?"),
    ],
)
def test_names_of_speakers_are_embedded_as_those_would_say_it(
    talk: Runtime, query: str, neutral: str
) -> None:
    talk, listening = listened_to(talk)
    found = search(talk, SCOPE, Question(query))
    assert listening.queries == [neutral]
    [asked] = talk.embedder.embed_queries([neutral])
    [said] = talk.embedder.embed(["Ana: I moved to Lisbon because of my new job."])
    assert why(found)["moved"].dense == pytest.approx(float(asked @ said[0]), abs=1e-5)


@pytest.mark.parametrize(
    "about",
    [
        Draft(content="Lives in Faro.", kind=Kind.SEMANTIC, fact=Fact("Ana", "lives in", "Faro")),
        Draft(content="Lives in Faro.", kind=Kind.SEMANTIC, subject_ids=("ana",)),
        Draft(content="Lives in Faro.", kind=Kind.SEMANTIC, user_id="ana"),
    ],
    ids=["subject", "subject_ids", "user_id"],
)
def test_what_is_known_about_somebody_is_found_by_name(runtime: Runtime, about: Draft) -> None:
    other = Draft(
        content="Lives in Braga.", kind=Kind.SEMANTIC, fact=Fact("Ben", "lives in", "Braga")
    )
    remember(runtime, other, about)
    found = search(runtime, SCOPE, Question("Where does Ana live?"))
    assert [one.memory.content for one in found.found] == ["Lives in Faro.", "Lives in Braga."]
    first, second = signal(found, "person").values()
    assert first > 0.0 == second


def test_an_id_that_is_no_name_is_none(runtime: Runtime) -> None:
    remember(runtime, Draft(content="Lives in Faro.", id="m1", user_id="user 42"))
    found = search(runtime, SCOPE, Question("Where does user 42 live?"))
    assert signal(found, "person") == {"m1": 0.0}


MAYS = {f"May {year}": day(year, 5) for year in (2023, 2024, 2025)}


@pytest.fixture
def years(runtime: Runtime) -> Runtime:
    """Something like it in three years, and once in winter; the clock stands in 2026."""
    runtime = standing(runtime)
    colours = zip(MAYS.items(), ("red", "blue", "green"), strict=True)
    remember(
        runtime,
        *(
            Draft(content=f"We painted the fence {colour}.", id=name, event_time=moment)
            for (name, moment), colour in colours
        ),
        Draft(content="We painted the fence white.", id="winter", event_time=day(2024, 12)),
    )
    return runtime


def test_times_are_meant_from_the_reference(years: Runtime) -> None:
    for reference, first in (
        (None, "May 2025"),
        (day(2025, 2), "May 2024"),
        (day(2024, 5, 20), "May 2024"),
        (day(2023, 6), "May 2023"),
    ):
        for mode in Mode:
            question = Question("What did we paint in May?", reference_time=reference, mode=mode)
            found = search(years, SCOPE, question)
            temporal = signal(found, "temporal")
            assert ids(found)[0] == first
            assert [name for name, of_it in temporal.items() if of_it > 0.1] == [first]


def test_without_a_reference_an_agent_that_tells_of_long_ago_is_asked_from_its_end(
    runtime: Runtime,
) -> None:
    runtime = standing(runtime)
    remember(
        runtime,
        Draft(content="We painted the fence red.", id="red", event_time=day(2022, 5)),
        Draft(content="We painted the fence blue.", id="blue", event_time=day(2023, 5)),
        Draft(content="We sold the house.", id="last", event_time=day(2023, 8)),
    )
    asked = Question("What did we paint in May?")
    assert ids(search(runtime, SCOPE, asked))[0] == "blue"

    # As soon as something is remembered of the May before now, that is meant.
    remember(
        runtime, Draft(content="We painted the fence pink.", id="pink", event_time=day(2025, 5))
    )
    found = search(runtime, SCOPE, asked)
    assert ids(found)[0] == "pink"
    assert signal(found, "temporal")["blue"] == pytest.approx(0.0, abs=1e-6)

    # A reference that is given is not doubted.
    given = Question("What did we paint in May?", reference_time=day(2025, 2))
    assert max(signal(search(runtime, SCOPE, given), "temporal").values()) < 1e-6


def test_a_plan_is_not_where_an_agent_stands(runtime: Runtime) -> None:
    runtime = standing(runtime)
    remember(
        runtime,
        Draft(content="We painted the fence blue.", id="blue", event_time=day(2023, 5)),
        Draft(content="We shall paint the gate.", id="plan", event_time=NOW + timedelta(days=900)),
    )
    found = search(runtime, SCOPE, Question("What did we paint in May?"))
    assert signal(found, "temporal")["blue"] > 1.0


def test_asked_as_of_a_day_times_are_meant_from_it(years: Runtime) -> None:
    asked = Question("What did we paint in May?", as_of=day(2100, 2))
    temporal = signal(search(years, SCOPE, asked), "temporal")
    assert max(temporal.values()) < 0.1


def test_a_time_lets_memories_of_then_rise_and_hides_none(years: Runtime) -> None:
    found = search(years, SCOPE, Question("What did we paint in May 2024?"))
    assert set(ids(found)) == {*MAYS, "winter"}
    assert ids(found)[0] == "May 2024"
    temporal = signal(found, "temporal")
    assert temporal.pop("May 2024") > 1.0
    assert max(temporal.values()) < 1e-6


def test_a_time_as_a_filter_lets_no_other_in(years: Runtime) -> None:
    def found(query: str) -> list[str]:
        question = Question(query, timing=Timing.FILTER)
        every = [ids(search(years, SCOPE, replace(question, mode=mode))) for mode in Mode]
        assert set(every[0]) == set(every[1]) == set(every[2])
        return every[0]

    assert found("What did we paint in May 2024?") == ["May 2024"]
    assert set(found("What did we paint in 2024?")) == {"May 2024", "winter"}
    assert set(found("What did we paint in May 2023 or in December 2024?")) == {
        "May 2023",
        "winter",
    }
    assert found("What did we paint in 2019?") == []
    # A question that names no time is not narrowed.
    assert set(found("What did we paint?")) == {*MAYS, "winter"}


def test_times_can_be_left_alone(years: Runtime) -> None:
    off = search(years, SCOPE, Question("What did we paint in May 2024?", timing=Timing.OFF))
    assert set(ids(off)) == {*MAYS, "winter"}
    assert set(signal(off, "temporal").values()) == {0.0}


def test_what_has_no_time_of_its_own_happened_when_it_was_written(runtime: Runtime) -> None:
    for month in (4, 5, 6):
        remember(
            standing(runtime, day(2025, month)),
            Draft(content=f"We painted fence number {month}.", id=f"written {month}"),
        )
    june = Draft(
        content="We painted fence number 7.", id="told in June", event_time=day(2025, 5, 31)
    )
    remember(standing(runtime, day(2025, 6)), june)
    runtime = standing(runtime)
    question = Question("What did we paint in May 2025?", timing=Timing.FILTER)
    assert set(ids(search(runtime, SCOPE, question))) == {"written 5", "told in June"}

    boosted = signal(search(runtime, SCOPE, Question("What did we paint in May 2025?")), "temporal")
    assert boosted["written 5"] == boosted["told in June"] > 1.0
    assert boosted["written 4"] < 0.1


def test_the_edge_of_a_time_is_half_open(runtime: Runtime) -> None:
    runtime = standing(runtime)
    first, after = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
    instant = timedelta(microseconds=1)
    moments = {"before": first - instant, "first": first, "last": after - instant, "after": after}
    for name, moment in moments.items():
        told = Draft(content=f"We painted, {name}.", id=name, event_time=moment)
        remember(runtime, told)
    question = Question("What did we paint in May 2025?", timing=Timing.FILTER)
    assert set(ids(search(runtime, SCOPE, question))) == {"first", "last"}
    assert runtime.clock.now() == NOW
