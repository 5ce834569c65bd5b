"""Sentences that say a plain one in another order: turned into the plain one.

"The city where Ana lives is Oslo", "Oslo is where Ana lives": Ana lives in Oslo. "Update on Kenya:
capital is now Nairobi": the capital of Kenya is Nairobi.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memsvc.core.frames.changes import changed
from memsvc.core.frames.inner import positive
from memsvc.core.frames.lexicon import VERBS, Form, nouns_of, phrase_at
from memsvc.core.frames.sentences import AROUND, Sentence

_BE = frozenset({"is", "are", "was", "were"})
_WHO = frozenset({"who", "that", "which"})
_WHERE = frozenset({"where", "that", "which"})
_ABOUT = (
    ("update", "on"), ("update", "about"), ("update", "for"), ("update", "regarding"),
    ("news", "on"), ("news", "about"), ("news", "from"), ("change", "at"), ("change", "to"),
    ("correction", "on"), ("correction", "about"), ("correction", "for"), ("note", "on"),
    ("note", "about"), ("info", "on"), ("regarding",), ("re",), ("concerning",), ("about",),
    ("as", "for"), ("changes", "to"), ("changes", "at"), ("quick", "update", "on"), ("on",),
)  # fmt: skip
_QUOTES = frozenset("\"'\u201c\u2018")
_VERBS = VERBS - {"has", "have"}
_MUSIC = frozenset({"music", "genre"})


def reworded(said: Sentence) -> Iterator[Sentence]:
    """Plain sentences that may stand for this one, the likeliest first; none where it is plain."""
    yield from _labelled(said)
    yield from _related(said)
    yield from positive(said)
    yield from changed(said)


def _labelled(said: Sentence) -> Iterator[Sentence]:
    """ "Update on S: R is V", "S: R is V", "S's R: V", "R of S: V"."""
    colon = next((at for at, word in enumerate(said.written[:-1]) if word.endswith(":")), None)
    if colon is None or colon > 12:
        return
    if any(word[:1] in _QUOTES for word in said.written[: colon + 1]):
        return
    left, right = said.bare[: colon + 1], said.bare[colon + 1 :]
    written = said.written[colon + 1 :]
    about = _without_about(left)
    verb = next((at for at, word in enumerate(right) if word in _BE or word in {"=", "to"}), None)
    if verb and verb + 1 < len(right) and _BE.isdisjoint(left) and right[verb] in _BE:
        # A whole statement behind a label has its own subject.
        if about is not None or nouns_of(right[:verb]):
            yield _of(right[:verb], about or left, right[verb], right[verb + 1 :], written, said)
        return
    if _BE.isdisjoint(right) and _VERBS.isdisjoint(left):
        yield from _headed(about or left, right, written, said)
    elif len(right) > 2 and not (colon < 2 and not {"I", "my", "My"}.isdisjoint(right)):
        # "We had it wrong: ..."; but "Ana: I live in Oslo" is Ana's, whoever that is.
        yield said._replace(written=written, bare=right)


def _of(
    words: Sequence[str], whose: Sequence[str], verb: str, value: Sequence[str],
    written: Sequence[str], said: Sentence,
) -> Sentence:  # fmt: skip
    head = ["the", *_bare_noun(words), "of", *whose, verb]
    return _sentence(head, value, written[len(written) - len(value) :], said)


def _headed(
    left: Sequence[str], right: Sequence[str], written: Sequence[str], said: Sentence
) -> Iterator[Sentence]:
    """ "Kenya's new capital: Nairobi", "Kenya has a new capital: Nairobi", "Kenya capital: ..."."""
    has = next((at for at, word in enumerate(left) if word in {"has", "have", "gets", "got"}), None)
    if has and left[has + 1 : has + 2] in (["a"], ["an"], ["the"]):
        words = [word for word in left[has + 2 :] if word != "new"]
        if words:
            yield _of(words, left[:has], "is", right, written, said)
        return
    for at in range(1, len(left)):
        if not left[at - 1].endswith("'s") and nouns_of(left[at:]) and "of" not in left[:at]:
            if left[at - 1].lower() not in {"my", "our", "new", "the", "his", "her", "their"}:
                yield _of(left[at:], left[:at], "is", right, written, said)
                return
            break
    if (
        len(left) > 1
        and left[1].islower()
        and left[0] not in {"my", "My", "our", "Our", "the", "The"}
    ):
        left = ["the", left[0].lower() if left[0][1:].islower() else left[0], *left[1:]]
    yield _sentence([*left, "is"], right, written, said)


def _without_about(left: Sequence[str]) -> Sequence[str] | None:
    small = tuple(word.lower() for word in left[:3])
    for phrase in _ABOUT:
        if small[: len(phrase)] == phrase and len(left) > len(phrase):
            return left[len(phrase) :]
    return None


def _bare_noun(words: Sequence[str]) -> Sequence[str]:
    start = 0
    while start < len(words) - 1 and words[start].lower() in {"the", "its", "their", "new", "his",
                                                              "her", "a", "an"}:  # fmt: skip
        start += 1
    return words[start:]


def _sentence(
    head: Sequence[str], tail: Sequence[str], written: Sequence[str], said: Sentence
) -> Sentence:
    return said._replace(written=[*head, *written], bare=[*head, *tail])


def _related(said: Sentence) -> Iterator[Sentence]:
    """Relative clauses: "the company that makes S is V", "V is the city where S lives"."""
    bare = said.bare
    at = next((place for place, word in enumerate(bare) if word in _WHO | _WHERE), None)
    if at is None:
        yield from _running(said)
        return
    be = [place for place, word in enumerate(bare) if word in _BE]
    behind = [place for place in be if place > at + 1]
    before = [place for place in be if place < at]
    if before and before[0] > 0:
        head, clause = bare[before[0] + 1 : at], bare[at + 1 :]
        value, written = bare[: before[0]], said.written[: before[0]]
        if value[0] in {"It", "it", "This"}:
            value, written, head = head, said.written[before[0] + 1 : at], ["the", "one"]
    elif behind and behind[-1] + 1 < len(bare) and bare[0] in {"The", "the"}:
        head, clause = bare[:at], bare[at + 1 : behind[-1]]
        value, written = bare[behind[-1] + 1 :], said.written[behind[-1] + 1 :]
    else:
        return
    if head and head[0] not in {"the", "The"}:
        return
    if clause and value:
        yield from _joined(bare[at], head, clause, value, written, said)


def _joined(
    link: str, head: Sequence[str], clause: Sequence[str], value: Sequence[str],
    written: Sequence[str], said: Sentence,
) -> Iterator[Sentence]:  # fmt: skip
    if link in _WHO and (clause[0] in VERBS or clause[0] in _BE | {"has"}):
        name = [word.strip(AROUND) for word in written]
        yield said._replace(written=[*name, *clause], bare=[*name, *clause])
        return
    if link not in _WHERE:
        return
    if not _MUSIC.isdisjoint(head):
        told = [*clause[:-1], clause[-1], "the", "music", "genre"]
        yield _sentence(told, value, written, said)
        return
    for joint in ((), ("in",), ("at",), ("for",)) if link == "where" else ((), ("in",)):
        yield _sentence([*clause, *joint], value, written, said)


def _running(said: Sentence) -> Iterator[Sentence]:
    """ "The company making S is V", "The person running S is V"."""
    bare = said.bare
    if bare[0] not in {"The", "the"} or len(bare) < 5:
        return
    be = next((one for one in range(4, len(bare) - 1) if bare[one] in _BE), 0)
    for at in range(2, 5 if be else 2):
        # "The company I work for is ...": without "that".
        if (
            at + 1 < len(bare)
            and bare[at + 1] in VERBS
            and (bare[at] == "I" or bare[at][:1].isupper())
        ):
            value = bare[be + 1 :]
            words = [*bare[at:be], *(value[1:] if value[0] in {"called", "named"} else value)]
            yield said._replace(written=words, bare=words)
            return
    for at in (2, 3):
        found = phrase_at(bare, at, Form.BE)
        if found and (bare[at].endswith("ing") or bare[at] == "behind"):
            verb = next((one for one in range(found.end, len(bare)) if bare[one] in _BE), None)
            if verb is not None and verb + 1 < len(bare):
                words = [*bare[verb + 1 :], "is", *bare[at:verb]]
                yield said._replace(written=words, bare=words)
            return
