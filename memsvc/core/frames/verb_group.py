"""The verbs of a clause: auxiliaries, what they deny, and what form of verb follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from memsvc.core.frames.lexicon import VERBS, Form, phrase_at
from memsvc.core.frames.open_verbs import VERBS as OPEN_VERBS
from memsvc.core.frames.open_verbs import counts
from memsvc.core.frames.preferences import VERBS as PREFERRING
from memsvc.core.frames.sentences import NO_LONGER

_BE = frozenset({"is", "are", "am"})
_WAS = frozenset({"was", "were"})
_HAVE = frozenset({"has", "have", "had"})
_NOT = frozenset({"not", "never", NO_LONGER})
_DO = frozenset({"do", "does", "did"})
# Verbs after which stands what something now is.
_BECOMING = frozenset({"became", "becomes", "become", "remains", "remained", "stays", "stayed"})
AUXILIARIES = PREFERRING | _BE | _WAS | _HAVE | _DO | _BECOMING | OPEN_VERBS | {"used"}
"""Words that may be a verb whatever follows."""
FINITE = VERBS | AUXILIARIES | {NO_LONGER, "never"}
"""Words that may be, or begin, the verb of a clause."""

_SORTS = {
    **dict.fromkeys(_BE, "be"),
    **dict.fromkeys(_WAS, "be past"),
    **dict.fromkeys(_BECOMING, "be becoming"),
    **dict.fromkeys(_HAVE, "perfect"),
    **dict.fromkeys(_NOT, "negated"),
    **dict.fromkeys(_DO, "support"),
    "had": "perfect past",
    "did": "support past",
}
_PLURAL = frozenset({"are", "were", "have", "do"})


class Group(NamedTuple):
    """The verbs of a clause: from the first word to behind the last auxiliary."""

    start: int
    end: int
    form: Form
    negated: bool = False
    past: bool = False
    plural: bool = False
    perfect: bool = False


def group_at(bare: Sequence[str], at: int) -> Group | None:
    """The auxiliaries that begin at a word, and what form of verb follows; None for no verb."""
    told: set[str] = set()
    end = at
    while end < len(bare):
        sort = _sort(bare, end, told)
        if sort is None:
            break
        told.update(sort.split())
        end += 2 if sort == "former" else 1
    if end == len(bare) or {"negated", "former"} <= told:
        return None
    plural = bare[at] in _PLURAL
    former, perfect, past = "former" in told, "perfect" in told, "past" in told
    negated = former or "negated" in told
    if "be" in told:
        past = past and not (former or perfect or "becoming" in told)
        return Group(at, end, Form.BE, negated, past, plural, perfect)
    if perfect:
        return Group(at, end, Form.PARTICIPLE, negated, past)
    if former or "support" in told:
        return Group(at, end, Form.BASE, negated, past and not negated, plural)
    return Group(at, end, Form.THIRD, negated)


def _sort(bare: Sequence[str], at: int, told: set[str]) -> str | None:
    """What an auxiliary tells, in words; None for a word that is none."""
    word = bare[at]
    if word == "been" or (word == "be" and "former" in told):
        return "be"
    if word == "since" and "perfect" in told:
        return ""
    if word == "used":
        return "former" if bare[at + 1 : at + 2] == ["to"] else None
    if word in _HAVE and _is_main(bare, at, base=bool(told & {"support", "former"})):
        return None
    return _SORTS.get(word)


def _is_main(bare: Sequence[str], at: int, *, base: bool) -> bool:
    forms = (Form.BASE,) if base else (Form.THIRD, Form.BASE, Form.PAST)
    return counts(bare, at) or any(phrase_at(bare, at, form) for form in forms)
