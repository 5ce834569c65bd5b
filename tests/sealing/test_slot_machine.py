"""The slot file against a dictionary: whatever is done in whatever order, both say the same."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from memsvc.sealing.slot_format import HEADER_BYTES, Header
from memsvc.sealing.slots import SlotFile


class SlotFileMachine(RuleBasedStateMachine):
    """Live slots with their payloads, and how many were ever handed out."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        self.path = self.directory / "keys.bin"
        self.file = SlotFile.create(self.path)
        self.live: dict[int, bytes] = {}
        self.handed_out = 0

    @rule(count=st.integers(0, 5) | st.integers(1000, 1100))
    def allocate(self, count: int) -> None:
        made: dict[int, bytes] = {}

        def payload_for(slot: int) -> bytes:
            return made.setdefault(slot, os.urandom(60))

        slots = self.file.allocate(count, payload_for)
        assert slots == range(self.handed_out, self.handed_out + count)
        self.live |= made
        self.handed_out += count

    @precondition(lambda self: self.handed_out)
    @rule(data=st.data())
    def shred(self, data: st.DataObject) -> None:
        some = st.lists(st.integers(0, self.handed_out + 3), max_size=6)
        part = st.builds(range, st.integers(0, self.handed_out), st.integers(0, self.handed_out))
        slots = list(data.draw(some | part))
        expected = len(self.live.keys() & set(slots))
        assert self.file.shred(slots) == expected
        raw = self.path.read_bytes()
        for slot in slots:
            payload = self.live.pop(slot, None)
            assert payload is None or payload not in raw

    @precondition(lambda self: self.handed_out)
    @rule(data=st.data())
    def replace(self, data: st.DataObject) -> None:
        some = st.lists(st.integers(0, self.handed_out - 1), max_size=6)
        part = st.builds(range, st.integers(0, self.handed_out), st.integers(0, self.handed_out))
        slots = list(data.draw(some | part))
        held = {slot: self.live[slot] for slot in slots if slot in self.live}
        fresh = {slot: os.urandom(60) for slot in held if slot % 3}

        def fresh_for(payloads: Mapping[int, bytes]) -> dict[int, bytes]:
            assert payloads == held
            return fresh

        self.file.replace(slots, fresh_for)
        self.live |= fresh
        raw = self.path.read_bytes()
        assert not any(held[slot] in raw for slot in fresh)

    @rule()
    def sync(self) -> None:
        self.file.sync()

    @rule()
    def reopen(self) -> None:
        self.file.close()
        self.file = SlotFile.open(self.path)

    @precondition(lambda self: self.handed_out and self.live.get(self.handed_out - 1))
    @rule(back=st.integers(1, 5))
    def reopen_with_an_older_header(self, back: int) -> None:
        header = Header(self.file.file_id, max(0, self.handed_out - back))
        self.file.close()
        with self.path.open("r+b") as raw:
            assert raw.write(header.encode()) == HEADER_BYTES
        self.file = SlotFile.open(self.path)

    @invariant()
    def reads_what_the_dictionary_holds(self) -> None:
        assert self.file.handed_out() == self.handed_out
        assert self.file.read(range(self.handed_out)) == self.live

    def teardown(self) -> None:
        self.file.close()
        shutil.rmtree(self.directory)


TestSlotFile = SlotFileMachine.TestCase
TestSlotFile.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
