"""Budgets of tokens: never exceeded, whoever asks at once, and never below zero."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select

from memsvc.clock import FixedClock
from memsvc.judges.budget import TokensInMemory
from memsvc.judges.protocol import TokenBudget
from memsvc.store import agents, token_budgets
from memsvc.store.database import Database
from memsvc.store.living_tables import token_budgets as table
from memsvc.store.opening import open_database
from memsvc.store.token_budgets import TokenBudgets

NOW = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
TODAY, TOMORROW = "2026-03-01", "2026-03-02"
LIMIT = 1_000


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def agent(database: Database) -> int:
    return database.write(lambda tx: agents.reserve(tx, "acme", "one", NOW))


@pytest.fixture(params=["database", "memory"])
def budget(request: pytest.FixtureRequest, clock: FixedClock) -> TokenBudget:
    """Both kinds keep to the same."""
    if request.param == "memory":
        return TokensInMemory(clock, LIMIT)
    return TokenBudgets(request.getfixturevalue("database"), clock, LIMIT)


def test_what_is_reserved_is_held_to_the_limit(budget: TokenBudget, agent: int) -> None:
    assert budget.reserve(agent, LIMIT + 1) is None
    assert budget.reserve(agent, 600) == TODAY
    assert budget.reserve(agent, 401) is None
    assert budget.reserve(agent, 400) == TODAY
    assert budget.reserve(agent, 1) is None
    assert budget.reserve(agent, 0) == TODAY


def test_what_was_not_used_can_be_reserved_again(budget: TokenBudget, agent: int) -> None:
    assert budget.reserve(agent, LIMIT) == TODAY
    budget.settle(agent, TODAY, LIMIT, 300)

    assert budget.reserve(agent, 701) is None
    assert budget.reserve(agent, 700) == TODAY


def test_what_was_used_beyond_the_limit_counts(budget: TokenBudget, agent: int) -> None:
    assert budget.reserve(agent, 500) == TODAY
    budget.settle(agent, TODAY, 500, LIMIT + 500)
    assert budget.reserve(agent, 1) is None
    budget.settle(agent, TODAY, 501, 0)
    assert budget.reserve(agent, 1) == TODAY


def test_what_is_used_never_falls_below_zero(budget: TokenBudget, agent: int) -> None:
    assert budget.reserve(agent, 10) == TODAY
    budget.settle(agent, TODAY, 10_000, 0)

    assert budget.reserve(agent, LIMIT + 1) is None
    assert budget.reserve(agent, LIMIT) == TODAY


def test_a_new_day_has_its_own_budget_and_settles_the_old_one_apart(
    budget: TokenBudget, agent: int, clock: FixedClock
) -> None:
    assert budget.reserve(agent, LIMIT) == TODAY
    clock.advance(timedelta(minutes=2))
    assert budget.reserve(agent, 900) == TOMORROW
    # What is given back of yesterday is not of today.
    budget.settle(agent, TODAY, LIMIT, 0)

    assert budget.reserve(agent, 101) is None
    assert budget.reserve(agent, 100) == TOMORROW


def test_agents_have_their_own(database: Database, agent: int, clock: FixedClock) -> None:
    other = database.write(lambda tx: agents.reserve(tx, "acme", "two", NOW))
    budget = TokenBudgets(database, clock, LIMIT)

    assert budget.reserve(agent, LIMIT) == TODAY
    assert budget.reserve(other, LIMIT) == TODAY
    assert budget.reserve(agent, 1) is None


def test_an_agent_that_is_not_there_has_none(database: Database, clock: FixedClock) -> None:
    budget = TokenBudgets(database, clock, LIMIT)

    assert budget.reserve(123_456, 1) is None
    budget.settle(123_456, TODAY, 1, 5)


def test_only_the_day_is_kept(database: Database, agent: int, clock: FixedClock) -> None:
    budget = TokenBudgets(database, clock, LIMIT)
    for used in (10, 20, 30):
        assert budget.reserve(agent, used) is not None
        clock.advance(timedelta(days=1))

    with database.snapshot() as tx:
        assert [tuple(row) for row in tx.execute(select(table))] == [(agent, "2026-03-03", 30)]
        assert token_budgets.used(tx, agent, "2026-03-03") == 30
        assert token_budgets.used(tx, agent, TODAY) == 0


def test_a_negative_reservation_is_a_defect(database: Database, agent: int) -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        database.write(lambda tx: token_budgets.reserve(tx, agent, TODAY, -1, LIMIT))


@pytest.fixture
def processes(url: str) -> Iterator[list[Database]]:
    """The same database as three processes have it."""
    with ExitStack() as opened:
        found = [open_database(url) for _ in range(3)]
        for one in found:
            opened.callback(one.close)
        yield found


@pytest.mark.parametrize("opened", [False, True], ids=["first of the day", "later"])
def test_processes_do_not_exceed_it_together(
    processes: list[Database], agent: int, clock: FixedClock, opened: bool
) -> None:
    budgets = [TokenBudgets(one, clock, LIMIT) for one in processes]
    if opened:
        assert budgets[0].reserve(agent, 0) == TODAY

    def reserved(place: int) -> int:
        return 90 if budgets[place % 3].reserve(agent, 90) else 0

    with ThreadPoolExecutor(12) as pool:
        taken = sum(pool.map(reserved, range(36)))

    # 11 times 90 fit, and not one of them is lost.
    assert taken == 990
    with processes[0].snapshot() as tx:
        assert token_budgets.used(tx, agent, TODAY) == 990


def test_processes_that_settle_at_once_lose_nothing(
    processes: list[Database], agent: int, clock: FixedClock
) -> None:
    budgets = [TokenBudgets(one, clock, LIMIT) for one in processes]

    def asks(place: int) -> bool:
        budget = budgets[place % 3]
        day = budget.reserve(agent, 100)
        if day is None:
            return False
        budget.settle(agent, day, 100, 7)
        return True

    with ThreadPoolExecutor(9) as pool:
        answered = sum(pool.map(asks, range(60)))

    with processes[0].snapshot() as tx:
        assert token_budgets.used(tx, agent, TODAY) == 7 * answered
    assert answered > 9


def test_what_fits_is_not_refused_because_others_ask_at_once(
    processes: list[Database], database: Database, clock: FixedClock
) -> None:
    """Whoever comes second to the first of a day finds a row that it did not see before."""
    budgets = [TokenBudgets(one, clock, LIMIT) for one in processes]
    together = Barrier(len(budgets))

    def reserved(budget: TokenBudgets, agent: int) -> bool:
        together.wait(20)
        return budget.reserve(agent, 1) is not None

    for number in range(20):
        add = partial(agents.reserve, tenant="acme", agent_id=f"agent {number}", now=NOW)
        agent = database.write(add)
        with ThreadPoolExecutor(len(budgets)) as pool:
            assert all(pool.map(reserved, budgets, [agent] * len(budgets)))
