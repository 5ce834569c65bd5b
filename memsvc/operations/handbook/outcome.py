"""Outcome: how a task went for which behaviors were offered, told once for each offer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.handbook.cited import cited
from memsvc.core.handbook.names import normalised_name
from memsvc.core.handbook.wording import line_in
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
class Noted:
    """What is noted of an offer: its size, and names of what was cited, best first.

    Of behaviors that are gone, or held back, nothing is told.
    """

    held_out: bool
    success: float
    offered: int
    cited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Offered:
    """What of an offer is still there.

    `numbers` of the wordings, best first; `rows` and `names` of those that can be seen. `is_whole`
    tells whether that is all of it.
    """

    numbers: tuple[int, ...]
    rows: Sequence[MemoryRow]
    names: Mapping[str, int]
    is_whole: bool


def tell(runtime: Runtime, scope: Scope, offer_id: str, came: Came) -> Noted:
    """Note what came of an offer; told again with the same figures it answers the same.

    Raises NotFound for an unknown agent or offer, WrongState when other figures were told, and
    InvalidRequest for names that were not offered or an unknown trace.
    """
    noted = runtime.database.write(partial(_tell, runtime, scope, offer_id, came), scope.about)
    look_ahead(runtime, scope)
    return noted


def _tell(runtime: Runtime, scope: Scope, offer_id: str, came: Came, tx: Tx) -> Noted:
    agent = known_agent(tx, scope, lock=True)
    trace = None if came.trace_id is None else _trace(runtime, tx, agent, came.trace_id)
    return tell_in(runtime, tx, agent, offer_id, came, trace)


def tell_in(
    runtime: Runtime, tx: Tx, agent: Agent, offer_id: str, came: Came, trace: int | None
) -> Noted:
    """The same within a transaction that holds the agent's lock; `trace` is its memory's number.

    `came.trace_id` is not looked at. Once it is durable, `known_worth.look_ahead` is due.
    """
    token = read(runtime, agent, offer_id, runtime.clock.now())
    if token is None:
        raise NotFound(NO_SUCH_OFFER)
    offered = _offered(runtime, tx, agent, token)
    told = _cited(came, offered)
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
        offered=offered.numbers,
        cited=frozenset(offered.names[name] for name in told),
        fellows=handbook_changes.fellows(tx, agent.agent_key, offered.numbers),
    )
    before = offer_outcomes.find(tx, agent.agent_key, token.name)
    if before is None:
        offer_outcomes.add(tx, agent.agent_key, row)
        _strengthen(runtime, tx, agent, offered, row)
    elif _figures(before) != _figures(row):
        raise WrongState("Another outcome of this offer was told already.")
    best = sorted(told, key=lambda name: offered.numbers.index(offered.names[name]))
    return Noted(token.held_out, came.success, len(offered.names), tuple(best))


def _figures(row: OutcomeRow) -> tuple[object, ...]:
    """All that is told of an outcome, which has to be the same when it is told again."""
    return row.success, row.input_tokens, row.output_tokens, row.cited, row.number


def _trace(runtime: Runtime, tx: Tx, agent: Agent, trace_id: str) -> int:
    """The number of a trace that can be seen."""
    numbers = memories.numbers_of(tx, agent.agent_key, [trace_id])
    among = traces.among(tx, agent.agent_key, list(numbers.values()))
    rows = memories.by_numbers(tx, agent.agent_key, sorted(among)) if among else []
    now = runtime.clock.now()
    if not rows or memories.expired_by(rows[0], now):
        raise InvalidRequest.at("trace_id", "no trace of this agent has this id")
    return int(rows[0].number)


def _offered(runtime: Runtime, tx: Tx, agent: Agent, token: OfferToken) -> _Offered:
    everything = memories.by_numbers(tx, agent.agent_key, token.numbers, restricted=True)
    there = {row.number for row in everything}
    now = runtime.clock.now()
    rows = [row for row in everything if not (row.restricted or memories.expired_by(row, now))]
    opens = partial(opened, runtime.keyring, tx, agent)
    found = sparing(runtime.keyring, agent, rows, opens)
    lines = {one.number: line for one in found if (line := line_in(one)) is not None}
    return _Offered(
        numbers=tuple(number for number in token.numbers if number in there),
        rows=rows,
        names={line.name: number for number, line in lines.items()},
        is_whole=len(lines) == len(token.numbers),
    )


def _cited(came: Came, offered: _Offered) -> Collection[str]:
    """Names that were offered and are cited; what is gone may be cited, but is not noted."""
    names = set(cited(came.text or "", offered.names))
    for place, given in enumerate(came.cited):
        try:
            name = normalised_name(given)
        except ValueError as wrong:
            raise InvalidRequest.at(f"cited[{place}]", str(wrong)) from None
        if name in offered.names:
            names.add(name)
        elif offered.is_whole:
            raise InvalidRequest.at(f"cited[{place}]", "was not offered")
    return names


def _strengthen(runtime: Runtime, tx: Tx, agent: Agent, offered: _Offered, row: OutcomeRow) -> None:
    """What a task that went well cites was used."""
    if row.success >= SUCCEEDED:
        used = [one for one in offered.rows if one.number in row.cited]
        outcomes = {one.id: [Outcome.USED] for one in used}
        strengthen(tx, agent, used, outcomes, runtime.clock.now())
