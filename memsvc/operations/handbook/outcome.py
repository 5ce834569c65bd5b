"""Outcome: how a task went for which behaviors were offered, told once for each offer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.handbook.cited import cited
from memsvc.core.handbook.names import normalised_name
from memsvc.core.handbook.wording import line_in
from memsvc.core.memory import Status
from memsvc.core.reinforcement import Outcome
from memsvc.errors import InvalidRequest, NotFound, WrongState
from memsvc.operations.feedback import strengthen
from memsvc.operations.handbook.known_worth import look_ahead
from memsvc.operations.handbook.offer_token import OfferToken, read
from memsvc.operations.handbook.task_class import class_token
from memsvc.operations.indexing import known_agent
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import handbook_changes, memories, offer_outcomes, traces
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow
from memsvc.store.offer_outcomes import OutcomeRow
from memsvc.store.transaction import Tx

NO_SUCH_OFFER = "No such offer of this agent."
SUCCEEDED = 0.5
"""Success from which a task has been a use of what it cites; a failed one strengthens nothing."""


@dataclass(frozen=True, slots=True)
class Came:
    """How a task went: success in [0, 1], and tokens of the whole task.

    `cited` are names that it cites, beside those that are found in its `text`, which is not stored.
    `trace_id` is the trace of the task: the outcome goes when that does.
    """

    success: float
    input_tokens: int
    output_tokens: int
    cited: tuple[str, ...] = ()
    text: str | None = None
    trace_id: str | None = None


@dataclass(frozen=True, slots=True)
class OutcomeNoted:
    """What is noted of an offer: its size, and names of what was cited, best first.

    Of behaviors that are gone, or held back, nothing is told.
    """

    held_out: bool
    success: float
    offered: int
    cited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Offered:
    """What of an offer is still there, by rank, the best first.

    `stored` are the wordings with the words that were offered, those that are held back, too;
    `seen` the row of one that can be seen, and `names` the rank of each such line by name.
    `is_whole` tells whether that is all of it.
    """

    stored: Mapping[int, tuple[int, ...]]
    seen: Mapping[int, MemoryRow]
    names: Mapping[str, int]
    is_whole: bool


def tell(runtime: Runtime, scope: Scope, offer_id: str, came: Came) -> OutcomeNoted:
    """Note what came of an offer; told again with the same figures it answers the same.

    Raises NotFound for an unknown agent or offer, WrongState when other figures were told, and
    InvalidRequest for names that were not offered or an unknown trace.
    """
    noted = runtime.database.write(partial(_tell, runtime, scope, offer_id, came), scope.about)
    look_ahead(runtime, scope)
    return noted


def _tell(runtime: Runtime, scope: Scope, offer_id: str, came: Came, tx: Tx) -> OutcomeNoted:
    agent = known_agent(tx, scope, lock=True)
    trace = None if came.trace_id is None else _trace(runtime, tx, agent, came.trace_id)
    return tell_in(runtime, tx, agent, offer_id, came, trace)


def tell_in(
    runtime: Runtime, tx: Tx, agent: Agent, offer_id: str, came: Came, trace: int | None
) -> OutcomeNoted:
    """The same within a transaction that holds the agent's lock; `trace` is its memory's number.

    `came.trace_id` is not looked at. Once it is durable, `known_worth.look_ahead` is due.
    """
    token = read(runtime, agent, offer_id, runtime.clock.now())
    if token is None:
        raise NotFound(NO_SUCH_OFFER)
    offered = _offered(runtime, tx, agent, token)
    told = _cited(came, offered)
    ranks = frozenset(offered.names[name] for name in told)
    stored = {of[0]: of for of in offered.stored.values()}
    row = OutcomeRow(
        place=offer_outcomes.last(tx, agent.agent_key) + 1,
        offer=token.name,
        at=runtime.clock.now(),
        task_class=class_token(runtime, agent, token.task_class),
        held_out=token.held_out,
        success=came.success,
        input_tokens=came.input_tokens,
        output_tokens=came.output_tokens,
        number=trace,
        offered=tuple(stored),
        cited=frozenset(offered.stored[rank][0] for rank in ranks),
        fellows=stored,
        ranks=tuple(offered.stored),
        cited_ranks=ranks,
    )
    before = offer_outcomes.find(tx, agent.agent_key, token.name)
    if before is None:
        offer_outcomes.add(tx, agent.agent_key, row)
        _strengthen(runtime, tx, agent, offered, row)
    elif _figures(before, offered) != _figures(row, offered):
        raise WrongState("Another outcome of this offer was told already; nothing was stored.")
    best = sorted(told, key=lambda name: offered.names[name])
    return OutcomeNoted(token.held_out, came.success, len(offered.names), tuple(best))


def _figures(row: OutcomeRow, offered: _Offered) -> tuple[object, ...]:
    """What is told of an outcome, which has to be the same when it is told again.

    What was cited, so far as it can be seen by now.
    """
    cited_still = row.cited_ranks.intersection(offered.names.values())
    return row.success, row.input_tokens, row.output_tokens, cited_still, row.number


def _trace(runtime: Runtime, tx: Tx, agent: Agent, trace_id: str) -> int:
    """The number of a trace that can be seen."""
    known = traces.numbers_of(tx, agent.agent_key, [trace_id])
    rows = memories.by_numbers(tx, agent.agent_key, list(known.values())) if known else []
    now = runtime.clock.now()
    if not rows or memories.expired_by(rows[0], now):
        raise InvalidRequest.at("trace_id", "no trace of this agent has this id")
    if rows[0].status == Status.QUARANTINED:
        raise WrongState("The trace is in quarantine: an operator has to release it first.")
    return int(rows[0].number)


def _offered(runtime: Runtime, tx: Tx, agent: Agent, token: OfferToken) -> _Offered:
    same = handbook_changes.fellows(tx, agent.agent_key, token.numbers)
    every = sorted({number for of in same.values() for number in of})
    held = memories.by_numbers(tx, agent.agent_key, every, restricted=True) if every else []
    rows = {row.number: row for row in held}
    now = runtime.clock.now()
    shown = [row for row in held if not (row.restricted or memories.expired_by(row, now))]
    opens = partial(opened, runtime.keyring, tx, agent)
    lines = {one.number: line_in(one) for one in sparing(runtime.keyring, agent, shown, opens)}
    stored: dict[int, tuple[int, ...]] = {}
    seen: dict[int, MemoryRow] = {}
    names: dict[str, int] = {}
    for rank, number in enumerate(token.numbers):
        there = tuple(one for one in same[number] if one in rows)
        if there:
            stored[rank] = there
        for one in there:
            line = lines.get(one)
            if line is not None and rank not in seen:
                seen[rank], names[line.name] = rows[one], rank
    return _Offered(stored, seen, names, is_whole=len(seen) == len(token.numbers))


def _cited(came: Came, offered: _Offered) -> Collection[str]:
    """Names that were offered and are cited; what is gone may be cited, but is not noted."""
    names = set(cited(came.text or "", offered.names))
    for place, given in enumerate(came.cited):
        try:
            name = normalised_name(given)
        except ValueError as wrong:
            raise InvalidRequest.at(f"cited.{place}", str(wrong)) from None
        if name in offered.names:
            names.add(name)
        elif offered.is_whole:
            raise InvalidRequest.at(f"cited.{place}", "was not offered")
    return names


def _strengthen(runtime: Runtime, tx: Tx, agent: Agent, offered: _Offered, row: OutcomeRow) -> None:
    """What a task that went well cites was used."""
    if row.success >= SUCCEEDED:
        used = [offered.seen[rank] for rank in sorted(row.cited_ranks)]
        outcomes = {one.id: [Outcome.USED] for one in used}
        strengthen(tx, agent, used, outcomes, runtime.clock.now())
