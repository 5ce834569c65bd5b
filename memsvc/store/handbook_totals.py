"""Totals of outcomes of many agents, as the database sums them up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import Double, cast, func, select

from memsvc.core.handbook.totals import Total
from memsvc.store.handbook_tables import handbook_changes, offer_outcomes
from memsvc.store.offer_outcomes import BELIEVED, WITH_TRACES
from memsvc.store.reach import Reach
from memsvc.store.tables import agents
from memsvc.store.transaction import Tx


def tokens_of(tx: Tx, reach: Reach) -> dict[int, int]:
    """Tokens that finding the behaviors took, of each of these agents that has a handbook."""
    found: dict[int, int] = {}
    for part in reach.parts(handbook_changes.c.agent_key):
        rows = tx.execute(
            select(handbook_changes.c.agent_key, func.sum(handbook_changes.c.tokens))
            .where(part)
            .group_by(handbook_changes.c.agent_key)
        )
        found.update((agent_key, int(tokens)) for agent_key, tokens in rows)
    return found


class Told(NamedTuple):
    """How many outcomes an agent was told, and its erasure epoch.

    None goes, is believed no more or again, without raising it.
    """

    outcomes: int
    epoch: int


def told(tx: Tx, reach: Reach) -> dict[int, Told]:
    """Those of these agents that were told any outcome, by key."""
    found: dict[int, Told] = {}
    outcomes = offer_outcomes.c
    for part in reach.parts(outcomes.agent_key):
        counted = (
            select(outcomes.agent_key, func.count().label("count"))
            .where(part)
            .group_by(outcomes.agent_key)
            .subquery()
        )
        rows = tx.execute(
            select(counted.c.agent_key, counted.c.count, agents.c.erasure_epoch).join(
                agents, agents.c.agent_key == counted.c.agent_key
            )
        )
        found.update((agent_key, Told(count, epoch)) for agent_key, count, epoch in rows)
    return found


def of_agents(tx: Tx, reach: Reach) -> Iterator[tuple[int, str, bool, Total]]:
    """The totals of each agent, task class and arm.

    Squares are summed as floats, for those of many tokens are more than an integer holds.
    """
    told = offer_outcomes.c
    given, said = (cast(one, Double) for one in (told.input_tokens, told.output_tokens))
    group = (told.agent_key, told.task_class, told.held_out)
    for part in reach.parts(told.agent_key):
        rows = tx.execute(
            select(
                *group,
                func.count(),
                func.sum(told.success),
                func.sum(told.input_tokens),
                func.sum(told.output_tokens),
                func.sum(given * given),
                func.sum(said * said),
                func.sum(given * said),
            )
            .select_from(WITH_TRACES)
            .where(part, BELIEVED)
            .group_by(*group)
        )
        for agent_key, task_class, held_out, many, success, *sums in rows:
            total = Total(many, Fraction(success), *(int(one) for one in sums))
            yield agent_key, task_class.hex(), bool(held_out), total
