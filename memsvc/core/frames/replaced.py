"""Sentences that tell of a change and name what was before, whatever the new value is.

"We upgraded production Postgres from 14.9 to 16.2" needs no pattern beside "The production Postgres
version is 14.9": it names the value, speaks of the same thing, and says that it changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from memsvc.core.frames.frame import OPEN, Frame
from memsvc.core.frames.signs import weighed
from memsvc.core.frames.subject import plain_key

LONGEST_CHARS = 240
"""Of a text with a change in it that is about one thing."""
MOST_FORMER = 24
"""How many values a sentence may name as former ones."""
_LONGEST = 4
"""Words of the longest such value."""
_STEM = 4

_CUE = re.compile(
    r"\b(?:no longer|any ?more|instead of|rather than|used to|switch(?:ed|es)?|chang(?:ed|es)|"
    r"replac(?:ed|es)|mov(?:ed|es)|migrat(?:ed|es)|convert(?:ed|s)|ported|renamed|taken over|"
    r"takes over|took over|transferred|upgraded|downgraded|extended|renewed|left|quit|fired|"
    r"cancell?ed|dropped|rotated|relaxed|gone off|gave up|decided against|correction|"
    r"by mistake|swapped|passed|became|enlarged|reduced|raised|lowered|grew|shrank|"
    r"brought forward|pushed back|postponed|rewrote|rewritten|reshuffled|overtaken|walked out|"
    r"different|given back|after all|out at|has gone|went|closed my|closed our|turned up|"
    r"turned down)\b",
    re.IGNORECASE,
)
# Of these the thing that was is itself the object.
_GIVEN_UP = re.compile(
    r"\b(?:switch(?:ed|es)?|replac(?:ed|es)|quit|left|fired|dropped|cancell?ed|convert(?:ed|s)|"
    r"ported|migrat(?:ed|es)|swapped|renamed|chang(?:ed|es)|used to|instead of|rather than|"
    r"decided against|gone off|no longer|any ?more|closed my|closed our)\b",
    re.IGNORECASE,
)
_DOUBTFUL = re.compile(
    r"\?|\b(?:might|maybe|may|if|considering|plans? to|thinking|wants? to|rumou?rs?|probably|would|"
    r"could|soon|will|should|unless|whether|hopes? to|except|almost|nearly)\b",
    re.IGNORECASE,
)
_MINE = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur|me)\b")
_WORD = re.compile(r"[^\s,;!?()\"\u201c\u201d]+")
_SMALL = frozenset(
    """
    the a an of in at on to for from by with and or as is are was were be been my our his her their
    its it this that i we you he she they have had has do does did not
    """.split()  # noqa: SIM905
)


def former_values(content: str) -> frozenset[str]:
    """Keys of all that a text may name as a value that holds no more; none without a change."""
    if len(content) > LONGEST_CHARS or not _CUE.search(content) or _DOUBTFUL.search(content):
        return frozenset()
    found = dict.fromkeys(_pieces(_words(content)))
    return frozenset(list(found)[:MOST_FORMER])


def _words(content: str) -> list[str]:
    words = (word.rstrip(".:").removesuffix("'s") for word in _WORD.findall(plain_key(content)))
    return [word for word in words if word]


def _pieces(words: list[str]) -> Iterator[str]:
    """Runs of words that neither begin nor end with a small one, the likeliest first."""
    behind = {at + 1 for at, word in enumerate(words) if word in _BEFORE}
    starts = sorted(range(len(words)), key=lambda at: (at not in behind, at))
    for start in starts:
        if words[start] in _SMALL:
            continue
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            if words[end - 1] not in _SMALL:
                yield " ".join(words[start:end])


_BEFORE = frozenset(
    """
    from than of the longer to with against at left quit fired dropped replaced used be not was off
    cancelled canceled
    """.split()  # noqa: SIM905
)


def value_of(frame: Frame) -> str:
    """The key of a frame's value, as texts name it."""
    return " ".join(_words(frame.value))


def replaces(content: str, frame: Frame, stated: str) -> bool:
    """Whether a text with a change in it ends a frame that was read in what was `stated`.

    The value is among the `former_values` of the text.
    """
    told, before, value = _stems(content), _stems(stated), _stems(frame.value)
    if frame.relation.startswith(OPEN):
        names = {stem for word in stated.split()[1:] if word[:1].isupper() for stem in _stems(word)}
        rest = before - value
        return names - value <= told and 2 * len(rest & told) >= len(rest) > 0
    subject = _stems(frame.subject)
    # "The song Glass Harbour" may be called Glass Harbour.
    named = {stem for word in stated.split() if word[:1].isupper() for stem in _stems(word)}
    subject = subject & named or subject
    if frame.first_person:
        if not _MINE.search(content):
            return False
    elif not subject <= told:
        return False
    return bool(
        (before - subject - value) & told
        or frame.relation in weighed(_words(content))
        or _GIVEN_UP.search(content)
        or f" from {value_of(frame)} " in f" {' '.join(_words(content))} "
    )


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in re.findall(r"[a-z0-9]{2,}", plain_key(text))} - _SMALL
