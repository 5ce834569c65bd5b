"""The ledger's file: its chain, what a crash leaves, and what is refused."""

from __future__ import annotations

import hmac
import multiprocessing
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from memsvc.errors import LedgerUnusable
from memsvc.sealing.ledger_file import LedgerFile, database_named_by
from memsvc.sealing.ledger_format import Entry

NOW = datetime(2026, 3, 1, 12, 30, 0, 123456, tzinfo=UTC)
ROOT, OTHER_ROOT = b"a root key", b"another root key"


def digest(root: bytes, data: bytes) -> bytes:
    return hmac.digest(root, data, "sha256")


def ledger(path: Path, root: bytes = ROOT, database: str = "d1") -> LedgerFile:
    return LedgerFile(path, partial(digest, root), database)


def entry(place: int) -> Entry:
    content = {"agent": 7, "memories": [[place, place + 2]]}
    return Entry(place, NOW + timedelta(seconds=place), content)


def filled(path: Path, count: int) -> LedgerFile:
    made = ledger(path)
    made.make()
    with made.written() as writing:
        writing.append([entry(place) for place in range(1, count + 1)])
    return made


def read(file: LedgerFile, after: int = 0) -> list[Entry]:
    with file.looked_at() as look:
        return list(look.entries(after))


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_what_is_appended_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    file = filled(path, 3)
    with file.written() as writing:
        writing.append([entry(4)])
    assert path.stat().st_mode & 0o777 == 0o600
    for one in (file, ledger(path)):
        assert read(one) == [entry(place) for place in range(1, 5)]
        assert read(one, after=2) == [entry(3), entry(4)]
        assert read(one, after=4) == []
        assert one.last == entry(4)


def test_making_it_again_leaves_it_as_it_is(tmp_path: Path) -> None:
    file = filled(tmp_path / "ledger", 2)
    assert not file.make()
    assert len(read(file)) == 2


def test_one_that_is_not_there_is_empty(tmp_path: Path) -> None:
    file = ledger(tmp_path / "ledger")
    assert read(file) == []
    assert not file.is_as_written()
    assert database_named_by(file.path, partial(digest, ROOT)) is None


def test_none_is_made_where_its_folder_is_away(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable, match="mount the disk"):
        ledger(tmp_path / "away" / "ledger").make()


def test_entries_have_no_gap(tmp_path: Path) -> None:
    file = filled(tmp_path / "ledger", 2)
    with file.written() as writing, pytest.raises(ValueError, match="gap"):
        writing.append([entry(4)])
    assert len(read(file)) == 2


@pytest.mark.parametrize("kept", [1, 30, -2, -1])
def test_a_line_that_was_cut_off_is_written_over(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "ledger"
    filled(path, 3)
    *whole, last = lines(path)
    path.write_bytes(b"".join(whole) + last[:kept])
    file = ledger(path)
    assert read(file) == [entry(1), entry(2)]
    with file.written() as writing:
        writing.append([Entry(3, NOW, {})])
    assert read(ledger(path)) == [entry(1), entry(2), Entry(3, NOW, {})]


def test_a_cut_off_end_goes_without_anything_new(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    filled(path, 1)
    whole = path.read_bytes()
    path.write_bytes(whole + bytes(5000))
    file = ledger(path)
    with file.written() as writing:
        writing.append([])
    assert path.read_bytes() == whole
    assert file.is_as_written()


def changed(content: list[bytes], place: int) -> list[bytes]:
    return [
        *content[:place],
        content[place].replace(b'"agent":7', b'"agent":8'),
        *content[place + 1 :],
    ]


@pytest.mark.parametrize(
    "damaged",
    [
        lambda whole: [*whole[:2], *whole[3:]],
        lambda whole: [*whole[:2], whole[3], whole[2], *whole[4:]],
        lambda whole: [*whole[:2], whole[1], *whole[2:]],
        lambda whole: changed(whole, 2),
        lambda whole: changed(whole, 4),
        lambda whole: [*whole, b"\n"],
        lambda whole: [*whole, b"null\n"],
        lambda whole: [*whole, whole[-1]],
    ],
    ids=["removed", "moved", "twice", "changed", "last-changed", "empty", "short", "last-twice"],
)
def test_a_broken_chain_is_refused(tmp_path: Path, damaged: object) -> None:
    path = tmp_path / "ledger"
    assert callable(damaged)
    filled(path, 4)
    before: Sequence[bytes] = lines(path)
    path.write_bytes(b"".join(damaged(before)))
    for how in (ledger(path).looked_at, ledger(path).written):
        with pytest.raises(LedgerUnusable, match="whole copy"), how():
            pass


def test_another_databases_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    filled(path, 2)
    for other in (ledger(path, OTHER_ROOT), ledger(path, database="d2")):
        with pytest.raises(LedgerUnusable, match="another database"):
            read(other)
    assert database_named_by(path, partial(digest, ROOT)) == "d1"
    with pytest.raises(LedgerUnusable, match="another database"):
        database_named_by(path, partial(digest, OTHER_ROOT))


def test_lines_of_another_ledger_do_not_fit_in(tmp_path: Path) -> None:
    filled(tmp_path / "ledger", 1)
    other = ledger(tmp_path / "other", database="d2")
    other.make()
    with other.written() as writing:
        writing.append([entry(1), entry(2)])
    with (tmp_path / "ledger").open("ab") as file:
        file.write(lines(tmp_path / "other")[2])
    with pytest.raises(LedgerUnusable, match="after entry 1"):
        read(ledger(tmp_path / "ledger"))


def test_a_file_without_a_whole_first_line_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    path.write_bytes(b'{"ledger":')
    with pytest.raises(LedgerUnusable, match="cut off"):
        read(ledger(path))


def test_what_others_append_and_put_in_its_place_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    ours, theirs = filled(path, 1), ledger(path)
    assert ours.is_as_written()
    with theirs.written() as writing:
        writing.append([entry(2)])
    assert not ours.is_as_written()
    assert read(ours) == [entry(1), entry(2)]
    filled(tmp_path / "longer", 5)
    (tmp_path / "longer").rename(path)
    assert not ours.is_as_written()
    assert len(read(ours)) == 5
    path.unlink()
    assert not ours.is_as_written()
    assert read(ours) == []


def test_taking_back_leaves_the_chain_whole(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    file = filled(path, 4)
    other = Entry(3, NOW, {"agent": 1})
    with file.written() as writing:
        writing.cut(2)
        assert writing.last == entry(2)
        writing.append([other])
    assert read(ledger(path)) == [entry(1), entry(2), other]
    with file.written() as writing:
        writing.cut(0)
        assert (writing.place, writing.last) == (0, None)
    assert read(ledger(path)) == []


def test_a_full_disk_leaves_the_ledger_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger"
    file = filled(path, 2)
    before = path.read_bytes()

    def fails(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("memsvc.sealing.durable.flush", fails)
        with pytest.raises(Exception, match="no room"), file.written() as writing:
            writing.append([entry(3)])
    assert path.read_bytes() == before
    assert read(file) == [entry(1), entry(2)]


def appending(path: Path, count: int) -> None:
    file = ledger(path)
    for _ in range(count):
        with file.written() as writing:
            writing.append([entry(writing.place + 1)])


def test_processes_append_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    filled(path, 1)
    spawned = multiprocessing.get_context("spawn")
    both = [spawned.Process(target=appending, args=(path, 40)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
        assert one.exitcode == 0
    assert read(ledger(path)) == [entry(place) for place in range(1, 82)]
