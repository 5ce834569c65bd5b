"""Whether a sentence with a sign of a relation is about something else than who has it now.

"The CEO of Acme met Ben", "Ana's sister works at Beta", "Ben was never married to Ana".
"""

from __future__ import annotations

from collections.abc import Sequence

from memsvc.core.frames.lexicon import nouns_of
from memsvc.core.frames.names_in import ENDS, Span
from memsvc.core.frames.sentences import Sentence
from memsvc.core.frames.signs import signs_at

MOST_OTHERS = 1
"""How many words may tell something else: beyond that the sentence is likely about that."""

# Words that speak of another than the present holder, or deny.
_NOT_THE_ONE = frozenset(
    """
    not never no nor nolonger former formerly ex previous previously deputy vice assistant interim
    acting honorary co next future first-ever once neither without unlike instead rather than
    second third another also both besides either or almost against versus denied denies rejected
    rejects refused refuses lost loses failed fails quit left resigned ex-husband ex-wife
    """.split()  # noqa: SIM905
)
_KIN = frozenset(
    """
    sister brother son daughter mother father mum mom dad friend cousin colleague uncle aunt child
    parents neighbour neighbor boss assistant grandmother grandfather family dog cat niece nephew
    flatmate roommate teacher doctor mother-in-law father-in-law brother-in-law sister-in-law
    husband wife partner girlfriend boyfriend stepson stepdaughter twin rival
    """.split()  # noqa: SIM905
)
# Words that tell nothing by themselves.
_LIGHT = frozenset(
    """
    the a an of in at on to for from by with and or as is are was were be been being am it its this
    that these those has have had having do does did which who whom whose where there what under
    into over than up out about one all any can you your we they he she i my our his her their them
    upon within behind among through throughout across toward towards own very so just only both
    belong belongs belonged name names named called come comes came take takes took put puts place
    places placed hold holds held carry carries carried give gives given got get gets read reads
    enjoy enjoys occupy occupies occupied fill fills filled keep keeps kept sit sits stand stands
    stood lie lies fall falls find finds found mean means make makes made go goes serve serves
    served count counts counted list lists listed status person people man woman city cities town
    country company firm thing day life world time many most every each job role post part title
    someone somebody everyone known well-known
    """.split()  # noqa: SIM905
)
# Behind "the CEO of Acme", and before it: what says who that is. Other verbs tell what they do.
_LINKS = frozenset(
    """
    is are was were goes go belongs rests lies falls reads remains read of at in to for on by with
    as post position job role title seat and
    """.split()  # noqa: SIM905
)
_HOLDING = frozenset(
    """
    is are was were be as of for to in at by with from and the a an has have holds hold fills
    occupies takes wears carries serves plays bears fulfils fulfills behind under being like
    """.split()  # noqa: SIM905
)
_ARTICLES = frozenset({"the", "a", "an"})
_LONGEST = 4


def denies(words: Sequence[str], named: Sequence[Span]) -> bool:
    """Whether a word, in small letters and no name, denies or speaks of another time."""
    inside = {at for span in named for at in range(*span)}
    return any(word in _NOT_THE_ONE and at not in inside for at, word in enumerate(words))


def is_about(
    said: Sentence, words: Sequence[str], subject: Span, relation: str, named: Sequence[Span]
) -> bool:
    """Whether a sentence tells the relation of the subject, and little else.

    `words` are those of the sentence in small letters, `named` all that stand for names.
    """
    return (
        _is_itself(said, words, subject, relation)
        and _others(words, subject, relation, named) <= MOST_OTHERS
        and not _in_passing(said, words, subject, relation)
    )


def _is_itself(said: Sentence, words: Sequence[str], subject: Span, relation: str) -> bool:
    """Whether it is the named one that is spoken of, and not somebody or something of it."""
    start, end = subject
    telling = signs_at(words, relation)
    if said.bare[end - 1].endswith("'s"):
        reach = 1 if words[end : end + 1] and words[end] in _KIN else 3
        return not telling.isdisjoint(range(end, end + reach))
    if start > 1 and words[start - 1] in {"of", "to"}:
        return start - 2 in telling or words[start - 2] in _LIGHT
    return True


def _others(words: Sequence[str], subject: Span, relation: str, named: Sequence[Span]) -> int:
    """How many words tell something else."""
    # A word alone that begins the sentence has its capital letter from that.
    names = {at for span in named if span != (0, 1) for at in range(*span)}
    told = signs_at(words, relation) | names | {*range(*subject)}
    return sum(at not in told and word not in _LIGHT for at, word in enumerate(words) if word)


def _in_passing(said: Sentence, words: Sequence[str], subject: Span, relation: str) -> bool:
    """Whether the relation only describes somebody of whom something else is told."""
    described = _description(said, words, subject, relation)
    if described is None:
        return False
    first, last = described
    while first and words[first - 1] in _ARTICLES:
        first -= 1
    if first == 0:
        ends = said.written[last - 1].endswith(ENDS)
        return last < len(words) and words[last] not in _LINKS and not ends
    return words[first - 1] not in _HOLDING and not said.written[first - 1].endswith(ENDS)


def _description(said: Sentence, words: Sequence[str], subject: Span, relation: str) -> Span | None:
    """Where the holder is described by the subject: "Acme's CEO", "the famous CEO of Acme"."""
    start, end = subject
    if said.bare[end - 1].endswith("'s"):
        last = max(_called(words, at, relation) for at in (end, end + 1))
        return Span(start, last) if last else None
    if start < 2 or words[start - 1] not in {"of", "at", "in", "for"}:
        return None
    behind = start - 1
    first = next((at for at in range(max(0, behind - _LONGEST), behind)
                  if _called(words, at, relation) == behind), None)  # fmt: skip
    if first is None:
        return None
    while first > max(0, start - 5) and words[first - 1] not in _HOLDING:
        first -= 1
    return Span(first, end)


def _called(words: Sequence[str], at: int, relation: str) -> int:
    """Behind the last word of what the value is called from a word on, "chief executive"; or 0."""
    for end in range(min(at + _LONGEST, len(words)), at, -1):
        if any(known.name == relation for known in nouns_of(words[at:end])):
            return end
    return 0
