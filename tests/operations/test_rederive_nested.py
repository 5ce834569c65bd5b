"""What was derived from what was derived: put together anew in order, from what survives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.consolidation.relations import DAY, GLOBAL, SESSION
from memsvc.core.consolidation.summaries import day_summary, global_summary, session_summary
from memsvc.core.forget_request import RequestStatus
from memsvc.core.memory import Draft, Event, Memory, Status
from memsvc.core.order import Selector
from memsvc.core.retaining import RetentionPolicy
from memsvc.core.weights import STANDARD
from memsvc.operations import indexing
from memsvc.operations import rederive as rederiving
from memsvc.operations.configure import configure
from memsvc.operations.consolidate import consolidate
from memsvc.operations.forget import delete_memory, erase_expired
from memsvc.operations.forget_selected import forget_selected
from memsvc.operations.forgetting import verify
from memsvc.operations.forgetting.resume import resume
from memsvc.operations.read import Listing, get_memory, list_memories
from memsvc.operations.rederive import rederive_due
from memsvc.operations.retain import Retaining
from memsvc.operations.revise import Revision, revise
from memsvc.operations.scan import residue
from memsvc.operations.write import Offered, write_all
from memsvc.runtime import Runtime
from memsvc.store import rederivations
from tests.operations.forgetting import Died, dying, order, people, standing_of
from tests.operations.remembering import SCOPE, remember, standing

TWIN = Scope("default", "twin")
START = datetime(2026, 2, 2, 9, tzinfo=UTC)
MADE_OF: dict[str, Callable[[Sequence[Memory]], Draft | None]] = {
    SESSION: session_summary,
    DAY: day_summary,
    GLOBAL: global_summary,
}
LINES = (
    "I painted the harbour of Lisbon on Monday with my sister.",
    "My new kayak has a broken rudder since last weekend.",
    "We planted seven orchards of apple trees near Porto.",
    "I lost my grandfather's violin on the tram to Braga.",
    "The lantern festival in Braga lasted three evenings.",
    "My neighbour Carla draws bridges for the city council.",
)


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "residue_apart", residue)


def turns(without: frozenset[tuple[int, int]] = frozenset()) -> list[Draft]:
    """Four sessions on two days, six turns each: of Ana and Bob, and some of S."""
    return [
        Draft(
            content=f"{LINES[place]} That was visit {session}.",
            id=f"t{session}-{place}",
            user_id="s" if (session, place) in OF_S else ("ana", "bob")[place % 2],
            speaker="S" if (session, place) in OF_S else ("Ana", "Bob")[place % 2],
            session_id=f"s{session}",
            event_time=START + timedelta(days=session // 2, hours=session % 2, minutes=place),
        )
        for session in range(4)
        for place in range(6)
        if (session, place) not in without
    ]


OF_S = frozenset({(0, 2), (2, 1), (2, 3), (2, 4), (2, 5)})
"""Of S: a turn of the first session, and all but two of the third."""


def derive(runtime: Runtime, scope: Scope, relation: str, id_: str, *sources: str) -> str | None:
    """Put sources together; the id where they give anything."""
    draft = MADE_OF[relation]([get_memory(runtime, scope, one) for one in sources])
    if draft is None:
        return None
    [outcome] = write_all(runtime, [Offered(scope, [replace(draft, id=id_)], relation=relation)])
    assert isinstance(outcome, list)
    assert outcome[0].event is Event.ADDED
    return id_


def live(runtime: Runtime, scope: Scope, without: frozenset[tuple[int, int]]) -> None:
    """Turns and all three levels of summaries."""
    said = turns(without)
    remember(runtime, *said, scope=scope)
    days = []
    for day in range(2):
        sessions = [
            derive(
                runtime,
                scope,
                SESSION,
                f"session{number}",
                *[str(one.id) for one in said if one.session_id == f"s{number}"],
            )
            for number in (2 * day, 2 * day + 1)
        ]
        there = [one for one in sessions if one is not None]
        # The only session of a day stands for it.
        days.append(derive(runtime, scope, DAY, f"day{day}", *there) or there[0])
    derive(runtime, scope, GLOBAL, "all", *filter(None, days))


def derived_in(runtime: Runtime, scope: Scope) -> list[tuple[object, ...]]:
    """All that is derived, by what it says and rests on: ids are those of one world alone."""
    page = list_memories(runtime, scope, Listing(limit=200)).memories
    said = {one.id: one.content for one in page}
    return sorted(
        (
            one.metadata["summary"],
            one.content,
            sorted(said[source] for source in one.source_ids),
            one.status,
            one.trust,
            one.user_id,
            one.event_time,
            one.created_at,
        )
        for one in page
        if one.source_ids
    )


def both_worlds(runtime: Runtime) -> Runtime:
    """One agent with S and another that never knew S; the clock stands still."""
    runtime = standing(runtime)
    live(runtime, SCOPE, frozenset())
    live(runtime, TWIN, OF_S)
    return runtime


def by_deleting(runtime: Runtime) -> None:
    for session, place in sorted(OF_S):
        delete_memory(runtime, SCOPE, f"t{session}-{place}")


def by_the_agent(runtime: Runtime) -> None:
    forget_selected(runtime, SCOPE, Selector(subject_ids=("s",), agent_id="a1"), "key")


def by_request(runtime: Runtime) -> None:
    request = order(runtime, people("s"))
    resume(runtime)
    assert standing_of(runtime, request.id).status is RequestStatus.CLOSED


@pytest.mark.parametrize("forget", [by_deleting, by_the_agent, by_request])
def test_it_is_as_if_s_had_never_been_there(
    runtime: Runtime, forget: Callable[[Runtime], None]
) -> None:
    runtime = both_worlds(runtime)
    assert derived_in(runtime, SCOPE) != derived_in(runtime, TWIN)

    forget(runtime)

    found = derived_in(runtime, SCOPE)
    assert found == derived_in(runtime, TWIN)
    # The third session has too little left, so the last one stands for their day.
    assert [one[0] for one in found] == ["day", "global", "session", "session", "session"]
    assert not any("S:" in str(one[1]) for one in found)
    assert not waiting(runtime)


def waiting(runtime: Runtime) -> list[int]:
    with runtime.database.snapshot() as tx:
        return rederivations.agents_of(tx)


def test_what_expires_is_followed_by_the_scheduler(runtime: Runtime) -> None:
    runtime = standing(runtime)
    said = turns()
    until = runtime.clock.now() + timedelta(hours=1)
    mortal = [replace(one, expires_at=until) if one.id == "t0-2" else one for one in said]
    remember(runtime, *mortal)
    for number in range(2):
        sources = [f"t{number}-{place}" for place in range(6)]
        derive(runtime, SCOPE, SESSION, f"session{number}", *sources)
    derive(runtime, SCOPE, DAY, "day0", "session0", "session1")

    later = standing(runtime, until)
    assert erase_expired(later) == 1
    rederive_due(later)

    found = derived_in(later, SCOPE)
    assert [one[0] for one in found] == ["day", "session", "session"]
    # That of the other session, and so of the day, tells of the orchards still.
    assert sum("orchards" in str(one[1]) for one in found) == 2


def test_what_is_kept_for_a_time_only_is_followed_too(runtime: Runtime) -> None:
    runtime = standing(runtime)
    early, late = turns()[:2], turns()[2:6]
    remember(runtime, *early)
    later = standing(runtime, runtime.clock.now() + timedelta(days=5))
    remember(later, *late)
    derive(later, SCOPE, SESSION, "session0", *[f"t0-{place}" for place in range(6)])
    configure(later, SCOPE, AgentSettings(STANDARD, RetentionPolicy(episodic=10)))

    much_later = standing(runtime, runtime.clock.now() + timedelta(days=11))
    assert Retaining()(much_later) == 2
    rederive_due(much_later)

    [summary] = derived_in(much_later, SCOPE)
    assert len(summary[2]) == 4  # type: ignore[arg-type]


@pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
def test_a_kill_in_between_changes_nothing(
    runtime: Runtime, committed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies at each transaction in turn: of the deletion, and of what follows."""
    monkeypatch.setattr(rederiving, "AT_ONCE", 1)
    runtime = standing(runtime)
    live(runtime, TWIN, frozenset({(0, 2)}))
    expected = derived_in(runtime, TWIN)
    for at in range(20):
        scope = Scope("default", f"world{at}")
        live(runtime, scope, frozenset())
        try:
            delete_memory(dying(runtime, at, committed=committed), scope, "t0-2")
            died = False
        except Died:
            died = True
            if at == 0 and not committed:
                # It was never acknowledged, so it is asked for again.
                delete_memory(runtime, scope, "t0-2")
            rederive_due(runtime)

        assert derived_in(runtime, scope) == expected
        assert not waiting(runtime)
        if not died:
            assert at == 4, "the deletion, session, day and all"
            return
    raise AssertionError("it never got through")


def test_a_kill_in_a_request_changes_nothing(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rederiving, "AT_ONCE", 1)
    runtime = standing(runtime)
    live(runtime, TWIN, frozenset({(0, 2)}))
    expected = derived_in(runtime, TWIN)
    for at in range(100):
        scope = Scope("default", f"world{at}")
        live(runtime, scope, frozenset())
        selector = Selector(agent_id=scope.agent_id, memory_ids=("t0-2",))
        request = order(runtime, replace(people(), selector=selector), f"q{at}")
        try:
            resume(dying(runtime, at, committed=at % 2 == 0))
            died = False
        except Died:
            died = True
        resume(runtime)

        assert standing_of(runtime, request.id).status is RequestStatus.CLOSED
        assert derived_in(runtime, scope) == expected
        if not died:
            assert at > 8
            return
    raise AssertionError("it never got through")


def test_who_erases_while_it_is_put_together_is_followed(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the words and their commit somebody deletes another source."""
    runtime = both_worlds(runtime)
    embed = runtime.embedder.embed
    rest = sorted(OF_S - {(0, 2)})

    class Meanwhile:
        def __getattr__(self, name: str) -> Any:
            return getattr(runtime.embedder, name)

        def embed(self, texts: Sequence[str]) -> Any:
            if rest:
                session, place = rest.pop()
                delete_memory(runtime, SCOPE, f"t{session}-{place}")
            return embed(texts)

    embedder: Any = Meanwhile()
    delete_memory(replace(runtime, embedder=embedder), SCOPE, "t0-2")
    while rest:
        session, place = rest.pop()
        delete_memory(runtime, SCOPE, f"t{session}-{place}")

    assert derived_in(runtime, SCOPE) == derived_in(runtime, TWIN)


def test_an_agent_that_is_erased_waits_for_nothing(runtime: Runtime) -> None:
    runtime = standing(runtime)
    live(runtime, SCOPE, frozenset())
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, SCOPE)

    order(runtime, replace(people(), selector=Selector(agent_id="a1")))
    resume(runtime)

    with runtime.database.snapshot() as tx:
        assert not rederivations.of_agent(tx, agent.agent_key)


def summaries(runtime: Runtime) -> list[str]:
    """Ids of the session summaries that the agent has, whatever their status."""
    found = list_memories(runtime, SCOPE, Listing(limit=100)).memories
    return [one.id for one in found if "summary" in one.tags]


def test_what_a_summary_replaced_goes_when_too_little_is_left_for_it(runtime: Runtime) -> None:
    """As a run would see to, had S never been there."""
    remember(
        runtime,
        *[replace(one, session_id="s0") for one in turns()[:4] if one.user_id != "s"],
        *[
            Draft(content=f"{LINES[5]} Take {place}.", id=f"x{place}", user_id=who, speaker=who,
                  session_id="s0", event_time=START + timedelta(minutes=10 + place))
            for place, who in enumerate(("bob", "s", "s"))
        ],
    )  # fmt: skip
    consolidate(runtime, SCOPE, force=True)
    revise(runtime, SCOPE, "x0", Revision({"status": Status.ARCHIVED}))
    consolidate(runtime, SCOPE, force=True)
    assert summaries(runtime)

    forget_selected(runtime, SCOPE, Selector(subject_ids=("s",)), "k")
    rederive_due(runtime)

    assert summaries(runtime) == []
