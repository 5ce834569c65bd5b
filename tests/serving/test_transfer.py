"""`memsvc export` and `memsvc import` as they are run: beside services, and killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.serving.server import KEY, Server
from tests.serving.test_commands import command

COUNT = 2500


def filled(server: Server) -> None:
    """Thousands of memories, one reworded and one that rests on others."""
    for start in range(0, COUNT, 500):
        drafts = [
            {"content": f"note {number} about boats", "id": f"n{number}", "user_id": "ann"}
            for number in range(start, start + 500)
        ]
        assert server.ask("POST", "/memories", {"memories": drafts}).status_code == 201
    server.ask("PATCH", "/memories/n7", {"content": "note seven", "importance": 0.25})
    rests = {"content": "All of it.", "id": "sum", "source_ids": ["n1", "n2"]}
    server.ask("POST", "/memories", {"memories": [rests]})


def everything(server: Server) -> list[dict[str, Any]]:
    """All memories as the API tells them, but for what time does to them."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = server.ask("GET", f"/memories?limit=500{cursor}").json()
        found += [{**one, "retention": None} for one in page["memories"]]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def killed_under_way(folder: Path, file: Path, server: Server, **environment: str) -> int:
    """Begin an import and kill it in its midst; how many memories the service has then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "memsvc", "import", str(file)],
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "MEMSVC_DATA_DIR": str(folder),
            "MEMSVC_EMBEDDING__BACKEND": "hashing",
            "MEMSVC_ADMIN_KEY": KEY,
            **environment,
        },
    )
    try:
        while server.ask("GET", "/memories?limit=1").json().get("total", 0) < 300:
            assert process.poll() is None, "it was too quick to be killed"
            time.sleep(0.001)
    finally:
        process.kill()
        process.wait()
    return int(server.ask("GET", "/memories?limit=1").json()["total"])


def test_memories_move_between_services_that_run(tmp_path: Path, any_url: str) -> None:
    (tmp_path / "old").mkdir()
    old = Server(tmp_path / "old" / "data", tmp_path / "old")
    new = Server(tmp_path / "data", tmp_path, MEMSVC_DATABASE_URL=any_url)
    try:
        filled(old)
        file = tmp_path / "moved.jsonl"
        done = command(tmp_path / "old" / "data", "export", str(file), "--agents", "a?")
        assert done.returncode == 0, done.stderr
        assert f"{COUNT + 1} memories (agents: 1)" in done.stderr
        assert "Exporting" in done.stderr
        whole = file.read_bytes()
        assert all(json.loads(line) for line in whole.splitlines())
        refused = command(tmp_path / "old" / "data", "export", str(file))
        assert (refused.returncode, "begun for agents a?" in refused.stderr) == (1, True)
        file.write_bytes(whole[: len(whole) // 2])
        done = command(tmp_path / "old" / "data", "export", str(file), "--agents", "a?")
        assert (done.returncode, file.read_bytes() == whole) == (0, True)

        stored = killed_under_way(tmp_path / "data", file, new, MEMSVC_DATABASE_URL=any_url)
        assert stored < COUNT
        # The service goes on writing to the agent, and knows by content what came in.
        [same] = new.ask(
            "POST", "/memories", {"memories": [{"content": "Note 0 about boats", "user_id": "ann"}]}
        ).json()["results"]
        assert same == {"id": "n0", "event": "duplicate", "affected": []}
        done = command(tmp_path / "data", "import", str(file), MEMSVC_DATABASE_URL=any_url)
        assert done.returncode == 0, done.stderr
        assert f"{COUNT + 1 - stored} imported, {stored} there already, 0 in" in done.stderr
        assert "Importing" in done.stderr

        assert everything(new) == everything(old)
        asked = {"query": "note seven", "limit": 1}
        [hit] = new.ask("POST", "/search", asked).json()["results"]
        assert (hit["memory"]["id"], hit["memory"]["importance"]) == ("n7", 0.25)
        assert new.ask("DELETE", "/memories/n1").status_code == 204
        assert new.ask("GET", "/memories/sum").json()["status"] == "quarantined"
    finally:
        old.stop()
        new.stop()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["away.json", "--from", "mem0"],
            "memsvc: The other store cannot be read. FILE is not there: give a file, a folder "
            "or a URL.",
        ),
        (
            ["other.json"],
            "memsvc: The export cannot be written or imported. FILE is no export of memsvc. "
            "For another store's give --from mem0 or --from langgraph.",
        ),
    ],
)
def test_what_cannot_be_imported_is_told_without_a_bar(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "other.json").write_text('{"results": []}\n')
    file = str(tmp_path / arguments[0])
    done = command(tmp_path / "data", "import", file, *arguments[1:])
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == said.replace("FILE", file)
    assert "Importing" not in done.stderr
    assert "" not in done.stderr.splitlines()


def test_a_conflict_and_a_file_cut_off_are_told(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "x"
    server = Server(data, tmp_path)
    try:
        drafts = [{"content": f"note {number}", "id": f"n{number}"} for number in range(3)]
        server.ask("POST", "/memories", {"memories": drafts})
        command(data, "export", str(file))
        server.ask("PATCH", "/memories/n1", {"content": "changed"})
        told = command(data, "import", str(file))
        assert told.returncode == 0
        assert "0 imported, 2 there already, 1 in conflict" in told.stderr
        assert "lines 3." in told.stderr
        assert server.ask("GET", "/memories/n1").json()["content"] == "changed"

        file.write_bytes(file.read_bytes()[:-60])
        refused = command(data, "import", str(file), "--tenant", "acme")
        assert refused.returncode == 1
        assert "line 4 is damaged or cut off" in refused.stderr.replace("\n", " ")
        assert "Traceback" not in refused.stderr
        assert "note" not in refused.stderr
    finally:
        server.stop()
