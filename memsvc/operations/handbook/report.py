"""Report: what the handbook is worth, and each line of it as it stands."""

from __future__ import annotations

from dataclasses import dataclass

from memsvc.core.access import Scope
from memsvc.core.handbook.line import Line
from memsvc.core.handbook.settings import HandbookSettings
from memsvc.core.handbook.totals import Totals, totals
from memsvc.core.handbook.worth import (
    HandbookWorth,
    LineWorth,
    Prices,
    line_worths,
    worth_of,
)
from memsvc.operations.handbook.book import load
from memsvc.operations.handbook.known_worth import as_outcomes
from memsvc.operations.handbook.task_class import class_token
from memsvc.operations.indexing import known_agent
from memsvc.runtime import Runtime
from memsvc.store import offer_outcomes


@dataclass(frozen=True, slots=True)
class LineReport:
    """A line as it stands, and what its words are worth; None where they were never offered.

    Other words that it had before count no more. `memory_id` is that of the memory with its words.
    """

    line: Line
    worth: LineWorth | None
    memory_id: str


@dataclass(frozen=True, slots=True)
class Report:
    """The handbook as a whole, of tasks of all classes or of one, and its lines by name.

    `curation_tokens` is what finding all of it took. `curation` is what these tokens cost, counted
    as output of a model, or the share of it that falls to a class by its offers.
    """

    handbook: HandbookWorth
    lines: tuple[LineReport, ...]
    curation_tokens: int
    curation: float


def report(runtime: Runtime, scope: Scope, task_class: str | None = None) -> Report:
    """What outcomes so far tell, of one task class or of all; raises NotFound for an unknown agent.

    Takes milliseconds to seconds, as the behaviors are few or many.
    """
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        book = load(runtime, tx, agent)
        rows = offer_outcomes.since(tx, agent.agent_key)
    told = rows
    if task_class is not None:
        token = class_token(runtime, agent, task_class)
        told = [row for row in rows if row.task_class == token]
    offered, of_class = (sum(not row.held_out for row in some) for some in (rows, told))
    # Each offered task bears the same part of it, whatever its class.
    tokens = book.tokens * (of_class / offered if offered else 1.0)
    outcomes = as_outcomes(told)
    worths = line_worths(outcomes)
    settings = agent.settings.handbook
    lines = [
        LineReport(line, worths.get(str(book.current[name])), book.memory_of(line).id)
        for name, line in sorted(book.lines.items())
    ]
    whole = handbook_as_a_whole(settings, totals(outcomes), tokens)
    return Report(whole, tuple(lines), book.tokens, settings.output_price * tokens)


def handbook_as_a_whole(
    settings: HandbookSettings, held: Totals, curation_tokens: float
) -> HandbookWorth:
    """What the totals of outcomes tell of a handbook whose curation took so many tokens."""
    curation = settings.output_price * curation_tokens
    prices = Prices(settings.input_price, settings.output_price, curation)
    return worth_of(held, prices)
