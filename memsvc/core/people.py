"""The names an agent knows, and where a question mentions them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


def _is_mark(sign: str) -> bool:
    """Whether it is an accent or a vowel sign that stands on a letter."""
    return unicodedata.category(sign).startswith("M")


# Letters and digits with the marks on them, from the first of all to those of kana; also joined by
# a hyphen. "Ana's" gives "Ana".
MARKS = "".join(filter(_is_mark, map(chr, range(0x0300, 0x3100))))
_LETTERS = rf"[^\W_](?:[^\W_]|[{MARKS}])*+"
_WORD = re.compile(rf"(?!(?<=['\u2019])[sS]\b){_LETTERS}(?:-{_LETTERS})*")
# "Ana's", "James'"; neither "Ana'll" nor a quotation that ends in a name.
POSSESSIVE = re.compile(r"['\u2019](?:[sS]\b|(?<=[sSxXzZ]['\u2019])(?!\w))")

# What begins many names, or questions, and stands for none of them.
ORDINARY = frozenset(
    """
    what which who whom whose where when why how do does did is are was were has have had can could
    would should shall must please tell find show give any some all
    a an the this that these those my our your his her its their i me we us you he him she it they
    them mr mrs ms miss dr prof professor sir madam
    """.split()  # noqa: SIM905
)
# Nobody's name at the start of a question, or where capitals tell nothing: "Will John come?".
_HARDLY_NAMES = ORDINARY | {"will", "may"}
SHORTEST = 2
MOST_WORDS = 8
"""Words of the longest name looked for: a question is read in a time that names cannot stretch."""


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
    return " ".join(map(folded, _WORD.findall(name)))


def looks_like_a_name(identity: str) -> bool:
    """Whether an id may be what people call somebody: words alone, as in `Ana` or `ana lópez`."""
    return all(one.isalpha() or one in " -'\u2019." or _is_mark(one) for one in identity)


def mentionable(name: str) -> str:
    """The key by which a question may mention somebody of this name; empty where none may."""
    words = tuple(name_key(name).split(" "))
    return " ".join(words) if _may_be_said(words) else ""


def folded(word: str) -> str:
    # Canonical caseless matching (Unicode 3.13, D145), but composed.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).casefold())


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
            # A thousand messages have a handful of speakers.
            for name, times in Counter(names).items():
                key = mentionable(name)
                if key:
                    words = tuple(key.split(" "))
                    bag[key] += times
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

        A name is written with a capital, unless all or none of the question is. Its first word
        stands for it where no other name begins so.
        """
        if not self._by_first:
            return []
        found: list[Mention] = []
        words = list(_WORD.finditer(query))
        one_case = query in {query.lower(), query.upper()}
        at = 0
        while at < len(words):
            length, name = self._longest(words, at, one_case=one_case)
            if length:
                found.append(self._mention(words[at], words[at + length - 1], name))
            at += max(length, 1)
        return found

    @staticmethod
    def firsts(query: str) -> set[str]:
        """The words of a question with which a name that it mentions may begin."""
        return {folded(one[0]) for one in _WORD.finditer(query)}

    def _longest(self, words: list[re.Match[str]], at: int, *, one_case: bool) -> tuple[int, str]:
        """Words and key of the longest name that begins here; 0 without one."""
        written = words[at][0]
        capital = written != written.lower() or written == written.upper()
        known = self._by_first.get(folded(written)) if capital or one_case else None
        if not known:
            return 0, ""
        following = tuple(folded(one[0]) for one in words[at : at + MOST_WORDS])
        for length in range(len(following), 1, -1):
            if following[:length] in known:
                return length, " ".join(following[:length])
        first = following[0]
        if first in _HARDLY_NAMES and (at == 0 or one_case) and not _owns(words[at]):
            return 0, ""
        if (first,) in known:
            return 1, first
        if len(known) == 1 and len(first) >= SHORTEST and first not in ORDINARY:
            return 1, " ".join(next(iter(known)))
        return 0, ""

    def _mention(self, first: re.Match[str], last: re.Match[str], name: str) -> Mention:
        owns = _owns(last)
        end = owns.end() if owns else last.end()
        return Mention(first.start(), end, name, owns is not None, name in self._speakers)

    def _forget(self, words: tuple[str, ...]) -> None:
        alike = self._by_first.get(words[0])
        if alike is not None:
            alike.discard(words)
            if not alike:
                del self._by_first[words[0]]


def _may_be_said(words: tuple[str, ...]) -> bool:
    """Whether a question may mean somebody by these words: no number, too short, long or common."""
    named = len(words) > 1 or (len(words[0]) >= SHORTEST and words[0] not in ORDINARY)
    return named and len(words) <= MOST_WORDS and any(map(str.isalpha, words[0]))


def _owns(word: re.Match[str]) -> re.Match[str] | None:
    return POSSESSIVE.match(word.string, word.end())
