"""What an order to forget is about, once people, times and sessions are taken out of it.

It is read whole by one of the patterns of `core.plain.english` or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from memsvc.core.plain import english
from memsvc.core.plain.people import Written


class Relation(StrEnum):
    """How what is to be forgotten stands to the people."""

    FROM = "from"
    ABOUT = "about"
    BOTH = "both"


class Meant(NamedTuple):
    """Whom and what an order means; `doubts` as those of `core.plain_request.Proposal`."""

    people: tuple[str, ...]
    relation: Relation | None = None
    topic: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


_READINGS = (
    (Relation.FROM, english.FROM),
    (Relation.ABOUT, english.ABOUT),
    (Relation.BOTH, (*english.BOTH, english.OWNED)),
)
_ALONE = re.compile(rf"(?P<loose>about )?{english.PL}")
_DELETING_PEOPLE = frozenset({"forget", "erase", "delete"})


def meaning(small: str, written: Sequence[Written], verb: str) -> Meant | None:
    """The people, their relation and the topic; None where it is nothing that a memory holds.

    In `small`, `@0` stands for the first of the people written and `~` for a session.
    """
    has_sessions = "~" in small
    small = _without_sessions(small)
    if has_sessions and small.startswith(("with ", "of ", "from ", "by ")):
        small = f"everything {small}"
    people = tuple(one.words for one in written)
    statement = english.STATEMENT.fullmatch(small)
    if statement and verb == "forget":
        topic = _words(re.sub(r"@\d+(?:'s)?", "", statement["said"]), written)
        relation = Relation.ABOUT if people else None
        return Meant(people, relation, topic, ("statement", *_about_people(people, small)))
    shape, pronoun = _with_pronouns(small, written)
    doubts = ["pronoun"] if pronoun else []
    for relation, patterns in _READINGS:
        for pattern in patterns:
            if found := pattern.fullmatch(shape):
                loose = _is_loose(shape, verb, owned=pattern is english.OWNED)
                return _meant(found, relation, written, [*doubts, *loose])
    nobody = english.NOBODY.fullmatch(shape)
    if nobody and "@" not in shape.replace("@p", "") and (shape or has_sessions):
        missing = [] if has_sessions or pronoun else ["no_person"]
        return _meant(nobody, None, written, [*doubts, *missing])
    owned = re.match(rf"{english.PL}'s ", shape)
    if not english.HEAD.match(shape) and not owned and not (has_sessions and not written):
        return None
    doubts += ["unread_words", *_about_people(people, "" if pronoun else small)]
    return Meant(people, doubts=tuple(doubts))


def _is_loose(shape: str, verb: str, *, owned: bool) -> list[str]:
    """Whether something else may be meant: an account, a member of a team, "never mind her"."""
    alone = _ALONE.fullmatch(shape)
    loose = alone and (alone["loose"] or verb not in _DELETING_PEOPLE)
    return ["loose_words"] if loose or (owned and verb != "forget") else []


def _meant(
    found: re.Match[str],
    relation: Relation | None,
    written: Sequence[Written],
    doubts: list[str],
) -> Meant:
    parts = found.groupdict("")
    who = [int(one) for one in re.findall(r"@(\d+)", parts.get("who", ""))]
    topical = [int(one) for one in re.findall(r"@(\d+)", parts.get("topic", ""))]
    # Whom the topic names, known for a person, may be meant to be forgotten as well.
    also = [one for one in topical if written[one].sure and one not in who]
    people = tuple(dict.fromkeys(written[one].words for one in [*who, *also]))
    if len(people) > 1:
        doubts.append("several_people")
    if not people and "pronoun" not in doubts and "no_person" not in doubts and relation:
        doubts.append("no_person")
    named = r"@\d+(?:'s)?" if also else r"@\d+'s"
    kept = re.sub(named, "", parts.get("topic", ""))
    relation = relation if people and not also else None
    return Meant(people, relation, _words(kept, written), tuple(doubts))


def _about_people(people: Sequence[str], small: str) -> list[str]:
    doubts = ["several_people"] if len(people) > 1 else [] if people else ["no_person"]
    if english.PRONOUNS & set(re.findall(r"[a-z]+", small)):
        doubts.append("pronoun")
    return doubts


def _with_pronouns(small: str, written: Sequence[Written]) -> tuple[str, bool]:
    """Pronouns as people nobody knows, where no person is named; whether there are such."""
    words = small.split()
    pronouns = [word for word in words if word.strip(",") in english.PRONOUNS]
    if written and not (len(written) > 1 and pronouns):
        return small, False
    if written or not pronouns:
        return small, bool(pronouns)
    last = len(words) - 1
    put = [
        f"@p{'' if at == last or word in {'i', 'he', 'she', 'they'} else chr(39) + 's'}"
        if word in english.PRONOUNS and (word not in english.OWNING or at < last or word == "her")
        else word
        for at, word in enumerate(words)
    ]
    return " ".join(put), True


def _without_sessions(small: str) -> str:
    """What is left beside sessions: "everything in ~", "~"."""
    left = re.sub(r"(?:(?:in|from|of|during|at|and|,) )*~+(?:'s)?", " ", small)
    left = re.sub(r"\b(?:from|of|in|during|on|at)(?: the)?\Z", "", " ".join(left.split()))
    return " ".join(left.split()).strip(" ,")


def _words(topic: str, written: Sequence[Written]) -> tuple[str, ...]:
    named = re.sub(r"@(\d+)", lambda found: written[int(found[1])].words.lower(), topic)
    kept = [one for one in re.findall(r"[^\W_][\w'-]*", named) if one not in english.STOP]
    telling = [one for one in kept if not english.GENERAL.fullmatch(one)]
    return tuple(dict.fromkeys(telling))
