"""What somebody says of themselves, said of them: "I have a cat" of Ana is "Ana has a cat".

Inside the sentence the speaker becomes "they", whose verbs have the form that "I" takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from memsvc.core.consolidation.telling_verbs import third

_TO_THIRD = {
    "i": "they", "me": "them", "my": "their", "mine": "theirs", "myself": "themselves",
    "we": "they", "us": "them", "our": "their", "ours": "theirs", "ourselves": "themselves",
}  # fmt: skip
_FINITE = {
    "am": "is", "are": "is", "were": "was", "have": "has", "do": "does", "will": "will",
    "can": "can", "would": "would",
}  # fmt: skip
_AFTER_THEY = {"am": "are", "was": "were"}
_OTHERS = frozenset("they them their theirs themselves".split())  # noqa: SIM905
AROUND = ".,;:!?\"'()[]{}\u201c\u201d\u2018\u2019\u2026*_~"


def finite(word: str, *, is_base: bool) -> str:
    """The finite verb after a name instead of after "I" or "we"; `is_base`: it has no ending."""
    known = _FINITE.get(word)
    if known is not None:
        return known
    return third(word) if is_base else word


def of_them(words: Iterable[str]) -> list[str]:
    """The words with "they" for the speaker."""
    said: list[str] = []
    turned = False
    for word in words:
        bare = word.strip(AROUND)
        to = _TO_THIRD.get(bare.lower())
        if to is None and turned:
            to = _AFTER_THEY.get(bare)
        turned = bare.lower() in {"i", "we"}
        said.append(word if to is None else word.replace(bare, to, 1))
    return said


def is_safe(words: Sequence[str]) -> bool:
    """Whether "they" for the speaker can be told from others in these words."""
    small = {word.strip(AROUND).lower() for word in words}
    return small.isdisjoint(_OTHERS) or small.isdisjoint(_TO_THIRD)
