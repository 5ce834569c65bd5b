"""What somebody tells of themselves and their own in a turn, by families of English patterns.

Each statement is a sentence about them by name. A clause that fits no pattern tells nothing: most
of what is said in a conversation is said for the moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from memsvc.core.consolidation.being import hurts
from memsvc.core.consolidation.kin import BODY, FEMALE, KIN, MALE, ONLY, PLURAL
from memsvc.core.consolidation.said_clauses import may_tell, said_clauses
from memsvc.core.consolidation.telling_verbs import VERBS, Form
from memsvc.core.consolidation.tellings import telling
from memsvc.core.consolidation.third_person import AROUND, finite, is_safe, of_them
from memsvc.core.consolidation.told_clauses import ADVERBS, Told, told_in
from memsvc.core.consolidation.worth_telling import (
    SURE,
    Telling,
    bare,
    is_dated,
    is_telling,
    trimmed,
)

LONGEST = 160
"""Characters of a statement."""

_KINDS = "|".join(sorted(KIN, key=len, reverse=True))
_MINE = re.compile(
    rf"\b(?:[Mm]y|[Oo]ur)\s+((?:[a-z-]+\s+){{0,2}}?(?:{_KINDS}))(?:,?\s+(?:named|called))?,?\s+"
    r"(?!I\b|I'|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)([A-Z][a-z\u00df-\u00ff]+"
    r"(?:\s[A-Z][a-z]+)?)\b(?!')"
)
_NAMED = re.compile(
    rf"\b([A-Z][a-z\u00df-\u00ff]+),\s+(?:my|our)\s+((?:[a-z-]+\s+){{0,2}}?(?:{_KINDS}))\b(?!'s)"
)
_MY_NAME = re.compile(
    r"\b(?:[Mm]y name(?:'s| is|, it's| is actually)|[Cc]all me|I go by)\s+([A-Z][a-z]+)\b(?!')"
)
_SOMEBODY = re.compile(rf"\b(?:[Mm]y|[Oo]ur)\s+((?:[a-z-]+\s+){{0,2}}?(?:{_KINDS}))\b(?!'s)")
_FAVOURITE = re.compile(
    r"(?!It\b|That\b|This\b|They\b|These\b|Those\b|You|He\b|She\b|What|Which)([A-Z][\w' -]{1,40}?)"
    r" (?:is|are) my (favou?rite [a-z]+(?: [a-z]+)?)[.!]*$"
)
_OF_THINGS = frozenset({"name", "age", "location", "plans", "conditions", "goals"})
_BEFORE_VERB = ADVERBS | {"no", "longer"}
_OWN_WORD = re.compile(r"\b(?:my|our)\b", re.IGNORECASE)
_NO_NAME = frozenset(
    "january february march april may june july august september october november december "  # noqa: SIM905
    "i christmas easter".split()
)


class Statement(NamedTuple):
    """A statement: its sentence, whom it is about, and what it tells of them.

    `said` is the clause in the speaker's words, for readers of frames. `own`: it is about the
    speaker, not about somebody of theirs. `past`: it tells what happened. `sentence` is where.
    """

    content: str
    subject: str
    predicate: str
    value: str
    confidence: float
    said: str
    own: bool
    past: bool
    sentence: str


def self_statements(sentences: Iterable[str], name: str) -> Iterator[Statement]:
    """What the sentences of one turn tell about who says them, who is called by the name."""
    antecedent: list[str] = []
    for sentence in sentences:
        if not may_tell(sentence):
            continue
        yield from _by_name(sentence, name)
        antecedent = _spoken_of(sentence) or antecedent
        for clause in said_clauses(sentence):
            for told in told_in(clause):
                owned = told.owned or (antecedent if _agrees(told.pronoun, antecedent) else [])
                if told.pronoun and not owned:
                    continue
                statement = _statement(told, owned, name, sentence)
                if statement is not None:
                    yield statement


def _by_name(sentence: str, name: str) -> Iterator[Statement]:
    """Who and what is named in passing: the speaker, kin, an animal, what is liked best."""
    if (mine := _MY_NAME.search(sentence)) is not None:
        yield _name(name, mine[1], sentence)
    if "my fav" in sentence and (liked := _FAVOURITE.match(sentence)) is not None:
        yield _favourite(name, liked[1], liked[2], sentence)
    if _OWN_WORD.search(sentence) is not None:
        for kind, called in _named_kin(sentence):
            yield _kin(name, kind, called, sentence)


def _spoken_of(sentence: str) -> list[str]:
    """Whom "he" or "she" will mean: the one of the speaker's who is named last."""
    if _OWN_WORD.search(sentence) is None:
        return []
    kin = list(_named_kin(sentence))
    if kin:
        kind, called = kin[-1]
        return [*kind.split(), called]
    found = _SOMEBODY.findall(sentence)
    return str(found[0]).split() if len(found) == 1 else []


def _agrees(pronoun: str, owned: list[str]) -> bool:
    kind = _kind_of(owned)
    if not pronoun or not kind:
        return False
    if pronoun == "they":
        return kind in PLURAL
    return kind not in PLURAL and kind not in (MALE if pronoun == "she" else FEMALE)


def _named_kin(sentence: str) -> Iterator[tuple[str, str]]:
    """Kin and animals by name: "my little brother Nuno", "Paganini, my tomcat"."""
    for found in _MINE.finditer(sentence):
        if found[2].split()[0].lower() not in _NO_NAME:
            yield found[1], found[2]
    for found in _NAMED.finditer(sentence):
        if found[1].lower() not in _NO_NAME and found[1].lower() not in VERBS:
            yield found[2], found[1]


def _kin(name: str, kind: str, called: str, sentence: str) -> Statement:
    noun = kind.rsplit(maxsplit=1)[-1]
    if noun in ONLY:
        content = f"{name}'s {kind} is called {called}."
    elif noun in PLURAL:
        content = f"{name}'s {kind}: {called}."
    else:
        article = "an" if kind[0] in "aeiou" else "a"
        content = f"{name} has {article} {kind} named {called}."
    said = f"My {noun} is called {called}."
    return Statement(content, name, KIN[noun], called, SURE, said, True, False, sentence)


def _kind_of(owned: list[str]) -> str:
    """The word for kin or an animal in what is the speaker's."""
    return next((word for word in bare(owned) if word in KIN), "")


def _favourite(name: str, value: str, what: str, sentence: str) -> Statement:
    """ "Green is my favourite colour"."""
    said = f"My {what} is {value}."
    content = f"{name}'s {what} is {value}."
    return Statement(content, name, what, value, SURE, said, True, False, sentence)


def _name(name: str, called: str, sentence: str) -> Statement:
    said, content = f"My name is {called}.", f"{name}'s name is {called}."
    return Statement(content, name, "name", called, SURE, said, True, False, sentence)


def _statement(told: Told, owned: list[str], name: str, sentence: str) -> Statement | None:
    whose = " ".join(word.strip(AROUND) for word in owned)
    subject = f"{name}'s {whose}" if owned else name
    found = _pain(told) if hurts(told) else telling(told)
    if found is None or not _suits(told, found):
        return None
    if found.predicate == "name" and not owned:
        return _name(name, " ".join(found.value), sentence)
    if found.predicate == "name" and bare(owned[-1:])[0] in KIN:
        return _kin(name, whose, " ".join(found.value), sentence)
    content = _content(told, subject)
    if content is None or len(content) > LONGEST:
        return None
    value = " ".join(of_them(found.value))
    who = ["My", whose] if owned else ["I"]
    said = " ".join([*who, *told.words[: told.at + 1], *trimmed(told.rest)])
    return Statement(
        content,
        subject,
        found.predicate,
        value,
        found.confidence,
        said,
        own=not owned,
        past=told.past or told.form is Form.PARTICIPLE,
        sentence=sentence,
    )


def _pain(told: Told) -> Telling:
    return Telling("conditions", ["hurts", *trimmed(told.rest)])


def _suits(told: Told, found: Telling) -> bool:
    """Whether such a subject may have this: "my day started late" tells nothing."""
    if not told.owned or _kind_of(told.owned):
        return True
    if told.verb == "be":
        return found.predicate in _OF_THINGS or "favo" in found.predicate
    if bare(told.owned[-1:])[0] in BODY:
        return found.predicate == "conditions"
    return is_telling(found.value[1:]) and is_dated(found.value[1:])


def _content(told: Told, subject: str) -> str | None:
    """The clause about its subject by name; None where it would not be clear."""
    rest = trimmed(told.rest)
    words = [*told.words[: told.at + 1], *rest]
    if not is_safe(words):
        return None
    speaks = not told.owned and not told.pronoun
    start = next((at for at, word in enumerate(told.small) if word not in _BEFORE_VERB), 0)
    verb = words[start]
    if speaks:
        is_base = start == told.at and told.form is Form.BASE
        verb = finite(bare([verb])[0], is_base=is_base)
    elif told.pronoun == "they":
        verb = finite(bare([verb])[0], is_base=start == told.at and told.form is Form.BASE)
    before = [word for word in words[:start] if word.lower() not in {"just", "really"}]
    when = trimmed([*told.when])
    said = [subject, *before, verb, *of_them(words[start + 1 :])]
    said += [when[0][:1].lower() + when[0][1:], *when[1:]] if _is_time(when) else []
    return f"{' '.join(said).rstrip('.,;:!?')}.".replace(" can not ", " cannot ")


def _is_time(when: list[str]) -> bool:
    return len(when) > 1 or (bool(when) and when[0].lower() in {"yesterday", "tomorrow", "today"})
