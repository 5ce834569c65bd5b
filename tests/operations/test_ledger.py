"""What was erased stays erased in data that is put back from before."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from memsvc.clock import Clock, FixedClock
from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.forget_request import Act
from memsvc.core.memory import Draft, Status
from memsvc.core.runs import runs_of
from memsvc.errors import LedgerUnusable
from memsvc.operations import ledger as operations_ledger
from memsvc.operations.backup import Target, backup, restore
from memsvc.operations.forget import delete_memory
from memsvc.operations.ledger import check_up_to_date, count_owed, mirror
from memsvc.operations.ledger_copy import KeptLedger
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.search import search
from memsvc.operations.write import write
from memsvc.runtime import Runtime, Safe
from memsvc.sealing.assemble import key_files
from memsvc.sealing.ledger_format import Entry
from memsvc.store import (
    agents,
    aliases,
    erasures,
    identities,
    memories,
    restrictions,
    selections,
    state,
)
from memsvc.store.aliases import AliasRow
from memsvc.store.transaction import Tx
from memsvc.wiring import build_runtime, open_safe
from tests.databases import fresh_database
from tests.operations.remembering import hits_of

SCOPE = Scope("default", "a1")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSPHRASE = "correct horse battery"


class House:
    """A service on real files, which can be put back to an earlier moment, beside its ledger."""

    def __init__(self, folder: Path, new_url: Callable[[Path], str], tier: str = "shred") -> None:
        self.folder = folder
        self.ledger = folder / "elsewhere" / "erasures.ledger"
        self.ledger.parent.mkdir()
        self._new_url, self._tier = new_url, tier
        self._count = 0
        self._move()

    def _move(self) -> None:
        self._count += 1
        self.data_dir = self.folder / f"data{self._count}"
        self.url = self._new_url(self.data_dir)

    def settings(self, **others: Any) -> Settings:
        given = {"erasure_ledger": self.ledger, "tier": self._tier, **others}
        hashing = {"backend": "hashing"}
        return Settings(data_dir=self.data_dir, database_url=self.url, embedding=hashing, **given)

    @contextmanager
    def running(self, clock: Clock | None = None, **others: Any) -> Iterator[Runtime]:
        settings = self.settings(**others)
        clock = clock or FixedClock(NOW)
        with closing(build_runtime(settings, lambda _line: None, clock=clock)) as runtime:
            yield runtime

    def moment(self, runtime: Runtime, name: str = "backup") -> Path:
        """A backup of now."""
        taken = self.folder / name
        backup(runtime, taken, PASSPHRASE, key_files(self.data_dir), lambda _table, _rows: None)
        return taken

    def put_back(self, taken: Path) -> None:
        """From now on the data are those of the backup, and the ledger is what it was."""
        self._move()
        target = Target(self.data_dir, self.url, False, KeptLedger(self.ledger))
        restore(taken, target, PASSPHRASE, lambda _table, _rows: None)


def opened_only(house: House) -> Safe:
    """Database and keys, without a start."""
    return open_safe(house.settings(), lambda _line: None)


@pytest.fixture
def new_url(request: pytest.FixtureRequest, any_url: str) -> Iterator[Callable[[Path], str]]:
    """Names an empty database of one kind, for a data directory."""
    with ExitStack() as opened:

        def named(data_dir: Path) -> str:
            if any_url.startswith("sqlite"):
                return f"sqlite:///{data_dir / 'memsvc.db'}"
            return opened.enter_context(fresh_database(request.getfixturevalue("postgres")))

        yield named


@pytest.fixture
def house(tmp_path: Path, new_url: Callable[[Path], str]) -> House:
    return House(tmp_path, new_url)


def add(runtime: Runtime, *names: str, **fields: Any) -> None:
    write(runtime, SCOPE, [Draft(content=f"This is {name}.", id=name, **fields) for name in names])


def held(runtime: Runtime) -> set[str]:
    page = list_memories(runtime, SCOPE, Listing(None, None, None, None, None, 500))
    assert page.total == len(page.memories)
    found = hits_of(search(runtime, SCOPE, Question("this is", limit=200))).found
    active = {one.id for one in page.memories if one.status is Status.ACTIVE}
    assert {one.memory.id for one in found} == active
    return {one.id for one in page.memories}


def slots_of(runtime: Runtime, names: Sequence[str]) -> list[int]:
    with runtime.database.snapshot() as tx:
        return selections.slots(tx, agent_key(runtime), numbers_of(runtime, names))


def numbers_of(runtime: Runtime, names: Sequence[str]) -> list[int]:
    with runtime.database.snapshot() as tx:
        return sorted(memories.numbers_of(tx, agent_key(runtime), names).values())


def agent_key(runtime: Runtime) -> int:
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, "default", "a1")
    assert agent is not None
    return agent.agent_key


def opens(runtime: Runtime, slots: Sequence[int]) -> set[int | None]:
    with runtime.database.snapshot() as tx:
        agent = agents.by_key(tx, agent_key(runtime))
    return set(runtime.keyring.keys(agent.agent_key, agent.wrapped_key, slots))


def entries(runtime: Runtime) -> list[Entry]:
    """What the database and the file tell, which is the same."""
    with runtime.ledger.looked_at() as look, runtime.database.snapshot() as tx:
        rows = [Entry(row.place, row.at, row.content) for row in erasures.after(tx, 0, 10_000)]
        assert list(look.entries()) == rows
    return rows


def enter(runtime: Runtime, content: dict[str, Any]) -> None:
    """An erasure that happened after the backup, told by its entry alone."""
    runtime.database.write(lambda tx: erasures.append(tx, NOW, content))
    mirror(runtime)


@pytest.mark.parametrize("tier", ["shred", "store"])
def test_what_was_erased_since_is_erased_again_and_nothing_else(
    tmp_path: Path, new_url: Callable[[Path], str], tier: str
) -> None:
    house = House(tmp_path, new_url, tier)
    with house.running() as runtime:
        add(runtime, "m1", "m2", "m3", "m4", user_id="ann")
        add(runtime, "of-m1", source_ids=("m1",))
        delete_memory(runtime, SCOPE, "m4")
        taken = house.moment(runtime)
        slots, kept = slots_of(runtime, ["m1", "m2", "of-m1"]), slots_of(runtime, ["m3"])
        delete_memory(runtime, SCOPE, "m1")
        add(runtime, "m5", "m6")
        delete_memory(runtime, SCOPE, "m5")
        delete_memory(runtime, SCOPE, "m2")
        assert mirror(runtime) == 4
        told = entries(runtime)

    house.put_back(taken)
    with house.running() as runtime:
        assert held(runtime) == {"m3"}
        assert entries(runtime) == told
        if tier == "shred":
            assert opens(runtime, slots + kept) == set(kept)
        with runtime.database.snapshot() as tx:
            assert state.get(tx, state.PURGE_DUE) is not None
    with house.running() as runtime:
        assert held(runtime) == {"m3"}
        assert entries(runtime) == told


def test_numbers_that_are_used_again_are_not_erased_by_later_starts(house: House) -> None:
    with house.running() as runtime:
        add(runtime, "m1")
        taken = house.moment(runtime)
        add(runtime, "m2", "m3")
        erased = numbers_of(runtime, ["m2", "m3"])
        for name in ("m1", "m2", "m3"):
            delete_memory(runtime, SCOPE, name)
        mirror(runtime)

    house.put_back(taken)
    with house.running() as runtime:
        add(runtime, "n1", "n2", "n3")
        assert set(numbers_of(runtime, ["n1", "n2", "n3"])) & set(erased)
        taken = house.moment(runtime, "another")
    with house.running() as runtime:
        assert held(runtime) == {"n1", "n2", "n3"}
    house.put_back(taken)
    with house.running() as runtime:
        assert held(runtime) == {"n1", "n2", "n3"}


def test_what_rests_on_it_in_the_backup_alone_goes_or_is_demoted(house: House) -> None:
    with house.running() as runtime:
        add(runtime, "m1", "m2")
        taken_numbers = numbers_of(runtime, ["m1"])
        add(runtime, "of-m1", source_ids=("m1",))
        add(runtime, "of-both", source_ids=("m1", "m2"))
        taken = house.moment(runtime)
        enter(runtime, erasures.of_memories(agent_key(runtime), taken_numbers))

    house.put_back(taken)
    with house.running() as runtime:
        assert held(runtime) == {"m2", "of-both"}
        page = list_memories(runtime, SCOPE, Listing(None, None, None, None, None, 50))
        quarantined = [one.id for one in page.memories if one.status is Status.QUARANTINED]
        assert quarantined == ["of-both"]


class Dying:
    """A clock that stops the process at one of its questions."""

    def __init__(self, left: int) -> None:
        self.left = left

    def now(self) -> datetime:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return NOW


@pytest.mark.parametrize("entries_at_once", [1, 3])
def test_a_replay_that_was_cut_off_goes_on_at_the_next_start(
    house: House, monkeypatch: pytest.MonkeyPatch, entries_at_once: int
) -> None:
    monkeypatch.setattr(operations_ledger, "ENTRIES_AT_ONCE", entries_at_once)
    names = [f"m{n}" for n in range(8)]
    with house.running() as runtime:
        add(runtime, *names, "kept")
        taken = house.moment(runtime)
        for name in names:
            delete_memory(runtime, SCOPE, name)
        mirror(runtime)

    house.put_back(taken)
    starts, seen = 0, set()
    while True:
        try:
            with house.running(Dying(starts % 4 + 1)) as runtime:
                assert held(runtime) == {"kept"}
                break
        except KeyboardInterrupt:
            starts += 1
        with closing(opened_only(house)) as looked, looked.database.snapshot() as tx:
            entered = erasures.last(tx)
            agent = agents.find(tx, "default", "a1")
            assert agent is not None
            there = len(selections.within(tx, agent.agent_key, None, None, None))
            # What is entered is gone, and what is not is still there.
            assert there == len(names) + 1 - entered
            seen.add(entered)
        assert starts < 50
    assert len(seen) > 1 or entries_at_once > 1


@pytest.mark.parametrize("tier", ["shred", "store"])
def test_a_large_entry_is_erased_part_by_part(
    tmp_path: Path, new_url: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch, tier: str
) -> None:
    monkeypatch.setattr(operations_ledger, "AT_ONCE", 4)
    house = House(tmp_path, new_url, tier)
    with house.running() as runtime:
        add(runtime, *(f"m{n}" for n in range(15)), "kept")
        taken = house.moment(runtime)
        gone = numbers_of(runtime, [f"m{n}" for n in range(15)])
        content = {"agent": agent_key(runtime), "memories": [], "reworded": runs_of(gone)}
        enter(runtime, content)
        enter(runtime, {"agent": agent_key(runtime), "memories": [[1000, 10**12]]})
    house.put_back(taken)
    with house.running() as runtime:
        assert held(runtime) == {"kept"}
        assert len(entries(runtime)) == 2


def test_an_agent_that_is_gone_goes_with_all_that_is_its_own(house: House) -> None:
    with house.running() as runtime:
        add(runtime, "m1", "m2", user_id="ann", session_id="s1", subject_ids=("bob",))
        add(runtime, "of-m1", source_ids=("m1",))
        write(runtime, Scope("default", "a2"), [Draft(content="elsewhere", id="x")])
        add(runtime, "m3")
        delete_memory(runtime, SCOPE, "m3")
        taken = house.moment(runtime)
        slots, key = slots_of(runtime, ["m1", "m2", "of-m1"]), agent_key(runtime)
        with runtime.database.snapshot() as tx:
            wrapped = agents.by_key(tx, key).wrapped_key
        enter(runtime, {"agent": key, "agent_gone": True})
    house.put_back(taken)
    with house.running() as runtime:
        with runtime.database.snapshot() as tx:
            assert agents.find(tx, "default", "a1") is None
            assert agents.find(tx, "default", "a2") is not None
        assert set(runtime.keyring.keys(key, wrapped, slots)) == set()
        add(runtime, "new")
        assert held(runtime) == {"new"}


def test_what_is_known_of_people_goes(house: House) -> None:
    def known(tx: Tx) -> list[AliasRow]:
        return aliases.rows_of(tx, "default", [5, 6])

    with house.running() as runtime:
        rows = [AliasRow("default", no, bytes([no]) * 16, "id", None, b"sealed") for no in (5, 6)]
        runtime.database.write(lambda tx: aliases.add(tx, rows))
        taken = house.moment(runtime)
        enter(runtime, {"subjects": [5, identities.draw_number()]})
    house.put_back(taken)
    with house.running() as runtime, runtime.database.snapshot() as tx:
        assert [row.subject_no for row in known(tx)] == [6]


def test_what_a_request_held_back_at_that_time_goes_all_the_same(house: House) -> None:
    with house.running() as runtime:
        add(runtime, "m1", "m2")
        [number] = numbers_of(runtime, ["m1"])
        key = agent_key(runtime)
        runtime.database.write(lambda tx: restrictions.hold_back(tx, 77, key, {number: Act.ERASE}))
        taken = house.moment(runtime)
        enter(runtime, erasures.of_memories(key, [number]))
    house.put_back(taken)
    with house.running() as runtime:
        assert held(runtime) == {"m2"}
        with runtime.database.snapshot() as tx:
            assert restrictions.count(tx, 77) == 0


def test_entries_of_agents_that_are_not_there_are_entered(house: House) -> None:
    with house.running() as runtime:
        add(runtime, "m1")
        taken = house.moment(runtime)
        write(runtime, Scope("default", "late"), [Draft(content="x", id="x")])
        delete_memory(runtime, Scope("default", "late"), "x")
        enter(runtime, {"agent": 4711, "agent_gone": True})
        mirror(runtime)
    house.put_back(taken)
    with house.running() as runtime:
        assert held(runtime) == {"m1"}
        assert len(entries(runtime)) == 2


def test_a_database_that_went_on_without_its_ledger_keeps_what_is_its_own(house: House) -> None:
    """Numbers are given out twice then; what was made after an erasure was not erased by it."""
    with house.running() as runtime:
        add(runtime, "m1", "m2", "m3")
        delete_memory(runtime, SCOPE, "m3")
        taken = house.moment(runtime)
        add(runtime, "m4")
        again = numbers_of(runtime, ["m4"])
        delete_memory(runtime, SCOPE, "m4")
        delete_memory(runtime, SCOPE, "m1")
        mirror(runtime)
        before = entries(runtime)

    house.put_back(taken)
    later = FixedClock(NOW + timedelta(days=1))
    with house.running(later, erasure_ledger=house.folder / "another.ledger") as runtime:
        add(runtime, "n1", "n2")
        assert numbers_of(runtime, ["n1"]) == again
        delete_memory(runtime, SCOPE, "n2")
        assert held(runtime) == {"m1", "m2", "n1"}
    for _ in range(2):
        with house.running(later) as runtime:
            assert held(runtime) == {"m2", "n1"}
            told = entries(runtime)
            assert [one.at for one in told] == [NOW, later.now(), NOW, NOW]
            assert {str(one.content) for one in told} >= {str(one.content) for one in before}


def test_a_server_that_lost_its_last_commits_forgets_while_it_serves(runtime: Runtime) -> None:
    add(runtime, "m1", "m2", "m3")
    delete_memory(runtime, SCOPE, "m3")
    assert mirror(runtime) == 1
    assert held(runtime) == {"m1", "m2"}
    lost = erasures.of_memories(agent_key(runtime), numbers_of(runtime, ["m1"]))
    with runtime.ledger.written() as writing:
        writing.append([Entry(2, runtime.clock.now(), lost)])
    assert mirror(runtime) == 2
    assert held(runtime) == {"m2"}
    # Another took the place of a second one before anybody looked.
    lost = erasures.of_memories(agent_key(runtime), numbers_of(runtime, ["m2"]))
    with runtime.ledger.written() as writing:
        writing.append([Entry(3, runtime.clock.now(), lost)])
    add(runtime, "m4", "m5")
    delete_memory(runtime, SCOPE, "m4")
    assert mirror(runtime) == 4
    assert held(runtime) == {"m5"}
    assert len(entries(runtime)) == 4


def test_processes_share_one_file(pair: tuple[Runtime, Runtime]) -> None:
    ours, theirs = pair
    for n in range(6):
        add(ours, f"m{n}")
        delete_memory((ours, theirs)[n % 2], SCOPE, f"m{n}")
        assert mirror((theirs, ours)[n % 2]) == n + 1
    assert mirror(ours) == mirror(theirs) == 6
    assert len(entries(ours)) == len(entries(theirs)) == 6


def test_each_replica_keeps_a_file_of_all_entries(house: House) -> None:
    with house.running() as ours, house.running(erasure_ledger=house.folder / "second") as theirs:
        add(ours, "m1", "m2")
        delete_memory(ours, SCOPE, "m1")
        delete_memory(theirs, SCOPE, "m2")
        assert mirror(ours) == mirror(theirs) == 2
        assert entries(ours) == entries(theirs)
        taken = house.moment(ours)
        add(ours, "m3")
        delete_memory(theirs, SCOPE, "m3")
        mirror(theirs)
        mirror(ours)
    house.put_back(taken)
    with house.running() as ours, house.running(erasure_ledger=house.folder / "second") as theirs:
        assert entries(ours) == entries(theirs)
        assert len(entries(ours)) == 3


def test_nothing_is_read_when_nothing_is_new(runtime: Runtime) -> None:
    add(runtime, "m1")
    delete_memory(runtime, SCOPE, "m1")
    mirror(runtime)
    assert runtime.ledger.is_as_written()
    before = runtime.ledger.path.stat().st_mtime_ns
    assert mirror(runtime) == 1
    assert runtime.ledger.path.stat().st_mtime_ns == before


def test_a_file_that_is_lost_is_made_anew(house: House) -> None:
    with house.running() as runtime:
        add(runtime, "m1", "m2")
        delete_memory(runtime, SCOPE, "m1")
        mirror(runtime)
        house.ledger.unlink()
        assert mirror(runtime) == 1
        house.ledger.unlink()
    with house.running() as runtime:
        assert len(entries(runtime)) == 1
        assert held(runtime) == {"m2"}


def test_a_ledger_of_another_database_is_refused(
    tmp_path: Path, new_url: Callable[[Path], str]
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = House(tmp_path / "one", new_url), House(tmp_path / "two", new_url)
    root = "11" * 32
    for house in (one, two):
        with house.running(root_key=root) as runtime:
            add(runtime, "m1")
    shutil.copy(one.ledger, two.ledger)
    with pytest.raises(LedgerUnusable, match="another database"), two.running(root_key=root):
        pass


def test_a_damaged_ledger_keeps_the_service_from_starting(house: House) -> None:
    with house.running() as runtime:
        add(runtime, "m1")
        delete_memory(runtime, SCOPE, "m1")
        mirror(runtime)
    content = house.ledger.read_bytes()
    house.ledger.write_bytes(content.replace(b'"memories"', b'"memoriez"'))
    with pytest.raises(LedgerUnusable, match="whole copy"), house.running():
        pass
    # A line that is cut off tells nothing that the database does not.
    house.ledger.write_bytes(content[:-5])
    with house.running() as runtime:
        assert len(entries(runtime)) == 1


def test_a_ledger_on_a_disk_that_is_away_keeps_the_service_from_starting(house: House) -> None:
    with house.running():
        pass
    house.ledger.parent.rename(house.folder / "away")
    with pytest.raises(LedgerUnusable, match="mount the disk"), house.running():
        pass


def test_a_database_from_before_takes_the_ledger_it_finds(house: House) -> None:
    with house.running() as runtime:
        add(runtime, "m1", "m2")
        runtime.database.write(lambda tx: state.put(tx, state.LEDGER, None))
        taken = house.moment(runtime)
    with house.running() as runtime:
        house.ledger.unlink()
    with house.running() as runtime:
        delete_memory(runtime, SCOPE, "m1")
        mirror(runtime)
    house.put_back(taken)
    with house.running() as runtime:
        assert held(runtime) == {"m2"}


def test_exports_wait_until_what_was_erased_is_erased(house: House) -> None:
    with house.running() as runtime:
        add(runtime, "m1")
        taken = house.moment(runtime)
        delete_memory(runtime, SCOPE, "m1")
        mirror(runtime)
        check_up_to_date(runtime, house.ledger)
    house.put_back(taken)
    with closing(opened_only(house)) as safe:
        assert count_owed(safe, house.ledger) == 1
        with pytest.raises(LedgerUnusable, match="start the service"):
            check_up_to_date(safe, house.ledger)
    with house.running() as runtime:
        check_up_to_date(runtime, house.ledger)


def test_the_ledger_names_nobody(house: House) -> None:
    with house.running() as runtime:
        add(runtime, "canary-id", user_id="canary-user", session_id="canary-session")
        delete_memory(runtime, SCOPE, "canary-id")
        mirror(runtime)
    assert b"canary" not in house.ledger.read_bytes()


@pytest.mark.parametrize("with_keys", [False, True])
def test_an_old_copy_of_the_file_put_back_by_hand(tmp_path: Path, with_keys: bool) -> None:
    house = House(tmp_path, lambda data_dir: f"sqlite:///{data_dir / 'memsvc.db'}")
    with house.running() as runtime:
        add(runtime, "m1", "m2", "m3")
        slots = slots_of(runtime, ["m1", "m2"])
    shutil.copytree(house.data_dir, tmp_path / "copy")
    with house.running() as runtime:
        delete_memory(runtime, SCOPE, "m1")
        delete_memory(runtime, SCOPE, "m2")
        add(runtime, "m4")
        mirror(runtime)
    for name in ("memsvc.db", "keys.bin") if with_keys else ("memsvc.db",):
        shutil.copy(tmp_path / "copy" / name, house.data_dir / name)
    with house.running() as runtime:
        assert held(runtime) == {"m3"}
        assert opens(runtime, slots) == set()
        add(runtime, "m5")
    with house.running() as runtime:
        assert held(runtime) == {"m3", "m5"}
