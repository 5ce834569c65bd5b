"""What people have: kin, animals, things, illnesses, appointments."""

from __future__ import annotations

from memsvc.core.consolidation.kin import ANIMALS, BODY, KIN
from memsvc.core.consolidation.telling_verbs import Form
from memsvc.core.consolidation.told_clauses import Told
from memsvc.core.consolidation.worth_telling import (
    FUTURE,
    LIKELY,
    WEAK,
    Telling,
    bare,
    has_slight,
    head_of,
    is_dated,
    is_slight,
    is_telling,
    trimmed,
)

_ILL = frozenset(
    """
    asthma diabetes epilepsy migraine migraines arthritis adhd anxiety depression insomnia eczema
    anemia anaemia cancer allergy allergies tinnitus dyslexia autism hypertension vertigo celiac
    coeliac psoriasis intolerance disease disorder syndrome condition surgery operation fever flu
    covid pneumonia injury fracture concussion stroke pain headaches arrhythmia endometriosis scar
    pressure cold
    """.split()  # noqa: SIM905
)
_ARRANGED = frozenset(
    """
    appointment interview exam exams wedding meeting flight party concert show recital gig
    performance presentation deadline competition tournament game match race audition class trip
    date surgery reunion conference workshop checkup check-up test birthday
    """.split()  # noqa: SIM905
)
_KEPT = frozenset(
    """
    car bike bicycle motorcycle motorbike truck van boat kayak house flat apartment cottage cabin
    garden farm piano guitar violin cello drum drums ukulele workshop studio shop store business
    company blog channel podcast website collection telescope camera laptop computer tablet console
    drone printer tattoo tattoos degree phd diploma licence license certificate job workshop
    greenhouse saab volvo toyota honda ford kia bmw audi tesla vespa scooter camper rv tent
    bookshelf library aquarium terrarium hive hives bees vineyard orchard allotment beard accent
    passport visa studio stall bakery restaurant cafe caf\xe9 gym room office desk band team class
    club hobby motorhome tractor mortgage loan subscription membership scholarship internship
    """.split()  # noqa: SIM905
)
_MOMENTARY = _ARRANGED | frozenset(
    """
    headache hangover call dinner lunch breakfast plan plans list smile laugh craving meal amazing
    strong wonderful beautiful awesome incredible perfect favorite favourite different better best
    crush surge turnout dream hunch theory opinion schedule afternoon morning evening night
    """.split()  # noqa: SIM905
)
_COUNT = frozenset("a an two three four five six seven eight nine ten one".split())  # noqa: SIM905


def having(told: Told) -> Telling | None:
    """What is told by "I have", "we've got", "she had"; None where it is nothing lasting."""
    rest = told.rest[1:] if bare(told.rest[:1]) == ["got"] else told.rest
    value = trimmed(rest)
    small = bare(value)
    if not value or told.negated or told.auxiliary:
        return None
    past = told.form is Form.PAST
    if small[0] == "time" and small[1:2] in (["on"], ["for"]) and not past:
        return Telling("habits", value)
    if is_slight(small) or not is_telling(value) or head_of(small) in BODY:
        return None
    predicate = _family(told, value, small)
    if predicate is not None:
        return Telling(predicate, [told.words[told.at], *value] if past else value)
    if past:
        once = is_dated([*told.when, *value]) and not has_slight(small)
        return Telling("events", [told.words[told.at], *value], WEAK) if once else None
    return thing(value, small)


def _family(told: Told, value: list[str], small: list[str]) -> str | None:
    head = head_of(small)
    past = told.form is Form.PAST
    kin = KIN.get(head) or KIN.get(small[-1])
    if kin is not None and (small[0] in _COUNT or small[0].isdigit()):
        return kin if not past or kin == "pets" else None
    if head in _ILL and small[0] not in {"my", "our"}:
        return "conditions"
    ahead = FUTURE.search(" ".join([*told.when, *value])) is not None
    if ahead and (not _ARRANGED.isdisjoint(small) or (small[0] == "my" and not past)):
        return "events" if past else "plans"
    return None


def thing(value: list[str], small: list[str]) -> Telling | None:
    """What somebody has or got, if it is a thing that is kept: not "a great turnout"."""
    if head_of(small) in _KEPT or ANIMALS.intersection(small[:4]):
        return Telling("possessions", value)
    new = small[0] in {"a", "an"} and small[1:2] == ["new"] and len(small) > 2
    named = small[0] in _COUNT and any(word[:1].isupper() for word in value[1:])
    if new or named:
        return Telling("possessions", value, LIKELY)
    lasting = small[0] in _COUNT and len(small) > 2 and _MOMENTARY.isdisjoint(small)
    return Telling("possessions", value, WEAK) if lasting and not has_slight(small) else None
