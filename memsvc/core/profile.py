"""A profile: what is known of a person, as facts that stand, grouped, every line cited.

A portrait as MemoryBank draws it, but of nothing other than what single memories say. It is put
together when it is asked for, and nothing of it is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from memsvc.core.block import INTRODUCTION
from memsvc.core.fingerprint import normalised
from memsvc.core.frames.lexicon import Form, nouns_of, phrase_at
from memsvc.core.memory import SEARCHED, Memory, Status
from memsvc.core.quoting import quoted, shortened


class Group(StrEnum):
    """What a fact is about, in the order of showing."""

    NAME = "name"
    HOME = "home"
    WORK = "work"
    FAMILY = "family"
    PETS = "pets"
    HEALTH = "health"
    PREFERENCES = "preferences"
    PLANS = "plans"
    POSSESSIONS = "possessions"
    OTHER = "other"


_RELATIONS: Mapping[Group, str] = {
    Group.NAME: """
        name|last name|maiden name|nickname|pronouns|age|date of birth|username|email|phone number|
        website""",
    Group.HOME: """
        home|hometown|origin|address|place of birth|citizenship|landlord|flatmate|location""",
    Group.WORK: """
        employer|occupation|field of work|salary|working hours|manager|education|field of study|
        teacher|mentor|doctoral advisor|work location|team|position|military branch|award""",
    Group.FAMILY: """
        spouse|partner|marital status|mother|father|child|children|siblings|friends|best friend|
        number of children|emergency contact|family""",
    Group.PETS: "pets|pet|dog|cat",
    Group.HEALTH: """
        allergies|conditions|medication|blood type|height|weight|doctor|dentist|therapist|diet""",
    Group.PREFERENCES: """
        likes|dislikes|hobbies|sport|instrument|books read|religion|languages|native language|
        activities|activity|habits|habit|fears|fear""",
    Group.PLANS: "goals|goal|plan|plans|dream",
    Group.POSSESSIONS: """
        car|bike|house|boat|owner|shoe size|shirt size|dress size|possessions|possession""",
}
_GROUPS = {
    relation.strip(): group
    for group, relations in _RELATIONS.items()
    for relation in relations.split("|")
}
_FAVOURITE = ("favorite", "favourite", "preferred", "prefers", "likes", "loves", "hates")
_FORMS = (Form.THIRD, Form.BASE, Form.BE, Form.PAST)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is known: the memory that says it, with what it was taken from.

    `times`: in how many memories it was said, this one included. `quote` is how it was said first.
    """

    mark: int
    group: Group
    memory: Memory
    quote: str
    times: int

    @property
    def since(self) -> datetime | None:
        """From when on it holds."""
        return self.memory.valid_from or self.memory.event_time


@dataclass(frozen=True, slots=True)
class Profile:
    """The lines in order of showing, and all of it as text."""

    lines: tuple[Line, ...]
    text: str


def group_of(predicate: str) -> Group:
    """What a fact with this predicate is about, whoever worded it: "lives in", "home"."""
    # "home (country)" is a home, too.
    words = predicate.lower().replace("_", " ").partition(" (")[0].split()
    name = " ".join(words)
    if name in _GROUPS:
        return _GROUPS[name]
    if words and words[0] in _FAVOURITE:
        return Group.PREFERENCES
    known = [one.name for one in nouns_of(words)]
    # "is allergic to" and "allergic to" are one.
    bare = words[1:] if words and words[0] in {"is", "was", "are"} else words
    for form in _FORMS:
        found = phrase_at(bare, 0, form)
        if found is not None and found.end == len(bare):
            known += [entry.known.name for entry in found.entries if not entry.backward]
    return next((_GROUPS[one] for one in known if one in _GROUPS), Group.OTHER)


def profile(facts: Sequence[Memory], sources: Mapping[str, Memory]) -> Profile:
    """The profile from all facts about a person, whatever their status, and their sources by id.

    Facts that stand are shown, of those that say the same the newest; the others only count.
    """
    said = Counter(_said(one) for one in facts)
    shown: dict[object, Memory] = {}
    for one in sorted(facts, key=lambda fact: fact.number):
        if one.status in SEARCHED and one.fact is not None:
            shown[_said(one)] = one
    ordered = sorted(shown.values(), key=_place)
    lines = tuple(
        Line(mark, group_of(_fact(one)), one, _quote(one, sources), said[_said(one)])
        for mark, one in enumerate(ordered, 1)
    )
    return Profile(lines, _text(lines))


def _fact(memory: Memory) -> str:
    assert memory.fact is not None, "only facts are shown"
    return memory.fact.predicate


def _place(memory: Memory) -> tuple[int, str, int]:
    predicate = _fact(memory)
    return list(Group).index(group_of(predicate)), predicate, memory.number


def _said(memory: Memory) -> tuple[str, ...]:
    fact = memory.fact
    if fact is None:
        return (normalised(memory.content),)
    return tuple(normalised(one) for one in (fact.subject, fact.predicate, fact.object))


def _quote(memory: Memory, sources: Mapping[str, Memory]) -> str:
    first = next((sources[one] for one in memory.source_ids if one in sources), memory)
    return shortened(first.content)


def _text(lines: Sequence[Line]) -> str:
    """As a block for a prompt: no line can look like another; empty without lines."""
    if not lines:
        return ""
    told = [INTRODUCTION]
    group = None
    for line in lines:
        if line.group is not group:
            group = line.group
            told.append(f"{group.capitalize()}:")
        told.append(f"[{line.mark}] {quoted(line.memory.content)}{_remarks(line)}")
    return "\n".join(told)


def _remarks(line: Line) -> str:
    remarks = []
    if line.since is not None:
        remarks.append(f"since {line.since.date()}")
    if line.times > 1:
        remarks.append(f"said {line.times} times")
    if line.memory.status is Status.DISPUTED:
        remarks.append("disputed")
    return f" ({', '.join(remarks)})" if remarks else ""
