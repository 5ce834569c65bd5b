"""What is exported comes back as it was, in whatever database, however often it was interrupted."""

from __future__ import annotations

import json
import random
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.memory import Behavior, Channel, Draft, Event, Fact, Kind, Memory, Status, Trust
from memsvc.core.order import Order, Selector
from memsvc.core.retaining import WITHOUT_END, RetentionPolicy
from memsvc.core.weights import STANDARD, Weights
from memsvc.errors import NotFound, TransferUnusable
from memsvc.operations.configure import configure
from memsvc.operations.exported import End
from memsvc.operations.forget import delete_memory, erase_expired
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.forgetting.resume import resume
from memsvc.operations.known import Written
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, get_agent, get_memory, list_memories
from memsvc.operations.revise import Revision, revise
from memsvc.operations.search import search
from memsvc.operations.suppress import put_up
from memsvc.operations.take_in import BATCH
from memsvc.operations.taken import Taken
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import agents, memories
from memsvc.store.transaction import Tx
from tests.operations.transferring import (
    HERE,
    NOON,
    THERE,
    clock_of,
    everything,
    exported,
    imported,
    opened,
)


def a_life(runtime: Runtime) -> None:
    """Memories of every kind and status, reworded, derived and used, of two agents."""
    write(
        runtime,
        HERE,
        [
            Draft(
                content="The harbour\u2028freezes.\n\t„Ja“ 🧊",
                id="m1",
                user_id="ann",
                subject_ids=("bob", "cid"),
                session_id="s1",
                role="user",
                speaker="Ann",
                event_time=NOON - timedelta(days=700, microseconds=1),
                importance=0.1,
                confidence=1 / 3,
                trust=Trust.WEB,
                channel=Channel.WEB,
                metadata={"a": {"b": [1, -0.5, None, True, "\x1f"]}, "": 2**63 - 1},
                tags=("x", "y z"),
                valid_from=datetime(1, 1, 1, tzinfo=UTC),
                valid_to=datetime(9999, 1, 1, tzinfo=UTC),
                expires_at=NOON + timedelta(days=30),
                pinned=True,
            ),
            Draft(
                content="Ann lives in Lisbon.",
                id="m2",
                kind=Kind.SEMANTIC,
                fact=Fact("Ann", "lives in", "Lisbon"),
                trust=Trust.OPERATOR,
            ),
            Draft(
                content="Check units.",
                id="m3",
                kind=Kind.PROCEDURAL,
                behavior=Behavior("units", "Check units before you add.", 7),
            ),
        ],
    )
    clock_of(runtime).advance(timedelta(seconds=60.5))
    write(runtime, HERE, [Draft(content="Winter.", id="m4", source_ids=("m1", "m2"))])
    write(runtime, HERE, [Draft(content="Ice.", id="m5", source_ids=("m1",), user_id="ann")])
    revise(runtime, HERE, "m2", Revision({"content": "Ann lives in Porto."}))
    clock_of(runtime).advance(timedelta(seconds=60))
    revise(runtime, HERE, "m2", Revision({"content": "Ann lives in Faro.", "tags": ("now",)}))
    revise(runtime, HERE, "m3", Revision({"status": Status.ARCHIVED}))
    write(runtime, THERE, [Draft(content="Another agent's.", id="m1", user_id="ann")])
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, HERE.tenant, HERE.agent_id)
        assert agent is not None
        used = memories.by_id(tx, agent.agent_key, "m1")
        old = memories.by_id(tx, agent.agent_key, "m4")
        assert used is not None
        assert old is not None
    standing = {"use_count": 3, "last_used_at": NOON, "stability_days": 8.25, "difficulty": 4.75}
    replaced = {"status": "superseded", "superseded_at": NOON, "superseded_by": "m5"}

    def work(tx: Tx) -> None:
        memories.change(tx, agent.agent_key, used.number, standing)
        memories.change(tx, agent.agent_key, old.number, replaced)
        agents.record(tx, agent.agent_key, [used.number, old.number])

    runtime.database.write(work)


def test_a_life_comes_back_in_the_other_kind_of_database_and_returns(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    a_life(source)
    assert exported(source, tmp_path / "x") == End(agents=2, memories=6)
    assert imported(target, tmp_path / "x") == Taken(imported=6)

    for scope in (HERE, THERE):
        assert everything(target, scope) == everything(source, scope)
    assert len(everything(source)) == 5
    hit = search(target, HERE, Question("Ann lives in Faro", limit=1)).found[0]
    assert (hit.memory.id, hit.memory.version) == ("m2", 3)
    # What it says in the first line apart, it is the same file again.
    exported(target, tmp_path / "y")
    lines = [(tmp_path / name).read_bytes().splitlines()[1:] for name in "xy"]
    assert lines[0] == lines[1]
    assert b"m5" in lines[0][3]
    assert json.loads(lines[0][3])["superseded_at"] == "2026-11-24T12:00:00Z"


def test_settings_come_along_and_replace_none(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    mute, bare = Scope("default", "b mute"), Scope("default", "b bare")
    heavy, light = Weights(0.5, 0.25, 0.25), Weights(0.0, 0.0, 0.0)
    a_life(source)
    policy = RetentionPolicy(episodic=3650, procedural=1)
    for scope in (HERE, THERE, mute, Scope("acme", "a1")):
        configure(source, scope, AgentSettings(heavy, policy if scope is mute else WITHOUT_END))
    write(source, bare, [Draft(content="Without settings.")])
    configure(target, THERE, AgentSettings(light))
    end = exported(source, tmp_path / "b", agents="b*")
    assert end == End(2, 2, {"b 2": AgentSettings(heavy), "b mute": AgentSettings(heavy, policy)})
    assert imported(target, tmp_path / "b") == Taken(imported=2)
    found = {scope: get_agent(target, scope).settings.weights for scope in (THERE, mute, bare)}
    assert found == {THERE: light, mute: heavy, bare: STANDARD}
    kept = {scope: get_agent(target, scope).settings.retention for scope in (THERE, mute, bare)}
    assert kept == {THERE: WITHOUT_END, mute: policy, bare: WITHOUT_END}
    with pytest.raises(NotFound):
        get_agent(target, HERE)

    assert imported(target, tmp_path / "b", tenant="other") == Taken(imported=2)
    assert get_agent(target, Scope("other", "b 2")).settings.weights == heavy


def test_history_answers_as_of_a_moment(source: Runtime, target: Runtime, tmp_path: Path) -> None:
    a_life(source)
    exported(source, tmp_path / "x")
    imported(target, tmp_path / "x")
    for seconds, town in ((30, "Lisbon"), (90, "Porto"), (150, "Faro")):
        asked = Question("Ann lives", as_of=NOON + timedelta(seconds=seconds))
        for runtime in (source, target):
            worded = {
                one.memory.id: one.memory.content for one in search(runtime, HERE, asked).found
            }
            assert worded["m2"] == f"Ann lives in {town}."


def test_what_was_imported_is_erased_with_what_rests_on_it(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    a_life(source)
    exported(source, tmp_path / "x")
    imported(target, tmp_path / "x")
    delete_memory(target, HERE, "m1")
    held = {memory.id: memory for memory in everything(target)}
    assert held.keys() == {"m2", "m3", "m4"}
    assert held["m4"].status is Status.QUARANTINED
    assert held["m4"].source_ids == ("m2",)
    assert [
        memory.id for memory in list_memories(target, HERE, Listing(user_id="ann")).memories
    ] == []


def test_life_goes_on_behind_an_import(source: Runtime, target: Runtime, tmp_path: Path) -> None:
    a_life(source)
    exported(source, tmp_path / "x")
    write(target, HERE, [Draft(content="Mine.", id="own", user_id="ann")])
    search(target, HERE, Question("mine"))
    imported(target, tmp_path / "x")
    # The index that was loaded before followed; repetitions are known as such.
    found = search(target, HERE, Question("harbour")).found
    assert found[0].memory.id == "m1"
    [same] = write(target, HERE, [Draft(content="ice.", user_id="ann", source_ids=("m1",))])
    assert same.id == "m5"
    [new] = write(target, HERE, [Draft(content="Thaw.", source_ids=("m5", "own"))])
    assert new.id is not None
    assert get_memory(target, HERE, new.id).source_ids == ("own", "m5")


@pytest.mark.parametrize("tiers", [("shred", "store"), ("store", "shred")])
def test_an_export_passes_from_tier_to_tier(tmp_path: Path, tiers: tuple[str, str]) -> None:
    urls = [f"sqlite:///{tmp_path / tier / 'memsvc.db'}" for tier in tiers]
    with opened(tmp_path / tiers[0], urls[0], tier=tiers[0]) as runtime:
        a_life(runtime)
        exported(runtime, tmp_path / "x")
        before = everything(runtime)
    with opened(tmp_path / tiers[1], urls[1], tier=tiers[1]) as runtime:
        assert imported(runtime, tmp_path / "x").imported == 6
        assert everything(runtime) == before
        delete_memory(runtime, HERE, "m1")
        assert len(everything(runtime)) == 3


def test_only_what_is_asked_for(source: Runtime, target: Runtime, tmp_path: Path) -> None:
    a_life(source)
    write(source, Scope("acme", "a1"), [Draft(content="Of another tenant.", id="z")])
    assert exported(source, tmp_path / "b", agents="b*") == End(1, 1)
    assert exported(source, tmp_path / "none", agents="c*") == End(0, 0)
    assert exported(source, tmp_path / "acme", tenant="acme") == End(1, 1)
    assert imported(target, tmp_path / "none") == Taken()
    imported(target, tmp_path / "acme")
    imported(target, tmp_path / "acme", tenant="new")
    for tenant in ("acme", "new"):
        assert get_memory(target, Scope(tenant, "a1"), "z").content == "Of another tenant."
    with pytest.raises(NotFound):
        get_memory(target, HERE, "z")


def test_the_file_is_its_owners_and_tells_no_key(source: Runtime, tmp_path: Path) -> None:
    a_life(source)
    file = tmp_path / "x"
    exported(source, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    head, *held, end = map(json.loads, file.read_text().split("\n")[:-1])
    assert (head["format"], head["tenant"], head["agents"]) == (3, "default", "*")
    assert end == {"end": {"agents": 2, "memories": 6}}
    assert [(one["agent_id"], one["id"]) for one in held] == [
        *(("a1", f"m{number}") for number in range(1, 6)),
        ("b 2", "m1"),
    ]
    names = set(held[0])
    assert not names & {"number", "key_slot", "vector", "vectors", "sealed"}
    assert [one["content"] for one in held[1]["history"]] == [
        "Ann lives in Lisbon.",
        "Ann lives in Porto.",
    ]


def test_what_has_expired_is_as_good_as_erased(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    soon = NOON + timedelta(hours=1)
    write(
        source,
        HERE,
        [Draft(content="Brief.", id="m1", expires_at=soon), Draft(content="Long.", id="m2")],
    )
    write(
        source,
        HERE,
        [
            Draft(content="Of the brief.", id="m3", source_ids=("m1",)),
            Draft(content="Of both.", id="m4", source_ids=("m1", "m2")),
        ],
    )
    exported(source, tmp_path / "early")
    clock_of(source).advance(timedelta(seconds=7200))
    assert exported(source, tmp_path / "late").memories == 2
    erase_expired(source)
    assert imported(target, tmp_path / "late") == Taken(imported=2)
    assert everything(target) == everything(source)

    # One that expires between export and import takes along what rests on it.
    clock_of(target).advance(timedelta(seconds=7200))
    again = Scope("again", "a1")
    assert imported(target, tmp_path / "early", tenant="again").imported == 4
    erase_expired(target)
    assert everything(target, again) == everything(source)


def many(runtime: Runtime, count: int, scope: Scope = HERE) -> None:
    drafts = [
        Draft(content=f"note {number}", id=f"n{number:04}", user_id=f"u{number % 7}")
        for number in range(count)
    ]
    write(runtime, scope, drafts)
    write(
        runtime, scope, [Draft(content="All.", id="sum", source_ids=("n0000", f"n{count - 1:04}"))]
    )


def test_an_export_goes_on_after_any_interruption(source: Runtime, tmp_path: Path) -> None:
    for scope in (HERE, THERE, Scope("default", "c")):
        many(source, 5, scope)
    whole = tmp_path / "whole"
    assert exported(source, whole) == End(3, 18)
    content = whole.read_bytes()
    chance = random.Random(7)
    cuts = {0, *(at + 1 for at, byte in enumerate(content[:-1]) if byte == ord("\n"))}
    cuts |= {chance.randrange(content.index(b"\n") + 1, len(content)) for _ in range(25)}
    for cut in sorted(cuts):
        part = tmp_path / f"part{cut}"
        part.write_bytes(content[:cut])
        assert exported(source, part) == End(3, 18)
        assert part.read_bytes() == content
        assert stat.S_IMODE(part.stat().st_mode) == 0o600


def test_what_happened_meanwhile_disturbs_no_resumed_export(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    many(source, 20)
    file = tmp_path / "x"
    exported(source, file)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:11]) + lines[11][:30])
    for number in (3, 9, 15):
        delete_memory(source, HERE, f"n{number:04}")
    # The id of one that is in the file comes again, behind all that is not.
    write(source, HERE, [Draft(content="note 9, newly", id="n0009")])
    write(source, HERE, [Draft(content="Later.", id="later")])
    assert exported(source, file) == End(1, 21)
    assert imported(target, file) == Taken(imported=21)
    ids = [memory.id for memory in everything(target)]
    expected = [f"n{number:04}" for number in range(20) if number != 15]
    assert ids == [*expected, "sum", "later"]
    assert get_memory(target, HERE, "n0009").content == "note 9"


def test_a_finished_or_foreign_file_is_left_as_it_is(source: Runtime, tmp_path: Path) -> None:
    a_life(source)
    file = tmp_path / "x"
    exported(source, file)
    whole = file.read_bytes()
    cut = whole[: whole.rindex(b'{"end"')]
    first = whole[: whole.index(b"\n") + 1]
    cases = {
        "finished": (whole, {}),
        "no export": (b'{"notes": 1}\n', {}),
        "no export ": (b"notes without an end", {}),
        "no export  ": (first[:-5], {}),
        "format 4": (first.replace(b'"format":3', b'"format":4'), {}),
        "an earlier version": (cut.replace(b'"format":3', b'"format":2'), {}),
        "begun for agents": (cut, {"agents": "a*"}),
        "of tenant": (cut, {"tenant": "acme"}),
        "line 3 is damaged": (cut.replace(b"Ann lives in Faro", b'"'), {}),
        "another database": (first + whole.splitlines(keepends=True)[1].replace(b"a1", b"q"), {}),
    }
    for why, (content, asked) in cases.items():
        file.write_bytes(content)
        with pytest.raises(TransferUnusable, match=why.strip()):
            exported(source, file, **asked)
        assert file.read_bytes() == content, why
    for path, why in ((tmp_path, "no file"), (tmp_path / "no" / "x", "No such file")):
        with pytest.raises(TransferUnusable, match=why):
            exported(source, path)


def test_an_import_goes_on_after_an_interruption_at_any_line(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    many(source, 2 * BATCH + 50)
    a_life(source)
    file, part = tmp_path / "x", tmp_path / "part"
    exported(source, file)
    content = file.read_bytes()
    lines = content.splitlines(keepends=True)
    stored = 0
    for count in (1, 2, BATCH, BATCH + 1, 2 * BATCH + 37, len(lines) - 1):
        part.write_bytes(b"".join(lines[:count]) + lines[count][: count % 3 * 40])
        why = f"line {count + 1} is damaged" if count % 3 else f"after line {count}, before"
        with pytest.raises(TransferUnusable, match=why):
            imported(target, part)
        stored = count - 1
        held = [*everything(target)] if stored else []
        there = everything(target, THERE) if count == len(lines) - 1 else []
        assert len(held) + len(there) == stored
    before = embedded(target)
    assert imported(target, file) == Taken(there=stored)
    assert embedded(target) == before
    for scope in (HERE, THERE):
        assert everything(target, scope) == everything(source, scope)


def embedded(runtime: Runtime) -> int:
    counters: Any = runtime.embedder.counters  # type: ignore[attr-defined]
    return int(counters.pieces)


def test_other_content_under_an_id_is_counted_and_stays(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    write(target, HERE, [Draft(content="Ann lives in Rome.", id="m2")])
    write(target, HERE, [Draft(content="Check units.", id="m3", kind=Kind.PROCEDURAL)])
    write(target, HERE, [Draft(content="Ice.", id="m5", user_id="bob")])
    a_life(source)
    exported(source, tmp_path / "x")
    taken = imported(target, tmp_path / "x")
    assert taken == Taken(imported=3, there=1, conflicts=2, lines=(3, 6))
    assert get_memory(target, HERE, "m2").content == "Ann lives in Rome."
    assert get_memory(target, HERE, "m5").user_id == "bob"
    assert get_memory(target, HERE, "m3").status is Status.ACTIVE


def test_a_memory_twice_in_a_file_is_taken_once(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    a_life(source)
    file = tmp_path / "x"
    exported(source, file)
    head, *lines = file.read_bytes().splitlines(keepends=True)
    changed = lines[0].replace(b"freezes", b"melts")
    file.write_bytes(b"".join([head, lines[0], lines[0], changed, *lines[1:]]))
    with pytest.raises(TransferUnusable, match="tells of 6 memories and has 8"):
        imported(target, file)
    assert everything(target) == everything(source)
    assert imported_anyway(target, file) == Taken(there=7, conflicts=1, lines=(4,))


def imported_anyway(runtime: Runtime, file: Path) -> Taken:
    """The import of a file whose last line is made to agree with what it holds."""
    *lines, _ = file.read_bytes().splitlines(keepends=True)
    end = {"end": {"agents": 2, "memories": len(lines) - 1}}
    file.write_bytes(b"".join(lines) + json.dumps(end).encode())
    return imported(runtime, file)


def test_sources_that_are_not_there_are_counted(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    a_life(source)
    file = tmp_path / "x"
    exported(source, file)
    head, _, *rest = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([head, *rest]))
    assert imported_anyway(target, file) == Taken(imported=5, lost_sources=2)
    held = {memory.id: memory.source_ids for memory in everything(target)}
    assert held == {"m2": (), "m3": (), "m4": ("m2",), "m5": ()}


def test_what_stands_before_a_damaged_line_is_stored(runtime: Runtime, tmp_path: Path) -> None:
    write(runtime, HERE, [Draft(content=f"note {number}", id=f"n{number}") for number in range(4)])
    file = tmp_path / "x"
    exported(runtime, file)
    lines = file.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b'"active"', b'"awake"')
    file.write_bytes(b"".join(lines))
    with pytest.raises(TransferUnusable, match=r"line 4 is damaged") as refused:
        imported(runtime, file, tenant="other")
    assert "note" not in refused.value.detail
    there = everything(runtime, Scope("other", "a1"))
    assert [memory.content for memory in there] == ["note 0", "note 1"]


def test_files_that_are_no_export_are_refused(runtime: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "x"
    for content, why in (
        (b"", "no export"),
        (b"\x00" * 2**17, "no export"),
        (b"[1]\n", "no export"),
        (b'{"memsvc":"9.0.0","format":4,"places":[]}\n', "format 4"),
    ):
        file.write_bytes(content)
        with pytest.raises(TransferUnusable, match=why):
            imported(runtime, file)
    with pytest.raises(TransferUnusable, match="No such file"):
        imported(runtime, tmp_path / "nowhere")


def test_an_import_and_another_process_write_to_one_agent(
    source: Runtime, target: Runtime, tmp_path: Path, other_url: str
) -> None:
    """Two runtimes on one database: both see every memory, and each statement stands once."""
    many(source, 400)
    file = tmp_path / "x"
    exported(source, file)
    failures: list[BaseException] = []
    written: list[str] = []
    done = threading.Event()

    def load(server: Runtime) -> None:
        try:
            number = 0
            # Every third is what the file has too, under the same id.
            while not done.is_set() or number < 60:
                draft = Draft(content=f"live {number}", id=f"live{number}")
                if number % 3 == 0:
                    which = number * 5 % 400
                    draft = Draft(
                        content=f"note {which}", id=f"n{which:04}", user_id=f"u{which % 7}"
                    )
                [answer] = write(server, HERE, [draft])
                written.append(answer.id or "")
                number += 1
        except BaseException as error:  # noqa: BLE001 - told by the test
            failures.append(error)

    with opened(tmp_path / "other", other_url) as server:
        thread = threading.Thread(target=load, args=(server,))
        thread.start()
        try:
            taken = imported(target, file)
        finally:
            done.set()
            thread.join()
        assert failures == []
        assert (taken.imported + taken.there, taken.conflicts) == (401, 0)
        for runtime in (server, target):
            held = {memory.id: memory for memory in everything(runtime)}
            assert held.keys() == {memory.id for memory in everything(source)} | set(written)
            for name in ("n0123", written[-1]):
                found = search(runtime, HERE, Question(held[name].content, limit=1)).found
                assert found[0].memory.content == held[name].content


def test_a_write_of_the_same_group_knows_what_was_imported(
    source: Runtime, target: Runtime, tmp_path: Path
) -> None:
    write(source, HERE, [Draft(content="It rains.", id="m1")])
    exported(source, tmp_path / "x")
    waiting = target.database._writer._jobs
    begun, goes_on = threading.Event(), threading.Event()

    def hold(_tx: object) -> None:
        begun.set()
        goes_on.wait()

    with ThreadPoolExecutor(3) as pool:
        held = pool.submit(target.database.write, hold)
        begun.wait()
        importing = pool.submit(imported, target, tmp_path / "x")
        while len(waiting) < 1:
            time.sleep(0.001)
        writing = pool.submit(write, target, HERE, [Draft(content="it RAINS.")])
        while len(waiting) < 2:
            time.sleep(0.001)
        goes_on.set()
        held.result()
        assert importing.result() == Taken(imported=1)
        assert writing.result() == [Written("m1", Event.DUPLICATE)]
    assert [memory.content for memory in everything(target)] == ["It rains."]


def test_what_was_forgotten_does_not_come_back_by_an_import(
    source: Runtime, tmp_path: Path
) -> None:
    kayak, sail = "Bob repaired the old kayak.", "Bob sewed a sail."
    write(source, HERE, [Draft(content=kayak, user_id="bob", id="b1")])
    write(source, HERE, [Draft(content=sail, user_id="bob", id="b2")])
    revise(source, HERE, "b2", Revision({"content": "Bob sewed."}))
    revise(source, HERE, "b2", Revision({"content": "Bob bought a sail."}))
    write(source, HERE, [Draft(content="Somebody likes boats.", id="d", source_ids=("b1",))])
    write(source, HERE, [Draft(content=kayak, user_id="ana", id="a1")])
    file = tmp_path / "x.jsonl"
    exported(source, file)
    erased = Selector(agent_id=HERE.agent_id, memory_ids=("b1",))
    receive(source, HERE.tenant, "key", Order(erased))
    resume(source)
    # One earlier wording alone is kept out.
    keep_out(source, get_memory(source, HERE, "b2")._replace(content=sail))
    delete_memory(source, HERE, "b2")

    taken = imported(source, file)

    assert (taken.imported, taken.there, taken.suppressed) == (1, 1, 2)
    assert {one.id for one in everything(source)} == {"a1", "b2"}
    again = tmp_path / "again.jsonl"
    exported(source, again)
    assert "Bob sewed." in again.read_text()
    assert sail in file.read_text()
    assert sail not in again.read_text()


def keep_out(runtime: Runtime, memory: Memory) -> None:
    def work(tx: Tx) -> None:
        agent = agents.find(tx, HERE.tenant, HERE.agent_id)
        assert agent is not None
        put_up(runtime, tx, agent, 7, [memory], frozenset())

    runtime.database.write(work)
