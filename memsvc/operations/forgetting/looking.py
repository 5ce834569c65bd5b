"""What a written request means: memories of the people, and an order for those that are certain.

Times and sessions leave memories out; a topic says how surely each is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from memsvc.core.forget_request import Act
from memsvc.core.memory import Memory
from memsvc.core.order import Chosen, Order, OrderMode, Selector
from memsvc.core.plain.meaning import Relation
from memsvc.core.plain_request import Proposal
from memsvc.core.quoting import shortened
from memsvc.core.temporal import EARLIEST, LATEST, Interval
from memsvc.core.topics import Level, asked
from memsvc.embedding.protocol import Vectors
from memsvc.operations import indexing
from memsvc.operations.forgetting.meant import Candidate, TenantPeople
from memsvc.operations.forgetting.mentions import Mention, Whom, find_mentions
from memsvc.operations.forgetting.on_topic import OnTopic, TopicEyes
from memsvc.operations.forgetting.resolve import resolve
from memsvc.operations.sealed import keys_of, opened, opened_vectors
from memsvc.runtime import Runtime
from memsvc.store import memories, selections, subjects
from memsvc.store.agents import Agent
from memsvc.store.identities import SESSIONS
from memsvc.store.memories import CHUNK, expired_by
from memsvc.store.transaction import Tx

LOOKED = 10_000
"""Memories of the people that are looked at most, and that an order names one by one."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A memory that a request means, as far as can be told."""

    agent_key: int
    agent_id: str
    number: int
    memory_id: str
    excerpt: str
    on_topic: OnTopic
    happened: datetime


class Looking:
    """A request that was read, on its way to the memories it means."""

    def __init__(
        self,
        runtime: Runtime,
        tenant: str,
        people: TenantPeople,
        read: Proposal,
        candidates: Sequence[Candidate],
        agent_id: str | None,
    ) -> None:
        self._runtime, self._tenant, self._people = runtime, tenant, people
        self._read, self._candidates, self._agent_id = read, candidates, agent_id
        self._eyes = TopicEyes(runtime, asked(read.topic)) if read.topic else None
        self._left = LOOKED
        self._others_too = False
        self.complete = True

    def found(self) -> list[Meant]:
        """The people's own memories, and those marked as about them, as the request asks."""
        tokens = {token for one in self._candidates for token in one.subject.tokens}
        with self._runtime.database.snapshot() as tx:
            known = selections.of_people_by_agent(tx, tokens) if tokens else {}
        found: list[Meant] = []
        for agent in self._people.agents:
            with self._runtime.database.snapshot() as tx:
                numbers = self._numbers(tx, agent, known.get(agent.agent_key, ()))
            found += self._meant(agent, numbers)
        return sorted(found, key=lambda one: (-one.on_topic.score, one.agent_id, one.number))

    def named(self) -> list[Mention]:
        """Memories of others that name the people, where what is about them is asked for.

        Somebody who has no identity is found by name alone, in what they said, too.
        """
        alone = any(one.subject_id is None for one in self._candidates)
        said = self._read.relation is Relation.FROM
        if not self._candidates or (said and not alone) or self._sessions:
            return []
        whom = Whom([one.subject for one in self._candidates], self._taken(), self._agent_id)
        mentions = find_mentions(self._runtime, self._tenant, whom, limit=LOOKED)
        self.complete &= mentions.complete
        found = [one for one in mentions.found if self._is_in_time(one.happened)]
        if said:
            found = [one for one in found if one.said]
        if self._whole:
            return found
        by_agent: dict[int, list[Mention]] = {}
        for one in found:
            by_agent.setdefault(one.agent_key, []).append(one)
        kept: list[Mention] = []
        for agent in self._people.agents:
            of_agent = {one.number: one for one in by_agent.get(agent.agent_key, ())}
            for meant in self._meant(agent, sorted(of_agent)):
                mention = of_agent[meant.number]
                sure = meant.on_topic.level is Level.CERTAIN and mention.act is not None
                # Not the person is to be forgotten, but what was said of them.
                kept.append(replace(mention, act=Act.ERASE if sure else None))
        return sorted(kept, key=lambda one: (-one.confidence, one.agent_id, one.number))

    def order(self, certain: Sequence[Meant], named: Sequence[Mention]) -> Order | None:
        """An order for what is certain, which waits to be confirmed."""
        chosen = tuple(
            Chosen(one.agent_id, one.memory_id, one.act) for one in named if one.act is not None
        )
        if self._is_by_person:
            selector = replace(self._by_person, chosen=chosen)
        elif not certain and not chosen:
            return None
        elif len({one.agent_id for one in certain}) == 1:
            selector = Selector(
                agent_id=certain[0].agent_id,
                memory_ids=tuple(one.memory_id for one in certain),
                chosen=chosen,
            )
        else:
            of_them = (Chosen(one.agent_id, one.memory_id, Act.ERASE) for one in certain)
            selector = Selector(chosen=(*of_them, *chosen))
        return Order(selector, mode=OrderMode.TWO_PHASE)

    @property
    def _is_by_person(self) -> bool:
        """Whether an order by person comes to what was asked for, and no more."""
        from_alone = self._read.relation is Relation.FROM and self._others_too
        times = len(self._read.intervals) <= 1
        return bool(self._candidates) and self._whole and not from_alone and times

    @property
    def _by_person(self) -> Selector:
        since, until = self._span
        return Selector(
            # A name that is nobody's id selects nothing, and says what is to be redacted.
            subject_ids=tuple(one.subject_id or one.written for one in self._candidates),
            agent_id=self._agent_id,
            session_ids=self._sessions,
            since=since,
            until=until,
        )

    def _taken(self) -> dict[int, set[int]]:
        """What goes with the people, by agent: what was derived from theirs is no mention."""
        if not self._is_by_person:
            return {}
        with self._runtime.database.snapshot() as tx:
            plan = resolve(self._runtime, tx, self._tenant, Order(self._by_person), lock=False)
        return {part.agent.agent_key: set(part.acts) for part in plan.parts}

    @property
    def _sessions(self) -> tuple[str, ...]:
        """Ids; words that place a session in time are none."""
        return tuple(one for one in self._read.sessions if " " not in one)

    @property
    def _whole(self) -> bool:
        """Whether people are meant as a whole, and not what is said of one topic or by others."""
        return self._eyes is None and self._read.relation is not Relation.ABOUT

    @property
    def _span(self) -> tuple[datetime | None, datetime | None]:
        if not self._read.intervals:
            return None, None
        [one] = self._read.intervals
        return (
            None if one.start <= EARLIEST else one.start,
            None if one.end >= LATEST else one.end,
        )

    def _numbers(self, tx: Tx, agent: Agent, people: Sequence[int]) -> list[int]:
        held: set[int] | None = None
        if self._sessions:
            number = SESSIONS.number
            tokens = [
                self._runtime.keyring.token(self._tenant, number, one) for one in self._sessions
            ]
            sessions = selections.of_sessions(tx, agent.agent_key, tokens)
            held = set(selections.within(tx, agent.agent_key, sessions, None, None))
        if not self._read.people:
            return sorted(held or ())
        if not people:
            return []
        spoken = subjects.from_people(tx, agent.agent_key, people)
        told = subjects.about_people(tx, agent.agent_key, people) - spoken
        self._others_too |= bool(told)
        meant = spoken | told
        if self._read.relation is not None and self._read.relation is not Relation.BOTH:
            meant = spoken if self._read.relation is Relation.FROM else told
        return sorted(meant if held is None else meant & held)

    def _meant(self, agent: Agent, numbers: Sequence[int]) -> list[Meant]:
        """Those of the memories that are in time and on topic."""
        index = indexing.current(self._runtime, agent) if self._eyes and numbers else None
        found: list[Meant] = []
        for start in range(0, len(numbers), CHUNK):
            if self._left <= 0:
                self.complete = False
                break
            held = self._opened(agent, numbers[start : start + CHUNK])
            self._left -= len(held)
            if self._eyes is None or index is None:
                levels = [OnTopic(Level.CERTAIN, 1.0)] * len(held)
            else:
                levels = self._eyes.look(
                    index, [one for one, _ in held], [vectors for _, vectors in held]
                )
            found += [
                _meant(agent, one, level)
                for (one, _), level in zip(held, levels, strict=True)
                if level.level is not Level.OUT
            ]
        return found

    def _opened(self, agent: Agent, numbers: Sequence[int]) -> list[tuple[Memory, Vectors]]:
        runtime, now = self._runtime, self._runtime.clock.now()
        dimension = runtime.embedder.identity.dimension
        with runtime.database.snapshot() as tx:
            rows = memories.some_with_vectors(tx, agent.agent_key, numbers)
            rows = [one for one in rows if not expired_by(one, now)]
            rows = [one for one in rows if self._is_in_time(one.event_time or one.created_at)]
            keys = keys_of(runtime.keyring, agent, rows)
            found = {one.number: one for one in opened(runtime.keyring, tx, agent, rows, keys)}
        held = []
        for row in sorted(rows, key=lambda row: row.number):
            vectors = opened_vectors(runtime.keyring, keys, agent, row, dimension)
            if vectors is not None and row.number in found:
                held.append((found[row.number], vectors))
        return held

    def _is_in_time(self, happened: datetime) -> bool:
        times: Sequence[Interval] = self._read.intervals
        return not times or any(one.start <= happened < one.end for one in times)


def _meant(agent: Agent, memory: Memory, on_topic: OnTopic) -> Meant:
    return Meant(
        agent.agent_key,
        agent.agent_id,
        memory.number,
        memory.id,
        shortened(memory.content),
        on_topic,
        memory.event_time or memory.created_at,
    )
