"""Readers together, writers alone, a waiting writer first."""

from __future__ import annotations

import threading

import pytest

from memsvc.index.lock import ReadWriteLock

SOON = 10.0


def test_readers_read_together() -> None:
    lock, together = ReadWriteLock(), threading.Barrier(2)

    def read() -> None:
        with lock.reading():
            together.wait(SOON)

    other = threading.Thread(target=read)
    other.start()
    read()
    other.join()
    assert not together.broken


def test_a_waiting_writer_goes_before_new_readers() -> None:
    lock, order = ReadWriteLock(), list[str]()

    def write() -> None:
        with lock.writing():
            order.append("write")

    def read() -> None:
        with lock.reading():
            order.append("read")

    writer, reader = threading.Thread(target=write), threading.Thread(target=read)
    with lock.reading():
        writer.start()
        while not lock._writers_waiting:
            threading.Event().wait(0.001)
        reader.start()
        reader.join(0.05)
        assert order == []
    writer.join(SOON)
    reader.join(SOON)
    assert order == ["write", "read"]


def test_writers_write_alone() -> None:
    lock, count = ReadWriteLock(), 0

    def write() -> None:
        nonlocal count
        for _ in range(500):
            with lock.writing():
                held = count
                threading.Event().wait(0)
                count = held + 1

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count == 2000


@pytest.mark.parametrize("side", ["reading", "writing"])
def test_an_error_lets_go(side: str) -> None:
    lock = ReadWriteLock()
    with pytest.raises(ZeroDivisionError), getattr(lock, side)():
        raise ZeroDivisionError
    with lock.writing():
        pass
