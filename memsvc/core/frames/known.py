"""How one relation is put into words."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from memsvc.core.memory import Cardinality


class Takes(StrEnum):
    """What may stand as the value of a relation; anything else there says something else."""

    ANYTHING = "anything"
    NAME = "name"
    """A name: capital letter, digit, or with "the"; small letters where the whole text is small."""
    PERSON = "person"
    """A name, of which a part is as good: "Lovelace" for Ada Lovelace."""
    PLACE = "place"
    """A name; countries and cities do not exclude each other."""
    NOUN = "noun"
    """No clause, adverb or number: "goalkeeper", "association football"."""
    JOB = "job"
    """A known occupation."""
    NUMBER = "number"
    """Something with a number in it."""
    DATE = "date"
    """A day, month or year."""


class Known(NamedTuple):
    """A relation: its nouns ("developer") and its verbs, each list with bars between.

    `verbs` and `be` go from the subject to the value ("Ana lives in Oslo", "is based in"), `by`
    and `of` the other way round ("Ben founded Acme", "is home to"). Verbs stand without ending;
    with "!" before it a verb changes what was, so that its past tells what is. Of a `lasting`
    relation every past does ("was born in").
    """

    name: str
    nouns: str = ""
    verbs: str = ""
    be: str = ""
    by: str = ""
    of: str = ""
    takes: Takes = Takes.NAME
    lasting: bool = False
    cardinality: Cardinality = Cardinality.ONE
