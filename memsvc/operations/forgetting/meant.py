"""Whom a written request means: by identities, by registered names, by display names.

Everybody who may be meant is found, so that namesakes are told apart by whoever asks, not by
chance. A name that only texts hold is nobody's here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from memsvc.core.names.written import words_of
from memsvc.core.naming import Person
from memsvc.core.people import Mention, Names, looks_like_a_name, name_key
from memsvc.operations import indexing
from memsvc.operations.forgetting.people import (
    Subject,
    name_token,
    opened_aliases,
    subject_of,
)
from memsvc.operations.sealed import opened
from memsvc.runtime import Runtime
from memsvc.store import agents, aliases, memories, roster, selections
from memsvc.store.agents import Agent
from memsvc.store.aliases import AliasRow
from memsvc.store.memories import CHUNK
from memsvc.store.transaction import Tx

AGENTS = 200
"""Agents asked for names at most."""
NAMES_OPENED = 5_000
"""Registered names of the tenant among which parts are looked for; of more, whole names alone."""
SPOKEN = 5_000
"""Memories of one agent that are opened for their speakers at most, the newest first."""
OPENED = 20_000
"""Memories opened for their speakers at most."""
_LONGEST_NAME = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a name or identity, as `written`, may mean.

    Without an identity, `subject` has names alone: somebody who only speaks.
    """

    written: str
    subject: Subject

    @property
    def subject_id(self) -> str | None:
        """What an order may call them; None for somebody who only speaks."""
        identities = self.subject.person.identities
        return identities[0] if identities else None


class TenantPeople:
    """The people of a tenant's agents, or of one of them, as `core.plain_request` asks for them."""

    def __init__(self, runtime: Runtime, tenant: str, agent_id: str | None, text: str) -> None:
        self._runtime, self._tenant = runtime, tenant
        with runtime.database.snapshot() as tx:
            self.agents, self.complete = _agents(tx, tenant, agent_id)
            rows, every = _registered(runtime, tx, tenant, text)
            self._registered = list(zip(rows, opened_aliases(runtime, tx, rows), strict=True))
        self.complete &= every
        self._indexes = [(one, indexing.current(runtime, one)) for one in self.agents]
        self._is_one = agent_id is not None
        self._left = OPENED
        self._names = Names()
        self._names.add([], [name for _, name in self._registered])

    def mentions(self, query: str) -> list[Mention]:
        """The names that somebody in the tenant is known by, the longest where they overlap."""
        found = set(self._names.mentions(query))
        for _, index in self._indexes:
            found.update(index.mentions(query))
        apart: list[Mention] = []
        for one in sorted(found, key=lambda one: (one.start - one.end, one.start, not one.speaks)):
            if all(one.end <= other.start or other.end <= one.start for other in apart):
                apart.append(one)
        return sorted(apart)

    def candidates(self, written: str) -> list[Candidate]:
        """Who may be meant, nobody twice; an identity that nobody has means itself."""
        found: list[Subject] = []
        with self._runtime.database.snapshot() as tx:
            named = self._named(written) if looks_like_a_name(written) else []
            for one in (*self._spelt(written), *named):
                subject = subject_of(self._runtime, tx, self._tenant, one)
                if self._is_known(tx, subject):
                    found.append(subject)
            numbers = self._registered_as(written)
            rows = aliases.rows_of(tx, self._tenant, numbers) if numbers else []
            ids = {row.subject_no: row for row in rows if row.kind == aliases.IDENTITY}
            for identity in opened_aliases(self._runtime, tx, list(ids.values())):
                found.append(subject_of(self._runtime, tx, self._tenant, identity))
            found = _distinct(found)
            if self._is_one:
                here = [one for one in found if self._is_here(tx, one)]
                found = here or found
            if not found and not looks_like_a_name(written):
                found = [subject_of(self._runtime, tx, self._tenant, written)]
        if not found and self._only_speaks(written):
            found = [Subject(Person((), (written,)), (), ())]
        return [Candidate(written, one) for one in found]

    def _spelt(self, written: str) -> Iterator[str]:
        """The ways in which an id may say it."""
        key = name_key(written)
        keys = [key, *(one.name for one in self.mentions(written))]
        spelt = [written, written.casefold(), written.removeprefix("@")]
        for one in dict.fromkeys(filter(None, keys)):
            spelt += [one, one.title(), *(one.replace(" ", joint) for joint in "_.-")]
        yield from dict.fromkeys(spelt)

    def _registered_as(self, written: str) -> list[int]:
        wanted = _bare(written)
        return sorted({row.subject_no for row, name in self._registered if wanted <= _bare(name)})

    def _is_known(self, tx: Tx, subject: Subject) -> bool:
        if subject.subject_nos:
            return True
        known = selections.of_people_by_agent(tx, subject.tokens)
        return bool(selections.agents_of(tx, self._tenant, known))

    def _is_here(self, tx: Tx, subject: Subject) -> bool:
        known = selections.of_people_by_agent(tx, subject.tokens)
        return any(one.agent_key in known for one in self.agents)

    def _named(self, written: str) -> list[str]:
        """User ids of those who speak under the name, or under one of which it is a part."""
        said = (user for _, user in self._speakers(written) if user is not None)
        return list(dict.fromkeys(said))

    def _only_speaks(self, written: str) -> bool:
        return any(user is None for _, user in self._speakers(written))

    def _speakers(self, written: str) -> Iterator[tuple[str, str | None]]:
        """Display names with the user ids of whose memories they are."""
        wanted = _bare(written)
        for agent, index in self._indexes:
            numbers = index.naming(written.split()) if wanted else []
            self.complete &= len(numbers) <= SPOKEN
            for start in range(0, min(len(numbers), SPOKEN), CHUNK):
                if self._left <= 0:
                    self.complete = False
                    return
                newest = numbers[::-1][start : start + CHUNK]
                with self._runtime.database.snapshot() as tx:
                    rows = memories.by_numbers(tx, agent.agent_key, newest)
                    found = opened(self._runtime.keyring, tx, agent, rows)
                self._left -= len(found)
                for one in found:
                    if one.speaker and wanted <= _bare(one.speaker):
                        yield one.speaker, one.user_id


def _agents(tx: Tx, tenant: str, agent_id: str | None) -> tuple[list[Agent], bool]:
    if agent_id is not None:
        found = agents.find(tx, tenant, agent_id)
        return ([] if found is None else [found]), True
    keys = roster.agents_after(tx, tenant, "", AGENTS + 1)
    return [agents.by_key(tx, one) for one in keys[:AGENTS]], len(keys) <= AGENTS


def _registered(runtime: Runtime, tx: Tx, tenant: str, text: str) -> tuple[list[AliasRow], bool]:
    """Registered names that the text may hold; whether parts of names were looked for, too."""
    rows = roster.names(tx, tenant, NAMES_OPENED + 1)
    if len(rows) <= NAMES_OPENED:
        return rows, True
    words = text.split()
    runs = {
        name_token(runtime, tenant, run)
        for at in range(len(words))
        for length in range(1, _LONGEST_NAME + 1)
        if name_key(run := " ".join(words[at : at + length]))
    }
    return roster.named(tx, tenant, sorted(runs)), False


def _bare(name: str) -> frozenset[str]:
    """The words of a name, folded, without accents; of none in a script without spaces, itself."""
    return frozenset(one.bare for one in words_of(name)) or frozenset(filter(None, [name.strip()]))


def _distinct(subjects: Iterable[Subject]) -> list[Subject]:
    found: list[Subject] = []
    for one in subjects:
        if not any(set(one.tokens) & set(other.tokens) for other in found):
            found.append(one)
    return found


def several(candidates: Sequence[Sequence[Candidate]]) -> bool:
    """Whether some name means several people."""
    return any(len(one) > 1 for one in candidates)
