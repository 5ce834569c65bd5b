"""What people are: by name, age, calling, state, origin, liking."""

from __future__ import annotations

from memsvc.core.consolidation.kin import BODY, KIN
from memsvc.core.consolidation.telling_verbs import Form
from memsvc.core.consolidation.told_clauses import Told
from memsvc.core.consolidation.worth_telling import (
    FUTURE,
    LIKELY,
    OFTEN,
    WEAK,
    Telling,
    bare,
    head_of,
    is_slight,
    is_telling,
    trimmed,
)
from memsvc.core.frames.states import JOBS

_STATES = {
    word: predicate
    for predicate, words in {
        "marital status": "married single divorced engaged widowed separated",
        "diet": """vegan vegetarian pescatarian gluten-free lactose-free flexitarian keto kosher
            halal""",
        "conditions": """diabetic asthmatic celiac coeliac deaf blind colourblind colorblind
            colour-blind color-blind dyslexic autistic epileptic anemic anaemic pregnant lactose
            left-handed right-handed hypertensive short-sighted nearsighted bipolar insomniac
            immunocompromised sober""",
        "occupation": "retired unemployed self-employed freelancing",
        "religion": """muslim christian jewish buddhist catholic hindu atheist agnostic protestant
            sikh orthodox mormon quaker""",
        "identity": "gay bisexual lesbian trans transgender nonbinary non-binary queer bilingual",
        "citizenship": """portuguese spanish french german italian polish dutch danish swedish
            norwegian finnish russian ukrainian greek turkish irish scottish welsh english british
            american canadian mexican brazilian argentinian chilean peruvian colombian chinese
            japanese korean vietnamese thai indian pakistani nepali filipino indonesian australian
            egyptian nigerian kenyan ghanaian moroccan iranian israeli austrian swiss belgian czech
            hungarian romanian bulgarian croatian serbian""",
        "character": "shy introverted extroverted nocturnal",
    }.items()
    for word in words.split()
}
_LINKED = {
    ("allergic", "to"): "allergies", ("intolerant", "to"): "allergies",
    ("fluent", "in"): "languages", ("good", "at"): "skills", ("bad", "at"): "skills",
    ("terrible", "at"): "skills", ("diagnosed", "with"): "conditions", ("afraid", "of"): "fears",
    ("scared", "of"): "fears", ("terrified", "of"): "fears", ("interested", "in"): "likes",
    ("fond", "of"): "likes", ("obsessed", "with"): "likes", ("keen", "on"): "likes",
    ("passionate", "about"): "likes", ("addicted", "to"): "likes", ("married", "to"): "spouse",
    ("engaged", "to"): "partner", ("born", "in"): "place of birth", ("born", "on"):
    "date of birth", ("raised", "in"): "hometown", ("raised", "by"): "family",
    ("originally", "from"): "hometown", ("promoted", "to"): "occupation",
    ("hired", "as"): "occupation", ("accepted", "to"): "education", ("accepted", "into"):
    "education", ("enrolled", "in"): "education", ("enrolled", "at"): "education",
    ("based", "in"): "home", ("named", "after"): "name",
    ("laid", "off"): "occupation", ("called", "off"): "plans", ("crazy", "about"): "likes",
    ("new", "to"): "home", ("responsible", "for"): "occupation",
}  # fmt: skip
_MOODS = frozenset(
    """
    bit little lot mess fan believer beginner person people thing time way pleasure wreck blast
    idea hoot joke sucker loser winner kind sort type part reason reminder joy relief delight
    dream challenge adventure experience surprise shame pity hit blessing must success lifesaver
    game-changer inspiration support rock star angel sweetheart goofball handful gem treasure
    """.split()  # noqa: SIM905
)
_OF = {"fan": "likes", "lover": "likes", "member": "membership"}
_AGED = frozenset({"years", "year"})
_AGES = frozenset("thirties twenties forties fifties sixties grade".split())  # noqa: SIM905
_COUNTED = frozenset("two three four five six seven eight nine ten eleven twelve".split())  # noqa: SIM905
_LASTING = frozenset(
    {"hometown", "place of birth", "date of birth", "occupation", "education", "conditions",
     "plans", "family"}
)  # fmt: skip
_HAPPENED = frozenset("hired fired promoted elected hospitalized hospitalised".split())  # noqa: SIM905
_SLIGHT_PLACES = frozenset("love control charge trouble heart mind top fire need way".split())  # noqa: SIM905
_PLACED = frozenset("on in at near behind opposite above by from facing".split())  # noqa: SIM905
_FAVOURITES = frozenset({"favourite", "favorite"})
_NO_NAMES = _STATES.keys() | frozenset(
    """
    happy sorry glad sure ok okay fine good great tired busy ready excited done back home here late
    sick bored hungry proud thankful grateful not just so very really team monday tuesday wednesday
    thursday friday saturday sunday lost stuck free open new old young super pretty in on at
    """.split()  # noqa: SIM905
)
_WHERE = frozenset("up on at in down out off".split())  # noqa: SIM905
_GROUPS = frozenset("choir band team board committee club orchestra army navy crew union".split())  # noqa: SIM905
_GONE = frozenset({"off", "away", "back", "out"})
_AWAY = frozenset("away back out in at home on".split())  # noqa: SIM905
_OFTEN = frozenset("late early".split())  # noqa: SIM905
_WORKS = ("er", "or", "ist", "ian", "ant", "eer", "man", "woman", "nurse", "chef", "student",
          "clerk", "assistant", "tutor", "intern")  # fmt: skip


def being(told: Told) -> Telling | None:
    """What is told by "I am", "my sister is", "we were"; None where it is a mood or a moment."""
    value = trimmed(told.rest)
    small = bare(value)
    if not value:
        return None
    if told.negated or "longer" in told.small[: told.at + 3]:
        return _no_more(told, value, small)
    if told.auxiliary in {"used", "will", "would", "can"}:
        return _will_be(told, value, small)
    linked = _LINKED.get((small[0], small[1])) if len(small) > 2 else None
    if linked is not None and is_telling(value[2:]):
        holds = linked in _LASTING or told.form is not Form.PAST
        return Telling(linked, value) if holds else None
    if told.form is Form.PAST:
        return _was(value, small)
    been = told.form is Form.PARTICIPLE and small[0] == "to" and value[1:]
    if been and value[1][:1].isupper():
        return Telling("visited", value[1:])
    return _is(told, value, small)


def _will_be(told: Told, value: list[str], small: list[str]) -> Telling | None:
    if told.auxiliary == "used":
        return Telling("past", ["be", *value]) if small[0] in {"a", "an"} else None
    if told.auxiliary == "will" and small[0] in _AWAY and FUTURE.search(" ".join(value)):
        return Telling("plans", ["be", *value])
    return None


def _is(told: Told, value: list[str], small: list[str]) -> Telling | None:
    found = _of_own(told, value, small) if told.owned or told.pronoun else _of_self(value, small)
    if found is not None:
        return found
    state = _STATES.get(small[0])
    if state is not None and (len(small) < 5 or small[1] in {"to", "with", "in", "for", "and"}):
        return Telling(state, value)
    return _is_a(value, small) if small[0] in {"a", "an"} else None


def _of_self(value: list[str], small: list[str]) -> Telling | None:
    first, rest = small[0], value[1:]
    if _is_age(small):
        return Telling("age", value) if 3 < int(first[:4]) < 120 else None
    if first == "in" and small[-1] in _AGES and len(small) > 2:
        return Telling("age", value)
    if first == "into" and is_telling(rest):
        return Telling("likes", rest)
    if first == "from" and rest and rest[0][:1].isupper():
        return Telling("origin", value)
    if first in {"at", "in", "here", "on"} and "every" in small:
        return Telling("habits", value)
    if len(value) <= 3 and _is_name(value) and first not in _NO_NAMES:
        return Telling("name", value)
    return _one_of(value, small)


def _one_of(value: list[str], small: list[str]) -> Telling | None:
    """ "I'm the treasurer of the club", "I'm off to Oslo on Friday"."""
    if small[0] == "expecting":
        return Telling("children", value)
    if small[0] in _GONE and FUTURE.search(" ".join(value)):
        return Telling("plans", value, LIKELY)
    when = " ".join(value)
    if small[0] in _WHERE and OFTEN.search(when):
        return Telling("habits", value, LIKELY)
    if small[0] in _WHERE and _GROUPS.intersection(small[1:4]):
        return Telling("membership", value)
    if small[0] == "the" and "of" in small and not is_slight(small):
        return Telling("identity", value, WEAK) if head_of(small) not in _MOODS else None
    return None


def _is_age(small: list[str]) -> bool:
    return small[0].isascii() and small[0].isdigit() and (len(small) == 1 or small[1] in _AGED)


def _is_name(value: list[str]) -> bool:
    return all(word[:1].isupper() and word[1:].islower() and word.isalpha() for word in value)


def _of_own(told: Told, value: list[str], small: list[str]) -> Telling | None:
    owned = bare(told.owned)
    head = owned[-1] if owned else ""
    if owned and small[0] in {"called", "named"} and len(value) > 1:
        return Telling("name", value[1:])
    if _is_age(small) or (small[0] in _COUNTED and (len(small) == 1 or small[1] in _AGED)):
        return Telling("age", value)
    if head in {"dream", "goal", "plan", "hope"} and small[0] == "to":
        return Telling("goals", value[1:], WEAK) if is_telling(value[2:]) else None
    if head in {"name", "nickname"} and value[0][:1].isupper():
        return Telling("name", value)
    if _FAVOURITES.intersection(owned) and len(owned) > 1:
        return Telling(" ".join(owned), value) if is_telling(value) else None
    if small[0] in {"next", "tomorrow", "due"} and FUTURE.search(" ".join(value)):
        return Telling("plans", value, LIKELY)
    if small[0] in _PLACED and is_telling(value) and _SLIGHT_PLACES.isdisjoint(small):
        timed = FUTURE.search(" ".join(value)) is not None
        return Telling("plans" if timed else "location", value, LIKELY)
    return None


def _is_a(value: list[str], small: list[str]) -> Telling | None:
    head = head_of(small)
    if "of" in small[:-1] and head in _OF:
        return Telling(_OF[head], value[small.index("of") + 1 :])
    if len(small) < 2 or not _MOODS.isdisjoint((head, small[1])) or is_slight(small):
        return None
    is_calling = head in JOBS or head.endswith(_WORKS)
    if head in KIN and not (is_calling and KIN[head] == "teacher"):
        return Telling("family", value)
    return Telling("occupation", value) if is_calling else Telling("identity", value, WEAK)


def _was(value: list[str], small: list[str]) -> Telling | None:
    if small[0] in {"a", "an"}:
        calling = _is_a(value, small)
        if calling is not None and calling.predicate == "occupation":
            return Telling("past", ["was", *value])
    return Telling("events", ["was", *value]) if small[0] in _HAPPENED else None


def _no_more(told: Told, value: list[str], small: list[str]) -> Telling | None:
    ended = "longer" in told.small or "anymore" in told.small
    plain = [word for word in value if word.lower() not in {"no", "longer"}]
    if ended and is_telling(plain) and not _OFTEN.intersection(small):
        first = bare(plain[:1])
        if first and (first[0] in {"at", "a", "an", "in", "with", "the", "on"} or
                      first[0] in _STATES):  # fmt: skip
            return Telling("no longer", ["being", *plain])
    return None


def hurts(told: Told) -> bool:
    """Whether a part of the speaker's body hurts."""
    return bool(told.owned) and bare(told.owned[-1:])[0] in BODY and told.verb == "hurt"
