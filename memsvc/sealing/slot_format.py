"""The bytes of `keys.bin`: a 64-byte header, then 64-byte slots.

Header: magic, version, slot size, file id, number of slots handed out, CRC. Slot: CRC over number
and payload, then 60 bytes of payload. Slots are aligned to their size, so none straddles a disk
sector and an overwrite reaches the disk whole or not at all.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from zlib import crc32

from memsvc.errors import KeysDamaged

SLOT_BYTES = 64
PAYLOAD_BYTES = 60
HEADER_BYTES = 64
FILE_ID_BYTES = 16

UNWRITTEN = bytes(SLOT_BYTES)
SHREDDED = b"SHREDDED" * (SLOT_BYTES // 8)

_LONGEST_READ = 16_384
"""Slots per read: 1 MiB."""

_MAGIC = b"MSVCKEYS"
_VERSION = 1
_HEADER = struct.Struct(">8sHH4x16sQ20xI")
_WORD = 0xFFFF_FFFF
_RESTORE = "restore it from the key backup"


@dataclass(frozen=True, slots=True)
class Header:
    """Which file this is, and how many slots were ever handed out: the number of the next one."""

    file_id: bytes
    handed_out: int

    def encode(self) -> bytes:
        """64 bytes."""
        body = _HEADER.pack(_MAGIC, _VERSION, SLOT_BYTES, self.file_id, self.handed_out, 0)[:-4]
        return body + crc32(body).to_bytes(4, "big")

    @classmethod
    def decode(cls, data: bytes, name: str) -> Header:
        """Read a header back; KeysDamaged, naming the file and the remedy, when it is not one."""
        if len(data) < HEADER_BYTES:
            raise KeysDamaged(f"{name} is cut off within its header: {_RESTORE}")
        magic, version, slot_bytes, file_id, handed_out, checksum = _HEADER.unpack(data)
        if magic != _MAGIC:
            raise KeysDamaged(f"{name} is not a key file of memsvc: {_RESTORE}")
        if checksum != crc32(data[:-4]):
            raise KeysDamaged(f"the header of {name} is damaged: {_RESTORE}")
        if (version, slot_bytes) != (_VERSION, SLOT_BYTES):
            raise KeysDamaged(
                f"{name} has format {version} with slots of {slot_bytes} bytes; this version reads"
                f" format {_VERSION} with {SLOT_BYTES}: run the memsvc that wrote it"
            )
        return cls(file_id, handed_out)


class SlotState(Enum):
    """What a slot's 64 bytes say."""

    LIVE = auto()
    SHREDDED = auto()
    UNWRITTEN = auto()
    DAMAGED = auto()


def offset_of(slot: int) -> int:
    """Where a slot begins, in bytes from the start of the file."""
    return HEADER_BYTES + slot * SLOT_BYTES


def encode_slot(slot: int, payload: bytes) -> bytes:
    """The 64 bytes of a live slot holding a 60-byte payload; ValueError for another length."""
    if len(payload) != PAYLOAD_BYTES:
        raise ValueError(f"a payload has {PAYLOAD_BYTES} bytes")
    return _checksum(slot, payload) + payload


def payload_of(block: bytes) -> bytes:
    """The 60 bytes kept in a live slot."""
    return block[SLOT_BYTES - PAYLOAD_BYTES :]


def state_of(slot: int, block: bytes) -> SlotState:
    """Tell a live slot from a shredded, a never written and a damaged one (also: cut off)."""
    if block == SHREDDED:
        return SlotState.SHREDDED
    if block == UNWRITTEN:
        return SlotState.UNWRITTEN
    if len(block) == SLOT_BYTES and block[:4] == _checksum(slot, block[4:]):
        return SlotState.LIVE
    return SlotState.DAMAGED


def _checksum(slot: int, payload: bytes) -> bytes:
    # Seeded with the number, so that a slot the disk put in the wrong place counts as damaged.
    return crc32(payload, slot & _WORD).to_bytes(4, "big")


def in_order(slots: Iterable[int]) -> list[int]:
    """Distinct slots, ascending. ValueError below 0, where the header is."""
    ordered = sorted(set(slots))
    if ordered and ordered[0] < 0:
        raise ValueError("slots are numbered from 0")
    return ordered


def runs_of(ordered: Sequence[int], gap: int) -> Iterator[range]:
    """Ranges that cover the ascending slots, reading through holes of up to `gap` slots."""
    if not ordered:
        return
    start = last = ordered[0]
    for slot in ordered:
        if slot - last > gap + 1 or slot - start >= _LONGEST_READ:
            yield range(start, last + 1)
            start = slot
        last = slot
    yield range(start, last + 1)
