"""`memsvc doctor` as people call it."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from memsvc.cli.settings_findings import unread
from memsvc.cli.variables import described, variables
from memsvc.config import Settings
from tests.serving.server import KEY, Server
from tests.serving.test_commands import command


def doctor(folder: Path, *options: str, **environment: str) -> tuple[int, list[str]]:
    done = command(folder, "doctor", *options, **environment)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def report(folder: Path, **environment: str) -> tuple[int, dict[str, Any]]:
    code, lines = doctor(folder, "--json", **environment)
    return code, json.loads("\n".join(lines))


def line(lines: list[str], check: str) -> str:
    [found] = [one for one in lines if one.split()[1] == check]
    return found


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    server = Server(tmp_path / "data", tmp_path)
    server.ask("POST", "/memories", {"memories": [{"content": "canary", "user_id": "canary"}]})
    server.stop()
    return tmp_path / "data"


def test_with_the_real_model_beside_the_running_service(started: Server) -> None:
    memories = [{"content": f"The harbour froze in winter {n}."} for n in range(20)]
    started.ask("POST", "/memories", {"memories": memories}).raise_for_status()
    code, lines = doctor(started.folder, "--full", MEMSVC_EMBEDDING__BACKEND="onnx")
    assert code == 0, lines
    assert line(lines, "settings").startswith("ok")
    assert "all-MiniLM-L6-v2" in line(lines, "model")
    assert "embedded anew agree" in line(lines, "vectors")
    assert {one.split()[0] for one in lines[:-1]} <= {"ok", "warn"}


def test_a_model_that_is_not_exported_stays_so(stopped: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    code, lines = doctor(
        stopped, MEMSVC_EMBEDDING__BACKEND="onnx", MEMSVC_EMBEDDING__MODEL_DIR=str(models)
    )
    assert code == 0
    assert "not exported yet" in line(lines, "model")
    assert line(lines, "vectors").startswith("skipped")
    assert not models.exists()


def test_beside_a_service_under_load(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path)
    stop = threading.Event()

    def load() -> None:
        while not stop.is_set():
            body = {"memories": [{"content": f"canary {n}"} for n in range(5)]}
            [one, *_] = server.ask("POST", "/memories", body).json()["results"]
            server.ask("DELETE", f"/memories/{one['id']}").raise_for_status()

    thread = threading.Thread(target=load)
    thread.start()
    try:
        for _ in range(3):
            code, found = report(tmp_path / "data")
            assert (code, found["counts"]["FAIL"]) == (0, 0), found
    finally:
        stop.set()
        thread.join()
    assert "job_failed" not in server.said
    server.kill()
    code, found = report(tmp_path / "data")
    assert (code, found["counts"]["FAIL"]) == (0, 0), found


def test_what_is_broken_ends_with_status_1(stopped: Path) -> None:
    code, lines = doctor(stopped)
    assert code == 0
    assert lines[-1].startswith("Nothing is broken")
    (stopped / "keys.bin").unlink()
    code, lines = doctor(stopped)
    assert code == 1
    assert line(lines, "keys").startswith("FAIL")
    assert line(lines, "memories") == "skipped memories        keys failed"
    assert lines[-1].startswith("Something is broken")
    assert not (stopped / "keys.bin").exists()


def test_json_says_the_same(stopped: Path) -> None:
    (stopped / "root.key").chmod(0o644)
    code, found = report(stopped)
    _, lines = doctor(stopped)
    assert (code, found["ok"]) == (1, False)
    assert len(found["findings"]) == len(lines) - 1
    for one, said in zip(found["findings"], lines[:-1], strict=True):
        # Free space may change in between.
        if one["check"] != "disk":
            assert said.split()[0] == one["level"]
            assert one["found"] in said
            assert said.endswith(one["remedy"])


def test_nothing_secret_is_printed(stopped: Path) -> None:
    _, lines = doctor(stopped, "--full", MEMSVC_BACKUP_PASSPHRASE="short hunter2")
    root = (stopped / "root.key").read_text().strip()
    for secret in ("canary", "hunter2", KEY, root):
        assert secret not in "\n".join(lines)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"MEMSVC_PORT": "high"}, "MEMSVC_PORT: "),
        ({"MEMSVC_TIER": "nonsense"}, "MEMSVC_TIER: "),
        ({"MEMSVC_EMBEDDING": "{half"}, "no JSON"),
        ({"MEMSVC_DATABASE_URL": "mysql://x"}, "names no database"),
    ],
)
def test_settings_that_cannot_be_read_end_it_there(
    tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    code, lines = doctor(tmp_path, **environment)
    assert code == 1
    assert said in "\n".join(lines)
    assert line(lines, "work") == "skipped work            settings failed"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"MEMSVC_AUTH": "false", "MEMSVC_HOST": "0.0.0.0"}, "127.0.0.1"),  # noqa: S104
        ({"MEMSVC_ADMIN_KEY": "hunter2"}, "at least 16"),
        ({"MEMSVC_EMBEDDING__BACKEND": "openai_http"}, "MEMSVC_EMBEDDING__URL"),
    ],
)
def test_settings_that_keep_the_service_from_starting(
    tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    code, lines = doctor(tmp_path, **environment)
    assert code == 1
    assert said in "\n".join(one for one in lines if one.split()[1] == "settings")


def test_a_variable_that_nobody_reads(stopped: Path) -> None:
    code, lines = doctor(
        stopped,
        MEMSVC_EMBEDDING_MODEL="x",
        MEMSVC_LIMITS__REQUEST_PER_S="1",
        MEMSVC_TEST_RACES="1",
        MEMSVC_KEY="x",
        memsvc_workers="1",
    )
    assert code == 0
    said = [one for one in lines if "is no setting" in one]
    assert len(said) == 2
    assert "MEMSVC_EMBEDDING_MODEL" in said[0]
    assert "Do you mean MEMSVC_EMBEDDING__MODEL?" in said[0]
    assert "Do you mean MEMSVC_LIMITS__REQUESTS_PER_S?" in said[1]


def test_every_setting_is_known_by_its_variable() -> None:
    listed = [line.partition("=")[0] for line in described(Settings) if line[0] != " "]
    assert set(listed) <= set(variables(Settings))
    assert unread([*listed, "HOME", "MEMSVC_EMBEDDING"]) == []
    [found] = unread(["MEMSVC_ZZZZZZZZ"])
    assert "memsvc settings" in found.remedy


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    code, lines = doctor(tmp_path, "--data-dir", str(folder))
    assert code == 1
    assert f"there is no {folder}" in line(lines, "data")
    assert not folder.exists()
