"""Measure how many of the facts that people tell are found, and how many of those are right.

The gold standard is the project's own (`dialogues.jsonl`). A fact that is found is right when a
gold fact of the same turn shares half of the content words of the shorter of the two, names of who
speaks aside: words, not meaning, so that a figure is the same in every run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from memsvc.bench.updates.corpus import FOLDER, lines
from memsvc.core.consolidation.extractor import Extractor
from memsvc.core.consolidation.facts import PatternExtractor
from memsvc.core.content_words import content_words
from memsvc.core.memory import Channel, Draft, Kind, Memory, Status, Trust

SHARE = 0.5
_ASSISTANT = "Assistant"


@dataclass(frozen=True, slots=True)
class Extracted:
    """Counts: facts that were told and how many of them were found; facts found and right ones.

    `turn_us` are microseconds for one turn.
    """

    turns: int
    told: int
    recalled: int
    found: int
    right: int
    turn_us: float

    @property
    def precision(self) -> float:
        """Share of what was found that was told."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what was told that was found."""
        return self.recalled / self.told if self.told else 1.0


def extracted(split: str, extractor: Extractor | None = None) -> Extracted:
    """Facts of the conversations of a split, `dev` or `heldout`; raises LoadFailed."""
    turns = told = recalled = found = right = 0
    taken = 0.0
    for turn, gold in dialogue_turns(split):
        began = time.perf_counter()
        drafts = (extractor or PatternExtractor()).facts(turn)
        taken += time.perf_counter() - began
        names = content_words(turn.speaker or "")
        there = [content_words(one) - names for one in gold]
        said = [_words(one) - names for one in drafts]
        turns, told, found = turns + 1, told + len(there), found + len(said)
        recalled += sum(any(same(one, other) for other in said) for one in there)
        right += sum(any(same(one, other) for other in there) for one in said)
    return Extracted(turns, told, recalled, found, right, taken / turns * 1e6 if turns else 0.0)


def dialogue_turns(split: str) -> Iterator[tuple[Memory, Sequence[str]]]:
    """Each turn of the conversations of a split, and the statements that it is to give."""
    number = 0
    for dialogue in lines(FOLDER / "dialogues.jsonl"):
        if dialogue["split"] != split:
            continue
        for at, session in enumerate(dialogue["sessions"]):
            for place, said in enumerate(session["turns"]):
                number += 1
                yield (
                    _turn(number, session, said),
                    [one["statement"] for one in dialogue["facts"] if one["turn"] == [at, place]],
                )


def same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two facts share enough content words to be one."""
    common = len(one & other)
    return common > 0 and common >= SHARE * min(len(one), len(other))


def _words(draft: Draft) -> frozenset[str]:
    return content_words(draft.content)


def _turn(number: int, session: Mapping[str, Any], said: Mapping[str, str]) -> Memory:
    day = datetime.fromisoformat(session["date"]).replace(tzinfo=UTC)
    return Memory(
        number=number,
        id=f"turn-{number}",
        agent_id="bench",
        version=1,
        kind=Kind.EPISODIC,
        status=Status.ACTIVE,
        trust=Trust.OPERATOR,
        channel=Channel.USER,
        content=said["text"],
        created_at=day,
        updated_at=day,
        session_id=session["session_id"],
        speaker=said["speaker"],
        role="assistant" if said["speaker"] == _ASSISTANT else "user",
        event_time=day,
    )
