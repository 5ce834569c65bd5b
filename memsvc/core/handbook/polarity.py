"""Whether of two instructions one says to do what the other says not to do."""

from __future__ import annotations

import re
from itertools import product

from memsvc.core.content_words import content_words
from memsvc.core.repetition import words

SHARED_FROM = 0.6
"""Of the telling words of the shorter clause, how many stand in the other one."""

_CLAUSES = re.compile(r"[,;:.!?](?=\s|\Z)|\b(?:and|but|or else|otherwise)\b", re.IGNORECASE)
_NEGATING = frozenset(
    """
    no not never none neither nor cannot dont don't doesn't shouldn't mustn't can't won't avoid
    avoiding refrain stop skip skipping without omit omitting forbid forbidden prohibit instead
    forget forgetting neglect nothing
    """.split()  # noqa: SIM905
)
_INSISTING = frozenset({"do", "does", "always", "please"})
# "Do not answer before you have checked": check, then answer.
_TURNING_BACK = frozenset({"before", "until", "unless", "except"})
_PAIRS = (
    "before/after always/never first/last increase/decrease ascending/descending enable/disable "
    "include/exclude minimum/maximum minimize/maximize minimise/maximise short/long brief/detailed "
    "briefly/fully accept/reject allow/deny allow/forbid trust/distrust more/less more/fewer "
    "upper/lower up/down on/off start/end start/stop begin/end early/late earliest/latest old/new "
    "older/newer oldest/newest older/newest small/large smallest/largest high/low higher/lower "
    "left/right open/close add/remove add/delete keep/remove keep/delete keep/drop show/hide "
    "public/private sync/async serial/parallel sequential/parallel local/remote local/global "
    "strict/lenient formal/informal simple/complex simple/elaborate guess/ask round/truncate "
    "above/below inside/outside with/without exact/approximate lock/unlock encrypt/decrypt "
    "absolute/relative once/twice ignore/consider ignore/heed ignore/use fast/slow quick/thorough "
    "shortest/longest shorter/longer easy/hard easiest/hardest big/small biggest/smallest "
    "client/server best/worst lowest/highest least/most together/apart"
)
_OPPOSITES = frozenset(frozenset(pair.split("/")) for pair in _PAIRS.split())
_OPPOSED = frozenset(word for pair in _OPPOSITES for word in pair)
_LEFT_OUT = re.compile(r"\b(?:leave|leaving) out\b", re.IGNORECASE)
_PREFERRED = re.compile(
    r"\b(?:prefer|use|choose|favou?r)\s+(.{2,80}?)\s+(?:over|to|instead of|rather than|not|before)"
    r"\s+(.{2,80})",
    re.IGNORECASE,
)


def are_opposite(one: str, other: str) -> bool:
    """Whether two instructions share a clause that one of them negates or turns around.

    That is: three fifths of the telling words of the shorter clause are in the other, and either
    one of the two is negated, or one has a word ("before") where the other has its opposite
    ("after"); or what one prefers to something is what the other prefers that to.
    """
    if _are_swapped(one, other) or _is_the_negation(one, other):
        return True
    return any(_clash(mine, theirs) for mine, theirs in product(_clauses(one), _clauses(other)))


def may_be_opposite(text: str) -> bool:
    """Whether a text has anything by which it could be the opposite of one that has nothing."""
    said = set(_said(text))
    return not said.isdisjoint(_NEGATING | _OPPOSED) or _PREFERRED.search(text) is not None


def numbers_in(text: str) -> list[str]:
    """The words with a digit, in order."""
    return [word for word in _said(text) if any(map(str.isdigit, word))]


def negations_in(text: str) -> list[str]:
    """The words that negate, in alphabetical order."""
    return sorted(word for word in _said(text) if word in _NEGATING)


def _said(text: str) -> list[str]:
    plain = text.replace("\u2019", "'")
    return words(_LEFT_OUT.sub("omit", plain))


def _clauses(text: str) -> list[str]:
    return [clause for clause in map(str.strip, _CLAUSES.split(text)) if clause]


def _clash(one: str, other: str) -> bool:
    mine, theirs = set(_said(one)), set(_said(other))
    turned = [
        (word, opposite)
        for word, opposite in product(mine - theirs, theirs - mine)
        if word in _OPPOSED and frozenset((word, opposite)) in _OPPOSITES
    ]
    if not turned and _is_negated(one) == _is_negated(other):
        return False
    left_out = _NEGATING | {word for pair in turned for word in pair}
    shared, least = _shared(one, other, left_out)
    # Both at once are the same again: "always check", "never leave unchecked".
    turns = [pair for pair in turned if not _NEGATING.intersection(pair)]
    return (
        shared > 0
        and shared >= SHARED_FROM * least
        and bool(turns) != (_is_negated(one) != _is_negated(other))
    )


def _shared(one: str, other: str, left_out: frozenset[str] | set[str]) -> tuple[int, int]:
    """How many telling words two clauses share, and how many the shorter has."""
    mine, theirs = (
        content_words(" ".join(word for word in _said(clause) if word not in left_out))
        for clause in (one, other)
    )
    return len(mine & theirs), min(len(mine), len(theirs))


def _is_negated(clause: str) -> bool:
    said = _said(clause)
    negations = sum(word in _NEGATING for word in said)
    if negations:
        negations += any(word in _TURNING_BACK for word in said)
    return negations % 2 == 1


def _is_the_negation(one: str, other: str) -> bool:
    """Whether they are the same but for words that negate or insist, of which one has one more."""
    said = [_said(text) for text in (one, other)]
    bare = [[word for word in words if word not in _NEGATING | _INSISTING] for words in said]
    negations = [sum(word in _NEGATING for word in words) for words in said]
    return bool(bare[0]) and bare[0] == bare[1] and sum(negations) % 2 == 1


def _are_swapped(one: str, other: str) -> bool:
    mine, theirs = _PREFERRED.search(one), _PREFERRED.search(other)
    if not mine or not theirs:
        return False
    first, second = map(content_words, mine.groups())
    third, fourth = map(content_words, theirs.groups())
    return bool(first & fourth and second & third) and not (first & third or second & fourth)
