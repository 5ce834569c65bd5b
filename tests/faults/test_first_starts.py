"""Several first starts at the same moment: all come up, with one key and the same data."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.faults.asking import add, command, held
from tests.serving.server import KEY, Server

STARTS = """
import sys
from memsvc.config import Settings
from memsvc.operations.credentials import first_admin_key
from memsvc.wiring import build_runtime
print("ready", flush=True)
for line in sys.stdin:
    folder, url = line.split()
    settings = Settings(data_dir=folder, database_url=url, embedding={"backend": "hashing"})
    runtime = build_runtime(settings, lambda _line: None)
    print(first_admin_key(runtime, "default", ""), flush=True)
    runtime.close()
"""
"""Starts at the word: loading libraries takes long enough to part any two."""


@pytest.fixture(scope="module")
def starters() -> Iterator[list[subprocess.Popen[str]]]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", STARTS]
    with ExitStack() as stack:
        starters = [
            stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))
            for _ in range(3)
        ]
        for one in starters:
            assert said_by(one) == "ready"
        yield starters


def said_by(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("attempt", range(5))
def test_three_at_once(
    tmp_path: Path, any_url: str, starters: list[subprocess.Popen[str]], attempt: int
) -> None:
    for one in starters:
        assert one.stdin is not None
        one.stdin.write(f"{tmp_path / 'data'} {any_url}\n")
    for one in starters:
        assert one.stdin is not None
        one.stdin.flush()
    keys = [said_by(one) for one in starters]
    assert "" not in keys, "each came up"
    assert keys.count("None") == 2, "one of them made the key"
    assert not list((tmp_path / "data").glob(".*"))


def test_two_servers_at_once(tmp_path: Path, any_url: str) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    with ThreadPoolExecutor(2) as pool:
        servers = list(
            pool.map(
                lambda name: Server(
                    tmp_path / "data", tmp_path / name, MEMSVC_DATABASE_URL=any_url
                ),
                "ab",
            )
        )
    try:
        for server, name in zip(servers, "ab", strict=True):
            add(server, f"by-{name}").raise_for_status()
        for server in servers:
            assert held(server) == {"by-a", "by-b"}
            assert "Traceback" not in server.said
        listed = command(tmp_path / "data", "keys", "list", MEMSVC_DATABASE_URL=any_url)
        assert len(listed.stdout.splitlines()) == 1
    finally:
        for server in servers:
            server.stop()


def test_plain_uvicorn_with_two_workers(tmp_path: Path) -> None:
    """As `memsvc serve --workers 2` does; the first start is both workers' at the same moment."""
    log = tmp_path / "log"
    with log.open("w") as file:
        uvicorn = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "memsvc.serving:worker", "--factory"),
                *("--workers", "2", "--port", "0"),
            ],
            stdout=file,
            stderr=file,
            env={
                **os.environ,
                "MEMSVC_DATA_DIR": str(tmp_path / "data"),
                "MEMSVC_EMBEDDING__BACKEND": "hashing",
                "MEMSVC_ADMIN_KEY": KEY,
            },
        )
    try:
        memories = f"{listening(log)}/v1/agents/a1/memories"
        headers = {"Authorization": f"Bearer {KEY}"}
        for number in range(12):
            # A new connection each: the kernel gives it to either worker.
            body = {"memories": [{"id": f"m{number}", "content": f"thing {number}"}]}
            httpx.post(memories, headers=headers, json=body).raise_for_status()
            found = httpx.get(f"{memories}/m{number}", headers=headers)
            assert found.status_code == 200
        assert httpx.get(memories, headers=headers).json()["total"] == 12
    finally:
        uvicorn.terminate()
        status = uvicorn.wait(30)
    assert status in {0, -15}
    assert "Traceback" not in log.read_text()


def listening(log: Path) -> str:
    """Where both workers are ready."""
    end = time.monotonic() + 60
    while log.read_text().count("Application startup complete") < 2:
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)
    base = re.search(r"running on (http://\S+)", log.read_text())
    assert base is not None
    return base[1]
