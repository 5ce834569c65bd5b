"""Offer: the behaviors that may help with a task; now and then none, to see what they are worth.

Nothing is written. Who goes without, which one is tried and how luck ranks them is drawn from the
offer's id alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from memsvc.core.access import Scope
from memsvc.core.evidence import Evidence
from memsvc.core.fading import bounded
from memsvc.core.filters import And, Condition, Filter, Not, Or
from memsvc.core.handbook.choosing import TRIAL_PROBABILITY, chosen
from memsvc.core.handbook.following import are_on_trial
from memsvc.core.handbook.hold_out import is_held_out, is_trial
from memsvc.core.handbook.keyed import normal
from memsvc.core.handbook.line import Line, topics_of
from memsvc.core.handbook.rating import drawn
from memsvc.core.handbook.rendering import block
from memsvc.core.handbook.wording import line_in
from memsvc.core.memory import Kind, Status
from memsvc.errors import InvalidRequest
from memsvc.index.protocol import Probe
from memsvc.operations import indexing
from memsvc.operations.gate import Sight, readable
from memsvc.operations.handbook.known_worth import Known, known, wordings_among
from memsvc.operations.handbook.offer_token import ID_BYTES, OfferToken, sealed
from memsvc.runtime import Runtime
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

CANDIDATES = 64
"""The most relevant behaviors, among which ratings and luck choose."""
PROPOSED = 4 * CANDIDATES
"""Memories that a large agent's index proposes: some may be procedural and no behaviors."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What help is wanted with.

    `limit` None: that of the settings; `token_budget` of the whole text, None: any. `topics` None:
    behaviors of all topics; else those that have one of these, and those for everywhere.
    """

    task: str
    limit: int | None = None
    token_budget: int | None = None
    topics: tuple[str, ...] | None = None
    task_class: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered, best first, also as `text` of so many tokens; nothing when held out."""

    offer_id: str
    held_out: bool
    lines: tuple[Line, ...] = ()
    text: str = ""
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class _Draws:
    """By what an offer draws: the secret, the agent, the task class and the offer's name."""

    of: tuple[bytes, str, str, str]

    def withheld(self, probability: float) -> bool:
        return is_held_out(*self.of, probability)

    @property
    def has_trial(self) -> bool:
        return is_trial(*self.of, TRIAL_PROBABILITY)

    def luck(self, number: int) -> float:
        secret, agent, _, offer = self.of
        return normal(secret, "rank", agent, offer, str(number))


def offer(runtime: Runtime, scope: Scope, wanted: Wanted, drawn_id: bytes | None = None) -> Offer:
    """The behaviors for a task.

    `drawn_id` are 16 bytes for an offer that is to be made again, None for a new one. Raises
    NotFound for an unknown agent, and InvalidRequest for topics that no behavior could have.
    """
    now = runtime.clock.now()
    drawn_id = secrets.token_bytes(ID_BYTES) if drawn_id is None else drawn_id
    filter_ = _filter(wanted, now)
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        draws = _draws(runtime, agent, wanted, drawn_id)
        if draws.withheld(agent.settings.handbook.hold_out_of(wanted.task_class)):
            token = OfferToken(drawn_id, now, wanted.task_class, held_out=True)
            return Offer(sealed(runtime, agent, token), held_out=True)
        index = indexing.current(runtime, agent)
        worth = known(runtime, tx, agent)
    decay = agent.settings.decay
    fading = bounded(decay, index.cutoffs(decay.budgets, now))
    [vector] = runtime.embedder.embed_queries([wanted.task])
    probe = Probe(vector, "", now, filter_, pool=PROPOSED, fading=fading)
    [evidence] = index.search([probe])
    relevant = _relevant(evidence, agent.settings.handbook.relevance_floor)
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        wordings = wordings_among(runtime, tx, agent, relevant)
        numbers = [number for number in relevant if number in wordings][:CANDIDATES]
        best = _best(agent, wanted, numbers, worth, draws)
        lines = _opened(runtime, tx, agent, best, Sight(filter_, None, fading), now)
    text, tokens, lines = _fitted(runtime, wanted, lines)
    shown_numbers = tuple(number for number, _ in lines)
    token = OfferToken(drawn_id, now, wanted.task_class, held_out=False, numbers=shown_numbers)
    shown = tuple(line for _, line in lines)
    return Offer(sealed(runtime, agent, token), False, shown, text, tokens)


def _draws(runtime: Runtime, agent: Agent, wanted: Wanted, drawn_id: bytes) -> _Draws:
    name = str(agent.agent_key)
    secret = runtime.keyring.digest("handbook", name.encode())
    return _Draws((secret, name, wanted.task_class, drawn_id.hex()))


def _filter(wanted: Wanted, now: datetime) -> Filter:
    """Active behaviors; of some topics, or for everywhere, where topics are given."""
    parts: list[Filter] = [
        Condition("kind", "eq", Kind.PROCEDURAL),
        Condition("status", "eq", Status.ACTIVE),
        Not(Condition("expires_at", "lte", now)),
    ]
    if wanted.topics is not None:
        try:
            topics = topics_of(wanted.topics)
        except ValueError as wrong:
            raise InvalidRequest.at("topics", str(wrong)) from None
        # Every tag holds the empty text: what has none is for everywhere.
        everywhere = Not(Condition("tags", "icontains", ""))
        parts.append(Or((Condition("tags", "in", topics), everywhere)))
    return And(tuple(parts))


def _relevant(evidence: Evidence, floor: float) -> list[int]:
    """Numbers of the most relevant memories, the most relevant first."""
    near = np.flatnonzero(evidence.proposed & (evidence.dense >= floor))
    order = np.lexsort((evidence.numbers[near], -evidence.dense[near]))
    found: list[int] = evidence.numbers[near[order]].tolist()
    return found


def _best(
    agent: Agent, wanted: Wanted, numbers: Sequence[int], worth: Known, draws: _Draws
) -> list[int]:
    """The wordings to be offered, best first."""
    if not numbers:
        return []
    names = list(map(str, numbers))
    beliefs = [worth.followed.ratings.line(name) for name in names]
    ranks = drawn(
        np.array([one.mu for one in beliefs], np.float64),
        np.array([one.sigma for one in beliefs], np.float64),
        np.array([draws.luck(number) for number in numbers], np.float64),
    )
    trial = are_on_trial(names, worth.followed, worth.bounds)
    limit = wanted.limit or agent.settings.handbook.limit
    places = chosen(ranks, trial, np.array(draws.has_trial), limit)
    return [numbers[place] for place in places.tolist()]


def _opened(
    runtime: Runtime, tx: Tx, agent: Agent, best: Sequence[int], sight: Sight, now: datetime
) -> list[tuple[int, Line]]:
    """What of it is still there, active and to be seen, whatever the index says."""
    [held] = readable(runtime, tx, agent, best, [sight], now)
    lines = [(number, line_in(held[number])) for number in best if number in held]
    return [(number, line) for number, line in lines if line is not None]


def _fitted(
    runtime: Runtime, wanted: Wanted, lines: list[tuple[int, Line]]
) -> tuple[str, int, list[tuple[int, Line]]]:
    """The text with as many of the best as the budget has room for, its tokens, and these."""
    while True:
        text = block([line for _, line in lines], wanted.task)
        tokens = runtime.count_tokens(text) if text else 0
        if wanted.token_budget is None or tokens <= wanted.token_budget:
            return text, tokens, lines
        lines = lines[:-1]
