"""A short plain statement with subject and value masked, to be compared with prototypes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from memsvc.core.frames.prototypes import FIRST, SECOND
from memsvc.core.frames.sentences import NO_LONGER, Sentence, sentences
from memsvc.core.frames.spot import STRONG, Kind, Spot, overlaps
from memsvc.core.frames.spotting import spots

LONGEST = 160
"""Characters of the longest statement that is read by its meaning."""
MOST = 4
"""Templates made of one statement."""

_UNSURE = re.compile(
    r"\b(?:running|candidates?|candidacy|nominees?|nominated|applied|rumou?rs?|rumou?red|included?|"
    r"includes|including|among|another|one of|deputy|acting|assistant|vice|interim|aspiring|"
    r"in talks|offered|former|formerly|previous|previously|ex-\w+|first|last|next|youngest|second|"
    r"third|used to|once|originally|back then|in the past|at first|nolonger|not|never|until \d{4}|"
    r"in \d{4}|from \d{4}|n't|perhaps|maybe|plans|planning)\b",
    re.IGNORECASE,
)
_ENDS = ".!?,;:"


class Template(NamedTuple):
    """A statement with `first` and, if any, `second` masked, in the order they stand."""

    text: str
    first: Spot
    second: Spot | None
    said: Sentence


def templates(content: str, most: int = MOST) -> tuple[Template, ...]:
    """The statement masked in the likeliest ways, at most so many; none where it is not plain."""
    if len(content) > LONGEST or "\n" in content.strip():
        return ()
    read = list(sentences(content, lenient=True))
    if len(read) != 1 or read[0].adding or _is_unsure(read[0]):
        return ()
    [said] = read
    made: dict[str, Template] = {}
    for template in _templates(said):
        made.setdefault(template.text, template)
        if len(made) == most:
            break
    return tuple(made.values())


def _is_unsure(said: Sentence) -> bool:
    """What is denied, past, wished or one of several."""
    return NO_LONGER in said.bare or _UNSURE.search(" ".join(said.bare)) is not None


def _templates(said: Sentence) -> Iterator[Template]:
    found = spots(said)
    named = [one for one in found if one.kind in STRONG and one.kind is not Kind.SPEAKER]
    if len(named) == 1 and not _speaks_of_one(found):
        # Perhaps it is said of nothing but itself: "we keep logs for 90 days".
        yield _template(said, named[0], None)
    for one, other in sorted(combinations(found, 2), key=lambda pair: _rank(pair, said)):
        if _may_pair(one, other):
            first, second = sorted((one, other), key=lambda spot: spot.start)
            yield _template(said, first, second)


def _speaks_of_one(found: Sequence[Spot]) -> bool:
    return any(one.kind is Kind.THING and one.start == 0 for one in found)


def _may_pair(one: Spot, other: Spot) -> bool:
    kinds = {one.kind, other.kind}
    if overlaps(one, other) or kinds <= {Kind.NOUN} or kinds == {Kind.SPEAKER}:
        return False
    return kinds != {Kind.NUMBER}


def _rank(pair: tuple[Spot, Spot], said: Sentence) -> tuple[int, int]:
    """Likeliest first: names, numbers and speakers, then what is far apart in the sentence."""
    weak = sum(one.kind not in STRONG for one in pair)
    weak += sum(one.kind is Kind.FIRST_WORD for one in pair)
    spread = abs(pair[0].start - pair[1].start)
    return weak, len(said.bare) - spread


def _template(said: Sentence, first: Spot, second: Spot | None) -> Template:
    words: list[str] = []
    at = 0
    while at < len(said.bare):
        masked = next((one for one in (first, second) if one and one.start == at), None)
        if masked is None:
            if said.bare[at]:
                words.append(_as_prototypes_have(said, at))
            at += 1
            continue
        sign = FIRST if masked is first else SECOND
        words.append(sign + ("'s" if masked.owns else "") + _comma(said.written[masked.end - 1]))
        at = masked.end
    return Template(" ".join(words).rstrip(_ENDS), first, second, said)


def _as_prototypes_have(said: Sentence, at: int) -> str:
    word = said.bare[at]
    return (word.lower() if at == 0 else word) + _comma(said.written[at])


def _comma(written: str) -> str:
    return "," if written.endswith(",") else ""
