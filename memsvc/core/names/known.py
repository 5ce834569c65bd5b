"""A person's names made ready to be looked for: their parts, and what others are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from memsvc.core.names.like_words import PARTICLES, SUFFIXES, TITLES
from memsvc.core.names.written import UNSPACED, lowered, spellings, words_of
from memsvc.core.people import name_key

MOST_PARTS = 8
"""Words of a name at most: a text is read in a time that names cannot stretch."""
_JOINTS = ("", " ", "\u3000", "\u30fb", "\u00b7")


@dataclass(frozen=True, slots=True)
class FullName:
    """A name as the words that count, bare.

    `part_of` gives for each word the part of the name it belongs to: those of `Jean-Luc` are one.
    `keys`: the words as written but folded.
    """

    words: tuple[str, ...]
    part_of: tuple[int, ...]
    keys: frozenset[str]

    @property
    def parts(self) -> int:
        """Number of parts."""
        return self.part_of[-1] + 1

    def part(self, number: int) -> tuple[str, ...]:
        """The words of one part."""
        return tuple(w for w, of in zip(self.words, self.part_of, strict=True) if of == number)


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What a person is called, and what others are.

    `spelt`: each way to spell a word of the names to the word itself. `unspaced`: names in scripts
    without spaces, in every way to write them. `joined`: the words of a name without a space
    between, as in addresses. `longer`: the names of others, by their first word.
    """

    names: tuple[FullName, ...]
    spelt: dict[str, str]
    unspaced: tuple[str, ...]
    joined: frozenset[str]
    others: frozenset[str]
    longer: dict[str, tuple[tuple[str, ...], ...]]


def known_names(names: Iterable[str], others: frozenset[str]) -> KnownNames:
    """The names of a person beside the folded names known of all.

    A name of theirs among `others` is no other's.
    """
    given = [one for one in names if one.strip()]
    full = [found for one in given if (found := _full_name(one)) is not None]
    own = {name_key(one) for one in given}
    strangers = [tuple(w.bare for w in words_of(one)) for one in sorted(others - own)]
    longer: dict[str, tuple[tuple[str, ...], ...]] = {}
    for words in strangers:
        if 1 < len(words) <= MOST_PARTS:
            longer[words[0]] = (*longer.get(words[0], ()), words)
    return KnownNames(
        names=tuple(dict.fromkeys(full)),
        spelt={spelling: bare for one in given for spelling, bare in _spelt(one)},
        unspaced=tuple(dict.fromkeys(form for one in given for form in _unspaced(one))),
        joined=frozenset(form for one in full for form in _joined(one)),
        others=frozenset(word for words in strangers for word in words),
        longer=longer,
    )


def _full_name(name: str) -> FullName | None:
    if UNSPACED.search(name):
        return None
    last, comma, first = name.partition(",")
    if comma and first.strip() and "," not in first:
        name = f"{first} {last}"
    parts: list[list[str]] = []
    keys: set[str] = set()
    for part in name.split():
        words = words_of(part)
        bare = [one.bare for one in words]
        counting = [one for one in bare if one not in PARTICLES] or bare
        is_title = not parts and bare and bare[0] in TITLES and part.endswith(".")
        if bare and not is_title and not (parts and set(bare) <= SUFFIXES):
            parts.append(counting)
            keys.update(one.key for one in words)
    # "Van" may be all of a name, but not beside what names better.
    telling = [one for one in parts if not set(one) <= PARTICLES] or parts
    words_ = tuple(word for part in telling for word in part)[:MOST_PARTS]
    part_of = tuple(at for at, part in enumerate(telling) for _ in part)[:MOST_PARTS]
    return FullName(words_, part_of, frozenset(keys)) if words_ else None


def _spelt(name: str) -> Iterator[tuple[str, str]]:
    for word in words_of(name):
        for spelling in spellings(word.key):
            yield spelling, word.bare


def _unspaced(name: str) -> Iterator[str]:
    """A name in Han, kana, Hangul, Thai: as it stands, and with what writers put between."""
    if not UNSPACED.search(name):
        return
    parts = name.replace("\u30fb", " ").replace("\u00b7", " ").split()
    for joint in _JOINTS:
        whole = lowered(joint.join(parts))
        if len(whole) > 1:
            yield whole


def _joined(name: FullName) -> Iterator[str]:
    if name.parts < 2:
        return
    parts = ["".join(name.part(at)) for at in range(name.parts)]
    yield "".join(parts)
    for one, other in {(parts[0], parts[-1]), *pairwise(parts)}:
        yield one + other
        yield other + one
