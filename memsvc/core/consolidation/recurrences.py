"""What one person says again and again: what recurs in several conversations is promoted to a fact.

Promotion on recurrence across distinct sessions is SCoLe's rule. Two sentences are one statement
when they have the same content words (`content_words`): an equivalence, so that what is left after
an erasure groups as it would have without the erased.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from memsvc.core.consolidation.summaries import in_order, people_of
from memsvc.core.content_words import content_words, telling_count
from memsvc.core.memory import Draft, Kind, Memory, Trust
from memsvc.core.quoting import sentences_of

FEWEST_SESSIONS = 2
FEWEST_WORDS = 2
MOST_WORDS = 24
"""Content words of a statement: a whole page says the same only where it was copied."""
OTHERS = frozenset({"assistant", "system", "tool"})
"""Roles whose words say nothing about a person."""
IMPORTANCE = 0.6

Statement = tuple[str | None, str, frozenset[str]]
"""Who says it (`user_id`, speaker or role), and its content words."""

_OWN = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur|I'm|I've)\b")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A statement and the turns in which it was made, in order."""

    statement: Statement
    turns: tuple[Memory, ...]


def statements_of(turn: Memory) -> dict[Statement, str]:
    """The statements about themselves that somebody makes in a turn, with their wording."""
    if turn.role in OTHERS or turn.session_id is None:
        return {}
    who = turn.user_id, turn.speaker or turn.role or ""
    return {(*who, words): text for text, words in _stated(turn.content)}


def _stated(content: str) -> Iterator[tuple[str, frozenset[str]]]:
    for line in content.splitlines():
        for sentence in sentences_of(line):
            text = " ".join(sentence.split())
            if text.endswith("?") or not _OWN.search(text) or not telling_count(text):
                continue
            words = content_words(text)
            if FEWEST_WORDS <= len(words) <= MOST_WORDS:
                yield text, words


def recurrences(
    turns: Sequence[Memory], breathe: Callable[[], None] = lambda: None
) -> list[Recurrence]:
    """Each statement made in at least two sessions; those made in the same turns count as one.

    `breathe` is called after each turn.
    """
    made: dict[Statement, list[Memory]] = defaultdict(list)
    for turn in in_order(turns):
        breathe()
        for statement in statements_of(turn):
            made[statement].append(turn)
    found: dict[tuple[int, ...], Recurrence] = {}
    for statement, said in made.items():
        if len({one.session_id for one in said}) >= FEWEST_SESSIONS:
            numbers = tuple(sorted(one.number for one in said))
            # Statements made in the same turns are one memory: which of the two cannot be told
            # from the sources.
            found.setdefault(numbers, Recurrence(statement, tuple(said)))
    return [found[numbers] for numbers in sorted(found)]


def recurrence(sources: Sequence[Memory]) -> Draft | None:
    """The fact that rests on turns in which the same was said, worded as it was said last.

    None when fewer than two sessions say so, or they have no statement in common.
    """
    turns = in_order(sources)
    sessions = {one.session_id for one in turns}
    if len(sessions) < FEWEST_SESSIONS:
        return None
    said = [statements_of(one) for one in turns]
    common = [one for one in said[0] if all(one in others for others in said)]
    if not common:
        return None
    wording = said[-1][common[0]]
    user_id, subject_ids = people_of(turns)
    who = turns[-1].speaker or user_id
    return Draft(
        content=f'{who or "Somebody"} said repeatedly: "{wording}"',
        kind=Kind.SEMANTIC,
        user_id=user_id,
        subject_ids=subject_ids,
        importance=IMPORTANCE,
        confidence=round(1.0 - 0.5 ** len(sessions), 6),
        trust=Trust.OPERATOR,
        valid_from=turns[0].event_time,
        metadata={"recurrence": {"sessions": len(sessions), "turns": len(turns)}},
        source_ids=tuple(one.id for one in sorted(turns, key=lambda one: one.number)),
    )
