"""Nothing of who was forgotten, or is held back, leaves by an export or comes back by an import."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from memsvc.core.memory import Channel, Draft, Memory, Status, Trust
from memsvc.core.order import Order, Selector
from memsvc.operations.consolidate import consolidate
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting import verify
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.forgetting.resume import resume
from memsvc.operations.mark import Source, mark, marks
from memsvc.operations.resolve import Decider, resolve
from memsvc.operations.restore import restore
from memsvc.operations.scan import residue
from memsvc.operations.subjects.readmit import readmit
from memsvc.operations.subjects.restrict import restrict
from memsvc.operations.taken import Taken
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import tables
from tests.operations.remembering import remember
from tests.operations.stating import office, state_all
from tests.operations.test_rederive_nested import OF_S, turns
from tests.operations.transferring import HERE, clock_of, everything, exported, imported

BY = Decider("operator-key", may_overrule=True)


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier scans in this process; `test_scan` has it start one of its own."""
    monkeypatch.setattr(verify, "residue_apart", residue)


def forget(runtime: Runtime, selector: Selector) -> None:
    """Forget, on request, what is selected."""
    receive(runtime, HERE.tenant, "key", Order(selector))
    resume(runtime)


def names(runtime: Runtime) -> int:
    """How many people and sessions there are rows of."""
    with runtime.database.snapshot() as tx:
        held = [select(table.c.token) for table in (tables.people, tables.sessions)]
        return sum(len(tx.execute(one).all()) for one in held)


def sources(runtime: Runtime) -> list[Source]:
    return [one.source for one in marks(runtime, HERE)]


def test_who_is_restricted_is_in_no_export(source: Runtime, tmp_path: Path) -> None:
    state_all(
        source,
        [office("Rome", 5, "r"), office("Oslo", 9, "o"), office("Bonn", 2, "b")],
        HERE,
    )
    write(source, HERE, [Draft(content="Hello.", id="e", user_id="eve", session_id="of-eve")])
    write(source, HERE, [Draft(content="Bye.", id="x", user_id="bob", session_id="of-all")])
    restore(source, HERE, "r", BY)
    for one in (Source(user_id="eve"), Source(session_id="of-eve"), Source(user_id="ana")):
        mark(source, HERE, one, "key")
    mark(source, HERE, Source(session_id="of-all"), "key")
    end = exported(source, tmp_path / "before")
    assert (end.memories, end.decisions, end.marks) == (5, 1, 4)
    assert "of-eve" in (tmp_path / "before").read_text()

    for who in ("eve", "ana"):
        restrict(source, HERE.tenant, "key", who)
    end = exported(source, tmp_path / "after")
    assert (end.memories, end.decisions, end.marks) == (1, 0, 1)
    text = (tmp_path / "after").read_text()
    assert "of-all" in text
    assert not any(name in text for name in ('"eve"', "of-eve", '"ana"', '"r"', '"o"'))


@pytest.mark.parametrize("hidden", ["r", "o"])
def test_a_decision_is_in_no_export_without_both_memories(
    source: Runtime, tmp_path: Path, hidden: str
) -> None:
    about = {hidden: ("sue",)}
    drafts = [
        office(place, since, id_, subject_ids=about.get(id_, ()))
        for place, since, id_ in (("Rome", 5, "r"), ("Oslo", 9, "o"))
    ]
    state_all(source, drafts, HERE)
    restore(source, HERE, "r", BY)
    assert exported(source, tmp_path / "before").decisions == 1
    restrict(source, HERE.tenant, "key", "sue")
    end = exported(source, tmp_path / "after")
    assert (end.memories, end.decisions) == (1, 0)


def test_no_mark_names_anew_who_was_forgotten(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    write(source, HERE, [Draft(content="I have a boat.", user_id="bob", session_id="sb")])
    write(source, HERE, [Draft(content="I have a car.", user_id="ana", session_id="sa")])
    given = [
        Source(channel=Channel.WEB),
        Source(user_id="bob"),
        Source(session_id="sb"),
        Source(session_id="sa"),
        Source(user_id="ana", session_id="sc"),
    ]
    for one in given:
        clock_of(source).advance(timedelta(seconds=1))
        mark(source, HERE, one, "key")
    exported(source, tmp_path / "x")
    assert imported(target, tmp_path / "x") == Taken(imported=2, marks=5)
    assert names(target) == 5
    forget(target, Selector(subject_ids=("bob",)))
    left = sources(target)
    assert left == [given[0], *given[2:]]
    forget(target, Selector(agent_id=HERE.agent_id, session_ids=("sb",)))
    left = sources(target)
    assert left == [given[0], *given[3:]]
    before, rows = everything(target), names(target)
    assert imported(target, tmp_path / "x") == Taken(there=1, suppressed=1)
    assert (sources(target), everything(target), names(target)) == (left, before, rows)

    # Who is readmitted may be named again.
    readmit(target, HERE.tenant, "key", "bob")
    assert imported(target, tmp_path / "x") == Taken(imported=1, there=1, marks=2)
    assert sources(target) == given


def without_s(memories: list[Memory]) -> list[tuple[object, ...]]:
    """What is there, without the ids of one world, and when it was made."""
    said = {one.id: one.content for one in memories}
    return sorted(
        (str(one.kind), one.content, one.status, sorted(said[id_] for id_ in one.source_ids))
        for one in memories
        if one.status is not Status.SUPERSEDED
    )


def test_what_rests_on_what_is_kept_out_stays_out(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    """Summaries quote those who were forgotten; they have no tombstone where none was made."""
    remember(source, *turns(), scope=HERE)
    exported(source, tmp_path / "turns")
    clock_of(source).advance(timedelta(hours=1))
    consolidate(source, HERE)
    write(
        source,
        HERE,
        [
            Draft(content="They met often.", id="p1", source_ids=("t0-0", "t0-2", "t0-4")),
            Draft(content="Someone spoke.", id="p2", source_ids=("t0-2",)),
            Draft(content="As s told.", id="p3", user_id="s", source_ids=("t0-2", "t0-4")),
        ],
    )
    write(source, HERE, [Draft(content="All in all.", id="p4", source_ids=("p1", "p2"))])
    exported(source, tmp_path / "x")

    imported(target, tmp_path / "turns")
    forget(target, Selector(subject_ids=("s",)))
    clock_of(target).advance(timedelta(hours=1))
    taken = imported(target, tmp_path / "x")
    assert taken.there == 24 - len(OF_S)
    assert taken.suppressed > len(OF_S)
    found = {one.id: one for one in everything(target)}
    assert not any("S:" in one.content or one.user_id == "s" for one in found.values())
    assert {"p2", "p3"}.isdisjoint(found)
    for id_, left in (("p1", ("t0-0", "t0-4")), ("p4", ("p1",))):
        assert found[id_].status is Status.QUARANTINED
        assert found[id_].source_ids == left

    # The next run makes of the rest what it would have been had S never been there.
    consolidate(target, HERE)
    twin = replace(HERE, agent_id="twin")
    remember(target, *turns(OF_S), scope=twin)
    clock_of(target).advance(timedelta(hours=1))
    consolidate(target, twin)
    posted = {"p1", "p4"}
    rest = [one for one in everything(target) if one.id not in posted]
    assert without_s(rest) == without_s(everything(target, twin))
    again = imported(target, tmp_path / "x")
    assert (again.imported, again.suppressed) == (0, taken.suppressed)
    assert len(everything(target)) == len(rest) + len(posted)


def test_what_was_superseded_by_what_is_kept_out_stands(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    """The office was in Rome, as first known from a word that is forgotten by now."""
    drafts = [
        office("Rome", 5, "first"),
        office("Oslo", 9, "gone"),
        office("Lima", 12, "web", Trust.WEB),
    ]
    for draft in drafts:
        clock_of(source).advance(timedelta(hours=1))
        state_all(source, [draft], HERE)
    resolve(source, HERE, "gone", "web", BY)
    clock_of(source).advance(timedelta(hours=1))
    state_all(source, [office("Bonn", 7, "between")], HERE)
    exported(source, tmp_path / "x")
    imported(target, tmp_path / "x")
    assert everything(target) == everything(source)
    before = {one.id: one for one in everything(source)}
    assert before["between"].superseded_by == "gone"

    forget(target, Selector(agent_id=HERE.agent_id, memory_ids=("gone",)))
    for id_ in ("first", "between", "web"):
        delete_memory(target, HERE, id_)
    assert imported(target, tmp_path / "x") == Taken(imported=3, suppressed=1)
    delete_memory(source, HERE, "gone")
    assert everything(target) == everything(source)
    after = {one.id: one for one in everything(target)}
    assert after["between"].status is Status.DISPUTED
    assert after["first"].superseded_at != before["first"].superseded_at


def test_since_when_another_is_known_to_be_over_takes_no_account_of_what_is_kept_out(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    """Nothing names the forgotten one, but it was the first that spoke against the oldest."""
    drafts = [
        office("Rome", 1, "old", Trust.WEB),
        office("Oslo", 9, "gone", Trust.AGENT),
        office("Lima", 5, "between"),
        office("Bonn", 12, "last"),
    ]
    for draft in drafts:
        clock_of(source).advance(timedelta(hours=1))
        state_all(source, [draft], HERE)
    exported(source, tmp_path / "x")
    imported(target, tmp_path / "x")
    before = {one.id: one for one in everything(source)}
    assert before["old"].superseded_at == before["gone"].created_at
    named = {one.superseded_by for one in before.values()} | {
        one.disputed_with for one in before.values()
    }
    assert "gone" not in named

    forget(target, Selector(agent_id=HERE.agent_id, memory_ids=("gone",)))
    for id_ in ("old", "between", "last"):
        delete_memory(target, HERE, id_)
    assert imported(target, tmp_path / "x") == Taken(imported=3, suppressed=1)
    delete_memory(source, HERE, "gone")
    assert everything(target) == everything(source)
    [old] = [one for one in everything(target) if one.id == "old"]
    assert old.superseded_at == before["between"].created_at
