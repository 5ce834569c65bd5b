"""The slot file `keys.bin`: fixed slots, handed out once, shredded by overwriting in place.

Safe for threads and for several processes on one machine. What needs order (handing out numbers,
shredding) takes the file's lock; writing goes without, since a number belongs to one caller only.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from memsvc.errors import KeysDamaged
from memsvc.sealing import durable, slot_damage
from memsvc.sealing.slot_format import (
    FILE_ID_BYTES,
    HEADER_BYTES,
    SHREDDED,
    SLOT_BYTES,
    Header,
    SlotState,
    encode_slot,
    in_order,
    offset_of,
    payload_of,
    runs_of,
    state_of,
)

_GROWTH = 1024
"""Slots the file grows by: 64 KiB. Space is taken here, so writing and shredding never need any."""

_READ_THROUGH = 64
"""Slots that reading skips over rather than start another read: one 4 KiB page."""


class SlotFile:
    """An open slot file. Slots are numbered from 0 and never reused."""

    rotates = False

    def __init__(self, path: Path, file: FileIO, file_id: bytes) -> None:
        self.file_id = file_id
        self._path = path
        self._file = file
        self._reading = not file.writable()
        # Never less than before, or an older copy was written over the file.
        self._handed_out = 0
        self._counting = threading.Lock()
        self._syncing = threading.Lock()
        self._writes = 0
        self._synced = 0
        self._sync_failed = False

    @classmethod
    def create(cls, path: Path) -> SlotFile:
        """Make an empty slot file, mode 0600, durably; FileExistsError when there is one."""
        header = Header(os.urandom(FILE_ID_BYTES), handed_out=0)
        with durable.told(path):
            durable.create(path, header.encode())
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, *, reading: bool = False) -> SlotFile:
        """Open an existing file, perhaps for `reading` alone; KeysDamaged, with the remedy."""
        try:
            file = FileIO(path, "r" if reading else "r+")
        except FileNotFoundError:
            raise KeysDamaged(f"{path} is missing: restore it from the key backup") from None
        except OSError as error:
            raise KeysDamaged(
                f"{path} cannot be opened ({error.strerror}): let this user own it"
            ) from error
        try:
            with durable.told(path), durable.locked(path, reading=reading) as locked:
                header = _examine(locked, path, reading=reading)
        except BaseException:
            file.close()
            raise
        return cls(path, file, header.file_id)

    def close(self) -> None:
        """Let the file go; anything but closing again raises ValueError afterwards."""
        self._file.close()

    def handed_out(self) -> int:
        """How many slots were ever handed out, by any process: the number of the next one."""
        with self._locked() as header:
            return header.handed_out

    def allocate(
        self,
        count: int,
        payload_for: Callable[[int], bytes],
        *,
        agent: int = 0,
    ) -> range:
        """Hand out `count` slots and write each with the 60 bytes made for its number.

        Not durable before `sync`. The numbers are taken before the first write: whatever happens
        in between, they are not handed out again. StorageFull when the disk is.
        """
        slots = self._reserve(count)
        data = b"".join(encode_slot(slot, payload_for(slot)) for slot in slots)
        with durable.told(self._path):
            durable.write_at(self._file.fileno(), data, offset_of(slots.start))
        with self._counting:
            self._writes += 1
        return slots

    def sync(self) -> None:
        """Return once everything this process has written is durable.

        Callers that come while one flush runs share the next; nothing new, nothing done.
        """
        wanted = self._writes
        with self._syncing:
            if self._synced >= wanted:
                return
            if self._sync_failed:
                raise slot_damage.lost_writes(self._path)
            reached = self._writes
            try:
                durable.flush(self._file.fileno())
            except OSError as error:
                # The kernel reports a failed write-back once and then counts the pages as clean:
                # the next flush would succeed without them.
                self._sync_failed = True
                raise slot_damage.lost_writes(self._path) from error
            self._synced = reached

    def read(self, slots: Iterable[int], _agent: int | None = None) -> dict[int, bytes]:
        """The 60-byte payloads of these slots, without the shredded ones.

        Raises KeysDamaged, naming the slot and the remedy, for one that is damaged or never
        written: neither may pass for erased.
        """
        found: dict[int, bytes] = {}
        with durable.told(self._path):
            for slot, block in self._blocks(in_order(slots)):
                state = state_of(slot, block)
                if state is SlotState.LIVE:
                    found[slot] = payload_of(block)
                elif state is not SlotState.SHREDDED:
                    found |= self._look_again(slot)
        return found

    def shred(self, slots: Iterable[int], _agent: int | None = None) -> int:
        """Overwrite these slots in place, durable on return; returns how many still held a key.

        Needs no disk space and may be repeated. A damaged slot counts as holding a key. Numbers
        never handed out are passed over: there is nothing to destroy. Unavailable or KeysDamaged
        when the file cannot be written.
        """
        with slot_damage.owed(), durable.told(self._path):
            with self._locked() as header:
                end = min(header.handed_out, self._slots_inside())
                ordered = [slot for slot in in_order(slots) if slot < end]
                alive = sum(_holds_a_key(slot, block) for slot, block in self._blocks(ordered))
                # Slots that already look shredded are written too: an earlier attempt may have died
                # before its flush, or failed in it.
                for run in runs_of(ordered, gap=0):
                    durable.write_at(self._file.fileno(), SHREDDED * len(run), offset_of(run.start))
            durable.flush(self._file.fileno())
        return alive

    def replace(
        self,
        slots: Iterable[int],
        fresh_for: Callable[[Mapping[int, bytes]], Mapping[int, bytes]],
    ) -> None:
        """Write anew what these slots hold, durable on return.

        `fresh_for` is given the payloads by slot, and returns those that are to be others. What is
        shredded stays so, whoever does it: both hold the lock. A slot lies within one sector and
        is written whole, so a crash leaves each as it was or as it is to be. KeysDamaged, with
        nothing written, when one is damaged or was never written.
        """
        with durable.told(self._path):
            descriptor = self._file.fileno()
            with self._locked():
                held: dict[int, bytes] = {}
                for slot, block in self._blocks(in_order(slots)):
                    held |= slot_damage.judged(slot, block, self._path)
                # Those that stay are written, too: an earlier attempt may have failed in its flush,
                # after which the kernel takes them for durable.
                fresh = held | dict(fresh_for(held))
                for run in runs_of(sorted(fresh), gap=0):
                    data = b"".join(encode_slot(slot, fresh[slot]) for slot in run)
                    durable.write_at(descriptor, data, offset_of(run.start))
            durable.flush(descriptor)

    def _reserve(self, count: int) -> range:
        if count < 0:
            raise ValueError("slots are never handed back")
        with durable.told(self._path), self._locked() as header:
            slots = range(header.handed_out, header.handed_out + count)
            if slots.stop > self._slots_inside():
                self._grow(slots.stop)
            descriptor = self._file.fileno()
            durable.write_at(descriptor, Header(self.file_id, slots.stop).encode(), 0)
            self._handed_out = slots.stop
        return slots

    def _grow(self, slots: int) -> None:
        """Make room for so many slots. Durable before the header counts on it: see `_examine`."""
        descriptor = self._file.fileno()
        size = os.fstat(descriptor).st_size
        wanted = offset_of(-(-slots // _GROWTH) * _GROWTH)
        try:
            durable.write_at(descriptor, bytes(wanted - size), size)
            durable.flush(descriptor)
        except OSError:
            # Grown by half, or not durably: the next attempt has to see that it did not.
            os.ftruncate(descriptor, size)
            raise

    def _slots_inside(self) -> int:
        return (os.fstat(self._file.fileno()).st_size - HEADER_BYTES) // SLOT_BYTES

    @contextmanager
    def _locked(self) -> Iterator[Header]:
        """Hold the lock, sure that the path still names the file this object writes to."""
        try:
            with durable.locked(self._path, reading=self._reading) as locked:
                header = Header.decode(os.pread(locked, HEADER_BYTES, 0), self._path.name)
                same = os.path.sameopenfile(locked, self._file.fileno())
                older = header.handed_out < self._handed_out
                if not same or header.file_id != self.file_id or older:
                    raise slot_damage.replaced(self._path)
                self._handed_out = header.handed_out
                if self._slots_inside() < header.handed_out:
                    raise slot_damage.cut_off(self._path, self._slots_inside(), header.handed_out)
                yield header
        except FileNotFoundError:
            raise slot_damage.replaced(self._path) from None

    def _look_again(self, slot: int) -> dict[int, bytes]:
        """Judge one slot under the lock: a reader may have met a shredding half-way."""
        with self._locked():
            block = os.pread(self._file.fileno(), SLOT_BYTES, offset_of(slot))
        return slot_damage.judged(slot, block, self._path)

    def _blocks(self, ordered: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Each slot with its bytes, fewer than 64 past the end of the file."""
        at = 0
        for run in runs_of(ordered, gap=_READ_THROUGH):
            data = os.pread(self._file.fileno(), len(run) * SLOT_BYTES, offset_of(run.start))
            while at < len(ordered) and ordered[at] < run.stop:
                start = (ordered[at] - run.start) * SLOT_BYTES
                yield ordered[at], data[start : start + SLOT_BYTES]
                at += 1


def _examine(locked: int, path: Path, *, reading: bool) -> Header:
    """The header of a file under lock, after checking that its slots are all there."""
    header = Header.decode(os.pread(locked, HEADER_BYTES, 0), str(path))
    size = os.fstat(locked).st_size
    if size < offset_of(header.handed_out):
        held = (size - HEADER_BYTES) // SLOT_BYTES
        raise slot_damage.cut_off(path, held, header.handed_out)
    return header if reading else _count_on(locked, header, size)


def _count_on(locked: int, header: Header, size: int) -> Header:
    """Move the counter past slots written beyond it.

    Power loss can keep a slot and lose the header written before it. Nothing committed uses such a
    slot, but a number handed out stays handed out.
    """
    beyond = os.pread(locked, size - offset_of(header.handed_out), offset_of(header.handed_out))
    used = -(-len(beyond.rstrip(b"\0")) // SLOT_BYTES)
    if used == 0:
        return header
    header = Header(header.file_id, header.handed_out + used)
    durable.write_at(locked, header.encode(), 0)
    durable.flush(locked)
    return header


def _holds_a_key(slot: int, block: bytes) -> bool:
    return state_of(slot, block) in (SlotState.LIVE, SlotState.DAMAGED)
