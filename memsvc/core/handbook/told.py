"""What is told of an attempt at a task, and the memory that holds it.

The first line of the content is the task; below it are the steps, one in a line, or the text as it
is. Figures and names are in the metadata, words are not: whatever redacts, rewords or erases the
memory has nothing else to look after.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from memsvc.core.handbook.names import is_name, normalised_name
from memsvc.core.handbook.trace import Trace
from memsvc.core.memory import Draft, Json, Kind, Memory

HELD_UNDER = "trace"
"""The key of a trace's metadata."""
LONGEST_TASK = 4_000
"""Characters of a task at most."""
MOST_STEPS, LONGEST_STEP = 500, 2_000
LONGEST_CONTENT = 32_768
"""Characters of a memory at most: task and steps or text, with a line break after each line."""
MOST_TOKENS = 10**12
LONGEST_LABEL = 256
"""Characters of a model's name, or of a task class, at most."""
MOST_NAMES = 100
"""Behaviors that were offered at most; as many may be cited."""

_FIGURES = ("outcome", "input_tokens", "output_tokens")
_LABELS = ("model", "task_class")
_NAMES = ("offered", "cited")
_STEPS = "steps"
_FIELDS = frozenset({_STEPS, *_FIGURES, *_LABELS, *_NAMES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An attempt: its task, and either its steps or a text, or neither.

    `outcome` is from 0 (failure) to 1 (success). `offered` and `cited` are names of behaviors.
    What was not told is None, or empty.
    """

    task: str
    steps: tuple[str, ...] = ()
    text: str = ""
    outcome: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    model: str | None = None
    task_class: str | None = None
    offered: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()


def cleaned(told: Told) -> Told:
    """The same with single spaces in task and steps, and names as the handbook has them, each once.

    What is clean stays as it is. ValueError, with the field and why, for what is out of bounds.
    """
    if told.steps and told.text:
        raise ValueError("steps: go without a text")
    if len(told.steps) > MOST_STEPS:
        raise ValueError(f"steps: must be at most {MOST_STEPS}")
    clean = replace(
        told,
        task=_line(told.task, "task", LONGEST_TASK),
        steps=tuple(
            _line(step, f"steps.{place}", LONGEST_STEP) for place, step in enumerate(told.steps)
        ),
        offered=_names_of(told.offered, "offered"),
        cited=_names_of(told.cited, "cited"),
    )
    if len(_content(clean)) > LONGEST_CONTENT:
        field = "steps" if clean.steps else "content"
        raise ValueError(
            f"{field}: must, with the task, be of at most {LONGEST_CONTENT} characters"
        )
    for field in _FIGURES:
        figure = getattr(clean, field)
        if figure is not None and not _is_figure(field, figure):
            most = 1 if field == "outcome" else MOST_TOKENS
            raise ValueError(f"{field}: must be from 0 to {most}")
    for field in _LABELS:
        label = getattr(clean, field)
        if label is not None and not _is_label(label):
            raise ValueError(f"{field}: must be of 1 to {LONGEST_LABEL} characters, not blank")
    return clean


def draft_of(told: Told, draft: Draft) -> Draft:
    """The memory that is to hold a trace; all but its content, kind and trace is as in `draft`.

    ValueError, with the field and why, for what is out of bounds.
    """
    clean = cleaned(told)
    held: dict[str, Json] = {_STEPS: bool(clean.steps)}
    held |= {
        field: getattr(clean, field)
        for field in (*_FIGURES, *_LABELS)
        if getattr(clean, field) is not None
    }
    held |= {field: list(getattr(clean, field)) for field in _NAMES if getattr(clean, field)}
    return replace(
        draft,
        kind=Kind.EPISODIC,
        content=_content(clean),
        metadata={**draft.metadata, HELD_UNDER: held},
    )


def told_in(statement: Draft | Memory) -> Told | None:
    """What a trace tells; None for any other memory.

    A trace is an event whose metadata say so in the shape that `draft_of` gives them, whatever
    became of its words since.
    """
    held = _well_formed(statement.metadata.get(HELD_UNDER))
    if held is None or statement.kind is not Kind.EPISODIC:
        return None
    first, _, rest = statement.content.lstrip().partition("\n")
    task = _one_line(first)
    if not task:
        return None
    lines = map(_one_line, rest.split("\n")) if held[_STEPS] else ()
    outcome = held.get("outcome")
    return Told(
        task=task,
        steps=tuple(filter(None, lines)),
        text="" if held[_STEPS] else rest,
        outcome=None if outcome is None else float(outcome),
        input_tokens=held.get("input_tokens"),
        output_tokens=held.get("output_tokens"),
        model=held.get("model"),
        task_class=held.get("task_class"),
        offered=tuple(held.get("offered", ())),
        cited=tuple(held.get("cited", ())),
    )


def as_trace(memory: Memory) -> Trace:
    """A memory as the trace that it is; ValueError for one that is none."""
    told = told_in(memory)
    if told is None:
        raise ValueError("is no trace")
    return Trace(
        number=memory.number,
        id=memory.id,
        task=told.task,
        steps=told.steps,
        text=told.text,
        outcome=told.outcome,
        input_tokens=told.input_tokens,
        output_tokens=told.output_tokens,
        task_class=told.task_class,
        trust=memory.trust,
    )


def _content(told: Told) -> str:
    below = told.steps or ((told.text,) if told.text else ())
    return "\n".join((told.task, *below))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _line(text: str, field: str, longest: int) -> str:
    line = _one_line(text)
    if not 0 < len(line) <= longest:
        raise ValueError(f"{field}: must be of 1 to {longest} characters, not blank")
    return line


def _names_of(given: tuple[str, ...], field: str) -> tuple[str, ...]:
    if len(given) > MOST_NAMES:
        raise ValueError(f"{field}: must be at most {MOST_NAMES}")
    names = []
    for place, name in enumerate(given):
        try:
            names.append(normalised_name(name))
        except ValueError:
            raise ValueError(f"{field}.{place}: must have a letter or digit in it") from None
    return tuple(dict.fromkeys(names))


def _well_formed(held: object) -> Mapping[str, Any] | None:
    """Metadata that have the shape that `draft_of` gives them."""
    if not isinstance(held, Mapping) or not held.keys() <= _FIELDS:
        return None
    is_so = (
        isinstance(held.get(_STEPS), bool)
        and all(_is_figure(field, held[field]) for field in _FIGURES if field in held)
        and all(_is_label(held[field]) for field in _LABELS if field in held)
        and all(_are_names(held[field]) for field in _NAMES if field in held)
    )
    return held if is_so else None


def _is_figure(field: str, value: Any) -> bool:
    # True is 1 for Python: types, not isinstance.
    if field == "outcome":
        return type(value) in (float, int) and math.isfinite(value) and 0 <= value <= 1
    return type(value) is int and 0 <= value <= MOST_TOKENS


def _is_label(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_LABEL and bool(value.strip())


def _are_names(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= MOST_NAMES
        and all(isinstance(name, str) and is_name(name) for name in value)
    )
