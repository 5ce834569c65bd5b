"""The slot file: numbers handed out once, shredding that leaves nothing, damage that is named."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zlib import crc32

import pytest

from memsvc.errors import KeysDamaged, StorageFull
from memsvc.sealing.slot_format import HEADER_BYTES, SLOT_BYTES, offset_of
from memsvc.sealing.slots import SlotFile


def payload_for(slot: int) -> bytes:
    """60 bytes in which the number is easy to find."""
    return f"<payload of slot {slot:040d}>  ".encode()[:60].ljust(60)


def names(directory: Path) -> list[str]:
    """The files in a directory, sorted."""
    return sorted(path.name for path in directory.iterdir())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.bin"


@pytest.fixture
def file(path: Path) -> Iterator[SlotFile]:
    slot_file = SlotFile.create(path)
    yield slot_file
    slot_file.close()


def spoil(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as raw:
        raw.seek(offset)
        raw.write(data)


def test_payloads_come_back_also_after_reopening(file: SlotFile, path: Path) -> None:
    slots = file.allocate(10, payload_for)
    assert slots == range(10)
    file.sync()
    expected = {slot: payload_for(slot) for slot in slots}
    assert file.read(slots) == expected
    again = SlotFile.open(path)
    assert again.read(reversed(slots)) == expected
    assert again.file_id == file.file_id
    assert again.allocate(1, payload_for) == range(10, 11)
    assert file.handed_out() == 11
    again.close()


def test_the_file_is_private_and_never_replaced(file: SlotFile, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        SlotFile.create(path)
    assert names(path.parent) == [path.name]
    assert file.handed_out() == 0


@pytest.mark.parametrize("count", [1, 1023, 1024, 1025, 5000])
def test_growth_across_steps(file: SlotFile, count: int) -> None:
    slots = file.allocate(count, payload_for)
    slots = range(file.allocate(count, payload_for).stop)
    assert len(slots) == 2 * count
    assert file.read(slots) == {slot: payload_for(slot) for slot in slots}


def test_reading_scattered_slots(file: SlotFile) -> None:
    file.allocate(40_000, payload_for)
    wanted = [0, 1, 5, 69, 70, 71, 200, 16_383, 16_384, 16_385, 39_999, *range(900, 39_000, 61)]
    assert file.read(wanted) == {slot: payload_for(slot) for slot in wanted}
    assert file.read([]) == {}


def test_nothing_or_less_to_allocate(file: SlotFile) -> None:
    file.allocate(3, payload_for)
    assert len(file.allocate(0, payload_for)) == 0
    with pytest.raises(ValueError, match="never handed back"):
        file.allocate(-1, payload_for)
    assert file.handed_out() == 3


def test_shredding_leaves_no_byte_of_the_slot(file: SlotFile, path: Path) -> None:
    secret = {slot: os.urandom(60) for slot in range(3000)}
    file.allocate(3000, secret.__getitem__)
    gone = [0, 1, 2, 77, 1024, 1500, 2999]
    assert file.shred(gone) == len(gone)
    raw = path.read_bytes()
    for slot in gone:
        payload = secret.pop(slot)
        block = raw[offset_of(slot) : offset_of(slot) + SLOT_BYTES]
        assert not any(payload[at : at + 4] in raw for at in range(57))
        assert block == b"SHREDDED" * 8
    assert file.read(range(3000)) == secret


def test_shredding_again_counts_nothing(file: SlotFile) -> None:
    file.allocate(10, payload_for)
    assert file.shred([3, 3, 4]) == 2
    assert file.shred(range(10)) == 8
    assert file.shred(range(10)) == 0
    assert file.shred([]) == 0
    assert file.read(range(10)) == {}
    assert file.allocate(1, payload_for) == range(10, 11)


def test_shredding_is_durable_on_return_also_when_repeated(
    file: SlotFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.allocate(10, payload_for)
    steps: list[str] = []
    real = os.pwrite

    def write(descriptor: int, data: bytes, offset: int) -> int:
        steps.append("write")
        return real(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", write)
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: steps.append("flush"))
    for alive in (1, 0):
        assert file.shred([4]) == alive
        assert steps == ["write", "flush"]
        steps.clear()


def test_shredding_what_was_never_handed_out_changes_nothing(file: SlotFile, path: Path) -> None:
    file.allocate(5, payload_for)
    before = path.read_bytes()
    assert file.shred([5, 1000, 10**12]) == 0
    assert path.read_bytes() == before


def test_replacing_writes_what_is_made_of_the_payloads(file: SlotFile, path: Path) -> None:
    file.allocate(2000, payload_for)
    file.shred([3, 1500])
    wanted = [0, 2, 3, 4, 1023, 1024, 1500, 1999]
    seen: dict[int, bytes] = {}

    def fresh_for(held: Mapping[int, bytes]) -> dict[int, bytes]:
        seen.update(held)
        return {slot: payload[::-1] for slot, payload in held.items() if slot != 4}

    file.replace(wanted, fresh_for)

    alive = {slot: payload_for(slot) for slot in wanted if slot not in (3, 1500)}
    assert seen == alive
    replaced = {slot: payload[::-1] for slot, payload in alive.items() if slot != 4}
    everything = {slot: payload_for(slot) for slot in range(2000) if slot not in (3, 1500)}
    assert file.read(range(2000)) == everything | replaced
    assert not any(payload_for(slot) in path.read_bytes() for slot in replaced)
    file.replace([], fresh_for)


def test_replacing_is_durable_on_return_also_of_what_stays(
    file: SlotFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.allocate(10, payload_for)
    steps: list[str] = []
    real = os.pwrite

    def write(descriptor: int, data: bytes, offset: int) -> int:
        steps.append(f"write {len(data)}")
        return real(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", write)
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: steps.append("flush"))
    file.replace([1, 2, 3, 7], lambda _held: {2: payload_for(0)})
    assert steps == [f"write {3 * SLOT_BYTES}", f"write {SLOT_BYTES}", "flush"]


def test_replacing_beside_damage_changes_nothing(file: SlotFile, path: Path) -> None:
    file.allocate(5, payload_for)
    spoil(path, offset_of(3) + 9, b"x")
    before = path.read_bytes()
    with pytest.raises(KeysDamaged, match=r"slot 3 .* is damaged"):
        file.replace(range(5), lambda held: held)
    with pytest.raises(KeysDamaged, match=r"slot 5 .* never written"):
        file.replace([5], lambda held: held)
    with pytest.raises(ValueError, match="60 bytes"):
        file.replace([0, 1], lambda held: {0: payload_for(9), 1: b"short"})
    with pytest.raises(ZeroDivisionError):
        file.replace([0, 1], lambda held: {0: bytes(1 // 0)})
    assert path.read_bytes() == before


def test_no_slot_straddles_a_sector() -> None:
    for slot in range(100):
        assert offset_of(slot) // 512 == (offset_of(slot) + SLOT_BYTES - 1) // 512


def test_numbers_below_zero_do_not_reach_the_header(file: SlotFile, path: Path) -> None:
    file.allocate(5, payload_for)
    before = path.read_bytes()
    for attempt in (file.read, file.shred):
        with pytest.raises(ValueError, match="from 0"):
            attempt([-1, 2])
    assert path.read_bytes() == before


def test_a_payload_of_another_length_is_refused_and_its_number_is_spent(file: SlotFile) -> None:
    with pytest.raises(ValueError, match="60 bytes"):
        file.allocate(1, lambda slot: b"short")
    assert file.allocate(1, payload_for) == range(1, 2)
    with pytest.raises(KeysDamaged, match=r"slot 0 of keys\.bin was never written"):
        file.read([0, 1])
    assert file.shred([0, 1]) == 1
    assert file.read([0, 1]) == {}


@pytest.mark.parametrize("byte", range(0, SLOT_BYTES, 9))
def test_a_damaged_slot_is_named_and_can_be_shredded(file: SlotFile, path: Path, byte: int) -> None:
    file.allocate(3, payload_for)
    at = offset_of(1) + byte
    spoil(path, at, bytes([path.read_bytes()[at] ^ 1]))
    assert len(file.read([0, 2])) == 2
    with pytest.raises(KeysDamaged, match=r"slot 1 of keys\.bin is damaged: restore"):
        file.read(range(3))
    assert file.shred([1]) == 1
    assert len(file.read(range(3))) == 2


def test_a_half_shredded_slot_is_damaged_not_erased(file: SlotFile, path: Path) -> None:
    file.allocate(1, payload_for)
    spoil(path, offset_of(0), b"SHREDDED" * 7)
    with pytest.raises(KeysDamaged, match="slot 0"):
        file.read([0])


def test_a_slot_met_half_way_through_its_shredding_is_looked_at_again(
    file: SlotFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.allocate(3, payload_for)
    file.shred([1])
    real = os.pread
    torn = [b"SHREDDED" * 3 + payload_for(1)[20:]]

    def meet(descriptor: int, length: int, offset: int) -> bytes:
        data = real(descriptor, length, offset)
        if offset == offset_of(0) and torn:
            return data[:SLOT_BYTES] + torn.pop() + data[2 * SLOT_BYTES :]
        return data

    monkeypatch.setattr(os, "pread", meet)
    assert set(file.read(range(3))) == {0, 2}
    assert not torn


def test_a_slot_copied_to_another_place_is_damaged(file: SlotFile, path: Path) -> None:
    file.allocate(2, payload_for)
    spoil(path, offset_of(1), path.read_bytes()[offset_of(0) : offset_of(1)])
    with pytest.raises(KeysDamaged, match="slot 1"):
        file.read([1])


def test_slots_past_the_end_were_never_written(file: SlotFile) -> None:
    file.allocate(1, payload_for)
    for slot in (1, 1023, 1024, 10**9):
        with pytest.raises(KeysDamaged, match=f"slot {slot} .* never written"):
            file.read([slot])


def cut_to(length: int) -> Callable[[Path], None]:
    return lambda path: os.truncate(path, length)


def written(offset: int, data: bytes) -> Callable[[Path], None]:
    return lambda path: spoil(path, offset, data)


@pytest.mark.parametrize(
    ("spoiling", "message"),
    [
        (cut_to(0), "cut off within its header"),
        (cut_to(HEADER_BYTES - 1), "cut off within its header"),
        (cut_to(offset_of(2)), "has 2 of 5 slots"),
        (cut_to(offset_of(5) - 1), "has 4 of 5 slots"),
        (written(0, b"SQLite format 3\0"), "not a key file"),
        (written(12, b"\1"), "header .* is damaged"),
        (written(16, b"another file id.."), "header .* is damaged"),
        (written(32, b"\0\0\0\0\0\0\0\1"), "header .* is damaged"),
    ],
)
def test_broken_files_do_not_open(
    file: SlotFile, path: Path, spoiling: Callable[[Path], None], message: str
) -> None:
    file.allocate(5, payload_for)
    spoiling(path)
    with pytest.raises(KeysDamaged, match=message) as caught:
        SlotFile.open(path)
    assert "restore it from the key backup" in caught.value.detail


def test_another_format_names_the_remedy(file: SlotFile, path: Path) -> None:
    header = bytearray(path.read_bytes()[:HEADER_BYTES])
    header[9] = 2
    header[-4:] = crc32(header[:-4]).to_bytes(4, "big")
    spoil(path, 0, bytes(header))
    with pytest.raises(KeysDamaged, match=r"format 2 .* run the memsvc that wrote it"):
        SlotFile.open(path)


def test_a_missing_file_or_a_directory_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(KeysDamaged, match="missing: restore it"):
        SlotFile.open(tmp_path / "keys.bin")
    with pytest.raises(KeysDamaged, match="cannot be opened"):
        SlotFile.open(tmp_path)


def test_a_header_lost_in_a_power_cut_does_not_hand_slots_out_again(path: Path) -> None:
    file = SlotFile.create(path)
    file.allocate(3, payload_for)
    header = path.read_bytes()[:HEADER_BYTES]
    file.allocate(4, payload_for)
    file.close()
    spoil(path, 0, header)
    again = SlotFile.open(path)
    assert again.allocate(1, payload_for) == range(7, 8)
    again.close()


@pytest.mark.parametrize("how", ["removed", "replaced by its copy", "overwritten by another"])
def test_a_file_that_is_gone_is_not_written_to(file: SlotFile, path: Path, how: str) -> None:
    file.allocate(5, payload_for)
    other = path.with_name("other.bin")
    if how == "removed":
        path.unlink()
    elif how == "replaced by its copy":
        shutil.copy(path, other)
        other.replace(path)
    else:
        SlotFile.create(other).close()
        spoil(path, 0, other.read_bytes()[:HEADER_BYTES])
    with pytest.raises(KeysDamaged, match="while in use"):
        file.allocate(1, payload_for)
    with pytest.raises(KeysDamaged, match="while in use"):
        file.shred([0])


def test_sync_flushes_only_what_is_new(file: SlotFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.allocate(1, payload_for)
    flushed: list[int] = []
    monkeypatch.setattr(os, "fdatasync", flushed.append)
    for expected in (1, 1):
        file.sync()
        assert len(flushed) == expected
    file.allocate(1, payload_for)
    file.sync()
    assert len(flushed) == 2


def test_callers_of_sync_share_a_flush(file: SlotFile, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fdatasync", flushed.append)

    def write() -> int:
        slot = file.allocate(1, payload_for).start
        file.sync()
        return slot

    with ThreadPoolExecutor(16) as pool:
        slots = [job.result() for job in [pool.submit(write) for _ in range(400)]]
    assert sorted(slots) == list(range(400))
    assert 0 < len(flushed) <= 401


def test_after_a_failed_flush_nothing_counts_as_durable(
    file: SlotFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.allocate(1, payload_for)

    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", fail)
        with pytest.raises(KeysDamaged, match="check the disk"):
            file.sync()
    with pytest.raises(KeysDamaged, match="check the disk"):
        file.sync()


def test_a_disk_without_space_is_named_and_shredding_goes_on(
    file: SlotFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.allocate(1024, payload_for)
    real = os.pwrite

    def full(descriptor: int, data: bytes, offset: int) -> int:
        if offset + len(data) > os.fstat(descriptor).st_size:
            raise OSError(28, "No space left on device")
        return real(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(StorageFull):
        file.allocate(1, payload_for)
    assert file.shred(range(1024)) == 1024
    assert file.handed_out() == 1024


def test_threads_get_disjoint_slots_while_others_shred(file: SlotFile) -> None:
    def work(_: int) -> tuple[range, set[int]]:
        slots = file.allocate(7, payload_for)
        file.sync()
        assert file.shred([slots.start]) == 1
        return slots, set(file.read(slots))

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(60)))
    assert sorted(slot for slots, _ in results for slot in slots) == list(range(420))
    assert all(held == set(slots[1:]) for slots, held in results)


def test_a_closed_file_refuses(path: Path) -> None:
    file = SlotFile.create(path)
    file.allocate(1, payload_for)
    file.close()
    file.close()
    for attempt in (lambda: file.read([0]), lambda: file.shred([0]), file.sync):
        with pytest.raises(ValueError, match="closed"):
            attempt()
