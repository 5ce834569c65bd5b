"""Sentences that tell how something changed: turned into what holds since.

"The club named Ana its coach", "Ana succeeded Ben as coach of the club": Ana is the coach of the
club. "My number changed from 1 to 2": my number is 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memsvc.core.frames.lexicon import nouns_of
from memsvc.core.frames.noun_phrase import cleaned
from memsvc.core.frames.sentences import Sentence
from memsvc.core.frames.value import end_of

_CHANGED = frozenset(
    """
    changed changes switched moved shifted set reset raised lowered increased increases decreased
    reduced cut dropped rose risen grew grown fell fallen went gone jumped climbed updated renamed
    rescheduled postponed extended shortened pushed migrated ported transferred turned bumped
    brought put adjusted amended revised corrected expanded enlarged shrank shrunk doubled tripled
    upgraded downgraded converted relocated delayed slipped tightened relaxed passed shortened
    loosened
    """.split()  # noqa: SIM905
)
_TO = frozenset({"to", "into", "back"})
_AUXILIARIES = frozenset("has have had was were is been be being got gets get recently".split())  # noqa: SIM905
_NAMED = frozenset(
    """
    appointed appoints named names elected elects made hired hires chose chosen picked selected
    promoted installed confirmed crowned has have adopted uses recruited designated declared sworn
    """.split()  # noqa: SIM905
)
_CALLS = frozenset({"call", "calls"})
_HAS = frozenset({"has", "have"})
_SUCCEEDED = frozenset("replaced replaces succeeded succeeds".split())  # noqa: SIM905
_OWN = frozenset({"its", "his", "her", "their", "the", "my", "our"})
_AS = frozenset({"as", "the", "its", "their", "new", "a", "to", "be", "in", "his", "her"})
_BECAME = (
    ("took", "over", "as"), ("takes", "over", "as"), ("taken", "over", "as"), ("serves", "as"),
    ("serve", "as"), ("acts", "as"), ("stepped", "in", "as"), ("steps", "in", "as"),
    ("took", "charge", "as"), ("serving", "as"), ("took", "office", "as"),
    ("assumed", "the", "role", "of"), ("holds", "the", "post", "of"),
    ("holds", "the", "title", "of"),
    ("holds", "the", "position", "of"), ("holds", "the", "office", "of"), ("became",),
    ("becomes",), ("become",), ("works", "as"), ("functions", "as"), ("remains",),
    ("begins", "as"), ("began", "as"), ("started", "as"), ("came", "in", "as"),
    ("taken", "the", "reins", "as"), ("took", "the", "reins", "as"), ("joined", "as"),
)  # fmt: skip


_ENDED = frozenset("stepped resigned retired quit quits left lost stopped resigns fired".split())  # noqa: SIM905
TRIGGERS = (
    _CALLS | _ENDED | _CHANGED | _NAMED | _SUCCEEDED | _HAS | {phrase[0] for phrase in _BECAME}
    | {"from", "its", "his", "her", "their"}
)  # fmt: skip


_OFTEN = frozenset("made has have uses chose picked selected".split())  # noqa: SIM905
_BEHIND = frozenset("to from its my his her their into".split())  # noqa: SIM905
_BECAME_FIRST = frozenset(phrase[:2] for phrase in _BECAME)


def changes(word: str, following: str) -> bool:
    """Whether two words may tell a change: for a quick look at a text."""
    return (
        word in _SUCCEEDED
        or word in _ENDED
        or (word in _NAMED and word not in _OFTEN)
        or (word in _CHANGED and following in _BEHIND)
        or (word, following) in _BECAME_FIRST
    )


def changed(said: Sentence) -> Iterator[Sentence]:
    """What holds after a change that the sentence tells; nothing where it tells none."""
    bare = said.bare
    if TRIGGERS.isdisjoint(bare):
        return
    yield from _from_one_to_another(said)
    for at in range(1, len(bare) - 1):
        word = bare[at]
        if word in _CHANGED:
            yield from _set_to(said, at)
        if word in _SUCCEEDED:
            yield from _succeeded(said, at)
        elif word in _NAMED:
            yield from _named(said, at)
        elif word in _ENDED:
            yield from _ended(said, at)
        elif word in _CALLS and bare[-1] == "home":
            yield from _calls_home(said, at)
        for phrase in _BECAME:
            if word == phrase[0] and tuple(bare[at : at + len(phrase)]) == phrase:
                yield from _is(said, _subject(said, at), at + len(phrase))
    yield from _having(said)
    yield from _its(said)


def _subject(said: Sentence, at: int) -> Sequence[str]:
    """The words before a verb, back to a comma or "and"."""
    bare = said.bare
    while at > 1 and bare[at - 1] in _AUXILIARIES:
        at -= 1
    start = at
    while start > 0 and bare[start - 1] not in {"and", "but", "so"}:
        if said.written[start - 1].endswith((",", ":", ";")) and not bare[start][:1].isupper():
            break
        start -= 1
    return bare[start:at]


def _is(said: Sentence, subject: Sequence[str], start: int) -> Iterator[Sentence]:
    """The subject is what stands from a word on: an office, with its article."""
    role = said.bare[start:]
    if not role or not subject:
        return
    named = not role[0].islower() or "'s" in " ".join(role[:4])
    article = () if named or role[0] in _AS | {"an"} else ("the",)
    head = [*subject, "is", *article]
    yield said._replace(written=[*head, *said.written[start:]], bare=[*head, *role])


def _of(
    said: Sentence, role: Sequence[str], whose: Sequence[str], start: int
) -> Iterator[Sentence]:
    """The role of somebody is what stands from a word on."""
    if not role or not whose:
        return
    mine = whose[0] in {"I", "i"}
    head = ["my", *role, "is"] if mine else ["the", *role, "of", *whose, "is"]
    yield said._replace(written=[*head, *said.written[start:]], bare=[*head, *said.bare[start:]])


def _from_one_to_another(said: Sentence) -> Iterator[Sentence]:
    """Without what was: "moved from Oslo to Bergen"."""
    bare = said.bare
    for at in range(2, len(bare) - 3):
        if bare[at] != "from" or bare[at - 1] in {"is", "are"}:
            continue
        for to in range(at + 2, min(at + 9, len(bare) - 1)):
            if bare[to] in {"to", "into"} and bare[to - 1] not in _TO:
                without = said._replace(
                    written=said.written[:at] + said.written[to:], bare=bare[:at] + bare[to:]
                )
                yield from changed(without)
                yield without
                return


def _set_to(said: Sentence, at: int) -> Iterator[Sentence]:
    """ "R was changed to V", "S changed its R to V"."""
    bare = said.bare
    subject = _subject(said, at)
    if bare[at + 1] in _TO and at + 2 < len(bare):
        start = at + 2 if bare[at + 1] != "back" else at + 3
        if not subject or start >= len(bare):
            return
        head = [*subject, "is"]
        yield said._replace(written=[*head, *said.written[start:]], bare=[*head, *bare[start:]])
    elif bare[at + 1] in _OWN:
        for to in range(at + 3, min(at + 7, len(bare) - 1)):
            if bare[to] == "to":
                role = bare[at + 2 : to]
                if bare[at + 1] == "the" and "of" in role:
                    subject, role = role[role.index("of") + 1 :], role[: role.index("of")]
                if role and subject:
                    yield from _of(said, role, subject, to + 1)
                return


def _succeeded(said: Sentence, at: int) -> Iterator[Sentence]:
    """ "V replaced W as R of S"; "W was replaced by V as R of S"."""
    bare = said.bare
    role = next((one for one in range(at + 1, len(bare) - 1) if bare[one] == "as"), None)
    if role is None:
        return
    by = next((one for one in range(at + 1, len(bare) - 1) if bare[one] == "by"), None)
    if by is None:
        if bare[at - 1] not in {"was", "been", "is"}:
            yield from _is(said, _subject(said, at), role + 1)
        return
    if by < role:
        yield from _is(said, bare[by + 1 : role], role + 1)
    else:
        value = bare[by + 1 : end_of(said.written, bare, by + 1)]
        if value:
            plain = said._replace(written=said.written[:by], bare=bare[:by])
            yield from _is(plain, value, role + 1)


def _named(said: Sentence, at: int) -> Iterator[Sentence]:
    """ "S named V its R"; "V was named R of S"."""
    bare = said.bare
    if bare[at - 1] in {"was", "been", "were", "got"}:
        start = at + 1
        while start < len(bare) - 1 and bare[start] in _AS:
            start += 1
        yield from _is(said, _subject(said, at), start)
        return
    for link in range(at + 2, min(at + 9, len(bare))):
        if bare[link] in _AS and bare[at + 1][:1].isupper():
            start = link
            while start < len(bare) and bare[start] in _AS:
                start += 1
            role = cleaned(bare[start : end_of(said.written, bare, start)])
            if role and nouns_of(role):
                value = bare[at + 1 : link]
                subject = _subject(said, at)
                if not subject:
                    return
                head = ["the", *role, "of", *subject, "is", *value]
                if subject[0] in {"I", "i"}:
                    head = ["my", *role, "is", *value]
                yield said._replace(written=head, bare=head)
            return


def _calls_home(said: Sentence, at: int) -> Iterator[Sentence]:
    """ "Calls Oslo home": lives there."""
    subject, place = _subject(said, at), said.bare[at + 1 : -1]
    if subject and place:
        words = [*subject, "live" if subject[-1] in {"I", "i"} else "lives", "in", *place]
        yield said._replace(written=words, bare=words)


def _ended(said: Sentence, at: int) -> Iterator[Sentence]:
    """ "Stepped down as R of S" is R of S no more; "quit a job at V" works there no more."""
    bare = said.bare
    subject = _subject(said, at)
    link = next((one for one in range(at + 1, min(at + 5, len(bare) - 1))
                 if bare[one] in {"as", "at", "from", "with"}), None)  # fmt: skip
    if link is None or not subject:
        return
    if bare[link] == "as":
        head = [*subject, "is", "not"]
        if bare[link + 1].islower() and bare[link + 1] not in _AS:
            head.append("the")
    elif "job" in bare[at:link] or "position" in bare[at:link] or bare[at + 1] == "working":
        head = [*subject, "does", "not", "work", "at"]
    else:
        return
    yield said._replace(written=[*head, *said.written[link + 1 :]], bare=[*head, *bare[link + 1 :]])


def _having(said: Sentence) -> Iterator[Sentence]:
    """ "S has its R in V", "S has a R of V", "S has a new R called V"."""
    bare = said.bare
    at = next((one for one in range(1, len(bare) - 3) if bare[one] in _HAS), None)
    if at is None:
        return
    subject = _subject(said, at)
    for link in range(at + 3, min(at + 6, len(bare) - 1)):
        role = [word for word in bare[at + 2 : link] if word != "new"]
        own, new = bare[at + 1] in _OWN, "new" in bare[at + 2 : link]
        if own and bare[link] in {"in", "at", "on", "with"}:
            yield from _of(said, role, subject, link)
        elif bare[at + 1] in {"a", "an"} and (
            (bare[link] == "of" and any(map(str.isdigit, bare[link + 1])))
            or (new and bare[link] in {"called", "named", "in"})
        ):
            yield from _of(said, role, subject, link + 1)


def _its(said: Sentence) -> Iterator[Sentence]:
    """ "S scrapped the crown and its currency is V": the name before is meant."""
    bare = said.bare
    for at in range(2, len(bare) - 3):
        if bare[at] in {"its", "his", "her", "their"} and bare[at - 1] in {"and", "but", "so"} | {
            word for word in bare[at - 1 : at] if said.written[at - 1].endswith((",", ";"))
        }:
            name = leading_name(bare)
            if name:
                head = [*name[:-1], f"{name[-1]}'s"]
                yield said._replace(
                    written=[*head, *said.written[at + 1 :]], bare=[*head, *bare[at + 1 :]]
                )
            return


def leading_name(bare: Sequence[str]) -> Sequence[str]:
    """The name that a sentence begins with, without article; empty where none does."""
    start = 1 if bare[0] in {"The", "the"} else 0
    end = start
    while end < len(bare) and bare[end][:1].isupper() and bare[end] not in {"I", "My", "Our"}:
        end += 1
    return bare[start:end]
