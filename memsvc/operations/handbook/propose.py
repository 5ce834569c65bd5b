"""Propose: behaviors are put forward, all of them or none, and what says the same becomes one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import product

from memsvc.core.access import Scope
from memsvc.core.handbook.admission import MERGED_FROM, merged
from memsvc.core.handbook.line import Line, words_of
from memsvc.core.handbook.wording import draft_of
from memsvc.core.memory import Draft
from memsvc.embedding.protocol import Vectors
from memsvc.errors import AlreadyExists
from memsvc.operations.handbook.book import Book, load
from memsvc.operations.handbook.record import Noted, Recording, note
from memsvc.operations.handbook.sources import sources_among
from memsvc.operations.handbook.wordings import store_wordings
from memsvc.operations.once import Once, remember, replayed
from memsvc.operations.suppress import suppressed
from memsvc.operations.write import locked_agent
from memsvc.runtime import Runtime
from memsvc.store.agents import Agent
from memsvc.store.handbook_changes import What
from memsvc.store.transaction import Tx

ONE = ""
"""Path of a line that is all of a request."""


class Fate(StrEnum):
    """What became of a proposal."""

    PROPOSED = "proposed"
    """It is a line of its own."""
    SUPPORTED = "supported"
    """A line said so already, and rests on these traces too by now."""
    MERGED = "merged"
    """A line of another name says it, and rests on these traces too by now."""
    KNOWN = "known"
    """It was proposed with the same traces before."""
    SUPPRESSED = "suppressed"
    """It was forgotten, or is held back, on request."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """Lines put forward together by a key; `tokens` is what finding them took.

    `path` is where each stands in the request, empty for a line that is all of it. `still_holds` is
    called in the transaction, the agent being locked, and raises where what they were found in is
    not as it was.
    """

    lines: Sequence[Line]
    actor: str
    tokens: int = 0
    path: str = "behaviors.{place}."
    still_holds: Callable[[Tx, Agent], None] | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one proposal: the name of the line that it stands in, and that line.

    `memory_id` is that of the memory with the line's words.
    """

    name: str
    fate: Fate
    line: Line | None
    memory_id: str | None


@dataclass(frozen=True, slots=True)
class _Embedded:
    """A line with the vectors of its words, of shape (pieces, dimension)."""

    line: Line
    vectors: Vectors


def propose(
    runtime: Runtime, scope: Scope, proposals: Proposals, once: Once | None = None
) -> list[Answered]:
    """Put lines forward, all or none, as one version; one answer for each, in order.

    A line that another name says in nearly the same words is merged into it. Raises InvalidRequest
    for a source that is no trace of the agent, and AlreadyExists where a line of that name stands
    with other words; and what `still_holds` raises.
    """
    lines = proposals.lines
    vectors = runtime.embedder.embed([line.instruction for line in lines]) if lines else []
    offers = [_Embedded(line, found) for line, found in zip(lines, vectors, strict=True)]
    work = partial(_propose, runtime, scope, proposals, offers, once)
    return runtime.database.write(work, scope.about)


def _propose(
    runtime: Runtime,
    scope: Scope,
    proposals: Proposals,
    offers: Sequence[_Embedded],
    once: Once | None,
    tx: Tx,
) -> list[Answered]:
    agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
    if once is not None and (told := replayed(runtime, tx, agent, once)) is not None:
        return _answered_before(load(runtime, tx, agent), proposals, told)
    if proposals.still_holds is not None:
        proposals.still_holds(tx, agent)
    path = proposals.path + "source_trace_ids.{at}"
    sources = sources_among(runtime, tx, agent, proposals.lines, path)
    drafts = [
        draft_of(line, secrets.token_hex(16), [sources[id_] for id_ in line.source_ids])
        for line in proposals.lines
    ]
    book = load(runtime, tx, agent)
    fates = _fates(runtime, tx, agent, proposals, book, drafts)
    names = [line.name for line in proposals.lines]
    stored = [place for place, fate in enumerate(fates) if fate in (Fate.PROPOSED, Fate.SUPPORTED)]
    if stored:
        into = _store(runtime, tx, agent, proposals, [(offers[at], drafts[at]) for at in stored])
        for place in stored:
            if names[place] in into:
                fates[place], names[place] = Fate.MERGED, into[names[place]]
        book = load(runtime, tx, agent)
    answers = _answers(book, zip(names, fates, strict=True))
    if once is not None:
        # The id of a memory with the words: a name says something, and would outlive what it names.
        remember(runtime, tx, agent, once, [(one.memory_id, one.fate.value) for one in answers])
    return answers


def _answered_before(
    book: Book, proposals: Proposals, told: Sequence[tuple[str | None, str]]
) -> list[Answered]:
    """The answers to a request that is repeated, so far as what they name is still there."""
    names = {one.memory.id: one.line.name for one in book.wordings.values()}
    return _answers(
        book,
        [
            (names.get(id_ or "", line.name), Fate(fate))
            for line, (id_, fate) in zip(proposals.lines, told, strict=True)
        ],
    )


def _answers(book: Book, told: Iterable[tuple[str, Fate]]) -> list[Answered]:
    answers = []
    for name, fate in told:
        line = book.lines.get(name)
        memory_id = None if line is None else book.memory_of(line).id
        answers.append(Answered(name, fate, line, memory_id))
    return answers


def _fates(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    proposals: Proposals,
    book: Book,
    drafts: Sequence[Draft],
) -> list[Fate]:
    """What becomes of each line, but for mergers; raises AlreadyExists for a name that is taken."""
    fates = []
    for place, line in enumerate(proposals.lines):
        standing = book.standing(line.name)
        if standing is not None and words_of(standing) != words_of(line):
            raise AlreadyExists(
                f"{proposals.path.format(place=place)}name is taken by a behavior with other "
                "words; nothing was stored. Take another name, or PATCH that behavior."
            )
        fates.append(Fate.PROPOSED if standing is None else _support(book, line))
    for place in suppressed(runtime, tx, agent, drafts):
        fates[place] = Fate.SUPPRESSED
    return fates


def _support(book: Book, line: Line) -> Fate:
    """What becomes of a line whose words stand already."""
    same = [one.line for one in book.wordings.values() if words_of(one.line) == words_of(line)]
    # What rests on other traces is kept apart, or forgetting the first would lose the second.
    is_known = any(set(one.source_ids) == set(line.source_ids) for one in same)
    return Fate.KNOWN if is_known else Fate.SUPPORTED


def _store(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    proposals: Proposals,
    stored: Sequence[tuple[_Embedded, Draft]],
) -> dict[str, str]:
    """Store wordings and what happened; by name, into which lines some were merged."""
    worded = [(draft, offer.vectors) for offer, draft in stored]
    numbers, unsound = store_wordings(runtime, tx, agent, worded)
    noted = [Noted(What.PROPOSED, number=number) for number in numbers]
    into: dict[str, str] = {}

    def merges(book: Book) -> list[Noted]:
        into.update(_said_already(book, [offer.line.name for offer, _ in stored]))
        return [one for gone, kept in into.items() for one in joining(book, kept, gone)]

    recording = Recording(proposals.actor, noted, proposals.tokens, unsound)
    note(runtime, tx, agent, recording, merges)
    return into


def joining(book: Book, kept: str, gone: str) -> list[Noted]:
    """The changes that merge a line into another, by name."""
    pairs = product(book.saying(book.lines[kept]), book.saying(book.lines[gone]))
    return [Noted(What.MERGED, number=number, other=other) for number, other in pairs]


def _said_already(book: Book, fresh: Sequence[str]) -> dict[str, str]:
    """By name those of the fresh lines that an older one says, and the nearest that does.

    Where the fresh one is the better, whoever looks after the handbook decides.
    """
    into: dict[str, str] = {}
    near = book.near(fresh, MERGED_FROM)
    for name in sorted(near, key=lambda name: book.current[name]):
        for cosine, other in near[name]:
            if other in into or book.current[other] >= book.current[name]:
                continue
            joined = merged(book.lines[other], book.lines[name], cosine)
            if joined is not None and joined.gone.name == name:
                into[name] = other
                break
    return into
