"""The start as a newcomer sees it, with the real model."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import psutil
import pytest

from memsvc.bench.client import LoadFailed
from tests.serving.server import Server


def test_a_second_start_is_quick_small_and_without_torch(started: Server) -> None:
    process = psutil.Process(started.process.pid)
    libraries = {Path(one.path).name for one in process.memory_maps()}
    assert not any("torch" in name for name in libraries)
    # Bars with room for a busy machine; `memsvc bench load` prints the figures.
    assert started.seconds_to_ready < 10
    assert process.memory_info().rss < 380 * 2**20


def test_the_pasted_example_works_and_the_key_is_shown_once(started: Server) -> None:
    assert len(re.findall(r"msk_\S+", started.said)) == 3  # the key, and twice in the example
    assert "Use your key" in started.said
    commands = re.findall(r"^curl .*$", started.said, re.MULTILINE)
    port = re.findall(r"listens on http://127.0.0.1:(\d+)", started.said)[-1]
    answers = [
        subprocess.run(
            ["bash", "-c", re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}", command)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for command in commands
    ]
    assert '"event":"added"' in answers[0]
    assert "Ana moved to Lisbon in May." in answers[1]


def test_a_start_on_another_model_names_the_way_out(started: Server, tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path, MEMSVC_EMBEDDING__DIMENSION="32")
    server.ask("POST", "/memories", {"memories": [{"content": "of the old model"}]})
    server.stop()
    with pytest.raises(LoadFailed, match="memsvc reindex"):
        Server(tmp_path / "data", tmp_path, MEMSVC_EMBEDDING__DIMENSION="48")
