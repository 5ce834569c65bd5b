"""Outcomes of offers on real databases: told once, and gone with what they are about."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from memsvc.core.handbook.told import Told, draft_of
from memsvc.core.memory import Draft
from memsvc.core.reinforcement import Outcome, reinforced
from memsvc.errors import InvalidRequest, MemsvcError, NotFound, WrongState
from memsvc.operations.forget import delete_memory
from memsvc.operations.handbook.offer_token import read
from memsvc.operations.handbook.outcome import Came, OutcomeNoted, tell, tell_in
from memsvc.operations.handbook.task_class import class_token
from memsvc.operations.handbook.traces import record_trace
from memsvc.operations.read import get_memory
from memsvc.operations.subjects.restrict import lift, restrict
from memsvc.runtime import Runtime
from memsvc.store import offer_outcomes
from memsvc.store.agents import Agent
from memsvc.store.offer_outcomes import OutcomeRow
from memsvc.store.transaction import Tx
from tests.operations.fading import after
from tests.operations.handbook.curating import erase_memory
from tests.operations.handbook.offering import (
    LINES,
    agent_of,
    choosing,
    curated,
    names,
    numbers,
    offered,
    went,
    wording,
)
from tests.operations.remembering import NOW, SCOPE, remember, standing

TRACE = Draft(content="", id="t1")


@pytest.fixture
def equipped(runtime: Runtime) -> Runtime:
    """Three behaviors that are relevant to anything."""
    runtime = standing(runtime)
    choosing(runtime)
    curated(runtime, *(wording(*one) for one in LINES))
    return runtime


def rows(runtime: Runtime) -> list[OutcomeRow]:
    with runtime.database.snapshot() as tx:
        return list(offer_outcomes.since(tx, agent_of(runtime).agent_key))


def refused_at(error: MemsvcError) -> list[str]:
    return [one.location for one in error.violations]


def test_an_outcome_is_a_row_with_what_was_offered(equipped: Runtime) -> None:
    found = offered(equipped, task_class="piping")
    noted = went(equipped, found, 0.75, cited=("behavior_units",))

    assert noted == OutcomeNoted(False, 0.75, 3, ("behavior_units",))
    [units] = numbers(equipped, "units")
    [row] = rows(equipped)
    assert (row.place, row.at, row.held_out, row.number) == (1, NOW, False, None)
    assert (row.success, row.input_tokens, row.output_tokens) == (0.75, 900, 400)
    assert row.offered == tuple(numbers(equipped, *names(found)))
    assert row.cited == {units}
    token = read(equipped, agent_of(equipped), found.offer_id, NOW)
    assert token is not None
    assert row.offer == token.name


def test_task_classes_are_tokens_of_the_agent(equipped: Runtime) -> None:
    for task_class in ("piping", "law", "piping", ""):
        went(equipped, offered(equipped, task_class=task_class))

    piping, law, again, none = (row.task_class for row in rows(equipped))
    assert (len(piping), len(law), none) == (16, 16, b"")
    assert piping == again != law
    other = replace(agent_of(equipped), agent_key=99)
    assert class_token(equipped, other, "piping") != piping


def test_it_is_told_once(equipped: Runtime) -> None:
    found = offered(equipped)
    first = went(equipped, found, cited=("behavior_units",))

    assert went(equipped, found, text="By `behavior_units`.") == first
    for other in (
        {"success": 0.5},
        {"input_tokens": 901},
        {"output_tokens": 1},
        {"cited": ("behavior_draw",)},
        {"cited": ()},
    ):
        told: dict[str, Any] = {"success": 1.0, "cited": ("behavior_units",)} | other
        with pytest.raises(WrongState):
            went(equipped, found, **told)
    assert len(rows(equipped)) == 1


def test_of_many_who_tell_at_once_one_is_noted(equipped: Runtime) -> None:
    found = offered(equipped)

    def told(success: float) -> OutcomeNoted | None:
        try:
            return went(equipped, found, success, cited=("behavior_draw",))
        except WrongState:
            return None

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(told, [0.75, 1.0] * 8))
    [row] = rows(equipped)
    noted = OutcomeNoted(False, row.success, 3, ("behavior_draw",))
    assert (answers.count(noted), answers.count(None)) == (8, 8)
    assert get_memory(equipped, SCOPE, "behavior_draw").use_count == 1


def test_what_is_held_out_has_an_outcome_too(equipped: Runtime) -> None:
    choosing(equipped, hold_out=1.0)
    found = offered(equipped)

    assert went(equipped, found, 0.0) == OutcomeNoted(True, 0.0, 0, ())
    [row] = rows(equipped)
    assert (row.held_out, row.offered) == (True, ())
    with pytest.raises(InvalidRequest):
        went(equipped, offered(equipped), cited=("behavior_units",))


def test_only_offers_of_this_agent_have_outcomes(equipped: Runtime) -> None:
    found = offered(equipped)
    there = replace(SCOPE, agent_id="a2")
    remember(equipped, Draft(content="Something else."), scope=there)
    came = Came(1.0, 1, 1)

    for scope, offer_id in (
        (there, found.offer_id),
        (SCOPE, found.offer_id[:-2]),
        (SCOPE, "nothing"),
        (replace(SCOPE, tenant="other"), found.offer_id),
    ):
        with pytest.raises(NotFound):
            tell(equipped, scope, offer_id, came)
    assert rows(equipped) == []


def test_what_is_cited_is_found_in_the_text_and_was_offered(equipped: Runtime) -> None:
    text = "First **behavior_draw**, then BEHAVIOR_UNITS, never behavior_unitsy or behavior_other."
    noted = went(equipped, offered(equipped, seed=2), cited=("Estimate",), text=text)

    assert sorted(noted.cited) == ["behavior_draw", "behavior_estimate", "behavior_units"]
    found = offered(equipped, seed=3)
    # Best first, in whatever order they are cited.
    whole = tuple(line.name for line in found.lines)
    assert went(equipped, found, cited=whole[::-1]).cited == whole
    for cited, place in ((("behavior_draw", "behavior_other"), 1), (("…",), 0)):
        with pytest.raises(InvalidRequest) as caught:
            went(equipped, offered(equipped), cited=cited)
        assert refused_at(caught.value) == [f"cited.{place}"]
    assert len(rows(equipped)) == 2


def test_what_a_task_cites_that_went_well_was_used(equipped: Runtime) -> None:
    later = after(equipped, 7)
    stability = get_memory(later, SCOPE, "behavior_units").stability_days
    good, bad = offered(later), offered(later)
    went(later, bad, 0.4, cited=("behavior_draw",))
    for _ in range(2):
        went(later, good, 0.5, cited=("behavior_units",))

    units, draw = (get_memory(later, SCOPE, f"behavior_{one}") for one in ("units", "draw"))
    policy = agent_of(later).settings.decay.procedural.policy
    used = reinforced(policy, stability, 5.0, 7.0, Outcome.USED)
    assert (units.stability_days, units.difficulty, units.use_count) == (*used, 1)
    assert (draw.stability_days, draw.use_count) == (stability, 0)


def test_what_is_gone_by_then_is_left_out(equipped: Runtime) -> None:
    curated(equipped, wording("hers", "Add up as Ana does.", user_id="ana"))
    found = offered(equipped)
    units, hers = numbers(equipped, "units", "hers")
    erase_memory(equipped, "behavior_draw")
    restrict(equipped, SCOPE.tenant, "key-1", "ana")
    cited = ("behavior_draw", "behavior_units", "behavior_hers")

    # Who cites what is gone, or held back, is not told of it.
    assert went(equipped, found, cited=cited) == OutcomeNoted(False, 1.0, 2, ("behavior_units",))
    [row] = rows(equipped)
    assert (len(row.offered), hers in row.offered, list(row.cited)) == (2, False, [units])
    assert went(equipped, found, cited=cited).cited == ("behavior_units",)
    lift(equipped, SCOPE.tenant, "key-1", "ana")
    # What was held back is back, as it was.
    [row] = rows(equipped)
    assert (len(row.offered), hers in row.offered, list(row.cited)) == (3, True, [units])


def test_an_erased_behavior_is_taken_out_of_outcomes(equipped: Runtime) -> None:
    found = offered(equipped)
    went(equipped, found, cited=("behavior_draw", "behavior_units"))
    [draw] = numbers(equipped, "draw")
    erase_memory(equipped, "behavior_draw")

    [row] = rows(equipped)
    assert draw not in row.offered
    assert (len(row.offered), len(row.cited)) == (2, 1)


def test_an_outcome_goes_with_the_trace_of_its_task(equipped: Runtime) -> None:
    record_trace(equipped, SCOPE, draft_of(Told(task="Add up."), TRACE))
    hers = replace(TRACE, id="t2", user_id="ana")
    record_trace(equipped, SCOPE, draft_of(Told(task="Add up for Ana."), hers))
    restrict(equipped, SCOPE.tenant, "key-1", "ana")
    remember(equipped, Draft(content="No trace.", id="event"))
    found = offered(equipped)
    for other in ("nothing", "event", "t2"):
        with pytest.raises(InvalidRequest) as caught:
            went(equipped, found, trace_id=other)
        assert refused_at(caught.value) == ["trace_id"]
    first = went(equipped, found, trace_id="t1")

    assert went(equipped, found, trace_id="t1") == first
    with pytest.raises(WrongState):
        went(equipped, found)
    assert [row.number is not None for row in rows(equipped)] == [True]
    delete_memory(equipped, SCOPE, "t1")
    assert rows(equipped) == []


def test_a_trace_brings_its_outcome_along(equipped: Runtime) -> None:
    found = offered(equipped)
    came = Came(1.0, 10, 20, cited=("behavior_units",))

    def outcome_of(offer_id: str, tx: Tx, agent: Agent, number: int) -> None:
        tell_in(equipped, tx, agent, offer_id, came, number)

    draft = draft_of(Told(task="Add up."), TRACE)
    with pytest.raises(NotFound):
        record_trace(equipped, SCOPE, draft, outcome_of=partial(outcome_of, "forged"))
    with pytest.raises(NotFound):
        get_memory(equipped, SCOPE, "t1")
    record_trace(equipped, SCOPE, draft, outcome_of=partial(outcome_of, found.offer_id))
    [row] = rows(equipped)
    assert (row.output_tokens, row.number is not None) == (20, True)
    again = tell(equipped, SCOPE, found.offer_id, replace(came, trace_id="t1"))
    assert again == OutcomeNoted(False, 1.0, 3, came.cited)
