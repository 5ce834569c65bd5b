"""Handbooks in figures: of one agent all that its own report has, of a tenant what it saved."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from memsvc.core.agent_settings import WITHOUT_SETTINGS
from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.handbook.settings import HandbookSettings
from memsvc.core.handbook.totals import Total
from memsvc.core.handbook.worth import HandbookWorth
from memsvc.index.worths import BookFigures, Summed
from memsvc.operations.handbook.book import load
from memsvc.operations.handbook.known_worth import followed
from memsvc.operations.handbook.report import handbook_as_a_whole
from memsvc.runtime import Runtime
from memsvc.store import figures, handbook_changes, handbook_totals, traces
from memsvc.store.agents import Agent
from memsvc.store.reach import Reach
from memsvc.store.transaction import Tx

MOST_OUTCOMES = 50_000
"""Outcomes of a tenant over which the saving is summed up; of more it is left out."""


@dataclass(frozen=True, slots=True)
class HandbookStatistics:
    """A handbook in figures: its version, behaviors by status, traces, and what it is worth."""

    version: int
    behaviors: Mapping[BehaviorStatus, int]
    traces: int
    worth: HandbookWorth


@dataclass(frozen=True, slots=True)
class HandbooksStatistics:
    """The handbooks of a tenant: agents that have one, outcomes told, and what they saved in all.

    `saving` is by each agent's own prices; None where no agent has tasks in both groups, or where
    there are more outcomes than are summed up.
    """

    agents: int
    outcomes: int
    offered: int
    held_out: int
    saving: float | None


def handbook_statistics(runtime: Runtime, tx: Tx, agent: Agent) -> HandbookStatistics:
    """The figures of an agent's handbook."""
    book = _book(runtime, tx, agent)
    held = followed(runtime, tx, agent).totals
    return HandbookStatistics(
        book.version,
        book.behaviors,
        traces.count(tx, agent.agent_key),
        handbook_as_a_whole(agent.settings.handbook, held, book.tokens),
    )


def _book(runtime: Runtime, tx: Tx, agent: Agent) -> BookFigures:
    """Counting behaviors opens all of them: it is done again only when something has changed."""
    worth = runtime.worths.of(agent.agent_key)
    place, _ = handbook_changes.last(tx, agent.agent_key)
    as_of = agent.sequence, agent.erasure_epoch, place
    if not place:
        return BookFigures(as_of, 0, dict.fromkeys(BehaviorStatus, 0), 0)
    known = worth.book
    if known is None or known.as_of != as_of:
        book = load(runtime, tx, agent)
        counts = Counter(line.status for line in book.lines.values())
        behaviors = {status: counts[status] for status in BehaviorStatus}
        known = worth.book = BookFigures(as_of, book.version, behaviors, book.tokens)
    return known


def handbooks_statistics(runtime: Runtime, tx: Tx, reach: Reach) -> HandbooksStatistics:
    """The figures of all handbooks of some agents."""
    with_book = handbook_totals.tokens_of(tx, reach)
    told = handbook_totals.told(tx, reach)
    outcomes = sum(one.outcomes for one in told.values())
    if not outcomes or outcomes > MOST_OUTCOMES:
        return HandbooksStatistics(len(with_book), outcomes, 0, 0, None)
    settings = figures.settings_of(tx, sorted(told))
    rests_on = {
        agent_key: (
            one.outcomes,
            one.epoch,
            with_book.get(agent_key, 0),
            settings.get(agent_key, WITHOUT_SETTINGS).handbook,
        )
        for agent_key, one in told.items()
    }
    worths = _worths(runtime, tx, reach.tenant, rests_on)
    saved = [one.saving.estimate * one.offered for one in worths.values() if one.saving is not None]
    return HandbooksStatistics(
        len(with_book),
        outcomes,
        sum(one.offered for one in worths.values()),
        sum(one.held_out for one in worths.values()),
        math.fsum(saved) if saved else None,
    )


def _worths(
    runtime: Runtime,
    tx: Tx,
    tenant: str,
    rests_on: Mapping[int, tuple[int, int, int, HandbookSettings]],
) -> dict[int, HandbookWorth]:
    """What the handbook of each agent is worth; reckoned again only where something changed."""
    found: dict[int, HandbookWorth] = {}
    for agent_key, of in rests_on.items():
        known = runtime.worths.of(agent_key).summed
        if known is not None and known.of == of:
            found[agent_key] = known.worth
    stale = Reach(tenant, tuple(sorted(rests_on.keys() - found.keys())))
    totals: dict[int, dict[tuple[str, bool], Total]] = {key: {} for key in stale.agent_keys or ()}
    for agent_key, task_class, held_out, total in handbook_totals.of_agents(tx, stale):
        totals[agent_key][task_class, held_out] = total
    for agent_key, own in totals.items():
        of = rests_on[agent_key]
        _, _, tokens, settings = of
        found[agent_key] = handbook_as_a_whole(settings, own, tokens)
        runtime.worths.of(agent_key).summed = Summed(of, found[agent_key])
    return found
