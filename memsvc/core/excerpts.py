"""What is shown of a memory that names somebody, and what would be left of it without the name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from memsvc.core.memory import Json, Memory
from memsvc.core.names.like_words import ARTICLES, HARDLY, PARTICLES
from memsvc.core.names.written import words_of
from memsvc.core.naming import MARK, Naming, Sought, namings, redacted
from memsvc.core.people import ORDINARY
from memsvc.core.quoting import CUT, SHORT, quoted, shortened

FEWEST_WORDS = 2
"""With fewer telling words left, nothing of others is worth keeping."""
_END = re.compile(
    r"[.!?\u2026\u3002\uff01\uff1f]+[\"'\u201d\u2019)]*(?=\s|\Z)|\n+|[\u3002\uff01\uff1f]"
)
_EMPTY = ORDINARY | HARDLY | ARTICLES | PARTICLES


def around(text: str, start: int, end: int, longest: int = SHORT) -> str:
    """The sentence of a text in which something stands, on one line, cut where it is too long."""
    before = max(0, start - longest)
    ends = [one.end() for one in _END.finditer(text, before, start)]
    first = ends[-1] if ends else before
    stop = _END.search(text, end, min(len(text), end + longest))
    last = stop.end() if stop else min(len(text), end + longest)
    room = longest - 2 * len(CUT) - 2
    if last - first > room:
        first = max(first, min(start - (room - (end - start)) // 2, last - room))
        last = min(last, first + room)
    first_cut = bool(text[:first].strip()) and not (ends and first == ends[-1])
    last_cut = bool(text[last:].strip()) and not (stop and last == stop.end())
    shown = quoted(text[first:last])[:room]
    return f"{CUT if first_cut else ''}{shown}{CUT if last_cut else ''}"


def naming_excerpt(memory: Memory, who: Sought) -> str:
    """The stretch of a memory that names somebody most surely; its beginning where none does."""
    best: tuple[float, str, Naming] | None = None
    for text, found in _found(memory, who):
        if best is None or found.confidence > best[0]:
            best = found.confidence, text, found
    if best is None:
        return shortened(memory.content)
    return around(best[1], best[2].start, best[2].end)


def is_little_left(memory: Memory, who: Sought) -> bool:
    """Whether hardly a word of others is left of the content once the names are out."""
    left = redacted(memory.content, who).replace(MARK, " ")
    telling = {one.bare for one in words_of(left)} - _EMPTY
    return len(telling) < FEWEST_WORDS and left != memory.content


def _found(memory: Memory, who: Sought) -> Iterator[tuple[str, Naming]]:
    for text in _texts(memory):
        for one in namings(text, who):
            yield text, one


def _texts(memory: Memory) -> Iterator[str]:
    fact, behavior = memory.fact, memory.behavior
    yield memory.content
    yield from (fact.subject, fact.object) if fact else ()
    yield from (behavior.name, behavior.instruction) if behavior else ()
    yield from _strings([memory.speaker, *memory.tags, dict(memory.metadata)])


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(inner)
