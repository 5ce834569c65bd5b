"""What a sentence may speak of: names, numbers, times, addresses, who speaks, noun phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from memsvc.core.frames.lexicon import VERBS
from memsvc.core.frames.quantities import amount
from memsvc.core.frames.sentences import Sentence
from memsvc.core.frames.spot import (
    ARTICLES,
    BEHIND_VERBS,
    DAYS,
    ENDS_NOUNS,
    INSIDE_NAMES,
    JOINS,
    ME,
    MY,
    NO_NOUNS,
    SHORT_UNITS,
    UNITS,
    Kind,
    Spot,
)
from memsvc.core.temporal_english import MONTHS

_CODE = re.compile(r"\w[\w-]*[._/@:#][\w#-]|#\w|[a-z]\w*-\d|\w+-\w+-\w*\d|[a-z]+-[a-z]$")
_NUMBER = re.compile(r"[$\u20ac\u00a3]?\d[\d.,:]*(?:%|[a-z]{1,2})?\u20ac?", re.IGNORECASE)
_MOST_BEFORE_NAME = 3
_MOST_IN_PHRASE = 4


def spots(said: Sentence) -> tuple[Spot, ...]:
    """What may be masked, strong spots first, each word in one strong spot at most."""
    return tuple(_Spotting(said).found())


class _Spotting:
    """The words of one sentence, and which of them belong to a strong spot already."""

    def __init__(self, said: Sentence) -> None:
        self.said = said
        self.low = [word.lower() for word in said.bare]
        self.taken = [False] * len(self.low)

    def found(self) -> Iterator[Spot]:
        strong = [*self._quoted(), *self._numbers(), *self._codes(), *self._speakers()]
        names = list(self._names())
        strong += names
        yield from sorted(strong, key=lambda one: one.start)
        yield from self._numbered(names, strong)
        yield from self._phrases()
        yield from self._tail()

    def _spot(self, kind: Kind, start: int, end: int, name: int | None = None) -> Spot:
        bare = [word for word in self.said.bare[start:end] if word]
        last = bare[-1]
        owns = last.lower().endswith(("'s", "s'")) or (
            self.said.written[end - 1].rstrip('.,;:!?")').endswith("s'")
        )
        bare[-1] = last.removesuffix("'s").removesuffix("'")
        plain = tuple(bare[name - start :]) if name is not None and name > start else ()
        return Spot(kind, start, end, tuple(bare), owns, plain)

    def _take(self, start: int, end: int) -> None:
        self.taken[start:end] = [True] * (end - start)

    def _quoted(self) -> Iterator[Spot]:
        written = self.said.written
        at = 0
        while at < len(written):
            if written[at][0] in '"\u201c':
                end = next((one + 1 for one in range(at, len(written)) if _closes(written[one])), 0)
                if end:
                    self._take(at, end)
                    yield self._spot(Kind.QUOTED, self._class_before(at), end, at)
                    at = end
                    continue
            at += 1

    def _numbers(self) -> Iterator[Spot]:
        at = 0
        while at < len(self.low):
            end = self._number_end(at)
            if end > at:
                self._take(at, end)
                yield self._spot(Kind.NUMBER, at, end)
                at = end
            else:
                at += 1

    def _number_end(self, start: int) -> int:
        at = start
        while at < len(self.low) and not self.taken[at]:
            if self._is_number(at) or (at > start and self._is_unit(at)):
                at += 1
                if self.said.written[at - 1][-1] in ",;":
                    break
            elif at > start and (self.low[at] or "-") in JOINS and self._is_number(at + 1):
                at += 1
            else:
                break
        return at

    def _is_number(self, at: int) -> bool:
        if at >= len(self.low) or self.taken[at]:
            return False
        word = self.low[at]
        if word in MONTHS:
            near = self.low[max(0, at - 2) : at] + self.low[at + 1 : at + 2]
            return self.said.bare[at][:1].isupper() and any(one[:1].isdigit() for one in near)
        return word in DAYS or _NUMBER.fullmatch(word) is not None

    def _is_unit(self, at: int) -> bool:
        word = self.low[at]
        if word == "in" and at + 1 < len(self.low):
            return False
        if word in UNITS:
            return True
        return amount(f"3 {word}").partition(" ")[2] in SHORT_UNITS

    def _codes(self) -> Iterator[Spot]:
        for at, word in enumerate(self.said.bare):
            if not self.taken[at] and _CODE.match(word.removesuffix("'s")):
                self._take(at, at + 1)
                yield self._spot(Kind.CODE, self._class_before(at), at + 1, at)

    def _speakers(self) -> Iterator[Spot]:
        for at, word in enumerate(self.low):
            if not self.taken[at] and word in ME | MY:
                self._take(at, at + 1)
                yield Spot(Kind.SPEAKER, at, at + 1, ("I",), word in MY)

    def _names(self) -> Iterator[Spot]:
        at = 0
        while at < len(self.low):
            end = self._name_end(at)
            if end == at or (at == 0 and self.low[0] in NO_NOUNS and end > 1):
                at += 1
                continue
            alone = at == 0 and end == 1 and not self.low[0].endswith("'s")
            kind = Kind.FIRST_WORD if alone else Kind.NAME
            if not alone or self._verb_follows(end):
                kind = Kind.NAME
            self._take(at, end)
            if kind is Kind.FIRST_WORD:
                # "Priority-two tickets"
                yield self._spot(kind, 0, self._nouns_end(end, _MOST_IN_PHRASE))
            else:
                yield self._spot(kind, self._class_before(at), self._phrase_end(at, end), at)
            at = end

    def _numbered(self, names: Sequence[Spot], strong: Sequence[Spot]) -> Iterator[Spot]:
        """ "Framework 13" as a name; in "Android 11" the number may matter alone."""
        for name in names:
            for other in strong:
                if other.kind is Kind.NUMBER and other.start == name.end:
                    yield self._spot(Kind.NAME, name.start, other.end)

    def _name_end(self, start: int) -> int:
        written, at = self.said.written, start
        while at < len(written) and not self.taken[at]:
            inside = at > start and self.low[at] in INSIDE_NAMES
            if self._is_capital(at) or (at > start and self.said.bare[at][:1].isdigit()):
                at += 1
                if written[at - 1][-1] in ",;:" or self.low[at - 1].endswith("'s"):
                    break
            elif inside and self._goes_on(at):
                at += 1
            else:
                break
        return at

    def _goes_on(self, at: int) -> bool:
        """ "Duke of Grafton"; but "Passengers of Acme Air" are not called so."""
        plural = at == 1 and self.low[0].endswith("s")
        return not plural and at + 1 < len(self.low) and self._is_capital(at + 1)

    def _is_capital(self, at: int) -> bool:
        word = self.said.bare[at]
        if at == 0 and self.low[0] in NO_NOUNS:
            return False
        return word[:1].isupper() and not self.taken[at] and self.low[at] not in ME | MY

    def _verb_follows(self, at: int) -> bool:
        return at < len(self.low) and (self.low[at] in VERBS or self._is_verb(at))

    def _class_before(self, name: int) -> int:
        """ "the song" before a name belongs to it."""
        for back in range(1, _MOST_BEFORE_NAME + 1):
            at = name - back
            if at < 0 or self.taken[at]:
                break
            if self.low[at] == "the":
                return at
            if self.low[at] in NO_NOUNS or not self.said.written[at].islower():
                break
        return name

    def _phrase_end(self, name: int, end: int) -> int:
        """ "The Fjord app", "the mobile team": the nouns behind a name with "the"."""
        if self._class_before(name) == name or self.low[end - 1].endswith("'s"):
            return end
        return self._nouns_end(end, end + 2)

    def _nouns_end(self, start: int, most: int) -> int:
        at = start
        while at < min(most, len(self.low)) and self._is_noun(at):
            at += 1
            if self.low[at - 1].endswith("'s") or self.said.written[at - 1][-1] in ".,;:'":
                break
        return at

    def _is_noun(self, at: int) -> bool:
        word = self.low[at]
        return (
            not self.taken[at]
            and self.said.written[at].islower()
            and word not in NO_NOUNS
            and not word.endswith("ed")
            and not self._is_verb(at)
        )

    def _is_verb(self, at: int) -> bool:
        """A word that ends as third persons do, before what follows a verb."""
        word = self.low[at]
        if word in ENDS_NOUNS:
            return True
        if at + 1 >= len(self.low) or not word.endswith("s") or word.endswith("ss"):
            return False
        following = self.low[at + 1]
        return (
            following in BEHIND_VERBS
            or self.taken[at + 1]
            or self.said.bare[at + 1][:1].isupper()
            or self.said.bare[at + 1][:1].isdigit()
        )

    def _phrases(self) -> Iterator[Spot]:
        for at, word in enumerate(self.low):
            if self.taken[at]:
                continue
            if word in ARTICLES:
                end = self._nouns_end(at + 1, at + 1 + _MOST_IN_PHRASE)
                if end > at + 1 and not any(self.taken[at:end]):
                    kind = Kind.THING if word == "the" else Kind.NOUN
                    yield self._spot(kind, at, end)
            elif at == 0 and word not in NO_NOUNS:
                end = self._nouns_end(1, _MOST_IN_PHRASE)
                yield self._spot(Kind.THING, 0, end)

    def _tail(self) -> Iterator[Spot]:
        """The last words, as a value: "pays with the euro", "asks for honey"."""
        count = len(self.low)
        for at in range(count - 1, max(1, count - 4), -1):
            if self.taken[at] or self.low[at] in NO_NOUNS or not self.said.written[at].islower():
                break
            before = self.low[at - 1]
            if before in NO_NOUNS or before.endswith("s") or at == count - 1:
                yield self._spot(Kind.NOUN, at, count)


def _closes(word: str) -> bool:
    return word.rstrip(".,;:!?").removesuffix("'s")[-1:] in ('"', "\u201d")
