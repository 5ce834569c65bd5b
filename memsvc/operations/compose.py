"""Compose: what a search finds as one block of text for a prompt."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from memsvc.core.access import Scope
from memsvc.core.context import Context, composed
from memsvc.core.filters import And, Condition, Not
from memsvc.core.memory import Kind, Status
from memsvc.operations.question import Question
from memsvc.operations.search import Hits, search
from memsvc.runtime import Runtime


def compose(
    runtime: Runtime, scope: Scope, question: Question, budget: int
) -> tuple[Context, Hits]:
    """The context of at most `budget` tokens for a question, and what was found for it.

    Raises NotFound for an unknown agent.

    It holds nothing that the same search would not return.
    """
    current = _current(question, runtime.clock.now())
    hits = search(runtime, scope, current)
    memories = [one.memory for one in hits.found]
    return composed(memories, question.query, budget, runtime.count_tokens), hits


def _current(question: Question, now: datetime) -> Question:
    """The question less facts that are over, unless it asks for the past."""
    if question.as_of is not None or Status.SUPERSEDED in question.include:
        return question
    over = And((Condition("kind", "eq", Kind.SEMANTIC), Condition("valid_to", "lte", now)))
    return replace(question, filters=(*question.filters, Not(over)))
