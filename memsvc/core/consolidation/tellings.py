"""What a clause tells of its subject: the family of facts, the value, and how sure that is."""

from __future__ import annotations

from memsvc.core.consolidation.being import being
from memsvc.core.consolidation.having import having, thing
from memsvc.core.consolidation.kin import BODY
from memsvc.core.consolidation.telling_verbs import SENSES, VERBS, Form, Sense, sense_of
from memsvc.core.consolidation.told_clauses import Told
from memsvc.core.consolidation.worth_telling import (
    FUTURE,
    LIKELY,
    OFTEN,
    TIMED,
    WEAK,
    Telling,
    bare,
    head_of,
    is_dated,
    is_slight,
    is_telling,
    trimmed,
)

_SKILLS = frozenset("speak cook swim drive play sing dance ride ski read knit sew bake".split())  # noqa: SIM905
_NEVER = frozenset("eat drink smoke cook drive".split())  # noqa: SIM905
_NOT_PRESENT = frozenset("get take make do bring see meet finish start leave turn".split())  # noqa: SIM905
_BREAKING = frozenset("break hurt injure twist tear sprain".split())  # noqa: SIM905
_UNLEARNT = frozenset("more a so that from how about what some much".split())  # noqa: SIM905
_IT = frozenset("it this that these those them him her so there".split())  # noqa: SIM905
_ARTICLES = frozenset({"a", "an", "the"})
_LIGHT = frozenset(
    """
    make get take do have go give put set keep come see find lose leave turn start finish bring call
    try help be stay spend hold throw break meet become
    """.split()  # noqa: SIM905
)
_USUAL = frozenset({"hobbies", "activities"})
_LIKING = frozenset({"likes", "dislikes"})
_HELD = frozenset("buy own get keep sell lose inherit order".split())  # noqa: SIM905
_NOT_PLANNED = frozenset(
    "be do tell let try check miss think say know keep feel like love".split()  # noqa: SIM905
)
_GOALS = {
    "want": ("to",), "hope": ("to",), "plan": ("to", "on"), "think": ("of", "about"),
    "decide": ("to",), "need": ("to",),
}  # fmt: skip
_ENDING = {"stop": Form.PAST, "quit": Form.PAST}
_EVALUATED = frozenset("seeing hearing knowing being having how when that what to".split())  # noqa: SIM905


def telling(told: Told) -> Telling | None:
    """What a clause tells; None where that is nothing lasting, or nothing certain."""
    if told.verb == "be":
        return being(told)
    by_auxiliary = {"would": _would, "used": _used, "can": _can}.get(told.auxiliary)
    if by_auxiliary is not None:
        return by_auxiliary(told)
    if told.verb == "have" and told.form is not Form.PROGRESSIVE:
        to_do = told.form is Form.BASE and not told.negated and bare(told.rest[:1]) == ["to"]
        return _bound(told.rest) if to_do else having(told)
    return _held(told) or _planned(told) or _of_verb(told)


def _of_verb(told: Told) -> Telling | None:
    if told.verb in _GOALS:
        return _goal(told, told.verb, told.rest)
    if told.verb in _ENDING and told.form in (Form.PAST, Form.PARTICIPLE):
        return _ended(told) or _plain(told)
    if told.negated:
        return _denied(told)
    if told.auxiliary in {"will", "do", "does", "did"} or _is_to_be(told):
        return None
    return _plain(told)


def _held(told: Told) -> Telling | None:
    """ "I've got a dog"."""
    if told.verb != "get" or told.auxiliary not in {"have", "has"} or told.negated:
        return None
    return having(told._replace(auxiliary=""))


def _used(told: Told) -> Telling | None:
    value = trimmed([told.verb, *told.rest])
    return Telling("past", value) if len(value) > 1 and is_telling(value[1:]) else None


def _is_to_be(told: Told) -> bool:
    """ "Going to" do something that is no plan."""
    return told.verb == "go" and told.form is Form.PROGRESSIVE and bare(told.rest[:1]) == ["to"]


def _would(told: Told) -> Telling | None:
    if told.verb in {"like", "love"} and bare(told.rest[:1]) == ["to"]:
        return _goal(told, "want", told.rest)
    return None


def _planned(told: Told) -> Telling | None:
    """ "I'm going to move", "I'll visit Ben in May", "we are flying to Oslo on Friday"."""
    rest = told.rest
    text = " ".join([*told.when, *rest])
    is_now = told.auxiliary in {"am", "is", "are"} and told.form is Form.PROGRESSIVE
    if told.auxiliary == "will" and not told.negated:
        verb, value = told.verb, [told.verb, *rest]
        dated = FUTURE.search(text) is not None
    elif is_now and told.verb == "go" and bare(rest[:1]) == ["to"]:
        verb, value = bare(rest[1:2])[0] if rest[1:] else "", rest[1:]
        dated = _lasts(verb, rest[2:]) or FUTURE.search(text) is not None
    elif is_now and FUTURE.search(text) is not None and told.verb != "think":
        verb, value, dated = told.verb, [told.words[told.at], *rest], True
    else:
        return None
    value = trimmed(value)
    if not dated or told.negated or verb in _NOT_PLANNED or len(value) < 2:
        return None
    return Telling("plans", value) if is_telling(value[1:]) else None


def _lasts(verb: str, rest: list[str]) -> bool:
    """Whether what is planned is something that lasts, whenever it comes."""
    known = VERBS.get(verb)
    sense = sense_of(known[0], bare(rest)) if known else None
    return sense is not None and not sense.dated


def _goal(told: Told, verb: str, rest: list[str]) -> Telling | None:
    small = bare(rest[:2])
    if told.negated or told.past or len(small) < 2 or small[0] not in _GOALS[verb]:
        return None
    if verb == "need":
        return _bound(rest)
    if small[1] not in VERBS:
        return None
    if not _lasts(small[1], rest[2:]) and not FUTURE.search(" ".join(rest)):
        return None
    value = trimmed(rest[1:])
    if len(value) < 2 or not is_telling(value[1:]):
        return None
    return Telling("goals", value, WEAK)


def _bound(rest: list[str]) -> Telling | None:
    """What somebody has to do by a time."""
    value = trimmed(rest[1:])
    if len(value) < 2 or not FUTURE.search(" ".join(value)) or not is_telling(value[1:]):
        return None
    return Telling("plans", value, LIKELY)


def _ended(told: Told) -> Telling | None:
    small = bare(told.rest[:1])
    if not small or not (small[0].endswith("ing") or told.verb == "quit"):
        return None
    value = trimmed(told.rest)
    return Telling("no longer", value) if is_telling(value) else None


def _can(told: Told) -> Telling | None:
    """What somebody can do, or cannot."""
    value = trimmed(told.rest)
    if not told.negated:
        known = told.verb in _SKILLS and is_telling(value)
        return Telling("skills", [told.verb, *value]) if known else None
    cannot = ["cannot", told.verb, *value]
    if told.verb in _SKILLS and len(told.rest) < 4:
        return Telling("skills", cannot)
    if told.verb in {"come", "do"} and FUTURE.search(" ".join(value)):
        return Telling("plans", cannot)
    if not is_telling(value):
        return None
    if told.verb in {"stand", "bear"}:
        return Telling("dislikes", value)
    return Telling("diet", cannot) if told.verb in {"eat", "drink"} else None


def _denied(told: Told) -> Telling | None:
    """What somebody never does, or no more."""
    sense = sense_of(told.verb, bare(told.rest))
    if told.past or told.auxiliary in {"have", "has", "had", "will"} or sense is None:
        return None
    value = trimmed(told.rest)
    telling_value = is_telling(value)
    if told.verb in _NEVER and telling_value:
        predicate = "diet" if sense.predicate == "diet" else "habits"
        return Telling(predicate, ["not", told.verb, *value])
    if sense.predicate in _LIKING and telling_value and told.verb != "prefer":
        return Telling("dislikes", value) if not _is_about_a_clause(value) else None
    stopped = bare(told.rest[-1:]) == ["anymore"] or "longer" in told.small[: told.at]
    if stopped and (telling_value or sense.bare):
        return Telling("no longer", [told.verb, *value])
    return None


def _plain(told: Told) -> Telling | None:
    value = trimmed(told.rest)
    small = bare(value)
    sense = sense_of(told.verb, small)
    if sense is None:
        return _other(told, value)
    if "longer" in told.small[: told.at]:
        return Telling("no longer", [told.verb, *value]) if is_telling(value) else None
    if not _says_enough(told, sense, value) or not _is_fit(told, sense, value, small):
        return None
    predicate = sense.predicate
    if (told.verb in _BREAKING and BODY.isdisjoint(small)) or (told.verb == "run" and told.past):
        predicate = "events"
    if predicate == "events" or sense.dated:
        confidence = LIKELY if told.auxiliary or told.past else WEAK
        return Telling("events", [_verb(told), *value], confidence)
    return Telling(predicate, [*_verb_of(told, predicate), *value])


def _other(told: Told, value: list[str]) -> Telling | None:
    """Of a verb that tells nothing by itself: a habit, or something in particular."""
    small = bare(value)
    if not value or small[0] in _IT or "it" in small:
        return None
    text = " ".join([*told.when, *value])
    verb = [_verb(told)]
    if not told.past and OFTEN.search(text) and (told.verb not in VERBS or is_telling(value)):
        return Telling("habits", verb + value, LIKELY)
    past = told.past or told.form is Form.PARTICIPLE
    if (told.verb in SENSES and (told.verb in _LIGHT or not past)) or is_slight(small):
        return None
    if not is_telling(value):
        return None
    own = small[0] in {"my", "our"}
    if past:
        return Telling("events", verb + value, WEAK) if own or is_dated([text]) else None
    named = any(word[:1].isupper() for word in value)
    thing_done = own or named or not _ARTICLES.isdisjoint(small[:2]) or head_of(small).endswith("s")
    return Telling("activities", verb + value, WEAK) if thing_done else None


def _says_enough(told: Told, sense: Sense, value: list[str]) -> bool:
    """Whether what follows the verb is there, and names something."""
    behind = list(sense.behind)
    if sense.dated and not (is_dated([*told.when, *value]) and is_telling(value)):
        return False
    if len(behind) == 1 and not sense.bare and not is_telling(behind + value[1:]):
        return False
    if value and is_telling(value):
        return True
    usual = _is_habit(told) or told.form is Form.PROGRESSIVE or sense.predicate not in _USUAL
    return sense.bare and usual and _is_usual(told, value[len(behind) :])


def _is_fit(told: Told, sense: Sense, value: list[str], small: list[str]) -> bool:
    """Whether the verb is meant as it is in the family of facts, and of what lasts."""
    if sense.predicate in _LIKING and (told.past or _is_about_a_clause(value)):
        return False
    if sense.predicate == "diet" and not _is_habit(told):
        return False
    if told.verb in _HELD and (is_slight(small) or small[:1] == ["to"]):
        return False
    if told.verb == "get" and sense.behind == ("a",):
        got = thing(value, small)
        if got is None or got.confidence == WEAK:
            return False
    if told.verb == "turn" and not (small[0].isdigit() or small[0].endswith("ty")):
        return False
    if told.verb == "learn" and not _UNLEARNT.isdisjoint(small[:1]):
        return False
    if told.words[told.at].endswith((",", ";")):
        return False
    moment = told.form is Form.BASE and told.verb in _NOT_PRESENT and sense.predicate == "events"
    return not moment or TIMED.search(" ".join([*told.when, *value])) is not None


def _verb_of(told: Told, predicate: str) -> list[str]:
    """The verb belongs to the value where the predicate does not tell it."""
    if predicate in _LIKING and told.verb != "prefer":
        return []
    return [_verb(told)]


def _verb(told: Told) -> str:
    return told.words[told.at].rstrip(".,;:!?")


def _is_about_a_clause(value: list[str]) -> bool:
    first = bare(value[:1])
    return not first or first[0] in _EVALUATED or is_slight(bare(value)) or "it" in bare(value)


def _is_habit(told: Told) -> bool:
    return not told.past and told.form in (Form.BASE, Form.THIRD)


def _is_usual(told: Told, value: list[str]) -> bool:
    """Of a verb alone: "I knit", "we broke up", "she paints"; not "I run into" or "I paint it"."""
    if value:
        return bare(value[:1])[0] in {"a", "every", "in", "on", "since", "last", "with", "for"}
    return told.verb in SENSES
