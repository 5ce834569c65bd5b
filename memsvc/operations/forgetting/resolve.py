"""Resolve: from an order to the memories it means, by agent, with all that follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from memsvc.core.erasure import Closure
from memsvc.core.forget_request import Act, ForgetScope
from memsvc.core.naming import Person
from memsvc.core.order import Chosen, Derived, Order, Selector
from memsvc.operations.forgetting.people import Subject, subject_of
from memsvc.operations.reach import Erased, reach
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Safe
from memsvc.store import agents, memories, restrictions, selections, subjects
from memsvc.store.agents import Agent
from memsvc.store.identities import SESSIONS
from memsvc.store.transaction import Tx

SPEAKERS_READ = 64
"""Of so many of a person's memories the display names are read."""
AGENTS_READ = 200
"""In so many agents."""


@dataclass(frozen=True, slots=True)
class Part:
    """What an order means for one agent: numbers of memories, and who is erased.

    What is redacted may be among the demoted, too. `retold` are those to be derived anew because of
    nothing but other words of what they rest on.
    """

    agent: Agent
    roots: tuple[int, ...]
    doomed: Closure
    redacted: tuple[int, ...] = ()
    erased: Erased = field(default_factory=Erased)
    retold: tuple[int, ...] = ()

    @property
    def acts(self) -> Mapping[int, Act]:
        """What is to become of each memory."""
        both = set(self.redacted).intersection(self.doomed.demoted)
        return {
            **dict.fromkeys(self.doomed.demoted, Act.DEMOTE),
            **dict.fromkeys(self.redacted, Act.REDACT),
            **dict.fromkeys(both, Act.REDACT_DEMOTED),
            **dict.fromkeys(self.doomed.rederived, Act.REDERIVE),
            **dict.fromkeys(self.doomed.erased, Act.ERASE),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What an order comes to at this moment; agents in order of their ids."""

    parts: tuple[Part, ...]
    subjects: tuple[Subject, ...] = ()

    @property
    def people(self) -> tuple[Person, ...]:
        """Who is erased, as words may show it."""
        return tuple(one.person for one in self.subjects)

    @property
    def counts(self) -> dict[str, int]:
        """How much it is, by what becomes of it."""
        erased = sum(len(part.doomed.erased) for part in self.parts)
        roots = sum(len(part.roots) for part in self.parts)
        return {
            "agents": len(self.parts),
            "memories": roots,
            "derived": erased - roots,
            "demoted": sum(len(part.doomed.demoted) for part in self.parts),
            "rederived": sum(len(part.doomed.rederived) for part in self.parts),
            "redacted": sum(len(part.redacted) for part in self.parts),
        }


def resolve(safe: Safe, tx: Tx, tenant: str, order: Order, *, lock: bool) -> Plan:
    """What the order means now; `lock` holds every agent it touches until the commit."""
    selector = order.selector
    subjects = tuple(subject_of(safe, tx, tenant, one) for one in selector.subject_ids)
    chosen = _chosen(selector.chosen)
    parts = []
    for agent, people in _agents(tx, tenant, selector, subjects, chosen, lock=lock):
        part = _part(safe, tx, agent, order, subjects, people, chosen.get(agent.agent_id, ()))
        if part is not None:
            parts.append(part)
    return Plan(tuple(parts), subjects)


def _chosen(chosen: Iterable[Chosen]) -> dict[str, list[Chosen]]:
    by_agent: dict[str, list[Chosen]] = {}
    for one in chosen:
        by_agent.setdefault(one.agent_id, []).append(one)
    return by_agent


def _agents(
    tx: Tx,
    tenant: str,
    selector: Selector,
    subjects: Sequence[Subject],
    chosen: Mapping[str, Sequence[Chosen]],
    *,
    lock: bool,
) -> list[tuple[Agent, Sequence[int]]]:
    """Agents that the order may touch, in order of their ids, each with the people it knows."""
    tokens = {token for one in subjects for token in one.tokens}
    people = selections.of_people_by_agent(tx, tokens) if tokens else {}
    ids = {*chosen, *filter(None, [selector.agent_id])}
    named = {one.agent_key for id_ in ids if (one := agents.find(tx, tenant, id_)) is not None}
    keys = selections.agents_of(tx, tenant, {*people, *named})
    found = [agents.by_key(tx, key, lock=lock) for key in keys]
    if selector.agent_id is not None and subjects:
        found = [one for one in found if one.agent_id in ids]
    return [(one, people.get(one.agent_key, ())) for one in found]


def _part(
    safe: Safe,
    tx: Tx,
    agent: Agent,
    order: Order,
    subjects: Sequence[Subject],
    people: Sequence[int],
    chosen: Sequence[Chosen],
) -> Part | None:
    taken = {one.memory_id: one.act for one in chosen}
    numbers = memories.numbers_of(tx, agent.agent_key, list(taken))
    roots = set(_roots(safe, tx, agent, order.selector, people))
    roots.update(numbers[id_] for id_, act in taken.items() if act is Act.ERASE and id_ in numbers)
    redacted = {numbers[id_] for id_, act in taken.items() if act is Act.REDACT and id_ in numbers}
    # What is beyond return already is nobody's any more, to keep or to count.
    beyond = restrictions.doomed_among(tx, agent.agent_key, sorted(roots | redacted))
    roots, redacted = roots - beyond, redacted - beyond
    whole = order.selector.scope is ForgetScope.ENVIRONMENT
    if not roots and not redacted and not whole:
        return None
    named = with_speakers(safe, tx, agent, subjects, sorted(roots) if people else ())
    erased = Erased(named, derived_too=order.derived is Derived.DELETE)
    without = reach(safe, tx, agent, sorted(roots), erased)
    redacted -= set(without.erased) | set(without.rederived)
    doomed = reach(safe, tx, agent, sorted(roots), erased, sorted(redacted))
    retold = set(doomed.rederived) - set(without.rederived)
    redacted -= set(doomed.erased) | retold
    return Part(
        agent,
        tuple(sorted(roots)),
        doomed,
        tuple(sorted(redacted)),
        erased,
        tuple(sorted(retold)),
    )


def _roots(
    safe: Safe, tx: Tx, agent: Agent, selector: Selector, people: Sequence[int]
) -> Sequence[int]:
    if selector.subject_ids:
        found = selections.named_by(tx, agent.agent_key, people) if people else []
        narrowed = bool(selector.session_ids or selector.since or selector.until)
        return sorted(set(found) & set(_within(safe, tx, agent, selector))) if narrowed else found
    if agent.agent_id != selector.agent_id:
        return []
    if selector.memory_ids:
        numbers = memories.numbers_of(tx, agent.agent_key, selector.memory_ids)
        return sorted(numbers.values())
    return _within(safe, tx, agent, selector)


def _within(safe: Safe, tx: Tx, agent: Agent, selector: Selector) -> list[int]:
    sessions = None
    if selector.session_ids:
        tokens = [
            safe.keyring.token(agent.tenant, SESSIONS.number, one) for one in selector.session_ids
        ]
        sessions = selections.of_sessions(tx, agent.agent_key, tokens)
    return selections.within(tx, agent.agent_key, sessions, selector.since, selector.until)


def with_speakers(
    safe: Safe, tx: Tx, agent: Agent, subjects: Sequence[Subject], roots: Sequence[int]
) -> list[Person]:
    """The people, each with the display names under which their own memories were said.

    A damaged memory tells no name; it is erased like the others.
    """
    rows = (
        memories.by_numbers(tx, agent.agent_key, roots[:SPEAKERS_READ], restricted=True)
        if roots
        else []
    )
    said = sparing(safe.keyring, agent, rows, partial(opened, safe.keyring, tx, agent))
    return [
        replace(
            one.person,
            names=tuple(
                dict.fromkeys(
                    [
                        *one.person.names,
                        *(
                            memory.speaker
                            for memory in said
                            if memory.speaker and memory.user_id in one.person.identities
                        ),
                    ]
                )
            ),
        )
        for one in subjects
    ]


def as_spoken(safe: Safe, tx: Tx, tenant: str, subject: Subject) -> Person:
    """The person with the display names under which their memories were said in any agent."""
    known = selections.of_people_by_agent(tx, subject.tokens) if subject.tokens else {}
    names = dict.fromkeys(subject.person.names)
    for agent_key in selections.agents_of(tx, tenant, known)[:AGENTS_READ]:
        said = sorted(subjects.from_people(tx, agent_key, known[agent_key]))
        agent = agents.by_key(tx, agent_key)
        [person] = with_speakers(safe, tx, agent, [subject], said)
        names |= dict.fromkeys(person.names)
    return replace(subject.person, names=tuple(names))
