"""What was decided, marked, told and derived comes along with the memories, and means the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings, Contradiction
from memsvc.core.consolidation.run import RunStatus
from memsvc.core.fading import Seen
from memsvc.core.frames.slots import is_slot
from memsvc.core.memory import Channel, Draft, Event, Memory, Status, Trust
from memsvc.core.reinforcement import Outcome
from memsvc.errors import MemsvcError, TransferUnusable
from memsvc.operations.configure import configure
from memsvc.operations.conflicts import list_conflicts
from memsvc.operations.consolidate import consolidate, preview
from memsvc.operations.exported import End
from memsvc.operations.feedback import Told, give_feedback, tellings
from memsvc.operations.forget import delete_memory, erase_expired
from memsvc.operations.mark import Source, mark, marks, unmark
from memsvc.operations.read import get_memory, see_memory
from memsvc.operations.resolve import Decider, resolve
from memsvc.operations.restore import restore
from memsvc.operations.revise import Revision, revise
from memsvc.operations.settle import settle_again
from memsvc.operations.taken import Taken
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import agents
from memsvc.store.transaction import Tx
from tests.operations.remembering import remember
from tests.operations.stating import office, state_all
from tests.operations.test_consolidate import derived, facts
from tests.operations.test_rederive_nested import turns
from tests.operations.transferring import (
    HERE,
    NOON,
    clock_of,
    everything,
    exported,
    imported,
)

BY = Decider("operator-key", may_overrule=True)
WEB = Source(channel=Channel.WEB)
DAY = timedelta(days=1)


def settled_again(runtime: Runtime, scope: Scope = HERE) -> list[Memory]:
    """All memories, once all that they state was judged anew."""

    def work(tx: Tx) -> list[int]:
        agent = agents.find(tx, scope.tenant, scope.agent_id, lock=True)
        assert agent is not None
        changed = settle_again(runtime, tx, agent, range(1000))
        agents.record(tx, agent.agent_key, changed)
        return changed

    runtime.database.write(work)
    return everything(runtime, scope)


def a_dispute(runtime: Runtime, scope: Scope = HERE) -> None:
    """A user's word, and later a web page's against it."""
    state_all(
        runtime,
        [office("Rome", 5, "user"), office("Oslo", 9, "web", Trust.WEB)],
        scope,
    )


def statuses(runtime: Runtime, scope: Scope = HERE) -> dict[str, Status]:
    return {one.id: one.status for one in everything(runtime, scope)}


def test_what_a_person_decided_holds_elsewhere(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    a_dispute(source)
    assert set(statuses(source).values()) == {Status.DISPUTED}
    resolve(source, HERE, "user", "web", BY)
    assert exported(source, tmp_path / "x") == End(1, 2, decisions=1)
    assert imported(target, tmp_path / "x") == Taken(imported=2, decisions=1)
    assert everything(target) == everything(source)

    # By their words and dates alone the two would be disputed, as soon as they are judged anew.
    assert settled_again(target) == settled_again(source)
    for runtime in (source, target):
        state_all(runtime, [office("Bonn", 1, "old")], HERE)
    assert everything(target) == everything(source)
    assert statuses(target) == {
        "user": Status.SUPERSEDED,
        "web": Status.ACTIVE,
        "old": Status.SUPERSEDED,
    }


def test_what_was_decided_between_turns_comes_along(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    for id_, place in (("t1", "Rome"), ("t2", "Oslo")):
        said = f"The office of the company is in {place}."
        write(source, HERE, [Draft(content=said, id=id_, user_id="ana", session_id="s")])
    write(source, HERE, [Draft(content="Hello.", id="t3")])
    assert len(list_conflicts(source, HERE).shown) == 1
    exported(source, tmp_path / "open")
    resolve(source, HERE, "t1", None, BY)
    exported(source, tmp_path / "x")
    other = Scope("open", HERE.agent_id)
    imported(target, tmp_path / "open", tenant="open")
    imported(target, tmp_path / "x")
    assert len(list_conflicts(target, other).shown) == 1
    for runtime in (source, target):
        assert list_conflicts(runtime, HERE).shown == []


def any_history(runtime: Runtime, scope: Scope, seed: int) -> None:
    """Statements about two things in any order; decisions, restorings, erasures, marks."""
    chance = Random(seed)
    count = 0
    for _ in range(30):
        ids = [one.id for one in everything(runtime, scope)] if count else []
        act = chance.random()
        if not ids or act < 0.6:
            trust = chance.choice([Trust.USER, Trust.USER, Trust.WEB, Trust.AGENT])
            place = chance.choice(["Rome", "Oslo", "Bonn"])
            since = chance.choice([None, *range(8)])
            draft = office(place, since, f"m{count}", trust, channel=chance.choice([*Channel]))
            if chance.random() < 0.5:
                draft = replace(draft, content=draft.content.replace("office", "archive"))
            clock_of(runtime).advance(timedelta(minutes=7))
            state_all(runtime, [draft], scope)
            count += 1
            continue
        one = chance.choice(ids)
        try:
            if act < 0.75:
                resolve(runtime, scope, one, chance.choice([one, None]), BY)
            elif act < 0.85:
                restore(runtime, scope, one, BY)
            elif act < 0.9:
                delete_memory(runtime, scope, one)
            elif act < 0.95:
                revise(runtime, scope, one, Revision({"status": Status.ARCHIVED}))
            else:
                mark(runtime, scope, Source(channel=chance.choice([*Channel])), "key")
        except MemsvcError:
            continue


def test_any_history_stands_elsewhere_as_it_stood(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    scopes = [Scope("default", f"a{seed}") for seed in range(12)]
    for seed, scope in enumerate(scopes):
        any_history(source, scope, seed)
    end = exported(source, tmp_path / "x")
    assert min(end.decisions, end.marks) > 5
    taken = imported(target, tmp_path / "x")
    assert taken == Taken(imported=end.memories, decisions=end.decisions, marks=end.marks)
    seen: set[Status] = set()
    for scope in scopes:
        before = everything(source, scope)
        seen |= {one.status for one in before}
        assert everything(target, scope) == before
        assert settled_again(target, scope) == before
        assert marks(target, scope) == marks(source, scope)
        clock_of(target).advance(clock_of(source).now() - clock_of(target).now())
        for runtime in (source, target):
            state_all(runtime, [office("Lima", 4, "late")], scope)
        assert everything(target, scope) == everything(source, scope)
    assert seen >= {Status.ACTIVE, Status.SUPERSEDED, Status.DISPUTED, Status.QUARANTINED}


def test_what_was_told_of_memories_comes_along(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    write(source, HERE, [Draft(content=f"Note {n}.", id=f"m{n}") for n in range(3)])
    for hours, outcome, *ids in (
        (30, Outcome.USED, "m0", "m1"),
        (80, Outcome.CONTRADICTED, "m0"),
        (81, Outcome.CONFIRMED, "m0"),
    ):
        clock_of(source).advance(timedelta(hours=hours))
        give_feedback(source, HERE, [Told(one, outcome) for one in ids])
    exported(source, tmp_path / "x")
    clock_of(target).advance(clock_of(source).now() - clock_of(target).now())
    assert imported(target, tmp_path / "x") == Taken(imported=3)

    def look(runtime: Runtime) -> list[Seen]:
        seen = [see_memory(runtime, HERE, f"m{n}") for n in range(3)]
        return [one._replace(memory=one.memory._replace(number=0)) for one in seen]

    def log(runtime: Runtime) -> list[tuple[object, ...]]:
        return [(one.kind, one.at, one.outcome) for one in tellings(runtime)]

    assert look(target) == look(source)
    assert log(target) == log(source)
    assert [one[2] for one in log(target)].count(None) == 3
    assert len(log(target)) == 3 + 4
    for runtime in (source, target):
        clock_of(runtime).advance(DAY)
        give_feedback(runtime, HERE, [Told("m0", Outcome.PARTLY)])
    assert look(target) == look(source)
    assert log(target) == log(source)


def test_marks_hold_elsewhere(source: Runtime, target: Runtime, tmp_path: Path) -> None:
    told = [
        Draft(content="The vault opens at nine.", id="w", channel=Channel.WEB, trust=Trust.WEB),
        Draft(content="The vault is blue.", id="n"),
    ]
    write(source, HERE, told)
    write(source, HERE, [Draft(content="It opens late.", id="d", source_ids=("w", "n"))])
    for one in (WEB, Source(user_id="bob"), Source(Channel.TOOL, "eve", "s9")):
        clock_of(source).advance(timedelta(seconds=1))
        mark(source, HERE, one, "key")
    assert exported(source, tmp_path / "x") == End(1, 3, marks=3)
    assert imported(target, tmp_path / "x") == Taken(imported=3, marks=3)

    assert marks(target, HERE) == marks(source, HERE)
    later = [
        Draft(content="It rains.", id="l1", channel=Channel.WEB),
        Draft(content="It snows.", id="l2", user_id="bob"),
        Draft(content="It hails.", id="l3", user_id="eve", session_id="s9", channel=Channel.TOOL),
        Draft(content="It thaws.", id="l4", user_id="eve", session_id="s9"),
    ]
    q, a = Event.QUARANTINED, Event.ADDED
    assert [one.event for one in write(target, HERE, later)] == [q, q, q, a]
    [web, *_] = marks(target, HERE)
    # What was derived stays where it is until somebody approves it, as it would have at first.
    assert unmark(target, HERE, web.id, "key", release=True) == 2
    found = statuses(target)
    assert (found["w"], found["n"], found["d"]) == (A, A, Q)
    assert get_memory(target, HERE, "d").trust is Trust.WEB


A, Q = Status.ACTIVE, Status.QUARANTINED


def test_an_agent_with_marks_alone_comes_along(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    bare = Scope("default", "bare")
    configure(source, bare, AgentSettings())
    mark(source, bare, WEB, "key")
    assert exported(source, tmp_path / "x").agents == 1
    assert imported(target, tmp_path / "x") == Taken(marks=1)
    assert marks(target, bare) == marks(source, bare)
    assert imported(target, tmp_path / "x") == Taken()


def consolidated(runtime: Runtime) -> None:
    """Sessions that are over, and what two runs made of them."""
    remember(runtime, *turns(), *facts(), scope=HERE)
    clock_of(runtime).advance(timedelta(hours=1))
    consolidate(runtime, HERE)
    more = replace(turns()[0], id="more", content="I sold the red tram ticket to Carla in May.")
    remember(runtime, more, scope=HERE)
    clock_of(runtime).advance(timedelta(hours=1))
    consolidate(runtime, HERE)


def swimming(runtime: Runtime) -> list[Memory]:
    """What recurs about swimming."""
    found = everything(runtime)
    return [one for one in found if "recurrence" in one.metadata and "swim" in one.content]


def made(runtime: Runtime) -> list[tuple[object, ...]]:
    return derived(runtime, HERE)


def test_what_was_made_of_conversations_is_not_made_again(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    consolidated(source)
    before = made(source)
    assert Status.SUPERSEDED in {one[2] for one in before}
    exported(source, tmp_path / "x")
    imported(target, tmp_path / "x")
    clock_of(target).advance(clock_of(source).now() - clock_of(target).now())

    assert everything(target) == everything(source)
    assert preview(target, HERE).is_empty
    for force in (False, True):
        run = consolidate(target, HERE, force=force)
        assert (run.status, run.counts["made"], run.counts["erased"]) == (RunStatus.DONE, {}, 0)
    assert everything(target) == everything(source)
    # What only sums others up states nothing: nothing takes its place but its like.
    assert settled_again(target) == everything(source)
    [again] = swimming(target)
    fact = next(one for one in everything(target) if one.content == "Ana lives in Lisbon.")
    assert again.slots == ()
    assert len(list(filter(is_slot, fact.slots))) == 1


def test_what_was_made_is_made_anew_when_sources_go(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    consolidated(source)
    exported(source, tmp_path / "x")
    imported(target, tmp_path / "x")
    clock_of(target).advance(clock_of(source).now() - clock_of(target).now())
    before = made(target)
    for gone in ("t0-1", "t2-3", "f1"):
        for runtime in (source, target):
            delete_memory(runtime, HERE, gone)
    left = made(target)
    assert left == made(source)
    assert left != before
    assert swimming(target) == []
    assert {one.status for one in everything(target) if one.source_ids} <= {
        Status.ACTIVE,
        Status.SUPERSEDED,
    }
    run = consolidate(target, HERE)
    assert run.counts["made"] == {}


def as_format_1(file: Path) -> None:
    """Make of an export what the first format had of it."""
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    kept = [one for one in lines if not one.keys() & {"decision", "mark"}]
    kept[0]["format"] = 1
    for name in ("decisions", "marks"):
        kept[-1]["end"].pop(name, None)
    for one in kept:
        for name in ("derivation", "feedback"):
            one.pop(name, None)
    file.write_text("".join(json.dumps(one) + "\n" for one in kept))


def test_an_export_of_the_first_format_is_taken_in_as_before(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    a_dispute(source)
    resolve(source, HERE, "user", "web", BY)
    mark(source, HERE, Source(user_id="bob"), "key")
    give_feedback(source, HERE, [Told("web", Outcome.USED)])
    write(source, HERE, [Draft(content="Of both.", id="d", source_ids=("user", "web"))])
    exported(source, tmp_path / "x")
    new, old = (tmp_path / "x").read_bytes(), tmp_path / "old"
    old.write_bytes(new)
    as_format_1(old)
    assert len(old.read_bytes().splitlines()) == len(new.splitlines()) - 2
    assert imported(target, old) == Taken(imported=3)
    assert everything(target) == everything(source)
    # What it lacked comes with a newer one, as far as it is not the memories' own.
    assert imported(target, tmp_path / "x") == Taken(there=3, decisions=1, marks=1)
    assert settled_again(target) == everything(source)


def test_a_second_import_changes_nothing(source: Runtime, target: Runtime, tmp_path: Path) -> None:
    consolidated(source)
    any_history(source, Scope("default", "any"), 3)
    busy(source, ["b"])
    mark(source, HERE, Source(user_id="bob", session_id="s1"), "key")
    give_feedback(source, HERE, [Told("t0-0", Outcome.USED)])
    end = exported(source, tmp_path / "x")
    imported(target, tmp_path / "x")
    before = everything(target)
    exported(target, tmp_path / "once")
    assert imported(target, tmp_path / "x") == Taken(there=end.memories)
    assert everything(target) == before
    exported(target, tmp_path / "twice")
    written = [(tmp_path / name).read_bytes().splitlines()[1:] for name in ("x", "once", "twice")]
    assert written[0] == written[1] == written[2]


def busy(runtime: Runtime, names: Iterable[str]) -> None:
    """Agents with something of everything."""
    for name in names:
        scope = Scope("default", name)
        a_dispute(runtime, scope)
        resolve(runtime, scope, "user", "web", BY)
        state_all(runtime, [office("Lima", 20, "new")], scope)
        restore(runtime, scope, "web", BY)
        for one in (WEB, Source(user_id="bob")):
            clock_of(runtime).advance(timedelta(seconds=1))
            mark(runtime, scope, one, "key")


def test_an_export_goes_on_behind_the_memories(source: Runtime, tmp_path: Path) -> None:
    busy(source, ["a", "b"])
    whole = tmp_path / "whole"
    assert exported(source, whole) == End(2, 6, decisions=4, marks=4)
    content = whole.read_bytes()
    ends = [at + 1 for at, byte in enumerate(content[:-1]) if byte == ord("\n")]
    for cut in [*ends, *(end + 9 for end in ends)]:
        part = tmp_path / f"part{cut}"
        part.write_bytes(content[:cut])
        assert exported(source, part) == End(2, 6, decisions=4, marks=4)
        assert part.read_bytes() == content


def test_what_happened_meanwhile_disturbs_no_resumed_export(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    a_dispute(source)
    file = tmp_path / "x"
    exported(source, file)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))
    # What was decided of what is in the file comes along; of words that are not, it does not.
    resolve(source, HERE, "user", "web", BY)
    mark(source, HERE, WEB, "key")
    resumed, reworded = tmp_path / "resumed", tmp_path / "reworded"
    for one in (resumed, reworded):
        one.write_bytes(file.read_bytes())
    assert exported(source, resumed) == End(1, 2, decisions=1, marks=1)
    revise(source, HERE, "user", Revision({"tags": ("changed",)}))
    assert exported(source, reworded) == End(1, 2, marks=1)
    assert imported(target, resumed) == Taken(imported=2, decisions=1, marks=1)
    assert statuses(target) == {"user": Status.SUPERSEDED, "web": Status.ACTIVE}


def test_an_import_goes_on_behind_the_memories(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    busy(source, ["a", "b"])
    file, part = tmp_path / "x", tmp_path / "part"
    exported(source, file)
    lines = file.read_bytes().splitlines(keepends=True)
    for count in range(2, len(lines)):
        part.write_bytes(b"".join(lines[:count]))
        with pytest.raises(TransferUnusable, match="before its last"):
            imported(target, part)
        assert marks(target, Scope("default", "a")) == []
    lost = [line for line in lines if not line.startswith(b'{"mark"')]
    part.write_bytes(b"".join(lost))
    with pytest.raises(TransferUnusable, match="tells of 4 marks and has 0"):
        imported(target, part)
    assert imported(target, file) == Taken(there=6, decisions=4, marks=4)
    for name in "ab":
        scope = Scope("default", name)
        assert settled_again(target, scope) == everything(source, scope)


def test_what_an_agent_has_decided_itself_stays(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    for runtime in (source, target):
        a_dispute(runtime)
        mark(runtime, HERE, Source(user_id="bob"), "key")
    resolve(source, HERE, "user", "web", BY)
    resolve(target, HERE, "user", "user", BY)
    before, marked = everything(target), marks(target, HERE)
    exported(source, tmp_path / "x")
    assert imported(target, tmp_path / "x") == Taken(there=2)
    assert (everything(target), marks(target, HERE)) == (before, marked)


def test_what_was_decided_of_other_words_is_left_out(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    a_dispute(source)
    resolve(source, HERE, "user", "web", BY)
    state_all(target, [office("Lima", 5, "user")], HERE)
    exported(source, tmp_path / "x")
    taken = imported(target, tmp_path / "x")
    assert taken == Taken(imported=1, conflicts=1, lines=(2,))


def test_where_nothing_is_settled_nothing_is_after_an_import(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    """An agent's settings come before what was decided counts."""
    a_dispute(source)
    resolve(source, HERE, "user", "web", BY)
    configure(source, HERE, AgentSettings(contradiction=Contradiction.OFF))
    state_all(source, [office("Lima", 20, "new")], HERE)
    found = {"user": Status.SUPERSEDED, "web": Status.ACTIVE, "new": Status.ACTIVE}
    assert statuses(source) == found
    exported(source, tmp_path / "x")
    assert imported(target, tmp_path / "x").decisions == 1
    assert everything(target) == everything(source)


def test_what_had_ended_another_and_is_over_has_never_been(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    soon = NOON + timedelta(hours=1)
    state_all(
        source,
        [office("Rome", 5, "user"), office("Oslo", 9, "brief", expires_at=soon)],
        HERE,
    )
    assert statuses(source)["user"] is Status.SUPERSEDED
    clock_of(source).advance(2 * (soon - NOON))
    exported(source, tmp_path / "x")
    erase_expired(source)
    assert imported(target, tmp_path / "x") == Taken(imported=1)
    assert everything(target) == everything(source)
    assert statuses(target) == {"user": Status.ACTIVE}
