"""Who does what in a clause: subject, verb and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from memsvc.core.consolidation.kin import KIN, PLURAL
from memsvc.core.consolidation.other_verbs import other_verb
from memsvc.core.consolidation.said_clauses import SaidClause
from memsvc.core.consolidation.telling_verbs import SAME_PAST, VERBS, Form
from memsvc.core.consolidation.third_person import AROUND
from memsvc.core.consolidation.worth_telling import TIMED

MOST_BEFORE = 6
"""Words before the subject: when and where."""
MOST_OWN = 6
"""Words of what is the speaker's: "my little brother Nuno"."""

_BE = frozenset("am is are was were 're".split())  # noqa: SIM905
_HAVE = frozenset("have has had".split())  # noqa: SIM905
_DO = frozenset("do does did".split())  # noqa: SIM905
_WILL = frozenset("will can would".split())  # noqa: SIM905
_UNSURE = frozenset("might may could should must shall ought".split())  # noqa: SIM905
_AUXILIARIES = _BE | _HAVE | _DO | _WILL
ADVERBS = frozenset(
    """
    just really also always still recently currently now already finally actually only usually often
    sometimes even totally absolutely definitely officially both all sure mostly mainly normally
    generally typically regularly occasionally rarely probably seriously truly simply lately soon
    then ever proudly happily secretly certainly basically literally once first originally newly
    barely hardly well kinda never temporarily permanently currently accidentally eventually deeply
    """.split()  # noqa: SIM905
)
_PASSED = ADVERBS | {"no", "longer"}
_HEDGES = frozenset({"probably", "almost", "nearly", "maybe", "perhaps", "possibly", "likely"})
_FRONT = frozenset(
    """
    in on at last this next since for after before during yesterday today tomorrow recently lately
    currently now then these every each back from until by two three a an one some nowadays soon
    finally actually once also right as when tonight growing throughout with sometimes usually
    """.split()  # noqa: SIM905
)
_ONCE = frozenset({"last", "yesterday", "ago"})
_ALONE = frozenset("recently lately currently then also now growing soon".split())  # noqa: SIM905
_WE = frozenset({"i", "we"})
_OWN = frozenset({"my", "our"})
_THEY = frozenset({"he", "she", "they"})
_PAST = frozenset("was were had did".split())  # noqa: SIM905
_COUNTED = frozenset("two three four five six seven eight nine ten".split())  # noqa: SIM905

_KNOWN = {
    "be": ("be", Form.BASE), "have": ("have", Form.BASE), "want": ("want", Form.BASE),
    "wants": ("want", Form.THIRD), "plan": ("plan", Form.BASE), "plans": ("plan", Form.THIRD),
    "planning": ("plan", Form.PROGRESSIVE), "hope": ("hope", Form.BASE),
    "hopes": ("hope", Form.THIRD), "hoping": ("hope", Form.PROGRESSIVE),
    "thinking": ("think", Form.PROGRESSIVE), "going": ("go", Form.PROGRESSIVE),
    "stopped": ("stop", Form.PAST), "stop": ("stop", Form.BASE), "need": ("need", Form.BASE),
    "stand": ("stand", Form.BASE), "putting": ("put", Form.PROGRESSIVE),
    "decided": ("decide", Form.PAST), **VERBS,
}  # fmt: skip
"""Verbs by their forms, with those that matter before other verbs."""


class Told(NamedTuple):
    """One clause: `owned` is what the subject is if it is the speaker's, empty for the speaker.

    `words` are those from the finite verb on, as written, `small` the same bare; `at` is where
    among them the main verb stands, of which `verb` and `form` tell. `pronoun` is "he" or the like
    where the subject is named by an earlier clause.
    """

    owned: list[str]
    pronoun: str
    words: list[str]
    small: list[str]
    at: int
    verb: str
    form: Form
    auxiliary: str
    negated: bool
    when: list[str]

    @property
    def rest(self) -> list[str]:
        """What follows the main verb, as written."""
        return self.words[self.at + 1 :]

    @property
    def past(self) -> bool:
        return self.auxiliary in _PAST or (not self.auxiliary and self.form is Form.PAST)


def told_in(clause: SaidClause) -> Iterator[Told]:
    """What the clause tells; a second verb of the same subject tells something of its own."""
    start = _subject_at(clause)
    if start is None:
        return
    first = clause.small[start]
    end = start + 1 if first not in _OWN else _own_end(clause, start)
    if end is None or end >= len(clause.small):
        return
    if clause.small[end : end + 2] == ["and", "i"]:
        first, end = "we", end + 2
    owned = clause.written[start + 1 : end] if first in _OWN else []
    when = clause.written[:start]
    told = _told(clause, end, owned, first if first in _THEY else "", when)
    if told is None:
        return
    cut = _second_verb(told)
    if cut is None:
        yield told
        return
    yield told._replace(words=told.words[: cut - 1], small=told.small[: cut - 1])
    head = 0 if told.form in (Form.BASE, Form.PAST, Form.THIRD) else told.at
    before, bare = told.words[:head], told.small[:head]
    joined = SaidClause([*before, *told.words[cut:]], [*bare, *told.small[cut:]])
    second = _told(joined, 0, owned, told.pronoun, when)
    if second is not None:
        yield second


def _subject_at(clause: SaidClause) -> int | None:
    for at, word in enumerate(clause.small[: MOST_BEFORE + 1]):
        if word in _WE or word in _OWN or word in _THEY:
            before = clause.small[:at]
            # "Marta and I", "my wife and I"; "with my sister": here no subject begins.
            if word == "i" and before[-1:] == ["and"] and clause.written[0][:1].isupper():
                return at
            if at and not _is_front(before, own=word in _OWN):
                return None
            return at
        if at and (word in VERBS or word in _AUXILIARIES):
            return None
    return None


def _is_front(before: list[str], *, own: bool) -> bool:
    """Whether these words before a subject say when, and do not take it for their own."""
    if before[0] not in _FRONT or (own and before[-1] in _FRONT):
        return False
    return len(before) == 1 or before[0] in _ALONE or TIMED.search(" ".join(before)) is not None


def _own_end(clause: SaidClause, start: int) -> int | None:
    """Where what is the speaker's ends: at the verb."""
    small = clause.small
    for at in range(start + 2, min(start + 2 + MOST_OWN, len(small))):
        word = small[at]
        if word in _AUXILIARIES or word in _UNSURE:
            return at
        if word == "and" and small[at + 1 : at + 2] == ["i"]:
            return at
        if word.endswith("s") and other_verb(word, "", by_other=True) is not None:
            before = at - 2 if clause.written[at - 1][:1].isupper() else at - 1
            if small[before] in KIN and small[before] not in PLURAL:
                return at
        if small[at - 1] == "and":
            continue
        known = VERBS.get(word)
        named = clause.written[at][:1].isupper()
        if known and not named and known[1] in (Form.THIRD, Form.PAST, Form.BASE):
            plural = small[at - 1].endswith("s") or known[1] is not Form.BASE
            return at if plural else None
        if word in ADVERBS:
            return at
    return None


def _told(
    clause: SaidClause, start: int, owned: list[str], pronoun: str, when: list[str]
) -> Told | None:
    words, small = clause.written[start:], clause.small[start:]
    auxiliary, negated = "", False
    for at, word in enumerate(small):
        if word in {"not", "never", "nolonger"}:
            negated = True
        elif word in _UNSURE or word in _HEDGES:
            return None
        elif word in _PASSED or (word == "to" and auxiliary == "used"):
            continue
        elif word == "used" and small[at + 1 : at + 2] == ["to"]:
            auxiliary = "used"
        elif word in _AUXILIARIES or word == "been":
            main = _main_verb(word, small[at + 1 :])
            if main is not None:
                return Told(owned, pronoun, words, small, at, *main, auxiliary, negated, when)
            auxiliary = auxiliary if word == "been" and auxiliary == "used" else word
        else:
            known = _KNOWN.get(word)
            if known is None:
                known = other_verb(word, auxiliary, by_other=bool(owned or pronoun))
            if known is None:
                return None
            form = _form(word, *known, auxiliary, last=not _ONCE.isdisjoint(small))
            return Told(owned, pronoun, words, small, at, known[0], form, auxiliary, negated, when)
    return None


def _main_verb(word: str, behind: list[str]) -> tuple[str, Form] | None:
    """The verb, if this auxiliary is the main verb: nothing follows that it could help."""
    at = 0
    while at < len(behind) and (behind[at] in _PASSED or behind[at] == "not"):
        at += 1
    following = behind[at] if at < len(behind) else ""
    known = _KNOWN.get(following) or other_verb(following, word, by_other=False)
    form = known[1] if known else None
    if word in _BE:
        main = "be", Form.PAST if word in {"was", "were"} else Form.BASE
        return None if form is Form.PROGRESSIVE else main
    if word == "been":
        return None if form is Form.PROGRESSIVE else ("be", Form.PARTICIPLE)
    if word in _HAVE:
        helping = following == "been" or following in _HAVE or following in SAME_PAST
        helping |= form in (Form.PAST, Form.PARTICIPLE)
        helping &= behind[at : at + 2] != ["got", "to"]
        return None if helping else ("have", Form.PAST if word == "had" else Form.BASE)
    if word in _DO and form is None and behind[:1] != ["not"]:
        return "do", Form.PAST if word == "did" else Form.BASE
    return None


def _form(word: str, verb: str, form: Form, auxiliary: str, *, last: bool = False) -> Form:
    if form is Form.PAST and auxiliary in _HAVE:
        return Form.PARTICIPLE
    if verb == "read" and not auxiliary and word == verb:
        return Form.PAST if last else Form.BASE
    if word == verb:
        return form if verb in SAME_PAST and not auxiliary else Form.BASE
    return form


def _second_verb(told: Told) -> int | None:
    """Where a second verb of the same form stands behind "and"."""
    for at in range(told.at + 2, len(told.small) - 1):
        if told.small[at - 1] != "and" or told.small[at - 2] in KIN:
            continue
        word = told.small[at]
        following = told.small[at + 1] if word in ADVERBS else word
        known = VERBS.get(following)
        if following in {"have", "had", "am", "was"} and told.form in (Form.BASE, Form.PAST):
            return at
        if known is None or told.words[at][:1].isupper():
            continue
        same = _form(following, *known, told.auxiliary) is told.form
        if same and following.strip(AROUND) != "love":
            return at
    return None
