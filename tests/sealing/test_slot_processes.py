"""The slot file between processes: killed, racing, forked, and on a full disk."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from memsvc.sealing.slots import SlotFile

PAYLOAD = b"%060d"

ALLOCATE = """
import sys
from pathlib import Path
from memsvc.sealing.slots import SlotFile
file = SlotFile.open(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    slots = file.allocate(3, lambda slot: b"%060d" % slot)
    file.sync()
    print(*slots, flush=True)
file.close()
"""

ALLOCATE_FORKED = """
import os, sys
from pathlib import Path
from memsvc.sealing.slots import SlotFile
file = SlotFile.open(Path(sys.argv[1]))
process = os.fork()
slots = [file.allocate(1, lambda slot: b"%060d" % slot).start for _ in range(500)]
if process:
    assert os.waitpid(process, 0)[1] == 0
print(*slots, flush=True)
file.close()
"""

SHRED_ALL = """
import sys
from pathlib import Path
from memsvc.sealing.slots import SlotFile
file = SlotFile.open(Path(sys.argv[1]))
for start in range(0, int(sys.argv[2]), 400):
    file.shred(range(start, start + 400))
file.close()
"""

SHRED_WITHOUT_SPACE = """
import os, resource, sys
from pathlib import Path
from memsvc.errors import StorageFull
from memsvc.sealing.slots import SlotFile
path = Path(sys.argv[1])
size = path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
file = SlotFile.open(path)
try:
    file.allocate(2000, bytes)
except StorageFull:
    print("full")
print(file.shred(range(0, 1024, 2)), path.stat().st_size == size)
file.close()
"""


@contextmanager
def child(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A Python process running the code, killed at the end if it still runs."""
    command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def slots_told(output: str) -> list[int]:
    """The numbers on the whole lines of a child's output."""
    return [
        int(word)
        for line in output.splitlines(keepends=True)
        if "\n" in line
        for word in line.split()
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    SlotFile.create(tmp_path / "keys.bin").close()
    return tmp_path / "keys.bin"


def test_killed_processes_lose_nothing_told_and_no_number_comes_twice(path: Path) -> None:
    told: list[int] = []
    for pause in (0.0, 0.01, 0.03, 0.05):
        with child(ALLOCATE, path, 1_000_000) as process:
            assert process.stdout is not None
            first = process.stdout.readline()
            time.sleep(pause)
            process.send_signal(signal.SIGKILL)
            told += slots_told(first + process.stdout.read())
        file = SlotFile.open(path)
        own = file.allocate(2, lambda slot: PAYLOAD % slot)
        told += own
        assert file.read(told) == {slot: PAYLOAD % slot for slot in told}
        file.close()
    assert len(told) == len(set(told)) >= 20


def test_two_processes_get_disjoint_slots(path: Path) -> None:
    with child(ALLOCATE, path, 300) as one, child(ALLOCATE, path, 300) as other:
        told = slots_told(one.communicate()[0]) + slots_told(other.communicate()[0])
    assert sorted(told) == list(range(1800))
    file = SlotFile.open(path)
    assert file.read(told) == {slot: PAYLOAD % slot for slot in told}
    file.close()


def test_a_forked_child_and_its_parent_get_disjoint_slots(path: Path) -> None:
    with child(ALLOCATE_FORKED, path) as process:
        assert sorted(slots_told(process.communicate()[0])) == list(range(1000))


def test_shredding_works_without_disk_space(path: Path) -> None:
    file = SlotFile.open(path)
    file.allocate(1024, lambda slot: PAYLOAD % slot)
    file.sync()
    with child(SHRED_WITHOUT_SPACE, path) as process:
        assert process.communicate()[0].split() == ["full", "512", "True"]
    assert sorted(file.read(range(1024))) == list(range(1, 1024, 2))
    file.close()


def test_a_reader_never_takes_another_process_shredding_for_damage(path: Path) -> None:
    file = SlotFile.open(path)
    file.allocate(20_000, lambda slot: PAYLOAD % slot)
    with child(SHRED_ALL, path, 20_000) as process:
        while process.poll() is None:
            file.read(range(20_000))
    assert process.returncode == 0
    assert file.read(range(20_000)) == {}
    file.close()
