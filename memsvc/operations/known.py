"""What is known of an agent inside the transaction that writes to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from memsvc.core.fingerprint import fingerprint
from memsvc.core.memory import Draft, Event, Memory, Status, Trust
from memsvc.errors import AlreadyExists, InvalidRequest
from memsvc.operations import indexing
from memsvc.operations.insert import Judged
from memsvc.operations.sealed import opened
from memsvc.runtime import Runtime
from memsvc.store import agents, memories
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one draft; `affected` are the ids of other memories it changed.

    `id` is None where no memory holds the statement and the caller gave none.
    """

    id: str | None
    event: Event
    affected: tuple[str, ...] = ()
    reason: str | None = None


Statement = tuple[bytes, frozenset[str]]
"""A fingerprint, and the sources that it rests on."""


def _statement(fingerprint: bytes, of: Draft | Memory) -> Statement:
    """What has to be equal to be the same: what is derived goes with its sources.

    Were it one with the same words of other origin, forgetting its sources would lose those, too.
    """
    return fingerprint, frozenset(of.source_ids)


class GroundMoved(Exception):
    """The agent's index must be loaded, or has much to follow, before the transaction can begin."""


class Known:
    """What is known of the agent inside the transaction: its index, rows and this group's notes."""

    def __init__(self, runtime: Runtime, tx: Tx, agent: Agent, now: datetime) -> None:
        self._runtime, self._tx, self._agent, self._now = runtime, tx, agent, now
        self._index = runtime.indexes.peek(agent.agent_key)
        # Earlier requests of this group are not committed, so no index can have seen them; their
        # notes stand in for it.
        committed = agents.committed(tx, agent)
        if committed > 0 and not indexing.brought_near(
            runtime, self._index, agent.agent_key, committed
        ):
            raise GroundMoved

    def sorted_out(self, offers: Sequence[Judged]) -> tuple[list[Written], list[Judged]]:
        """One answer for each offer, and the offers that are new."""
        taken = memories.numbers_of(
            self._tx, self._agent.agent_key, [one.id for one in offers if one.draft.id]
        )
        standing = self._standing(offers, taken)
        answers: list[Written] = []
        fresh: dict[str, Judged] = {}
        for place, offer in enumerate(offers):
            own = _statement(offer.fingerprint, offer.draft)
            same = standing.get(own) or standing.get((offer.fingerprint, frozenset()))
            if offer.id in taken or offer.id in fresh:
                if same != offer.id and not self._same_content(offer, taken):
                    raise AlreadyExists(
                        f"memories[{place}].id is taken by a memory with other content; nothing "
                        "was stored. Change the id, or PATCH the memory."
                    )
                answers.append(Written(offer.id, Event.DUPLICATE))
            elif same is not None:
                answers.append(Written(same, Event.DUPLICATE))
            else:
                standing[own] = offer.id
                fresh[offer.id] = offer
                answers.append(Written(offer.id, Event.ADDED))
        return answers, list(fresh.values())

    def _standing(self, offers: Sequence[Judged], taken: dict[str, int]) -> dict[Statement, str]:
        """Statements among the offers that a current memory makes already, with its id."""
        numbers = set(taken.values())
        for offer in offers:
            if self._index is not None:
                numbers.update(self._index.find(offer.draft))
            noted = self._tx.noted((self._agent.agent_key, offer.fingerprint))
            if noted is not None:
                numbers.add(noted)
        standing: dict[Statement, str] = {}
        for memory in self._opened(sorted(numbers)):
            if memory.status in (Status.ACTIVE, Status.DISPUTED):
                standing.setdefault(_statement(fingerprint(memory), memory), memory.id)
        return standing

    def _opened(self, numbers: Sequence[int]) -> list[Memory]:
        rows = memories.by_numbers(self._tx, self._agent.agent_key, numbers) if numbers else []
        rows.sort(key=lambda row: row.number)
        living = [row for row in rows if not memories.expired_by(row, self._now)]
        return opened(self._runtime.keyring, self._tx, self._agent, living)

    def _same_content(self, offer: Judged, taken: dict[str, int]) -> bool:
        """Whether the id's holder says the same, though it is archived or superseded by now."""
        held = self._opened([taken[offer.id]]) if offer.id in taken else []
        return any(fingerprint(memory) == offer.fingerprint for memory in held)


def with_sources(tx: Tx, agent: Agent, offers: Sequence[Judged]) -> list[Judged]:
    """Resolve source ids; what is derived is trusted no more than the least of its sources."""
    wanted = {source for one in offers for source in one.draft.source_ids}
    if not wanted:
        return list(offers)
    numbers = memories.numbers_of(tx, agent.agent_key, sorted(wanted))
    rows = memories.by_numbers(tx, agent.agent_key, sorted(numbers.values())) if numbers else []
    trusts = {row.id: Trust(row.trust) for row in rows}
    for place, one in enumerate(offers):
        if not trusts.keys() >= set(one.draft.source_ids):
            raise InvalidRequest.at(
                f"memories.{place}.source_ids", "names a memory that this agent does not have"
            )
    return [
        replace(
            one,
            sources=tuple(sorted({numbers[source] for source in one.draft.source_ids})),
            trust=min(
                [one.draft.trust, *(trusts[source] for source in one.draft.source_ids)],
                key=lambda trust: trust.weight,
            ),
        )
        for one in offers
    ]
