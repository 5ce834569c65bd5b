"""Whatever is done to a handbook, every version is exact, and its lines are a plain model's.

A real service, beside a model that tells over what was done for what is left
(`tests.operations.handbook.plain_book`). After each step lines, statuses, versions and the statuses
of memories are as the model has them, and every earlier version is as it was when it was made. Only
where something is erased versions are others: those that they would be, had it never been there.

A long run: MEMSVC_HANDBOOK_EXAMPLES=2000 pytest -s --timeout=0 with this file.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from memsvc.config import Settings
from memsvc.core.handbook.admission import CONTRADICTING_FROM, MERGED_FROM
from memsvc.core.handbook.plan import HandbookPlan
from memsvc.core.handbook.retirement import Reason
from memsvc.core.handbook.suspicion import suspicions
from memsvc.core.memory import Trust
from memsvc.errors import AlreadyExists, NotFound, WrongState
from memsvc.operations.forget import delete_memory
from memsvc.operations.handbook.book import Book
from memsvc.operations.handbook.by import By
from memsvc.operations.handbook.consolidate import consolidate, plan
from memsvc.operations.handbook.decide import approve, retire
from memsvc.operations.handbook.edit import Edit, edit
from memsvc.operations.handbook.go_back import put_back, roll_back
from memsvc.operations.handbook.propose import Fate
from memsvc.operations.indexing import known_agent
from memsvc.store import offer_outcomes
from memsvc.store.offer_outcomes import OutcomeRow
from memsvc.store.transaction import Tx
from memsvc.wiring import build_runtime
from tests.operations.handbook.curating import (
    AGENT,
    OPERATOR,
    book_of,
    erase_memory,
    line,
    put,
    traced,
)
from tests.operations.handbook.plain_book import (
    SAID,
    PlainBook,
    Row,
    Worded,
    are_alike,
    are_opposed,
    as_row,
    plain,
)
from tests.operations.remembering import NOW, SCOPE, standing

EXAMPLES = int(os.environ.get("MEMSVC_HANDBOOK_EXAMPLES", "12"))
STEPS = 40

NAMES = st.sampled_from([f"behavior_{letter}" for letter in "abcd"])
TOPICS = st.sampled_from([(), (), ("maths",)])
WORDS = st.sampled_from(SAID)
KEYS = st.sampled_from([AGENT, OPERATOR])
# Which of what there is, however much that is.
WHICH = st.integers(0, 99)
COUNTED = ("Open the red box.", "Stir the blue pot.")
MEMORY_STATUS = {"active": "active", "candidate": "quarantined", "retired": "archived"}


class Versions(RuleBasedStateMachine):
    steps: ClassVar[int] = 0
    versions: ClassVar[int] = 0
    """Versions that were held against what they were when they were made."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        url = f"sqlite:///{self.folder / 'memsvc.db'}"
        held = Settings(data_dir=self.folder, database_url=url, embedding={"backend": "hashing"})
        self.runtime = standing(build_runtime(held, lambda _line: None))
        self.model = PlainBook()
        self.traces: list[str] = []
        self.traced = 0
        self.harmful: set[str] = set()
        """Memories with words that outcomes speak against."""
        self.photographs: list[dict[str, Any]] = []

    def teardown(self) -> None:
        self.runtime.close()
        shutil.rmtree(self.folder)

    @initialize()
    def four_traces(self) -> None:
        for steps in (COUNTED, (), (), ()):
            self.try_task(steps)

    @rule(steps=st.sampled_from([(), (), COUNTED]))
    def try_task(self, steps: tuple[str, ...]) -> None:
        self.traced += 1
        self.traces.append(traced(self.runtime, f"t{self.traced:03}", steps=steps))

    def some(self, which: list[int]) -> tuple[str, ...]:
        """Some of the traces, in order."""
        if not self.traces:
            return ()
        return tuple(sorted({self.traces[one % len(self.traces)] for one in which}))

    def fresh(self) -> list[str]:
        """Ids of the memories with words that the model does not know, in order of writing."""
        held = book_of(self.runtime).wordings
        ids = [held[number].memory.id for number in sorted(held)]
        return [one for one in ids if one not in self.model.worded]

    def hold(self, *rows: Row) -> list[str]:
        """Take in memories that were just written, with these words."""
        ids = self.fresh()
        assert len(ids) == len(rows)
        self.model.worded.update(
            (one, Worded(one, row)) for one, row in zip(ids, rows, strict=True)
        )
        return ids

    @rule(name=NAMES, said=WORDS, topics=TOPICS, which=st.lists(WHICH, max_size=6))
    def propose(self, name: str, said: str, topics: tuple[str, ...], which: list[int]) -> None:
        sources = self.some(which)
        there = self.model.shown().get(name)
        new = Row(name, said, topics, sources, False, frozenset(suspicions(said, name)))
        offered = line(name, *sources, words=said, topics=topics)
        if there is not None and not there.retired and there.words != new.words:
            with pytest.raises(AlreadyExists):
                put(self.runtime, offered)
            return
        [answer] = put(self.runtime, offered)
        if there is not None and not there.retired:
            same = [self.model.worded[one].row for one in self.model.saying(new)]
            if any(set(one.sources) == set(sources) for one in same):
                assert answer.fate is Fate.KNOWN
                return
        [id_] = self.hold(new)
        self.model.do(("proposed", [id_], ()))
        self.photographs.append({})
        shown = self.model.shown()
        kept = self.said_already(shown, name)
        if kept:
            assert (answer.fate, answer.name in kept) == (Fate.MERGED, True)
            self.model.version -= 1
            self.model.do(self.joining(answer.name, name))
        else:
            stands = there is None or there.retired
            assert answer.fate is (Fate.PROPOSED if stands else Fate.SUPPORTED)

    def said_already(self, shown: dict[str, Row], name: str) -> set[str]:
        """Names of older lines that say what a line says, and no worse."""
        row = shown[name]
        return {
            other.name
            for other in shown.values()
            if self.are_one(other, row)
            and self.model.age(other) < self.model.age(row)
            and other.merit >= row.merit
        }

    def are_one(self, one: Row, other: Row) -> bool:
        return (
            one.name != other.name
            and not one.retired
            and not other.retired
            and one.topics == other.topics
            and are_alike(one.said, other.said)
        )

    def joining(self, kept: str, gone: str) -> tuple[str, list[str], list[str]]:
        lines = self.model.lines()
        return "merged", self.model.saying(lines[kept]), self.model.saying(lines[gone])

    @rule(
        name=NAMES,
        said=st.one_of(st.none(), WORDS),
        topics=st.one_of(st.none(), TOPICS),
        which=st.lists(WHICH, max_size=2),
        by=KEYS,
    )
    def edit(
        self, name: str, said: str | None, topics: tuple[str, ...] | None, which: list[int], by: By
    ) -> None:
        sources = self.some(which)
        there = self.model.lines().get(name)
        flagged = tuple(map(str, suspicions(said))) if said else ()
        change = Edit(said, topics, sources, flagged)
        if there is None or there.retired:
            with pytest.raises(NotFound if there is None else WrongState):
                edit(self.runtime, SCOPE, name, change, by)
            return
        edit(self.runtime, SCOPE, name, change, by)
        said = there.said if said is None else said
        words = name, said, there.topics if topics is None else topics
        if words == there.words and set(sources) <= set(there.sources):
            return
        sources = tuple(dict.fromkeys(there.sources + sources))
        new = Row(
            name,
            said,
            there.topics if topics is None else topics,
            sources,
            by.trust is Trust.OPERATOR and not sources,
            frozenset(map(str, suspicions(said))),
        )
        [id_] = self.hold(replace(new, steps=there.steps))
        deeds: list[Any] = [("edited", [id_], ())]
        if there.approved and by.trust is Trust.OPERATOR:
            deeds.append(("approved", [id_], ()))
        self.done(*deeds)

    def done(self, *deeds: Any, back_to: int = 0) -> None:
        self.model.do(*deeds, back_to=back_to)
        self.photographs.append({})

    @rule(name=NAMES)
    def approve(self, name: str) -> None:
        there = self.model.lines().get(name)
        if there is None:
            with pytest.raises(NotFound):
                approve(self.runtime, SCOPE, name, OPERATOR)
            return
        approve(self.runtime, SCOPE, name, OPERATOR)
        if not there.approved:
            self.done(("approved", self.model.saying(there), ()))

    @rule(name=NAMES)
    def retire(self, name: str) -> None:
        there = self.model.lines().get(name)
        if there is None:
            with pytest.raises(NotFound):
                retire(self.runtime, SCOPE, name, AGENT)
            return
        retire(self.runtime, SCOPE, name, AGENT)
        if not there.retired:
            self.done(("retired", self.model.of_name(name), ()))

    @rule(name=NAMES, which=st.one_of(st.none(), WHICH), by=KEYS)
    def put_back(self, name: str, which: int | None, by: By) -> None:
        lines = self.model.lines()
        ends = self.model.ends()
        version = 1 + which % len(ends) if ends and which is not None else None
        if name not in lines:
            with pytest.raises(NotFound):
                put_back(self.runtime, SCOPE, name, by, version)
            return
        now, history = lines[name], self.model.history(name)
        if version is None:
            before = history[-2] if len(history) > 1 else None
        else:
            before = self.model.lines(ends[version - 1]).get(name)
        if before is None:
            with pytest.raises(WrongState):
                put_back(self.runtime, SCOPE, name, by, version)
            return
        saying = self.model.saying(before)
        deeds: list[Any] = []
        if now.retired and not before.retired:
            deeds += [("proposed", [one], ()) for one in saying]
        elif now.words != before.words:
            deeds += [("edited", [one], ()) for one in saying]
        if before.retired and not now.retired:
            deeds.append(("retired", self.model.of_name(name), ()))
        elif before.approved and by.trust is Trust.OPERATOR and (deeds or not now.approved):
            deeds.append(("approved", saying, ()))
        if not deeds:
            with pytest.raises(WrongState):
                put_back(self.runtime, SCOPE, name, by, version)
            return
        put_back(self.runtime, SCOPE, name, by, version)
        self.done(*deeds)

    @rule(which=WHICH)
    def roll_back(self, which: int) -> None:
        ends = self.model.ends()
        version = which % (len(ends) + 1)
        before = book_of(self.runtime).handbook.as_of(self.place(version)).lines
        assert roll_back(self.runtime, SCOPE, version, OPERATOR) == len(ends) + 1
        self.done(("rolled back", (), ()), back_to=ends[version - 1] if version else 0)
        assert book_of(self.runtime).handbook.lines == before

    def place(self, version: int) -> int:
        found = book_of(self.runtime).at(version)
        return found.place if found else 0

    @rule()
    def consolidate(self) -> None:
        shown, before = self.model.shown(), book_of(self.runtime)
        done = consolidate(self.runtime, SCOPE, AGENT)
        found = done.planned.plan
        self.check(found, shown)
        deeds: list[Any] = [self.joining(one.kept, one.gone) for one in found.merges]
        deeds += [("retired", self.model.of_name(one.name), ()) for one in found.retirements]
        new = [
            Row(
                one.name, one.instruction, one.topics, one.source_ids, False,
                frozenset(map(str, one.flagged)), steps=True,
            )
            for one in found.proposals
        ]  # fmt: skip
        deeds += [("proposed", [id_], ()) for id_ in self.hold(*new)]
        if deeds:
            self.done(*deeds)
        after = book_of(self.runtime)
        assert done.version == after.version == before.version + bool(deeds)
        assert plan(self.runtime, SCOPE).plan == HandbookPlan()

    def check(self, found: HandbookPlan, shown: dict[str, Row]) -> None:
        gone = {one.gone for one in found.merges}
        assert gone.isdisjoint({one.kept for one in found.merges})
        assert gone.isdisjoint({one.name for one in found.retirements})
        assert len(gone) == len(found.merges)
        assert all(self.are_one(shown[one.kept], shown[one.gone]) for one in found.merges)
        for one in found.retirements:
            row = shown[one.name]
            is_harmful = self.model.saying(row)[0] in self.harmful
            is_opposed = row.approved and any(
                other.approved
                and other.topics == row.topics
                and are_opposed(other.said, row.said)
                and self.model.age(other) > self.model.age(row)
                for other in shown.values()
            )
            reasons = {Reason.SUPERSEDED: is_opposed}
            reasons |= dict.fromkeys((Reason.HARMS, Reason.UNCITED), is_harmful)
            assert all(reasons[reason] for reason in one.reasons)
        for line_ in found.proposals:
            assert line_.name not in shown
            assert line_.instruction not in {row.said for row in shown.values()}

    @precondition(lambda self: self.model.worded)
    @rule(which=WHICH)
    def fail_with(self, which: int) -> None:
        """Outcomes speak against the words that a memory holds."""
        book = book_of(self.runtime)
        numbers = sorted(book.wordings)
        number = numbers[which % len(numbers)]
        self.harmful.add(book.wordings[number].memory.id)

        def work(tx: Tx) -> None:
            agent_key = known_agent(tx, SCOPE).agent_key
            first = offer_outcomes.last(tx, agent_key) + 1
            for at in range(80):
                row = OutcomeRow(
                    place=first + at,
                    offer=f"{first + at}",
                    at=NOW,
                    task_class=bytes(16),
                    held_out=at % 2 == 0,
                    success=float(at % 2 == 0),
                    input_tokens=1,
                    output_tokens=1,
                    offered=() if at % 2 == 0 else (number,),
                )
                offer_outcomes.add(tx, agent_key, row)

        self.runtime.database.write(work)

    @precondition(lambda self: self.model.worded)
    @rule(which=WHICH)
    def erase_words(self, which: int) -> None:
        ids = list(self.model.worded)
        id_ = ids[which % len(ids)]
        erase_memory(self.runtime, id_)
        del self.model.worded[id_]
        self.photograph_anew()

    @precondition(lambda self: self.traces)
    @rule(which=WHICH)
    def erase_trace(self, which: int) -> None:
        id_ = self.traces.pop(which % len(self.traces))
        delete_memory(self.runtime, SCOPE, id_)
        self.model.lose(id_)
        self.photograph_anew()

    def photograph_anew(self) -> None:
        """What is erased was never there: versions that only it made are none."""
        self.photographs = [
            {name: plain(row) for name, row in self.model.lines(end).items()}
            for end in self.model.ends()
        ]

    @invariant()
    def stands_as_the_model(self) -> None:
        book, lines, shown = book_of(self.runtime), self.model.lines(), self.model.shown()
        assert {name: as_row(one) for name, one in book.handbook.lines.items()} == {
            name: plain(row) for name, row in lines.items()
        }
        assert {name: as_row(one) for name, one in book.lines.items()} == {
            name: plain(row) for name, row in shown.items()
        }
        current = {self.model.saying(row)[0]: row for row in shown.values()}
        assert {one.memory.id: one.memory.status.value for one in book.wordings.values()} == {
            id_: MEMORY_STATUS[current[id_].status] if id_ in current else "archived"
            for id_ in self.model.worded
        }

    @invariant()
    def every_version_is_as_it_was(self) -> None:
        book = book_of(self.runtime)
        assert book.version == len(self.model.ends())
        if self.photographs and not self.photographs[-1]:
            self.photographs[-1] = {name: plain(row) for name, row in self.model.lines().items()}
        assert self.seen(book) == self.photographs
        Versions.steps += 1
        Versions.versions += len(self.photographs)

    def seen(self, book: Book) -> list[dict[str, Any]]:
        return [
            {name: as_row(one) for name, one in book.handbook.as_of(version.place).lines.items()}
            for version in book.versions
        ]


def test_every_version_is_exact_whatever_is_done() -> None:
    run_state_machine_as_test(
        Versions,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # Shown by `pytest -s`, or when it fails.
    print(f"{Versions.steps} steps, {Versions.versions} versions compared")  # noqa: T201


def test_the_model_knows_what_says_the_same() -> None:
    """Of the sentences, by the embedder of these tests."""
    with tempfile.TemporaryDirectory() as folder:
        held = Settings(data_dir=Path(folder), embedding={"backend": "hashing"})
        runtime = build_runtime(held, lambda _line: None)
        vectors = [
            one[0] for one in runtime.embedder.embed([*SAID, "In this order: " + COUNTED[0]])
        ]
        runtime.close()
    for at, one in enumerate(SAID):
        for other, vector in zip(SAID, vectors, strict=False):
            cosine = float(vectors[at] @ vector)
            if are_opposed(one, other):
                assert cosine >= CONTRADICTING_FROM
            else:
                assert (cosine >= MERGED_FROM) == are_alike(one, other)
        assert float(vectors[at] @ vectors[-1]) < CONTRADICTING_FROM
