"""A full disk: a forget request is whole or not at all, keys are destroyed, and later it ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from memsvc.sealing.slots import SlotFile
from tests.faults.asking import add, assert_calm, held, problem
from tests.faults.forgetting_asking import REQUESTS, closed, order, standing
from tests.faults.test_full_disk import Fill, fill, server, small_disk
from tests.serving.server import Server

__all__ = ["fill", "server", "small_disk"]

THEIRS = [f"theirs{number}" for number in range(4)]
BEFORE = {f"m{number}" for number in range(12)}
WHO = {"subject_ids": ["somebody-to-forget"]}


def fill_in(server: Server) -> None:
    """Memories of somebody who will be forgotten."""
    drafts: list[dict[str, Any]] = [
        {"id": name, "content": f"{name} is said", "user_id": WHO["subject_ids"][0]}
        for name in THEIRS
    ]
    server.ask("POST", "/memories", {"memories": drafts}).raise_for_status()


def living_keys(folder: Path) -> dict[int, bytes]:
    """The keys that there are, by slot."""
    file = SlotFile.open(folder / "keys.bin", reading=True)
    try:
        return file.read(range(file.handed_out()))
    finally:
        file.close()


@pytest.mark.timeout(120)
def test_an_order_is_whole_or_not_at_all(server: Server, fill: Fill) -> None:
    fill_in(server)
    make_room = fill(server)
    # Room that is left in the log by chance is used up.
    for number in range(300):
        if add(server, f"late{number}").status_code != 201:
            break
    answer = order(server, "r1", **WHO)
    shown = held(server) & set(THEIRS)
    if answer.status_code == 202:
        assert not shown
    else:
        assert "free some space" in problem(answer, 507, "storage_full")
        assert shown == set(THEIRS)
        assert server.client.get(f"{REQUESTS}/r1").status_code == 404
    make_room()
    # 409: what was taken before is over by now.
    assert order(server, "r1", **WHO).status_code in {202, 409}
    closed(server, "r1")
    left = held(server)
    assert not left & set(THEIRS)
    assert left >= BEFORE
    assert_calm(server)


@pytest.mark.timeout(180)
def test_what_was_ordered_ends_when_there_is_room(server: Server, fill: Fill) -> None:
    others = living_keys(server.folder)
    fill_in(server)
    theirs = living_keys(server.folder).keys() - others.keys()
    assert len(theirs) >= len(THEIRS)
    assert order(server, "r1", **WHO).status_code == 202
    make_room = fill(server)
    # As far as it comes: what it waits for is room.
    _until(lambda: _waits_or_is_closed(server))
    assert not held(server) & set(THEIRS)
    make_room()
    told = closed(server, "r1")
    assert told["waits_for"] is None
    left = living_keys(server.folder)
    assert not theirs & left.keys()
    assert others.items() <= left.items()
    assert not held(server) & set(THEIRS)
    server.kill()
    server.start()
    assert held(server) == BEFORE
    assert standing(server, "r1")["status"] == "closed"
    assert_calm(server)


def _waits_or_is_closed(server: Server) -> bool:
    told = standing(server, "r1")
    return told["waits_for"] is not None or told["status"] == "closed"


def _until(true: Callable[[], bool], seconds: float = 4) -> bool:
    """Whether it became true within these seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False
