"""The commands beside `serve`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from memsvc.cli.variables import described
from memsvc.config import Settings
from tests.serving.server import KEY, Server


def command(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "memsvc", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "MEMSVC_DATA_DIR": str(folder),
            "MEMSVC_EMBEDDING__BACKEND": "hashing",
            "MEMSVC_ADMIN_KEY": KEY,
            **environment,
        },
    )


def test_reindex_embeds_anew_after_a_change_of_model(tmp_path: Path) -> None:
    data = tmp_path / "data"
    server = Server(data, tmp_path, MEMSVC_EMBEDDING__DIMENSION="32")
    texts = [f"note {place} about the harbour" for place in range(150)]
    server.ask("POST", "/memories", {"memories": [{"content": text} for text in texts]})
    server.stop()

    done = command(data, "reindex", MEMSVC_EMBEDDING__DIMENSION="48")
    assert done.returncode == 0, done.stderr
    assert "150 memories embedded anew" in done.stderr
    again = command(data, "reindex", MEMSVC_EMBEDDING__DIMENSION="48")
    assert "0 memories embedded anew" in again.stderr

    server = Server(data, tmp_path, MEMSVC_EMBEDDING__DIMENSION="48")
    body = {"query": "note 77 about the harbour", "limit": 1}
    [hit] = server.ask("POST", "/search", body).json()["results"]
    assert hit["memory"]["content"] == "note 77 about the harbour"
    assert server.ask("GET", "/memories").json()["total"] == 150
    server.stop()


def test_keys_are_made_listed_and_revoked_beside_a_running_server(tmp_path: Path) -> None:
    data = tmp_path / "data"
    server = Server(data, tmp_path)
    server.ask("POST", "/memories", {"memories": [{"content": "x"}]})
    made = command(data, "keys", "create", "--role", "agent", "--agents", "a*", "--name", "bot")
    key = made.stdout.strip()
    headers = {"X-API-Key": key}
    base = str(server.client.base_url).rstrip("/")
    assert httpx.get(f"{base}/v1/agents/a1/memories", headers=headers).status_code == 200
    assert httpx.get(f"{base}/v1/agents/b1/memories", headers=headers).status_code == 404

    listed = command(data, "keys", "list").stdout
    assert "bot" in listed
    assert key not in listed
    [line] = [line for line in listed.splitlines() if "bot" in line]
    assert command(data, "keys", "revoke", line.split()[0]).returncode == 0
    refused = command(data, "keys", "revoke", line.split()[0])
    assert (refused.returncode, "No such key" in refused.stderr) == (1, True)
    server.stop()


def test_the_last_admin_key_stays(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path)
    server.stop()
    [line] = command(tmp_path / "data", "keys", "list").stdout.splitlines()
    refused = command(tmp_path / "data", "keys", "revoke", line.split()[0])
    assert refused.returncode == 1
    assert "last admin key" in refused.stderr


def test_migrate_says_whether_there_was_anything_to_do(tmp_path: Path) -> None:
    assert "migrated" in command(tmp_path / "data", "migrate").stderr
    assert "Nothing to migrate" in command(tmp_path / "data", "migrate").stderr


def test_what_cannot_be_distributed_is_not_migrated_first(tmp_path: Path) -> None:
    done = command(tmp_path / "data", "migrate", "--distributed")
    assert done.returncode == 1
    assert done.stderr.startswith("memsvc: The tables cannot be distributed. Only a PostgreSQL")
    assert not (tmp_path / "data").exists()


def test_settings_are_listed_with_their_meaning(tmp_path: Path) -> None:
    said = command(tmp_path, "settings").stdout
    assert "MEMSVC_EMBEDDING__MODEL=all-MiniLM-L6-v2" in said
    assert said.splitlines() == list(described(Settings))


@pytest.mark.parametrize(
    ("arguments", "environment", "remedy"),
    [
        (["serve", "--no-auth", "--host", "0.0.0.0"], {}, "127.0.0.1"),  # noqa: S104
        (["serve", "--port", "0"], {"MEMSVC_ADMIN_KEY": "short"}, "16 characters"),
        (["serve", "--port", "0"], {"MEMSVC_TIER": "nonsense"}, "MEMSVC_TIER"),
        (
            ["serve", "--port", "0"],
            {"MEMSVC_EMBEDDING__BACKEND": "onnx", "MEMSVC_EMBEDDING__MODEL": "/no/such/model"},
            "model",
        ),
    ],
)
def test_a_start_that_cannot_be_says_why_in_one_line(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], remedy: str
) -> None:
    done = command(tmp_path / "data", *arguments, **environment)
    assert done.returncode == 1
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr
