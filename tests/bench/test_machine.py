"""Memory and load are what the kernel says."""

from __future__ import annotations

import os
import sys

import psutil
import pytest

from memsvc.bench.client import LoadFailed
from memsvc.bench.machine import Pauses, memory_of, this_machine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")


def test_memory_is_that_of_the_process() -> None:
    memory = memory_of(os.getpid())

    assert memory.resident == pytest.approx(psutil.Process().memory_info().rss / 2**20, rel=0.05)
    assert 0 < memory.mapped < memory.resident <= memory.peak


def test_a_process_that_is_gone_cannot_be_measured() -> None:
    with pytest.raises(LoadFailed, match="cannot be read"):
        memory_of(2**22 + 1)


def test_the_machine_is_described() -> None:
    machine = this_machine()

    assert machine.cpu
    assert machine.cores == os.cpu_count()
    assert machine.date.endswith("Z")
    assert "numpy" in machine.libraries


def test_pauses_tell_what_others_use() -> None:
    pauses = Pauses()
    pauses.rest(0.1)

    assert pauses.others is not None
    assert 0.0 <= pauses.others <= 1.0
    assert Pauses().others is None
