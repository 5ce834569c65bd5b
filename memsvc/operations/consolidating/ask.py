"""Ask: a language model reads facts in turns in which rules found none, where one is set for it.

One turn at a time, the newest first: what came of it is written before the next is asked about, so
that a run that is interrupted has paid for nothing twice. No transaction is open while the model is
asked, and none is asked about what was erased, held back or changed since the turns were looked at.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from memsvc.core.consolidation.planning import Reason, Unit
from memsvc.core.consolidation.read_facts import facts_read, unfounded
from memsvc.core.consolidation.relations import EXTRACTED
from memsvc.core.consolidation.run import NotRead
from memsvc.core.consolidation.view import says_the_same
from memsvc.core.memory import Draft, Fact, Memory, spoken_text
from memsvc.embedding.protocol import Vectors
from memsvc.errors import JudgeUnavailable
from memsvc.judges.protocol import ExtractedFact, FactReader, Said, Unsaid
from memsvc.operations.consolidating.apply import Made, write_units
from memsvc.operations.consolidating.look import Seen
from memsvc.operations.erase import erase_closure
from memsvc.runtime import Runtime
from memsvc.store import agents, memories, readings
from memsvc.store.transaction import Tx

ASKS_FOR_S = 600.0
"""Seconds that one run asks: other agents' runs wait as long."""
MOST_MALFORMED = 3
"""Answers in a row that are of no use: then it is the model's fault, not the turns'."""


@dataclass(slots=True)
class Reading:
    """What came of asking: turns read, facts made, turns left for the next run, and why.

    Misses of form and of content are told apart: `malformed` counts answers without the asked
    shape, `unfounded` facts in it that their turn does not say. `kept` are numbers of facts that
    stand already as the model read them again.
    """

    read: int = 0
    facts: int = 0
    left: int = 0
    why: NotRead | None = None
    malformed: int = 0
    unfounded: int = 0
    kept: set[int] = field(default_factory=set)

    def ended(self, why: NotRead, left: int) -> Reading:
        """The same, with so many more turns left, and why."""
        self.left += left
        self.why = why
        return self

    @property
    def counts(self) -> dict[str, Any]:
        """As the run tells it."""
        why = None if self.why is None else self.why.value
        return {
            "read": self.read,
            "facts": self.facts,
            "left": self.left,
            "why": why,
            "malformed": self.malformed,
            "unfounded": self.unfounded,
        }


@dataclass(frozen=True, slots=True)
class Asking:
    """A run that asks, and how: `breathe` lets others go first, and raises when it is to stop."""

    runtime: Runtime
    reader: FactReader
    agent_key: int
    run_id: str
    breathe: Callable[[], None]


def ask(asking: Asking, seen: Seen, unread: Sequence[Memory], made: Made) -> Reading:
    """Have the model read these turns, as far as it answers and may be asked."""
    reading = Reading()
    until = time.monotonic() + ASKS_FOR_S
    malformed, too_long = 0, None
    for place, turn in enumerate(reversed(unread)):
        asking.breathe()
        if time.monotonic() > until:
            return reading.ended(NotRead.OUT_OF_TIME, len(unread) - place)
        size = len(turn.content.encode("utf-8", "replace"))
        if too_long is not None and size >= too_long:
            reading.left += 1
            continue
        if not _stands(asking, turn):
            continue
        answer = _asked(asking, turn)
        if not isinstance(answer, Unsaid):
            malformed = 0
            _keep(asking, seen, turn, answer, reading, made)
            continue
        reading.ended(NotRead(answer.value), 1)
        if answer is Unsaid.BUDGET_SPENT:
            # It may last for a shorter one.
            too_long = size
        if answer is Unsaid.MALFORMED:
            malformed += 1
            reading.malformed += 1
            _note_failure(asking, turn)
        if answer is Unsaid.UNAVAILABLE or malformed == MOST_MALFORMED:
            reading.left += len(unread) - place - 1
            break
    return reading


def _stands(asking: Asking, turn: Memory) -> bool:
    """Whether the turn may be shown to others: it is there, as it was looked at."""
    with asking.runtime.database.snapshot() as tx:
        rows = memories.by_numbers(tx, asking.agent_key, [turn.number])
    return [row.version for row in rows] == [turn.version]


def _asked(asking: Asking, turn: Memory) -> list[ExtractedFact] | Unsaid:
    said = Said(turn.content, turn.event_time, turn.speaker)
    try:
        [answer] = asking.reader.read(asking.agent_key, [said])
    except JudgeUnavailable:
        return Unsaid.UNAVAILABLE
    return answer


def _keep(
    asking: Asking,
    seen: Seen,
    turn: Memory,
    read: Sequence[ExtractedFact],
    reading: Reading,
    made: Made,
) -> None:
    """Write what was read, and that it was; nothing where the turn went or changed meanwhile."""
    facts = [
        (Fact(one.subject, one.predicate, one.object, one.cardinality), one.quote) for one in read
    ]
    fresh, standing = _compared(seen, turn, facts_read(turn, facts))
    texts = [spoken_text(one.content, one.speaker) for one in fresh]
    vectors = asking.runtime.embedder.embed(texts) if texts else []
    units = [
        (Unit(EXTRACTED, Reason.NEW, replace(one, id=secrets.token_hex(16))), of_it)
        for one, of_it in zip(fresh, vectors, strict=True)
    ]
    stale = [number for number, is_said in standing.items() if not is_said]
    slots = asking.runtime.database.write(partial(_write, asking, turn, units, stale))
    if slots is None:
        return
    asking.runtime.keyring.shred(slots, asking.agent_key)
    reading.read += 1
    reading.facts += len(units)
    reading.unfounded += unfounded(turn, facts)
    reading.kept.update(number for number, is_said in standing.items() if is_said)
    if units:
        made.made[EXTRACTED] += len(units)


def _compared(
    seen: Seen, turn: Memory, drafts: Sequence[Draft]
) -> tuple[list[Draft], dict[int, bool]]:
    """What is to be made, and of each fact of the turn that stands whether it was read again."""
    standing = [
        one.memory
        for one in seen.view.standing
        if one.relation == EXTRACTED and one.memory.source_ids == (turn.id,)
    ]
    said = dict.fromkeys((one.number for one in standing), False)
    fresh = []
    for draft in drafts:
        left = [one for one in standing if not said[one.number]]
        same = next((one for one in left if says_the_same(one, draft)), None)
        if same is None:
            fresh.append(draft)
        else:
            said[same.number] = True
    return fresh, said


def _write(
    asking: Asking,
    turn: Memory,
    units: Sequence[tuple[Unit, Vectors]],
    stale: Sequence[int],
    tx: Tx,
) -> list[int] | None:
    """The key slots of what the turn says no more; None where the turn is not as it was."""
    agent = agents.any_by_key(tx, asking.agent_key, lock=True)
    rows = memories.by_numbers(tx, asking.agent_key, [turn.number]) if agent else []
    if agent is None or [row.version for row in rows] != [turn.version]:
        return None
    readings.note(tx, asking.agent_key, turn.number, turn.version, asking.run_id)
    slots = erase_closure(asking.runtime, tx, agent, stale) if stale else []
    if units:
        write_units(asking.runtime, tx, agent, asking.run_id, units, asking.runtime.clock.now())
    return slots


def _note_failure(asking: Asking, turn: Memory) -> None:
    def work(tx: Tx) -> None:
        agents.any_by_key(tx, asking.agent_key, lock=True)
        # It may be gone by now.
        if memories.by_numbers(tx, asking.agent_key, [turn.number]):
            readings.note(
                tx, asking.agent_key, turn.number, turn.version, asking.run_id, failed=True
            )

    asking.runtime.database.write(work)
