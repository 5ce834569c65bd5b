"""Runs of consolidation on real databases: made once, in order, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain, repeat
from typing import Any

import pytest

from memsvc.core.consolidation.run import UNDER_WAY, RunStatus
from memsvc.core.memory import Draft, Kind, Memory, Status
from memsvc.core.order import Selector
from memsvc.errors import NotFound, WrongState
from memsvc.operations.consolidate import (
    consolidate,
    get_run,
    list_runs,
    preview,
    request_run,
    resume_runs,
    roll_back,
)
from memsvc.operations.consolidate_due import ConsolidatingDue
from memsvc.operations.consolidating import apply as applying
from memsvc.operations.consolidating import carry_out as carrying
from memsvc.operations.forget import delete_memory
from memsvc.operations.forget_selected import forget_selected
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.revise import Revision, revise
from memsvc.runtime import Runtime
from tests.operations.forgetting import Died, dying
from tests.operations.remembering import NOW, SCOPE, remember, standing
from tests.operations.test_rederive_nested import OF_S, TWIN, turns

LATER = NOW + timedelta(hours=1)
DAY = timedelta(days=1)


def alive(runtime: Runtime, scope: Any = SCOPE, without: frozenset[Any] = frozenset()) -> Runtime:
    """An agent with four sessions that are over, and some facts in them."""
    runtime = standing(runtime)
    remember(runtime, *turns(without), *facts(), scope=scope)
    return standing(runtime, LATER)


def facts() -> list[Draft]:
    return [
        Draft(
            content=content,
            id=f"f{place}",
            user_id="ana",
            speaker="Ana",
            session_id=f"s{place}",
            event_time=turns()[6 * place].event_time,
        )
        for place, content in enumerate(
            [
                "I live in Lisbon.",
                "I work at Acme. I always swim before breakfast.",
                "I always swim before breakfast!",
            ]
        )
    ]


def everything(runtime: Runtime, scope: Any = SCOPE) -> list[Memory]:
    return list(list_memories(runtime, scope, Listing(limit=200)).memories)


def derived(runtime: Runtime, scope: Any = SCOPE) -> list[tuple[object, ...]]:
    """What is derived, without ids of one world."""
    page = everything(runtime, scope)
    said = {one.id: one.content for one in page}
    return sorted(
        (
            str(one.kind),
            one.content,
            one.status,
            sorted(said[source] for source in one.source_ids),
            said.get(one.superseded_by or ""),
            one.created_at,
        )
        for one in page
        if one.source_ids
    )


def by_summary(memories: Sequence[Memory], status: Status = Status.ACTIVE) -> list[str]:
    return sorted(
        str(one.metadata["summary"])
        for one in memories
        if "summary" in one.metadata and one.status is status
    )


def test_a_run_makes_facts_summaries_and_what_recurs(runtime: Runtime) -> None:
    runtime = alive(runtime)

    run = consolidate(runtime, SCOPE)

    assert run.status == RunStatus.DONE
    assert run.counts["made"] == {
        "day_summary": 2,
        "extracted": run.counts["made"]["extracted"],
        "global_summary": 1,
        # Five of the lines, and that Ana swims.
        "recurrence": 6,
        "session_summary": 4,
    }
    found = everything(runtime)
    assert by_summary(found) == ["day", "day", "global", *["session"] * 4]
    facts_found = {one.content: one for one in found if one.fact}
    assert facts_found["Ana lives in Lisbon."].source_ids == ("f0",)
    assert facts_found["Ana lives in Lisbon."].valid_from == turns()[0].event_time
    assert facts_found["Ana works at Acme."].kind is Kind.SEMANTIC
    [again] = [one for one in found if "recurrence" in one.metadata and "swim" in one.content]
    assert again.source_ids == ("f1", "f2")
    assert again.metadata["recurrence"] == {"sessions": 2, "turns": 2}
    assert run.counts["recall_before"] == run.counts["recall_least"] == 1.0


def test_what_is_planned_is_what_is_made(runtime: Runtime) -> None:
    runtime = alive(runtime)
    before = everything(runtime)

    plan = preview(runtime, SCOPE)

    assert everything(runtime) == before
    consolidate(runtime, SCOPE)
    assert sorted(one.draft.content for one in plan.units) == sorted(
        one.content for one in everything(runtime) if one.source_ids
    )


def test_a_second_run_changes_nothing(runtime: Runtime) -> None:
    runtime = alive(runtime)
    consolidate(runtime, SCOPE)
    before = everything(runtime)

    for force in (False, True):
        assert preview(runtime, SCOPE, force=force).is_empty
        run = consolidate(runtime, SCOPE, force=force)
        assert run.counts["made"] == {}
        assert everything(runtime) == before


def test_a_session_that_goes_on_waits_unless_it_is_forced(runtime: Runtime) -> None:
    runtime = alive(runtime)
    early = standing(runtime, NOW + timedelta(minutes=29))

    plan = preview(early, SCOPE)
    assert plan.waiting == 4
    assert not any(one.relation == "session_summary" for one in plan.units)
    assert preview(early, SCOPE, force=True).waiting == 0


def more(runtime: Runtime, session: int, content: str, id_: str) -> None:
    remember(
        runtime,
        Draft(
            content=content,
            id=id_,
            user_id="bob",
            speaker="Bob",
            session_id=f"s{session}",
            event_time=turns()[6 * session].event_time,
        ),
    )


def test_a_newer_summary_takes_the_place_of_the_older(runtime: Runtime) -> None:
    runtime = alive(runtime)
    consolidate(runtime, SCOPE)
    more(runtime, 0, "I sold the red tram ticket collection to Carla in May.", "n1")
    second = standing(runtime, LATER + DAY)

    run = consolidate(second, SCOPE)

    assert run.counts["superseded"] == 3
    found = everything(second)
    assert by_summary(found) == ["day", "day", "global", *["session"] * 4]
    assert by_summary(found, Status.SUPERSEDED) == ["day", "global", "session"]
    newest = {one.id: one for one in found}
    for one in found:
        if one.status is Status.SUPERSEDED and "summary" in one.metadata:
            successor = newest[str(one.superseded_by)]
            assert successor.metadata == one.metadata
            assert "n1" in successor.source_ids or one.metadata["summary"] != "session"

    # One former summary is kept, no more.
    more(runtime, 0, "My tram stops near the orchard every seven minutes now.", "n2")
    third = standing(runtime, LATER + 2 * DAY)
    consolidate(third, SCOPE)
    assert by_summary(everything(third), Status.SUPERSEDED) == ["day", "global", "session"]
    assert preview(third, SCOPE, force=True).is_empty


def test_rolled_back_it_is_as_before(runtime: Runtime) -> None:
    runtime = alive(runtime)
    first = consolidate(runtime, SCOPE)
    before = derived(runtime)
    more(runtime, 0, "I sold the red tram ticket collection to Carla in May.", "n1")
    second = standing(runtime, LATER + DAY)
    run = consolidate(second, SCOPE)
    assert derived(second) != before

    with pytest.raises(WrongState):
        roll_back(second, SCOPE, first.run_id)
    assert roll_back(second, SCOPE, run.run_id).status == RunStatus.ROLLED_BACK

    assert derived(second) == before
    with pytest.raises(WrongState):
        roll_back(second, SCOPE, run.run_id)
    with pytest.raises(NotFound):
        roll_back(second, SCOPE, "no-such-run")
    roll_back(second, SCOPE, first.run_id)
    assert not derived(second)
    assert [one.status for one in list_runs(second, SCOPE)] == [RunStatus.ROLLED_BACK] * 2


def test_forgetting_after_runs_is_as_if_s_had_never_been_there(runtime: Runtime) -> None:
    """Superseded summaries included, each over the right one."""
    runtime = alive(runtime)
    alive(runtime, TWIN, OF_S)
    worlds = (SCOPE, TWIN)
    for scope in worlds:
        consolidate(runtime, scope)
    second = standing(runtime, LATER + DAY)
    for scope in worlds:
        remember(
            runtime,
            Draft(
                content="I sold the red tram ticket collection to Carla in May.",
                user_id="bob",
                speaker="Bob",
                session_id="s0",
                event_time=turns()[0].event_time,
            ),
            scope=scope,
        )
        consolidate(second, scope)
    assert derived(second, SCOPE) != derived(second, TWIN)

    forget_selected(second, SCOPE, Selector(subject_ids=("s",), agent_id="a1"), "key")

    assert derived(second, SCOPE) == derived(second, TWIN)
    assert preview(second, SCOPE, force=True).is_empty
    # What takes its place belongs to the run, too.
    for scope in worlds:
        roll_back(second, scope, list_runs(second, scope)[0].run_id)
    assert derived(second, SCOPE) == derived(second, TWIN)


def test_what_is_erased_meanwhile_is_planned_anew(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever somebody erases a turn while the run writes, nothing of it is left."""
    runtime = alive(runtime)
    alive(runtime, TWIN, OF_S)
    consolidate(runtime, TWIN)
    monkeypatch.setattr(applying, "BATCH", 2)
    left = sorted(OF_S)
    embed = runtime.embedder.embed

    class Meanwhile:
        def __getattr__(self, name: str) -> Any:
            return getattr(runtime.embedder, name)

        def embed(self, texts: Sequence[str]) -> Any:
            if left:
                session, place = left.pop()
                delete_memory(runtime, SCOPE, f"t{session}-{place}")
            return embed(texts)

    embedder: Any = Meanwhile()
    run = consolidate(replace(runtime, embedder=embedder), SCOPE)

    assert not left
    assert run.status == RunStatus.DONE
    assert derived(runtime, SCOPE) == derived(runtime, TWIN)


def test_a_reworded_turn_is_followed(runtime: Runtime) -> None:
    runtime = alive(runtime)
    consolidate(runtime, SCOPE)
    later = standing(runtime, LATER + DAY)
    revise(later, SCOPE, "f0", Revision({"content": "I live in Porto."}))

    consolidate(later, SCOPE)

    contents = [one.content for one in everything(later) if one.fact]
    assert "Ana lives in Porto." in contents
    assert "Ana lives in Lisbon." not in contents


@pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
def test_killed_at_any_commit_it_goes_on(
    runtime: Runtime, committed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "BATCH", 3)
    runtime = alive(runtime, TWIN)
    consolidate(runtime, TWIN)
    expected = derived(runtime, TWIN)
    for at in range(40):
        scope = replace(SCOPE, agent_id=f"world{at}")
        alive(runtime, scope)
        request_run(runtime, scope)
        try:
            resume_runs(dying(runtime, at, committed=committed))
            died = False
        except Died:
            died = True
        resume_runs(runtime)

        assert derived(runtime, scope) == expected
        assert [one.status for one in list_runs(runtime, scope)] == [RunStatus.DONE]
        if not died:
            assert at > 5
            return
    raise AssertionError("it never got through")


def test_a_run_that_harms_is_taken_back(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = alive(runtime)
    before = derived(runtime)
    recalls = chain([1.0, 0.9], repeat(1.0))
    monkeypatch.setattr(carrying, "recall", lambda *_: next(recalls))
    monkeypatch.setattr(carrying, "PROBED_EVERY", 1)

    run = consolidate(runtime, SCOPE)

    assert run.status == RunStatus.ROLLED_BACK
    assert run.counts["why"] == "recall_lost"
    assert run.counts["recall_least"] == 0.9
    assert derived(runtime) == before


def test_runs_are_asked_for_once_a_day_where_something_was_written(runtime: Runtime) -> None:
    runtime = alive(runtime)
    assert ConsolidatingDue(DAY)(runtime) == 0
    first = standing(runtime, LATER + DAY)
    due = ConsolidatingDue(DAY)
    assert due(first) == 1
    assert due(first) == 0
    resume_runs(first)
    [run] = list_runs(first, SCOPE)
    assert run.status == RunStatus.DONE

    assert ConsolidatingDue(DAY)(standing(runtime, LATER + DAY * 1.5)) == 0
    # Nothing was written since.
    later = standing(runtime, LATER + 3 * DAY)
    assert ConsolidatingDue(DAY)(later) == 0
    more(runtime, 0, "I sold the red tram ticket collection to Carla in May.", "n1")
    assert ConsolidatingDue(timedelta(0))(later) == 0
    assert ConsolidatingDue(DAY)(later) == 1


def test_one_run_at_a_time(runtime: Runtime) -> None:
    runtime = alive(runtime)
    assert request_run(runtime, SCOPE).run_id == request_run(runtime, SCOPE).run_id
    run = get_run(runtime, SCOPE, request_run(runtime, SCOPE).run_id)
    assert run.status == RunStatus.REQUESTED
    with pytest.raises(WrongState):
        roll_back(runtime, SCOPE, run.run_id)
    with pytest.raises(NotFound):
        request_run(runtime, replace(SCOPE, agent_id="nobody"))


def test_a_service_that_stops_does_not_wait_for_it(runtime: Runtime) -> None:
    runtime = alive(runtime)
    for asked in (0, 3, 40):
        request_run(runtime, SCOPE)
        left = iter([False] * asked)
        resume_runs(runtime, lambda left=left: next(left, True))  # type: ignore[misc]
        assert list_runs(runtime, SCOPE)[0].status in UNDER_WAY

    resume_runs(runtime)

    [run] = list_runs(runtime, SCOPE)
    assert run.status == RunStatus.DONE
    assert preview(runtime, SCOPE, force=True).is_empty
