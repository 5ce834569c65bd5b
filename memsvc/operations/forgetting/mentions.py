"""Mentions: memories of others that name somebody, wherever in the tenant they are.

An order selects what came from people and what is marked as about them. What merely names them is
found here and left to whoever orders: each mention is a proposal, with how sure it is.

An agent of up to 20,000 memories is opened memory by memory, so that names in metadata, tags and
facts are found, and numbers however they are written. Of a larger one the index tells which texts
and speakers hold the words of a name; what stands elsewhere is not looked at there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from memsvc.core.excerpts import is_little_left, naming_excerpt
from memsvc.core.forget_request import Act
from memsvc.core.memory import Memory
from memsvc.core.names.identities import Identities, is_identity
from memsvc.core.naming import (
    ENOUGH,
    Person,
    Sought,
    confidence_in,
    namings,
    sought,
    words_to_find,
)
from memsvc.core.order import Order
from memsvc.core.people import looks_like_a_name, name_key
from memsvc.operations import indexing
from memsvc.operations.forgetting.people import Subject
from memsvc.operations.forgetting.resolve import as_spoken, resolve
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import agents, memories, roster, selections
from memsvc.store.agents import Agent
from memsvc.store.memories import CHUNK, expired_by
from memsvc.store.transaction import Tx

TOLD = 200
"""Mentions that are told at most, the surest first."""
AGENTS = 200
"""Agents looked at in one go at most."""
SMALL = 20_000
"""Memories of an agent that is opened as a whole."""
OPENED = 50_000
"""Memories opened in one go: with as many, no further agent is begun."""
KEPT = 2_000
"""Memories of one agent that may name somebody at most."""

SHARED = 0.3
"""How sure a name is that somebody else bears, too."""
_SEVERAL_PARTS = 0.7


@dataclass(frozen=True, slots=True)
class Mention:
    """A memory that names somebody; `act` is what suggests itself, None where it is uncertain.

    `happened`: its event time or, without one, when it was recorded. `said`: by nobody in
    particular under their name, so most likely by them. `user_id`: whom it came from, if known.
    """

    agent_key: int
    agent_id: str
    number: int
    memory_id: str
    confidence: float
    excerpt: str
    act: Act | None
    happened: datetime
    said: bool = False
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mentions:
    """Mentions by confidence, agent and age.

    `complete`: all that could be looked at was, and is told. `following` is the agent after which
    to go on, None where all were looked at.
    """

    found: tuple[Mention, ...] = ()
    complete: bool = True
    following: str | None = None


@dataclass(frozen=True, slots=True)
class Whom:
    """People to look for, and by agent what is left out: what is theirs, or selected already."""

    subjects: Sequence[Subject]
    taken: Mapping[int, Collection[int]] = field(default_factory=dict)
    agent_id: str | None = None


def mentions_beside(
    runtime: Runtime, tenant: str, order: Order, after: str = "", limit: int = TOLD
) -> Mentions:
    """Who is named beside what an order selects; nothing for an order that names no people.

    Looks at the agents whose ids come after `after`, or at that of the order alone.
    """
    if not order.selector.subject_ids:
        return Mentions()
    with runtime.database.snapshot() as tx:
        plan = resolve(runtime, tx, tenant, order, lock=False)
    taken = {part.agent.agent_key: set(part.acts) for part in plan.parts}
    whom = Whom(plan.subjects, taken, order.selector.agent_id)
    return find_mentions(runtime, tenant, whom, after, limit)


def find_mentions(
    runtime: Runtime, tenant: str, whom: Whom, after: str = "", limit: int = TOLD
) -> Mentions:
    """The memories of others that name these people, in the tenant's agents or in one."""
    with runtime.database.snapshot() as tx:
        keys = _agents(tx, tenant, whom, after)
        people = [as_spoken(runtime, tx, tenant, one) for one in whom.subjects]
        tokens = {token for one in whom.subjects for token in one.tokens}
        known = selections.of_people_by_agent(tx, tokens) if tokens else {}
    found: list[Mention] = []
    complete, following, left = True, None, OPENED
    for at, agent_key in enumerate(keys[:AGENTS]):
        with runtime.database.snapshot() as tx:
            agent = agents.any_by_key(tx, agent_key)
            held = 0 if agent is None else memories.count(tx, agent_key)
        if agent is None:
            continue
        look = _Look(runtime, agent, people, is_small=held <= SMALL)
        found += look.mentions(known.get(agent_key, ()), whom.taken.get(agent_key, ()))
        complete &= look.complete
        left -= look.opened
        if (left <= 0 or at + 1 == AGENTS) and at + 1 < len(keys):
            complete, following = False, agent.agent_id
            break
    found.sort(key=lambda one: (-one.confidence, one.agent_id, one.number))
    return Mentions(tuple(found[:limit]), complete and len(found) <= limit, following)


def _agents(tx: Tx, tenant: str, whom: Whom, after: str) -> list[int]:
    if whom.agent_id is None:
        return roster.agents_after(tx, tenant, after, AGENTS + 1)
    agent = agents.find(tx, tenant, whom.agent_id)
    return [] if agent is None else [agent.agent_key]


class _Look:
    """One agent, looked through for people."""

    def __init__(
        self, runtime: Runtime, agent: Agent, people: Sequence[Person], *, is_small: bool
    ) -> None:
        self._runtime, self._agent, self._is_small = runtime, agent, is_small
        self._plain = [sought(one) for one in people]
        self._strangers: set[str] = set()
        self.complete = True
        self.opened = 0

    def mentions(self, people: Sequence[int], taken: Collection[int]) -> Iterator[Mention]:
        """The mentions, but for memories of or about these people, and those `taken`."""
        with self._runtime.database.snapshot() as tx:
            own = selections.named_by(tx, self._agent.agent_key, people) if people else []
        numbers = sorted(self._candidates() - set(own) - set(taken))
        named: list[Memory] = []
        for memory in self._opened(numbers):
            self._strangers.update(_others_in(memory, self._plain))
            if any(confidence_in(memory, who) > 0.0 for who in self._plain):
                named.append(memory)
                if len(named) == KEPT:
                    self.complete = False
                    break
        if not self._is_small:
            self._strangers.update(self._known_in(named))
        return self._judged(named)

    def _candidates(self) -> set[int]:
        if self._is_small:
            with self._runtime.database.snapshot() as tx:
                return set(selections.within(tx, self._agent.agent_key, None, None, None))
        self.complete = False
        index = indexing.current(self._runtime, self._agent)
        rows = dict.fromkeys(words for who in self._plain for words in words_to_find(who))
        return {number for words in rows for number in index.naming(words)}

    def _opened(self, numbers: Sequence[int]) -> Iterator[Memory]:
        """The memories, 500 at once, none that is held back or whose time is over."""
        runtime, now = self._runtime, self._runtime.clock.now()
        for start in range(0, len(numbers), CHUNK):
            with runtime.database.snapshot() as tx:
                agent = agents.any_by_key(tx, self._agent.agent_key)
                if agent is None:
                    return
                chunk = numbers[start : start + CHUNK]
                rows = memories.by_numbers(tx, agent.agent_key, chunk)
                rows = [one for one in rows if not expired_by(one, now)]
                opens = partial(opened, runtime.keyring, tx, agent)
                found = sparing(runtime.keyring, agent, rows, opens)
            self.opened += len(found)
            yield from found

    def _known_in(self, named: Iterable[Memory]) -> Iterator[str]:
        index = indexing.current(self._runtime, self._agent)
        own = {name_key(name) for who in self._plain for name in who.person.names}
        for memory in named:
            yield from (one.name for one in index.mentions(memory.content) if one.name not in own)

    def _judged(self, named: Iterable[Memory]) -> Iterator[Mention]:
        strangers = frozenset(self._strangers)
        people = [sought(who.person, strangers) for who in self._plain]
        for memory in named:
            sure = [(_confidence(memory, who, strangers), who) for who in people]
            confidence, who = max(sure, key=lambda one: one[0])
            if confidence > 0.0:
                yield Mention(
                    self._agent.agent_key,
                    self._agent.agent_id,
                    memory.number,
                    memory.id,
                    confidence,
                    naming_excerpt(memory, who),
                    _suggested(memory, who) if confidence >= ENOUGH else None,
                    memory.event_time or memory.created_at,
                    _is_said_by(memory, who),
                    memory.user_id,
                )


def _others_in(memory: Memory, people: Sequence[Sought]) -> Iterator[str]:
    """Folded names of people whom a memory comes from or is about, and who are none of these."""
    ours = [who.identities for who in people]
    own = {name_key(name) for who in people for name in who.person.names}
    if memory.speaker and not _is_ours(memory.user_id, ours):
        key = name_key(memory.speaker)
        # Said under the name, and by nobody in particular: most likely it was them.
        if key not in own or memory.user_id is not None:
            yield key
    fact = [memory.fact.subject] if memory.fact else []
    for one in filter(None, [memory.user_id, *memory.subject_ids, *fact]):
        if looks_like_a_name(one) and not _is_ours(one, ours) and name_key(one) not in own:
            yield name_key(one)


def _is_ours(identity: str | None, ours: Iterable[Identities]) -> bool:
    return identity is not None and any(is_identity(identity, one) for one in ours)


def _confidence(memory: Memory, who: Sought, strangers: frozenset[str]) -> float:
    """How sure it names them; less where somebody else in the agent has the very same name."""
    confidence = confidence_in(memory, who)
    shared = {name_key(name) for name in who.person.names} & strangers
    if any(" " in one for one in shared):
        # Only what no namesake shares is sure.
        by_ids = confidence_in(memory, Person(who.person.identities))
        return max(by_ids, min(confidence, SHARED))
    if shared and confidence < _SEVERAL_PARTS:
        return min(confidence, SHARED)
    return confidence


def _suggested(memory: Memory, who: Sought) -> Act:
    """Erase what is little without the name, or is about them as a whole; redact the rest."""
    about = namings(memory.fact.subject, who) if memory.fact else []
    is_about = any(one.confidence >= ENOUGH for one in about)
    if is_about or _is_said_by(memory, who) or is_little_left(memory, who):
        return Act.ERASE
    return Act.REDACT


def _is_said_by(memory: Memory, who: Sought) -> bool:
    if memory.user_id is not None or memory.speaker is None:
        return False
    return any(one.confidence >= ENOUGH for one in namings(memory.speaker, who))
