"""The words of all known relations, to be looked up as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

from memsvc.core.frames.inflection import forms
from memsvc.core.frames.known import Known
from memsvc.core.frames.personal import PERSONAL
from memsvc.core.frames.works import WORKS_AND_PEOPLE
from memsvc.core.frames.world import WORLD

LONGEST = 8
"""Words of the longest phrase looked up."""


class Form(IntEnum):
    """Which form of a verb a phrase is; `BE` follows a form of "to be"."""

    BASE = 0
    THIRD = 1
    PAST = 2
    PARTICIPLE = 3
    BE = 4


class Entry(NamedTuple):
    """A phrase for a relation; `backward`: the value stands before it, the subject behind."""

    known: Known
    backward: bool
    event: bool


class Found(NamedTuple):
    """Phrases that were found in a sentence, and at which word they end."""

    entries: tuple[Entry, ...]
    end: int


Table = dict[str, tuple[Entry, ...]]

KNOWN: dict[str, Known] = {known.name: known for known in PERSONAL + WORLD + WORKS_AND_PEOPLE}


def _listed(phrases: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in phrases.split("|") if phrase]


def _add(table: Table, phrase: str, entry: Entry) -> None:
    table[phrase] = (*table.get(phrase, ()), entry)


def _tables() -> tuple[dict[Form, Table], dict[str, tuple[Known, ...]]]:
    tables: dict[Form, Table] = {form: {} for form in Form}
    nouns: dict[str, tuple[Known, ...]] = {}
    for known in KNOWN.values():
        for noun in dict.fromkeys([known.name, *_listed(known.nouns)]):
            nouns[noun] = (*nouns.get(noun, ()), known)
        for phrases, backward in ((known.be, False), (known.of, True)):
            for phrase in _listed(phrases):
                _add(tables[Form.BE], phrase, Entry(known, backward, event=False))
        for phrases, backward in ((known.verbs, False), (known.by, True)):
            for phrase in _listed(phrases):
                _add_verb(tables, known, phrase, backward=backward)
    return tables, nouns


def _add_verb(tables: dict[Form, Table], known: Known, phrase: str, *, backward: bool) -> None:
    entry = Entry(known, backward, event=phrase.startswith("!"))
    phrase = phrase.removeprefix("!")
    if phrase.startswith("be "):
        _add(tables[Form.BE], phrase.removeprefix("be "), entry)
        return
    told = forms(phrase)
    _add(tables[Form.BASE], told.base, entry)
    _add(tables[Form.THIRD], told.third, entry)
    _add(tables[Form.PAST], told.past, entry)
    _add(tables[Form.PARTICIPLE], told.participle, entry)
    if not entry.event:  # "is moving to Oslo" is not yet there
        _add(tables[Form.BE], told.progressive, entry)


TABLES, NOUNS = _tables()
# For each form, how many words the longest phrase has that begins with a word.
_REACH: tuple[dict[str, int], ...] = tuple({} for _ in Form)
for _form, _table in TABLES.items():
    for _phrase in _table:
        _first, _length = _phrase.partition(" ")[0], _phrase.count(" ") + 1
        _REACH[_form][_first] = max(_length, _REACH[_form].get(_first, 0))
VERBS = frozenset(
    phrase.partition(" ")[0]
    for form in (Form.BASE, Form.THIRD, Form.PAST)
    for phrase in TABLES[form]
)
"""First words of the verbs that stand by themselves."""
OPENINGS = frozenset(
    " ".join(phrase.split()[:2])
    for form in (Form.BASE, Form.THIRD, Form.PAST, Form.PARTICIPLE)
    for phrase in TABLES[form]
)
"""Their first two words, or the one that they have."""
BEFORE_NAMES = frozenset(
    phrase
    for form in (Form.BASE, Form.THIRD, Form.PAST, Form.PARTICIPLE)
    for phrase, entries in TABLES[form].items()
    if " " not in phrase and all(entry.backward for entry in entries)
)
"""Verbs of one word behind which the name of a thing stands: "makes", "directed"."""


def phrase_at(words: Sequence[str], at: int, form: Form) -> Found | None:
    """The longest known phrase in this form that begins at a word."""
    reach = _REACH[form].get(words[at], 0) if at < len(words) else 0
    if not reach:
        return None
    table = TABLES[form]
    for end in range(min(at + reach, len(words)), at, -1):
        entries = table.get(" ".join(words[at:end]))
        if entries:
            return Found(entries, end)
    return None


def nouns_of(words: Iterable[str]) -> tuple[Known, ...]:
    """The relations that exactly these words are called; letters that changed places count not."""
    phrase = " ".join(words).lower()
    found = NOUNS.get(phrase)
    if found is not None or len(phrase) < _LONG:
        return found or ()
    return _SCRAMBLED.get(_scrambled(phrase), ())


def _scrambled(phrase: str) -> str:
    """ "Origianl network" and "original network" give the same; short words stay as they are."""
    return " ".join(
        word[0] + "".join(sorted(word[1:])) if len(word) >= _LONG else word
        for word in phrase.split()
    )


_LONG = 7
_SCRAMBLED = {_scrambled(noun): known for noun, known in NOUNS.items()}
