"""Propose: behaviors are put forward, all of them or none, and what says the same becomes one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import product

from memsvc.core.access import Scope
from memsvc.core.handbook.admission import MERGED_FROM, merged
from memsvc.core.handbook.line import Line
from memsvc.core.handbook.wording import draft_of
from memsvc.core.memory import Draft
from memsvc.embedding.protocol import Vectors
from memsvc.errors import AlreadyExists
from memsvc.operations.handbook.book import Book, load, words_of
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

    `still_holds` is called in the transaction, the agent being locked, and raises where what they
    were found in is not as it was.
    """

    lines: Sequence[Line]
    actor: str
    tokens: int = 0
    still_holds: Callable[[Tx, Agent], None] | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one proposal: the name of the line that it stands in, and that line."""

    name: str
    fate: Fate
    line: Line | None


@dataclass(frozen=True, slots=True)
class _Offer:
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
    offers = [_Offer(line, found) for line, found in zip(lines, vectors, strict=True)]
    work = partial(_propose, runtime, scope, proposals, offers, once)
    return runtime.database.write(work, scope.about)


def _propose(
    runtime: Runtime,
    scope: Scope,
    proposals: Proposals,
    offers: Sequence[_Offer],
    once: Once | None,
    tx: Tx,
) -> list[Answered]:
    agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
    if once is not None and (answer := replayed(runtime, tx, agent, once)) is not None:
        book = load(runtime, tx, agent)
        return [
            Answered(name or "", Fate(fate), book.lines.get(name or "")) for name, fate in answer
        ]
    if proposals.still_holds is not None:
        proposals.still_holds(tx, agent)
    lines = [one.line for one in offers]
    sources = sources_among(runtime, tx, agent, lines, "behaviors.{place}.source_trace_ids.{at}")
    book = load(runtime, tx, agent)
    fates = [_fate(book, place, one.line) for place, one in enumerate(offers)]
    drafts = [
        draft_of(one.line, secrets.token_hex(16), [sources[id_] for id_ in one.line.source_ids])
        for one in offers
    ]
    for place in suppressed(runtime, tx, agent, drafts):
        fates[place] = Fate.SUPPRESSED
    stored = [place for place, fate in enumerate(fates) if fate in (Fate.PROPOSED, Fate.SUPPORTED)]
    names = [one.line.name for one in offers]
    if stored:
        into = _store(runtime, tx, agent, proposals, [(offers[at], drafts[at]) for at in stored])
        for place in stored:
            if names[place] in into:
                fates[place], names[place] = Fate.MERGED, into[names[place]]
        book = load(runtime, tx, agent)
    answers = [
        Answered(name, fate, book.lines.get(name)) for name, fate in zip(names, fates, strict=True)
    ]
    if once is not None:
        remember(runtime, tx, agent, once, [(one.name, one.fate.value) for one in answers])
    return answers


def _fate(book: Book, place: int, line: Line) -> Fate:
    standing = book.standing(line.name)
    if standing is None:
        return Fate.PROPOSED
    if words_of(standing) != words_of(line):
        raise AlreadyExists(
            f"behaviors.{place}.name is taken by a behavior with other words; nothing was stored. "
            "Take another name, or PATCH that behavior."
        )
    same = [one.line for one in book.wordings.values() if words_of(one.line) == words_of(line)]
    # What rests on other traces is kept apart, or forgetting the first would lose the second.
    is_known = any(set(one.source_ids) == set(line.source_ids) for one in same)
    return Fate.KNOWN if is_known else Fate.SUPPORTED


def _store(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    proposals: Proposals,
    stored: Sequence[tuple[_Offer, Draft]],
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
