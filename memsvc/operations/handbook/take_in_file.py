"""Take in a file: the lines of another handbook are put forward, for a person to approve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from memsvc.core.access import Scope
from memsvc.core.canonical import values_in
from memsvc.core.handbook.line import Line, ProposedBy, instruction_of, topics_of, words_of
from memsvc.core.handbook.names import normalised_name
from memsvc.core.handbook.rendering import MOST_LINES, parse
from memsvc.core.handbook.suspicion import suspicions
from memsvc.core.memory import Trust
from memsvc.errors import InvalidRequest
from memsvc.operations.handbook.book import Book, load
from memsvc.operations.handbook.by import By
from memsvc.operations.handbook.propose import Answered, Proposals, propose
from memsvc.runtime import Runtime
from memsvc.store import agents


class TakenIn(NamedTuple):
    """What became of the lines of a file, and the names that were taken by other words."""

    answers: Sequence[Answered]
    taken: Sequence[str]


def from_markdown(text: str, trust: Trust) -> tuple[Line, ...]:
    """The lines of an AGENTS.md or SKILL.md; raises InvalidRequest, naming the line of the file.

    A file without any is refused: it is hardly what was meant.
    """
    try:
        lines = parse(text, trust)
    except ValueError as wrong:
        raise InvalidRequest.at("text", str(wrong)) from None
    if not lines:
        raise InvalidRequest.at(
            "text", "holds no behavior; write one a line: - `behavior_name`: What to do."
        )
    return lines


def from_json(text: str, trust: Trust) -> tuple[Line, ...]:
    """The lines of a handbook as JSON; raises InvalidRequest, naming the behavior.

    Of each its name, instruction and topics are read: what it rested on is not here.
    """
    try:
        values = list(values_in(text))
    except ValueError:
        raise InvalidRequest.at("text", "is not JSON, or names something twice") from None
    held = values[0].get("behaviors") if values and isinstance(values[0], dict) else None
    if len(values) != 1 or not isinstance(held, list) or len(held) > MOST_LINES:
        raise InvalidRequest.at(
            "text", f"must be one object with a list of up to {MOST_LINES} behaviors"
        )
    found: dict[str, Line] = {}
    for place, one in enumerate(held):
        try:
            line = _line(one, trust)
        except ValueError as wrong:
            raise InvalidRequest.at(f"text.behaviors.{place}", str(wrong)) from None
        if line.name in found:
            raise InvalidRequest.at(f"text.behaviors.{place}", "the name is given twice")
        found[line.name] = line
    return tuple(found.values())


def _line(value: Any, trust: Trust) -> Line:
    if not isinstance(value, dict):
        raise ValueError("must be an object")
    name, said, topics = value.get("name"), value.get("instruction"), value.get("topics", [])
    if not isinstance(name, str) or not isinstance(said, str):
        raise ValueError("needs a name and an instruction")
    if not isinstance(topics, list) or not all(isinstance(one, str) for one in topics):
        raise ValueError("topics must be a list of texts")
    return Line(
        name=normalised_name(name),
        instruction=instruction_of(said),
        topics=topics_of(topics),
        trust=trust,
        proposed_by=ProposedBy.CALLER,
        flagged=suspicions(said, name),
    )


def take_in_file(runtime: Runtime, scope: Scope, lines: Sequence[Line], by: By) -> TakenIn:
    """Put the lines of a file forward, as one version; they rest on no trace.

    Those whose name another behavior has are passed over.
    """
    book = _standing(runtime, scope)
    taken = [line.name for line in lines if book is not None and _is_taken(book, line)]
    fresh = [line for line in lines if line.name not in taken]
    return TakenIn(propose(runtime, scope, Proposals(fresh, by.actor)), taken)


def _standing(runtime: Runtime, scope: Scope) -> Book | None:
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, scope.tenant, scope.agent_id)
        return None if agent is None else load(runtime, tx, agent)


def _is_taken(book: Book, line: Line) -> bool:
    standing = book.standing(line.name)
    return standing is not None and words_of(standing) != words_of(line)
