"""Facts out of turns by patterns of English: what somebody says about themselves and their own.

Each rests on one turn alone, so it goes with it. What a statement says of a thing that holds one
value (`core.frames`) is named by that relation, so that a later fact takes its place; what is of
another family stands beside others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from memsvc.core.consolidation.dated import dated, since
from memsvc.core.consolidation.endings import NO_ONE, ending
from memsvc.core.consolidation.recurrences import OTHERS
from memsvc.core.consolidation.said_clauses import is_plain, may_tell
from memsvc.core.consolidation.self_statements import Statement, self_statements
from memsvc.core.consolidation.stated import predicate_of, stated
from memsvc.core.frames import Frame, frames_of
from memsvc.core.frames.subject import plain_key
from memsvc.core.memory import Cardinality, Channel, Draft, Fact, Kind, Memory, Trust
from memsvc.core.quoting import sentences_of

TAG = "fact"
MOST = 6
"""Facts of one turn."""
CONFIDENCE = 0.8
LONGEST_VALUE = 120
"""Characters; what is longer is no value but a story."""
LONGEST_TURN = 4_000
"""Characters of a turn that are read."""
NOBODY = "The user"
NO_VALUE = frozenset(
    """
    you me him her it us them this that these those one ones everyone everybody everything someone
    somebody something anyone anything nothing here there yours mine theirs all both
    """.split()  # noqa: SIM905
)
"""Words that mean something to whoever hears the turn alone."""
_MAY_FRAME = re.compile(
    r"\b(?:[Mm]y|[Oo]ur)\s(?:[\w'-]+\s){1,4}?(?:is|are|was|has|changed|went)\b"
    r"|^(?:I|We)\s(?:[\w'-]+\s){1,9}[\w'-]+\W*$"
)
"""What may be a frame where no clause tells anything: short, or of what is the speaker's."""
_AT_WORK = re.compile(r" at ((?:the )?[A-Z][\w&'-]*(?: [A-Z][\w&'-]*)*)")
_PLAIN_JOB = re.compile(r" started at (?=[A-Z])")
_BESIDE = frozenset(
    """
    events plans goals past skills habits likes dislikes hobbies possessions pets conditions
    medication identity fears
    """.split()  # noqa: SIM905
)
"""Families that hold many values: no frame is looked for."""


_AHEAD = frozenset({"plans", "goals"})
"""Times in these are still to come, so that they tell nothing of since when it holds."""


class PatternExtractor:
    """Finds facts by patterns of clauses (`self_statements`), or where none fits by frames."""

    def facts(self, turn: Memory) -> Sequence[Draft]:
        """Facts that the turn states about its speaker, each once, the first six."""
        if not is_of_a_person(turn) or not may_tell(turn.content):
            return ()
        name = turn.speaker or turn.user_id or NOBODY
        sentences = list(dict.fromkeys(_sentences(turn.content[:LONGEST_TURN])))
        found: dict[object, Draft] = {}
        stating = set()
        for statement in self_statements(sentences, name):
            if len(found) >= 2 * MOST:
                break
            stating.add(statement.sentence)
            for draft in _of_statement(turn, name, statement):
                found.setdefault((draft.fact, draft.content if draft.fact is None else ""), draft)
        for sentence in sentences:
            if sentence not in stating and _MAY_FRAME.search(sentence) and is_plain(sentence):
                for draft in _by_frames(turn, name, sentence):
                    found.setdefault((draft.fact, draft.content), draft)
        return tuple(_consistent(found.values()))[:MOST]


def is_of_a_person(turn: Memory) -> bool:
    if turn.role is None and turn.speaker is None and turn.channel is Channel.AGENT:
        return turn.user_id is not None
    return turn.role not in OTHERS


def _sentences(content: str) -> Iterator[str]:
    for line in content.splitlines():
        for sentence in sentences_of(line):
            text = sentence.strip()
            if text and not text.endswith("?"):
                yield text


def _of_statement(turn: Memory, name: str, statement: Statement) -> Iterator[Draft]:
    end = ending(statement.content, name) if statement.own else None
    if end is not None and end.denied:
        yield drafted(turn, end.denied, None, statement.content)
        return
    if end is not None:
        fact = Fact(name, end.relation, NO_ONE, Cardinality.ONE)
        yield drafted(turn, statement.content, fact, statement.content)
        return
    drafts = [] if statement.predicate in _BESIDE else list(_framed(turn, name, statement))
    yield from drafts
    yield from _employer(turn, statement, drafts)
    if not drafts:
        fact = Fact(statement.subject, statement.predicate, statement.value, Cardinality.MANY)
        told = "" if statement.predicate in _AHEAD else statement.content
        yield drafted(turn, statement.content, fact, told, statement.confidence)


def _framed(turn: Memory, name: str, statement: Statement) -> Iterator[Draft]:
    """The facts of what a statement says of things that hold one value."""
    if statement.predicate == "age" and not statement.own:
        return
    if statement.own:
        said = _PLAIN_JOB.sub(" started working at ", statement.said.replace(" a new ", " a "))
        frames = frames_of(turn._replace(content=said))
    else:
        # "My sister moved to Oslo" is read for certain where it is said by name.
        said = statement.content
        frames = frames_of(drafted(turn, said, None, ""))
    several = len(frames) > 1
    for frame in frames:
        subject = _subject(name, frame, said)
        if subject is None or not _is_value(frame.value):
            continue
        if subject == name and not (statement.own or f" is {frame.value}" in said.casefold()):
            continue
        if frame.negated:
            if frame.cardinality is Cardinality.ONE:
                yield _denied(turn, statement)
            continue
        value = _as_spelt(frame.value, said)
        fact = Fact(subject, predicate_of(frame.relation), value, frame.cardinality)
        content = stated(subject, frame.relation, value) if several else statement.content
        yield drafted(turn, content, fact, statement.content)


def _employer(turn: Memory, statement: Statement, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Where somebody works, told together with what they do there: "I'm a nurse at Acme"."""
    if statement.predicate != "occupation" or any(
        one.fact is None or one.fact.predicate != "occupation" for one in drafts
    ):
        return
    found = _AT_WORK.search(statement.said)
    if found is None or not drafts:
        return
    content = f"{statement.subject} works at {found[1]}."
    for frame in frames_of(drafted(turn, content, None, "")):
        if frame.relation == "employer" and not frame.negated:
            fact = Fact(statement.subject, "employer", found[1], Cardinality.ONE)
            yield drafted(turn, content, fact, statement.content)


def _denied(turn: Memory, statement: Statement) -> Draft:
    """What holds no more: by name, if it can be read so, else as it was said."""
    draft = drafted(turn, statement.content, None, statement.content)
    if any(frame.negated for frame in frames_of(draft)):
        return draft
    return drafted(turn, statement.said, None, statement.said, speaker=turn.speaker)


def _by_frames(turn: Memory, name: str, sentence: str) -> Iterator[Draft]:
    for frame in frames_of(turn._replace(content=sentence)):
        subject = _subject(name, frame, sentence)
        if subject is None or not _is_value(frame.value):
            continue
        if not frame.negated:
            value = _as_spelt(frame.value, sentence)
            fact = Fact(subject, predicate_of(frame.relation), value, frame.cardinality)
            yield drafted(turn, stated(subject, frame.relation, value), fact, sentence)
        elif frame.cardinality is Cardinality.ONE:
            # What no longer holds is said as it was said; only of what holds one value it matters.
            yield drafted(turn, sentence, None, sentence, speaker=turn.speaker)


def _is_value(value: str) -> bool:
    return 0 < len(value) <= LONGEST_VALUE and value not in NO_VALUE and " it " not in value


def _subject(name: str, frame: Frame, sentence: str) -> str | None:
    """Whom or what the fact is about, if it is the speaker or the speaker's."""
    if frame.first_person or frame.subject == plain_key(name):
        return name
    owner, own, rest = frame.subject.partition("'s ")
    if not own or owner != plain_key(name):
        return None
    return f"{name}'s {_as_spelt(rest, sentence)}"


def _as_spelt(value: str, sentence: str) -> str:
    """The value with the capital letters that it has in the sentence."""
    at = sentence.casefold().find(value)
    spelt = sentence[at : at + len(value)]
    return spelt if at >= 0 and spelt.casefold() == value else value


def _consistent(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Without what ended, where the same turn tells what took its place: of equal time, the two
    would stand against each other."""
    drafts = list(drafts)
    taken = {
        (one.fact.subject, one.fact.predicate)
        for one in drafts
        if one.fact is not None and one.fact.object != NO_ONE
    }
    for one in drafts:
        fact = one.fact
        ended = fact is not None and fact.object == NO_ONE
        if fact is None or not ended or (fact.subject, fact.predicate) not in taken:
            yield one


def drafted(
    turn: Memory, content: str, fact: Fact | None, told: str, confidence: float = CONFIDENCE,
    speaker: str | None = None,
) -> Draft:  # fmt: skip
    """A memory of what a turn tells; `told` are the words that may tell since when it holds."""
    return Draft(
        content=dated(content, turn.event_time),
        kind=Kind.SEMANTIC,
        user_id=turn.user_id,
        subject_ids=turn.subject_ids,
        speaker=speaker,
        confidence=confidence,
        # No more than the turn is.
        trust=Trust.OPERATOR,
        channel=turn.channel,
        tags=(TAG,),
        fact=fact,
        valid_from=since(told, turn.event_time),
        source_ids=(turn.id,),
    )
