"""Edit: a behavior gets other words or topics, or further traces."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.handbook.line import BehaviorStatus, Line, sources_of, words_of
from memsvc.core.handbook.wording import draft_of
from memsvc.core.memory import Trust
from memsvc.embedding.protocol import Vectors
from memsvc.errors import InvalidRequest, WrongState
from memsvc.operations import indexing
from memsvc.operations.handbook.book import Book, load
from memsvc.operations.handbook.by import By, LineAt, as_it_stands, line_of
from memsvc.operations.handbook.record import Noted, Recording, note
from memsvc.operations.handbook.sources import sources_among, still_there
from memsvc.operations.handbook.wordings import store_wordings
from memsvc.operations.suppress import suppressed
from memsvc.runtime import Runtime
from memsvc.store.handbook_changes import What
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Edit:
    """New words, topics or further traces for a behavior; None leaves the words or topics.

    `flagged` are reasons for suspicion found in the new words as they were sent.
    """

    instruction: str | None = None
    topics: tuple[str, ...] | None = None
    source_ids: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()


def edit(runtime: Runtime, scope: Scope, name: str, change: Edit, by: By) -> LineAt:
    """Give a behavior other words or topics, or further traces; it keeps those that it has.

    Other words or topics end its approval, unless an operator gives them; where nothing would be
    another it stays as it is. Raises NotFound, PreconditionFailed where it has other words than the
    caller read, WrongState for a retired one, and InvalidRequest for words that were forgotten on
    request and sources that are no traces of the agent.
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
) -> LineAt:
    agent = indexing.known_agent(tx, scope, lock=True)
    book = load(runtime, tx, agent)
    line = line_of(book, name, by)
    if line.status is BehaviorStatus.RETIRED:
        raise WrongState("The behavior is retired: approve it first, or propose it again.")
    named = replace(line, source_ids=change.source_ids)
    fresh = sources_among(runtime, tx, agent, [named], "source_trace_ids.{at}")
    known = still_there(runtime, tx, agent, line.source_ids)
    edited = _edited(book, replace(line, source_ids=tuple(known)), change, by)
    if words_of(edited) == words_of(line) and set(change.source_ids) <= set(line.source_ids):
        return as_it_stands(book, name)
    if vectors is None:
        vectors = book.vectors[book.current[name]].reshape(1, -1)
    draft = draft_of(edited, secrets.token_hex(16), list({**known, **fresh}.values()))
    if suppressed(runtime, tx, agent, [draft]):
        raise InvalidRequest.at(
            "instruction", "was forgotten, or is held back, on request: ask an operator"
        )
    [number], unsound = store_wordings(runtime, tx, agent, [(draft, vectors)])
    noted = [Noted(What.EDITED, number=number)]
    if line.approved and by.trust is Trust.OPERATOR:
        noted.append(Noted(What.APPROVED, number=number))
    recording = Recording(by.actor, noted, unsound=unsound)
    return as_it_stands(note(runtime, tx, agent, recording), name)


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
