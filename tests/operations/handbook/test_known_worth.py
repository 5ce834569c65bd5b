"""What offers go by, in step with outcomes on real databases, in several processes."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from memsvc.core.access import Scope
from memsvc.core.handbook.following import LAG, LOOK_EVERY, Followed, bounds_of
from memsvc.core.memory import Draft
from memsvc.index.worths import Fold
from memsvc.operations.forget import delete_memory
from memsvc.operations.handbook import known_worth
from memsvc.operations.handbook.known_worth import (
    Known,
    as_outcomes,
    known,
    look_ahead,
    wordings_among,
)
from memsvc.operations.indexing import known_agent
from memsvc.runtime import Runtime
from memsvc.store import handbook_changes, offer_outcomes
from memsvc.store.offer_outcomes import OutcomeRow
from memsvc.store.transaction import Tx
from tests.operations.handbook.curating import erase_memory
from tests.operations.handbook.offering import (
    LINES,
    agent_of,
    choosing,
    curated,
    numbers,
    offered,
    went,
    wording,
)
from tests.operations.remembering import NOW, SCOPE, remember, standing

TWIN = replace(SCOPE, agent_id="a2")


@pytest.fixture
def equipped(runtime: Runtime) -> Runtime:
    """Two agents with the same three behaviors, and a memory that is none."""
    runtime = standing(runtime)
    for scope in (SCOPE, TWIN):
        remember(runtime, Draft(content="Something happened.", id="event"), scope=scope)
        curated(runtime, *(wording(*one) for one in LINES), scope=scope)
    choosing(runtime)
    return runtime


def lived(runtime: Runtime, tasks: int, seed: int = 1, *, without: int | None = None) -> None:
    """Outcomes of tasks; with `without`, in a world where that wording never was."""
    chance = random.Random(seed)
    scope = SCOPE if without is None else TWIN
    of = numbers(runtime, *(name for name, _ in LINES), scope=scope)

    def work(tx: Tx) -> None:
        agent = known_agent(tx, scope, lock=True)
        first = offer_outcomes.last(tx, agent.agent_key) + 1
        for place in range(first, first + tasks):
            held_out = chance.random() < 0.2
            some = () if held_out else tuple(chance.sample(of, 2))
            row = OutcomeRow(
                place=place,
                offer=f"{seed}-{place}",
                at=NOW,
                task_class=chance.choice([b"", b"maths"]),
                held_out=held_out,
                success=float(chance.random() < 0.3 + 0.2 * (of[0] in some)),
                input_tokens=100,
                output_tokens=100,
                offered=tuple(one for one in some if one != without),
            )
            offer_outcomes.add(tx, agent.agent_key, row)

    runtime.database.write(work)


def known_of(runtime: Runtime, scope: Scope = SCOPE) -> Known:
    with runtime.database.snapshot() as tx:
        return known(runtime, tx, known_agent(tx, scope))


def folded(runtime: Runtime, most: int | None = None) -> Known:
    """What outcomes come to, reckoned from their rows alone."""
    with runtime.database.snapshot() as tx:
        rows = offer_outcomes.since(tx, agent_of(runtime).agent_key)
    outcomes = as_outcomes(rows)
    return Known(Followed().then(outcomes), bounds_of(outcomes[: most or 0]))


def fold_of(runtime: Runtime) -> Fold:
    fold = runtime.worths.of(agent_of(runtime).agent_key).fold
    assert fold is not None
    return fold


def test_it_follows_outcomes_as_they_come(equipped: Runtime) -> None:
    assert known_of(equipped) == folded(equipped)
    for seed in range(3):
        lived(equipped, 20, seed)
        assert known_of(equipped) == folded(equipped)
    before = known_of(equipped)
    assert before.followed.count == 60
    went(equipped, offered(equipped))
    assert known_of(equipped).followed.count == 61
    assert known_of(equipped).followed is fold_of(equipped).followed


def test_it_follows_what_another_process_was_told(pair: tuple[Runtime, Runtime]) -> None:
    ours, theirs = map(standing, pair)
    curated(ours, *(wording(*one) for one in LINES))
    lived(ours, 30)
    assert known_of(theirs) == folded(ours)
    lived(theirs, 30, 2)
    erase_memory(theirs, "behavior_draw")
    assert known_of(ours) == folded(theirs)


def test_after_an_erasure_all_is_as_if_it_had_never_been(equipped: Runtime) -> None:
    lived(equipped, 350)
    first = known_of(equipped)
    [draw] = numbers(equipped, "draw")
    assert str(draw) in first.followed.ratings.lines
    assert str(draw) in first.bounds.high

    erase_memory(equipped, "behavior_draw")
    found = known_of(equipped)
    assert str(draw) not in found.followed.ratings.lines
    assert str(draw) not in found.followed.offered
    assert str(draw) not in found.bounds.high
    lived(equipped, 350, without=draw)
    assert found == known_of(equipped, TWIN)
    assert found != first


def test_an_erasure_that_takes_no_outcome_along_costs_no_reckoning(equipped: Runtime) -> None:
    lived(equipped, 30)
    before = known_of(equipped)
    delete_memory(equipped, SCOPE, "event")

    assert known_of(equipped).followed is before.followed
    assert fold_of(equipped).epoch == agent_of(equipped).erasure_epoch
    erase_memory(equipped, "behavior_units")
    assert fold_of(equipped).since < agent_of(equipped).erasure_epoch
    assert known_of(equipped) == folded(equipped)
    assert fold_of(equipped).since == agent_of(equipped).erasure_epoch


def test_outcomes_that_take_the_places_of_erased_ones_are_seen(equipped: Runtime) -> None:
    lived(equipped, 10)
    known_of(equipped)

    def work(tx: Tx) -> None:
        # As an erasure of the last traces would, by another process.
        agent = known_agent(tx, SCOPE, lock=True)
        tx.connection.exec_driver_sql(
            f"DELETE FROM offer_outcomes WHERE agent_key = {agent.agent_key} AND place > 8"
        )
        tx.connection.exec_driver_sql(
            "UPDATE agents SET erasure_epoch = erasure_epoch + 1 "
            f"WHERE agent_key = {agent.agent_key}"
        )

    equipped.database.write(work)
    lived(equipped, 2, 9)
    assert known_of(equipped) == folded(equipped)


def test_bounds_are_those_of_a_look_that_ended_a_while_ago(equipped: Runtime) -> None:
    lived(equipped, LOOK_EVERY + LAG - 1)
    assert known_of(equipped).bounds.high == {}
    lived(equipped, 1, 2)
    assert known_of(equipped) == folded(equipped, LOOK_EVERY)
    lived(equipped, LOOK_EVERY - 1, 3)
    assert known_of(equipped) == folded(equipped, LOOK_EVERY)
    lived(equipped, 1, 4)
    assert known_of(equipped) == folded(equipped, 2 * LOOK_EVERY)


def test_who_tells_an_outcome_reckons_the_bounds_and_no_offer_does(
    equipped: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(equipped, LOOK_EVERY - 1)
    known_of(equipped)
    went(equipped, offered(equipped))
    lived(equipped, LAG)
    wanted = folded(equipped, LOOK_EVERY)

    def never(_outcomes: object) -> None:
        raise AssertionError

    monkeypatch.setattr(known_worth, "bounds_of", never)
    assert known_of(equipped) == wanted
    offered(equipped)
    look_ahead(equipped, SCOPE)
    # Of an earlier look nobody held anything: that is reckoned when it is needed.
    equipped.worths.of(agent_of(equipped).agent_key).fold = None
    assert known_of(equipped) == wanted


def test_what_is_a_wording_is_asked_once_between_erasures(
    equipped: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[int]] = []
    ask = handbook_changes.wordings_among

    def listened(tx: Tx, agent_key: int, some: list[int]) -> set[int]:
        asked.append(sorted(some))
        return ask(tx, agent_key, some)

    monkeypatch.setattr(handbook_changes, "wordings_among", listened)

    def among(*some: int) -> frozenset[int]:
        with equipped.database.snapshot() as tx:
            return wordings_among(equipped, tx, agent_of(equipped), some)

    units, draw = numbers(equipped, "units", "draw")
    other = 1
    assert among(units, other) == among(units, other) == {units}
    assert among(units, draw) == {units, draw}
    assert asked == [[other, units], [other], [draw]]
    erase_memory(equipped, "behavior_draw")
    asked.clear()
    assert among(units, draw) == {units}
    assert asked == [sorted([units, draw])]


def test_many_ask_at_once(equipped: Runtime) -> None:
    lived(equipped, 350)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: known_of(equipped), range(16)))

    assert all(one == found[0] for one in found)
    assert found[0] == folded(equipped, LOOK_EVERY)


def test_agents_that_nobody_asks_for_are_let_go(equipped: Runtime) -> None:
    cache = type(equipped.worths)(most=2)
    first = cache.of(1)
    assert cache.of(2) is not first
    assert cache.of(1) is first
    cache.of(3)
    assert len(cache) == 2
    assert cache.of(1) is first
