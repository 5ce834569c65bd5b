"""What a model proposes, checked: all of its answer becomes candidates, or nothing does."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from memsvc.core.canonical import values_in
from memsvc.core.handbook.line import (
    MOST_TOPICS,
    Line,
    ProposedBy,
    instruction_of,
    sources_of,
    topics_of,
)
from memsvc.core.handbook.names import normalised_name
from memsvc.core.handbook.reflection import (
    LONGEST_ID,
    LONGEST_NAMED,
    MOST_BEHAVIORS,
    MOST_CITED,
)
from memsvc.core.handbook.suspicion import suspicions
from memsvc.core.memory import Trust

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")

LONGEST_ANSWER = 200_000
"""Characters of an answer that is text."""
LONGEST_READ = 1_000
"""Characters of an instruction or topic that are looked at."""

# Models put JSON into a fence, asked or not, with words around it.
_FENCED = re.compile(
    r"^```(?:json)?[ \t]*\n(.*?)\n```[ \t]*$", re.DOTALL | re.IGNORECASE | re.MULTILINE
)
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL | re.IGNORECASE)
_FIELDS = {"name", "instruction", "topics", "source_trace_ids"}
_REQUIRED = _FIELDS - {"topics"}


def checked(
    answer: object, trace_ids: Collection[str], trust: Trust = Trust.AGENT
) -> tuple[Line, ...]:
    """The behaviors that an answer to `curate_prompt` proposes, in order, as candidates.

    `answer` is text, perhaps in a fence of Markdown, or the JSON already read; `trace_ids` are
    those of the traces that were put to the model, and `trust` the least of theirs. What is
    suspicious is flagged. ValueError, with the path of what is wrong and why, never with words of
    the answer: for what has not the shape of `SCHEMA`, names given twice, traces that nobody put to
    it, and instructions that no line could have.
    """
    if isinstance(answer, str):
        answer = read(answer)
    known = frozenset(trace_ids)
    behaviors = _list(
        _object(answer, "answer", {"behaviors"}, {"behaviors"})["behaviors"],
        "behaviors",
        0,
        MOST_BEHAVIORS,
    )
    found: dict[str, Line] = {}
    for place, one in enumerate(behaviors):
        path = f"behaviors[{place}]"
        line = _line(one, path, known, trust)
        if line.name in found:
            raise ValueError(f"{path}.name: is given twice")
        found[line.name] = line
    return tuple(found.values())


def read(answer: str) -> object:
    """The JSON of an answer: alone, or in the one fence that it has, after what the model thought.

    ValueError, never with words of the answer.
    """
    if len(answer) > LONGEST_ANSWER:
        raise ValueError(f"answer: must be of at most {LONGEST_ANSWER} characters")
    told = _THOUGHT.sub("", answer)
    fenced = _FENCED.findall(told)
    try:
        values = list(values_in(fenced[0] if len(fenced) == 1 else told))
    except ValueError:
        # The parser's own words may quote the answer.
        values = []
    if len(values) != 1:
        raise ValueError(
            "answer: must be one JSON object, alone or in one fence of Markdown, in which nothing "
            "is named twice"
        )
    return values[0]


def _line(value: object, path: str, known: frozenset[str], trust: Trust) -> Line:
    fields = _object(value, path, _FIELDS, _REQUIRED)
    named = _text(fields["name"], f"{path}.name", LONGEST_NAMED)
    said = _text(fields["instruction"], f"{path}.instruction", LONGEST_READ)
    topics = _texts(fields.get("topics", []), f"{path}.topics", 0, MOST_TOPICS)
    sources = _texts(fields["source_trace_ids"], f"{path}.source_trace_ids", 1, MOST_CITED)
    for place, source in enumerate(sources):
        if source not in known:
            raise ValueError(f"{path}.source_trace_ids[{place}]: is none of the traces")
    name = _as(normalised_name, named, f"{path}.name")
    return Line(
        name=name,
        instruction=_as(instruction_of, said, f"{path}.instruction"),
        topics=_as(topics_of, topics, f"{path}.topics"),
        trust=trust,
        source_ids=sources_of(sources),
        proposed_by=ProposedBy.MODEL,
        flagged=suspicions(said, named),
    )


def _object(value: object, path: str, allowed: set[str], required: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{path}: must be an object")
    if not value.keys() <= allowed:
        raise ValueError(f"{path}: has a field that is not known")
    for name in sorted(required - value.keys()):
        raise ValueError(f"{path}.{name}: is missing")
    return value


def _list(value: object, path: str, fewest: int, most: int) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{path}: must be a list")
    if not fewest <= len(value) <= most:
        raise ValueError(f"{path}: must have {fewest} to {most} members")
    return value


def _text(value: object, path: str, longest: int) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{path}: must be text")
    if not 0 < len(value) <= longest:
        raise ValueError(f"{path}: must be of 1 to {longest} characters")
    return value


def _texts(value: object, path: str, fewest: int, most: int) -> list[str]:
    members = enumerate(_list(value, path, fewest, most))
    return [_text(one, f"{path}[{place}]", LONGEST_ID) for place, one in members]


def _as(make: Callable[[_Given], _Made], given: _Given, path: str) -> _Made:
    """What is made of a value; the ValueError says where it was."""
    try:
        return make(given)
    except ValueError as wrong:
        raise ValueError(f"{path}: {wrong}") from None
