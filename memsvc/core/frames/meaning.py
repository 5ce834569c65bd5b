"""Statements read by their meaning: the nearest prototypes tell which relation is put into words.

What says the same as a prototype lies close to it in the space of the embedding model, once subject
and value are masked in both. Which of the two is which follows from the prototype: a wording that
names the subject last is nearer to prototypes that do. Nothing is read where no prototype is near,
where one of no relation is as near, or where the kinds of words do not fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memsvc.core.frames.facets import facets
from memsvc.core.frames.fitting import PLAIN, fits, may_be_subject
from memsvc.core.frames.frame import OPEN, Frame, told
from memsvc.core.frames.known import Takes
from memsvc.core.frames.lexicon import KNOWN
from memsvc.core.frames.masking import Template
from memsvc.core.frames.places import level
from memsvc.core.frames.prototypes import FIRST, NOTHING, PROTOTYPES, SECOND, Meant, Prototype
from memsvc.core.frames.spot import Kind, Spot
from memsvc.core.frames.subject import Subject, Who, subject_of
from memsvc.core.frames.value import value_key
from memsvc.core.memory import Told

Floats = NDArray[np.float32]
Reading = tuple[Told, ...]
"""Frames that one reading of a statement gives, which hold together, as memories keep them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How near is near, as cosines.

    `least` for a statement that no list or pattern reads, `least_beside` for one that they do, and
    `least_known` where that gave relations of the lexicon; a prototype of no relation must be
    farther by `margin`; other relations within `also` of the best are further readings, `most` in
    all, but none beside relations of the lexicon.
    """

    least: float = 0.62
    least_beside: float = 0.75
    least_known: float = 0.85
    margin: float = 0.03
    also: float = 0.05
    most: int = 3


class _Group(NamedTuple):
    meant: Meant
    subject_first: bool
    start: int
    end: int


class _Near(NamedTuple):
    """A way to read a template, and how near its prototype is."""

    cosine: float
    meant: Meant
    subject: Spot | None
    value: Spot


class Meanings:
    """The prototypes with their vectors, of shape (prototypes, dimension), rows of unit length."""

    def __init__(
        self, vectors: Floats, limits: Limits | None = None,
        prototypes: Sequence[Prototype] = PROTOTYPES,
    ) -> None:  # fmt: skip
        self._vectors = vectors
        self._limits = limits or Limits()
        self._prototypes = prototypes
        self._groups = list(_groups(prototypes))
        self._starts = np.array([group.start for group in self._groups])
        self._refusing = np.array([_refuses(one.text) for one in prototypes])

    def read(
        self, masked: Sequence[Template], vectors: Floats, said_by: Who, beside: Sequence[Frame]
    ) -> tuple[Reading, ...]:
        """What a statement says by its templates; `vectors` are theirs, (templates, dimension).

        The likeliest reading first. `beside`: what lists and patterns read there.
        """
        limits = self._limits
        near = sorted(self._near(masked, vectors), key=lambda one: -one.cosine)
        nothing = max((one.cosine for one in near if one.meant.name == NOTHING), default=-1.0)
        near = [one for one in near if one.meant.name != NOTHING]
        if not near:
            return ()
        best = near[0].cosine
        known = any(not frame.relation.startswith(OPEN) for frame in beside)
        least = limits.least_beside if beside else limits.least
        if best < (limits.least_known if known else least):
            return ()
        if nothing > best - limits.margin:
            return ()
        readings: dict[Reading, None] = {}
        for one in near:
            if one.cosine < max(limits.least, best - limits.also) or len(readings) >= (
                1 if known else limits.most
            ):
                break
            for named in _ways_to_name(one):
                if frames := tuple(map(told, _frames(named, said_by))):
                    readings.setdefault(frames)
        return tuple(readings)

    def _near(self, masked: Sequence[Template], vectors: Floats) -> Iterator[_Near]:
        cosines = vectors @ self._vectors.T
        for template, all_ in zip(masked, cosines, strict=True):
            unlike = self._refusing != _refuses(template.text)
            row = np.where(unlike, -1.0, all_)
            best = np.maximum.reduceat(row, self._starts)
            for place in np.argsort(-best)[:_TRIED]:
                group = self._groups[int(place)]
                nearest = group.start + int(np.argmax(row[group.start : group.end]))
                found = self._fitting(template, group, float(best[place]))
                if found and _says_no_more(template, self._prototypes[nearest].text):
                    yield found

    def _fitting(self, template: Template, group: _Group, cosine: float) -> _Near | None:
        meant, first, second = group.meant, template.first, template.second
        if meant.name == NOTHING:
            return _Near(cosine, meant, None, first)
        if second is None:
            if meant.of != "none" or not fits(meant.takes, first):
                return None
            return _Near(cosine, meant, None, first)
        orders = [(first, second), (second, first)]
        if not group.subject_first:
            orders.reverse()
        for subject, value in orders:
            if may_be_subject(meant.of, subject) and fits(meant.takes, value):
                return _Near(cosine, meant, subject, value)
            if meant.takes not in PLAIN:
                break
        return None


_TRIED = 16
_REFUSAL = re.compile(r"\b(?:no|nobody|nothing|nowhere|none|without)\b")
_WORD = re.compile(r"[\w']+")
# Words that speak of somebody else, or of what is over.
_TELLING = frozenset(
    """
    wife husband mother father mum mom dad parents sister brother son daughter uncle aunt cousin
    grandmother grandfather nephew niece friend neighbour neighbor boss colleague roommate flatmate
    boyfriend girlfriend partner dog cat was were had did
    """.split()  # noqa: SIM905
)
_OWNED_BY_OWNED = re.compile(r"'s (?:\w+ )?\w+'s ")
_NO_SIZE = frozenset({"country of origin", "origin", "capital"})


def _groups(prototypes: Sequence[Prototype]) -> Iterator[_Group]:
    """Prototypes of one relation and order: they stand together."""
    start = 0
    for at in range(1, len(prototypes) + 1):
        last = prototypes[at - 1]
        if at < len(prototypes) and prototypes[at][::2] == last[::2]:
            continue
        yield _Group(last.meant, last.subject_first, start, at)
        start = at


def _refuses(text: str) -> bool:
    """ "No building is higher than" lies near its contrary."""
    return _REFUSAL.search(text) is not None


def _says_no_more(template: Template, prototype: str) -> bool:
    """Whether no name, number, relative or past would be lost with the words of the template."""
    known = set(_WORD.findall(prototype.lower()))
    for written in template.text.split():
        word = written.strip(",\"'()").removesuffix("'s")
        told = word[:1].isupper() or any(map(str.isdigit, word)) or word in _TELLING
        if told and word not in {FIRST, SECOND} and word.lower() not in known:
            return False
    return _OWNED_BY_OWNED.search(template.text) is None


def _ways_to_name(near: _Near) -> Iterator[_Near]:
    """As said, and without a class before the name: "the film Nine Winters"."""
    yield near
    if near.subject is not None and near.subject.plain:
        yield near._replace(subject=near.subject._replace(words=near.subject.plain))


def _frames(near: _Near, said_by: Who) -> Iterator[Frame]:
    subject = _subject(near.subject, said_by)
    if subject is None:
        return
    name, words = near.meant.name, list(near.value.words)
    key = value_key(words)
    if not key or key == subject.key:
        return
    if not name.startswith(OPEN):
        yield Frame(subject.key, _sized(name, key), key, first_person=subject.mine)
        return
    called = name.removeprefix(OPEN).lower()
    for kind, value in _kinds(near, called, key):
        yield Frame(subject.key, f"{OPEN}{called}@{kind}", value, first_person=subject.mine)


def _subject(spot: Spot | None, said_by: Who) -> Subject | None:
    if spot is None:
        return Subject("", mine=False)
    return subject_of(spot.words, said_by)


def _sized(name: str, key: str) -> str:
    """Countries and cities do not exclude each other."""
    if KNOWN[name].takes is Takes.PLACE and name not in _NO_SIZE and (size := level(key)):
        return f"{name} ({size})"
    return name


def _kinds(near: _Near, called: str, key: str) -> list[tuple[str, str]]:
    """Kinds and values as an open relation has them."""
    if near.meant.takes == "often":
        return [("often", key)]
    words = near.value.words
    found = list(facets(words, words, 0, called.split()))
    if found or near.value.kind is Kind.NUMBER:
        return found
    return [(f"name {level(key)}".strip(), key)]
