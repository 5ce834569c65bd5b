"""A context: as many memories as a budget of tokens holds, best first, in one block of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memsvc.core.block import FRAME, Line, arranged, headings, quote, text_of
from memsvc.core.memory import Memory
from memsvc.core.quoting import WIDEST_TOKEN, Count, excerpt, quoted
from memsvc.core.repetition import without_repetitions

SHARES = 4
"""A long memory takes a quarter of the room at most: it has to leave some for others."""

SHORTEST_EXCERPT = 24
"""Tokens; a shorter piece of a memory tells too little, so it is shown whole or not at all."""

COUNTED_CHARS = 2_000
"""Texts up to this length are counted even where it is plain that they do not fit."""

USUAL_TOKEN = 4
"""Characters of a token of English."""

_MARK = "[188] "
"""A mark of as many tokens as any up to 200."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a line of the text comes from: the line is `[mark] quote`."""

    mark: int
    id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Omitted:
    """What found no room: ids, best first, and the tokens of their lines alone, estimated.

    `repeated` counts what was left out because a better memory says the same.
    """

    ids: tuple[str, ...]
    tokens: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Context:
    """The block, its tokens, a citation for each mark, ascending, and what found no room."""

    text: str
    tokens: int
    citations: tuple[Citation, ...]
    omitted: Omitted


def composed(memories: Sequence[Memory], query: str, budget: int, count: Count) -> Context:
    """The best context of at most `budget` tokens from memories in order of rank, best first.

    A memory that does not fit is left out and the next one tried. The text is empty when the
    frame and one memory do not fit.
    """
    offered = without_repetitions(memories)
    lines, chosen = _tried(offered, query, budget - count(FRAME), count)
    shown = arranged(chosen)
    # Reckoned line by line; the count of the whole has the last word.
    while (tokens := count(text := text_of(shown))) > budget:
        chosen.pop()
        shown = arranged(chosen)
    taken = {line.rank for line in chosen}
    left = [line for line in lines if line.rank not in taken]
    return Context(
        text,
        tokens,
        tuple(Citation(mark, one.memory.id, one.quote) for mark, one in enumerate(shown, 1)),
        Omitted(
            tuple(line.memory.id for line in left),
            sum(line.tokens for line in left),
            len(memories) - len(offered),
        ),
    )


def _tried(
    memories: Sequence[Memory], query: str, room: int, count: Count
) -> tuple[list[Line], list[Line]]:
    """A line for each memory that shows anything, and those among them that fit, best first."""
    share = room // max(1, min(SHARES, len(memories)))
    lines, chosen = [], []
    standing: set[object] = set()
    for rank, memory in enumerate(memories):
        content = quoted(memory.content)
        if not content:
            continue
        line = _line(memory, rank, content, room, count)
        if share < line.tokens and share <= room:
            content = _cut(memory, content, query, share, count)
            line = _line(memory, rank, content, room, count)
        lines.append(line)
        cost = line.tokens + _above(memory, standing, count)
        if cost <= room:
            room -= cost
            standing.update(key for key, _ in headings(memory))
            chosen.append(line)
    return lines, chosen


def _line(memory: Memory, rank: int, content: str, room: int, count: Count) -> Line:
    told = quote(memory, content)
    if len(told) > max(room * WIDEST_TOKEN, COUNTED_CHARS):
        # It does not fit, so a guess will do: to count it would take longer than all the rest.
        return Line(memory, rank, told, len(told) // USUAL_TOKEN)
    return Line(memory, rank, told, count(_MARK + told) + 1)


def _cut(memory: Memory, content: str, query: str, share: int, count: Count) -> str:
    """A long content cut so that its line, and what may stand above it, take a share."""
    around = count(_MARK + quote(memory, "")) + 1 + _above(memory, set(), count)
    if share - around < SHORTEST_EXCERPT:
        return content
    return excerpt(content, query, share - around, count) or content


def _above(memory: Memory, standing: set[object], count: Count) -> int:
    """Tokens of the headings that the memory needs besides those that stand already."""
    return sum(count(text) + 1 for key, text in headings(memory) if key not in standing)
