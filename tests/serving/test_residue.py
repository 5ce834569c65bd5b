"""What lies on disk: in tier `shred` no plaintext at any time, and after a deletion no key.

A scan that cannot fail is no scan: the same one finds everything in tier `store`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from memsvc.core.residue import shapes, vector_shapes
from memsvc.embedding.hashing import HashingBackend
from memsvc.operations import scan
from memsvc.sealing.slots import SlotFile
from tests.serving.server import Server

CANARIES = {
    "content": "canarycontent walks by the quay",
    "user_id": "canaryuser@example.org",
    "subject": "canarysubject",
    "session": "canarysession",
    "speaker": "Canaryspeaker",
    "metadata": "canarymetadata",
    "tag": "canarytag",
    "query": "canaryquery quay",
    "object": "canaryobject",
}


def draft() -> dict[str, object]:
    return {
        "content": CANARIES["content"],
        "user_id": CANARIES["user_id"],
        "subject_ids": [CANARIES["subject"]],
        "session_id": CANARIES["session"],
        "speaker": CANARIES["speaker"],
        "metadata": {CANARIES["metadata"]: CANARIES["metadata"]},
        "tags": [CANARIES["tag"]],
        "kind": "semantic",
        "fact": {"subject": "x", "predicate": "likes", "object": CANARIES["object"]},
    }


NEEDLES = {name: shapes(text, piece=12) for name, text in CANARIES.items()}


def residue(*folders: Path) -> frozenset[str]:
    """Names of the canaries found in any file below the folders, in any shape."""
    return scan.residue(NEEDLES, folders).found


def live_through(server: Server) -> Iterator[str]:
    """Use every route with canaries, pausing after each step for a scan."""
    [added] = server.ask("POST", "/memories", {"memories": [draft()]}).json()["results"]
    yield "written"
    server.ask("POST", "/search", {"query": CANARIES["query"], "user_id": CANARIES["user_id"]})
    server.ask("GET", f"/memories?user_id={CANARIES['user_id']}")
    yield "searched"
    server.ask("PATCH", f"/memories/{added['id']}", {"content": CANARIES["content"] + " again"})
    yield "changed"
    refused = server.ask("POST", "/memories", {"memories": [draft() | {"x": CANARIES["content"]}]})
    assert refused.status_code == 422
    assert server.ask("GET", f"/memories/{CANARIES['user_id']}").status_code == 404
    yield "refused"
    assert server.ask("DELETE", f"/memories/{added['id']}").status_code == 204
    yield "deleted"
    time.sleep(2.5)
    yield "purged"


def test_no_plaintext_on_disk_at_any_time(tmp_path: Path) -> None:
    data, logs = tmp_path / "data", tmp_path / "logs"
    logs.mkdir()
    server = Server(data, logs)
    try:
        for step in live_through(server):
            assert residue(data, logs) == set(), step
    finally:
        server.stop()
    assert residue(data, logs) == set()


def test_the_same_scan_finds_all_in_tier_store_until_it_is_purged(tmp_path: Path) -> None:
    data, logs = tmp_path / "data", tmp_path / "logs"
    logs.mkdir()
    server = Server(data, logs, MEMSVC_TIER="store")
    at = {}
    try:
        for step in live_through(server):
            at[step] = residue(data)
    finally:
        server.stop()
    assert at["written"] == set(CANARIES) - {"query"}
    assert at["purged"] == set()
    assert residue(logs) == set()


def test_a_deleted_memorys_keys_are_destroyed_when_the_answer_comes(tmp_path: Path) -> None:
    """A copy of the database taken before the deletion opens nothing any more."""
    data = tmp_path / "data"
    server = Server(data, tmp_path)
    try:
        [kept] = server.ask("POST", "/memories", {"memories": [{"content": "kept"}]}).json()[
            "results"
        ]
        [added] = server.ask("POST", "/memories", {"memories": [draft()]}).json()["results"]
        before = _slots(data)
        assert len(before) == 5  # two memories, two people, one session
        server.ask("DELETE", f"/memories/{added['id']}")
        after = _slots(data)
        assert len(after) == 1
        for slot in before.keys() - after.keys():
            assert before[slot] not in (data / "keys.bin").read_bytes()
        assert server.ask("GET", f"/memories/{kept['id']}").status_code == 200
    finally:
        server.stop()


def _slots(data: Path) -> dict[int, bytes]:
    file = SlotFile.open(data / "keys.bin")
    try:
        return file.read(list(range(file.handed_out())))
    finally:
        file.close()


@pytest.mark.parametrize(("tier", "found"), [("shred", set()), ("store", {"vector"})])
def test_vectors_lie_sealed_too(tmp_path: Path, tier: str, found: set[str]) -> None:
    backend = HashingBackend(64)
    [row] = backend.run(backend.split(CANARIES["content"]), alone=True)
    needles = {"vector": vector_shapes(row.tolist())}
    data = tmp_path / "data"
    server = Server(data, tmp_path, MEMSVC_TIER=tier)
    try:
        server.ask("POST", "/memories", {"memories": [{"content": CANARIES["content"]}]})
        assert scan.residue(needles, [data]).found == found
    finally:
        server.stop()
