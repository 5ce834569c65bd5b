"""Decide: a behavior is approved, or retired."""

from __future__ import annotations

from memsvc.core.access import Scope
from memsvc.core.handbook.line import BehaviorStatus, Line
from memsvc.operations import indexing
from memsvc.operations.handbook.book import Book, load
from memsvc.operations.handbook.by import By, LineAt, as_it_stands, line_of
from memsvc.operations.handbook.record import Noted, Recording, note
from memsvc.operations.handbook.wordings import named
from memsvc.runtime import Runtime
from memsvc.store.agents import Agent
from memsvc.store.handbook_changes import What
from memsvc.store.transaction import Tx

ASKED = "asked"
"""Why a behavior was retired that somebody did not want any more."""


def approve(runtime: Runtime, scope: Scope, name: str, by: By) -> LineAt:
    """Vouch for a behavior as it stands: it is offered, flagged or not; a retired one is back.

    One that is approved already stays as it is. Raises NotFound, and PreconditionFailed where it
    has other words than the caller read.
    """

    def work(tx: Tx) -> LineAt:
        agent = indexing.known_agent(tx, scope, lock=True)
        book = load(runtime, tx, agent)
        line = line_of(book, name, by)
        if line.approved:
            return as_it_stands(book, name)
        recording = Recording(by.actor, of_each(book, What.APPROVED, line))
        return as_it_stands(note(runtime, tx, agent, recording), name)

    return runtime.database.write(work, scope.about)


def retire(runtime: Runtime, scope: Scope, name: str, by: By) -> LineAt:
    """Have a behavior be offered no more; one that is retired already stays as it is.

    Raises NotFound, and PreconditionFailed where it has other words than the caller read.
    """

    def work(tx: Tx) -> LineAt:
        agent = indexing.known_agent(tx, scope, lock=True)
        book = load(runtime, tx, agent)
        if line_of(book, name, by).status is BehaviorStatus.RETIRED:
            return as_it_stands(book, name)
        recording = Recording(by.actor, retirement(runtime, tx, agent, {name: ASKED}))
        return as_it_stands(note(runtime, tx, agent, recording), name)

    return runtime.database.write(work, scope.about)


def retirement(runtime: Runtime, tx: Tx, agent: Agent, reasons: dict[str, str]) -> list[Noted]:
    """The changes that retire lines, by name for a reason, whatever their words are or were.

    Of words that are held back, too: whichever are erased or given back, it stays retired.
    """
    return [
        Noted(What.RETIRED, number=number, reason=reasons[name])
        for name, numbers in named(runtime, tx, agent, reasons).items()
        for number in numbers
    ]


def of_each(book: Book, what: What, line: Line) -> list[Noted]:
    """The changes that say of a line, in each memory with its words, what becomes of it."""
    return [Noted(what, number=number) for number in book.saying(line)]
