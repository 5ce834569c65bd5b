"""A handbook leaves by an export and comes in by an import: it stands there as it stood here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.handbook.wording import LOST_SOURCES
from memsvc.core.memory import Status
from memsvc.errors import TransferUnusable
from memsvc.operations import take_in_handbook
from memsvc.operations.handbook.decide import approve, retire
from memsvc.operations.handbook.edit import Edit, edit
from memsvc.operations.handbook.go_back import put_back, roll_back
from memsvc.operations.handbook.report import Report, report
from memsvc.operations.handbook.task_class import class_token
from memsvc.operations.indexing import known_agent
from memsvc.operations.subjects.restrict import restrict
from memsvc.operations.taken import Taken
from memsvc.runtime import Runtime
from memsvc.store import memories, offer_outcomes
from memsvc.store.offer_outcomes import OutcomeRow
from memsvc.store.transaction import Tx
from tests.operations.forgetting import carried_out, order, people
from tests.operations.handbook.curating import (
    AGENT,
    ASK,
    FIRST,
    OPERATOR,
    UNITS,
    WORDS,
    book_of,
    line,
    put,
    stand,
    traced,
    words_held,
)
from tests.operations.people import TENANT
from tests.operations.remembering import SCOPE
from tests.operations.transferring import exported, imported

CANDIDATE, ACTIVE, RETIRED = BehaviorStatus


def learnt(runtime: Runtime) -> Runtime:
    """Four traces, two of Ana's and two of Ben's, and lines that rest on them in every way."""
    for id_, who in (("a1", "ana"), ("a2", "ana"), ("b1", "ben"), ("b2", "ben")):
        traced(runtime, id_, who, task_class="sums" if who == "ben" else None)
    put(runtime, line(UNITS, "a1", "b1"), line(FIRST, "a1", "a2"), tokens=900)
    put(runtime, line(ASK, "b1", "b2", topics=("payments",)), tokens=5 * 10**9)
    return runtime


def altered(runtime: Runtime) -> None:
    """All that can happen to lines, happens."""
    near = line("behavior_units_checked", "b2", words=WORDS[UNITS] + " ")
    put(runtime, near)
    edit(runtime, SCOPE, ASK, Edit(instruction="Ask before you pay.", topics=()), AGENT)
    approve(runtime, SCOPE, FIRST, OPERATOR)
    retire(runtime, SCOPE, FIRST, AGENT)
    put_back(runtime, SCOPE, ASK, OPERATOR)
    roll_back(runtime, SCOPE, 4, OPERATOR)


def told(runtime: Runtime, *, cited: str, trace_id: str | None = None, **more: object) -> None:
    """What came of an offer of all lines that stand."""

    def work(tx: Tx) -> None:
        agent = known_agent(tx, SCOPE, lock=True)
        place = offer_outcomes.last(tx, agent.agent_key) + 1
        current = book_of(runtime).current
        trace = [trace_id] if trace_id else []
        numbers = memories.numbers_of(tx, agent.agent_key, trace) if trace else {}
        row = OutcomeRow(
            place=place,
            offer=f"{place:032x}",
            at=runtime.clock.now(),
            task_class=class_token(runtime, agent, str(more.get("task_class") or "")),
            held_out=bool(more.get("held_out")),
            success=0.75,
            input_tokens=3_000_000_000,
            output_tokens=20 + place,
            number=numbers.get(trace_id or ""),
            offered=() if more.get("held_out") else tuple(sorted(current.values())),
            cited=frozenset() if more.get("held_out") else frozenset([current[cited]]),
        )
        offer_outcomes.add(tx, agent.agent_key, row)

    runtime.database.write(work)


def outcomes(runtime: Runtime) -> list[OutcomeRow]:
    with runtime.database.snapshot() as tx:
        return list(offer_outcomes.since(tx, known_agent(tx, SCOPE).agent_key))


def as_told(runtime: Runtime) -> list[tuple[object, ...]]:
    """Outcomes, with classes by their first place and wordings by their ids."""
    ids = {number: one.memory.id for number, one in book_of(runtime).wordings.items()}
    classes: dict[bytes, int] = {}
    return [
        (
            one.offer,
            one.at,
            classes.setdefault(one.task_class, len(classes)),
            one.held_out,
            one.success,
            one.input_tokens,
            one.output_tokens,
            one.number is None,
            [ids[number] for number in one.offered],
            {ids[number] for number in one.cited},
        )
        for one in outcomes(runtime)
    ]


def looks(runtime: Runtime) -> tuple[object, ...]:
    """The handbook with all that it was, but for places and numbers of this database."""
    book = book_of(runtime)
    return (
        dict(book.lines),
        [
            (one.number, [replace(change, number=0) for change in one.changes])
            for one in book.versions
            if not any("to" in type(change).__slots__ for change in one.changes)
        ],
        [dict(book.handbook.as_of(one.place).lines) for one in book.versions],
        book.tokens,
        sorted((one.id, one.content, one.status) for one in words_held(runtime)),
    )


def worths(runtime: Runtime, task_class: str | None) -> Report:
    """The report, but for the numbers of memories in it."""
    found = report(runtime, SCOPE, task_class)
    lines = [
        replace(one, worth=one.worth and replace(one.worth, name=one.line.name))
        for one in found.lines
    ]
    return replace(found, lines=tuple(lines))


def test_a_handbook_stands_elsewhere_as_it_stood(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    altered(learnt(source))
    told(source, cited=UNITS, task_class="sums", trace_id="a1")
    told(source, cited=ASK, task_class="sums")
    told(source, cited=ASK, task_class="never named", held_out=True)
    told(source, cited=ASK, task_class="never named")
    told(source, cited=UNITS)

    end = exported(source, tmp_path / "x")
    taken = imported(target, tmp_path / "x")

    assert (end.changes, end.outcomes) == (taken.changes, taken.outcomes)
    assert (taken.conflicts, taken.lost_sources, taken.outcomes) == (0, 0, 5)
    assert looks(target) == looks(source)
    assert as_told(target) == as_told(source)
    for task_class in (None, "sums"):
        assert worths(target, task_class) == worths(source, task_class)
    # Of a class without a name nobody can ask; it is one class all the same.
    assert len({one.task_class for one in outcomes(target)}) == 3
    assert imported(target, tmp_path / "x") == Taken(there=end.memories)
    assert looks(target) == looks(source)


def test_what_comes_follows_on_what_stands(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    altered(learnt(source))
    traced(target, "t1", "cara")
    traced(target, "t2", "cara")
    put(target, line("behavior_rest", "t1", "t2", words="Rest now and then."))
    put(target, line(UNITS, "t1", "t2", words="Units are for others."))
    exported(source, tmp_path / "x")

    taken = imported(target, tmp_path / "x")

    book, there = book_of(target), book_of(source)
    assert book.version == 2 + there.version
    assert taken.changes == sum(len(one.changes) for one in there.versions)
    # A name stays with whom it belongs to; all else is as it was there.
    assert book.lines[UNITS].instruction == "Units are for others."
    assert book.lines["behavior_rest"].status is ACTIVE
    assert book.lines[ASK] == there.lines[ASK]
    assert imported(target, tmp_path / "x").changes == 0


def test_a_later_export_brings_what_is_new(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    learnt(source)
    exported(source, tmp_path / "x")
    imported(target, tmp_path / "x")
    altered(source)
    exported(source, tmp_path / "y")

    imported(target, tmp_path / "y")

    assert book_of(target).lines == book_of(source).lines
    assert book_of(target).version == book_of(source).version


def test_who_is_held_back_stays_out_with_the_lines(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    altered(learnt(source))
    for trace_id in ("a1", "b1", None):
        told(source, cited=UNITS, trace_id=trace_id)
    restrict(source, TENANT, "k1", "ana")

    exported(source, tmp_path / "x")
    imported(target, tmp_path / "x")

    assert set(stand(target)) <= {ASK, "behavior_units_checked"}
    assert looks(target) == looks(source)
    assert [one.number is None for one in outcomes(target)] == [False, True]
    assert {number for one in outcomes(target) for number in one.offered} <= set(
        book_of(target).wordings
    )
    words = (tmp_path / "x").read_text()
    assert WORDS[FIRST] not in words


def test_what_was_forgotten_there_stays_out(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    learnt(source)
    put(source, line("behavior_all", "a1", "b1", "b2", words="Write down all that you do."))
    approve(source, SCOPE, "behavior_all", OPERATOR)
    told(source, cited=UNITS, trace_id="a1")
    exported(source, tmp_path / "x")
    imported(target, tmp_path / "x")
    carried_out(target, order(target, people("ana")))
    after = book_of(target).lines

    taken = imported(target, tmp_path / "x")

    assert taken.suppressed
    assert (taken.changes, taken.outcomes) == (0, 0)
    assert book_of(target).lines == after
    found = after["behavior_all"]
    assert (found.status, found.approved, found.flagged) == (CANDIDATE, False, (LOST_SOURCES,))
    assert outcomes(target) == []


def test_a_line_that_loses_sources_on_its_way_waits_for_a_person(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    """What was forgotten there before the handbook ever came."""
    learnt(source)
    put(source, line("behavior_all", "a1", "b1", "b2", words="Write down all that you do."))
    approve(source, SCOPE, "behavior_all", OPERATOR)
    exported(source, tmp_path / "x")
    traced(target, "a1", "ana")
    traced(target, "a2", "ana")
    carried_out(target, order(target, people("ana")))

    imported(target, tmp_path / "x")

    found = book_of(target).lines["behavior_all"]
    assert (found.status, found.approved, found.flagged) == (CANDIDATE, False, (LOST_SOURCES,))
    assert found.source_ids == ("b1", "b2")
    assert set(stand(target)) == {"behavior_all", ASK}
    assert {one.status for one in words_held(target)} == {Status.ACTIVE, Status.QUARANTINED}


def test_an_export_goes_on_in_the_midst_of_a_handbook(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    altered(learnt(source))
    told(source, cited=UNITS)
    end = exported(source, tmp_path / "x")
    whole = (tmp_path / "x").read_bytes()
    lines = whole.splitlines(keepends=True)
    for cut in range(3, len(lines)):
        (tmp_path / "x").write_bytes(b"".join(lines[:cut]))
        retired = exported(source, tmp_path / "x")
        assert retired == end
        assert (tmp_path / "x").read_bytes() == whole
    imported(target, tmp_path / "x")
    assert looks(target) == looks(source)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.pop("at"),
        lambda one: one.update(what="sold"),
        lambda one: one.update(memory_id=None),
        lambda one: one.update(reason="Ana asked me to."),
        lambda one: one.update(tokens=-1),
        lambda one: one.update(place="1"),
    ],
)
def test_a_damaged_change_is_refused(
    source: Runtime,
    target: Runtime,
    tmp_path: Path,
    spoil: Callable[[dict[str, object]], object],
) -> None:
    learnt(source)
    exported(source, tmp_path / "x")
    lines = [json.loads(one) for one in (tmp_path / "x").read_text().splitlines()]
    changed = next(one for one in lines if "handbook_change" in one)
    spoil(changed["handbook_change"])
    (tmp_path / "x").write_text("".join(json.dumps(one) + "\n" for one in lines))

    with pytest.raises(TransferUnusable, match="damaged"):
        imported(target, tmp_path / "x")


def test_many_outcomes_come_in_several_commits(
    source: Runtime, target: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt(source)
    for _ in range(7):
        told(source, cited=UNITS, task_class="nobody's")
    exported(source, tmp_path / "x")
    monkeypatch.setattr(take_in_handbook, "AT_ONCE", 3)

    assert imported(target, tmp_path / "x").outcomes == 7

    assert as_told(target) == as_told(source)
