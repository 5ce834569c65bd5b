"""Where in a sentence names stand, and which names they may be made of.

Without a dictionary a capital letter is all there is to go by: "Development of Mortal Kombat X" may
name one thing or two. All that it may be is given, and who knows the things picks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from memsvc.core.frames.sentences import AROUND, Sentence
from memsvc.core.frames.subject import named_key

_INSIDE = frozenset(
    """
    of the de von van der den la le les du da di del della delle dei dos das do al el bin ibn ben y
    e zu zum im am och og sur sous aux ter ten het and & for in on a an
    """.split()  # noqa: SIM905
)
ENDS = (",", ";", ":", "!", "?", ")")
"""What ends a name behind a word."""

# Words that begin a sentence with a capital letter, and name nothing.
_SMALL_FIRST = frozenset(
    """
    the a an in on at by from for to of as it he she they we you i its his her their our your my
    if when with under all every each no there here this that these those over after before since
    who whoever what whatever where anyone everyone everybody nobody people most many some
    look letters credit turn open ask
    """.split()  # noqa: SIM905
)


class Span(NamedTuple):
    """Some words of a sentence: the first, and behind the last."""

    start: int
    end: int

    def touches(self, other: Span) -> bool:
        """Whether they have a word in common."""
        return self.start < other.end and other.start < self.end


def runs(said: Sentence) -> list[Span]:
    """Words that begin with a capital letter or digit, with small ones such as "of" between."""
    found, at = [], 0
    while at < len(said.bare):
        if _is_name(said.bare[at], at):
            found.append(Span(at, _end(said, at)))
            at = found[-1].end
        else:
            at += 1
    return found


def _end(said: Sentence, at: int) -> int:
    bare = said.bare
    end = last = at + 1
    while end < len(bare) and not said.written[end - 1].endswith(ENDS):
        if bare[end - 1].endswith("'s") and not bare[end][:1].isupper():
            break
        if _is_name(bare[end], end) or (bare[end] == "I" and end == last):
            last = end + 1
        elif bare[end] not in _INSIDE or end - last > 1:
            break
        end += 1
    return last


def _is_name(word: str, at: int) -> bool:
    first = word[:1]
    if at == 0 and word.lower() in _SMALL_FIRST:
        return False
    return (first.isupper() and word != "I") or first.isdigit() or any(map(str.isupper, word[1:]))


def names(said: Sentence, found: Sequence[Span], nouns: Iterable[Span]) -> list[tuple[Span, str]]:
    """What the runs may name, and the nouns, each with its key."""
    spans = {span: None for run in found for span in _parts(said.bare, run)}
    spans.update(dict.fromkeys(nouns))
    for one, other in pairwise(found):
        if one.end == other.start:
            spans[Span(one.start, other.end)] = None  # "Francis, Duke of C\xe1diz"
    if said.bare[0] in {"A", "An"}:  # "A Hard Day's Night"
        spans.update({Span(0, span.end): None for span in list(spans) if span.start == 1})
    return [(span, key_at(said, span)) for span in spans]


def _parts(bare: Sequence[str], run: Span) -> Iterator[Span]:
    """A run and the names in it: "the death of Ana", "Ana's novel Reed"."""
    start, end = run
    yield run
    for at in range(start, end):
        if bare[at].endswith("'s"):
            yield Span(start, at + 1)
        elif bare[at] not in _INSIDE:
            continue
        elif at > start:
            yield Span(start, at)
        behind = next((on for on in range(at + 1, end) if bare[on] not in _INSIDE), end)
        if behind < end:
            yield Span(behind, end)
    if start == 0 and end > 1 and bare[1] not in _INSIDE:
        yield Span(1, end)


def key_at(said: Sentence, span: Span) -> str:
    """The key of what these words name; a comma within counts, "'s" at the end does not."""
    *first, _ = (word.strip(AROUND.replace(",", "")) for word in said.written[slice(*span)])
    return named_key([*first, said.bare[span.end - 1].removesuffix("'s")])
