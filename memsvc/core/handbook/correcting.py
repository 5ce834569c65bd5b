"""Correcting: what is put right in a trace, or in the words of a behavior, is one afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from memsvc.core.handbook.line import Words, instruction_of, topics_of, words_of
from memsvc.core.handbook.suspicion import suspicions
from memsvc.core.handbook.told import HELD_UNDER as TRACE
from memsvc.core.handbook.told import told_in
from memsvc.core.handbook.wording import HELD_UNDER as WORDING
from memsvc.core.handbook.wording import line_in
from memsvc.core.memory import Behavior, Json, Memory


def words_in(memory: Memory) -> Words | None:
    """The words of a behavior that a memory holds; None where it holds none."""
    line = line_in(memory)
    return None if line is None else words_of(line)


def as_corrected(before: Memory, values: Mapping[str, Any]) -> Memory:
    """The memory with other values, out of those that `rectify` takes.

    Of a behavior content and instruction are one, and its name stays: lines go by it. What the
    handbook knows beside the words stays, too. ValueError, with the field and why, where a trace
    would be none any more, or a behavior be none.
    """
    after = before._replace(**values)
    line = line_in(before)
    if line is not None:
        return _as_wording(before, after, values)
    if told_in(before) is not None:
        after = after._replace(metadata=_kept(before, after, TRACE) | dict(after.metadata))
        if told_in(after) is None:
            field = "metadata" if TRACE in values.get("metadata", {}) else "content"
            raise ValueError(f"{field}: would be no trace any more")
    return after


def _as_wording(before: Memory, after: Memory, values: Mapping[str, Any]) -> Memory:
    assert before.behavior is not None, "it holds words of a behavior"
    behavior = values.get("behavior", before.behavior)
    if not isinstance(behavior, Behavior) or behavior.name != before.behavior.name:
        raise ValueError("behavior: keeps its name; retire it and propose it under another")
    field = "content" if "content" in values else "behavior"
    said = after.content if field == "content" else behavior.instruction
    try:
        words, topics = instruction_of(said), topics_of(after.tags)
    except ValueError as wrong:
        raise ValueError(f"{field}: of a behavior {wrong}") from None
    metadata = _kept(before, after, WORDING)
    held = metadata[WORDING]
    if words != before.content and isinstance(held, Mapping):
        metadata[WORDING] = {**held, "flagged": list(suspicions(said, behavior.name))}
    return after._replace(
        content=words,
        tags=topics,
        behavior=replace(behavior, instruction=words),
        metadata=metadata,
    )


def _kept(before: Memory, after: Memory, key: str) -> dict[str, Json]:
    return {**after.metadata, key: before.metadata[key]}
