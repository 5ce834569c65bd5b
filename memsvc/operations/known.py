"""What is known of an agent inside the transaction that writes to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from memsvc.core.admission import Admission
from memsvc.core.fading import Fading, bounded
from memsvc.core.fingerprint import fingerprint
from memsvc.core.memory import SEARCHED, Draft, Event, Memory, Status, Trust, least_trust
from memsvc.core.statements import is_statement
from memsvc.errors import AlreadyExists, InvalidRequest
from memsvc.operations import indexing
from memsvc.operations.insert import Judged
from memsvc.operations.retold import Retold
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


FROM_QUARANTINE = "It was derived from a memory in quarantine."


Statement = tuple[bytes, frozenset[str], datetime | None]
"""A fingerprint, the sources that it rests on, and as of when it was stated, where that counts."""


def _statement(fingerprint: bytes, of: Draft | Memory, slots: Collection[int]) -> Statement:
    """What has to be equal to be the same: what is derived goes with its sources.

    Were it one with the same words of other origin, forgetting its sources would lose those, too.
    What fills a slot as of another day is news: the value may have been another in between.
    """
    stated = of.valid_from or of.event_time if slots and is_statement(of) else None
    return fingerprint, frozenset(of.source_ids), stated


class _Standing:
    """Statements that are made already, with the id of the most trusted that makes each."""

    def __init__(self) -> None:
        self._held: dict[Statement, tuple[int, str]] = {}

    def add(self, statement: Statement, id_: str, trust: Trust) -> None:
        """Take one in. An undated statement is made by a dated one, too."""
        for key in {statement, (*statement[:2], None)}:
            if key not in self._held or self._held[key][0] < trust.weight:
                self._held[key] = trust.weight, id_

    def get(self, offer: Judged) -> str | None:
        """Id of what makes the statement already, for sources or without.

        Of what fills a slot only what is trusted as much: it may be what others are measured by.
        """
        own = _statement(offer.fingerprint, offer.draft, offer.slots)
        least = offer.trust.weight if offer.slots and is_statement(offer.draft) else 0
        for key in (own, (own[0], frozenset[str](), own[2])):
            weight, id_ = self._held.get(key, (-1, ""))
            if weight >= least:
                return id_
        return None


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
        standing, doubted = self._standing(offers, taken)
        retold = self._retold(offers)
        answers: list[Written] = []
        fresh: dict[str, Judged] = {}
        for place, offer in enumerate(offers):
            own = _statement(offer.fingerprint, offer.draft, offer.slots)
            same = standing.get(offer)
            if same is None and offer.doubt is not None:
                # What is believed is never taken for what is not.
                same = doubted.get(own)
            if offer.id in taken or offer.id in fresh:
                if same != offer.id and not self._same_content(offer, taken):
                    raise AlreadyExists(
                        f"memories[{place}].id is taken by a memory with other content; nothing "
                        "was stored. Change the id, or PATCH the memory."
                    )
                answers.append(Written(offer.id, Event.DUPLICATE))
            elif same is not None:
                answers.append(Written(same, Event.DUPLICATE))
            elif offer.doubt is not None:
                doubted[own] = offer.id
                fresh[offer.id] = offer
                answers.append(Written(offer.id, Event.QUARANTINED, reason=offer.doubt))
            elif (before := retold.before(offer.draft)) is not None:
                answers.append(Written(before[0], Event.DUPLICATE, reason=before[1]))
            else:
                standing.add(own, offer.id, offer.trust)
                fresh[offer.id] = offer
                retold.add(offer.id, offer.draft)
                answers.append(Written(offer.id, Event.ADDED))
        return answers, list(fresh.values())

    def _retold(self, offers: Sequence[Judged]) -> Retold:
        is_off = self._agent.settings.admission is Admission.OFF
        drafts = [one.draft for one in offers if one.doubt is None and not is_off]
        return Retold(self._tx, self._agent, self._index, drafts, self._shown, is_off=is_off)

    def _standing(
        self, offers: Sequence[Judged], taken: dict[str, int]
    ) -> tuple[_Standing, dict[Statement, str]]:
        """Statements that a current memory makes already, with its id; those in quarantine."""
        numbers = set(taken.values())
        for offer in offers:
            if self._index is not None:
                numbers.update(self._index.find(offer.draft))
            noted = self._tx.noted((self._agent.agent_key, offer.fingerprint))
            if noted is not None:
                numbers.add(noted)
        standing = _Standing()
        doubted: dict[Statement, str] = {}
        for memory in self._shown(sorted(numbers)):
            own = _statement(fingerprint(memory), memory, memory.slots)
            if memory.status in SEARCHED:
                standing.add(own, memory.id, memory.trust)
            elif memory.status is Status.QUARANTINED:
                doubted.setdefault(own, memory.id)
        return standing, doubted

    def _shown(self, numbers: Sequence[int]) -> list[Memory]:
        """The memories as readers see them."""
        held = self._opened(numbers)
        fading = self._fading() if held else Fading()
        # What has faded no search finds: who says it again is to find it.
        return [fading.shown(memory, self._now) for memory in held]

    def _fading(self) -> Fading:
        policies = self._agent.settings.decay
        if self._index is None:
            return bounded(policies)
        return bounded(policies, self._index.cutoffs(policies.budgets, self._now))

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
    doubted = {row.id for row in rows if row.status == Status.QUARANTINED}
    for place, one in enumerate(offers):
        if not trusts.keys() >= set(one.draft.source_ids):
            raise InvalidRequest.at(
                f"memories.{place}.source_ids", "names a memory that this agent does not have"
            )
    return [
        replace(
            one,
            sources=tuple(sorted({numbers[source] for source in one.draft.source_ids})),
            trust=least_trust(
                [one.draft.trust, *(trusts[source] for source in one.draft.source_ids)]
            ),
            doubt=None if doubted.isdisjoint(one.draft.source_ids) else FROM_QUARANTINE,
        )
        for one in offers
    ]
