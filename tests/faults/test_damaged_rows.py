"""One damaged memory: it is named, it can be deleted, and all others are served."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from memsvc.operations.sparing import MOST
from memsvc.sealing.slot_format import offset_of
from tests.faults.asking import add, assert_calm, found, held, problem
from tests.serving.server import Server

NAMES = [f"m{number}" for number in range(40)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "data", tmp_path)
    add(server, *NAMES).raise_for_status()
    yield server
    server.kill()


def spoil_row(folder: Path, name: str, column: str = "sealed") -> None:
    """Turn one bit of the sealed text, or of the vector, as a disk may."""
    table = "vectors" if column == "vector" else "memories"
    with closing(sqlite3.connect(folder / "memsvc.db")) as database, database:
        number, agent_key = database.execute(
            "SELECT number, agent_key FROM memories WHERE id = ?", (name,)
        ).fetchone()
        place = (number, agent_key)
        where = "WHERE number = ? AND agent_key = ?"
        [sealed] = database.execute(f"SELECT sealed FROM {table} {where}", place).fetchone()
        spoiled = sealed[:-1] + bytes([sealed[-1] ^ 1])
        database.execute(f"UPDATE {table} SET sealed = ? {where}", (spoiled, *place))


def spoil_slot(folder: Path, name: str) -> None:
    with closing(sqlite3.connect(folder / "memsvc.db")) as database:
        [slot] = database.execute("SELECT key_slot FROM memories WHERE id = ?", (name,)).fetchone()
    with (folder / "keys.bin").open("r+b") as file:
        file.seek(offset_of(slot) + 30)
        file.write(b"damage")


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
def test_the_others_are_served(server: Server, restarted: bool) -> None:
    assert found(server, "m7 says")[0] == "m7"
    spoil_row(server.folder, "m7")
    spoil_row(server.folder, "m17", "vector")
    spoil_slot(server.folder, "m27")
    if restarted:
        server.kill()
        server.start()

    text = problem(server.ask("GET", "/memories/m7"), 500, "keys_damaged")
    assert "m7" in text
    assert "Restore both from one backup, or delete the memory" in text
    slot = problem(server.ask("GET", "/memories/m27"), 500, "keys_damaged")
    assert "restore keys.bin from the key backup, or forget the memory" in slot
    assert problem(server.ask("GET", "/memories"), 500, "keys_damaged") in {text, slot}
    # The text is whole, and the vector was read before.
    unseen = {"m7", "m17", "m27"} if restarted else {"m7", "m27"}
    assert set(found(server, "m7 says", limit=50)) == set(NAMES) - unseen
    assert "memory_damaged" in server.said
    add(server, "new").raise_for_status()
    assert server.ask("PATCH", "/memories/m8", {"content": "m8 anew"}).status_code == 200
    assert found(server, "m8 anew")[0] == "m8"

    for name in ("m7", "m17", "m27"):
        assert server.ask("DELETE", f"/memories/{name}").status_code == 204
    assert held(server) == {*NAMES, "new"} - {"m7", "m17", "m27"}
    assert_calm(server, allowed=["memory_damaged"])


def test_too_many_are_no_accident(server: Server) -> None:
    server.stop()
    for name in NAMES[: MOST + 1]:
        spoil_row(server.folder, name)
    server.start()
    search = server.ask("POST", "/search", {"query": "m30", "limit": 3})
    assert "Restore" in problem(search, 500, "keys_damaged")
    assert "Restore" in problem(add(server, "new"), 500, "keys_damaged")
    other = {"memories": [{"content": "of another agent"}]}
    path = "/v1/agents/a2/memories"
    assert server.client.post(path, json=other).status_code == 201
    assert_calm(server)


def test_the_key_of_an_agent(server: Server) -> None:
    server.stop()
    with closing(sqlite3.connect(server.folder / "memsvc.db")) as database, database:
        database.execute("UPDATE agents SET wrapped_key = zeroblob(60) WHERE agent_id = 'a1'")
    server.start()
    search = server.ask("POST", "/search", {"query": "m30", "limit": 3})
    assert "restore the root key" in problem(search, 500, "keys_damaged")
    assert "restore the root key" in problem(add(server, "new"), 500, "keys_damaged")
    assert_calm(server)
