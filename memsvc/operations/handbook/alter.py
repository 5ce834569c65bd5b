"""Alter: a behavior is edited, approved, retired or put back; the whole handbook is rolled back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from memsvc.core.access import Scope
from memsvc.core.handbook.line import BehaviorStatus, Line, sources_of
from memsvc.core.handbook.wording import draft_of
from memsvc.core.memory import Trust
from memsvc.embedding.protocol import Vectors
from memsvc.errors import InvalidRequest, NotFound, WrongState
from memsvc.operations import indexing
from memsvc.operations.handbook.book import Book, load
from memsvc.operations.handbook.record import Noted, Recording, note
from memsvc.operations.handbook.sources import sources_among
from memsvc.operations.handbook.wordings import store_wordings
from memsvc.operations.suppress import suppressed
from memsvc.runtime import Runtime
from memsvc.store.handbook_changes import What
from memsvc.store.transaction import Tx

ASKED = "asked"
"""Why a behavior was retired that somebody did not want any more."""
NO_BEHAVIOR = "No such behavior of this agent."
NO_VERSION = "No such version of this agent's handbook."


@dataclass(frozen=True, slots=True)
class By:
    """Which key asks, and how far what it says is believed."""

    actor: str
    trust: Trust = Trust.AGENT


@dataclass(frozen=True, slots=True)
class Edit:
    """New words, topics or further traces for a behavior; None leaves the words or topics.

    `flagged` are reasons for suspicion found in the new words as they were sent.
    """

    instruction: str | None = None
    topics: tuple[str, ...] | None = None
    source_ids: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()


class Standing(NamedTuple):
    """A line as it stands in a version of the handbook."""

    line: Line
    version: int


def edit(runtime: Runtime, scope: Scope, name: str, change: Edit, by: By) -> Standing:
    """Give a behavior other words or topics, or further traces; it keeps those that it has.

    Other words end its approval, unless an operator wrote them. Raises NotFound, WrongState for a
    retired one, and InvalidRequest for words that were forgotten on request and sources that are no
    traces of the agent.
    """
    vectors = None
    if change.instruction is not None:
        vectors = runtime.embedder.embed([change.instruction])[0]
    work = partial(_edit, runtime, scope, name, change, by, vectors)
    return runtime.database.write(work, scope.about)


def _edit(
    runtime: Runtime,
    scope: Scope,
    name: str,
    change: Edit,
    by: By,
    vectors: Vectors | None,
    tx: Tx,
) -> Standing:
    agent = indexing.known_agent(tx, scope, lock=True)
    book = load(runtime, tx, agent)
    line = _line(book, name)
    if line.status is BehaviorStatus.RETIRED:
        raise WrongState("The behavior is retired: approve it first, or propose it again.")
    edited = _edited(book, line, change, by)
    if vectors is None:
        vectors = book.vectors[book.current[name]].reshape(1, -1)
    sources = sources_among(runtime, tx, agent, [edited], "source_trace_ids.{at}")
    draft = draft_of(edited, secrets.token_hex(16), list(sources.values()))
    if suppressed(runtime, tx, agent, [draft]):
        raise InvalidRequest.at(
            "instruction", "was forgotten, or is held back, on request: ask an operator"
        )
    [number], unsound = store_wordings(runtime, tx, agent, [(draft, vectors)])
    noted = [Noted(What.EDITED, number=number)]
    if line.approved and by.trust is Trust.OPERATOR:
        noted.append(Noted(What.APPROVED, number=number))
    recording = Recording(by.actor, noted, unsound=unsound)
    return _stands(note(runtime, tx, agent, recording), name)


def _edited(book: Book, line: Line, change: Edit, by: By) -> Line:
    words = line.instruction if change.instruction is None else change.instruction
    # Reasons in the words alone: what the line is flagged for beside is told anew whenever asked.
    flagged = book.wordings[book.current[line.name]].line.flagged
    return replace(
        line,
        instruction=words,
        topics=line.topics if change.topics is None else change.topics,
        source_ids=sources_of(line.source_ids, change.source_ids),
        trust=by.trust,
        flagged=flagged if change.instruction is None else change.flagged,
    )


def approve(runtime: Runtime, scope: Scope, name: str, by: By) -> Standing:
    """Vouch for a behavior as it stands: it is offered, flagged or not; a retired one is back.

    Raises NotFound.
    """
    return _about(runtime, scope, name, by, lambda _line: What.APPROVED)


def retire(runtime: Runtime, scope: Scope, name: str, by: By) -> Standing:
    """Have a behavior be offered no more; one that is retired already stays as it is.

    Raises NotFound.
    """
    return _about(
        runtime,
        scope,
        name,
        by,
        lambda line: None if line.status is BehaviorStatus.RETIRED else What.RETIRED,
    )


def _about(
    runtime: Runtime, scope: Scope, name: str, by: By, decide: Callable[[Line], What | None]
) -> Standing:
    def work(tx: Tx) -> Standing:
        agent = indexing.known_agent(tx, scope, lock=True)
        book = load(runtime, tx, agent)
        what = decide(_line(book, name))
        if what is None:
            return _stands(book, name)
        reason = ASKED if what is What.RETIRED else None
        noted = of_each(book, what, book.lines[name], reason)
        return _stands(note(runtime, tx, agent, Recording(by.actor, noted)), name)

    return runtime.database.write(work, scope.about)


def put_back(
    runtime: Runtime, scope: Scope, name: str, by: By, version: int | None = None
) -> Standing:
    """Give a behavior back the words, topics and place that it had in a version.

    None: those that it had before its last change. One that was active is so again where its traces
    bear it out, or an operator puts it back. Raises NotFound for a behavior or version that is not
    there, and WrongState where it was not there yet.
    """

    def work(tx: Tx) -> Standing:
        agent = indexing.known_agent(tx, scope, lock=True)
        book = load(runtime, tx, agent)
        now = _line(book, name)
        before = _before(book, name, version)
        if before == book.handbook.lines[name]:
            return _stands(book, name)
        noted = _leading_back(book, now, before, by)
        return _stands(note(runtime, tx, agent, Recording(by.actor, noted)), name)

    return runtime.database.write(work, scope.about)


def _before(book: Book, name: str, version: int | None) -> Line:
    if version is None:
        history = book.handbook.history(name)
        line = history[-2].line if len(history) > 1 else None
    else:
        found = book.at(version)
        if found is None:
            raise NotFound(NO_VERSION)
        line = book.handbook.as_of(found.place).lines.get(name)
    if line is None:
        raise WrongState("The behavior was not there before: retire it instead.")
    return line


def _leading_back(book: Book, now: Line, before: Line, by: By) -> Sequence[Noted]:
    """The changes that lead from a line to what it was."""
    noted: list[Noted] = []
    if now.status is BehaviorStatus.RETIRED and before.status is not BehaviorStatus.RETIRED:
        # It stands again, for its traces to bear it out or a person to vouch for it.
        noted += of_each(book, What.PROPOSED, before)
    elif (now.instruction, now.topics) != (before.instruction, before.topics):
        noted += of_each(book, What.EDITED, before)
    if before.status is BehaviorStatus.RETIRED:
        noted += of_each(book, What.RETIRED, before, ASKED)
    elif before.approved and by.trust is Trust.OPERATOR:
        noted += of_each(book, What.APPROVED, before)
    return noted


def of_each(book: Book, what: What, line: Line, reason: str | None = None) -> list[Noted]:
    """The changes that say of a line, in each memory with its words, what becomes of it."""
    return [Noted(what, number=number, reason=reason) for number in book.saying(line)]


def roll_back(runtime: Runtime, scope: Scope, version: int, by: By) -> int:
    """Have the whole handbook be as it was in a version, 0 for empty; the version that this makes.

    Less what was erased since. Raises NotFound for a version that is not there.
    """

    def work(tx: Tx) -> int:
        agent = indexing.known_agent(tx, scope, lock=True)
        book = load(runtime, tx, agent)
        found = book.at(version)
        if found is None and version != 0:
            raise NotFound(NO_VERSION)
        noted = Noted(What.ROLLED_BACK, back_to=found.place if found else 0)
        return note(runtime, tx, agent, Recording(by.actor, [noted])).version

    return runtime.database.write(work, scope.about)


def _line(book: Book, name: str) -> Line:
    line = book.lines.get(name)
    if line is None:
        raise NotFound(NO_BEHAVIOR)
    return line


def _stands(book: Book, name: str) -> Standing:
    return Standing(book.lines[name], book.version)
