"""Known worth: what offers go by, kept in RAM in step with the outcomes that there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from memsvc.core.access import Scope
from memsvc.core.handbook.following import LAG, Bounds, Followed, bounds_of, looked
from memsvc.core.handbook.offered import OfferOutcome
from memsvc.index.worths import Fold, Wordings, Worth
from memsvc.runtime import Runtime
from memsvc.store import agents, handbook_changes, offer_outcomes
from memsvc.store.agents import Agent
from memsvc.store.offer_outcomes import OutcomeRow
from memsvc.store.transaction import Tx


class Known(NamedTuple):
    """Ratings as of the last outcome, and bounds as of the last look."""

    followed: Followed
    bounds: Bounds


def as_outcome(row: OutcomeRow) -> OfferOutcome:
    """An outcome as folds take it; behaviors go by the numbers of their wordings."""
    return OfferOutcome(
        task_class=row.task_class.hex(),
        offered=tuple(map(str, row.offered)),
        held_out=row.held_out,
        success=row.success,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cited=frozenset(map(str, row.cited)),
    )


def as_outcomes(rows: Iterable[OutcomeRow]) -> list[OfferOutcome]:
    """Outcomes as folds take them, in order."""
    return [as_outcome(row) for row in rows]


def known(runtime: Runtime, tx: Tx, agent: Agent) -> Known:
    """What the agent's outcomes tell, as this transaction sees them or later.

    A question or two to the database, unless outcomes were told meanwhile. The bounds of a look are
    reckoned here only where no outcome that this process took in had that done: after a start, and
    after an erasure that took outcomes along.
    """
    worth = runtime.worths.of(agent.agent_key)
    fold = _in_step(worth, tx, agent)
    bounds = worth.bounds(fold.since, looked(fold.followed.count - LAG))
    if bounds is None:
        return _reckoned(runtime, worth, agent.agent_key, LAG)
    return Known(fold.followed, bounds)


def followed(runtime: Runtime, tx: Tx, agent: Agent) -> Followed:
    """What the agent's outcomes come to, as this transaction sees them or later, without bounds."""
    return _in_step(runtime.worths.of(agent.agent_key), tx, agent).followed


def wordings_among(
    runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]
) -> frozenset[int]:
    """Those of these memories that are wordings; asks of each once, for what is one stays one.

    Those that were erased since, or are held back, may be among them.
    """
    worth, epoch = runtime.worths.of(agent.agent_key), agent.erasure_epoch
    held = worth.wordings.numbers if worth.wordings.epoch == epoch else frozenset()
    unknown = [number for number in numbers if number not in held]
    if unknown:
        found = handbook_changes.wordings_among(tx, agent.agent_key, unknown)
        held |= found
        # Of two that do so at once one is lost, and asked of again.
        worth.wordings = Wordings(epoch, held)
    return held.intersection(numbers)


def fold_anew(tx: Tx, agent: Agent, numbers: Sequence[int]) -> None:
    """Have every process fold outcomes anew where any is of an attempt that these tell of.

    For whoever puts memories into quarantine, or takes them out: these are believed no more, or
    again.
    """
    if offer_outcomes.tell_of(tx, agent.agent_key, numbers):
        agents.advance_epoch(tx, agent.agent_key)


def look_ahead(runtime: Runtime, scope: Scope) -> None:
    """Have the bounds of the last look at hand before an offer needs them.

    For whoever told an outcome, once that is durable: takes milliseconds to seconds whenever it
    completes a look.
    """
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, scope.tenant, scope.agent_id)
        if agent is None:
            # Erased since.
            return
        worth = runtime.worths.of(agent.agent_key)
        fold = _in_step(worth, tx, agent)
    if worth.bounds(fold.since, looked(fold.followed.count)) is None:
        _reckoned(runtime, worth, agent.agent_key, 0)


def _reckoned(runtime: Runtime, worth: Worth, agent_key: int, lag: int) -> Known:
    """What is known with the bounds of the look that is needed, in a snapshot of its own."""
    with worth.looking:
        with runtime.database.snapshot() as tx:
            agent = agents.by_key(tx, agent_key)
            fold = _in_step(worth, tx, agent)
            look = looked(fold.followed.count - lag)
            bounds = worth.bounds(fold.since, look)
            if bounds is not None:
                return Known(fold.followed, bounds)
            rows = offer_outcomes.since(tx, agent_key)[:look]
        bounds = bounds_of(as_outcomes(rows))
        if fold.epoch == agent.erasure_epoch:
            # Else somebody saw an erasure that this snapshot does not: these are not of that fold.
            worth.put(fold.since, look, bounds)
    return Known(fold.followed, bounds)


def _in_step(worth: Worth, tx: Tx, agent: Agent) -> Fold:
    """The fold as this transaction sees it, or later."""
    last = offer_outcomes.last(tx, agent.agent_key)
    fold = worth.fold
    if fold is not None and _has_seen(fold, agent, last):
        return fold
    with worth.following:
        fold = worth.fold
        if fold is None or not _has_seen(fold, agent, last):
            fold = worth.fold = _caught_up(fold, tx, agent)
    return fold


def _has_seen(fold: Fold, agent: Agent, last: int) -> bool:
    if fold.epoch == agent.erasure_epoch:
        return fold.place >= last
    return fold.epoch > agent.erasure_epoch


def _caught_up(fold: Fold | None, tx: Tx, agent: Agent) -> Fold:
    epoch = agent.erasure_epoch
    if fold is None or not _is_whole(fold, tx, agent):
        fold = Fold(epoch, epoch)
    rows = offer_outcomes.since(tx, agent.agent_key, fold.place)
    fold = replace(fold, epoch=epoch)
    if not rows:
        return fold
    return replace(
        fold,
        place=rows[-1].place,
        lines=fold.lines + sum(row.lines for row in rows),
        offer=rows[-1].offer,
        followed=fold.followed.then(as_outcomes(rows)),
    )


def _is_whole(fold: Fold, tx: Tx, agent: Agent) -> bool:
    """Whether all that is folded is still there: most erasures take no outcome along.

    Outcomes are added at the end and never changed. One that takes the place of another that went
    has another offer's id.
    """
    if fold.epoch == agent.erasure_epoch or not fold.followed.count:
        return True
    held = offer_outcomes.held_until(tx, agent.agent_key, fold.place)
    return held == (fold.followed.count, fold.lines, fold.offer)
