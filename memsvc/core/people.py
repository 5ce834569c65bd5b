"""The names an agent knows, and where a question mentions them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

# Letters, also joined by a hyphen; "Ana's" gives "Ana".
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['\u2019](?:s\b)?")

# A name that begins a question in one of these words is the auxiliary ("Will John come?").
_AUXILIARIES = frozenset({"will", "may"})
SHORTEST = 2


class Mention(NamedTuple):
    """A name in a question: where it stands, whose it is, whether it owns what follows.

    `end` includes a possessive ending. `speaks`: some memory was said by this person.
    """

    start: int
    end: int
    name: str
    possessive: bool
    speaks: bool


def name_key(name: str) -> str:
    """What two spellings of one name share: its words, folded; empty where it has none."""
    return " ".join(_WORD.findall(name)).casefold()


def looks_like_a_name(identity: str) -> bool:
    """Whether an id may be what people call somebody: words alone, as in `Ana` or `ana lópez`."""
    return all(one.isalpha() or one in " -'\u2019." for one in identity)


class Names:
    """A bag of names, each counted; speakers apart from those only written or spoken about."""

    def __init__(self) -> None:
        self._speakers: Counter[str] = Counter()
        self._others: Counter[str] = Counter()
        # By first word: the names that begin with it, as words.
        self._by_first: dict[str, set[tuple[str, ...]]] = {}

    def __len__(self) -> int:
        """Number of distinct names."""
        return len(self._speakers.keys() | self._others.keys())

    def speaks(self, name: str) -> bool:
        """Whether some memory was said by the person with this `name_key`."""
        return name in self._speakers

    def add(self, speakers: Iterable[str], others: Iterable[str]) -> None:
        """Count the names of one memory or more."""
        for bag, names in ((self._speakers, speakers), (self._others, others)):
            for key in filter(None, map(name_key, names)):
                words = tuple(key.split(" "))
                if len(words[0]) >= SHORTEST:
                    bag[key] += 1
                    self._by_first.setdefault(words[0], set()).add(words)

    def discard(self, speakers: Iterable[str], others: Iterable[str]) -> None:
        """Take back what `add` counted; a name goes with its last memory."""
        for bag, names in ((self._speakers, speakers), (self._others, others)):
            for key in filter(None, map(name_key, names)):
                if key not in bag:
                    continue
                bag[key] -= 1
                if not bag[key]:
                    del bag[key]
                if key not in self._speakers and key not in self._others:
                    self._forget(tuple(key.split(" ")))

    def mentions(self, query: str) -> list[Mention]:
        """The known names that a question mentions, in its order.

        A name is written with a capital, unless the whole question has none. Its first word stands
        for it where no other name begins so.
        """
        if not self._by_first:
            return []
        found: list[Mention] = []
        words = list(_WORD.finditer(query))
        loose = query == query.lower()
        at = 0
        while at < len(words):
            length, name = self._longest(words, at, loose=loose)
            if length:
                found.append(self._mention(query, words[at], words[at + length - 1], name))
            at += max(length, 1)
        return found

    def _longest(self, words: list[re.Match[str]], at: int, *, loose: bool) -> tuple[int, str]:
        first = words[at][0]
        if not (loose or first[0].isupper() or first.lower() == first.upper()):
            return 0, ""
        if at == 0 and first.casefold() in _AUXILIARIES:
            return 0, ""
        known = self._by_first.get(first.casefold(), ())
        following = [one[0].casefold() for one in words[at : at + max(map(len, known), default=0)]]
        whole = [one for one in known if list(one) == following[: len(one)]]
        if whole:
            best = max(whole, key=len)
            return len(best), " ".join(best)
        if len(known) == 1:
            return 1, " ".join(next(iter(known)))
        return 0, ""

    def _mention(self, query: str, first: re.Match[str], last: re.Match[str], name: str) -> Mention:
        owns = _POSSESSIVE.match(query, last.end())
        end = owns.end() if owns else last.end()
        return Mention(first.start(), end, name, owns is not None, name in self._speakers)

    def _forget(self, words: tuple[str, ...]) -> None:
        alike = self._by_first.get(words[0])
        if alike is not None:
            alike.discard(words)
            if not alike:
                del self._by_first[words[0]]
