"""Where a person is named in a text or memory, how sure that is, and the same without the names.

Pronouns are nobody's name: who "she" is, is not asked here. What a text is compared with is made
anew for every call and kept nowhere, for a cache of names would outlive the person's erasure; who
looks through many texts makes a `Sought` and lets it go.

How sure a naming is:

    1.0         an e-mail address, an id, a telephone number, as it is
    .9 and up   the whole name; an address made of it
    .7 to .85   parts of the name, a title or an initial with a part, a number without its country
    .5 to .6    one part of the name with a capital; a short id
    .3          that where another known person shares it, or without a capital
    below       what is likelier a word, a place or somebody else
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from memsvc.core.handbook.names import is_name
from memsvc.core.memory import Json, Memory
from memsvc.core.names.addresses import addresses_in
from memsvc.core.names.behaviors import ids_in_names, names_as_words, still_a_name
from memsvc.core.names.identities import (
    Identities,
    Spot,
    address_confidence,
    identity_spots,
    is_identity,
    sorted_out,
)
from memsvc.core.names.known import KnownNames, known_names
from memsvc.core.names.like_words import HARDLY
from memsvc.core.names.match import address_name, name_spots
from memsvc.core.names.written import UNSPACED, bare_of, words_of
from memsvc.core.people import ORDINARY, name_key

ENOUGH = 0.5
"""From here on a naming is taken for one unless more is asked for."""
MARK = "[redacted]"
# Says nothing, where the mark would name somebody.
_BARE_MARK = "[\u2026]"
# What a removed name leaves may read otherwise: a text without capitals. So often it is read again
# as it was asked for, then whatever may be a name goes.
_READ_AGAIN = 3
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a text may name.

    `identities`: user ids, e-mail addresses, telephone numbers, other ids. `names`: as displayed,
    such as "Maria López".
    """

    identities: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Naming(NamedTuple):
    """Signs `start` to `end` of a text mean the person; `confidence` in (0, 1]."""

    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Sought:
    """A person made ready to be looked for in many texts."""

    person: Person
    identities: Identities
    names: KnownNames
    full: frozenset[str]


def sought(person: Person, others: frozenset[str] = frozenset()) -> Sought:
    """The person beside `others`: folded names (`name_key`) of all people known.

    The person's own names among them make nothing less sure.
    """
    identities = sorted_out(person.identities)
    names = (*person.names, *identities.called)
    keys = map(name_key, names)
    return Sought(
        person,
        identities,
        known_names(names, others),
        frozenset(one for one in keys if " " in one or (len(one) > 1 and UNSPACED.search(one))),
    )


def words_to_find(person: Person | Sought) -> tuple[tuple[str, ...], ...]:
    """What to ask an index for (`MemoryIndex.naming`): words, any row of which may name the person.

    Every part of a name in each of its spellings; of parts that are ordinary words, the whole name.
    """
    who = person if isinstance(person, Sought) else sought(person)
    rows: list[tuple[str, ...]] = [(one,) for one in who.person.identities]
    rows += [(one.digits,) for one in who.identities.numbers]
    for name in who.names.names:
        telling = [one for one in name.words if one not in ORDINARY | HARDLY and len(one) > 1]
        for word in telling:
            spelt = (one for one, bare in who.names.spelt.items() if bare == word)
            keys = (one for one in name.keys if bare_of(one) == word)
            rows += [(one,) for one in (*spelt, *keys)]
        if len(telling) < len(name.words):
            rows.append(name.words)
    rows += [(one,) for one in sorted(who.names.joined)]
    rows += [tuple(name.split()) for name in who.person.names if UNSPACED.search(name)]
    return tuple(dict.fromkeys(row for row in rows if row))


def namings(
    text: str, person: Person | Sought, others: frozenset[str] = frozenset()
) -> list[Naming]:
    """Where the text names the person, in order, none overlapping; time linear in its length.

    `others` counts only beside a plain `Person`.
    """
    who = person if isinstance(person, Sought) else sought(person, others)
    return [Naming(*spot) for spot in _merged(_spots(text, who))]


def confidence_in(
    memory: Memory, person: Person | Sought, others: frozenset[str] = frozenset()
) -> float:
    """How sure the memory names the person anywhere but in its session; 0 where it does not.

    Content, speaker, fact, values in metadata, tags, behavior, and 1 where it is from the person or
    marked as about them.
    """
    who = person if isinstance(person, Sought) else sought(person, others)
    if any(_is_of(one, who) for one in (memory.user_id, *memory.subject_ids) if one):
        return 1.0
    found = (one.confidence for text in _texts(memory) for one in namings(text, who))
    return max(found, default=0.0)


def redacted(
    text: str,
    person: Person | Sought,
    others: frozenset[str] = frozenset(),
    at_least: float = ENOUGH,
    mark: str = MARK,
) -> str:
    """The text with a mark for every naming; none of `at_least` this confidence is left.

    Without one it stays as it is. Where the mark itself would name the person, it is "[…]".
    """
    who = person if isinstance(person, Sought) else sought(person, others)
    least = at_least
    for reading in range(len(text) + 1):
        found = [one for one in namings(text, who) if one.confidence >= least]
        if not found:
            break
        if not reading and namings(mark, who):
            mark = _BARE_MARK
        text = _replaced(text, found, mark)
        least = at_least if reading < _READ_AGAIN else min(at_least, _LEAST)
    return text


def redacted_memory(
    memory: Memory,
    person: Person | Sought,
    others: frozenset[str] = frozenset(),
    at_least: float = ENOUGH,
    mark: str = MARK,
) -> Memory:
    """The memory naming the person nowhere with so much confidence (`confidence_in`).

    User and subject ids of the person go, and so do tags of which nothing is left. What is the name
    of a behavior is one afterwards.
    """
    who = person if isinstance(person, Sought) else sought(person, others)

    def clean(text: str) -> str:
        told = redacted(text, who, at_least=at_least, mark=mark)
        return still_a_name(told) if told != text and is_name(text) else told

    fact, behavior = memory.fact, memory.behavior
    tags = ((one, clean(one)) for one in memory.tags)
    return memory._replace(
        content=clean(memory.content),
        user_id=None if memory.user_id and _is_of(memory.user_id, who) else memory.user_id,
        subject_ids=tuple(one for one in memory.subject_ids if not _is_of(one, who)),
        speaker=memory.speaker and clean(memory.speaker),
        fact=fact and replace(fact, subject=clean(fact.subject), object=clean(fact.object)),
        behavior=behavior
        and replace(behavior, name=clean(behavior.name), instruction=clean(behavior.instruction)),
        metadata={key: _cleaned(value, clean) for key, value in memory.metadata.items()},
        tags=tuple(new for old, new in tags if new == old or new not in {mark, _BARE_MARK}),
    )


def _is_of(identity: str, who: Sought) -> bool:
    return is_identity(identity, who.identities) or name_key(identity) in who.full


def _texts(memory: Memory) -> Iterator[str]:
    yield memory.content
    if memory.speaker:
        yield memory.speaker
    if memory.fact:
        yield from (memory.fact.subject, memory.fact.object)
    if memory.behavior:
        yield from (memory.behavior.name, memory.behavior.instruction)
    yield from memory.tags
    for value in memory.metadata.values():
        yield from _strings(value)


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def _cleaned(value: Json, clean: Callable[[str], str]) -> Json:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(inner, clean) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner, clean) for inner in value]
    return value


def _spots(text: str, who: Sought) -> Iterator[Spot]:
    yield from ids_in_names(text, who.person.identities)
    for at, words in names_as_words(text):
        for start, end, confidence in _spots_as_written(words, who):
            yield at + start, at + end, confidence
    yield from _spots_as_written(text, who)


def _spots_as_written(text: str, who: Sought) -> Iterator[Spot]:
    addresses = list(addresses_in(text))
    for one in addresses:
        confidence = max(address_confidence(one, who.identities), address_name(one, who.names))
        if confidence > 0:
            yield one.start, one.end, confidence
    yield from identity_spots(text, who.identities)
    words = words_of(text)
    if addresses:
        starts = [one.start for one in addresses]
        ends = [0, *(one.end for one in addresses)]
        words = [word for word in words if word.start >= ends[bisect_right(starts, word.start)]]
    yield from name_spots(text, words, who.names)


def _merged(spots: Iterator[Spot]) -> list[Spot]:
    """In order; what overlaps is one, as sure as the surest of it."""
    merged: list[Spot] = []
    for start, end, confidence in sorted(spots):
        if merged and start < merged[-1][1]:
            first, last, sure = merged[-1]
            merged[-1] = first, max(last, end), max(sure, confidence)
        else:
            merged.append((start, end, confidence))
    return merged


def _replaced(text: str, found: list[Naming], mark: str) -> str:
    parts, end = [], 0
    for one in found:
        parts += [text[end : one.start], mark]
        end = one.end
    return "".join([*parts, text[end:]])
