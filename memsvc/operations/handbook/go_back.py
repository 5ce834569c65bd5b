"""Go back: a behavior, or the whole handbook, is what it was in an earlier version."""

from __future__ import annotations

from collections.abc import Sequence

from memsvc.core.access import Scope
from memsvc.core.handbook.line import BehaviorStatus, Line, words_of
from memsvc.core.memory import Trust
from memsvc.errors import NotFound, PreconditionFailed, WrongState
from memsvc.operations import indexing
from memsvc.operations.handbook.book import Book, load
from memsvc.operations.handbook.by import NO_VERSION, By, LineAt, as_it_stands, line_of
from memsvc.operations.handbook.decide import ASKED, of_each, retirement
from memsvc.operations.handbook.record import Noted, Recording, note
from memsvc.runtime import Runtime
from memsvc.store.agents import Agent
from memsvc.store.handbook_changes import What
from memsvc.store.transaction import Tx

NOTHING_TO_PUT_BACK = (
    "Words, topics and place are what they were: an approval or further traces cannot be put back "
    "by themselves. Retire or edit the behavior, or roll the handbook back."
)
OTHER_VERSION = "The handbook has other versions by now: list them again, and repeat the request."


def put_back(
    runtime: Runtime, scope: Scope, name: str, by: By, version: int | None = None
) -> LineAt:
    """Give a behavior back the words, topics and place that it had in a version.

    None: those that it had before its last change. One that was active is so again where its traces
    bear it out, or an operator puts it back. Raises NotFound for a behavior or version that is not
    there, and WrongState where it was not there yet, or nothing of it was another.
    """

    def work(tx: Tx) -> LineAt:
        agent = indexing.known_agent(tx, scope, lock=True)
        book = load(runtime, tx, agent)
        now = line_of(book, name, by)
        noted = _leading_back(runtime, tx, agent, book, (now, _before(book, name, version)), by)
        if not noted:
            raise WrongState(NOTHING_TO_PUT_BACK)
        return as_it_stands(note(runtime, tx, agent, Recording(by.actor, noted)), name)

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


def _leading_back(
    runtime: Runtime, tx: Tx, agent: Agent, book: Book, from_to: tuple[Line, Line], by: By
) -> Sequence[Noted]:
    """The changes that lead from a line to what it was."""
    now, before = from_to
    noted: list[Noted] = []
    if now.status is BehaviorStatus.RETIRED and before.status is not BehaviorStatus.RETIRED:
        # It stands again, for its traces to bear it out or a person to vouch for it.
        noted += of_each(book, What.PROPOSED, before)
    elif words_of(now) != words_of(before):
        noted += of_each(book, What.EDITED, before)
    if before.status is BehaviorStatus.RETIRED and now.status is not BehaviorStatus.RETIRED:
        noted += retirement(runtime, tx, agent, {now.name: ASKED})
    elif before.approved and by.trust is Trust.OPERATOR and (noted or not now.approved):
        noted += of_each(book, What.APPROVED, before)
    return noted


def roll_back(
    runtime: Runtime, scope: Scope, version: int, by: By, standing: int | None = None
) -> int:
    """Have the whole handbook be as it was in a version, 0 for empty; the version that this makes.

    Less what was erased since. `standing` is the version that the caller saw stand, None for
    whichever does. Raises NotFound for a version that is not there, and PreconditionFailed where
    another one stands by now.
    """

    def work(tx: Tx) -> int:
        agent = indexing.known_agent(tx, scope, lock=True)
        book = load(runtime, tx, agent)
        if standing not in (None, book.version):
            raise PreconditionFailed(OTHER_VERSION)
        found = book.at(version)
        if found is None and version != 0:
            raise NotFound(NO_VERSION)
        noted = Noted(What.ROLLED_BACK, back_to=found.place if found else 0)
        return note(runtime, tx, agent, Recording(by.actor, [noted])).version

    return runtime.database.write(work, scope.about)
