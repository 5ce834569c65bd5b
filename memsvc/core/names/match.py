"""Where a text has a person's name: whole, turned around, shortened, in an address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from memsvc.core.names.addresses import Address, AddressKind, parts_of
from memsvc.core.names.evidence import LOW, MEDIUM, Sentence, alone, sentence_of
from memsvc.core.names.identities import Spot
from memsvc.core.names.known import FullName, KnownNames
from memsvc.core.names.like_words import ALSO_WORDS, COINCIDING, HARDLY, PARTICLES
from memsvc.core.names.written import Word, is_inside, lowered, spellings
from memsvc.core.people import ORDINARY

FULL, TURNED, SHORTENED, PIECES, WITH_INITIAL = 0.95, 0.9, 0.85, 0.7, 0.7
ANOTHER_SPELLING = 0.05
"""Taken off where accents or letters differ: "Jose" for José."""
MANY_WORDS = 12
"""Words of a text looked at for one name."""

_BLANK = r"[ \t\u00a0\u00ad\u200b-\u200f\ufeff]*"
_GAP = re.compile(rf"{_BLANK}\r?\n?{_BLANK}|[-'\u2019\u2010\u2011\u00b7._]|, ?")
_LONGEST_GAP = 4
_STOPPED = frozenset({". ", ".\u00a0", "."})
_LONG_JOINED, _LONG_PART = 8, 3
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc-\u30ff]")


def name_spots(text: str, words: Sequence[Word], known: KnownNames) -> Iterator[Spot]:
    """Where the name stands in a text whose words, but for those of addresses, are given."""
    yield from _unspaced_spots(text, known)
    canonical = [_canonical(word, known) for word in words]
    yield from (
        (word.start, word.end, SHORTENED)
        for word in words
        if len(word.bare) >= _LONG_JOINED and word.bare in known.joined
    )
    if not any(canonical):
        return
    sentence = sentence_of(text, words)
    covered = _covered(sentence, known)
    at = 0
    while at < len(words):
        last, confidence = at, 0.0
        if canonical[at] is not None:
            last, confidence = _best_at(sentence, canonical, at, known)
            if any(start <= at and last < end and end - start > last - at + 1
                   for start, end in covered.get(at, ())):  # fmt: skip
                confidence = 0.0
        if confidence > 0:
            yield *_with_initials(sentence, at, last, known), confidence
        at = last + 1


def address_name(address: Address, known: KnownNames) -> float:
    """How sure an address has the name of the person in it; 0 where it has none."""
    return max((_segment(one, address, known) for one in address.segments), default=0.0)


def _best_at(
    sentence: Sentence, canonical: Sequence[str | None], at: int, known: KnownNames
) -> tuple[int, float]:
    """The surest reading of the name that begins with this word: its last word, how sure."""
    best = at, 0.0
    for name in known.names:
        run = _run(sentence, canonical, at, name)
        if run:
            last = run[-1][0]
            confidence = _judged(sentence, run, name, known)
            if not _is_exact(sentence, run, name):
                # Rounded, or .95 would leave less than .9.
                confidence = max(round(confidence - ANOTHER_SPELLING, 2), 0.0)
            best = max(best, (last, confidence), key=lambda found: (found[1], found[0]))
    return best


def _run(
    sentence: Sentence, canonical: Sequence[str | None], at: int, name: FullName
) -> list[tuple[int, int]]:
    """Words one after the other that are all of the name, each with its place in it."""
    free = list(range(len(name.words)))
    run: list[tuple[int, int]] = []
    before = at
    for place in range(at, min(at + MANY_WORDS, len(canonical))):
        if place > at and not _is_gap(sentence, before, place):
            break
        written = canonical[place]
        fits = [one for one in free if name.words[one] == written]
        # What follows in the name goes before what comes again in it.
        of = next((one for one in fits if run and one > run[-1][1]), fits[0] if fits else None)
        if of is not None:
            free.remove(of)
            run.append((place, of))
        elif not run or not _is_passed_over(sentence, place):
            break
        before = place
    return run


def _is_gap(sentence: Sentence, before: int, place: int) -> bool:
    one, two = sentence.words[before], sentence.words[place]
    gap = sentence.text[one.end : two.start]
    if len(gap) > _LONGEST_GAP:
        return False
    # "López, Maria"; a list of two names looks the same and is as good.
    return _GAP.fullmatch(gap) is not None or (len(one.written) == 1 and gap in _STOPPED)


def _is_passed_over(sentence: Sentence, place: int) -> bool:
    """A particle, or an initial between two names."""
    word = sentence.words[place]
    return word.bare in PARTICLES or (len(word.written) == 1 and word.capital)


def _judged(
    sentence: Sentence, run: Sequence[tuple[int, int]], name: FullName, known: KnownNames
) -> float:
    first, last = run[0][0], run[-1][0]
    places = [of for _, of in run]
    parts = {name.part_of[of] for of in places}
    words = {name.words[of] for of in places}
    whole = len(run) == len(name.words)
    if _is_inside_a_word(sentence, first, last, whole=whole and name.parts > 1):
        return 0.0
    if len(parts) == 1:
        part = parts.pop()
        shared = words <= known.others
        found = alone(sentence, first, last, _role(name, part, len(run)), shared=shared)
        return max(found, _beside_initial(sentence, first, last, part, name) if found else 0.0)
    capitals = not sentence.one_case and all(sentence.words[place].capital for place, _ in run)
    if words <= ORDINARY | HARDLY | COINCIDING and not capitals:
        return LOW
    if whole:
        if places == sorted(places):
            return FULL
        turned = places[places.index(0) :] + places[: places.index(0)]
        return TURNED if turned == sorted(turned) else SHORTENED
    return SHORTENED if 0 in parts else PIECES


def _role(name: FullName, part: int, matched: int) -> str:
    if matched < len(name.part(part)):
        return "piece"
    if name.parts == 1:
        return "whole"
    return {0: "first", name.parts - 1: "last"}.get(part, "middle")


def _beside_initial(sentence: Sentence, first: int, last: int, part: int, name: FullName) -> float:
    """ "M. López", "Maria L."; 0 without a fitting initial beside it."""
    words, text = sentence.words, sentence.text
    if part > 0 and first > 0 and words[first - 1].bare == name.words[0][0]:
        between = text[words[first - 1].end : words[first].start]
        if between in _STOPPED and words[first].capital:
            return WITH_INITIAL
    if part == 0 and last + 1 < len(words) and name.parts > 1:
        word = words[last + 1]
        initials = {name.part(one)[0][0] for one in range(1, name.parts)}
        stopped = text[word.end : word.end + 1] == "." and word.capital
        if stopped and word.bare in initials and text[words[last].end : word.start] == " ":
            return WITH_INITIAL
    return 0.0


def _is_exact(sentence: Sentence, run: Sequence[tuple[int, int]], name: FullName) -> bool:
    return all(sentence.words[place].key in name.keys for place, _ in run)


def _is_inside_a_word(sentence: Sentence, first: int, last: int, *, whole: bool) -> bool:
    """Whether it is a piece of "maria_test" or of Maria-Luisa.

    All of the name may stand in a longer one that somebody made with it.
    """
    text, start, end = sentence.text, sentence.words[first].start, sentence.words[last].end
    if whole:
        return False
    if is_inside(text, start - 1) or is_inside(text, end):
        return True
    joined = text[start - 1 : start] in {"-", "\u2010", "\u2011"} and is_inside(text, start - 2)
    # "Maria-like" is about Maria.
    follows = text[end : end + 1] in {"-", "\u2010", "\u2011"} and text[end + 1 : end + 2].isupper()
    return joined or follows


def _with_initials(sentence: Sentence, first: int, last: int, known: KnownNames) -> tuple[int, int]:
    """Where a name begins and ends with the initials of its other words beside it."""
    words, text = sentence.words, sentence.text
    start, end = words[first].start, words[last].end
    initials = {word[0] for name in known.names for word in name.words if len(name.words) > 1}
    before = words[first - 1] if first else None
    if before is not None and before.bare in initials and before.capital:
        start = before.start if text[before.end : start] in _STOPPED else start
    if last + 1 < len(words) and words[last + 1].bare in initials and words[last + 1].capital:
        behind = words[last + 1].end
        if text[end : words[last + 1].start] == " " and text[behind : behind + 1] == ".":
            end = behind + 1
    return start, end


def _canonical(word: Word, known: KnownNames) -> str | None:
    found = known.spelt.get(word.bare)
    if found is None and not word.key.isascii():
        # "Müller" for Mueller.
        found = next(filter(None, map(known.spelt.get, spellings(word.key))), None)
    return found


def _covered(sentence: Sentence, known: KnownNames) -> dict[int, list[tuple[int, int]]]:
    """By word, the longer names of others it is a part of: first word, after the last."""
    covered: dict[int, list[tuple[int, int]]] = {}
    words = sentence.words
    if not known.longer:
        return covered
    for at, word in enumerate(words):
        for name in known.longer.get(word.bare, ()):
            end = at + len(name)
            if tuple(one.bare for one in words[at:end]) == name:
                for place in range(at, end):
                    covered.setdefault(place, []).append((at, end))
    return covered


def _unspaced_spots(text: str, known: KnownNames) -> Iterator[Spot]:
    if not known.unspaced:
        return
    small = lowered(text)
    for name in known.unspaced:
        at = small.find(name)
        while at >= 0:
            end = at + len(name)
            if not (_goes_on(text, at - 1, at) or _goes_on(text, end - 1, end)):
                yield at, end, FULL if len(name) > 2 else TURNED
            at = small.find(name, end)


def _goes_on(text: str, one: int, two: int) -> bool:
    """Whether two neighbouring signs are of one foreign word: in katakana it is all one run."""
    if one < 0 or two >= len(text):
        return False
    return all(_KATAKANA.match(text[place]) for place in (one, two))


def _segment(segment: str, address: Address, known: KnownNames) -> float:
    parts = parts_of(segment)
    whole = "".join(parts)
    canonical = [known.spelt.get(one, one) for one in parts]
    if whole in known.joined or "".join(canonical) in known.joined:
        return TURNED
    for name in known.names:
        size = len(name.words)
        runs = (tuple(canonical[at : at + size]) for at in range(len(canonical) - size + 1))
        if name.parts > 1 and any(run in {name.words, name.words[::-1]} for run in runs):
            return TURNED
    if any(len(one) >= _LONG_JOINED and one in whole for one in known.joined):
        return SHORTENED
    if address.kind is AddressKind.EMAIL and segment != address.segments[0]:
        return 0.0
    return max((_one_part(canonical, name, known) for name in known.names), default=0.0)


def _one_part(parts: Sequence[str], name: FullName, known: KnownNames) -> float:
    """Of "maria@…", "@mlopez", "m.lopez@…"."""
    first, last = name.part(0), name.part(name.parts - 1)
    if name.parts > 1 and len("".join(last)) >= _LONG_PART:
        short = first[0][0] + "".join(last)
        if "".join(parts) == short:
            return MEDIUM
    if tuple(parts) not in {first, last} or len("".join(parts)) < 2:
        return 0.0
    words = set(parts)
    if words <= ORDINARY | HARDLY:
        return 0.0
    found = LOW if words <= ALSO_WORDS else MEDIUM
    return min(found, LOW) / (1 if found == MEDIUM else 2) if words <= known.others else found
