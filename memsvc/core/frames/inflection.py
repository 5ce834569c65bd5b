"""English verbs in all their forms."""

from __future__ import annotations

from typing import NamedTuple

_IRREGULAR = {
    line.split()[0]: tuple(line.split()[1:])
    for line in """
    be was been
    become became become
    begin began begun
    build built built
    buy bought bought
    come came come
    draw drew drawn
    earn earned earned
    eat ate eaten
    find found found
    fly flew flown
    get got gotten
    go went gone
    grow grew grown
    have had had
    hold held held
    keep kept kept
    lead led led
    lie lay lain
    make made made
    meet met met
    owe owed owed
    pay paid paid
    put put put
    read read read
    rise rose risen
    run ran run
    say said said
    see saw seen
    set set set
    sing sang sung
    sit sat sat
    speak spoke spoken
    stand stood stood
    take took taken
    teach taught taught
    think thought thought
    tie tied tied
    wed wed wed
    win won won
    write wrote written
    """.strip().splitlines()
}
_DOUBLED = frozenset(
    {"get", "put", "run", "set", "sit", "transfer", "enrol", "begin", "win", "wed"}
)
_BEFORE = frozenset({"originally", "first", "really"})
_HISSING = ("s", "x", "ch", "sh", "o")


class Forms(NamedTuple):
    """A phrase that begins with a verb, in its forms: live, lives, lived, lived, living in."""

    base: str
    third: str
    past: str
    participle: str
    progressive: str


def forms(phrase: str) -> Forms:
    """The forms of a phrase such as "live in" or "originally air on"."""
    before = ""
    verb, _, rest = phrase.partition(" ")
    if verb in _BEFORE:
        before, (verb, _, rest) = f"{verb} ", rest.partition(" ")
    behind = f" {rest}" if rest else ""
    past, participle = _past(verb)
    inflected = (verb, _third(verb), past, participle, _progressive(verb))
    return Forms(*(f"{before}{one}{behind}" for one in inflected))


def _past(verb: str) -> tuple[str, str]:
    known = _IRREGULAR.get(verb)
    if known:
        return known[0], known[1]
    if verb in _DOUBLED:
        regular = f"{verb}{verb[-1]}ed"
    elif verb.endswith("e"):
        regular = f"{verb}d"
    elif _ends_in_y(verb):
        regular = f"{verb[:-1]}ied"
    else:
        regular = f"{verb}ed"
    return regular, regular


def _third(verb: str) -> str:
    if verb in {"be", "have"}:
        return {"be": "is", "have": "has"}[verb]
    if _ends_in_y(verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(_HISSING) else f"{verb}s"


def _progressive(verb: str) -> str:
    if verb in {"lie", "tie"}:
        return f"{verb[:-2]}ying"
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("e") and verb != "be":
        return f"{verb[:-1]}ing"
    return f"{verb}ing"


def _ends_in_y(verb: str) -> bool:
    return verb.endswith("y") and verb[-2:-1] not in "aeiou"
