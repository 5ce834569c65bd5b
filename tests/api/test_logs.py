"""What the service writes about requests, run as people run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.api.site import ADMIN_KEY

SECRET = "xylophone"
START_S = 30.0
LISTENS = re.compile(r"listens on (http://\S+)")


@dataclass(frozen=True)
class Process:
    """A service of its own: where it listens, and the file of its standard error."""

    base: str
    errors: Path
    process: subprocess.Popen[bytes]

    def lines(self) -> list[str]:
        """Stop it; what it wrote."""
        self.process.terminate()
        self.process.wait(START_S)
        return self.errors.read_text().splitlines()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    settings = {
        "MEMSVC_ADMIN_KEY": ADMIN_KEY,
        "MEMSVC_DATA_DIR": str(tmp_path / "data"),
        "MEMSVC_PORT": "0",
        "MEMSVC_LOG_LEVEL": "debug",
        "MEMSVC_EMBEDDING__BACKEND": "hashing",
    }
    command = [sys.executable, "-c", "from memsvc.cli import main; main()", "serve"]
    errors = tmp_path / "stderr"
    with errors.open("wb") as stderr:
        process = subprocess.Popen(command, env=os.environ | settings, stderr=stderr)
    try:
        until = time.monotonic() + START_S
        while (found := LISTENS.search(errors.read_text())) is None:
            assert process.poll() is None, errors.read_text()
            assert time.monotonic() < until, errors.read_text()
            time.sleep(0.02)
        yield Process(found[1], errors, process)
    finally:
        process.terminate()
        process.wait(START_S)


def speak_of(base: str, secret: str) -> None:
    """Say a word in every place a request has, in good requests and bad ones."""
    agent = f"{base}/v1/agents/{secret}"
    memory = {"content": secret, "user_id": secret, "id": secret, "metadata": {secret: secret}}
    with httpx.Client(headers={"Authorization": f"Bearer {ADMIN_KEY}"}, timeout=30.0) as client:
        answers = [
            client.post(f"{agent}/memories", json={"memories": [memory]}),
            client.post(f"{agent}/memories", json={"memories": [memory | {"content": "Other."}]}),
            client.post(f"{agent}/memories", json={"memories": [{secret: secret}]}),
            client.post(f"{agent}/memories", content=f'{{"memories": {secret}'),
            client.get(f"{agent}/memories", params={"user_id": secret, "cursor": secret}),
            client.get(f"{agent}/memories", params={secret: secret}),
            client.post(f"{agent}/search", json={"query": secret, "filters": {secret: secret}}),
            client.post(f"{agent}/search", json={"query": secret, "user_id": secret}),
            client.patch(f"{agent}/memories/{secret}", json={"tags": [secret]}),
            client.put(f"{agent}/memories/{secret}"),
            client.get(f"{base}/v1/{secret}", headers={"X-Request-Id": f"{secret}-0123456789"}),
            client.get(f"{base}/v1/keys", headers={"Authorization": f"Bearer {secret}"}),
            client.get(f"{base}/v1/keys", headers={"User-Agent": secret, "Cookie": secret}),
            client.post(f"{base}/v1/keys", json={"role": "viewer", "name": secret}),
            client.delete(f"{agent}/memories/{secret}"),
        ]
    statuses = [answer.status_code for answer in answers]
    assert statuses == [201, 409, 422, 422, 422, 422, 422, 200, 200, 405, 404, 401, 200, 201, 204]


def test_logs_are_json_and_name_nobody_and_nothing(process: Process) -> None:
    speak_of(process.base, SECRET)

    lines = process.lines()

    # What is said to the person who started it is plain text.
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    requests = [one for one in entries if one["event"] == "request"]
    assert [line for line in lines if SECRET in line or ADMIN_KEY in line] == []
    assert len(requests) >= 15
    assert {"method", "route", "status", "ms", "request_id", "key_id"} <= requests[0].keys()
    assert {type(one["status"]) for one in requests} == {int}
    assert [one for one in entries if one["level"] in ("error", "critical")] == []
